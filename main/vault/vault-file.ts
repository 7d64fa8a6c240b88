import { z } from 'zod';
import { deskId, idOf, schoolId, userId } from '../../domain/ids.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { canonicalJson } from '../../domain/vault/canonical-json.ts';
import { argon2Floor, isAcceptableCost } from './argon2.ts';
import { readFileIfAny, replaceFile, type DiskFull } from './durable-file.ts';
import { deriveKey, isSameMac, macOf, sha256Hex } from './keys.ts';

const formatVersion = 1;

/** Lower case only: a second spelling of the same bytes would be a change that nobody notices. */
const hexOf = (length: number) => z.string().regex(new RegExp(`^[0-9a-f]{${length * 2}}$`));

const publicKey = hexOf(32);
/** `enc(32) ‖ key(32) ‖ tag(16)`, HPKE. */
const sealedMasterKey = hexOf(80);

const slot = z.strictObject({
  /** HMAC of the username under the school secret: no name stands in this file. */
  login: hexOf(32),
  user: userId,
  /** How the slot opens. `passkey` and `totp` are reserved: this version writes and opens the first two only. */
  method: z.enum(['password', 'activation', 'passkey', 'totp']),
  kdf: z.strictObject({ memoryKiB: z.int(), passes: z.int(), lanes: z.int(), salt: hexOf(16) }),
  /** `nonce(12) ‖ the user's two secrets(64) ‖ tag(16)`, AES-256-GCM under the key made from the password. */
  keys: hexOf(92),
  x25519: publicKey,
  ed25519: publicKey,
  mk: sealedMasterKey,
  /** For `activation`: UTC milliseconds after which the code no longer opens. */
  expires: z.int().optional(),
});

const vaultBody = z
  .strictObject({
    v: z.literal(formatVersion),
    school: schoolId,
    /** The school's name as it stands in the list before sign-in. */
    label: z.string(),
    desk: deskId,
    /** Grows by one each time the desk master key changes. */
    generation: z.int().min(1),
    store: idOf<'store'>(),
    recovery: z.strictObject({ x25519: publicKey, ed25519: publicKey, mk: sealedMasterKey }),
    slots: z.array(slot),
  })
  .refine(({ slots }) => isUnique(slots.map((one) => one.login)) && isUnique(slots.map((one) => one.user)));

/** One user's way in. */
export type VaultSlot = z.output<typeof slot>;

/** What `vault.json` says. */
export type VaultBody = z.output<typeof vaultBody>;

/** A vault as it was read: undamaged, but not yet known to be ours, because the key that shows it is inside. */
export interface UnprovenVault {
  readonly body: VaultBody;
  readonly hmac: string;
}

export type VaultReadError =
  | { readonly type: 'vault-missing' }
  /** Bytes changed or lost: the checksum, the spelling or the shape is wrong. */
  | { readonly type: 'vault-damaged'; readonly reason: 'not-canonical' | 'checksum' | 'shape' }
  /** Written by a later version of the application. */
  | { readonly type: 'vault-newer' }
  | VaultTampered;

/** Whole, but not written by this school: only somebody who meant to makes that. */
export interface VaultTampered {
  readonly type: 'vault-tampered';
  readonly reason: 'hmac' | 'kdf-cost' | 'sealed-key';
}

/**
 * Reads `vault.json` and checks all that can be checked without a key: exactly canonical JSON, `sha256`, the strict schema, and that no
 * slot asks for a password hash below the floor or beyond the ceiling. Whether it was tampered with, `proveVault` says.
 */
export function readVault(path: string): Result<UnprovenVault, VaultReadError> {
  const text = readFileIfAny(path);
  return text === undefined ? err({ type: 'vault-missing' }) : parseVault(text);
}

/** As `readVault`, for the text of the file. */
export function parseVault(text: string): Result<UnprovenVault, VaultReadError> {
  const file = vaultEnvelope.safeParse(parseJson(text));
  if (!file.success) return damaged('shape');
  const { body, hmac, sha256 } = file.data;
  if (canonicalJson({ body, hmac, sha256 }) !== text) return damaged('not-canonical');
  if (sha256Hex(canonicalJson(body)) !== sha256) return damaged('checksum');
  const version = anyVersion.safeParse(body);
  if (version.success && version.data.v > formatVersion) return err({ type: 'vault-newer' });
  const parsed = vaultBody.safeParse(body);
  if (!parsed.success) return damaged('shape');
  if (!parsed.data.slots.every((one) => isAcceptableCost(one.kdf))) {
    return err({ type: 'vault-tampered', reason: 'kdf-cost' });
  }
  return ok({ body: parsed.data, hmac });
}

/** Checks the header MAC, once the desk master key is known. Errors: `vault-tampered`. */
export function proveVault(vault: UnprovenVault, masterKey: Uint8Array): Result<VaultBody, VaultTampered> {
  if (!isSameMac(headerMac(vault.body, masterKey), vault.hmac)) {
    return err({ type: 'vault-tampered', reason: 'hmac' });
  }
  return ok(vault.body);
}

/** Writes `vault.json` so that at every moment either the old or the new one is there, whole. Errors: `disk-full`. */
export function writeVault(path: string, body: VaultBody, masterKey: Uint8Array): Result<void, DiskFull> {
  return replaceFile(path, vaultText(body, masterKey));
}

/** The text of `vault.json`: canonical JSON of `{body, hmac, sha256}`, both over the canonical JSON of `body` (SECURITY §1). */
export function vaultText(body: VaultBody, masterKey: Uint8Array): string {
  return canonicalJson({ body, hmac: headerMac(body, masterKey), sha256: sha256Hex(canonicalJson(body)) });
}

/** The cost that the vault's slots have, for a sign-in that finds no slot and must take as long as one that does. */
export function usualCost(body: VaultBody): VaultSlot['kdf'] {
  return body.slots[0]?.kdf ?? { ...argon2Floor, salt: '00'.repeat(16) };
}

const vaultEnvelope = z.strictObject({
  body: z.record(z.string(), z.unknown()),
  hmac: hexOf(32),
  sha256: hexOf(32),
});

const anyVersion = z.object({ v: z.number() });

function headerMac(body: VaultBody, masterKey: Uint8Array): string {
  return macOf(deriveKey(masterKey, 'vault-header'), canonicalJson(body));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is one more shape that the schema refuses.
    return undefined;
  }
}

function isUnique(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}

function damaged(reason: 'not-canonical' | 'checksum' | 'shape'): Result<never, VaultReadError> {
  return err({ type: 'vault-damaged', reason });
}
