import { batchToBytes, bytesToBatches, parseHeader, type SealedBatch } from '../../domain/sync/batch.ts';
import type {
  BatchStore,
  BlobPlace,
  KnownBatch,
  StalledBatch,
  Writer,
} from '../../domain/sync/desk-round.ts';
import type { HeadsReply } from '../../domain/sync/wire.ts';
import { utf8, utf8ToText } from '../../domain/audit/bytes.ts';
import { assert } from '../../domain/result.ts';
import type { Connection } from '../open-store.ts';

/** The sealed batches of a store, its own and others': the part of a `BatchStore` that knows nothing of what lies inside. */
export interface SealedBatches extends Pick<
  BatchStore,
  | 'sealedTo'
  | 'lastBatch'
  | 'findBatch'
  | 'keepBatch'
  | 'numberBatch'
  | 'batchesToOffer'
  | 'chainAt'
  | 'stall'
  | 'stalled'
  | 'unstall'
  | 'quarantineBlob'
  | 'noteMissing'
  | 'unexplainedMissing'
  | 'fillMissing'
> {
  keepChain(seq: number, chain: string): void;
  forgetNumbers(): void;
  /** How many changes of the writer's batches the server has not acknowledged. */
  unacknowledged(writer: Writer): number;
  /** A part of the writer's batches up to that change is missing. */
  isAnyMissing(writer: Writer, seq: number): boolean;
  /** After a rollback: forgets what was remembered. */
  reset(): void;
}

type Row = [header: string, signature: Buffer, desk: Buffer, incarnation: number, batch: number];

