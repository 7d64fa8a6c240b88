import type { ReadableDb, WritableDb } from '../../db/handles.ts';
import { readLocalNumber, writeLocalNumber } from '../../db/school/local-state.ts';
import { clockLeapMs } from '../../domain/backup/thinning.ts';

/**
 * The latest time that this computer's clock is believed to have shown, UTC milliseconds: kept while the desk is in use, and not moved by a
 * clock that leaps. Of a store that has not kept it yet, the time of the last backup. Null where nothing is known.
 */
export function trustedClockMs(db: ReadableDb): number | null {
  return readLocalNumber(db, 'clock-seen') ?? readLocalNumber(db, 'last-backup') ?? null;
}

/** Notes what the clock shows, unless it has leapt. */
export function noteClock(db: WritableDb, nowMs: number): void {
  const trusted = trustedClockMs(db);
  if (trusted === null || nowMs <= trusted + clockLeapMs) writeLocalNumber(db, 'clock-seen', nowMs);
}

/** An administrator has said that the clock is right. In the caller's transaction. */
export function trustClock(db: WritableDb, nowMs: number): void {
  writeLocalNumber(db, 'clock-seen', nowMs);
}
