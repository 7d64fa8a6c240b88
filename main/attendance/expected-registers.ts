import { createRosterMemory, rosterState } from '../../db/attendance/roster-state.ts';
import {
  listClasses,
  listMembers,
  listMembersByClass,
  readClass,
  type ClassLine,
  type MemberLine,
} from '../../db/people/classes.ts';
import { scopeKey } from '../../db/people/scope.ts';
import { inCountingOrder } from '../../db/people/students.ts';
import type { RegisterKey } from '../../domain/attendance/register.ts';
import { isPeriod, type RegisterSession } from '../../domain/attendance/session.ts';
import { sessionsOn, type SchoolCalendar } from '../../domain/calendar/school-calendar.ts';
import type { ErrorOf } from '../../domain/contract/errors.ts';
import type { Day, StudentId } from '../../domain/ids.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { QueryUnit } from '../gate/unit.ts';
import { calendarAt, readSchoolYears, type SchoolYears } from './calendar.ts';
import { periodSessions } from './period-sessions.ts';
import { plansIn, type PlansByStudent } from './plans.ts';

/** A register that the school expects on a day. */
export interface ExpectedRegister {
  readonly key: RegisterKey;
  readonly class: ClassLine;
  readonly students: readonly StudentId[];
}

/** One register that the caller may see, with its students in name order. */
export interface OpenRegister {
  readonly key: RegisterKey;
  readonly class: ClassLine;
  readonly calendar: SchoolCalendar;
  readonly members: readonly MemberLine[];
  /** The planned absences that cover it, by student: of the whole school. */
  readonly plans: PlansByStudent;
}

/**
 * The sessions in which the class has a register on the day: a homeroom's are the day's own, a scheduled class's those
 * of its periods, where the school keeps period registers. None outside of the class's terms.
 */
export function sessionsOfClass(
  { classType, periods, terms }: Pick<ClassLine, 'classType' | 'periods' | 'terms'>,
  years: SchoolYears,
  calendar: SchoolCalendar,
  on: Day,
): readonly { readonly session: RegisterSession; readonly halfDays: number }[] {
  const held = sessionsOn(calendar, on);
  if (held.length === 0 || !meetsOn(terms, years, on)) return [];
  if (classType === 'homeroom') return held.filter(({ session }) => !isPeriod(session));
  const own = periodSessions(periods);
  return held.filter(({ session }) => own.includes(session));
}

const dayMemory = createRosterMemory<readonly ExpectedRegister[]>(5);

/** The registers within the scope that are expected on the day, in the order of the day and of the classes' titles. */
export function expectedRegisters(unit: QueryUnit, on: Day): readonly ExpectedRegister[] {
  const state = rosterState(unit.db);
  const years = readSchoolYears(unit.db, unit.school, state);
  return dayMemory(state, `${scopeKey(unit.scope)} ${on}`, () => readExpected(unit, years, on));
}

function readExpected({ db, scope }: QueryUnit, years: SchoolYears, on: Day): readonly ExpectedRegister[] {
  const calendar = calendarAt(years, on);
  if (calendar === undefined || sessionsOn(calendar, on).length === 0) return [];
  const members = listMembersByClass(db, scope, on);
  const bySession = new Map<RegisterSession, ExpectedRegister[]>(
    sessionsOn(calendar, on).map(({ session }) => [session, []]),
  );
  const classes = listClasses(db, scope, on).toSorted((one, other) =>
    inCountingOrder(one.title, other.title),
  );
  for (const each of classes) {
    const students = members.get(each.id);
    if (students === undefined) continue;
    for (const { session } of sessionsOfClass(each, years, calendar, on)) {
      bySession.get(session)?.push({ key: { day: on, classId: each.id, session }, class: each, students });
    }
  }
  return [...bySession.values()].flat();
}

/** Room for every register of a school day. */
const classMemory = createRosterMemory<ClassLine | undefined>(500);
const memberMemory = createRosterMemory<readonly MemberLine[]>(500);

/**
 * Opens one register within the scope.
 *
 * Errors: `out-of-scope` where there is no such class or it is another's; `register-not-expected` on a day without
 * school, in a session in which the class does not meet, or while nobody is in the class.
 */
export function openRegister(
  unit: QueryUnit,
  key: RegisterKey,
): Result<OpenRegister, ErrorOf<'out-of-scope' | 'register-not-expected'>> {
  const { db, scope, school } = unit;
  const state = rosterState(db);
  const years = readSchoolYears(db, school, state);
  const remembered = `${scopeKey(scope)} ${key.classId} ${key.day}`;
  const schoolClass = classMemory(state, remembered, () => readClass(db, scope, key.classId, key.day));
  if (schoolClass === undefined) return err({ type: 'out-of-scope' });
  const calendar = calendarAt(years, key.day);
  const isExpected =
    calendar !== undefined &&
    sessionsOfClass(schoolClass, years, calendar, key.day).some(({ session }) => session === key.session);
  if (!isExpected) return err({ type: 'register-not-expected' });
  const members = memberMemory(state, remembered, () => listMembers(db, scope, key.classId, key.day));
  if (members.length === 0) return err({ type: 'register-not-expected' });
  return ok({ key, class: schoolClass, calendar, members, plans: plansIn(db, key, state) });
}

/** The nearest school day before, within the school year, on which the class had a register in the session. */
export function previousRegisterDay(
  unit: QueryUnit,
  { key, class: schoolClass, calendar }: OpenRegister,
): Day | null {
  const years = readSchoolYears(unit.db, unit.school);
  const before = calendar.schoolDays.findLast(
    (each) =>
      each < key.day &&
      sessionsOfClass(schoolClass, years, calendar, each).some(({ session }) => session === key.session),
  );
  return before ?? null;
}

function meetsOn(terms: readonly string[], { termsBySourceId }: SchoolYears, on: Day): boolean {
  const known = terms.flatMap((id) => termsBySourceId.get(id) ?? []);
  return known.length === 0 || known.some(({ startDay, endDay }) => startDay <= on && on < endDay);
}
