import type { DeskId, Id, SchoolId, UserId } from '../../domain/ids.ts';
import { assert, err, ok, type Result } from '../../domain/result.ts';
import {
  activationLifetimeMs,
  bytesToActivationCode,
  parseActivationCode,
} from '../../domain/vault/activation-code.ts';
import { canonicalJson } from '../../domain/vault/canonical-json.ts';
import { checkPassword, normalisePassword, type PasswordRefused } from '../../domain/vault/password-rules.ts';
import { argon2id, type Argon2Cost } from './argon2.ts';
import {
  bytesToUserKeys,
  createUserKeys,
  deriveUserKek,
  loginOf,
  openSealed,
  recoveryKeysOf,
  sealTo,
  unwrap,
  userKeysToBytes,
  wipe,
  wrap,
  type CannotOpen,
  type UserKeys,
} from './keys.ts';
import type { Random } from './random.ts';
import { parseRecoveryKey, recoveryKeyToGroups, type RecoveryKeyMalformed } from './recovery-key.ts';
import {
  proveVault,
  usualCost,
  type UnprovenVault,
  type VaultBody,
  type VaultSlot,
  type VaultTampered,
} from './vault-file.ts';

/**
 * Who may open a store, before or after the desk master key is sealed to them. A change that takes somebody's way in gives members and
 * not a vault: the only way from members to a vault is a new master key (`prepareRotation`).
 */
export interface VaultMembers {
  readonly slots: readonly Omit<VaultSlot, 'mk'>[];
  readonly recovery: Omit<VaultBody['recovery'], 'mk'>;
}

/** How new passwords are judged and stretched. */
export interface PasswordPolicy {
  readonly cost: Argon2Cost;
  readonly isCommon: (lowerCase: string) => boolean;
}

/** Everything a new school begins with. Nothing has been written yet. */
export interface NewSchool {
  readonly body: VaultBody;
  readonly masterKey: Uint8Array;
  readonly schoolSecret: Uint8Array;
  readonly administratorKeys: UserKeys;
  /** For the printed sheet, shown once: never kept. */
  readonly recoveryKeyGroups: readonly string[];
}

/** What a right password gives. */
export interface Opened {
  readonly body: VaultBody;
  readonly masterKey: Uint8Array;
  readonly user: UserId;
  readonly userKeys: UserKeys;
  readonly method: 'password' | 'activation';
  /** After an activation code: nothing but choosing a password may be called. */
  readonly mustChangePassword: boolean;
}

export type OpenError =
  /** No such user, another password, an expired or mistyped activation code: not told apart. */
  { readonly type: 'wrong-credentials' } | VaultTampered;

/** An activation code as it is shown once, and when it stops to open (UTC ms). */
export interface Activation {
  readonly activationCode: string;
  readonly expiresAtMs: number;
}

const masterKeyPurpose = 'desk-master-key';

/**
 * Makes a school's keys: school secret, desk master key, recovery key, and the first administrator with a password.
 *
 * Errors: `password-refused`.
 */
export async function createVault(options: {
  readonly school: SchoolId;
  readonly label: string;
  readonly desk: DeskId;
  readonly store: Id<'store'>;
  readonly administrator: { readonly user: UserId; readonly username: string; readonly password: string };
  readonly policy: PasswordPolicy;
  readonly random: Random;
}): Promise<Result<NewSchool, PasswordRefused>> {
  const { administrator, policy, random } = options;
  const password = checkPassword(administrator.password, administrator.username, policy.isCommon);
  if (!password.ok) return password;
  const schoolSecret = random(32);
  const masterKey = random(32);
  const { recovery, recoveryKeyGroups } = createRecovery(random);
  const administratorKeys = createUserKeys(random);
  const slot = await wrapSlot({
    school: options.school,
    login: loginOf(schoolSecret, administrator.username),
    user: administrator.user,
    method: 'password',
    secret: password.value,
    schoolSecret,
    keys: administratorKeys,
    cost: policy.cost,
    random,
  });
  const { school, label, desk, store } = options;
  const header = { v: 1, school, label, desk, store, generation: 1 } as const;
  const body = await sealMembers(header, { slots: [slot], recovery }, masterKey);
  return ok({ body, masterKey, schoolSecret, administratorKeys, recoveryKeyGroups });
}

