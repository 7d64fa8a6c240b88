import { fromHex, toHex } from '../../domain/audit/bytes.ts';
import type { NoteKey } from '../../domain/audit/checkpoint.ts';
import { countersign, meaningOfRefusal, parseSubmission } from '../../domain/audit/witness.ts';
import { assert } from '../../domain/result.ts';
import {
  batchToBytes,
  bytesToBatches,
  zeroHash,
  type SealedBatch,
  type SyncCrypto,
} from '../../domain/sync/batch.ts';
import {
  appendBatches,
  appendMembership,
  channelHeads,
  type ChannelHead,
  type ChannelStore,
  type Device,
  type StoredBatch,
  type WitnessedHead,
} from '../../domain/sync/channel.ts';
import type { SyncReply, SyncRequest } from '../../domain/sync/desk-round.ts';
import type { HeadsReply, MembershipRecord, Receipt } from '../../domain/sync/wire.ts';
import type { KeyPair } from './cheap-crypto.ts';
import { Disk, PowerCut, type DiskTable, type Snapshot } from './disk.ts';
import type { Flaws } from './flaws.ts';

interface KeptBatch {
  readonly seq: number;
  readonly at: number;
  readonly batch: SealedBatch;
  readonly hash: string;
  readonly receipt: Receipt;
}

/** One channel on a disk in memory. */
class SimChannelStore implements ChannelStore {
  readonly #batches: DiskTable<KeptBatch>;
  readonly #bySeq: DiskTable<string>;
  readonly #last: DiskTable<{ readonly batch: number; readonly hash: string; readonly atMs: number }>;
  readonly #devices: DiskTable<Device>;
  readonly #membership: DiskTable<MembershipRecord>;
  readonly #witnessed: DiskTable<WitnessedHead>;
  readonly #flaws: Flaws;
  /** A batch that is taken a second time, for the bug that does so. */
  #replayed: KeptBatch | undefined;

  constructor(disk: Disk, flaws: Flaws) {
    this.#batches = disk.table('batches');
    this.#bySeq = disk.table('by-seq');
    this.#last = disk.table('last');
    this.#devices = disk.table('devices');
    this.#membership = disk.table('membership');
    this.#witnessed = disk.table('witnessed');
    this.#flaws = flaws;
  }

