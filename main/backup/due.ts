import { z } from 'zod';
import type { ReadableDb } from '../../db/handles.ts';
import {
  readLocalJson,
  readLocalNumber,
  removeLocalState,
  writeLocalJson,
  writeLocalNumber,
} from '../../db/school/local-state.ts';
import type { AuditDraft } from '../../domain/audit/entry.ts';
import { backupFailureReasons } from '../../domain/backup/alarm.ts';
import { nextBackupAt } from '../../domain/backup/schedule.ts';
import { ok, type Result } from '../../domain/result.ts';
import type { Desk } from '../desk/desk.ts';
import type { OpenSchool } from '../desk/open-school.ts';
import { answer } from '../gate/handlers.ts';
import { AuditFailure, runUnit } from '../gate/run-unit.ts';
import { clearBackupAlarms, raiseBackupAlarm, systemActor } from './alarms.ts';
import { backupFolder, listBackups } from './backup-file.ts';
import { copyBackups, copyFolder, readCopyState, writeCopyState } from './copies.ts';
import { settleDrillKey } from './drill-keys.ts';
import { ensureBackupKeys, makeBackup, type MadeBackup } from './make-backup.ts';
import { DeskLocked, type WriteError } from './outcome.ts';
import { readBackupSettings } from './settings.ts';
import { listBoth, planFor, thinBackups } from './thin.ts';
import { noteClock } from './trusted-clock.ts';

/** After one that failed, the next is tried in an hour: the disk may have room by then. */
const retryAfterMs = 60 * 60_000;

const failure = z.strictObject({ atMs: z.number(), reason: z.enum(backupFailureReasons) });
export type BackupFailure = z.output<typeof failure>;

/** Why the last backup failed, if it did and none has succeeded since. */
export function lastFailureOf(db: ReadableDb): BackupFailure | null {
  return readLocalJson(db, 'last-backup-failure', failure) ?? null;
}

/** When the next backup is due, UTC milliseconds: as the administrator has chosen, or now. */
export function nextBackupAtMs(open: Pick<OpenSchool, 'unitParts'>, nowMs: number): number {
  const { db, school } = open.unitParts;
  const { minutes } = readBackupSettings(db);
  return nextBackupAt(readLocalNumber(db, 'last-backup') ?? null, {
    nowMs,
    minutes,
    timeZone: school.timeZone,
  });
}

/** Whether a backup should be made now: it is due, and one that failed has had its pause. */
export function isBackupDue(open: OpenSchool, nowMs: number): boolean {
  const failed = lastFailureOf(open.unitParts.db);
  const isPausing = failed !== null && failed.atMs <= nowMs && nowMs < failed.atMs + retryAfterMs;
  return nowMs >= nextBackupAtMs(open, nowMs) && !isPausing;
}

/**
 * Makes the daily backup when it is due; safe to call at any time and any number of times. The application itself is the
 * actor on its audit rows. A failure is kept for the backup screen and is an alarm; never rejects.
 */
export async function backUpIfDue(desk: Desk): Promise<void> {
  const { open } = desk;
  if (open === null || desk.state !== 'signed-in' || running.has(desk) || !isBackupDue(open, desk.now()))
    return;
  try {
    await backUpUnasked(desk, open);
  } catch (cause) {
    if (cause instanceof AuditFailure) desk.noteAuditFailure(cause.reason);
    else if (!(cause instanceof DeskLocked)) desk.reportBug(cause);
  }
}

/** A backup that the application makes by itself, with its export on the log first. Errors and throws as `backUp`. */
export async function backUpUnasked(desk: Desk, open: OpenSchool): Promise<Result<MadeBackup, WriteError>> {
  runUnit(open, desk.now(), {
    run() {
      ensureBackupKeys(open, desk);
      return answer(null);
    },
    audit: () => desk.draft(systemActor, 'export', 'backup', 'backup.make'),
  });
  return await backUp(desk, open, systemActor);
}

/** One backup at a time: two would write the same key ring. */
const running = new WeakMap<Desk, Promise<unknown>>();

/** Whether a backup, or what follows it, is going on. */
export function isBackingUp(desk: Desk): boolean {
  return running.has(desk);
}

