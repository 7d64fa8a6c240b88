import { z } from 'zod';
import { version } from './version.ts';

/**
 * A change: what one command did to one aggregate, field by field, with the versions it supersedes. Format 1, frozen:
 * the store is a fold of these (SECURITY §6). The window and the areas never see it.
 *
 * A value of a `high` or `special` field is not in the change: `{ sealed: true }` refers to the row's own envelope at
 * this change's version, and is replaced by the value when the change is sealed for sending.
 */
const fieldValue = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.unknown())]);
const sealedReference = z.strictObject({ sealed: z.literal(true) });

export const changeOperation = z.discriminatedUnion('op', [
  /** Writes fields of a row that is merged field by field; makes the row where it is not there. */
  z.strictObject({
    op: z.literal('put'),
    table: z.string(),
    key: z.string(),
    fields: z.record(z.string(), z.union([fieldValue, sealedReference])),
    /** For each field that had a version: the versions this one supersedes. A new row has none. */
    over: z.record(z.string(), z.array(version)).optional(),
  }),
  /** Adds facts. `shared` holds the fields that all of them have in common. */
  z.strictObject({
    op: z.literal('add'),
    table: z.string(),
    shared: z.record(z.string(), z.union([fieldValue, sealedReference])),
    rows: z.array(z.record(z.string(), z.union([fieldValue, sealedReference]))),
  }),
]);
export type ChangeOperation = z.output<typeof changeOperation>;

export const change = z.strictObject({
  v: z.literal(1),
  school: z.string(),
  desk: z.string(),
  incarnation: z.int(),
  seq: z.int(),
  hlc: z.int(),
  /** The account that made it; null for the application itself. */
  by: z.string().nullable(),
  /** The channel's number up to which the desk had read. */
  seen: z.int(),
  aggregate: z.tuple([z.string(), z.string()]),
  operations: z.array(changeOperation),
});
export type Change = z.output<typeof change>;
