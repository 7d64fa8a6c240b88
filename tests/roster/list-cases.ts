import { strToU8, zipSync } from 'fflate';
import type { FileMapping } from '../../domain/roster/file-mapping.ts';
import type { Finding, FindingCode } from '../../domain/roster/findings.ts';
import { emptyRoster } from '../../domain/roster/school-roster.ts';
import { assert } from '../../domain/result.ts';
import { dryRun, type DryRun, type MappingInput } from '../../main/roster/dry-run.ts';
import type { PackageInput } from '../../main/roster/read-package.ts';
import { filesOf, today } from './fixtures.ts';
import { textOf } from './vendor-fixtures.ts';

/** A finding of a file that is not OneRoster, as its dry run makes it once its columns are confirmed as guessed. */
export interface ListCase {
  readonly code: FindingCode;
  readonly when: string;
  readonly input: () => PackageInput;
  readonly says?: Partial<Omit<Finding, 'code'>>;
}

const students = 'No,Given name,Family name,Birth date,Sex,Homeroom';
const one = '1,Testina,Samplewood,2012-05-17,F,7A';
const groups = 'sourcedId,kind,title,weekdays,startTime,endTime';
const members = 'groupSourcedId,studentNumber,stop,beginDate,endDate';
const guardians = 'No,Given name,Family name,Guardian 1 name,Guardian 1 relation,Guardian 1 phone';

function list(...lines: readonly string[]): () => PackageInput {
  return () => filesOf({ 'students.csv': textOf(lines) });
}

