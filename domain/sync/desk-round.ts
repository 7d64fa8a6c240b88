import { fromHex, toHex, utf8, utf8ToText } from '../audit/bytes.ts';
import type { SyncAlarmKind } from './alarm.ts';
import { applyOperation, type OperationStamp, type RecordStore, type Waiting } from './apply.ts';
import {
  batchHash,
  batchLimits,
  blobContext,
  chainAfter,
  hasRightBlobs,
  headerToBytes,
  padded,
  unpadded,
  zeroHash,
  type BatchHeader,
  type SealedBatch,
  type SyncCrypto,
} from './batch.ts';
import { receiptBytes, type StoredBatch } from './channel.ts';
import { blobText, plainOperation, type BlobText } from './part.ts';
import { hlcToMs, longestLeadMs, type Version } from './version.ts';
import {
  maxBodyBytes,
  type AppendReply,
  type HeadsReply,
  type MembershipAppendReply,
  type MembershipRead,
  type MembershipRecord,
  type Receipt,
  type Refusal,
} from './wire.ts';

/**
 * The desk's side of the protocol: one round of syncing, without a clock, a socket or a disk of its own. The round yields what to ask the
 * server and is given the answer; whoever drives it may drop it between any two steps and begin another: all that counts is
 * in the store, committed before the first byte that depends on it leaves.
 */
export type SyncRound = Generator<SyncRequest, RoundOutcome, SyncReply>;

export type SyncRequest =
  /** Nothing is asked: the driver lets other work go first, and answers `paused`. */
  | { readonly ask: 'pause' }
  | { readonly ask: 'heads' }
  | { readonly ask: 'membership'; readonly from: number }
  | { readonly ask: 'append-membership'; readonly records: readonly MembershipRecord[] }
  | { readonly ask: 'append'; readonly batches: readonly SealedBatch[] }
  | { readonly ask: 'read'; readonly after: number }
  | { readonly ask: 'read-one'; readonly desk: string; readonly incarnation: number; readonly batch: number }
  /** A C2SP add-checkpoint request. */
  | { readonly ask: 'witness'; readonly request: string };

export interface ReadReply {
  readonly serverIncarnation: number;
  /** The chain at the number after which was asked. */
  readonly chain: string;
  readonly head: number;
  readonly items: readonly StoredBatch[];
}

export type WitnessReply =
  | { readonly outcome: 'countersigned'; readonly line: string }
  /** The witness has another size than the desk said: `size`. */
  | { readonly outcome: 'stale'; readonly size: number }
  | { readonly outcome: 'refused' };

/** The answer to `pause`. */
export const paused = { outcome: 'paused' } as const;

/** The answer to what was asked last. A `refusal` may come for anything. */
export type SyncReply =
  | HeadsReply
  | MembershipRead
  | MembershipAppendReply
  | AppendReply
  | ReadReply
  | WitnessReply
  | typeof paused
  | { readonly refusal: Refusal };

export type RoundOutcome =
  | { readonly type: 'done'; readonly sent: number; readonly received: number }
  | { readonly type: 'refused'; readonly refusal: Refusal }
  /** Another server than the one that was pinned answered. */
  | { readonly type: 'server-not-genuine' }
  /** The desk must not send: see the alarm that was raised. */
  | { readonly type: 'stopped'; readonly alarm: SyncAlarmKind };

/** A desk by its id and the incarnation of its store. */
export interface Writer {
  readonly desk: string;
  readonly incarnation: number;
}

export interface KnownBatch {
  readonly hash: string;
  /** The channel's number; null while the server has not acknowledged or shown it. */
  readonly seq: number | null;
  readonly chain: string | null;
}

/** How far the desk has read the channel. */
export interface Position {
  readonly serverIncarnation: number;
  readonly seq: number;
  readonly chain: string;
}

/** A change as it waits to be sent: its parts by the subject they concern, as the JSON of `changePart`. */
export interface OutgoingChange {
  /** In which this desk made it. */
  readonly incarnation: number;
  readonly seq: number;
  readonly parts: readonly { readonly subject: string | null; readonly text: string }[];
}

/** What one batch may hold at most; the first change goes in any case. */
export interface BatchLimits {
  readonly changes: number;
  readonly bytes: number;
}

/** Where an operation lies sealed. */
export interface BlobPlace {
  readonly writer: Writer;
  readonly batch: number;
  readonly tag: string;
}

export interface WaitingOperation {
  readonly id: number;
  readonly operation: unknown;
  readonly stamp: OperationStamp;
}

/** A batch that came and cannot be applied yet. */
export interface StalledBatch {
  readonly batch: SealedBatch;
  readonly seq: number;
  readonly at: number;
}

/**
 * What a desk's store must do for a round. Everything is synchronous; `transaction` commits durably when it returns and leaves nothing when
 * its work throws. Calls outside `transaction` only read.
 */
export interface DeskStore extends RecordStore, BatchStore, MembershipStore, WitnessStore {
  /** Raises an alarm, once while the same one stands; it goes on the audit log too. */
  alarm(kind: SyncAlarmKind, desk: string | null, number: number | null): void;
}

