import { expect, test } from 'vitest';
import { filledSchool } from '../support/filled-school.ts';
import type { Caller } from '../support/school-store.ts';

const administrator: Caller = { role: 'school-administrator' };

test('finds a student by any part of any name, in any order, without accents, case or script mattering', () => {
  const { store, office } = filledSchool();
  const student = store.addStudent('Zoë Łukasiewicz-Ørsted', { preferredGivenName: 'Zo' });
  const cyrillic = store.addStudent('Юлия Ёлкина');
  store.addStudent('Zena Oldman');
  const find = (text: string) => store.get(office, 'students', 'find', { text }).students.map(({ id }) => id);
  for (const text of ['zoe', 'LUKAS', 'orsted zo', 'Zoë łuk', 'luk-ors'])
    expect(find(text)).toEqual([student]);
  expect(find('елкина юлия')).toEqual([cyrillic]);
  expect(find('asiewicz')).toEqual([student]);
  for (const text of ['%', '_', '%%%', "' or 1=1 --"]) expect(find(text)).toEqual([]);
});

test('finds twenty at most and says that there are more', () => {
  const { store, office } = filledSchool();
  for (let number = 0; number < 21; number += 1) store.addStudent(`Quint Number${number}`);
  const found = store.get(office, 'students', 'find', { text: 'quint' });
  expect([found.students.length, found.more]).toEqual([20, true]);
});

test('lists students by year, homeroom and status, in name order and by pages', () => {
  const { store, office, ana, ben, cyd, dov, roomB } = filledSchool();
  const gone = store.addStudent('Gus Gone', { status: 'left' });
  const list = (input: Parameters<typeof store.get<'students', 'list'>>[3]) => {
    const { students, total } = store.get(office, 'students', 'list', input);
    return [students.map(({ id }) => id), total];
  };
  expect(list({ grade: '08' })).toEqual([[cyd, dov], 2]);
  expect(list({ homeroom: roomB, text: 'do' })).toEqual([[dov], 1]);
  expect(list({ status: 'left' })).toEqual([[gone], 1]);
  expect(list({ page: { offset: 1, limit: 2 } })).toEqual([[ben, cyd], 4]);
  expect(store.get(office, 'students', 'list', { text: 'ana' }).students).toEqual([
    {
      id: ana,
      name: 'Ana Abbot',
      studentNumber: 'N1',
      grade: '07',
      homeroom: '7A',
      status: 'active',
      rate: { percentText: null, band: null },
    },
  ]);
});

test('shows medical alerts to the nurse and not to the teacher', () => {
  const { store, teacher, ana, ben } = filledSchool();
  const alertFor = (caller: Caller, student: typeof ana) =>
    store.get(caller, 'students', 'card', { student }).medicalAlert;
  expect(alertFor({ role: 'nurse' }, ana)).toBe('Carries an inhaler');
  expect(alertFor({ role: 'nurse' }, ben)).toBe('');
  expect(alertFor(teacher, ana)).toBeNull();
  expect(store.get(teacher, 'students', 'card', { student: ana }).versions).not.toHaveProperty(
    'medicalAlert',
  );
});

test('shows the preferred name, the legal name and the classes with their teacher', () => {
  const { store, teacher, staffB } = filledSchool();
  const student = store.addStudent('Maria Dos Santos', {
    middleName: 'Inez',
    preferredGivenName: 'Mia',
    grade: '07',
  });
  const homeroom = store.addClass('7C', { teacher: teacher.staff ?? staffB, students: [student] });
  const maths = store.addClass('Maths 7', { teacher: staffB, students: [student] }, { periods: ['3'] });
  expect(store.get(teacher, 'students', 'card', { student })).toMatchObject({
    name: 'Mia Dos Santos',
    legalName: 'Maria Inez Dos Santos',
    homeroom: '7C',
    classes: [
      { id: homeroom, title: '7C', periods: [], teacher: 'Tess Atwell' },
      { id: maths, title: 'Maths 7', periods: ['3'], teacher: 'Tom Burr' },
    ],
  });
});

test('a field is corrected against the version that was read, and the others stay', () => {
  const { store } = filledSchool();
  const student = store.addStudent('Gil Grant', { address: '1 Elm Way', birthDate: '2018-02-03' });
  const contacts = store.get(administrator, 'students', 'contacts', { student });
  const change = { value: '2 Oak Way', version: contacts.versions['address'] ?? '' };
  store.get(administrator, 'students', 'change', { student, fields: { address: change } });
  const after = store.get(administrator, 'students', 'contacts', { student });
  expect(after.address).toBe('2 Oak Way');
  expect(after.versions).not.toEqual(contacts.versions);
  expect(store.get(administrator, 'students', 'identity', { student }).birthDate).toBe('2018-02-03');

  // Another field keeps its version, so that two people may correct two fields at once.
  const card = store.get(administrator, 'students', 'card', { student });
  const pronouns = { value: 'they', version: card.versions['pronouns'] ?? '' };
  store.get(administrator, 'students', 'change', { student, fields: { pronouns } });
  expect(store.get(administrator, 'students', 'card', { student }).pronouns).toBe('they');
});

