import { readMovements, type MovementId, type MovementRow } from '../../db/attendance/movements.ts';
import { readMerges } from '../../db/people/merges.ts';
import { hasStudent } from '../../db/people/students.ts';
import { awaySpells, type CounterMovement } from '../../domain/attendance/counter-marks.ts';
import { localTimeAt } from '../../domain/calendar/local-time.ts';
import type { ErrorOf } from '../../domain/contract/errors.ts';
import type { Day, StudentId } from '../../domain/ids.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { closedOn } from '../attendance/calendar.ts';
import { newId } from '../desk/desk.ts';
import { answer, refuse } from '../gate/handlers.ts';
import type { CommandUnit, QueryUnit } from '../gate/unit.ts';
import { marksToWrite, standingMovements, toCounterMovement, type MarkToWrite } from './movement-marks.ts';

type OutOfOrder = ErrorOf<'movement-out-of-order'>;
type NoSuchDay = ErrorOf<'day-in-future' | 'no-school-day' | 'correction-reason-needed'>;
type Refused = OutOfOrder | NoSuchDay | ErrorOf<'out-of-scope'>;

/** What entering needs: to read the day, and to write. */
export type EntryUnit = QueryUnit & Pick<CommandUnit, 'changes' | 'random'>;

/** Since when the student is out; undefined while in school. */
export function outSinceOf(movements: readonly CounterMovement[]): number | undefined {
  return awaySpells(movements).findLast(({ isOver, from }) => !isOver && from !== null)?.from ?? undefined;
}

/** Stored movements as the rule takes them. */
export function movementsOf(rows: readonly MovementRow[]): readonly CounterMovement[] {
  return rows.flatMap((row) => toCounterMovement(row) ?? []);
}

/** The day that an entry is for, and why it is entered later; the reason is empty for today. */
export interface EntryDay {
  readonly day: Day;
  readonly correction: string;
}

/**
 * Whether something can be entered for the day: today, or an earlier school day for a reason.
 *
 * Source: SI 2024/208 asks that an amended entry show why it was amended, as `correctMarks` does for registers.
 */
function checkDay(unit: QueryUnit, { day, correction }: EntryDay): Result<void, NoSuchDay> {
  if (day === unit.today) return ok(undefined);
  if (day > unit.today) return err({ type: 'day-in-future' });
  if (closedOn(unit.db, unit.school, day) !== null) return err({ type: 'no-school-day' });
  return correction === '' ? err({ type: 'correction-reason-needed' }) : ok(undefined);
}

/** Why the movement does not fit what is known of the student's day. */
function check(
  unit: QueryUnit,
  day: Day,
  known: readonly CounterMovement[],
  next: CounterMovement,
): Result<void, OutOfOrder> {
  const wrong = (why: OutOfOrder['why']): Result<void, OutOfOrder> =>
    err({ type: 'movement-out-of-order', why });
  const isToday = day === unit.today;
  if (isToday && next.minute > localTimeAt(unit.nowMs, unit.school.timeZone).minutes)
    return wrong('in-future');
  const outSince = outSinceOf(known);
  switch (next.kind) {
    case 'arrival':
      if (outSince !== undefined) return wrong('out-already');
      if (known.some(({ kind }) => kind === 'arrival')) return wrong('here-already');
      // Entered afterwards, an arrival comes before everything else of the day.
      return known.some(({ minute }) => minute < next.minute) ? wrong('here-already') : ok(undefined);
    case 'departure':
      if (outSince !== undefined) return wrong('out-already');
      if (next.expectedMinute !== null && next.expectedMinute < next.minute) return wrong('before-last');
      return known.some(({ minute }) => minute > next.minute) ? wrong('before-last') : ok(undefined);
    case 'return':
      if (outSince === undefined) return wrong('not-out');
      return next.minute < outSince ? wrong('before-last') : ok(undefined);
  }
}

/** A movement as it is written. */
export interface MovementFields {
  readonly kind: MovementRow['kind'];
  readonly minute: number | null;
  readonly reason: string;
  readonly expectedMinute?: number | null;
  readonly collectedBy?: string;
  readonly refersTo?: MovementId | undefined;
}

/**
 * Enters one movement for each student, with the office's marks that follow by rule; all or none.
 *
 * Errors: `out-of-scope`; `movement-out-of-order` where it does not fit what was entered before, or the clock;
 * `day-in-future`; for an earlier day `no-school-day`, and `correction-reason-needed` where nothing says why it is
 * entered later.
 */
export function enterMovements(
  unit: EntryUnit,
  { students, ...on }: EntryDay & { readonly students: readonly StudentId[] },
  next: CounterMovement,
  collectedBy = '',
) {
  const ids = readMerges(unit.db).peopleOf(students);
  const facts = { subjects: ids, ...(ids.length === 1 ? { recordId: ids[0] } : {}) };
  const checkedDay = checkDay(unit, on);
  if (!checkedDay.ok) return refuse<Refused>(checkedDay.error, facts);
  const entries: {
    student: StudentId;
    record: StudentId;
    marks: readonly MarkToWrite[];
    refersTo: MovementId | undefined;
  }[] = [];
  for (const student of ids) {
    if (!hasStudent(unit.db, unit.scope, student)) return refuse<Refused>({ type: 'out-of-scope' }, facts);
    const rows = readMovements(unit.db, unit.scope, on.day, [student]);
    const standing = standingMovements(rows);
    const known = movementsOf(standing);
    const checked = check(unit, on.day, known, next);
    if (!checked.ok) return refuse<Refused>(checked.error, facts);
    const marks = marksToWrite(unit, { ...on, student, rows }, known, [...known, next]);
    const departure =
      next.kind === 'return' ? standing.findLast(({ kind }) => kind === 'departure') : undefined;
    // A return lies where its departure does, so that nobody is out once merged records are parted.
    entries.push({ student, record: departure?.storedUnder ?? student, marks, refersTo: departure?.id });
  }
  const movements = entries.map(({ student, record, marks, refersTo }) => ({
    id: writeMovement(unit, on.day, record, { reason: '', ...next, collectedBy, refersTo }, marks),
    student,
    registers: marks.length,
  }));
  return answer({ movements }, facts);
}

/** Writes a movement with its marks as one change, under that one record of the student, and gives its id. */
export function writeMovement(
  unit: EntryUnit,
  day: Day,
  record: StudentId,
  { collectedBy, ...fields }: MovementFields,
  marks: readonly MarkToWrite[],
): MovementId {
  const { nowMs: atMs, actor } = unit;
  const common = { day, student: record, author: actor.user, atMs };
  const id = newId<'movement'>(unit.random);
  unit.changes.write({ type: 'counter', id: record }, (change) => {
    change.add('movement', common, [
      {
        ...fields,
        id,
        code: marks.find(({ code }) => code !== null)?.code ?? null,
        collectedBy: collectedBy === '' ? undefined : collectedBy,
      },
    ]);
    if (marks.length === 0) return;
    change.add(
      'mark',
      { ...common, column: 'office' },
      marks.map(({ key, code, minutes, note }) => ({
        class: key.classId,
        session: key.session,
        code,
        minutes,
        note: note === '' ? undefined : note,
      })),
    );
  });
  return id;
}
