import { err, ok, type Result } from '../result.ts';

/** What a sealed field's key is for. The number stands in the envelope; a number is never used again for something else. */
export const envelopePurposes = {
  /** A `high` or `special` field, under the key of the student or guardian it is about. */
  subjectField: 1,
  /** A subject's key, under the desk's field key of the quarter. */
  subjectKey: 2,
  /** A whole illness case, under a key of its own. */
  illnessCase: 3,
  /** A setting that is a secret, such as the password of an outside system, under the desk's field key. */
  deskSecret: 4,
} as const;

export type EnvelopePurpose = (typeof envelopePurposes)[keyof typeof envelopePurposes];

/** Which cell an envelope belongs to. It is bound to the seal, so an envelope cannot be moved or replayed. */
export interface CellContext {
  readonly school: string;
  readonly table: string;
  readonly column: string;
  readonly row: string;
  /** The field's own version, in one text form: an older envelope of the same cell does not open. */
  readonly version: string;
}

/** Where the parts of an envelope lie. All views share the bytes that were parsed. */
export interface Envelope {
  readonly purpose: EnvelopePurpose;
  readonly keyId: Uint8Array;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
}

/** Too short, of another format version, or of a purpose that this version does not know. */
export interface EnvelopeMalformed {
  readonly type: 'envelope-malformed';
}

const version = 1;
const keyIdStart = 2;
const nonceStart = keyIdStart + 16;

/** The bytes before the ciphertext: version (1), purpose (1), key id (16), nonce (12). */
export const envelopeHeaderLength = nonceStart + 12;

export const envelopeTagLength = 16;

/** Writes the 30 bytes that stand before the ciphertext: `01 ‖ purpose ‖ keyId ‖ nonce` (SECURITY §4). */
export function writeEnvelopeHeader(
  target: Uint8Array,
  purpose: EnvelopePurpose,
  keyId: Uint8Array,
  nonce: Uint8Array,
): void {
  target[0] = version;
  target[1] = purpose;
  target.set(keyId, keyIdStart);
  target.set(nonce, nonceStart);
}

/** Finds the parts of an envelope `01 ‖ purpose(1) ‖ keyId(16) ‖ nonce(12) ‖ ciphertext ‖ tag(16)`. Nothing is authenticated yet. */
export function parseEnvelope(bytes: Uint8Array): Result<Envelope, EnvelopeMalformed> {
  const purpose = Object.values(envelopePurposes).find((known) => known === bytes[1]);
  const tagStart = bytes.length - envelopeTagLength;
  if (bytes[0] !== version || purpose === undefined || tagStart < envelopeHeaderLength) {
    return err({ type: 'envelope-malformed' });
  }
  return ok({
    purpose,
    keyId: bytes.subarray(keyIdStart, nonceStart),
    nonce: bytes.subarray(nonceStart, envelopeHeaderLength),
    ciphertext: bytes.subarray(envelopeHeaderLength, tagStart),
    tag: bytes.subarray(tagStart),
  });
}

/**
 * The data that an envelope is bound to: canonical JSON of `[school, purpose, keyId, table, column, row, version]`.
 *
 * For an array of strings and small integers `JSON.stringify` gives exactly the bytes of RFC 8785 (a test compares the two), and
 * this is called for every sealed field that is read.
 */
export function envelopeContext(purpose: EnvelopePurpose, keyIdHex: string, cell: CellContext): string {
  return JSON.stringify([cell.school, purpose, keyIdHex, cell.table, cell.column, cell.row, cell.version]);
}
