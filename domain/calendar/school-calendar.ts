import { z } from 'zod';
import type { AttendanceMode } from '../contract/shared.ts';
import { registerSession, type RegisterSession } from '../attendance/session.ts';
import { day, type Day } from '../ids.ts';
import { err, ok, type Result } from '../result.ts';
import { dayTimes, withTimes } from './day-times.ts';
import { addDays, dayNumber, weekdayOf, type Weekday } from './day.ts';
import { isTimeZone } from './local-time.ts';

/** A session as it stands in the calendar. */
export interface CalendarSession {
  readonly session: RegisterSession;
  /** Minutes after midnight, wall clock. The register may be taken from `opensAt` and is due before `closesAt`. */
  readonly opensAt: number;
  readonly closesAt: number;
  /** When it is over, exclusive: the next of its kind begins, or the school day ends. Lunch belongs to the morning. */
  readonly endsAt: number;
  /**
   * How much of the day it stands for in rates: a daily register 2 half days, am and pm 1 each. A period counts 0:
   * it is kept, but the day's rate comes from the day's own register.
   */
  readonly halfDays: number;
}

const weekday: z.ZodType<Weekday, number> = z
  .number()
  .refine((value): value is Weekday => Number.isInteger(value) && value >= 1 && value <= 7);

const clockTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5)));

const reason = z.string().min(1).max(200);
const dayRange = { beginDay: day, endDay: day };
const sessionWeight = z.strictObject({
  session: registerSession,
  halfDays: z.union([z.literal(0), z.literal(1), z.literal(2)]),
});

/**
 * A school's calendar for one school year, as stored and as edited. Days are school-local; `endDay` is exclusive
 * everywhere, as in OneRoster.
 */
export const schoolCalendarData = z
  .strictObject({
    timeZone: z.string().refine(isTimeZone, 'unknown time zone'),
    /** The weekday on which a school week begins. */
    weekStartsOn: weekday,
    weekend: z.array(weekday).max(6),
    schoolYear: z.strictObject({ title: z.string().min(1).max(60), ...dayRange }),
    terms: z
      .array(z.strictObject({ title: z.string().min(1).max(60), ...dayRange }))
      .min(1)
      .max(20),
    /** Days without school inside the terms: never more than a year has days. `unplanned` is snow, flood, fire: the registers of that day still exist in England (Y4). */
    closures: z
      .array(z.strictObject({ ...dayRange, reason, kind: z.enum(['planned', 'unplanned']) }))
      .max(400),
    /** Days on which only some sessions are held, each with what it counts for: states differ on minimum days. */
    shortDays: z
      .array(z.strictObject({ day, sessions: z.array(sessionWeight).min(1).max(20), reason }))
      .max(200),
    /** Days that are school days though the rules above say otherwise: a make-up Saturday. */
    extraDays: z.array(z.strictObject({ day, reason })).max(400),
    sessions: z
      .array(sessionWeight.extend({ opensAt: clockTime, closesAt: clockTime, endsAt: clockTime }))
      .min(1)
      .max(20),
    /** The school's own times of these sessions, each from its day on until the next. */
    times: z.array(dayTimes).default([]),
  })
  .superRefine((calendar, context) => {
    const problem = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    for (const range of [calendar.schoolYear, ...calendar.terms, ...calendar.closures]) {
      if (range.endDay <= range.beginDay)
        problem('endDay', `ends ${range.endDay}, not after ${range.beginDay}`);
    }
    const { beginDay, endDay } = calendar.schoolYear;
    if (dayNumber(endDay) - dayNumber(beginDay) > 400) problem('schoolYear', 'is longer than 400 days');
    for (const term of calendar.terms) {
      if (term.beginDay < beginDay || term.endDay > endDay)
        problem('terms', `${term.title} leaves the school year`);
    }
    for (const extra of calendar.extraDays) {
      if (extra.day < beginDay || extra.day >= endDay)
        problem('extraDays', `${extra.day} is outside the school year`);
    }
    const names = calendar.sessions.map(({ session }) => session);
    if (new Set(names).size < names.length) problem('sessions', 'names a session twice');
    for (const { session, opensAt, closesAt, endsAt } of calendar.sessions) {
      if (closesAt <= opensAt) problem('sessions', `${session} closes before it opens`);
      if (endsAt < closesAt) problem('sessions', `${session} ends before its register closes`);
    }
    for (const short of calendar.shortDays) {
      for (const { session } of short.sessions) {
        if (!names.includes(session))
          problem('shortDays', `${short.day} names ${session}, which the school does not hold`);
      }
    }
  });

