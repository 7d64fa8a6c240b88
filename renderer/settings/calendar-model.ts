import { addDays, dayNumber, startOfWeek, weekdayOf, type Weekday } from '../../domain/calendar/day.ts';
import { day as daySchema, type Day } from '../../domain/ids.ts';
import type { Output } from '../app/api.ts';

export type SchoolYear = Output<'attendance', 'calendar'>;

/** A month as a table: weeks of seven days, null where another month's would stand. */
export interface Month {
  /** `YYYY-MM`. */
  readonly id: string;
  readonly firstDay: Day;
  readonly weeks: readonly (readonly (Day | null)[])[];
}

export type DayKind =
  | { readonly type: 'school' }
  | { readonly type: 'closed'; readonly reason: string }
  | { readonly type: 'weekend' }
  | { readonly type: 'outside' };

/** Days from `anchor` to `cursor`, both included, in whichever order they were chosen. */
export interface Selection {
  readonly anchor: Day;
  readonly cursor: Day;
}

const daysInWeek = 7;
/** In days. */
const longestHolidays = 120;

/** The months from the first day of the year's sessions to the last; none where there is no session. */
export function monthsOf({ sessions }: SchoolYear, weekStartsOn: Weekday): readonly Month[] {
  const [first] = sessions.map(({ from }) => from).toSorted();
  const last = sessions
    .map(({ to }) => to)
    .toSorted()
    .at(-1);
  if (first === undefined || last === undefined) return [];
  const months: Month[] = [];
  for (let start = monthStart(first); start <= last; start = monthStart(addDays(start, 31))) {
    months.push({ id: start.slice(0, 7), firstDay: start, weeks: weeksOf(start, weekStartsOn) });
  }
  return months;
}

/** What each day of the year is. Terms make school days; where the roster names none, its years do. */
export function dayKinds({ sessions, closures, extraDays }: SchoolYear): (day: Day) => DayKind {
  const terms = sessions.filter(({ type }) => type === 'term' || type === 'semester');
  const spans = terms.length > 0 ? terms : sessions;
  const reasons = new Map(closures.map(({ day, reason }) => [day, reason]));
  const extra = new Set(extraDays.map(({ day }) => day));
  return (day) => {
    if (extra.has(day)) return { type: 'school' };
    if (isWeekend(day)) return { type: 'weekend' };
    const reason = reasons.get(day);
    if (reason !== undefined) return { type: 'closed', reason };
    return { type: spans.some(({ from, to }) => from <= day && day <= to) ? 'school' : 'outside' };
  };
}

/**
 * The school day before or after `from`. Where none follows in that direction up to `last`, that day; without a last one the day
 * next to `from`, as outside every year.
 */
export function schoolDayBeside(year: SchoolYear, from: Day, direction: 1 | -1, last?: Day): Day {
  const kindOf = dayKinds(year);
  const ahead = Array.from({ length: longestHolidays }, (_, index) => addDays(from, (index + 1) * direction));
  return (
    ahead.find((day) => (last === undefined || day <= last) && kindOf(day).type === 'school') ??
    (direction === 1 ? last : undefined) ??
    addDays(from, direction)
  );
}

/** First and last of a selection. */
export function rangeOf({ anchor, cursor }: Selection): { readonly from: Day; readonly to: Day } {
  return anchor <= cursor ? { from: anchor, to: cursor } : { from: cursor, to: anchor };
}

/** Every day from `from` to `to`, both included. */
export function daysBetween(from: Day, to: Day): readonly Day[] {
  return Array.from({ length: dayNumber(to) - dayNumber(from) + 1 }, (_, index) => addDays(from, index));
}

/**
 * Where a key moves the cursor, kept between `first` and `last`; undefined for a key that does not move it. Left and
 * right follow the direction of the page.
 */
export function movedBy(
  key: string,
  cursor: Day,
  {
    first,
    last,
    dir,
    weekStartsOn,
  }: {
    readonly first: Day;
    readonly last: Day;
    readonly dir: 'ltr' | 'rtl';
    readonly weekStartsOn: Weekday;
  },
): Day | undefined {
  const forward = dir === 'ltr' ? 1 : -1;
  const moved = (): Day | undefined => {
    switch (key) {
      case 'ArrowRight':
        return addDays(cursor, forward);
      case 'ArrowLeft':
        return addDays(cursor, -forward);
      case 'ArrowDown':
        return addDays(cursor, daysInWeek);
      case 'ArrowUp':
        return addDays(cursor, -daysInWeek);
      case 'Home':
        return startOfWeek(cursor, weekStartsOn);
      case 'End':
        return addDays(startOfWeek(cursor, weekStartsOn), daysInWeek - 1);
      case 'PageDown':
        return inMonth(monthStart(addDays(monthStart(cursor), 31)), cursor);
      case 'PageUp':
        return inMonth(monthStart(addDays(monthStart(cursor), -1)), cursor);
    }
    return undefined;
  };
  const to = moved();
  if (to === undefined) return undefined;
  return to < first ? first : to > last ? last : to;
}

/** Closures as people enter them: runs of days with one reason, over the weekends between them. */
export function closureRuns({ closures }: SchoolYear): readonly ClosureRun[] {
  const runs: { from: Day; to: Day; reason: string; days: number }[] = [];
  const weekdays = closures.filter(({ day }) => !isWeekend(day));
  for (const { day, reason } of weekdays.toSorted((one, other) => (one.day < other.day ? -1 : 1))) {
    const run = runs.at(-1);
    if (run?.reason === reason && daysBetween(addDays(run.to, 1), addDays(day, -1)).every(isWeekend)) {
      run.to = day;
      run.days += 1;
    } else {
      runs.push({ from: day, to: day, reason, days: 1 });
    }
  }
  return runs;
}

export interface ClosureRun {
  readonly from: Day;
  readonly to: Day;
  readonly reason: string;
  /** Closed days in it. */
  readonly days: number;
}

function isWeekend(day: Day): boolean {
  return weekdayOf(day) >= 6;
}

function monthStart(day: Day): Day {
  return daySchema.parse(`${day.slice(0, 7)}-01`);
}

/** The same day of another month, or that month's last. */
function inMonth(start: Day, like: Day): Day {
  const last = addDays(monthStart(addDays(start, 31)), -1);
  const same = addDays(start, Number(like.slice(8)) - 1);
  return same > last ? last : same;
}

function weeksOf(start: Day, weekStartsOn: Weekday): readonly (readonly (Day | null)[])[] {
  const end = monthStart(addDays(start, 31));
  const weeks: (Day | null)[][] = [];
  for (let weekStart = startOfWeek(start, weekStartsOn); weekStart < end;) {
    const week = daysBetween(weekStart, addDays(weekStart, daysInWeek - 1));
    weeks.push(week.map((day) => (day >= start && day < end ? day : null)));
    weekStart = addDays(weekStart, daysInWeek);
  }
  return weeks;
}
