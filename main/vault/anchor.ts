import { z } from 'zod';
import { idOf, schoolId, type SchoolId } from '../../domain/ids.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { deriveKey } from './keys.ts';
import { keychainNames, type Keychain, type KeychainError } from './keychain.ts';
import { macedText, parseMaced } from './maced-file.ts';

const anchor = z.strictObject({
  v: z.literal(1),
  school: schoolId,
  store: idOf<'store'>(),
  generation: z.int().min(1),
  auditSize: z.int().min(0),
  auditRoot: z.string().regex(/^[0-9a-f]{64}$/),
});

/**
 * What this computer last saw of a store, kept outside it: SQLCipher authenticates pages but not their age, so an old copy of the store opens as
 * well as the new one (SECURITY §2).
 */
export type Anchor = z.output<typeof anchor>;

/** Keeps an anchor, at lock, at close and before a new generation takes over. */
export function writeAnchor(
  keychain: Keychain,
  value: Anchor,
  masterKey: Uint8Array,
): Result<void, KeychainError> {
  const text = macedText(value, deriveKey(masterKey, 'anchor'));
  return keychain.set(keychainNames.anchor(value.school, value.generation), Buffer.from(text, 'utf8'));
}

/** Reads the anchor of one generation; `null` when there is none. Errors: `anchor-tampered`, or what the keychain says. */
export function readAnchor(
  keychain: Keychain,
  school: SchoolId,
  generation: number,
  masterKey: Uint8Array,
): Result<Anchor | null, KeychainError | { readonly type: 'anchor-tampered' }> {
  const bytes = keychain.get(keychainNames.anchor(school, generation));
  if (!bytes.ok) return bytes;
  if (bytes.value === null) return ok(null);
  const text = Buffer.from(bytes.value).toString('utf8');
  const value = parseMaced(text, anchor, deriveKey(masterKey, 'anchor'));
  if (!value.ok || value.value.school !== school || value.value.generation !== generation) {
    return err({ type: 'anchor-tampered' });
  }
  return ok(value.value);
}

/**
 * Compares a store with the anchor: `current` when it holds all that was last seen, `older` when its audit log is shorter or
 * another store lies there, `forked` when the log is as long but tells something else. Only `current` may open.
 *
 * `rootAt` gives the audit log's Merkle root at a size that the log has reached.
 */
export function compareWithAnchor(
  value: Anchor,
  store: {
    readonly store: string;
    readonly auditSize: number;
    readonly rootAt: (size: number) => string;
  },
): 'current' | 'older' | 'forked' {
  if (store.store !== value.store || store.auditSize < value.auditSize) return 'older';
  return store.rootAt(value.auditSize) === value.auditRoot ? 'current' : 'forked';
}
