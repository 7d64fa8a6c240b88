import type { Day, Id, StudentId, UserId } from '../ids.ts';
import { addDays } from '../calendar/day.ts';

/**
 * An absence that is known beforehand: an illness of several days, a leave, a trip.
 *
 * It is about a student and days, not about a class, and is never copied into registers: a register looks for it whenever
 * it is read. So a roster update, a move to another class or a changed calendar cannot lose it (decision 36).
 */
export interface PlannedAbsence {
  readonly id: Id<'planned-absence'>;
  readonly studentId: StudentId;
  readonly fromDay: Day;
  /** Inclusive. Before `fromDay`: it was ended before it began, and covers nothing. */
  readonly toDay: Day;
  /** Names of register sessions; none is every session of the day. */
  readonly sessions: readonly string[];
  readonly code: string;
  /** What it is for, where a group goes; empty for one student's own. */
  readonly occasion: string;
  readonly madeBy: UserId;
  /** Epoch milliseconds at the desk that made it. */
  readonly madeAtMs: number;
}

/** Whether the plan covers a register of that day and session. */
export function covers(
  { fromDay, toDay, sessions }: Pick<PlannedAbsence, 'fromDay' | 'toDay' | 'sessions'>,
  day: Day,
  session: string,
): boolean {
  return fromDay <= day && day <= toDay && (sessions.length === 0 || sessions.includes(session));
}

/**
 * The plan that holds in a register: of several that cover it the one made last, as whoever made it may have known of
 * the others. Two of the same millisecond: the greater id. So two desks that planned apart come to the same.
 */
export function planFor(plans: readonly PlannedAbsence[], day: Day, session: string): PlannedAbsence | null {
  let found: PlannedAbsence | null = null;
  for (const plan of plans) {
    if (covers(plan, day, session) && (found === null || isLater(plan, found))) found = plan;
  }
  return found;
}

/** Of each student the plan that holds in the registers of that day and session. */
export function plansFor(
  plans: readonly PlannedAbsence[],
  day: Day,
  session: string,
): ReadonlyMap<StudentId, PlannedAbsence> {
  const holding = new Map<StudentId, PlannedAbsence>();
  for (const plan of plans) {
    if (!covers(plan, day, session)) continue;
    const other = holding.get(plan.studentId);
    if (other === undefined || isLater(plan, other)) holding.set(plan.studentId, plan);
  }
  return holding;
}

/** What a plan may become. Days are inclusive. */
export interface PlanChange {
  readonly fromDay?: Day | undefined;
  readonly toDay?: Day | undefined;
  readonly sessions?: readonly string[] | undefined;
  readonly code?: string | undefined;
}

/**
 * Whether a change leaves every day before `today` as it was: a plan that has begun keeps its first day, sessions and
 * code, and may end no earlier than yesterday. One that is over may not be prolonged: that is a plan of its own.
 */
export function leavesThePast(plan: PlannedAbsence, change: PlanChange, today: Day): boolean {
  const yesterday = addDays(today, -1);
  if (plan.fromDay >= today) return (change.fromDay ?? today) >= today;
  const isSame =
    (change.fromDay ?? plan.fromDay) === plan.fromDay &&
    (change.code ?? plan.code) === plan.code &&
    hasSame(change.sessions ?? plan.sessions, plan.sessions);
  return (
    isSame &&
    (change.toDay === undefined ||
      change.toDay === plan.toDay ||
      (plan.toDay >= yesterday && change.toDay >= yesterday))
  );
}

function hasSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((each) => other.includes(each));
}

function isLater(one: PlannedAbsence, other: PlannedAbsence): boolean {
  return one.madeAtMs > other.madeAtMs || (one.madeAtMs === other.madeAtMs && one.id > other.id);
}
