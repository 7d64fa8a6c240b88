import type { WritableDb } from '../handles.ts';
import { groupKey } from './schema.ts';

/** Keeps a group key, within the caller's transaction. */
export function keepGroupKey(db: WritableDb, epoch: number, key: Uint8Array): void {
  db.insert(groupKey)
    .values({ epoch, key: Buffer.from(key) })
    .onConflictDoNothing()
    .run();
}
