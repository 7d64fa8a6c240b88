import { z } from 'zod';
import { version } from './version.ts';

/**
 * What lies inside a blob: whom it concerns, and that subject's parts of the batch's changes, in clear values. Format 1, frozen.
 * A part's operations are parsed one by one, so that a kind from a later version is kept and does not spoil the others.
 */
const id = z.string().regex(/^[0-9a-f]{32}$/);

export const changePart = z.strictObject({
  /** Of the desk's store when the change was made: the batch's, or an earlier one for what a restored backup still held. */
  incarnation: z.int().min(0),
  seq: z.int().min(1),
  hlc: z.int().min(0),
  /** The account that made the change; null for the application itself. */
  by: id.nullable(),
  /** The channel's number up to which the desk had read when the change was made: what is newer it did not know. */
  seen: z.int().min(0),
  aggregate: z.tuple([z.string(), z.string()]),
  /** Each operation with its place in the change: parts of other subjects hold the others. */
  operations: z.array(z.tuple([z.int().min(0), z.unknown()])),
});

export const blobText = z.strictObject({ subject: id.nullable(), parts: z.array(changePart) });
export type BlobText = z.output<typeof blobText>;

const value = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.unknown())]);

/** An operation with its values in clear, as it leaves one desk and reaches another. */
export const plainOperation = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('put'),
    table: z.string(),
    key: z.string(),
    fields: z.record(z.string(), value),
    over: z.record(z.string(), z.array(version)).optional(),
  }),
  z.strictObject({
    op: z.literal('add'),
    table: z.string(),
    shared: z.record(z.string(), value),
    /** Each row with its place in the operation: rows of other subjects lie in other blobs. */
    rows: z.array(z.record(z.string(), value)),
  }),
  /** Deletes a record: `over` names, field by field, all that the deleting desk knew of it. */
  z.strictObject({
    op: z.literal('delete'),
    table: z.string(),
    key: z.string(),
    over: z.record(z.string(), z.array(version)),
  }),
  /** Destroys everything about a subject, everywhere, for good. */
  z.strictObject({ op: z.literal('purge'), subject: id }),
  /** Opens or closes a request that keeps a subject from being purged. */
  z.strictObject({ op: z.literal('hold'), id, subject: id, isOpen: z.boolean() }),
]);
export type PlainOperation = z.output<typeof plainOperation>;
