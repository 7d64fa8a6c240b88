import { concatBytes, utf8, utf8ToText } from '../audit/bytes.ts';
import { err, ok, type Result } from '../result.ts';
import { batchToBytes, bytesToBatches, type BatchMalformed, type SealedBatch } from './batch.ts';
import { readHead, type ReadHead } from './wire.ts';

/** The body of a read: length of the head (4, big-endian), the head as JSON, and the batches as they are uploaded, one for each of its items. */
export function readReplyToBytes(
  head: ReadHead,
  batches: readonly Omit<SealedBatch, 'header'>[],
): Uint8Array<ArrayBuffer> {
  const text = utf8(JSON.stringify(head));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, text.length);
  return concatBytes(length, text, ...batches.map(batchToBytes));
}

/** Reads what `readReplyToBytes` wrote. Errors: `batch-malformed`, also where head and batches do not belong together. */
export function bytesToReadReply(
  bytes: Uint8Array,
): Result<{ readonly head: ReadHead; readonly batches: readonly SealedBatch[] }, BatchMalformed> {
  const malformed = err({ type: 'batch-malformed' } as const);
  if (bytes.length < 4) return malformed;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const text = bytes.length < 4 + length ? undefined : utf8ToText(bytes.subarray(4, 4 + length));
  if (text === undefined) return malformed;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Not JSON is one more shape that the schema refuses.
    return malformed;
  }
  const head = readHead.safeParse(value);
  const batches = bytesToBatches(bytes.subarray(4 + length));
  if (!head.success || !batches.ok || batches.value.length !== head.data.items.length) return malformed;
  return ok({ head: head.data, batches: batches.value });
}
