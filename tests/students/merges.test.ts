import { expect, test } from 'vitest';
import { joinMerges } from '../../db/people/merges.ts';
import { change, change as changeTable } from '../../db/school/schema.ts';
import { enrolment, guardianLink, student as studentTable } from '../../db/people/schema.ts';
import { mark } from '../../db/attendance/schema.ts';
import type { StudentId } from '../../domain/ids.ts';
import { filledSchool, type FilledSchool } from '../support/filled-school.ts';
import { testId, type Caller, type SchoolStore } from '../support/school-store.ts';

const today = '2030-01-16';

/** Ana has a second record: Anna Abbott, in 7B, with a guardian and marks of her own. */
function twiceAna(): FilledSchool & { readonly second: StudentId } {
  const school = filledSchool();
  const { store, office, teacher, ana, roomA, roomB } = school;
  const second = store.addStudent('Anna Abbott', {
    grade: '08',
    birthDate: '2018-02-03',
    address: '2 Oak Way',
    medicalAlert: 'Wears glasses',
  });
  store.enrol(roomB, second);
  store.enrol(roomA, second);
  store.addGuardian(ana, 'Gail Abbot');
  store.addGuardian(second, 'Greg Abbott');
  const markIn = (
    by: Caller,
    schoolClass: typeof roomA,
    day: string,
    of: StudentId,
    code: string,
    note = '',
  ) =>
    store.get(by, 'attendance', 'mark', {
      day,
      class: schoolClass,
      session: 'day',
      marks: [{ student: of, code, note }],
    });
  markIn(teacher, roomA, '2030-01-14', ana, 'P');
  markIn(teacher, roomA, '2030-01-14', second, 'T', 'overslept');
  markIn(office, roomB, '2030-01-15', second, 'A', 'no word yet');
  return { ...school, second };
}

/** Everything that the screens show of the people concerned. */
function allAnswers({ store, office, teacher, ana, roomA, roomB }: FilledSchool, second: StudentId) {
  const administrator: Caller = { role: 'school-administrator' };
  const nurse: Caller = { role: 'nurse' };
  const days = ['2030-01-14', '2030-01-15', today];
  const of = (student: StudentId) => ({
    card: store.get(administrator, 'students', 'card', { student }),
    contacts: store.get(administrator, 'students', 'contacts', { student }),
    identity: store.get(administrator, 'students', 'identity', { student }),
    family: store.get(administrator, 'students', 'family', { student }),
    attendance: store.get(nurse, 'students', 'attendance', { student }),
  });
  return {
    ana: of(ana),
    second: of(second),
    list: store.get(office, 'students', 'list', {}),
    teachers: store.get(teacher, 'students', 'list', {}),
    registers: days.map((day) => store.get(office, 'attendance', 'registers', { day })),
    open: days.flatMap((day) =>
      [roomA, roomB].map((schoolClass) =>
        store.get(office, 'attendance', 'register', { day, class: schoolClass, session: 'day' }),
      ),
    ),
    today: days.map((day) => store.get(office, 'attendance', 'today', { day })),
  };
}

function tableRows({ db }: SchoolStore) {
  return [studentTable, enrolment, guardianLink, mark].map((table) => db.select().from(table).all());
}

const merge = (store: SchoolStore, by: Caller, kept: StudentId, merged: StudentId) =>
  store.call(by, 'students', 'merge', { kept, merged });

test('merged records are one line, found by the names and numbers of either', () => {
  const { store, office, teacher, ana, ben, cyd, dov, second, roomB } = twiceAna();
  expect(merge(store, office, ana, second)).toMatchObject({ ok: true });
  const ids = (by: Caller, input: object) =>
    store.get(by, 'students', 'list', input).students.map(({ id }) => id);
  expect(ids(office, {})).toEqual([ana, ben, cyd, dov]);
  expect(store.get(office, 'students', 'list', {}).total).toBe(4);
  expect(ids(office, { text: 'abbott' })).toEqual([ana]);
  expect(ids(office, { text: 'anna abbot' })).toEqual([ana]);
  expect(ids(office, { homeroom: roomB })).toEqual([ana, cyd, dov]);
  expect(ids(office, { grade: '08' })).toEqual([ana, cyd, dov]);
  expect(ids(teacher, {})).toEqual([ana, ben]);
  const { students } = store.get(office, 'students', 'find', { text: 'N5' });
  expect(students.map(({ id, name }) => [id, name])).toEqual([[ana, 'Ana Abbot']]);
});

