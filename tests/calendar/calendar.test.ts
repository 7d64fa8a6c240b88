import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { addDays, dayFromNumber, dayNumber, startOfWeek, weekdayOf } from '../../domain/calendar/day.ts';
import { dayAt, instantOf, isTimeZone, localTimeAt } from '../../domain/calendar/local-time.ts';
import {
  createSchoolCalendar,
  isSchoolDay,
  schoolDayAfter,
  schoolDaysBetween,
  sessionsOn,
  standardSessions,
  type SchoolCalendarData,
} from '../../domain/calendar/school-calendar.ts';
import { day } from '../../domain/ids.ts';
import { smallCalendar } from './calendar-data.ts';

const dayNumbers = fc.integer({
  min: dayNumber(day.parse('1600-01-01')),
  max: dayNumber(day.parse('2400-12-31')),
});

describe('day arithmetic', () => {
  test('agrees with Temporal over eight centuries', () => {
    fc.assert(
      fc.property(dayNumbers, fc.integer({ min: -800, max: 800 }), (number, count) => {
        const date = Temporal.PlainDate.from('1970-01-01').add({ days: number });
        const here = dayFromNumber(number);
        expect([here, dayNumber(here), weekdayOf(here), addDays(here, count)]).toEqual([
          date.toString(),
          number,
          date.dayOfWeek,
          date.add({ days: count }).toString(),
        ]);
      }),
    );
  });

  test('a week begins on Monday or on Sunday, as the school says', () => {
    const tuesday = day.parse('2026-03-03');
    expect([startOfWeek(tuesday, 1), startOfWeek(tuesday, 7), startOfWeek(tuesday, 2)]).toEqual([
      '2026-03-02',
      '2026-03-01',
      '2026-03-03',
    ]);
  });
});

describe('school-local time', () => {
  test('the same instant is another day on the other side of the world', () => {
    const instant = Temporal.Instant.from('2026-03-03T04:30:00Z').epochMilliseconds;
    expect([dayAt(instant, 'America/New_York'), dayAt(instant, 'Europe/London')]).toEqual([
      '2026-03-02',
      '2026-03-03',
    ]);
  });

  test.each([
    ['2026-03-08', 'America/New_York', '2026-03-08T12:30:00Z', 510],
    ['2026-11-01', 'America/New_York', '2026-11-01T13:30:00Z', 510],
    ['2026-10-25', 'Europe/London', '2026-10-25T08:50:00Z', 530],
    ['2026-04-05', 'Australia/Lord_Howe', '2026-04-04T22:00:00Z', 510],
  ])(
    'on the day the clocks change, %s in %s, the wall clock still says the time',
    (onDay, zone, utc, minutes) => {
      const instant = Temporal.Instant.from(utc).epochMilliseconds;
      expect([localTimeAt(instant, zone), instantOf(day.parse(onDay), minutes, zone)]).toEqual([
        { day: onDay, minutes },
        instant,
      ]);
    },
  );

  test('a day that begins at one in the morning has no midnight and is still found', () => {
    // Chile's spring change skips midnight.
    const instant = Temporal.Instant.from('2025-09-07T04:00:00Z').epochMilliseconds;
    expect(localTimeAt(instant, 'America/Santiago')).toEqual({ day: '2025-09-07', minutes: 60 });
    expect(dayAt(instant - 1, 'America/Santiago')).toBe('2025-09-06');
  });

  test('agrees with Temporal at any instant in any of these zones, in any order of asking', () => {
    const zones = [
      'America/Los_Angeles',
      'Europe/London',
      'Asia/Karachi',
      'Australia/Lord_Howe',
      'America/Santiago',
    ];
    const year = 366 * 86_400_000;
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: year }).map((ms) => Date.UTC(2026, 0, 1) + ms),
        fc.constantFrom(...zones),
        (instant, zone) => {
          const there = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
          expect(localTimeAt(instant, zone)).toEqual({
            day: there.toPlainDate().toString(),
            minutes: there.hour * 60 + there.minute,
          });
        },
      ),
    );
  });

  test('an unknown zone is recognised', () => {
    expect([isTimeZone('Europe/London'), isTimeZone('Mars/Olympus')]).toEqual([true, false]);
  });
});

function calendarOf(data: SchoolCalendarData) {
  const calendar = createSchoolCalendar(data);
  if (!calendar.ok) throw new Error(calendar.error.problems.join('; '));
  return calendar.value;
}

