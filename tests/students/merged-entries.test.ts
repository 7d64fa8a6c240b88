import { expect, test } from 'vitest';
import { contact, mark, movement, plannedAbsence } from '../../db/attendance/schema.ts';
import { contract } from '../../domain/contract/contract.ts';
import type { StudentId } from '../../domain/ids.ts';
import { planMarks } from '../../main/roster/plan-marks.ts';
import { filledSchool, type FilledSchool } from '../support/filled-school.ts';
import { someNowMs, type Caller, type SchoolStore } from '../support/school-store.ts';

const today = '2030-01-16';
const yesterday = '2030-01-15';
const at = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
const call = { channel: 'call-in', outcome: 'reason-given' } as const;

interface Twice extends FilledSchool {
  readonly second: StudentId;
  readonly contactId: string;
  readonly planId: string;
  readonly departureId: string;
}

/** Ana has a second record, in 7B, and the office has entered something of every kind for that one. */
function twiceAna(): Twice {
  const school = filledSchool({ attendance: 'am-pm', country: 'england' });
  const { store, office, ana, ben, roomA, roomB } = school;
  store.setNow(someNowMs + 8 * 3_600_000);
  const second = store.addStudent('Anna Abbott', { grade: '08' });
  store.enrol(roomB, second);
  store.addGuardian(second, 'Greg Abbott');
  store.addGuardian(ben, 'Bo Brill');
  const logged = store.get(office, 'absence', 'logContact', {
    students: [second],
    contact: { ...call, note: 'rings back', nextStep: 'call-back', due: { day: today, minute: at('16:00') } },
  });
  const planned = store.get(office, 'absence', 'plan', {
    students: [second],
    from: '2030-01-17',
    to: '2030-01-18',
    code: 'I',
    note: 'has a fever',
  });
  store.get(office, 'attendance', 'mark', {
    day: yesterday,
    class: roomB,
    session: 'am',
    marks: [{ student: second, code: 'N', note: 'no word' }],
  });
  store.get(office, 'attendance', 'mark', {
    day: yesterday,
    class: roomA,
    session: 'pm',
    marks: [{ student: ana, code: '\\' }],
  });
  store.get(office, 'counter', 'arrive', {
    students: [second],
    day: today,
    minute: at('10:00'),
    reason: 'overslept',
  });
  const out = store.get(office, 'counter', 'signOut', {
    students: [second],
    day: today,
    minute: at('11:00'),
    reason: 'medical',
    expectedMinute: at('14:30'),
    collectedBy: 'Greg',
  });
  return {
    ...school,
    second,
    contactId: logged.contacts[0] ?? '',
    planId: planned.plans[0] ?? '',
    departureId: out.movements[0]?.id ?? '',
  };
}

/** What every screen of the office's day says. */
function allAnswers({ store, office, ana, second, roomA, roomB }: Twice) {
  const leader: Caller = { role: 'senior-leader' };
  const days = [yesterday, today, '2030-01-17'];
  const of = (student: StudentId) => ({
    line: store.get(office, 'absence', 'student', { student }),
    plans: store.get(office, 'absence', 'plans', plansOf(student)),
    year: store.get(office, 'students', 'attendance', { student }),
  });
  return {
    ana: of(ana),
    second: of(second),
    plans: store.get(office, 'absence', 'plans', plansOf(null)),
    contacts: store.get(office, 'absence', 'day', { day: today }),
    callbacks: store.get(office, 'absence', 'callbacks', { until: today }),
    unexplained: store.get(office, 'absence', 'unexplained', { days: 20 }),
    desk: store.get(office, 'counter', 'day', { day: today }),
    today: days.map((day) => store.get(office, 'attendance', 'today', { day })),
    registers: days.flatMap((day) =>
      [roomA, roomB].flatMap((schoolClass) =>
        ['am', 'pm'].map((session) =>
          store.get(office, 'attendance', 'register', { day, class: schoolClass, session }),
        ),
      ),
    ),
    late: store.get(leader, 'students', 'list', { today: 'late' }),
    rates: store.get(leader, 'students', 'list', { sort: 'rate', descending: true }),
  };
}

