import { readDayMarks, type PlacedMark } from '../../db/attendance/marks.ts';
import { listAllClasses, listMemberSpells, type SchoolClassLine } from '../../db/people/classes.ts';
import { listExportedStudents, type ExportedStudent } from '../../db/people/students.ts';
import { inCountingOrder } from '../../db/people/students.ts';
import { awaitsReason } from '../../domain/attendance/code-pack.ts';
import type { PlannedAbsence } from '../../domain/attendance/planned-absence.ts';
import { standingMark } from '../../domain/attendance/register.ts';
import type { RegisterSession } from '../../domain/attendance/session.ts';
import { schoolDaysBetween, sessionsOn, type SchoolCalendar } from '../../domain/calendar/school-calendar.ts';
import type { ClassId, Day, StudentId } from '../../domain/ids.ts';
import { calendarAt, readSchoolYears, type SchoolYears } from '../attendance/calendar.ts';
import { sessionsOfClass } from '../attendance/expected-registers.ts';
import { codePackOf } from '../attendance/code-packs.ts';
import { plansIn } from '../attendance/plans.ts';
import { cellAt, type Cell } from '../attendance/standing-marks.ts';
import type { ExportSource } from './content.ts';

/** Which registers, of whom. */
export interface SessionChoice {
  readonly from: Day;
  /** Inclusive. */
  readonly to: Day;
  readonly grade: string | null;
  readonly class: ClassId | null;
}

/** One student in one register that was expected, with the mark that counts; null where nobody said anything. */
export interface SchoolSession {
  readonly day: Day;
  readonly student: ExportedStudent;
  readonly class: SchoolClassLine;
  readonly session: RegisterSession;
  readonly halfDays: number;
  readonly mark: StoodMark | null;
}

/** What stands in a cell, and who said it last. */
export interface StoodMark {
  readonly code: string;
  readonly minutes: number | null;
  readonly author: PlacedMark['author'];
  readonly atMs: number;
  /** The fact itself, for its note; null for a planned absence. */
  readonly fact: Pick<PlacedMark, 'hlc' | 'desk'> | null;
}

/** The school days of a choice with what stands in their registers, one day at a time. */
export interface SchoolDays {
  readonly years: SchoolYears;
  readonly days: readonly Day[];
  /** In the order of the sessions, the classes' titles and the students' names. */
  readonly sessionsOf: (day: Day) => readonly SchoolSession[];
}

/**
 * Reads attendance of a school day by day: every register that was expected, also of classes that are no longer in use
 * and of students who have left, by the rules of the student card (`student-attendance.ts`).
 *
 * Only the roster of the school is held in memory, and of the marks one day.
 */
export function openSchoolDays(source: ExportSource, choice: SessionChoice): SchoolDays {
  const { db, scope, school } = source;
  const pack = codePackOf(source);
  const years = readSchoolYears(db, school);
  const days = years.years.flatMap((calendar) =>
    schoolDaysBetween(calendar, later(calendar.schoolYear.beginDay, choice.from), choice.to).filter(
      (each) => calendarAt(years, each) === calendar,
    ),
  );
  const students = new Map(listExportedStudents(db, scope).map((each) => [each.id, each]));
  const places = new Map([...students.keys()].map((id, place) => [id, place]));
  const isChosen = (id: StudentId): boolean =>
    choice.grade === null || students.get(id)?.grade.split(',').includes(choice.grade) === true;
  const classes = listAllClasses(db, scope)
    .filter(({ id }) => choice.class === null || id === choice.class)
    .toSorted((one, other) => inCountingOrder(one.title, other.title));
  const byName = (one: StudentId, other: StudentId): number =>
    (places.get(one) ?? 0) - (places.get(other) ?? 0);
  const spells = Map.groupBy(
    listMemberSpells(db, scope)
      .filter(({ student }) => isChosen(student))
      .toSorted((one, other) => byName(one.student, other.student)),
    (spell) => spell.class,
  );

  /** In name order, each once, though enrolments may overlap. */
  const membersOn = (classId: ClassId, day: Day): ReadonlySet<StudentId> => {
    const members = new Set<StudentId>();
    for (const { student, beginDay, endDay } of spells.get(classId) ?? []) {
      if (beginDay <= day && (endDay === '' || day < endDay)) members.add(student);
    }
    return members;
  };

  return {
    years,
    days,
    sessionsOf(day) {
      const calendar = calendarAt(years, day);
      if (calendar === undefined) return [];
      const marks = readStanding(source, day);
      const found: SchoolSession[] = [];
      for (const each of classes) {
        const expected = sessionsOfClass(each, years, calendar, day);
        if (expected.length === 0) continue;
        const members = membersOn(each.id, day);
        for (const { session, halfDays } of expected) {
          const cells = marks.get(`${each.id} ${session}`);
          const plans = plansIn(db, { day, session });
          for (const id of members) {
            const student = students.get(id);
            if (student === undefined) continue;
            const plan = plans.get(id);
            const planned = plan === undefined ? null : plannedMark(plan);
            const mark = standingMark(cells?.get(id) ?? nothingSaid, planned, ({ code }) =>
              awaitsReason(pack, code, day),
            );
            found.push({ day, student, class: each, session, halfDays, mark });
          }
        }
      }
      return inSessionOrder(found, calendar, day);
    },
  };
}

const nothingSaid: Cell<StoodMark> = { teacher: null, office: null };

/** What a planned absence says where it stands. */
function plannedMark({ code, madeBy, madeAtMs }: PlannedAbsence): StoodMark {
  return { code, minutes: null, author: madeBy, atMs: madeAtMs, fact: null };
}

/** What was said on the day: by register, then by student. */
function readStanding(
  { db, scope }: ExportSource,
  day: Day,
): ReadonlyMap<string, ReadonlyMap<StudentId, Cell<StoodMark>>> {
  const registers = new Map<string, Map<StudentId, Cell<StoodMark>>>();
  // Facts come oldest first, so that of each column the newest stands; a withdrawn mark leaves none.
  for (const each of readDayMarks(db, scope, day)) {
    const { student, column, code, minutes, author, atMs, hlc, desk } = each;
    const register = `${each.class} ${each.session}`;
    let cells = registers.get(register);
    if (cells === undefined) registers.set(register, (cells = new Map()));
    cellAt(cells, student)[column] =
      code === null ? null : { code, minutes, author, atMs, fact: { hlc, desk } };
  }
  return registers;
}

function inSessionOrder(
  sessions: readonly SchoolSession[],
  calendar: SchoolCalendar,
  day: Day,
): readonly SchoolSession[] {
  const order = new Map(sessionsOn(calendar, day).map(({ session }, place) => [session, place]));
  // Sorting is stable: within a session the order of classes and students stays.
  return sessions.toSorted((one, other) => (order.get(one.session) ?? 0) - (order.get(other.session) ?? 0));
}

function later(one: Day, other: Day): Day {
  return one > other ? one : other;
}
