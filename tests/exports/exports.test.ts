import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Contract, InputOf } from '../../domain/contract/contract.ts';
import type { PackageDraft } from '../roster/fixtures.ts';
import {
  createTestDesk,
  createTestSchool,
  createTestUser,
  testPassword,
  type TestDesk,
} from '../support/test-desk.ts';
import { changeStudent, importRoster, nearPlants, rosterOf } from '../support/two-schools.ts';

type AttendanceInput = InputOf<Contract['exports']['prepareAttendance']>;
type Row = Readonly<Record<string, string>>;

interface SchoolOfMarks {
  readonly desk: TestDesk;
  /** In the homeroom of the first teacher, and in that of the second. */
  readonly students: readonly [string, string];
}

const term = { from: '2026-02-23', to: '2026-03-03' } as const;
const why = { reason: 'authority', password: testPassword } as const;

/** A school with two homerooms of one student each, and a week of marks, some of them corrected. */
async function schoolOfMarks(
  school: Parameters<typeof createTestSchool>[1] = {},
  codes: Readonly<Record<string, readonly (string | null)[]>> = englishCodes,
): Promise<SchoolOfMarks> {
  const desk = createTestDesk();
  onTestFinished(() => desk.dispose());
  await createTestSchool(desk, school);
  await importRoster(desk, rosterOf(nearPlants));
  const { classes } = await desk.must('exports', 'choices', {});
  const days = ['2026-02-23', '2026-02-24', '2026-02-25', '2026-02-26', '2026-02-27', '2026-03-02'];
  const students: string[] = [];
  for (const [index, schoolClass] of classes.entries()) {
    for (const [session, ofDays] of Object.entries(codes)) {
      for (const [place, code] of ofDays.entries()) {
        const day = days[place % days.length] ?? '';
        const key = { day, class: schoolClass.id, session };
        const register = await desk.must('attendance', 'register', key);
        const student = register.students[0]?.id ?? '';
        if (place === 0) students[index] = student;
        if (code === null) continue;
        await desk.must('attendance', 'mark', {
          ...key,
          marks: [
            {
              student,
              code,
              note: index === 0 && place === 0 ? '=phoned' : '',
              minutes: code === 'L' ? 12 : null,
            },
          ],
        });
      }
    }
  }
  return { desk, students: [students[0] ?? '', students[1] ?? ''] };
}

/** Codes of six days, by session; null is no mark. */
const englishCodes = {
  am: ['/', 'L', 'I', 'N', 'V', 'X'],
  pm: ['\\', 'U', 'I', 'G', '\\', null],
} as const;

async function writePlain(desk: TestDesk, id: string) {
  return desk.must('exports', 'writePlain', { export: id, ...why });
}

/** Prepares and writes an export in clear, and gives the text of each of its files. */
async function exported(desk: TestDesk, input: AttendanceInput): Promise<Readonly<Record<string, string>>> {
  const shown = await desk.must('exports', 'prepareAttendance', input);
  const { path } = await writePlain(desk, shown.export);
  const bytes = readFileSync(path);
  if (!path.endsWith('.zip')) return { 'attendance.csv': bytes.toString('utf8') };
  return Object.fromEntries(
    Object.entries(unzipSync(bytes)).map(([name, content]) => [name, strFromU8(content)]),
  );
}

function rowsOf(text: string | undefined): Row[] {
  return parse(text ?? '', { columns: true });
}

function valuesOf(text: string | undefined): Record<string, string> {
  return Object.fromEntries(rowsOf(text).map((row) => [row['measure'] ?? '', row['value'] ?? '']));
}