const plansOf = (student: StudentId | null) => ({
  from: today,
  to: '2030-02-01',
  student,
  occasion: null,
});
const rowsOf = ({ db }: SchoolStore) =>
  [contact, plannedAbsence, movement, mark].map((table) => db.select().from(table).all());
const merge = ({ store, office, ana, second }: Twice) =>
  store.get(office, 'students', 'merge', { kept: ana, merged: second });
const part = ({ store, office, second }: Twice) =>
  store.get(office, 'students', 'unmerge', { merged: second });

test('what was entered for the record that is hidden is seen under the person, on every screen', () => {
  const school = twiceAna();
  const { ana, second, roomB } = school;
  merge(school);
  const shown = allAnswers(school);
  expect(shown.ana.line).toMatchObject({
    student: ana,
    name: 'Ana Abbot',
    guardians: [{ name: 'Greg Abbott' }],
    plans: [{ student: ana, from: '2030-01-17', note: 'has a fever', isOverlaid: false }],
    contacts: [{ student: ana, note: 'rings back', isSettled: false }],
    unexplained: [{ day: yesterday, class: roomB, session: 'am' }],
  });
  expect(shown.plans.plans.map(({ student, name }) => [student, name])).toEqual([[ana, 'Ana Abbot']]);
  expect(shown.contacts.contacts.map(({ student, note }) => [student, note])).toEqual([[ana, 'rings back']]);
  expect(shown.callbacks.contacts.map(({ student }) => student)).toEqual([ana]);
  expect(shown.unexplained.students).toMatchObject([
    { student: ana, lastContact: { outcome: 'reason-given' } },
  ]);
  expect(shown.desk.movements.map(({ student, kind, isOut }) => [student, kind, isOut])).toEqual([
    [ana, 'departure', true],
    [ana, 'arrival', false],
  ]);
  expect(shown.today[1]?.callbacks.map(({ student }) => student)).toEqual([ana]);
  const planned = shown.registers
    .filter(({ day }) => day === '2030-01-17')
    .map(({ students }) => students.find(({ id }) => id === ana)?.planned?.code);
  expect(planned).toEqual(['I', 'I', 'I', 'I']);
  expect(shown.late.students.map(({ id }) => id)).toEqual([ana]);
  // In am of both days away, then late for too long; in pm here, then signed out.
  expect(shown.ana.year.rate).toMatchObject({ possible: 4, absent: 3, late: 1 });
  expect(shown.rates.students[0]).toMatchObject({ id: ana, rate: { percentText: '75.0' } });
  expect(JSON.stringify(shown)).not.toContain(second);
});

test('a question about either record of a person has the same answer', () => {
  const school = twiceAna();
  const { store, roomB } = school;
  const administrator: Caller = { role: 'school-administrator' };
  merge(school);
  const inputs = {
    'students.card': {},
    'students.attendance': {},
    'students.contacts': {},
    'students.identity': {},
    'students.family': {},
    // Each look adds a line to it.
    'students.accessRecord': null,
    'absence.student': {},
    'absence.plans': plansOf(null),
    'counter.siblings': {},
    'attendance.markHistory': { day: yesterday, class: roomB, session: 'am' },
  };
  const areas = ['students', 'absence', 'counter', 'attendance'] as const;
  const named = areas.flatMap((area) =>
    Object.entries(contract[area]).flatMap(([name, { kind, input }]) =>
      kind === 'query' && 'student' in input.shape ? [`${area}.${name}`] : [],
    ),
  );
  expect(named.toSorted()).toEqual(Object.keys(inputs).toSorted());
  for (const [name, input] of Object.entries(inputs)) {
    if (input === null) continue;
    const [area, procedure] = name.split('.') as ['students', 'card'];
    const [one, other] = [school.ana, school.second].map((student) =>
      store.call(administrator, area, procedure, { ...input, student }),
    );
    expect([name, one]).toMatchObject([name, { ok: true }]);
    expect([name, other]).toEqual([name, one]);
  }
});

test('parting leaves every answer and every row as it was', () => {
  const school = twiceAna();
  const before = allAnswers(school);
  const rows = rowsOf(school.store);
  merge(school);
  expect(allAnswers(school)).not.toEqual(before);
  part(school);
  expect(allAnswers(school)).toEqual(before);
  expect(rowsOf(school.store)).toEqual(rows);
});

