import { and, asc, eq, inArray, isNotNull, sql } from 'drizzle-orm';
import type { Day, Id } from '../../domain/ids.ts';
import type { ReadableDb } from '../handles.ts';
import { academicSession } from '../people/schema.ts';
import { calendarDay, mark } from './schema.ts';

/** A school year or part of one. `endDay` is exclusive. */
export interface AcademicSessionRow {
  readonly sourceId: string | null;
  readonly title: string;
  /** schoolYear, semester, term, gradingPeriod, or `ext:…`. */
  readonly type: string;
  readonly startDay: Day;
  readonly endDay: Day;
  readonly schoolYear: string;
}

/** A day that differs from the terms and the week. */
export interface CalendarDayRow {
  readonly id: Id<'calendar-day'>;
  readonly day: Day;
  readonly reason: string;
  readonly status: 'closed' | 'extra' | 'withdrawn';
}

/** The school years and terms in use, by their first day. */
export function listAcademicSessions(db: ReadableDb): readonly AcademicSessionRow[] {
  return db
    .select({
      sourceId: academicSession.sourceId,
      title: academicSession.title,
      type: academicSession.type,
      startDay: sql<Day>`${academicSession.startDay}`,
      endDay: sql<Day>`${academicSession.endDay}`,
      schoolYear: academicSession.schoolYear,
    })
    .from(academicSession)
    .where(eq(academicSession.status, 'active'))
    .orderBy(asc(academicSession.startDay), asc(academicSession.endDay))
    .all();
}

/** The days that were entered as closed, as extra school days, or withdrawn again, in order. */
export function listCalendarDays(db: ReadableDb): readonly CalendarDayRow[] {
  return db
    .select({
      id: calendarDay.id,
      day: sql<Day>`${calendarDay.day}`,
      reason: calendarDay.reason,
      status: calendarDay.status,
    })
    .from(calendarDay)
    .orderBy(asc(calendarDay.day))
    .all();
}

/** How many students' marks lie on these days: one for each student and register, however often it was corrected. */
export function countMarksOn(db: ReadableDb, days: readonly Day[]): number {
  const cells = db
    .selectDistinct({ day: mark.day, class: mark.class, session: mark.session, student: mark.student })
    .from(mark)
    .where(and(inArray(mark.day, [...days]), isNotNull(mark.code)))
    .as('cells');
  const [row] = db
    .select({ total: sql<number>`count(*)` })
    .from(cells)
    .all();
  return row?.total ?? 0;
}
