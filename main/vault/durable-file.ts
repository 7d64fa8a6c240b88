import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { err, ok, type Result } from '../../domain/result.ts';

/** The disk has no room. What was there before is unchanged. */
export interface DiskFull {
  readonly type: 'disk-full';
}

/**
 * Replaces a file as one step that survives a power cut: a temporary file beside it, fsync, rename, fsync of the folder.
 *
 * Readable by this account only. Errors: `disk-full`; anything else the disk says is thrown.
 */
export function replaceFile(path: string, content: string): Result<void, DiskFull> {
  const temporary = `${path}.new`;
  try {
    writeAndSync(temporary, content);
    renameSync(temporary, path);
    syncFolder(dirname(path));
    return ok(undefined);
  } catch (cause) {
    rmSync(temporary, { force: true });
    if (isDiskFull(cause)) return err({ type: 'disk-full' });
    throw cause;
  }
}

/** Reads a text file; `undefined` when there is none. */
export function readFileIfAny(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return undefined;
    throw cause;
  }
}

/** Waits until a folder's entries are on the disk. Windows offers no such call for folders, and its journal keeps renames in order. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/**
 * Makes a folder, and those above it that are missing, so that a power cut leaves them: each stands on the disk only when the one above it
 * has been put there. Readable by this account only. What the disk says is thrown.
 */
export function makeFolder(path: string): void {
  const first = mkdirSync(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  const above = dirname(resolve(first));
  for (let folder = resolve(path); folder !== above; folder = dirname(folder)) syncFolder(dirname(folder));
}

function writeAndSync(path: string, content: string): void {
  const file = openSync(path, 'w', 0o600);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function isDiskFull(cause: unknown): boolean {
  return hasCode(cause, 'ENOSPC') || hasCode(cause, 'EDQUOT');
}

function hasCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === code;
}
