import type { StoredPlan } from '../../db/attendance/planned-absences.ts';
import { readMerges } from '../../db/people/merges.ts';
import { leavesThePast } from '../../domain/attendance/planned-absence.ts';
import type { Contract, ParsedInputOf } from '../../domain/contract/contract.ts';
import type { ErrorOf } from '../../domain/contract/errors.ts';
import { assert, err, ok, type Result } from '../../domain/result.ts';
import type { CommandUnit } from '../gate/unit.ts';
import { planNote } from './open-rows.ts';
import { checkReason, putPlans, type PlanToMake } from './write-absence.ts';

type Asked = ParsedInputOf<Contract['absence']['changePlan']>;

/**
 * Changes planned absences that belong together, in one change or not at all: what they say, who does not go after all,
 * and who goes as well. Who joins gets the first of `asked.plans` as it then is, in its occasion; who goes already and stays is passed
 * over. A field that is not named stays each plan's own. Gives how many are in force afterwards.
 *
 * `plans` are those of `asked.plans`; whoever joins is there and within the caller's scope. Errors: `plan-has-begun` for
 * what would change a day that has passed, or a plan that somebody has withdrawn meanwhile; those of `checkReason`.
 */
export function changePlans(
  unit: CommandUnit,
  plans: readonly StoredPlan[],
  asked: Asked,
): Result<number, ErrorOf<'code-unknown' | 'code-gives-no-reason' | 'plan-has-begun' | 'no-school-days'>> {
  const { today } = unit;
  const { from, to, sessions, code, occasion, note } = asked.fields;
  const first = plans.find(({ id }) => id === asked.plans[0]);
  assert(first !== undefined, 'a plan that was read is changed');
  const leaves = plans.filter(({ id }) => asked.leaves.includes(id));
  const stays = plans.filter(({ id }) => !asked.leaves.includes(id));
  const joins = readMerges(unit.db)
    .peopleOf(asked.joins)
    .filter((id) => stays.every(({ studentId }) => studentId !== id));
  const change = { fromDay: from, toDay: to, sessions, code };
  const hasFields = Object.values(asked.fields).some((field) => field !== undefined);
  const changed = hasFields ? stays : [];

  const isPast = (plan: StoredPlan): boolean =>
    plan.status !== 'active' || !leavesThePast(plan, change, today);
  if (changed.some(isPast)) return err({ type: 'plan-has-begun' });
  if (leaves.some(({ fromDay }) => fromDay < today)) return err({ type: 'plan-has-begun' });
  const asChanged = (plan: StoredPlan): Pick<PlanToMake, 'from' | 'to' | 'sessions' | 'code'> => ({
    from: from ?? plan.fromDay,
    to: to ?? plan.toDay,
    sessions: sessions ?? plan.sessions,
    code: code ?? plan.code,
  });
  const isWhenOrWhy = [from, to, sessions, code].some((field) => field !== undefined);
  for (const plan of isWhenOrWhy ? changed : []) {
    const next = asChanged(plan);
    // Ending one is always in order, also before its first school day.
    const isOnlyEnded = next.from <= next.to && next.to < plan.toDay && next.code === plan.code;
    const checked = isOnlyEnded ? undefined : checkReason(unit, next);
    if (checked?.ok === false) return checked;
  }
  const joined: PlanToMake = {
    ...asChanged(first),
    occasion: occasion ?? first.occasion,
    occasionId: first.occasionId,
    note: note ?? planNote(unit.fields, first),
  };
  if (joins.length > 0) {
    if (joined.from < today) return err({ type: 'plan-has-begun' });
    const checked = checkReason(unit, joined);
    if (!checked.ok) return checked;
  }

  const inForce = stays.length + joins.length;
  if (changed.length + leaves.length + joins.length === 0) return ok(inForce);
  unit.changes.write({ type: 'absence', id: first.id }, (builder) => {
    for (const { id, storedUnder } of changed) {
      builder.put('planned_absence', {
        id,
        student: storedUnder,
        ...change,
        sessions: sessions === undefined ? undefined : [...sessions],
        occasion,
        note,
      });
    }
    for (const { id, storedUnder } of leaves) {
      builder.put('planned_absence', { id, student: storedUnder, status: 'withdrawn' });
    }
    putPlans(unit, builder, joins, joined);
  });
  return ok(inForce);
}
