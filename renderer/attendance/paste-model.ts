import { parse } from 'csv-parse/browser/esm/sync';
import type { StudentId } from '../../domain/ids.ts';
import { codesFor, type GridState, type RegisterCode } from './grid-model.ts';

/**
 * What a spreadsheet puts on the clipboard, read as marks: which column holds the codes, which the names, whom each line
 * is about. Pure; nothing here writes.
 */

/** Longer than any class, and short enough to read through at once. */
const mostLines = 500;

/** The cells of what was copied, trimmed, row by row; trailing empty rows are left out. */
export function readClipboard(clipboard: string): readonly (readonly string[])[] {
  const rows = splitCells(clipboard).map((row) => row.map((cell) => cell.replaceAll(/\s+/g, ' ').trim()));
  const last = rows.findLastIndex((row) => row.some((cell) => cell !== ''));
  return rows.slice(0, Math.min(last + 1, mostLines));
}

/** Spreadsheets quote a cell that holds a tab, a line end or a quote; text with quotes of its own is taken as it is. */
function splitCells(clipboard: string): readonly (readonly string[])[] {
  try {
    const rows: unknown = parse(clipboard, {
      delimiter: '\t',
      relax_column_count: true,
      relax_quotes: true,
      bom: true,
      skip_empty_lines: false,
    });
    return isRows(rows) ? rows : [];
  } catch {
    // A quote that never ends: no cell was quoted, and the quote is text.
    return clipboard.split(/\r?\n/).map((line) => line.split('\t'));
  }
}

function isRows(value: unknown): value is readonly (readonly string[])[] {
  return Array.isArray(value) && value.every((row) => Array.isArray(row));
}

/**
 * The code of a session that a cell means: the code itself in capitals or not, present by any code that means it, or a
 * meaning, whole or so much of its beginning that it can be no other.
 */
export function textToCode(
  codes: readonly RegisterCode[],
  session: string,
  cell: string,
): RegisterCode | undefined {
  const here = codesFor(codes, session);
  const upper = cell.toUpperCase();
  const exact = here.find(({ code }) => code === upper);
  if (exact !== undefined) return exact;
  if (codes.some(({ code, isPresent }) => isPresent && code === upper)) {
    return here.find(({ isPresent }) => isPresent);
  }
  const words = cell.toLocaleLowerCase();
  if (words.length < 3) return undefined;
  const whole = here.find(({ meaning }) => meaning.toLocaleLowerCase() === words);
  if (whole !== undefined) return whole;
  const begun = here.filter(({ meaning }) => meaning.toLocaleLowerCase().startsWith(words));
  return begun.length === 1 ? begun[0] : undefined;
}

/** A student on the register, as a pasted line may name them. */
export interface NamedStudent {
  readonly id: StudentId;
  readonly name: string;
}

/** One pasted line and the student it would fall on. */
export interface PastedLine {
  /** Counted from 1, as the spreadsheet was copied. */
  readonly line: number;
  /** The name that the line gives; null where it gives none and falls on the student of its place. */
  readonly name: string | null;
  readonly text: string;
  readonly student: StudentId | null;
  /** Undefined: the text is no code of this session, and the student stays as they are. */
  readonly code: RegisterCode | undefined;
  /** Why nothing is written; null for a line that is. */
  readonly problem: 'no-code' | 'no-student' | 'same-name' | 'twice' | 'beyond' | null;
}

/** How the lines are read. */
export interface PasteReading {
  /** The column with the codes, from 0. */
  readonly codeColumn: number;
  /** The column with the students' names; null where the lines fall on the students in their order. */
  readonly nameColumn: number | null;
  readonly hasHeader: boolean;
}

export interface PastedMarks extends PasteReading {
  readonly lines: readonly PastedLine[];
  /** Columns that hold codes, with their heading or first cell. */
  readonly codeColumns: readonly { readonly column: number; readonly title: string }[];
}

interface PasteInto {
  readonly state: Pick<GridState, 'students' | 'cursor'>;
  readonly names: readonly NamedStudent[];
  readonly codes: readonly RegisterCode[];
  readonly session: string;
}

