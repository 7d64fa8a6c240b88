import { expect, test } from 'vitest';
import type { Day, StudentId } from '../../domain/ids.ts';
import { pointsOf, thresholdsOf, topOf } from '../../renderer/students/absence-rate.ts';
import {
  chosenCount,
  everybody,
  isChosen,
  nobody,
  toggled,
  withChosen,
} from '../../renderer/students/selection.ts';
import { isNarrowed, noFilter, sortedBy, sortStateOf } from '../../renderer/students/student-filter.ts';

const [a, b, c] = ['a', 'b', 'c'].map((name) => name.repeat(32) as StudentId) as [
  StudentId,
  StudentId,
  StudentId,
];

test('students are chosen one by one or in a run, and turned over again', () => {
  const some = toggled(withChosen(nobody, [a, b]), c);
  expect([a, b, c].map((id) => isChosen(some, id))).toEqual([true, true, true]);
  expect(chosenCount(toggled(some, a), 412)).toBe(2);
});

test('everybody is the whole list, also what was not read, but for those turned over', () => {
  const most = toggled(toggled(everybody, a), b);
  expect([chosenCount(everybody, 412), chosenCount(most, 412)]).toEqual([412, 410]);
  expect([isChosen(most, a), isChosen(most, c)]).toEqual([false, true]);
  expect(chosenCount(withChosen(most, [a, c]), 412)).toBe(411);
});

test('the head of a column sorts by it, and the second time the other way round', () => {
  const once = sortedBy(noFilter, 'grade');
  expect([sortStateOf(once, 'grade'), sortStateOf(once, 'name')]).toEqual(['ascending', 'none']);
  const twice = sortedBy(once, 'grade');
  expect(sortStateOf(twice, 'grade')).toBe('descending');
  expect(sortedBy(twice, 'name')).toEqual(noFilter);
});

test('sorting and leavers narrow nothing; each other field does', () => {
  expect(isNarrowed({ ...noFilter, text: ' ', status: 'left', sort: 'number' })).toBe(false);
  for (const field of ['text', 'grade', 'language'] as const) {
    expect(isNarrowed({ ...noFilter, [field]: 'x' })).toBe(true);
  }
});

function yearOf(...rates: readonly (readonly [number, number])[]) {
  return {
    rate: {
      possible: 0,
      absent: 0,
      unexplained: 0,
      late: 0,
      percentText: '0.0',
      band: null,
      threshold: { percent: 10, title: 'Moderately chronic', reached: false },
    },
    weeks: rates.map(([absent, possible], index) => ({
      week: `2030-01-${String(7 + index * 7).padStart(2, '0')}` as Day,
      absent,
      possible,
      percentText: '',
    })),
    bands: [
      { percent: 0, title: 'Satisfactory' },
      { percent: 5, title: 'At risk' },
      { percent: 10, title: 'Moderately chronic' },
      { percent: 20, title: 'Severely chronic' },
    ],
  };
}

test('the picture always holds the threshold that its title names, and the highest point', () => {
  expect([topOf(yearOf([0, 20])), topOf(yearOf([10, 20])), topOf(yearOf([20, 20]))]).toEqual([12, 55, 100]);
  expect(thresholdsOf(yearOf([0, 20])).map(({ percent }) => percent)).toEqual([5, 10]);
  expect(thresholdsOf(yearOf([5, 20])).map(({ percent }) => percent)).toEqual([5, 10, 20]);
});

test('each week is a point at its exact height', () => {
  expect(pointsOf(yearOf([1, 4], [1, 8]).weeks, (week) => week.slice(5))).toMatchObject([
    { title: '01-07', percent: 25 },
    { title: '01-14', percent: 12.5 },
  ]);
});
