import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { describe, high, internal, personal, special } from '../catalogue.ts';
import { idColumn, sealedColumn } from '../columns.ts';
import { school } from '../school/schema.ts';

export type RecordStatus = 'active' | 'left';

const sourceNote = internal("The roster's own id of the record, to find it at the next import");
const statusNote = internal('Whether the record is in use or has left');
const versionsNote = internal('Versions of the fields, for merging');
const schoolNote = internal('The school that owns the record');

export const student = describe(
  sqliteTable(
    'student',
    {
      id: idColumn<'student'>('id').primaryKey(),
      school: idColumn<'school'>('school')
        .notNull()
        .references(() => school.id),
      sourceId: text('source_id'),
      studentNumber: text('student_number').notNull(),
      givenName: text('given_name').notNull(),
      middleName: text('middle_name').notNull(),
      familyName: text('family_name').notNull(),
      preferredGivenName: text('preferred_given_name').notNull(),
      preferredFamilyName: text('preferred_family_name').notNull(),
      pronouns: text('pronouns').notNull(),
      sex: text('sex').notNull(),
      grade: text('grade').notNull(),
      status: text('status').$type<RecordStatus>().notNull(),
      searchKey: text('search_key').notNull(),
      sortKey: text('sort_key').notNull(),
      birthDate: sealedColumn('birth_date'),
      nationalId: sealedColumn('national_id'),
      address: sealedColumn('address'),
      medicalAlert: sealedColumn('medical_alert'),
      versions: text('versions').notNull(),
    },
    (table) => [index('student_sort').on(table.status, table.sortKey)],
  ),
  'Students of the school',
  {
    id: internal('Names the student'),
    school: schoolNote,
    sourceId: sourceNote,
    studentNumber: personal("The school's own number of the student"),
    givenName: personal('Legal given name, for letters'),
    middleName: personal('Legal middle name, for letters'),
    familyName: personal('Legal family name, for letters'),
    preferredGivenName: personal('The given name the student goes by'),
    preferredFamilyName: personal('The family name the student goes by'),
    pronouns: personal('How the student is spoken of'),
    sex: personal('Sex as the roster gives it, for returns to the authority'),
    grade: personal('Year group'),
    status: statusNote,
    searchKey: personal('Names without accents and case, to be found by'),
    sortKey: personal('Name order of lists'),
    birthDate: high('Date of birth, to tell two students apart and for lookups'),
    nationalId: high('National id, where the law asks for it'),
    address: high('Home address, for letters'),
    medicalAlert: special('What staff must know in an emergency'),
    versions: versionsNote,
  },
);

export const guardian = describe(
  sqliteTable('guardian', {
    id: idColumn<'guardian'>('id').primaryKey(),
    school: idColumn<'school'>('school')
      .notNull()
      .references(() => school.id),
    sourceId: text('source_id'),
    givenName: text('given_name').notNull(),
    familyName: text('family_name').notNull(),
    language: text('language').notNull(),
    status: text('status').$type<RecordStatus>().notNull(),
    phone: sealedColumn('phone'),
    email: sealedColumn('email'),
    versions: text('versions').notNull(),
  }),
  'Guardians of students',
  {
    id: internal('Names the guardian'),
    school: schoolNote,
    sourceId: sourceNote,
    givenName: personal('Given name'),
    familyName: personal('Family name'),
    language: personal('The language to speak and write in'),
    status: statusNote,
    phone: high('Telephone number, to reach the guardian'),
    email: high('E-mail address, to reach the guardian'),
    versions: versionsNote,
  },
);

export const guardianLink = describe(
  sqliteTable(
    'guardian_link',
    {
      student: idColumn<'student'>('student')
        .notNull()
        .references(() => student.id),
      guardian: idColumn<'guardian'>('guardian')
        .notNull()
        .references(() => guardian.id),
      relation: text('relation').notNull(),
      statedBy: text('stated_by').$type<'student' | 'guardian' | 'both'>().notNull(),
      status: text('status').$type<RecordStatus>().notNull(),
      versions: text('versions').notNull(),
    },
    (table) => [
      primaryKey({ columns: [table.student, table.guardian] }),
      index('guardian_link_guardian').on(table.guardian),
    ],
  ),
  'Which guardian belongs to which student',
  {
    student: internal('The student'),
    guardian: internal('The guardian'),
    relation: personal('How the guardian is related'),
    statedBy: internal('Whose row of the roster said so: a delta takes back only what that row had said'),
    status: statusNote,
    versions: versionsNote,
  },
);

