import { assert, err, ok, type Result } from '../result.ts';
import { bytesEqual, concatBytes, fromBase64, toBase64, utf8 } from './bytes.ts';
import type { Sha256 } from './merkle.ts';

/** The place of one log: one school, one desk, one incarnation of that desk's store. */
export interface LogName {
  readonly school: string;
  readonly desk: string;
  readonly incarnation: number;
}

/** A log's head. `root` is its RFC 6962 root at `size` entries. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** A checkpoint with the signatures under it. `body` is the text that they cover, its last line break included. */
export interface SignedCheckpoint extends Checkpoint {
  readonly body: string;
  readonly signatures: readonly NoteSignature[];
}

export interface NoteSignature {
  readonly name: string;
  /** Four bytes that hint at the key. */
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
}

/** Who vouches for a log: a name and a raw Ed25519 public key of 32 bytes. */
export interface NoteKey {
  readonly name: string;
  readonly publicKey: Uint8Array;
}

export type SignBytes = (bytes: Uint8Array) => Uint8Array;
export type VerifyBytes = (publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array) => boolean;

export type CheckpointError = { readonly type: 'checkpoint-malformed' };
export type SignatureProblem = 'no-signature-by-key' | 'signature-invalid';

// Signature types of C2SP signed-note.
const ed25519Type = 1;
const cosignatureType = 4;

/** The origin line of a log's checkpoints, which is also the name its desk signs under. */
export function logOrigin(log: LogName): string {
  return `rollkeep/${log.school}/${log.desk}/${log.incarnation}`;
}

/**
 * Signs a checkpoint as a note of one signature.
 * Source: C2SP tlog-checkpoint and signed-note (https://c2sp.org).
 */
export function signCheckpoint(
  sha256: Sha256,
  checkpoint: Checkpoint,
  publicKey: Uint8Array,
  sign: SignBytes,
): string {
  const body = `${checkpoint.origin}\n${checkpoint.size}\n${toBase64(checkpoint.root)}\n`;
  const keyId = noteKeyId(sha256, { name: checkpoint.origin, publicKey }, ed25519Type);
  return `${body}\n${signatureLine(checkpoint.origin, keyId, sign(utf8(body)))}`;
}

/**
 * Reads a signed checkpoint without judging its signatures. Extension lines are refused: we write none.
 * Errors: `checkpoint-malformed`.
 */
export function parseCheckpoint(note: string): Result<SignedCheckpoint, CheckpointError> {
  const malformed = err({ type: 'checkpoint-malformed' } as const);
  const parts =
    /^(?<body>(?<origin>[!-~]+)\n(?<size>0|[1-9][0-9]{0,14})\n(?<root>[A-Za-z0-9+/=]{44})\n)\n(?<lines>(?:— [!-*,-~]+ [A-Za-z0-9+/=]+\n)+)$/.exec(
      note,
    )?.groups;
  const root = fromBase64(parts?.['root'] ?? '?');
  const { body, origin, size, lines } = parts ?? {};
  if (root?.length !== 32 || body === undefined || origin === undefined || lines === undefined)
    return malformed;
  const signatures: NoteSignature[] = [];
  for (const line of lines.trimEnd().split('\n')) {
    const [, name, base64] = line.split(' ');
    const bytes = fromBase64(base64 ?? '?');
    if (name === undefined || bytes === undefined || bytes.length < 5) return malformed;
    signatures.push({ name, keyId: bytes.subarray(0, 4), signature: bytes.subarray(4) });
  }
  return ok({ origin, size: Number(size), root, body, signatures });
}