export const listCases: readonly ListCase[] = [
  {
    code: 'spreadsheet',
    when: 'a workbook is chosen',
    input: () => filesOf({ 'students.xlsx': zipSync({ 'sheet.xml': strToU8('<x/>') }) }),
    says: { file: 'students.xlsx' },
  },
  {
    code: 'file-not-csv',
    when: 'a document lies beside the list',
    input: () => filesOf({ 'students.csv': textOf([students, one]), 'readme.pdf': 'x' }),
    says: { file: 'readme.pdf' },
  },
  {
    code: 'encoding-windows-1252',
    when: 'a name has an accent in one byte',
    input: () =>
      filesOf({
        'students.csv': Uint8Array.from(
          Buffer.from(textOf([students, one.replace('Samplewood', 'Prévert')]), 'latin1'),
        ),
      }),
    says: { file: 'students.csv' },
  },
  {
    code: 'mixed-files',
    when: 'marks come with students',
    input: () =>
      filesOf({
        'students.csv': textOf([students, one]),
        'marks.csv': textOf(['Date,No,Code', '2026-03-02,1,/']),
      }),
    says: { file: 'marks.csv' },
  },
  {
    code: 'mapped-date-invalid',
    when: 'the form of dates was remembered and does not fit',
    input: list(students, one, '2,Fixture,Placeholder,soon,F,7A'),
    says: { line: 3, column: 'Birth date', value: 'soon', expected: 'YYYY-MM-DD (2026-04-23)' },
  },
  {
    code: 'mapped-sex-unknown',
    when: 'a sex is a word of its own',
    input: list(students, one.replace(',F,', ',Q,')),
    says: { line: 2, column: 'Sex', value: 'Q' },
  },
  {
    code: 'mapped-language-unknown',
    when: 'a language is a word that nobody knows',
    input: list(`${guardians},Home language`, '1,Testina,Samplewood,Parent Samplewood,Mother,1,Samplish'),
    says: { line: 2, column: 'Home language', value: 'Samplish' },
  },
  {
    code: 'language-without-guardian',
    when: 'a student has a language and no guardian',
    input: list(`${students},Home language`, `${one},Urdu`),
    says: { line: 2, column: 'Home language', value: 'Urdu' },
  },
  {
    code: 'language-without-guardian',
    when: 'a row has a language and names no guardian',
    input: list(`${guardians},Home language`, '1,Testina,Samplewood,,,,Urdu'),
    says: { line: 2, column: 'Home language', value: 'Urdu' },
  },
  {
    code: 'mapped-relation-unknown',
    when: 'a guardian is a neighbour',
    input: list(guardians, '1,Testina,Samplewood,Parent Samplewood,Neighbour,+1 555 0100'),
    says: { line: 2, value: 'Neighbour' },
  },
  {
    code: 'mapped-number-invalid',
    when: 'minutes are a word',
    input: () => filesOf({ 'marks.csv': textOf(['Date,No,Code,Minutes', '2026-03-02,1,/,few']) }),
    says: { line: 2, column: 'Minutes', value: 'few' },
  },
  {
    code: 'session-unknown',
    when: 'a part of the day is not known',
    input: () => filesOf({ 'marks.csv': textOf(['Date,No,Code,Session', '2026-03-02,1,/,Supper']) }),
    says: { line: 2, column: 'Session', value: 'Supper' },
  },
  {
    code: 'student-row-differs',
    when: 'two students share a number',
    input: list(students, one, one.replace('Testina', 'Fixture')),
    says: { line: 3, column: 'No', value: '1', expected: '2' },
  },
  {
    code: 'student-number-unknown',
    when: 'a schedule names nobody known',
    input: () => filesOf({ 'schedule.csv': textOf(['No,Class code', '404,MA-1']) }),
    says: { line: 2, column: 'No', value: '404' },
  },
  {
    code: 'class-title-differs',
    when: 'a class has two titles',
    input: () =>
      filesOf({
        'students.csv': textOf([students, one]),
        'schedule.csv': textOf(['No,Class code,Course name', '1,MA-1,Mathematics', '1,MA-1,Algebra']),
      }),
    says: { line: 3, column: 'Course name', value: 'Algebra', expected: 'Mathematics' },
  },
  {
    code: 'guardian-differs',
    when: 'a guardian has two e-mail addresses',
    input: list(
      `${guardians},Guardian 1 email`,
      '1,Testina,Samplewood,Parent Samplewood,Mother,+1 555 0100,a@example.invalid',
      '2,Fixture,Samplewood,Parent Samplewood,Mother,+1 555 0100,b@example.invalid',
    ),
    says: { line: 3 },
  },
  {
    code: 'group-member-column',
    when: 'nobody is named',
    input: () =>
      filesOf({
        'groups.csv': textOf([groups, 'b,bus,Bus,,,']),
        'groupMembers.csv': textOf(['groupSourcedId', 'b']),
      }),
    says: { file: 'groupMembers.csv' },
  },
  {
    code: 'group-column-unknown',
    when: 'a column is none of the groups',
    input: () =>
      filesOf({
        'students.csv': textOf([students, one]),
        'groups.csv': textOf([`${groups},colour`, 'b,bus,Bus,,,,red']),
      }),
    says: { file: 'groups.csv', column: 'colour' },
  },
  {
    code: 'group-unknown',
    when: 'a group was never imported',
    input: () =>
      filesOf({
        'students.csv': textOf([students, one]),
        'groupMembers.csv': textOf([members, 'b,1,,,']),
      }),
    says: { line: 2, column: 'groupSourcedId', value: 'b' },
  },
  {
    code: 'group-member-twice',
    when: 'a student is in a group twice',
    input: () =>
      filesOf({
        'students.csv': textOf([students, one]),
        'groups.csv': textOf([groups, 'b,bus,Bus,,,']),
        'groupMembers.csv': textOf([members, 'b,1,,,', 'b,1,,,']),
      }),
    says: { line: 3, value: '1', expected: '2' },
  },
];

/** Runs lists through a dry run twice: with the guess, and with the guess confirmed. Date forms are year first. */
export async function runLists(
  input: PackageInput,
  changes: Partial<FileMapping> = {},
  current = emptyRoster(),
): Promise<DryRun> {
  const mappings: MappingInput = {
    schoolName: 'Invented School',
    ownCodes: ['/', 'N'],
    remembered: [],
    given: [],
  };
  const guessed = await dryRun({ package: input, current, school: null, today, mappings });
  assert(guessed.ok, 'nobody cancels');
  const given = guessed.value.files.map(({ fileName, mapping }) => ({
    file: fileName,
    mapping: { ...mapping, dateFormat: mapping.dateFormat ?? 'ymd', ...changes },
  }));
  const run = await dryRun({
    package: input,
    current,
    school: null,
    today,
    mappings: { ...mappings, given },
  });
  assert(run.ok, 'nobody cancels');
  return run.value;
}
