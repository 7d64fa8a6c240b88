import { z } from 'zod';
import { countersign, parseSubmission } from '../../domain/audit/witness.ts';
import { fromHex, toHex, utf8ToText } from '../../domain/audit/bytes.ts';
import { bytesToBatches } from '../../domain/sync/batch.ts';
import {
  appendBatches,
  appendMembership,
  channelHeads,
  type ChannelStore,
  type StoredBatch,
} from '../../domain/sync/channel.ts';
import { readReplyToBytes } from '../../domain/sync/read-reply.ts';
import {
  appendReply,
  headsReply,
  maxBodyBytes,
  membershipAppend,
  membershipAppendReply,
  membershipRead,
  type MembershipRecord,
} from '../../domain/sync/wire.ts';
import type { ServerKeys } from '../data-folder.ts';
import type { ServerMetrics } from '../metrics.ts';
import { sha256, verifyEd25519 } from '../server-crypto.ts';
import { answerJson, answerRefusal, type Answer } from './answer.ts';
import { bodyToJson } from './body.ts';

/** A request on a channel, by a desk that has proven to be one of its. */
export interface ChannelRequest {
  readonly channel: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
  readonly nowMs: number;
}

export interface ChannelServer {
  readonly keys: ServerKeys;
  readonly metrics: ServerMetrics;
}

/**
 * A route below `/v1/channels/:channel`. It reads its request first, and answers or gives what to do: that runs in one transaction of that
 * one channel, and reaches no other.
 */
export interface ChannelRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** It needs room on the disk. */
  readonly writes: boolean;
  readonly prepare: (
    request: ChannelRequest,
    server: ChannelServer,
  ) => Answer | ((store: ChannelStore) => Promise<Answer>);
}

const crypto = { sha256, verify: verifyEd25519 };
// The head of a read with as many of the smallest batches as fit stays below this.
const readHeadRoom = 128 * 1024;
const mostMembershipRecords = 200;
const malformed = answerRefusal({ code: 'malformed' });
const notFound = answerRefusal({ code: 'not-found' });

const number = z
  .string()
  .regex(/^(0|[1-9]\d{0,14})$/)
  .transform(Number);
const batchPlace = z.object({
  desk: z.string().regex(/^[0-9a-f]{32}$/),
  incarnation: number,
  batch: number,
});

export const channelRoutes: readonly ChannelRoute[] = [
  {
    method: 'GET',
    path: '/heads',
    writes: false,
    prepare:
      ({ nowMs }, { keys }) =>
      async (store) =>
        answerJson(headsReply, await channelHeads(store, keys.identity, nowMs)),
  },
  {
    method: 'POST',
    path: '/batches',
    writes: true,
    prepare: ({ channel, body, nowMs }, { keys, metrics }) => {
      const batches = bytesToBatches(body);
      if (!batches.ok || batches.value.length === 0) return malformed;
      return async (store) => {
        const reply = await appendBatches(store, crypto, keys.identity, channel, batches.value, nowMs);
        metrics.addBatches(reply.receipts.length);
        return answerJson(appendReply, reply);
      };
    },
  },
  {
    method: 'GET',
    path: '/batches',
    writes: false,
    prepare: ({ query }, { keys }) => {
      const after = z.strictObject({ after: number }).safeParse(query);
      if (!after.success) return malformed;
      return async (store) => {
        const chain = await store.chainAt(after.data.after);
        if (chain === undefined) return notFound;
        const batches = await store.readAfter(after.data.after, maxBodyBytes - readHeadRoom);
        return await answerRead(store, keys, chain, batches);
      };
    },
  },
  {
    method: 'GET',
    path: '/batches/:desk/:incarnation/:batch',
    writes: false,
    prepare: ({ params }, { keys }) => {
      const place = batchPlace.safeParse(params);
      if (!place.success) return malformed;
      return async (store) => {
        const { desk, incarnation, batch } = place.data;
        const found = await store.readOne(desk, incarnation, batch);
        const chain = found && (await store.chainAt(found.seq - 1));
        return found === undefined || chain === undefined
          ? notFound
          : await answerRead(store, keys, chain, [found]);
      };
    },
  },
  {
    method: 'GET',
    path: '/membership',
    writes: false,
    prepare: ({ query }) => {
      const from = z.strictObject({ from: number.default(0) }).safeParse(query);
      if (!from.success) return malformed;
      return async (store) => {
        const records = fitting(await store.readMembership(from.data.from, mostMembershipRecords));
        return answerJson(membershipRead, { records, ...(await store.membershipHead()) });
      };
    },
  },
  {
    method: 'POST',
    path: '/membership',
    writes: true,
    prepare: ({ body }) => {
      const parsed = membershipAppend.safeParse(bodyToJson(body));
      if (!parsed.success) return malformed;
      return async (store) =>
        answerJson(membershipAppendReply, await appendMembership(store, parsed.data.records));
    },
  },
  {
    method: 'POST',
    path: '/witness',
    writes: true,
    prepare: ({ body, nowMs }, { keys }) => {
      const submission = parseSubmission(utf8ToText(body) ?? '');
      if (!submission.ok) return malformed;
      return (store) => witnessAnswer(store, keys, submission.value, nowMs);
    },
  },
];

