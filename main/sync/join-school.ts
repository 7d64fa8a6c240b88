import { createAuditLog } from '../../db/audit/append.ts';
import { writableDb } from '../../db/handles.ts';
import { migrateStore } from '../../db/migrate.ts';
import { openStore } from '../../db/open-store.ts';
import { keepGroupKey, loseGroupKey } from '../../db/sync/group-keys.ts';
import { writeLocalNumber, writeLocalState } from '../../db/school/local-state.ts';
import { desk as deskTable, school as schoolTable } from '../../db/school/schema.ts';
import { createTransaction } from '../../db/transaction.ts';
import { fromHex } from '../../domain/audit/bytes.ts';
import { dayAt } from '../../domain/calendar/local-time.ts';
import { deskId } from '../../domain/ids.ts';
import { assert, err, ok, type Result } from '../../domain/result.ts';
import { syncRound, type RoundOutcome } from '../../domain/sync/desk-round.ts';
import { deskOrdinal } from '../../domain/sync/version.ts';
import { sha256 } from '../audit/node-crypto.ts';
import { newId, type Desk } from '../desk/desk.ts';
import { markAsSample } from '../desk/sample-mark.ts';
import { ensureFieldKey, quarterOf } from '../desk/field-keyring.ts';
import { keepAnchor, openSchool, type OpenSchool } from '../desk/open-school.ts';
import { createAttempts } from '../vault/attempts.ts';
import { keychainNames, type Keychain, type KeychainError } from '../vault/keychain.ts';
import { deriveKey, signingKeyOf, signingKeyPair, signWith, wipe } from '../vault/keys.ts';
import {
  commitGeneration,
  discardUnfinished,
  listProfiles,
  profileOf,
  pairPaths,
  startProfile,
  type Profile,
} from '../vault/profile.ts';
import { createDeskVault, withSlots } from '../vault/vault.ts';
import { writeVault } from '../vault/vault-file.ts';
import { createDeskStore } from './desk-store.ts';
import type { Handover } from './letters.ts';
import { createMembershipLog, type MembershipLog } from './membership-store.ts';
import type { NetworkFailure } from './network-failure.ts';
import { vaultMembersOf } from './reconcile-vault.ts';
import { runRound } from './run-round.ts';
import { writeSchoolServer } from './school-server.ts';
import { createServerClient } from './server-client.ts';
import { nodeSyncCrypto } from './sync-crypto.ts';

/** The keys that a computer has made to join: seeds of 32 bytes. */
export interface JoiningKeys {
  readonly desk: string;
  readonly label: string;
  readonly signing: Uint8Array;
  readonly agreement: Uint8Array;
  readonly audit: Uint8Array;
}

export type JoinFailure = 'unreachable' | 'not-genuine' | 'refused' | 'disk-full' | 'newer' | 'cancelled';

/**
 * Makes the store of one more desk from a handover, reads the whole channel into it, and only then puts it in use: broken off anywhere
 * before, nothing stays on this computer.
 */
