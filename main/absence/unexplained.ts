import { readMarksBesideCodes } from '../../db/attendance/marks.ts';
import { rosterState } from '../../db/attendance/roster-state.ts';
import { awaitsReason } from '../../domain/attendance/code-pack.ts';
import { resolveMarks, type RegisterKey, type StudentMark } from '../../domain/attendance/register.ts';
import { registerSession } from '../../domain/attendance/session.ts';
import { sessionsOn, type SchoolCalendar } from '../../domain/calendar/school-calendar.ts';
import { day as daySchema, type Day, type StudentId } from '../../domain/ids.ts';
import { codePackOf } from '../attendance/code-packs.ts';
import { plansIn } from '../attendance/plans.ts';
import { toMarkFact } from '../attendance/register-facts.ts';
import type { QueryUnit } from '../gate/unit.ts';

/** A cell whose standing mark says only "not here". */
export interface UnexplainedCell {
  readonly student: StudentId;
  readonly key: RegisterKey;
  readonly code: string;
  readonly mark: StudentMark;
}

/**
 * The cells of these school days whose standing mark still awaits a reason, in every class, oldest day first. Planned
 * absences have given theirs. Marks of sessions that the calendar does not hold any more are left out: they count nowhere.
 */
export function readUnexplained(
  unit: QueryUnit,
  calendar: SchoolCalendar,
  days: readonly Day[],
  student: StudentId | null = null,
): readonly UnexplainedCell[] {
  const { db, scope, school } = unit;
  const pack = codePackOf(school.country);
  const codes = pack.codes.filter((code) => code.awaitsReason).map(({ code }) => code);
  if (days.length === 0 || codes.length === 0) return [];
  const state = rosterState(db);
  const rows = readMarksBesideCodes(db, scope, { days, classes: null, codes, student });
  const byCell = Map.groupBy(rows, (row) => `${row.day} ${row.class} ${row.session} ${row.student}`);
  return [...byCell.values()].flatMap((facts): UnexplainedCell[] => {
    const [first] = facts;
    if (first === undefined) return [];
    const key = {
      day: daySchema.parse(first.day),
      classId: first.class,
      session: registerSession.parse(first.session),
    };
    if (!sessionsOn(calendar, key.day).some(({ session }) => session === key.session)) return [];
    const plan = plansIn(db, key, state).get(first.student) ?? null;
    const mark = resolveMarks(first.student, facts.map(toMarkFact), plan, pack, key.day);
    const code = mark.effective?.code;
    if (code == null || !awaitsReason(pack, code, key.day)) return [];
    return [{ student: first.student, key, code, mark }];
  });
}
