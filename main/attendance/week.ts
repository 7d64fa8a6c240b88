import { readMarks, readTaken, type StoredMark } from '../../db/attendance/marks.ts';
import { readClass, type MemberLine } from '../../db/people/classes.ts';
import { shownName } from '../../db/people/person-name.ts';
import { resolveMarks, type MarkFact } from '../../domain/attendance/register.ts';
import { addDays, startOfWeek, weekdayOf } from '../../domain/calendar/day.ts';
import type { Contract, OutputOf } from '../../domain/contract/contract.ts';
import type { ClassId, Day, StudentId } from '../../domain/ids.ts';
import type { QueryUnit } from '../gate/unit.ts';
import { calendarAt, closedOn, readSchoolYears, weekend } from './calendar.ts';
import { categoryOf, codePackOf } from './code-packs.ts';
import { openRegister, sessionsOfClass, type OpenRegister } from './expected-registers.ts';
import { toMarkFact } from './register-facts.ts';

type Week = Omit<OutputOf<Contract['attendance']['week']>, 'writes'>;
type WeekCell = NonNullable<Week['students'][number]['cells'][number]>;
type CellMark = NonNullable<WeekCell['office']>;

/**
 * The registers of one class in the week that holds the day, Monday first. Each register's marks are read in one run
 * of their table. Undefined where there is no such class within the scope.
 */
export function readWeek(unit: QueryUnit, classId: ClassId, around: Day): Week | undefined {
  const { db, scope, school } = unit;
  const monday = startOfWeek(around, 1);
  const schoolClass = readClass(db, scope, classId, around);
  if (schoolClass === undefined) return undefined;
  const days = Array.from({ length: 7 }, (_, index) => addDays(monday, index))
    .map((day) => ({ day, closedBecause: closedOn(db, school, day) }))
    .filter(({ day, closedBecause }) => closedBecause === null || !weekend.includes(weekdayOf(day)));
  const registers = days.flatMap(({ day }) => openRegisters(unit, classId, day));
  const columns = registers.map((register) => readColumn(unit, register));
  return {
    class: classId,
    title: schoolClass.title,
    teacher: schoolClass.teacher,
    days,
    registers: registers.map(({ key }) => ({
      day: key.day,
      session: key.session,
      taken: readTaken(db, scope, key).toSorted(byTime).at(-1)?.isTaken === true,
    })),
    students: membersOf(registers).map((member) => ({
      id: member.id,
      name: shownName(member),
      cells: columns.map((column) => column.get(member.id) ?? null),
    })),
  };
}

function openRegisters(unit: QueryUnit, classId: ClassId, day: Day): readonly OpenRegister[] {
  const years = readSchoolYears(unit.db, unit.school);
  const calendar = calendarAt(years, day);
  const schoolClass = readClass(unit.db, unit.scope, classId, day);
  if (calendar === undefined || schoolClass === undefined) return [];
  return sessionsOfClass(schoolClass, years, calendar, day).flatMap(({ session }) => {
    const opened = openRegister(unit, { day, classId, session });
    return opened.ok ? [opened.value] : [];
  });
}

/** Everybody who was in the class on any day of the week, in name order. */
function membersOf(registers: readonly OpenRegister[]): readonly MemberLine[] {
  const members = new Map(
    registers.flatMap(({ members: each }) => each.map((member) => [member.id, member])),
  );
  return [...members.values()].toSorted((one, other) =>
    `${one.sortKey}\u0002${one.id}` < `${other.sortKey}\u0002${other.id}` ? -1 : 1,
  );
}

/** The cells of one register, for who was in the class that day. */
function readColumn(
  { db, scope, school }: QueryUnit,
  { key, members, plans }: OpenRegister,
): ReadonlyMap<StudentId, WeekCell> {
  const pack = codePackOf({ db, school });
  const rows = Map.groupBy(readMarks(db, scope, key), ({ student }) => student);
  const shown = (fact: MarkFact | null): CellMark | null =>
    fact?.code == null ? null : { code: fact.code, category: categoryOf(pack, fact.code, key.day) };
  return new Map(
    members.map(({ id }) => {
      const own = rows.get(id) ?? [];
      const plan = plans.get(id) ?? null;
      const mark = resolveMarks(id, own.map(toMarkFact), plan, pack, key.day);
      const { teacher, office, effective, isCorrected } = mark;
      return [
        id,
        {
          teacher: shown(teacher),
          office: shown(office),
          planned:
            effective?.kind === 'plan'
              ? { code: effective.code, category: categoryOf(pack, effective.code, key.day) }
              : null,
          minutes: effective?.minutesLate ?? null,
          hasNote: [teacher, office].some((fact) => fact !== null && own.some(isNoted(fact))),
          isCorrected,
        },
      ];
    }),
  );
}

function isNoted(fact: MarkFact): (row: StoredMark) => boolean {
  return ({ hlc, desk, note }) => hlc === fact.hlc && desk === fact.desk && note !== null;
}

function byTime(
  one: { readonly hlc: number; readonly desk: number },
  other: { readonly hlc: number; readonly desk: number },
): number {
  return one.hlc - other.hlc || one.desk - other.desk;
}
