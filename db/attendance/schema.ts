import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { StatisticalCategory } from '../../domain/attendance/code-pack.ts';
import { describe, high, internal, personal } from '../catalogue.ts';
import { idColumn, sealedColumn } from '../columns.ts';
import { student } from '../people/schema.ts';
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

/** What the school has changed about an attendance code, from a day on. The shipped codes stay as they are beside it. */
export const codeEdit = describe(
  sqliteTable('code_edit', {
    id: idColumn<'code-edit'>('id').primaryKey(),
    school: idColumn<'school'>('school')
      .notNull()
      .references(() => school.id),
    code: text('code').notNull(),
    fromDay: text('from_day').notNull(),
    meaning: text('meaning').notNull(),
    key: text('code_key').notNull(),
    category: text('category').$type<StatisticalCategory>().notNull(),
    isEnded: integer('is_ended', { mode: 'boolean' }).notNull(),
    madeBy: idColumn<'user'>('made_by').notNull(),
    madeAtMs: integer('made_at_ms').notNull(),
    status: text('status').$type<'active' | 'withdrawn'>().notNull(),
    versions: text('versions').notNull(),
  }),
  "The school's changes of attendance codes",
  {
    id: internal(
      'Names the change: derived from code and day, so that two desks that change the same make one',
    ),
    school: internal('The school that owns the record'),
    code: internal('The attendance code'),
    fromDay: internal('First day on which the change holds'),
    meaning: internal('What the code says from then on'),
    key: internal('The key that writes it; empty for none'),
    category: internal('What it counts as'),
    isEnded: internal('Whether it is no longer used from then on'),
    madeBy: internal('The account that made the change'),
    madeAtMs: internal('When it was made'),
    status: internal('In force, or withdrawn'),
    versions: internal('Versions of the fields, for merging'),
  },
);

/** When the school's registers open and close and its sessions end, from a day on. */
export const dayTimes = describe(
  sqliteTable('day_times', {
    id: idColumn<'day-times'>('id').primaryKey(),
    school: idColumn<'school'>('school')
      .notNull()
      .references(() => school.id),
    fromDay: text('from_day').notNull(),
    times: text('times').notNull(),
    madeBy: idColumn<'user'>('made_by').notNull(),
    madeAtMs: integer('made_at_ms').notNull(),
    status: text('status').$type<'active' | 'withdrawn'>().notNull(),
    versions: text('versions').notNull(),
  }),
  "The school's times of the day",
  {
    id: internal('Names the times: derived from the day, so that two desks that set the same make one'),
    school: internal('The school that owns the record'),
    fromDay: internal('First day on which they hold'),
    times: internal(
      'Of each session when it begins, when its register closes and when it ends: one value, so that they go together',
    ),
    madeBy: internal('The account that set them'),
    madeAtMs: internal('When they were set'),
    status: internal('In force, or withdrawn'),
    versions: internal('Versions of the fields, for merging'),
  },
);

/**
 * An absence that is known beforehand: an illness of several days, a leave, a trip. It is about a student and days, not
 * about a class, so that a roster update leaves it alone. Write `student` with every change: it names whose key seals the note.
 */
export const plannedAbsence = describe(
  sqliteTable(
    'planned_absence',
    {
      id: idColumn<'planned-absence'>('id').primaryKey(),
      school: idColumn<'school'>('school')
        .notNull()
        .references(() => school.id),
      student: idColumn<'student'>('student')
        .notNull()
        .references(() => student.id),
      fromDay: text('from_day').notNull(),
      toDay: text('to_day').notNull(),
      sessions: text('sessions', { mode: 'json' }).$type<readonly string[]>().notNull(),
      code: text('code').notNull(),
      occasion: text('occasion').notNull(),
      occasionId: idColumn<'occasion'>('occasion_id'),
      note: sealedColumn('note'),
      madeBy: idColumn<'user'>('made_by').notNull(),
      madeAtMs: integer('made_at_ms').notNull(),
      status: text('status').$type<'active' | 'withdrawn'>().notNull(),
      versions: text('versions').notNull(),
    },
    (table) => [
      index('planned_absence_student').on(table.student),
      index('planned_absence_days').on(table.toDay, table.fromDay),
    ],
  ),
  'Absences that are known beforehand',
  {
    id: internal('Names the planned absence'),
    school: internal('The school that owns the record'),
    student: internal('The student'),
    fromDay: internal('First day'),
    toDay: internal('Last day, included'),
    sessions: internal('The sessions of each day; none listed is all'),
    code: personal('The attendance code that registers take'),
    occasion: personal('What it is for, where a group goes: the name of a trip'),
    occasionId: internal('Names the group that goes together'),
    note: high('What the family said'),
    madeBy: internal('The account that entered it'),
    madeAtMs: internal('When it was entered'),
    status: internal('In force, or withdrawn'),
    versions: internal('Versions of the fields, for merging'),
  },
);

