import { createHash } from 'node:crypto';
import { createReadStream, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ReadableDb, WritableDb } from '../../db/handles.ts';
import { readLocalJson, removeLocalState, writeLocalJson } from '../../db/school/local-state.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { SchoolFacts } from '../gate/unit.ts';
import { makeFolder, syncFolder } from '../vault/durable-file.ts';
import { backupPath, listBackups, removeUnfinished, ringPath } from './backup-file.ts';
import { writeErrorOf } from './outcome.ts';

const copyState = z.strictObject({
  /** Since when there is this second folder. */
  sinceMs: z.number(),
  /** When everything was last in it. */
  okMs: z.number().nullable(),
  /** When it was last tried. */
  triedMs: z.number(),
  /** `away`: the disk or the share is not there; `differs`: what was written did not read back the same. */
  problem: z.enum(['away', 'disk-full', 'folder-not-writable', 'differs']).nullable(),
});
export type CopyState = z.output<typeof copyState>;
export type CopyProblem = NonNullable<CopyState['problem']>;

/** How it stands with the second folder; undefined where it was never tried. */
export function readCopyState(db: ReadableDb): CopyState | undefined {
  return readLocalJson(db, 'backup-copy', copyState);
}

export function writeCopyState(db: WritableDb, state: CopyState): void {
  writeLocalJson(db, 'backup-copy', state);
}

export function forgetCopyState(db: WritableDb): void {
  removeLocalState(db, 'backup-copy');
}

/**
 * Where this computer's backups of a school lie in the second folder. Another computer of the school, with a key ring, an audit log and a
 * thinning of its own, may use the same share.
 */
export function copyFolder(secondFolder: string, school: Pick<SchoolFacts, 'id' | 'desk'>): string {
  return join(secondFolder, school.id, school.desk);
}

/**
 * Brings a folder of copies up to date: the key ring, and every backup of `names` that it does not have. What has been written is read
 * again and compared by SHA-256 before it takes its name. What was broken off before is removed.
 *
 * `target` lies in `root`, which is never made. Errors: why it could not be done; what was copied before stays.
 */
export async function copyBackups(
  folder: string,
  root: string,
  target: string,
  names: readonly string[],
): Promise<Result<void, { readonly type: CopyProblem }>> {
  // The folder itself is never made: where a disk is not plugged in, its place may be an empty folder's.
  if (!existsSync(root)) return err({ type: 'away' });
  try {
    makeFolder(target);
    removeUnfinished(target);
    const there = new Map(listBackups(target).map(({ name, bytes }) => [name, bytes]));
    // The newest ring opens every older backup.
    if (!(await copyFile(ringPath(folder), ringPath(target)))) return err({ type: 'differs' });
    for (const name of names) {
      const from = backupPath(folder, name);
      if (there.get(name) === statSync(from).size) continue;
      if (!(await copyFile(from, backupPath(target, name)))) return err({ type: 'differs' });
    }
    syncFolder(target);
    return ok(undefined);
  } catch (cause) {
    const error = writeErrorOf(cause);
    if (!existsSync(root)) return err({ type: 'away' });
    // A disk that is pulled out answers with all kinds of errors.
    return err(error ?? { type: 'away' });
  }
}

/** Copies one file; false when it reads back otherwise. */
async function copyFile(from: string, to: string): Promise<boolean> {
  const temporary = `${to}.part`;
  const digest = createHash('sha256');
  const file = await openFile(temporary, 'w', 0o600);
  try {
    for await (const chunk of bytesOf(from)) {
      digest.update(chunk);
      for (let written = 0; written < chunk.length;)
        written += (await file.write(chunk, written)).bytesWritten;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  const readBack = createHash('sha256');
  for await (const chunk of bytesOf(temporary)) readBack.update(chunk);
  if (!readBack.digest().equals(digest.digest())) {
    rmSync(temporary, { force: true });
    return false;
  }
  renameSync(temporary, to);
  return true;
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(path)) {
    if (chunk instanceof Uint8Array) yield chunk;
  }
}