test('a plan of the record that is hidden is changed, ended and withdrawn where it lies', () => {
  const school = twiceAna();
  const { store, office, ana, second, planId } = school;
  merge(school);
  const ownPlans = () =>
    store.get(office, 'absence', 'plans', plansOf(ana)).plans.map(({ code, to, note }) => [code, to, note]);
  store.get(office, 'absence', 'changePlan', {
    plans: [planId],
    fields: { code: 'M', note: 'at the dentist' },
    // The person goes already.
    joins: [second],
    leaves: [],
  });
  expect(ownPlans()).toEqual([['M', '2030-01-18', 'at the dentist']]);
  expect(store.db.select({ student: plannedAbsence.student }).from(plannedAbsence).all()).toEqual([
    { student: second },
  ]);
  part(school);
  expect(ownPlans()).toEqual([]);
  expect(store.get(office, 'absence', 'student', { student: second }).plans).toMatchObject([
    { code: 'M', note: 'at the dentist' },
  ]);
  merge(school);
  store.get(office, 'absence', 'withdrawPlan', { plans: [planId] });
  expect(ownPlans()).toEqual([]);
  const status = () =>
    store.db
      .select({ student: plannedAbsence.student, status: plannedAbsence.status })
      .from(plannedAbsence)
      .all();
  expect(status()).toEqual([{ student: second, status: 'withdrawn' }]);
});

test('undo reaches a plan of the record that is hidden where it lies', () => {
  const school = twiceAna();
  const { store, office, second, planId } = school;
  merge(school);
  expect(store.get(office, 'absence', 'takeBack', { plans: [planId], marks: [] })).toMatchObject({
    plans: 1,
  });
  expect(
    store.db
      .select({ student: plannedAbsence.student, status: plannedAbsence.status })
      .from(plannedAbsence)
      .all(),
  ).toEqual([{ student: second, status: 'withdrawn' }]);
});

test('a call to the person settles the callback of the record that is hidden, for good', () => {
  const school = twiceAna();
  const { store, office, ana, second, contactId } = school;
  const open = () => store.get(office, 'absence', 'callbacks', { until: today }).contacts.length;
  merge(school);
  store.get(office, 'absence', 'logContact', {
    students: [ana],
    contact: { ...call, settles: contactId },
  });
  expect(open()).toBe(0);
  part(school);
  expect(open()).toBe(0);
  expect(store.get(office, 'absence', 'student', { student: second }).contacts).toMatchObject([
    { note: 'rings back', isSettled: true },
  ]);
});

test('what a window still enters for the record that is hidden goes to the person', () => {
  const school = twiceAna();
  const { store, office, ana, second } = school;
  merge(school);
  store.get(office, 'absence', 'logContact', { students: [second, ana], contact: { ...call } });
  store.get(office, 'absence', 'plan', {
    students: [ana, second],
    from: '2030-01-21',
    to: '2030-01-21',
    code: 'I',
  });
  store.get(office, 'absence', 'explain', {
    student: second,
    code: 'I',
    registers: null,
    contact: { ...call, note: 'at home' },
  });
  const signedOut = store.get(office, 'counter', 'signOut', {
    students: [second, ana],
    day: yesterday,
    minute: at('11:00'),
    reason: 'medical',
    expectedMinute: null,
    correction: 'found on paper',
  });
  expect(signedOut.movements).toMatchObject([{ student: ana, registers: 2 }]);
  part(school);
  expect(store.get(office, 'absence', 'student', { student: ana })).toMatchObject({
    contacts: [{ student: ana }, { student: ana }],
    plans: [{ from: '2030-01-21' }],
  });
  const { contacts, plans } = store.get(office, 'absence', 'student', { student: second });
  expect([contacts.length, plans.length]).toEqual([1, 1]);
});

