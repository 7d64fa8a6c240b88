import { and, eq, ne } from 'drizzle-orm';
import { removeUnfinished } from '../backup/backup-file.ts';
import { account } from '../../db/accounts/schema.ts';
import { readLocalNumber, readLocalState, writeLocalNumber } from '../../db/school/local-state.ts';
import type { Contract } from '../../domain/contract/contract.ts';
import type { ErrorOf } from '../../domain/contract/errors.ts';
import { dayAt } from '../../domain/calendar/local-time.ts';
import { recoverySigner } from '../../domain/membership/entry.ts';
import { assert, err, ok, type Result } from '../../domain/result.ts';
import { standingBackupAlarms } from '../backup/alarms.ts';
import { inPhases, answer, type AreaHandlers } from '../gate/handlers.ts';
import { runUnit } from '../gate/run-unit.ts';
import {
  loadSampleSchool,
  sampleAccounts,
  sampleAdministrator,
  samplePassword,
} from '../sample/load-sample.ts';
import { createAttempts, type AttemptRefused } from '../vault/attempts.ts';
import { openJournal } from '../vault/journal.ts';
import { keychainNames, type KeychainError } from '../vault/keychain.ts';
import { keyFingerprint, loginOf, recoveryKeysOf, wipe } from '../vault/keys.ts';
import { profileOf, pairPaths, type Profile, type ProfileSummary } from '../vault/profile.ts';
import { parseRecoveryKey, type RecoveryKeyMalformed } from '../vault/recovery-key.ts';
import {
  changePassword,
  forgetKeys,
  membersOf,
  openWithPassword,
  openWithRecoveryKey,
  replaceRecovery,
  resetUser,
  type OpenError,
  type VaultMembers,
} from '../vault/vault.ts';
import { writeVault, type VaultReadError } from '../vault/vault-file.ts';
import { readComputerLanguage, writeComputerLanguage } from './computer-language.ts';
import { prepareSchool, writeSchool, type PreparedSchool } from './create-school.ts';
import { keepAnchorOf, sessionIdleMs, sessionLongestMs, type Desk, type LockedSchool } from './desk.ts';
import { addMembershipEntry, slotFact } from './membership.ts';
import type { OpenSchool, OpenSchoolError } from './open-school.ts';
import { isMarkedAsSample, markAsSample } from './sample-mark.ts';

type OpeningError = ErrorOf<
  'keychain-unavailable' | 'school-secret-missing' | 'store-damaged' | 'store-rolled-back' | 'disk-full'
>;

