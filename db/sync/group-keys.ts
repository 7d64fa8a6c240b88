import { eq } from 'drizzle-orm';
import type { WritableDb } from '../handles.ts';
import { groupKey } from './schema.ts';

/** Keeps the key of an epoch, within the caller's transaction. */
export function keepGroupKey(db: WritableDb, epoch: number, key: Uint8Array): void {
  db.insert(groupKey)
    .values({ epoch, key: Buffer.from(key), isLost: false })
    .onConflictDoNothing()
    .run();
}

/**
 * An epoch lost its place in the membership log: its number is another's now, with another key. What a desk sealed before a server lost
 * the end of the log may still come, so the key is kept behind the one in use. Within the caller's transaction.
 */
export function loseGroupKey(db: WritableDb, epoch: number): void {
  db.update(groupKey).set({ isLost: true }).where(eq(groupKey.epoch, epoch)).run();
}
