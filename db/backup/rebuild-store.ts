import { assert } from '../../domain/result.ts';
import type { Connection } from '../open-store.ts';
import { joinChange, type ChangePiece } from './change-parts.ts';
import { toStoreValue, type BackupRow, type StoreValue } from './rows.ts';
import { backupTables, columnsOf, quoted } from './tables.ts';

/** Fills an empty store from the parts of a backup, in one transaction that the caller began. */
export interface StoreRebuild {
  /** Adds rows of a table. False when they do not belong into one: the table is none of ours, or a column is. */
  addRows(table: string, columns: readonly string[], rows: readonly BackupRow[]): boolean;
  /** Keeps a student's piece of change `seq` until `finish`. */
  addPiece(seq: number, piece: ChangePiece): void;
  /** Joins the changes with their pieces. Call it after the last part. */
  finish(): void;
}

/** `connection` is that of the new store, migrated to the version that the backup was made from. */
export function rebuildStore(connection: Connection): StoreRebuild {
  // Parts come table by table and student by student: what they refer to may come later.
  connection.pragma('defer_foreign_keys=ON');
  // In memory (`temp_store`), and gone with the connection.
  connection.exec(`
    CREATE TEMP TABLE restored_change AS SELECT * FROM main.change WHERE 0;
    CREATE UNIQUE INDEX temp.restored_change_seq ON restored_change (seq);
    CREATE TEMP TABLE restored_piece (
      seq INTEGER, operation INTEGER, "row" INTEGER, value TEXT, PRIMARY KEY (seq, operation, "row")
    ) WITHOUT ROWID`);
  // No row: -1, since a key of a table without row ids is never null.
  const addPiece = connection.prepare('INSERT INTO temp.restored_piece VALUES (?, ?, ?, ?)');
  const inserts = new Map<string, (values: readonly StoreValue[]) => void>();

  function insertInto(table: string, columns: readonly string[]): (values: readonly StoreValue[]) => void {
    const key = JSON.stringify([table, columns]);
    const known = inserts.get(key);
    if (known !== undefined) return known;
    const target = backupTables[table]?.kind === 'changes' ? 'temp.restored_change' : `main.${quoted(table)}`;
    const statement = connection.prepare(
      `INSERT INTO ${target} (${columns.map(quoted).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    );
    const insert = (values: readonly StoreValue[]): void => void statement.run(values);
    inserts.set(key, insert);
    return insert;
  }

  return {
    addRows(table, columns, rows) {
      const kind = backupTables[table]?.kind;
      if (kind === undefined || kind === 'log') return false;
      const present = columnsOf(connection, table);
      if (columns.some((column) => !present.includes(column))) return false;
      if (rows.some((row) => row.length !== columns.length)) return false;
      const insert = insertInto(table, columns);
      for (const row of rows) insert(row.map(toStoreValue));
      return true;
    },
    addPiece(seq, { operation, row, value }) {
      addPiece.run(seq, operation, row ?? -1, value);
    },
    finish() {
      const columns = columnsOf(connection, 'change');
      const seqAt = columns.indexOf('seq');
      const bodyAt = columns.indexOf('body');
      const piecesOf = connection
        .prepare<[number], [number, number, string]>(
          'SELECT operation, "row", value FROM temp.restored_piece WHERE seq = ?',
        )
        .raw();
      const insert = connection.prepare(
        `INSERT INTO main.change (${columns.map(quoted).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
      );
      const changesAfter = connection
        .prepare<[number], StoreValue[]>(
          `SELECT ${columns.map(quoted).join(', ')} FROM temp.restored_change WHERE seq > ? ORDER BY seq LIMIT 1000`,
        )
        .raw();
      let lastSeq = -1;
      for (let page = changesAfter.all(lastSeq); page.length > 0; page = changesAfter.all(lastSeq)) {
        for (const values of page) {
          const seq = values[seqAt];
          const body = values[bodyAt];
          assert(typeof seq === 'number' && typeof body === 'string', 'a change has a number and a body');
          const pieces = piecesOf
            .all(seq)
            .map(([operation, row, value]) => ({ operation, row: row === -1 ? null : row, value }));
          insert.run(values.with(bodyAt, joinChange(body, pieces)));
          lastSeq = seq;
        }
      }
      connection.exec('DROP TABLE temp.restored_change; DROP TABLE temp.restored_piece');
    },
  };
}
