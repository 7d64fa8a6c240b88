import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { AttendanceMode, CountryPack } from '../../domain/contract/shared.ts';
import { describe, internal } from '../catalogue.ts';
import { bytesColumn, idColumn } from '../columns.ts';

/** Exactly one row: the school that owns everything in this store, and its district (A1). */
export const school = describe(
  sqliteTable('school', {
    id: idColumn<'school'>('id').primaryKey(),
    district: idColumn<'district'>('district').notNull(),
    name: text('name').notNull(),
    timeZone: text('time_zone').notNull(),
    country: text('country').$type<CountryPack>().notNull(),
    attendance: text('attendance').$type<AttendanceMode>().notNull(),
    rosterSchool: text('roster_school'),
    isSample: integer('is_sample', { mode: 'boolean' }).notNull(),
    versions: text('versions').notNull(),
  }),
  'The school that owns this store',
  {
    id: internal('Names the school'),
    district: internal('Names the district the school belongs to'),
    name: internal('Shown in the window and on letters'),
    timeZone: internal('Says which school day an instant falls on'),
    country: internal('Chooses the attendance codes and rules'),
    attendance: internal('Says which registers are expected'),
    rosterSchool: internal("The roster's own id of this school, so that the next import takes the same one"),
    isSample: internal('Marks the invented sample school'),
    versions: internal('Versions of the fields, for merging'),
  },
);

/** The desks whose versions stand in this store; the ordinal keeps versions short. */
export const desk = describe(
  sqliteTable('desk', {
    ordinal: integer('ordinal').primaryKey(),
    id: idColumn<'desk'>('id').notNull(),
    incarnation: integer('incarnation').notNull(),
    label: text('label').notNull(),
    isLocal: integer('is_local', { mode: 'boolean' }).notNull(),
  }),
  'Computers that write into this school',
  {
    ordinal: internal('Short name of the desk inside this store'),
    id: internal('Names the desk'),
    incarnation: internal('Counts the restores of the desk'),
    label: internal('Shown beside what the desk did'),
    isLocal: internal('Marks this computer'),
  },
);

/** Secrets and small states of this desk. They are never sent as changes. */
export const localState = describe(
  sqliteTable('local_state', {
    name: text('name').primaryKey(),
    value: bytesColumn('value').notNull(),
  }),
  'Secrets and small states of this computer',
  {
    name: internal('What the value is'),
    value: internal(
      'Desk keys, copy of the school secret, import key, times of the last backup and checkpoint',
    ),
  },
);

/** Calls counted against the rate limits: in the store, so that a restart does not forget them (B12). */
export const limitCounter = describe(
  sqliteTable(
    'limit_counter',
    {
      name: text('name').notNull(),
      windowStartMs: integer('window_start_ms').notNull(),
      count: integer('count').notNull(),
    },
    (table) => [primaryKey({ columns: [table.name, table.windowStartMs] })],
  ),
  'Calls counted against rate limits',
  {
    name: internal('Procedure and whom it is counted for'),
    windowStartMs: internal('Start of the counting window'),
    count: internal('Calls in the window'),
  },
);

/** The log of changes that sync will send: what changed, field by field, with the versions it supersedes. */
export const change = describe(
  sqliteTable('change', {
    seq: integer('seq').primaryKey(),
    hlc: integer('hlc').notNull(),
    aggregateType: text('aggregate_type').notNull(),
    aggregateId: idColumn<string>('aggregate_id').notNull(),
    body: text('body').notNull(),
  }),
  'Changes of this desk, for syncing',
  {
    seq: internal("Number of the change on this desk's log"),
    hlc: internal('Hybrid logical time of the change'),
    aggregateType: internal('Kind of the record that changed'),
    aggregateId: internal('The record that changed'),
    body: {
      sensitivity: 'personal',
      purpose:
        "The changed fields; values of high and special fields are only referred to, in the row's own envelopes",
    },
  },
);

/** The quarter's field keys: they wrap the subjects' keys and are themselves kept only inside this store. */
export const fieldKey = describe(
  sqliteTable('field_key', {
    id: idColumn<'field-key'>('id').primaryKey(),
    quarter: text('quarter').notNull(),
    key: bytesColumn('key').notNull(),
    createdAtMs: integer('created_at_ms').notNull(),
  }),
  'Keys that wrap the keys of students and guardians',
  {
    id: internal('Names the key in envelopes'),
    quarter: internal('The quarter in which the key is used'),
    key: internal('The key'),
    createdAtMs: internal('When the key was made'),
  },
);

/** One key per student and guardian: destroying it makes every sealed field of that person unreadable (R6). */
export const subjectKey = describe(
  sqliteTable('subject_key', {
    subject: idColumn<string>('subject').primaryKey(),
    keyId: idColumn<'subject-key'>('key_id').notNull(),
    fieldKey: idColumn<'field-key'>('field_key')
      .notNull()
      .references(() => fieldKey.id),
    wrapped: bytesColumn('wrapped').notNull(),
  }),
  'Wrapped keys of students and guardians',
  {
    subject: internal('Whose key it is'),
    keyId: internal('Names the key in envelopes'),
    fieldKey: internal('The key it is wrapped with'),
    wrapped: internal("The subject's key, wrapped"),
  },
);