export async function joinSchool(
  desk: Desk,
  keychain: Keychain,
  keys: JoiningKeys,
  handover: Handover,
  watch: {
    readonly onProgress: (done: number, total: number) => void;
    readonly isCancelled: () => boolean;
    /** Waits before another try, in milliseconds. */
    readonly wait: (ms: number) => Promise<void>;
  },
): Promise<Result<Profile, JoinFailure>> {
  const { school } = handover;
  const present = listProfiles(desk.options.dataDir).find((one) => one.school === school.id);
  // Here already. What an earlier try left unfinished goes.
  if (present !== undefined && present.state !== 'unfinished') return err('refused');
  if (present !== undefined) discardUnfinished(profileOf(desk.options.dataDir, school.id));
  const profile = startProfile(desk.options.dataDir, school.id);
  let open: OpenSchool | undefined;
  const giveUp = (failure: JoinFailure): Result<never, JoinFailure> => {
    open?.connection.close();
    if (open !== undefined) wipe(open.masterKey);
    discardUnfinished(profile);
    keychain.delete(keychainNames.schoolSecret(school.id));
    keychain.delete(keychainNames.lockedKey(school.id));
    keychain.delete(keychainNames.anchor(school.id, 1));
    return err(failure);
  };
  try {
    const { body, masterKey } = await createDeskVault(
      {
        school: school.id,
        label: school.name,
        desk: deskId.parse(keys.desk),
        store: newId<'store'>(desk.random),
      },
      { slots: [], recovery: handover.recovery },
      desk.random,
    );
    writeFirstStore(desk, profile, keys, handover, masterKey);
    const opened = openSchool({
      profile,
      vault: body,
      masterKey,
      keychain,
      random: desk.random,
      now: desk.options.now,
      anchor: 'trust',
    });
    assert(opened.ok, 'a store that was just made opens');
    open = opened.value;
    const membership = membershipOf(open, desk);
    const read = await readChannel(desk, open, membership, keys, handover, watch);
    if (read !== null) return giveUp(read);
    if (!isRightLog(membership, handover)) return giveUp('not-genuine');
    const vault = await withSlots(body, masterKey, vaultMembersOf(membership.members()).slots);
    open.vault = vault;
    writeLocalNumber(open.unitParts.db, 'last-synced', desk.now());
    if (school.isSample) markAsSample(profile);
    const kept = keepOutside(desk, keychain, profile, open, handover);
    if (!kept.ok) return giveUp(kept.error.type === 'disk-full' ? 'disk-full' : 'refused');
    open.close(desk.now(), 'close');
    open = undefined;
    const committed = commitGeneration(profile, 1);
    return committed.ok ? ok(profile) : giveUp('disk-full');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'SQLITE_FULL') return giveUp('disk-full');
    giveUp('refused');
    throw cause;
  }
}

function writeFirstStore(
  desk: Desk,
  profile: Profile,
  keys: JoiningKeys,
  handover: Handover,
  masterKey: Uint8Array,
): void {
  const nowMs = desk.now();
  const { school } = handover;
  const opened = openStore(pairPaths(profile, 1).store, deriveKey(masterKey, 'store'), 'create');
  assert(opened.ok, 'a new store opens');
  const connection = opened.value;
  try {
    migrateStore(connection);
    const db = writableDb(connection);
    const transaction = createTransaction(connection);
    transaction.begin();
    const id = deskId.parse(keys.desk);
    const self = { ordinal: deskOrdinal(id, 0), id, incarnation: 0, label: keys.label };
    db.insert(deskTable)
      .values({ ...self, isLocal: true })
      .run();
    for (const other of handover.desks)
      db.insert(deskTable)
        .values({ ...other, isLocal: false })
        .run();
    db.insert(schoolTable).values(school).run();
    writeLocalState(db, 'audit-key', keys.audit);
    writeLocalState(db, 'desk-signing-key', keys.signing);
    writeLocalState(db, 'desk-agreement-key', keys.agreement);
    writeLocalState(db, 'import-key', fromHex(handover.importKey));
    writeLocalState(db, 'school-secret', fromHex(handover.schoolSecret));
    writeSchoolServer(db, handover.server);
    for (const [epoch, [inUse, ...lost]] of handover.groupKeys) {
      for (const key of lost) keepGroupKey(db, epoch, fromHex(key));
      loseGroupKey(db, epoch);
      if (inUse !== undefined) keepGroupKey(db, epoch, fromHex(inUse));
    }
    ensureFieldKey(db, quarterOf(dayAt(nowMs, school.timeZone)), nowMs, desk.random);
    const auditLog = createAuditLog({
      name: { school: school.id, desk: id, incarnation: 0 },
      sha256,
      randomBytes: desk.random,
    });
    const draft = desk.draft(null, 'provision', 'school', 'sync.join', { recordId: school.id });
    auditLog.append(db, draft, nowMs);
    transaction.commit();
  } finally {
    connection.close();
  }
}

