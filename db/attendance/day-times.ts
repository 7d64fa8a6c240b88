import { asc, eq } from 'drizzle-orm';
import { dayTimes, type DayTimes } from '../../domain/calendar/day-times.ts';
import type { Id, UserId } from '../../domain/ids.ts';
import type { ReadableDb } from '../handles.ts';
import { dayTimes as dayTimesTable } from './schema.ts';

/** Times that the school has set, with who did it. */
export interface DayTimesRow extends DayTimes {
  readonly id: Id<'day-times'>;
  readonly madeBy: UserId;
  readonly madeAtMs: number;
}

/** The times that stand, by their first day. */
export function listDayTimes(db: ReadableDb): readonly DayTimesRow[] {
  return db
    .select()
    .from(dayTimesTable)
    .where(eq(dayTimesTable.status, 'active'))
    .orderBy(asc(dayTimesTable.fromDay))
    .all()
    .map(({ id, fromDay, times, madeBy, madeAtMs }) => {
      const sessions: unknown = JSON.parse(times);
      return { ...dayTimes.parse({ from: fromDay, sessions }), id, madeBy, madeAtMs };
    });
}