/** Batches, what waits, and how far the channel has been read. */
export interface BatchStore {
  transaction<T>(run: () => T): T;
  /**
   * Runs work inside the transaction so that it leaves nothing when it throws: false then. What the disk or the cipher refuses is thrown on.
   */
  attempt(run: () => void): boolean;
  readonly channel: string;
  readonly self: Writer;

  /** Null before the first contact with this server. */
  position(): Position | null;
  setPosition(position: Position): void;
  /**
   * The server was set back: every batch counts as unseen by it, all known purge tags are to be sent again, and what is stalled is dropped,
   * since the channel is read anew.
   */
  forgetServer(): void;

  /**
   * Own changes after the last in own batches, in order, within the limits; the first in any case. Purges among those behind are in the
   * parts of the last one too: a purge has taken its subject out of the changes before it, and a desk that loses it after these were sent
   * would have sent them so for no reason that anybody knows.
   */
  takeUnsent(limits: BatchLimits): readonly OutgoingChange[];
  /**
   * Changes that this desk made in earlier incarnations, before a restore, and that are in no batch of theirs. Asked for
   * only after everything has been read. They travel in a batch of the present incarnation: one sealed anew under the earlier one
   * could stand against another of the same number.
   */
  takeLeftovers(limits: BatchLimits): readonly OutgoingChange[];
  /** These leftovers are in a sealed batch now. */
  clearLeftovers(changes: readonly OutgoingChange[]): void;
  /** The number of the last change in the writer's batches; 0 for none. */
  sealedTo(writer: Writer): number;
  /** How many changes wait to be sealed or acknowledged. */
  waiting(): number;
  /** Purge tags that the server has not been told of yet; `clearPurgeTags` when they are in a sealed batch. */
  purgeTagsToSend(): readonly string[];
  clearPurgeTags(tags: readonly string[]): void;
  lastBatch(writer: Writer): { readonly batch: number; readonly hash: string } | undefined;
  findBatch(writer: Writer, batch: number): KnownBatch | undefined;
  /** Keeps a batch: one's own when it is sealed (`seq` null), another's with its being applied. `subjects` go with the blobs. */
  keepBatch(
    batch: SealedBatch,
    kept: {
      readonly hash: string;
      readonly seq: number | null;
      readonly chain: string | null;
      readonly subjects: readonly (string | null)[];
    },
  ): void;
  /** The server numbered a batch that is kept here. */
  numberBatch(
    writer: Writer,
    batch: number,
    numbered: { readonly seq: number; readonly chain: string; readonly receipt: Receipt | null },
  ): void;
  /** Batches that the server lacks, by author and in order, from just after what it has; own ones first. */
  batchesToOffer(known: HeadsReply['desks'], maxBytes: number): readonly SealedBatch[];
  /** The chain at a number that this desk has read (`setPosition`); undefined for others. A receipt is not a reading. */
  chainAt(seq: number): string | undefined;

  stall(stalled: StalledBatch): void;
  /** The stalled batches of all writers, each writer's in order. */
  stalled(): readonly StalledBatch[];
  unstall(writer: Writer, batch: number): void;

  /** Keeps an operation that has to wait, and which blob it lies in: the sealed blob is what is kept, not its text. */
  holdOperation(waiting: Waiting, stamp: OperationStamp, from: BlobPlace): void;
  /** What waits, in the order in which it came. */
  waitingOperations(): readonly WaitingOperation[];
  releaseOperation(id: number): void;
  /** Keeps aside a blob that does not open or that nobody can read. */
  quarantineBlob(writer: Writer, batch: number, tag: string): void;
  /** A part that is not there: it is looked for, or explained by a purge that comes later. */
  noteMissing(writer: Writer, batch: number, tag: string): void;
  /** Missing parts that no purge has explained. While a writer has one, none of its versions counts as received. */
  unexplainedMissing(): readonly BlobPlace[];
  /** The part has come after all. */
  fillMissing(place: BlobPlace, bytes: Uint8Array, subject: string | null): void;
  /** Tags that a signed purge has named. */
  notePurgedTags(tags: readonly string[]): void;
  /** A late blob of a purged subject: its tag is to be sent, and the blob not kept. */
  dropBlob(writer: Writer, batch: number, tag: string, subject: string): void;
  /** Moves the desk's logical time after what has come (`hlcAfterReceiving`). */
  observeTime(hlc: number, receiptAtMs: number): void;
}

/** The school's membership log and the group keys that it hands out. */
export interface MembershipStore {
  /** The group key that is sealed under now: of the newest settled epoch. Undefined while that has not been opened here: nothing is sealed then. */
  sealingEpoch(): { readonly epoch: number; readonly key: Uint8Array } | undefined;
  /**
   * The keys to try for a blob of that epoch, the likeliest first; none while the epoch has not come. Where a server lost the end of the
   * membership log, a number may have been given twice: the seal tells which key is right.
   */
  groupKeys(epoch: number): readonly Uint8Array[];

