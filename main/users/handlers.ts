import { and, asc, eq, inArray, ne, sql } from 'drizzle-orm';
import { account } from '../../db/accounts/schema.ts';
import type { ReadableDb, WritableDb } from '../../db/handles.ts';
import { enrolment, staff } from '../../db/people/schema.ts';
import { readLocalState, removeLocalState, writeLocalNumber } from '../../db/school/local-state.ts';
import type { Contract } from '../../domain/contract/contract.ts';
import type { ErrorOf } from '../../domain/contract/errors.ts';
import type { StaffId, UserId } from '../../domain/ids.ts';
import { assert, err, ok, type Result } from '../../domain/result.ts';
import type { MembershipFact } from '../../domain/membership/entry.ts';
import { normaliseUsername } from '../../domain/vault/username.ts';
import {
  attemptRefused,
  changeOwnVault,
  membersByAccount,
  writeOwnVault,
  type VaultChange,
} from '../desk/handlers.ts';
import { newId, type Desk } from '../desk/desk.ts';
import { addMembershipEntry, slotFact } from '../desk/membership.ts';
import { answer, inPhases, refuse, type AreaHandlers } from '../gate/handlers.ts';
import type { CommandUnit } from '../gate/unit.ts';
import { enterEpoch, prepareEpoch, type PreparedEpoch } from '../sync/new-epoch.ts';
import { loginOf } from '../vault/keys.ts';
import { pairPaths } from '../vault/profile.ts';
import {
  addUserSlot,
  membersOf,
  removeUserSlot,
  resetUser,
  verifyPassword,
  type Activation,
  type VaultMembers,
} from '../vault/vault.ts';
import { writeVault, type VaultBody } from '../vault/vault-file.ts';

type AccountRow = typeof account.$inferSelect;