/** Set-up, sign-in, locking and recovery. */
export const deskHandlers: AreaHandlers<'desk'> = {
  status: {
    runs: 'on-desk',
    call: async (desk) => ok(statusOf(desk)),
  },

  prepareSchool: {
    runs: 'on-desk',
    async call(desk, input) {
      const keychain = desk.keychain(input.acceptFileKeychain);
      if (!keychain.ok) return err({ type: 'keychain-unavailable' });
      const prepared = await prepareSchool(desk, { ...input, isSample: false });
      if (!prepared.ok) return prepared;
      desk.prepared = prepared.value;
      return ok({
        recoveryKeyGroups: [...prepared.value.made.recoveryKeyGroups],
        rootFingerprint: fingerprintOf(prepared.value),
      });
    },
  },

  createSchool: {
    runs: 'on-desk',
    async call(desk, { recoveryKeyGroups }, windowId) {
      const { prepared } = desk;
      if (prepared === null) return err({ type: 'cancelled' });
      const typed = parseRecoveryKey(recoveryKeyGroups);
      if (!typed.ok) return err(recoveryKeyWrong(typed.error));
      const isSame =
        hexOf(recoveryKeysOf(typed.value).agreement.public) === prepared.made.body.recovery.x25519;
      wipe(typed.value);
      if (!isSame) return err({ type: 'recovery-key-wrong', group: null });
      const written = writePrepared(desk, prepared);
      if (!written.ok) return written;
      const opened = openAsAdministrator(desk, written.value, prepared, windowId);
      return opened.ok ? ok({ school: prepared.school }) : opened;
    },
  },

  createSample: {
    runs: 'on-desk',
    async call(desk, { country, acceptFileKeychain }, windowId) {
      const keychain = desk.keychain(acceptFileKeychain);
      if (!keychain.ok) return err({ type: 'keychain-unavailable' });
      const prepared = await prepareSchool(desk, {
        ...sampleAdministrator(country),
        isSample: true,
      });
      assert(prepared.ok, "the sample's password is a good one");
      const written = writePrepared(desk, prepared.value);
      if (!written.ok) return written;
      markAsSample(written.value);
      const opened = openAsAdministrator(desk, written.value, prepared.value, windowId);
      if (!opened.ok) return opened;
      await loadSampleSchool(desk, opened.value);
      return ok({
        school: prepared.value.school,
        username: prepared.value.toMake.administrator.username,
        password: samplePassword,
      });
    },
  },

  chooseSchool: {
    runs: 'on-desk',
    async call(desk, { school }) {
      if (!desk.profiles().some((profile) => profile.school === school)) return err({ type: 'account-gone' });
      desk.choose(school);
      return ok({});
    },
  },

  chooseLanguage: {
    runs: 'on-desk',
    async call(desk, { language }) {
      const written = writeComputerLanguage(desk.options.dataDir, language);
      return written.ok ? ok({}) : written;
    },
  },

  signIn: {
    runs: 'on-desk',
    async call(desk, { username, password }, windowId) {
      const locked = desk.lockedSchool();
      if (!locked.ok) return locked;
      const { profile, schoolSecret, attempts } = locked.value;
      const vault = desk.readVault(profile);
      if (!vault.ok) return err(vaultDamaged(vault.error));
      const login = loginOf(schoolSecret, username);
      const attempt = attempts.begin(login, desk.now());
      if (!attempt.ok) {
        const noted = desk.noteInJournal({ kind: 'sign-in-locked', code: attempt.error.type, login });
        if (!noted.ok) return err(keychainError(noted.error));
        return err(attemptRefused(attempt.error));
      }
      const opened = await openWithPassword({
        vault: vault.value,
        schoolSecret,
        username,
        password,
        nowMs: desk.now(),
      });
      if (!opened.ok) {
        // A wrong password that cannot be noted is not answered as one (fail closed).
        const noted = desk.noteInJournal({ kind: 'sign-in-failed', code: opened.error.type, login });
        if (!noted.ok) return err(keychainError(noted.error));
        if (opened.error.type === 'vault-tampered') return err(vaultDamaged(opened.error));
        const untilMs = attempts.lockedUntilMs(login, desk.now());
        return untilMs === null
          ? err({ type: 'wrong-credentials', triesLeft: attempt.value.triesLeft })
          : err({ type: 'locked-out', untilMs });
      }
      // Two sign-ins may have waited for Argon2 side by side: the first one in holds the desk.
      if (desk.state !== 'locked' || desk.chosen !== profile.school)
        return err({ type: 'wrong-credentials', triesLeft: attempt.value.triesLeft });
      const { value: way } = opened;
      const store = desk.openStore({
        locked: locked.value,
        vault: way.body,
        masterKey: way.masterKey,
        anchor: 'check',
      });
      if (!store.ok) return err(openingError(store.error));
      const begun = beginSession(desk, locked.value, store.value, { ...way, windowId });
      if (!begun.ok) return begun;
      await desk.inTurn(() => finishRotation(desk));
      return ok({ state: way.mustChangePassword ? 'must-change-password' : 'signed-in' });
    },
  },

  chooseNewPassword: inPhases<Contract['desk']['chooseNewPassword'], VaultChange, null>({
    changesVault: true,
    async prepare(desk, { password }) {
      return changeOwnVault(desk, password);
    },
    run(unit, _input, prepared) {
      const { db, school, actor, nowMs } = unit;
      const fields = { state: 'active', activationExpiresAtMs: null } as const;
      const row = db.update(account).set(fields).where(eq(account.id, actor.user)).returning().get();
      assert(row !== undefined, 'a signed-in user has an account');
      const slot = prepared.body.slots.find((one) => one.user === actor.user);
      assert(slot !== undefined, 'who has chosen a password has a way in');
      addMembershipEntry(db, { school: school.id, nowMs, signer: actor.user, keys: unit.signingKeys() }, [
        { kind: 'account', body: row },
        slotFact(slot),
      ]);
      return answer(null, { recordId: actor.user });
    },
    async finish(desk, _value, _input, change) {
      const written = writeOwnVault(desk, change);
      if (!written.ok) return written;
      if (desk.session !== null) desk.session.mustChangePassword = false;
      return ok({});
    },
  }),

  lock: {
    runs: 'on-desk',
    async call(desk) {
      desk.lock('user');
      return ok({});
    },
  },

  stayActive: {
    runs: 'on-desk',
    async call(desk) {
      desk.touchSession();
      return ok({});
    },
  },

  recover: {
    runs: 'on-desk',
    async call(desk, { recoveryKey, acceptFileKeychain }) {
      const keychain = desk.keychain(acceptFileKeychain);
      if (!keychain.ok) return err({ type: 'keychain-unavailable' });
      assert(desk.chosen !== null, 'a locked desk has a school');
      const profile = profileOf(desk.options.dataDir, desk.chosen);
      const vault = desk.readVault(profile);
      if (!vault.ok) return err(vaultDamaged(vault.error));
      const way = await openWithRecoveryKey(vault.value, recoveryKey);
      if (!way.ok) {
        const noted = desk.noteInJournal({ kind: 'sign-in-failed', code: way.error.type });
        if (!noted.ok) return err(keychainError(noted.error));
        if (way.error.type === 'vault-tampered') return err(vaultDamaged(way.error));
        return err(recoveryKeyWrong(way.error));
      }
      // Another call may have opened a school while the key was tried: the first one in holds the desk.
      if (desk.state !== 'locked' || desk.chosen !== profile.school) {
        wipe(way.value.masterKey);
        return err({ type: 'recovery-key-wrong', group: null });
      }
      const restored = restoreKeychain(desk, profile, way.value);
      if (!restored.ok) return restored;
      const { open } = restored.value;
      try {
        desk.appendAudit(
          open,
          desk.draft(recoveryActor, 'recover', 'school', 'desk.recover', { recordId: profile.school }),
        );
      } catch (cause) {
        open.connection.close();
        throw cause;
      }
      keepAnchorOf(desk, open);
      desk.beginRecovery(open, way.value.recoveryKeys);
      const administrators = open.unitParts.db
        .select({ id: account.id, displayName: account.displayName })
        .from(account)
        .where(and(eq(account.role, 'school-administrator'), ne(account.state, 'removed')))
        .all();
      return ok({ administrators });
    },
  },

  recoverAdministrator: {
    runs: 'on-desk',
    async call(desk, { administrator }) {
      const { open, recoveryKeys } = desk;
      assert(open !== null && recoveryKeys !== null, 'a recovered desk has its store open');
      const row = desk.accountOf(open, administrator);
      if (row === undefined || row.role !== 'school-administrator' || row.state === 'removed') {
        return err({ type: 'account-gone' });
      }
      const schoolSecret = readLocalState(open.unitParts.db, 'school-secret');
      assert(schoolSecret !== undefined, 'a store keeps a copy of the school secret');
      const { cost } = await desk.passwordPolicy();
      const reset = await resetUser({
        body: open.vault,
        schoolSecret,
        user: administrator,
        cost,
        nowMs: desk.now(),
        random: desk.random,
      });
      if (!reset.ok) return reset;
      const { members, recoveryKeyGroups } = replaceRecovery(reset.value.members, desk.random);
      runUnit(open, desk.now(), {
        run() {
          const { db } = open.unitParts;
          const fields = {
            state: 'awaiting-activation',
            activationExpiresAtMs: reset.value.expiresAtMs,
          } as const;
          db.update(account).set(fields).where(eq(account.id, administrator)).run();
          const slot = members.slots.find(({ user }) => user === administrator);
          assert(slot !== undefined, 'who was reset has a way in');
          const by = { school: open.unitParts.school.id, nowMs: desk.now() };
          addMembershipEntry(db, { ...by, signer: recoverySigner, keys: recoveryKeys.signing }, [
            { kind: 'account', body: { ...row, ...fields } },
            slotFact(slot),
            { kind: 'recovery', body: members.recovery },
          ]);
          writeLocalNumber(db, 'rotation-due', 1);
          return answer(null);
        },
        audit: () =>
          desk.draft(recoveryActor, 'recover', 'account', 'desk.recoverAdministrator', {
            recordId: administrator,
          }),
      });
      const rotated = await desk.rotateMasterKey(members);
      if (!rotated.ok) return err({ type: 'disk-full' });
      return ok({
        username: row.username,
        activationCode: reset.value.activationCode,
        expiresAtMs: reset.value.expiresAtMs,
        recoveryKeyGroups: [...recoveryKeyGroups],
        rootFingerprint: keyFingerprint(Buffer.from(members.recovery.ed25519, 'hex')),
      });
    },
  },
};