function membershipOf(open: OpenSchool, desk: Desk): MembershipLog {
  return createMembershipLog({
    connection: open.connection,
    db: open.unitParts.db,
    school: open.unitParts.school.id,
    desk: open.unitParts.school.desk,
    crypto: nodeSyncCrypto,
    signer: () => null,
    now: () => desk.now(),
    onDropped: () => undefined,
  });
}

/** Reads everything that the channel holds. Null once it is here; else why not. */
async function readChannel(
  desk: Desk,
  open: OpenSchool,
  membership: MembershipLog,
  keys: JoiningKeys,
  handover: Handover,
  watch: Parameters<typeof joinSchool>[4],
): Promise<JoinFailure | null> {
  const { server } = handover;
  const store = createDeskStore({
    open,
    membership,
    now: () => desk.now(),
    onAlarm: (kind) => {
      const draft = desk.draft(null, 'alarm', 'sync', 'sync.join', { reason: kind, outcome: 'error' });
      open.auditLog.append(open.unitParts.db, draft, desk.now());
    },
  });
  const client = createServerClient({
    address: server,
    channel: handover.school.id,
    identity: { desk: keys.desk, privateKey: signingKeyOf(keys.signing) },
    now: () => desk.now(),
    random: desk.random,
    onNewPin: (pin) => {
      writeSchoolServer(open.unitParts.db, { ...server, pin });
    },
  });
  const pair = signingKeyPair(keys.signing);
  try {
    for (let failures = 0; failures < mostFailures;) {
      const round = syncRound(store, {
        crypto: nodeSyncCrypto,
        sign: (bytes) => signWith(pair, bytes),
        server: { id: server.server, signingKey: server.signingKey },
        now: () => desk.now(),
        onProgress: (direction, done, total) => {
          if (direction === 'receiving') watch.onProgress(done, total);
        },
        onSkew: () => undefined,
      });
      const outcome = await runRound(round, client, watch.isCancelled);
      if (watch.isCancelled()) return 'cancelled';
      if ('type' in outcome && outcome.type === 'done') return null;
      const failure = lastingFailure(outcome);
      if (failure !== null) return failure;
      failures += 1;
      await watch.wait(retryMs * failures);
    }
    return 'unreachable';
  } finally {
    client.close();
  }
}

const mostFailures = 10;
const retryMs = 1000;

function lastingFailure(outcome: RoundOutcome | NetworkFailure): JoinFailure | null {
  if ('failure' in outcome) return outcome.failure === 'not-genuine' ? 'not-genuine' : null;
  if (outcome.type === 'stopped') return 'not-genuine';
  if (outcome.type === 'server-not-genuine') return 'not-genuine';
  return outcome.type === 'refused' && outcome.refusal.code === 'desk-ended' ? 'refused' : null;
}

/** The log begins with the entry that the other desk named, and holds all that it held then. */
function isRightLog(membership: MembershipLog, { membership: told }: Handover): boolean {
  const records = membership.settledMembership(0);
  return records[0]?.hash === told.root && records[told.size - 1]?.hash === told.hash;
}

/** What lies beside the store: the vault, and what the keychain keeps. */
function keepOutside(
  desk: Desk,
  keychain: Keychain,
  profile: Profile,
  open: OpenSchool,
  handover: Handover,
): Result<void, KeychainError> {
  const { school } = profile;
  const lockedKey = desk.random(32);
  const steps: (() => Result<void, KeychainError>)[] = [
    () => writeVault(pairPaths(profile, 1).vault, open.vault, open.masterKey),
    () => keychain.set(keychainNames.schoolSecret(school), fromHex(handover.schoolSecret)),
    () => keychain.set(keychainNames.lockedKey(school), lockedKey),
    () => createAttempts(profile.folder, school, lockedKey),
    () => keepAnchor(open, keychain),
  ];
  for (const step of steps) {
    const done = step();
    if (!done.ok) return done;
  }
  return ok(undefined);
}
