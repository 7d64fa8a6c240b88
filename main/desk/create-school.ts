import { account } from '../../db/accounts/schema.ts';
import { createAuditLog } from '../../db/audit/append.ts';
import { createChangeWriter } from '../../db/changes/write-change.ts';
import { writableDb } from '../../db/handles.ts';
import { migrateStore } from '../../db/migrate.ts';
import { openStore } from '../../db/open-store.ts';
import { writeLocalState } from '../../db/school/local-state.ts';
import { desk as deskTable } from '../../db/school/schema.ts';
import { createTransaction } from '../../db/transaction.ts';
import type { AttendanceMode, CountryPack } from '../../domain/contract/shared.ts';
import { dayAt } from '../../domain/calendar/local-time.ts';
import type { DeskId, SchoolId, UserId } from '../../domain/ids.ts';
import { assert, err, ok, type Result } from '../../domain/result.ts';
import { deskOrdinal, nextHlc, type Hlc } from '../../domain/sync/version.ts';
import type { PasswordRefused } from '../../domain/vault/password-rules.ts';
import { sha256 } from '../audit/node-crypto.ts';
import { writeAnchor } from '../vault/anchor.ts';
import { createAttempts } from '../vault/attempts.ts';
import { keychainNames, type Keychain, type KeychainError } from '../vault/keychain.ts';
import { deriveKey } from '../vault/keys.ts';
import {
  commitGeneration,
  discardUnfinished,
  pairPaths,
  startProfile,
  type Profile,
} from '../vault/profile.ts';
import { createVault, membersOf, type NewSchool } from '../vault/vault.ts';
import { writeVault } from '../vault/vault-file.ts';
import { newId, type Desk } from './desk.ts';
import { createFieldKeyring, ensureFieldKey, quarterOf } from './field-keyring.ts';
import { addMembershipEntry, slotFact } from './membership.ts';

export interface SchoolToMake {
  readonly name: string;
  readonly timeZone: string;
  readonly country: CountryPack;
  readonly attendance: AttendanceMode;
  readonly isSample: boolean;
  readonly administrator: {
    readonly displayName: string;
    readonly email: string;
    readonly username: string;
    readonly jobTitle: string;
    readonly password: string;
  };
}

/** A school whose keys are made and whose recovery key has been shown. Nothing of it is on the disk yet. */
export interface PreparedSchool {
  readonly toMake: Omit<SchoolToMake, 'administrator'> & {
    readonly administrator: Omit<SchoolToMake['administrator'], 'password'>;
  };
  readonly school: SchoolId;
  readonly desk: DeskId;
  readonly administrator: UserId;
  readonly made: NewSchool;
}

/** Makes a new school's keys in memory. Errors: `password-refused`. */
export async function prepareSchool(
  desk: Desk,
  toMake: SchoolToMake,
): Promise<Result<PreparedSchool, PasswordRefused>> {
  const { password, ...administrator } = toMake.administrator;
  const ids = {
    school: newId<'school'>(desk.random),
    desk: newId<'desk'>(desk.random),
    administrator: newId<'user'>(desk.random),
  };
  const made = await createVault({
    school: ids.school,
    label: toMake.name,
    desk: ids.desk,
    store: newId<'store'>(desk.random),
    administrator: { user: ids.administrator, username: administrator.username, password },
    policy: await desk.passwordPolicy(),
    random: desk.random,
  });
  return made.ok ? ok({ toMake: { ...toMake, administrator }, ...ids, made: made.value }) : made;
}

/**
 * Writes a prepared school: folder, store, vault, keychain items, and last the file that puts it in use. Broken off
 * anywhere before that, the folder is an unfinished set-up and no school.
 */
export function writeSchool(
  desk: Desk,
  keychain: Keychain,
  prepared: PreparedSchool,
): Result<Profile, KeychainError> {
  const { school, made } = prepared;
  const profile = startProfile(desk.options.dataDir, school);
  const failed = (error: KeychainError): Result<never, KeychainError> => {
    discardUnfinished(profile);
    keychain.delete(keychainNames.schoolSecret(school));
    keychain.delete(keychainNames.lockedKey(school));
    return err(error);
  };
  const paths = pairPaths(profile, made.body.generation);
  const audit = writeFirstStore(desk, paths.store, prepared);
  if (!audit.ok) return failed(audit.error);

  const lockedKey = desk.random(32);
  const { store, generation } = made.body;
  const steps: (() => Result<void, KeychainError>)[] = [
    () => writeVault(paths.vault, made.body, made.masterKey),
    () => keychain.set(keychainNames.schoolSecret(school), made.schoolSecret),
    () => keychain.set(keychainNames.lockedKey(school), lockedKey),
    () => createAttempts(profile.folder, school, lockedKey),
    () => writeAnchor(keychain, { v: 1, school, store, generation, ...audit.value }, made.masterKey),
    () => commitGeneration(profile, generation),
  ];
  for (const step of steps) {
    const done = step();
    if (!done.ok) return failed(done.error);
  }
  return ok(profile);
}

