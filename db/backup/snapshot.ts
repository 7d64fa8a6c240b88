import { ok, type Result } from '../../domain/result.ts';
import { openStore, type Connection, type OpenStoreError } from '../open-store.ts';

/**
 * The store as it is at one moment, for reading at leisure: a second connection that holds a read transaction, so what
 * is written meanwhile does not show, and nobody waits.
 */
export interface Snapshot {
  readonly connection: Connection;
  /** Lets the snapshot go. Safe to call twice. */
  close(): void;
}

/** Takes a snapshot of a store that is open elsewhere in this process. Errors: why the store does not open. */
export function openSnapshot(path: string, key: Uint8Array): Result<Snapshot, OpenStoreError> {
  const opened = openStore(path, key);
  if (!opened.ok) return opened;
  const connection = opened.value;
  connection.pragma('query_only=ON');
  // 4 MiB: what reads a store from end to end comes to each page once.
  connection.pragma('cache_size=-4096');
  connection.exec('BEGIN');
  // The snapshot is that of the first read.
  connection.prepare('SELECT count(*) FROM sqlite_schema').get();
  return ok({ connection, close: () => void connection.close() });
}

/** How much a store holds: what the list of backups says, and what a restore is compared with. */
export interface StoreCounts {
  readonly students: number;
  readonly marks: number;
  readonly auditSize: number;
}

/** Counts as `countStore` does, a day's marks at a step. */
export function* countInSteps(connection: Connection): Generator<void, StoreCounts> {
  let marks = 0;
  // Marks lie day by day: each step reads on where the last one stopped.
  const days = connection.prepare<[], number>('SELECT count(*) FROM mark GROUP BY day').pluck().iterate();
  for (const count of days) {
    marks += count;
    yield;
  }
  const { students, auditSize } = countStore(connection, marks);
  return { students, marks, auditSize };
}

/** Counts the students, marks and audit entries of a store. */
export function countStore(connection: Connection, countedMarks?: number): StoreCounts {
  const count = (sql: string): number => connection.prepare<[], number>(sql).pluck().get() ?? 0;
  return {
    students: count('SELECT count(*) FROM student'),
    marks: countedMarks ?? count('SELECT count(*) FROM mark'),
    auditSize: count('SELECT coalesce(max(seq) + 1, 0) FROM audit_leaf'),
  };
}
