import { describe, expect, test } from 'vitest';
import {
  codeForKey,
  codeForMark,
  codeOn,
  codesFor,
  createCodePack,
  isAbsence,
  isAttended,
  markCategoryOf,
  presentCode,
  type CodePackData,
} from '../../../domain/attendance/code-pack.ts';
import { day } from '../../../domain/ids.ts';
import { readPackFile, shippedPack } from './rule-packs.ts';

const england = shippedPack('england');
const us = shippedPack('us');
const march = day.parse('2026-03-03');

describe('the shipped packs', () => {
  test('A16: England counts each code of 19 August 2024 in its statistical category', () => {
    const byCategory = Object.groupBy(codesFor(england, march, 'am'), ({ category }) => category);
    const text = (category: keyof typeof byCategory) =>
      byCategory[category]?.map(({ code }) => code).join(' ');
    expect({
      attending: text('attending'),
      approved: text('approved-activity'),
      authorised: text('authorised'),
      unauthorised: text('unauthorised'),
      notPossible: text('not-possible'),
    }).toEqual({
      attending: '/ L',
      approved: 'K V P W B',
      authorised: 'C C1 C2 M J1 S R T I E',
      unauthorised: 'G N O U',
      notPossible: 'D X Q Y1 Y2 Y3 Y4 Y5 Y6 Y7 Z #',
    });
  });

  test('A16: the US pack gives each code its CEDS status', () => {
    const ceds = Object.groupBy(us.codes, (code) => code.ceds ?? 'state decides');
    expect(
      Object.fromEntries(
        Object.entries(ceds).map(([status, codes]) => [status, codes.map(({ code }) => code).join(' ')]),
      ),
    ).toEqual({
      Present: 'P ISS SA FT',
      UnexcusedAbsence: 'A U',
      ExcusedAbsence: 'E I M SUS Q',
      Tardy: 'T TU',
      EarlyDeparture: 'ED',
      'state decides': 'HH IS N',
    });
  });

  test('every entry is dated, and none claims that anybody has confirmed it', () => {
    for (const pack of [us, england]) {
      for (const source of [...pack.sources, ...pack.measures.flatMap(({ sources }) => sources)]) {
        expect(source).toMatchObject({ checkedDay: '2026-11-21', confirmedBy: null });
      }
    }
  });

  test('an absence is never counted as attended, and a session that was not possible is neither', () => {
    for (const code of [...us.codes, ...england.codes]) {
      expect([isAbsence(code), isAttended(code)].filter(Boolean)).toHaveLength(
        code.category === 'not-possible' ? 0 : 1,
      );
    }
  });
});

describe('dates of use', () => {
  test('a code retired in 2024 still counts for a mark of 2023 and is refused for a new one, naming its successor', () => {
    const before = day.parse('2023-11-06');
    expect(codeOn(england, 'J', before)?.category).toBe('approved-activity');
    expect(codeOn(england, 'J', march)).toBeUndefined();
    expect(codeForMark(england, 'J', march, 'am')).toEqual({
      ok: false,
      error: { type: 'code-not-in-use', code: 'J', replacedBy: ['J1'] },
    });
  });

  test('the change falls between 18 and 19 August 2024', () => {
    expect(codeOn(england, 'H', day.parse('2024-08-18'))?.code).toBe('H');
    expect(codeOn(england, 'H', day.parse('2024-08-19'))).toBeUndefined();
    expect(codeOn(england, 'J1', day.parse('2024-08-18'))).toBeUndefined();
    expect(codeOn(england, 'J1', day.parse('2024-08-19'))?.code).toBe('J1');
  });
});

describe('writing a mark', () => {
  test('refuses a code that the pack does not have', () => {
    expect(codeForMark(us, 'ZZ', march, 'day')).toEqual({
      ok: false,
      error: { type: 'code-unknown', code: 'ZZ' },
    });
  });

  test("refuses the afternoon's present mark in the morning register", () => {
    expect(codeForMark(england, '\\', march, 'am')).toEqual({
      ok: false,
      error: { type: 'code-other-session', code: '\\' },
    });
  });

  test('present is / in the morning, \\ in the afternoon and P in the US', () => {
    expect(presentCode(england, march, 'am')?.code).toBe('/');
    expect(presentCode(england, march, 'pm')?.code).toBe('\\');
    expect(presentCode(us, march, 'p3')?.code).toBe('P');
  });

  test.each([
    ['/', 'pm', '\\'],
    ['\\', 'am', '/'],
    ['j', 'am', 'J1'],
    ['n', 'pm', 'N'],
    ['y', 'am', undefined],
  ] as const)('in England the key %s writes, in the %s register, %s', (key, session, code) => {
    expect(codeForKey(england, key, march, session)?.code).toBe(code);
  });
});

test('a late arrival shows as late even where it counts as absence', () => {
  const shown = (text: string) => {
    const code = codeOn(england, text, march);
    return code && markCategoryOf(code);
  };
  expect(['/', 'L', 'U', 'I', 'N', 'V', 'X'].map(shown)).toEqual([
    'present',
    'late',
    'late',
    'absent-explained',
    'absent-unexplained',
    'present',
    'not-possible',
  ]);
});

describe('an edited pack', () => {
  const edited = (edit: (pack: CodePackData) => void) => {
    const data = readPackFile('us') as CodePackData;
    edit(data);
    const pack = createCodePack(data);
    return pack.ok ? 'accepted' : pack.error.problems.join('; ');
  };

  test('is accepted with a code of the district added', () => {
    expect(
      edited(({ codes }) => {
        const [first] = codes;
        if (first) codes.push({ ...first, code: 'ZW', key: null, isPresent: false });
      }),
    ).toBe('accepted');
  });

  test.each<[string, (pack: CodePackData) => void, RegExp]>([
    ['two codes share a key', ({ codes }) => Object.assign(codes[1] ?? {}, { key: 'P' }), /share the key P/],
    [
      'a code is listed twice',
      ({ codes }) => Object.assign(codes[1] ?? {}, { code: 'P', key: null }),
      /listed twice/,
    ],
    [
      'nothing stands for present',
      ({ codes }) => Object.assign(codes[0] ?? {}, { isPresent: false }),
      /no code stands for present/,
    ],
    [
      'present counts as absence',
      ({ codes }) => Object.assign(codes[0] ?? {}, { category: 'authorised' }),
      /does not count as attending/,
    ],
    [
      'a mark of attendance awaits a reason',
      ({ codes }) => Object.assign(codes[0] ?? {}, { awaitsReason: true }),
      /awaits a reason/,
    ],
    ['a key is a digit', ({ codes }) => Object.assign(codes[0] ?? {}, { key: '1' }), /codes\.0\.key/],
    ['bands do not ascend', ({ measures }) => measures[0]?.bands.reverse(), /begin at 0 and ascend/],
    ['it has a field nobody knows', (pack) => Object.assign(pack, { colour: 'red' }), /colour/],
  ])('is refused when %s', (_, edit, problem) => {
    expect(edited(edit)).toMatch(problem);
  });
});
