import { asc, desc, gte, sql } from 'drizzle-orm';
import { preparedOnce } from '../people/prepared.ts';
import type { ReadableDb } from '../handles.ts';
import { change } from '../school/schema.ts';

/** Stands for people, classes and calendar as they are now: another object as soon as any of them has changed. */
export interface RosterState {
  readonly sinceSeq: number;
}

/** Names one change for good: a number is given out again after a rollback, a time never is. */
export interface ChangeTime {
  readonly seq: number;
  readonly hlc: number;
}

/** The state of a store up to one change. */
export interface KnownState extends ChangeTime {
  readonly state: RosterState;
}

const knownByDb = new WeakMap<ReadableDb, KnownState>();

/** More changes than this at once are an import: not worth looking through. */
const mostToLookAt = 50;

const statements = preparedOnce((db) => ({
  since: db
    .select({ seq: change.seq, hlc: change.hlc, type: change.aggregateType })
    .from(change)
    .where(gte(change.seq, sql.placeholder('seq')))
    .orderBy(asc(change.seq))
    .limit(mostToLookAt)
    .prepare(),
  last: db
    .select({ seq: change.seq, hlc: change.hlc })
    .from(change)
    .orderBy(desc(change.seq))
    .limit(1)
    .prepare(),
}));

/** The store's last change. */
export function readLastChange(db: ReadableDb): ChangeTime | undefined {
  return statements(db).last.get();
}

/** The store's last change when `rosterState` was last called. */
export function lastChange(db: ReadableDb): KnownState | undefined {
  return knownByDb.get(db);
}

/**
 * The store's present state of people, classes and calendar, from the log of changes: a mark or an entry of the front desk changes none of them, so
 * that a register's class and calendar need not be read again for each mark.
 *
 * Call it before the unit writes: what is remembered afterwards would outlive a rollback.
 */
export function rosterState(db: ReadableDb): RosterState {
  const { since, last } = statements(db);
  const known = knownByDb.get(db);
  if (known !== undefined) {
    const rows = since.all({ seq: known.seq });
    const [first] = rows;
    const newest = rows.at(-1);
    const isSame =
      first?.seq === known.seq &&
      first.hlc === known.hlc &&
      rows.length < mostToLookAt &&
      rows.every(({ seq, type }) => seq === known.seq || type === 'register' || type === 'counter');
    if (isSame && newest !== undefined) {
      if (newest.seq !== known.seq) knownByDb.set(db, { ...newest, state: known.state });
      return known.state;
    }
  }
  const newest = last.get();
  const state = { sinceSeq: newest?.seq ?? 0 };
  if (newest !== undefined) knownByDb.set(db, { ...newest, state });
  return state;
}

/**
 * Forgets the present state: other desks' changes were written, which stand in no log of this desk's own. Also what
 * `cellsBeforeMark` keeps is read anew.
 */
export function forgetRosterState(db: ReadableDb): void {
  knownByDb.delete(db);
}

/**
 * A memory of what was read, for as long as the state of people, classes and calendar is the same. With more than `most`
 * things in it, it begins anew.
 */
export function createRosterMemory<T>(most: number): (state: RosterState, key: string, read: () => T) => T {
  const byState = new WeakMap<RosterState, Map<string, { readonly value: T }>>();
  return (state, key, read) => {
    let memory = byState.get(state);
    if (memory === undefined) byState.set(state, (memory = new Map()));
    const found = memory.get(key);
    if (found !== undefined) return found.value;
    if (memory.size >= most) memory.clear();
    const value = read();
    memory.set(key, { value });
    return value;
  };
}