/** A contact made or tried with a family: a call, a voicemail, a message. A fact: it is added and never changed. */
export const contact = describe(
  sqliteTable(
    'contact',
    {
      id: idColumn<'contact'>('id').primaryKey(),
      student: idColumn<'student'>('student').notNull(),
      day: text('day').notNull(),
      atMs: integer('at_ms').notNull(),
      channel: text('channel').notNull(),
      guardian: idColumn<'guardian'>('guardian'),
      spokeWith: sealedColumn('spoke_with'),
      outcome: text('outcome').notNull(),
      note: sealedColumn('note'),
      nextStep: text('next_step').notNull(),
      dueAtMs: integer('due_at_ms'),
      settles: idColumn<'contact'>('settles'),
      author: idColumn<'user'>('author').notNull(),
      hlc: integer('hlc').notNull(),
      desk: integer('desk').notNull(),
      seq: integer('seq').notNull(),
    },
    (table) => [
      index('contact_student').on(table.student, table.atMs),
      index('contact_day').on(table.day),
      index('contact_due').on(table.dueAtMs),
      index('contact_settles').on(table.settles),
    ],
  ),
  'Contacts made with families about attendance',
  {
    id: internal('Names the contact'),
    student: internal('The student'),
    day: internal('School-local day of the contact'),
    atMs: internal('When it was made'),
    channel: internal('Voicemail, call, message, letter or in person'),
    guardian: internal('The guardian, where it was one'),
    spokeWith: high('Who it was, where it was no guardian on file'),
    outcome: personal('What came of it'),
    note: high('What was said'),
    nextStep: personal('What follows'),
    dueAtMs: internal('When the next step is due'),
    settles: internal('The earlier contact whose next step this one settles'),
    author: internal('The account that entered it'),
    hlc: internal('Hybrid logical time'),
    desk: internal('The desk that entered it'),
    seq: internal('The change that brought it'),
  },
);

/** A student arriving late, leaving early or coming back, as the front desk entered it; `void` takes one back. A fact. */
export const movement = describe(
  sqliteTable(
    'movement',
    {
      id: idColumn<'movement'>('id').primaryKey(),
      student: idColumn<'student'>('student').notNull(),
      day: text('day').notNull(),
      kind: text('kind').$type<'arrival' | 'departure' | 'return' | 'void'>().notNull(),
      minute: integer('minute'),
      reason: text('reason').notNull(),
      code: text('code'),
      expectedMinute: integer('expected_minute'),
      collectedBy: sealedColumn('collected_by'),
      note: sealedColumn('note'),
      refersTo: idColumn<'movement'>('refers_to'),
      author: idColumn<'user'>('author').notNull(),
      atMs: integer('at_ms').notNull(),
      hlc: integer('hlc').notNull(),
      desk: integer('desk').notNull(),
      seq: integer('seq').notNull(),
    },
    (table) => [
      index('movement_day').on(table.day, table.student),
      index('movement_student').on(table.student, table.day),
    ],
  ),
  'Late arrivals, departures and returns at the front desk',
  {
    id: internal('Names the movement'),
    student: internal('The student'),
    day: internal('School-local day'),
    kind: internal('Arrival, departure, return, or the taking back of one'),
    minute: personal('Minute of the day, school-local'),
    reason: personal('Why, as a word of the list'),
    code: personal('The attendance code that followed from it'),
    expectedMinute: personal('Minute of the day at which the student is expected back'),
    collectedBy: high('Who fetched the student'),
    note: high('What was noted'),
    refersTo: internal('The departure that a return ends, or the movement that is taken back'),
    author: internal('The account that entered it'),
    atMs: internal('When it was entered'),
    hlc: internal('Hybrid logical time'),
    desk: internal('The desk that entered it'),
    seq: internal('The change that brought it'),
  },
);
