import { expect, test } from 'vitest';
import type { InputOf, Contract } from '../../domain/contract/contract.ts';
import { savedList } from '../../db/people/schema.ts';
import type { StudentId } from '../../domain/ids.ts';
import { filledSchool, type FilledSchool } from '../support/filled-school.ts';
import { testId } from '../support/school-store.ts';
import { addBusRun } from '../support/student-group.ts';

type ListInput = InputOf<Contract['students']['list']>;

function lister({ store, office }: FilledSchool) {
  return (input: ListInput) => store.get(office, 'students', 'list', input).students.map(({ id }) => id);
}

test('lists are sorted by name, year, homeroom and number, both ways, leavers after those who are here', () => {
  const school = filledSchool();
  const { store, ana, ben, cyd, dov } = school;
  const list = lister(school);
  const tenth = store.addStudent('Abe Ash', { grade: '10', studentNumber: 'N10' });
  store.addClass('10A', { students: [tenth] });
  const young = store.addStudent('Zed Zorn', { grade: 'KG', studentNumber: 'N0' });
  expect(list({ sort: 'name' })).toEqual([ana, tenth, ben, cyd, dov, young]);
  expect(list({ sort: 'name', descending: true })).toEqual([young, dov, cyd, ben, tenth, ana]);
  expect(list({ sort: 'grade' })).toEqual([young, ana, ben, cyd, dov, tenth]);
  expect(list({ sort: 'grade', descending: true })).toEqual([tenth, cyd, dov, ana, ben, young]);
  expect(list({ sort: 'homeroom' })).toEqual([ana, ben, cyd, dov, tenth, young]);
  expect(list({ sort: 'number' })).toEqual([young, ana, ben, cyd, dov, tenth]);
  expect(list({ sort: 'number', descending: true })).toEqual([tenth, dov, cyd, ben, ana, young]);
});

test('a list is narrowed to who rides a bus on the day and to the language of a guardian', () => {
  const school = filledSchool();
  const { store, office, ana, ben, cyd } = school;
  const list = lister(school);
  const bus = addBusRun(store, 'Bus 1 AM', [ana, cyd]);
  addBusRun(store, 'Bus 10 AM', [ben], { endDay: '2030-01-16' });
  store.addGuardian(cyd, 'Gabriela Cole');
  store.write(({ changes }) => {
    const id = testId<'guardian'>('guardian Gabriela Cole');
    changes.write({ type: 'guardian', id }, (change) => change.put('guardian', { id, language: 'es' }));
  });
  expect(list({ group: bus })).toEqual([ana, cyd]);
  expect(list({ group: testId('Bus 10 AM') })).toEqual([]);
  expect(list({ language: 'es' })).toEqual([cyd]);
  expect(list({ language: 'es', group: bus, text: 'ana' })).toEqual([]);
  expect(store.get(office, 'students', 'filters', {})).toMatchObject({
    groups: [{ title: 'Bus 1 AM' }, { title: 'Bus 10 AM' }],
    languages: ['es'],
  });
  expect(store.get(office, 'students', 'card', { student: ana }).groups).toEqual([
    {
      id: bus,
      kind: 'bus',
      title: 'Bus 1 AM',
      weekdays: [1, 2, 3, 4, 5],
      fromMinute: 410,
      untilMinute: 440,
      stop: 'Stop A',
    },
  ]);
  expect(store.get(office, 'students', 'card', { student: ben }).groups).toEqual([]);
});

test('brothers and sisters share a guardian; a teacher is shown those of the own classes only', () => {
  const { store, office, teacher, ana, ben, cyd, dov } = filledSchool();
  const administrator = { role: 'school-administrator' } as const;
  for (const student of [ana, ben, cyd]) store.addGuardian(student, 'Gail Abbot');
  store.addGuardian(dov, 'Other Person');
  const family = store.get(office, 'students', 'family', { student: ana });
  expect(family).toEqual({
    siblings: [
      { id: ben, name: 'Ben Brill', homeroom: '7A' },
      { id: cyd, name: 'Cyd Cole', homeroom: '7B' },
    ],
    languages: ['en'],
  });
  expect(store.get(teacher, 'students', 'family', { student: ana }).siblings.map(({ id }) => id)).toEqual([
    ben,
  ]);
  expect(store.get(office, 'students', 'family', { student: dov }).siblings).toEqual([]);
  const { entries } = store.get(administrator, 'students', 'accessRecord', { student: cyd });
  expect(entries.map(({ procedure }) => procedure)).toEqual(['students.family']);
});

