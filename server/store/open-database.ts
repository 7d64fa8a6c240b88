// oxlint-disable-next-line import/default -- a CommonJS module: its exports are the default
import Database from 'better-sqlite3';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { assert } from '../../domain/result.ts';
import { DiskFullError } from './server-store.ts';

/** A connection to one of the server's databases. */
export type Connection = Database.Database;

/** Which of the two databases, with its migrations in order; `user_version` counts those a file has. Frozen once released. */
export const migrations = {
  channel: ['channel-0001.sql'],
  registry: ['registry-0001.sql'],
} as const;
export type DatabaseKind = keyof typeof migrations;

const settings: readonly (readonly [pragma: string, write: string, readBack: string | number])[] = [
  ['journal_mode', 'WAL', 'wal'],
  // WAL without it loses acknowledged commits in a power cut.
  ['synchronous', 'FULL', 2],
  ['foreign_keys', 'ON', 1],
  ['temp_store', 'MEMORY', 2],
  // A purged blob is overwritten, not only unlinked.
  ['secure_delete', 'ON', 1],
  // So that a row replaced by another asks the triggers of DELETE.
  ['recursive_triggers', 'ON', 1],
  ['trusted_schema', 'OFF', 0],
  ['cell_size_check', 'ON', 1],
  ['cache_size', '-2048', -2048],
];

/**
 * Opens one database, makes it where it is to be made, and brings it to the newest version.
 *
 * These databases are plaintext on purpose: no key is set. What they hold is sealed by the desks before it leaves them, and a key that
 * lay beside the files would only look like protection. The driver is the one of the desk's store, which makes plain databases without a key.
 */
export function openDatabase(path: string, kind: DatabaseKind, mode: 'existing' | 'create'): Connection {
  if (mode === 'create') closeSync(openSync(path, 'a', 0o600));
  const connection = new Database(path, { fileMustExist: true, timeout: 10_000 });
  try {
    for (const [pragma, write, readBack] of settings) {
      connection.pragma(`${pragma}=${write}`);
      const value: unknown = connection.pragma(pragma, { simple: true });
      assert(value === readBack, `the setting ${pragma} did not take`);
    }
    migrate(connection, kind);
    return connection;
  } catch (cause) {
    connection.close();
    throw toStoreError(cause);
  }
}

/** Makes an empty database in memory, to compare the schema of others with. */
export function openScratchDatabase(kind: DatabaseKind): Connection {
  const connection = new Database(':memory:');
  migrate(connection, kind);
  return connection;
}

/** A lock on a folder that the operating system lets go when the process ends, however it ends. Undefined where another holds it. */
export function lockFolder(path: string): { release(): void } | undefined {
  const connection = new Database(path, { timeout: 0 });
  try {
    connection.pragma('locking_mode=EXCLUSIVE');
    connection.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    connection.close();
    if (cause instanceof Database.SqliteError && cause.code.startsWith('SQLITE_BUSY')) return undefined;
    throw toStoreError(cause);
  }
  return { release: () => connection.close() };
}

/** What SQLite threw, told apart by its code: a full disk becomes `DiskFullError`, all else stays. */
export function toStoreError(cause: unknown): unknown {
  const isFull =
    cause instanceof Database.SqliteError &&
    // Where the shared memory or the log cannot grow, SQLite says so in other words.
    ['SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE', 'SQLITE_IOERR_WRITE'].includes(cause.code);
  const isNoSpace =
    cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT');
  return isFull || isNoSpace ? new DiskFullError('the disk is full', { cause }) : cause;
}

function migrate(connection: Connection, kind: DatabaseKind): void {
  const present: unknown = connection.pragma('user_version', { simple: true });
  assert(typeof present === 'number', 'user_version is a number');
  const files = migrations[kind];
  if (present > files.length) throw new Error('The data folder was written by a newer server: refused.');
  for (const [index, file] of files.entries()) {
    if (index < present) continue;
    connection.exec('BEGIN IMMEDIATE');
    try {
      // A second process may have been faster.
      if (connection.pragma('user_version', { simple: true }) === index) {
        connection.exec(readFileSync(new URL(`./migrations/${file}`, import.meta.url), 'utf8'));
        connection.pragma(`user_version=${index + 1}`);
      }
      connection.exec('COMMIT');
    } catch (cause) {
      if (connection.inTransaction) connection.exec('ROLLBACK');
      throw cause;
    }
  }
}
