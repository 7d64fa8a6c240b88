import { z } from 'zod';
import { registerSession, type RegisterSession } from '../attendance/session.ts';
import { day } from '../ids.ts';

const clockMinute = z
  .int()
  .min(0)
  .max(24 * 60 - 1);

/** When a session begins, until when its register is open, and when the session is over, in minutes after midnight by the wall clock. */
export interface SessionTimes {
  readonly session: RegisterSession;
  readonly opensAt: number;
  readonly closesAt: number;
  readonly endsAt: number;
}

export const sessionTimes = z
  .strictObject({
    session: registerSession,
    opensAt: clockMinute,
    closesAt: clockMinute,
    endsAt: clockMinute,
  })
  .refine(areInOrder);

/** The times of a school's sessions from a day on, each session once. */
export const dayTimes = z.strictObject({
  from: day,
  sessions: z
    .array(sessionTimes)
    .min(1)
    .max(20)
    .refine((all) => new Set(all.map(({ session }) => session)).size === all.length),
});

export type DayTimes = z.output<typeof dayTimes>;

/** Whether a register closes after it opens and no later than its session ends. */
export function areInOrder({ opensAt, closesAt, endsAt }: Omit<SessionTimes, 'session'>): boolean {
  return opensAt < closesAt && closesAt <= endsAt;
}

/** The sessions with the school's own times where it has set some. */
export function withTimes<Session extends SessionTimes>(
  sessions: readonly Session[],
  own: readonly SessionTimes[],
): readonly Session[] {
  return sessions.map((each) => ({ ...each, ...own.find(({ session }) => session === each.session) }));
}
