import { readMarksOfStudent } from '../../db/attendance/marks.ts';
import { readPlansOfStudent } from '../../db/attendance/planned-absences.ts';
import { listClassSpells, type ClassSpell } from '../../db/people/classes.ts';
import {
  awaitsReason,
  codeOn,
  type AbsenceMeasure,
  type CodePack,
} from '../../domain/attendance/code-pack.ts';
import { readMerges } from '../../db/people/merges.ts';
import {
  absenceBand,
  absenceRate,
  absenceStanding,
  attendanceTotals,
  percentText,
  thresholdsOf,
  totalsByWeek,
  type StudentSession,
} from '../../domain/attendance/rates.ts';
import { planFor } from '../../domain/attendance/planned-absence.ts';
import { standingMark } from '../../domain/attendance/register.ts';
import type { RegisterSession } from '../../domain/attendance/session.ts';
import { schoolDaysBetween, sessionsOn, type SchoolCalendar } from '../../domain/calendar/school-calendar.ts';
import type { Contract, OutputOf } from '../../domain/contract/contract.ts';
import type { ClassId, Day, StudentId } from '../../domain/ids.ts';
import { assert } from '../../domain/result.ts';
import { newestCalendar, readSchoolYears, type SchoolYears } from '../attendance/calendar.ts';
import { categoryOf, codePackOf } from '../attendance/code-packs.ts';
import { sessionsOfClass } from '../attendance/expected-registers.ts';
import { cellAt, type Cell } from '../attendance/standing-marks.ts';
import type { QueryUnit } from '../gate/unit.ts';

type StudentAttendance = OutputOf<Contract['students']['attendance']>;
type SessionShown = StudentAttendance['days'][number]['sessions'][number];

/** A session in which a register of the student was expected, and what stands in it. */
interface ExpectedSession {
  readonly day: Day;
  readonly classId: ClassId;
  readonly classTitle: string;
  readonly session: RegisterSession;
  readonly halfDays: number;
}

interface SaidMark {
  readonly code: string;
  readonly minutes: number | null;
  /** Its logical time. */
  readonly hlc: number;
}

/** The same with the mark that stands, and whether it counts in the rate. */
interface MarkedSession extends ExpectedSession {
  readonly cell: Cell<SaidMark>;
  readonly mark: SaidMark | null;
  readonly counts: boolean;
}

/**
 * A student's school year to today: every session in which a register was expected, marked or not, and the rate over the
 * possible ones. In summer it is the year that has ended; without any school year there is nothing to show.
 *
 * Marks lie by day and class (DESIGN §4), so they are found by a seek for each expected session.
 */
export function showAttendance(unit: QueryUnit, student: StudentId): StudentAttendance {
  const { school, today } = unit;
  const pack = codePackOf(unit);
  const years = readSchoolYears(unit.db, school);
  const calendar = newestCalendar(years, today);
  const expected = calendar === undefined ? [] : expectedSessions(unit, student, years, calendar);
  const cells = readCells(unit, student, expected);
  const plans = readPlansOfStudent(unit.db, unit.scope, student);
  const marked = expected.map((each): MarkedSession => {
    const cell = cellAt(cells, textOf(each));
    const plan = planFor(plans, each.day, each.session);
    // Of two records of one person, what somebody has said comes before what was planned.
    const planned: SaidMark | null = plan === null ? null : { code: plan.code, minutes: null, hlc: 0 };
    const mark = standingMark(cell, planned, ({ code }) => awaitsReason(pack, code, each.day));
    return { ...each, cell, mark, counts: true };
  });
  const isMerged = readMerges(unit.db).recordsOf(student).length > 1;

  const days: StudentAttendance['days'] = [];
  const sessions: StudentSession[] = [];
  for (const each of isMerged ? eachSessionOnce(marked) : marked) {
    const { cell, mark } = each;
    const { teacher, office } = cell;
    if (each.counts) sessions.push({ day: each.day, halfDays: each.halfDays, code: mark?.code ?? null });
    const shown: SessionShown = {
      session: each.session,
      classTitle: each.classTitle,
      code: mark?.code ?? null,
      meaning: mark === null ? null : (codeOn(pack, mark.code, each.day)?.meaning ?? null),
      category: mark === null ? null : categoryOf(pack, mark.code, each.day),
      minutes: mark?.minutes ?? null,
      overridden: office !== null && teacher !== null && office.code !== teacher.code,
    };
    const last = days.at(-1);
    if (last?.day === each.day) last.sessions.push(shown);
    else days.push({ day: each.day, sessions: [shown] });
  }
  const { measure, perUnit } = measureOf(pack);
  return {
    from: calendar?.schoolYear.beginDay ?? today,
    to: calendar === undefined ? today : earlier(today, calendar.schoolDays.at(-1) ?? today),
    days,
    rate: rateOf(sessions, pack),
    weeks: totalsByWeek(sessions, pack).map(({ week, totals }) => ({
      week,
      possible: totals.possible / perUnit,
      absent: (totals.authorised + totals.unauthorised) / perUnit,
      percentText: percentText(absenceRate(totals), thresholdsOf(measure)) ?? '',
    })),
    bands: measure.bands.map(({ fromPercent, title }) => ({ percent: fromPercent, title })),
  };
}

