import {
  listAcademicSessions,
  listCalendarDays,
  type AcademicSessionRow,
  type CalendarDayRow,
} from '../../db/attendance/calendar-days.ts';
import { listDayTimes } from '../../db/attendance/day-times.ts';
import { createRosterMemory, rosterState, type RosterState } from '../../db/attendance/roster-state.ts';
import type { ReadableDb } from '../../db/handles.ts';
import { listPeriods } from '../../db/people/classes.ts';
import type { DayTimes } from '../../domain/calendar/day-times.ts';
import { addDays, dayNumber, weekdayOf, type Weekday } from '../../domain/calendar/day.ts';
import type { NoSchool } from '../../domain/calendar/no-school.ts';
import {
  createSchoolCalendar,
  isSchoolDay,
  joinSchoolDays,
  standardSessions,
  type SchoolCalendar,
  type SchoolDays,
} from '../../domain/calendar/school-calendar.ts';
import type { Day } from '../../domain/ids.ts';
import { assert } from '../../domain/result.ts';
import type { SchoolFacts } from '../gate/unit.ts';
import { periodSessions } from './period-sessions.ts';

/** Saturday and Sunday. */
export const weekend: readonly Weekday[] = [6, 7];

/** The school's years with their terms and closures, and when each of the roster's terms runs. */
export interface SchoolYears {
  /** Ascending by first day. A year begins where it says, and days between two years belong to none. */
  readonly years: readonly SchoolCalendar[];
  /** The school days of all of them: what is counted from one year into the next. */
  readonly days: SchoolDays;
  readonly termsBySourceId: ReadonlyMap<string, AcademicSessionRow>;
}

const memory = createRosterMemory<SchoolYears>(1);

/**
 * The school's years as the roster's sessions and the calendar entries make them. Kept until one of these changes.
 *
 * A school year comes from a session of that type, with the terms and semesters that fall into it; where the roster names
 * none, the terms of one `schoolYear` make one. Two that overlap would be a fault of the roster: the one that begins
 * later counts on the days they share.
 */
export function readSchoolYears(
  db: ReadableDb,
  school: SchoolFacts,
  state: RosterState = rosterState(db),
): SchoolYears {
  return memory(state, school.id, () => {
    const sessions = listAcademicSessions(db);
    const days = listCalendarDays(db);
    const times = listDayTimes(db).map(({ from, sessions: own }) => ({ from, sessions: own }));
    const periods = listPeriods(db).flatMap((text) => periodSessions([text]));
    const periodCount = Math.max(0, ...periods.map((session) => Number(session.slice(1))));
    const years = spansOf(sessions).map((span) => yearOf(span, sessions, days, times, school, periodCount));
    return {
      years,
      days: joinSchoolDays(years),
      termsBySourceId: new Map(
        sessions.flatMap((row) => (row.sourceId === null ? [] : [[row.sourceId, row] as const])),
      ),
    };
  });
}

/** The calendar of the school year that holds the day; undefined for a day outside of every year. */
export function calendarAt({ years }: SchoolYears, on: Day): SchoolCalendar | undefined {
  return years.findLast(({ schoolYear }) => schoolYear.beginDay <= on && on < schoolYear.endDay);
}

/** The calendar of the newest school year that has begun by the day: in summer the one that has ended. */
export function newestCalendar({ years }: SchoolYears, on: Day): SchoolCalendar | undefined {
  return years.findLast(({ schoolYear }) => schoolYear.beginDay <= on) ?? years[0];
}

/** `readSchoolYears` and `calendarAt` in one. */
export function readCalendar(db: ReadableDb, school: SchoolFacts, around: Day): SchoolCalendar | undefined {
  return calendarAt(readSchoolYears(db, school), around);
}

/**
 * Why there is no school on a day of this school; null when there is. A school before its first import has no year at all, whatever
 * the weekday.
 */
export function closedOn(db: ReadableDb, school: SchoolFacts, on: Day): NoSchool | null {
  const years = readSchoolYears(db, school);
  if (years.years.length === 0) return { type: 'no-year' };
  const calendar = calendarAt(years, on);
  if (calendar !== undefined && isSchoolDay(calendar, on)) return null;
  if (weekend.includes(weekdayOf(on))) return { type: 'weekend' };
  const closure = calendar?.closureByDay.get(on);
  return closure === undefined ? { type: 'outside-year' } : { type: 'closure', reason: closure.reason };
}

