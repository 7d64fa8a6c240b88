import { expect, test } from 'vitest';
import { day, type ClassId } from '../../domain/ids.ts';
import {
  daysOf,
  emptyForm,
  kindsOf,
  rangesOf,
  requestOf,
  schoolIdOf,
  withKind,
  type Choices,
} from '../../renderer/exports/export-request.ts';

const choices: Choices = {
  country: 'england',
  mode: 'am-pm',
  today: day.parse('2026-03-03'),
  ranges: [{ title: 'Spring', from: day.parse('2026-01-12'), to: day.parse('2026-03-03') }],
  grades: ['07'],
  classes: [
    { id: '0'.repeat(32) as ClassId, title: '7A', isHomeroom: true },
    { id: '1'.repeat(32) as ClassId, title: 'Weaving', isHomeroom: false },
  ],
};
const form = { ...emptyForm(kindsOf(choices, false), choices) };

test('only who may export rosters is offered them, and Ed-Fi is offered in the US only', () => {
  expect(kindsOf(choices, false)).toEqual(['marks', 'counts']);
  expect(kindsOf({ ...choices, country: 'us' }, true)).toEqual(['roster', 'marks', 'counts', 'ed-fi']);
});

test('opens with the newest term, and offers this month to today and the whole month before', () => {
  expect(requestOf(form, choices)).toEqual({
    format: 'marks',
    from: '2026-01-12',
    to: '2026-03-03',
    grade: null,
    class: null,
    notes: false,
    edFiSchoolId: null,
  });
  expect(rangesOf(choices).slice(0, 2)).toEqual([
    { title: null, from: '2026-03-01', to: '2026-03-03' },
    { title: null, from: '2026-02-01', to: '2026-02-28' },
  ]);
  const newYear = { ...choices, today: day.parse('2026-01-05'), ranges: [] };
  expect(rangesOf(newYear)[1]).toEqual({ title: null, from: '2025-12-01', to: '2025-12-31' });
  expect(daysOf(emptyForm(['marks'], newYear), newYear)).toEqual({ from: '2026-01-01', to: '2026-01-05' });
});

test('days of one’s own must be in order and not in the future', () => {
  const own = (from: string, to: string) =>
    daysOf({ range: 'own', from: day.parse(from), to: day.parse(to) }, choices);
  expect(own('2026-02-01', '2026-02-28')).toEqual({ from: '2026-02-01', to: '2026-02-28' });
  expect([own('2026-03-01', '2026-02-28'), own('2026-03-01', '2026-03-04')]).toEqual([null, null]);
});

test('notes go with marks only, and a class that has no daily register is not counted', () => {
  const noted = { ...form, notes: true, limit: `class ${'1'.repeat(32)}` };
  expect(requestOf(noted, choices)).toMatchObject({ notes: true, class: '1'.repeat(32) });
  const counts = withKind(noted, 'counts', choices);
  expect(requestOf(counts, choices)).toMatchObject({ format: 'counts', notes: false, class: null });
  const homeroom = withKind({ ...noted, limit: `class ${'0'.repeat(32)}` }, 'counts', choices);
  expect(requestOf(homeroom, choices)).toMatchObject({ class: '0'.repeat(32) });
});

test('a school number is digits or nothing; while it is neither, nothing is asked for', () => {
  expect(['', ' 255901 ', '0', 'x', '1.5'].map(schoolIdOf)).toEqual([
    null,
    255901,
    undefined,
    undefined,
    undefined,
  ]);
  const edFi = { ...form, kind: 'ed-fi' as const };
  expect(requestOf({ ...edFi, schoolId: 'x' }, choices)).toBeNull();
  expect(requestOf({ ...edFi, schoolId: '255901' }, choices)).toMatchObject({ edFiSchoolId: 255901 });
});