/** A vault with somebody's new password, made and not yet written. */
export type VaultChange = NonNullable<Awaited<ReturnType<typeof changePassword>> & { ok: true }>['value'];

/** Makes the vault that takes the signed-in user's new password. Errors: `password-refused`. */
export async function changeOwnVault(
  desk: Desk,
  password: string,
): Promise<Result<VaultChange, ErrorOf<'password-refused'>>> {
  const { open, session } = desk;
  assert(open !== null && session?.keys != null, 'a signed-in user has keys');
  const schoolSecret = readLocalState(open.unitParts.db, 'school-secret');
  assert(schoolSecret !== undefined, 'a store keeps a copy of the school secret');
  const changed = await changePassword({
    body: open.vault,
    masterKey: open.masterKey,
    schoolSecret,
    user: session.actor.user,
    username: session.username,
    userKeys: session.keys,
    password,
    policy: await desk.passwordPolicy(),
    random: desk.random,
  });
  if (changed.ok) return changed;
  assert(changed.error.type === 'password-refused', 'the session is that of the user whose password changes');
  return err(changed.error);
}

/** Writes the changed vault over the old one, which still took the old password. Errors: `disk-full`. */
export function writeOwnVault(desk: Desk, change: VaultChange): Result<void, ErrorOf<'disk-full'>> {
  const { open, session } = desk;
  assert(open !== null && session !== null, 'a signed-in user');
  const written = writeVault(
    pairPaths(open.profile, open.vault.generation).vault,
    change.body,
    open.masterKey,
  );
  if (!written.ok) return written;
  open.vault = change.body;
  session.keys = change.userKeys;
  return ok(undefined);
}

