import { and, asc, eq, gt, lte, or, type SQL } from 'drizzle-orm';
import type { RecordScope } from '../../domain/access/scope.ts';
import type { Day, Id, StudentId } from '../../domain/ids.ts';
import type { ReadableDb } from '../handles.ts';
import { holdsRecordOf, readMerges } from './merges.ts';
import { groupMember, studentGroup } from './schema.ts';
import { studentsInScope } from './scope.ts';

export type StudentGroupId = Id<'student-group'>;

/** A bus run or an activity. */
export interface GroupLine {
  readonly id: StudentGroupId;
  readonly kind: 'bus' | 'activity';
  readonly title: string;
}

/** The same with what it is to one student. */
export interface GroupOfStudent extends GroupLine {
  /** ISO weekdays. */
  readonly weekdays: readonly number[];
  /** Minutes of the day; null where nobody said. */
  readonly fromMinute: number | null;
  readonly untilMinute: number | null;
  /** On a bus run; empty for none. */
  readonly stop: string;
}

const lineColumns = { id: studentGroup.id, kind: studentGroup.kind, title: studentGroup.title };

/** The bus runs and activities in use. */
export function listGroups(db: ReadableDb): readonly GroupLine[] {
  return db.select(lineColumns).from(studentGroup).where(eq(studentGroup.status, 'active')).all();
}

/** The bus runs and activities that a student within the scope takes part in on the day, buses after activities. */
export function listGroupsOf(
  db: ReadableDb,
  scope: RecordScope,
  student: StudentId,
  on: Day,
): readonly GroupOfStudent[] {
  return db
    .selectDistinct({
      ...lineColumns,
      weekdays: studentGroup.weekdays,
      fromMinute: studentGroup.fromMinute,
      untilMinute: studentGroup.untilMinute,
      stop: groupMember.stop,
    })
    .from(groupMember)
    .innerJoin(studentGroup, eq(studentGroup.id, groupMember.group))
    .where(
      and(
        holdsRecordOf(db, groupMember.student, [student]),
        eq(studentGroup.status, 'active'),
        isMemberOn(on),
        studentsInScope(scope, groupMember.student),
      ),
    )
    .orderBy(asc(studentGroup.kind), asc(studentGroup.title), asc(groupMember.stop))
    .all();
}

/** Who within the scope is in a bus run or an activity on the day, whatever the weekday: of merged records the one that is shown. */
export function listMembersOfGroup(
  db: ReadableDb,
  scope: RecordScope,
  group: StudentGroupId,
  on: Day,
): ReadonlySet<StudentId> {
  const rows = db
    .select({ student: groupMember.student })
    .from(groupMember)
    .where(and(eq(groupMember.group, group), isMemberOn(on), studentsInScope(scope, groupMember.student)))
    .all();
  const merges = readMerges(db);
  return new Set(rows.map(({ student }) => merges.keptOf(student)));
}

/** The membership of the outer query is in use and the day lies in it. */
export function isMemberOn(on: Day): SQL | undefined {
  return and(
    eq(groupMember.status, 'active'),
    lte(groupMember.beginDay, on),
    or(eq(groupMember.endDay, ''), gt(groupMember.endDay, on)),
  );
}
