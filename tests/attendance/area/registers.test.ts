import { expect, test } from 'vitest';
import { filledSchool, type FilledSchool } from '../../support/filled-school.ts';
import { someNowMs, type Caller } from '../../support/school-store.ts';

const today = '2030-01-16';
const dayMs = 86_400_000;

function marker({ store, roomA }: FilledSchool, day = today, session = 'day') {
  return (caller: Caller, student: string, code: string | null, more: object = {}) =>
    store.call(caller, 'attendance', 'mark', {
      day,
      class: roomA,
      session,
      marks: [{ student, code, ...more }],
    });
}

function registerOf({ store, roomA }: FilledSchool, caller: Caller, day = today) {
  return store.get(caller, 'attendance', 'register', { day, class: roomA, session: 'day' });
}

test('A16: a correction keeps the original with its author and time', () => {
  const school = filledSchool();
  const { store, teacher, ana } = school;
  const mark = marker(school);
  mark(teacher, ana, 'A');
  store.setNow(someNowMs + 60_000);
  mark(teacher, ana, 'T', { minutes: 12, note: 'Bus was late' });
  store.setNow(someNowMs + 120_000);
  mark(teacher, ana, null);
  const [shown] = registerOf(school, teacher).students;
  const by = 'Account of teacher';
  expect(shown?.teacher).toBeNull();
  expect(shown?.history).toEqual([
    { column: 'teacher', code: 'A', minutes: null, note: '', by, atMs: someNowMs },
    { column: 'teacher', code: 'T', minutes: 12, note: 'Bus was late', by, atMs: someNowMs + 60_000 },
    { column: 'teacher', code: null, minutes: null, note: '', by, atMs: someNowMs + 120_000 },
  ]);
});

test("A16: the teacher's mark and the office's are both kept, and the office's is the one that counts", () => {
  const school = filledSchool();
  const { store, teacher, office, ana, roomA } = school;
  const mark = marker(school);
  mark(teacher, ana, 'A');
  const reply = mark(office, ana, 'E', { note: 'Guardian phoned' });
  expect(reply).toMatchObject({ value: { totals: { absentExplained: 1, absentUnexplained: 0 } } });
  mark(teacher, ana, 'P');
  const { students, writes } = registerOf(school, office);
  expect(writes).toBe('office');
  expect(students[0]).toMatchObject({
    teacher: { code: 'P', category: 'present', by: 'Account of teacher' },
    office: {
      code: 'E',
      category: 'absent-explained',
      note: 'Guardian phoned',
      by: 'Account of attendance-clerk',
    },
  });
  const { registers } = store.get(office, 'attendance', 'registers', { day: today });
  expect(registers.find((each) => each.class === roomA)?.totals).toEqual({
    students: 2,
    present: 0,
    late: 0,
    absentExplained: 1,
    absentUnexplained: 0,
    notPossible: 0,
    blank: 1,
  });
});

test('A16: no mark never means present, in a register that was taken as little as in one that was not', () => {
  const school = filledSchool();
  const { store, teacher, office, ana, ben, roomA } = school;
  const key = { day: today, class: roomA, session: 'day' };
  const blank = {
    students: 2,
    present: 0,
    late: 0,
    absentExplained: 0,
    absentUnexplained: 0,
    notPossible: 0,
    blank: 2,
  };
  const totals = () =>
    store
      .get(office, 'attendance', 'registers', { day: today })
      .registers.find((each) => each.class === roomA);
  expect(totals()).toMatchObject({ taken: false, totals: blank });
  expect(store.get(teacher, 'attendance', 'take', { ...key, taken: true })).toEqual({
    taken: true,
    takenAtMs: someNowMs,
    blank: 2,
  });
  expect(totals()).toMatchObject({ taken: true, takenBy: 'Account of teacher', totals: blank });
  marker(school)(teacher, ana, 'P');
  const { days, rate } = store.get(office, 'students', 'attendance', { student: ben });
  expect(days.at(-1)?.sessions).toMatchObject([{ code: null, category: null }]);
  expect(rate).toMatchObject({ possible: 0, absent: 0, percentText: null, band: null });
});