  /** The raw Ed25519 public key, as hex, of a desk that the membership log names. */
  deskKey(desk: string): string | undefined;
  membershipHead(): { readonly size: number; readonly hash: string };
  /** Records that the server has acknowledged, from a number on. */
  settledMembership(from: number): readonly MembershipRecord[];
  /** Records that were made here and wait for the server. */
  pendingMembership(): readonly MembershipRecord[];
  /**
   * Takes the whole log in place of the settled one, which the server has lost the end of while others went on. What was
   * settled here beyond the part in common is pending again. False: a record does not hold, and nothing was changed.
   */
  replaceMembership(records: readonly MembershipRecord[]): boolean | 'later';
  /**
   * Takes records that follow the settled head, and rebases what is pending. False: one does not hold, and none was taken. Records under a
   * group key that one before them hands out wait until that key has been opened: `later` where there is nothing to take before them.
   */
  takeMembership(records: readonly MembershipRecord[]): boolean | 'later';
  /** The server took the pending records up to this size. */
  settleMembership(size: number): void;
}

/** This desk's audit log as its witness sees it. */
export interface WitnessStore {
  /** The next checkpoint for the witness, given the size it has. */
  witnessRequest(witnessedSize: number): { readonly request: string; readonly size: number } | undefined;
  auditOrigin(): string;
  auditSize(): number;
  /** Keeps a countersignature; false where it does not hold. */
  keepCountersignature(size: number, line: string): boolean;
}

/** What a round needs besides the store. */
export interface RoundTools {
  readonly crypto: SyncCrypto;
  /** Signs with the desk's own Ed25519 key. */
  readonly sign: (bytes: Uint8Array) => Uint8Array;
  readonly server: { readonly id: string; readonly signingKey: string };
  /** UTC milliseconds by this computer's clock: only compared with the server's. */
  readonly now: () => number;
  readonly onProgress: (direction: 'sending' | 'receiving', done: number, total: number) => void;
  /** The server's clock less ours, in milliseconds. */
  readonly onSkew: (skewMs: number) => void;
}

const longestSkewMs = 5 * 60_000;

/** One round: heads, membership, send, receive, witness. */
export function* syncRound(store: DeskStore, tools: RoundTools): SyncRound {
  const askedAtMs = tools.now();
  const heads = yield* ask<HeadsReply>({ ask: 'heads' });
  if ('refusal' in heads) return refusedBy(store, heads.refusal);
  if (heads.server !== tools.server.id) return { type: 'server-not-genuine' };
  compareClocks(store, tools, heads.at, askedAtMs);

  const stop = compareHeads(store, heads);
  if (stop !== undefined) return stop;

  const members = yield* syncMembership(store, heads);
  if (members !== undefined) return members;

  yield* sealAll(store, tools, 'own');
  let sent = yield* send(store, tools, heads.desks);
  if (typeof sent !== 'number') return sent;
  const received = yield* receive(store, tools);
  if (typeof received !== 'number') return received;
  // Whatever was sent before a restore has been read by now: what a restored backup still holds, nobody ever sent.
  if (yield* sealAll(store, tools, 'leftovers')) {
    const more = yield* send(store, tools, heads.desks);
    if (typeof more !== 'number') return more;
    sent += more;
  }
  const witnessed = yield* witness(store, heads);
  if (witnessed !== undefined) return witnessed;
  return { type: 'done', sent, received };
}

/** What is asked decides what is answered: the driver's part of the bargain, which the type of a generator cannot say. */
function* ask<R extends SyncReply>(
  request: SyncRequest,
): Generator<SyncRequest, R | { readonly refusal: Refusal }, SyncReply> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return (yield request) as R | { readonly refusal: Refusal };
}

function refusedBy(store: DeskStore, refusal: Refusal): RoundOutcome {
  if (refusal.code !== 'desk-ended') return { type: 'refused', refusal };
  store.transaction(() => {
    store.alarm('desk-ended', store.self.desk, null);
  });
  return { type: 'stopped', alarm: 'desk-ended' };
}

/** The server said its time somewhere between the question and the answer: only what lies outside is a difference. */
function compareClocks(store: DeskStore, tools: RoundTools, serverAtMs: number, askedAtMs: number): void {
  const answeredAtMs = tools.now();
  const skewMs = serverAtMs - Math.min(Math.max(serverAtMs, askedAtMs), Math.max(askedAtMs, answeredAtMs));
  tools.onSkew(skewMs);
  if (Math.abs(skewMs) <= longestSkewMs) return;
  store.transaction(() => {
    store.alarm('clock-skew', null, null);
  });
}

/** Sees whether the server, or this desk, has been set back. */
function compareHeads(store: DeskStore, heads: HeadsReply): RoundOutcome | undefined {
  const { self } = store;
  const atServer = heads.desks.find((one) => one.desk === self.desk && one.incarnation === self.incarnation);
  const own = store.lastBatch(self);
  if (atServer !== undefined) {
    if (atServer.batch > (own?.batch ?? 0)) return stopWith(store, 'this-desk-went-back', atServer.batch);
    if (store.findBatch(self, atServer.batch)?.hash !== atServer.hash) {
      return stopWith(store, 'desk-cloned', atServer.batch);
    }
  }
  const position = store.position();
  if (position === null) {
    store.transaction(() => {
      store.setPosition({ serverIncarnation: heads.serverIncarnation, seq: 0, chain: zeroHash });
    });
    return undefined;
  }
  const isRestored = heads.serverIncarnation !== position.serverIncarnation;
  const isShorter = heads.seq < position.seq;
  const isOther = heads.seq === position.seq && heads.chain !== position.chain;
  const lostOwn = own !== undefined && isAcknowledgedBeyond(store, own.batch, atServer?.batch ?? 0);
  if (isRestored || isShorter || isOther || lostOwn) startAnew(store, heads, isOther && !isRestored);
  return undefined;
}

