import { z } from 'zod';
import type { ReadableDb, WritableDb } from '../../db/handles.ts';
import { readLocalJson, writeLocalJson } from '../../db/school/local-state.ts';
import { backupAlarm, type BackupAlarm, type BackupAlarmKind } from '../../domain/backup/alarm.ts';
import type { Desk } from '../desk/desk.ts';
import type { OpenSchool } from '../desk/open-school.ts';
import { answer } from '../gate/handlers.ts';
import { runUnit } from '../gate/run-unit.ts';

const alarms = z.array(backupAlarm);

/** What is wrong with the backups of the open store, the oldest first. */
export function standingBackupAlarms(db: ReadableDb): BackupAlarm[] {
  return readLocalJson(db, 'backup-alarms', alarms) ?? [];
}

/** Raises an alarm, with its row on the audit log; one that stands for the same reason is left as it is. */
export function raiseBackupAlarm(
  desk: Desk,
  open: OpenSchool,
  kind: BackupAlarmKind,
  reason: BackupAlarm['reason'],
): void {
  const standing = standingBackupAlarms(open.unitParts.db);
  const same = standing.find((one) => one.kind === kind);
  if (same !== undefined && same.reason === reason) return;
  const nowMs = desk.now();
  const alarm: BackupAlarm = { kind, sinceMs: same?.sinceMs ?? nowMs, reason };
  runUnit(open, nowMs, {
    run() {
      writeLocalJson(open.unitParts.db, 'backup-alarms', [
        ...standing.filter((one) => one.kind !== kind),
        alarm,
      ]);
      return answer(null);
    },
    audit: () =>
      desk.draft(systemActor, 'alarm', 'backup', 'backup.watch', {
        reason: kind,
        outcome: reason === null ? 'error' : `error:${reason}`,
      }),
  });
}

/** What was wrong is so no more. In the caller's transaction. */
export function clearBackupAlarms(db: WritableDb, ...kinds: readonly BackupAlarmKind[]): void {
  const standing = standingBackupAlarms(db);
  const left = standing.filter(({ kind }) => !kinds.includes(kind));
  if (left.length < standing.length) writeLocalJson(db, 'backup-alarms', left);
}

/** The application itself. */
export const systemActor = { user: null, role: null, method: 'system' } as const;
