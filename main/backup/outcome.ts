import type { ErrorOf } from '../../domain/contract/errors.ts';

/** Why a file for people to keep could not be written. */
export type WriteError = ErrorOf<'disk-full' | 'folder-not-writable'>;

/** The user locked the desk, or the session ended, while slow work went on: it was given up. */
export class DeskLocked extends Error {
  constructor() {
    super('The desk was locked while the work went on');
  }
}

/**
 * Tells a disk that is full and a folder that takes no file from a bug, by the system's error code; undefined for
 * everything else.
 */
export function writeErrorOf(cause: unknown): WriteError | undefined {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
    case 'SQLITE_FULL':
      return { type: 'disk-full' };
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EEXIST':
    case 'EISDIR':
      return { type: 'folder-not-writable' };
    default:
      return undefined;
  }
}

/** Lets the calls that wait have their turn: the work in between takes some milliseconds. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
