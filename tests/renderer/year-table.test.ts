import { expect, test } from 'vitest';
import type { Day } from '../../domain/ids.ts';
import {
  toMonths,
  withoutPeriods,
  type SessionMark,
  type StudentAttendance,
  type StudentDay,
} from '../../renderer/students/year-table.ts';

function mark(session: string, code: string | null): SessionMark {
  return { session, classTitle: '9B', code, meaning: null, category: null, minutes: null, overridden: false };
}

function dayOf(day: string, ...sessions: SessionMark[]): StudentDay {
  return { day: day as Day, sessions };
}

test('a month has a line for each session in the order of the school day', () => {
  const [september] = toMonths([
    dayOf('2025-09-02', mark('p10', 'P'), mark('p2', 'P'), mark('day', 'P')),
    dayOf('2025-09-03', mark('pm', 'P'), mark('am', 'P')),
  ]);
  expect(september?.lines.map(({ session }) => session)).toEqual(['day', 'am', 'pm', 'p2', 'p10']);
});

test('each mark stands under its day, and a day without a register stays empty', () => {
  const months = toMonths([dayOf('2026-02-02', mark('am', '/')), dayOf('2026-02-27', mark('am', null))]);
  expect(months.map(({ month }) => month)).toEqual(['2026-02']);
  const marks = months[0]?.lines[0]?.marks ?? [];
  expect(marks).toHaveLength(28);
  expect(marks[1]?.code).toBe('/');
  expect(marks[26]).toMatchObject({ code: null });
  expect(marks.filter((each) => each !== undefined)).toHaveLength(2);
});

test('February of a leap year has 29 places', () => {
  expect(toMonths([dayOf('2028-02-29', mark('am', '/'))])[0]?.lines[0]?.marks).toHaveLength(29);
});

test('without days there is no month', () => {
  expect(toMonths([])).toEqual([]);
});

test('the periods are left out of the year, with the days that have nothing else; a year without them stays itself', () => {
  const rate = {
    possible: 1,
    absent: 0,
    unexplained: 0,
    late: 0,
    percentText: '0.0',
    band: null,
    threshold: null,
  };
  const year = (...days: StudentDay[]): StudentAttendance => ({
    from: '2025-09-02' as Day,
    to: '2025-09-03' as Day,
    days,
    rate,
    weeks: [],
    bands: [],
  });
  const withPeriods = year(
    dayOf('2025-09-02', mark('day', 'P'), mark('p2', 'A')),
    dayOf('2025-09-03', mark('p1', 'P')),
  );
  expect(withoutPeriods(withPeriods).days).toEqual([dayOf('2025-09-02', mark('day', 'P'))]);
  const halves = year(dayOf('2025-09-02', mark('am', '/'), mark('pm', '\\')));
  expect(withoutPeriods(halves)).toBe(halves);
});
