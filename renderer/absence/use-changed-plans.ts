import type { StudentId } from '../../domain/ids.ts';
import type { Input } from '../app/api.ts';
import { useCommand } from '../app/calls.ts';
import type { ContractError } from '../app/error-text.ts';
import type { PlanGroup } from './call-model.ts';

type Entered = Omit<Input<'absence', 'plan'>, 'students' | 'joins'>;

/** Saves a changed absence of a group: what it says, who goes as well, and who does not. */
export function useChangedPlans(): {
  /** Whether all was saved. What was saved before an error stays. */
  readonly run: (group: PlanGroup, students: readonly StudentId[], entered: Entered) => Promise<boolean>;
  readonly isRunning: boolean;
  readonly error: ContractError | undefined;
} {
  const reloads = ['absence', 'attendance'] as const;
  const plan = useCommand('absence', 'plan', { reloads });
  const change = useCommand('absence', 'changePlan', { reloads });
  const withdraw = useCommand('absence', 'withdrawPlan', { reloads });
  return {
    async run({ plans, first }, students, entered) {
      const stays = plans.filter(({ student }) => students.includes(student));
      const goes = plans.filter(({ student }) => !students.includes(student));
      const comes = students.filter((id) => plans.every(({ student }) => student !== id));
      const fields = changedFields(first, entered);
      const idsOf = (some: PlanGroup['plans']) => some.map(({ id }) => id);
      if (stays.length > 0 && Object.keys(fields).length > 0) {
        if (!(await change.run({ plans: idsOf(stays), fields })).ok) return false;
      }
      if (comes.length > 0) {
        if (!(await plan.run({ students: comes, ...entered, joins: first.id })).ok) return false;
      }
      return goes.length === 0 || (await withdraw.run({ plans: idsOf(goes) })).ok;
    },
    isRunning: plan.isRunning || change.isRunning || withdraw.isRunning,
    error: change.error ?? plan.error ?? withdraw.error,
  };
}

/** Only what differs: a field that was not touched replaces nobody's. */
function changedFields(first: PlanGroup['first'], entered: Entered): Partial<Entered> {
  const before: Entered = {
    from: first.from,
    to: first.to,
    sessions: first.sessions,
    code: first.code,
    occasion: first.occasion,
    note: first.note,
  };
  const isChanged = (name: string): boolean =>
    JSON.stringify(Object(before)[name]) !== JSON.stringify(Object(entered)[name]);
  return Object.fromEntries(Object.entries(entered).filter(([name]) => isChanged(name)));
}