export const staff = describe(
  sqliteTable('staff', {
    id: idColumn<'staff'>('id').primaryKey(),
    school: idColumn<'school'>('school')
      .notNull()
      .references(() => school.id),
    sourceId: text('source_id'),
    givenName: text('given_name').notNull(),
    familyName: text('family_name').notNull(),
    status: text('status').$type<RecordStatus>().notNull(),
    versions: text('versions').notNull(),
  }),
  'Staff of the school, as the roster lists them',
  {
    id: internal('Names the staff member'),
    school: schoolNote,
    sourceId: sourceNote,
    givenName: personal('Given name, shown beside classes'),
    familyName: personal('Family name, shown beside classes'),
    status: statusNote,
    versions: versionsNote,
  },
);

export const academicSession = describe(
  sqliteTable('academic_session', {
    id: idColumn<'academic-session'>('id').primaryKey(),
    school: idColumn<'school'>('school')
      .notNull()
      .references(() => school.id),
    sourceId: text('source_id'),
    title: text('title').notNull(),
    type: text('type').notNull(),
    startDay: text('start_day').notNull(),
    endDay: text('end_day').notNull(),
    schoolYear: text('school_year').notNull(),
    status: text('status').$type<RecordStatus>().notNull(),
    versions: text('versions').notNull(),
  }),
  'School years and terms',
  {
    id: internal('Names the session'),
    school: schoolNote,
    sourceId: sourceNote,
    title: internal('Shown in the calendar'),
    type: internal('School year, semester, term or grading period'),
    startDay: internal('First day'),
    endDay: internal('The day after the last, as OneRoster counts'),
    schoolYear: internal('The year in which the school year ends'),
    status: statusNote,
    versions: versionsNote,
  },
);

export const course = describe(
  sqliteTable('course', {
    id: idColumn<'course'>('id').primaryKey(),
    school: idColumn<'school'>('school')
      .notNull()
      .references(() => school.id),
    sourceId: text('source_id'),
    title: text('title').notNull(),
    courseCode: text('course_code').notNull(),
    status: text('status').$type<RecordStatus>().notNull(),
    versions: text('versions').notNull(),
  }),
  'Courses that classes belong to',
  {
    id: internal('Names the course'),
    school: schoolNote,
    sourceId: sourceNote,
    title: internal('Shown beside classes'),
    courseCode: internal("The school's code of the course"),
    status: statusNote,
    versions: versionsNote,
  },
);

export const schoolClass = describe(
  sqliteTable('class', {
    id: idColumn<'class'>('id').primaryKey(),
    school: idColumn<'school'>('school')
      .notNull()
      .references(() => school.id),
    sourceId: text('source_id'),
    title: text('title').notNull(),
    classCode: text('class_code').notNull(),
    classType: text('class_type').$type<'homeroom' | 'scheduled'>().notNull(),
    course: text('course_source_id').notNull(),
    grades: text('grades', { mode: 'json' }).$type<readonly string[]>().notNull(),
    periods: text('periods', { mode: 'json' }).$type<readonly string[]>().notNull(),
    terms: text('terms', { mode: 'json' }).$type<readonly string[]>().notNull(),
    status: text('status').$type<RecordStatus>().notNull(),
    versions: text('versions').notNull(),
  }),
  'Homerooms and scheduled classes',
  {
    id: internal('Names the class'),
    school: schoolNote,
    sourceId: sourceNote,
    title: internal('Shown on registers'),
    classCode: internal("The school's code of the class"),
    classType: internal('Homeroom or scheduled class'),
    course: internal("The roster's id of the course"),
    grades: internal('Year groups of the class'),
    periods: internal('Periods in which the class meets'),
    terms: internal("The roster's ids of the terms in which the class meets"),
    status: statusNote,
    versions: versionsNote,
  },
);

export type EnrolmentRole = 'student' | 'teacher' | 'aide';

export const enrolment = describe(
  sqliteTable(
    'enrolment',
    {
      id: idColumn<'enrolment'>('id').primaryKey(),
      sourceId: text('source_id'),
      class: idColumn<'class'>('class')
        .notNull()
        .references(() => schoolClass.id),
      person: idColumn<'student' | 'staff'>('person').notNull(),
      role: text('role').$type<EnrolmentRole>().notNull(),
      isPrimary: integer('is_primary', { mode: 'boolean' }).notNull(),
      beginDay: text('begin_day').notNull(),
      endDay: text('end_day').notNull(),
      status: text('status').$type<RecordStatus>().notNull(),
      versions: text('versions').notNull(),
    },
    (table) => [
      index('enrolment_class').on(table.class, table.role),
      index('enrolment_person').on(table.person, table.role),
    ],
  ),
  'Who belongs to which class, from when to when',
  {
    id: internal('Names the enrolment'),
    sourceId: sourceNote,
    class: internal('The class'),
    person: internal('The student or member of staff'),
    role: internal('Student, teacher or aide'),
    isPrimary: internal('Marks the responsible teacher'),
    beginDay: internal('First day; empty for from the beginning'),
    endDay: internal('The day after the last; empty for open'),
    status: statusNote,
    versions: versionsNote,
  },
);

