import { and, asc, count, desc, eq, inArray, notInArray, or, sql, type SQL } from 'drizzle-orm';
import { alias, QueryBuilder } from 'drizzle-orm/sqlite-core';
import type { RecordScope } from '../../domain/access/scope.ts';
import type { ClassId, Day, StudentId } from '../../domain/ids.ts';
import type { ReadableDb } from '../handles.ts';
import { noMerges, readMerges, type Merges } from './merges.ts';
import { toSearchNeedles } from './name-keys.ts';
import { shownName, type StudentNames } from './person-name.ts';
import { preparedInScope } from './prepared.ts';
import { classesInScope, isEnrolledNow, studentsInScope } from './scope.ts';
import {
  enrolment,
  groupMember,
  guardian,
  guardianLink,
  personMerge,
  schoolClass,
  student,
  type RecordStatus,
} from './schema.ts';
import { isMemberOn, type StudentGroupId } from './student-groups.ts';

const query = new QueryBuilder();

/** What to look for. Everything given has to hold. */
export interface StudentFilter {
  /**
   * Any parts of any names or of the student number, in any order; accents, case, punctuation and script do not matter
   * (`toSearchNeedles`). Empty finds all; text without a letter or digit finds nobody.
   */
  readonly text: string;
  readonly grade: string | null;
  readonly homeroom: ClassId | null;
  /** Null for students and leavers alike. */
  readonly status: RecordStatus | null;
  /** A bus run or an activity. */
  readonly group: StudentGroupId | null;
  /** What a guardian speaks, as the roster says it. */
  readonly language: string | null;
  /** Only some of these; undefined for no such limit. */
  readonly among?: readonly StudentId[];
}

/** Who is found by text alone, students and leavers. */
export const anyStudent: Omit<StudentFilter, 'text'> = {
  grade: null,
  homeroom: null,
  status: null,
  group: null,
  language: null,
};

/** By what a list is sorted; those who are here come before leavers in any case. */
export interface StudentOrder {
  readonly sort: 'name' | 'grade' | 'homeroom' | 'number';
  readonly descending: boolean;
}

export const byName: StudentOrder = { sort: 'name', descending: false };

/** A student as lists show one. `homeroom` is the title of the homeroom on that day, empty for none. */
export interface StudentLine {
  readonly id: StudentId;
  readonly name: string;
  readonly studentNumber: string;
  readonly grade: string;
  readonly homeroom: string;
  readonly status: RecordStatus;
}

export type StudentRecord = typeof student.$inferSelect;

/** The students within the scope that the filter finds, each person once. */
export function listStudents(
  db: ReadableDb,
  scope: RecordScope,
  filter: StudentFilter,
  on: Day,
  page: { readonly offset: number; readonly limit: number },
  order: StudentOrder = byName,
): readonly StudentLine[] {
  const people = peopleOf(db);
  return db
    .select({
      id: student.id,
      givenName: student.givenName,
      familyName: student.familyName,
      preferredGivenName: student.preferredGivenName,
      preferredFamilyName: student.preferredFamilyName,
      studentNumber: student.studentNumber,
      grade: student.grade,
      status: statusOf(people),
      homeroom: homeroomTitle(on, people.merges),
    })
    .from(student)
    .where(and(studentsInScope(scope, student.id), ...conditionsOf(db, filter, on, people)))
    .orderBy(...inOrder(order, on, people))
    .limit(page.limit)
    .offset(page.offset)
    .all()
    .map(toLine);
}

/** Whom the filter finds within the scope, each person once, in name order: for a list in an order that the store does not know. */
export function listStudentIds(
  db: ReadableDb,
  scope: RecordScope,
  filter: StudentFilter,
  on: Day,
): readonly StudentId[] {
  return db
    .select({ id: student.id })
    .from(student)
    .where(and(studentsInScope(scope, student.id), ...conditionsOf(db, filter, on, peopleOf(db))))
    .orderBy(asc(student.sortKey), asc(student.id))
    .all()
    .map(({ id }) => id);
}

