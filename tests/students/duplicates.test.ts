import { expect, test } from 'vitest';
import type { StudentId } from '../../domain/ids.ts';
import { isOneSlipApart } from '../../domain/people/same-person.ts';
import { filledSchool } from '../support/filled-school.ts';
import type { SchoolStore, StudentFields } from '../support/school-store.ts';

const born = '2018-02-03';

function pairsOf(store: SchoolStore) {
  const { pairs } = store.get({ role: 'attendance-clerk' }, 'students', 'duplicates', {});
  return pairs.map(({ records, reasons }) => [records.map(({ name }) => name).toSorted(), reasons]);
}

test.each<[string, string, StudentFields, string, StudentFields, string[]]>([
  [
    'the same name',
    'Maya Brook',
    { birthDate: born },
    'Maya Bróok',
    { birthDate: born },
    ['birth-date-same-name'],
  ],
  [
    'swapped order',
    'Maya Brook',
    { birthDate: born },
    'Brook Maya',
    { birthDate: born },
    ['birth-date-swapped-name'],
  ],
  [
    'one letter',
    'Maya Brook',
    { birthDate: born },
    'Maja Brook',
    { birthDate: born },
    ['birth-date-similar-name'],
  ],
  [
    'the name that is preferred',
    'Margaret Brook',
    { birthDate: born, preferredGivenName: 'Peggy' },
    'Peggy Brook',
    { birthDate: born },
    ['birth-date-same-name'],
  ],
  [
    'another script',
    'Muhammad Khan',
    { birthDate: born },
    'محمد خان',
    { birthDate: born },
    ['birth-date-other-script'],
  ],
  [
    'the student number',
    'Maya Brook',
    { studentNumber: 'S 1' },
    'Ole Oak',
    { studentNumber: 's 1' },
    ['student-number'],
  ],
  [
    'the national id, however it is written',
    'Maya Brook',
    { nationalId: '12345-1234567-1' },
    'Ole Oak',
    { nationalId: '12345 1234567 1' },
    ['national-id'],
  ],
])('two records of one person are found by %s', (_name, one, ones, other, others, reasons) => {
  const { store } = filledSchool();
  store.addStudent(one, ones);
  store.addStudent(other, others);
  expect(pairsOf(store)).toMatchObject([[expect.arrayContaining([expect.anything()]), reasons]]);
});

test('twins, namesakes of another age, and empty values are none', () => {
  const { store } = filledSchool();
  store.addStudent('Maya Brook', { birthDate: born, nationalId: '' });
  store.addStudent('Noah Brook', { birthDate: born, nationalId: '' });
  store.addStudent('Maya Brooks', { birthDate: '2017-02-03' });
  store.addStudent('Maya Brook ', { birthDate: '' });
  expect(pairsOf(store)).toEqual([]);
});

test('the list says why in words and never shows a date of birth or an id; each student of it is in the audit row', () => {
  const { store, office } = filledSchool();
  const secrets = { birthDate: born, nationalId: '12345-1234567-1', address: '1 Elm Way' };
  const one = store.addStudent('Maya Brook', secrets);
  const other = store.addStudent('Maya Broock', { ...secrets, address: '1 elm way' });
  const answer = store.get(office, 'students', 'duplicates', {});
  expect(answer.pairs.map(({ reasons }) => reasons)).toEqual([['national-id', 'birth-date-similar-name']]);
  const comparison = store.get(office, 'students', 'compareRecords', { one, other });
  expect(comparison.likeness).toEqual({ birthDate: 'same', nationalId: 'same', address: 'same' });
  for (const secret of [born, '12345', 'Elm Way']) {
    expect(JSON.stringify([answer, comparison])).not.toContain(secret);
  }
  const record = store.get({ role: 'school-administrator' }, 'students', 'accessRecord', { student: other });
  expect(record.entries.map(({ procedure }) => procedure)).toEqual([
    'students.compareRecords',
    'students.duplicates',
  ]);
});

