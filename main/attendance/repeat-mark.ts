import { readPlanInForce } from '../../db/attendance/repeats.ts';
import { codeForMark, mayBePlanned } from '../../domain/attendance/code-pack.ts';
import type { RegisterKey } from '../../domain/attendance/register.ts';
import {
  schoolDayAfter,
  schoolDaysBetween,
  sessionsOn,
  type CalendarSession,
} from '../../domain/calendar/school-calendar.ts';
import type { OutputOf, Contract } from '../../domain/contract/contract.ts';
import type { ErrorOf } from '../../domain/contract/errors.ts';
import { bytesToId, type Day, type Id, type StudentId } from '../../domain/ids.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { CommandUnit } from '../gate/unit.ts';
import { codePackOf } from './code-packs.ts';
import type { OpenRegister } from './expected-registers.ts';

export interface RepeatedMark {
  readonly key: RegisterKey;
  readonly students: readonly StudentId[];
  readonly code: string;
  /** School days in all, the register's own among them. */
  readonly days: number;
}

type Repeated = OutputOf<Contract['attendance']['repeat']>;

/**
 * Plans the code for what follows a register: the later sessions of its day, and the school days after it. For each student one
 * planned absence of each, in one change. The register's own mark is not in it: it is entered as every other.
 *
 * Errors: `code-unknown` where the code may not stand in one of the sessions of these days; `code-not-repeatable` for
 * who is here, late or leaving early; `beyond-school-year`.
 */
export function repeatMark(
  unit: CommandUnit,
  { calendar }: OpenRegister,
  { key, students, code, days }: RepeatedMark,
): Result<Repeated, ErrorOf<'code-unknown' | 'code-not-repeatable' | 'beyond-school-year'>> {
  const pack = codePackOf(unit);
  const unknown: ErrorOf<'code-unknown'> = { type: 'code-unknown', codes: [code] };
  const here = codeForMark(pack, code, key.day, key.session);
  if (!here.ok) return err(unknown);
  if (!mayBePlanned(here.value)) return err({ type: 'code-not-repeatable', code });
  const from = schoolDayAfter(calendar, key.day, 1);
  const to = schoolDayAfter(calendar, key.day, days - 1);
  if (from === undefined || to === undefined) return err({ type: 'beyond-school-year' });
  const mayStandOn = (day: Day, sessions: readonly CalendarSession[]): boolean =>
    sessions.every(({ session }) => codeForMark(pack, code, day, session).ok);
  const ofDay = sessionsOn(calendar, key.day);
  const own = ofDay.find(({ session }) => session === key.session);
  const later = ofDay.filter(({ opensAt }) => own !== undefined && opensAt > own.opensAt);
  const mayStand =
    mayStandOn(key.day, later) &&
    schoolDaysBetween(calendar, from, to).every((day) => mayStandOn(day, sessionsOn(calendar, day)));
  if (!mayStand) return err(unknown);

  const restOfDay = { fromDay: key.day, toDay: key.day, sessions: later.map(({ session }) => session) };
  const spans = [...(later.length === 0 ? [] : [restOfDay]), { fromDay: from, toDay: to, sessions: [] }];
  const plans = [...new Set(students)].flatMap((student) =>
    spans.map((span) => ({ id: bytesToId<'planned-absence'>(unit.random(16)), student, ...span })),
  );
  const [first] = plans;
  if (first !== undefined) {
    unit.changes.write({ type: 'planned-absence', id: first.id }, (change) => {
      for (const plan of plans) {
        change.put('planned_absence', {
          ...plan,
          school: unit.school.id,
          code,
          occasion: '',
          madeBy: unit.actor.user,
          madeAtMs: unit.nowMs,
          status: 'active',
        });
      }
    });
  }
  return ok({ plans: plans.map(({ id, student }) => ({ id, student })), from, to });
}

/** Withdraws planned absences within the scope in one change. Gives of each whose it was; those no longer in force are passed over. */
export function withdrawPlans(
  unit: CommandUnit,
  ids: readonly Id<'planned-absence'>[],
): readonly StudentId[] {
  const inForce = [...new Set(ids)].flatMap((id) => {
    const student = readPlanInForce(unit.db, unit.scope, id);
    return student === undefined ? [] : [{ id, student }];
  });
  const [first] = inForce;
  if (first === undefined) return [];
  unit.changes.write({ type: 'planned-absence', id: first.id }, (change) => {
    for (const { id, student } of inForce)
      change.put('planned_absence', { id, student, status: 'withdrawn' });
  });
  return inForce.map(({ student }) => student);
}
