import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { describe, high, internal, personal } from '../catalogue.ts';
import { idColumn, sealedColumn } from '../columns.ts';
import { school } from '../school/schema.ts';

/**
 * Attendance marks. A mark is a fact: it is added and never overwritten; a correction is a later fact.
 *
 * WITHOUT ROWID and clustered by day and class, so that a mark touches few pages and a class of 30 one run of them
 * (measured 1.4–1.6 times a bare row, against 1.8–2.2 with a row id and two indexes). drizzle has no word for
 * WITHOUT ROWID: the migration says it. The price is that one student's history is found by seeks over the days
 * of the student's classes.
 */
export const mark = describe(
  sqliteTable(
    'mark',
    {
      day: text('day').notNull(),
      class: idColumn<'class'>('class').notNull(),
      session: text('session').notNull(),
      student: idColumn<'student'>('student').notNull(),
      hlc: integer('hlc').notNull(),
      desk: integer('desk').notNull(),
      column: text('author_column').$type<'teacher' | 'office'>().notNull(),
      code: text('code'),
      minutes: integer('minutes'),
      note: sealedColumn('note'),
      author: idColumn<'user'>('author').notNull(),
      atMs: integer('at_ms').notNull(),
      seq: integer('seq').notNull(),
    },
    (table) => [
      primaryKey({ columns: [table.day, table.class, table.session, table.student, table.hlc, table.desk] }),
    ],
  ),
  'Attendance marks as they were entered',
  {
    day: internal('School day of the register'),
    class: internal('Class of the register'),
    session: internal('Part of the day'),
    student: internal('The student'),
    hlc: internal('Hybrid logical time: the order of marks of one student'),
    desk: internal('The desk that entered it'),
    column: internal("Whether it is the teacher's mark or the office's"),
    code: personal('The attendance code; null withdraws the mark before it'),
    minutes: personal('Minutes late or missed'),
    note: high('What was noted with the mark'),
    author: internal('The account that entered it'),
    atMs: internal('When it was entered'),
    seq: internal('The change that brought it'),
  },
);

/** That a register was taken, or that this was taken back; the latest holds. Kept apart from the marks. */
export const registerTaken = describe(
  sqliteTable(
    'register_taken',
    {
      day: text('day').notNull(),
      class: idColumn<'class'>('class').notNull(),
      session: text('session').notNull(),
      hlc: integer('hlc').notNull(),
      desk: integer('desk').notNull(),
      taken: integer('taken', { mode: 'boolean' }).notNull(),
      author: idColumn<'user'>('author').notNull(),
      atMs: integer('at_ms').notNull(),
      seq: integer('seq').notNull(),
    },
    (table) => [primaryKey({ columns: [table.day, table.class, table.session, table.hlc, table.desk] })],
  ),
  'Which registers were taken, by whom and when',
  {
    day: internal('School day of the register'),
    class: internal('Class of the register'),
    session: internal('Part of the day'),
    hlc: internal('Hybrid logical time'),
    desk: internal('The desk'),
    taken: internal('Taken, or taken back'),
    author: internal('The account that did it'),
    atMs: internal('When'),
    seq: internal('The change that brought it'),
  },
);

/** Days that differ from the terms and the week: closed ones, and school days that are none by the rule. */
export const calendarDay = describe(
  sqliteTable('calendar_day', {
    id: idColumn<'calendar-day'>('id').primaryKey(),
    school: idColumn<'school'>('school')
      .notNull()
      .references(() => school.id),
    day: text('day').notNull(),
    reason: text('reason').notNull(),
    status: text('status').$type<'closed' | 'extra' | 'withdrawn'>().notNull(),
    versions: text('versions').notNull(),
  }),
  'Closures, and extra school days',
  {
    id: internal('Names the entry: derived from the day, so that two desks that close a day make one entry'),
    school: internal('The school that owns the record'),
    day: internal('The day'),
    reason: internal('Why, as shown in the calendar'),
    status: internal('Closed, an extra school day, or withdrawn again'),
    versions: internal('Versions of the fields, for merging'),
  },
);
