import type { AttendanceCode } from './code-pack.ts';

const namespace = 'uri://ed-fi.org/AttendanceEventCategoryDescriptor#';

/** The code values of Ed-Fi 5.2 that a CEDS Attendance Status (000076) stands for; null: no event. */
const codeValues = {
  // In negative attendance presence is assumed: only what departs from it is an event.
  Present: null,
  ExcusedAbsence: 'Excused Absence',
  UnexcusedAbsence: 'Unexcused Absence',
  Tardy: 'Tardy',
  EarlyDeparture: 'Early departure',
} as const satisfies Record<NonNullable<AttendanceCode['ceds']>, string | null>;

/**
 * The `AttendanceEventCategoryDescriptor` of a mark with this code. Null: it is no event, as presence is assumed.
 * Undefined: the pack gives the code no CEDS status, as the state decides what it counts as.
 *
 * Source: Ed-Fi Data Standard 5.2, AttendanceEventCategoryDescriptor; CEDS 000076 (DOMAIN §1.2).
 */
export function attendanceEventCategory({ ceds }: Pick<AttendanceCode, 'ceds'>): string | null | undefined {
  if (ceds === null) return undefined;
  const value = codeValues[ceds];
  return value === null ? null : `${namespace}${value}`;
}
