import { z } from 'zod';
import { concatBytes, toHex, utf8, utf8ToText } from '../audit/bytes.ts';
import { err, ok, type Result } from '../result.ts';
import { canonicalJson } from '../vault/canonical-json.ts';

/** The cryptography that sync is put together from; Node's in the application, something cheaper in the simulation. */
export interface SyncCrypto {
  sha256(bytes: Uint8Array): Uint8Array;
  /** Whether an Ed25519 signature by a raw public key of 32 bytes holds. */
  verify(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean;
  /** AES-256-GCM under a fresh nonce: `nonce(12) ‖ ciphertext ‖ tag(16)`, bound to `context`. */
  seal(key: Uint8Array, plaintext: Uint8Array, context: string): Uint8Array;
  /** Opens what `seal` made; undefined for another key, other bytes or another context. */
  open(key: Uint8Array, sealed: Uint8Array, context: string): Uint8Array | undefined;
  random(length: number): Uint8Array;
}

const id = z.string().regex(/^[0-9a-f]{32}$/);
const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** At most so many changes in a batch, and so many bytes of their text; a change never spans batches. */
export const batchLimits = { changes: 500, bytes: 256 * 1024 } as const;

/** The `prev` of a desk's first batch, and the chain before a channel's first. */
export const zeroHash = '0'.repeat(64);

/**
 * What a desk signs of a batch (SECURITY §6.2). Its text is canonical JSON (RFC 8785); `prev` is the SHA-256 of the desk's header before.
 *
 * `seen` is beyond §6.2: the channel as the desk had read it when it sealed, as `[server incarnation, number, chain]`. So two desks to whom the
 * server shows different histories find out from each other's batches.
 */
export const batchHeader = z.strictObject({
  v: z.literal(1),
  channel: id,
  desk: id,
  incarnation: z.int().min(0),
  /** Strictly one more than the desk's batch before; from 1. */
  batch: z.int().min(1),
  /** The numbers of the desk's changes in this batch, both included; `lastSeq` is one less where it holds none. */
  firstSeq: z.int().min(1),
  lastSeq: z.int().min(0),
  /** Which group key the blobs are sealed under. */
  epoch: z.int().min(0),
  prev: hash,
  seen: z.tuple([z.int().min(0), z.int().min(0), hash]),
  blobs: z.array(z.strictObject({ tag: id, len: z.int().min(1), sha256: hash })).max(20_000),
  /** Tags of sealed changes that a purge takes from the server. */
  purges: z.array(id).max(100_000),
});
export type BatchHeader = z.output<typeof batchHeader>;

/** A batch as it travels and is kept: the header's exact bytes, the desk's signature over them, and the blobs in the header's order. */
export interface SealedBatch {
  readonly header: BatchHeader;
  readonly headerBytes: Uint8Array;
  readonly signature: Uint8Array;
  /** Null for a blob that has been purged. */
  readonly blobs: readonly (Uint8Array | null)[];
}

/** The header's bytes as they are signed and hashed. */
export function headerToBytes(header: BatchHeader): Uint8Array {
  return utf8(canonicalJson(header));
}

/** SHA-256 of a header's bytes in hex: names the batch, and is the `prev` of the next. */
export function batchHash(crypto: Pick<SyncCrypto, 'sha256'>, headerBytes: Uint8Array): string {
  return toHex(crypto.sha256(headerBytes));
}

/** The channel's chain after one more batch: SHA-256 over the chain before and the batch's hash, as text. Starts from `zeroHash`. */
export function chainAfter(crypto: Pick<SyncCrypto, 'sha256'>, chain: string, hashOfBatch: string): string {
  return toHex(crypto.sha256(utf8(`rollkeep/v1/chain\n${chain}\n${hashOfBatch}\n`)));
}

/** What a blob's seal is bound to: it cannot be moved to another batch, desk or subject's place. */
export function blobContext(
  header: Pick<BatchHeader, 'channel' | 'desk' | 'incarnation' | 'batch' | 'epoch'>,
  tag: string,
): string {
  const { channel, desk, incarnation, batch, epoch } = header;
  return canonicalJson([channel, desk, incarnation, batch, epoch, tag]);
}

/**
 * The length to which a text is padded, so that sizes say little: Padmé, at most 12 % more.
 * Source: Nikitin et al., "Reducing Metadata Leakage from Encrypted Files", PETS 2019, §4.
 */
export function paddedLength(length: number): number {
  if (length < 2) return length;
  const exponent = Math.floor(Math.log2(length));
  const mantissa = Math.floor(Math.log2(exponent)) + 1;
  const unit = 2 ** Math.max(0, exponent - mantissa);
  return Math.ceil(length / unit) * unit;
}

/** Puts a length before the bytes and zeros behind them, up to the padded length. */
export function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(paddedLength(4 + bytes.length));
  new DataView(whole.buffer).setUint32(0, bytes.length);
  whole.set(bytes, 4);
  return whole;
}

