import { and, asc, desc, eq, inArray, sql, type Placeholder, type SQL } from 'drizzle-orm';
import { alias, QueryBuilder } from 'drizzle-orm/sqlite-core';
import type { RecordScope } from '../../domain/access/scope.ts';
import type { ClassId, Day, StudentId } from '../../domain/ids.ts';
import type { ReadableDb } from '../handles.ts';
import { holdsRecordOf, readMerges, type Merges } from './merges.ts';
import { preparedInScope } from './prepared.ts';
import { classesInScope, isEnrolledNow, studentsInScope, wasEnrolled } from './scope.ts';
import { enrolment, schoolClass, staff, student } from './schema.ts';

const query = new QueryBuilder();

/** A class as registers and cards need it. */
export interface ClassLine {
  readonly id: ClassId;
  readonly title: string;
  readonly classType: 'homeroom' | 'scheduled';
  /** The periods in which it meets, in the roster's words. */
  readonly periods: readonly string[];
  /** The roster's ids of the terms in which it meets; none for all. */
  readonly terms: readonly string[];
  /** The responsible teacher's name on the day asked for; empty for none. */
  readonly teacher: string;
}

/** One student's time in one class. Days as stored: empty for open, `endDay` exclusive. */
export interface ClassSpell {
  readonly class: ClassLine;
  readonly beginDay: string;
  readonly endDay: string;
}

/** The classes in use within the scope. */
export function listClasses(db: ReadableDb, scope: RecordScope, on: Day): readonly ClassLine[] {
  return db
    .select(classColumns(on))
    .from(schoolClass)
    .where(and(eq(schoolClass.status, 'active'), classesInScope(scope, schoolClass.id)))
    .all();
}

/** One class in use within the scope; undefined where there is none. */
export function readClass(db: ReadableDb, scope: RecordScope, id: ClassId, on: Day): ClassLine | undefined {
  return db
    .select(classColumns(on))
    .from(schoolClass)
    .where(
      and(eq(schoolClass.id, id), eq(schoolClass.status, 'active'), classesInScope(scope, schoolClass.id)),
    )
    .get();
}

/** The titles of classes within the scope, also of one that is no longer in use. */
export function listClassTitles(
  db: ReadableDb,
  scope: RecordScope,
  ids: readonly ClassId[],
): ReadonlyMap<ClassId, string> {
  const rows = db
    .select({ id: schoolClass.id, title: schoolClass.title })
    .from(schoolClass)
    .where(and(inArray(schoolClass.id, [...new Set(ids)]), classesInScope(scope, schoolClass.id)))
    .all();
  return new Map(rows.map(({ id, title }) => [id, title]));
}

/** The homerooms within the scope, also those that are no longer in use: their registers are still there. */
export function listHomeroomIds(db: ReadableDb, scope: RecordScope): readonly ClassId[] {
  return db
    .select({ id: schoolClass.id })
    .from(schoolClass)
    .where(and(eq(schoolClass.classType, 'homeroom'), classesInScope(scope, schoolClass.id)))
    .all()
    .map(({ id }) => id);
}

/** The periods of every class of the school, for the number of periods in a day. */
export function listPeriods(db: ReadableDb): readonly string[] {
  return db
    .selectDistinct({ periods: schoolClass.periods })
    .from(schoolClass)
    .where(eq(schoolClass.status, 'active'))
    .all()
    .flatMap(({ periods }) => periods);
}

/** The classes that a student within the scope is in on the day, homeroom first. */
export function listClassesOf(
  db: ReadableDb,
  scope: RecordScope,
  studentId: StudentId,
  on: Day,
): readonly ClassLine[] {
  const records = readMerges(db).recordsOf(studentId);
  const classes = records.flatMap((record) => classesOf(db, scope).all({ student: record, on }));
  if (records.length === 1) return classes;
  return [...new Map(classes.map((each) => [each.id, each])).values()].toSorted(homeroomFirst);
}

function homeroomFirst(one: ClassLine, other: ClassLine): number {
  if (one.classType !== other.classType) return one.classType === 'homeroom' ? -1 : 1;
  return one.title < other.title ? -1 : 1;
}

