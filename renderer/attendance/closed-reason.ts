import type { NoSchool } from '../../domain/calendar/no-school.ts';
import { text } from '../app/catalogue.ts';

/** Why a day has no registers, as a sentence without its full stop: the closure's own words, or ours. Null: the school is open. */
export function closedReason(because: NoSchool | null): string {
  switch (because?.type) {
    case undefined:
      return text('attendance.noSchool.unknown');
    case 'closure':
      return because.reason;
    case 'weekend':
      return text('attendance.noSchool.weekend');
    case 'outside-year':
      return text('attendance.noSchool.outside');
    case 'no-year':
      return text('attendance.noSchool.noYear');
  }
}
