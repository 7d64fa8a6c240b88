import { z } from 'zod';
import type { ReadableDb } from '../../db/handles.ts';
import {
  readLocalNumber,
  readLocalState,
  removeLocalState,
  writeLocalNumber,
  writeLocalState,
} from '../../db/school/local-state.ts';
import type { AuditDraft } from '../../domain/audit/entry.ts';
import { ok, type Result } from '../../domain/result.ts';
import type { Desk } from '../desk/desk.ts';
import type { OpenSchool } from '../desk/open-school.ts';
import { answer } from '../gate/handlers.ts';
import { AuditFailure, runUnit } from '../gate/run-unit.ts';
import { ensureBackupKeys, makeBackup, type MadeBackup } from './make-backup.ts';
import { DeskLocked, type WriteError } from './outcome.ts';

/** A backup is due a day after the one before. */
export const backupEveryMs = 24 * 60 * 60_000;
/** After one that failed, the next is tried in an hour: the disk may have room by then. */
const retryAfterMs = 60 * 60_000;

const failure = z.strictObject({
  atMs: z.number(),
  reason: z.enum(['disk-full', 'folder-not-writable', 'failed']),
});
export type BackupFailure = z.output<typeof failure>;

/** Why the last backup failed, if it did and none has succeeded since. */
export function lastFailureOf(db: ReadableDb): BackupFailure | null {
  const stored = readLocalState(db, 'last-backup-failure');
  return stored === undefined ? null : failure.parse(JSON.parse(Buffer.from(stored).toString('utf8')));
}

/** When the next backup is due: a day after the last one, or now. */
export function nextBackupAtMs(db: ReadableDb, nowMs: number): number {
  const last = readLocalNumber(db, 'last-backup');
  return last === undefined ? nowMs : last + backupEveryMs;
}

/**
 * Makes the daily backup when it is due; safe to call at any time and any number of times. The application itself is the
 * actor on its audit rows. A failure is kept for the backup screen and shown nowhere else; never rejects.
 */
export async function backUpIfDue(desk: Desk): Promise<void> {
  const { open } = desk;
  if (open === null || desk.state !== 'signed-in' || running.has(desk)) return;
  const { db } = open.unitParts;
  const nowMs = desk.now();
  const failed = lastFailureOf(db);
  if (nowMs < nextBackupAtMs(db, nowMs) || (failed !== null && nowMs < failed.atMs + retryAfterMs)) return;
  try {
    runUnit(open, nowMs, {
      run() {
        ensureBackupKeys(open, desk);
        return answer(null);
      },
      audit: () => desk.draft(systemActor, 'export', 'backup', 'backup.make'),
    });
    await backUp(desk, open, systemActor);
  } catch (cause) {
    if (cause instanceof AuditFailure) desk.noteAuditFailure(cause.reason);
    else if (!(cause instanceof DeskLocked)) desk.reportBug(cause);
  }
}

const systemActor = { user: null, role: null, method: 'system' } as const;

/** One backup at a time: two would write the same key ring. */
const running = new WeakMap<Desk, Promise<unknown>>();

/**
 * Makes a backup whose export has been audited and whose keys are in the store, and puts its end on the audit log: the
 * file's SHA-256 and how many rows are in it. Errors: `disk-full`, `folder-not-writable`. Throws `DeskLocked`.
 */
export async function backUp(
  desk: Desk,
  open: OpenSchool,
  actor: AuditDraft['actor'],
): Promise<Result<MadeBackup, WriteError>> {
  const before = running.get(desk);
  const work = (async () => {
    await before?.catch(() => undefined);
    return await backUpNow(desk, open, actor);
  })();
  running.set(desk, work);
  try {
    return await work;
  } finally {
    if (running.get(desk) === work) running.delete(desk);
  }
}

async function backUpNow(
  desk: Desk,
  open: OpenSchool,
  actor: AuditDraft['actor'],
): Promise<Result<MadeBackup, WriteError>> {
  if (desk.open !== open) throw new DeskLocked();
  const startedAtMs = desk.now();
  let made: Result<MadeBackup, WriteError>;
  try {
    made = await makeBackup(desk, open);
  } catch (cause) {
    if (desk.open === open && !(cause instanceof DeskLocked)) noteFailure(desk, open, actor, 'failed');
    throw cause;
  }
  if (desk.open !== open) throw new DeskLocked();
  if (!made.ok) {
    noteFailure(desk, open, actor, made.error.type);
    return made;
  }
  const { sha256, rows } = made.value;
  runUnit(open, desk.now(), {
    run() {
      const { db } = open.unitParts;
      writeLocalNumber(db, 'last-backup', startedAtMs);
      removeLocalState(db, 'last-backup-failure');
      return answer(null);
    },
    audit: () => desk.draft(actor, 'export', 'backup', 'backup.make', { recordId: sha256, count: rows }),
  });
  return ok(made.value);
}

function noteFailure(
  desk: Desk,
  open: OpenSchool,
  actor: AuditDraft['actor'],
  reason: BackupFailure['reason'],
): void {
  const kept: BackupFailure = { atMs: desk.now(), reason };
  runUnit(open, kept.atMs, {
    run() {
      const value = Buffer.from(JSON.stringify(kept), 'utf8');
      writeLocalState(open.unitParts.db, 'last-backup-failure', value);
      return answer(null);
    },
    audit: () => desk.draft(actor, 'export', 'backup', 'backup.make', { outcome: `error:${reason}` }),
  });
}
