import { and, asc, desc, eq, inArray, lte, gte, sql } from 'drizzle-orm';
import type { RecordScope } from '../../domain/access/scope.ts';
import type { ClassId, Day, Id, StudentId, UserId } from '../../domain/ids.ts';
import type { ReadableDb } from '../handles.ts';
import { holdsRecordOf, readMerges, underPeople, type UnderPerson } from '../people/merges.ts';
import { studentsInScope } from '../people/scope.ts';
import { marksUnderPeople, type StoredMark } from './marks.ts';
import { mark, movement, plannedAbsence } from './schema.ts';

export type MovementId = Id<'movement'>;

/** A movement as it was entered; what is sealed in it stays where it is. */
export type MovementRow = UnderPerson<EnteredMovement>;

interface EnteredMovement {
  readonly id: MovementId;
  readonly day: Day;
  readonly student: StudentId;
  readonly kind: 'arrival' | 'departure' | 'return' | 'void';
  readonly minute: number | null;
  readonly reason: string;
  readonly expectedMinute: number | null;
  readonly refersTo: MovementId | null;
  readonly author: UserId;
  readonly atMs: number;
  readonly hlc: number;
  readonly desk: number;
}

const movementColumns = {
  id: movement.id,
  day: sql<Day>`${movement.day}`,
  student: movement.student,
  kind: movement.kind,
  minute: movement.minute,
  reason: movement.reason,
  expectedMinute: movement.expectedMinute,
  refersTo: movement.refersTo,
  author: movement.author,
  atMs: movement.atMs,
  hlc: movement.hlc,
  desk: movement.desk,
};

/** The day's movements of the students within the scope, oldest entry first; of some students where they are named. */
export function readMovements(
  db: ReadableDb,
  scope: RecordScope,
  day: Day,
  students?: readonly StudentId[],
): readonly MovementRow[] {
  const rows = db
    .select(movementColumns)
    .from(movement)
    .where(
      and(
        eq(movement.day, day),
        students === undefined ? undefined : holdsRecordOf(db, movement.student, students),
        studentsInScope(scope, movement.student),
      ),
    )
    .orderBy(asc(movement.hlc), asc(movement.desk), asc(movement.id))
    .all();
  return underPeople(db, rows);
}

/** One movement of a student within the scope, of whatever day; undefined where there is none. */
export function readMovement(db: ReadableDb, scope: RecordScope, id: MovementId): MovementRow | undefined {
  const rows = db
    .select(movementColumns)
    .from(movement)
    .where(and(eq(movement.id, id), studentsInScope(scope, movement.student)))
    .all();
  return underPeople(db, rows)[0];
}

/** A mark of one student with the register that it stands in. */
export interface StudentDayMark extends StoredMark {
  readonly class: ClassId;
  readonly session: string;
}

/** Everything that was entered for a student in some classes on a day, in each register oldest first. */
export function readMarksOfDay(
  db: ReadableDb,
  scope: RecordScope,
  day: Day,
  studentId: StudentId,
  classes: readonly ClassId[],
): readonly StudentDayMark[] {
  const rows = db
    .select({
      class: mark.class,
      session: mark.session,
      student: mark.student,
      hlc: mark.hlc,
      desk: mark.desk,
      seq: mark.seq,
      column: mark.column,
      code: mark.code,
      minutes: mark.minutes,
      note: mark.note,
      author: mark.author,
      atMs: mark.atMs,
    })
    .from(mark)
    .where(
      and(
        eq(mark.day, day),
        inArray(mark.class, [...classes]),
        holdsRecordOf(db, mark.student, [studentId]),
        studentsInScope(scope, mark.student),
      ),
    )
    .orderBy(asc(mark.hlc), asc(mark.desk))
    .all();
  return marksUnderPeople(readMerges(db), rows);
}

/**
 * The planned absences of a student that cover the day: the code, and the sessions; none listed is all. The one made last comes first: it is
 * the one that holds (`planFor`).
 */
export function readPlannedOn(
  db: ReadableDb,
  scope: RecordScope,
  day: Day,
  studentId: StudentId,
): readonly { readonly code: string; readonly sessions: readonly string[] }[] {
  return db
    .select({ code: plannedAbsence.code, sessions: plannedAbsence.sessions })
    .from(plannedAbsence)
    .where(
      and(
        holdsRecordOf(db, plannedAbsence.student, [studentId]),
        eq(plannedAbsence.status, 'active'),
        lte(plannedAbsence.fromDay, day),
        gte(plannedAbsence.toDay, day),
        studentsInScope(scope, plannedAbsence.student),
      ),
    )
    .orderBy(desc(plannedAbsence.madeAtMs), desc(plannedAbsence.id))
    .all();
}
