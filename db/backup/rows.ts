import { z } from 'zod';
import { assert } from '../../domain/result.ts';
import type { Connection } from '../open-store.ts';
import { columnsOf, quoted } from './tables.ts';

/** A value of the store as it stands in a backup: text and numbers as they are, bytes as hex in a list of one. */
export const backupValue = z.union([
  z.null(),
  z.string(),
  z.number(),
  z.tuple([z.string().regex(/^([0-9a-f]{2})*$/)]),
]);
export type BackupValue = z.output<typeof backupValue>;

/** One row: its values in the order of the table's columns. */
export const backupRow = z.array(backupValue);
export type BackupRow = z.output<typeof backupRow>;

/** What SQLite takes and gives: integers beyond 2⁵³ do not occur, hybrid times last until 2248. */
export type StoreValue = string | number | Buffer | null;

const batchSize = 1000;

/**
 * Every row of a table, in batches, so that the caller can let other work go on between them. The first value of each is
 * the id, in hex, of the student whom the row concerns, or null; the others are the table's columns.
 */
export function* readRows(
  connection: Connection,
  table: string,
  student: string = 'NULL',
): Generator<(readonly [string | null, BackupRow])[]> {
  const columns = columnsOf(connection, table).map(quoted).join(', ');
  const rows = connection
    .prepare<[], StoreValue[]>(`SELECT ${student}, ${columns} FROM ${quoted(table)}`)
    .raw()
    .iterate();
  let batch: (readonly [string | null, BackupRow])[] = [];
  for (const [about, ...values] of rows) {
    assert(about === null || isBytes(about), 'a student is named by bytes');
    batch.push([about === null ? null : about.toString('hex'), values.map(toBackupValue)]);
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
  return isBytes(value) ? [value.toString('hex')] : value;
}

function isBytes(value: StoreValue | undefined): value is Buffer {
  return Buffer.isBuffer(value);
}
