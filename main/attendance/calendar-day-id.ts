import { createHash } from 'node:crypto';
import { bytesToId, type Day, type Id, type SchoolId } from '../../domain/ids.ts';

/** The id of a day's calendar entry, derived from school and day: two desks that close the same day make one entry. */
export function calendarDayId(school: SchoolId, day: Day): Id<'calendar-day'> {
  const digest = createHash('sha256').update(`calendar-day ${school} ${day}`, 'utf8').digest();
  return bytesToId<'calendar-day'>(digest.subarray(0, 16));
}