const classesOf = preparedInScope((db, scope) => {
  const on = sql.placeholder('on');
  return db
    .selectDistinct(classColumns(on))
    .from(enrolment)
    .innerJoin(schoolClass, eq(schoolClass.id, enrolment.class))
    .where(
      and(
        eq(enrolment.person, sql.param(sql.placeholder('student'), enrolment.person)),
        eq(enrolment.role, 'student'),
        isEnrolledNow(enrolment, on),
        eq(schoolClass.status, 'active'),
        studentsInScope(scope, enrolment.person),
      ),
    )
    .orderBy(asc(schoolClass.classType), asc(schoolClass.title))
    .prepare();
});

/** Every time that a student within the scope has been in a class, also in one that is no longer in use. */
export function listClassSpells(
  db: ReadableDb,
  scope: RecordScope,
  studentId: StudentId,
  on: Day,
): readonly ClassSpell[] {
  return db
    .select({ class: classColumns(on), beginDay: enrolment.beginDay, endDay: enrolment.endDay })
    .from(enrolment)
    .innerJoin(schoolClass, eq(schoolClass.id, enrolment.class))
    .where(
      and(
        holdsRecordOf(db, enrolment.person, [studentId]),
        eq(enrolment.role, 'student'),
        wasEverEnrolled,
        studentsInScope(scope, enrolment.person),
      ),
    )
    .all();
}

/** A class as files for others name it, in use or not. */
export interface SchoolClassLine extends Pick<ClassLine, 'id' | 'title' | 'classType' | 'periods' | 'terms'> {
  /** The roster's id of the class; null for one that was made here. */
  readonly sourceId: string | null;
  /** The roster's id of the course. */
  readonly course: string;
}

/** Every class within the scope, also those that are no longer in use. */
export function listAllClasses(db: ReadableDb, scope: RecordScope): readonly SchoolClassLine[] {
  return db
    .select({
      id: schoolClass.id,
      title: schoolClass.title,
      classType: schoolClass.classType,
      periods: schoolClass.periods,
      terms: schoolClass.terms,
      sourceId: schoolClass.sourceId,
      course: schoolClass.course,
    })
    .from(schoolClass)
    .where(classesInScope(scope, schoolClass.id))
    .all();
}

/** Every time that a person within the scope has been in a class, under the record that is shown. Days as stored: empty for open, `endDay` exclusive. */
export function listMemberSpells(
  db: ReadableDb,
  scope: RecordScope,
): readonly {
  readonly class: ClassId;
  readonly student: StudentId;
  readonly beginDay: string;
  readonly endDay: string;
}[] {
  const merges = readMerges(db);
  return db
    .select({
      class: enrolment.class,
      student: student.id,
      beginDay: enrolment.beginDay,
      endDay: enrolment.endDay,
    })
    .from(enrolment)
    .innerJoin(student, eq(student.id, enrolment.person))
    .where(and(eq(enrolment.role, 'student'), wasEverEnrolled, studentsInScope(scope, student.id)))
    .all()
    .map((spell) => ({ ...spell, student: merges.keptOf(spell.student) }));
}

/** One person's time in one homeroom, in use or not. */
export interface HomeroomSpell extends Pick<ClassSpell, 'beginDay' | 'endDay'> {
  readonly class: Pick<ClassLine, 'id' | 'classType' | 'periods' | 'terms'>;
  /** The person: of merged records the one that is shown. */
  readonly person: StudentId;
  /** Whether the person has several records. */
  readonly isMerged: boolean;
}

/**
 * Every time that anybody has been in a homeroom, of the whole school: for sums, which are looked up for students within the
 * caller's scope only. Nothing else may give these out.
 */
export function listHomeroomSpells(db: ReadableDb): readonly HomeroomSpell[] {
  const merges = readMerges(db);
  const { id, classType, periods, terms } = schoolClass;
  return db
    .select({
      class: { id, classType, periods, terms },
      person: student.id,
      beginDay: enrolment.beginDay,
      endDay: enrolment.endDay,
    })
    .from(enrolment)
    .innerJoin(schoolClass, eq(schoolClass.id, enrolment.class))
    .innerJoin(student, eq(student.id, enrolment.person))
    .where(and(eq(schoolClass.classType, 'homeroom'), eq(enrolment.role, 'student'), wasEverEnrolled))
    .orderBy(asc(enrolment.id))
    .all()
    .map((spell) => ({
      ...spell,
      person: merges.keptOf(spell.person),
      isMerged: merges.recordsOf(spell.person).length > 1,
    }));
}

