import { expect, it } from 'vitest';
import { day } from '../../domain/ids.ts';
import {
  closureRuns,
  dayKinds,
  monthsOf,
  movedBy,
  rangeOf,
  schoolDayBeside,
  type SchoolYear,
} from '../../renderer/settings/calendar-model.ts';

const d = (text: string) => day.parse(text);
const year: SchoolYear = {
  sessions: [
    { title: '2025/26', type: 'schoolYear', from: d('2025-09-01'), to: d('2026-07-17') },
    { title: 'Autumn', type: 'term', from: d('2025-09-01'), to: d('2025-12-19') },
    { title: 'Spring', type: 'term', from: d('2026-01-05'), to: d('2026-03-27') },
  ],
  closures: [
    { day: d('2025-10-27'), reason: 'Half term' },
    { day: d('2025-10-23'), reason: 'Half term' },
    { day: d('2025-10-24'), reason: 'Half term' },
    { day: d('2025-10-25'), reason: 'Half term' },
    { day: d('2025-10-28'), reason: 'Staff training' },
  ],
  extraDays: [{ day: d('2025-11-08'), reason: 'Make-up day' }],
  schoolDays: 120,
  registerSessions: ['day'],
};
const bounds = { first: d('2025-09-01'), last: d('2026-07-31'), dir: 'ltr', weekStartsOn: 1 } as const;

it('lists each month from the first session to the last once', () => {
  const months = monthsOf(year, 1);
  expect(months.map(({ id }) => id)).toEqual([
    '2025-09',
    '2025-10',
    '2025-11',
    '2025-12',
    '2026-01',
    '2026-02',
    '2026-03',
    '2026-04',
    '2026-05',
    '2026-06',
    '2026-07',
  ]);
});

it('begins the weeks of a month on Monday and leaves the days of other months out', () => {
  const october = monthsOf(year, 1)[1];
  expect(october?.weeks[0]).toEqual([
    null,
    null,
    '2025-10-01',
    '2025-10-02',
    '2025-10-03',
    '2025-10-04',
    '2025-10-05',
  ]);
  expect(october?.weeks.at(-1)).toEqual([
    '2025-10-27',
    '2025-10-28',
    '2025-10-29',
    '2025-10-30',
    '2025-10-31',
    null,
    null,
  ]);
});

it('begins the weeks on Sunday where people do', () => {
  expect(monthsOf(year, 7)[1]?.weeks[0]?.indexOf(d('2025-10-01'))).toBe(3);
  const move = (key: string, from: string) => movedBy(key, d(from), { ...bounds, weekStartsOn: 7 });
  expect([move('Home', '2025-10-31'), move('End', '2025-10-31')]).toEqual(['2025-10-26', '2025-11-01']);
  expect([move('Home', '2025-10-26'), move('End', '2025-10-26')]).toEqual(['2025-10-26', '2025-11-01']);
});

it('shows no month without a session', () => {
  expect(monthsOf({ ...year, sessions: [] }, 1)).toEqual([]);
});

it('tells school days from weekends, closures and days outside the terms', () => {
  const kindOf = dayKinds(year);
  expect(
    [d('2025-10-22'), d('2025-11-08'), d('2025-10-23'), d('2025-10-25'), d('2025-12-22')].map(kindOf),
  ).toEqual([
    { type: 'school' },
    { type: 'school' },
    { type: 'closed', reason: 'Half term' },
    { type: 'weekend' },
    { type: 'outside' },
  ]);
});

it('takes the school year itself for the term where the roster names no terms', () => {
  const kindOf = dayKinds({ ...year, sessions: year.sessions.slice(0, 1) });
  expect(kindOf(d('2025-12-22'))).toEqual({ type: 'school' });
});

it('joins closed days of one reason over the weekend and counts weekdays only', () => {
  expect(closureRuns(year)).toEqual([
    { from: '2025-10-23', to: '2025-10-27', reason: 'Half term', days: 3 },
    { from: '2025-10-28', to: '2025-10-28', reason: 'Staff training', days: 1 },
  ]);
});

it('gives a selection made backwards as a range forwards', () => {
  expect(rangeOf({ anchor: d('2025-10-24'), cursor: d('2025-10-22') })).toEqual({
    from: '2025-10-22',
    to: '2025-10-24',
  });
});

it.each([
  ['ArrowRight', '2025-11-01'],
  ['ArrowLeft', '2025-10-30'],
  ['ArrowDown', '2025-11-07'],
  ['ArrowUp', '2025-10-24'],
  ['Home', '2025-10-27'],
  ['End', '2025-11-02'],
  ['PageDown', '2025-11-30'],
  ['PageUp', '2025-09-30'],
  ['a', undefined],
])('%s moves from 31 October to %s', (key, to) => {
  expect(movedBy(key, d('2025-10-31'), bounds)).toBe(to);
});

it('moves left to the next day where the page reads from right to left', () => {
  expect(movedBy('ArrowLeft', d('2025-10-30'), { ...bounds, dir: 'rtl' })).toBe('2025-10-31');
});

it('stops at the first and the last day that are shown', () => {
  expect([movedBy('ArrowUp', d('2025-09-02'), bounds), movedBy('PageDown', d('2026-07-20'), bounds)]).toEqual(
    ['2025-09-01', '2026-07-31'],
  );
});

it.each([
  ['back over a weekend and half term', '2025-10-29', -1, undefined, '2025-10-22'],
  ['on over half term to the Wednesday', '2025-10-22', 1, undefined, '2025-10-29'],
  ['on to a Saturday with school', '2025-11-07', 1, undefined, '2025-11-08'],
  ['to the last day that may be chosen where it comes first', '2025-10-24', 1, '2025-10-26', '2025-10-26'],
  ['one day where no school day is left', '2026-07-20', 1, undefined, '2026-07-21'],
] as const)('steps %s', (_, from, direction, last, to) => {
  expect(schoolDayBeside(year, d(from), direction, last && d(last))).toBe(to);
});
