import type { ReadableDb } from '../handles.ts';

const countsByDb = new WeakMap<ReadableDb, Map<string, number>>();

/** Notes that marks of the day are written: called wherever one is, this desk's own and those of others. */
export function noteMarks(db: ReadableDb, day: string): void {
  let counts = countsByDb.get(db);
  if (counts === undefined) countsByDb.set(db, (counts = new Map<string, number>()));
  counts.set(day, (counts.get(day) ?? 0) + 1);
}

/**
 * Stands for the marks of a day as they are now: another number as soon as one of them was written since this store was
 * opened. Not to be called after a write: what is remembered by it would outlive a rollback.
 */
export function marksState(db: ReadableDb, day: string): number {
  return countsByDb.get(db)?.get(day) ?? 0;
}
