import type { FileMapping } from '../../domain/roster/file-mapping.ts';
import type { Output } from '../../renderer/app/api.ts';
import type { TestDesk } from '../support/test-desk.ts';

/** Invented lists in the manner of several student information systems: their headers, no real person. */
export const vendorFiles = {
  powerSchool: [
    'student_number,last_name,first_name,middle_name,dob,gender,grade_level,home_room,mother,home_phone,guardianemail',
    '900101,Samplewood,Testina,Q,05/17/2012,F,7,7A,"Samplewood, Parent",+1 555 0100,parent@example.invalid',
    '900102,Placeholder,Fixture,,11/30/2011,M,7,7A,"Placeholder, Guardian",+1 555 0101,',
    '900103,Dummyson,Mocky,,01/02/2012,F,8,8B,,,',
  ],
  sims: [
    'Adno;Legal Surname;Legal Forename;Preferred Forename;Date of birth;Gender;Year group;Reg group;Form tutor',
    '000451;Specimenová;Anežka;Aneta;17/05/2012;F;Year 7;7A;Instructorov, Example',
    '000452;Muster;Erika;;30/11/2011;F;Year 7;7A;Instructorov, Example',
    '000453;Prøve;Ola;;02/01/2012;M;Year 8;8B;',
  ],
  arbor: [
    'Student ID\tFirst name\tLast name\tRegistration form\tYear group\tPrimary guardian name\tPrimary guardian relationship\tPrimary guardian mobile',
    '31\tTestina\tSamplewood\t7A\tYear 7\tParent Samplewood\tMother\t07700 900101',
    '32\tFixture\tSamplewood\t8B\tYear 8\tParent Samplewood\tMother\t07700 900101',
  ],
  schedule: [
    'Student_Number,Section_Number,Course_Name,Period,Teacher_Name',
    '900101,MA-7-1,Mathematics,1(A-E),"Instructorov, Example"',
    '900102,MA-7-1,Mathematics,1(A-E),"Instructorov, Example"',
    '900101,SC-7-1,Science,P3,"Testwell, Sam"',
    '900103,SC-7-1,Science,P3,"Testwell, Sam"',
  ],
} as const;

export function textOf(lines: readonly string[], lineEnd = '\r\n'): string {
  return lines.map((line) => `${line}${lineEnd}`).join('');
}

export type Check = Output<'roster', 'check'>;

/** Uploads files by name and checks them, as the window does. */
export async function uploadFiles(
  test: TestDesk,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<{ upload: string; check: Check }> {
  const parts = Object.entries(files).map(([name, content]) => ({
    name,
    bytes: typeof content === 'string' ? Buffer.from(content, 'utf8') : Buffer.from(content),
  }));
  const { upload } = await test.must('roster', 'begin', {
    files: parts.map(({ name, bytes }) => ({ name, bytes: bytes.length })),
  });
  for (const [file, { bytes }] of parts.entries()) {
    await test.must('roster', 'append', { upload, file, chunk: bytes.toString('base64') });
  }
  return { upload, check: await test.must('roster', 'check', { upload }) };
}

/** Confirms what was guessed, changed where the test says so. */
export async function confirmMapping(
  test: TestDesk,
  { upload, check }: { upload: string; check: Check },
  changes: Partial<FileMapping> = {},
): Promise<Check> {
  return test.must('roster', 'map', {
    upload,
    files: check.files.map(({ file, mapping }) => ({ file, mapping: { ...mapping, ...changes } })),
  });
}

/** Reviews and applies what was uploaded. */
export async function applyUpload(
  test: TestDesk,
  upload: string,
  check: Check,
): Promise<Output<'roster', 'apply'>> {
  const school = check.schools[0]?.sourcedId ?? '';
  const { confirmRemoved } = await test.must('roster', 'review', { upload, school });
  return test.must('roster', 'apply', { upload, confirmRemoved });
}

/** Uploads, confirms and applies in one. */
export async function importFiles(
  test: TestDesk,
  files: Readonly<Record<string, string | Uint8Array>>,
  changes: Partial<FileMapping> = {},
): Promise<Output<'roster', 'apply'>> {
  const uploaded = await uploadFiles(test, files);
  const check = uploaded.check.isMapped ? uploaded.check : await confirmMapping(test, uploaded, changes);
  return applyUpload(test, uploaded.upload, check);
}

/** Counts by kind, without those that are nothing or stay. */
export function countsOf(differences: Output<'roster', 'apply'>['differences']): Record<string, unknown> {
  return Object.fromEntries(
    differences.flatMap(({ kind, same: _, ...counts }) => {
      const some = Object.entries(counts).filter(([, count]) => count > 0);
      return some.length === 0 ? [] : [[kind, Object.fromEntries(some)]];
    }),
  );
}
