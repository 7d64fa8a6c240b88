import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCodePack, counterReasonIds } from '../../../domain/attendance/code-pack.ts';
import {
  awaySpells,
  counterMark,
  counterReasonsFor,
  explainingCode,
  type CounterMovement,
  type CounterRegister,
} from '../../../domain/attendance/counter-marks.ts';
import { day } from '../../../domain/ids.ts';
import { readPackFile, shippedPack } from './rule-packs.ts';

const england = shippedPack('england');
const us = shippedPack('us');
const march = day.parse('2026-03-03');
const at = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

const am: CounterRegister = {
  session: 'am',
  opensAt: at('08:45'),
  closesAt: at('09:15'),
  endsAt: at('13:00'),
  standing: null,
  explainedBy: null,
};
const pm: CounterRegister = {
  session: 'pm',
  opensAt: at('13:00'),
  closesAt: at('13:30'),
  endsAt: at('15:15'),
  standing: null,
  explainedBy: null,
};
const wholeDay: CounterRegister = {
  session: 'day',
  opensAt: at('08:30'),
  closesAt: at('09:00'),
  endsAt: at('15:15'),
  standing: null,
  explainedBy: null,
};
const second: CounterRegister = {
  session: 'p2',
  opensAt: at('09:50'),
  closesAt: at('10:10'),
  endsAt: at('10:40'),
  standing: null,
  explainedBy: null,
};

const came = (clock: string, reason = 'unknown'): CounterMovement => ({
  kind: 'arrival',
  minute: at(clock),
  reason,
});
const left = (clock: string, reason: string, expected: string | null = null): CounterMovement => ({
  kind: 'departure',
  minute: at(clock),
  reason,
  expectedMinute: expected === null ? null : at(expected),
});
const back = (clock: string): CounterMovement => ({ kind: 'return', minute: at(clock) });

const inEngland = (movements: readonly CounterMovement[], explained: string | null = null) =>
  [am, pm].map((register) => {
    const mark = counterMark(
      england,
      march,
      { ...register, standing: explained, explainedBy: explained },
      movements,
    );
    return mark === null ? '-' : `${mark.code}${mark.minutes === null ? '' : ` ${mark.minutes}`}`;
  });
const inUs = (movements: readonly CounterMovement[], register = wholeDay) => {
  const mark = counterMark(us, march, register, movements);
  return mark === null ? '-' : `${mark.code}${mark.minutes === null ? '' : ` ${mark.minutes}`}`;
};

describe('an arrival in England', () => {
  test.each([
    ['at the minute the register opens', '08:45', 'unknown', ['-', '-']],
    ['a minute later', '08:46', 'unknown', ['L 1', '-']],
    ['in its last minute', '09:14', 'overslept', ['L 29', '-']],
    ['in its last minute, from the dentist', '09:14', 'medical', ['L 29', '-']],
    ['at the minute it closes', '09:15', 'overslept', ['U 30', '-']],
    ['after it, from the dentist', '10:20', 'medical', ['M 95', '-']],
    ['when the afternoon opens, without a reason', '13:00', 'unknown', ['N', '-']],
    ['in the afternoon, from the dentist', '13:10', 'medical', ['M', 'L 10']],
    ['after the afternoon register closed', '13:30', 'overslept', ['O', 'U 30']],
  ])('A16: %s', (_when, clock, reason, expected) => {
    expect(inEngland([came(clock, reason)])).toEqual(expected);
  });

  test('A16: the register counts as closed after 30 minutes, however long the school leaves it open', () => {
    const long = { ...am, closesAt: at('10:00') };
    const code = (clock: string) => counterMark(england, march, long, [came(clock)])?.code;
    expect([code('09:14'), code('09:15')]).toEqual(['L', 'U']);
  });
});