/** A rotation that was due when the program ended is done now: slots of removed or reset accounts must not stay. */
async function finishRotation(desk: Desk): Promise<void> {
  const { open } = desk;
  if (open === null || readLocalNumber(open.unitParts.db, 'rotation-due') === undefined) return;
  await desk.rotateMasterKey(membersByAccount(open));
}

/** Who may open the vault by the accounts as they stand: no removed one, and no old password of a reset one. */
export function membersByAccount(open: OpenSchool): VaultMembers {
  const states = new Map(
    open.unitParts.db
      .select({ id: account.id, state: account.state })
      .from(account)
      .all()
      .map((row) => [row.id, row.state]),
  );
  const members = membersOf(open.vault);
  const slots = members.slots.filter((slot) => {
    const state = states.get(slot.user);
    return state === 'active' || (state === 'awaiting-activation' && slot.method === 'activation');
  });
  return { ...members, slots };
}

const recoveryActor = { user: null, role: null, method: 'recovery-key' } as const;

function beginSession(
  desk: Desk,
  locked: LockedSchool,
  open: OpenSchool,
  way: {
    readonly user: OpenSchool['vault']['slots'][number]['user'];
    readonly userKeys: NonNullable<Desk['session']>['keys'];
    readonly method: 'password' | 'activation';
    readonly mustChangePassword: boolean;
    readonly windowId: string;
  },
): Result<void, ErrorOf<'wrong-credentials'>> {
  const row = desk.accountOf(open, way.user);
  // Until a reset's change of the master key is done, the vault still takes the old password.
  const isOldPassword = row?.state === 'awaiting-activation' && way.method === 'password';
  if (row === undefined || row.state === 'removed' || isOldPassword) {
    open.close(desk.now(), 'close');
    if (way.userKeys !== null) forgetKeys(way.userKeys);
    desk.noteInJournal({ kind: 'sign-in-failed', code: 'account-refused' });
    return err({ type: 'wrong-credentials', triesLeft: 0 });
  }
  const actor = {
    user: row.id,
    role: row.role,
    method: way.method === 'password' ? 'password' : 'activation-code',
    staff: row.staff,
  } as const;
  const nowMs = desk.now();
  try {
    runUnit(open, nowMs, {
      run() {
        open.unitParts.db.update(account).set({ lastSignInMs: nowMs }).where(eq(account.id, row.id)).run();
        return answer(null);
      },
      audit: () => desk.draft(actor, 'sign-in', 'session', 'desk.signIn', { recordId: row.id }),
    });
  } catch (cause) {
    open.connection.close();
    throw cause;
  }
  locked.attempts.succeed(loginOf(locked.schoolSecret, row.username), nowMs);
  locked.recentUsers.add({ username: row.username, displayName: row.displayName });
  // Nothing is being written yet: what lies there half-done is of a process that was killed, and may be in clear.
  removeUnfinished(desk.options.exportDir);
  desk.begin(open, {
    actor,
    username: row.username,
    windowId: way.windowId,
    startedAtMs: nowMs,
    lastActiveMs: nowMs,
    keys: way.userKeys,
    mustChangePassword: way.mustChangePassword,
  });
  return ok(undefined);
}

