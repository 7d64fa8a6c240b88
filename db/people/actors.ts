import { account } from '../accounts/schema.ts';
import type { ReadableDb } from '../handles.ts';
import { desk } from '../school/schema.ts';

/** What the people who have or had an account here are called, by the account's id. */
export function readUserNames(db: ReadableDb): ReadonlyMap<string, string> {
  const rows = db.select({ id: account.id, name: account.displayName }).from(account).all();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** What the computers of the school are called, by the desk's id. */
export function readDeskLabels(db: ReadableDb): ReadonlyMap<string, string> {
  const rows = db.select({ id: desk.id, label: desk.label }).from(desk).all();
  return new Map(rows.map(({ id, label }) => [id, label]));
}
