import { and, asc, desc, eq, gte, lt, sql } from 'drizzle-orm';
import type { ReadableDb, WritableDb } from '../handles.ts';
import { auditActor, auditBody, auditCheckpoint, auditSubject, auditWitness } from './schema.ts';

export interface StoredCheckpoint {
  readonly size: number;
  /** The signed note. */
  readonly note: string;
  readonly at: number;
}

const stored = { size: auditCheckpoint.size, note: auditCheckpoint.note, at: auditCheckpoint.at };

/** The newest checkpoint; undefined before the first. */
export function latestCheckpoint(db: ReadableDb): StoredCheckpoint | undefined {
  return db.select(stored).from(auditCheckpoint).orderBy(desc(auditCheckpoint.size)).limit(1).get();
}

/** Every checkpoint in order of size, its note with the witness's signature line where there is one. */
export function countersignedCheckpoints(db: ReadableDb): readonly Pick<StoredCheckpoint, 'size' | 'note'>[] {
  const note = sql<string>`${auditCheckpoint.note} || coalesce(${auditWitness.line}, '')`;
  return db
    .select({ size: auditCheckpoint.size, note })
    .from(auditCheckpoint)
    .leftJoin(auditWitness, eq(auditWitness.size, auditCheckpoint.size))
    .orderBy(asc(auditCheckpoint.size))
    .all();
}

/**
 * Keeps a signed checkpoint, and files the entries since the one before under their subjects and actors: what a
 * checkpoint covers is found by index, what comes after by looking through it.
 */
export function storeCheckpoint(db: WritableDb, checkpoint: StoredCheckpoint): void {
  const from = latestCheckpoint(db)?.size ?? 0;
  const covered = and(gte(auditBody.seq, from), lt(auditBody.seq, checkpoint.size));
  const times = db
    .select({
      min: sql<number | null>`min(json_extract(${auditBody.body}, '$.at'))`,
      max: sql<number | null>`max(json_extract(${auditBody.body}, '$.at'))`,
    })
    .from(auditBody)
    .where(covered)
    .get();
  db.insert(auditCheckpoint)
    .values({ ...checkpoint, minAt: times?.min ?? checkpoint.at, maxAt: times?.max ?? checkpoint.at })
    .run();
  // Ordered by key, so that the rows of one person are written side by side.
  db.insert(auditSubject)
    .select(
      sql`SELECT DISTINCT subject.value, ${auditBody.seq} FROM ${auditBody}, json_each(${auditBody.body}, '$.subjects') AS subject
          WHERE ${covered} ORDER BY 1, 2`,
    )
    .run();
  db.insert(auditActor)
    .select(
      sql`SELECT json_extract(${auditBody.body}, '$.actor.user') AS user, ${auditBody.seq} FROM ${auditBody}
          WHERE ${covered} AND user IS NOT NULL ORDER BY 1, 2`,
    )
    .run();
}
