import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';
import { canonicalJson } from '../vault/canonical-json.ts';
import { fromHex, toHex, utf8 } from '../audit/bytes.ts';
import {
  batchHash,
  chainAfter,
  hasRightBlobs,
  zeroHash,
  type SealedBatch,
  type SyncCrypto,
} from './batch.ts';
import type {
  AppendRefusal,
  AppendReply,
  HeadsReply,
  MembershipAppendReply,
  MembershipPublic,
  MembershipRecord,
  Receipt,
  ReceiptBody,
} from './wire.ts';

/**
 * The server's side of the protocol: what it does with a channel, without a clock, a socket or a disk of its own. It never opens a blob; it
 * numbers, remembers and acknowledges (SECURITY §6.2–6.4).
 *
 * `ChannelStore` is what one channel's store must do; every function here runs inside one of its transactions, and what it
 * answers may leave only after that transaction is on the disk.
 */
export interface ChannelStore {
  head(): Promise<ChannelHead>;
  /** The newest batch of a desk in one incarnation. */
  lastBatch(
    desk: string,
    incarnation: number,
  ): Promise<{ readonly batch: number; readonly hash: string } | undefined>;
  /** A batch's hash and receipt. */
  findReceipt(
    desk: string,
    incarnation: number,
    batch: number,
  ): Promise<{ readonly hash: string; readonly receipt: Receipt } | undefined>;
  /** Keeps a batch under the channel's next number, with its blobs. */
  insertBatch(
    batch: SealedBatch,
    stored: { readonly hash: string; readonly receipt: Receipt },
  ): Promise<void>;
  /** Deletes sealed blobs and keeps their headers. Tags that are not there are no error: a blob that comes later under one is not kept. */
  deleteBlobs(tags: readonly string[]): Promise<void>;
  /** Batches after a number, in order, until their bytes pass `maxBytes`; at least one where there is one. */
  readAfter(seq: number, maxBytes: number): Promise<readonly StoredBatch[]>;
  readOne(desk: string, incarnation: number, batch: number): Promise<StoredBatch | undefined>;
  /** The chain at a number; undefined where the channel is shorter. */
  chainAt(seq: number): Promise<string | undefined>;
  /** The newest batch of every desk and incarnation. */
  desks(): Promise<HeadsReply['desks']>;

  device(desk: string): Promise<Device | undefined>;
  putDevice(device: Device): Promise<void>;
  /** Keeps a desk apart that sent two different batches under one number. */
  quarantineDevice(desk: string): Promise<void>;

  membershipHead(): Promise<{ readonly size: number; readonly hash: string }>;
  appendMembership(record: MembershipRecord): Promise<void>;
  readMembership(from: number, limit: number): Promise<readonly MembershipRecord[]>;

  witnessed(origin: string): Promise<WitnessedHead | undefined>;
  putWitnessed(origin: string, head: WitnessedHead): Promise<void>;
  allWitnessed(): Promise<HeadsReply['witnessed']>;
}

export interface ChannelHead {
  readonly seq: number;
  readonly chain: string;
}

export interface StoredBatch {
  readonly seq: number;
  /** When the server received it, UTC milliseconds. */
  readonly at: number;
  readonly batch: SealedBatch;
}

/** A desk as the server knows it: by its keys, never by a name. */
export interface Device {
  readonly desk: string;
  /** Raw Ed25519 public keys as hex: signs batches and requests; signs the audit log's checkpoints. */
  readonly signingKey: string;
  readonly auditKey: string;
  readonly state: 'active' | 'retired' | 'stolen' | 'quarantined';
}

export interface WitnessedHead {
  readonly size: number;
  /** Hex RFC 6962 root at that size. */
  readonly root: string;
}

/** The server as it signs receipts. */
export interface ServerIdentity {
  readonly server: string;
  readonly serverIncarnation: number;
  readonly sign: (bytes: Uint8Array) => Uint8Array;
}

/** The bytes of a receipt that are signed. */
export function receiptBytes(body: ReceiptBody): Uint8Array {
  return utf8(canonicalJson(body));
}

/**
 * Takes batches in order and numbers them, up to the first that cannot be taken. Any active desk of the channel may bring any desk's
 * batches: each is signed by the desk that made it, and after a server was set back others return what that desk no longer can.
 *
 * The same batch again gets its first receipt. Another batch under the same number is refused, and its desk is kept apart (SECURITY §6.3).
 */
