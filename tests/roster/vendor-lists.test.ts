import { afterEach, describe, expect, it } from 'vitest';
import { day } from '../../domain/ids.ts';
import { createTestDesk, createTestSchool, type TestDesk } from '../support/test-desk.ts';
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
    expect(
      await test.call('roster', 'review', { upload: first.upload, school: 'this-school' }),
    ).toMatchObject({
      ok: false,
      error: { type: 'roster-refused' },
    });
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
    const { changes } = await test.must('roster', 'review', {
      upload: again.upload,
      school: again.check.schools[0]?.sourcedId ?? '',
    });
    expect(changes).toBe(0);
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
  });
});
