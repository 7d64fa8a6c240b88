import { expect, test } from 'vitest';
import { codesRead, datesRead, type MappedFile } from '../../renderer/roster/mapping-model.ts';

const marks: MappedFile = {
  file: 'marks.csv',
  header: ['Date', 'Student number', 'Mark'],
  rows: 3,
  mapping: {
    kind: 'attendance',
    columns: { date: 'Date', studentNumber: 'Student number', code: 'Mark' },
    dateFormat: 'mdy',
    codes: { Late: 'L', Gone: '', Elsewhere: 'C' },
    year: null,
  },
  origin: 'remembered',
  missing: [],
  samples: [['05/05/2030', '03/04/2030'], ['1'], ['Late', 'Gone']],
  dateFormats: [['dmy', 'mdy'], [], []],
  codes: [[], ['1'], ['Gone', 'Late']],
};

test('a remembered mapping shows how it reads the dates, by a value that could be read in another way', () => {
  expect(datesRead(marks)).toEqual({
    column: 'Date',
    format: 'mdy',
    value: '03/04/2030',
    day: '2030-03-04',
  });
  expect(datesRead({ ...marks, samples: [[], ['1'], []] })).toBeNull();
});

test('a remembered mapping shows what the codes of this file become, and which rows are left out', () => {
  expect(codesRead(marks)).toEqual([
    ['Gone', ''],
    ['Late', 'L'],
  ]);
  expect(codesRead({ ...marks, mapping: { ...marks.mapping, kind: 'schedule' } })).toEqual([]);
});
