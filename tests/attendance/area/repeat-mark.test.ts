import { expect, test } from 'vitest';
import { filledSchool, type FilledSchool } from '../../support/filled-school.ts';
import type { Caller } from '../../support/school-store.ts';

/** A Friday, so that the days after it lie over a weekend. */
const friday = '2030-01-11';

function plansIn({ store }: FilledSchool) {
  return store.connection
    .prepare(
      'SELECT from_day AS "from", to_day AS "to", sessions, code, occasion, status FROM planned_absence ORDER BY rowid',
    )
    .all();
}

function repeater({ store, roomA }: FilledSchool) {
  return (caller: Caller, students: string[], code: string, days: number, day = friday) =>
    store.call(caller, 'attendance', 'repeat', { day, class: roomA, session: 'day', students, code, days });
}

test('A16: three days of a code are the day of the register and the two school days after it', () => {
  const school = filledSchool();
  const { office, ana } = school;
  const reply = repeater(school)(office, [ana], 'I', 3);
  expect(reply).toMatchObject({ ok: true, value: { from: '2030-01-14', to: '2030-01-15' } });
  expect(plansIn(school)).toEqual([
    { from: '2030-01-14', to: '2030-01-15', sessions: '[]', code: 'I', occasion: '', status: 'active' },
  ]);
});

test('passes over days on which the school is closed', () => {
  const school = filledSchool();
  const { store, office, ana } = school;
  store.get({ role: 'school-administrator' }, 'attendance', 'setClosure', {
    from: '2030-01-14',
    to: '2030-01-14',
    reason: 'Invented closure',
  });
  const reply = repeater(school)(office, [ana], 'I', 3);
  expect(reply).toMatchObject({ value: { from: '2030-01-15', to: '2030-01-16' } });
});

test('plans several students in one change and one audit row that names them all', () => {
  const school = filledSchool();
  const { store, office, ana, ben } = school;
  const count = (sql: string) => store.connection.prepare(sql).pluck().get();
  const before = Number(count('SELECT count(*) FROM change'));
  const rows = Number(count('SELECT count(*) FROM audit_leaf'));
  expect(repeater(school)(office, [ana, ben, ana], 'I', 2)).toMatchObject({ ok: true });
  expect(plansIn(school)).toHaveLength(2);
  expect(Number(count('SELECT count(*) FROM change')) - before).toBe(1);
  expect(Number(count('SELECT count(*) FROM audit_leaf')) - rows).toBe(1);
});

test('refuses codes that are said anew each day, codes that may not stand there, and more days than there are', () => {
  const school = filledSchool();
  const { office, ana, cyd } = school;
  const repeat = repeater(school);
  const refused = (error: object) => ({ ok: false, error });
  for (const code of ['P', 'T', 'TU', 'ED']) {
    expect(repeat(office, [ana], code, 3)).toMatchObject(refused({ type: 'code-not-repeatable', code }));
  }
  expect(repeat(office, [ana], 'ZZ', 3)).toMatchObject(refused({ type: 'code-unknown', codes: ['ZZ'] }));
  expect(repeat(office, [ana], 'I', 9, '2030-01-17')).toMatchObject(refused({ type: 'day-in-future' }));
  expect(repeat(office, [ana, cyd], 'I', 3)).toMatchObject(refused({ type: 'out-of-scope' }));
  expect(repeat(office, [ana], 'I', 3, '2030-01-12')).toMatchObject(
    refused({ type: 'register-not-expected' }),
  );
  expect(plansIn(school)).toEqual([]);
});

test('refuses days beyond the end of the school year', () => {
  const school = filledSchool({ nowMs: Date.UTC(2030, 5, 27, 14, 30) });
  const repeat = repeater(school);
  const { office, ana } = school;
  expect(repeat(office, [ana], 'I', 3, '2030-06-27')).toMatchObject({
    error: { type: 'beyond-school-year' },
  });
  expect(repeat(office, [ana], 'I', 2, '2030-06-27')).toMatchObject({ ok: true });
});

test('a teacher repeats nothing, and reaches no other class', () => {
  const school = filledSchool();
  const { teacher, ana } = school;
  expect(repeater(school)(teacher, [ana], 'I', 3)).toMatchObject({
    error: { type: 'permission-refused' },
  });
});

test("England's code of one session is not planned for days with two", () => {
  const school = filledSchool({ country: 'england', attendance: 'am-pm', timeZone: 'Europe/London' });
  const { store, office, ana, roomA } = school;
  const repeat = (code: string) =>
    store.call(office, 'attendance', 'repeat', {
      day: friday,
      class: roomA,
      session: 'am',
      students: [ana],
      code,
      days: 2,
    });
  expect(repeat('/')).toMatchObject({ error: { type: 'code-not-repeatable' } });
  expect(repeat('C1')).toMatchObject({ ok: true });
});

test('A16: the later sessions of the day are among the days, and are taken back with them', () => {
  const school = filledSchool({ country: 'england', attendance: 'am-pm', timeZone: 'Europe/London' });
  const { store, office, ana, roomA } = school;
  const repeat = (session: string, day: string) =>
    store.get(office, 'attendance', 'repeat', {
      day,
      class: roomA,
      session,
      students: [ana],
      code: 'I',
      days: 2,
    });
  const planned = (day: string) =>
    ['am', 'pm'].map((session) => {
      const register = store.get(office, 'attendance', 'register', { day, class: roomA, session });
      return register.students.find(({ id }) => id === ana)?.planned?.code ?? null;
    });
  const { plans } = repeat('am', friday);
  expect([planned(friday), planned('2030-01-14')]).toEqual([
    [null, 'I'],
    ['I', 'I'],
  ]);
  store.get(office, 'attendance', 'withdrawRepeat', { plans: plans.map(({ id }) => id) });
  expect([planned(friday), planned('2030-01-14')]).toEqual([
    [null, null],
    [null, null],
  ]);
  expect(repeat('pm', friday).plans).toHaveLength(1);
  expect([planned(friday), planned('2030-01-14')]).toEqual([
    [null, null],
    ['I', 'I'],
  ]);
});

test('takes planned days back once, and says how many were in force', () => {
  const school = filledSchool();
  const { store, office, ana, ben } = school;
  const reply = repeater(school)(office, [ana, ben], 'I', 2);
  const plans = reply.ok ? reply.value.plans.map(({ id }) => id) : [];
  const withdraw = () => store.get(office, 'attendance', 'withdrawRepeat', { plans });
  expect(withdraw()).toEqual({ withdrawn: 2 });
  expect(withdraw()).toEqual({ withdrawn: 0 });
  expect(plansIn(school)).toMatchObject([{ status: 'withdrawn' }, { status: 'withdrawn' }]);
});