test('saved lists are kept, opened, renamed and removed by their owner, and nobody else sees them', () => {
  const { store, office, leader } = filledSchool();
  const titles = (by: typeof office) =>
    store.get(by, 'students', 'lists', {}).lists.map(({ title, filter }) => [title, filter?.grade]);
  const { list, replaced } = store.get(office, 'students', 'saveList', {
    title: 'Year 7',
    filter: { grade: '07' },
  });
  store.get(office, 'students', 'saveList', { title: 'Year 10', filter: { grade: '10' } });
  expect([titles(office), titles(leader), replaced]).toEqual([
    [
      ['Year 7', '07'],
      ['Year 10', '10'],
    ],
    [],
    false,
  ]);

  const again = store.get(office, 'students', 'saveList', { title: 'year 7', filter: { grade: '7' } });
  expect([again, titles(office)]).toEqual([
    { list, replaced: true },
    [
      ['year 7', '7'],
      ['Year 10', '10'],
    ],
  ]);

  const rename = (by: typeof office, title: string) =>
    store.call(by, 'students', 'renameList', { list, title });
  expect(rename(office, 'YEAR 10')).toMatchObject({ ok: false, error: { type: 'list-title-taken' } });
  expect(rename(leader, 'Mine')).toMatchObject({ ok: false, error: { type: 'list-gone' } });
  expect(rename(office, 'Seven')).toMatchObject({ ok: true });
  expect(store.call(leader, 'students', 'removeList', { list })).toMatchObject({
    ok: false,
    error: { type: 'list-gone' },
  });
  store.get(office, 'students', 'removeList', { list });
  expect(titles(office)).toEqual([['Year 10', '10']]);
  expect(store.call(office, 'students', 'removeList', { list })).toMatchObject({
    ok: false,
    error: { type: 'list-gone' },
  });
});

test('a list that a newer version has written stays, without a filter that this one could not keep', () => {
  const { store, office } = filledSchool();
  store.get(office, 'students', 'saveList', { title: 'Newer', filter: {} });
  store.db.update(savedList).set({ filter: '{"ethnicity":"x"}' }).run();
  expect(store.get(office, 'students', 'lists', {}).lists).toMatchObject([{ title: 'Newer', filter: null }]);
});

test('A16: lists who is absent, absent without a reason, late or not marked today, for who may see attendance', () => {
  const school = filledSchool();
  const { store, office, teacher, ana, ben, roomA } = school;
  const list = lister(school);
  const today = '2030-01-16';
  const mark = (student: StudentId, code: string | null) =>
    store.get(teacher, 'attendance', 'mark', {
      day: today,
      class: roomA,
      session: 'day',
      marks: [{ student, code }],
    });
  expect(list({ today: 'unmarked' })).toEqual(expect.arrayContaining([ana, ben]));
  mark(ana, 'A');
  mark(ben, 'T');
  const found = (which: 'absent' | 'unexplained' | 'late') => list({ today: which });
  expect([found('absent'), found('unexplained'), found('late')]).toEqual([[ana], [ana], [ben]]);
  expect(list({ today: 'unmarked' })).not.toContain(ana);
  // A reason that is planned counts as it stands in the register.
  store.get(office, 'absence', 'explain', { student: ana, code: 'E' });
  expect([found('absent'), found('unexplained')]).toEqual([[ana], []]);
  expect(list({ today: 'late', text: 'nobody of that name' })).toEqual([]);
  expect(store.call({ role: 'driver' }, 'students', 'list', { today: 'absent' })).toMatchObject({
    ok: false,
  });
});