export type SchoolCalendarData = z.input<typeof schoolCalendarData>;

/** When the school day ends, in minutes: England expects a week of 32.5 hours, from 8:45 to 15:15; ours for other schools too. */
const dayEndsAt = 15 * 60 + 15;
const periodMinutes = 50;

/**
 * The sessions a new school begins with, until it sets its own times: the registers that `mode` asks for.
 *
 * Times and weights are ours, not a rule. `periodCount` is used in `period` mode only: there the day ends with its last
 * period where that is later.
 */
export function standardSessions(mode: AttendanceMode, periodCount: number): SchoolCalendarData['sessions'] {
  if (mode === 'am-pm') {
    return [
      { session: 'am', opensAt: '08:45', closesAt: '09:15', endsAt: '13:00', halfDays: 1 },
      { session: 'pm', opensAt: '13:00', closesAt: '13:30', endsAt: clockText(dayEndsAt), halfDays: 1 },
    ];
  }
  const daily = (endsAt: number) =>
    ({
      session: 'day',
      opensAt: '08:30',
      closesAt: '09:00',
      endsAt: clockText(endsAt),
      halfDays: 2,
    }) as const;
  if (mode === 'daily') return [daily(dayEndsAt)];
  const periods = Array.from({ length: periodCount }, (_, index) => {
    const opens = periodOpensAt(index);
    return {
      session: `p${index + 1}`,
      opensAt: clockText(opens),
      closesAt: clockText(opens + 20),
      endsAt: clockText(periodOpensAt(index + 1)),
      halfDays: 0 as const,
    };
  });
  return [daily(Math.max(dayEndsAt, periodOpensAt(periodCount))), ...periods];
}

/** Minutes after midnight at which the period of that index begins: the one after the last ends the day. */
function periodOpensAt(index: number): number {
  return Math.min(9 * 60 + index * periodMinutes, 24 * 60 - 1);
}

/** School days worked out once, so that questions about a day are look-ups: of one year, or of several (`joinSchoolDays`). */
export interface SchoolDays {
  /** Ascending. */
  readonly schoolDays: readonly Day[];
  readonly sessionsByDay: ReadonlyMap<Day, readonly CalendarSession[]>;
}

/** The calendar of one school year. */
export interface SchoolCalendar extends SchoolDays {
  readonly timeZone: string;
  readonly weekStartsOn: Weekday;
  readonly schoolYear: { readonly title: string; readonly beginDay: Day; readonly endDay: Day };
  readonly terms: readonly { readonly title: string; readonly beginDay: Day; readonly endDay: Day }[];
  /** Why there is no school, for days that a term and the week would make school days. */
  readonly closureByDay: ReadonlyMap<
    Day,
    { readonly reason: string; readonly kind: 'planned' | 'unplanned' }
  >;
}

/** The calendar contradicts itself or is not a calendar; `problems` name the field and what is wrong. */
export interface CalendarInvalid {
  readonly type: 'calendar-invalid';
  readonly problems: readonly string[];
}