describe('the school calendar', () => {
  const calendar = calendarOf(smallCalendar);

  test.each([
    ['2026-03-03', true, 'an ordinary Tuesday'],
    ['2026-02-28', false, 'a Saturday'],
    ['2026-02-18', false, 'in the winter break'],
    ['2026-03-05', false, 'the snow day'],
    ['2026-03-07', true, 'the make-up Saturday'],
    ['2025-12-22', false, 'between the terms'],
    ['2026-06-18', true, 'the last day, for the end is exclusive'],
    ['2026-06-19', false, 'the exclusive end, a Friday'],
    ['2027-03-03', false, 'in another year'],
  ])('%s: school is %s, %s', (text, isOpen) => {
    expect(isSchoolDay(calendar, day.parse(text))).toBe(isOpen);
  });

  test('a closure tells its reason and kind', () => {
    expect(calendar.closureByDay.get(day.parse('2026-03-05'))).toMatchObject({
      reason: 'Snow',
      kind: 'unplanned',
    });
  });

  test('a short day holds only its sessions, each at the weight it says', () => {
    const names = (text: string) =>
      sessionsOn(calendar, day.parse(text)).map(({ session, halfDays }) => [session, halfDays]);
    expect([names('2026-03-03'), names('2026-03-04'), names('2026-03-05')]).toEqual([
      [
        ['day', 2],
        ['p1', 0],
      ],
      [['day', 1]],
      [],
    ]);
  });

  test("a school's own times hold from their day until the next, on short days too; sessions without any keep theirs", () => {
    const own = (session: 'day' | 'p1', opensAt: number) => ({
      session,
      opensAt,
      closesAt: opensAt + 10,
      endsAt: opensAt + 60,
    });
    const timed = calendarOf({
      ...smallCalendar,
      times: [
        { from: '2026-03-09', sessions: [own('day', 480), own('p1', 500)] },
        { from: '2026-03-03', sessions: [own('day', 450)] },
      ],
    });
    const opening = (text: string) =>
      sessionsOn(timed, day.parse(text)).map(({ session, opensAt }) => [session, opensAt]);
    expect(['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-06', '2026-03-09'].map(opening)).toEqual([
      [
        ['day', 510],
        ['p1', 540],
      ],
      [
        ['day', 450],
        ['p1', 540],
      ],
      [['day', 450]],
      [
        ['day', 450],
        ['p1', 540],
      ],
      [
        ['day', 480],
        ['p1', 500],
      ],
    ]);
  });

  test('school days between two days include both and skip what is closed', () => {
    expect(schoolDaysBetween(calendar, day.parse('2026-03-04'), day.parse('2026-03-10'))).toEqual([
      '2026-03-04',
      '2026-03-06',
      '2026-03-07',
      '2026-03-09',
      '2026-03-10',
    ]);
    expect(schoolDaysBetween(calendar, day.parse('2026-03-10'), day.parse('2026-03-04'))).toEqual([]);
  });

  test('counts school days forward from any day, and ends with the year', () => {
    expect([
      schoolDayAfter(calendar, day.parse('2026-03-04'), 1),
      schoolDayAfter(calendar, day.parse('2026-02-28'), 5),
      schoolDayAfter(calendar, day.parse('2026-06-17'), 2),
    ]).toEqual(['2026-03-06', '2026-03-07', undefined]);
  });

  test('any two days: the list is what asking day by day gives', () => {
    const offsets = fc.integer({ min: -20, max: 320 });
    const begin = day.parse('2025-09-01');
    fc.assert(
      fc.property(offsets, offsets, (from, length) => {
        const first = addDays(begin, from);
        const last = addDays(first, length);
        const asked = Array.from({ length: length + 1 }, (_, index) => addDays(first, index));
        expect(schoolDaysBetween(calendar, first, last)).toEqual(
          asked.filter((each) => isSchoolDay(calendar, each)),
        );
      }),
    );
  });

  test.each<[string, Partial<SchoolCalendarData>, RegExp]>([
    ['the zone is unknown', { timeZone: 'Mars/Olympus' }, /unknown time zone/],
    ['a day does not exist', { extraDays: [{ day: '2026-02-30', reason: 'x' }] }, /extraDays\.0\.day/],
    [
      'a term leaves the year',
      { terms: [{ title: 'Late', beginDay: '2026-05-01', endDay: '2026-08-01' }] },
      /leaves the school year/,
    ],
    [
      'a closure ends before it begins',
      { closures: [{ beginDay: '2026-02-16', endDay: '2026-02-16', reason: 'x', kind: 'planned' }] },
      /not after/,
    ],
    [
      'a short day names a session the school does not hold',
      { shortDays: [{ day: '2026-03-04', sessions: [{ session: 'am', halfDays: 1 }], reason: 'x' }] },
      /does not hold/,
    ],
    [
      'a session closes before it opens',
      { sessions: [{ session: 'day', halfDays: 2, opensAt: '09:00', closesAt: '08:30', endsAt: '15:00' }] },
      /closes before/,
    ],
    [
      'a session ends while its register is open',
      { sessions: [{ session: 'day', halfDays: 2, opensAt: '08:30', closesAt: '09:00', endsAt: '08:59' }] },
      /ends before its register closes/,
    ],
  ])('is refused when %s', (_, change, problem) => {
    const made = createSchoolCalendar({ ...smallCalendar, ...change });
    expect(made.ok ? '' : made.error.problems.join('; ')).toMatch(problem);
  });

  test.each([
    ['daily', ['day']],
    ['am-pm', ['am', 'pm']],
    ['period', ['day', 'p1', 'p2']],
  ] as const)('A16: a new school in %s mode holds %j, worth one day together', (mode, expected) => {
    const ofMode = calendarOf({ ...smallCalendar, shortDays: [], sessions: standardSessions(mode, 2) });
    const sessions = sessionsOn(ofMode, day.parse('2026-03-03'));
    expect(sessions.map(({ session }) => session)).toEqual(expected);
    expect(sessions.reduce((sum, { halfDays }) => sum + halfDays, 0)).toBe(2);
  });

  test.each([
    ['daily', 0, { day: '15:15' }],
    ['am-pm', 0, { am: '13:00', pm: '15:15' }],
    ['period', 2, { day: '15:15', p1: '09:50', p2: '10:40' }],
    ['period', 8, { day: '15:40', p1: '09:50', p7: '14:50', p8: '15:40' }],
    ['period', 20, { day: '23:59', p20: '23:59' }],
  ] as const)('A16: in %s mode with %d periods the sessions end as %j says', (mode, periods, ends) => {
    const made = standardSessions(mode, periods);
    const endOf = new Map(made.map(({ session, endsAt }) => [session, endsAt]));
    expect(Object.fromEntries(Object.keys(ends).map((session) => [session, endOf.get(session)]))).toEqual(
      ends,
    );
  });
});
