import { closeSync, fsyncSync, openSync } from 'node:fs';
import { err, ok, type Result } from '../domain/result.ts';
import { openStore, type Connection, type OpenStoreError } from './open-store.ts';

export type CopyStoreError =
  | OpenStoreError
  | { readonly type: 'disk-full' }
  /** The copy opens but is not the same store. It must not be used. */
  | { readonly type: 'copy-differs' };

/**
 * Writes a copy of an open store under a new key, as one file without a WAL, and waits until it is on the disk.
 *
 * `VACUUM INTO` keeps the old key, hence the `rekey` of the copy: until this returns, the file at `targetPath` may still open with the old
 * one. No file may be there, and nothing may write to the store before the copy has taken its place. Errors: `disk-full`, or why the
 * copy does not open.
 */
export function copyStoreWithNewKey(
  connection: Connection,
  targetPath: string,
  oldKey: Uint8Array,
  newKey: Uint8Array,
): Result<void, CopyStoreError> {
  if (newKey.length !== 32) throw new Error('Bug: a store key is 32 bytes');
  try {
    // Made first, readable by this account only: VACUUM INTO takes an empty file.
    closeSync(openSync(targetPath, 'wx', 0o600));
    connection.prepare('VACUUM INTO ?').run(targetPath);
    const copy = openStore(targetPath, oldKey);
    if (!copy.ok) return copy;
    try {
      copy.value.pragma(`rekey="x'${Buffer.from(newKey).toString('hex')}'"`);
      // The last connection to close moves the WAL into the file and removes it.
    } finally {
      copy.value.close();
    }
    syncFile(targetPath);
    return ok(undefined);
  } catch (cause) {
    if (hasCode(cause, 'SQLITE_FULL') || hasCode(cause, 'ENOSPC')) return err({ type: 'disk-full' });
    throw cause;
  }
}

/**
 * Checks a copy made by `copyStoreWithNewKey` before anything relies on it: it opens with the new key only, is whole, and has the same schema and
 * as many rows in every table. Errors: why it does not open, or `copy-differs`.
 */
export function verifyStoreCopy(
  connection: Connection,
  copyPath: string,
  oldKey: Uint8Array,
  newKey: Uint8Array,
): Result<void, CopyStoreError> {
  const withOldKey = openStore(copyPath, oldKey);
  if (withOldKey.ok) {
    withOldKey.value.close();
    return err({ type: 'copy-differs' });
  }
  const copy = openStore(copyPath, newKey);
  if (!copy.ok) return copy;
  try {
    const isWhole = copy.value.pragma('integrity_check', { simple: true }) === 'ok';
    return isWhole && contentOf(copy.value) === contentOf(connection)
      ? ok(undefined)
      : err({ type: 'copy-differs' });
  } finally {
    copy.value.close();
  }
}

/** The schema, its version, and how many rows each table has, as one text to compare. */
function contentOf(connection: Connection): string {
  const schema = connection
    .prepare('SELECT type, name, sql FROM sqlite_master ORDER BY type, name')
    .raw()
    .all();
  const tables = connection
    .prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .pluck()
    .all();
  const counts = tables.map((name) => [
    name,
    connection
      .prepare(`SELECT count(*) FROM "${name.replaceAll('"', '""')}"`)
      .pluck()
      .get(),
  ]);
  return JSON.stringify([connection.pragma('user_version', { simple: true }), schema, counts]);
}

function syncFile(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function hasCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === code;
}