/** Whether the server has acknowledged a batch of this desk that it does not have. */
function isAcknowledgedBeyond(store: DeskStore, last: number, atServer: number): boolean {
  return last > atServer && store.findBatch(store.self, atServer + 1)?.seq != null;
}

function startAnew(
  store: DeskStore,
  heads: Pick<HeadsReply, 'serverIncarnation' | 'seq'>,
  isFork: boolean,
): void {
  store.transaction(() => {
    store.alarm(isFork ? 'server-forked' : 'server-went-back', null, heads.seq);
    store.forgetServer();
    store.setPosition({ serverIncarnation: heads.serverIncarnation, seq: 0, chain: zeroHash });
  });
}

function stopWith(store: DeskStore, alarm: SyncAlarmKind, number: number | null): RoundOutcome {
  store.transaction(() => {
    store.alarm(alarm, store.self.desk, number);
  });
  return { type: 'stopped', alarm };
}

/** Brings the membership log together: what the server lacks goes back to it first, then both sides' new records. */
function* syncMembership(
  store: DeskStore,
  heads: Pick<HeadsReply, 'membership'>,
): Generator<SyncRequest, RoundOutcome | undefined, SyncReply> {
  let { size, hash } = heads.membership;
  for (let tries = 0; tries < 8; tries += 1) {
    const own = store.membershipHead();
    if (size > 0 && size < own.size && store.settledMembership(size - 1)[0]?.hash !== hash) {
      // Beyond the part in common the server has records that are not ours.
      const replaced = yield* takeOtherHistory(store);
      if (replaced === 'later') return undefined;
      if (typeof replaced !== 'boolean') return replaced;
      if (!replaced) return stopWith(store, 'membership-forged', size - 1);
      continue;
    }
    const records = size < own.size ? store.settledMembership(size) : store.pendingMembership();
    if (size === own.size && hash === own.hash && records.length === 0) return undefined;
    if (size > own.size || (size === own.size && hash !== own.hash)) {
      const read = yield* ask<MembershipRead>({ ask: 'membership', from: own.size });
      if ('refusal' in read) return refusedBy(store, read.refusal);
      ({ size, hash } = read);
      const [first] = read.records;
      if (first === undefined && size === own.size && hash === own.hash) continue;
      const follows = first !== undefined && first.prev === own.hash;
      const taken = follows
        ? store.transaction(() => store.takeMembership(read.records))
        : yield* takeOtherHistory(store);
      // The key is opened after this round, and the next one goes on from here.
      if (taken === 'later') return undefined;
      if (typeof taken !== 'boolean') return taken;
      if (!taken) return stopWith(store, 'membership-forged', first?.seq ?? own.size);
      continue;
    }
    const reply = yield* ask<MembershipAppendReply>({
      ask: 'append-membership',
      records: records.slice(0, 200),
    });
    if ('refusal' in reply) return refusedBy(store, reply.refusal);
    ({ size, hash } = reply);
    if (reply.outcome === 'appended' && size > own.size) {
      // More than was sent, or something else, nobody has appended.
      if (records.find(({ seq }) => seq === size - 1)?.hash !== hash)
        return stopWith(store, 'receipt-invalid', size - 1);
      store.transaction(() => {
        store.settleMembership(size);
      });
    }
  }
  // Others keep winning: the next round goes on from here.
  return undefined;
}

/** The server lacks records that were settled, and others went on without them: the log is read from its beginning. */
function* takeOtherHistory(
  store: DeskStore,
): Generator<SyncRequest, RoundOutcome | boolean | 'later', SyncReply> {
  const records: MembershipRecord[] = [];
  for (;;) {
    const read = yield* ask<MembershipRead>({ ask: 'membership', from: records.length });
    if ('refusal' in read) return refusedBy(store, read.refusal);
    records.push(...read.records);
    if (read.records.length === 0 || records.length >= read.size) break;
  }
  return store.transaction(() => {
    const taken = store.replaceMembership(records);
    if (taken === true) store.alarm('server-went-back', null, records.length);
    return taken;
  });
}

/** Seals everything that waits: what was written before this round's reading says so with `seen`. */
function* sealAll(
  store: DeskStore,
  tools: RoundTools,
  which: 'own' | 'leftovers',
): Generator<SyncRequest, boolean, SyncReply> {
  let hasSealed = false;
  while (store.transaction(() => sealNext(store, tools, which))) {
    hasSealed = true;
    yield { ask: 'pause' };
  }
  return hasSealed;
}