describe('an arrival in the US', () => {
  test.each([
    ['when the day begins', '08:30', 'unknown', '-'],
    ['a minute late', '08:31', 'unknown', 'T 1'],
    ['30 minutes late', '09:00', 'overslept', 'T 30'],
    ['31 minutes late', '09:01', 'overslept', 'TU 31'],
    ['31 minutes late with an excuse', '09:01', 'medical', 'T 31'],
    ['in the afternoon', '13:00', 'other', 'TU 270'],
  ])('A16: %s', (_when, clock, reason, expected) => {
    expect(inUs([came(clock, reason)])).toBe(expected);
  });

  test('A16: a period before the arrival was missed whole, its own is late, and those after it are left alone', () => {
    const codes = (clock: string) => inUs([came(clock, 'medical')], second);
    expect(['09:50', '09:51', '10:39', '10:40'].map(codes)).toEqual(['-', 'T 1', 'T 49', 'M']);
  });
});

describe('a departure', () => {
  test.each([
    ['England: after the afternoon register, the day was attended', [left('14:00', 'illness')], ['-', '-']],
    ['England: before the afternoon, for good', [left('11:00', 'illness')], ['-', 'I']],
    ['England: at the minute the afternoon opens', [left('13:00', 'medical')], ['-', 'M']],
    ['England: a minute after it opened', [left('13:01', 'medical')], ['-', '-']],
    [
      'England: expected while the register is open: nothing yet',
      [left('11:00', 'medical', '13:29')],
      ['-', '-'],
    ],
    ['England: expected when it has closed', [left('11:00', 'medical', '13:30')], ['-', 'M']],
    ['England: back before the afternoon', [left('11:00', 'medical', '14:00'), back('13:00')], ['-', '-']],
    ['England: back while the register is open', [left('11:00', 'medical'), back('13:05')], ['-', 'L 5']],
    ['England: back after it closed', [left('11:00', 'other', '13:10'), back('13:45')], ['-', 'U 45']],
    ['England: late, and then away', [came('09:00'), left('11:00', 'medical')], ['L 15', 'M']],
  ])('A16: %s', (_when, movements, expected) => {
    expect(inEngland(movements)).toEqual(expected);
  });

  test.each([
    ['for good', [left('11:00', 'medical')], 'ED 255'],
    ['for good, without an excuse', [left('11:00', 'other')], 'ED 255'],
    ['in the last minute of the day', [left('15:14', 'medical')], 'ED 1'],
    ['at the minute the day ends', [left('15:15', 'medical')], '-'],
    ['after the day ended', [left('16:00', 'illness')], '-'],
    ['and is back in its last minute', [left('14:30', 'other'), back('15:14')], 'ED 44'],
    ['and is back when the day is over', [left('14:50', 'other'), back('15:15')], 'ED 25'],
    ['and is expected, and not back yet', [left('11:00', 'medical', '12:00')], 'ED 255'],
    ['a minute after it began', [left('08:31', 'illness')], 'ED 404'],
    ['and back within 30 minutes', [left('11:00', 'other'), back('11:30')], '-'],
    ['and back after 31 without an excuse', [left('11:00', 'other'), back('11:31')], 'ED 31'],
    ['and back after an hour with one', [left('11:00', 'medical'), back('12:00')], '-'],
    [
      'twice, the second for good',
      [left('11:00', 'medical'), back('12:00'), left('13:00', 'illness')],
      'ED 135',
    ],
  ])('A16: US: leaves %s', (_when, movements, expected) => {
    expect(inUs(movements)).toBe(expected);
  });

  test('A16: US: a period that was left counts the minutes to its end', () => {
    expect(inUs([left('10:00', 'medical')], second)).toBe('ED 40');
    expect(inUs([left('10:00', 'medical', '10:20')], second)).toBe('ED 40');
    expect(inUs([left('10:00', 'medical', '10:20'), back('10:20')], second)).toBe('-');
  });
});

