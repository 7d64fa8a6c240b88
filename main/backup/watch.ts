import { readLocalNumber, writeLocalNumber } from '../../db/school/local-state.ts';
import {
  copyOverdueMs,
  drillGraceMs,
  nextDrillAt,
  overdueAfterMs,
  overdueAfterUseMs,
} from '../../domain/backup/schedule.ts';
import type { Desk } from '../desk/desk.ts';
import type { OpenSchool } from '../desk/open-school.ts';
import { AuditFailure } from '../gate/run-unit.ts';
import { raiseBackupAlarm, systemActor } from './alarms.ts';
import { backUpIfDue, copyToSecondFolder, isBackingUp, isBackupDue, nextBackupAtMs } from './due.ts';
import { readCopyState } from './copies.ts';
import { DeskLocked } from './outcome.ts';
import { hasFreshBackup, readDrills, runDrill } from './run-drill.ts';
import { readBackupSettings } from './settings.ts';
import { noteClock } from './trusted-clock.ts';

/** Work that nobody asked for begins when nobody has called for so long… */
const quietMs = 60_000;
/** … or this long after sign-in, or after it was due, at the latest. */
const patienceMs = 10 * 60_000;
/** How often the time in use is written down. */
const noteEveryMs = 60_000;
/** Between two looks lies no more use than this: the computer may have slept. */
const longestTickMs = 15_000;
/** A second folder that was away is looked for again. */
const retryCopyMs = 60 * 60_000;

interface Watch {
  lastTickMs: number;
  unsavedMs: number;
  isBusy: boolean;
}

const watches = new WeakMap<Desk, Watch>();

/**
 * Called every few seconds: makes the backup and the drill that are due once the desk is quiet, looks for the second folder, counts the
 * time in use, and raises the alarms of what has been left undone. Never rejects.
 */
export async function watchBackups(desk: Desk): Promise<void> {
  const { open } = desk;
  if (open === null || desk.state !== 'signed-in') return;
  const watch = watchOf(desk);
  try {
    countUse(desk, open, watch);
    raiseOverdue(desk, open);
    if (watch.isBusy || isBackingUp(desk)) return;
    watch.isBusy = true;
    try {
      await doWhatIsDue(desk, open);
    } finally {
      watch.isBusy = false;
    }
  } catch (cause) {
    if (cause instanceof AuditFailure) desk.noteAuditFailure(cause.reason);
    else if (!(cause instanceof DeskLocked)) desk.reportBug(cause);
  }
}

/** When the next drill is due, UTC milliseconds. */
export function nextDrillAtMs({ unitParts: { db } }: Pick<OpenSchool, 'unitParts'>, nowMs: number): number {
  const last = readDrills(db)[0];
  const { drillEveryDays } = readBackupSettings(db);
  return nextDrillAt(last === undefined ? null : { atMs: last.atMs, isProven: last.problem === null }, {
    nowMs,
    everyDays: drillEveryDays,
  });
}

/** One thing at a time: the backup first, the drill on a backup that is fresh. */
async function doWhatIsDue(desk: Desk, open: OpenSchool): Promise<void> {
  const nowMs = desk.now();
  if (isBackupDue(open, nowMs)) {
    if (isQuiet(desk, nextBackupAtMs(open, nowMs))) await backUpIfDue(desk);
    return;
  }
  const { db } = open.unitParts;
  const drillAtMs = nextDrillAtMs(open, nowMs);
  if (nowMs >= drillAtMs && hasFreshBackup(db, nowMs)) {
    if (isQuiet(desk, drillAtMs)) await runDrill(desk, open, systemActor, { kind: 'drill-key' });
    return;
  }
  const copy = readCopyState(db);
  const isCopyWanted = copy !== undefined && copy.problem !== null && nowMs >= copy.triedMs + retryCopyMs;
  if (isCopyWanted && isQuiet(desk, copy.triedMs)) await copyToSecondFolder(desk, open);
}

/** Nobody has used the desk for a minute, or it has been put off for long enough. */
function isQuiet(desk: Desk, dueAtMs: number): boolean {
  const { session } = desk;
  if (session === null) return false;
  const nowMs = desk.now();
  return (
    nowMs >= session.lastActiveMs + quietMs || nowMs >= Math.max(session.startedAtMs, dueAtMs) + patienceMs
  );
}

function countUse(desk: Desk, { unitParts: { db } }: OpenSchool, watch: Watch): void {
  const nowMs = desk.now();
  watch.unsavedMs += Math.max(0, Math.min(nowMs - watch.lastTickMs, longestTickMs));
  watch.lastTickMs = nowMs;
  if (watch.unsavedMs < noteEveryMs) return;
  for (const name of ['use-since-backup', 'use-since-drill'] as const) {
    writeLocalNumber(db, name, (readLocalNumber(db, name) ?? 0) + watch.unsavedMs);
  }
  watch.unsavedMs = 0;
  if (readLocalNumber(db, 'drills-since') === undefined) writeLocalNumber(db, 'drills-since', nowMs);
  noteClock(db, nowMs);
}

/** What should have been done by now: after a holiday the desk is given an hour of use first. */
function raiseOverdue(desk: Desk, open: OpenSchool): void {
  const { db } = open.unitParts;
  const nowMs = desk.now();
  const lastAtMs = readLocalNumber(db, 'last-backup') ?? 0;
  const isUsed = (name: 'use-since-backup' | 'use-since-drill'): boolean =>
    (readLocalNumber(db, name) ?? 0) >= overdueAfterUseMs;
  if (nowMs > lastAtMs + overdueAfterMs && isUsed('use-since-backup')) {
    raiseBackupAlarm(desk, open, 'backup-overdue', null);
  }
  const drillDueMs = readDrills(db).length > 0 ? nextDrillAtMs(open, nowMs) : firstDrillDueMs(open, nowMs);
  if (nowMs > drillDueMs + drillGraceMs && isUsed('use-since-drill')) {
    raiseBackupAlarm(desk, open, 'drill-overdue', null);
  }
  const copy = readCopyState(db);
  if (copy !== undefined && copy.problem !== null && nowMs > (copy.okMs ?? copy.sinceMs) + copyOverdueMs) {
    raiseBackupAlarm(desk, open, 'copy-overdue', null);
  }
}

/** Where there has been no drill: reckoned from when the desk began to look. */
function firstDrillDueMs({ unitParts: { db } }: OpenSchool, nowMs: number): number {
  return (readLocalNumber(db, 'drills-since') ?? nowMs) + readBackupSettings(db).drillEveryDays * 86_400_000;
}

function watchOf(desk: Desk): Watch {
  const known = watches.get(desk);
  if (known !== undefined) return known;
  const watch: Watch = { lastTickMs: desk.now(), unsavedMs: 0, isBusy: false };
  watches.set(desk, watch);
  return watch;
}
