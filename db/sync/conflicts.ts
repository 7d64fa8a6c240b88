import type { Connection } from '../open-store.ts';
import type { WritableDb } from '../handles.ts';
import {
  keyCondition,
  parseVersions,
  shapeOf,
  subjectOf,
  versionOf,
  type FieldSealer,
} from '../changes/write-change.ts';
import type { TableShape } from '../changes/tables.ts';
import { createMarkConflicts, type MarkCell } from './mark-conflicts.ts';
import { keyFields } from './records.ts';

/** One of the values that stand, in clear. */
export interface StandingValue {
  /** `hlc.desk.seq`, as this store writes versions. */
  readonly version: string;
  readonly value: unknown;
}

/** A field in which desks wrote different values without knowing of each other. */
export interface FieldConflict {
  readonly table: string;
  readonly key: string;
  readonly field: string;
  readonly isSealed: boolean;
  /** Whom the record is about: for the audit row. */
  readonly subjects: readonly string[];
  /** What a decision writes again beside the field: every change of such a record says whom it is about. */
  readonly restated: Readonly<Record<string, unknown>>;
  /** The shown one first. */
  readonly values: readonly StandingValue[];
}

/**
 * Who wrote a record and when: nothing to decide, and never equal. Nor is there which of two merged records is shown: whether they
 * are one person is. The highest stands.
 */
const stamps: ReadonlySet<string> = new Set(['madeBy', 'madeAtMs', 'kept', 'merged']);

type HeadRow = { version: string; value: string | null; envelope: Buffer | null };

/** The marks that stand against each other in one cell, as a conflict: `table` is `mark`, `field` the column. */
export function readMarkConflict(connection: Connection, cell: MarkCell): FieldConflict {
  const { day, class: of, session, student, column } = cell;
  const values = createMarkConflicts(connection)
    .standing(cell)
    .map(({ version, code, minutes }) => ({
      version,
      value: code === null ? null : minutes === null ? code : `${code} ${minutes}`,
    }));
  const key = `${day} ${of} ${session} ${student}`;
  return { table: 'mark', key, field: column, isSealed: false, subjects: [student], restated: {}, values };
}

/** The conflicts of a store, field by field, marks after them: computed from the heads, never kept. Heads of equal value are none. */
export function readConflicts(connection: Connection, db: WritableDb, sealer: FieldSealer): FieldConflict[] {
  const fields = connection
    .prepare<[], [string, string, string]>(
      'SELECT DISTINCT tbl, key, field FROM field_head ORDER BY tbl, key, field',
    )
    .raw()
    .all();
  const inRecords = fields.flatMap(([table, key, field]) => {
    const conflict = readConflict(connection, db, sealer, { table, key, field });
    return conflict === undefined ? [] : [conflict];
  });
  const inMarks = createMarkConflicts(connection)
    .cells()
    .map((cell) => readMarkConflict(connection, cell));
  return [...inRecords, ...inMarks];
}

/** The conflict of one field; undefined where there is none. */
export function readConflict(
  connection: Connection,
  db: WritableDb,
  sealer: FieldSealer,
  { table, key, field }: Pick<FieldConflict, 'table' | 'key' | 'field'>,
): FieldConflict | undefined {
  if (stamps.has(field)) return undefined;
  const shape = shapeOf(table);
  const keys = keyFields(shape, key);
  const [row] = db.select(shape.columns).from(shape.definition.table).where(keyCondition(shape, keys)).all();
  if (row === undefined) return undefined;
  const heads = connection
    .prepare<[string, string, string], HeadRow>(
      `SELECT hlc || '.' || desk || '.' || seq AS version, value, envelope FROM field_head
       WHERE tbl = ? AND key = ? AND field = ? ORDER BY hlc DESC, desk DESC, seq DESC`,
    )
    .all(table, key, field);
  const open = (version: string, stored: unknown): unknown =>
    stored instanceof Uint8Array
      ? sealer.open(subjectOf(shape, row), { table: shape.name, column: field, row: key, version }, stored)
      : stored;
  const shownVersion = versionOf(parseVersions(String(row['versions'])), field);
  const shown = { version: shownVersion, value: open(shownVersion, row[field]) };
  const others = heads.map(({ version, value, envelope }) => ({
    version,
    value: value === null ? open(version, envelope) : (JSON.parse(value) as unknown),
  }));
  const isEqual = ({ value }: StandingValue): boolean =>
    JSON.stringify(normal(shape, field, value)) === JSON.stringify(normal(shape, field, shown.value));
  if (others.every(isEqual)) return undefined;
  return {
    table,
    key,
    field,
    isSealed: shape.sealed.has(field),
    subjects: subjectsOf(table, key, row),
    restated: restatedOf(table, row),
    values: [shown, ...others],
  };
}

function restatedOf(
  table: string,
  row: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  if (table === 'person_merge') return { kept: row['kept'], merged: row['merged'] };
  const { subject } = shapeOf(table).definition;
  return subject === null || subject === 'id' ? {} : { [subject]: row[subject] };
}

function subjectsOf(table: string, key: string, row: Readonly<Record<string, unknown>>): string[] {
  if (table === 'person_merge') return [String(row['kept']), String(row['merged'])];
  if (table === 'enrolment') return row['role'] === 'student' ? [String(row['person'])] : [];
  const { subject } = shapeOf(table).definition;
  if (subject !== null && subject !== 'id') return [String(row[subject])];
  return table === 'student' || table === 'guardian' || table === 'guardian_link' ? key.split(' ') : [];
}

/** An empty sealed field has no envelope: no text, and not another value than none. */
function normal(shape: TableShape, field: string, value: unknown): unknown {
  return shape.sealed.has(field) ? (value ?? '') : value;
}
