import { listDayTimes } from '../../db/attendance/day-times.ts';
import type { DayTimes, SessionTimes } from '../../domain/calendar/day-times.ts';
import { sessionsOn } from '../../domain/calendar/school-calendar.ts';
import type { Day, Id } from '../../domain/ids.ts';
import type { CommandUnit, QueryUnit } from '../gate/unit.ts';
import { sharedId } from '../shared-id.ts';
import { calendarAt, newestCalendar, readSchoolYears } from './calendar.ts';

/** The times of the school's sessions on the next school day from `on`, else on the last one; none without a school year. */
export function timesFrom({ db, school }: QueryUnit, on: Day): readonly SessionTimes[] {
  const years = readSchoolYears(db, school);
  const calendar = calendarAt(years, on) ?? newestCalendar(years, on);
  const day = calendar?.schoolDays.find((each) => each >= on) ?? calendar?.schoolDays.at(-1);
  if (calendar === undefined || day === undefined) return [];
  return sessionsOn(calendar, day).map(({ session, opensAt, closesAt, endsAt }) => ({
    session,
    opensAt,
    closesAt,
    endsAt,
  }));
}

/** Sets the times of the school's sessions from a day on; said again for the same day, they replace what was said for it. */
export function changeTimes(unit: CommandUnit, { from, sessions }: DayTimes): Id<'day-times'> {
  const id = sharedId('day-times', unit.school.id, from);
  unit.changes.write({ type: 'calendar', id: unit.school.id }, (change) => {
    change.put('day_times', {
      id,
      school: unit.school.id,
      fromDay: from,
      times: JSON.stringify(sessions),
      madeBy: unit.actor.user,
      madeAtMs: unit.nowMs,
      status: 'active',
    });
  });
  return id;
}

/** Takes times back: those of before hold again. False where they do not stand. */
export function withdrawTimes(unit: CommandUnit, id: Id<'day-times'>): boolean {
  if (!listDayTimes(unit.db).some((each) => each.id === id)) return false;
  unit.changes.write({ type: 'calendar', id: unit.school.id }, (change) => {
    change.put('day_times', { id, status: 'withdrawn' });
  });
  return true;
}
