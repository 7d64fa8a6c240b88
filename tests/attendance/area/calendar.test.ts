import { expect, test } from 'vitest';
import { filledSchool, type FilledSchool } from '../../support/filled-school.ts';
import { SchoolStore, someNowMs } from '../../support/school-store.ts';

const today = '2030-01-16';

function schoolDayOf({ store, office }: Pick<FilledSchool, 'store' | 'office'>, day: string) {
  const { isSchoolDay, closedBecause, registers } = store.get(office, 'attendance', 'registers', { day });
  return [isSchoolDay, closedBecause, registers.length];
}

test('a closed day expects no register and says why; opened again it does', () => {
  const school = filledSchool();
  const { store, office } = school;
  const set = (reason: string | null) =>
    store.get(office, 'attendance', 'setClosure', { from: '2030-01-18', to: '2030-01-21', reason });
  expect(schoolDayOf(school, '2030-01-18')).toEqual([true, null, 2]);
  expect(set('Snow')).toEqual({ days: 2 });
  expect(schoolDayOf(school, '2030-01-18')).toEqual([false, { type: 'closure', reason: 'Snow' }, 0]);
  expect(schoolDayOf(school, '2030-01-19')).toEqual([false, { type: 'weekend' }, 0]);
  expect(store.get(office, 'attendance', 'calendar', {}).closures).toEqual([
    { day: '2030-01-18', reason: 'Snow' },
    { day: '2030-01-21', reason: 'Snow' },
  ]);
  expect(set('Snow')).toEqual({ days: 0 });
  expect(set(null)).toEqual({ days: 2 });
  expect(schoolDayOf(school, '2030-01-18')).toEqual([true, null, 2]);
});

test('closing days with marks asks first, keeps the marks, and leaves them out of the rate', () => {
  const { store, office, teacher, ana, ben, roomA } = filledSchool();
  for (const student of [ana, ben]) {
    for (const code of ['A', 'U']) {
      const key = { day: today, class: roomA, session: 'day' };
      store.get(teacher, 'attendance', 'mark', { ...key, marks: [{ student, code }] });
    }
  }
  const absent = () => store.get(office, 'students', 'attendance', { student: ana }).rate.absent;
  expect(absent()).toBe(1);
  const close = (confirmedMarks: number | null) =>
    store.call(office, 'attendance', 'setClosure', {
      from: today,
      to: today,
      reason: 'Flood',
      confirmedMarks,
    });
  const asks = { ok: false, error: { type: 'closure-has-marks', marks: 2 } };
  expect(close(null)).toMatchObject(asks);
  expect(close(1)).toMatchObject(asks);
  expect(absent()).toBe(1);
  expect(close(2)).toEqual({ ok: true, value: { days: 1 } });
  expect(absent()).toBe(0);
  expect(store.connection.prepare('SELECT count(*) FROM mark').pluck().get()).toBe(4);
  store.get(office, 'attendance', 'setClosure', { from: today, to: today, reason: null });
  expect(absent()).toBe(1);
});

test('a closure of one school is not written by who may only see the calendar', () => {
  const { store, teacher } = filledSchool();
  const reply = store.call(teacher, 'attendance', 'setClosure', { from: today, to: today, reason: 'Mine' });
  expect(reply).toMatchObject({ ok: false, error: { type: 'permission-refused' } });
});

test('a closure that is rolled back closes nothing', () => {
  const school = filledSchool();
  const { store, office } = school;
  schoolDayOf(school, today);
  store.connection.exec(
    "CREATE TRIGGER full BEFORE INSERT ON audit_leaf BEGIN SELECT RAISE(ABORT, 'full'); END",
  );
  const close = () =>
    store.call(office, 'attendance', 'setClosure', { from: today, to: today, reason: 'Snow' });
  expect(close).toThrow('audit log cannot be written');
  store.connection.exec('DROP TRIGGER full');
  expect(schoolDayOf(school, today)).toEqual([true, null, 2]);
  store.addStudent('Hal Hume');
  expect(schoolDayOf(school, today)).toEqual([true, null, 2]);
});

test('days outside of terms are outside the school year, and terms alone make one', () => {
  const store = new SchoolStore();
  const office = { role: 'attendance-clerk' } as const;
  try {
    const calendar = () => store.get(office, 'attendance', 'calendar', {});
    const stateOf = (day: string) => schoolDayOf({ store, office }, day).slice(0, 2);
    expect(stateOf(today)).toEqual([false, { type: 'no-year' }]);
    expect(calendar()).toEqual({
      sessions: [],
      closures: [],
      extraDays: [],
      schoolDays: 0,
      registerSessions: [],
    });
    store.addSession('Spring', 'term', '2030-01-14', '2030-03-23');
    store.addSession('Summer', 'term', '2030-04-08', '2030-06-22');
    expect(stateOf(today)).toEqual([true, null]);
    expect(stateOf('2030-03-22')).toEqual([true, null]);
    expect(stateOf('2030-03-25')).toEqual([false, { type: 'outside-year' }]);
    expect(calendar()).toMatchObject({
      sessions: [
        { title: 'Spring', from: '2030-01-14', to: '2030-03-22' },
        { title: 'Summer', from: '2030-04-08', to: '2030-06-21' },
      ],
      schoolDays: 50 + 55,
      registerSessions: ['day'],
    });
  } finally {
    store.close();
  }
});

