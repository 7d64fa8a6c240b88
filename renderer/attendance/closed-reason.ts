import { text } from '../app/catalogue.ts';

/** Why a day has no registers, as a sentence without its full stop: the closure's own words, or ours for the three the store names. */
export function closedReason(reason: string | null): string {
  switch (reason) {
    case null:
      return text('attendance.noSchool.unknown');
    case 'weekend':
      return text('attendance.noSchool.weekend');
    case 'outside the school year':
      return text('attendance.noSchool.outside');
    case 'no school year yet':
      return text('attendance.noSchool.noYear');
    default:
      return reason;
  }
}
