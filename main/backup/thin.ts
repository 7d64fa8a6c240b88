import { existsSync, rmSync } from 'node:fs';
import { planThinning, type ClockLeapt, type ThinningPlan } from '../../domain/backup/thinning.ts';
import type { ReadableDb } from '../../db/handles.ts';
import type { Result } from '../../domain/result.ts';
import type { Desk } from '../desk/desk.ts';
import type { OpenSchool } from '../desk/open-school.ts';
import { answer } from '../gate/handlers.ts';
import { runUnit } from '../gate/run-unit.ts';
import { syncFolder } from '../vault/durable-file.ts';
import { clearBackupAlarms, raiseBackupAlarm, systemActor } from './alarms.ts';
import { backupFolder, backupPath, listBackups, type ListedBackup } from './backup-file.ts';
import { copyFolder } from './copies.ts';
import { keepRecipients } from './key-ring.ts';
import { breathe, writeErrorOf } from './outcome.ts';
import { readDrills } from './run-drill.ts';
import { readBackupSettings } from './settings.ts';
import { trustedClockMs } from './trusted-clock.ts';

/** The names of the backups that a drill has restored. */
export function provenBackups(db: ReadableDb): ReadonlySet<string> {
  return new Set(
    readDrills(db).flatMap(({ backup, problem }) => (problem === null && backup !== null ? [backup] : [])),
  );
}

/** Which of the listed backups are kept, by the school's days. Errors: `clock-leapt`. */
export function planFor(
  open: OpenSchool,
  nowMs: number,
  backups: readonly ListedBackup[],
): Result<ThinningPlan, ClockLeapt> {
  const { db, school } = open.unitParts;
  const proven = provenBackups(db);
  return planThinning(
    backups.map(({ name, atMs }) => ({ name, atMs, isProven: proven.has(name) })),
    { nowMs, trustedMs: trustedClockMs(db), timeZone: school.timeZone },
  );
}

/** The backups of both folders, each once. */
export function listBoth(folder: string, second: string | null): ListedBackup[] {
  const own = listBackups(folder);
  if (second === null) return own;
  const names = new Set(own.map(({ name }) => name));
  return [...own, ...listBackups(second).filter(({ name }) => !names.has(name))];
}

/**
 * Removes the backups that no rule keeps, here and in the second folder where it is there, the oldest first. Their number stands on the
 * audit log before the first one goes: whoever stops on the way has removed less, never more, and the next run goes on. What cannot
 * be removed is an alarm. With a clock that has leapt nothing is removed.
 */
export async function thinBackups(desk: Desk, open: OpenSchool): Promise<void> {
  const { db, school } = open.unitParts;
  const nowMs = desk.now();
  const folder = backupFolder(desk, school.id);
  const { secondFolder } = readBackupSettings(db);
  const second = secondFolder !== null && existsSync(secondFolder) ? copyFolder(secondFolder, school) : null;
  const own = planFor(open, nowMs, listBackups(folder));
  const both = planFor(open, nowMs, listBoth(folder, second));
  if (!own.ok || !both.ok) return;

  const here = own.value.removed.map((name) => backupPath(folder, name));
  const gone = new Set(both.value.removed);
  const there =
    second === null
      ? []
      : listBackups(second)
          .filter(({ name }) => gone.has(name))
          .map(({ name }) => backupPath(second, name))
          .toReversed();
  const count = new Set([...own.value.removed, ...gone]).size;
  if (here.length + there.length > 0) {
    runUnit(open, nowMs, {
      run: () => answer(null),
      audit: () => desk.draft(systemActor, 'delete', 'backup', 'backup.thin', { count }),
    });
  }
  try {
    for (const path of [...here, ...there]) {
      rmSync(path, { force: true });
      await breathe();
      if (desk.open !== open) return;
    }
    if (here.length > 0) syncFolder(folder);
    if (second !== null && there.length > 0) syncFolder(second);
  } catch (cause) {
    const error = writeErrorOf(cause);
    if (error === undefined) desk.reportBug(cause);
    raiseBackupAlarm(desk, open, 'thinning-failed', error?.type ?? 'failed');
    return;
  }
  // A sheet that no backup needs any more opens no later key ring either; of a folder that is away that is not known.
  const isAllKnown = secondFolder === null || second !== null;
  runUnit(open, desk.now(), {
    run() {
      clearBackupAlarms(db, 'thinning-failed');
      if (isAllKnown) {
        const left = listBoth(folder, second).map(({ recovery }) => recovery);
        keepRecipients(db, new Set([...left, open.vault.recovery.x25519]));
      }
      return answer(null);
    },
    audit: () => null,
  });
}