function sealNext(store: DeskStore, { crypto, sign }: RoundTools, which: 'own' | 'leftovers'): boolean {
  const sealing = store.sealingEpoch();
  if (sealing === undefined) return false;
  const changes = which === 'own' ? store.takeUnsent(batchLimits) : store.takeLeftovers(batchLimits);
  const purges = which === 'own' ? store.purgeTagsToSend() : [];
  if (changes.length === 0 && purges.length === 0) return false;
  const own = which === 'own' ? changes : [];
  const writer = store.self;
  const { channel } = store;
  const last = store.lastBatch(writer);
  const { epoch, key } = sealing;
  const position = store.position();
  const sealedTo = store.sealedTo(writer);
  const place = { channel, ...writer, batch: (last?.batch ?? 0) + 1, epoch };
  const texts = new Map<string | null, string[]>();
  for (const { parts } of changes) {
    for (const { subject, text } of parts) {
      const known = texts.get(subject);
      if (known === undefined) texts.set(subject, [text]);
      else known.push(text);
    }
  }
  const blobs = Array.from(texts, ([subject, parts]) => {
    const tag = toHex(crypto.random(16));
    const text = `{"parts":[${parts.join(',')}],"subject":${JSON.stringify(subject)}}`;
    return { tag, subject, bytes: crypto.seal(key, padded(utf8(text)), blobContext(place, tag)) };
  });
  const header: BatchHeader = {
    v: 1,
    ...place,
    firstSeq: own[0]?.seq ?? sealedTo + 1,
    lastSeq: own.at(-1)?.seq ?? sealedTo,
    prev: last?.hash ?? zeroHash,
    seen: [position?.serverIncarnation ?? 0, position?.seq ?? 0, position?.chain ?? zeroHash],
    blobs: blobs.map(({ tag, bytes }) => ({ tag, len: bytes.length, sha256: toHex(crypto.sha256(bytes)) })),
    purges: [...purges],
  };
  const headerBytes = headerToBytes(header);
  store.keepBatch(
    { header, headerBytes, signature: sign(headerBytes), blobs: blobs.map(({ bytes }) => bytes) },
    {
      hash: batchHash(crypto, headerBytes),
      seq: null,
      chain: null,
      subjects: blobs.map(({ subject }) => subject),
    },
  );
  if (purges.length > 0) store.clearPurgeTags(purges);
  if (which === 'leftovers') store.clearLeftovers(changes);
  return true;
}

/** Sends what the server lacks. Gives the number of changes that were acknowledged. */
function* send(
  store: DeskStore,
  tools: RoundTools,
  atServer: HeadsReply['desks'],
): Generator<SyncRequest, RoundOutcome | number, SyncReply> {
  const known = new Map(atServer.map((one) => [`${one.desk} ${one.incarnation}`, one]));
  let sent = 0;
  const total = store.waiting();
  for (;;) {
    const batches = store.batchesToOffer([...known.values()], maxBodyBytes);
    if (batches.length === 0) return sent;
    const reply = yield* ask<AppendReply>({ ask: 'append', batches });
    if ('refusal' in reply) return refusedBy(store, reply.refusal);
    for (const [index, receipt] of reply.receipts.entries()) {
      const batch = batches[index];
      if (batch === undefined || !isReceiptFor(tools, batch, receipt))
        return stopWith(store, 'receipt-invalid', receipt.body.batch);
      const { desk, incarnation, batch: number, firstSeq, lastSeq } = batch.header;
      const { seq, chain, hash, at } = receipt.body;
      store.transaction(() => {
        store.numberBatch({ desk, incarnation }, number, { seq, chain, receipt });
      });
      known.set(`${desk} ${incarnation}`, { desk, incarnation, batch: number, hash, atMs: at });
      if (desk === store.self.desk) sent += lastSeq - firstSeq + 1;
    }
    tools.onProgress('sending', Math.min(sent, total), total);
    const { refused } = reply;
    if (refused === null) {
      if (reply.receipts.length === 0) return sent;
      continue;
    }
    if (refused.code === 'batch-differs') {
      store.transaction(() => {
        store.alarm('desk-cloned', refused.desk, refused.batch);
      });
      if (refused.desk === store.self.desk) return { type: 'stopped', alarm: 'desk-cloned' };
    }
    const isForAnother =
      (refused.code === 'gap' || refused.code === 'desk-unknown') && refused.desk !== store.self.desk;
    const author = batches[reply.receipts.length]?.header;
    // Whatever else it is, the next round compares heads again and offers what is then missing.
    if (!isForAnother || author === undefined) return sent;
    const { desk, incarnation } = author;
    known.set(`${desk} ${incarnation}`, {
      desk,
      incarnation,
      batch: Number.MAX_SAFE_INTEGER,
      hash: zeroHash,
      atMs: 0,
    });
  }
}

function isReceiptFor(tools: RoundTools, batch: SealedBatch, { body, sig }: Receipt): boolean {
  const { header, headerBytes } = batch;
  return (
    body.server === tools.server.id &&
    body.channel === header.channel &&
    body.desk === header.desk &&
    body.incarnation === header.incarnation &&
    body.batch === header.batch &&
    body.hash === batchHash(tools.crypto, headerBytes) &&
    tools.crypto.verify(fromHex(tools.server.signingKey), receiptBytes(body), fromHex(sig))
  );
}

