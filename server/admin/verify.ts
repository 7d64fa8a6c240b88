import { fromHex } from '../../domain/audit/bytes.ts';
import { batchHash, chainAfter, hasRightBlobs, zeroHash } from '../../domain/sync/batch.ts';
import { receiptBytes, type ChannelStore, type StoredBatch } from '../../domain/sync/channel.ts';
import { membershipPublic, type MembershipRecord } from '../../domain/sync/wire.ts';
import type { ServerKeys } from '../data-folder.ts';
import { sha256, verifyEd25519 } from '../server-crypto.ts';
import type { ServerStore } from '../store/server-store.ts';

const crypto = { sha256, verify: verifyEd25519 };
const pageBytes = 4 * 1024 * 1024;
const pageRecords = 500;

/** What `verify` went through, and what is wrong, in sentences. */
export interface VerifyReport {
  readonly channels: number;
  readonly batches: number;
  readonly membershipRecords: number;
  readonly problems: readonly string[];
}

/** Recomputes everything that can be: storage, each channel's chain, signatures, receipts, blobs and membership chain. Changes nothing. */
export async function verifyServer(store: ServerStore, keys: ServerKeys): Promise<VerifyReport> {
  const problems = [...(await store.checkStorage())];
  let batches = 0;
  let membershipRecords = 0;
  const channels = await store.channels();
  for (const { channel } of channels) {
    const found: string[] = [];
    const inChannel = async <T>(run: (channelStore: ChannelStore) => Promise<T>): Promise<T> => {
      const done = await store.inChannel(channel, run);
      if (!done.ok) throw new Error('Bug: a channel of the registry is known');
      return done.value;
    };
    try {
      const members = await verifyMembership(inChannel, found);
      membershipRecords += members.records;
      batches += await verifyBatches(inChannel, keys, channel, members.keysByDesk, found);
    } catch (cause) {
      // Rows that cannot be read at all are what this looks for.
      found.push(`cannot be read (${cause instanceof Error ? cause.name : typeof cause})`);
    }
    problems.push(...found.map((problem) => `channel ${channel}: ${problem}`));
  }
  return { channels: channels.length, batches, membershipRecords, problems };
}

type InChannel = <T>(run: (store: ChannelStore) => Promise<T>) => Promise<T>;

async function verifyMembership(
  inChannel: InChannel,
  problems: string[],
): Promise<{ readonly records: number; readonly keysByDesk: Map<string, Set<string>> }> {
  const keysByDesk = new Map<string, Set<string>>();
  let size = 0;
  let hash = zeroHash;
  for (;;) {
    const page: readonly MembershipRecord[] = await inChannel((store) =>
      store.readMembership(size, pageRecords),
    );
    for (const record of page) {
      if (record.seq !== size || record.prev !== hash)
        problems.push(`membership record ${size}: the chain breaks`);
      ({ hash } = record);
      size += 1;
      const fact = membershipPublic.nullable().parse(record.public);
      if (fact?.kind === 'desk') {
        keysByDesk.set(fact.desk, (keysByDesk.get(fact.desk) ?? new Set()).add(fact.signingKey));
      }
    }
    if (page.length === 0) return { records: size, keysByDesk };
  }
}

async function verifyBatches(
  inChannel: InChannel,
  keys: ServerKeys,
  channel: string,
  keysByDesk: ReadonlyMap<string, ReadonlySet<string>>,
  problems: string[],
): Promise<number> {
  const purged = new Set<string>();
  const missing: { readonly seq: number; readonly tag: string }[] = [];
  const lastByWriter = new Map<string, { readonly batch: number; readonly hash: string }>();
  let seq = 0;
  let chain = zeroHash;
  for (;;) {
    const after = seq;
    const page = await inChannel((store) => store.readAfter(after, pageBytes));
    for (const stored of page) {
      seq += 1;
      const { header, headerBytes, blobs } = stored.batch;
      const say = (problem: string): number => problems.push(`batch ${stored.seq}: ${problem}`);
      if (stored.seq !== seq) say(`stands where ${seq} is due`);
      ({ seq } = stored);
      const hash = batchHash(crypto, headerBytes);
      chain = chainAfter(crypto, chain, hash);
      if (header.channel !== channel) say('is of another channel');
      const writer = `${header.desk} ${header.incarnation}`;
      const last = lastByWriter.get(writer) ?? { batch: 0, hash: zeroHash };
      if (header.batch !== last.batch + 1 || header.prev !== last.hash) say("breaks its desk's chain");
      lastByWriter.set(writer, { batch: header.batch, hash });
      if (!hasRightBlobs(crypto, stored.batch)) say('a sealed part was changed');
      for (const [index, { tag }] of header.blobs.entries()) {
        if (blobs[index] === null) missing.push({ seq, tag });
      }
      for (const tag of header.purges) purged.add(tag);
      for (const problem of await inChannel((store) =>
        signatureProblems(store, keys, stored, hash, chain, keysByDesk),
      )) {
        say(problem);
      }
    }
    if (page.length === 0) break;
  }
  const head = await inChannel((store) => store.head());
  if (head.seq !== seq || head.chain !== chain) problems.push('its head is not what its batches give');
  for (const one of missing) {
    if (!purged.has(one.tag)) problems.push(`batch ${one.seq}: a part is missing that no purge has named`);
  }
  return seq;
}

async function signatureProblems(
  store: ChannelStore,
  keys: ServerKeys,
  { batch }: StoredBatch,
  hash: string,
  chain: string,
  keysByDesk: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<string[]> {
  const { desk, incarnation, batch: number } = batch.header;
  const device = await store.device(desk);
  const known = new Set([
    ...(keysByDesk.get(desk) ?? []),
    ...(device === undefined ? [] : [device.signingKey]),
  ]);
  const isSigned = Array.from(known).some((key) =>
    verifyEd25519(fromHex(key), batch.headerBytes, batch.signature),
  );
  const kept = await store.findReceipt(desk, incarnation, number);
  const isReceipt =
    kept !== undefined &&
    kept.hash === hash &&
    kept.receipt.body.hash === hash &&
    kept.receipt.body.chain === chain &&
    verifyEd25519(fromHex(keys.signingKey), receiptBytes(kept.receipt.body), fromHex(kept.receipt.sig));
  return [
    ...(isSigned ? [] : ['is signed by no key of its desk']),
    ...(isReceipt ? [] : ['its receipt does not belong to it']),
  ];
}
