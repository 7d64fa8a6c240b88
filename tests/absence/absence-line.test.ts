import { expect, test } from 'vitest';
import { filledSchool, type FilledSchool } from '../support/filled-school.ts';
import { someNowMs } from '../support/school-store.ts';

const today = '2030-01-16';
const dayMs = 86_400_000;
const call = { channel: 'call-in', outcome: 'reason-given' } as const;

function mark(
  { store, teacher, roomA }: FilledSchool,
  student: string,
  code: string | null,
  day = today,
  session = 'day',
) {
  store.get(teacher, 'attendance', 'mark', { day, class: roomA, session, marks: [{ student, code }] });
}

test('A16: a contact keeps who, when, outcome and next step, and what was said lies sealed', () => {
  const { store, office, ana } = filledSchool();
  const guardian = store.addGuardian(ana, 'Gia Abbot');
  store.get(office, 'absence', 'logContact', {
    students: [ana],
    contact: {
      channel: 'call-out',
      guardian,
      outcome: 'left-message',
      note: 'Asked to ring the office',
      nextStep: 'call-back',
      due: { day: today, minute: 11 * 60 },
    },
  });
  const { contacts } = store.get(office, 'absence', 'day', { day: today });
  expect(contacts).toMatchObject([
    {
      student: ana,
      name: 'Ana Abbot',
      homeroom: '7A',
      atMs: someNowMs,
      channel: 'call-out',
      with: 'Gia Abbot',
      outcome: 'left-message',
      note: 'Asked to ring the office',
      nextStep: 'call-back',
      dueAtMs: Date.UTC(2030, 0, 16, 16),
      isSettled: false,
      by: 'Account of attendance-clerk',
    },
  ]);
  const stored = JSON.stringify(store.connection.prepare('SELECT * FROM contact').all());
  expect(stored).not.toContain('Asked to ring');
});

test('A16: a callback is due until a later contact settles it', () => {
  const { store, office, teacher, leader, ana, ben } = filledSchool();
  const callback = { nextStep: 'call-back', due: { day: today, minute: 600 } } as const;
  const log = (student: string, more: object) =>
    store.call(office, 'absence', 'logContact', { students: [student], contact: { ...call, ...more } });
  log(ana, callback);
  const due = (until = today) => store.get(office, 'absence', 'callbacks', { until }).contacts;
  const [first] = due();
  expect(first).toMatchObject({ student: ana, nextStep: 'call-back' });
  expect(due('2030-01-15')).toEqual([]);
  const todays = () => store.get(office, 'attendance', 'today', { day: today }).callbacks;
  expect(todays()).toMatchObject([{ student: ana, name: 'Ana Abbot', nextStep: 'call-back' }]);
  // Only the office works the line.
  expect(store.get(leader, 'attendance', 'today', { day: today }).callbacks).toEqual([]);
  expect(store.get(teacher, 'attendance', 'today', { day: today }).callbacks).toEqual([]);
  // A call that does not say so settles nothing, nor does one about somebody else.
  log(ana, {});
  expect(log(ben, { settles: first?.id })).toMatchObject({ error: { type: 'out-of-scope' } });
  expect(due()).toHaveLength(1);
  store.setNow(someNowMs + dayMs);
  expect(due('2030-01-17')).toHaveLength(1);
  log(ana, { settles: first?.id, nextStep: 'note-due', due: { day: '2030-01-18', minute: 0 } });
  expect(due('2030-01-17')).toEqual([]);
  expect(due('2030-01-18')).toMatchObject([{ student: ana, nextStep: 'note-due' }]);
});

test('A16: one entry of the absence line makes the contact, the plan and the corrections, in one change and one audit row', () => {
  const school = filledSchool();
  const { store, office, ana, ben, roomA } = school;
  for (const student of [ana, ben]) mark(school, student, 'A', '2030-01-15');
  mark(school, ana, 'A');
  const changes = () => store.connection.prepare('SELECT count(*) FROM change').pluck().get() as number;
  const audited = () => store.auditLog.head(store.db).size;
  const [changesBefore, auditedBefore] = [changes(), audited()];
  const entry = store.get(office, 'absence', 'record', {
    students: [ana],
    contact: { ...call, note: 'A cough' },
    code: 'I',
    from: '2030-01-15',
    to: '2030-01-18',
  });
  expect([changes() - changesBefore, audited() - auditedBefore]).toEqual([1, 1]);
  expect(entry.marks.map(({ day }) => day)).toEqual(['2030-01-15', today]);
  const cell = (day: string) =>
    store.get(office, 'attendance', 'register', { day, class: roomA, session: 'day' }).students[0];
  expect(cell('2030-01-15')).toMatchObject({
    teacher: { code: 'A' },
    office: { code: 'I' },
    planned: null,
  });
  expect(cell('2030-01-15')?.history.map(({ code }) => code)).toEqual(['A', 'I']);
  expect(cell(today)).toMatchObject({ office: { code: 'I' }, planned: { code: 'I' } });
  expect(cell('2030-01-18')).toMatchObject({ office: null, planned: { code: 'I' } });
  // The other student keeps the mark that still lacks a reason.
  const open = store.get(office, 'absence', 'unexplained', {}).students;
  expect(open.map(({ student }) => student)).toEqual([ben]);
  store.get(office, 'absence', 'takeBack', { plans: entry.plans, marks: entry.marks });
  expect(cell(today)).toMatchObject({ teacher: { code: 'A' }, office: null, planned: null });
  expect(cell('2030-01-15')?.history.map(({ code }) => code)).toEqual(['A', 'I', null]);
});