test('A16: taking a register is apart from its marks and can be taken back', () => {
  const school = filledSchool();
  const { store, teacher, office, roomA } = school;
  const take = (caller: Caller, taken: boolean) =>
    store.get(caller, 'attendance', 'take', { day: today, class: roomA, session: 'day', taken });
  take(teacher, true);
  store.setNow(someNowMs + 60_000);
  expect(take(office, true).takenAtMs).toBe(someNowMs);
  expect(registerOf(school, office)).toMatchObject({ taken: true, takenBy: 'Account of teacher' });
  expect(take(office, false)).toMatchObject({ taken: false, takenAtMs: null });
  expect(registerOf(school, office)).toMatchObject({ taken: false, takenBy: null, takenAtMs: null });
});

test('a class is marked in one step and one change', () => {
  const { store, teacher, ana, ben, roomA } = filledSchool();
  const changes = () =>
    store.connection.prepare("SELECT count(*) FROM change WHERE aggregate_type = 'register'").pluck().get();
  const reply = store.get(teacher, 'attendance', 'mark', {
    day: today,
    class: roomA,
    session: 'day',
    marks: [
      { student: ana, code: 'P' },
      { student: ben, code: 'T', minutes: 5 },
    ],
  });
  expect(reply).toMatchObject({
    savedAtMs: someNowMs,
    totals: { students: 2, present: 1, late: 1, blank: 0 },
  });
  expect(changes()).toBe(1);
});

test('refuses a mark on a day without school, in another session, in the future, and with an unknown code', () => {
  const school = filledSchool();
  const { office, ana } = school;
  const refused = (type: string) => ({ ok: false, error: { type } });
  expect(marker(school, '2030-01-19')(office, ana, 'P')).toMatchObject(refused('register-not-expected'));
  expect(marker(school, '2029-12-03')(office, ana, 'P')).toMatchObject(refused('register-not-expected'));
  expect(marker(school, today, 'am')(office, ana, 'P')).toMatchObject(refused('register-not-expected'));
  expect(marker(school, '2030-01-17')(office, ana, 'P')).toMatchObject(refused('day-in-future'));
  expect(marker(school)(office, ana, 'ZZ')).toMatchObject({
    error: { type: 'code-unknown', codes: ['ZZ'] },
  });
  expect(registerOf(school, office).students[0]?.history).toEqual([]);
});

test('one unknown code among good ones refuses the whole step', () => {
  const { store, office, ana, ben, roomA } = filledSchool();
  const marks = [
    { student: ana, code: 'P' },
    { student: ben, code: 'ZZ' },
  ];
  const reply = store.call(office, 'attendance', 'mark', { day: today, class: roomA, session: 'day', marks });
  expect(reply).toMatchObject({ ok: false, error: { type: 'code-unknown', codes: ['ZZ'] } });
  expect(store.connection.prepare('SELECT count(*) FROM mark').pluck().get()).toBe(0);
});

test("England's morning present is no code of the afternoon", () => {
  const school = filledSchool({ country: 'england', attendance: 'am-pm', timeZone: 'Europe/London' });
  const { office, ana } = school;
  expect(marker(school, today, 'am')(office, ana, '/')).toMatchObject({ ok: true });
  expect(marker(school, today, 'pm')(office, ana, '/')).toMatchObject({
    error: { type: 'code-unknown', codes: ['/'] },
  });
});

test('refuses a mark for a student who is not in the class on that day', () => {
  const school = filledSchool();
  const { store, office, ana, cyd, roomA } = school;
  expect(marker(school)(office, cyd, 'P')).toMatchObject({ error: { type: 'out-of-scope' } });
  store.enrol(roomA, ana, { endDay: today });
  expect(marker(school)(office, ana, 'P')).toMatchObject({ error: { type: 'out-of-scope' } });
  expect(marker(school, '2030-01-15')(office, ana, 'P')).toMatchObject({ ok: true });
});

test('a register opens with the codes of the school day before, over a weekend', () => {
  const school = filledSchool({ nowMs: someNowMs + 5 * dayMs });
  const { teacher, ana, ben } = school;
  marker(school, '2030-01-18')(teacher, ana, 'I');
  const register = registerOf(school, teacher, '2030-01-21');
  expect(register.previousDay).toBe('2030-01-18');
  expect(register.students.map(({ id, previousCode }) => [id, previousCode])).toEqual([
    [ana, 'I'],
    [ben, null],
  ]);
  expect(registerOf(school, teacher, '2030-01-01').previousDay).toBeNull();
});