describe('an attendance export as rows', () => {
  test('has a row for each student and expected register, with what stands and who said it last', async () => {
    const { desk: t, students } = await schoolOfMarks();
    // The clerk corrects what the administrator entered, a minute later.
    await createTestUser(t, 'clerk', 'attendance-clerk');
    await t.must('desk', 'lock', {});
    await t.must('desk', 'signIn', { username: 'clerk', password: testPassword });
    const [room] = (await t.must('exports', 'choices', {})).classes;
    t.nowMs += 60_000;
    await t.must('attendance', 'mark', {
      day: '2026-02-25',
      class: room?.id ?? '',
      session: 'am',
      marks: [{ student: students[0], code: 'M' }],
    });
    const files = await exported(t, { format: 'marks', ...term });
    const rows = rowsOf(files['attendance.csv']);
    // Seven school days, two sessions, two students.
    expect(rows).toHaveLength(7 * 2 * 2);
    expect(rows[0]).toEqual({
      studentNumber: 'no-stu-1',
      sourcedId: 'stu-1',
      studentId: students[0],
      date: '2026-02-23',
      session: 'am',
      class: nearPlants[0].room,
      code: '/',
      meaning: 'Present in the morning',
      category: 'attending',
      minutes: '',
      changedBy: 'Ada Example',
      changedAt: '2026-03-03T10:00:00.000Z',
    });
    const corrected = rows.find((row) => row['date'] === '2026-02-25' && row['studentId'] === students[0]);
    expect([corrected?.['code'], corrected?.['changedBy'], corrected?.['changedAt']]).toEqual([
      'M',
      'clerk Example',
      '2026-03-03T10:01:00.000Z',
    ]);
    const late = rows.find((row) => row['code'] === 'L');
    expect(late?.['minutes']).toBe('12');
    const blank = rows.filter((row) => row['code'] === '');
    // No mark is no presence: the afternoon of 2 March and all of 3 March.
    expect(blank.map((row) => [row['date'], row['session'], row['category']])).toEqual([
      ['2026-03-02', 'pm', ''],
      ['2026-03-02', 'pm', ''],
      ['2026-03-03', 'am', ''],
      ['2026-03-03', 'am', ''],
      ['2026-03-03', 'pm', ''],
      ['2026-03-03', 'pm', ''],
    ]);
  });

  test('holds notes only when they are asked for, neutralised', async () => {
    const { desk: t } = await schoolOfMarks();
    const without = await exported(t, { format: 'marks', ...term });
    expect(without['attendance.csv']).not.toContain('phoned');
    const shown = await t.must('exports', 'prepareAttendance', { format: 'marks', ...term, notes: true });
    expect(shown.files[0]?.columns.at(-1)).toEqual({ name: 'note', sensitivity: 'high' });
    const noted = await exported(t, { format: 'marks', ...term, notes: true });
    expect(
      rowsOf(noted['attendance.csv'])
        .map((row) => row['note'])
        .filter(Boolean),
    ).toEqual(["'=phoned", "'=phoned"]);
  });

  test('is limited to a year group or to the registers of a class', async () => {
    const { desk: t, students } = await schoolOfMarks();
    const [, second] = (await t.must('exports', 'choices', {})).classes;
    const ofClass = rowsOf(
      (await exported(t, { format: 'marks', ...term, class: second?.id ?? '' }))['attendance.csv'],
    );
    expect(new Set(ofClass.map((row) => row['studentId']))).toEqual(new Set([students[1]]));
    expect(ofClass).toHaveLength(7 * 2);
    const reply = await t.call('exports', 'prepareAttendance', { format: 'marks', ...term, grade: '12' });
    expect(reply).toEqual({ ok: false, error: { type: 'nothing-to-export' } });
    const future = { format: 'marks', from: '2026-03-03', to: '2026-03-04' } as const;
    expect(await t.call('exports', 'prepareAttendance', future)).toEqual({
      ok: false,
      error: { type: 'day-in-future' },
    });
  });
});

describe('a planned absence', () => {
  test('stands in rows and counts where nobody has said anything, as on the student card', async () => {
    const { desk: t, students } = await schoolOfMarks();
    const today = '2026-03-03';
    await t.must('absence', 'plan', { students: [students[0]], from: today, to: today, code: 'M' });
    const rows = rowsOf((await exported(t, { format: 'marks', ...term }))['attendance.csv']);
    const ofToday = rows.filter((row) => row['studentId'] === students[0] && row['date'] === today);
    expect(ofToday.map((row) => [row['session'], row['code'], row['changedBy']])).toEqual([
      ['am', 'M', 'Ada Example'],
      ['pm', 'M', 'Ada Example'],
    ]);
    const counts = rowsOf((await exported(t, { format: 'counts', ...term }))['students.csv'])[0];
    const card = (await t.must('students', 'attendance', { student: students[0] })).rate;
    expect([Number(counts?.['possibleSessions']), counts?.['code M']]).toEqual([card.possible, '2']);
  });
});

