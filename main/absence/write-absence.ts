import type { Contract, ParsedInputOf } from '../../domain/contract/contract.ts';
import type { ErrorOf } from '../../domain/contract/errors.ts';
import { readContactStudent } from '../../db/attendance/contacts.ts';
import type { ChangeBuilder } from '../../db/changes/write-change.ts';
import { listGuardians } from '../../db/people/guardians.ts';
import { hasStudent } from '../../db/people/students.ts';
import { codeForMark, codeOn, mayBePlanned } from '../../domain/attendance/code-pack.ts';
import { registerSession } from '../../domain/attendance/session.ts';
import { instantOf } from '../../domain/calendar/local-time.ts';
import { schoolDaysBetween, sessionsOn } from '../../domain/calendar/school-calendar.ts';
import { bytesToId, type Day, type Id, type StudentId } from '../../domain/ids.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { readSchoolYears } from '../attendance/calendar.ts';
import { codePackOf } from '../attendance/code-packs.ts';
import type { CommandUnit } from '../gate/unit.ts';

type ContactEntered = ParsedInputOf<Contract['absence']['logContact']>['contact'];

/** What a planned absence says, before it has an id. Days are inclusive. */
export interface PlanToMake {
  readonly from: Day;
  readonly to: Day;
  readonly sessions: readonly string[];
  readonly code: string;
  readonly occasion: string;
  readonly occasionId: Id<'occasion'> | null;
  readonly note: string;
}

/** A fresh random id. */
export function freshId<Kind extends string>({ random }: CommandUnit): Id<Kind> {
  return bytesToId<Kind>(random(16));
}

/**
 * Checks that the code gives a reason in every register that the days hold. Errors: `no-school-days` where they hold none
 * in these sessions; `code-unknown` where the pack has no such code then; `code-gives-no-reason`.
 */
export function checkReason(
  { db, school }: CommandUnit,
  { from, to, sessions, code }: Pick<PlanToMake, 'from' | 'to' | 'sessions' | 'code'>,
): Result<null, ErrorOf<'code-unknown' | 'code-gives-no-reason' | 'no-school-days'>> {
  const pack = codePackOf({ db, school });
  const { years } = readSchoolYears(db, school);
  const registers = years.flatMap((year) =>
    schoolDaysBetween(year, from, to).flatMap((day) =>
      sessionsOn(year, day).flatMap(({ session }) =>
        sessions.length === 0 || sessions.includes(session) ? [{ day, session }] : [],
      ),
    ),
  );
  if (registers.length === 0) return err({ type: 'no-school-days' });
  for (const { day, session } of registers) {
    const found = codeForMark(pack, code, day, registerSession.parse(session));
    if (!found.ok) return err({ type: 'code-unknown', codes: [code] });
    if (!mayBePlanned(found.value)) return err({ type: 'code-gives-no-reason', code });
  }
  return ok(null);
}

/** As `checkReason`, for registers that are there already. */
export function checkCodeOn(
  { db, school }: CommandUnit,
  code: string,
  days: readonly Day[],
): Result<null, ErrorOf<'code-unknown' | 'code-gives-no-reason'>> {
  const pack = codePackOf({ db, school });
  for (const day of days) {
    const found = codeOn(pack, code, day);
    if (found === undefined) return err({ type: 'code-unknown', codes: [code] });
    if (!mayBePlanned(found)) return err({ type: 'code-gives-no-reason', code });
  }
  return ok(null);
}

/** Whether every student is there and within the caller's reach. */
export function areInScope({ db, scope }: CommandUnit, students: readonly StudentId[]): boolean {
  return students.every((student) => hasStudent(db, scope, student));
}

/**
 * Whether the contact names only who belongs to the students: a guardian of one of them, and an earlier contact about
 * one of them.
 */
export function isAboutThem(
  { db, scope }: CommandUnit,
  students: readonly StudentId[],
  { guardian, settles }: ContactEntered,
): boolean {
  const knowsGuardian =
    guardian === null ||
    students.some((student) => listGuardians(db, scope, student).some(({ id }) => id === guardian));
  const settled = settles === null ? undefined : readContactStudent(db, scope, settles);
  return knowsGuardian && (settles === null || (settled !== undefined && students.includes(settled)));
}

/** Adds the contact, one fact for each student: each is sealed under that student's own key. Gives their ids. */
export function addContacts(
  unit: CommandUnit,
  change: ChangeBuilder,
  students: readonly StudentId[],
  entered: ContactEntered,
): Id<'contact'>[] {
  const { today, nowMs, actor, school } = unit;
  const { channel, guardian, outcome, nextStep, due, settles } = entered;
  const rows = students.map((student) => {
    // What was promised about one of them is settled once, with that one's own row.
    const isSettled = settles !== null && readContactStudent(unit.db, unit.scope, settles) === student;
    const isTheirs =
      guardian !== null && listGuardians(unit.db, unit.scope, student).some(({ id }) => id === guardian);
    return {
      id: freshId<'contact'>(unit),
      student,
      guardian: isTheirs ? guardian : null,
      settles: isSettled ? settles : null,
    };
  });
  change.add(
    'contact',
    {
      day: today,
      atMs: nowMs,
      channel,
      spokeWith: entered.spokeWith === '' ? undefined : entered.spokeWith,
      outcome,
      note: entered.note === '' ? undefined : entered.note,
      nextStep,
      dueAtMs: due === null ? null : instantOf(due.day, due.minute, school.timeZone),
      author: actor.user,
    },
    rows,
  );
  return rows.map(({ id }) => id);
}

/** Puts a plan for each student. Gives their ids. */
export function putPlans(
  unit: CommandUnit,
  change: ChangeBuilder,
  students: readonly StudentId[],
  plan: PlanToMake,
): Id<'planned-absence'>[] {
  return students.map((student) => {
    const id = freshId<'planned-absence'>(unit);
    change.put('planned_absence', {
      id,
      school: unit.school.id,
      student,
      fromDay: plan.from,
      toDay: plan.to,
      sessions: [...plan.sessions],
      code: plan.code,
      occasion: plan.occasion,
      occasionId: plan.occasionId,
      note: plan.note,
      madeBy: unit.actor.user,
      madeAtMs: unit.nowMs,
      status: 'active',
    });
    return id;
  });
}

/** One office mark in one register. */
export interface OfficeMark {
  readonly student: StudentId;
  readonly day: Day;
  readonly class: Id<'class'>;
  readonly session: string;
  /** Null withdraws the office's mark. */
  readonly code: string | null;
  /** Of a lateness or an early departure. */
  readonly minutes?: number | null;
  readonly note?: string;
}

/** Adds office marks, register by register. */
export function addOfficeMarks(unit: CommandUnit, change: ChangeBuilder, marks: readonly OfficeMark[]): void {
  const byRegister = Map.groupBy(marks, ({ day, class: of, session }) => `${day} ${of} ${session}`);
  for (const group of byRegister.values()) {
    const [first] = group;
    if (first === undefined) continue;
    change.add(
      'mark',
      {
        day: first.day,
        class: first.class,
        session: first.session,
        column: 'office',
        author: unit.actor.user,
        atMs: unit.nowMs,
      },
      group.map(({ student, code, minutes = null, note = '' }) => ({
        student,
        code,
        minutes,
        note: note === '' ? undefined : note,
      })),
    );
  }
}
