import type { ReadableDb } from '../handles.ts';
import { preparedOnce } from '../people/prepared.ts';
import { school } from './schema.ts';

const statement = preparedOnce((db) => db.select().from(school).prepare());

/** The school that owns the store, as it is now: its name and time zone may change, here or on another desk. */
export function readSchool(db: ReadableDb): typeof school.$inferSelect | undefined {
  return statement(db).get();
}
