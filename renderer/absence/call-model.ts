import type { ContactChannel, ContactOutcome, NextStep } from '../../domain/contract/absence.ts';
import type { Day, GuardianId, StudentId } from '../../domain/ids.ts';
import type { RegisterCode } from '../attendance/grid-model.ts';
import type { Input, Output } from '../app/api.ts';

/** The form of the absence line without its picture: what was typed, and the command that it makes. */

export type ContactShown = Output<'absence', 'day'>['contacts'][number];
export type PlanShown = Output<'absence', 'plans'>['plans'][number];
export type Unexplained = Output<'absence', 'unexplained'>['students'][number];

export interface CallDraft {
  readonly student: StudentId;
  /** Brothers and sisters for whom the same holds. */
  readonly siblings: readonly StudentId[];
  /** A code that gives a reason; null: only the contact is logged. */
  readonly reason: string | null;
  readonly from: Day;
  readonly to: Day;
  readonly channel: ContactChannel;
  readonly guardian: GuardianId | null;
  readonly spokeWith: string;
  /** Null follows from the reason. */
  readonly outcome: ContactOutcome | null;
  readonly note: string;
  readonly nextStep: NextStep;
  readonly dueDay: Day;
  /** `HH:MM` on the school's clock. */
  readonly dueTime: string;
  /** The open step that this contact takes; null for none. */
  readonly settles: ContactShown['id'] | null;
}

/** A draft about one student: absent today, somebody called in. */
export function newDraft(student: StudentId, today: Day, channel: ContactChannel = 'call-in'): CallDraft {
  return {
    student,
    siblings: [],
    reason: null,
    from: today,
    to: today,
    channel,
    guardian: null,
    spokeWith: '',
    outcome: null,
    note: '',
    nextStep: 'none',
    dueDay: today,
    dueTime: '15:00',
    settles: null,
  };
}

/** What came of the call, where nobody chose: a reason was given, or somebody was reached. */
export function outcomeOf({ outcome, reason }: CallDraft): ContactOutcome {
  return outcome ?? (reason === null ? 'reached' : 'reason-given');
}

/** The students that the entry is about. */
export function studentsOf({ student, siblings }: CallDraft): StudentId[] {
  return [student, ...siblings];
}

/** The contact as the command takes it. */
export function contactOf(draft: CallDraft): Input<'absence', 'logContact'>['contact'] {
  const [hours = 0, minutes = 0] = draft.dueTime.split(':').map(Number);
  return {
    channel: draft.channel,
    guardian: draft.guardian,
    spokeWith: draft.guardian === null ? draft.spokeWith : '',
    outcome: outcomeOf(draft),
    note: draft.note,
    nextStep: draft.nextStep,
    due: draft.nextStep === 'none' ? null : { day: draft.dueDay, minute: hours * 60 + minutes },
    settles: draft.settles,
  };
}

/** Moves the first day; the last goes with it where it would come before. */
export function withFirstDay(draft: CallDraft, from: Day): CallDraft {
  return { ...draft, from, to: draft.to < from ? from : draft.to };
}

/** The reason that a key gives in the list of unexplained absences; undefined for a key that gives none. */
export function reasonForKey(codes: readonly RegisterCode[], key: string): RegisterCode | undefined {
  return codes.find((code) => code.mayBePlanned && code.key === key.toUpperCase());
}

/** Plans that were made together, or one student's own. */
export interface PlanGroup {
  readonly key: string;
  /** The occasion, or the student's name. */
  readonly title: string;
  readonly plans: readonly PlanShown[];
  readonly first: PlanShown;
}

/** One group for each occasion and days, one for each plan of a single student, in the order of their first days. */
export function groupPlans(plans: readonly PlanShown[]): readonly PlanGroup[] {
  const groups = Map.groupBy(plans, (plan) =>
    plan.occasionId === null ? plan.id : `${plan.occasionId} ${plan.from} ${plan.to} ${plan.code}`,
  );
  return [...groups].flatMap(([key, group]) => {
    const [first] = group;
    if (first === undefined) return [];
    return [{ key, title: first.occasionId === null ? first.name : first.occasion, plans: group, first }];
  });
}

/** What the form of planned absences says. */
export type PlanEntered = Omit<Input<'absence', 'plan'>, 'students'>;

/**
 * The command that saves a changed absence of a group: what it says, who goes as well, and who does not. Only what differs
 * from what was shown is sent: a field that was not touched replaces nobody's.
 */
export function planChange(
  { plans, first }: PlanGroup,
  students: readonly StudentId[],
  entered: PlanEntered,
): Input<'absence', 'changePlan'> {
  const before: PlanEntered = {
    from: first.from,
    to: first.to,
    sessions: first.sessions,
    code: first.code,
    occasion: first.occasion,
    note: first.note,
  };
  const isChanged = (name: string): boolean =>
    JSON.stringify(Object(before)[name]) !== JSON.stringify(Object(entered)[name]);
  return {
    plans: plans.map(({ id }) => id),
    fields: Object.fromEntries(Object.entries(entered).filter(([name]) => isChanged(name))),
    leaves: plans.filter(({ student }) => !students.includes(student)).map(({ id }) => id),
    joins: students.filter((id) => plans.every(({ student }) => student !== id)),
  };
}
