import { expect, test } from 'vitest';
import { nextPlace } from '../../renderer/attendance/use-arrow-rows.ts';

const place = { row: 1, place: 1, rows: 3 };

test.each(['ltr', 'rtl'] as const)('up, down, Home and End lead from row to row in %s', (dir) => {
  const to = (key: string) => nextPlace(key, place, dir)?.row;
  expect(['ArrowUp', 'ArrowDown', 'Home', 'End'].map(to)).toEqual([0, 2, 0, 2]);
});

test.each([
  ['ltr', 'ArrowRight', 2],
  ['ltr', 'ArrowLeft', 0],
  ['rtl', 'ArrowRight', 0],
  ['rtl', 'ArrowLeft', 2],
] as const)('in %s, %s leads to the link at place %i of the row', (dir, key, to) => {
  expect(nextPlace(key, place, dir)).toEqual({ row: 1, place: to });
});