/**
 * Two records of one person may stand in two homerooms of the same session, and one person is in one place. The newest mark
 * counts, as in one cell, and comes last, as it is the one that the year shows; the other stays in the answer.
 */
function eachSessionOnce(marked: readonly MarkedSession[]): readonly MarkedSession[] {
  const bySession = Map.groupBy(marked, ({ day, session, halfDays, classId }) =>
    halfDays > 0 ? `${day} ${session}` : `${day} ${session} ${classId}`,
  );
  return [...bySession.values()].flatMap((same) =>
    same
      .toSorted((one, other) => (one.mark?.hlc ?? -1) - (other.mark?.hlc ?? -1))
      .map((each, index) => ({ ...each, counts: index === same.length - 1 })),
  );
}

/** What the school is measured by, and how many half days are one of what people count. */
export function measureOf(pack: CodePack): { readonly measure: AbsenceMeasure; readonly perUnit: number } {
  const [measure] = pack.measures;
  assert(measure !== undefined, 'a code pack has a measure');
  return { measure, perUnit: measure.unit === 'day' ? 2 : 1 };
}

/** The rate over the whole year at this school: leaving and coming back makes no session possible that was not expected. */
function rateOf(sessions: readonly StudentSession[], pack: CodePack): StudentAttendance['rate'] {
  const { measure, perUnit } = measureOf(pack);
  const totals = attendanceTotals(sessions, pack);
  const standing = absenceStanding(totals, measure);
  return {
    possible: totals.possible / perUnit,
    absent: (totals.authorised + totals.unauthorised) / perUnit,
    unexplained: totals.unauthorised / perUnit,
    late: totals.late,
    percentText: percentText(absenceRate(totals), thresholdsOf(measure)) ?? null,
    band: absenceBand(totals, measure)?.title ?? null,
    threshold:
      standing === undefined
        ? null
        : {
            percent: standing.threshold.fromPercent,
            title: standing.threshold.title,
            reached: standing.isReached,
          },
  };
}

/** In the order of the days, and of the sessions in a day. */
function expectedSessions(
  unit: QueryUnit,
  student: StudentId,
  years: SchoolYears,
  calendar: SchoolCalendar,
): readonly ExpectedSession[] {
  const spells = listClassSpells(unit.db, unit.scope, student, unit.today);
  return schoolDaysBetween(calendar, calendar.schoolYear.beginDay, unit.today).flatMap((day) => {
    const held = sessionsOn(calendar, day);
    const ofDay = classesOn(spells, day).flatMap((each) =>
      sessionsOfClass(each, years, calendar, day).map(({ session, halfDays }) => ({
        day,
        classId: each.id,
        classTitle: each.title,
        session,
        halfDays,
      })),
    );
    const placeOf = ({ session }: ExpectedSession): number =>
      held.findIndex((each) => each.session === session);
    return ofDay.toSorted((one, other) => placeOf(one) - placeOf(other));
  });
}

/** Each class once, though its enrolments may overlap. */
function classesOn(spells: readonly ClassSpell[], day: Day): readonly ClassSpell['class'][] {
  const classes = new Map<ClassId, ClassSpell['class']>();
  for (const { class: each, beginDay, endDay } of spells) {
    if (beginDay <= day && (endDay === '' || day < endDay)) classes.set(each.id, each);
  }
  return [...classes.values()];
}

function readCells(
  unit: QueryUnit,
  student: StudentId,
  expected: readonly ExpectedSession[],
): Map<string, Cell<SaidMark>> {
  const cells = new Map<string, Cell<SaidMark>>();
  const registers = Map.groupBy(expected, ({ classId, session }) => `${classId} ${session}`);
  for (const group of registers.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const { classId, session } = first;
    const facts = readMarksOfStudent(unit.db, unit.scope, student, {
      classId,
      session,
      days: group.map(({ day }) => day),
    });
    // Facts come oldest first, so that of each column the newest stands; a withdrawn mark leaves none.
    for (const { day, column, code, minutes, hlc } of facts) {
      cellAt(cells, `${day} ${classId} ${session}`)[column] = code === null ? null : { code, minutes, hlc };
    }
  }
  return cells;
}

function textOf({ day, classId, session }: ExpectedSession): string {
  return `${day} ${classId} ${session}`;
}

function earlier(one: Day, other: Day): Day {
  return one < other ? one : other;
}
