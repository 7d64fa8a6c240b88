import { z } from 'zod';

/**
 * Why a day has no school: a closure, in the words of whoever entered it, or what follows from the calendar, as a code that
 * the window has the words for.
 */
export const noSchool = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('closure'), reason: z.string() }),
  z.strictObject({ type: z.literal('weekend') }),
  z.strictObject({ type: z.literal('outside-year') }),
  /** Nothing has been imported yet, so that there is no school year at all. */
  z.strictObject({ type: z.literal('no-year') }),
]);
export type NoSchool = z.output<typeof noSchool>;
