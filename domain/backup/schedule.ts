import { addDays } from '../calendar/day.ts';
import { dayAt, instantOf } from '../calendar/local-time.ts';

const dayMs = 86_400_000;

/** A backup that is said to be later than this from now was made while the clock was ahead: it counts for nothing. */
const aheadMs = 60 * 60_000;
/** Without a backup for so long, and with the desk in use, something is wrong: a day and two hours. */
export const overdueAfterMs = 26 * 60 * 60_000;
/** The desk has to have been open for so long since the last backup: after a holiday it gets its chance first. */
export const overdueAfterUseMs = 60 * 60_000;
/** So long after it was due, a drill that has not been made is an alarm. */
export const drillGraceMs = 7 * dayMs;
/** A second folder that has been away for so long is an alarm. */
export const copyOverdueMs = 7 * dayMs;
/** After so long the recovery sheet should be proven again. */
export const sheetProofMs = 365 * dayMs;
/** W14: no more than this may be lost, and no longer than that may it take to be back. */
export const mostLostMs = 24 * 60 * 60_000;
export const longestRestoreMs = 4 * 60 * 60_000;

/**
 * When the next backup is due, UTC milliseconds: a day after the last one, or the first time after it that the school's clock shows
 * `minutes` after midnight. Now where there is none yet, or where the last one lies ahead of the clock.
 */
export function nextBackupAt(
  lastAtMs: number | null,
  { nowMs, minutes, timeZone }: { nowMs: number; minutes: number | null; timeZone: string },
): number {
  if (lastAtMs === null || lastAtMs > nowMs + aheadMs) return nowMs;
  if (minutes === null) return lastAtMs + dayMs;
  const day = dayAt(lastAtMs, timeZone);
  const sameDay = instantOf(day, minutes, timeZone);
  return sameDay > lastAtMs ? sameDay : instantOf(addDays(day, 1), minutes, timeZone);
}

/** When the next drill is due, UTC milliseconds; now where there has been none. One that failed is due again a day later. */
export function nextDrillAt(
  last: { readonly atMs: number; readonly isProven: boolean } | null,
  { nowMs, everyDays }: { nowMs: number; everyDays: number },
): number {
  if (last === null || last.atMs > nowMs + aheadMs) return nowMs;
  return last.atMs + (last.isProven ? everyDays * dayMs : dayMs);
}
