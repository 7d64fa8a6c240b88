import { inArray, isNotNull, sql } from 'drizzle-orm';
import {
  groupMemberId,
  guardianshipId,
  type CurrentRoster,
  type GuardianKept,
  type Held,
  type StudentKept,
} from '../../domain/roster/school-roster.ts';
import { parseVersions, versionOf, type FieldSealer } from '../changes/write-change.ts';
import type { ReadableDb } from '../handles.ts';
import {
  academicSession,
  course,
  enrolment,
  groupMember,
  guardian,
  guardianLink,
  schoolClass,
  staff,
  student,
  studentGroup,
} from '../people/schema.ts';
import { change, school } from '../school/schema.ts';

/** Several telephone numbers of one guardian lie in one field. */
const phoneSeparator = ', ';

/**
 * What the store holds from rosters, keyed by sourcedId: what an import is compared with. Records that were made here
 * have no sourcedId and are left out. It takes no scope: only `roster.import`, which reaches the whole school, asks.
 */
export function readCurrentRoster(db: ReadableDb, fields: FieldSealer): CurrentRoster {
  const sourceIds = new Map<string, string>();
  const held = <R>(status: 'active' | 'left', record: R): Held<R> => ({
    record,
    isActive: status === 'active',
  });
  const students = new Map<string, Held<StudentKept>>();
  for (const row of db.select().from(student).where(isNotNull(student.sourceId)).all()) {
    const sourcedId = row.sourceId ?? '';
    sourceIds.set(row.id, sourcedId);
    const versions = parseVersions(row.versions);
    const record: StudentKept = {
      sourcedId,
      identifier: orNull(row.studentNumber),
      givenName: row.givenName,
      middleName: orNull(row.middleName),
      familyName: row.familyName,
      preferredGivenName: orNull(row.preferredGivenName),
      preferredFamilyName: orNull(row.preferredFamilyName),
      grades: row.grade === '' ? [] : row.grade.split(','),
      sex: orNull(row.sex),
      birthDate:
        row.birthDate === null
          ? null
          : fields.open(
              row.id,
              {
                table: 'student',
                column: 'birthDate',
                row: row.id,
                version: versionOf(versions, 'birthDate'),
              },
              row.birthDate,
            ),
    };
    students.set(sourcedId, held(row.status, record));
  }
  const guardians = new Map<string, Held<GuardianKept>>();
  for (const row of db.select().from(guardian).where(isNotNull(guardian.sourceId)).all()) {
    const sourcedId = row.sourceId ?? '';
    sourceIds.set(row.id, sourcedId);
    const versions = parseVersions(row.versions);
    const openField = (column: 'phone' | 'email'): string | null => {
      const envelope = row[column];
      const cell = { table: 'guardian', column, row: row.id, version: versionOf(versions, column) } as const;
      return envelope === null ? null : fields.open(row.id, cell, envelope);
    };
    const record: GuardianKept = {
      sourcedId,
      givenName: row.givenName,
      familyName: row.familyName,
      email: openField('email'),
      phones: openField('phone')?.split(phoneSeparator) ?? [],
      language: orNull(row.language),
    };
    guardians.set(sourcedId, held(row.status, record));
  }
  const keyed = <Row extends { sourceId: string | null; status: 'active' | 'left' }, R>(
    rows: readonly Row[],
    toRecord: (row: Row, sourcedId: string) => R,
  ): ReadonlyMap<string, Held<R>> =>
    new Map(
      rows.flatMap((row) =>
        row.sourceId === null ? [] : [[row.sourceId, held(row.status, toRecord(row, row.sourceId))] as const],
      ),
    );
  const staffRows = db.select().from(staff).where(isNotNull(staff.sourceId)).all();
  for (const row of staffRows) sourceIds.set(row.id, row.sourceId ?? '');
  const classRows = db.select().from(schoolClass).where(isNotNull(schoolClass.sourceId)).all();
  for (const row of classRows) sourceIds.set(row.id, row.sourceId ?? '');

  const groupRows = db.select().from(studentGroup).where(isNotNull(studentGroup.sourceId)).all();
  for (const row of groupRows) sourceIds.set(row.id, row.sourceId ?? '');

  return {
    schoolSourcedId: db.select({ id: school.rosterSchool }).from(school).get()?.id ?? null,
    session: keyed(db.select().from(academicSession).all(), (row, sourcedId) => ({
      sourcedId,
      title: row.title,
      type: row.type,
      startDate: row.startDay,
      endDate: row.endDay,
      schoolYear: row.schoolYear,
    })),
    course: keyed(db.select().from(course).all(), (row, sourcedId) => ({
      sourcedId,
      title: row.title,
      courseCode: orNull(row.courseCode),
    })),
    class: keyed(classRows, (row, sourcedId) => ({
      sourcedId,
      title: row.title,
      classCode: orNull(row.classCode),
      classType: row.classType,
      courseSourcedId: row.course,
      grades: row.grades,
      periods: row.periods,
      termSourcedIds: row.terms,
    })),
    student: students,
    staff: keyed(staffRows, (row, sourcedId) => ({
      sourcedId,
      givenName: row.givenName,
      familyName: row.familyName,
    })),
    guardian: guardians,
    guardianship: new Map(
      db
        .select()
        .from(guardianLink)
        .all()
        .flatMap((row) => {
          const studentSourcedId = sourceIds.get(row.student);
          const guardianSourcedId = sourceIds.get(row.guardian);
          if (studentSourcedId === undefined || guardianSourcedId === undefined) return [];
          const sourcedId = guardianshipId(studentSourcedId, guardianSourcedId);
          const { relation, statedBy } = row;
          const record = {
            sourcedId,
            studentSourcedId,
            guardianSourcedId,
            relation: relationOf(relation),
            statedBy,
          };
          return [[sourcedId, held(row.status, record)] as const];
        }),
    ),
    enrolment: keyed(db.select().from(enrolment).all(), (row, sourcedId) => ({
      sourcedId,
      classSourcedId: sourceIds.get(row.class) ?? '',
      userSourcedId: sourceIds.get(row.person) ?? '',
      role: row.role,
      isPrimary: row.isPrimary,
      beginDate: orNull(row.beginDay),
      endDate: orNull(row.endDay),
    })),
    group: keyed(groupRows, (row, sourcedId) => ({
      sourcedId,
      groupKind: row.kind,
      title: row.title,
      weekdays: row.weekdays.map(String),
      startTime: timeOfMinute(row.fromMinute),
      endTime: timeOfMinute(row.untilMinute),
    })),
    groupMember: new Map(
      db
        .select()
        .from(groupMember)
        .all()
        .flatMap((row) => {
          const groupSourcedId = sourceIds.get(row.group);
          const studentSourcedId = sourceIds.get(row.student);
          if (groupSourcedId === undefined || studentSourcedId === undefined) return [];
          const sourcedId = groupMemberId(groupSourcedId, studentSourcedId);
          const record = {
            sourcedId,
            groupSourcedId,
            studentSourcedId,
            stop: orNull(row.stop),
            beginDate: orNull(row.beginDay),
            endDate: orNull(row.endDay),
          };
          return [[sourcedId, held(row.status, record)] as const];
        }),
    ),
  };
}

/** How the roster's telephone numbers lie in the store. */
export function phonesToText(phones: readonly string[]): string {
  return phones.join(phoneSeparator);
}

/** The last change that touched what an import compares: a review is outdated when it has moved on. */
export function rosterRevision(db: ReadableDb): number {
  const kinds = ['school', 'class', 'session', 'course', 'student', 'guardian', 'staff', 'group'];
  return (
    db
      .select({ seq: sql<number | null>`max(${change.seq})` })
      .from(change)
      .where(inArray(change.aggregateType, kinds))
      .get()?.seq ?? 0
  );
}

/** `HH:MM` of a minute of the day. */
function timeOfMinute(minute: number | null): string | null {
  if (minute === null) return null;
  const pad = (number: number): string => String(number).padStart(2, '0');
  return `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`;
}

function orNull(text: string): string | null {
  return text === '' ? null : text;
}

function relationOf(text: string): 'guardian' | 'parent' | 'relative' {
  return text === 'parent' || text === 'relative' ? text : 'guardian';
}
