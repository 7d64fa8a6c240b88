import {
  readMarksOfDay,
  readPlannedOn,
  type MovementRow,
  type StudentDayMark,
} from '../../db/attendance/movements.ts';
import {
  counterMark,
  explainingCode,
  type CounterMark,
  type CounterMovement,
  type CounterRegister,
} from '../../domain/attendance/counter-marks.ts';
import type { RegisterKey } from '../../domain/attendance/register.ts';
import { sessionsOn } from '../../domain/calendar/school-calendar.ts';
import type { Day, StudentId } from '../../domain/ids.ts';
import { readCalendar } from '../attendance/calendar.ts';
import { codePackOf } from '../attendance/code-packs.ts';
import { expectedRegisters } from '../attendance/expected-registers.ts';
import { toMarkFactWithNote } from '../attendance/register-facts.ts';
import type { QueryUnit } from '../gate/unit.ts';

/** An office mark to be written because a movement was entered or taken back. */
export interface MarkToWrite extends Omit<CounterMark, 'code'> {
  readonly key: RegisterKey;
  /** Null withdraws what the movement gave. */
  readonly code: string | null;
  readonly note: string;
}

/** The movements that stand, as the rule takes them: those taken back are left out. */
export function standingMovements(rows: readonly MovementRow[]): readonly MovementRow[] {
  const takenBack = new Set(rows.flatMap(({ kind, refersTo }) => (kind === 'void' ? [refersTo] : [])));
  return rows.filter(({ kind, id }) => kind !== 'void' && !takenBack.has(id));
}

/** A stored movement as the rule takes it; undefined for the taking back of one. */
export function toCounterMovement({
  kind,
  minute,
  reason,
  expectedMinute,
}: Pick<MovementRow, 'kind' | 'minute' | 'reason' | 'expectedMinute'>): CounterMovement | undefined {
  if (minute === null) return undefined;
  switch (kind) {
    case 'arrival':
      return { kind, minute, reason };
    case 'departure':
      return { kind, minute, reason, expectedMinute };
    case 'return':
      return { kind, minute };
    case 'void':
      return undefined;
  }
}

/** A student's day at the desk. */
export interface StudentDay {
  readonly student: StudentId;
  readonly day: Day;
  /** All of the student's movements of the day, those taken back too. */
  readonly rows: readonly MovementRow[];
  /** Why an earlier day is changed; empty for today. */
  readonly correction: string;
}

/**
 * What the office's column gets when a student's movements of a day change from `before` to `after`.
 *
 * Only registers in which that makes a difference are touched. A mark that was entered by hand is replaced by a movement,
 * but taking a movement back, or a return, withdraws only marks that movements gave: then what the office had said before
 * them stands again. The marks of movements are known by `rows`: a movement and its marks have one change, and so one
 * logical time. On an earlier day the correction's reason becomes the note of each mark, as with corrected registers.
 */
export function marksToWrite(
  unit: QueryUnit,
  { student, day, rows, correction }: StudentDay,
  before: readonly CounterMovement[],
  after: readonly CounterMovement[],
): readonly MarkToWrite[] {
  const { db, scope } = unit;
  const registers = registersOf(unit, day, student);
  if (registers.length === 0) return [];
  const pack = codePackOf(unit);
  const classes = [...new Set(registers.map(({ key }) => key.classId))];
  const facts = readMarksOfDay(db, scope, day, student, classes);
  const planned = readPlannedOn(db, scope, day, student);
  const times = new Set(rows.map(timeOf));
  const isAdded = after.length > before.length;

  return registers.flatMap(({ key, ...hours }): MarkToWrite[] => {
    const cell = facts.filter((fact) => fact.class === key.classId && fact.session === key.session);
    const office = cell.filter(({ column }) => column === 'office');
    const standing = office.at(-1);
    const byHand = office.findLast((fact) => !times.has(timeOf(fact)));
    const teacher = cell.findLast(({ column }) => column === 'teacher');
    const plannedCode = planned.find(
      ({ sessions }) => sessions.length === 0 || sessions.includes(key.session),
    )?.code;
    const standingCode = byHand?.code ?? teacher?.code ?? null;
    const register: CounterRegister = {
      ...hours,
      session: key.session,
      standing: standingCode,
      explainedBy: explainingCode(pack, day, standingCode) ?? explainingCode(pack, day, plannedCode ?? null),
    };
    const was = counterMark(pack, day, register, before);
    const will = counterMark(pack, day, register, after);
    if (isSame(was, will)) return [];
    const isGiven = standing !== undefined && times.has(timeOf(standing));
    const replaces = isGiven || (will !== null && isAdded);
    if (!replaces) return [];
    const next = will === null ? restored(unit, key, byHand) : { key, ...will, note: '' };
    if (isSame(standing ?? null, next)) return [];
    return [correction === '' ? next : { ...next, note: correction }];
  });
}

function restored({ fields }: QueryUnit, key: RegisterKey, byHand: StudentDayMark | undefined): MarkToWrite {
  if (byHand === undefined) return { key, code: null, minutes: null, note: '' };
  const { code, minutesLate, note } = toMarkFactWithNote(fields, key, byHand);
  return { key, code, minutes: minutesLate, note };
}

/** The registers that the student has on the day, with the hours of their sessions. */
function registersOf(
  unit: QueryUnit,
  day: Day,
  student: StudentId,
): readonly (Pick<CounterRegister, 'opensAt' | 'closesAt' | 'endsAt'> & { readonly key: RegisterKey })[] {
  const calendar = readCalendar(unit.db, unit.school, day);
  if (calendar === undefined) return [];
  const sessions = sessionsOn(calendar, day);
  return expectedRegisters(unit, day).flatMap(({ key, students }) => {
    const own = sessions.find(({ session }) => session === key.session);
    if (own === undefined || !students.includes(student)) return [];
    const { opensAt, closesAt, endsAt } = own;
    return [{ key, opensAt, closesAt, endsAt }];
  });
}

function timeOf({ hlc, desk }: { readonly hlc: number; readonly desk: number }): string {
  return `${hlc} ${desk}`;
}

function isSame(
  one: { readonly code: string | null; readonly minutes: number | null } | null,
  other: { readonly code: string | null; readonly minutes: number | null } | null,
): boolean {
  return (one?.code ?? null) === (other?.code ?? null) && (one?.minutes ?? null) === (other?.minutes ?? null);
}