test('the card of either shows what both records know', () => {
  const { store, office, ana, second } = twiceAna();
  merge(store, office, ana, second);
  const nurse: Caller = { role: 'nurse' };
  for (const student of [ana, second]) {
    expect(store.get(nurse, 'students', 'card', { student })).toMatchObject({
      id: ana,
      name: 'Ana Abbot',
      medicalAlert: 'Carries an inhaler',
      merged: [{ id: second, legalName: 'Anna Abbott', medicalAlert: 'Wears glasses' }],
      classes: [{ title: '7A' }, { title: '7B' }],
    });
    const contacts = store.get(nurse, 'students', 'contacts', { student });
    expect(contacts.guardians.map(({ name }) => name)).toEqual(['Gail Abbot', 'Greg Abbott']);
    expect(contacts.otherAddresses).toEqual(['2 Oak Way']);
    expect(store.get(nurse, 'students', 'identity', { student }).merged).toMatchObject([
      { birthDate: '2018-02-03' },
    ]);
  }
});

test('a register lists the person once, the newer of two marks in a cell stands, and each is counted once', () => {
  const { store, office, teacher, ana, ben, second, roomA, roomB } = twiceAna();
  merge(store, office, ana, second);
  const key = { day: '2030-01-14', class: roomA, session: 'day' };
  const { students } = store.get(office, 'attendance', 'register', key);
  expect(students.map(({ id }) => id)).toEqual([ana, ben]);
  expect(students[0]).toMatchObject({ teacher: { code: 'T', note: 'overslept' } });
  expect(students[0]?.history.map(({ code }) => code)).toEqual(['P', 'T']);

  const year = store.get(office, 'students', 'attendance', { student: second });
  const marks = year.days.flatMap(({ day, sessions }) =>
    sessions.filter(({ code }) => code !== null).map(({ code, classTitle }) => [day, classTitle, code]),
  );
  expect(marks).toEqual([
    ['2030-01-14', '7A', 'T'],
    ['2030-01-15', '7B', 'A'],
  ]);
  expect(year.rate).toMatchObject({ possible: 2, absent: 1, late: 1 });

  // What is typed now goes to the record that is kept, and stands over both.
  expect(
    store.get(teacher, 'attendance', 'mark', { ...key, marks: [{ student: ana, code: 'P' }] }).totals,
  ).toMatchObject({ students: 2, present: 1, late: 0 });
  expect(
    store.call(office, 'attendance', 'mark', { ...key, marks: [{ student: second, code: 'A' }] }),
  ).toMatchObject({
    ok: false,
    error: { type: 'out-of-scope' },
  });
  const work = store.get(office, 'attendance', 'today', { day: '2030-01-15' });
  expect(work.absentWithoutReason.map(({ student, class: at }) => [student, at])).toEqual([[ana, roomB]]);
});

test('parting gives exactly the answers from before, and no row of the records was ever touched', () => {
  const school = twiceAna();
  const { store, office, ana, second } = school;
  const before = allAnswers(school, second);
  const rows = tableRows(store);
  merge(store, office, ana, second);
  expect(allAnswers(school, second)).not.toEqual(before);
  expect(tableRows(store)).toEqual(rows);
  store.get(office, 'students', 'unmerge', { merged: second });
  expect(allAnswers(school, second)).toEqual(before);
  expect(tableRows(store)).toEqual(rows);
});

test('nothing is lost: what is shown of both before is shown of the one after, whichever is kept', () => {
  for (const keepsSecond of [false, true]) {
    const { store, office, ana, second } = twiceAna();
    const shown = (student: StudentId) => ({
      guardians: store.get(office, 'students', 'contacts', { student }).guardians.map(({ id }) => id),
      classes: store.get(office, 'students', 'card', { student }).classes.map(({ id }) => id),
      cells: store
        .get(office, 'students', 'attendance', { student })
        .days.flatMap(({ day, sessions }) =>
          sessions.filter(({ code }) => code !== null).map(({ classTitle }) => `${day} ${classTitle}`),
        ),
    });
    const parts = [shown(ana), shown(second)];
    merge(store, office, ...(keepsSecond ? ([second, ana] as const) : ([ana, second] as const)));
    const whole = shown(ana);
    for (const name of ['guardians', 'classes', 'cells'] as const) {
      expect(new Set<string>(whole[name])).toEqual(new Set<string>(parts.flatMap((part) => part[name])));
      expect(new Set(whole[name]).size).toBe(whole[name].length);
    }
  }
});

