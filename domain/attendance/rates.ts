import { addDays, weekdayOf } from '../calendar/day.ts';
import type { Day } from '../ids.ts';
import { assert } from '../result.ts';
import {
  codeOn,
  isAttended,
  type AbsenceBand,
  type AbsenceMeasure,
  type AttendanceCode,
  type CodePack,
} from './code-pack.ts';

/** An exact share of two whole numbers. The denominator may be 0: then the share says nothing and reaches nothing. */
export interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}

/** When a student was on roll here. `endDay` is exclusive, as in OneRoster; null leaves the end open. */
export interface EnrolmentWindow {
  readonly beginDay: Day | null;
  readonly endDay: Day | null;
}

/** One session the school held, with the mark that counts for the student, or null where nobody wrote one. */
export interface StudentSession {
  readonly day: Day;
  /** From the calendar: a daily register is 2 half days, am and pm 1 each, a period 0. */
  readonly halfDays: number;
  readonly code: string | null;
}

/** Sums in half days, but for `late`, which counts arrivals. possible = attended + authorised + unauthorised. */
export interface AttendanceTotals {
  readonly possible: number;
  readonly attended: number;
  readonly authorised: number;
  readonly unauthorised: number;
  /** Sessions that were not possible for this student (not required, school closed to them). Not in `possible`. */
  readonly notPossible: number;
  /** Sessions without a mark. They are in no sum: no mark never means present. */
  readonly unrecorded: number;
  /** Sessions whose code the pack does not know. They are in no sum either and must be looked at. */
  readonly unknownCode: number;
  readonly late: number;
}

/**
 * Adds up a student's sessions inside one enrolment.
 *
 * A student who left and came back has two enrolments and so two totals, each over its own possible sessions.
 * Source: DOMAIN 2.1; England counts persistent absence per enrolment over the pupil's own possible sessions.
 */
export function attendanceTotals(
  sessions: Iterable<StudentSession>,
  pack: CodePack,
  window: EnrolmentWindow = { beginDay: null, endDay: null },
): AttendanceTotals {
  const tally = createTally(pack);
  for (const session of sessions) if (isEnrolledOn(window, session.day)) tally.add(session);
  return tally.totals;
}

/** How often one code stood: `marks` counts registers, `halfDays` what they come to. */
export interface CodeCount {
  readonly marks: number;
  readonly halfDays: number;
}

/** Sums that grow session by session, for whoever cannot hold a whole year at once. */
export interface AttendanceTally {
  add(session: StudentSession): void;
  readonly totals: AttendanceTotals;
  /** By the code as it was in use on the day, so that a code that has changed its category counts in each. */
  readonly byCode: ReadonlyMap<AttendanceCode, CodeCount>;
}

/** Begins a tally of one student, or of several together. `attendanceTotals` is this over one student's sessions. */
export function createTally(pack: CodePack): AttendanceTally {
  const totals = {
    possible: 0,
    attended: 0,
    authorised: 0,
    unauthorised: 0,
    notPossible: 0,
    unrecorded: 0,
    unknownCode: 0,
    late: 0,
  };
  const byCode = new Map<AttendanceCode, { marks: number; halfDays: number }>();
  return {
    totals,
    byCode,
    add({ day, halfDays, code: text }) {
      if (text === null) {
        totals.unrecorded += halfDays;
        return;
      }
      const code = codeOn(pack, text, day);
      if (code === undefined) {
        totals.unknownCode += halfDays;
        return;
      }
      let count = byCode.get(code);
      if (count === undefined) byCode.set(code, (count = { marks: 0, halfDays: 0 }));
      count.marks += 1;
      count.halfDays += halfDays;
      if (code.isLate) totals.late += 1;
      if (code.category === 'not-possible') {
        totals.notPossible += halfDays;
        return;
      }
      totals.possible += halfDays;
      if (isAttended(code)) totals.attended += halfDays;
      else if (code.category === 'authorised') totals.authorised += halfDays;
      else totals.unauthorised += halfDays;
    },
  };
}

/** Whether the day lies in the enrolment. */
export function isEnrolledOn({ beginDay, endDay }: EnrolmentWindow, day: Day): boolean {
  return (beginDay === null || beginDay <= day) && (endDay === null || day < endDay);
}

/** The share of the possible half days that was missed, for any reason. */
export function absenceRate({ authorised, unauthorised, possible }: AttendanceTotals): Fraction {
  return { numerator: authorised + unauthorised, denominator: possible };
}

/** The share of the possible half days that was attended. */
export function attendanceRate({ attended, possible }: AttendanceTotals): Fraction {
  return { numerator: attended, denominator: possible };
}

