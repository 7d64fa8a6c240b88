import { expect, test } from 'vitest';
import { filledSchool, type FilledSchool } from '../../support/filled-school.ts';
import { someNowMs, type Caller } from '../../support/school-store.ts';

const monday = '2030-01-14';
const wednesday = '2030-01-16';

function weekOf({ store, roomA }: FilledSchool, caller: Caller, day = wednesday) {
  return store.get(caller, 'attendance', 'week', { class: roomA, day });
}

function mark(
  { store, roomA }: FilledSchool,
  caller: Caller,
  day: string,
  student: string,
  code: string,
  more: object = {},
) {
  store.get(caller, 'attendance', 'mark', {
    day,
    class: roomA,
    session: 'day',
    marks: [{ student, code, ...more }],
  });
}

const blank = {
  teacher: null,
  office: null,
  planned: null,
  minutes: null,
  hasNote: false,
  isCorrected: false,
};

test("shows both columns' marks, corrections and that there is a note, day by day", () => {
  const school = filledSchool();
  const { office, teacher, ana, ben } = school;
  mark(school, teacher, monday, ana, 'A');
  mark(school, office, monday, ana, 'I', { note: 'Invented note' });
  mark(school, teacher, wednesday, ben, 'T', { minutes: 12 });
  const week = weekOf(school, office);
  expect(week.days.map(({ day, closedBecause }) => [day, closedBecause])).toEqual(
    ['2030-01-14', '2030-01-15', '2030-01-16', '2030-01-17', '2030-01-18'].map((day) => [day, null]),
  );
  expect(week.registers).toHaveLength(5);
  expect(week.writes).toBe('office');
  expect(week.students.map(({ id }) => id)).toEqual([ana, ben]);
  expect(week.students[0]?.cells[0]).toEqual({
    teacher: { code: 'A', category: 'absent-unexplained' },
    office: { code: 'I', category: 'absent-explained' },
    planned: null,
    minutes: null,
    hasNote: true,
    isCorrected: true,
  });
  expect(week.students[0]?.cells[1]).toEqual(blank);
  expect(week.students[1]?.cells[2]).toEqual({
    ...blank,
    teacher: { code: 'T', category: 'late' },
    minutes: 12,
  });
});

test('a closed day says why and has no register; a weekend is left out', () => {
  const school = filledSchool();
  const { store, office } = school;
  store.get({ role: 'school-administrator' }, 'attendance', 'setClosure', {
    from: '2030-01-15',
    to: '2030-01-15',
    reason: 'Invented closure',
  });
  const week = weekOf(school, office);
  expect(week.days.find(({ day }) => day === '2030-01-15')?.closedBecause).toEqual({
    type: 'closure',
    reason: 'Invented closure',
  });
  expect(week.registers.map(({ day }) => day)).toEqual([monday, wednesday, '2030-01-17', '2030-01-18']);
  expect(weekOf(school, office, '2029-12-05').registers).toEqual([]);
});

test('who was not in the class on a day has no cell there', () => {
  const school = filledSchool();
  const { store, office, ana, ben, roomA } = school;
  store.enrol(roomA, ben, { beginDay: wednesday });
  const week = weekOf(school, office);
  expect(week.students.map(({ id, cells }) => [id, cells.map((cell) => cell !== null)])).toEqual([
    [ana, [true, true, true, true, true]],
    [ben, [false, false, true, true, true]],
  ]);
});

test('two registers a day are two columns', () => {
  const school = filledSchool({ country: 'england', attendance: 'am-pm', timeZone: 'Europe/London' });
  const week = weekOf(school, school.office);
  expect(week.registers.slice(0, 3).map(({ day, session }) => `${day} ${session}`)).toEqual([
    '2030-01-14 am',
    '2030-01-14 pm',
    '2030-01-15 am',
  ]);
});

test('A7: opening a week writes one audit row that names every student shown', () => {
  const school = filledSchool();
  const { store, teacher, ana, ben } = school;
  const rows = () => Number(store.connection.prepare('SELECT count(*) FROM audit_leaf').pluck().get());
  const before = rows();
  weekOf(school, teacher);
  expect(rows() - before).toBe(1);
  const body = String(
    store.connection.prepare('SELECT body FROM audit_body ORDER BY seq DESC LIMIT 1').pluck().get(),
  );
  const entry: unknown = JSON.parse(body);
  expect(entry).toMatchObject({ action: 'view', procedure: 'attendance.week', outcome: 'ok', count: 2 });
  for (const student of [ana, ben]) expect(body).toContain(student);
});

test('a teacher sees the weeks of the own class only', () => {
  const { store, teacher, roomB } = filledSchool();
  expect(store.call(teacher, 'attendance', 'week', { class: roomB, day: wednesday })).toMatchObject({
    error: { type: 'out-of-scope' },
  });
});