describe('an absence that is explained already', () => {
  test('A16: is not turned into something worse by an arrival without a reason', () => {
    expect(inEngland([came('10:30')], 'I')).toEqual(['-', '-']);
    expect(inUs([came('10:30')], { ...wholeDay, standing: 'M', explainedBy: 'M' })).toBe('T 120');
  });

  test('A16: is written where it was only planned', () => {
    expect(inUs([came('10:30', 'overslept')], { ...second, explainedBy: 'M' })).toBe('T 40');
    expect(counterMark(england, march, { ...am, explainedBy: 'M' }, [came('10:30')])).toEqual({
      code: 'M',
      minutes: 105,
    });
  });

  test('A16: gives way to a student who is there while the register is open', () => {
    expect(inEngland([came('09:00')], 'I')).toEqual(['L 15', '-']);
  });

  test('is one the pack counts as authorised, elsewhere, or not possible; never a late mark', () => {
    const codes = ['I', 'V', 'Y1', 'N', 'U', 'L', '/', 'ZZ', null];
    expect(codes.map((code) => explainingCode(england, march, code))).toEqual([
      'I',
      'V',
      'Y1',
      null,
      null,
      null,
      null,
      null,
      null,
    ]);
  });
});

describe('times out of school', () => {
  test('an arrival that was entered twice is the first, and a return ends every departure before it', () => {
    expect(
      awaySpells([
        came('09:05'),
        came('09:03', 'medical'),
        left('11:00', 'other'),
        left('11:02', 'other'),
        back('12:00'),
      ]),
    ).toEqual([
      { from: null, until: at('09:03'), reason: 'medical', isOver: true },
      { from: at('11:00'), until: at('12:00'), reason: 'other', isOver: true },
      { from: at('11:02'), until: at('12:00'), reason: 'other', isOver: true },
    ]);
  });
});

const minute = fc.integer({ min: 0, max: 1439 });
const reason = fc.constantFrom(...counterReasonIds, 'of a newer pack');
const movement: fc.Arbitrary<CounterMovement> = fc.oneof(
  fc.record({ kind: fc.constant('arrival' as const), minute, reason }),
  fc.record({
    kind: fc.constant('departure' as const),
    minute,
    reason,
    expectedMinute: fc.option(minute, { nil: null }),
  }),
  fc.record({ kind: fc.constant('return' as const), minute }),
);
const register = fc
  .record({
    session: fc.constantFrom('am', 'pm', 'day', 'p1', 'p2'),
    opensAt: fc.integer({ min: 1, max: 1300 }),
    open: fc.integer({ min: 1, max: 60 }),
    rest: fc.integer({ min: 0, max: 300 }),
    standing: fc.constantFrom(null, 'I', 'M', 'N'),
    explainedBy: fc.constantFrom(null, 'I', 'M'),
  })
  .map(({ opensAt, open, rest, ...others }): CounterRegister => ({
    ...others,
    opensAt,
    closesAt: opensAt + open,
    endsAt: opensAt + open + rest,
  }));
const pack = fc.constantFrom(us, england);

