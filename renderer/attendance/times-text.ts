import type { SessionTimes } from '../../domain/calendar/day-times.ts';
import { text } from '../app/catalogue.ts';
import { clockText } from '../app/clock.ts';
import { sessionTitle } from './session-title.ts';

/** `AM 08:45 to 13:00, register until 09:15; PM …`. */
export function timesText(sessions: readonly SessionTimes[]): string {
  return sessions
    .map(({ session, opensAt, closesAt, endsAt }) =>
      text('attendance.times', {
        session: sessionTitle(session),
        begins: clockText(opensAt),
        closes: clockText(closesAt),
        ends: clockText(endsAt),
      }),
    )
    .join('; ');
}
