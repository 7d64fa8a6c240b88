import { z } from 'zod';

/**
 * What desk and server say to each other (DESIGN §6). Bodies are JSON, but batches, which are bytes (`batchToBytes`), and checkpoints,
 * which are C2SP text. `wireVersion` stands in every path; a test pins the hash of this file's schemas beside it.
 */
export const wireVersion = 1;

/** No request or answer body is larger; larger things go in pieces (SECURITY §6.16). */
export const maxBodyBytes = 1024 * 1024;

const id = z.string().regex(/^[0-9a-f]{32}$/);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const publicKey = z.string().regex(/^[0-9a-f]{64}$/);
const signature = z.string().regex(/^[0-9a-f]{128}$/);
const count = z.int().min(0);

/** That the server has a batch for good: JCS of this, signed by the server's key, is the receipt (SECURITY §6.4). */
export const receiptBody = z.strictObject({
  v: z.literal(1),
  server: id,
  /** Grows when the server's store was restored. */
  serverIncarnation: count,
  channel: id,
  desk: id,
  incarnation: count,
  batch: z.int().min(1),
  /** `batchHash` of the batch. */
  hash,
  /** The number that the server gave it in the channel: gapless from 1. */
  seq: z.int().min(1),
  /** `chainAfter` this batch. */
  chain: hash,
  /** UTC milliseconds by the server's clock. Never orders anything. */
  at: z.int(),
});
export type ReceiptBody = z.output<typeof receiptBody>;

export const receipt = z.strictObject({ body: receiptBody, sig: signature });
export type Receipt = z.output<typeof receipt>;

/** Why the server did not take a batch. */
export const appendRefusal = z.discriminatedUnion('code', [
  /** The desk's next batch has another number or another `prev`: the server lacks some, or was set back. */
  z.strictObject({ code: z.literal('gap'), desk: id, incarnation: count, expected: z.int().min(1) }),
  /** The same number with other content: a store that was copied or set back. The desk is kept aside. */
  z.strictObject({ code: z.literal('batch-differs'), desk: id, incarnation: count, batch: z.int() }),
  z.strictObject({ code: z.literal('desk-unknown'), desk: id }),
  z.strictObject({ code: z.literal('batch-altered') }),
  z.strictObject({ code: z.literal('batch-malformed') }),
]);
export type AppendRefusal = z.output<typeof appendRefusal>;

/** Receipts for the batches up to the first that was refused. */
export const appendReply = z.strictObject({ receipts: z.array(receipt), refused: appendRefusal.nullable() });
export type AppendReply = z.output<typeof appendReply>;

/** What the server holds of a channel. */
export const headsReply = z.strictObject({
  server: id,
  serverIncarnation: count,
  region: z.string(),
  seq: count,
  chain: hash,
  at: z.int(),
  desks: z.array(
    z.strictObject({ desk: id, incarnation: count, batch: z.int().min(1), hash, atMs: z.int() }),
  ),
  membership: z.strictObject({ size: count, hash }),
  /** For each log that was witnessed, its origin and the size that was countersigned last. */
  witnessed: z.array(z.strictObject({ origin: z.string(), size: count })),
});
export type HeadsReply = z.output<typeof headsReply>;

/** Stands before the batches of a read: the rest of the body is the batches' bytes, in the order of `items`. */
export const readHead = z.strictObject({
  serverIncarnation: count,
  /** The chain at the number after which was asked. */
  chain: hash,
  /** One for each batch: its number and the server's time of receipt. */
  items: z.array(z.strictObject({ seq: z.int().min(1), at: z.int() })),
  /** The channel's newest number. */
  head: count,
});
export type ReadHead = z.output<typeof readHead>;

/** What of a membership entry the server must know; all else is sealed. */
export const membershipPublic = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('desk'),
    desk: id,
    signingKey: publicKey,
    auditKey: publicKey,
    incarnation: count,
  }),
  z.strictObject({ kind: z.literal('desk-ended'), desk: id, how: z.enum(['retired', 'stolen']) }),
]);
export type MembershipPublic = z.output<typeof membershipPublic>;

/** A membership entry as it lies on the server. `sealed` is the entry's text under the group key of `epoch`, in base64. */
export const membershipRecord = z.strictObject({
  seq: count,
  prev: hash,
  /** SHA-256 of the entry's text. */
  hash,
  epoch: count,
  public: membershipPublic.nullable(),
  sealed: z.base64().max(400_000),
});
export type MembershipRecord = z.output<typeof membershipRecord>;

export const membershipRead = z.strictObject({ records: z.array(membershipRecord), size: count, hash });
export type MembershipRead = z.output<typeof membershipRead>;

/** Compare-and-swap: the records follow the one at `size - 1`, or nothing is taken and the present head is answered. */
export const membershipAppend = z.strictObject({ records: z.array(membershipRecord).min(1).max(200) });
export const membershipAppendReply = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('appended'), size: count, hash }),
  z.strictObject({ outcome: z.literal('not-next'), size: count, hash }),
]);
export type MembershipAppendReply = z.output<typeof membershipAppendReply>;

/** A school's first desk claims its empty channel with the server's code. Sealed in nothing: it says no name. */
export const claimRequest = z.strictObject({
  /** The claim code's lookup half: SHA-256 of the code, as hex. */
  lookup: hash,
  channel: id,
  desk: id,
  incarnation: count,
  signingKey: publicKey,
  auditKey: publicKey,
});

/** What the server says of itself; desks pin it at enrolment. */
export const serverFacts = z.strictObject({
  server: id,
  serverIncarnation: count,
  region: z.string(),
  /** Signs receipts. */
  signingKey: publicKey,
  /** Countersigns checkpoints: C2SP `name+keyid+base64`. */
  witnessKey: z.string(),
  at: z.int(),
});
export type ServerFacts = z.output<typeof serverFacts>;

/** A letter box for two desks that meet: both know the code, the server only `lookup`. Each piece is written once and opaque. */
export const enrolmentPieces = ['request', 'offer', 'handover'] as const;
export type EnrolmentPiece = (typeof enrolmentPieces)[number];
export const enrolmentOpen = z.strictObject({ lookup: hash, channel: id });
export const enrolmentState = z.strictObject({
  expiresAtMs: z.int(),
  pieces: z.strictObject({
    request: z.base64().nullable(),
    offer: z.base64().nullable(),
    handover: z.base64().nullable(),
  }),
});
export type EnrolmentState = z.output<typeof enrolmentState>;
export const enrolmentWrite = z.strictObject({
  piece: z.enum(enrolmentPieces),
  value: z.base64().max(400_000),
});

/** Why the server refused a request as a whole. `code` alone crosses; nothing personal is in it. */
export const refusal = z.strictObject({
  code: z.enum([
    'not-found',
    'malformed',
    'too-large',
    'unauthenticated',
    'replayed',
    'desk-ended',
    'clock-skew',
    'limit-tripped',
    'code-expired',
    'code-used',
    'channel-taken',
    'not-witnessed',
    'disk-full',
    'internal',
  ]),
  /** For `limit-tripped`: when to try again, in milliseconds from now. */
  retryAfterMs: count.optional(),
  /** For `clock-skew`: the server's time. */
  at: z.int().optional(),
});
export type Refusal = z.output<typeof refusal>;