/**
 * Opens the desk master key with a username and a password or activation code.
 *
 * An unknown username costs the same Argon2id run as a known one. Errors: `wrong-credentials`, `vault-tampered`.
 */
export async function openWithPassword(options: {
  readonly vault: UnprovenVault;
  readonly schoolSecret: Uint8Array;
  readonly username: string;
  readonly password: string;
  readonly nowMs: number;
}): Promise<Result<Opened, OpenError>> {
  const { vault, schoolSecret, username, nowMs } = options;
  const login = loginOf(schoolSecret, username);
  const slot = vault.body.slots.find((one) => one.login === login);
  const secret = slot?.method === 'activation' ? activationSecret(options.password) : options.password;
  const kek = await stretch(normalisePassword(secret), slot?.kdf ?? usualCost(vault.body), schoolSecret);
  if (slot === undefined || (slot.method !== 'password' && slot.method !== 'activation')) {
    return err({ type: 'wrong-credentials' });
  }
  if (slot.method === 'activation' && !(slot.expires !== undefined && nowMs < slot.expires)) {
    return err({ type: 'wrong-credentials' });
  }
  const secrets = unwrap(kek, bytesOf(slot.keys), slotContext(vault.body.school, slot));
  wipe(kek);
  if (!secrets.ok) return err({ type: 'wrong-credentials' });
  const userKeys = bytesToUserKeys(secrets.value);
  wipe(secrets.value);
  const masterKey = await openMasterKey(vault.body, userKeys, slot.user, slot.mk);
  if (!masterKey.ok) return err({ type: 'vault-tampered', reason: 'sealed-key' });
  const body = proveVault(vault, masterKey.value);
  if (!body.ok) return body;
  const { user, method } = slot;
  const mustChangePassword = method === 'activation';
  return ok({ body: body.value, masterKey: masterKey.value, user, userKeys, method, mustChangePassword });
}

/**
 * Asks a signed-in user for the password again, before an export or a change of password. Gives no key.
 *
 * Errors: `wrong-credentials` (also when the password is another user's), `vault-tampered`.
 */
export async function verifyPassword(
  options: Parameters<typeof openWithPassword>[0] & { readonly user: UserId },
): Promise<Result<void, OpenError>> {
  const opened = await openWithPassword(options);
  if (!opened.ok) return opened;
  forgetKeys(opened.value.userKeys);
  wipe(opened.value.masterKey);
  return opened.value.user === options.user ? ok(undefined) : err({ type: 'wrong-credentials' });
}

/**
 * Opens the desk master key with the printed recovery key; the school secret is not needed.
 *
 * Errors: `recovery-key-malformed` with the wrong groups, `recovery-key-wrong` when it is another school's, `vault-tampered`.
 */
export async function openWithRecoveryKey(
  vault: UnprovenVault,
  typed: string | readonly string[],
): Promise<
  Result<
    { readonly body: VaultBody; readonly masterKey: Uint8Array; readonly recoveryKeys: UserKeys },
    RecoveryKeyMalformed | { readonly type: 'recovery-key-wrong' } | VaultTampered
  >
> {
  const recoveryKey = parseRecoveryKey(typed);
  if (!recoveryKey.ok) return recoveryKey;
  const recoveryKeys = recoveryKeysOf(recoveryKey.value);
  wipe(recoveryKey.value);
  const { recovery } = vault.body;
  if (hexOf(recoveryKeys.agreement.public) !== recovery.x25519) return err({ type: 'recovery-key-wrong' });
  const masterKey = await openMasterKey(vault.body, recoveryKeys, 'recovery', recovery.mk);
  if (!masterKey.ok) return err({ type: 'vault-tampered', reason: 'sealed-key' });
  const body = proveVault(vault, masterKey.value);
  if (!body.ok) return body;
  return ok({ body: body.value, masterKey: masterKey.value, recoveryKeys });
}