describe('session counts', () => {
  test("are the student card's own sums, add up by code, and give exact percentages", async () => {
    const { desk: t, students } = await schoolOfMarks();
    const files = await exported(t, { format: 'counts', from: '2025-08-25', to: '2026-03-03' });
    const rows = rowsOf(files['students.csv']);
    expect(rows).toHaveLength(2);
    for (const [index, student] of students.entries()) {
      const card = (await t.must('students', 'attendance', { student })).rate;
      const row = rows[index];
      expect([
        Number(row?.['possibleSessions']),
        Number(row?.['authorisedAbsence']) + Number(row?.['unauthorisedAbsence']),
        Number(row?.['unauthorisedAbsence']),
        Number(row?.['lateBeforeRegisterClosed']) + Number(row?.['lateAfterRegisterClosed']),
        row?.['absencePercent'],
        row?.['band'],
      ]).toEqual([card.possible, card.absent, card.unexplained, card.late, card.percentText, card.band]);
    }
    expect(rows[0]).toMatchObject({
      possibleSessions: '10',
      attendedSessions: '5',
      inSchool: '4',
      approvedActivity: '1',
      authorisedAbsence: '2',
      unauthorisedAbsence: '3',
      lateBeforeRegisterClosed: '1',
      lateAfterRegisterClosed: '1',
      notPossible: '1',
      absencePercent: '50.0',
      persistent: 'yes',
      severe: 'yes',
      'code I': '2',
      'code N': '1',
      'code G': '1',
      'code U': '1',
      'code M': '0',
    });
    expect(valuesOf(files['school.csv'])).toMatchObject({
      students: '2',
      possibleSessions: '20',
      attendedSessions: '10',
      attendancePercent: '50.0',
      absencePercent: '50.0',
    });
    const checks = rowsOf(files['checks.csv']);
    expect(checks.length).toBeGreaterThan(8);
    expect(checks.filter((row) => row['holds'] !== 'yes')).toEqual([]);
    expect(rowsOf(files['codes.csv']).find((row) => row['code'] === 'I')).toEqual({
      code: 'I',
      meaning: 'Illness, not an appointment',
      category: 'authorised',
      count: '4',
      marks: '4',
    });
  });

  test("are the student card's also after a move, and of a class that is no longer in use", async () => {
    const { desk: t, students } = await schoolOfMarks();
    const moved = rosterOf(nearPlants);
    moved.removeRow('classes', 'cla-3');
    moved.removeRow('enrollments', 'enr-5');
    const enrolment = moved.row('enrollments', 'enr-2');
    Object.assign(enrolment, { sourcedId: 'enr-9', classSourcedId: 'cla-1', beginDate: '2026-03-02' });
    await importRoster(t, moved);
    const files = await exported(t, { format: 'counts', from: '2025-08-25', to: '2026-03-03' });
    const rows = rowsOf(files['students.csv']);
    for (const student of students) {
      const card = (await t.must('students', 'attendance', { student })).rate;
      const row = rows.find((each) => each['studentId'] === student);
      expect([Number(row?.['possibleSessions']), row?.['absencePercent']]).toEqual([
        card.possible,
        card.percentText,
      ]);
    }
    expect(rows.map((row) => row['possibleSessions'])).toEqual(['10', '10']);
    expect(rowsOf(files['checks.csv']).filter((row) => row['holds'] !== 'yes')).toEqual([]);
  });

  test('are days in the US, with who is chronically absent', async () => {
    const { desk: t, students } = await schoolOfMarks(
      { country: 'us', attendance: 'daily', timeZone: 'America/Chicago' },
      { day: ['P', 'E', 'A', 'T', 'P', 'P'] },
    );
    const files = await exported(t, { format: 'counts', from: '2025-08-25', to: '2026-03-03' });
    const card = (await t.must('students', 'attendance', { student: students[0] })).rate;
    expect(rowsOf(files['students.csv'])[0]).toMatchObject({
      daysEnrolled: String(card.possible),
      daysAbsent: '2',
      daysExcused: '1',
      daysUnexcused: '1',
      tardies: '1',
      absencePercent: card.percentText,
    });
    expect(Object.keys(rowsOf(files['students.csv'])[0] ?? {})).toContain('chronic');
  });
});

