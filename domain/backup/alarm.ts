import { z } from 'zod';

/** What can be wrong with a school's backups. */
export const backupAlarmKinds = [
  /** The last backup could not be made. */
  'backup-failed',
  /** The desk is in use, and there has been no backup for more than 26 hours. */
  'backup-overdue',
  /** The last drill could not restore the newest backup, or found that something is missing. */
  'drill-failed',
  /** No drill for a week after it was due. */
  'drill-overdue',
  /** The second folder has been away, or has taken nothing, for a week. */
  'copy-overdue',
  /** Old backups could not be removed. */
  'thinning-failed',
] as const;
export type BackupAlarmKind = (typeof backupAlarmKinds)[number];

/** Why a backup was not made. */
export const backupFailureReasons = ['disk-full', 'folder-not-writable', 'failed'] as const;

/** What a drill found wrong. */
export const drillProblems = [
  /** The newest backup in the folder is not the one that was made last: that is gone, or was put back from a copy. */
  'stale',
  /** The backup or its key ring does not read, or is not as it was written. */
  'damaged',
  /** It is another school's, or another desk signed it. */
  'foreign',
  /** A table has more or fewer rows than the backup says. */
  'counts-differ',
  /** The audit log in it does not verify, or is not the beginning of the present one. */
  'audit-log',
  /** A sealed field does not open. */
  'sealed-fields',
  /** The restored store is not whole. */
  'not-whole',
  /** More than 24 hours of work would be lost. */
  'too-old',
  /** Restoring takes more than 4 hours. */
  'too-slow',
  'disk-full',
  'folder-not-writable',
  'failed',
] as const;
export type DrillProblem = (typeof drillProblems)[number];

/** One alarm as it stands, without a personal datum. `reason` is a backup's failure or a drill's problem. */
export const backupAlarm = z.strictObject({
  kind: z.enum(backupAlarmKinds),
  sinceMs: z.number(),
  reason: z.enum([...new Set([...backupFailureReasons, ...drillProblems])]).nullable(),
});
export type BackupAlarm = z.output<typeof backupAlarm>;

/** What a drill did and found. */
export const drillRecord = z.strictObject({
  atMs: z.number(),
  /** `sheet`: opened with the recovery key from the sheet, which is proven with it. */
  way: z.enum(['drill-key', 'sheet']),
  /** The backup that was restored; null where there was none to restore. */
  backup: z.string().nullable(),
  /** How old it was: what would have been lost, in milliseconds. */
  lostMs: z.number().nullable(),
  /** From opening the file to the last check, in milliseconds. */
  tookMs: z.number(),
  problem: z.enum(drillProblems).nullable(),
  /** What was restored and counted; null where it did not come to that. */
  found: z
    .strictObject({
      students: z.int(),
      marks: z.int(),
      rows: z.int(),
      tables: z.int(),
      auditSize: z.int(),
      auditRoot: z.string(),
      /** Rows whose sealed fields were opened: a sample of each table. */
      opened: z.int(),
    })
    .nullable(),
});
export type DrillRecord = z.output<typeof drillRecord>;