/** Takes the padding off; undefined where the length is not one. */
export function unpadded(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < 4) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  return length <= bytes.length - 4 ? bytes.subarray(4, 4 + length) : undefined;
}

/**
 * A batch as bytes: header length (4, big-endian), header, signature (64), then for each blob one byte, 1 or 0 for purged, and after
 * these the blobs that are there. Batches stand one after another in an upload.
 */
export function batchToBytes(batch: Omit<SealedBatch, 'header'>): Uint8Array {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, batch.headerBytes.length);
  const present = Uint8Array.from(batch.blobs, (blob) => (blob === null ? 0 : 1));
  return concatBytes(
    length,
    batch.headerBytes,
    batch.signature,
    present,
    ...batch.blobs.filter((blob) => blob !== null),
  );
}

export interface BatchMalformed {
  readonly type: 'batch-malformed';
}

/**
 * Reads batches that stand one after another. Headers are of the right shape, exactly canonical, and fit the bytes that follow; signatures
 * and hashes are not judged. Errors: `batch-malformed`.
 */
export function bytesToBatches(bytes: Uint8Array): Result<SealedBatch[], BatchMalformed> {
  const malformed = err({ type: 'batch-malformed' } as const);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const batches: SealedBatch[] = [];
  let at = 0;
  const take = (length: number): Uint8Array | undefined => {
    if (at + length > bytes.length) return undefined;
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    if (at + 4 > bytes.length) return malformed;
    const headerLength = view.getUint32(at);
    at += 4;
    const headerBytes = take(headerLength);
    const signature = take(64);
    if (headerBytes === undefined || signature === undefined) return malformed;
    const header = parseHeader(headerBytes);
    if (header === undefined) return malformed;
    const present = take(header.blobs.length);
    if (present === undefined) return malformed;
    const blobs: (Uint8Array | null)[] = [];
    for (const [index, { len }] of header.blobs.entries()) {
      if (present[index] === 0) {
        blobs.push(null);
        continue;
      }
      const blob = present[index] === 1 ? take(len) : undefined;
      if (blob === undefined) return malformed;
      blobs.push(blob);
    }
    batches.push({ header, headerBytes, signature, blobs });
  }
  return ok(batches);
}

/** Reads a header from its bytes; undefined for another shape, or for bytes that are not its one canonical form. */
export function parseHeader(headerBytes: Uint8Array): BatchHeader | undefined {
  const text = utf8ToText(headerBytes);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Not JSON is one more shape that the schema refuses.
    return undefined;
  }
  const parsed = batchHeader.safeParse(value);
  if (!parsed.success || canonicalJson(parsed.data) !== text) return undefined;
  const { firstSeq, lastSeq, blobs } = parsed.data;
  const tags = new Set(blobs.map(({ tag }) => tag));
  return lastSeq >= firstSeq - 1 && tags.size === blobs.length ? parsed.data : undefined;
}

/** Says whether every blob that is there is the one that the header names. */
export function hasRightBlobs(crypto: Pick<SyncCrypto, 'sha256'>, batch: SealedBatch): boolean {
  return batch.header.blobs.every(({ sha256 }, index) => {
    const blob = batch.blobs[index];
    return blob === null || (blob !== undefined && toHex(crypto.sha256(blob)) === sha256);
  });
}
