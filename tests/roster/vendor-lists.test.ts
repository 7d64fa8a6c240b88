import { afterEach, describe, expect, it } from 'vitest';
import { day } from '../../domain/ids.ts';
import { assert } from '../../domain/result.ts';
import { createTestDesk, createTestSchool, type TestDesk } from '../support/test-desk.ts';
import { importRoster } from '../support/two-schools.ts';
import { PackageDraft } from './fixtures.ts';
import {
  applyUpload,
  confirmMapping,
  countsOf,
  importFiles,
  textOf,
  uploadFiles,
  vendorFiles,
} from './vendor-fixtures.ts';

let test: TestDesk;

afterEach(() => {
  test.dispose();
});

async function school(): Promise<void> {
  test = createTestDesk();
  await createTestSchool(test);
}

const year = { firstDay: day.parse('2025-09-01'), lastDay: day.parse('2026-07-17') };

describe('a list of students that is not OneRoster', () => {
  it('H26: is recognised, asked about once, and read at once the next time', async () => {
    await school();
    const file = textOf(vendorFiles.powerSchool);
    const first = await uploadFiles(test, { 'Student Export.csv': file });
    expect(first.check).toMatchObject({ source: 'mapped', isMapped: false, accepted: true, needsYear: true });
    expect(first.check.files[0]).toMatchObject({
      origin: 'guessed',
      missing: [],
      mapping: {
        kind: 'students',
        dateFormat: 'mdy',
        columns: {
          studentNumber: 'student_number',
          familyName: 'last_name',
          givenName: 'first_name',
          birthDate: 'dob',
          homeroom: 'home_room',
          guardian1Name: 'mother',
          guardian1Phone: 'home_phone',
        },
      },
    });
    // Nothing is compared before a person has said that the columns are right.
    const early = await test.call('roster', 'review', { upload: first.upload, school: 'this-school' });
    expect(early).toEqual({ ok: false, error: { type: 'roster-refused' } });
    const check = await confirmMapping(test, first, { year });
    expect(check).toMatchObject({ isMapped: true, accepted: true });
    const applied = await applyUpload(test, first.upload, check);
    expect(countsOf(applied.differences)).toEqual({
      session: { added: 1 },
      course: { added: 1 },
      class: { added: 2 },
      student: { added: 3 },
      guardian: { added: 2 },
      guardianship: { added: 2 },
      enrolment: { added: 3 },
    });

    const again = await uploadFiles(test, { 'tomorrow.csv': file });
    expect(again.check).toMatchObject({ isMapped: true, needsYear: false });
    expect(again.check.files[0]).toMatchObject({ origin: 'remembered' });
    const review = { upload: again.upload, school: again.check.schools[0]?.sourcedId ?? '' };
    expect(await test.must('roster', 'review', review)).toMatchObject({ changes: 0 });
    const { imports } = await test.must('roster', 'history', {});
    expect(imports).toMatchObject([{ by: 'Ada Example', isAutomatic: false, version: 'mapped' }]);
  });

  it('H26: what it brings stands in lists, cards and registers', async () => {
    await school();
    await importFiles(test, { 'sims.csv': textOf(vendorFiles.sims) }, { year });
    const { students } = await test.must('students', 'find', { text: 'Aneta' });
    expect(students).toMatchObject([{ name: 'Aneta Specimenová', homeroom: '7A', grade: '07' }]);
    const { registers } = await test.must('attendance', 'registers', { day: '2026-03-03' });
    expect(registers.map(({ title, session, teacher }) => `${title} ${session} ${teacher}`)).toEqual([
      '7A am Example Instructorov',
      '8B am ',
      '7A pm Example Instructorov',
      '8B pm ',
    ]);
    const id = students[0]?.id;
    assert(id !== undefined, 'the student was found');
    expect(await test.must('students', 'identity', { student: id })).toMatchObject({
      birthDate: '2012-05-17',
    });
  });

  it('H26: a list and a schedule come in together; periods and teachers are read', async () => {
    test = createTestDesk();
    await createTestSchool(test, { country: 'us', attendance: 'period', timeZone: 'America/Chicago' });
    const applied = await importFiles(
      test,
      { 'students.csv': textOf(vendorFiles.powerSchool), 'schedule.csv': textOf(vendorFiles.schedule) },
      { year },
    );
    expect(countsOf(applied.differences)).toMatchObject({
      class: { added: 4 },
      staff: { added: 2 },
      enrolment: { added: 9 },
    });
    const { registers } = await test.must('attendance', 'registers', { day: '2026-03-03' });
    const periods = registers.filter(({ session }) => session.startsWith('p'));
    expect(periods.map(({ title, session, teacher }) => `${title} ${session} ${teacher}`)).toEqual([
      'Mathematics p1 Example Instructorov',
      'Science p3 Sam Testwell',
    ]);
  });

  it('H26: who is missing leaves, behind the same guard as of a package', async () => {
    await school();
    await importFiles(test, { 'a.csv': textOf(vendorFiles.powerSchool) }, { year });
    const fewer = textOf(vendorFiles.powerSchool.slice(0, 3));
    const { upload, check } = await uploadFiles(test, { 'b.csv': fewer });
    const place = { upload, school: check.schools[0]?.sourcedId ?? '' };
    const { confirmRemoved } = await test.must('roster', 'review', place);
    expect(confirmRemoved).toBe(1);
    expect(await test.call('roster', 'apply', { upload, confirmRemoved: null })).toEqual({
      ok: false,
      error: { type: 'confirmation-needed', removed: 1 },
    });
    const applied = await test.must('roster', 'apply', { upload, confirmRemoved });
    expect(countsOf(applied.differences)).toEqual({
      class: { removed: 1 },
      student: { removed: 1 },
      enrolment: { removed: 1 },
    });
  });

  it('H26: students of a OneRoster package are known by their number, and what the list lacks stays', async () => {
    await school();
    await importRoster(test, new PackageDraft('1.1', 'bulk'));
    const { students: before } = await test.must('students', 'find', { text: 'Testina' });
    const lines = [
      'Student number,First name,Last name',
      'no-stu-1,Tessa,Samplewood',
      'no-stu-2,Fixture,Placeholder',
    ];
    const applied = await importFiles(test, { 'list.csv': textOf(lines) });
    // Guardians, classes and birth dates are not in the list.
    expect(countsOf(applied.differences)).toEqual({ student: { changed: 1 } });
    const { students: after } = await test.must('students', 'find', { text: 'Tessa' });
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    // The next OneRoster package is still the same school's.
    await importRoster(test, new PackageDraft('1.1', 'bulk'));
    expect((await test.must('students', 'find', { text: 'Testina' })).students).toHaveLength(1);
  });

  it('asks for the form of dates that can be read in two ways, and never guesses it', async () => {
    await school();
    const lines = [
      'Student number,Name,Birth date',
      '1,"Samplewood, Testina",03/04/2012',
      '2,"Muster, Erika",05/06/2012',
    ];
    const uploaded = await uploadFiles(test, { 'list.csv': textOf(lines) });
    const [file] = uploaded.check.files;
    expect(file).toMatchObject({ missing: ['dateFormat'], mapping: { dateFormat: null } });
    expect(file?.dateFormats[2]).toEqual(['dmy', 'mdy']);
    // Confirming without it does not let the file in, and is not remembered.
    expect(await confirmMapping(test, uploaded, { year })).toMatchObject({ isMapped: false, schools: [] });
    expect((await uploadFiles(test, { 'list.csv': textOf(lines) })).check.files[0]).toMatchObject({
      origin: 'guessed',
    });
    const third = await uploadFiles(test, { 'list.csv': textOf(lines) });
    const check = await confirmMapping(test, third, { year, dateFormat: 'dmy' });
    expect(check.isMapped).toBe(true);
    await applyUpload(test, third.upload, check);
    const { students } = await test.must('students', 'find', { text: 'Testina' });
    const student = students[0]?.id;
    assert(student !== undefined, 'the student was found');
    expect((await test.must('students', 'identity', { student })).birthDate).toBe('2012-04-03');
  });

  it('asks again where the remembered form of dates does not fit another file with the same columns', async () => {
    await school();
    const header = 'Student number,Name,Birth date';
    const first = [header, '1,"Samplewood, Testina",23/04/2012'];
    await importFiles(test, { 'list.csv': textOf(first) }, { year });
    const uploaded = await uploadFiles(test, {
      'other.csv': textOf([header, '2,"Muster, Erika",05/06/2012', '3,"Muster, Eva",05/27/2012']),
    });
    expect(uploaded.check).toMatchObject({
      isMapped: false,
      files: [{ origin: 'remembered', missing: ['dateFormat'], mapping: { dateFormat: 'dmy' } }],
    });
    expect(await confirmMapping(test, uploaded, { dateFormat: 'mdy' })).toMatchObject({ isMapped: true });
    // What no form fits is the file's own mistake, and is said with its line.
    const wrong = await uploadFiles(test, { 'list.csv': textOf([header, '4,"Muster, Edda",31/31/2012']) });
    expect(wrong.check).toMatchObject({ accepted: false, files: [{ missing: [] }] });
  });

  it('a remembered mapping can be changed, and the change is remembered', async () => {
    await school();
    const lines = ['Student number,First name,Last name,Tutor group', '1,Testina,Samplewood,7A'];
    await importFiles(test, { 'list.csv': textOf(lines) }, { year });
    const again = await uploadFiles(test, { 'list.csv': textOf(lines) });
    const [file] = again.check.files;
    assert(file !== undefined, 'there is a file');
    const { homeroom: _, ...columns } = file.mapping.columns;
    await confirmMapping(test, again, { columns });
    const third = await uploadFiles(test, { 'list.csv': textOf(lines) });
    expect(third.check.files[0]?.mapping.columns).toEqual(columns);
    expect(third.check.files[0]?.origin).toBe('remembered');
  });

  it('leaves nothing of a person in a mapping, its change or its audit row', async () => {
    await school();
    const uploaded = await uploadFiles(test, { 'list.csv': textOf(vendorFiles.powerSchool) });
    await confirmMapping(test, uploaded, { year });
    const { connection } = test.open();
    const stored = JSON.stringify(
      connection.prepare('SELECT mapping, headers, title FROM import_mapping').all(),
    );
    expect(stored).toContain('student_number');
    for (const trace of ['Testina', '900101', '555', 'example.invalid']) expect(stored).not.toContain(trace);
  });
});