/** Checks a calendar and works out its school days. Errors: `calendar-invalid`. */
export function createSchoolCalendar(data: unknown): Result<SchoolCalendar, CalendarInvalid> {
  const parsed = schoolCalendarData.safeParse(data);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    return err({ type: 'calendar-invalid', problems });
  }
  const {
    timeZone,
    weekStartsOn,
    weekend,
    schoolYear,
    terms,
    closures,
    shortDays,
    extraDays,
    sessions,
    times,
  } = parsed.data;
  const timed = times
    .toSorted((one, other) => (one.from < other.from ? 1 : -1))
    .map(({ from, sessions: own }) => ({ from, sessions: withTimes(sessions, own) }));

  const closureByDay = new Map<Day, { reason: string; kind: 'planned' | 'unplanned' }>();
  for (const closure of closures) {
    for (let each = closure.beginDay; each < closure.endDay; each = addDays(each, 1))
      closureByDay.set(each, closure);
  }
  const shortDayByDay = new Map(shortDays.map((short) => [short.day, short]));
  const extra = new Set(extraDays.map((each) => each.day));

  const sessionsByDay = new Map<Day, readonly CalendarSession[]>();
  for (let each = schoolYear.beginDay; each < schoolYear.endDay; each = addDays(each, 1)) {
    const isInTerm = terms.some((term) => term.beginDay <= each && each < term.endDay);
    const isOrdinary = isInTerm && !weekend.includes(weekdayOf(each)) && !closureByDay.has(each);
    if (!isOrdinary && !extra.has(each)) continue;
    const short = shortDayByDay.get(each);
    const held = timed.find(({ from }) => from <= each)?.sessions ?? sessions;
    sessionsByDay.set(each, short === undefined ? held : shortened(held, short.sessions));
  }
  return ok({
    timeZone,
    weekStartsOn,
    schoolYear,
    terms,
    schoolDays: [...sessionsByDay.keys()],
    sessionsByDay,
    closureByDay,
  });
}

/** Whether any session is held on the day. A day outside the school year is none. */
export function isSchoolDay(calendar: SchoolDays, on: Day): boolean {
  return calendar.sessionsByDay.has(on);
}

/** The sessions held on the day in the calendar's order; none when there is no school. */
export function sessionsOn(calendar: SchoolDays, on: Day): readonly CalendarSession[] {
  return calendar.sessionsByDay.get(on) ?? [];
}

/** The school days from `first` to `last`, both included, ascending. */
export function schoolDaysBetween(calendar: SchoolDays, first: Day, last: Day): readonly Day[] {
  const end = countBefore(calendar.schoolDays, addDays(last, 1));
  return calendar.schoolDays.slice(countBefore(calendar.schoolDays, first), end);
}

/**
 * The school day that comes `count` school days after `from`, which need not be one itself.
 * Undefined when the last school year ends before. `count` is 1 or more.
 */
export function schoolDayAfter(calendar: SchoolDays, from: Day, count: number): Day | undefined {
  return calendar.schoolDays[countBefore(calendar.schoolDays, addDays(from, 1)) + count - 1];
}

/**
 * The school days of several years, which ascend by their first day. Of two that overlap, the one that begins later says
 * what the days are that they share.
 */
export function joinSchoolDays(years: readonly SchoolCalendar[]): SchoolDays {
  const sessionsByDay = new Map(
    years.flatMap((year, index) => {
      const later = years.slice(index + 1).map(({ schoolYear }) => schoolYear);
      const isShared = (on: Day): boolean =>
        later.some(({ beginDay, endDay }) => beginDay <= on && on < endDay);
      return [...year.sessionsByDay].filter(([on]) => !isShared(on));
    }),
  );
  return { schoolDays: [...sessionsByDay.keys()].toSorted(), sessionsByDay };
}

function clockText(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

function shortened(
  sessions: readonly CalendarSession[],
  held: readonly { readonly session: RegisterSession; readonly halfDays: number }[],
): readonly CalendarSession[] {
  return sessions.flatMap((session) => {
    const weight = held.find((each) => each.session === session.session);
    return weight === undefined ? [] : [{ ...session, halfDays: weight.halfDays }];
  });
}

/** How many of the ascending days lie before `limit`. */
function countBefore(days: readonly Day[], limit: Day): number {
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((days[middle] ?? limit) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