test('a pair that was merged is no longer proposed but listed as merged, and is proposed again when it is parted', () => {
  const { store, office } = filledSchool();
  const kept = store.addStudent('Maya Brook', { birthDate: born });
  const merged = store.addStudent('Maya Brook', { birthDate: born, id: 'f'.repeat(32) as StudentId });
  expect(pairsOf(store)).toHaveLength(1);
  store.get(office, 'students', 'merge', { kept, merged });
  const after = store.get(office, 'students', 'duplicates', {});
  expect(after).toMatchObject({
    pairs: [],
    merged: [{ kept: { id: kept }, merged: { id: merged }, by: 'Account of attendance-clerk' }],
  });
  store.get(office, 'students', 'unmerge', { merged });
  expect(pairsOf(store)).toHaveLength(1);
});

test('a pair that somebody called two people is proposed no more, says by whom, and is proposed again when that is taken back', () => {
  const { store, office } = filledSchool();
  const one = store.addStudent('Maya Brook', { birthDate: born });
  const other = store.addStudent('Maya Brook', { birthDate: born, id: 'f'.repeat(32) as StudentId });
  store.get(office, 'students', 'keepApart', { one: other, other: one, apart: true });
  store.get(office, 'students', 'keepApart', { one, other, apart: true });
  const after = store.get(office, 'students', 'duplicates', {});
  expect(after).toMatchObject({ pairs: [], merged: [], apart: [{ by: 'Account of attendance-clerk' }] });
  expect(after.apart[0]?.records.map(({ id }) => id).toSorted()).toEqual([one, other].toSorted());
  store.get(office, 'students', 'keepApart', { one, other, apart: false });
  expect(pairsOf(store)).toHaveLength(1);
  store.get(office, 'students', 'merge', { kept: one, merged: other });
  expect(store.call(office, 'students', 'keepApart', { one, other, apart: true })).toMatchObject({
    error: { type: 'record-merged-already' },
  });
});

test('the comparison shows what each record has and which registers have both', () => {
  const { store, office, teacher, ana, ben, roomA } = filledSchool();
  store.get(teacher, 'attendance', 'mark', {
    day: '2030-01-15',
    class: roomA,
    session: 'day',
    marks: [{ student: ben, code: 'P' }],
  });
  store.addGuardian(ana, 'Gail Abbot');
  expect(store.get(office, 'students', 'compareRecords', { one: ana, other: ben })).toMatchObject({
    records: [
      { id: ana, classes: ['7A'], guardians: ['Gail Abbot'], marks: 0 },
      { id: ben, classes: ['7A'], guardians: [], marks: 1 },
    ],
    likeness: { birthDate: 'both-missing', nationalId: 'both-missing', address: 'both-missing' },
    sharedClasses: ['7A'],
  });
});

test.each([
  ['maria', 'marai', true],
  ['maria', 'mario', true],
  ['maria', 'mariah', true],
  ['maria', 'mara', false],
  ['mariam', 'maria', true],
  ['maria', 'maria', false],
  ['maria', 'mraai', false],
  ['maria', 'marina', true],
  ['maria', 'marinas', false],
])('%s and %s are one slip apart: %s', (one, other, expected) => {
  expect([isOneSlipApart(one, other), isOneSlipApart(other, one)]).toEqual([expected, expected]);
});

test('a value that a crowd shares, such as a date that stands for none, tells nobody apart', () => {
  const { store } = filledSchool();
  const idOf = (each: number) => each.toString(16).padStart(32, '0') as StudentId;
  for (let each = 1; each <= 61; each += 1) {
    store.addStudent('Maya Brook', { id: idOf(each), birthDate: '1900-01-01', nationalId: 'X' });
  }
  for (const each of [100, 101]) store.addStudent('Ole Oak', { id: idOf(each), birthDate: born });
  expect(pairsOf(store)).toEqual([[['Ole Oak', 'Ole Oak'], ['birth-date-same-name']]]);
});