test('siblings are entered in one step, each with the guardian only where it is theirs', () => {
  const { store, office, ana, cyd } = filledSchool();
  const guardian = store.addGuardian(ana, 'Gia Abbot');
  const entry = { code: 'I', from: today, to: today };
  const students = [ana, cyd];
  store.get(office, 'absence', 'record', { ...entry, students, contact: { ...call, guardian } });
  const { contacts } = store.get(office, 'absence', 'day', { day: today });
  expect(new Map(contacts.map((each) => [each.student, each.with]))).toEqual(
    new Map([
      [ana, 'Gia Abbot'],
      [cyd, ''],
    ]),
  );
  store.addGuardian(cyd, 'Gia Abbot');
  const opened = store.get(office, 'absence', 'student', { student: ana });
  expect(opened.siblings).toEqual([{ id: cyd, name: 'Cyd Cole', homeroom: '7B' }]);
  expect(JSON.stringify(opened)).not.toContain('phone');
  expect(
    store.call(office, 'absence', 'record', {
      ...entry,
      students: [cyd],
      contact: { ...call, guardian: 'f'.repeat(32) },
    }),
  ).toMatchObject({
    error: { type: 'out-of-scope' },
  });
});

test('A16: a reason given to marks that only said "not here" is a correction, and can be taken back to what stood', () => {
  const school = filledSchool();
  const { store, office, ana, roomA } = school;
  mark(school, ana, 'P', '2030-01-14');
  store.get(office, 'attendance', 'mark', {
    day: '2030-01-15',
    class: roomA,
    session: 'day',
    marks: [{ student: ana, code: 'A' }],
  });
  mark(school, ana, 'A');
  const entry = store.get(office, 'absence', 'explain', {
    student: ana,
    code: 'E',
    registers: [{ day: '2030-01-15', class: roomA, session: 'day' }],
  });
  expect(entry.marks).toHaveLength(1);
  const open = () => store.get(office, 'absence', 'unexplained', {}).students[0]?.registers;
  expect(open()?.map(({ day }) => day)).toEqual([today]);
  store.get(office, 'absence', 'takeBack', { marks: entry.marks });
  expect(open()?.map(({ day }) => day)).toEqual(['2030-01-15', today]);
  expect(store.get(office, 'absence', 'explain', { student: ana, code: 'E' }).marks).toHaveLength(2);
  expect(open()).toBeUndefined();
  expect(store.call(office, 'absence', 'explain', { student: ana, code: 'E' })).toMatchObject({
    error: { type: 'nothing-to-explain' },
  });
});

test('A16: what stands again after taking back has its minutes and its note', () => {
  const school = filledSchool();
  const { store, office, ana, roomA } = school;
  const register = { day: today, class: roomA, session: 'day' } as const;
  store.get(office, 'attendance', 'mark', {
    ...register,
    marks: [{ student: ana, code: 'A', minutes: null, note: 'Invented note' }],
  });
  const { marks } = store.get(office, 'absence', 'explain', { student: ana, code: 'I' });
  const shown = () =>
    store.get(office, 'attendance', 'register', register).students.find(({ id }) => id === ana)?.office;
  expect(shown()).toMatchObject({ code: 'I', note: '' });
  store.get(office, 'absence', 'takeBack', { marks });
  expect(shown()).toMatchObject({ code: 'A', note: 'Invented note' });
});

