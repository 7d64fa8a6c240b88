import { readFileSync } from 'node:fs';
import { err, ok, type Result } from '../domain/result.ts';
import type { Connection } from './open-store.ts';

/** The migrations in order. A store's `user_version` counts those it has. Frozen once released (a test pins their hashes). */
export const migrationFiles = [
  '0001-school.sql',
  '0002-audit-log.sql',
  '0003-audit-witness.sql',
  '0004-sync.sql',
  '0005-office.sql',
  '0006-day-times.sql',
] as const;

/** This application's newest store version. */
export const storeVersion = migrationFiles.length;

/** The store was written by a newer application: refused, never downgraded. */
export interface StoreNewer {
  readonly type: 'store-newer';
}

/** How many migrations the store has. */
export function storeVersionOf(connection: Connection): number {
  const version: unknown = connection.pragma('user_version', { simple: true });
  if (typeof version !== 'number') throw new Error('Bug: user_version is a number');
  return version;
}

/**
 * Brings the store to `target`, each migration in a transaction of its own; a store that has them all is left alone.
 * The caller has made a backup before.
 */
export function migrateStore(
  connection: Connection,
  target: number = storeVersion,
): Result<{ applied: number }, StoreNewer> {
  const present = storeVersionOf(connection);
  if (present > storeVersion) return err({ type: 'store-newer' });
  for (let number = present + 1; number <= target; number += 1) {
    const sql = migrationSql(number);
    connection.transaction(() => {
      connection.exec(sql);
      connection.pragma(`user_version=${number}`);
    })();
  }
  return ok({ applied: Math.max(0, target - present) });
}

/** The text of migration `number`, counted from 1. The build lays the files beside the bundle. */
export function migrationSql(number: number): string {
  const name = migrationFiles[number - 1];
  if (name === undefined) throw new Error(`Bug: there is no migration ${number}`);
  const folder = import.meta.url.endsWith('.ts') ? './migrations/' : './';
  return readFileSync(new URL(`${folder}${name}`, import.meta.url), 'utf8');
}
