import {
  dateFieldOfKind,
  fieldsOfKind,
  missingParts,
  type DateFormat,
  type FileFacts,
  type FileMapping,
  type MappedField,
  type MappedKind,
  type MissingPart,
} from '../../domain/roster/file-mapping.ts';
import { guessCodes, guessMapping } from '../../domain/roster/guess-mapping.ts';
import { createDateReader } from '../../domain/roster/mapped-values.ts';
import type { Output } from '../app/api.ts';

export type MappedFile = Output<'roster', 'check'>['files'][number];

/** The same facts that the main process had when it guessed, from what it told of the file. */
export function factsOf({ header, dateFormats, codes }: MappedFile): FileFacts {
  return {
    header,
    dateFormatsOf: (column) => dateFormats[header.indexOf(column)] ?? [],
    codesOf: (column) => codes[header.indexOf(column)] ?? [],
  };
}

/** The mapping with one field given another column, or none; a column is one field only. */
export function withColumn(
  file: MappedFile,
  mapping: FileMapping,
  field: MappedField,
  column: string | null,
  ownCodes: readonly string[],
): FileMapping {
  const columns: FileMapping['columns'] = {};
  for (const each of fieldsOfKind[mapping.kind]) {
    const present = mapping.columns[each];
    if (each !== field && present !== undefined && present !== column) columns[each] = present;
  }
  if (column !== null) columns[field] = column;
  const facts = factsOf(file);
  const isDate = field === dateFieldOfKind[mapping.kind];
  return {
    ...mapping,
    columns,
    dateFormat: isDate ? onlyFormat(column === null ? [] : facts.dateFormatsOf(column)) : mapping.dateFormat,
    codes:
      field === 'code' ? (column === null ? {} : guessCodes(facts.codesOf(column), ownCodes)) : mapping.codes,
  };
}

/** The file read as another kind: its columns are guessed anew. */
export function withKind(
  file: MappedFile,
  mapping: FileMapping,
  kind: MappedKind,
  ownCodes: readonly string[],
): FileMapping {
  return { ...guessMapping(factsOf(file), ownCodes, kind), year: kind === 'students' ? mapping.year : null };
}

function onlyFormat(formats: readonly DateFormat[]): DateFormat | null {
  return formats.length === 1 ? (formats[0] ?? null) : null;
}

/** What must still be said, as the main process will find it too. */
export function missingOf(
  file: MappedFile,
  mapping: FileMapping,
  needsYear: boolean,
): readonly (MissingPart | 'year')[] {
  const missing: (MissingPart | 'year')[] = [...missingParts(mapping, factsOf(file))];
  const codeColumn = mapping.columns.code;
  const hasTooMany =
    mapping.kind === 'attendance' && codeColumn !== undefined && areTooManyCodes(file, codeColumn);
  if (hasTooMany && !missing.includes('codes')) missing.push('codes');
  if (needsYear && mapping.kind === 'students' && mapping.year === null) missing.push('year');
  return missing;
}

/** A column with values, of which there are more than attendance codes can be. */
export function areTooManyCodes({ header, samples, codes }: MappedFile, column: string): boolean {
  const index = header.indexOf(column);
  return (samples[index] ?? []).length > 0 && (codes[index] ?? []).length === 0;
}

/** The values of a column that a person sees beside it. */
export function samplesOf({ header, samples }: MappedFile, column: string | undefined): readonly string[] {
  return column === undefined ? [] : (samples[header.indexOf(column)] ?? []);
}

/** Columns that are no field. */
export function unusedColumns({ header }: MappedFile, { columns }: FileMapping): readonly string[] {
  const used = new Set(Object.values(columns));
  return header.filter((column) => !used.has(column));
}

/** How the dates of a file are read, with a value that shows it; null where it has none. */
export function datesRead(file: MappedFile): {
  readonly column: string;
  readonly format: DateFormat;
  readonly value: string;
  readonly day: string;
} | null {
  const { kind, columns, dateFormat: format } = file.mapping;
  const field = dateFieldOfKind[kind];
  const column = field === null ? undefined : columns[field];
  if (column === undefined || format === null) return null;
  const example = dateExample(file, column, format);
  return example === null ? null : { column, format, ...example };
}

/** The codes of a file of marks, each with the school's own; '' for rows that are left out. */
export function codesRead(file: MappedFile): readonly (readonly [theirs: string, ours: string])[] {
  const { kind, columns, codes } = file.mapping;
  if (kind !== 'attendance' || columns.code === undefined) return [];
  return factsOf(file)
    .codesOf(columns.code)
    .map((code) => [code, codes[code] ?? ''] as const);
}

/**
 * The value of a column that tells the formats apart best, read in each of them: `03/04/2012` as 3 April and as 4 March.
 */
export function dateExample(
  file: MappedFile,
  column: string,
  format: DateFormat,
): { readonly value: string; readonly day: string } | null {
  const values = samplesOf(file, column);
  const readDmy = createDateReader('dmy');
  const readMdy = createDateReader('mdy');
  const value = values.find((each) => readDmy(each) !== readMdy(each)) ?? values[0];
  if (value === undefined) return null;
  const day = createDateReader(format)(value);
  return day === null ? null : { value, day };
}