/** Accounts: list, create, change, reset, remove, unlock, and what users change about themselves. */
export const userHandlers: AreaHandlers<'users'> = {
  list: inPhases<
    Contract['users']['list'],
    null,
    readonly (AccountRow & { staffName: string | null; isSelf: boolean })[]
  >({
    prepare: async () => ok(null),
    run(unit) {
      const names = new Map(staffNames(unit.db).map((row) => [row.id, row.name]));
      const rows = unit.db.select().from(account).orderBy(asc(account.displayName)).all();
      const users = rows.map((row) => ({
        ...row,
        staffName: row.staff === null ? null : (names.get(row.staff) ?? null),
        isSelf: row.id === unit.actor.user,
      }));
      return answer(users, { count: users.length });
    },
    async finish(desk, users) {
      const nowMs = desk.now();
      const locked = desk.lockedSchool();
      return ok({
        users: users.map((row) => ({
          id: row.id,
          username: row.username,
          displayName: row.displayName,
          email: row.email,
          jobTitle: row.jobTitle,
          role: row.role,
          staff: row.staff,
          staffName: row.staffName,
          state: stateOf(row, nowMs),
          lockedUntilMs: locked.ok
            ? locked.value.attempts.lockedUntilMs(loginOf(locked.value.schoolSecret, row.username), nowMs)
            : null,
          lastSignInMs: row.lastSignInMs,
          isSelf: row.isSelf,
        })),
      });
    },
  }),

  staff: {
    runs: 'in-unit',
    run(unit) {
      const found = staffNames(unit.db);
      return answer({ staff: found }, { count: found.length });
    },
  },

  create: inPhases<Contract['users']['create'], NewSlot, null>({
    changesVault: true,
    async prepare(desk, input) {
      const { open } = desk;
      assert(open !== null, 'an account is made in an open school');
      const user = newId<'user'>(desk.random);
      const { cost } = await desk.passwordPolicy();
      const added = await addUserSlot({
        body: open.vault,
        masterKey: open.masterKey,
        schoolSecret: secretOf(desk),
        user,
        username: input.username,
        cost,
        nowMs: desk.now(),
        random: desk.random,
      });
      return added.ok ? ok({ user, activation: added.value, slot: slotOf(added.value.body, user) }) : added;
    },
    run(unit, input, { user, activation, slot }) {
      if (isUsernameTaken(unit.db, input.username)) return refuse({ type: 'username-taken' });
      if (!isStaff(unit.db, input.staff)) return refuse({ type: 'out-of-scope' });
      const row = {
        ...input,
        id: user,
        school: unit.school.id,
        state: 'awaiting-activation',
        activationExpiresAtMs: activation.expiresAtMs,
        lastSignInMs: null,
        density: 'compact',
        colorScheme: 'auto',
        language: null,
      } as const;
      unit.db.insert(account).values(row).run();
      recordAccount(unit, row, slot);
      return answer(null, { recordId: user });
    },
    async finish(desk, _value, _input, { user, activation, slot }) {
      const { open } = desk;
      assert(open !== null, 'an account is made in an open school');
      // The vault may have been written by another call meanwhile: the slot joins the vault as it is now.
      const others = open.vault.slots.filter((one) => one.user !== user);
      const written = writeSlots(desk, { ...open.vault, slots: [...others, slot] });
      if (!written.ok) return written;
      return ok({ id: user, activationCode: activation.activationCode, expiresAtMs: activation.expiresAtMs });
    },
  }),

  change: {
    runs: 'in-unit',
    run(unit, input) {
      const row = presentAccount(unit.db, input.id);
      if (row === undefined) return refuse({ type: 'account-gone' }, { recordId: input.id });
      const losesRole = row.role === 'school-administrator' && input.role !== 'school-administrator';
      if (losesRole && countAdministrators(unit.db) === 1) {
        return refuse({ type: 'last-administrator' }, { recordId: input.id });
      }
      if (!isStaff(unit.db, input.staff)) return refuse({ type: 'out-of-scope' }, { recordId: input.id });
      const { id, ...fields } = input;
      unit.db.update(account).set(fields).where(eq(account.id, id)).run();
      recordAccount(unit, { ...row, ...fields });
      return answer({}, { recordId: id });
    },
  },

  reset: inPhases<Contract['users']['reset'], { members: VaultMembers } & Activation, null>({
    changesVault: true,
    async prepare(desk, { id }) {
      const { open, session } = desk;
      assert(open !== null && session !== null, 'a signed-in administrator');
      if (id === session.actor.user) return err({ type: 'own-account' });
      const { cost } = await desk.passwordPolicy();
      const common = {
        body: open.vault,
        schoolSecret: secretOf(desk),
        user: id,
        cost,
        nowMs: desk.now(),
        random: desk.random,
      };
      const reset = await resetUser(common);
      const row = desk.accountOf(open, id);
      if (reset.ok || row === undefined || row.state === 'removed') return reset;
      // An account whose way in was never written, or has gone with a rotation: it gets a new one.
      const { masterKey } = open;
      const added = await addUserSlot({ ...common, masterKey, username: row.username });
      if (!added.ok) return reset;
      const { body, ...activation } = added.value;
      return ok({ members: membersOf(body), ...activation });
    },
    run(unit, { id }, { members, expiresAtMs }) {
      const row = presentAccount(unit.db, id);
      if (row === undefined) return refuse({ type: 'account-gone' }, { recordId: id });
      const fields = { state: 'awaiting-activation', activationExpiresAtMs: expiresAtMs } as const;
      unit.db.update(account).set(fields).where(eq(account.id, id)).run();
      const slot = members.slots.find((one) => one.user === id);
      recordAccount(unit, { ...row, ...fields }, slot);
      writeLocalNumber(unit.db, 'rotation-due', 1);
      return answer(null, { recordId: id });
    },
    async finish(desk, _value, { id }, { members, activationCode, expiresAtMs }) {
      const slot = members.slots.find((one) => one.user === id);
      const rotated = await rotateTo(desk, (present) => ({
        ...present,
        slots: [...present.slots.filter((one) => one.user !== id), ...(slot === undefined ? [] : [slot])],
      }));
      return rotated.ok ? ok({ activationCode, expiresAtMs }) : rotated;
    },
  }),

  remove: inPhases<Contract['users']['remove'], { desk: Desk; epoch: PreparedEpoch | null }, string>({
    changesVault: true,
    async prepare(desk, { id }) {
      if (desk.session?.actor.user === id) return err({ type: 'own-account' });
      // What is synced from here on is not for the eyes of who leaves.
      return ok({ desk, epoch: await prepareEpoch(desk) });
    },
    run(unit, { id }, { desk, epoch }) {
      const row = presentAccount(unit.db, id);
      if (row === undefined) return refuse({ type: 'account-gone' }, { recordId: id });
      if (row.role === 'school-administrator' && countAdministrators(unit.db) === 1) {
        return refuse({ type: 'last-administrator' }, { recordId: id });
      }
      const fields = { state: 'removed', activationExpiresAtMs: null } as const;
      unit.db.update(account).set(fields).where(eq(account.id, id)).run();
      recordAccount(unit, { ...row, ...fields });
      recordFacts(unit, enterEpoch(desk, unit.db, epoch));
      writeLocalNumber(unit.db, 'rotation-due', 1);
      return answer(row.username, { recordId: id });
    },
    async finish(desk, username, { id }) {
      const { open } = desk;
      assert(open !== null, 'an account is removed in an open school');
      if (removeUserSlot(open.vault, id).ok) {
        const rotated = await rotateTo(desk, (present) => ({
          ...present,
          slots: present.slots.filter((one) => one.user !== id),
        }));
        if (!rotated.ok) return rotated;
      } else {
        removeLocalState(open.unitParts.db, 'rotation-due');
      }
      const locked = desk.lockedSchool();
      if (locked.ok) locked.value.recentUsers.remove(username);
      return ok({});
    },
  }),

  unlock: inPhases<Contract['users']['unlock'], null, string>({
    prepare: async () => ok(null),
    run(unit, { id }) {
      const row = presentAccount(unit.db, id);
      return row === undefined
        ? refuse({ type: 'account-gone' }, { recordId: id })
        : answer(row.username, { recordId: id });
    },
    async finish(desk, username) {
      const locked = desk.lockedSchool();
      if (!locked.ok) return ok({});
      const unlocked = locked.value.attempts.unlock(loginOf(locked.value.schoolSecret, username));
      return unlocked.ok ? ok({}) : unlocked;
    },
  }),

  changeOwnPassword: inPhases<Contract['users']['changeOwnPassword'], VaultChange, null>({
    changesVault: true,
    async prepare(desk, { present, next }) {
      const proven = await provePassword(desk, present);
      return proven.ok ? changeOwnVault(desk, next) : proven;
    },
    run(unit, _input, { body }) {
      recordFacts(unit, [slotFact(slotOf(body, unit.actor.user))]);
      return answer(null, { recordId: unit.actor.user });
    },
    async finish(desk, _value, _input, change) {
      const written = writeOwnVault(desk, change);
      return written.ok ? ok({}) : written;
    },
  }),

  changeOwnDisplay: {
    runs: 'in-unit',
    run(unit, input) {
      unit.db.update(account).set(input).where(eq(account.id, unit.actor.user)).run();
      return answer({}, { recordId: unit.actor.user });
    },
  },
};

