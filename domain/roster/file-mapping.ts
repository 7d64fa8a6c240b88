import { z } from 'zod';
import { dayNumber } from '../calendar/day.ts';
import { day, type Day } from '../ids.ts';

/** What a supplier's file holds: students, who is in which class, or marks of days that have gone by. */
export const mappedKinds = ['students', 'schedule', 'attendance'] as const;
export type MappedKind = (typeof mappedKinds)[number];

/** How dates are written: year first, day first, or month first. Months as words are read in each. */
export const dateFormats = ['ymd', 'dmy', 'mdy'] as const;
export type DateFormat = (typeof dateFormats)[number];

const guardianFields = (
  n: 1 | 2,
): readonly [
  `guardian${1 | 2}Name`,
  `guardian${1 | 2}GivenName`,
  `guardian${1 | 2}FamilyName`,
  `guardian${1 | 2}Relation`,
  `guardian${1 | 2}Phone`,
  `guardian${1 | 2}Email`,
  `guardian${1 | 2}Language`,
] => [
  `guardian${n}Name`,
  `guardian${n}GivenName`,
  `guardian${n}FamilyName`,
  `guardian${n}Relation`,
  `guardian${n}Phone`,
  `guardian${n}Email`,
  `guardian${n}Language`,
];

/** The fields that columns of each kind of file can be, in the order in which the window lists them. */
export const fieldsOfKind = {
  students: [
    'studentNumber',
    'fullName',
    'givenName',
    'middleName',
    'familyName',
    'preferredGivenName',
    'preferredFamilyName',
    'birthDate',
    'sex',
    'grade',
    'homeroom',
    'homeroomTeacher',
    'homeLanguage',
    'busRun',
    'busStop',
    ...guardianFields(1),
    ...guardianFields(2),
  ],
  schedule: ['studentNumber', 'classCode', 'classTitle', 'period', 'teacher'],
  attendance: ['date', 'studentNumber', 'session', 'classCode', 'period', 'code', 'minutes', 'note'],
} as const satisfies Readonly<Record<MappedKind, readonly string[]>>;

export type MappedField = (typeof fieldsOfKind)[MappedKind][number];

/** Every field once. */
export const mappedFields: readonly MappedField[] = [
  ...new Set<MappedField>(mappedKinds.flatMap((kind): readonly MappedField[] => fieldsOfKind[kind])),
];

/** The field whose dates the format is for. */
export const dateFieldOfKind: Readonly<Record<MappedKind, MappedField | null>> = {
  students: 'birthDate',
  schedule: null,
  attendance: 'date',
};

const column = z.string().min(1).max(200);

const longestYearDays = 400;

/** Whether two days can be the first and the last of one school year; longer ones are a mistake, and no calendar takes them. */
export function isSchoolYear(firstDay: Day, lastDay: Day): boolean {
  return firstDay < lastDay && dayNumber(lastDay) - dayNumber(firstDay) < longestYearDays;
}

/** How one file is read. Kept with the header row that it is for (`import_mapping`). */
export const fileMapping = z.strictObject({
  kind: z.enum(mappedKinds),
  /** The column of each field; a field that the file does not have is left out. */
  columns: z.partialRecord(z.enum(mappedFields), column),
  /** Null while nobody has said, or where there is no date. */
  dateFormat: z.enum(dateFormats).nullable(),
  /** Attendance: the file's code → the school's own; '' leaves rows with it out. */
  codes: z.record(z.string().max(60), z.string().max(10)),
  /** Students of a school that has no school year yet: its first and last school day. */
  year: z
    .strictObject({ firstDay: day, lastDay: day })
    .refine(({ firstDay, lastDay }) => isSchoolYear(firstDay, lastDay))
    .nullable(),
});
export type FileMapping = z.output<typeof fileMapping>;

/** What is not known yet before a file can be read. */
export type MissingPart = MappedField | 'name' | 'dateFormat' | 'codes';

/** A file as far as it matters for its mapping. */
export interface FileFacts {
  readonly header: readonly string[];
  /** Which formats every date of the date column can be read in, by column. */
  readonly dateFormatsOf: (column: string) => readonly DateFormat[];
  /** The different codes of a column. */
  readonly codesOf: (column: string) => readonly string[];
}

/**
 * What must still be said before a file can be read with the mapping: required fields, a date format that fits every
 * value, a code for each code of the file. Empty: it can be read.
 */
export function missingParts(mapping: FileMapping, facts: FileFacts): readonly MissingPart[] {
  const { kind, columns, dateFormat, codes } = mapping;
  const has = (field: MappedField): boolean => {
    const name = columns[field];
    return name !== undefined && facts.header.includes(name);
  };
  const missing: MissingPart[] = [];
  for (const field of requiredFields[kind]) if (!has(field)) missing.push(field);
  if (kind === 'students' && !has('fullName') && !has('givenName') && !has('familyName'))
    missing.push('name');
  const dateField = dateFieldOfKind[kind];
  const dateColumn = dateField === null ? undefined : columns[dateField];
  if (dateColumn !== undefined && facts.header.includes(dateColumn)) {
    // Where no form fits, the file itself is wrong: reading it says in which line.
    const fitting = facts.dateFormatsOf(dateColumn);
    if (dateFormat === null || (fitting.length > 0 && !fitting.includes(dateFormat)))
      missing.push('dateFormat');
  }
  const codeColumn = columns.code;
  if (kind === 'attendance' && codeColumn !== undefined) {
    if (facts.codesOf(codeColumn).some((code) => !Object.hasOwn(codes, code))) missing.push('codes');
  }
  return missing;
}

export const requiredFields: Readonly<Record<MappedKind, readonly MappedField[]>> = {
  students: ['studentNumber'],
  schedule: ['studentNumber', 'classCode'],
  attendance: ['date', 'studentNumber', 'code'],
};
