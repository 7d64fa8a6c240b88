import { z } from 'zod';

/** A random 128-bit id as 32 lowercase hex digits. The brand keeps a student's id from passing as a class's. */
export type Id<Kind extends string> = string & { readonly __kind: Kind };

export type SchoolId = Id<'school'>;
export type DeskId = Id<'desk'>;
export type UserId = Id<'user'>;
export type StudentId = Id<'student'>;
export type GuardianId = Id<'guardian'>;
export type StaffId = Id<'staff'>;
export type ClassId = Id<'class'>;

const idPattern = /^[0-9a-f]{32}$/;

/** The zod schema of one kind of id. */
export function idOf<Kind extends string>(): z.ZodType<Id<Kind>, string> {
  return z
    .string()
    .regex(idPattern)
    .transform((text) => textToId<Kind>(text));
}

export const schoolId = idOf<'school'>();
export const deskId = idOf<'desk'>();
export const userId = idOf<'user'>();
export const studentId = idOf<'student'>();
export const guardianId = idOf<'guardian'>();
export const staffId = idOf<'staff'>();
export const classId = idOf<'class'>();

/** Names 32 hex digits as an id. Throws for anything else. */
export function textToId<Kind extends string>(text: string): Id<Kind> {
  if (!idPattern.test(text)) throw new Error('Bug: an id is 32 hex digits');
  return text as Id<Kind>;
}

/** Names 16 bytes as an id. */
export function bytesToId<Kind extends string>(bytes: Uint8Array): Id<Kind> {
  if (bytes.length !== 16) throw new Error('Bug: an id is 16 bytes');
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text as Id<Kind>;
}

/** A school-local calendar day, `YYYY-MM-DD`. */
export type Day = string & { readonly __day: true };

const dayPattern = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

export const day = z
  .string()
  .regex(dayPattern)
  .refine((text) => isCalendarDay(text))
  .transform((text) => text as Day);

function isCalendarDay(text: string): boolean {
  const [year, month, dayOfMonth] = text.split('-').map(Number) as [number, number, number];
  const isLeapYear = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const monthLengths = [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return dayOfMonth <= (monthLengths[month - 1] ?? 0);
}
