import { assert } from '../../domain/result.ts';

/** One operation of a change, or one row of an operation, that concerns a student: it lies in the student's part of a backup. */
export interface ChangePiece {
  /** Index of the operation in its change. */
  readonly operation: number;
  /** Index of the row in an operation that adds rows; null where the whole operation is the piece. */
  readonly row: number | null;
  /** As JSON. */
  readonly value: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Says whom a row of a table is about: a student's id, or undefined. */
export type StudentOf = (table: string, fields: Fields) => string | undefined;

/**
 * Takes a change apart: the pieces that concern students, and what is left, with null where each of them stood.
 * Taking apart and joining gives the same text, byte for byte.
 */
export function splitChange(
  body: string,
  studentOf: StudentOf,
): { readonly rest: string; readonly pieces: readonly (ChangePiece & { readonly student: string })[] } {
  const change = parseChange(body);
  const pieces: (ChangePiece & { student: string })[] = [];
  const operations = change.operations.map((operation, index) => {
    assert(isFields(operation) && typeof operation['table'] === 'string', 'an operation names its table');
    const { table, fields, shared, rows } = operation;
    if (Array.isArray(rows)) {
      assert(isFields(shared), 'rows share fields');
      const left = rows.map((row: unknown, rowIndex) => {
        assert(isFields(row), 'a row is an object');
        const student = studentOf(table, { ...shared, ...row });
        if (student === undefined) return row;
        pieces.push({ student, operation: index, row: rowIndex, value: JSON.stringify(row) });
        return null;
      });
      return { ...operation, rows: left };
    }
    assert(isFields(fields), 'an operation has rows or fields');
    const student = studentOf(table, fields);
    if (student === undefined) return operation;
    pieces.push({ student, operation: index, row: null, value: JSON.stringify(operation) });
    return null;
  });
  return pieces.length === 0
    ? { rest: body, pieces }
    : { rest: JSON.stringify({ ...change, operations }), pieces };
}

/**
 * Puts a change together again. What is missing, because its student has been purged, leaves no trace: the change then
 * is what a purge would have made of it.
 */
export function joinChange(rest: string, pieces: readonly ChangePiece[]): string {
  const change = parseChange(rest);
  const found = new Map(pieces.map((piece) => [`${piece.operation} ${piece.row ?? ''}`, piece.value]));
  const operations = change.operations.flatMap((operation, index) => {
    if (operation === null) return parsed(found.get(`${index} `));
    assert(isFields(operation), 'an operation is an object');
    const { rows } = operation;
    if (!Array.isArray(rows) || !rows.includes(null)) return [operation];
    const whole = rows.flatMap((row: unknown, rowIndex) =>
      row === null ? parsed(found.get(`${index} ${rowIndex}`)) : [row],
    );
    return whole.length === 0 ? [] : [{ ...operation, rows: whole }];
  });
  return JSON.stringify({ ...change, operations });
}

function parsed(value: string | undefined): unknown[] {
  if (value === undefined) return [];
  const piece: unknown = JSON.parse(value);
  return [piece];
}

// A guard and not a schema: a schema would put the keys in its own order, and this runs for every mark there is.
function parseChange(text: string): Fields & { operations: unknown[] } {
  const change: unknown = JSON.parse(text);
  assert(isFields(change) && hasOperations(change), 'a change is a list of operations');
  return change;
}

function hasOperations(change: Fields): change is Fields & { operations: unknown[] } {
  return Array.isArray(change['operations']);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