  async head(): Promise<ChannelHead> {
    const seq = this.#bySeq.size;
    return { seq, chain: seq === 0 ? zeroHash : this.#at(seq).receipt.body.chain };
  }

  async lastBatch(desk: string, incarnation: number) {
    if (this.#replayed !== undefined) {
      const { header } = this.#replayed.batch;
      return { batch: header.batch - 1, hash: header.prev };
    }
    return this.#last.get(`${desk} ${incarnation}`);
  }

  async findReceipt(desk: string, incarnation: number, batch: number) {
    const found = this.#batches.get(`${desk} ${incarnation} ${batch}`);
    this.#replayed = this.#flaws.has('accept-replay') ? found : undefined;
    return this.#replayed === undefined ? found : undefined;
  }

  async insertBatch(
    batch: SealedBatch,
    stored: { readonly hash: string; readonly receipt: Receipt },
  ): Promise<void> {
    const { desk, incarnation, batch: number } = batch.header;
    const { seq, at } = stored.receipt.body;
    const id = `${desk} ${incarnation} ${number}`;
    this.#batches.set(id, { seq, at, batch, ...stored });
    this.#bySeq.set(String(seq), id);
    this.#last.set(`${desk} ${incarnation}`, { batch: number, hash: stored.hash, atMs: at });
  }

  async deleteBlobs(tags: readonly string[]): Promise<void> {
    const gone = new Set(tags);
    for (const [id, kept] of this.#batches.entries()) {
      const { header, blobs } = kept.batch;
      if (!header.blobs.some(({ tag }, index) => gone.has(tag) && blobs[index] !== null)) continue;
      const left = blobs.map((blob, index) => (gone.has(header.blobs[index]?.tag ?? '') ? null : blob));
      this.#batches.set(id, { ...kept, batch: { ...kept.batch, blobs: left } });
    }
  }

  async readAfter(seq: number, _maxBytes: number): Promise<readonly StoredBatch[]> {
    const items: StoredBatch[] = [];
    // A few at a time, so that there is something to lose between them.
    for (let next = seq + 1; next <= Math.min(this.#bySeq.size, seq + 4); next += 1)
      items.push(this.#at(next));
    return items;
  }

  async readOne(desk: string, incarnation: number, batch: number): Promise<StoredBatch | undefined> {
    return this.#batches.get(`${desk} ${incarnation} ${batch}`);
  }

  async chainAt(seq: number): Promise<string | undefined> {
    if (seq === 0) return zeroHash;
    return seq <= this.#bySeq.size ? this.#at(seq).receipt.body.chain : undefined;
  }

  async desks(): Promise<HeadsReply['desks']> {
    return Array.from(this.#last.entries(), ([writer, last]) => {
      const [desk = '', incarnation] = writer.split(' ');
      return { desk, incarnation: Number(incarnation), ...last };
    });
  }

  async device(desk: string): Promise<Device | undefined> {
    return this.#devices.get(desk);
  }

  async putDevice(device: Device): Promise<void> {
    this.#devices.set(device.desk, device);
  }

  async quarantineDevice(desk: string): Promise<void> {
    const device = this.#devices.get(desk);
    if (device !== undefined) this.#devices.set(desk, { ...device, state: 'quarantined' });
  }

  async membershipHead() {
    const size = this.#membership.size;
    return { size, hash: this.#membership.get(String(size - 1))?.hash ?? zeroHash };
  }

  async appendMembership(record: MembershipRecord): Promise<void> {
    this.#membership.set(String(record.seq), record);
  }

  async readMembership(from: number, limit: number): Promise<readonly MembershipRecord[]> {
    return [...this.#membership.values()]
      .filter(({ seq }) => seq >= from)
      .toSorted((a, b) => a.seq - b.seq)
      .slice(0, limit);
  }

  async witnessed(origin: string): Promise<WitnessedHead | undefined> {
    return this.#witnessed.get(origin);
  }

  async putWitnessed(origin: string, head: WitnessedHead): Promise<void> {
    this.#witnessed.set(origin, head);
  }

  async allWitnessed(): Promise<HeadsReply['witnessed']> {
    return Array.from(this.#witnessed.entries(), ([origin, { size }]) => ({ origin, size }));
  }

  *blobs(): Generator<Uint8Array> {
    for (const { batch } of this.#batches.values()) {
      for (const blob of batch.blobs) if (blob !== null) yield blob;
    }
  }

  #at(seq: number): KeptBatch {
    const kept = this.#batches.get(this.#bySeq.get(String(seq)) ?? '');
    assert(kept !== undefined, 'the channel has no gap');
    // Under a number that was given twice the first receipt is not there any more.
    return kept.seq === seq ? kept : { ...kept, seq };
  }
}

export interface ServerSetup {
  readonly server: string;
  readonly channel: string;
  readonly keys: KeyPair;
  readonly witness: NoteKey & { readonly sign: (bytes: Uint8Array) => Uint8Array };
  readonly crypto: SyncCrypto;
  readonly now: () => number;
  /** Now and then what is sent goes through its bytes. */
  readonly isSentAsBytes: () => boolean;
  readonly flaws: Flaws;
}

/** The server: the domain's rules over a disk that can lose its power. */
export class SimServer {
  readonly disk: Disk;
  readonly setup: ServerSetup;
  readonly #store: SimChannelStore;
  #incarnation = 0;

  constructor(setup: ServerSetup) {
    this.setup = setup;
    this.disk = new Disk({ isLazy: setup.flaws.has('acknowledge-before-fsync') });
    this.#store = new SimChannelStore(this.disk, setup.flaws);
  }

  /** A school's first membership records and desks, as its claim and enrolments leave them. */
  async found(records: readonly MembershipRecord[]): Promise<void> {
    this.disk.begin();
    await appendMembership(this.#store, records);
    this.disk.commit();
    this.disk.flush();
  }

  /**
   * Answers one request of a desk, in one transaction that is durable before the answer leaves.
   * Throws `PowerCut` where the power goes first.
   */
  async answer(desk: string, request: SyncRequest): Promise<SyncReply> {
    this.disk.begin();
    try {
      const reply = await this.#reply(desk, request);
      this.disk.commit();
      return reply;
    } catch (error) {
      this.disk.rollback();
      if (error instanceof PowerCut) this.disk.crash();
      throw error;
    }
  }

  /** Puts a backup back; `isSaid`: by the rules, so that the incarnation grows. */
  restore(snapshot: Snapshot, isSaid: boolean): void {
    this.disk.crash();
    this.disk.transaction(() => {
      this.disk.putBack(snapshot);
    });
    this.disk.flush();
    if (isSaid) this.#incarnation += 1;
  }

  async membershipSize(): Promise<number> {
    return (await this.#store.membershipHead()).size;
  }

  async seq(): Promise<number> {
    return (await this.#store.head()).seq;
  }

  async chainAt(seq: number): Promise<string | undefined> {
    return this.#store.chainAt(seq);
  }

  blobs(): Iterable<Uint8Array> {
    return this.#store.blobs();
  }

  async #reply(desk: string, request: SyncRequest): Promise<SyncReply> {
    const { crypto, keys, server, channel, now } = this.setup;
    const store = this.#store;
    const device = await store.device(desk);
    if (device === undefined) return { refusal: { code: 'unauthenticated' } };
    if (device.state !== 'active') return { refusal: { code: 'desk-ended' } };
    const identity = { server, serverIncarnation: this.#incarnation, sign: keys.sign, region: 'eu' };
    switch (request.ask) {
      case 'pause':
        throw new Error('Bug: a pause is not for the server');
      case 'heads':
        return channelHeads(store, identity, now());
      case 'membership': {
        const { size, hash } = await store.membershipHead();
        return { records: [...(await store.readMembership(request.from, 200))], size, hash };
      }
      case 'append-membership':
        return appendMembership(store, request.records);
      case 'append':
        return appendBatches(store, crypto, identity, channel, this.#sent(request.batches), now());
      case 'read': {
        const chain = await store.chainAt(request.after);
        const { seq, chain: newest } = await store.head();
        const items = await store.readAfter(request.after, 0);
        return this.#read(items, chain ?? newest, seq);
      }
      case 'read-one': {
        const item = await store.readOne(request.desk, request.incarnation, request.batch);
        if (item === undefined) return { refusal: { code: 'not-found' } };
        return this.#read([item], zeroHash, (await store.head()).seq);
      }
      case 'witness':
        return this.#witness(request.request);
    }
  }

  #read(items: readonly StoredBatch[], chain: string, head: number): SyncReply {
    const batches = this.#sent(items.map(({ batch }) => batch));
    return {
      serverIncarnation: this.#incarnation,
      chain,
      head,
      items: items.flatMap(({ seq, at }, index) => {
        const batch = batches[index];
        return batch === undefined ? [] : [{ seq, at, batch }];
      }),
    };
  }

  #sent(batches: readonly SealedBatch[]): readonly SealedBatch[] {
    if (!this.setup.isSentAsBytes()) return batches;
    const bytes = Buffer.concat(batches.map((batch) => batchToBytes(batch)));
    const read = bytesToBatches(bytes);
    assert(read.ok, 'batches come through their bytes');
    return read.value;
  }

  async #witness(request: string): Promise<SyncReply> {
    const submission = parseSubmission(request);
    if (!submission.ok) return { outcome: 'refused' };
    const { origin } = submission.value.checkpoint;
    const [, , desk = ''] = origin.split('/');
    const device = await this.#store.device(desk);
    const last = await this.#store.witnessed(origin);
    const { witness, crypto, now } = this.setup;
    const judged = countersign(
      crypto,
      submission.value,
      device && {
        publicKey: fromHex(device.auditKey),
        last: last === undefined ? null : { size: last.size, root: fromHex(last.root) },
      },
      witness,
      BigInt(Math.floor(now() / 1000)),
    );
    if (judged.ok) {
      const { line, head } = judged.value;
      await this.#store.putWitnessed(origin, { size: head.size, root: toHex(head.root) });
      return { outcome: 'countersigned', line };
    }
    const meaning = meaningOfRefusal(judged.error, submission.value.checkpoint.size);
    return meaning.type === 'submit-from'
      ? { outcome: 'stale', size: meaning.oldSize }
      : { outcome: 'refused' };
  }
}
