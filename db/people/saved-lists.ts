import { and, eq } from 'drizzle-orm';
import type { Id, UserId } from '../../domain/ids.ts';
import type { ReadableDb } from '../handles.ts';
import { savedList } from './schema.ts';

export type SavedListId = Id<'saved-list'>;

/** A list as it is kept: `filter` as JSON text. */
export interface SavedListLine {
  readonly id: SavedListId;
  readonly title: string;
  readonly filter: string;
}

/** The lists that an account keeps. */
export function readSavedLists(db: ReadableDb, owner: UserId): readonly SavedListLine[] {
  return db
    .select({ id: savedList.id, title: savedList.title, filter: savedList.filter })
    .from(savedList)
    .where(and(eq(savedList.owner, owner), eq(savedList.status, 'active')))
    .all();
}
