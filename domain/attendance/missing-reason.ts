import { addDays } from '../calendar/day.ts';
import { schoolDayAfter, schoolDaysBetween, type SchoolDays } from '../calendar/school-calendar.ts';
import type { Day } from '../ids.ts';
import type { CodePack } from './code-pack.ts';

/** How long an absence has been without a reason, and by when it must have one. */
export interface MissingReason {
  /** School days that have gone by since the absence, its own among them; 0 is today. */
  readonly sinceDays: number;
  /** The last day on which it may be given a reason; null where no rule says. */
  readonly reasonDueDay: Day | null;
  readonly isOverdue: boolean;
}

/**
 * What holds on `today` for an absence of `absentOn` that lacks a reason.
 *
 * School days are counted on into the next year; where that is not known yet, the last school day of all is the last one: a
 * reason does not wait for a calendar. Source: the code pack's `reasonWithinSchoolDays`.
 */
export function missingReason(
  days: SchoolDays,
  { reasonWithinSchoolDays: within }: Pick<CodePack, 'reasonWithinSchoolDays'>,
  absentOn: Day,
  today: Day,
): MissingReason {
  const reasonDueDay =
    within === null ? null : (schoolDayAfter(days, absentOn, within) ?? days.schoolDays.at(-1) ?? null);
  return {
    sinceDays: schoolDaysBetween(days, absentOn, addDays(today, -1)).length,
    reasonDueDay,
    isOverdue: reasonDueDay !== null && reasonDueDay < today,
  };
}
