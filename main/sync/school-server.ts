import { z } from 'zod';
import type { ReadableDb, WritableDb } from '../../db/handles.ts';
import { readLocalState, writeLocalState } from '../../db/school/local-state.ts';

/** The server that a school syncs with, as its desks have pinned it. */
export const schoolServer = z.strictObject({
  host: z.string(),
  port: z.int(),
  /** SHA-256 of the TLS key, and the key that vouches for TLS and signs receipts: hex. */
  pin: z.string(),
  signingKey: z.string(),
  server: z.string(),
  region: z.string(),
  /** `witnessKeyToText`. */
  witnessKey: z.string(),
});
export type SchoolServer = z.output<typeof schoolServer>;

/** The school's server; undefined where it has none. */
export function readSchoolServer(db: ReadableDb): SchoolServer | undefined {
  const kept = readLocalState(db, 'sync-server');
  return kept === undefined ? undefined : schoolServer.parse(JSON.parse(Buffer.from(kept).toString('utf8')));
}

export function writeSchoolServer(db: WritableDb, server: SchoolServer): void {
  writeLocalState(db, 'sync-server', Buffer.from(JSON.stringify(server), 'utf8'));
}