export async function appendBatches(
  store: ChannelStore,
  crypto: Pick<SyncCrypto, 'sha256' | 'verify'>,
  server: ServerIdentity,
  channel: string,
  batches: readonly SealedBatch[],
  nowMs: number,
): Promise<AppendReply> {
  const receipts: Receipt[] = [];
  for (const batch of batches) {
    const taken = await appendOne(store, crypto, server, channel, batch, nowMs);
    if (!taken.ok) return { receipts, refused: taken.error };
    receipts.push(taken.value);
  }
  return { receipts, refused: null };
}

async function appendOne(
  store: ChannelStore,
  crypto: Pick<SyncCrypto, 'sha256' | 'verify'>,
  server: ServerIdentity,
  channel: string,
  sealed: SealedBatch,
  nowMs: number,
): Promise<Result<Receipt, AppendRefusal>> {
  const { header, headerBytes } = sealed;
  const { desk, incarnation, batch } = header;
  const device = await store.device(desk);
  if (device === undefined || header.channel !== channel) return err({ code: 'desk-unknown', desk });
  const isGenuine =
    crypto.verify(fromHex(device.signingKey), headerBytes, sealed.signature) && hasRightBlobs(crypto, sealed);
  if (!isGenuine) return err({ code: 'batch-altered' });
  const hash = batchHash(crypto, headerBytes);

  const known = await store.findReceipt(desk, incarnation, batch);
  if (known !== undefined) {
    if (known.hash === hash) return ok(known.receipt);
    await store.quarantineDevice(desk);
    return err({ code: 'batch-differs', desk, incarnation, batch });
  }
  const last = await store.lastBatch(desk, incarnation);
  const expected = (last?.batch ?? 0) + 1;
  const isNext = batch === expected && header.prev === (last?.hash ?? zeroHash);
  if (!isNext) return err({ code: 'gap', desk, incarnation, expected });

  const head = await store.head();
  const chain = chainAfter(crypto, head.chain, hash);
  const body: ReceiptBody = {
    v: 1,
    server: server.server,
    serverIncarnation: server.serverIncarnation,
    channel,
    desk,
    incarnation,
    batch,
    hash,
    seq: head.seq + 1,
    chain,
    at: nowMs,
  };
  const receipt = { body, sig: toHex(server.sign(receiptBytes(body))) };
  await store.insertBatch(sealed, { hash, receipt });
  if (header.purges.length > 0) await store.deleteBlobs(header.purges);
  return ok(receipt);
}

/** What the server holds of a channel, for a desk that begins a round. */
export async function channelHeads(
  store: ChannelStore,
  server: ServerIdentity & { readonly region: string },
  nowMs: number,
): Promise<HeadsReply> {
  const { seq, chain } = await store.head();
  return {
    server: server.server,
    serverIncarnation: server.serverIncarnation,
    region: server.region,
    seq,
    chain,
    at: nowMs,
    desks: await store.desks(),
    membership: await store.membershipHead(),
    witnessed: await store.allWitnessed(),
  };
}

/** Appends membership records by compare-and-swap, and knows the desks that they name. */
export async function appendMembership(
  store: ChannelStore,
  records: readonly MembershipRecord[],
): Promise<MembershipAppendReply> {
  let head = await store.membershipHead();
  for (const record of records) {
    if (record.seq !== head.size || record.prev !== head.hash) return { outcome: 'not-next', ...head };
    await store.appendMembership(record);
    if (record.public !== null) await applyPublic(store, record.public);
    head = { size: record.seq + 1, hash: record.hash };
  }
  return { outcome: 'appended', ...head };
}

async function applyPublic(store: ChannelStore, fact: MembershipPublic): Promise<void> {
  const known = await store.device(fact.desk);
  if (fact.kind === 'desk') {
    // A new incarnation of a known desk keeps its state: an ended desk does not come back by being restored.
    const { desk, signingKey, auditKey } = fact;
    await store.putDevice({ desk, signingKey, auditKey, state: known?.state ?? 'active' });
  } else if (known !== undefined) {
    await store.putDevice({ ...known, state: fact.how });
  }
}
