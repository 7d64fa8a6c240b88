import type { Connection } from './open-store.ts';

/** The steps of one transaction, prepared once: a unit is begun and committed for every call. */
export interface Transaction {
  begin(): void;
  savepoint(): void;
  release(): void;
  rollbackToSavepoint(): void;
  commit(): void;
  /** Safe to call when SQLite has already rolled back by itself, as it does when the disk is full. */
  rollback(): void;
}

/**
 * Transactions of the store's one connection. IMMEDIATE: reads append to the audit log too, so every unit writes, and a
 * read that turned into a write half-way could find the store busy.
 */
export function createTransaction(connection: Connection): Transaction {
  const begin = connection.prepare('BEGIN IMMEDIATE');
  const savepoint = connection.prepare('SAVEPOINT procedure');
  const release = connection.prepare('RELEASE procedure');
  const rollbackTo = connection.prepare('ROLLBACK TO procedure');
  const commit = connection.prepare('COMMIT');
  const rollback = connection.prepare('ROLLBACK');
  return {
    begin: () => void begin.run(),
    savepoint: () => void savepoint.run(),
    release: () => void release.run(),
    rollbackToSavepoint: () => {
      rollbackTo.run();
      release.run();
    },
    commit: () => void commit.run(),
    rollback: () => {
      if (connection.inTransaction) rollback.run();
    },
  };
}
