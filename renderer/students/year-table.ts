import type { Contract, OutputOf } from '../../domain/contract/contract.ts';

export type StudentAttendance = OutputOf<Contract['students']['attendance']>;
export type StudentDay = StudentAttendance['days'][number];
export type SessionMark = StudentDay['sessions'][number];

/** One line of a month: one session, with a place for each day of the month. */
export interface MonthLine {
  readonly session: string;
  /** By day of the month, the first at 0. Undefined: no register was expected. */
  readonly marks: readonly (SessionMark | undefined)[];
}

export interface MonthOfMarks {
  /** `YYYY-MM`. */
  readonly month: string;
  readonly lines: readonly MonthLine[];
}

const sessionOrder = ['day', 'am', 'pm'];

/**
 * A student's days as a table of months: a line for each session that occurs in the month, in the order of the
 * school day, and a column for each day. Months in which no register was expected are left out.
 *
 * Of two registers in the same session (a change of class) the later in the list stands.
 */
export function toMonths(days: readonly StudentDay[]): readonly MonthOfMarks[] {
  return [...Map.groupBy(days, ({ day }) => day.slice(0, 7))].map(([month, daysOfMonth]) => {
    const sessions = new Set(daysOfMonth.flatMap((day) => day.sessions.map(({ session }) => session)));
    const lines = [...sessions].toSorted(bySession).map((session) => ({
      session,
      marks: marksOf(session, daysOfMonth, daysIn(month)),
    }));
    return { month, lines };
  });
}

/** The year without its period registers; the same object where it has none. */
export function withoutPeriods(attendance: StudentAttendance): StudentAttendance {
  const isPeriod = ({ session }: SessionMark): boolean => /^p\d/.test(session);
  if (!attendance.days.some(({ sessions }) => sessions.some(isPeriod))) return attendance;
  const days = attendance.days
    .map(({ day, sessions }) => ({ day, sessions: sessions.filter((each) => !isPeriod(each)) }))
    .filter(({ sessions }) => sessions.length > 0);
  return { ...attendance, days };
}

function marksOf(
  session: string,
  days: readonly StudentDay[],
  length: number,
): readonly (SessionMark | undefined)[] {
  const marks: (SessionMark | undefined)[] = Array.from({ length });
  for (const { day, sessions } of days) {
    marks[Number(day.slice(8)) - 1] = sessions.findLast((each) => each.session === session);
  }
  return marks;
}

function daysIn(month: string): number {
  const year = Number(month.slice(0, 4));
  const monthOfYear = Number(month.slice(5));
  return new Date(Date.UTC(year, monthOfYear, 0)).getUTCDate();
}

/** The whole day or its halves first, then the periods by number. */
function bySession(one: string, other: string): number {
  return placeOf(one) - placeOf(other);
}

function placeOf(session: string): number {
  const known = sessionOrder.indexOf(session);
  return known === -1 ? sessionOrder.length + Number(session.slice(1)) : known;
}