async function answerRead(
  store: ChannelStore,
  keys: ServerKeys,
  chain: string,
  stored: readonly StoredBatch[],
): Promise<Answer> {
  const head = {
    serverIncarnation: keys.identity.serverIncarnation,
    chain,
    items: stored.map(({ seq, at }) => ({ seq, at })),
    head: (await store.head()).seq,
  };
  const body = readReplyToBytes(
    head,
    stored.map(({ batch }) => batch),
  );
  return { status: 200, contentType: 'application/octet-stream', body };
}

/** The first records that fit into one body; one in any case. The reader sees by the size that there are more. */
function fitting(records: readonly MembershipRecord[]): MembershipRecord[] {
  let bytes = 1024;
  const end = records.findIndex((record, index) => {
    bytes += JSON.stringify(record).length + 1;
    return index > 0 && bytes > maxBodyBytes;
  });
  return records.slice(0, end === -1 ? undefined : end);
}

/**
 * Countersigns a desk's audit log by the statuses of C2SP tlog-witness: 404 for a log of no desk of this channel, 403 for a note that its
 * desk has not signed, 409 with the size that was witnessed last, 422 for a log that was rewritten.
 */
async function witnessAnswer(
  store: ChannelStore,
  keys: ServerKeys,
  submission: Parameters<typeof countersign>[1],
  nowMs: number,
): Promise<Answer> {
  const { origin } = submission.checkpoint;
  // `logOrigin`: rollkeep/<school>/<desk>/<incarnation>.
  const desk = /^rollkeep\/[0-9a-f]{32}\/([0-9a-f]{32})\/\d{1,15}$/.exec(origin)?.[1];
  const device = desk === undefined ? undefined : await store.device(desk);
  const known = await store.witnessed(origin);
  const log = device && {
    publicKey: fromHex(device.auditKey),
    last: known === undefined ? null : { size: known.size, root: fromHex(known.root) },
  };
  const seconds = BigInt(Math.floor(nowMs / 1000));
  const judged = countersign(crypto, submission, log, keys.witness, seconds);
  if (judged.ok) {
    const { line, head } = judged.value;
    await store.putWitnessed(origin, { size: head.size, root: toHex(head.root) });
    return { status: 200, contentType: 'text/plain; charset=utf-8', body: line };
  }
  switch (judged.error.type) {
    case 'malformed':
      return malformed;
    case 'unknown-origin':
      return notFound;
    case 'not-signed-by-key':
      return answerRefusal({ code: 'not-witnessed' });
    case 'stale':
    case 'smaller':
      return { status: 409, contentType: 'text/x.tlog.size', body: `${judged.error.size}\n` };
    case 'inconsistent':
      return { ...answerRefusal({ code: 'not-witnessed' }), status: 422 };
  }
}