/** Receives what is new, and what was missing. Gives the number of changes that came. */
function* receive(
  store: DeskStore,
  tools: RoundTools,
): Generator<SyncRequest, RoundOutcome | number, SyncReply> {
  let received = yield* fetchMissing(store, tools);
  if (typeof received !== 'number') return received;
  let hasStartedAnew = false;
  for (;;) {
    const position = store.position() ?? { serverIncarnation: 0, seq: 0, chain: zeroHash };
    const reply = yield* ask<ReadReply>({ ask: 'read', after: position.seq });
    if ('refusal' in reply) return refusedBy(store, reply.refusal);
    if (reply.chain !== position.chain || reply.serverIncarnation !== position.serverIncarnation) {
      const isFork = reply.serverIncarnation === position.serverIncarnation;
      startAnew(store, { serverIncarnation: reply.serverIncarnation, seq: reply.head }, isFork);
      if (hasStartedAnew) return { type: 'stopped', alarm: isFork ? 'server-forked' : 'server-went-back' };
      hasStartedAnew = true;
      continue;
    }
    for (const item of reply.items) {
      const { desk, epoch } = item.batch.header;
      if (store.deskKey(desk) === undefined || store.groupKeys(epoch).length === 0) {
        // It may have been signed in, or given out, a moment ago.
        const members = yield* syncMembership(store, {
          membership: { size: store.membershipHead().size + 1, hash: '' },
        });
        if (members !== undefined && members.type !== 'stopped') return members;
      }
      const taken = store.transaction(() => takeItem(store, tools, item));
      if (taken === 'altered') return { type: 'stopped', alarm: 'batch-altered' };
      received += taken;
      yield { ask: 'pause' };
    }
    received += applyStalled(store, tools);
    tools.onProgress('receiving', store.position()?.seq ?? 0, reply.head);
    if (reply.items.length > 0 && (store.position()?.seq ?? 0) < reply.head) continue;
    store.transaction(() => {
      for (const { writer, batch } of store.unexplainedMissing()) {
        store.alarm('part-missing', writer.desk, batch);
      }
    });
    return received;
  }
}

/** Asks for the batches that stand before those that have been put aside. */
function* fetchMissing(
  store: DeskStore,
  tools: RoundTools,
): Generator<SyncRequest, RoundOutcome | number, SyncReply> {
  let received = applyStalled(store, tools);
  const asked = new Set<string>();
  for (const { batch } of store.stalled()) {
    const writer = { desk: batch.header.desk, incarnation: batch.header.incarnation };
    const next = (store.lastBatch(writer)?.batch ?? 0) + 1;
    if (batch.header.batch <= next || asked.has(writerName(writer))) continue;
    asked.add(writerName(writer));
    const reply = yield* ask<ReadReply>({ ask: 'read-one', ...writer, batch: next });
    if ('refusal' in reply) {
      if (reply.refusal.code === 'not-found') continue;
      return refusedBy(store, reply.refusal);
    }
    const [item] = reply.items;
    if (item !== undefined && item.batch.header.batch === next) {
      store.transaction(() => {
        store.stall(item);
      });
    }
    received += applyStalled(store, tools);
  }
  for (const place of store.unexplainedMissing()) {
    const reply = yield* ask<ReadReply>({ ask: 'read-one', ...place.writer, batch: place.batch });
    if ('refusal' in reply) {
      if (reply.refusal.code === 'not-found') continue;
      return refusedBy(store, reply.refusal);
    }
    const [item] = reply.items;
    if (item !== undefined) store.transaction(() => applyLatePart(store, tools, item, place));
  }
  return received;
}

/** Applies a part that was missing when its batch came. */
function applyLatePart(store: DeskStore, tools: RoundTools, item: StoredBatch, place: BlobPlace): void {
  const { header, headerBytes } = item.batch;
  const index = header.blobs.findIndex(({ tag }) => tag === place.tag);
  const blob = item.batch.blobs[index];
  const isSame = store.findBatch(place.writer, place.batch)?.hash === batchHash(tools.crypto, headerBytes);
  if (!isSame || blob === undefined || blob === null || !hasRightBlobs(tools.crypto, item.batch)) return;
  const keys = store.groupKeys(header.epoch);
  const opened = openBlob(tools.crypto, keys, header, place.tag, blob);
  store.fillMissing(place, blob, opened?.subject ?? null);
  if (opened === null) {
    store.quarantineBlob(place.writer, place.batch, place.tag);
    store.alarm('part-unreadable', header.desk, header.batch);
    return;
  }
  applyParts(store, header, item.seq, [{ tag: place.tag, ...opened }]);
}

/** Takes one numbered batch and moves on by one. Gives how many changes were applied. */
function takeItem(store: DeskStore, tools: RoundTools, item: StoredBatch): number | 'altered' {
  const { crypto } = tools;
  const position = store.position();
  const { header, headerBytes } = item.batch;
  const hash = batchHash(crypto, headerBytes);
  const chain = chainAfter(crypto, position?.chain ?? zeroHash, hash);
  if (
    item.seq !== (position?.seq ?? 0) + 1 ||
    header.channel !== store.channel ||
    !isGenuine(store, tools, item.batch)
  ) {
    store.alarm('batch-altered', header.desk, item.seq);
    return 'altered';
  }
  const moveOn = (): void => {
    store.setPosition({ serverIncarnation: position?.serverIncarnation ?? 0, seq: item.seq, chain });
  };
  compareSeen(store, header, position);
  const writer = { desk: header.desk, incarnation: header.incarnation };
  const known = store.findBatch(writer, header.batch);
  if (known !== undefined) {
    if (known.hash !== hash) store.alarm('desk-cloned', header.desk, header.batch);
    else if (known.seq !== null && known.seq !== item.seq && store.chainAt(known.seq) === known.chain)
      store.alarm('batch-replayed', header.desk, header.batch);
    else {
      // Acknowledged under a number that holds another now: the server was set back, and somebody returned the batch.
      if (known.seq !== null && known.seq !== item.seq)
        store.alarm('server-went-back', header.desk, item.seq);
      else if (known.chain !== null && known.chain !== chain)
        store.alarm('server-forked', header.desk, item.seq);
      store.numberBatch(writer, header.batch, { seq: item.seq, chain, receipt: null });
    }
    moveOn();
    return 0;
  }
  if (!canApply(store, header)) {
    if (store.deskKey(header.desk) === undefined) store.alarm('desk-unknown', header.desk, header.batch);
    else if (!isNextOrFollows(store, header)) store.alarm('batch-missing', header.desk, header.batch);
    store.stall({ batch: item.batch, seq: item.seq, at: item.at });
    moveOn();
    return 0;
  }
  const count = applyBatch(store, tools, item, { hash, chain });
  moveOn();
  return count;
}

