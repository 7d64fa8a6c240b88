import { localTimeAt } from '../calendar/local-time.ts';
import { sessionsOn, type SchoolCalendar, type SchoolDays } from '../calendar/school-calendar.ts';
import type { Day, StudentId } from '../ids.ts';
import { codeOn, type CodePack } from './code-pack.ts';
import { missingReason, type MissingReason } from './missing-reason.ts';
import type { PlannedAbsence } from './planned-absence.ts';
import type { RegisterKey, RegisterState } from './register.ts';

/** A register that exists today, or one of an earlier day whose absences may still lack a reason. */
export interface ExpectedRegister {
  readonly key: RegisterKey;
  readonly register: RegisterState;
}

/** Where Enter leads from a line of the list. */
export type WorkPlace =
  | { readonly screen: 'register'; readonly key: RegisterKey }
  | { readonly screen: 'student'; readonly studentId: StudentId; readonly key: RegisterKey };

interface AbsentWithoutReason extends MissingReason {
  readonly type: 'absent-without-reason';
  readonly studentId: StudentId;
  /** Newest first. What is missing is missing since the oldest. */
  readonly keys: readonly RegisterKey[];
  readonly leadsTo: WorkPlace;
}

export type WorkItem =
  /** Its session has begun and somebody is unaccounted for. Late once the session's register should be closed. */
  | {
      readonly type: 'register-not-taken';
      readonly key: RegisterKey;
      readonly blank: number;
      readonly isOverdue: boolean;
      readonly leadsTo: WorkPlace;
    }
  /** The mark says only "not here". One item per student, however many registers say so. */
  | AbsentWithoutReason
  /** Somebody was seen in the room though an absence was planned: the plan is wrong, or the mark. One item per student. */
  | {
      readonly type: 'here-though-planned';
      readonly studentId: StudentId;
      readonly key: RegisterKey;
      readonly plan: PlannedAbsence;
      readonly leadsTo: WorkPlace;
    }
  | {
      readonly type: 'late-arrival';
      readonly studentId: StudentId;
      readonly key: RegisterKey;
      readonly minutesLate: number | null;
      readonly leadsTo: WorkPlace;
    };

export interface TodayWork {
  readonly day: Day;
  /** Today's registers whose session has begun. */
  readonly registersExpected: number;
  readonly registersTaken: number;
  /** Most urgent first: overdue registers, absences without a reason (overdue ones first), here though planned away, registers still open, late arrivals. */
  readonly items: readonly WorkItem[];
}

/**
 * Answers "what needs me now?" from the registers of today (and, for missing reasons, of earlier days).
 *
 * `nowMs` is epoch milliseconds. Registers of today whose session has not begun are left out, as are those of a day
 * or session that the calendar does not hold. Its school days may be those of several years, so that absences of the
 * last one's end are among the work.
 */
export function todayWork(
  registers: readonly ExpectedRegister[],
  calendar: SchoolDays & Pick<SchoolCalendar, 'timeZone'>,
  pack: CodePack,
  nowMs: number,
): TodayWork {
  const { day, minutes } = localTimeAt(nowMs, calendar.timeZone);
  const begun = registers.flatMap(({ key, register }) => {
    const session = sessionsOn(calendar, key.day).find((each) => each.session === key.session);
    const hasBegun =
      key.day < day || (key.day === day && session !== undefined && session.opensAt <= minutes);
    return session !== undefined && hasBegun ? [{ key, register, closesAt: session.closesAt }] : [];
  });
  const todays = begun.filter(({ key }) => key.day === day);

  const notTaken = todays
    .filter(({ register }) => register.state !== 'taken')
    .map(({ key, register, closesAt }): WorkItem & { readonly type: 'register-not-taken' } => ({
      type: 'register-not-taken',
      key,
      blank: register.blank,
      isOverdue: minutes >= closesAt,
      leadsTo: { screen: 'register', key },
    }));
  const unexplained = absentWithoutReason(begun, calendar, pack, day);
  return {
    day,
    registersExpected: todays.length,
    registersTaken: todays.length - notTaken.length,
    items: [
      ...notTaken.filter(({ isOverdue }) => isOverdue),
      ...unexplained.filter(({ isOverdue }) => isOverdue),
      ...unexplained.filter(({ isOverdue }) => !isOverdue),
      ...hereThoughPlanned(todays, pack),
      ...notTaken.filter(({ isOverdue }) => !isOverdue),
      ...lateArrivals(todays, pack),
    ],
  };
}

function absentWithoutReason(
  registers: readonly ExpectedRegister[],
  schoolDays: SchoolDays,
  pack: CodePack,
  today: Day,
): readonly AbsentWithoutReason[] {
  const keysByStudent = new Map<StudentId, RegisterKey[]>();
  for (const { key, register } of registers.toSorted(newestFirst)) {
    for (const { studentId, effective } of register.students) {
      if (effective?.code == null || codeOn(pack, effective.code, key.day)?.awaitsReason !== true) continue;
      const keys = keysByStudent.get(studentId);
      if (keys === undefined) keysByStudent.set(studentId, [key]);
      else keys.push(key);
    }
  }
  return [...keysByStudent].flatMap(([studentId, keys]) => {
    const newest = keys[0];
    const oldest = keys.at(-1);
    if (newest === undefined || oldest === undefined) return [];
    const missing = missingReason(schoolDays, pack, oldest.day, today);
    const leadsTo = { screen: 'student' as const, studentId, key: newest };
    return [{ type: 'absent-without-reason' as const, studentId, keys, ...missing, leadsTo }];
  });
}

function lateArrivals(registers: readonly ExpectedRegister[], pack: CodePack): readonly WorkItem[] {
  return registers.flatMap(({ key, register }) =>
    register.students.flatMap(({ studentId, effective }): WorkItem[] => {
      if (effective?.code == null || codeOn(pack, effective.code, key.day)?.isLate !== true) return [];
      const leadsTo = { screen: 'student' as const, studentId, key };
      return [{ type: 'late-arrival', studentId, key, minutesLate: effective.minutesLate, leadsTo }];
    }),
  );
}

function hereThoughPlanned(registers: readonly ExpectedRegister[], pack: CodePack): readonly WorkItem[] {
  const found = new Map<StudentId, WorkItem>();
  for (const { key, register } of registers) {
    for (const { studentId, effective, planned } of register.students) {
      if (planned === null || effective === null || effective.kind === 'plan' || effective.code === null)
        continue;
      const code = codeOn(pack, effective.code, key.day);
      if (code === undefined || (code.category !== 'attending' && !code.isLate)) continue;
      const leadsTo = { screen: 'student' as const, studentId, key };
      if (!found.has(studentId))
        found.set(studentId, { type: 'here-though-planned', studentId, key, plan: planned, leadsTo });
    }
  }
  return [...found.values()];
}

function newestFirst({ key: one }: ExpectedRegister, { key: other }: ExpectedRegister): number {
  return one.day > other.day ? -1 : one.day < other.day ? 1 : 0;
}
