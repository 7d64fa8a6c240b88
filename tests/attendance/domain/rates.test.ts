import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  absenceBand,
  absenceRate,
  absenceStanding,
  attendanceRate,
  attendanceTotals,
  percentText,
  reachesShare,
  totalsByWeek,
  type StudentSession,
} from '../../../domain/attendance/rates.ts';
import { addDays } from '../../../domain/calendar/day.ts';
import { day, type Day } from '../../../domain/ids.ts';
import { shippedPack } from './rule-packs.ts';

const england = shippedPack('england');
const us = shippedPack('us');
const begin = day.parse('2025-09-01');

/** One session a day from 1 September, each of the codes in turn; a dot is a session without a mark. */
function sessions(codes: string, halfDays = 1, from: Day = begin): StudentSession[] {
  return codes.split(' ').map((code, index) => ({
    day: addDays(from, index),
    halfDays,
    code: code === '.' ? null : code,
  }));
}

const measureOf = (pack: typeof us) => {
  const [measure] = pack.measures;
  if (measure === undefined) throw new Error('the pack has no measure');
  return measure;
};

function totalsOf(absent: number, possible: number) {
  return {
    possible,
    attended: possible - absent,
    authorised: absent,
    unauthorised: 0,
    notPossible: 0,
    unrecorded: 0,
    unknownCode: 0,
    late: 0,
  };
}

describe('adding up sessions', () => {
  test('A16: present, late and approved activity are attended; the two kinds of absence are kept apart', () => {
    expect(attendanceTotals(sessions('/ L V I G U'), england)).toEqual({
      possible: 6,
      attended: 3,
      authorised: 1,
      unauthorised: 2,
      notPossible: 0,
      unrecorded: 0,
      unknownCode: 0,
      late: 2,
    });
  });

  test('A16: a session that was not possible leaves the denominator', () => {
    const totals = attendanceTotals(sessions('/ I Y4 D X'), england);
    expect([absenceRate(totals), totals.notPossible]).toEqual([{ numerator: 1, denominator: 2 }, 3]);
  });

  test('A16: a session without a mark is not present: it is in no sum', () => {
    const totals = attendanceTotals(sessions('P . A .', 2), us);
    expect([absenceRate(totals), totals.unrecorded]).toEqual([{ numerator: 2, denominator: 4 }, 4]);
  });

  test('half days: an absent morning is half an absent day', () => {
    const [wholeDays] = [sessions('P P P P', 2)];
    const halfDay: StudentSession[] = [
      { day: addDays(begin, 4), halfDays: 1, code: 'I' },
      { day: addDays(begin, 4), halfDays: 1, code: 'P' },
    ];
    expect(absenceRate(attendanceTotals([...wholeDays, ...halfDay], us))).toEqual({
      numerator: 1,
      denominator: 10,
    });
  });

  test('A16: suspension counts to chronic absence, in-school suspension does not', () => {
    expect(absenceRate(attendanceTotals(sessions('SUS ISS P P', 2), us))).toEqual({
      numerator: 2,
      denominator: 8,
    });
  });

  test('A16: someone who left and came back has two totals, each over the own sessions', () => {
    const all = sessions('/ / I I / / / / I /');
    const first = attendanceTotals(all, england, { beginDay: begin, endDay: addDays(begin, 4) });
    const second = attendanceTotals(all, england, { beginDay: addDays(begin, 6), endDay: null });
    expect([absenceRate(first), absenceRate(second)]).toEqual([
      { numerator: 2, denominator: 4 },
      { numerator: 1, denominator: 4 },
    ]);
  });

  test('a code of another pack is set apart, not counted as present', () => {
    expect(attendanceTotals(sessions('P ZZZ', 2), us)).toMatchObject({
      possible: 2,
      attended: 2,
      unknownCode: 2,
    });
  });

  test('the parts always make up the whole', () => {
    const codes = fc.array(fc.constantFrom(...england.codes.map(({ code }) => code), '.', '??'), {
      minLength: 1,
    });
    fc.assert(
      fc.property(codes, (list) => {
        const totals = attendanceTotals(sessions(list.join(' ')), england);
        expect(totals.attended + totals.authorised + totals.unauthorised).toBe(totals.possible);
        expect(totals.possible + totals.notPossible + totals.unrecorded + totals.unknownCode).toBe(
          list.length,
        );
        const { numerator: absent, denominator } = absenceRate(totals);
        expect(absent + attendanceRate(totals).numerator).toBe(denominator);
      }),
    );
  });
});

