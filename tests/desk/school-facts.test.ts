import { readFileSync } from 'node:fs';
import { strFromU8, unzipSync } from 'fflate';
import { expect, onTestFinished, test } from 'vitest';
import { createTestDesk, createTestSchool, createTestUser, testPassword } from '../support/test-desk.ts';
import { createTwoDesks, syncNow } from '../support/two-desks.ts';
import { auditEntries, auditSize, createTwoSchools } from '../support/two-schools.ts';

/** 2026-03-04, 00:30 in London: still the evening before in New York. */
const halfPastMidnightMs = Date.UTC(2026, 2, 4, 0, 30);

async function desk() {
  const made = createTestDesk();
  onTestFinished(() => {
    made.desk.lock('user');
    made.dispose();
  });
  await createTestSchool(made, { name: 'Example School' });
  return made;
}

async function schools() {
  const made = await createTwoSchools();
  onTestFinished(() => {
    made.test.desk.lock('user');
    made.test.dispose();
  });
  return made;
}

test('the school is renamed: the window and the list before sign-in say so, and its id stays', async () => {
  const made = await desk();
  const before = await made.must('desk', 'status', {});
  await made.must('attendance', 'changeSchool', { name: ' New Name School ', timeZone: 'Europe/London' });
  const after = await made.must('desk', 'status', {});
  expect(after.school).toEqual({ ...before.school, label: 'New Name School' });
  expect(after.schools.map(({ label }) => label)).toEqual(['New Name School']);
  await made.must('desk', 'lock', {});
  const locked = await made.must('desk', 'status', {});
  expect(locked.schools).toMatchObject([{ id: before.school?.id, label: 'New Name School' }]);
  await made.must('desk', 'signIn', { username: 'ada', password: testPassword });
  expect((await made.must('desk', 'status', {})).school?.label).toBe('New Name School');
});

test('a name that was not brought to the list before sign-in, as after a crash, is brought there with the next lock', async () => {
  const made = await desk();
  await made.must('attendance', 'changeSchool', { name: 'New Name School', timeZone: 'Europe/London' });
  const next = made.restart();
  onTestFinished(() => {
    next.desk.lock('user');
  });
  expect((await next.must('desk', 'status', {})).schools).toMatchObject([{ label: 'Example School' }]);
  await next.must('desk', 'signIn', { username: 'ada', password: testPassword });
  expect((await next.must('desk', 'status', {})).school?.label).toBe('New Name School');
  await next.must('desk', 'lock', {});
  expect((await next.must('desk', 'status', {})).schools).toMatchObject([{ label: 'New Name School' }]);
});

test('A7: one row of the log says that the school was changed, and by whom; the name stands in none', async () => {
  const { test: made } = await schools();
  const before = auditSize(made);
  const timeZone = 'Europe/London';
  await made.must('attendance', 'changeSchool', { name: 'A Name Of Its Own', timeZone });
  const rows = auditEntries(made, before);
  const school = made.open().unitParts.school.id;
  expect(rows).toMatchObject([
    {
      action: 'update',
      procedure: 'attendance.changeSchool',
      record: { type: 'school', id: school },
      outcome: 'ok',
      subjects: [],
    },
  ]);
  expect(JSON.stringify(rows)).not.toContain('Name Of Its Own');
});

test('sheets and exports carry the new name', async () => {
  const { test: made, near } = await schools();
  await made.must('attendance', 'changeSchool', { name: 'Renamed School', timeZone: 'Europe/London' });
  const register = { day: '2026-03-03', class: near.own.class, session: 'am' };
  expect((await made.must('attendance', 'printRegister', register)).school).toBe('Renamed School');
  const week = await made.must('attendance', 'printWeek', { class: near.own.class, day: '2026-03-03' });
  expect(week.school).toBe('Renamed School');
  const roster = await made.must('exports', 'prepareRoster', { version: '1.2' });
  // Read back, the roster is still this school's: its id is what counts, not its name.
  expect(roster.readBack).toEqual({ refusals: 0, warnings: 0, changes: 0 });
  const { path } = await made.must('exports', 'writePlain', {
    export: roster.export,
    reason: 'authority',
    password: testPassword,
  });
  const orgs = unzipSync(readFileSync(path))['orgs.csv'] ?? new Uint8Array();
  expect(strFromU8(orgs)).toContain('Renamed School');
});