test('the front desk knows the day of both records: who is out comes back, and is not signed out twice', () => {
  const school = twiceAna();
  const { store, office, ana, second, roomB } = school;
  const signOut = { minute: at('14:00'), reason: 'medical', expectedMinute: null } as const;
  const pm = () =>
    store
      .get(office, 'attendance', 'register', { day: today, class: roomB, session: 'pm' })
      .students.find(({ id }) => id === ana || id === second)?.office?.code ?? null;
  const isOut = () =>
    store.get(office, 'counter', 'day', { day: today }).movements.map(({ isOut: out }) => out);
  merge(school);
  expect(pm()).toBe('M');
  for (const student of [ana, second]) {
    expect(
      store.call(office, 'counter', 'signOut', { students: [student], day: today, ...signOut }),
    ).toMatchObject({ ok: false, error: { why: 'out-already' } });
  }
  const back = { students: [ana], day: today, minute: at('11:30') };
  expect(store.get(office, 'counter', 'comeBack', back).movements).toMatchObject([
    { student: ana, registers: 1 },
  ]);
  expect([pm(), isOut()]).toEqual([null, [false, false, false]]);
  part(school);
  expect([pm(), isOut()]).toEqual([null, [false, false, false]]);
});

test('a movement of the record that is hidden is taken back with its marks, and stays so once parted', () => {
  const school = twiceAna();
  const { store, office, ana, second, roomB, departureId } = school;
  const pm = () =>
    store
      .get(office, 'attendance', 'register', { day: today, class: roomB, session: 'pm' })
      .students.find(({ id }) => id === ana || id === second)?.office?.code ?? null;
  merge(school);
  expect(store.get(office, 'counter', 'takeBack', { movement: departureId })).toEqual({ registers: 1 });
  expect(pm()).toBeNull();
  const kinds = () => store.get(office, 'counter', 'day', { day: today }).movements.map(({ kind }) => kind);
  expect(kinds()).toEqual(['arrival']);
  part(school);
  expect([pm(), kinds()]).toEqual([null, ['arrival']]);
  // Nobody is out: the record can be signed out again.
  expect(
    store.call(office, 'counter', 'signOut', {
      students: [second],
      day: today,
      minute: at('14:00'),
      reason: 'medical',
      expectedMinute: null,
    }),
  ).toMatchObject({ ok: true });
});

test('a plan of the record that is hidden explains a movement of the person', () => {
  const codeAfter = (isMerged: boolean): string | undefined => {
    const { store, office, ana, ben, roomA } = filledSchool({ attendance: 'am-pm', country: 'england' });
    store.setNow(someNowMs + 8 * 3_600_000);
    const second = store.addStudent('Anna Abbott');
    store.get(office, 'absence', 'plan', { students: [second], from: today, to: today, code: 'M' });
    store.get(office, 'students', 'merge', { kept: isMerged ? ana : ben, merged: second });
    store.get(office, 'counter', 'arrive', {
      students: [ana],
      day: today,
      minute: at('11:00'),
      reason: 'overslept',
    });
    const register = store.get(office, 'attendance', 'register', { day: today, class: roomA, session: 'am' });
    return register.students.find(({ id }) => id === ana)?.office?.code;
  };
  expect([codeAfter(false), codeAfter(true)]).toEqual(['U', 'M']);
});

test('H26: in marks of days gone by, the number of the record that is hidden is one of the person', () => {
  const { store, office, ana, roomA } = filledSchool({ attendance: 'am-pm', country: 'england' });
  const second = store.addStudent('Anna Abbott', { studentNumber: 'OLD-1' });
  store.enrol(roomA, second);
  store.get(office, 'students', 'merge', { kept: ana, merged: second });
  const row = {
    file: 0,
    day: yesterday,
    session: 'am',
    classCode: null,
    code: 'I',
    minutes: null,
    note: '',
  } as const;
  const numbers = ['OLD-1', 'N1', 'OLD-1'];
  const rows = numbers.map((studentNumber, index) => ({ ...row, line: index + 2, studentNumber }));
  const unit = store.unitFor({ role: 'school-administrator' }, 'roster.import', 'school');
  const planned: unknown[] = [];
  const { review, subjects } = planMarks(
    unit,
    { fileNames: ['a.csv'], leftOut: 0, rows },
    'marks-check',
    ({ marks }) => planned.push(...marks),
  );
  expect(review).toMatchObject({ marks: 1, students: 1, same: 2, notExpected: { rows: 0 } });
  expect([planned, subjects]).toEqual([[{ student: ana, code: 'I', minutes: null, note: '' }], [ana]]);
});