describe('Ed-Fi events', () => {
  test('are what departs from presence, one for each student, day and category, in CSV and JSON lines', async () => {
    const { desk: t } = await schoolOfMarks(
      { country: 'us', attendance: 'daily', timeZone: 'America/Chicago' },
      { day: ['P', 'E', 'A', 'T', 'P', null] },
    );
    const files = await exported(t, { format: 'ed-fi', ...term, edFiSchoolId: 255901 });
    const rows = rowsOf(files['studentSchoolAttendanceEvents.csv']);
    expect(rows).toHaveLength(3 * 2);
    const uri = 'uri://ed-fi.org/AttendanceEventCategoryDescriptor#';
    expect(rows.slice(0, 1)).toEqual([
      {
        studentUniqueId: 'no-stu-1',
        schoolId: '255901',
        schoolYear: '2026',
        sessionName: 'Spring',
        eventDate: '2026-02-24',
        attendanceEventCategoryDescriptor: `${uri}Excused Absence`,
        attendanceEventReason: 'Absent, excused',
        eventDuration: '1',
        rollkeep_codes: 'E',
        rollkeep_sessions: 'day',
        rollkeep_sourcedId: 'stu-1',
      },
    ]);
    const events = (files['studentSchoolAttendanceEvents.ndjson'] ?? '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events).toHaveLength(rows.length);
    expect(events.map((event) => event['attendanceEventCategoryDescriptor'])).toEqual(
      rows.map((row) => row['attendanceEventCategoryDescriptor']),
    );
    expect(events[4]).toEqual({
      attendanceEventCategoryDescriptor: `${uri}Tardy`,
      eventDate: '2026-02-26',
      schoolReference: { schoolId: 255901 },
      sessionReference: { schoolId: 255901, schoolYear: 2026, sessionName: 'Spring' },
      studentReference: { studentUniqueId: 'no-stu-1' },
      attendanceEventReason: 'Tardy',
      _rollkeep: { codes: ['T'], sessions: ['day'], sourcedId: 'stu-1' },
    });
  });
});

describe('Ed-Fi keys', () => {
  test('two half days of one category are one event of a whole day', async () => {
    const { desk: t } = await schoolOfMarks(
      { country: 'us', attendance: 'am-pm', timeZone: 'America/Chicago' },
      { am: ['E', 'E', 'P'], pm: ['E', 'P', 'A'] },
    );
    const files = await exported(t, { format: 'ed-fi', ...term });
    const ofFirst = rowsOf(files['studentSchoolAttendanceEvents.csv']).filter(
      (row) => row['studentUniqueId'] === 'no-stu-1',
    );
    expect(
      ofFirst.map((row) => [
        row['eventDate'],
        row['rollkeep_codes'],
        row['rollkeep_sessions'],
        row['eventDuration'],
      ]),
    ).toEqual([
      ['2026-02-23', 'E', 'am pm', '1'],
      ['2026-02-24', 'E', 'am', '0.5'],
      ['2026-02-25', 'A', 'pm', '0.5'],
    ]);
    // Without the state's number the roster's id stands there, and the screen says so.
    expect(ofFirst[0]?.['schoolId']).toBe('sch-1');
    const shown = await t.must('exports', 'prepareAttendance', { format: 'ed-fi', ...term });
    expect(shown.notes).toContainEqual({ note: 'school-id-of-roster', count: 1 });
  });

  test('a period register gives events of the section', async () => {
    const t = createTestDesk();
    onTestFinished(() => t.dispose());
    await createTestSchool(t, { country: 'us', attendance: 'period', timeZone: 'America/Chicago' });
    const draft = rosterOf(nearPlants);
    Object.assign(draft.row('classes', 'cla-3'), { classType: 'scheduled', periods: '2' });
    await importRoster(t, draft);
    const day = '2026-03-02';
    const { registers } = await t.must('attendance', 'registers', { day });
    const period = registers.find(({ session }) => session === 'p2');
    const key = { day, class: period?.class ?? '', session: 'p2' };
    const { students } = await t.must('attendance', 'register', key);
    await t.must('attendance', 'mark', { ...key, marks: [{ student: students[0]?.id ?? '', code: 'A' }] });
    const files = await exported(t, { format: 'ed-fi', ...term });
    expect(rowsOf(files['studentSchoolAttendanceEvents.csv'])).toEqual([]);
    expect(rowsOf(files['studentSectionAttendanceEvents.csv'])).toMatchObject([
      {
        sectionIdentifier: 'cla-3',
        localCourseCode: 'cou-1',
        eventDate: day,
        rollkeep_sessions: 'p2',
        eventDuration: '',
      },
    ]);
    expect(JSON.parse(files['studentSectionAttendanceEvents.ndjson'] ?? '')).toMatchObject({
      sectionReference: { sectionIdentifier: 'cla-3', localCourseCode: 'cou-1', schoolYear: 2026 },
    });
  });
});

describe('a roster export', () => {
  test.each(['1.1', '1.2'] as const)(
    'A13: in OneRoster %s passes roster:check, and the import screen finds no change in it',
    async (version) => {
      const { desk: t, students } = await schoolOfMarks();
      await changeStudent(t, students[0] as never, { preferredGivenName: 'Zel' });
      const shown = await t.must('exports', 'prepareRoster', { version });
      expect(shown.readBack).toEqual({ refusals: 0, warnings: 0, changes: 0 });
      expect(shown.notes).toEqual(
        version === '1.1' ? [{ note: 'preferred-names-not-carried', count: 1 }] : [],
      );
      const { path, sha256 } = await writePlain(t, shown.export);
      expect(sha256).toBe(shown.sha256);
      const checked = spawnSync('node_modules/.bin/node', ['scripts/roster-check.ts', path], {
        encoding: 'utf8',
      });
      expect([checked.status, checked.stderr]).toEqual([0, '']);

      const bytes = readFileSync(path);
      const { upload } = await t.must('roster', 'begin', {
        files: [{ name: 'roster.zip', bytes: bytes.length }],
      });
      await t.must('roster', 'append', { upload, file: 0, chunk: bytes.toString('base64') });
      await t.must('roster', 'check', { upload });
      const review = await t.must('roster', 'review', { upload, school: 'sch-1' });
      expect([review.changes, review.confirmRemoved]).toEqual([0, null]);
      // And what 1.1 cannot say has not been taken back.
      await t.must('roster', 'apply', { upload, confirmRemoved: null });
      const card = await t.must('students', 'card', { student: students[0] });
      expect(card.name).toContain('Zel');
    },
  );

  test('a package of 1.1 takes no preferred name back, a column that is there and blank does', async () => {
    const { desk: t, students } = await schoolOfMarks();
    await changeStudent(t, students[0] as never, { preferredGivenName: 'Zel' });
    const changes = async (draft: PackageDraft) => {
      await importRoster(t, draft);
      return (await t.must('students', 'card', { student: students[0] })).name;
    };
    const without = rosterOf(nearPlants);
    const users = without.table('users');
    users.header = users.header.filter((column) => column !== 'preferredGivenName');
    expect(await changes(without)).toContain('Zel');
    expect(await changes(rosterOf(nearPlants))).not.toContain('Zel');
  });
});

describe('how a file leaves', () => {
  test('in clear: what was shown, no name in the file name, and the log says before and after what left and why', async () => {
    const { desk: t, students } = await schoolOfMarks();
    const shown = await t.must('exports', 'prepareAttendance', { format: 'marks', ...term });
    expect(existsSync(join(t.folder, 'exports'))).toBe(false);
    expect(shown).toMatchObject({ rows: 28, students: 2, files: [{ name: 'attendance.csv', rows: 28 }] });
    expect(shown.files[0]?.columns).toContainEqual({ name: 'code', sensitivity: 'personal' });
    const made = await writePlain(t, shown.export);
    const file = readFileSync(made.path);
    expect(statSync(made.path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(t.folder, 'exports'))).toEqual([
      expect.stringMatching(/^rollkeep-attendance-20260303T100000Z-[0-9a-f]{8}\.csv$/),
    ]);
    expect([createHash('sha256').update(file).digest('hex'), file.length]).toEqual([
      shown.sha256,
      shown.bytes,
    ]);
    expect(made).toMatchObject({ sha256: shown.sha256, bytes: shown.bytes, rows: 28 });

    const log = await t.must('audit', 'list', { action: 'export' });
    const entries = [];
    for (const { seq } of log.entries) {
      const { json } = await t.must('audit', 'entry', { seq });
      entries.push(JSON.parse(json) as Record<string, unknown>);
    }
    expect(
      entries.map(({ record, count, reason, subjects, outcome }) => [
        record,
        count,
        reason,
        subjects,
        outcome,
      ]),
    ).toEqual([
      [{ id: shown.sha256, type: 'register' }, 28, 'authority', [], 'ok'],
      // The row before the file names everybody who is in it.
      [{ id: shown.sha256, type: 'school' }, 28, 'authority', expect.arrayContaining([...students]), 'ok'],
    ]);
    const access = await t.must('students', 'accessRecord', { student: students[0] });
    expect(JSON.stringify(access)).toContain('exports.writePlain');
    const { exports } = await t.must('exports', 'history', {});
    expect(exports).toEqual([
      {
        seq: log.entries[0]?.seq,
        atMs: t.nowMs,
        by: 'Ada Example',
        what: 'register',
        isPlain: true,
        rows: 28,
        reason: 'authority',
        sha256: made.sha256,
      },
    ]);
  });

  test('A13: encrypted, the stock age program opens it and gives what was shown', async () => {
    const { desk: t } = await schoolOfMarks();
    const identity = join(t.folder, 'receiver.txt');
    const keys = spawnSync('age-keygen', ['-o', identity], { encoding: 'utf8' });
    const recipient = /age1[0-9a-z]+/.exec(keys.stderr)?.[0] ?? '';
    const shown = await t.must('exports', 'prepareAttendance', { format: 'counts', ...term });
    const made = await t.must('exports', 'writeEncrypted', {
      export: shown.export,
      receiver: { kind: 'key', recipient },
      ...why,
    });
    expect(made.path).toMatch(/\.zip\.age$/);
    expect(statSync(made.path).mode & 0o777).toBe(0o600);
    const file = readFileSync(made.path);
    expect(createHash('sha256').update(file).digest('hex')).toBe(made.sha256);
    const opened = spawnSync('age', ['-d', '-i', identity, made.path], { maxBuffer: 1e8 });
    expect(opened.status).toBe(0);
    expect(createHash('sha256').update(opened.stdout).digest('hex')).toBe(shown.sha256);
    expect(Object.keys(unzipSync(opened.stdout))).toEqual([
      'about.json',
      'students.csv',
      'school.csv',
      'codes.csv',
      'checks.csv',
    ]);
    const unzipped = join(t.folder, 'counts.zip');
    expect(spawnSync('age', ['-d', '-i', identity, '-o', unzipped, made.path]).status).toBe(0);
    const listed = spawnSync('python3', ['-m', 'zipfile', '-t', unzipped], { encoding: 'utf8' });
    expect([listed.status, listed.stdout]).toEqual([0, 'Done testing\n']);
  });

  test('A13: no export without a reason, the password and what was shown', async () => {
    const { desk: t } = await schoolOfMarks();
    const shown = await t.must('exports', 'prepareAttendance', { format: 'marks', ...term });
    const receiver = { kind: 'passphrase', passphrase: 'an invented passphrase' } as const;
    for (const input of [{ password: testPassword }, { ...why, reason: '' }, { ...why, reason: 'because' }]) {
      for (const reply of [
        await t.call('exports', 'writePlain', { export: shown.export, ...input } as never),
        await t.call('exports', 'writeEncrypted', { export: shown.export, receiver, ...input } as never),
      ]) {
        expect(reply).toMatchObject({ ok: false, error: { type: 'bad-input' } });
      }
    }
    const wrong = await t.call('exports', 'writePlain', {
      export: shown.export,
      ...why,
      password: 'not this one',
    });
    expect(wrong).toMatchObject({ ok: false, error: { type: 'wrong-credentials' } });
    const other = await t.call('exports', 'writePlain', { export: '0'.repeat(32), ...why });
    expect(other).toEqual({ ok: false, error: { type: 'export-outdated' } });
    expect(existsSync(join(t.folder, 'exports'))).toBe(false);
  });

  test('a file whose records changed since it was shown does not leave', async () => {
    const { desk: t, students } = await schoolOfMarks();
    const shown = await t.must('exports', 'prepareAttendance', { format: 'marks', ...term });
    const [room] = (await t.must('exports', 'choices', {})).classes;
    const mark = (day: string) =>
      t.must('attendance', 'mark', {
        day,
        class: room?.id ?? '',
        session: 'am',
        marks: [{ student: students[0], code: 'M' }],
      });
    // A mark outside the range changes nothing of it.
    await mark('2026-02-20');
    await mark('2026-03-03');
    expect(await t.call('exports', 'writePlain', { export: shown.export, ...why })).toEqual({
      ok: false,
      error: { type: 'export-outdated' },
    });
    expect(readdirSync(join(t.folder, 'exports'))).toEqual([]);
    const log = await t.must('audit', 'list', { action: 'export' });
    expect(log.entries.map(({ outcome }) => outcome)).toEqual(['error:export-outdated', 'ok']);
    expect((await t.must('exports', 'history', {})).exports).toEqual([]);

    const again = await t.must('exports', 'prepareAttendance', { format: 'marks', ...term });
    await mark('2026-02-19');
    await writePlain(t, again.export);
    expect(readdirSync(join(t.folder, 'exports'))).toHaveLength(1);
    // What was shown once leaves once.
    expect(await t.call('exports', 'writePlain', { export: again.export, ...why })).toMatchObject({
      ok: false,
    });
  });

  test('what one user was shown another cannot write, nor half an hour later anybody', async () => {
    const { desk: t } = await schoolOfMarks();
    await createTestUser(t, 'clerk', 'attendance-clerk');
    const shown = await t.must('exports', 'prepareRoster', { version: '1.2' });
    t.nowMs += 31 * 60_000;
    const late = await t.call('exports', 'writePlain', { export: shown.export, ...why });
    expect(late).toEqual({ ok: false, error: { type: 'export-outdated' } });
    await t.must('desk', 'lock', {});
    await t.must('desk', 'signIn', { username: 'clerk', password: testPassword });
    expect(await t.call('exports', 'prepareRoster', { version: '1.2' })).toEqual({
      ok: false,
      error: { type: 'permission-refused', permission: 'roster.export' },
    });
    expect(await t.call('exports', 'writePlain', { export: shown.export, ...why })).toEqual({
      ok: false,
      error: { type: 'export-outdated' },
    });
    const own = await t.must('exports', 'prepareAttendance', { format: 'counts', ...term });
    await writePlain(t, own.export);
    expect((await t.must('exports', 'history', {})).exports.map(({ what, by }) => [what, by])).toEqual([
      ['register', 'clerk Example'],
    ]);
  });

  test('a cancelled export leaves nothing', async () => {
    const { desk: t } = await schoolOfMarks();
    const marks = { format: 'marks', ...term } as const;
    const cancelled = { ok: false, error: { type: 'cancelled' } };
    const preparing = t.call('exports', 'prepareAttendance', marks);
    await t.must('exports', 'discard', {});
    expect(await preparing).toEqual(cancelled);

    const shown = await t.must('exports', 'prepareAttendance', marks);
    let stopping: Promise<unknown> | undefined;
    Object.assign(t.desk.options, {
      emit: () => {
        stopping ??= t.must('exports', 'discard', {});
      },
    });
    const writing = t.call('exports', 'writePlain', { export: shown.export, ...why });
    expect(await writing).toEqual(cancelled);
    await stopping;
    expect(readdirSync(join(t.folder, 'exports'))).toEqual([]);
  });

  test('locking the desk stops an export, and leaves nothing', async () => {
    const { desk: t } = await schoolOfMarks();
    const preparing = t.call('exports', 'prepareAttendance', { format: 'marks', ...term });
    await new Promise((resolve) => setImmediate(resolve));
    await t.must('desk', 'lock', {});
    expect(await preparing).toEqual({ ok: false, error: { type: 'locked' } });
    expect(t.bugs).toEqual([]);
  });
});

test('A13: what a killed export left half-written in clear is gone at the next sign-in', async () => {
  const { desk } = await schoolOfMarks();
  const folder = join(desk.folder, 'exports');
  const prepared = await desk.must('exports', 'prepareAttendance', {
    format: 'marks',
    ...term,
    notes: false,
  });
  await desk.must('exports', 'writePlain', { export: prepared.export, ...why });
  const written = readdirSync(folder);
  writeFileSync(join(folder, 'rollkeep-attendance-20260303T100000Z-00000000.csv.part'), 'half a row');
  await desk.must('desk', 'lock', {});
  await desk.must('desk', 'signIn', { username: 'ada', password: testPassword });
  expect(readdirSync(folder)).toEqual(written);
});