/** How many students within the scope the filter finds. */
export function countStudents(db: ReadableDb, scope: RecordScope, filter: StudentFilter, on: Day): number {
  const [row] = db
    .select({ total: count() })
    .from(student)
    .where(and(studentsInScope(scope, student.id), ...conditionsOf(db, filter, on, peopleOf(db))))
    .all();
  return row?.total ?? 0;
}

/** The years of the students within the scope who are here. */
export function listGrades(db: ReadableDb, scope: RecordScope): readonly string[] {
  return db
    .selectDistinct({ grade: student.grade })
    .from(student)
    .where(and(eq(student.status, 'active'), studentsInScope(scope, student.id)))
    .all()
    .map(({ grade }) => grade)
    .filter((grade) => grade !== '')
    .toSorted(inCountingOrder);
}

/** The homerooms within the scope, by title. */
export function listHomerooms(
  db: ReadableDb,
  scope: RecordScope,
): readonly { readonly id: ClassId; readonly title: string }[] {
  return db
    .select({ id: schoolClass.id, title: schoolClass.title })
    .from(schoolClass)
    .where(
      and(
        eq(schoolClass.classType, 'homeroom'),
        eq(schoolClass.status, 'active'),
        classesInScope(scope, schoolClass.id),
      ),
    )
    .all()
    .toSorted((one, other) => inCountingOrder(one.title, other.title));
}

/**
 * A student's whole record, of merged ones the one that is shown; undefined where there is none or it is not within the
 * scope: the two are not told apart.
 */
export function readStudent(db: ReadableDb, scope: RecordScope, id: StudentId): StudentRecord | undefined {
  return wholeStudent(db, scope).get({ student: readMerges(db).keptOf(id) });
}

/** The records that are shown with a student within the scope, as they are stored. */
export function readMergedRecords(
  db: ReadableDb,
  scope: RecordScope,
  id: StudentId,
): readonly StudentRecord[] {
  const [, ...others] = readMerges(db).recordsOf(id);
  return others.flatMap((record) => wholeStudent(db, scope).get({ student: record }) ?? []);
}

/** Whether the person is here: by any of the records. */
export function isActive(record: StudentRecord, merged: readonly StudentRecord[]): boolean {
  return record.status === 'active' || merged.some(({ status }) => status === 'active');
}

const wholeStudent = preparedInScope((db, scope) =>
  db
    .select()
    .from(student)
    .where(
      and(
        eq(student.id, sql.param(sql.placeholder('student'), student.id)),
        studentsInScope(scope, student.id),
      ),
    )
    .prepare(),
);

/** Whether there is such a student within the scope. */
export function hasStudent(db: ReadableDb, scope: RecordScope, id: StudentId): boolean {
  const found = db
    .select({ id: student.id })
    .from(student)
    .where(and(eq(student.id, id), studentsInScope(scope, student.id)))
    .get();
  return found !== undefined;
}

/** Names, homerooms and status of the students within the scope among those asked for, each under the id it was asked by. */
export function readStudentLines(
  db: ReadableDb,
  scope: RecordScope,
  ids: readonly StudentId[],
  on: Day,
): ReadonlyMap<StudentId, { readonly name: string; readonly homeroom: string }> {
  const merges = readMerges(db);
  const rows = db
    .select({
      id: student.id,
      givenName: student.givenName,
      familyName: student.familyName,
      preferredGivenName: student.preferredGivenName,
      preferredFamilyName: student.preferredFamilyName,
      homeroom: homeroomTitle(on, merges),
    })
    .from(student)
    .where(
      and(
        inArray(
          student.id,
          ids.map((id) => merges.keptOf(id)),
        ),
        studentsInScope(scope, student.id),
      ),
    )
    .all();
  const lines = new Map(rows.map((row) => [row.id, { name: shownName(row), homeroom: row.homeroom }]));
  if (merges.isEmpty) return lines;
  return new Map(
    ids.flatMap((id) => {
      const line = lines.get(merges.keptOf(id));
      return line === undefined ? [] : [[id, line] as const];
    }),
  );
}

