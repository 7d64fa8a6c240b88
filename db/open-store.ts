// oxlint-disable-next-line import/default -- a CommonJS module: its exports are the default
import Database from 'better-sqlite3';
import { closeSync, openSync, readSync } from 'node:fs';
import { err, ok, type Result } from '../domain/result.ts';

/** The raw connection. Only `db/` sees this type; everything else gets `ReadableDb` or `WritableDb`. */
export type Connection = Database.Database;

export type OpenStoreError =
  /** There is no file at the path, and the caller did not ask to create one. */
  | { readonly type: 'store-missing' }
  /** The file is an unencrypted SQLite database: refused, whatever it holds. */
  | { readonly type: 'store-plaintext' }
  /** Another key, or bytes that were changed: the two cannot be told apart from outside. */
  | { readonly type: 'store-unreadable'; readonly cause?: unknown }
  /** A setting did not take: the driver is not the build we rely on. */
  | { readonly type: 'store-setting'; readonly setting: string };

/** Every setting of the store with the value that must be read back (SECURITY §2). */
const settings: readonly (readonly [pragma: string, write: string, readBack: string | number])[] = [
  ['journal_mode', 'WAL', 'wal'],
  ['synchronous', 'FULL', 2],
  ['foreign_keys', 'ON', 1],
  ['temp_store', 'MEMORY', 2],
  ['secure_delete', 'ON', 1],
  ['trusted_schema', 'OFF', 0],
  ['cell_size_check', 'ON', 1],
  ['mmap_size', '0', 0],
  // 32 MiB at most. SQLite's 2 MiB hold too little of a large school: each page outside it is deciphered again.
  ['cache_size', '-32768', -32768],
];

/**
 * Opens one SQLCipher store with a raw 32-byte key, and checks every setting after setting it.
 *
 * The driver makes a plaintext database when the key is missing and takes a short key as a passphrase, so the
 * key's length and the file's first bytes are checked here. Nothing else may import the driver.
 */
export function openStore(
  path: string,
  key: Uint8Array,
  mode: 'existing' | 'create' = 'existing',
): Result<Connection, OpenStoreError> {
  if (key.length !== 32) throw new Error('Bug: a store key is 32 bytes');
  const start = firstBytes(path);
  if (mode === 'existing' && start === undefined) return err({ type: 'store-missing' });
  if (mode === 'create' && start !== undefined) throw new Error('Bug: a store is never created over a file');
  if (start?.startsWith('SQLite format 3')) return err({ type: 'store-plaintext' });

  // Made first, readable by this account only; SQLite gives its WAL the same mode.
  if (mode === 'create') closeSync(openSync(path, 'wx', 0o600));

  let connection: Connection | undefined;
  try {
    connection = new Database(path, { fileMustExist: true, timeout: 5000 });
    connection.pragma("cipher='sqlcipher'");
    connection.pragma('legacy=4');
    connection.pragma(`key="x'${Buffer.from(key).toString('hex')}'"`);
    connection.prepare('SELECT count(*) FROM sqlite_master').get();
    for (const [pragma, write, readBack] of settings) {
      connection.pragma(`${pragma}=${write}`);
      const value: unknown = connection.pragma(pragma, { simple: true });
      // An mmap_size that the build does not offer reads back as nothing, which is as good as 0.
      if (value !== readBack && !(pragma === 'mmap_size' && value === undefined)) {
        connection.close();
        return err({ type: 'store-setting', setting: pragma });
      }
    }
    return ok(connection);
  } catch (cause) {
    connection?.close();
    if (isNotADatabase(cause)) return err({ type: 'store-unreadable', cause });
    throw cause;
  }
}

function firstBytes(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw cause;
  }
  try {
    const buffer = Buffer.alloc(16);
    const length = readSync(file, buffer, 0, 16, 0);
    return length === 0 ? undefined : buffer.toString('latin1', 0, length);
  } finally {
    closeSync(file);
  }
}

function isNotADatabase(cause: unknown): boolean {
  return (
    cause instanceof Database.SqliteError &&
    (cause.code === 'SQLITE_NOTADB' ||
      cause.code.startsWith('SQLITE_CORRUPT') ||
      cause.code.startsWith('SQLITE_IOERR'))
  );
}
