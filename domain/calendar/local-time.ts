import { Temporal } from 'temporal-polyfill';
import type { Day } from '../ids.ts';

/** A wall clock reading at the school. */
export interface LocalTime {
  readonly day: Day;
  /** Minutes after midnight as the wall clock shows them, 0 to 1439: 08:50 is 530 on every day of the year. */
  readonly minutes: number;
}

interface DayBounds {
  readonly day: Day;
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * The last day looked up in each zone. Temporal takes about 20 µs to convert one instant, and nearly every call
 * asks about the day that was asked about before; answers do not depend on what is remembered.
 */
const lastDayByZone = new Map<string, DayBounds>();

/** The school-local day on which the instant `nowMs` (epoch milliseconds) falls. Throws RangeError for an unknown zone. */
export function dayAt(nowMs: number, timeZone: string): Day {
  return boundsAt(nowMs, timeZone).day;
}

/** The school-local day and wall clock minute at the instant `nowMs` (epoch milliseconds). */
export function localTimeAt(nowMs: number, timeZone: string): LocalTime {
  const { day, startMs, endMs } = boundsAt(nowMs, timeZone);
  // On a day without a clock change the wall clock is the time since midnight.
  if (endMs - startMs === 86_400_000) return { day, minutes: Math.floor((nowMs - startMs) / 60_000) };
  const { hour, minute } = zonedTime(nowMs, timeZone);
  return { day, minutes: hour * 60 + minute };
}

/**
 * The instant (epoch milliseconds) at which the school's wall clock shows `minutes` after midnight on `day`.
 *
 * A time that the spring change skips becomes the one an hour later; of a time that comes twice in autumn, the first.
 */
export function instantOf(day: Day, minutes: number, timeZone: string): number {
  const clock = new Temporal.PlainTime(Math.floor(minutes / 60), minutes % 60);
  return Temporal.PlainDate.from(day).toZonedDateTime({ timeZone, plainTime: clock }).epochMilliseconds;
}

/** Whether this machine knows the IANA time zone. */
export function isTimeZone(timeZone: string): boolean {
  try {
    zonedTime(0, timeZone);
    return true;
  } catch (cause) {
    if (cause instanceof RangeError) return false;
    throw cause;
  }
}

function boundsAt(nowMs: number, timeZone: string): DayBounds {
  const last = lastDayByZone.get(timeZone);
  if (last !== undefined && nowMs >= last.startMs && nowMs < last.endMs) return last;
  const start = zonedTime(nowMs, timeZone).startOfDay();
  const bounds = {
    day: start.toPlainDate().toString() as Day,
    startMs: start.epochMilliseconds,
    endMs: start.add({ days: 1 }).startOfDay().epochMilliseconds,
  };
  lastDayByZone.set(timeZone, bounds);
  return bounds;
}

function zonedTime(nowMs: number, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(timeZone);
}