export function createSealedBatches(connection: Connection, self: Writer): SealedBatches {
  const last = connection
    .prepare<[Buffer, number], [number, string]>(
      'SELECT batch, hash FROM sync_batch WHERE desk = ? AND incarnation = ? ORDER BY batch DESC LIMIT 1',
    )
    .raw();
  const lastSeq = connection
    .prepare<[Buffer, number], number>(
      'SELECT last_seq FROM sync_batch WHERE desk = ? AND incarnation = ? ORDER BY batch DESC LIMIT 1',
    )
    .pluck();
  const find = connection.prepare<[Buffer, number, number], KnownBatch>(
    'SELECT hash, seq, chain FROM sync_batch WHERE desk = ? AND incarnation = ? AND batch = ?',
  );
  const insertBatch = connection.prepare(
    'INSERT INTO sync_batch VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)',
  );
  const insertBlob = connection.prepare('INSERT INTO sync_blob VALUES (?, ?, ?, ?, ?, ?, ?)');
  const number = connection.prepare(
    `UPDATE sync_batch SET seq = ?, chain = ?, receipt = coalesce(?, receipt)
     WHERE desk = ? AND incarnation = ? AND batch = ?`,
  );
  const writersHere = connection
    .prepare<[], [Buffer, number, number]>(
      'SELECT desk, incarnation, max(batch) FROM sync_batch GROUP BY desk, incarnation',
    )
    .raw();
  const batchesAfter = connection
    .prepare<[Buffer, number, number], Row>(
      `SELECT header, signature, desk, incarnation, batch FROM sync_batch
     WHERE desk = ? AND incarnation = ? AND batch > ? ORDER BY batch`,
    )
    .raw();
  const blobsOf = connection
    .prepare<[Buffer, number, number], Buffer | null>(
      `SELECT bytes FROM sync_blob LEFT JOIN sync_bytes USING (desk, incarnation, batch, position)
       WHERE desk = ? AND incarnation = ? AND batch = ? ORDER BY position`,
    )
    .pluck();
  const unacknowledged = connection
    .prepare<[Buffer, number], number | null>(
      'SELECT sum(last_seq - first_seq + 1) FROM sync_batch WHERE desk = ? AND incarnation = ? AND seq IS NULL',
    )
    .pluck();
  const keepChain = connection.prepare('INSERT OR REPLACE INTO sync_chain VALUES (?, ?)');
  const chainAt = connection.prepare<[number], string>('SELECT chain FROM sync_chain WHERE seq = ?').pluck();
  const stall = connection.prepare('INSERT OR REPLACE INTO sync_stalled VALUES (?, ?, ?, ?, ?, ?)');
  const stalled = connection
    .prepare<[], [number, number, Buffer]>(
      'SELECT seq, at, bytes FROM sync_stalled ORDER BY desk, incarnation, batch',
    )
    .raw();
  const unstall = connection.prepare(
    'DELETE FROM sync_stalled WHERE desk = ? AND incarnation = ? AND batch = ?',
  );
  const setState = connection.prepare(
    'UPDATE sync_blob SET state = ? WHERE desk = ? AND incarnation = ? AND batch = ? AND tag = ?',
  );
  const isPurgedTag = connection.prepare<[Buffer], number>('SELECT 1 FROM purged_tag WHERE tag = ?').pluck();
  const missing = connection
    .prepare<[], [Buffer, number, number, Buffer]>(
      `SELECT desk, incarnation, batch, tag FROM sync_blob WHERE state = 'missing'`,
    )
    .raw();
  const insertBytes = connection.prepare('INSERT INTO sync_bytes VALUES (?, ?, ?, ?, ?)');
  const fill = connection
    .prepare<[Buffer | null, Buffer, number, number, Buffer], number>(
      `UPDATE sync_blob SET state = 'here', subject = ?
     WHERE desk = ? AND incarnation = ? AND batch = ? AND tag = ? RETURNING position`,
    )
    .pluck();
  const isMissingUpTo = connection
    .prepare<[Buffer, number, number], number>(
      `SELECT 1 FROM sync_blob JOIN sync_batch USING (desk, incarnation, batch)
     WHERE state = 'missing' AND desk = ? AND incarnation = ? AND first_seq <= ?`,
    )
    .pluck();
  // Asked for every field that is written.
  const sealedTo = new Map<string, number>();

  function readBatch([header, signature, desk, incarnation, batch]: Row): SealedBatch {
    const headerBytes = utf8(header);
    const parsed = parseHeader(headerBytes);
    assert(parsed !== undefined, 'a kept header reads');
    const blobs = blobsOf.all(desk, incarnation, batch);
    return { header: parsed, headerBytes, signature, blobs };
  }

  return {
    sealedTo({ desk, incarnation }) {
      const name = `${desk} ${incarnation}`;
      let known = sealedTo.get(name);
      if (known === undefined) {
        known = lastSeq.get(bytesOf(desk), incarnation) ?? 0;
        sealedTo.set(name, known);
      }
      return known;
    },
    lastBatch({ desk, incarnation }) {
      const row = last.get(bytesOf(desk), incarnation);
      return row === undefined ? undefined : { batch: row[0], hash: row[1] };
    },
    findBatch: ({ desk, incarnation }, batch) => find.get(bytesOf(desk), incarnation, batch),
    keepBatch({ header, headerBytes, signature, blobs }, { hash, seq, chain, subjects }) {
      const { incarnation, batch, firstSeq, lastSeq: lastInBatch } = header;
      const desk = bytesOf(header.desk);
      insertBatch.run(
        desk,
        incarnation,
        batch,
        hash,
        utf8ToText(headerBytes),
        signature,
        firstSeq,
        lastInBatch,
        seq,
        chain,
      );
      for (const [position, { tag }] of header.blobs.entries()) {
        const bytes = blobs[position] ?? null;
        const subject = subjects[position] ?? null;
        insertBlob.run(
          desk,
          incarnation,
          batch,
          position,
          bytesOf(tag),
          subject === null ? null : bytesOf(subject),
          bytes === null ? 'missing' : 'here',
        );
        if (bytes !== null) insertBytes.run(desk, incarnation, batch, position, bytes);
      }
      sealedTo.delete(`${header.desk} ${incarnation}`);
    },
    numberBatch({ desk, incarnation }, batch, { seq, chain, receipt }) {
      number.run(seq, chain, receipt && JSON.stringify(receipt), bytesOf(desk), incarnation, batch);
    },
    batchesToOffer: (known, maxBytes) => toOffer(known, maxBytes),
    chainAt: (seq) => chainAt.get(seq),
    keepChain: (seq, chain) => void keepChain.run(seq, chain),
    forgetNumbers() {
      connection.exec(
        'UPDATE sync_batch SET seq = NULL, chain = NULL; DELETE FROM sync_chain; DELETE FROM sync_stalled',
      );
    },
    unacknowledged: ({ desk, incarnation }) => unacknowledged.get(bytesOf(desk), incarnation) ?? 0,
    stall({ batch, seq, at }: StalledBatch) {
      const { desk, incarnation, batch: n } = batch.header;
      stall.run(bytesOf(desk), incarnation, n, seq, at, batchToBytes(batch));
    },
    stalled: () =>
      stalled.all().map(([seq, at, bytes]) => {
        const read = bytesToBatches(bytes);
        const batch = read.ok ? read.value[0] : undefined;
        assert(batch !== undefined, 'a batch that was put aside reads');
        return { batch, seq, at };
      }),
    unstall: ({ desk, incarnation }, batch) => void unstall.run(bytesOf(desk), incarnation, batch),
    quarantineBlob({ desk, incarnation }, batch, tag) {
      setState.run('quarantined', bytesOf(desk), incarnation, batch, bytesOf(tag));
    },
    noteMissing({ desk, incarnation }, batch, tag) {
      const state = isPurgedTag.get(bytesOf(tag)) === undefined ? 'missing' : 'explained';
      setState.run(state, bytesOf(desk), incarnation, batch, bytesOf(tag));
    },
    unexplainedMissing: () =>
      missing.all().map(([desk, incarnation, batch, tag]): BlobPlace => ({
        writer: { desk: desk.toString('hex'), incarnation },
        batch,
        tag: tag.toString('hex'),
      })),
    fillMissing({ writer, batch, tag }, bytes, subject) {
      const { desk, incarnation } = writer;
      const position = fill.get(
        subject === null ? null : bytesOf(subject),
        bytesOf(desk),
        incarnation,
        batch,
        bytesOf(tag),
      );
      if (position !== undefined) insertBytes.run(bytesOf(desk), incarnation, batch, position, bytes);
    },
    isAnyMissing: ({ desk, incarnation }, seq) =>
      isMissingUpTo.get(bytesOf(desk), incarnation, seq) !== undefined,
    reset: () => {
      sealedTo.clear();
    },
  };

  function toOffer(known: HeadsReply['desks'], maxBytes: number): SealedBatch[] {
    const atServer = new Map(known.map((one) => [`${one.desk} ${one.incarnation}`, one.batch]));
    const batches: SealedBatch[] = [];
    let size = 0;
    const isOwn = (desk: Buffer): number => (desk.toString('hex') === self.desk ? 0 : 1);
    const ownFirst = writersHere.all().toSorted(([a], [b]) => isOwn(a) - isOwn(b));
    for (const [desk, incarnation, newest] of ownFirst) {
      const has = atServer.get(`${desk.toString('hex')} ${incarnation}`) ?? 0;
      if (newest <= has) continue;
      for (const row of batchesAfter.iterate(desk, incarnation, has)) {
        const batch = readBatch(row);
        size += batchToBytes(batch).length;
        if (batches.length > 0 && size > maxBytes) return batches;
        batches.push(batch);
      }
    }
    return batches;
  }
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}