function writeFirstStore(
  desk: Desk,
  path: string,
  prepared: PreparedSchool,
): Result<{ auditSize: number; auditRoot: string }, { readonly type: 'disk-full' }> {
  const { school, made, toMake } = prepared;
  const nowMs = desk.now();
  const opened = openStore(path, deriveKey(made.masterKey, 'store'), 'create');
  assert(opened.ok, 'a store that was just made opens');
  const connection = opened.value;
  try {
    migrateStore(connection);
    const db = writableDb(connection);
    const transaction = createTransaction(connection);
    transaction.begin();
    db.insert(deskTable)
      .values({
        ordinal: deskOrdinal(prepared.desk, 0),
        id: prepared.desk,
        incarnation: 0,
        label: '1',
        isLocal: true,
      })
      .run();
    writeLocalState(db, 'audit-key', desk.random(32));
    writeLocalState(db, 'import-key', desk.random(32));
    writeLocalState(db, 'school-secret', made.schoolSecret);
    ensureFieldKey(db, quarterOf(dayAt(nowMs, toMake.timeZone)), nowMs, desk.random);
    let lastHlc: Hlc = 0;
    const changes = createChangeWriter(
      db,
      {
        school,
        desk: prepared.desk,
        incarnation: 0,
        deskOrdinal: deskOrdinal(prepared.desk, 0),
        seen: () => 0,
      },
      createFieldKeyring(db, school, desk.random),
      () => (lastHlc = nextHlc(lastHlc, desk.now())),
    );
    changes.write({ type: 'school', id: school }, (change) =>
      change.put('school', {
        id: school,
        district: newId<'district'>(desk.random),
        name: toMake.name,
        timeZone: toMake.timeZone,
        country: toMake.country,
        attendance: toMake.attendance,
        rosterSchool: null,
        isSample: toMake.isSample,
      }),
    );
    const { administrator } = toMake;
    const founder: typeof account.$inferInsert = {
      id: prepared.administrator,
      school,
      username: administrator.username,
      displayName: administrator.displayName,
      email: administrator.email,
      jobTitle: administrator.jobTitle,
      role: 'school-administrator',
      staff: null,
      state: 'active',
      activationExpiresAtMs: null,
      lastSignInMs: null,
      density: 'compact',
      colorScheme: 'auto',
    };
    db.insert(account).values(founder).run();
    addMembershipEntry(
      db,
      { school, nowMs, signer: prepared.administrator, keys: made.administratorKeys.signing },
      [
        {
          kind: 'founding',
          body: {
            administrator: prepared.administrator,
            administratorKey: hex(made.administratorKeys.signing.public),
            recovery: membersOf(made.body).recovery,
            desk: prepared.desk,
          },
        },
        { kind: 'account', body: founder },
        ...membersOf(made.body).slots.map(slotFact),
      ],
    );
    const auditLog = createAuditLog({
      name: { school, desk: prepared.desk, incarnation: 0 },
      sha256,
      randomBytes: desk.random,
    });
    auditLog.append(
      db,
      desk.draft(
        { user: prepared.administrator, role: 'school-administrator', method: 'password', staff: null },
        'provision',
        'school',
        'desk.createSchool',
        { recordId: school },
      ),
      nowMs,
    );
    transaction.commit();
    const { size, root } = auditLog.head(db);
    connection.pragma('wal_checkpoint(TRUNCATE)');
    return ok({ auditSize: size, auditRoot: hex(root) });
  } catch (cause) {
    if (
      cause instanceof Error &&
      'code' in cause &&
      (cause.code === 'SQLITE_FULL' || cause.code === 'ENOSPC')
    ) {
      return err({ type: 'disk-full' });
    }
    throw cause;
  } finally {
    connection.close();
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