test("A16: an N of a year's last days is asked about in summer and in the next year, and is due", () => {
  const school = filledSchool({ country: 'england', attendance: 'am-pm', timeZone: 'Europe/London' });
  const { store, office, ana } = school;
  const last = '2030-06-26';
  const seenOn = (day: string) => {
    store.setNow(Date.parse(`${day}T12:00:00Z`));
    const listed = store.get(office, 'absence', 'unexplained', {}).students;
    const opened = store.get(office, 'absence', 'student', { student: ana });
    expect(opened.unexplained.map((each) => each.day)).toEqual(listed.length === 0 ? [] : [last]);
    const work = store.get(office, 'attendance', 'today', { day });
    const lines = listed.map(({ reasonDueDay, isOverdue, sinceDays }) => [
      reasonDueDay,
      isOverdue,
      sinceDays,
    ]);
    expect(
      work.absentWithoutReason.map(({ reasonDueDay, isOverdue, sinceDays }) => [
        reasonDueDay,
        isOverdue,
        sinceDays,
      ]),
    ).toEqual(lines);
    return lines;
  };
  store.setNow(Date.parse(`${last}T12:00:00Z`));
  mark(school, ana, 'N', last, 'am');
  // Two school days are left, and no other year is known.
  expect(seenOn(last)).toEqual([['2030-06-28', false, 0]]);
  expect(seenOn('2030-07-15')).toEqual([['2030-06-28', true, 3]]);
  // 2 September 2030 is a Monday: Thursday, Friday, Monday to Wednesday.
  store.addSession('Next', 'schoolYear', '2030-09-02', '2031-06-29');
  expect(seenOn('2030-07-15')).toEqual([['2030-09-04', false, 3]]);
  expect(seenOn('2030-09-05')).toEqual([['2030-09-04', true, 6]]);
  store.get(office, 'absence', 'explain', { student: ana, code: 'I' });
  expect(seenOn('2030-09-05')).toEqual([]);
});

test("A16: England's N is due for a reason within five school days, a closure left out, and is overdue after", () => {
  const school = filledSchool({ country: 'england', attendance: 'am-pm', timeZone: 'Europe/London' });
  const { store, office, ana, ben } = school;
  mark(school, ben, 'N', today, 'am');
  store.get(office, 'attendance', 'setClosure', { from: '2030-01-21', to: '2030-01-22', reason: 'Snow' });
  // Thursday, Friday, then Wednesday to Friday: Monday and Tuesday are closed.
  const due = '2030-01-25';
  const seenOn = (day: string) => {
    store.setNow(Date.parse(`${day}T10:00:00Z`));
    const { students, reasonWithinDays } = store.get(office, 'absence', 'unexplained', {});
    expect(reasonWithinDays).toBe(5);
    const work = store.get(office, 'attendance', 'today', { day });
    expect(
      work.absentWithoutReason.map(({ student, reasonDueDay, isOverdue }) => [
        student,
        reasonDueDay,
        isOverdue,
      ]),
    ).toEqual(students.map(({ student, reasonDueDay, isOverdue }) => [student, reasonDueDay, isOverdue]));
    return students.map(({ student, reasonDueDay, isOverdue }) => [student, reasonDueDay, isOverdue]);
  };
  expect(seenOn(today)).toEqual([[ben, due, false]]);
  expect(seenOn(due)).toEqual([[ben, due, false]]);
  mark(school, ana, 'N', due, 'am');
  // The one who is overdue comes first, whatever the name.
  expect(seenOn('2030-01-28')).toEqual([
    [ben, due, true],
    [ana, '2030-02-01', false],
  ]);
  store.get(office, 'absence', 'explain', { student: ben, code: 'I' });
  expect(seenOn('2030-01-28')).toEqual([[ana, '2030-02-01', false]]);
});

test('A16: taking an entry back leaves what somebody has corrected since, and nothing is taken back twice', () => {
  const school = filledSchool();
  const { store, office, ana, ben, roomA } = school;
  mark(school, ana, 'A');
  const register = { day: today, class: roomA, session: 'day' } as const;
  const first = store.get(office, 'absence', 'explain', { student: ana, code: 'I' });
  store.get(office, 'attendance', 'mark', { ...register, marks: [{ student: ana, code: 'M' }] });
  expect(store.get(office, 'absence', 'takeBack', { marks: first.marks })).toEqual({
    plans: 0,
    marks: 0,
    kept: 1,
  });
  const { students } = store.get(office, 'attendance', 'register', register);
  expect(students.find(({ id }) => id === ana)?.history.map(({ code }) => code)).toEqual(['A', 'I', 'M']);

  mark(school, ben, 'A');
  const second = store.get(office, 'absence', 'explain', { student: ben, code: 'I' });
  const takeBack = () => store.get(office, 'absence', 'takeBack', { marks: second.marks });
  expect([takeBack(), takeBack()]).toEqual([
    { plans: 0, marks: 1, kept: 0 },
    { plans: 0, marks: 0, kept: 1 },
  ]);
});
