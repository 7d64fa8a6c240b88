import { createCipheriv, createDecipheriv, createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { assert, err, ok, type Result } from '../../domain/result.ts';
import {
  envelopeContext,
  envelopeHeaderLength,
  envelopePurposes,
  envelopeTagLength,
  parseEnvelope,
  writeEnvelopeHeader,
  type CellContext,
  type EnvelopeMalformed,
  type EnvelopePurpose,
} from '../../domain/vault/envelope.ts';
import type { Random } from './random.ts';

/**
 * An AES-256 key with the random id that its envelopes name: a subject's (one student or guardian), an illness case's, or the desk's
 * field key of a quarter, which wraps the others.
 */
export interface FieldKey {
  readonly id: Uint8Array;
  /** The same id as 32 hex digits. */
  readonly idHex: string;
  readonly key: KeyObject;
}

export type OpenFieldError =
  | EnvelopeMalformed
  /** An envelope of another kind than the caller reads. */
  | { readonly type: 'envelope-purpose' }
  /** Sealed under another key than the one given. */
  | { readonly type: 'envelope-key' }
  /** Changed, or moved from another cell, row or version. */
  | { readonly type: 'envelope-tampered' };

/** Names 32 bytes as a field key. The bytes may be wiped afterwards. */
export function fieldKeyOf(id: Uint8Array, key: Uint8Array): FieldKey {
  assert(id.length === 16 && key.length === 32, 'a field key is 32 bytes with an id of 16');
  return { id, idHex: Buffer.from(id).toString('hex'), key: createSecretKey(key) };
}

/** Makes a field key from random bytes. */
export function createFieldKey(random: Random): FieldKey {
  return fieldKeyOf(random(16), random(32));
}

/** Seals one value for one cell (SECURITY §4). The envelope is 46 bytes longer than the value. */
export function sealField(
  key: FieldKey,
  purpose: EnvelopePurpose,
  cell: CellContext,
  plaintext: Uint8Array,
  random: Random,
): Uint8Array {
  const envelope = Buffer.allocUnsafe(envelopeHeaderLength + plaintext.length + envelopeTagLength);
  const nonce = random(12);
  writeEnvelopeHeader(envelope, purpose, key.id, nonce);
  const cipher = createCipheriv('aes-256-gcm', key.key, nonce);
  cipher.setAAD(contextBytes(purpose, key.idHex, cell));
  envelope.set(cipher.update(plaintext), envelopeHeaderLength);
  cipher.final();
  envelope.set(cipher.getAuthTag(), envelopeHeaderLength + plaintext.length);
  return envelope;
}

/** Opens a sealed value of one cell. Errors: `envelope-malformed`, `envelope-purpose`, `envelope-key`, `envelope-tampered`. */
export function openField(
  key: FieldKey,
  purpose: EnvelopePurpose,
  cell: CellContext,
  bytes: Uint8Array,
): Result<Uint8Array, OpenFieldError> {
  const envelope = parseEnvelope(bytes);
  if (!envelope.ok) return envelope;
  if (envelope.value.purpose !== purpose) return err({ type: 'envelope-purpose' });
  if (Buffer.compare(envelope.value.keyId, key.id) !== 0) return err({ type: 'envelope-key' });
  const { nonce, ciphertext, tag } = envelope.value;
  const decipher = createDecipheriv('aes-256-gcm', key.key, nonce, { authTagLength: envelopeTagLength });
  decipher.setAAD(contextBytes(purpose, key.idHex, cell));
  decipher.setAuthTag(tag);
  const plaintext = decipher.update(ciphertext);
  try {
    decipher.final();
  } catch {
    // The only thing that final() checks is the tag.
    return err({ type: 'envelope-tampered' });
  }
  return ok(plaintext);
}

/**
 * Wraps a subject's key under the desk's field key of the quarter: an envelope like any other, in the cell where it is kept. Destroying every
 * such envelope is what purging the subject is.
 */
export function wrapSubjectKey(
  quarterKey: FieldKey,
  cell: CellContext,
  subjectKey: FieldKey,
  random: Random,
): Uint8Array {
  const secret = Buffer.concat([subjectKey.id, subjectKey.key.export()]);
  const envelope = sealField(quarterKey, envelopePurposes.subjectKey, cell, secret, random);
  secret.fill(0);
  return envelope;
}

/** Opens a wrapped subject key. Errors: as `openField`. */
export function unwrapSubjectKey(
  quarterKey: FieldKey,
  cell: CellContext,
  envelope: Uint8Array,
): Result<FieldKey, OpenFieldError> {
  const secret = openField(quarterKey, envelopePurposes.subjectKey, cell, envelope);
  if (!secret.ok) return secret;
  if (secret.value.length !== 48) return err({ type: 'envelope-malformed' });
  const key = fieldKeyOf(Uint8Array.from(secret.value.subarray(0, 16)), secret.value.subarray(16));
  secret.value.fill(0);
  return ok(key);
}

/**
 * What stands in an index in place of a sealed value, so that an exact match can be looked up: HMAC-SHA256 under the desk's search key, bound to the
 * column. The value must be in its one normal form. Equal values of one column give equal hashes, which is what a search needs and all it tells.
 */
export function searchHash(
  searchKey: KeyObject,
  column: Pick<CellContext, 'school' | 'table' | 'column'>,
  value: string,
): Uint8Array {
  return createHmac('sha256', searchKey)
    .update(JSON.stringify([column.school, column.table, column.column, value]), 'utf8')
    .digest();
}

function contextBytes(purpose: EnvelopePurpose, keyIdHex: string, cell: CellContext): Uint8Array {
  return Buffer.from(envelopeContext(purpose, keyIdHex, cell), 'utf8');
}