test('answers record-changed and writes nothing when one of the fields was changed since it was read', () => {
  const { store, ana } = filledSchool();
  const read = store.get(administrator, 'students', 'card', { student: ana });
  const version = (field: string) => read.versions[field] ?? '';
  const change = (fields: object) =>
    store.call(administrator, 'students', 'change', { student: ana, fields });
  expect(change({ pronouns: { value: 'she', version: version('pronouns') } })).toMatchObject({ ok: true });
  const stale = {
    preferredGivenName: { value: 'Annie', version: version('preferredGivenName') },
    pronouns: { value: 'they', version: version('pronouns') },
  };
  expect(change(stale)).toMatchObject({ ok: false, error: { type: 'record-changed' } });
  expect(store.get(administrator, 'students', 'card', { student: ana })).toMatchObject({
    name: 'Ana Abbot',
    pronouns: 'she',
  });
});

test('a changed preferred name is found and sorted by', () => {
  const { store, ana } = filledSchool();
  const { versions } = store.get(administrator, 'students', 'card', { student: ana });
  const preferredFamilyName = { value: 'Zábor', version: versions['preferredFamilyName'] ?? '' };
  store.get(administrator, 'students', 'change', { student: ana, fields: { preferredFamilyName } });
  expect(store.get(administrator, 'students', 'find', { text: 'zabor' }).students).toHaveLength(1);
  expect(store.get(administrator, 'students', 'list', {}).students.at(-1)?.name).toBe('Ana Zábor');
});

test('a role cannot write over a field that it may not see, though it knows a version', () => {
  const { store, office, ana } = filledSchool();
  // All fields of a new record have one version, so the clerk has read that of the hidden field too.
  const { versions } = store.get(office, 'students', 'card', { student: ana });
  const medicalAlert = { value: 'none', version: versions['pronouns'] ?? '' };
  expect(store.call(office, 'students', 'change', { student: ana, fields: { medicalAlert } })).toMatchObject({
    ok: false,
    error: { type: 'out-of-scope' },
  });
  expect(store.get(administrator, 'students', 'card', { student: ana }).medicalAlert).toBe(
    'Carries an inhaler',
  );
});

test('a guardian is shown and corrected as a guardian of that student only', () => {
  const { store, office, ana, cyd } = filledSchool();
  const guardian = store.addGuardian(ana, 'Pia Abbot', { phone: '+1 555 0100', email: 'pia@example.org' });
  const read = store.get(office, 'students', 'contacts', { student: ana }).guardians;
  expect(read).toMatchObject([
    { id: guardian, name: 'Pia Abbot', relation: 'parent', phone: '+1 555 0100', email: 'pia@example.org' },
  ]);
  const phone = { value: '+1 555 0199', version: read[0]?.versions['phone'] ?? '' };
  const change = (student: typeof ana, fields: object) =>
    store.call(office, 'students', 'changeGuardian', { student, guardian, fields });
  expect(change(cyd, { phone })).toMatchObject({ ok: false, error: { type: 'out-of-scope' } });
  expect(change(ana, { phone })).toMatchObject({ ok: true });
  expect(change(ana, { phone })).toMatchObject({ ok: false, error: { type: 'record-changed' } });
  expect(store.get(office, 'students', 'contacts', { student: ana }).guardians[0]).toMatchObject({
    phone: '+1 555 0199',
    email: 'pia@example.org',
  });
});

test('sealed fields lie in the store as envelopes, never as text', () => {
  const { store, ana } = filledSchool();
  store.addGuardian(ana, 'Pia Abbot', { phone: '+1 555 0100' });
  const cells = [
    store.connection
      .prepare('SELECT medical_alert AS cell FROM student WHERE medical_alert IS NOT NULL')
      .get(),
    store.connection.prepare('SELECT phone AS cell FROM guardian').get(),
  ] as { cell: Buffer }[];
  for (const { cell } of cells) expect(cell.toString('latin1')).not.toMatch(/inhaler|0100/);
});

test('H23: the access record of a student names who did what to the record, from where and when, newest first', () => {
  const { store, teacher, office, ana, cyd, roomA } = filledSchool();
  store.get(teacher, 'students', 'card', { student: ana });
  store.get(office, 'students', 'card', { student: cyd });
  store.get(office, 'attendance', 'register', { day: '2030-01-16', class: roomA, session: 'day' });
  const { entries, more } = store.get(administrator, 'students', 'accessRecord', { student: ana });
  expect(more).toBe(false);
  expect(
    entries.map(({ userName, role, action, procedure, desk, outcome }) => ({
      userName,
      role,
      action,
      procedure,
      desk,
      outcome,
    })),
  ).toEqual([
    {
      userName: 'Account of attendance-clerk',
      role: 'attendance-clerk',
      action: 'view',
      procedure: 'attendance.register',
      desk: 'Office',
      outcome: 'ok',
    },
    {
      userName: 'Account of teacher',
      role: 'teacher',
      action: 'view',
      procedure: 'students.card',
      desk: 'Office',
      outcome: 'ok',
    },
  ]);
});

test('B8: lists, refused look-ups and every tab of a card are in the access record', () => {
  const { store, teacher, office, cyd } = filledSchool();
  store.get(office, 'students', 'list', {});
  store.call(teacher, 'students', 'card', { student: cyd });
  store.get(administrator, 'students', 'identity', { student: cyd });
  store.get(office, 'students', 'contacts', { student: cyd });
  store.get(office, 'students', 'attendance', { student: cyd });
  const { entries } = store.get(administrator, 'students', 'accessRecord', { student: cyd });
  expect(entries.map(({ procedure, outcome }) => `${procedure} ${outcome}`)).toEqual([
    'students.attendance ok',
    'students.contacts ok',
    'students.identity ok',
    'students.card refused:out-of-scope',
    'students.list ok',
  ]);
});
