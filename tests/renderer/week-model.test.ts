import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClassId, Day, StudentId } from '../../domain/ids.ts';
import type { KeyPress, RegisterCode } from '../../renderer/attendance/grid-model.ts';
import {
  cellOf,
  codeInSession,
  columnTotals,
  correctionEffect,
  createWeekGrid,
  isDiffering,
  isInside,
  layBlock,
  placesIn,
  rectangleOf,
  selectAll,
  standingOf,
  weekKeys,
  weekKeyToAction,
  weekMoveBy,
  weekMoveTo,
  type Week,
  type WeekCell,
} from '../../renderer/attendance/week-model.ts';

function code(text: string, more: Partial<RegisterCode> = {}): RegisterCode {
  return {
    code: text,
    meaning: `meaning of ${text}`,
    category: 'absent-explained',
    statisticalCategory: 'authorised',
    key: text,
    takesMinutes: false,
    sessions: null,
    isPresent: false,
    awaitsReason: false,
    mayBePlanned: true,
    ...more,
  };
}

const morning = code('/', { category: 'present', isPresent: true, sessions: ['am'] });
const afternoon = code('\\', { category: 'present', isPresent: true, sessions: ['pm'] });
const ill = code('I');
const noReason = code('N', { category: 'absent-unexplained' });
const transport = code('Y1', { category: 'not-possible', key: null });
const codes = [morning, afternoon, ill, noReason, transport];

const today = '2026-03-03' as Day;
const students = ['a', 'b', 'c'].map((letter) => letter.repeat(32) as StudentId);
const registers = ['2026-03-02', '2026-03-03', '2026-03-04'].flatMap((day) =>
  ['am', 'pm'].map((session) => ({ day: day as Day, session, taken: false })),
);

function cell(teacher: string | null, office: string | null = null): WeekCell {
  const mark = (text: string | null) => {
    const known = codes.find((each) => each.code === text);
    return known === undefined ? null : { code: known.code, category: known.category };
  };
  return {
    teacher: mark(teacher),
    office: mark(office),
    planned: null,
    minutes: null,
    hasNote: false,
    isCorrected: false,
  };
}

/** Two days with marks and one to come; the last student joined on the second day. */
const week: Week = {
  class: 'f'.repeat(32) as ClassId,
  title: '9B',
  teacher: 'Ms Invented',
  days: ['2026-03-02', '2026-03-03', '2026-03-04'].map((day) => ({ day: day as Day, closedBecause: null })),
  registers,
  writes: 'office',
  students: [
    [cell('/'), cell('\\'), cell('N', 'I'), cell('N'), cell(null), cell(null)],
    [cell('N'), cell('N'), cell(null), cell('\\'), cell(null), cell(null)],
    [null, null, cell('/'), cell(null), cell(null), cell(null)],
  ].map((cells, row) => ({ id: students[row] ?? ('' as StudentId), name: 'Invented', cells })),
};

describe('the selection', () => {
  const start = createWeekGrid(week, { row: 1, column: 1 });

  test('is the rectangle between the cursor and where Shift was first held', () => {
    const state = weekMoveBy(weekMoveBy(start, -1, 0, true), 0, 2, true);
    expect(rectangleOf(state)).toEqual({ top: 0, bottom: 1, left: 1, right: 3 });
    expect(placesIn(rectangleOf(state))).toHaveLength(6);
    expect(rectangleOf(weekMoveBy(state, 0, 0))).toEqual({ top: 0, bottom: 0, left: 3, right: 3 });
  });

  test('may be everything', () => {
    expect(placesIn(rectangleOf(selectAll(start)))).toHaveLength(18);
  });

  test('never leaves the week, and holds each of its cells once', () => {
    const step = fc.record({
      rows: fc.integer({ min: -4, max: 4 }),
      columns: fc.integer({ min: -9, max: 9 }),
      extend: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const state = steps.reduce(
          (each, { rows, columns, extend }) => weekMoveBy(each, rows, columns, extend),
          start,
        );
        const places = placesIn(rectangleOf(state));
        expect(new Set(places.map(({ row, column }) => `${row} ${column}`)).size).toBe(places.length);
        for (const { row, column } of places) {
          expect(row >= 0 && row < 3 && column >= 0 && column < 6).toBe(true);
        }
        expect(
          places.some((place) => place.row === state.cursor.row && place.column === state.cursor.column),
        ).toBe(true);
      }),
    );
  });
});