test('expects the registers of the mode: homerooms by day, by halves, and classes by their periods', () => {
  const registersIn = (attendance: 'daily' | 'am-pm' | 'period') => {
    const { store, office, ana, staffB } = filledSchool({ attendance });
    store.addClass('Maths', { teacher: staffB, students: [ana] }, { periods: ['2', 'Period 3'] });
    store.addClass('Empty', { teacher: staffB }, { periods: ['1'] });
    store.addClass('Autumn', { students: [ana] }, { periods: ['4'], terms: ['Autumn'] });
    store.addSession('Autumn', 'gradingPeriod', '2029-09-01', '2029-12-20');
    return store
      .get(office, 'attendance', 'registers', { day: today })
      .registers.map(({ title, session, teacher }) => `${title} ${session} ${teacher}`);
  };
  const byDay = ['7A day Tess Atwell', '7B day Tom Burr'];
  expect(registersIn('daily')).toEqual(byDay);
  expect(registersIn('am-pm')).toEqual([
    '7A am Tess Atwell',
    '7B am Tom Burr',
    '7A pm Tess Atwell',
    '7B pm Tom Burr',
  ]);
  expect(registersIn('period')).toEqual([...byDay, 'Maths p2 Tom Burr', 'Maths p3 Tom Burr']);
});

test('today lists registers not taken, absences without a reason from earlier days too, and late arrivals', () => {
  const school = filledSchool();
  const { store, office, teacher, ana, ben, roomA, roomB } = school;
  marker(school, '2030-01-14')(teacher, ana, 'A');
  marker(school, '2030-01-14')(teacher, ben, 'A');
  marker(school, '2030-01-14')(office, ben, 'I');
  marker(school)(teacher, ana, 'A');
  marker(school)(teacher, ben, 'T', { minutes: 20 });
  store.get(teacher, 'attendance', 'take', { day: today, class: roomA, session: 'day', taken: true });
  const person = { homeroom: '7A', class: roomA, session: 'day' };
  expect(store.get(office, 'attendance', 'today', { day: today })).toEqual({
    isSchoolDay: true,
    closedBecause: null,
    registersExpected: 2,
    registersTaken: 1,
    notTaken: [{ class: roomB, title: '7B', teacher: 'Tom Burr', session: 'day', blank: 2, students: 2 }],
    absentWithoutReason: [
      {
        ...person,
        student: ana,
        day: today,
        name: 'Ana Abbot',
        code: 'A',
        sinceDays: 2,
        reasonDueDay: null,
        isOverdue: false,
      },
    ],
    hereThoughPlanned: [],
    callbacks: [],
    late: [{ ...person, student: ben, name: 'Ben Brill', code: 'T', minutes: 20 }],
  });
});

test('a register counts today once its session has begun', () => {
  const { store, office } = filledSchool({ nowMs: someNowMs - 2 * 3_600_000 });
  expect(store.get(office, 'attendance', 'today', { day: today })).toMatchObject({
    isSchoolDay: true,
    registersExpected: 0,
    notTaken: [],
  });
});

test('shows the codes in force with their key, category and source', () => {
  const { store, office } = filledSchool({ country: 'england', attendance: 'am-pm' });
  const shown = store.get(office, 'attendance', 'codes', { day: today });
  expect(shown.country).toBe('england');
  expect(shown.source).toContain('SI 2024/208');
  expect(shown.codes.find(({ code }) => code === 'U')).toMatchObject({
    category: 'late',
    statisticalCategory: 'unauthorised',
    takesMinutes: true,
  });
  expect(
    store.get(office, 'attendance', 'codes', { day: '2020-01-15' }).codes.some(({ code }) => code === '/'),
  ).toBe(false);
});

test('a mark that was rolled back is in no later total, though the register is kept from mark to mark', () => {
  const school = filledSchool();
  const { store, teacher, ana, ben } = school;
  const mark = marker(school);
  const totalsOf = (reply: ReturnType<typeof mark>) => (reply.ok ? reply.value.totals : null);
  expect(totalsOf(mark(teacher, ana, 'P'))).toMatchObject({ present: 1, absentUnexplained: 0, blank: 1 });
  store.connection.exec(
    "CREATE TRIGGER full BEFORE INSERT ON audit_leaf BEGIN SELECT RAISE(ABORT, 'full'); END",
  );
  expect(() => mark(teacher, ana, 'A')).toThrow('audit log cannot be written');
  store.connection.exec('DROP TRIGGER full');
  expect(totalsOf(mark(teacher, ben, 'T'))).toMatchObject({
    present: 1,
    late: 1,
    absentUnexplained: 0,
    blank: 0,
  });
  expect(totalsOf(mark(teacher, ana, null))).toMatchObject({ present: 0, late: 1, blank: 1 });
});