function writePrepared(
  desk: Desk,
  prepared: PreparedSchool,
): Result<Profile, ErrorOf<'keychain-unavailable' | 'disk-full'>> {
  const keychain = desk.keychain();
  if (!keychain.ok) return err({ type: 'keychain-unavailable' });
  const written = writeSchool(desk, keychain.value, prepared);
  return written.ok ? written : err(keychainError(written.error));
}

function openAsAdministrator(
  desk: Desk,
  profile: Profile,
  prepared: PreparedSchool,
  windowId: string,
): Result<OpenSchool, ErrorOf<'keychain-unavailable' | 'disk-full'>> {
  desk.choose(profile.school);
  const locked = desk.lockedSchool();
  if (!locked.ok) return err({ type: 'keychain-unavailable' });
  const { body, masterKey, administratorKeys } = prepared.made;
  const store = desk.openStore({ locked: locked.value, vault: body, masterKey, anchor: 'check' });
  assert(store.ok, 'a school that was just written opens');
  const begun = beginSession(desk, locked.value, store.value, {
    user: prepared.administrator,
    userKeys: administratorKeys,
    method: 'password',
    mustChangePassword: false,
    windowId,
  });
  assert(begun.ok, 'the founding administrator has an account');
  return ok(store.value);
}

/** Opens the store with the recovered master key and puts into the keychain what is missing there. */
function restoreKeychain(
  desk: Desk,
  profile: Profile,
  way: { readonly body: OpenSchool['vault']; readonly masterKey: Uint8Array },
): Result<{ open: OpenSchool }, ErrorOf<'keychain-unavailable' | 'store-damaged' | 'disk-full'>> {
  const keychain = desk.keychain();
  if (!keychain.ok) return err({ type: 'keychain-unavailable' });
  const present = keychain.value.get(keychainNames.lockedKey(profile.school));
  if (!present.ok) return err(keychainError(present.error));
  const lockedKey = present.value ?? desk.random(32);
  if (present.value === null) {
    const kept = keychain.value.set(keychainNames.lockedKey(profile.school), lockedKey);
    if (!kept.ok) return err(keychainError(kept.error));
    const counter = createAttempts(profile.folder, profile.school, lockedKey);
    if (!counter.ok) return counter;
    // Without its key the old journal cannot be read; openStore reports that as an alarm.
  }
  const { folder, school } = profile;
  const journal = openJournal({ folder, school, lockedKey, keychain: keychain.value });
  const store = desk.openStore({
    locked: { profile, keychain: keychain.value, journal },
    vault: way.body,
    masterKey: way.masterKey,
    anchor: 'trust',
  });
  if (!store.ok) {
    const error = openingError(store.error);
    return error.type === 'store-damaged' || error.type === 'disk-full'
      ? err(error)
      : err({ type: 'keychain-unavailable' });
  }
  const secret = readLocalState(store.value.unitParts.db, 'school-secret');
  assert(secret !== undefined, 'a store keeps a copy of the school secret');
  const kept = keychain.value.set(keychainNames.schoolSecret(profile.school), secret);
  if (kept.ok) return ok({ open: store.value });
  store.value.connection.close();
  return err(keychainError(kept.error));
}