describe('a correction', () => {
  const all = placesIn({ top: 0, bottom: 2, left: 0, right: 5 });
  const ask = (wanted: RegisterCode, places = all) =>
    correctionEffect(
      week,
      places.map((place) => ({ ...place, code: wanted })),
      codes,
      today,
    );

  test('counts first what would change, from which codes, what is blank and what is left out', () => {
    const { changes, changed, unchanged, blank, leftOut } = ask(ill);
    expect(changes).toEqual([
      { from: '/', to: 'I', count: 2 },
      { from: '\\', to: 'I', count: 2 },
      { from: 'N', to: 'I', count: 3 },
    ]);
    // Six cells of a day to come, two of a student who had not joined.
    expect({ changed, unchanged, blank, leftOut }).toEqual({
      changed: 7,
      unchanged: 1,
      blank: 2,
      leftOut: 8,
    });
  });

  test('to present is the present of each session', () => {
    expect(codeInSession(codes, morning, 'pm')).toBe(afternoon);
    expect(codeInSession(codes, ill, 'pm')).toBe(ill);
    const { marks } = ask(morning, placesIn({ top: 1, bottom: 1, left: 0, right: 1 }));
    expect(marks.map(({ session, code: text }) => [session, text])).toEqual([
      ['am', '/'],
      ['pm', '\\'],
    ]);
  });

  test('names no cell outside the rectangle, none to come and none that is not there', () => {
    const corner = fc.record({ row: fc.nat(2), column: fc.nat(5) });
    fc.assert(
      fc.property(corner, corner, fc.constantFrom(morning, ill, noReason, transport), (from, to, wanted) => {
        const state = weekMoveTo(createWeekGrid(week, from), to, true);
        const rectangle = rectangleOf(state);
        const { marks, changed, unchanged, blank, leftOut } = ask(wanted, placesIn(rectangle));
        for (const { day, session, student } of marks) {
          const place = {
            row: week.students.findIndex(({ id }) => id === student),
            column: registers.findIndex((each) => each.day === day && each.session === session),
          };
          expect(isInside(rectangle, place)).toBe(true);
          expect(cellOf(week, place)).not.toBeNull();
          expect(day <= today).toBe(true);
        }
        expect(marks).toHaveLength(changed + unchanged + blank);
        expect(changed + unchanged + blank + leftOut).toBe(placesIn(rectangle).length);
      }),
    );
  });
});

describe('a pasted block', () => {
  const toCode = (text: string) => codes.find((each) => each.code === text.toUpperCase());

  test('lies on the cells from the cursor on; empty cells pass theirs over', () => {
    const block = layBlock(
      createWeekGrid(week, { row: 1, column: 4 }),
      [['i', ''], ['zz', 'N', 'N'], ['I']],
      toCode,
    );
    expect(block.asked.map(({ row, column, code: found }) => [row, column, found.code])).toEqual([
      [1, 4, 'I'],
      [2, 5, 'N'],
    ]);
    expect(block.unknown).toEqual(['zz']);
    expect([block.rowsBeyond, block.columnsBeyond]).toEqual([1, 1]);
  });
});

test('the office counts; the two are shown where they differ', () => {
  expect(standingOf(cell('N', 'I'))?.code).toBe('I');
  expect(standingOf(cell('N'))?.code).toBe('N');
  expect(isDiffering(cell('N', 'I'))).toBe(true);
  expect(isDiffering(cell('I', 'I'))).toBe(false);
  expect(isDiffering(cell('N'))).toBe(false);
});

test('the foot counts each student of the class once, and nobody who was not in it', () => {
  const none = {
    present: 0,
    late: 0,
    'absent-explained': 0,
    'absent-unexplained': 0,
    'not-possible': 0,
    blank: 0,
  };
  expect(columnTotals(week).slice(0, 3)).toEqual([
    { ...none, present: 1, 'absent-unexplained': 1 },
    { ...none, present: 1, 'absent-unexplained': 1 },
    { ...none, 'absent-explained': 1, blank: 1, present: 1 },
  ]);
});

describe('keys', () => {
  const plain: KeyPress = { key: '', place: '', shift: false, control: false, alt: false, altGraph: false };
  const { byKey, listedUnder } = weekKeys(week, codes);
  const press = (key: Partial<KeyPress>, direction: 'ltr' | 'rtl' = 'ltr') =>
    weekKeyToAction({ ...plain, ...key }, { direction, byKey, listedUnder });
  const move = (rows: number, columns: number, extend = false) => ({ type: 'move', rows, columns, extend });

  test.each([
    ['an arrow moves', { key: 'ArrowDown' }, move(1, 0)],
    ['Shift and an arrow select', { key: 'ArrowRight', shift: true }, move(0, 1, true)],
    ['a code key corrects', { key: 'i' }, { type: 'correct', code: ill }],
    ['the key of another session means present too', { key: '\\' }, { type: 'correct', code: morning }],
    ['a letter of codes without a key opens the list', { key: 'y' }, { type: 'open-codes', typed: 'Y' }],
    ['another letter says so', { key: 'q' }, { type: 'no-code', key: 'Q' }],
    ['Alt and Down open the list', { key: 'ArrowDown', alt: true }, { type: 'open-codes', typed: '' }],
    ['Alt and W are left to the screen', { key: 'w', alt: true }, undefined],
    ['Enter opens the register', { key: 'Enter' }, { type: 'open-register' }],
    ['Space shows the history', { key: ' ' }, { type: 'open-history' }],
    ['Page Up is the week before', { key: 'PageUp' }, { type: 'week', weeks: -1 }],
    ['Control and A select all', { key: 'a', control: true }, { type: 'select-all' }],
    ['Control and P are left to printing', { key: 'p', control: true }, undefined],
    ['Tab leaves', { key: 'Tab' }, undefined],
    ['a digit is nothing', { key: '3' }, undefined],
  ] as const)('%s', (_, key, action) => {
    expect(press(key)).toEqual(action);
  });

  test('from right to left the left arrow goes on', () => {
    expect(press({ key: 'ArrowLeft' }, 'rtl')).toEqual(move(0, 1));
  });
});
