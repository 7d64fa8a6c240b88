import {
  dateFieldOfKind,
  dateFormats,
  fieldsOfKind,
  mappedKinds,
  requiredFields,
  type DateFormat,
  type FileFacts,
  type FileMapping,
  type MappedField,
  type MappedKind,
} from './file-mapping.ts';
import { createDateReader } from './mapped-values.ts';
import type { RosterTable } from './roster.ts';
import { vendorColumns } from './vendor-columns.ts';

/**
 * Guesses how a supplier's file is read, from its header and, for dates and codes, from its values.
 *
 * A guess is shown to a person and never used by itself. Day first or month first is not guessed where every value can be
 * either: the format is then null. `ownCodes` are the school's attendance codes: the same letters are taken to mean
 * the same.
 */
export function guessMapping(
  facts: FileFacts,
  ownCodes: readonly string[],
  asKind?: MappedKind,
): FileMapping {
  const byKind = mappedKinds.map((kind) => ({ kind, columns: guessColumns(kind, facts.header) }));
  const fits = ({ kind, columns }: (typeof byKind)[number]): boolean =>
    requiredFields[kind].every((field) => columns[field] !== undefined);
  // A list of marks also names classes, and a schedule also names students: the narrower kind is tried first.
  const order: readonly MappedKind[] = ['attendance', 'schedule', 'students'];
  const looksLikeStudents = byKind.some(
    ({ kind, columns }) =>
      kind === 'students' && (columns.birthDate !== undefined || columns.homeroom !== undefined),
  );
  const kind =
    asKind ??
    order
      .filter((each) => !(each === 'schedule' && looksLikeStudents))
      .find((each) => byKind.some((guess) => guess.kind === each && fits(guess))) ??
    'students';
  const columns = byKind.find((guess) => guess.kind === kind)?.columns ?? {};
  const dateField = dateFieldOfKind[kind];
  const dateColumn = dateField === null ? undefined : columns[dateField];
  const formats = dateColumn === undefined ? [] : facts.dateFormatsOf(dateColumn);
  const codeColumn = kind === 'attendance' ? columns.code : undefined;
  return {
    kind,
    columns,
    dateFormat: formats.length === 1 ? (formats[0] ?? null) : null,
    codes: codeColumn === undefined ? {} : guessCodes(facts.codesOf(codeColumn), ownCodes),
    year: null,
  };
}

/** The codes that are the school's own, letter for letter. */
export function guessCodes(
  codes: readonly string[],
  ownCodes: readonly string[],
): Readonly<Record<string, string>> {
  const own = new Set(ownCodes);
  return Object.fromEntries(codes.flatMap((code) => (own.has(code) ? [[code, code] as const] : [])));
}

function guessColumns(kind: MappedKind, header: readonly string[]): FileMapping['columns'] {
  const places = new Map<string, string>();
  for (const name of header) {
    const key = plainName(name);
    if (key !== '' && !places.has(key)) places.set(key, name);
  }
  const columns: Partial<Record<MappedField, string>> = {};
  const used = new Set<string>();
  for (const field of fieldsOfKind[kind]) {
    const name = vendorColumns[field].find((synonym) => {
      const found = places.get(synonym);
      return found !== undefined && !used.has(found);
    });
    const found = name === undefined ? undefined : places.get(name);
    if (found === undefined) continue;
    columns[field] = found;
    used.add(found);
  }
  // A whole name beside its parts says nothing more, and is often written in another order.
  if (columns.givenName !== undefined && columns.familyName !== undefined) delete columns.fullName;
  return columns;
}

/** A column's name without case, accents, spaces and punctuation. */
function plainName(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

const maxDifferentCodes = 200;

/** What a table says about itself, looked up once for each column. */
export function factsOfTable({ header, rows }: RosterTable): FileFacts {
  const formats = new Map<string, readonly DateFormat[]>();
  const codes = new Map<string, readonly string[]>();
  const once = <T>(memory: Map<string, T>, column: string, make: () => T): T => {
    const known = memory.get(column);
    if (known !== undefined) return known;
    const made = make();
    memory.set(column, made);
    return made;
  };
  return {
    header,
    dateFormatsOf: (column) =>
      once(formats, column, () => {
        const index = header.indexOf(column);
        const seen = new Set<string>();
        let readers = dateFormats.map((format) => ({ format, read: createDateReader(format) }));
        let isInDoubt = false;
        for (const { cells } of rows) {
          const value = (cells[index] ?? '').trim();
          if (value === '' || seen.has(value)) continue;
          seen.add(value);
          readers = readers.filter(({ read }) => read(value) !== null);
          if (readers.length === 0) break;
          isInDoubt ||= new Set(readers.map(({ read }) => read(value))).size > 1;
        }
        if (seen.size === 0) return [];
        // Years that stand first and months as words say the same in each form: there is nothing to choose.
        const formats = readers.map(({ format }) => format);
        return isInDoubt ? formats : formats.slice(0, 1);
      }),
    codesOf: (column) =>
      once(codes, column, () => {
        const index = header.indexOf(column);
        const values = new Set<string>();
        for (const { cells } of rows) {
          const value = (cells[index] ?? '').trim();
          if (value !== '') values.add(value);
          // Nobody says what more than these mean one by one.
          if (values.size > maxDifferentCodes) break;
        }
        return [...values].toSorted();
      }),
  };
}

/** Up to three different values of a column, for who confirms the mapping. */
export function samplesOf({ header, rows }: RosterTable, column: string): readonly string[] {
  const index = header.indexOf(column);
  const samples = new Set<string>();
  for (const { cells } of rows) {
    const value = (cells[index] ?? '').trim();
    if (value !== '') samples.add(value);
    if (samples.size === 3) break;
  }
  return [...samples];
}
