import { expect, test } from 'vitest';
import type { Contract, InputOf } from '../../../domain/contract/contract.ts';
import { filledSchool, type FilledSchool } from '../../support/filled-school.ts';
import { addBusRun } from '../../support/student-group.ts';

const tuesday = '2030-01-15';
const today = '2030-01-16';

type Asked = Partial<InputOf<Contract['attendance']['standingMarks']>>;

/** Ana, Ben and Cyd were late on Tuesday, by their teachers; Dov was there. */
function lateBus(options: Parameters<typeof filledSchool>[0] = {}) {
  const school = filledSchool(options);
  const { store, staffB, teacher, ana, ben, cyd, dov, roomA, roomB } = school;
  const late = { code: 'T', minutes: 12 };
  store.get(teacher, 'attendance', 'mark', {
    day: tuesday,
    class: roomA,
    session: 'day',
    marks: [
      { student: ana, ...late },
      { student: ben, ...late },
    ],
  });
  store.get({ role: 'teacher', staff: staffB }, 'attendance', 'mark', {
    day: tuesday,
    class: roomB,
    session: 'day',
    marks: [
      { student: cyd, ...late },
      { student: dov, code: 'P' },
    ],
  });
  return school;
}

function asked({ store, office }: FilledSchool) {
  return (more: Asked = {}) =>
    store.get(office, 'attendance', 'standingMarks', { day: tuesday, code: 'T', ...more });
}

test('lists a code over all registers of the day, each with its register, its minutes and whose mark stands', () => {
  const school = lateBus();
  const { ana, ben, cyd, roomA, roomB } = school;
  const shown = { session: 'day', minutes: 12, by: 'teacher' };
  expect(asked(school)()).toEqual({
    marks: [
      { class: roomA, title: '7A', student: ana, name: 'Ana Abbot', ...shown },
      { class: roomA, title: '7A', student: ben, name: 'Ben Brill', ...shown },
      { class: roomB, title: '7B', student: cyd, name: 'Cyd Cole', ...shown },
    ],
    total: 3,
  });
  expect(asked(school)({ day: today })).toEqual({ marks: [], total: 0 });
});

test('is narrowed to one class, or to who is in one bus run', () => {
  const school = lateBus();
  const { store, ana, ben, cyd, dov, roomA } = school;
  const bus = addBusRun(store, 'Route 12', [ben, cyd, dov]);
  const students = (more: Asked) => asked(school)(more).marks.map(({ student }) => student);
  expect(students({ class: roomA })).toEqual([ana, ben]);
  expect(students({ group: bus })).toEqual([ben, cyd]);
  expect(students({ group: bus, class: roomA })).toEqual([ben]);
  expect(students({ session: 'am' })).toEqual([]);
});

test('what stands is what counts: the office over the teacher, a plan over "not here"', () => {
  const school = lateBus();
  const { store, office, teacher, ana, ben, roomA } = school;
  store.get(office, 'attendance', 'mark', {
    day: tuesday,
    class: roomA,
    session: 'day',
    marks: [{ student: ana, code: 'E' }],
  });
  expect(asked(school)().marks.map(({ student }) => student)).not.toContain(ana);
  expect(asked(school)({ code: 'E' }).marks).toMatchObject([{ student: ana, by: 'office', minutes: null }]);
  store.get(office, 'absence', 'plan', { students: [ben], from: today, to: today, code: 'I' });
  store.get(teacher, 'attendance', 'mark', {
    day: today,
    class: roomA,
    session: 'day',
    marks: [{ student: ben, code: 'A' }],
  });
  expect(asked(school)({ day: today, code: 'I' }).marks).toMatchObject([{ student: ben, by: 'plan' }]);
  expect(asked(school)({ day: today, code: 'A' }).marks).toEqual([]);
});

