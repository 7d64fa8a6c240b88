import { addDays } from '../../domain/calendar/day.ts';
import { instantOf } from '../../domain/calendar/local-time.ts';
import type { Day, StudentId, UserId } from '../../domain/ids.ts';
import type { Input } from '../app/api.ts';

/** What is asked of the log. A null field asks for everything. */
export interface AuditFilter {
  /** School-local days, both included. */
  readonly days: { readonly from: Day; readonly to: Day } | null;
  readonly user: UserId | null;
  readonly student: { readonly id: StudentId; readonly name: string } | null;
  readonly action: string | null;
  readonly record: string | null;
  readonly outcome: 'ok' | 'refused' | 'error' | null;
}

/** Today's entries of everybody: what the screen opens with. Of one student, all days are asked for. */
export function firstFilter(today: Day, student: StudentId | null): AuditFilter {
  return {
    days: student === null ? { from: today, to: today } : null,
    user: null,
    student: student === null ? null : { id: student, name: '' },
    action: null,
    record: null,
    outcome: null,
  };
}

/** The filter as the contract takes it: days become instants of the school's time zone. */
export function toAuditInput(
  { days, user, student, action, record, outcome }: AuditFilter,
  timeZone: string,
  before: number | null,
): Input<'audit', 'list'> {
  return {
    fromMs: days === null ? null : instantOf(days.from, 0, timeZone),
    toMs: days === null ? null : instantOf(addDays(days.to, 1), 0, timeZone),
    user,
    student: student?.id ?? null,
    action,
    record,
    outcome,
    before,
  };
}
