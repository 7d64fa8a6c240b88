import { drizzle, type BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { Connection } from './open-store.ts';

type Drizzle = BetterSQLite3Database;

/** What a query may use: it can read and nothing else, so "this query cannot write" is checked by the compiler. */
export type ReadableDb = Pick<Drizzle, 'select' | 'selectDistinct' | '$with' | 'with' | '$count'> & {
  readonly __access: 'read' | 'write';
};

/** What a command may use. Every WritableDb can stand where a ReadableDb is asked for. */
export type WritableDb = ReadableDb &
  Pick<Drizzle, 'insert' | 'update' | 'delete'> & { readonly __access: 'write' };

/** Wraps the store's one connection. The handle lives as long as the connection; units pass it on. */
export function writableDb(connection: Connection): WritableDb {
  return drizzle(connection) as unknown as WritableDb;
}
