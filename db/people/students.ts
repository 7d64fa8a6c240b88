import { and, asc, count, desc, eq, inArray, sql, type SQL } from 'drizzle-orm';
import { alias, QueryBuilder } from 'drizzle-orm/sqlite-core';
import type { RecordScope } from '../../domain/access/scope.ts';
import type { ClassId, Day, StudentId } from '../../domain/ids.ts';
import type { ReadableDb } from '../handles.ts';
import { toSearchText } from './name-keys.ts';
import { shownName } from './person-name.ts';
import { preparedInScope } from './prepared.ts';
import { classesInScope, isEnrolledNow, studentsInScope } from './scope.ts';
import { enrolment, schoolClass, student, type RecordStatus } from './schema.ts';

const query = new QueryBuilder();

/** What to look for. Everything given has to hold. */
export interface StudentFilter {
  /**
   * Words of any name or of the student number, in any order, each from its beginning; accents, case and punctuation do
   * not matter. Empty finds all; text without a letter or digit finds nobody.
   */
  readonly text: string;
  readonly grade: string | null;
  readonly homeroom: ClassId | null;
  /** Null for students and leavers alike. */
  readonly status: RecordStatus | null;
}

/** A student as lists show one. `homeroom` is the title of the homeroom on that day, empty for none. */
export interface StudentLine {
  readonly id: StudentId;
  readonly name: string;
  readonly grade: string;
  readonly homeroom: string;
  readonly status: RecordStatus;
}

export type StudentRecord = typeof student.$inferSelect;

/** The students within the scope that the filter finds, in name order, those who are here before leavers. */
export function listStudents(
  db: ReadableDb,
  scope: RecordScope,
  filter: StudentFilter,
  on: Day,
  page: { readonly offset: number; readonly limit: number },
): readonly StudentLine[] {
  return db
    .select({
      id: student.id,
      givenName: student.givenName,
      familyName: student.familyName,
      preferredGivenName: student.preferredGivenName,
      preferredFamilyName: student.preferredFamilyName,
      grade: student.grade,
      status: student.status,
      homeroom: homeroomTitle(on),
    })
    .from(student)
    .where(and(studentsInScope(scope, student.id), ...conditionsOf(filter, on)))
    .orderBy(asc(student.status), asc(student.sortKey), asc(student.id))
    .limit(page.limit)
    .offset(page.offset)
    .all()
    .map((row) => ({
      id: row.id,
      name: shownName(row),
      grade: row.grade,
      homeroom: row.homeroom,
      status: row.status,
    }));
}

/** How many students within the scope the filter finds. */
export function countStudents(db: ReadableDb, scope: RecordScope, filter: StudentFilter, on: Day): number {
  const [row] = db
    .select({ total: count() })
    .from(student)
    .where(and(studentsInScope(scope, student.id), ...conditionsOf(filter, on)))
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

/** A student's whole record; undefined where there is none or it is not within the scope: the two are not told apart. */
export function readStudent(db: ReadableDb, scope: RecordScope, id: StudentId): StudentRecord | undefined {
  return wholeStudent(db, scope).get({ student: id });
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

/** Names and homerooms of the students within the scope among those asked for. */
export function readStudentLines(
  db: ReadableDb,
  scope: RecordScope,
  ids: readonly StudentId[],
  on: Day,
): ReadonlyMap<StudentId, { readonly name: string; readonly homeroom: string }> {
  const rows = db
    .select({
      id: student.id,
      givenName: student.givenName,
      familyName: student.familyName,
      preferredGivenName: student.preferredGivenName,
      preferredFamilyName: student.preferredFamilyName,
      homeroom: homeroomTitle(on),
    })
    .from(student)
    .where(and(inArray(student.id, [...ids]), studentsInScope(scope, student.id)))
    .all();
  return new Map(rows.map((row) => [row.id, { name: shownName(row), homeroom: row.homeroom }]));
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

/** Of the student of the outer query. The newest enrolment, should a move between homerooms overlap. */
function homeroomTitle(on: Day): SQL<string> {
  const title = query
    .select({ title: schoolClass.title })
    .from(enrolment)
    .innerJoin(schoolClass, eq(schoolClass.id, enrolment.class))
    .where(
      and(
        eq(enrolment.person, student.id),
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

function conditionsOf(filter: StudentFilter, on: Day): SQL[] {
  const conditions: SQL[] = [];
  const words = toSearchText(filter.text).split(' ').filter(Boolean);
  if (words.length === 0 && filter.text.trim() !== '') conditions.push(sql`0`);
  // Any part of a name, each typed word by itself. No LIKE: no wildcard needs escaping.
  for (const word of words) conditions.push(sql`instr(${student.searchKey}, ${word}) > 0`);
  if (filter.grade !== null) conditions.push(eq(student.grade, filter.grade));
  if (filter.status !== null) conditions.push(eq(student.status, filter.status));
  if (filter.homeroom !== null) {
    const member = alias(enrolment, 'homeroom_member');
    const members = query
      .select({ person: member.person })
      .from(member)
      .where(and(eq(member.class, filter.homeroom), eq(member.role, 'student'), isEnrolledNow(member, on)));
    conditions.push(inArray(student.id, members));
  }
  return conditions;
}
