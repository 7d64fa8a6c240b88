import type { SchoolCalendarData } from '../../domain/calendar/school-calendar.ts';

/** A small invented year in New York: two terms, a winter break, a snow day, a short day and a make-up Saturday. */
export const smallCalendar: SchoolCalendarData = {
  timeZone: 'America/New_York',
  weekStartsOn: 1,
  weekend: [6, 7],
  schoolYear: { title: '2025/26', beginDay: '2025-09-01', endDay: '2026-07-01' },
  terms: [
    { title: 'Fall', beginDay: '2025-09-02', endDay: '2025-12-20' },
    { title: 'Spring', beginDay: '2026-01-05', endDay: '2026-06-19' },
  ],
  closures: [
    { beginDay: '2026-02-16', endDay: '2026-02-21', reason: 'Winter break', kind: 'planned' },
    { beginDay: '2026-03-05', endDay: '2026-03-06', reason: 'Snow', kind: 'unplanned' },
  ],
  shortDays: [{ day: '2026-03-04', sessions: [{ session: 'day', halfDays: 1 }], reason: 'Conferences' }],
  extraDays: [{ day: '2026-03-07', reason: 'Makes up for snow' }],
  sessions: [
    { session: 'day', halfDays: 2, opensAt: '08:30', closesAt: '09:00', endsAt: '15:00' },
    { session: 'p1', halfDays: 0, opensAt: '09:00', closesAt: '09:20', endsAt: '09:50' },
  ],
};
