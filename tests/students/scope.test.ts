import { expect, test } from 'vitest';
import type { Role } from '../../domain/access/policy.ts';
import type { ClassId, StudentId } from '../../domain/ids.ts';
import { filledSchool } from '../support/filled-school.ts';
import { someNowMs, testId, type Caller, type SchoolStore } from '../support/school-store.ts';

const today = '2030-01-16';

/** What each query of both areas says to a caller about one student and one class. */
function seenBy(store: SchoolStore, caller: Caller, student: StudentId, schoolClass: ClassId) {
  const key = { day: today, class: schoolClass, session: 'day' };
  const typeOf = (reply: { ok: boolean; error?: { type: string } }) => (reply.ok ? 'ok' : reply.error?.type);
  return {
    found: store.get(caller, 'students', 'find', { text: 'a' }).students.map(({ id }) => id),
    listed: store.get(caller, 'students', 'list', {}).students.map(({ id }) => id),
    total: store.get(caller, 'students', 'list', {}).total,
    grades: store.get(caller, 'students', 'filters', {}).grades,
    homerooms: store.get(caller, 'students', 'filters', {}).homerooms.map(({ title }) => title),
    card: typeOf(store.call(caller, 'students', 'card', { student })),
    attendance: typeOf(store.call(caller, 'students', 'attendance', { student })),
    registers: store
      .get(caller, 'attendance', 'registers', { day: today })
      .registers.map(({ title }) => title),
    register: typeOf(store.call(caller, 'attendance', 'register', key)),
    expected: store.get(caller, 'attendance', 'today', { day: today }).registersExpected,
    late: store.get(caller, 'attendance', 'today', { day: today }).late.map((line) => line.student),
  };
}

test('W8: a teacher and an assistant see only the students and registers of their own classes, by every query', () => {
  const { store, office, teacher, aide, ana, ben, cyd, dov, roomA, roomB } = filledSchool();
  for (const [schoolClass, student] of [
    [roomA, ana],
    [roomB, cyd],
  ] as const) {
    store.get(office, 'attendance', 'mark', {
      day: today,
      class: schoolClass,
      session: 'day',
      marks: [{ student, code: 'T' }],
    });
  }
  for (const caller of [teacher, aide]) {
    expect(seenBy(store, caller, cyd, roomB)).toEqual({
      found: [ana],
      listed: [ana, ben],
      total: 2,
      grades: ['07'],
      homerooms: ['7A'],
      card: 'out-of-scope',
      attendance: 'out-of-scope',
      registers: ['7A'],
      register: 'out-of-scope',
      expected: 1,
      late: [ana],
    });
    expect(seenBy(store, caller, ana, roomA)).toMatchObject({ card: 'ok', attendance: 'ok', register: 'ok' });
  }
  expect(seenBy(store, office, cyd, roomB)).toMatchObject({ listed: [ana, ben, cyd, dov], card: 'ok' });
});

test('W8: a teacher writes no mark in a class of another, and none for a student of another', () => {
  const { store, teacher, aide, ana, cyd, roomA, roomB } = filledSchool();
  const mark = (caller: Caller, schoolClass: ClassId, student: StudentId) =>
    store.call(caller, 'attendance', 'mark', {
      day: today,
      class: schoolClass,
      session: 'day',
      marks: [{ student, code: 'P' }],
    });
  const outOfScope = { ok: false, error: { type: 'out-of-scope' } };
  expect(mark(teacher, roomB, cyd)).toMatchObject(outOfScope);
  expect(mark(teacher, roomA, cyd)).toMatchObject(outOfScope);
  expect(mark(aide, roomA, ana)).toMatchObject({ ok: false, error: { type: 'permission-refused' } });
  const key = { day: today, class: roomB, session: 'day', taken: true };
  expect(store.call(teacher, 'attendance', 'take', key)).toMatchObject(outOfScope);
  expect(mark(teacher, roomA, ana)).toMatchObject({ ok: true });
});

test('W8: what a teacher sees follows the enrolments of the day', () => {
  const { store, teacher, staffA, ana, ben, cyd, roomA, roomB } = filledSchool();
  const listed = (caller: Caller) => store.get(caller, 'students', 'list', {}).students.map(({ id }) => id);
  expect(listed(teacher)).toEqual([ana, ben]);

  store.enrol(roomA, ben, { endDay: today });
  store.enrol(roomA, cyd, { beginDay: '2030-01-17' });
  expect(listed(teacher)).toEqual([ana]);
  store.setNow(someNowMs + 86_400_000);
  expect(listed(teacher)).toEqual([ana, cyd]);

  store.enrol(roomA, staffA, { role: 'teacher', status: 'left' });
  expect(listed(teacher)).toEqual([]);
  store.enrol(roomB, staffA, { role: 'teacher', beginDay: '2030-01-17' });
  expect(listed(teacher)).toContain(cyd);
});

test('W8: a student who has left a class is on its earlier registers for the office and not for the teacher', () => {
  const { store, office, teacher, ana, ben, roomA } = filledSchool();
  store.enrol(roomA, ben, { endDay: '2030-01-15' });
  const key = { day: '2030-01-14', class: roomA, session: 'day' };
  const studentsOf = (caller: Caller) =>
    store.get(caller, 'attendance', 'register', key).students.map(({ id }) => id);
  expect(studentsOf(office)).toEqual([ana, ben]);
  expect(studentsOf(teacher)).toEqual([ana]);
});

test('W8: an account without a staff record sees nobody', () => {
  const { store } = filledSchool();
  const nobody = { role: 'teacher', staff: null } as const;
  expect(store.get(nobody, 'students', 'list', {})).toEqual({ students: [], total: 0 });
  expect(store.get(nobody, 'attendance', 'registers', { day: today }).registers).toEqual([]);
});

test.each(['senco', 'senior-leader', 'school-administrator'] satisfies Role[])(
  'W9: a %s sees the whole school',
  (role) => {
    const { store, ana, ben, cyd, dov, roomB } = filledSchool();
    expect(seenBy(store, { role }, cyd, roomB)).toMatchObject({
      listed: [ana, ben, cyd, dov],
      total: 4,
      homerooms: ['7A', '7B'],
      card: 'ok',
      attendance: 'ok',
      registers: ['7A', '7B'],
      register: 'ok',
      expected: 2,
    });
  },
);

test('A2: an id that another school has too opens nothing of that school, and an unknown one is out of scope', () => {
  const here = filledSchool();
  const there = filledSchool({ school: testId<'school'>('another school') });
  const shared = testId<'student'>('shared');
  there.store.addStudent('Eve Other', { id: shared });
  const administrator: Caller = { role: 'school-administrator' };
  const outOfScope = { ok: false, error: { type: 'out-of-scope' } };
  for (const name of ['card', 'attendance', 'contacts', 'identity', 'accessRecord'] as const) {
    expect(here.store.call(administrator, 'students', name, { student: shared })).toMatchObject(outOfScope);
  }
  expect(here.store.get(administrator, 'students', 'find', { text: 'eve' }).students).toEqual([]);

  here.store.addStudent('Fay Here', { id: shared });
  expect(here.store.get(administrator, 'students', 'card', { student: shared }).name).toBe('Fay Here');
  expect(there.store.get(administrator, 'students', 'card', { student: shared }).name).toBe('Eve Other');
});