/** An enrolment that was taken out without an end never counted. */
const wasEverEnrolled = sql`(${enrolment.status} = 'active' or ${enrolment.endDay} <> '')`;

/** The students within the scope who were in the class on the day, in name order, each person once. */
export function listMembers(
  db: ReadableDb,
  scope: RecordScope,
  schoolClassId: ClassId,
  on: Day,
): readonly MemberLine[] {
  const members = db
    .selectDistinct({ ...memberColumns, sortKey: student.sortKey })
    .from(enrolment)
    .innerJoin(student, eq(student.id, enrolment.person))
    .where(
      and(
        eq(enrolment.class, schoolClassId),
        eq(enrolment.role, 'student'),
        wasEnrolled(enrolment, on),
        studentsInScope(scope, student.id),
      ),
    )
    .orderBy(asc(student.sortKey), asc(student.id))
    .all();
  const merges = readMerges(db);
  return merges.isEmpty ? members : shownMembers(db, merges, members);
}

/** Shows each person by the record that is kept, once. */
function shownMembers(db: ReadableDb, merges: Merges, members: readonly MemberLine[]): readonly MemberLine[] {
  if (members.every(({ id }) => merges.keptOf(id) === id)) return members;
  const kept = new Set(members.map(({ id }) => merges.keptOf(id)));
  return db
    .select(memberColumns)
    .from(student)
    .where(inArray(student.id, [...kept]))
    .orderBy(asc(student.sortKey), asc(student.id))
    .all();
}

/** Which students within the scope were in which class within the scope on the day, each person once. */
export function listMembersByClass(
  db: ReadableDb,
  scope: RecordScope,
  on: Day,
): ReadonlyMap<ClassId, readonly StudentId[]> {
  const rows = db
    .selectDistinct({ class: enrolment.class, person: student.id })
    .from(enrolment)
    .innerJoin(student, eq(student.id, enrolment.person))
    .where(
      and(
        eq(enrolment.role, 'student'),
        wasEnrolled(enrolment, on),
        classesInScope(scope, enrolment.class),
        studentsInScope(scope, student.id),
      ),
    )
    .all();
  const merges = readMerges(db);
  const byClass = new Map<ClassId, StudentId[]>();
  for (const row of rows) {
    const person = merges.keptOf(row.person);
    const members = byClass.get(row.class);
    if (members === undefined) byClass.set(row.class, [person]);
    else if (merges.isEmpty || !members.includes(person)) members.push(person);
  }
  return byClass;
}

/** A student on a register. */
export interface MemberLine {
  readonly id: StudentId;
  readonly givenName: string;
  readonly familyName: string;
  readonly preferredGivenName: string;
  readonly preferredFamilyName: string;
  /** Puts students of several lists into name order. */
  readonly sortKey: string;
}

const memberColumns = {
  id: student.id,
  givenName: student.givenName,
  familyName: student.familyName,
  preferredGivenName: student.preferredGivenName,
  preferredFamilyName: student.preferredFamilyName,
  sortKey: student.sortKey,
};

function classColumns(on: Day | Placeholder) {
  return {
    id: schoolClass.id,
    title: schoolClass.title,
    classType: schoolClass.classType,
    periods: schoolClass.periods,
    terms: schoolClass.terms,
    teacher: teacherName(on),
  };
}

/** Of the class of the outer query: the primary teacher, or else any. */
function teacherName(on: Day | Placeholder): SQL<string> {
  const teaching = alias(enrolment, 'teaching');
  const name = query
    .select({ name: sql`trim(${staff.givenName} || ' ' || ${staff.familyName})`.as('name') })
    .from(teaching)
    .innerJoin(staff, eq(staff.id, teaching.person))
    .where(and(eq(teaching.class, schoolClass.id), eq(teaching.role, 'teacher'), isEnrolledNow(teaching, on)))
    .orderBy(desc(teaching.isPrimary), asc(staff.familyName), asc(staff.id))
    .limit(1);
  return sql<string>`coalesce(${name}, '')`;
}