test('A16: with another time zone a moment belongs to another day; what was entered keeps its day', async () => {
  const { test: made, near } = await schools();
  const { class: of, student } = near.own;
  made.nowMs = halfPastMidnightMs;
  await made.must('desk', 'signIn', { username: 'ada', password: testPassword });
  const register = (day: string) => ({ day, class: of, session: 'am' });
  const codesOn = async (day: string) =>
    (await made.must('attendance', 'register', register(day))).students
      .filter(({ id }) => id === student)
      .map(({ office }) => office?.code ?? null);
  await made.must('attendance', 'mark', { ...register('2026-03-04'), marks: [{ student, code: 'L' }] });
  expect((await made.must('desk', 'status', {})).today).toBe('2026-03-04');

  const { name } = made.open().unitParts.school;
  await made.must('attendance', 'changeSchool', { name, timeZone: 'America/New_York' });
  const status = await made.must('desk', 'status', {});
  expect([status.today, status.school?.timeZone]).toEqual(['2026-03-03', 'America/New_York']);
  expect(await codesOn('2026-03-04')).toEqual(['L']);
  // There it is still the third: a mark of the fourth would be one of tomorrow.
  expect(
    await made.call('attendance', 'mark', { ...register('2026-03-04'), marks: [{ student, code: 'I' }] }),
  ).toMatchObject({ error: { type: 'day-in-future' } });
  await made.must('attendance', 'mark', { ...register('2026-03-03'), marks: [{ student, code: 'I' }] });
  expect([await codesOn('2026-03-03'), await codesOn('2026-03-04')]).toEqual([['I'], ['L']]);
});

test('a time zone that is none, an empty name and everybody but the administrator are refused', async () => {
  const made = await desk();
  const change = (name: string, timeZone: string) =>
    made.call('attendance', 'changeSchool', { name, timeZone });
  expect(await change('School', 'Europe/Nowhere')).toMatchObject({ ok: false });
  expect(await change('   ', 'Europe/London')).toMatchObject({ ok: false });
  expect((await made.must('desk', 'status', {})).school).toMatchObject({
    label: 'Example School',
    timeZone: 'Europe/London',
  });
  await createTestUser(made, 'cleo', 'attendance-clerk');
  await made.must('desk', 'lock', {});
  await made.must('desk', 'signIn', { username: 'cleo', password: testPassword });
  expect(await change('School of Cleo', 'Europe/London')).toMatchObject({
    error: { type: 'permission-refused' },
  });
});

test('another computer follows with its next sync, and two that rename apart decide', async () => {
  const desks = await createTwoDesks();
  onTestFinished(() => desks.dispose());
  const { first, second } = desks;
  const { id } = first.open().unitParts.school;
  await first.must('attendance', 'changeSchool', { name: 'Renamed School', timeZone: 'Europe/Dublin' });
  for (const each of [first, second]) await syncNow(each);
  const { school } = await second.must('desk', 'status', {});
  expect(school).toMatchObject({ id, label: 'Renamed School', timeZone: 'Europe/Dublin' });
  await second.must('desk', 'lock', {});
  expect((await second.must('desk', 'status', {})).schools).toMatchObject([{ id, label: 'Renamed School' }]);
  await second.must('desk', 'signIn', { username: 'ada', password: testPassword });

  desks.pass(60_000);
  // One changes the name and the other the zone: nothing to decide.
  await first.must('attendance', 'changeSchool', { name: 'Hill School', timeZone: 'Europe/Dublin' });
  await second.must('attendance', 'changeSchool', { name: 'Renamed School', timeZone: 'Europe/London' });
  for (const each of [first, second, first]) await syncNow(each);
  expect(first.open().unitParts.school).toMatchObject({ id, name: 'Hill School', timeZone: 'Europe/London' });
  expect((await first.must('sync', 'conflicts', {})).conflicts).toEqual([]);

  desks.pass(60_000);
  await first.must('attendance', 'changeSchool', { name: 'Lake School', timeZone: 'Europe/London' });
  await second.must('attendance', 'changeSchool', { name: 'Wood School', timeZone: 'Europe/London' });
  for (const each of [first, second, first]) await syncNow(each);
  expect((await first.must('sync', 'conflicts', {})).conflicts).toMatchObject([
    { table: 'school', field: 'name', input: 'text' },
  ]);
  // A clerk decides on records, not on what the school is called.
  await createTestUser(first, 'cleo', 'attendance-clerk');
  await first.must('desk', 'lock', {});
  await first.must('desk', 'signIn', { username: 'cleo', password: testPassword });
  expect((await first.must('sync', 'conflicts', {})).conflicts).toEqual([]);
});