/**
 * Makes a backup whose export has been audited and whose keys are in the store, and puts its end on the audit log: the
 * file's SHA-256 and how many rows are in it. Then the second folder is brought up to date, and what no rule keeps is removed; what goes
 * wrong there is an alarm and no error.
 *
 * A change of the master key in between begins it anew. Errors: `disk-full`, `folder-not-writable`. Throws `DeskLocked`.
 */
export async function backUp(
  desk: Desk,
  open: OpenSchool,
  actor: AuditDraft['actor'],
): Promise<Result<MadeBackup, WriteError>> {
  const before = running.get(desk);
  const work = (async () => {
    await before?.catch(() => undefined);
    return await backUpThroughRotations(desk, open, actor);
  })();
  running.set(desk, work);
  try {
    return await work;
  } finally {
    if (running.get(desk) === work) running.delete(desk);
  }
}

async function backUpThroughRotations(
  desk: Desk,
  first: OpenSchool,
  actor: AuditDraft['actor'],
): Promise<Result<MadeBackup, WriteError>> {
  const { session } = desk;
  for (let open = first; ;) {
    try {
      const made = await backUpNow(desk, open, actor);
      if (made.ok) await afterBackup(desk, open);
      return made;
    } catch (cause) {
      // The same session with another open store: a reset or a removal has changed the master key.
      const now = desk.open;
      const isRotated = session !== null && desk.session === session && now !== null && now !== open;
      if (!(cause instanceof DeskLocked) || !isRotated) throw cause;
      open = now;
      runUnit(now, desk.now(), {
        run() {
          ensureBackupKeys(now, desk);
          return answer(null);
        },
        audit: () => null,
      });
    }
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
  const { name, sha256, rows } = made.value;
  runUnit(open, desk.now(), {
    run() {
      const { db } = open.unitParts;
      writeLocalNumber(db, 'last-backup', startedAtMs);
      writeLocalNumber(db, 'use-since-backup', 0);
      removeLocalState(db, 'last-backup-failure');
      settleDrillKey(db, name);
      clearBackupAlarms(db, 'backup-failed', 'backup-overdue');
      noteClock(db, startedAtMs);
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
      writeLocalJson(open.unitParts.db, 'last-backup-failure', kept);
      return answer(null);
    },
    audit: () => desk.draft(actor, 'export', 'backup', 'backup.make', { outcome: `error:${reason}` }),
  });
  raiseBackupAlarm(desk, open, 'backup-failed', reason);
}

/** What follows a backup that is on the disk. A desk that is locked meanwhile leaves the rest to the next one. */
async function afterBackup(desk: Desk, open: OpenSchool): Promise<void> {
  try {
    await copyToSecondFolder(desk, open);
    if (desk.open === open) await thinBackups(desk, open);
  } catch (cause) {
    if (cause instanceof AuditFailure) throw cause;
    // The backup is made, whatever went wrong after it.
    if (!(cause instanceof DeskLocked)) desk.reportBug(cause);
  }
}

/** Brings the second folder up to date, where there is one, and notes how it went. */
export async function copyToSecondFolder(desk: Desk, open: OpenSchool): Promise<void> {
  const { db, school } = open.unitParts;
  const { secondFolder } = readBackupSettings(db);
  if (secondFolder === null) return;
  const folder = backupFolder(desk, school.id);
  const own = listBackups(folder);
  const target = copyFolder(secondFolder, school);
  const planned = planFor(open, desk.now(), listBoth(folder, target));
  // What would be removed there again is not brought.
  const unwanted = new Set(planned.ok ? planned.value.removed : []);
  const names = own.map(({ name }) => name).filter((name) => !unwanted.has(name));
  const copied = await copyBackups(folder, secondFolder, target, names);
  if (desk.open !== open) return;
  const nowMs = desk.now();
  const before = readCopyState(db);
  runUnit(open, nowMs, {
    run() {
      writeCopyState(db, {
        sinceMs: before?.sinceMs ?? nowMs,
        okMs: copied.ok ? nowMs : (before?.okMs ?? null),
        triedMs: nowMs,
        problem: copied.ok ? null : copied.error.type,
      });
      if (copied.ok) clearBackupAlarms(db, 'copy-overdue');
      return answer(null);
    },
    audit: () => null,
  });
}
