import { readPlansOn } from '../../db/attendance/planned-absences.ts';
import { createRosterMemory, rosterState, type RosterState } from '../../db/attendance/roster-state.ts';
import type { ReadableDb } from '../../db/handles.ts';
import { plansFor, type PlannedAbsence } from '../../domain/attendance/planned-absence.ts';
import type { RegisterKey } from '../../domain/attendance/register.ts';
import type { StudentId } from '../../domain/ids.ts';

export type PlansByStudent = ReadonlyMap<StudentId, PlannedAbsence>;

/** Room for the registers of several weeks: a plan is read for each day and session that is looked at. */
const memory = createRosterMemory<PlansByStudent>(300);

/**
 * Of each student of the school the planned absence that holds in registers of that day and session. Kept until anything
 * but a mark has changed, so that a mark costs no query for it. Whoever looks a student up has read that student
 * within the caller's scope.
 */
export function plansIn(
  db: ReadableDb,
  { day, session }: Pick<RegisterKey, 'day' | 'session'>,
  state: RosterState = rosterState(db),
): PlansByStudent {
  return memory(state, `${day} ${session}`, () => plansFor(readPlansOn(db, day), day, session));
}