/** Why a password could not be proven. */
export type ProofError =
  'wrong-credentials' | 'locked-out' | 'attempts-damaged' | 'keychain-unavailable' | 'disk-full';

/**
 * Asks the signed-in user for the password again; a wrong one counts towards the lock like any other.
 *
 * Errors: `wrong-credentials`, `locked-out`, `attempts-damaged`, `keychain-unavailable`, `disk-full`.
 */
export async function provePassword(
  desk: Desk,
  password: string,
): Promise<Result<void, ErrorOf<ProofError>>> {
  const { open, session } = desk;
  assert(open !== null && session !== null, 'a signed-in user');
  const locked = desk.lockedSchool();
  if (!locked.ok) return err({ type: 'keychain-unavailable' });
  const vault = desk.readVault(open.profile);
  assert(vault.ok, 'the vault of the open school reads');
  const { attempts, schoolSecret } = locked.value;
  const login = loginOf(schoolSecret, session.username);
  const attempt = attempts.begin(login, desk.now());
  if (!attempt.ok) return err(attemptRefused(attempt.error));
  const proven = await verifyPassword({
    vault: vault.value,
    schoolSecret,
    username: session.username,
    password,
    nowMs: desk.now(),
    user: session.actor.user,
  });
  if (!proven.ok) {
    const untilMs = attempts.lockedUntilMs(login, desk.now());
    return untilMs === null
      ? err({ type: 'wrong-credentials', triesLeft: attempt.value.triesLeft })
      : err({ type: 'locked-out', untilMs });
  }
  attempts.succeed(login, desk.now());
  return ok(undefined);
}