describe('comparing shares', () => {
  test('A16: 9.96 % is not 10 %', () => {
    expect(reachesShare({ numerator: 249, denominator: 2500 }, 10)).toBe(false);
    expect(reachesShare({ numerator: 250, denominator: 2500 }, 10)).toBe(true);
  });

  test('a share of nothing reaches nothing', () => {
    expect(reachesShare({ numerator: 0, denominator: 0 }, 0)).toBe(false);
  });

  test('agrees with whole-number arithmetic for every share and threshold', () => {
    fc.assert(
      fc.property(
        fc.nat(100_000),
        fc.integer({ min: 1, max: 100_000 }),
        fc.nat(100),
        (numerator, denominator, percent) => {
          const exact = BigInt(numerator) * 100n >= BigInt(percent) * BigInt(denominator);
          expect(reachesShare({ numerator, denominator }, percent)).toBe(exact);
        },
      ),
    );
  });

  test('refuses a threshold that is not whole: that is a bug', () => {
    expect(() => reachesShare({ numerator: 1, denominator: 2 }, 9.5)).toThrow('Bug');
  });
});

describe('showing a share', () => {
  test.each([
    [1, 14, '7.1'],
    [1, 16, '6.3'],
    [1, 2000, '0.1'],
    [0, 30, '0.0'],
    [30, 30, '100.0'],
  ])('%i of %i reads %s', (numerator, denominator, text) => {
    expect(percentText({ numerator, denominator })).toBe(text);
  });

  test('A16: 9.96 % beside a threshold of 10 is not shown as 10.0', () => {
    expect(percentText({ numerator: 249, denominator: 2500 }, [10])).toBe('9.96');
    expect(percentText({ numerator: 249, denominator: 2500 })).toBe('10.0');
    expect(percentText({ numerator: 250, denominator: 2500 }, [10])).toBe('10.0');
  });

  test('a share of nothing is no number', () => {
    expect(percentText({ numerator: 0, denominator: 0 })).toBeUndefined();
  });

  test('never shows a threshold that is not reached', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 800 }),
        fc.nat(800),
        fc.constantFrom(5, 10, 20, 50),
        (denominator, part, percent) => {
          const share = { numerator: Math.min(part, denominator), denominator };
          expect(Number(percentText(share, [percent])) >= percent).toBe(reachesShare(share, percent));
        },
      ),
    );
  });
});

describe('bands', () => {
  test.each([
    [0, 360, 'satisfactory', null],
    [17, 360, 'satisfactory', null],
    [18, 360, 'at-risk', null],
    [249, 2500, 'at-risk', null],
    [36, 360, 'moderate', 'chronic'],
    [72, 360, 'severe', 'chronic'],
  ])('A16: US: %i of %i half days is %s, called %s', (absent, possible, id, flag) => {
    expect(absenceBand(totalsOf(absent, possible), measureOf(us))).toMatchObject({ id, flag });
  });

  test.each([
    [9, 91, 'not-persistent', null],
    [10, 100, 'persistent', 'persistent'],
    [49, 100, 'persistent', 'persistent'],
    [50, 100, 'severe', 'severe'],
  ])('A16: England: %i of %i sessions is %s, called %s', (absent, possible, id, flag) => {
    expect(absenceBand(totalsOf(absent, possible), measureOf(england))).toMatchObject({ id, flag });
  });

  test('nothing possible, or fewer days than the state asks for, gives no band', () => {
    expect(absenceBand(totalsOf(0, 0), measureOf(england))).toBeUndefined();
    expect(absenceBand(totalsOf(30, 59), { ...measureOf(us), minimumHalfDays: 60 })).toBeUndefined();
  });
});

describe('the rate week by week', () => {
  test('each week has the totals of the year to its end, and a week begins on Monday', () => {
    // 1 September 2025 is a Monday.
    const weeks = totalsByWeek(sessions('. P A P P . . A P', 2), us);
    expect(weeks.map(({ week, totals }) => [week, totals.possible, absenceRate(totals)])).toEqual([
      ['2025-09-01', 8, { numerator: 2, denominator: 8 }],
      ['2025-09-08', 12, { numerator: 4, denominator: 12 }],
    ]);
  });

  test('weeks before anything was possible are left out, and the last is the whole year', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('P', 'A', 'T', 'E', '.'), { minLength: 1 }), (codes) => {
        const all = sessions(codes.join(' '), 2);
        const weeks = totalsByWeek(all, us);
        const whole = attendanceTotals(all, us);
        expect(weeks.every(({ totals }) => totals.possible > 0)).toBe(true);
        if (whole.possible > 0) {
          expect(absenceRate(weeks.at(-1)?.totals ?? whole)).toEqual(absenceRate(whole));
        } else expect(weeks).toEqual([]);
      }),
    );
  });
});

describe('the threshold', () => {
  test.each([
    [99, 1000, false],
    [100, 1000, true],
    [9996, 100_000, false],
    [500, 1000, true],
  ])('%s of %s reaches 10 %: %s', (absent, possible, isReached) => {
    for (const pack of [us, england]) {
      const standing = absenceStanding(totalsOf(absent, possible), measureOf(pack));
      expect([standing?.threshold.fromPercent, standing?.isReached]).toEqual([10, isReached]);
    }
  });

  test('nothing is said before the measure has enough half days', () => {
    expect(absenceStanding(totalsOf(1, 1), measureOf(us))).toBeUndefined();
    expect(absenceStanding(totalsOf(0, 0), measureOf(england))).toBeUndefined();
  });
});
