import { eq } from 'drizzle-orm';
import { account } from '../../db/accounts/schema.ts';
import { readLocalState, writeLocalState, type LocalStateName } from '../../db/school/local-state.ts';
import { desk as deskTable } from '../../db/school/schema.ts';
import { toHex } from '../../domain/audit/bytes.ts';
import type { ErrorOf } from '../../domain/contract/errors.ts';
import type { MembershipFact } from '../../domain/membership/entry.ts';
import { assert, err, ok, type Result } from '../../domain/result.ts';
import { claimLookup, parseInvitation, type Invitation } from '../../domain/sync/invitation.ts';
import type { Refusal, ServerFacts } from '../../domain/sync/wire.ts';
import { sha256 } from '../audit/node-crypto.ts';
import type { Desk } from '../desk/desk.ts';
import { addMembershipEntry, slotFact } from '../desk/membership.ts';
import type { OpenSchool } from '../desk/open-school.ts';
import type { CommandUnit } from '../gate/unit.ts';
import { agreementKeyPair, signingKeyPair } from '../vault/keys.ts';
import { createMembershipLog } from './membership-store.ts';
import type { NetworkFailure } from './network-failure.ts';
import { writeSchoolServer, type SchoolServer } from './school-server.ts';
import { claim, readServerFacts } from './stranger.ts';
import { nodeSyncCrypto } from './sync-crypto.ts';

export type ServerError = ErrorOf<'server-unreachable' | 'server-not-genuine' | 'server-refused'>;
export type ConnectError = ServerError | ErrorOf<'invitation-wrong'>;

/** Why the server could not be asked, or did not do it, as the window is told. */
export function serverError(answer: { readonly refusal: Refusal } | NetworkFailure): ServerError {
  if ('failure' in answer) {
    return answer.failure === 'not-genuine' || answer.failure === 'not-understood'
      ? { type: 'server-not-genuine' }
      : { type: 'server-unreachable' };
  }
  const { code } = answer.refusal;
  const told = ['code-expired', 'code-used', 'not-found', 'channel-taken', 'clock-skew'] as const;
  return { type: 'server-refused', why: told.find((one) => one === code) ?? 'other' };
}

/** Reads an invitation, or the code that another desk of the school shows: both say where the server is and how to know it. */
export function readInvitation(text: string): Result<Invitation, ConnectError> {
  const invitation = parseInvitation(sha256, text);
  if (invitation.ok) return invitation;
  const problems = {
    'invitation-characters': 'characters',
    'invitation-damaged': 'damaged',
    'invitation-newer': 'newer',
  } as const;
  return err({ type: 'invitation-wrong', problem: problems[invitation.error.type] });
}

/** Asks the server of an invitation who it is. */
export async function meetServer(
  invitation: Invitation,
): Promise<Result<{ readonly server: SchoolServer; readonly facts: ServerFacts }, ConnectError>> {
  let { pin } = invitation;
  const facts = await readServerFacts(invitation, {
    onNewPin: (next) => {
      pin = next;
    },
  });
  if ('refusal' in facts || 'failure' in facts) return err(serverError(facts));
  if (facts.signingKey !== invitation.signingKey) return err({ type: 'server-not-genuine' });
  const { host, port, signingKey } = invitation;
  const { server, region, witnessKey } = facts;
  return ok({ server: { host, port, pin, signingKey, server, region, witnessKey }, facts });
}

/** A desk's own keys, by their public halves. */
export interface DeskKeys {
  readonly signingKey: string;
  readonly agreementKey: string;
  readonly auditKey: string;
}

/** The open desk's own keys; made and kept before the first of them leaves. */
export function ensureDeskKeys(open: OpenSchool, random: (length: number) => Uint8Array): DeskKeys {
  const { db } = open.unitParts;
  const seedOf = (name: LocalStateName): Uint8Array => {
    const known = readLocalState(db, name);
    if (known !== undefined) return known;
    const made = random(32);
    writeLocalState(db, name, made);
    return made;
  };
  return {
    signingKey: toHex(signingKeyPair(seedOf('desk-signing-key')).public),
    agreementKey: toHex(agreementKeyPair(seedOf('desk-agreement-key')).public),
    auditKey: toHex(open.auditSigner.publicKey),
  };
}

export interface Connected {
  readonly server: SchoolServer;
  readonly keys: DeskKeys;
}

/**
 * Claims an empty channel of the server for the school of the open store. The same again, after a lost answer, is done again.
 */
export async function claimChannel(desk: Desk, text: string): Promise<Result<Connected, ConnectError>> {
  const invitation = readInvitation(text);
  if (!invitation.ok) return invitation;
  const met = await meetServer(invitation.value);
  if (!met.ok) return met;
  const { open } = desk;
  assert(open !== null, 'a school is connected while it is open');
  const keys = ensureDeskKeys(open, desk.random);
  const { school, desk: id, incarnation } = open.auditLog.name;
  const claimed = await claim(met.value.server, {
    lookup: claimLookup(sha256, invitation.value.code),
    channel: school,
    desk: id,
    incarnation,
    signingKey: keys.signingKey,
    auditKey: keys.auditKey,
  });
  if ('refusal' in claimed || 'failure' in claimed) return err(serverError(claimed));
  return ok({ server: met.value.server, keys });
}

/** Enters the server, this desk, the first group key and whatever the membership log still lacks, in the caller's unit. */
export function enterServer(
  desk: Desk,
  unit: CommandUnit,
  { server, keys }: Connected,
  deskLabel: string,
): void {
  const { open } = desk;
  assert(open !== null, 'a school is connected while it is open');
  const { db } = unit;
  const { desk: id, incarnation } = open.auditLog.name;
  writeSchoolServer(db, server);
  db.update(deskTable).set({ label: deskLabel }).where(eq(deskTable.id, unit.school.desk)).run();
  const membership = createMembershipLog({
    connection: open.connection,
    db,
    school: unit.school.id,
    desk: id,
    crypto: nodeSyncCrypto,
    signer: () => null,
    now: () => unit.nowMs,
    onDropped: () => undefined,
  });
  membership.keepGroupKey(0, desk.random(32));
  const facts: MembershipFact[] = [
    ...missingFacts(open, membership.members()),
    { kind: 'desk', body: { desk: id, label: deskLabel, incarnation, ...keys } },
    { kind: 'epoch', body: { epoch: 0, keys: [] } },
  ];
  const by = { school: unit.school.id, nowMs: unit.nowMs, signer: unit.actor.user, keys: unit.signingKeys() };
  addMembershipEntry(db, by, facts);
}

/** Accounts and ways in that stand here and not in the log: those of the sample school, which nobody signed one by one. */
function missingFacts(
  open: OpenSchool,
  members: ReturnType<ReturnType<typeof createMembershipLog>['members']>,
): MembershipFact[] {
  const rows = open.unitParts.db.select().from(account).all();
  const accounts = rows.filter(({ id }) => !members.accounts.has(id));
  const slots = open.vault.slots.filter((slot) => members.slots.get(slot.user)?.keys !== slot.keys);
  return [...accounts.map((body): MembershipFact => ({ kind: 'account', body })), ...slots.map(slotFact)];
}
