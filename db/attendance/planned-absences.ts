import { and, asc, eq, gte, inArray, lte, sql, type SQL } from 'drizzle-orm';
import type { RecordScope } from '../../domain/access/scope.ts';
import type { PlannedAbsence } from '../../domain/attendance/planned-absence.ts';
import type { Day, Id, StudentId } from '../../domain/ids.ts';
import type { ReadableDb } from '../handles.ts';
import { holdsRecordOf, readMerges } from '../people/merges.ts';
import { preparedInScope, preparedOnce } from '../people/prepared.ts';
import { studentsInScope } from '../people/scope.ts';
import { plannedAbsence } from './schema.ts';

/** A planned absence as it is stored, with its note sealed. `studentId` is the person: of merged records the one that is shown. */
export interface StoredPlan extends PlannedAbsence {
  /** The record that it lies under: its note is sealed under that one, and a change to it names that one. */
  readonly storedUnder: StudentId;
  readonly occasionId: Id<'occasion'> | null;
  readonly note: Uint8Array | null;
  readonly status: 'active' | 'withdrawn';
  readonly versions: string;
}

const planColumns = {
  id: plannedAbsence.id,
  studentId: plannedAbsence.student,
  fromDay: sql<Day>`${plannedAbsence.fromDay}`,
  toDay: sql<Day>`${plannedAbsence.toDay}`,
  sessions: plannedAbsence.sessions,
  code: plannedAbsence.code,
  occasion: plannedAbsence.occasion,
  madeBy: plannedAbsence.madeBy,
  madeAtMs: plannedAbsence.madeAtMs,
};
const storedColumns = {
  ...planColumns,
  storedUnder: plannedAbsence.student,
  occasionId: plannedAbsence.occasionId,
  note: plannedAbsence.note,
  status: plannedAbsence.status,
  versions: plannedAbsence.versions,
};

const ofDay = preparedOnce((db) =>
  db
    .select(planColumns)
    .from(plannedAbsence)
    .where(
      and(
        gte(plannedAbsence.toDay, sql.placeholder('day')),
        lte(plannedAbsence.fromDay, sql.placeholder('day')),
        eq(plannedAbsence.status, 'active'),
      ),
    )
    .prepare(),
);

/**
 * The plans in force that cover the day, of the whole school: for registers, which are themselves within the caller's
 * scope and look up their own students only. Nothing else may give these out.
 */
export function readPlansOn(db: ReadableDb, on: Day): readonly PlannedAbsence[] {
  return plansUnderPeople(db, ofDay(db).all({ day: on }));
}

/**
 * The plans in force that touch the days (both included), of the whole school: for sums, which are looked up for students
 * within the caller's scope only. Nothing else may give these out.
 */
export function readPlansBetween(db: ReadableDb, from: Day, to: Day): readonly PlannedAbsence[] {
  const plans = db
    .select(planColumns)
    .from(plannedAbsence)
    .where(
      and(
        gte(plannedAbsence.toDay, from),
        lte(plannedAbsence.fromDay, to),
        eq(plannedAbsence.status, 'active'),
      ),
    )
    .all();
  return plansUnderPeople(db, plans);
}

const ofStudent = preparedInScope((db, scope) =>
  db
    .select(planColumns)
    .from(plannedAbsence)
    .where(
      and(
        eq(plannedAbsence.student, sql.param(sql.placeholder('student'), plannedAbsence.student)),
        eq(plannedAbsence.status, 'active'),
        studentsInScope(scope, plannedAbsence.student),
      ),
    )
    .prepare(),
);

/** Every plan in force of a student within the scope. */
export function readPlansOfStudent(
  db: ReadableDb,
  scope: RecordScope,
  student: StudentId,
): readonly PlannedAbsence[] {
  return readMerges(db)
    .recordsOf(student)
    .flatMap((record) => ofStudent(db, scope).all({ student: record }));
}

/** The plans in force of students within the scope that touch the days (both included), by first day. */
export function listPlans(
  db: ReadableDb,
  scope: RecordScope,
  where: {
    readonly from: Day;
    readonly to: Day;
    readonly student: StudentId | null;
    readonly occasion: Id<'occasion'> | null;
  },
): readonly StoredPlan[] {
  const conditions: SQL[] = [
    eq(plannedAbsence.status, 'active'),
    gte(plannedAbsence.toDay, where.from),
    lte(plannedAbsence.fromDay, where.to),
    // One that was ended before it began covers nothing.
    lte(plannedAbsence.fromDay, plannedAbsence.toDay),
    studentsInScope(scope, plannedAbsence.student),
  ];
  if (where.student !== null) conditions.push(holdsRecordOf(db, plannedAbsence.student, [where.student]));
  if (where.occasion !== null) conditions.push(eq(plannedAbsence.occasionId, where.occasion));
  const plans = db
    .select(storedColumns)
    .from(plannedAbsence)
    .where(and(...conditions))
    .orderBy(asc(plannedAbsence.fromDay), asc(plannedAbsence.occasion), asc(plannedAbsence.id))
    .all();
  return plansUnderPeople(db, plans);
}

/** Those of the plans that are there and whose student is within the scope, withdrawn ones too. */
export function readPlans(
  db: ReadableDb,
  scope: RecordScope,
  ids: readonly Id<'planned-absence'>[],
): readonly StoredPlan[] {
  const plans = db
    .select(storedColumns)
    .from(plannedAbsence)
    .where(and(inArray(plannedAbsence.id, [...ids]), studentsInScope(scope, plannedAbsence.student)))
    .all();
  return plansUnderPeople(db, plans);
}

function plansUnderPeople<Plan extends PlannedAbsence>(
  db: ReadableDb,
  plans: readonly Plan[],
): readonly Plan[] {
  const merges = readMerges(db);
  if (merges.isEmpty) return plans;
  return plans.map((plan) => ({ ...plan, studentId: merges.keptOf(plan.studentId) }));
}