/**
 * Whether the share is at least so many whole percent, compared without rounding: 9.96 % does not reach 10 %.
 * A share of nothing reaches nothing, not even 0 %.
 */
export function reachesShare({ numerator, denominator }: Fraction, percent: number): boolean {
  assert(Number.isInteger(percent), 'thresholds are whole percents');
  return denominator > 0 && numerator * 100 >= percent * denominator;
}

/** Below, at or above 0 as the one share is the smaller, the same or the greater. Neither may be a share of nothing. */
export function compareFractions(one: Fraction, other: Fraction): number {
  return one.numerator * other.denominator - other.numerator * one.denominator;
}

/** Where the bands of a measure begin, in whole percent: what `percentText` must not seem to reach. */
export function thresholdsOf({ bands }: AbsenceMeasure): readonly number[] {
  return bands.map(({ fromPercent }) => fromPercent);
}

/**
 * The share in percent to one decimal, half rounded up, without a sign: `7.1`. Undefined for a share of nothing.
 *
 * Where rounding would show a share at a threshold that it does not reach, further decimals are shown until it no
 * longer does: 9.96 reads `9.96` beside a threshold of 10, not `10.0`. For display only, never to compare.
 */
export function percentText(
  { numerator, denominator }: Fraction,
  thresholds: readonly number[] = [],
): string | undefined {
  if (denominator === 0) return undefined;
  const fraction = { numerator, denominator };
  for (let decimals = 1; ; decimals += 1) {
    const scale = 10 ** decimals;
    const rounded = Math.floor((numerator * 200 * scale + denominator) / (2 * denominator));
    const misleads = thresholds.some(
      (percent) => rounded >= percent * scale && !reachesShare(fraction, percent),
    );
    if (!misleads || decimals === 6) return (rounded / scale).toFixed(decimals);
  }
}

/**
 * The band of the measure that the student's absence falls in; undefined when nothing was possible yet or fewer
 * half days than the measure asks for.
 */
export function absenceBand(totals: AttendanceTotals, measure: AbsenceMeasure): AbsenceBand | undefined {
  return bandOfRate(absenceRate(totals), measure);
}

/** The same for a rate in half days, as `absenceRate` gives it. */
export function bandOfRate(rate: Fraction, measure: AbsenceMeasure): AbsenceBand | undefined {
  if (rate.denominator < measure.minimumHalfDays) return undefined;
  return measure.bands.findLast(({ fromPercent }) => reachesShare(rate, fromPercent));
}

/** Where a student stands against the threshold of the measure: its first band that has a flag. */
export interface AbsenceStanding {
  readonly threshold: AbsenceBand;
  /** Compared without rounding: 9.96 % is below 10 %. */
  readonly isReached: boolean;
}

/** Undefined while nothing was possible, or fewer half days than the measure asks for, and for a measure without a flag. */
export function absenceStanding(
  totals: AttendanceTotals,
  measure: AbsenceMeasure,
): AbsenceStanding | undefined {
  const threshold = measure.bands.find(({ flag }) => flag !== null);
  if (threshold === undefined || totals.possible < measure.minimumHalfDays) return undefined;
  const rate = absenceRate(totals);
  if (rate.denominator === 0) return undefined;
  return { threshold, isReached: reachesShare(rate, threshold.fromPercent) };
}

/** The totals of the year as they stood at the end of a week. */
export interface TotalsToWeek {
  /** The Monday. */
  readonly week: Day;
  readonly totals: AttendanceTotals;
}

/**
 * A student's totals as they grew week by week, oldest first. Sessions come in the order of their days; weeks in which
 * nothing was possible yet are left out.
 */
export function totalsByWeek(sessions: Iterable<StudentSession>, pack: CodePack): readonly TotalsToWeek[] {
  const weeks = Map.groupBy(sessions, ({ day }) => addDays(day, 1 - weekdayOf(day)));
  const shown: TotalsToWeek[] = [];
  let sum = attendanceTotals([], pack);
  for (const [week, ofWeek] of weeks) {
    sum = sumOf(sum, attendanceTotals(ofWeek, pack));
    if (sum.possible > 0) shown.push({ week, totals: sum });
  }
  return shown;
}

function sumOf(one: AttendanceTotals, other: AttendanceTotals): AttendanceTotals {
  return {
    possible: one.possible + other.possible,
    attended: one.attended + other.attended,
    authorised: one.authorised + other.authorised,
    unauthorised: one.unauthorised + other.unauthorised,
    notPossible: one.notPossible + other.notPossible,
    unrecorded: one.unrecorded + other.unrecorded,
    unknownCode: one.unknownCode + other.unknownCode,
    late: one.late + other.late,
  };
}