test('A7: the list is one audit row that names every student shown', () => {
  const school = lateBus();
  const { store, ana, ben, cyd, dov } = school;
  const rows = () => Number(store.connection.prepare('SELECT count(*) FROM audit_leaf').pluck().get());
  const before = rows();
  asked(school)();
  expect(rows() - before).toBe(1);
  const body = String(
    store.connection.prepare('SELECT body FROM audit_body ORDER BY seq DESC LIMIT 1').pluck().get(),
  );
  expect(JSON.parse(body)).toMatchObject({ action: 'list', procedure: 'attendance.standingMarks', count: 3 });
  for (const student of [ana, ben, cyd]) expect(body).toContain(student);
  expect(body).not.toContain(dov);
});

test('A16: the late bus: marks over two registers become excused in one change and one audit row', () => {
  const school = lateBus();
  const { store, office, ana, roomA } = school;
  const count = (table: string) =>
    Number(store.connection.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
  const { marks } = asked(school)();
  const [changes, rows] = [count('mark'), count('audit_leaf')];
  const corrected = store.get(office, 'attendance', 'correct', {
    marks: marks.map(({ class: schoolClass, session, student }) => ({
      day: tuesday,
      class: schoolClass,
      session,
      student,
      code: 'E',
      seen: 'T',
    })),
    reason: 'The bus of route 12 was late',
    onlyWithMarks: true,
  });
  expect(corrected).toMatchObject({ changed: 3, unchanged: 0, blank: 0, changedMeanwhile: [] });
  expect([count('mark') - changes, count('audit_leaf') - rows]).toEqual([3, 1]);
  const register = store.get(office, 'attendance', 'register', {
    day: tuesday,
    class: roomA,
    session: 'day',
  });
  expect(register.students.find(({ id }) => id === ana)).toMatchObject({
    teacher: { code: 'T', minutes: 12 },
    office: { code: 'E', note: 'The bus of route 12 was late' },
  });
});

test('A16: marks that somebody has changed since they were listed are named and left, the others corrected', () => {
  const school = lateBus();
  const { store, office, ana, ben, cyd, dov, roomA, roomB } = school;
  const { marks } = asked(school)();
  const inA = { day: tuesday, class: roomA, session: 'day' };
  const inB = { day: tuesday, class: roomB, session: 'day' };
  // Another of the office says otherwise about Ana; Ben's teacher takes the mark back.
  store.get(office, 'attendance', 'mark', { ...inA, marks: [{ student: ana, code: 'U' }] });
  store.get(school.teacher, 'attendance', 'mark', { ...inA, marks: [{ student: ben, code: null }] });
  const reply = store.get(office, 'attendance', 'correct', {
    marks: [
      ...marks.map(({ class: schoolClass, session, student }) => ({
        day: tuesday,
        class: schoolClass,
        session,
        student,
        code: 'E',
        seen: 'T',
      })),
      // Seen as blank, and marked since.
      { ...inB, student: dov, code: 'E', seen: null },
    ],
    reason: 'The bus was late',
    onlyWithMarks: false,
  });
  expect(reply).toMatchObject({
    changed: 1,
    unchanged: 0,
    blank: 0,
    changedMeanwhile: [
      { ...inA, student: ana, code: 'U' },
      { ...inA, student: ben, code: null },
      { ...inB, student: dov, code: 'P' },
    ],
  });
  const standing = (key: typeof inA) =>
    store
      .get(office, 'attendance', 'register', key)
      .students.map(({ id, teacher, office: ofOffice }) => [id, teacher?.code, ofOffice?.code]);
  expect([...standing(inA), ...standing(inB)]).toEqual([
    [ana, 'T', 'U'],
    [ben, undefined, undefined],
    [cyd, 'T', 'E'],
    [dov, 'P', undefined],
  ]);
});

test('teachers have no such list: the office corrects', () => {
  const { store, teacher } = filledSchool();
  expect(store.call(teacher, 'attendance', 'standingMarks', { day: tuesday, code: 'T' })).toMatchObject({
    error: { type: 'permission-refused' },
  });
});
