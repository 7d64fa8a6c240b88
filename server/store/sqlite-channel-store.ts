import { assert } from '../../domain/result.ts';
import { parseHeader, zeroHash, type SealedBatch } from '../../domain/sync/batch.ts';
import type { ChannelStore, Device, StoredBatch, WitnessedHead } from '../../domain/sync/channel.ts';
import {
  membershipRecord,
  receipt as receiptSchema,
  type HeadsReply,
  type MembershipRecord,
  type Receipt,
} from '../../domain/sync/wire.ts';
import type { Connection } from './open-database.ts';

interface BatchRow {
  readonly seq: number;
  readonly at: number;
  readonly header: Buffer;
  readonly signature: Buffer;
}

/** One channel's rows in its own SQLite file. The caller holds the transaction, and is the only one on the connection. */
export function createSqliteChannelStore(connection: Connection): ChannelStore & {
  /** Whether blobs were deleted since the last call: their bytes still lie in the write-ahead log. */
  takeHasPurged(): boolean;
} {
  const select = prepareStatements(connection);
  let hasPurged = false;

  const toStoredBatch = ({ seq, at, header, signature }: BatchRow): StoredBatch => {
    const parsed = parseHeader(header);
    assert(parsed !== undefined, 'a stored header can be read');
    const blobs: (Uint8Array | null)[] = parsed.blobs.map(() => null);
    for (const { place, sealed } of select.blobs.all(seq)) blobs[place] = sealed;
    return { seq, at, batch: { header: parsed, headerBytes: header, signature, blobs } };
  };

  return {
    takeHasPurged: () => {
      const was = hasPurged;
      hasPurged = false;
      return was;
    },

    head: async () => select.head.get() ?? { seq: 0, chain: zeroHash },

    lastBatch: async (desk, incarnation) => select.lastBatch.get(desk, incarnation),

    findReceipt: async (desk, incarnation, batch) => {
      const row = select.receipt.get(desk, incarnation, batch);
      return row && { hash: row.hash, receipt: receiptSchema.parse(JSON.parse(row.receipt)) };
    },

    insertBatch: async (batch: SealedBatch, stored: { readonly hash: string; readonly receipt: Receipt }) => {
      const { header, headerBytes, signature, blobs } = batch;
      const { seq, chain, at } = stored.receipt.body;
      select.insertBatch.run({
        seq,
        desk: header.desk,
        incarnation: header.incarnation,
        batch: header.batch,
        at,
        hash: stored.hash,
        chain,
        bytes: sizeOf(batch),
        header: headerBytes,
        signature,
        receipt: JSON.stringify(stored.receipt),
      });
      select.insertWriter.run(header.desk, header.incarnation);
      for (const [place, { tag }] of header.blobs.entries()) {
        const sealed = blobs[place];
        if (sealed != null && select.isPurged.get(tag) === undefined) {
          select.insertBlob.run(seq, place, tag, sealed);
        }
      }
    },

    deleteBlobs: async (tags) => {
      for (const tag of tags) {
        select.insertPurgedTag.run(tag);
        if (select.deleteBlobs.run(tag).changes > 0) hasPurged = true;
      }
    },

    readAfter: async (seq, maxBytes) => {
      const batches: StoredBatch[] = [];
      let bytes = 0;
      for (const row of select.after.iterate(seq)) {
        bytes += row.bytes;
        if (batches.length > 0 && bytes > maxBytes) break;
        batches.push(toStoredBatch(row));
      }
      return batches;
    },

    readOne: async (desk, incarnation, batch) => {
      const row = select.one.get(desk, incarnation, batch);
      return row && toStoredBatch(row);
    },

    chainAt: async (seq) => (seq === 0 ? zeroHash : select.chainAt.get(seq)?.chain),

    desks: async () => select.desks.all(),

    device: async (desk) => select.device.get(desk),

    putDevice: async (device) => {
      select.putDevice.run(device.desk, device.signingKey, device.auditKey, device.state);
    },

    quarantineDevice: async (desk) => {
      select.quarantine.run(desk);
    },

    membershipHead: async () => select.membershipHead.get() ?? { size: 0, hash: zeroHash },

    appendMembership: async (record) => {
      select.insertMembership.run(record.seq, record.prev, record.hash, JSON.stringify(record));
    },

    readMembership: async (from, limit): Promise<MembershipRecord[]> =>
      select.membership.all(from, limit).map(({ record }) => membershipRecord.parse(JSON.parse(record))),

    witnessed: async (origin) => select.witnessed.get(origin),

    putWitnessed: async (origin, head) => {
      select.putWitnessed.run(origin, head.size, head.root);
    },

    allWitnessed: async () => select.allWitnessed.all(),
  };
}