/** Records within the scope as lists show them, each by itself: merged ones too. */
export function readStudentRows(
  db: ReadableDb,
  scope: RecordScope,
  ids: readonly StudentId[],
  on: Day,
): ReadonlyMap<StudentId, StudentLine> {
  const rows = db
    .select({
      id: student.id,
      givenName: student.givenName,
      familyName: student.familyName,
      preferredGivenName: student.preferredGivenName,
      preferredFamilyName: student.preferredFamilyName,
      studentNumber: student.studentNumber,
      grade: student.grade,
      status: student.status,
      homeroom: homeroomTitle(on, noMerges),
    })
    .from(student)
    .where(and(inArray(student.id, [...ids]), studentsInScope(scope, student.id)))
    .all();
  return new Map(rows.map((row) => [row.id, toLine(row)]));
}

/** A student as files for others name one. */
export interface ExportedStudent {
  readonly id: StudentId;
  /** The roster's id; null for a student who was made here. */
  readonly sourceId: string | null;
  readonly studentNumber: string;
  readonly grade: string;
}

/** Every student within the scope, also those who have left, in name order. */
export function listExportedStudents(db: ReadableDb, scope: RecordScope): readonly ExportedStudent[] {
  return db
    .select({
      id: student.id,
      sourceId: student.sourceId,
      studentNumber: student.studentNumber,
      grade: student.grade,
    })
    .from(student)
    .where(studentsInScope(scope, student.id))
    .orderBy(asc(student.sortKey), asc(student.id))
    .all();
}

/** Numbers in a text are compared as numbers, so that year 10 comes after year 9. */
export const inCountingOrder = new Intl.Collator('en', { numeric: true }).compare;

function toLine({
  givenName,
  familyName,
  preferredGivenName,
  preferredFamilyName,
  ...row
}: Omit<StudentLine, 'name'> & Omit<StudentNames, 'middleName'>): StudentLine {
  return { ...row, name: shownName({ givenName, familyName, preferredGivenName, preferredFamilyName }) };
}

/** The merges, and which of the records that are shown have left though the person is here by another record. */
interface People {
  readonly merges: Merges;
  readonly hereByAnother: readonly StudentId[];
}

function peopleOf(db: ReadableDb): People {
  const merges = readMerges(db);
  if (merges.isEmpty) return { merges, hereByAnother: [] };
  return { merges, hereByAnother: shownFor(db, merges, eq(student.status, 'active')) };
}

/** The shown records of those whose hidden record meets the condition. */
function shownFor(db: ReadableDb, merges: Merges, condition: SQL): readonly StudentId[] {
  const rows = db
    .select({ id: student.id })
    .from(student)
    .where(and(inArray(student.id, [...merges.hidden]), condition))
    .all();
  return [...new Set(rows.map(({ id }) => merges.keptOf(id)))];
}

function statusOf({ hereByAnother }: People): SQL<RecordStatus> {
  if (hereByAnother.length === 0) return sql<RecordStatus>`${student.status}`;
  const isHere = inArray(student.id, [...hereByAnother]);
  return sql<RecordStatus>`CASE WHEN ${isHere} THEN 'active' ELSE ${student.status} END`;
}

function inOrder({ sort, descending }: StudentOrder, on: Day, people: People): SQL[] {
  const byNameThen = [asc(student.sortKey), asc(student.id)];
  const status = people.hereByAnother.length === 0 ? asc(student.status) : asc(statusOf(people));
  const direction = descending ? desc : asc;
  switch (sort) {
    case 'name':
      return [status, direction(student.sortKey), direction(student.id)];
    case 'grade':
      return [status, ...counted(sql`${student.grade}`).map(direction), ...byNameThen];
    case 'homeroom':
      return [status, ...counted(homeroomTitle(on, people.merges)).map(direction), ...byNameThen];
    case 'number':
      return [
        status,
        direction(sql`length(${student.studentNumber})`),
        direction(student.studentNumber),
        ...byNameThen,
      ];
  }
}

