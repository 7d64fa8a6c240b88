import { z } from 'zod';
import type { Connection } from '../open-store.ts';
import { quoted } from './tables.ts';

/** A value of the store as it stands in a backup: text and numbers as they are, bytes as hex in a list of one. */
export const backupValue = z.union([
  z.null(),
  z.string(),
  z.number(),
  z.tuple([z.string().regex(/^([0-9A-Fa-f]{2})*$/)]),
]);
export type BackupValue = z.output<typeof backupValue>;

/** One row: its values in the order of the table's columns. */
export const backupRow = z.array(backupValue);
export type BackupRow = z.output<typeof backupRow>;

/** What SQLite takes and gives: integers beyond 2⁵³ do not occur, hybrid times last until 2248. */
export type StoreValue = string | number | Buffer | null;

const batchSize = 1000;

/**
 * Every row of a table as the JSON text of a `BackupRow`, in batches, so that the caller can let other work go on between
 * them. The first of each pair is the id, in hex, of the student whom the row concerns, or null.
 *
 * SQLite writes the text: one string a row instead of a dozen values takes a third of the time.
 */
export function* readRowTexts(
  connection: Connection,
  table: string,
  student: string = 'NULL',
): Generator<(readonly [student: string | null, row: string])[]> {
  const values = connection
    .prepare<[string], [string, string]>('SELECT name, lower(type) FROM pragma_table_info(?) ORDER BY cid')
    .raw()
    .all(table)
    .map(([name, type]) => {
      const column = quoted(name);
      return type === 'blob'
        ? `iif(${column} IS NULL, 'null', '["' || hex(${column}) || '"]')`
        : `json_quote(${column})`;
    });
  const rows = connection
    .prepare<[], [string | null, string]>(
      `SELECT nullif(lower(hex(${student})), ''), '[' || ${values.join(" || ',' || ")} || ']' FROM ${quoted(table)}`,
    )
    .raw()
    .iterate();
  yield* inBatches(rows);
}

/** Every row of a table, in batches; its values in the order of the columns. */
export function* readRows(connection: Connection, table: string): Generator<BackupRow[]> {
  const rows = connection
    .prepare<[], StoreValue[]>(`SELECT * FROM ${quoted(table)}`)
    .raw()
    .iterate();
  for (const batch of inBatches(rows)) yield batch.map((values) => values.map(toBackupValue));
}

function* inBatches<T>(rows: Iterable<T>): Generator<T[]> {
  let batch: T[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

/** Reads a value back into what SQLite takes. */
export function toStoreValue(value: BackupValue): StoreValue {
  return Array.isArray(value) ? Buffer.from(value[0], 'hex') : value;
}

function toBackupValue(value: StoreValue): BackupValue {
  return Buffer.isBuffer(value) ? [value.toString('hex')] : value;
}