/** How many bytes `batchToBytes` makes of it. */
function sizeOf({ headerBytes, signature, blobs }: SealedBatch): number {
  const frame = 4 + headerBytes.length + signature.length + blobs.length;
  return blobs.reduce((sum, blob) => sum + (blob?.length ?? 0), frame);
}

function prepareStatements(connection: Connection) {
  return {
    head: connection.prepare<[], { seq: number; chain: string }>(
      'SELECT seq, chain FROM batches ORDER BY seq DESC LIMIT 1',
    ),
    lastBatch: connection.prepare<[string, number], { batch: number; hash: string }>(
      'SELECT batch, hash FROM batches WHERE desk = ? AND incarnation = ? ORDER BY batch DESC LIMIT 1',
    ),
    receipt: connection.prepare<[string, number, number], { hash: string; receipt: string }>(
      'SELECT hash, receipt FROM batches WHERE desk = ? AND incarnation = ? AND batch = ?',
    ),
    insertBatch: connection.prepare<[Record<string, unknown>]>(
      `INSERT INTO batches (seq, desk, incarnation, batch, at, hash, chain, bytes, header, signature, receipt)
       VALUES (@seq, @desk, @incarnation, @batch, @at, @hash, @chain, @bytes, @header, @signature, @receipt)`,
    ),
    insertWriter: connection.prepare<[string, number]>(
      'INSERT INTO writers (desk, incarnation) VALUES (?, ?) ON CONFLICT DO NOTHING',
    ),
    insertBlob: connection.prepare<[number, number, string, Uint8Array]>(
      'INSERT INTO blobs (seq, place, tag, sealed) VALUES (?, ?, ?, ?)',
    ),
    isPurged: connection.prepare<[string], { tag: string }>('SELECT tag FROM purged_tags WHERE tag = ?'),
    insertPurgedTag: connection.prepare<[string]>(
      'INSERT INTO purged_tags (tag) VALUES (?) ON CONFLICT DO NOTHING',
    ),
    deleteBlobs: connection.prepare<[string]>('DELETE FROM blobs WHERE tag = ?'),
    after: connection.prepare<[number], BatchRow & { bytes: number }>(
      'SELECT seq, at, bytes, header, signature FROM batches WHERE seq > ? ORDER BY seq',
    ),
    one: connection.prepare<[string, number, number], BatchRow>(
      'SELECT seq, at, header, signature FROM batches WHERE desk = ? AND incarnation = ? AND batch = ?',
    ),
    blobs: connection.prepare<[number], { place: number; sealed: Buffer }>(
      'SELECT place, sealed FROM blobs WHERE seq = ?',
    ),
    chainAt: connection.prepare<[number], { chain: string }>('SELECT chain FROM batches WHERE seq = ?'),
    desks: connection.prepare<[], HeadsReply['desks'][number]>(
      `SELECT w.desk, w.incarnation, b.batch, b.hash, b.at AS atMs FROM writers w
       JOIN batches b ON b.seq = (
         SELECT seq FROM batches WHERE desk = w.desk AND incarnation = w.incarnation ORDER BY batch DESC LIMIT 1
       )
       ORDER BY w.desk, w.incarnation`,
    ),
    device: connection.prepare<[string], Device>(
      'SELECT desk, signing_key AS signingKey, audit_key AS auditKey, state FROM devices WHERE desk = ?',
    ),
    putDevice: connection.prepare<[string, string, string, string]>(
      `INSERT INTO devices (desk, signing_key, audit_key, state) VALUES (?, ?, ?, ?)
       ON CONFLICT (desk) DO UPDATE
       SET signing_key = excluded.signing_key, audit_key = excluded.audit_key, state = excluded.state`,
    ),
    quarantine: connection.prepare<[string]>(
      "UPDATE devices SET state = 'quarantined' WHERE desk = ? AND state = 'active'",
    ),
    membershipHead: connection.prepare<[], { size: number; hash: string }>(
      'SELECT seq + 1 AS size, hash FROM membership ORDER BY seq DESC LIMIT 1',
    ),
    insertMembership: connection.prepare<[number, string, string, string]>(
      'INSERT INTO membership (seq, prev, hash, record) VALUES (?, ?, ?, ?)',
    ),
    membership: connection.prepare<[number, number], { record: string }>(
      'SELECT record FROM membership WHERE seq >= ? ORDER BY seq LIMIT ?',
    ),
    witnessed: connection.prepare<[string], WitnessedHead>(
      'SELECT size, root FROM witnessed WHERE origin = ?',
    ),
    putWitnessed: connection.prepare<[string, number, string]>(
      `INSERT INTO witnessed (origin, size, root) VALUES (?, ?, ?)
       ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root`,
    ),
    allWitnessed: connection.prepare<[], { origin: string; size: number }>(
      'SELECT origin, size FROM witnessed ORDER BY origin',
    ),
  };
}