/** Year 10 comes after year 9; the text decides between equal numbers, and an empty one is last. */
function counted(text: SQL): SQL[] {
  return [sql`${text} = ''`, sql`CAST(${text} AS integer)`, text];
}

/** Of the student of the outer query. The newest enrolment, should a move between homerooms overlap. */
function homeroomTitle(on: Day, merges: Merges): SQL<string> {
  const merged = query
    .select({ id: personMerge.merged })
    .from(personMerge)
    .where(and(eq(personMerge.kept, student.id), eq(personMerge.status, 'active')));
  const isOwn = eq(enrolment.person, student.id);
  const title = query
    .select({ title: schoolClass.title })
    .from(enrolment)
    .innerJoin(schoolClass, eq(schoolClass.id, enrolment.class))
    .where(
      and(
        merges.isEmpty ? isOwn : or(isOwn, inArray(enrolment.person, merged)),
        eq(enrolment.role, 'student'),
        isEnrolledNow(enrolment, on),
        eq(schoolClass.classType, 'homeroom'),
        eq(schoolClass.status, 'active'),
      ),
    )
    .orderBy(desc(enrolment.beginDay))
    .limit(1);
  return sql<string>`coalesce(${title}, '')`;
}

/** What the filter asks of a student; each may be met by any record of the person. */
function conditionsOf(db: ReadableDb, filter: StudentFilter, on: Day, people: People): SQL[] {
  const { status, ...others } = filter;
  const conditions = recordConditions(others, on);
  const { merges, hereByAnother } = people;
  if (merges.isEmpty) return status === null ? conditions : [...conditions, eq(student.status, status)];
  const met = conditions.map((condition) => {
    const shown = shownFor(db, merges, condition);
    return shown.length === 0 ? condition : sql`(${condition} OR ${inArray(student.id, [...shown])})`;
  });
  if (status !== null) met.push(eq(statusOf({ merges, hereByAnother }), status));
  return [...met, notInArray(student.id, [...merges.hidden])];
}

function recordConditions(filter: Omit<StudentFilter, 'status'>, on: Day): SQL[] {
  const conditions: SQL[] = [];
  const words = toSearchNeedles(filter.text);
  if (words.length === 0 && filter.text.trim() !== '') conditions.push(sql`0`);
  // Each typed word by itself. No LIKE: no wildcard needs escaping.
  for (const alternatives of words) {
    const found = or(
      ...alternatives.map((needles) =>
        and(...needles.map((needle) => sql`instr(${student.searchKey}, ${needle}) > 0`)),
      ),
    );
    if (found !== undefined) conditions.push(found);
  }
  if (filter.grade !== null) conditions.push(eq(student.grade, filter.grade));
  if (filter.homeroom !== null) {
    const member = alias(enrolment, 'homeroom_member');
    const members = query
      .select({ person: member.person })
      .from(member)
      .where(and(eq(member.class, filter.homeroom), eq(member.role, 'student'), isEnrolledNow(member, on)));
    conditions.push(inArray(student.id, members));
  }
  if (filter.group !== null) {
    const members = query
      .select({ student: groupMember.student })
      .from(groupMember)
      .where(and(eq(groupMember.group, filter.group), isMemberOn(on)));
    conditions.push(inArray(student.id, members));
  }
  if (filter.language !== null) {
    const speakers = query
      .select({ student: guardianLink.student })
      .from(guardianLink)
      .innerJoin(guardian, eq(guardian.id, guardianLink.guardian))
      .where(
        and(
          eq(guardian.language, filter.language),
          eq(guardian.status, 'active'),
          eq(guardianLink.status, 'active'),
        ),
      );
    conditions.push(inArray(student.id, speakers));
  }
  if (filter.among !== undefined) conditions.push(inArray(student.id, [...filter.among]));
  return conditions;
}