/**
 * Gives a new user a way in: an activation code that opens for 24 hours. Errors: `username-taken`.
 *
 * The vault's header MAC is made when it is written (`writeVault`).
 */
export async function addUserSlot(options: {
  readonly body: VaultBody;
  readonly masterKey: Uint8Array;
  readonly schoolSecret: Uint8Array;
  readonly user: UserId;
  readonly username: string;
  readonly cost: Argon2Cost;
  readonly nowMs: number;
  readonly random: Random;
}): Promise<Result<{ readonly body: VaultBody } & Activation, { readonly type: 'username-taken' }>> {
  const { body } = options;
  const login = loginOf(options.schoolSecret, options.username);
  if (body.slots.some((one) => one.login === login)) return err({ type: 'username-taken' });
  assert(!body.slots.some((one) => one.user === options.user), 'a user has one slot');
  const { slot, ...activation } = await activationSlot({ ...options, school: body.school, login });
  const mk = await sealMasterKey(body, options.masterKey, slot.user, slot.x25519);
  return ok({ body: { ...body, slots: [...body.slots, { ...slot, mk }] }, ...activation });
}

/**
 * Sets a user's own new password. The user's keys stay, except after an activation code: who made the code could have read those.
 *
 * The old vault must be replaced, not kept: it still takes the old password. Errors: `password-refused`; `wrong-credentials` when the username
 * is not this user's.
 */
export async function changePassword(options: {
  readonly body: VaultBody;
  readonly masterKey: Uint8Array;
  readonly schoolSecret: Uint8Array;
  readonly user: UserId;
  readonly username: string;
  readonly userKeys: UserKeys;
  readonly password: string;
  readonly policy: PasswordPolicy;
  readonly random: Random;
}): Promise<
  Result<
    { readonly body: VaultBody; readonly userKeys: UserKeys },
    PasswordRefused | { readonly type: 'wrong-credentials' }
  >
> {
  const { body, schoolSecret, user, policy, random } = options;
  const old = body.slots.find((one) => one.user === user);
  if (old === undefined || old.login !== loginOf(schoolSecret, options.username)) {
    return err({ type: 'wrong-credentials' });
  }
  const password = checkPassword(options.password, options.username, policy.isCommon);
  if (!password.ok) return password;
  if (old.method === 'password') {
    const kek = await stretch(password.value, old.kdf, schoolSecret);
    const isSame = unwrap(kek, bytesOf(old.keys), slotContext(body.school, old)).ok;
    wipe(kek);
    if (isSame) return err({ type: 'password-refused', reason: 'same-as-before' });
  }
  const userKeys = old.method === 'activation' ? createUserKeys(random) : options.userKeys;
  const slot = await wrapSlot({
    school: body.school,
    login: old.login,
    user,
    method: 'password',
    secret: password.value,
    schoolSecret,
    keys: userKeys,
    cost: policy.cost,
    random,
  });
  const mk = await sealMasterKey(body, options.masterKey, user, slot.x25519);
  return ok({ body: replaceSlot(body, { ...slot, mk }), userKeys });
}

/**
 * An administrator's reset: the password and the keys of a user end, an activation code takes their place.
 *
 * Gives members, not a vault: the master key must change, since a copy of the old header would still take the old password.
 * Errors: `account-gone`.
 */
export async function resetUser(options: {
  readonly body: VaultBody;
  readonly schoolSecret: Uint8Array;
  readonly user: UserId;
  readonly cost: Argon2Cost;
  readonly nowMs: number;
  readonly random: Random;
}): Promise<Result<{ readonly members: VaultMembers } & Activation, { readonly type: 'account-gone' }>> {
  const { body, user } = options;
  const old = body.slots.find((one) => one.user === user);
  if (old === undefined) return err({ type: 'account-gone' });
  const { slot, ...activation } = await activationSlot({ ...options, school: body.school, login: old.login });
  const members = membersOf(body);
  const slots = members.slots.map((one) => (one.user === user ? slot : one));
  return ok({ members: { ...members, slots }, ...activation });
}