describe('for any movements', () => {
  test('A16: a session that was attended whole is never marked', () => {
    fc.assert(
      fc.property(pack, register, fc.array(movement, { maxLength: 6 }), (rules, its, movements) => {
        const end = its.endsAt;
        const isWhole = awaySpells(movements).every(
          ({ from, until }) => (until ?? Infinity) <= its.opensAt || (from ?? -1) >= end,
        );
        fc.pre(isWhole);
        expect(counterMark(rules, march, its, movements)).toBeNull();
      }),
      { numRuns: 2000 },
    );
  });

  test('A16: a session that opens at or after an arrival is never touched by it', () => {
    fc.assert(
      fc.property(pack, register, minute, reason, (rules, its, arrived, why) => {
        fc.pre(arrived <= its.opensAt);
        expect(
          counterMark(rules, march, its, [{ kind: 'arrival', minute: arrived, reason: why }]),
        ).toBeNull();
      }),
    );
  });

  test('A16: what is given is a code of that day and session with minutes that fit, never the one that stands', () => {
    fc.assert(
      fc.property(pack, register, fc.array(movement, { maxLength: 6 }), (rules, its, movements) => {
        const mark = counterMark(rules, march, its, movements);
        if (mark === null) return;
        expect(mark.code).not.toBe(its.standing);
        expect(rules.codes.some(({ code }) => code === mark.code)).toBe(true);
        expect(mark.minutes === null || (mark.minutes >= 0 && mark.minutes < 1440)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('an early departure in the US, for any register and minute', () => {
  const departed = (from: number, why: string, expectedMinute: number | null = null): CounterMovement => ({
    kind: 'departure',
    minute: from,
    reason: why,
    expectedMinute,
  });
  const inOpen = register.map((its) => ({ ...its, standing: null }));
  const within = inOpen
    .filter(({ opensAt, endsAt }) => endsAt > opensAt + 1)
    .chain((its) =>
      fc.record({ its: fc.constant(its), minute: fc.integer({ min: its.opensAt + 1, max: its.endsAt - 1 }) }),
    );

  test('A16: counts every minute to the end of the session, and no other, expected back or not', () => {
    fc.assert(
      fc.property(
        within,
        reason,
        fc.option(minute, { nil: null }),
        ({ its, minute: from }, why, expected) => {
          // The desk refuses who is expected before leaving.
          fc.pre(expected === null || expected > from);
          const mark = counterMark(us, march, its, [departed(from, why, expected)]);
          expect(mark).toEqual({ code: 'ED', minutes: its.endsAt - from });
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('A16: minutes attended and minutes missed are the session together, so each minute later misses one less', () => {
    fc.assert(
      fc.property(within, reason, ({ its, minute: from }, why) => {
        const missed = counterMark(us, march, its, [departed(from, why)])?.minutes ?? 0;
        expect(from - its.opensAt + missed).toBe(its.endsAt - its.opensAt);
      }),
    );
  });

  test('A16: at the end of the session or after it gives nothing', () => {
    fc.assert(
      fc.property(inOpen, fc.integer({ min: 0, max: 600 }), reason, (its, after, why) => {
        expect(counterMark(us, march, its, [departed(its.endsAt + after, why)])).toBeNull();
      }),
    );
  });

  test('A16: a return once the session is over changes nothing in it, and one in time misses only until then', () => {
    fc.assert(
      fc.property(within, reason, fc.nat(400), ({ its, minute: from }, why, later) => {
        const departure = departed(from, why);
        const mark = counterMark(us, march, its, [departure, { kind: 'return', minute: from + later }]);
        if (from + later >= its.endsAt) expect(mark).toEqual(counterMark(us, march, its, [departure]));
        else expect(mark === null || (mark.code === 'ED' && mark.minutes === later)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the rule of the desk in a pack', () => {
  test('has no effect before its first day', () => {
    expect(counterMark(england, day.parse('2024-08-18'), am, [came('10:00')])).toBeNull();
    expect(counterMark(england, day.parse('2024-08-19'), am, [came('10:00')])?.code).toBe('U');
  });

  test('says its sources with their dates, and names for every movement a reason that is not known', () => {
    for (const each of [us, england]) {
      for (const one of each.counter.sources)
        expect(one).toMatchObject({ checkedDay: '2026-11-21', confirmedBy: null });
      expect(counterReasonsFor(each, 'arrival')[0]).toBe('unknown');
      expect(counterReasonsFor(each, 'departure')).not.toContain('overslept');
    }
  });

  test('is refused with a code that the pack does not have', () => {
    const data = readPackFile('us') as { counter: { lateBeforeClose: { excused: string } } };
    data.counter.lateBeforeClose.excused = 'ZZ';
    expect(createCodePack(data)).toMatchObject({
      ok: false,
      error: { problems: ['counter: ZZ is not in use when the rule begins'] },
    });
  });
});
