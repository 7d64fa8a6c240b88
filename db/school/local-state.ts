import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import type { ReadableDb, WritableDb } from '../handles.ts';
import { localState } from './schema.ts';

/** The small states and secrets of this desk. */
export type LocalStateName =
  | 'audit-key'
  | 'school-secret'
  | 'import-key'
  | 'last-backup'
  | 'last-backup-failure'
  /** Opens the parts of backups that are about nobody in particular. */
  | 'backup-ring-key'
  /** The recovery public keys that backups were made for: each opens the key ring. */
  | 'backup-recipients'
  /** The key that the newest backup is sealed to beside the recovery key, so that a drill can open it, as JSON. */
  | 'backup-drill-keys'
  /** When, where else and how often, as JSON. */
  | 'backup-settings'
  /** The last drills, the newest first, as JSON. */
  | 'backup-drills'
  /** What is wrong with backups or drills now, as JSON. */
  | 'backup-alarms'
  /** How it stands with the second folder, as JSON. */
  | 'backup-copy'
  /** Milliseconds in use since the last backup, and since the last drill that proved one. */
  | 'use-since-backup'
  | 'use-since-drill'
  /** Since when drills are looked after. */
  | 'drills-since'
  /** The latest time that the clock is believed to have shown. */
  | 'clock-seen'
  /** When the recovery sheet has last opened a backup. */
  | 'sheet-proven'
  /** An audit log from before a restore, as a packed bundle in numbered pieces. */
  | `audit-archive/${string}`
  /** A reset or removal was committed and the master key has not changed yet: done at the next chance. */
  | 'rotation-due'
  | 'journal-problems'
  /** The server that the school syncs with, as JSON; the key of its witness among it. */
  | 'sync-server'
  /** How far this desk has read the channel, as JSON. */
  | 'sync-position'
  /** The number of the first change of this incarnation; none for a store that was never restored. */
  | 'incarnation-start'
  /** Up to which of the changes from before a restore it is known that they are in a batch. */
  | 'leftovers-sealed-to'
  /** The seeds of this desk's own key pairs: what it signs, and what is sealed to it. */
  | 'desk-signing-key'
  | 'desk-agreement-key'
  /** How many entries of the membership log the server has. */
  | 'membership-settled'
  /** A new group key has to be made: one that was made here lost its place in the membership log. */
  | 'epoch-due'
  /** The newest logical time that has been seen. */
  | 'last-time'
  | 'last-synced'
  /** By which derivation students are found (`nameKeysVersion`). */
  | 'name-keys-version'
  /** How this computer prints slips, as JSON. */
  | 'slip-printing'
  /** The folder that is watched for rosters, and what was found there, as JSON. */
  | 'watched-folder';

export function readLocalState(db: ReadableDb, name: LocalStateName): Uint8Array | undefined {
  return db.select({ value: localState.value }).from(localState).where(eq(localState.name, name)).get()
    ?.value;
}

export function writeLocalState(db: WritableDb, name: LocalStateName, value: Uint8Array): void {
  db.insert(localState)
    .values({ name, value })
    .onConflictDoUpdate({ target: localState.name, set: { value } })
    .run();
}

export function removeLocalState(db: WritableDb, name: LocalStateName): void {
  db.delete(localState).where(eq(localState.name, name)).run();
}

/** A state that is a number, such as a time in UTC milliseconds. */
export function readLocalNumber(db: ReadableDb, name: LocalStateName): number | undefined {
  const value = readLocalState(db, name);
  return value === undefined ? undefined : Number(Buffer.from(value).toString('utf8'));
}

export function writeLocalNumber(db: WritableDb, name: LocalStateName, value: number): void {
  writeLocalState(db, name, Buffer.from(String(value), 'utf8'));
}

/** A state that is JSON; undefined where there is none. Throws where it is not of the shape. */
export function readLocalJson<T>(db: ReadableDb, name: LocalStateName, schema: z.ZodType<T>): T | undefined {
  const value = readLocalState(db, name);
  return value === undefined ? undefined : schema.parse(JSON.parse(Buffer.from(value).toString('utf8')));
}

export function writeLocalJson(db: WritableDb, name: LocalStateName, value: unknown): void {
  writeLocalState(db, name, Buffer.from(JSON.stringify(value), 'utf8'));
}