test('a teacher of one of the records reaches the person, and a teacher of neither does not', () => {
  const { store, office, teacher, staffB, ben, dov, roomA } = twiceAna();
  const teacherB: Caller = { role: 'teacher', staff: staffB };
  const cards = (student: StudentId) =>
    [teacher, teacherB].map((by) => store.call(by, 'students', 'card', { student }).ok);
  expect([cards(ben), cards(dov)]).toEqual([
    [true, false],
    [false, true],
  ]);
  merge(store, office, dov, ben);
  expect([cards(ben), cards(dov)]).toEqual([
    [true, true],
    [true, true],
  ]);
  const members = store.get(teacher, 'attendance', 'register', { day: today, class: roomA, session: 'day' });
  expect(members.students.map(({ id }) => id)).toContain(dov);
  store.get(office, 'students', 'unmerge', { merged: ben });
  expect([cards(ben), cards(dov)]).toEqual([
    [true, false],
    [false, true],
  ]);
});

test('chains, circles and a record with itself are refused, and several records may be one person', () => {
  const { store, office, teacher, ana, ben, cyd, second } = twiceAna();
  const refused = { ok: false, error: { type: 'record-merged-already' } };
  expect(merge(store, office, ana, ana)).toMatchObject(refused);
  expect(merge(store, office, ana, second)).toMatchObject({ ok: true });
  expect(merge(store, office, second, ana)).toMatchObject(refused);
  expect(merge(store, office, ben, ana)).toMatchObject(refused);
  expect(merge(store, office, second, ben)).toMatchObject(refused);
  expect(merge(store, office, ben, second)).toMatchObject(refused);
  expect(merge(store, office, ana, ben)).toMatchObject({ ok: true });
  expect(merge(store, teacher, ana, cyd)).toMatchObject({ ok: false, error: { type: 'permission-refused' } });
  expect(merge(store, office, ana, testId('nobody'))).toMatchObject({
    ok: false,
    error: { type: 'out-of-scope' },
  });
  expect(store.call(office, 'students', 'unmerge', { merged: ana })).toMatchObject({
    ok: false,
    error: { type: 'record-not-merged' },
  });
  expect(store.get(office, 'students', 'card', { student: ben }).merged).toHaveLength(2);
});

test('whoever left by one record and is here by the other is here', () => {
  const { store, office, ana, second } = twiceAna();
  store.write(({ changes }) =>
    changes.write({ type: 'student', id: ana }, (put) => put.put('student', { id: ana, status: 'left' })),
  );
  merge(store, office, ana, second);
  const ids = (status: 'active' | 'left') =>
    store.get(office, 'students', 'list', { status }).students.map(({ id }) => id);
  expect([ids('active').includes(ana), ids('left')]).toEqual([true, []]);
  expect(store.get(office, 'students', 'card', { student: ana }).status).toBe('active');
  expect(store.get(office, 'students', 'list', { text: 'ana abbot' }).students).toMatchObject([
    { id: ana, status: 'active' },
  ]);
});

test('the next roster changes nothing of a merge', () => {
  const { store, office, ana, second } = twiceAna();
  merge(store, office, ana, second);
  store.write(({ changes }) =>
    changes.write({ type: 'student', id: second }, (put) =>
      put.put('student', { id: second, status: 'active', familyName: 'Abbotts', grade: '09' }),
    ),
  );
  expect(store.get(office, 'students', 'list', { text: 'abbotts' }).students).toMatchObject([
    { id: ana, name: 'Ana Abbot' },
  ]);
});

test('a merge is one change that names the record it is about, and both people stand in the audit row', () => {
  const { store, office, ana, second } = twiceAna();
  const before = store.db.select().from(changeTable).all().length;
  merge(store, office, ana, second);
  const changes = store.db.select().from(change).all().slice(before);
  expect(changes.map(({ aggregateType }) => aggregateType)).toEqual(['person-merge']);
  expect(JSON.parse(changes[0]?.body ?? '')).toMatchObject({
    operations: [{ table: 'person_merge', fields: { merged: second, kept: ana } }],
  });
  const record = store.get({ role: 'school-administrator' }, 'students', 'accessRecord', { student: second });
  expect(record.entries[0]).toMatchObject({ procedure: 'students.merge', action: 'update' });
});

const [a, b, c] = ['a', 'b', 'c'].map((name) => name.repeat(32) as StudentId) as [
  StudentId,
  StudentId,
  StudentId,
];

test.each([
  [
    'a chain is one person, shown by its end',
    [
      [a, b],
      [b, c],
    ],
    a,
    [b, c],
  ],
  [
    'a circle is shown by its smallest id',
    [
      [a, b],
      [b, a],
    ],
    a,
    [b],
  ],
  [
    'two desks merged one record into two',
    [
      [b, a],
      [c, a],
    ],
    b,
    [a, c],
  ],
] as const)('%s', (_name, edges, kept, hidden) => {
  const merges = joinMerges(edges.map(([to, from]) => ({ kept: to, merged: from })));
  expect([merges.keptOf(a), merges.hidden.toSorted()]).toEqual([kept, hidden]);
});