/** Of a desk that nobody has signed in nothing can be judged yet: its batch waits. */
function isGenuine(store: DeskStore, { crypto }: RoundTools, batch: SealedBatch): boolean {
  const key = store.deskKey(batch.header.desk);
  return (
    hasRightBlobs(crypto, batch) &&
    (key === undefined || crypto.verify(fromHex(key), batch.headerBytes, batch.signature))
  );
}

/** Two desks to whom a server shows different histories find it out here. */
function compareSeen(store: DeskStore, header: BatchHeader, position: Position | null): void {
  const [serverIncarnation, seq, chain] = header.seen;
  if (position === null || serverIncarnation !== position.serverIncarnation || seq > position.seq) return;
  const own = seq === 0 ? zeroHash : store.chainAt(seq);
  if (own !== undefined && own !== chain) store.alarm('server-forked', header.desk, seq);
}

/** Whether the batch before is applied, or has come and waits as well. */
function isNextOrFollows(store: DeskStore, { desk, incarnation, batch }: BatchHeader): boolean {
  return (
    batch === (store.lastBatch({ desk, incarnation })?.batch ?? 0) + 1 ||
    store.stalled().some(({ batch: { header } }) => {
      return header.desk === desk && header.incarnation === incarnation && header.batch === batch - 1;
    })
  );
}

function canApply(store: DeskStore, header: BatchHeader): boolean {
  const last = store.lastBatch({ desk: header.desk, incarnation: header.incarnation });
  return (
    store.deskKey(header.desk) !== undefined &&
    header.batch === (last?.batch ?? 0) + 1 &&
    header.prev === (last?.hash ?? zeroHash) &&
    store.groupKeys(header.epoch).length > 0
  );
}

/** Applies what waited for a batch before it, a desk's key or a group key. */
function applyStalled(store: DeskStore, tools: RoundTools): number {
  let applied = 0;
  for (let hasMoved = true; hasMoved;) {
    hasMoved = false;
    for (const stalled of store.stalled()) {
      const { header, headerBytes } = stalled.batch;
      const writer = { desk: header.desk, incarnation: header.incarnation };
      const isKnown = store.findBatch(writer, header.batch) !== undefined;
      if (!isKnown && !canApply(store, header)) continue;
      hasMoved = true;
      store.transaction(() => {
        store.unstall(writer, header.batch);
        if (isKnown) return;
        if (!isGenuine(store, tools, stalled.batch)) {
          store.alarm('batch-altered', header.desk, header.batch);
          return;
        }
        const chain = store.chainAt(stalled.seq) ?? null;
        applied += applyBatch(store, tools, stalled, { hash: batchHash(tools.crypto, headerBytes), chain });
      });
    }
  }
  return applied;
}

/** Applies one batch inside the caller's transaction. Gives how many changes it held. */
function applyBatch(
  store: DeskStore,
  { crypto }: RoundTools,
  { batch, seq, at }: StoredBatch,
  numbered: { readonly hash: string; readonly chain: string | null },
): number {
  const { header, blobs } = batch;
  const writer = { desk: header.desk, incarnation: header.incarnation };
  const keys = store.groupKeys(header.epoch);
  const subjects: (string | null)[] = [];
  const missing: string[] = [];
  const unreadable: string[] = [];
  if (header.purges.length > 0) store.notePurgedTags(header.purges);
  const parts: OpenedBlob[] = [];
  for (const [index, { tag }] of header.blobs.entries()) {
    const blob = blobs[index] ?? null;
    const opened = blob === null ? null : openBlob(crypto, keys, header, tag, blob);
    subjects.push(opened?.subject ?? null);
    if (blob === null) missing.push(tag);
    else if (opened === null) unreadable.push(tag);
    else parts.push({ tag, ...opened });
  }
  store.keepBatch(batch, { hash: numbered.hash, seq, chain: numbered.chain, subjects });
  for (const tag of missing) store.noteMissing(writer, header.batch, tag);
  for (const tag of unreadable) {
    store.quarantineBlob(writer, header.batch, tag);
    store.alarm('part-unreadable', header.desk, header.batch);
  }
  const newest = applyParts(store, header, seq, parts);
  if (newest > 0) {
    if (hlcToMs(newest) > at + longestLeadMs) store.alarm('desk-clock-ahead', header.desk, header.batch);
    store.observeTime(newest, at);
  }
  return header.lastSeq - header.firstSeq + 1;
}