/** Marks of ten days: Ana misses one in ten, Ben two, Cyd half, Dov none; Eve has no mark. */
function tenDays() {
  const school = filledSchool();
  const { store, office, ana, ben, cyd, dov, roomA, roomB } = school;
  const eve = store.addStudent('Eve Aard', { grade: '08' });
  store.enrol(roomB, eve);
  const days = ['02', '03', '04', '07', '08', '09', '10', '11', '14', '15'].map((day) => `2030-01-${day}`);
  const missed = new Map([
    [ana, 1],
    [ben, 2],
    [cyd, 5],
    [dov, 0],
  ]);
  for (const [student, count] of missed) {
    for (const [index, day] of days.entries()) {
      store.get(office, 'attendance', 'mark', {
        day,
        class: student === ana || student === ben ? roomA : roomB,
        session: 'day',
        marks: [{ student, code: index < count ? 'A' : 'P' }],
      });
    }
  }
  return { ...school, eve };
}

test('a list shows the rate of absence and its band, and is narrowed to a band or from a band up', () => {
  const school = tenDays();
  const { store, office, ana, ben, cyd, dov, eve } = school;
  const list = lister(school);
  const rates = store
    .get(office, 'students', 'list', {})
    .students.map(({ id, rate }) => [id, rate?.percentText, rate?.band?.title, rate?.band?.isFlagged]);
  expect(rates).toEqual([
    [eve, null, undefined, undefined],
    [ana, '10.0', 'Moderately chronic', true],
    [ben, '20.0', 'Severely chronic', true],
    [cyd, '50.0', 'Severely chronic', true],
    [dov, '0.0', 'Satisfactory', false],
  ]);
  expect(store.get(office, 'students', 'filters', {}).bands).toEqual([
    { id: 'satisfactory', title: 'Satisfactory', percent: 0 },
    { id: 'at-risk', title: 'At risk', percent: 5 },
    { id: 'moderate', title: 'Moderately chronic', percent: 10 },
    { id: 'severe', title: 'Severely chronic', percent: 20 },
  ]);
  const inBand = (band: string, andAbove = false, others: ListInput = {}) =>
    list({ ...others, absence: { band, andAbove } });
  expect(inBand('moderate')).toEqual([ana]);
  expect(inBand('severe')).toEqual([ben, cyd]);
  expect(inBand('moderate', true)).toEqual([ana, ben, cyd]);
  expect(inBand('at-risk')).toEqual([]);
  expect(inBand('a band of another country', true)).toEqual([]);
  expect(inBand('moderate', true, { grade: '07', text: 'ben' })).toEqual([ben]);
  expect(inBand('severe', false, { today: 'unmarked', sort: 'rate', descending: true })).toEqual([cyd, ben]);
});

test('a list is sorted by the rate of absence, page by page; who has none comes last both ways', () => {
  const school = tenDays();
  const { store, office, ana, ben, cyd, dov, eve } = school;
  const list = lister(school);
  expect(list({ sort: 'rate' })).toEqual([dov, ana, ben, cyd, eve]);
  expect(list({ sort: 'rate', descending: true })).toEqual([cyd, ben, ana, dov, eve]);
  const page = store.get(office, 'students', 'list', {
    sort: 'rate',
    descending: true,
    page: { offset: 1, limit: 2 },
  });
  expect([page.students.map(({ id }) => id), page.total]).toEqual([[ben, ana], 5]);
  expect(
    store
      .get({ role: 'school-administrator' }, 'students', 'accessRecord', { student: cyd })
      .entries.filter(({ procedure }) => procedure === 'students.list'),
  ).toHaveLength(2);
});

test('a teacher sees the rates of the own classes only, and a saved list keeps the band', () => {
  const school = tenDays();
  const { store, office, teacher, ana, ben } = school;
  const filter = { absence: { band: 'moderate', andAbove: true }, sort: 'rate' } as const;
  expect(store.get(teacher, 'students', 'list', filter).students.map(({ id }) => id)).toEqual([ana, ben]);
  store.get(office, 'students', 'saveList', { title: 'Chronic', filter });
  expect(store.get(office, 'students', 'lists', {}).lists).toMatchObject([{ title: 'Chronic', filter }]);
});