/** Takes a user's way in. Gives members, not a vault: the master key must change. Errors: `account-gone`. */
export function removeUserSlot(
  body: VaultBody,
  user: UserId,
): Result<{ readonly members: VaultMembers }, { readonly type: 'account-gone' }> {
  const members = membersOf(body);
  const slots = members.slots.filter((one) => one.user !== user);
  if (slots.length === members.slots.length) return err({ type: 'account-gone' });
  return ok({ members: { ...members, slots } });
}

/** Makes a new recovery key, as is due after each use of the old one. Gives members, not a vault: the master key must change. */
export function replaceRecovery(
  members: VaultMembers,
  random: Random,
): { readonly members: VaultMembers; readonly recoveryKeyGroups: readonly string[] } {
  const { recovery, recoveryKeyGroups } = createRecovery(random);
  return { members: { ...members, recovery }, recoveryKeyGroups };
}

/** Who may open this vault. */
export function membersOf(body: VaultBody): VaultMembers {
  const { mk: _recoveryMk, ...recovery } = body.recovery;
  return { slots: body.slots.map(({ mk: _mk, ...slot }) => slot), recovery };
}

/** Makes the next generation: a new desk master key, sealed to these members. Nothing has been written yet. */
export async function prepareRotation(
  body: VaultBody,
  members: VaultMembers,
  random: Random,
): Promise<{ readonly body: VaultBody; readonly masterKey: Uint8Array }> {
  const { v, school, label, desk, store, generation } = body;
  const masterKey = random(32);
  const header = { v, school, label, desk, store, generation: generation + 1 };
  return { body: await sealMembers(header, members, masterKey), masterKey };
}

/** Makes the vault of one more desk of a school: a master key of its own, sealed to the school's members. */
export async function createDeskVault(
  of: Pick<VaultBody, 'school' | 'label' | 'desk' | 'store'>,
  members: VaultMembers,
  random: Random,
): Promise<{ readonly body: VaultBody; readonly masterKey: Uint8Array }> {
  const masterKey = random(32);
  return { body: await sealMembers({ v: 1, generation: 1, ...of }, members, masterKey), masterKey };
}

/** The vault with these ways in: the master key is sealed to whoever is new. Nobody's way in is taken. */
export async function withSlots(
  body: VaultBody,
  masterKey: Uint8Array,
  slots: VaultMembers['slots'],
): Promise<VaultBody> {
  const sealed = await Promise.all(
    slots.map(async (slot) => {
      const present = body.slots.find((one) => one.user === slot.user && one.x25519 === slot.x25519);
      const mk = present?.mk ?? (await sealMasterKey(body, masterKey, slot.user, slot.x25519));
      return { ...slot, mk };
    }),
  );
  return { ...body, slots: sealed };
}

/** Overwrites a user's secrets, at lock and sign-out. */
export function forgetKeys(keys: UserKeys): void {
  wipe(keys.agreement.secret, keys.signing.seed);
}

type VaultHeader = Omit<VaultBody, 'slots' | 'recovery'>;
type MemberSlot = Omit<VaultSlot, 'mk'>;

function createRecovery(random: Random): {
  recovery: VaultMembers['recovery'];
  recoveryKeyGroups: readonly string[];
} {
  const recoveryKey = random(32);
  const keys = recoveryKeysOf(recoveryKey);
  const recovery = { x25519: hexOf(keys.agreement.public), ed25519: hexOf(keys.signing.public) };
  const recoveryKeyGroups = recoveryKeyToGroups(recoveryKey);
  wipe(recoveryKey);
  forgetKeys(keys);
  return { recovery, recoveryKeyGroups };
}

async function activationSlot(options: {
  readonly school: SchoolId;
  readonly login: string;
  readonly user: UserId;
  readonly schoolSecret: Uint8Array;
  readonly cost: Argon2Cost;
  readonly nowMs: number;
  readonly random: Random;
}): Promise<{ slot: MemberSlot } & Activation> {
  const { school, login, user, schoolSecret, cost, random } = options;
  const activationCode = bytesToActivationCode(random(10));
  const expiresAtMs = options.nowMs + activationLifetimeMs;
  const keys = createUserKeys(random);
  const slot = await wrapSlot({
    school,
    login,
    user,
    method: 'activation',
    secret: activationSecret(activationCode),
    schoolSecret,
    keys,
    cost,
    expires: expiresAtMs,
    random,
  });
  forgetKeys(keys);
  return { slot, activationCode, expiresAtMs };
}

