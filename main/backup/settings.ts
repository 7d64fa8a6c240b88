import { z } from 'zod';
import type { ReadableDb, WritableDb } from '../../db/handles.ts';
import { readLocalJson, writeLocalJson } from '../../db/school/local-state.ts';

/** When backups are made, where else they go, and how often one is restored to see. */
const backupSettings = z.strictObject({
  /** Minutes after midnight by the school's clock; null: a day after the last one. */
  minutes: z.int().min(0).max(1439).nullable(),
  /** The second folder, a whole path; null for none. */
  secondFolder: z.string().nullable(),
  drillEveryDays: z.int().min(1).max(31),
});
export type BackupSettings = z.output<typeof backupSettings>;

const asShipped: BackupSettings = { minutes: null, secondFolder: null, drillEveryDays: 7 };

export function readBackupSettings(db: ReadableDb): BackupSettings {
  return readLocalJson(db, 'backup-settings', backupSettings) ?? asShipped;
}

export function writeBackupSettings(db: WritableDb, settings: BackupSettings): void {
  writeLocalJson(db, 'backup-settings', settings);
}
