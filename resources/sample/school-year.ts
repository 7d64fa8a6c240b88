import { addDays, startOfWeek, weekdayOf, type Weekday } from '../../domain/calendar/day.ts';
import { standardSessions, type SchoolCalendarData } from '../../domain/calendar/school-calendar.ts';
import type { CountryPack } from '../../domain/contract/shared.ts';
import { day as daySchema, type Day } from '../../domain/ids.ts';
import type { SampleAcademicSession } from './district.ts';
import { itemAt } from './random.ts';
import type { SamplePlace, SampleSchoolPlace } from './places.ts';

interface Break {
  readonly first: Day;
  readonly weeks?: number;
  readonly days?: number;
  readonly reason: string;
  readonly kind?: 'unplanned';
}

export const periodCount = 7;

/**
 * The school year of the sample: 52 weeks, of which 43 lie before the week of `today`.
 *
 * A year-round school, so that whoever opens the sample finds most of a year of marks behind them and school today,
 * in September as well as on a Sunday. Breaks and public holidays stand where the country has them.
 */
export function sampleCalendar(
  country: CountryPack,
  place: SamplePlace,
  school: SampleSchoolPlace,
  today: Day,
): SchoolCalendarData {
  const beginDay = addDays(startOfWeek(today, 1), -43 * 7);
  const endDay = addDays(beginDay, 52 * 7);
  const firstYear = Number(beginDay.slice(0, 4));
  const closures = [firstYear, firstYear + 1]
    .flatMap((year) => (country === 'us' ? americanBreaks(year) : englishBreaks(year)))
    .map(({ first, weeks = 0, days = 0, reason, kind = 'planned' as const }) => ({
      beginDay: first < beginDay ? beginDay : first,
      endDay: earlier(addDays(first, weeks * 7 + days), endDay),
      reason,
      kind,
    }))
    .filter((closure) => closure.beginDay < closure.endDay);

  const isClosed = closures.some((closure) => closure.beginDay <= today && today < closure.endDay);
  return {
    timeZone: place.timeZone,
    weekStartsOn: 1,
    weekend: [6, 7],
    schoolYear: { title: schoolYearTitle(beginDay, endDay), beginDay, endDay },
    terms: [0, 1, 2, 3].map((index) => ({
      title: `Quarter ${index + 1}`,
      beginDay: addDays(beginDay, index * 13 * 7),
      endDay: addDays(beginDay, (index + 1) * 13 * 7),
    })),
    closures,
    shortDays: [],
    extraDays: isClosed || weekdayOf(today) > 5 ? [{ day: today, reason: 'Open for the sample' }] : [],
    sessions: standardSessions(school.mode, periodCount),
  };
}

/** The year and its quarters as roster records. */
export function academicSessionsOf({ schoolYear, terms }: SchoolCalendarData): SampleAcademicSession[] {
  const endYear = schoolYear.endDay.slice(0, 4);
  const year = {
    sourcedId: 'ses-year',
    title: schoolYear.title,
    type: 'schoolYear' as const,
    beginDay: daySchema.parse(schoolYear.beginDay),
    endDay: daySchema.parse(schoolYear.endDay),
    parentSourcedId: null,
    schoolYear: endYear,
  };
  const quarters = terms.map(({ title, beginDay, endDay }, index) => ({
    sourcedId: `ses-quarter-${index + 1}`,
    title,
    type: 'term' as const,
    beginDay: daySchema.parse(beginDay),
    endDay: daySchema.parse(endDay),
    parentSourcedId: year.sourcedId,
    schoolYear: endYear,
  }));
  return [year, ...quarters];
}

function americanBreaks(year: number): Break[] {
  return [
    { first: nthWeekday(year, 1, 1, 3), days: 1, reason: 'Martin Luther King Jr. Day' },
    { first: nthWeekday(year, 2, 2, 2), days: 1, reason: 'Snow', kind: 'unplanned' },
    { first: nthWeekday(year, 2, 1, 3), days: 1, reason: 'Presidents’ Day' },
    { first: nthWeekday(year, 4, 1, 1), weeks: 1, reason: 'Spring break' },
    { first: addDays(nthWeekday(year, 6, 1, 1), -7), days: 1, reason: 'Memorial Day' },
    { first: nthWeekday(year, 7, 1, 1), weeks: 3, reason: 'Summer break' },
    { first: nthWeekday(year, 9, 1, 1), days: 1, reason: 'Labor Day' },
    { first: nthWeekday(year, 10, 1, 2), weeks: 1, reason: 'Fall break' },
    { first: addDays(nthWeekday(year, 11, 4, 4), -1), days: 3, reason: 'Thanksgiving' },
    { first: startOfWeek(dayOf(year, 12, 24), 1), weeks: 2, reason: 'Winter break' },
  ];
}

function englishBreaks(year: number): Break[] {
  return [
    { first: nthWeekday(year, 1, 4, 3), days: 1, reason: 'Burst water main', kind: 'unplanned' },
    { first: nthWeekday(year, 2, 1, 3), weeks: 1, reason: 'Half term' },
    { first: nthWeekday(year, 4, 1, 1), weeks: 2, reason: 'Easter holiday' },
    { first: nthWeekday(year, 5, 1, 1), days: 1, reason: 'Early May bank holiday' },
    { first: nthWeekday(year, 5, 1, 4), weeks: 1, reason: 'Half term' },
    { first: nthWeekday(year, 8, 1, 1), weeks: 3, reason: 'Summer holiday' },
    { first: nthWeekday(year, 9, 1, 1), days: 1, reason: 'Staff training day' },
    { first: nthWeekday(year, 10, 1, 4), weeks: 1, reason: 'Half term' },
    { first: startOfWeek(dayOf(year, 12, 24), 1), weeks: 2, reason: 'Christmas holiday' },
  ];
}

function nthWeekday(year: number, month: number, weekday: Weekday, count: number): Day {
  const first = dayOf(year, month, 1);
  return addDays(first, ((weekday - weekdayOf(first) + 7) % 7) + (count - 1) * 7);
}

function dayOf(year: number, month: number, dayOfMonth: number): Day {
  return daySchema.parse(`${year}-${String(month).padStart(2, '0')}-${String(dayOfMonth).padStart(2, '0')}`);
}

function schoolYearTitle(beginDay: Day, endDay: Day): string {
  const [first, last] = [beginDay.slice(0, 4), endDay.slice(0, 4)];
  return first === last ? first : `${first}/${last.slice(2)}`;
}

function earlier(one: Day, other: Day): Day {
  return itemAt([one, other].toSorted(), 0);
}
