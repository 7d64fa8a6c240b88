import { dayNumber, startOfWeek } from '../calendar/day.ts';
import { dayAt } from '../calendar/local-time.ts';
import type { Day } from '../ids.ts';
import { err, ok, type Result } from '../result.ts';

// W13: which backups are kept. Days, weeks (Monday to Sunday) and months are the school's own.

/** Of so many last days, today among them, every backup is kept. */
export const keepAllDays = 7;
/** Of so many last days, today among them, the newest backup of each is kept. */
export const keepDailyDays = 35;
/** Of so many last weeks, this one among them, the newest backup of each is kept. */
export const keepWeeklyWeeks = 53;
/** Of this month and so many before it, the newest backup of each is kept: seven years. */
export const keepMonthlyMonths = 84;

/** A clock that is this much further than it has been seen so far is not believed: longer than any summer. */
export const clockLeapMs = 100 * 86_400_000;
/** What is said to be made later than this from now was made while the clock was ahead. */
const aheadMs = 60 * 60_000;

/** What thinning has to know of a backup. */
export interface ThinnedBackup {
  readonly name: string;
  /** When it was made, UTC milliseconds. */
  readonly atMs: number;
  /** A drill has restored it. */
  readonly isProven: boolean;
}

/**
 * Why a backup is kept. `newest`: the newest of all; `proven`: the newest that a drill has restored; `ahead`: it says that it was made
 * later than now; `recent`, `day`, `week`, `month`: by the rule of that name.
 */
export const keepRules = ['newest', 'recent', 'day', 'week', 'month', 'proven', 'ahead'] as const;
export type KeepRule = (typeof keepRules)[number];

export interface KeptBackup {
  readonly name: string;
  readonly rule: KeepRule;
}

export interface ThinningPlan {
  /** The newest first. */
  readonly kept: readonly KeptBackup[];
  /** Names, the oldest first: whoever stops on the way has removed the oldest. */
  readonly removed: readonly string[];
}

/** The clock has gone on by more than `clockLeapMs` at once: by it nothing may be removed. */
export interface ClockLeapt {
  readonly type: 'clock-leapt';
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Decides which backups are kept and why.
 *
 * A backup is kept when at least one rule keeps it, each rule looking at all backups: so what one run keeps for a day is still there when it
 * is wanted for the month, and thinning every day gives the same as thinning once. Never removed: the newest, the newest that a drill has
 * proven, what lies ahead of the clock.
 *
 * `trustedMs` is the latest time that the clock is believed to have shown; null before anything has been seen.
 * Errors: `clock-leapt` when now is further from it than any pause in the use of a school's computer explains.
 */
export function planThinning(
  backups: readonly ThinnedBackup[],
  clock: { readonly nowMs: number; readonly trustedMs: number | null; readonly timeZone: string },
): Result<ThinningPlan, ClockLeapt> {
  const { nowMs, trustedMs, timeZone } = clock;
  if (trustedMs !== null && nowMs > trustedMs + clockLeapMs) {
    return err({ type: 'clock-leapt', fromMs: trustedMs, toMs: nowMs });
  }
  const today = dayAt(nowMs, timeZone);
  const newestFirst = backups.toSorted((a, b) => b.atMs - a.atMs || (a.name < b.name ? 1 : -1));
  const past = newestFirst.filter(({ atMs }) => atMs <= nowMs + aheadMs);
  const newest = past[0]?.name;
  const proven = past.find(({ isProven }) => isProven)?.name;
  const seen = new Set<string>();
  const isFirstOf = (period: string): boolean => {
    const isFirst = !seen.has(period);
    seen.add(period);
    return isFirst;
  };

  const kept: KeptBackup[] = [];
  const removed: string[] = [];
  for (const { name, atMs } of newestFirst) {
    if (atMs > nowMs + aheadMs) {
      kept.push({ name, rule: 'ahead' });
      continue;
    }
    const day = dayAt(atMs, timeZone);
    const daysAgo = dayNumber(today) - dayNumber(day);
    // Each period's first is noted whether or not another rule keeps the backup already.
    const rules: readonly (readonly [KeepRule, boolean])[] = [
      ['newest', name === newest],
      ['recent', daysAgo < keepAllDays],
      ['day', isFirstOf(day) && daysAgo < keepDailyDays],
      ['week', isFirstOf(`week ${startOfWeek(day, 1)}`) && weeksBetween(day, today) < keepWeeklyWeeks],
      ['month', isFirstOf(day.slice(0, 7)) && monthsBetween(day, today) <= keepMonthlyMonths],
      ['proven', name === proven],
    ];
    const rule = rules.find(([, holds]) => holds)?.[0];
    if (rule === undefined) removed.unshift(name);
    else kept.push({ name, rule });
  }
  return ok({ kept, removed });
}

function weeksBetween(day: Day, today: Day): number {
  return (dayNumber(startOfWeek(today, 1)) - dayNumber(startOfWeek(day, 1))) / 7;
}

function monthsBetween(day: Day, today: Day): number {
  return monthNumber(today) - monthNumber(day);
}

function monthNumber(day: Day): number {
  return Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7));
}
