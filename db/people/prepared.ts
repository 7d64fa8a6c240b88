import type { RecordScope } from '../../domain/access/scope.ts';
import type { ReadableDb } from '../handles.ts';
import { scopeKey } from './scope.ts';

/** Prepares a query once for each store handle: building one anew costs more than running it. */
export function preparedOnce<T>(prepare: (db: ReadableDb) => T): (db: ReadableDb) => T {
  const byDb = new WeakMap<ReadableDb, T>();
  return (db) => {
    const known = byDb.get(db);
    if (known !== undefined) return known;
    const made = prepare(db);
    byDb.set(db, made);
    return made;
  };
}

/** The same for queries on people: once for each store handle and scope, with the scope's filter inside. */
export function preparedInScope<T>(
  prepare: (db: ReadableDb, scope: RecordScope) => T,
): (db: ReadableDb, scope: RecordScope) => T {
  const byScopeOf = preparedOnce(() => new Map<string, T>());
  return (db, scope) => {
    const byScope = byScopeOf(db);
    const key = scopeKey(scope);
    const known = byScope.get(key);
    if (known !== undefined) return known;
    // A store is open for a few users and days at most.
    if (byScope.size >= 50) byScope.clear();
    const made = prepare(db, scope);
    byScope.set(key, made);
    return made;
  };
}