/** Finds out how the rows are to be read: the column with most codes, the one with most names, a heading above. */
export function guessReading(rows: readonly (readonly string[])[], into: PasteInto): PasteReading {
  const { names, codes, session } = into;
  const known = studentsByName(names);
  const width = Math.max(0, ...rows.map((row) => row.length));
  const columns = Array.from({ length: width }, (_, column) => {
    const cells = rows.map((row) => row[column] ?? '');
    return {
      column,
      named: cells.filter((cell) => known.has(nameKey(cell))).length,
      coded: cells.filter((cell) => textToCode(codes, session, cell) !== undefined).length,
    };
  });
  const byNames = columns.toSorted((one, other) => other.named - one.named)[0];
  const nameColumn = byNames !== undefined && byNames.named > byNames.coded ? byNames.column : null;
  const [byCodes] = columns
    .filter(({ column }) => column !== nameColumn)
    .toSorted((one, other) => other.coded - one.coded);
  const codeColumn = byCodes?.column ?? 0;
  return { codeColumn, nameColumn, hasHeader: isHeader(rows, { codeColumn, nameColumn }, into) };
}

/** Lays the rows over the register as they are to be read: by name, or in order from the cursor down. Writes nothing. */
export function layPasted(
  rows: readonly (readonly string[])[],
  reading: PasteReading,
  into: PasteInto,
): PastedMarks {
  const { state, names, codes, session } = into;
  const known = studentsByName(names);
  const first = reading.hasHeader ? 1 : 0;
  const seen = new Set<StudentId>();
  const lines = rows.slice(first).flatMap((row, index): PastedLine[] => {
    const text = row[reading.codeColumn] ?? '';
    if (text === '') return [];
    const name = reading.nameColumn === null ? null : (row[reading.nameColumn] ?? '');
    const found =
      name === null ? [state.students[state.cursor.row + index]] : (known.get(nameKey(name)) ?? []);
    const student = found.length === 1 ? (found[0] ?? null) : null;
    const code = textToCode(codes, session, text);
    const problem =
      found.length > 1
        ? 'same-name'
        : student === null
          ? name === null
            ? 'beyond'
            : 'no-student'
          : seen.has(student)
            ? 'twice'
            : code === undefined
              ? 'no-code'
              : null;
    if (student !== null) seen.add(student);
    return [{ line: first + index + 1, name, text, student, code, problem }];
  });
  const width = Math.max(0, ...rows.map((row) => row.length));
  const codeColumns = Array.from({ length: width }, (_, column) => column)
    .filter(
      (column) =>
        column === reading.codeColumn ||
        (column !== reading.nameColumn &&
          rows.some((row) => textToCode(codes, session, row[column] ?? '') !== undefined)),
    )
    .map((column) => ({ column, title: rows[0]?.[column] ?? '' }));
  return { ...reading, lines, codeColumns };
}

/**
 * A first line is a heading where its code is none, its name nobody's, and the lines below hold codes. One letter is
 * no heading: it is a mark that the register does not know, and belongs to its student.
 */
function isHeader(
  rows: readonly (readonly string[])[],
  { codeColumn, nameColumn }: Omit<PasteReading, 'hasHeader'>,
  { names, codes, session }: PasteInto,
): boolean {
  const [first, ...rest] = rows;
  const heading = first?.[codeColumn] ?? '';
  if (textToCode(codes, session, heading) !== undefined) return false;
  if (nameColumn !== null && studentsByName(names).has(nameKey(first?.[nameColumn] ?? ''))) return false;
  const isWord = heading === '' ? nameColumn !== null : /\p{L}{2}/u.test(heading);
  return isWord && rest.some((row) => textToCode(codes, session, row[codeColumn] ?? '') !== undefined);
}

/** The students by their name, however its parts are ordered; of one name there may be several. */
function studentsByName(names: readonly NamedStudent[]): ReadonlyMap<string, readonly StudentId[]> {
  const groups = Map.groupBy(names, ({ name }) => nameKey(name));
  return new Map([...groups].map(([key, students]) => [key, students.map(({ id }) => id)]));
}

/** A name without accents, case, commas and the order of its parts: `Abara, Chidi` is `Chidi Abara`. */
function nameKey(name: string): string {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLocaleLowerCase();
  return (plain.match(/[\p{L}\p{N}'’-]+/gu) ?? []).toSorted().join(' ');
}