interface Span {
  readonly title: string;
  readonly beginDay: Day;
  readonly endDay: Day;
}

/** Longer is no school year but a mistake, or a session of several years. */
const longestYearDays = 400;

function spansOf(sessions: readonly AcademicSessionRow[]): readonly Span[] {
  const named = sessions
    .filter(({ type }) => type === 'schoolYear')
    .flatMap((row) => spanOf([row], row.title));
  const others = Map.groupBy(
    sessions.filter(({ type }) => type !== 'schoolYear'),
    ({ schoolYear }) => schoolYear,
  );
  const derived = [...others].flatMap(([schoolYear, rows]) => spanOf(rows, schoolYear));
  const overlapsNamed = (span: Span): boolean =>
    named.some((year) => year.beginDay < span.endDay && span.beginDay < year.endDay);
  return [...named, ...derived.filter((span) => !overlapsNamed(span))].toSorted((one, other) =>
    `${one.beginDay} ${one.endDay}` < `${other.beginDay} ${other.endDay}` ? -1 : 1,
  );
}

function spanOf(rows: readonly AcademicSessionRow[], title: string): readonly Span[] {
  const [first] = rows.toSorted((one, other) => (one.startDay < other.startDay ? -1 : 1));
  const [last] = rows.toSorted((one, other) => (one.endDay > other.endDay ? -1 : 1));
  if (first === undefined || last === undefined) return [];
  const length = dayNumber(last.endDay) - dayNumber(first.startDay);
  if (length < 1 || length > longestYearDays) return [];
  return [{ title: shortTitle(title), beginDay: first.startDay, endDay: last.endDay }];
}

function yearOf(
  span: Span,
  sessions: readonly AcademicSessionRow[],
  days: readonly CalendarDayRow[],
  times: readonly DayTimes[],
  school: SchoolFacts,
  periodCount: number,
): SchoolCalendar {
  const { beginDay, endDay } = span;
  const inYear = ({ day }: CalendarDayRow): boolean => beginDay <= day && day < endDay;
  const made = createSchoolCalendar({
    timeZone: school.timeZone,
    weekStartsOn: 1,
    weekend,
    schoolYear: span,
    terms: termsOf(span, sessions),
    closures: closuresOf(days.filter((entry) => entry.status === 'closed' && inYear(entry))),
    shortDays: [],
    extraDays: days
      .filter((entry) => entry.status === 'extra' && inYear(entry))
      .map(({ day, reason }) => ({ day, reason })),
    sessions: standardSessions(school.attendance, periodCount),
    times,
  });
  assert(made.ok, 'the stored sessions and days make a calendar');
  return made.value;
}

/** The terms and semesters of the year, cut to it; the whole year where it has none. */
function termsOf(span: Span, sessions: readonly AcademicSessionRow[]): readonly Span[] {
  const terms = sessions
    .filter(({ type }) => type === 'term' || type === 'semester')
    .map(({ title, startDay, endDay }) => ({
      title: shortTitle(title),
      beginDay: startDay < span.beginDay ? span.beginDay : startDay,
      endDay: endDay > span.endDay ? span.endDay : endDay,
    }))
    .filter(({ beginDay, endDay }) => beginDay < endDay);
  // A calendar holds 20 terms: more are the same weeks named again for each grade, and the whole year covers them.
  return terms.length === 0 || terms.length > 20 ? [span] : terms;
}

/** Runs of closed days with one reason, over the weekends between them. */
function closuresOf(closed: readonly { readonly day: Day; readonly reason: string }[]) {
  const runs: { beginDay: Day; endDay: Day; reason: string; kind: 'planned' }[] = [];
  for (const { day, reason } of closed) {
    const run = runs.at(-1);
    if (run?.reason === reason && onlyWeekendBetween(run.endDay, day)) run.endDay = addDays(day, 1);
    else runs.push({ beginDay: day, endDay: addDays(day, 1), reason, kind: 'planned' });
  }
  return runs;
}

function onlyWeekendBetween(from: Day, until: Day): boolean {
  for (let each = from; each < until; each = addDays(each, 1)) {
    if (!weekend.includes(weekdayOf(each))) return false;
  }
  return true;
}

function shortTitle(title: string): string {
  return title.slice(0, 60) || '-';
}
