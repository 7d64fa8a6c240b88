import { readMarksBesideCodes } from '../../db/attendance/marks.ts';
import { readOpenSteps } from '../../db/attendance/contacts.ts';
import { rosterState } from '../../db/attendance/roster-state.ts';
import { listHomeroomIds } from '../../db/people/classes.ts';
import { readStudentLines } from '../../db/people/students.ts';
import type { CodePack } from '../../domain/attendance/code-pack.ts';
import { registerState, type RegisterKey } from '../../domain/attendance/register.ts';
import { registerSession } from '../../domain/attendance/session.ts';
import { todayWork, type ExpectedRegister } from '../../domain/attendance/today.ts';
import { instantOf } from '../../domain/calendar/local-time.ts';
import type { SchoolDays } from '../../domain/calendar/school-calendar.ts';
import type { Contract, OutputOf } from '../../domain/contract/contract.ts';
import { dueStep } from '../../domain/contract/shared.ts';
import { reachOf } from '../../domain/access/policy.ts';
import { addDays } from '../../domain/calendar/day.ts';
import { day as daySchema, type Day, type StudentId } from '../../domain/ids.ts';
import { assert } from '../../domain/result.ts';
import type { QueryUnit } from '../gate/unit.ts';
import { closedOn, readSchoolYears } from './calendar.ts';
import { codePackOf } from './code-packs.ts';
import { plansIn } from './plans.ts';
import { registerKeyText, toMarkFact } from './register-facts.ts';
import { readRegisters } from './list-registers.ts';

type Work = OutputOf<Contract['attendance']['today']>;

/** How many school days back an absence without a reason is still listed. Ours, not a rule: two school weeks. */
const schoolDaysBack = 10;

/**
 * What needs the office on the day: as it is now when that is today, and as the day ended when it has passed.
 *
 * Absences without a reason also come from the homeroom registers of the ten school days before, those of the last
 * year among them; `sinceDays` counts school days from the oldest of them. Registers count once their session has begun.
 */
export function listTodaysWork(unit: QueryUnit, on: Day): Work {
  const { db, scope, school } = unit;
  const { days } = readSchoolYears(db, school);
  const closed = closedOn(db, school, on);
  const nothing: Work = {
    isSchoolDay: closed === null,
    closedBecause: closed,
    registersExpected: 0,
    registersTaken: 0,
    notTaken: [],
    absentWithoutReason: [],
    late: [],
    hereThoughPlanned: [],
    callbacks: dueSteps(unit, on),
  };
  const pack = codePackOf({ db, school });
  const todays = readRegisters(unit, on);
  const registers = new Map<string, ExpectedRegister>();
  for (const each of [...earlierRegisters(unit, days, pack, on), ...todays]) {
    registers.set(registerKeyText(each.key), each);
  }
  const calendar = { ...days, timeZone: school.timeZone };
  const work = todayWork([...registers.values()], calendar, pack, instantFor(unit, on));

  const classes = new Map(todays.map((each) => [each.key.classId, each]));
  const subjects = work.items.flatMap((item) => (item.type === 'register-not-taken' ? [] : [item.studentId]));
  const lines = readStudentLines(db, scope, subjects, on);
  const codeIn = (key: RegisterKey, student: StudentId): string => {
    const found = registers
      .get(registerKeyText(key))
      ?.register.students.find((each) => each.studentId === student);
    assert(found?.effective?.code != null, 'work names a mark that stands');
    return found.effective.code;
  };
  const result: Work = {
    ...nothing,
    registersExpected: work.registersExpected,
    registersTaken: work.registersTaken,
  };
  for (const item of work.items) {
    if (item.type === 'register-not-taken') {
      const register = classes.get(item.key.classId);
      assert(register !== undefined, "today's registers are among those read");
      result.notTaken.push({
        class: item.key.classId,
        title: register.class.title,
        teacher: register.class.teacher,
        session: item.key.session,
        blank: item.blank,
        students: register.students.length,
      });
      continue;
    }
    const line = lines.get(item.studentId);
    // A student who has left the caller's classes since the mark is out of scope.
    if (line === undefined) continue;
    const { key } = item.leadsTo;
    assert(key !== undefined, 'a student of the list stands in a register');
    const shown = {
      student: item.studentId,
      name: line.name,
      homeroom: line.homeroom,
      class: key.classId,
      session: key.session,
      code: codeIn(key, item.studentId),
    };
    if (item.type === 'late-arrival') {
      result.late.push({ ...shown, minutes: item.minutesLate });
    } else if (item.type === 'here-though-planned') {
      const { code, occasion } = item.plan;
      result.hereThoughPlanned.push({ ...shown, plannedCode: code, occasion });
    } else {
      const { sinceDays, reasonDueDay, isOverdue } = item;
      result.absentWithoutReason.push({ ...shown, day: key.day, sinceDays, reasonDueDay, isOverdue });
    }
  }
  return result;
}

/** What was promised to families, or by them, and is due by the end of the day: for those who work the absence line. */
function dueSteps({ db, scope, school, actor }: QueryUnit, on: Day): Work['callbacks'] {
  if (reachOf(actor.role, 'attendance.office') === undefined) return [];
  const open = readOpenSteps(db, scope, instantOf(addDays(on, 1), 0, school.timeZone));
  const lines = readStudentLines(
    db,
    scope,
    open.map(({ student }) => student),
    on,
  );
  return open.flatMap(({ student, nextStep, dueAtMs }) => {
    const line = lines.get(student);
    const step = dueStep.safeParse(nextStep);
    return line === undefined || !step.success || dueAtMs === null
      ? []
      : [{ student, ...line, nextStep: step.data, dueAtMs }];
  });
}

/** Registers of earlier days, each with only those students to whom a code that awaits a reason was ever given. */
function earlierRegisters(
  unit: QueryUnit,
  { schoolDays }: SchoolDays,
  pack: CodePack,
  on: Day,
): readonly ExpectedRegister[] {
  const { db, scope } = unit;
  const days = schoolDays.filter((each) => each < on).slice(-schoolDaysBack);
  const codes = pack.codes.filter(({ awaitsReason }) => awaitsReason).map(({ code }) => code);
  const homerooms = listHomeroomIds(db, scope);
  if (days.length === 0 || homerooms.length === 0) return [];
  const rows = readMarksBesideCodes(db, scope, { days, classes: homerooms, codes });
  const state = rosterState(db);
  const byRegister = Map.groupBy(rows, (row) => `${row.day} ${row.class} ${row.session}`);
  return [...byRegister.values()].flatMap((facts): ExpectedRegister[] => {
    const [first] = facts;
    if (first === undefined) return [];
    const key = {
      day: daySchema.parse(first.day),
      classId: first.class,
      session: registerSession.parse(first.session),
    };
    const students = [...new Set(facts.map(({ student }) => student))];
    const plans = plansIn(db, key, state);
    return [{ key, register: registerState(students, facts.map(toMarkFact), [], plans, pack, key.day) }];
  });
}

function instantFor({ nowMs, today, school }: QueryUnit, on: Day): number {
  if (on === today) return nowMs;
  return instantOf(on, on < today ? 23 * 60 + 59 : 0, school.timeZone);
}