test('A16: the history of one mark shows the original, the change, who, when and why', () => {
  const school = filledSchool();
  const { store, office, teacher, ana, cyd, roomA } = school;
  mark(school, teacher, monday, ana, 'A');
  store.setNow(someNowMs + 60_000);
  store.get(office, 'attendance', 'correct', {
    marks: [{ day: monday, class: roomA, session: 'day', student: ana, code: 'I' }],
    reason: 'Doctor wrote',
    onlyWithMarks: true,
  });
  const history = (student: string) =>
    store.call(office, 'attendance', 'markHistory', { day: monday, class: roomA, session: 'day', student });
  expect(history(ana)).toEqual({
    ok: true,
    value: {
      history: [
        { column: 'teacher', code: 'A', minutes: null, note: '', by: 'Account of teacher', atMs: someNowMs },
        {
          column: 'office',
          code: 'I',
          minutes: null,
          note: 'Doctor wrote',
          by: 'Account of attendance-clerk',
          atMs: someNowMs + 60_000,
        },
      ],
    },
  });
  expect(history(cyd)).toMatchObject({ error: { type: 'out-of-scope' } });
});

test('a register is printed with the marks that stand and without notes, and the print is on the log', () => {
  const school = filledSchool();
  const { store, office, teacher, ana, roomA } = school;
  mark(school, teacher, monday, ana, 'A', { note: 'Invented note' });
  mark(school, office, monday, ana, 'I', { note: 'Another invented note' });
  const printed = store.get(office, 'attendance', 'printRegister', {
    day: monday,
    class: roomA,
    session: 'day',
  });
  expect(printed).toMatchObject({ title: '7A', teacher: 'Tess Atwell', taken: false });
  expect(printed.students).toEqual([
    { name: 'Ana Abbot', code: 'I', minutes: null },
    { name: 'Ben Brill', code: null, minutes: null },
  ]);
  expect(JSON.stringify(printed)).not.toContain('nvented note');
});

test('A16: a planned absence stands in the week where nobody was seen, and a correction over it keeps the plan', () => {
  const school = filledSchool();
  const { store, office, teacher, ana, ben, roomA } = school;
  const friday = '2030-01-18';
  store.get(office, 'absence', 'plan', { students: [ana, ben], from: wednesday, to: friday, code: 'I' });
  mark(school, teacher, wednesday, ana, 'A');
  mark(school, teacher, wednesday, ben, 'P');
  const cells = (student: string, from = 2) =>
    weekOf(school, office)
      .students.find(({ id }) => id === student)
      ?.cells.slice(from);
  const planned = { code: 'I', category: 'absent-explained' };
  const saysOnlyNotHere = { code: 'A', category: 'absent-unexplained' };
  const present = { code: 'P', category: 'present' };
  const toCome = [
    { ...blank, planned },
    { ...blank, planned },
  ];
  // Monday and Tuesday came before the plan; on Wednesday it gives "not here" its reason, and does not overrule who was there.
  expect(cells(ana, 0)?.slice(0, 2)).toEqual([blank, blank]);
  expect(cells(ana)).toEqual([{ ...blank, teacher: saysOnlyNotHere, planned }, ...toCome]);
  expect(cells(ben)).toEqual([{ ...blank, teacher: present }, ...toCome]);

  const correct = (code: string, seen: string | null) =>
    store.get(office, 'attendance', 'correct', {
      marks: [{ day: wednesday, class: roomA, session: 'day', student: ana, code, seen }],
      reason: 'Was at the dentist',
      onlyWithMarks: true,
    });
  // What the plan says already is not written a second time, and the plan is what is seen there.
  expect(correct('I', 'I')).toMatchObject({ changed: 0, unchanged: 1 });
  expect(correct('E', 'A')).toMatchObject({ changed: 0, changedMeanwhile: [{ student: ana, code: 'I' }] });
  expect(correct('E', 'I')).toMatchObject({ changed: 1, changedMeanwhile: [] });

  // The office's mark counts; the plan is still there beneath it and on the days to come, and stands again without the mark.
  const excused = { code: 'E', category: 'absent-explained' };
  expect(cells(ana)).toEqual([
    { ...blank, teacher: saysOnlyNotHere, office: excused, hasNote: true, isCorrected: true },
    ...toCome,
  ]);
  const register = { day: wednesday, class: roomA, session: 'day' };
  expect(store.get(office, 'attendance', 'register', register).students[0]?.planned).toMatchObject({
    code: 'I',
  });
  const days = { from: wednesday, to: friday };
  expect(store.get(office, 'absence', 'plans', { ...days, student: ana }).plans).toMatchObject([
    { ...days, code: 'I', isOverlaid: false },
  ]);
  store.get(office, 'attendance', 'mark', { ...register, marks: [{ student: ana, code: null }] });
  expect(cells(ana)?.[0]).toMatchObject({ office: null, planned });
});
