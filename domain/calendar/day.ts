import type { Day } from '../ids.ts';

/** ISO 8601 weekday: 1 is Monday, 7 is Sunday. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

const weekdays = [1, 2, 3, 4, 5, 6, 7] as const satisfies readonly Weekday[];

/**
 * Counts a day from 1970-01-01, which is 0.
 *
 * A school-local day has no clock and no zone, so plain integers are exact and about a hundred times faster
 * than Temporal; only instants go through Temporal (local-time.ts). Gregorian, after Howard Hinnant's
 * `days_from_civil`.
 */
export function dayNumber(day: Day): number {
  return civilNumber(Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8, 10)));
}

function civilNumber(year: number, month: number, dayOfMonth: number): number {
  const shiftedYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + dayOfMonth - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The day that `dayNumber` counts as `number`. */
export function dayFromNumber(number: number): Day {
  const shifted = number + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const dayOfMonth = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const text = `${pad(year, 4)}-${pad(month, 2)}-${pad(dayOfMonth, 2)}`;
  return text as Day;
}

/** The day `count` days later, or earlier when negative. */
export function addDays(day: Day, count: number): Day {
  return dayFromNumber(dayNumber(day) + count);
}

/** Which day of the week it is. */
export function weekdayOf(day: Day): Weekday {
  // 1970-01-01 was a Thursday.
  const index = (((dayNumber(day) + 3) % 7) + 7) % 7;
  return weekdays[index] ?? 1;
}

/** The first day of the week that holds `day`, for a week that begins on `weekStartsOn`. */
export function startOfWeek(day: Day, weekStartsOn: Weekday): Day {
  return addDays(day, -((weekdayOf(day) - weekStartsOn + 7) % 7));
}

/** The week of the year by ISO 8601: its first is the one that holds the year's first Thursday. */
export function isoWeekOf(day: Day): number {
  const thursday = addDays(startOfWeek(day, 1), 3);
  const newYear = civilNumber(Number(thursday.slice(0, 4)), 1, 1);
  return Math.floor((dayNumber(thursday) - newYear) / 7) + 1;
}

function pad(number: number, length: number): string {
  return String(number).padStart(length, '0');
}