interface NewSlot {
  readonly user: UserId;
  readonly activation: Activation;
  readonly slot: VaultBody['slots'][number];
}

function slotOf(body: VaultBody, user: UserId): VaultBody['slots'][number] {
  const slot = body.slots.find((one) => one.user === user);
  assert(slot !== undefined, 'the slot was just added');
  return slot;
}

function writeSlots(desk: Desk, body: VaultBody): Result<void, ErrorOf<'disk-full'>> {
  const { open } = desk;
  assert(open !== null, 'a vault is written for the open school');
  const written = writeVault(pairPaths(open.profile, body.generation).vault, body, open.masterKey);
  if (written.ok) open.vault = body;
  return written;
}

/** Changes the master key for the members as the accounts stand now, after `change`. */
async function rotateTo(
  desk: Desk,
  change: (present: VaultMembers) => VaultMembers,
): Promise<Result<void, ErrorOf<'disk-full'>>> {
  assert(desk.open !== null, 'a rotation needs the open store');
  const rotated = await desk.rotateMasterKey(change(membersByAccount(desk.open)));
  // Whatever stopped it, the old pair is still in use and the rotation is tried again at the next sign-in.
  return rotated.ok ? ok(undefined) : err({ type: 'disk-full' });
}

function secretOf(desk: Desk): Uint8Array {
  assert(desk.open !== null, 'the school is open');
  const secret = readLocalState(desk.open.unitParts.db, 'school-secret');
  assert(secret !== undefined, 'a store keeps a copy of the school secret');
  return secret;
}

/** The account's new state as a signed entry of the membership log, with its way in where that is new. */
function recordAccount(unit: CommandUnit, row: AccountRow, slot?: VaultMembers['slots'][number]): void {
  recordFacts(unit, [{ kind: 'account', body: row }, ...(slot === undefined ? [] : [slotFact(slot)])]);
}

function recordFacts(unit: CommandUnit, facts: readonly MembershipFact[]): void {
  const { school, nowMs, actor } = unit;
  const by = { school: school.id, nowMs, signer: actor.user, keys: unit.signingKeys() };
  addMembershipEntry(unit.db, by, facts);
}

/** Whether the account may be linked to that staff record: one of this school, or none. */
function isStaff(db: ReadableDb, id: StaffId | null): boolean {
  return id === null || db.select({ id: staff.id }).from(staff).where(eq(staff.id, id)).get() !== undefined;
}

function presentAccount(db: ReadableDb, id: UserId): AccountRow | undefined {
  return db
    .select()
    .from(account)
    .where(and(eq(account.id, id), ne(account.state, 'removed')))
    .get();
}

function countAdministrators(db: ReadableDb): number {
  return db
    .select({ id: account.id })
    .from(account)
    .where(and(eq(account.role, 'school-administrator'), ne(account.state, 'removed')))
    .all().length;
}

function isUsernameTaken(db: WritableDb, username: string): boolean {
  const wanted = normaliseUsername(username);
  return db
    .select({ username: account.username })
    .from(account)
    .where(ne(account.state, 'removed'))
    .all()
    .some((row) => normaliseUsername(row.username) === wanted);
}

function staffNames(db: ReadableDb) {
  const classes = new Map(
    db
      .select({ person: enrolment.person, classes: sql<number>`count(*)` })
      .from(enrolment)
      .where(and(inArray(enrolment.role, ['teacher', 'aide']), eq(enrolment.status, 'active')))
      .groupBy(enrolment.person)
      .all()
      .map((row) => [row.person, row.classes]),
  );
  return db
    .select({ id: staff.id, givenName: staff.givenName, familyName: staff.familyName })
    .from(staff)
    .where(eq(staff.status, 'active'))
    .orderBy(asc(staff.familyName), asc(staff.givenName))
    .all()
    .map(({ id, givenName, familyName }) => ({
      id,
      name: `${givenName} ${familyName}`.trim(),
      classes: classes.get(id) ?? 0,
    }));
}

function stateOf(row: AccountRow, nowMs: number) {
  if (row.state !== 'awaiting-activation') return row.state;
  return nowMs < (row.activationExpiresAtMs ?? 0)
    ? ('awaiting-activation' as const)
    : ('activation-expired' as const);
}
