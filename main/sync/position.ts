import { z } from 'zod';
import type { ReadableDb } from '../../db/handles.ts';
import { readLocalState } from '../../db/school/local-state.ts';
import type { Position } from '../../domain/sync/desk-round.ts';

const position = z.object({ serverIncarnation: z.int(), seq: z.int(), chain: z.string() });

/** How far the desk has read the channel; null before its first contact with the server. */
export function readPosition(db: ReadableDb): Position | null {
  const kept = readLocalState(db, 'sync-position');
  return kept === undefined ? null : position.parse(JSON.parse(Buffer.from(kept).toString('utf8')));
}