function statusOf(desk: Desk) {
  const { open, session } = desk;
  const present = open?.unitParts.school;
  // While a school is open its own name holds, not the one of the list before sign-in.
  const labelOf = (profile: ProfileSummary): string => {
    if (profile.school === present?.id) return present.name;
    return profile.state === 'ready' ? profile.label : '';
  };
  const schools = desk.profiles().map((profile) => ({
    id: profile.school,
    label: labelOf(profile),
    isSample: isMarkedAsSample(profileOf(desk.options.dataDir, profile.school)),
  }));
  const chosen = schools.find((school) => school.id === desk.chosen);
  const keychain = desk.keychain();
  const locked = desk.state === 'locked' ? desk.lockedSchool() : null;
  const row = open !== null && session !== null ? desk.accountOf(open, session.actor.user) : undefined;
  const timeZone = present?.timeZone ?? null;
  const isSample = chosen?.isSample ?? false;
  return {
    state: desk.state,
    schools,
    school: chosen === undefined ? null : { ...chosen, timeZone },
    recentUsers: locked?.ok ? [...locked.value.recentUsers.read()] : [],
    user:
      row === undefined
        ? null
        : {
            id: row.id,
            displayName: row.displayName,
            username: row.username,
            role: row.role,
            density: row.density,
            colorScheme: row.colorScheme,
            language: row.language,
          },
    language: readComputerLanguage(desk.options.dataDir),
    session:
      session === null
        ? null
        : {
            idleEndsAtMs: session.lastActiveMs + sessionIdleMs,
            endsAtMs: session.startedAtMs + sessionLongestMs,
          },
    keychain: keychain.ok ? keychain.value.kind : ('unavailable' as const),
    today: timeZone === null ? null : dayAt(desk.now(), timeZone),
    nowMs: desk.now(),
    lastBackupAtMs: open === null ? null : (readLocalNumber(open.unitParts.db, 'last-backup') ?? null),
    backupAlarms: open === null ? [] : standingBackupAlarms(open.unitParts.db),
    sampleAccounts: isSample ? { password: samplePassword, accounts: [...sampleAccounts] } : null,
  };
}

function fingerprintOf(prepared: PreparedSchool): string {
  return keyFingerprint(prepared.made.administratorKeys.signing.public);
}

/** Why no password may be tried now. */
export function attemptRefused(
  error: AttemptRefused,
): ErrorOf<'locked-out' | 'attempts-damaged' | 'disk-full'> {
  return error.type === 'attempts-damaged' ? { type: 'attempts-damaged' } : error;
}

function recoveryKeyWrong(
  error: RecoveryKeyMalformed | { readonly type: 'recovery-key-wrong' },
): ErrorOf<'recovery-key-wrong'> {
  return {
    type: 'recovery-key-wrong',
    group: error.type === 'recovery-key-malformed' ? (error.groups[0] ?? null) : null,
  };
}

function vaultDamaged(error: VaultReadError | OpenError): ErrorOf<'store-damaged'> {
  switch (error.type) {
    case 'vault-missing':
    case 'vault-damaged':
    case 'vault-tampered':
      return { type: 'store-damaged', what: error.type };
    case 'vault-newer':
      return { type: 'store-damaged', what: 'store-newer' };
    case 'wrong-credentials':
      throw new Error('Bug: a wrong password is not a damaged vault');
  }
}

function openingError(error: OpenSchoolError): OpeningError {
  switch (error.type) {
    case 'store-missing':
    case 'store-plaintext':
    case 'store-unreadable':
    case 'store-newer':
      return { type: 'store-damaged', what: error.type };
    case 'store-setting':
      return { type: 'store-damaged', what: 'store-unreadable' };
    case 'store-rolled-back':
      return { type: 'store-rolled-back', anchor: error.anchor };
    default:
      return keychainError(error);
  }
}

function keychainError(error: KeychainError): ErrorOf<'keychain-unavailable' | 'disk-full'> {
  return error.type === 'disk-full' ? { type: 'disk-full' } : { type: 'keychain-unavailable' };
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
