import { asc, desc, gt } from 'drizzle-orm';
import { consistencyProof, type Sha256 } from '../../domain/audit/merkle.ts';
import type { Submission } from '../../domain/audit/witness.ts';
import type { ReadableDb, WritableDb } from '../handles.ts';
import { latestCheckpoint } from './checkpoints.ts';
import { auditCheckpoint, auditWitness } from './schema.ts';
import { createTreeReader } from './tree.ts';

/** A submission with the size of its note. */
export interface StoredSubmission extends Submission {
  readonly size: number;
}

/** How many entries a witness has countersigned; 0 before the first time. */
export function witnessedTo(db: ReadableDb): number {
  return (
    db.select({ size: auditWitness.size }).from(auditWitness).orderBy(desc(auditWitness.size)).limit(1).get()
      ?.size ?? 0
  );
}

/** When the oldest signed head that waits for the witness was signed, in UTC milliseconds; undefined where none waits. */
export function unwitnessedSinceMs(db: ReadableDb): number | undefined {
  return db
    .select({ at: auditCheckpoint.at })
    .from(auditCheckpoint)
    .where(gt(auditCheckpoint.size, witnessedTo(db)))
    .orderBy(asc(auditCheckpoint.size))
    .limit(1)
    .get()?.at;
}

/**
 * The newest signed head with what the witness needs to countersign it; undefined where it has done so already, or where
 * `oldSize` is beyond that head: then the log went back, or the server says so.
 * `oldSize`: the size that the witness says it has; without it, the one last countersigned.
 */
export function nextSubmission(
  db: ReadableDb,
  sha256: Sha256,
  oldSize: number = witnessedTo(db),
): StoredSubmission | undefined {
  const newest = latestCheckpoint(db);
  if (newest === undefined || newest.size <= witnessedTo(db)) return undefined;
  const { size, note } = newest;
  if (oldSize > size) return undefined;
  const proof = oldSize === 0 ? [] : consistencyProof(sha256, createTreeReader(db), oldSize, size);
  return { size, oldSize, proof, note };
}

/** Keeps the witness's signature line under the signed head of that size. Throws where a later one is kept already. */
export function storeCountersignature(
  db: WritableDb,
  countersignature: { readonly size: number; readonly line: string; readonly at: number },
): void {
  db.insert(auditWitness).values(countersignature).run();
}
