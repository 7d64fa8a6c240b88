import { blob, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { describe, internal } from '../catalogue.ts';

// The tables and the triggers that keep them append-only are created by migrations 2 and 3.

/** One row an entry, for ever: its RFC 6962 leaf hash, and the hash of the largest perfect subtree it completes. */
export const auditLeaf = describe(
  sqliteTable('audit_leaf', {
    seq: integer('seq').primaryKey(),
    leaf: blob('leaf', { mode: 'buffer' }).notNull(),
    subtree: blob('subtree', { mode: 'buffer' }).notNull(),
  }),
  'Leaf hashes of the audit log',
  {
    seq: internal('Number of the entry'),
    leaf: internal('RFC 6962 leaf hash of the entry'),
    subtree: internal('Hash of the largest perfect subtree that the entry completes'),
  },
);

/** The entry itself as canonical JSON. A body may go after its retention class has ended; its leaf stays. */
export const auditBody = describe(
  sqliteTable('audit_body', {
    seq: integer('seq').primaryKey(),
    body: text('body').notNull(),
  }),
  'Entries of the audit log',
  {
    seq: internal('Number of the entry'),
    body: internal('The entry: opaque ids and codes, never a name or a health detail'),
  },
);

/**
 * Which entries concern a person. Derived from the bodies, and filled when a checkpoint is written: keeping it per
 * entry would touch a page for each of a register's 30 students.
 */
export const auditSubject = describe(
  sqliteTable(
    'audit_subject',
    { subject: text('subject').notNull(), seq: integer('seq').notNull() },
    (table) => [primaryKey({ columns: [table.subject, table.seq] })],
  ),
  'Which entries concern a person',
  { subject: internal('Opaque id of the person'), seq: internal('Number of the entry') },
);

/** Which entries a user made. Derived and filled as `audit_subject` is. */
export const auditActor = describe(
  sqliteTable('audit_actor', { user: text('user').notNull(), seq: integer('seq').notNull() }, (table) => [
    primaryKey({ columns: [table.user, table.seq] }),
  ]),
  'Which entries a user made',
  { user: internal('Opaque id of the account'), seq: internal('Number of the entry') },
);

/** Which bodies may go: the range that the `redact` entry `by_seq` names, both ends included. */
export const auditRedaction = describe(
  sqliteTable('audit_redaction', {
    bySeq: integer('by_seq').primaryKey(),
    first: integer('first').notNull(),
    last: integer('last').notNull(),
  }),
  'Entries whose bodies may go',
  {
    bySeq: internal('The redact entry that names them'),
    first: internal('First of the entries'),
    last: internal('Last of the entries'),
  },
);

/**
 * Signed heads. `min_at` and `max_at` bound the times of the entries since the checkpoint before, so that a search
 * by time skips the rest without trusting the clock to have gone forward.
 */
export const auditCheckpoint = describe(
  sqliteTable(
    'audit_checkpoint',
    {
      size: integer('size').primaryKey(),
      note: text('note').notNull(),
      at: integer('at').notNull(),
      minAt: integer('min_at').notNull(),
      maxAt: integer('max_at').notNull(),
    },
    (table) => [index('audit_checkpoint_times').on(table.minAt, table.maxAt, table.size)],
  ),
  'Signed heads of the audit log',
  {
    size: internal('Number of entries below the head'),
    note: internal('The signed note'),
    at: internal('When it was signed'),
    minAt: internal('Earliest time among the entries it adds'),
    maxAt: internal('Latest time among the entries it adds'),
  },
);

/** The witness's signature lines under the signed heads: at most one a head. */
export const auditWitness = describe(
  sqliteTable('audit_witness', {
    size: integer('size').primaryKey(),
    line: text('line').notNull(),
    at: integer('at').notNull(),
  }),
  "The witness's countersignatures of the audit log",
  {
    size: internal('Number of entries below the head'),
    line: internal("The witness's signature line"),
    at: internal('When it came'),
  },
);
