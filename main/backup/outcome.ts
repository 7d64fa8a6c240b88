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

/** How long work holds the thread before others get their turn: with what a turn adds, a call waits no more than 20 ms for it. */
const sliceMs = 8;

/** Measures the slices of work that others wait for. */
export class TimeSlice {
  #startedMs = performance.now();

  /** Whether this one is used up; the next one begins then. */
  isOver(): boolean {
    const nowMs = performance.now();
    if (nowMs - this.#startedMs < sliceMs) return false;
    this.#startedMs = nowMs;
    return true;
  }
}

/** Lets the calls that wait have their turn: the work in between takes some milliseconds. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
