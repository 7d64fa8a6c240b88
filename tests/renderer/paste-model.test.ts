import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StudentId } from '../../domain/ids.ts';
import { createGrid, moveTo, type RegisterCode } from '../../renderer/attendance/grid-model.ts';
import {
  guessReading,
  layPasted,
  readClipboard,
  textToCode,
  type PasteReading,
} from '../../renderer/attendance/paste-model.ts';

function code(text: string, meaning: string, more: Partial<RegisterCode> = {}): RegisterCode {
  return {
    code: text,
    meaning,
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

const codes = [
  code('/', 'Present in the morning', { isPresent: true, sessions: ['am'] }),
  code('\\', 'Present in the afternoon', { isPresent: true, sessions: ['pm'] }),
  code('L', 'Late, before the register closed', { takesMinutes: true }),
  code('I', 'Illness, not an appointment'),
  code('M', 'Medical or dental appointment'),
  code('C', 'Leave of absence in exceptional circumstances'),
  code('C1', 'Regulated performance', { key: null }),
];

const names = [
  { id: 'a'.repeat(32) as StudentId, name: 'Chidi Abara' },
  { id: 'b'.repeat(32) as StudentId, name: 'Zoë O’Brien-Smith' },
  { id: 'c'.repeat(32) as StudentId, name: 'Nasreen' },
  { id: 'd'.repeat(32) as StudentId, name: 'محمد علی' },
];
const [abara, obrien, nasreen, ali] = names.map(({ id }) => id) as [
  StudentId,
  StudentId,
  StudentId,
  StudentId,
];

function into(row = 0, session = 'am', students = names) {
  const grid = createGrid(
    students.map(({ id }) => id),
    new Map(),
    'office',
  );
  return { state: moveTo(grid, row, 'office'), names: students, codes, session };
}

/** What a clipboard comes to: whom each line is about, its code, and why it is not written. */
function laid(clipboard: string, place = into(), reading: Partial<PasteReading> = {}) {
  const rows = readClipboard(clipboard);
  const { lines } = layPasted(rows, { ...guessReading(rows, place), ...reading }, place);
  return lines.map(({ student, code: found, problem }) => [student, found?.code, problem]);
}

describe('a copied column', () => {
  test('falls on the students in order from the cursor down, an empty cell passes one over', () => {
    expect(laid('i\r\n\r\nL\r\n', into(1))).toEqual([
      [obrien, 'I', null],
      [ali, 'L', null],
    ]);
  });

  test('may have a heading, and a mark that the register does not know is none', () => {
    expect(laid('Mark\nI\nL')).toEqual([
      [abara, 'I', null],
      [obrien, 'L', null],
    ]);
    expect(laid('X\nI')).toEqual([
      [abara, undefined, 'no-code'],
      [obrien, 'I', null],
    ]);
    expect(laid('Mark\nI', into(), { hasHeader: false })[1]).toEqual([obrien, 'I', null]);
  });

  test('says which lines there are no students for', () => {
    expect(laid('I\nI\nI', into(2))).toEqual([
      [nasreen, 'I', null],
      [ali, 'I', null],
      [null, 'I', 'beyond'],
    ]);
  });
});

describe('copied columns', () => {
  test('go by name, whatever the order, accents and case of its parts', () => {
    const clipboard = 'Student\tClass\tAM\nO’BRIEN-SMITH, ZOE\t9B\tI\nAbara, Chidi\t9B\t/\nعلی محمد\t9B\tL';
    expect(laid(clipboard)).toEqual([
      [obrien, 'I', null],
      [abara, '/', null],
      [ali, 'L', null],
    ]);
  });

  test('say whose name is not in the register, twice in the list, or that of several', () => {
    const twins = [...names, { id: 'e'.repeat(32) as StudentId, name: 'Abara Chidi' }];
    expect(laid('Nobody Known\tI\nNasreen\tI\nNasreen\tL\nChidi Abara\tI', into(0, 'am', twins))).toEqual([
      [null, 'I', 'no-student'],
      [nasreen, 'I', null],
      [nasreen, 'L', 'twice'],
      [null, 'I', 'same-name'],
    ]);
  });

  test('take the column with most codes, and can be told another', () => {
    const clipboard = 'Nasreen\tI\t\nChidi Abara\tI\tL';
    expect(laid(clipboard)).toEqual([
      [nasreen, 'I', null],
      [abara, 'I', null],
    ]);
    expect(laid(clipboard, into(), { codeColumn: 2 })).toEqual([[abara, 'L', null]]);
  });
});

describe('a cell', () => {
  test.each([
    ['i', 'am', 'I'],
    ['c1', 'am', 'C1'],
    ['/', 'pm', '\\'],
    ['Illness', 'am', 'I'],
    ['medical or dental appointment', 'am', 'M'],
    ['Present', 'am', '/'],
    ['P', 'am', undefined],
    ['Il', 'am', undefined],
    ['', 'am', undefined],
  ])('%s in %s is %s', (cell, session, expected) => {
    expect(textToCode(codes, session, cell)?.code).toBe(expected);
  });

  test('may be quoted and hold a line end; a stray quote is text', () => {
    expect(readClipboard('"I\nsick"\tL\r\nM')).toEqual([['I sick', 'L'], ['M']]);
    expect(readClipboard('5" of snow\nI')).toEqual([['5" of snow'], ['I']]);
    expect(readClipboard('"never ends\nI')).toEqual([['"never ends'], ['I']]);
  });
});

test('whatever is pasted, every line that is written is about another student of the register', () => {
  const cell = fc.constantFrom('I', 'L', '/', '', 'Nasreen', 'Abara Chidi', 'Mark', '?', '"', 'C1');
  fc.assert(
    fc.property(fc.array(fc.array(cell, { maxLength: 4 }), { maxLength: 8 }), fc.nat(3), (table, row) => {
      const place = into(row);
      const rows = readClipboard(table.map((line) => line.join('\t')).join('\n'));
      const { lines } = layPasted(rows, guessReading(rows, place), place);
      const written = lines.filter(({ problem }) => problem === null);
      for (const { student, code: found } of written) {
        expect(names.some(({ id }) => id === student)).toBe(true);
        expect(found).toBeDefined();
      }
      expect(new Set(written.map(({ student }) => student)).size).toBe(written.length);
    }),
  );
});