/** Two records of one person: what is known of `merged` is shown with `kept`. Withdrawing it parts them again; no row is moved. `apart` says of two records that they are two people. Write `kept` and `merged` with every change: `merged` names whom it is about, and of two desks' changes the newer says both. */
export const personMerge = describe(
  sqliteTable(
    'person_merge',
    {
      id: idColumn<'person-merge'>('id').primaryKey(),
      school: idColumn<'school'>('school')
        .notNull()
        .references(() => school.id),
      kept: idColumn<'student'>('kept')
        .notNull()
        .references(() => student.id),
      merged: idColumn<'student'>('merged')
        .notNull()
        .references(() => student.id),
      madeBy: idColumn<'user'>('made_by').notNull(),
      madeAtMs: integer('made_at_ms').notNull(),
      status: text('status').$type<'active' | 'apart' | 'withdrawn'>().notNull(),
      versions: text('versions').notNull(),
    },
    (table) => [index('person_merge_kept').on(table.kept), index('person_merge_merged').on(table.merged)],
  ),
  'Which two student records are one person',
  {
    id: internal('Names the merge'),
    school: schoolNote,
    kept: internal('The record that is shown'),
    merged: internal('The record that is shown with it'),
    madeBy: internal('The account that merged them'),
    madeAtMs: internal('When they were merged'),
    status: internal('In force, said to be two people, or withdrawn'),
    versions: versionsNote,
  },
);

/** A bus run or an activity: students who are together outside of classes. */
export const studentGroup = describe(
  sqliteTable('student_group', {
    id: idColumn<'student-group'>('id').primaryKey(),
    school: idColumn<'school'>('school')
      .notNull()
      .references(() => school.id),
    sourceId: text('source_id'),
    kind: text('kind').$type<'bus' | 'activity'>().notNull(),
    title: text('title').notNull(),
    weekdays: text('weekdays', { mode: 'json' }).$type<readonly number[]>().notNull(),
    fromMinute: integer('from_minute'),
    untilMinute: integer('until_minute'),
    status: text('status').$type<RecordStatus>().notNull(),
    versions: text('versions').notNull(),
  }),
  'Bus runs and activities',
  {
    id: internal('Names the group'),
    school: schoolNote,
    sourceId: sourceNote,
    kind: internal('Bus run or activity'),
    title: internal('Shown on cards and lists'),
    weekdays: internal('Days of the week, 1 is Monday'),
    fromMinute: internal('Minute of the day at which it begins'),
    untilMinute: internal('Minute of the day at which it ends'),
    status: statusNote,
    versions: versionsNote,
  },
);

/** Who rides a bus run or takes part in an activity. Write `student` with every change: it names whom it is about. */
export const groupMember = describe(
  sqliteTable(
    'group_member',
    {
      id: idColumn<'group-member'>('id').primaryKey(),
      group: idColumn<'student-group'>('student_group')
        .notNull()
        .references(() => studentGroup.id),
      student: idColumn<'student'>('student')
        .notNull()
        .references(() => student.id),
      stop: text('stop').notNull(),
      beginDay: text('begin_day').notNull(),
      endDay: text('end_day').notNull(),
      status: text('status').$type<RecordStatus>().notNull(),
      versions: text('versions').notNull(),
    },
    (table) => [index('group_member_group').on(table.group), index('group_member_student').on(table.student)],
  ),
  'Who rides a bus run or takes part in an activity',
  {
    id: internal('Names the membership'),
    group: internal('The bus run or activity'),
    student: internal('The student'),
    stop: personal('The stop, on a bus run'),
    beginDay: internal('First day; empty for from the beginning'),
    endDay: internal('The day after the last; empty for open'),
    status: statusNote,
    versions: versionsNote,
  },
);

/** A list of students that somebody keeps to open again: the filter, not the students. */
export const savedList = describe(
  sqliteTable('saved_list', {
    id: idColumn<'saved-list'>('id').primaryKey(),
    school: idColumn<'school'>('school')
      .notNull()
      .references(() => school.id),
    owner: idColumn<'user'>('owner').notNull(),
    title: text('title').notNull(),
    filter: text('filter').notNull(),
    status: text('status').$type<RecordStatus>().notNull(),
    versions: text('versions').notNull(),
  }),
  'Filters of student lists that people keep',
  {
    id: internal('Names the list'),
    school: schoolNote,
    owner: internal('The account that keeps it'),
    title: personal('What its owner calls it'),
    filter: personal('What the list looks for, as JSON: it may hold a part of a name'),
    status: statusNote,
    versions: versionsNote,
  },
);
