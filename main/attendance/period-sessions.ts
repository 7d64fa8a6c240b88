import type { RegisterSession } from '../../domain/attendance/session.ts';

/** As many as the standard times of a day have room for. */
const mostPeriods = 18;

/**
 * The register sessions of a class's periods: the roster's `3`, `P3` and `Period 3` are `p3`. A period without a number
 * has no register, as its place in the day is not known.
 */
export function periodSessions(periods: readonly string[]): readonly RegisterSession[] {
  return periods.flatMap((text): RegisterSession[] => {
    const number = Number(/\d+/.exec(text)?.[0]);
    return number >= 1 && number <= mostPeriods ? [`p${number}`] : [];
  });
}
