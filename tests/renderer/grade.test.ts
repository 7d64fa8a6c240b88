import { expect, test } from 'vitest';
import { gradeTitle, placeTitle } from '../../renderer/app/grade.ts';

test('a padded year loses its zeros, and only those', () => {
  expect(['07', '10', '00', 'KG', ''].map(gradeTitle)).toEqual(['7', '10', '0', 'KG', '']);
});

test('a student without homeroom or year: the sentence holds what is known', () => {
  expect(placeTitle({ homeroom: '7B', grade: '07' })).toBe('7B, year 7');
  expect(placeTitle({ homeroom: '', grade: '08' })).toBe('Year 8');
  expect(placeTitle({ homeroom: '7B', grade: '' })).toBe('7B');
  expect(placeTitle({ homeroom: '', grade: '' })).toBe('No year or homeroom');
});
