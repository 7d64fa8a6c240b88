import { z } from 'zod';

/**
 * Which register of the day: `day` (daily), `am` and `pm` (England), or a period `p1` … `p99`.
 *
 * Not an academic session (term), which OneRoster also calls a session.
 */
export type RegisterSession = 'am' | 'pm' | 'day' | `p${number}`;

/** A period's register, beside the day's own. */
export function isPeriod(session: string): boolean {
  return /^p\d/.test(session);
}

export const registerSession: z.ZodType<RegisterSession, string> = z
  .string()
  .refine((text): text is RegisterSession => /^(am|pm|day|p[1-9]\d?)$/.test(text));