test('sessions that make no sense are left out, and the school still opens', () => {
  const { store, office } = filledSchool();
  store.addSession('Backwards', 'schoolYear', '2031-06-01', '2031-01-01');
  store.addSession('Century', 'schoolYear', '2000-01-01', '2100-01-01');
  store.addSession('Long before', 'term', '2029-06-01', '2030-03-01');
  for (let number = 0; number < 25; number += 1)
    store.addSession(`T${number}`, 'term', '2030-01-01', '2030-06-29');
  expect(store.get(office, 'attendance', 'calendar', {}).schoolDays).toBe(129);
});

test("a student's year shows every expected session to today, marked or blank, and the rate over those that were possible", () => {
  const { store, office, teacher, ana, roomA } = filledSchool();
  const mark = (caller: typeof office, day: string, code: string) =>
    store.get(caller, 'attendance', 'mark', {
      day,
      class: roomA,
      session: 'day',
      marks: [{ student: ana, code }],
    });
  mark(teacher, '2030-01-14', 'P');
  mark(teacher, '2030-01-15', 'A');
  mark(office, '2030-01-15', 'E');
  const year = store.get(office, 'students', 'attendance', { student: ana });
  expect([year.from, year.to, year.days.length]).toEqual(['2030-01-01', today, 12]);
  expect(year.days.slice(-3)).toEqual([
    {
      day: '2030-01-14',
      sessions: [expect.objectContaining({ code: 'P', category: 'present', overridden: false })],
    },
    {
      day: '2030-01-15',
      sessions: [expect.objectContaining({ code: 'E', category: 'absent-explained', overridden: true })],
    },
    { day: today, sessions: [expect.objectContaining({ code: null, category: null })] },
  ]);
  expect(year.rate).toEqual({
    possible: 2,
    absent: 1,
    unexplained: 0,
    late: 0,
    percentText: '50.0',
    band: 'Severely chronic',
    threshold: { percent: 10, title: 'Moderately chronic', reached: true },
  });
});

test('the rate is compared unrounded: 9.98 % is no chronic absence and is not shown as 10.0', () => {
  // 501 half days cannot come of whole days, so two sessions a day: 50 of 501 is 9.98 %.
  const { store, office, ana, roomA } = filledSchool({
    attendance: 'am-pm',
    country: 'england',
    timeZone: 'Europe/London',
    nowMs: Date.UTC(2030, 11, 31, 16),
  });
  store.addSession('Whole', 'schoolYear', '2030-01-01', '2031-01-01');
  const { registers } = store.get(office, 'attendance', 'registers', { day: today });
  expect(registers).toHaveLength(4);
  const days = store.get(office, 'students', 'attendance', { student: ana }).days.slice(0, 251);
  let left = 501;
  for (const { day } of days) {
    for (const session of ['am', 'pm']) {
      if (left === 0) continue;
      const code = left <= 50 ? 'I' : session === 'am' ? '/' : '\\';
      left -= 1;
      store.get(office, 'attendance', 'mark', {
        day,
        class: roomA,
        session,
        marks: [{ student: ana, code }],
      });
    }
  }
  expect(store.get(office, 'students', 'attendance', { student: ana }).rate).toMatchObject({
    possible: 501,
    absent: 50,
    percentText: '9.98',
    band: 'Below 10 %',
  });
});

test("a student's own enrolments bound the sessions that were expected, through a change of homeroom", () => {
  const { store, office, ana, roomA, roomB } = filledSchool();
  store.enrol(roomA, ana, { beginDay: '2030-01-10', endDay: '2030-01-14', status: 'left' });
  store.enrol(roomB, ana, { beginDay: '2030-01-15' });
  const { days } = store.get(office, 'students', 'attendance', { student: ana });
  expect(days.map(({ day, sessions }) => [day, ...sessions.map(({ classTitle }) => classTitle)])).toEqual([
    ['2030-01-10', '7A'],
    ['2030-01-11', '7A'],
    ['2030-01-15', '7B'],
    ['2030-01-16', '7B'],
  ]);
});

test('after the year has ended the student card shows that year to its end', () => {
  const { store, office, ana } = filledSchool({ nowMs: someNowMs + 200 * 86_400_000 });
  const year = store.get(office, 'students', 'attendance', { student: ana });
  expect([year.from, year.to, year.days.length]).toEqual(['2030-01-01', '2030-06-28', 129]);
});