interface OpenedBlob extends BlobText {
  readonly tag: string;
}

/** Applies opened blobs of one batch, change by change. Gives the newest logical time in them; 0 where nothing is. */
function applyParts(
  store: DeskStore,
  header: BatchHeader,
  seq: number,
  blobs: readonly OpenedBlob[],
): number {
  const writer = { desk: header.desk, incarnation: header.incarnation };
  const operations: { stamp: OperationStamp; operation: unknown; tag: string; subject: string | null }[] = [];
  let newest = 0;
  for (const { tag, subject, parts } of blobs) {
    if (subject !== null && store.isPurged(subject)) {
      store.dropBlob(writer, header.batch, tag, subject);
      continue;
    }
    for (const part of parts) {
      newest = Math.max(newest, part.hlc);
      const version: Version = [part.hlc, header.desk, part.incarnation, part.seq];
      // A leftover may have come in a batch of its own time too.
      if (part.incarnation !== header.incarnation && store.isReceived(version)) continue;
      for (const [index, operation] of part.operations) {
        const stamp = { version, by: part.by, seen: part.seen, seq, index };
        operations.push({ stamp, operation, tag, subject });
      }
    }
  }
  operations.sort((a, b) => a.stamp.version[3] - b.stamp.version[3] || a.stamp.index - b.stamp.index);
  const apply = ({ stamp, operation, tag, subject }: (typeof operations)[number]): void => {
    // A purge earlier in this very batch has taken the subject.
    if (subject !== null && store.isPurged(subject)) return;
    const waiting = applyOperation(store, operation, stamp);
    if (waiting !== undefined) store.holdOperation(waiting, stamp, { writer, batch: header.batch, tag });
  };
  const areAllFit = store.attempt(() => {
    for (const one of operations) apply(one);
  });
  // One of them is none that a record can take: each by itself then, and that one's part is kept aside.
  for (const one of areAllFit ? [] : operations) {
    if (
      store.attempt(() => {
        apply(one);
      })
    )
      continue;
    store.quarantineBlob(writer, header.batch, one.tag);
    store.alarm('part-unreadable', header.desk, header.batch);
  }
  retryWaiting(store);
  return newest;
}

/** Tries what waits, each record's in its order, until nothing moves any more. */
function retryWaiting(store: DeskStore): void {
  for (let hasMoved = true; hasMoved;) {
    hasMoved = false;
    const blocked = new Set<string>();
    for (const { id, operation, stamp } of store.waitingOperations()) {
      const record = recordOf(operation);
      if (record !== undefined && blocked.has(record)) continue;
      let waiting: Waiting | undefined;
      const isFit = store.attempt(() => {
        waiting = applyOperation(store, operation, stamp, true);
      });
      // Its sealed part is kept.
      if (!isFit) store.alarm('part-unreadable', stamp.version[1], null);
      if (waiting === undefined) {
        store.releaseOperation(id);
        hasMoved = true;
      } else if (record !== undefined && waiting.reason === 'parent') blocked.add(record);
    }
  }
}

/** The record that a put or delete writes, `table key`; undefined for everything else. */
export function recordOf(operation: unknown): string | undefined {
  const parsed = plainOperation.safeParse(operation);
  return parsed.success && (parsed.data.op === 'put' || parsed.data.op === 'delete')
    ? `${parsed.data.table} ${parsed.data.key}`
    : undefined;
}

function openBlob(
  crypto: SyncCrypto,
  keys: readonly Uint8Array[],
  header: BatchHeader,
  tag: string,
  blob: Uint8Array,
) {
  const context = blobContext(header, tag);
  let opened: Uint8Array | undefined;
  for (const key of keys) opened ??= crypto.open(key, blob, context);
  const bytes = opened === undefined ? undefined : unpadded(opened);
  const text = bytes === undefined ? undefined : utf8ToText(bytes);
  if (text === undefined) return null;
  try {
    const parsed = blobText.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    // Not JSON is one more text that nobody can read.
    return null;
  }
}

/** Has the newest checkpoint countersigned, and sees whether the witness knows more than there is here. */
function* witness(
  store: DeskStore,
  heads: HeadsReply,
): Generator<SyncRequest, RoundOutcome | undefined, SyncReply> {
  const origin = store.auditOrigin();
  let size = heads.witnessed.find((one) => one.origin === origin)?.size ?? 0;
  for (let tries = 0; tries < 2; tries += 1) {
    if (size > store.auditSize()) return stopWith(store, 'audit-went-back', size);
    const next = store.witnessRequest(size);
    if (next === undefined) return undefined;
    const reply = yield* ask<WitnessReply>({ ask: 'witness', request: next.request });
    if ('refusal' in reply) return refusedBy(store, reply.refusal);
    if (reply.outcome === 'refused') return stopWith(store, 'audit-went-back', size);
    if (reply.outcome === 'stale') {
      ({ size } = reply);
      continue;
    }
    if (!store.transaction(() => store.keepCountersignature(next.size, reply.line))) {
      return stopWith(store, 'receipt-invalid', next.size);
    }
    return undefined;
  }
  return undefined;
}

function writerName({ desk, incarnation }: Writer): string {
  return `${desk} ${incarnation}`;
}
