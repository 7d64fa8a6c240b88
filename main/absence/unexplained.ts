import { readMarksBesideCodes } from '../../db/attendance/marks.ts';
import { rosterState } from '../../db/attendance/roster-state.ts';
import { listClassSpells } from '../../db/people/classes.ts';
import { awaitsReason } from '../../domain/attendance/code-pack.ts';
import { resolveMarks, type RegisterKey, type StudentMark } from '../../domain/attendance/register.ts';
import { registerSession } from '../../domain/attendance/session.ts';
import { sessionsOn } from '../../domain/calendar/school-calendar.ts';
import { day as daySchema, type ClassId, type Day, type StudentId } from '../../domain/ids.ts';
import { readSchoolYears } from '../attendance/calendar.ts';
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
 * The cells of these school days whose standing mark still awaits a reason, oldest day first: of one student, of some
 * classes, or of all. Planned
 * absences have given theirs. Marks of sessions that the calendar does not hold any more are left out: they count nowhere.
 */
export function readUnexplained(
  unit: QueryUnit,
  days: readonly Day[],
  where: { readonly student?: StudentId; readonly classes?: readonly ClassId[] } = {},
): readonly UnexplainedCell[] {
  const { db, scope, school } = unit;
  const pack = codePackOf(unit);
  const codes = pack.codes.filter((code) => code.awaitsReason).map(({ code }) => code);
  if (days.length === 0 || codes.length === 0) return [];
  const state = rosterState(db);
  const calendar = readSchoolYears(db, school, state).days;
  // One student's marks are found in that student's classes: a whole year of everybody's would be read through else.
  const { student = null } = where;
  const classes =
    student === null
      ? (where.classes ?? null)
      : [...new Set(listClassSpells(db, scope, student, unit.today).map((spell) => spell.class.id))];
  if (classes?.length === 0) return [];
  const rows = readMarksBesideCodes(db, scope, { days, classes, codes, student });
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