/** Checks the log's own signature. Gives undefined when it holds, else what is wrong with it. */
export function logSignatureProblem(
  sha256: Sha256,
  checkpoint: SignedCheckpoint,
  publicKey: Uint8Array,
  verify: VerifyBytes,
): SignatureProblem | undefined {
  const keyId = noteKeyId(sha256, { name: checkpoint.origin, publicKey }, ed25519Type);
  const own = checkpoint.signatures.find((s) => s.name === checkpoint.origin && bytesEqual(s.keyId, keyId));
  if (own === undefined) return 'no-signature-by-key';
  const holds = own.signature.length === 64 && verify(publicKey, utf8(checkpoint.body), own.signature);
  return holds ? undefined : 'signature-invalid';
}

/**
 * Whether a witness has countersigned a checkpoint. `invalid`: a signature stands under the witness's name and key that
 * does not hold, which no witness has made, so the checkpoint or the countersignature was changed afterwards.
 * Signatures of others are passed over.
 * Source: C2SP tlog-cosignature, `cosignature/v1`, and signed-note on signatures of known keys.
 */
export function cosignatureState(
  sha256: Sha256,
  checkpoint: SignedCheckpoint,
  witness: NoteKey,
  verify: VerifyBytes,
): 'valid' | 'invalid' | 'absent' {
  const keyId = noteKeyId(sha256, witness, cosignatureType);
  const own = checkpoint.signatures.filter((s) => s.name === witness.name && bytesEqual(s.keyId, keyId));
  if (own.length === 0) return 'absent';
  const hold = own.every(({ signature }) => {
    if (signature.length !== 72) return false;
    const seconds = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
    return verify(witness.publicKey, cosignedBytes(checkpoint, seconds), signature.subarray(8));
  });
  return hold ? 'valid' : 'invalid';
}

/**
 * The signature line by which a witness countersigns a checkpoint: it goes to the end of the signed note.
 * `seconds` is the witness's Unix time.
 */
export function cosignatureLine(
  sha256: Sha256,
  checkpoint: Pick<SignedCheckpoint, 'body'>,
  witness: NoteKey,
  seconds: bigint,
  sign: SignBytes,
): string {
  const time = new Uint8Array(8);
  new DataView(time.buffer).setBigUint64(0, seconds);
  const signature = concatBytes(time, sign(cosignedBytes(checkpoint, seconds)));
  return signatureLine(witness.name, noteKeyId(sha256, witness, cosignatureType), signature);
}

/**
 * Reads a witness's key from the form in which C2SP hands it round: `name+keyid+base64`.
 * Gives undefined where it is not one, or not of the cosignature type.
 */
export function parseWitnessKey(sha256: Sha256, text: string): NoteKey | undefined {
  const [, name, keyIdHex, base64] = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) ?? [];
  const typed = fromBase64(base64 ?? '?');
  if (name === undefined || typed?.length !== 33 || typed[0] !== cosignatureType) return undefined;
  const key = { name, publicKey: typed.subarray(1) };
  return witnessKeyToText(sha256, key).split('+')[1] === keyIdHex ? key : undefined;
}

export function witnessKeyToText(sha256: Sha256, key: NoteKey): string {
  const keyId = Array.from(noteKeyId(sha256, key, cosignatureType), (byte) =>
    byte.toString(16).padStart(2, '0'),
  );
  return `${key.name}+${keyId.join('')}+${toBase64(concatBytes(Uint8Array.of(cosignatureType), key.publicKey))}`;
}

function cosignedBytes(checkpoint: Pick<SignedCheckpoint, 'body'>, seconds: bigint): Uint8Array {
  return utf8(`cosignature/v1\ntime ${seconds}\n${checkpoint.body}`);
}

function noteKeyId(sha256: Sha256, key: NoteKey, type: number): Uint8Array {
  assert(key.publicKey.length === 32, 'an Ed25519 public key is 32 bytes');
  return sha256(concatBytes(utf8(`${key.name}\n`), Uint8Array.of(type), key.publicKey)).subarray(0, 4);
}

function signatureLine(name: string, keyId: Uint8Array, signature: Uint8Array): string {
  return `— ${name} ${toBase64(concatBytes(keyId, signature))}\n`;
}
