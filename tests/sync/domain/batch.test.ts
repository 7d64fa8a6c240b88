import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  batchHash,
  batchLimits,
  batchToBytes,
  blobContext,
  bytesToBatches,
  hasRightBlobs,
  headerToBytes,
  padded,
  paddedLength,
  parseHeader,
  unpadded,
  zeroHash,
  type BatchHeader,
  type SealedBatch,
} from '../../../domain/sync/batch.ts';
import { sha256 } from '../../../main/audit/node-crypto.ts';

const id = (digit: string): string => digit.repeat(32);

function someBatch(blobs: readonly Uint8Array[], over: Partial<BatchHeader> = {}): SealedBatch {
  const header: BatchHeader = {
    v: 1,
    channel: id('a'),
    desk: id('b'),
    incarnation: 0,
    batch: 1,
    firstSeq: 1,
    lastSeq: batchLimits.changes,
    epoch: 0,
    prev: zeroHash,
    seen: [0, 0, zeroHash],
    blobs: blobs.map((bytes, index) => ({
      tag: index.toString(16).padStart(32, '0'),
      len: bytes.length,
      sha256: Buffer.from(sha256(bytes)).toString('hex'),
    })),
    purges: [],
    ...over,
  };
  return { header, headerBytes: headerToBytes(header), signature: new Uint8Array(64).fill(7), blobs };
}

it('reads batches back as they were written, one after another, with purged blobs missing', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { maxLength: 4 }), { maxLength: 3 }),
      (all) => {
        const batches = all.map((blobs, index) => someBatch(blobs, { batch: index + 1 }));
        const purged = batches.map((batch) => ({
          ...batch,
          blobs: batch.blobs.map((blob, i) => (i === 0 ? null : blob)),
        }));
        const bytes = Buffer.concat(purged.map((batch) => batchToBytes(batch)));
        const read = bytesToBatches(bytes);
        expect(
          read.ok &&
            read.value.map(({ header, blobs }) => ({
              header,
              blobs: blobs.map((b) => (b === null ? null : [...b])),
            })),
        ).toEqual(
          purged.map(({ header, blobs }) => ({
            header,
            blobs: blobs.map((b) => (b === null ? null : [...b])),
          })),
        );
        expect(read.ok && read.value.every((batch) => hasRightBlobs({ sha256 }, batch))).toBe(true);
      },
    ),
  );
});

it('refuses bytes that were cut at any place', () => {
  const whole = batchToBytes(someBatch([Uint8Array.of(1, 2, 3), Uint8Array.of(4)]));
  for (let length = 1; length < whole.length; length += 1) {
    expect(bytesToBatches(whole.subarray(0, length))).toEqual({
      ok: false,
      error: { type: 'batch-malformed' },
    });
  }
});

it('notices a blob that is not the one in the header', () => {
  const batch = someBatch([Uint8Array.of(1, 2, 3)]);
  expect(hasRightBlobs({ sha256 }, { ...batch, blobs: [Uint8Array.of(1, 2, 4)] })).toBe(false);
});

it('refuses a header in another spelling, with a tag twice, or with change numbers that run backwards', () => {
  const { header, headerBytes } = someBatch([]);
  const text = Buffer.from(headerBytes).toString('utf8');
  expect(parseHeader(headerBytes)).toEqual(header);
  expect(parseHeader(Buffer.from(text.replace('{', '{ ')))).toBeUndefined();
  expect(parseHeader(Buffer.from('not json'))).toBeUndefined();
  expect(parseHeader(headerToBytes({ ...header, firstSeq: 9, lastSeq: 7 }))).toBeUndefined();
  const blob = { tag: id('c'), len: 1, sha256: zeroHash };
  expect(parseHeader(headerToBytes({ ...header, blobs: [blob, blob] }))).toBeUndefined();
});

it('pads by Padmé: at most 12 % more, and the same bytes come back', () => {
  // The figures of the paper's construction, by hand.
  expect([1, 9, 100, 1000, 1_000_000].map(paddedLength)).toEqual([1, 10, 104, 1024, 1_015_808]);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
      const whole = padded(bytes);
      expect(whole.length).toBeLessThanOrEqual(Math.ceil((bytes.length + 4) * 1.12));
      expect([...(unpadded(whole) ?? [])]).toEqual([...bytes]);
    }),
  );
  expect(unpadded(Uint8Array.of(0, 0, 0, 9, 1))).toBeUndefined();
});

it('binds a blob to its batch, desk, epoch and tag', () => {
  const { header } = someBatch([]);
  const contexts = [
    blobContext(header, id('1')),
    blobContext(header, id('2')),
    blobContext({ ...header, batch: 2 }, id('1')),
    blobContext({ ...header, incarnation: 1 }, id('1')),
    blobContext({ ...header, epoch: 1 }, id('1')),
    blobContext({ ...header, desk: id('d') }, id('1')),
    blobContext({ ...header, channel: id('d') }, id('1')),
  ];
  expect(new Set(contexts).size).toBe(contexts.length);
});

it('names a batch by its header alone: a purge of its blobs leaves the name', () => {
  const batch = someBatch([Uint8Array.of(1)]);
  const read = bytesToBatches(batchToBytes({ ...batch, blobs: [null] }));
  expect(read.ok && read.value[0] !== undefined && batchHash({ sha256 }, read.value[0].headerBytes)).toBe(
    batchHash({ sha256 }, batch.headerBytes),
  );
});
