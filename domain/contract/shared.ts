import { z } from 'zod';
import { isTimeZone } from '../calendar/local-time.ts';

/** The rule packs that are shipped. */
export const countryPack = z.enum(['us', 'england']);
export type CountryPack = z.output<typeof countryPack>;

/** The languages the window speaks. */
export const windowLanguage = z.enum(['en', 'es', 'ur']);
export type WindowLanguage = z.output<typeof windowLanguage>;

/**
 * Which registers a school expects. `daily`: one a day in each homeroom. `am-pm`: two a day in each homeroom.
 * `period`: one a day in each homeroom and one for each period of each scheduled class.
 */
export const attendanceMode = z.enum(['daily', 'am-pm', 'period']);
export type AttendanceMode = z.output<typeof attendanceMode>;

/** A school's name as people write it. */
export const schoolName = z.string().trim().min(1).max(200);

/** An IANA name that this machine knows: without one no moment has a day. */
export const timeZone = z.string().max(64).refine(isTimeZone);

/** The part of a day that a register is for: the whole day, a half, or a numbered period. */
export const registerSession = z.string().regex(/^(day|am|pm|p[1-9]\d?)$/);

/** What a mark says, by statistical category (DOMAIN §1.2–1.3); the colours and totals of the window follow it. */
export const markCategory = z.enum([
  'present',
  'late',
  'absent-explained',
  'absent-unexplained',
  'not-possible',
]);
export type MarkCategory = z.output<typeof markCategory>;

/** What follows from a contact with a family, where something does. */
export const dueStep = z.enum(['call-back', 'note-due', 'visit']);
export type DueStep = z.output<typeof dueStep>;

/** A person's name as it is shown: the preferred one where there is one. */
export const personName = z.string();

export const page = z.strictObject({
  offset: z.int().min(0).default(0),
  limit: z.int().min(1).max(500).default(100),
});