/** What is not even shaped like a code is stretched as it is, so that it takes as long as a wrong code. */
function activationSecret(typed: string): string {
  const code = parseActivationCode(typed);
  return code.ok ? code.value : typed;
}

async function wrapSlot(options: {
  readonly school: SchoolId;
  readonly login: string;
  readonly user: UserId;
  readonly method: 'password' | 'activation';
  readonly secret: string;
  readonly schoolSecret: Uint8Array;
  readonly keys: UserKeys;
  readonly cost: Argon2Cost;
  readonly expires?: number;
  readonly random: Random;
}): Promise<MemberSlot> {
  const { login, user, method, keys, cost, random } = options;
  const { memoryKiB, passes, lanes } = cost;
  const unsealed = {
    login,
    user,
    method,
    kdf: { memoryKiB, passes, lanes, salt: hexOf(random(16)) },
    x25519: hexOf(keys.agreement.public),
    ed25519: hexOf(keys.signing.public),
    ...(options.expires === undefined ? {} : { expires: options.expires }),
  };
  const kek = await stretch(options.secret, unsealed.kdf, options.schoolSecret);
  const secrets = userKeysToBytes(keys);
  const wrapped = wrap(kek, secrets, slotContext(options.school, unsealed), random);
  wipe(kek, secrets);
  return { ...unsealed, keys: hexOf(wrapped) };
}

/** Binds a user's wrapped keys to everything else in the slot, and to the school: a slot cannot be moved, retitled or prolonged. */
function slotContext(school: SchoolId, slot: Omit<MemberSlot, 'keys'>): string {
  const { login, user, method, kdf, x25519, ed25519, expires } = slot;
  return canonicalJson([school, 'user-keys', login, user, method, kdf, x25519, ed25519, expires ?? null]);
}

async function stretch(secret: string, kdf: VaultSlot['kdf'], schoolSecret: Uint8Array): Promise<Uint8Array> {
  const stretched = await argon2id(secret, bytesOf(kdf.salt), kdf);
  const kek = deriveUserKek(stretched, schoolSecret);
  wipe(stretched);
  return kek;
}

async function sealMembers(
  header: VaultHeader,
  members: VaultMembers,
  masterKey: Uint8Array,
): Promise<VaultBody> {
  const slots = await Promise.all(
    members.slots.map(async (slot) => ({
      ...slot,
      mk: await sealMasterKey(header, masterKey, slot.user, slot.x25519),
    })),
  );
  const mk = await sealMasterKey(header, masterKey, 'recovery', members.recovery.x25519);
  return { ...header, slots, recovery: { ...members.recovery, mk } };
}

async function sealMasterKey(
  header: VaultHeader,
  masterKey: Uint8Array,
  recipient: UserId | 'recovery',
  x25519: string,
): Promise<string> {
  const context = masterKeyContext(header, recipient, x25519);
  return hexOf(await sealTo(bytesOf(x25519), masterKeyPurpose, context, masterKey));
}

function openMasterKey(
  header: VaultHeader,
  keys: UserKeys,
  recipient: UserId | 'recovery',
  sealed: string,
): Promise<Result<Uint8Array, CannotOpen>> {
  const context = masterKeyContext(header, recipient, hexOf(keys.agreement.public));
  return openSealed(keys.agreement, masterKeyPurpose, context, bytesOf(sealed));
}

function masterKeyContext(header: VaultHeader, recipient: UserId | 'recovery', x25519: string): string {
  return canonicalJson([header.school, header.desk, header.store, header.generation, recipient, x25519]);
}

function replaceSlot(body: VaultBody, slot: VaultSlot): VaultBody {
  return { ...body, slots: body.slots.map((one) => (one.user === slot.user ? slot : one)) };
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function bytesOf(hex: string): Uint8Array {
  return Buffer.from(hex, 'hex');
}
