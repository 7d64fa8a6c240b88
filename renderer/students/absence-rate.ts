import type { StudentAttendance } from './year-table.ts';

/** The rate at the end of one week, as it is drawn. */
export interface RatePoint {
  /** The week as the axis names it. */
  readonly title: string;
  /** In percent, for the height of the point only: what is said of it comes from the exact fraction. */
  readonly percent: number;
  readonly percentText: string;
}

export interface Threshold {
  readonly percent: number;
  readonly title: string;
}

type RateOfYear = Pick<StudentAttendance, 'rate' | 'weeks' | 'bands'>;

/** The points of the line, oldest first. */
export function pointsOf(
  weeks: StudentAttendance['weeks'],
  titleOf: (week: string) => string,
): readonly RatePoint[] {
  return weeks.map(({ week, absent, possible, percentText }) => ({
    title: titleOf(week),
    percent: (absent / possible) * 100,
    percentText,
  }));
}

/**
 * How high the axis goes, in whole percent: above the highest point, and so that the threshold that the finding names is
 * always in the picture.
 */
export function topOf({ rate, weeks }: RateOfYear): number {
  const highest = Math.max(0, ...weeks.map(({ absent, possible }) => (absent / possible) * 100));
  const least = (rate.threshold?.percent ?? 10) * 1.2;
  return Math.min(100, Math.ceil(Math.max(highest + highest / 10, least)));
}

/** The bands that begin inside the picture; the lowest begins at nothing and is no threshold. */
export function thresholdsOf(year: RateOfYear): readonly Threshold[] {
  const top = topOf(year);
  return year.bands.filter(({ percent }) => percent > 0 && percent <= top);
}
