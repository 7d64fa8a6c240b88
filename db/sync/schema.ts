import { blob, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { describe, internal, personal } from '../catalogue.ts';
import { idColumn, sealedColumn } from '../columns.ts';

// The tables are created by migration 4. Their rows are read and written with prepared SQL (`db/sync/`): a round passes thousands.

const bytes = (name: string) => blob(name, { mode: 'buffer' });
const deskNote = internal('Names the desk that made it');
const incarnationNote = internal('Counts the restores of that desk');
const batchNote = internal("Number of the batch among that desk's");
const subjectNote = internal('Whom it is about: a purge of that person takes it');

export const syncBatch = describe(
  sqliteTable(
    'sync_batch',
    {
      desk: bytes('desk').notNull(),
      incarnation: integer('incarnation').notNull(),
      batch: integer('batch').notNull(),
      hash: text('hash').notNull(),
      header: text('header').notNull(),
      signature: bytes('signature').notNull(),
      firstSeq: integer('first_seq').notNull(),
      lastSeq: integer('last_seq').notNull(),
      seq: integer('seq'),
      chain: text('chain'),
      receipt: text('receipt'),
    },
    (table) => [primaryKey({ columns: [table.desk, table.incarnation, table.batch] })],
  ),
  'Sealed batches of changes, of this desk and of others',
  {
    desk: deskNote,
    incarnation: incarnationNote,
    batch: batchNote,
    hash: internal('SHA-256 of the header'),
    header: internal('The header as its desk signed it'),
    signature: internal("The desk's signature over the header"),
    firstSeq: internal('Number of the first change in it'),
    lastSeq: internal('Number of the last change in it'),
    seq: internal("The server's number, once it has the batch"),
    chain: internal("The channel's chain at that number"),
    receipt: internal("The server's signed receipt for a batch of this desk"),
  },
);

export const syncBlob = describe(
  sqliteTable(
    'sync_blob',
    {
      desk: bytes('desk').notNull(),
      incarnation: integer('incarnation').notNull(),
      batch: integer('batch').notNull(),
      position: integer('position').notNull(),
      tag: bytes('tag').notNull(),
      subject: bytes('subject'),
      state: text('state').notNull(),
    },
    (table) => [primaryKey({ columns: [table.desk, table.incarnation, table.batch, table.position] })],
  ),
  'Parts of batches, by whom they are about',
  {
    desk: deskNote,
    incarnation: incarnationNote,
    batch: batchNote,
    position: internal('Its place in the batch'),
    tag: internal('Random name under which a purge takes it from the server'),
    subject: subjectNote,
    state: internal('Here, unreadable, missing, explained by a purge, or purged'),
  },
);

export const syncBytes = describe(
  sqliteTable(
    'sync_bytes',
    {
      desk: bytes('desk').notNull(),
      incarnation: integer('incarnation').notNull(),
      batch: integer('batch').notNull(),
      position: integer('position').notNull(),
      bytes: bytes('bytes').notNull(),
    },
    (table) => [primaryKey({ columns: [table.desk, table.incarnation, table.batch, table.position] })],
  ),
  'Sealed parts of batches',
  {
    desk: deskNote,
    incarnation: incarnationNote,
    batch: batchNote,
    position: internal('Its place in the batch'),
    bytes: personal('Changes of one subject, sealed under a group key'),
  },
);

export const syncChain = describe(
  sqliteTable('sync_chain', { seq: integer('seq').primaryKey(), chain: text('chain').notNull() }),
  'The chain of the channel as this desk has read it',
  { seq: internal("The server's number"), chain: internal('The chain at that number') },
);

export const syncStalled = describe(
  sqliteTable(
    'sync_stalled',
    {
      desk: bytes('desk').notNull(),
      incarnation: integer('incarnation').notNull(),
      batch: integer('batch').notNull(),
      seq: integer('seq').notNull(),
      at: integer('at').notNull(),
      bytes: bytes('bytes').notNull(),
    },
    (table) => [primaryKey({ columns: [table.desk, table.incarnation, table.batch] })],
  ),
  'Batches that came and wait for one before them, a signature or a key',
  {
    desk: deskNote,
    incarnation: incarnationNote,
    batch: batchNote,
    seq: internal("The server's number"),
    at: internal("The server's time of receipt"),
    bytes: personal('The batch, sealed'),
  },
);

export const syncWaiting = describe(
  sqliteTable('sync_waiting', {
    id: integer('id').primaryKey(),
    reason: text('reason').notNull(),
    record: text('record'),
    subject: bytes('subject'),
    body: bytes('body').notNull(),
    stamp: text('stamp').notNull(),
    desk: bytes('desk').notNull(),
    incarnation: integer('incarnation').notNull(),
    seq: integer('seq').notNull(),
  }),
  'Operations that wait for a record they hang on or for a newer version of the application',
  {
    id: internal('Order in which they came'),
    reason: internal('What it waits for'),
    record: internal('The record that it writes'),
    subject: subjectNote,
    body: personal("The operation; sealed under the subject's key where it is about one"),
    stamp: internal('Which change it belongs to'),
    desk: deskNote,
    incarnation: incarnationNote,
    seq: internal('Number of its change'),
  },
);

export const syncChange = describe(
  sqliteTable(
    'sync_change',
    {
      desk: integer('desk').notNull(),
      seq: integer('seq').notNull(),
      author: bytes('author'),
      seen: integer('seen').notNull(),
      number: integer('number').notNull(),
    },
    (table) => [primaryKey({ columns: [table.desk, table.seq] })],
  ),
  'Where a change of another desk comes from',
  {
    desk: internal('Short name of the desk'),
    seq: internal('Number of the change'),
    author: internal('The account that made it'),
    seen: internal('How far its desk had read the channel'),
    number: internal("The server's number of the batch that brought it"),
  },
);

export const markConflict = describe(
  sqliteTable(
    'mark_conflict',
    {
      day: text('day').notNull(),
      class: idColumn<'class'>('class').notNull(),
      session: text('session').notNull(),
      student: idColumn<'student'>('student').notNull(),
      column: text('author_column').notNull(),
    },
    (table) => [
      primaryKey({ columns: [table.day, table.class, table.session, table.student, table.column] }),
    ],
  ),
  'Marks that two computers made without knowing of each other',
  {
    day: internal('School day of the register'),
    class: internal('Class of the register'),
    session: internal('Part of the day'),
    student: internal('Whose mark it is'),
    column: internal("The teacher's or the office's"),
  },
);

export const fieldHead = describe(
  sqliteTable(
    'field_head',
    {
      tbl: text('tbl').notNull(),
      key: text('key').notNull(),
      field: text('field').notNull(),
      hlc: integer('hlc').notNull(),
      desk: integer('desk').notNull(),
      seq: integer('seq').notNull(),
      subject: idColumn<string>('subject'),
      value: text('value'),
      envelope: sealedColumn('envelope'),
    },
    (table) => [
      primaryKey({ columns: [table.tbl, table.key, table.field, table.hlc, table.desk, table.seq] }),
    ],
  ),
  'Values of a field beside the one that is shown: written elsewhere without knowing of it',
  {
    tbl: internal('The table of the record'),
    key: internal('The record'),
    field: internal('The field'),
    hlc: internal('Hybrid logical time of the value'),
    desk: internal('Short name of the desk that wrote it'),
    seq: internal('Number of the change'),
    subject: subjectNote,
    value: personal('The value of a field that is not sealed'),
    envelope: personal("The envelope of a sealed field's value"),
  },
);

export const fieldCover = describe(
  sqliteTable(
    'field_cover',
    {
      tbl: text('tbl').notNull(),
      key: text('key').notNull(),
      field: text('field').notNull(),
      writer: text('writer').notNull(),
      seq: integer('seq').notNull(),
    },
    (table) => [primaryKey({ columns: [table.tbl, table.key, table.field, table.writer] })],
  ),
  'Versions that are superseded before they have come',
  {
    tbl: internal('The table of the record'),
    key: internal('The record'),
    field: internal('The field'),
    writer: internal('Desk and incarnation'),
    seq: internal('The number up to which its versions are superseded'),
  },
);

export const purgeLedger = describe(
  sqliteTable('purge_ledger', { subject: bytes('subject').primaryKey(), at: integer('at').notNull() }),
  'Purged subjects: applied again on every restore and late change',
  { subject: internal('Opaque id of what was purged'), at: internal('When it was purged here') },
);

export const purgedTag = describe(
  sqliteTable('purged_tag', { tag: bytes('tag').primaryKey(), sent: integer('sent').notNull() }),
  'Tags of sealed parts that a purge has taken',
  { tag: internal('The tag'), sent: internal('Whether a batch has named it') },
);

export const purgeHold = describe(
  sqliteTable('purge_hold', {
    id: bytes('id').primaryKey(),
    subject: bytes('subject').notNull(),
    isOpen: integer('is_open').notNull(),
  }),
  'Requests that keep a subject from being purged',
  {
    id: internal('Names the request'),
    subject: internal('Opaque id of the subject'),
    isOpen: internal('Whether it is open'),
  },
);

export const parkedPurge = describe(
  sqliteTable('parked_purge', { subject: bytes('subject').primaryKey() }),
  'Purges that wait until the last hold closes',
  { subject: internal('Opaque id of the subject') },
);

export const syncAlarm = describe(
  sqliteTable('sync_alarm', {
    id: integer('id').primaryKey(),
    kind: text('kind').notNull(),
    desk: bytes('desk'),
    number: integer('number'),
    at: integer('at').notNull(),
    seenAt: integer('seen_at'),
  }),
  'What syncing has found wrong',
  {
    id: internal('Names the alarm'),
    kind: internal('What it is'),
    desk: internal('The desk that it is about'),
    number: internal('A number of a batch, a place in a log'),
    at: internal('When it was found'),
    seenAt: internal('When a person noted it'),
  },
);

export const membershipRecord = describe(
  sqliteTable('membership_record', { seq: integer('seq').primaryKey(), record: text('record').notNull() }),
  'Entries of the membership log as the server has them',
  { seq: internal('Number of the entry'), record: personal('The entry, sealed under a group key') },
);

export const membershipWaiting = describe(
  sqliteTable('membership_waiting', {
    id: integer('id').primaryKey(),
    signer: bytes('signer').notNull(),
    fact: text('fact').notNull(),
  }),
  'Changes of accounts that have to be signed again',
  {
    id: internal('Order in which they were made'),
    signer: internal('Who made it'),
    fact: personal('The account or key slot'),
  },
);

export const groupKey = describe(
  sqliteTable(
    'group_key',
    {
      epoch: integer('epoch').notNull(),
      key: bytes('key').notNull(),
      isLost: integer('is_lost', { mode: 'boolean' }).notNull(),
    },
    (table) => [primaryKey({ columns: [table.epoch, table.key] })],
  ),
  'Keys that seal what is synced',
  {
    epoch: internal('Counts the keys'),
    key: internal('The key'),
    isLost: internal('Whether its epoch lost its place in the membership log'),
  },
);
