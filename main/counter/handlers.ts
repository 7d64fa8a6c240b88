import {
  listSiblings,
  readMovement,
  readMovements,
  type MovementId,
  type MovementRow,
} from '../../db/attendance/movements.ts';
import { readUserNames } from '../../db/people/actors.ts';
import { toSearchText } from '../../db/people/name-keys.ts';
import { hasStudent, listStudents, readStudentLines } from '../../db/people/students.ts';
import {
  awaySpells,
  counterReasonsFor,
  type CounterMovement,
} from '../../domain/attendance/counter-marks.ts';
import { localTimeAt } from '../../domain/calendar/local-time.ts';
import type { Contract, OutputOf } from '../../domain/contract/contract.ts';
import type { ErrorOf } from '../../domain/contract/errors.ts';
import type { StudentId } from '../../domain/ids.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { codePackOf } from '../attendance/code-packs.ts';
import { newId } from '../desk/desk.ts';
import { answer, inPhases, refuse, type AreaHandlers } from '../gate/handlers.ts';
import type { CommandUnit, QueryUnit } from '../gate/unit.ts';
import { marksToWrite, standingMovements, toCounterMovement, type MarkToWrite } from './movement-marks.ts';
import { readPrinting, writePrinting } from './printing.ts';

/** A counter shows no more: another letter is faster than a longer list. */
const mostFound = 8;
/** Among so many of those who match, the best are found. */
const mostRanked = 200;

type Day = OutputOf<Contract['counter']['day']>;
type OutOfOrder = ErrorOf<'movement-out-of-order'>;
type Refused = OutOfOrder | ErrorOf<'out-of-scope'>;

/** The front desk: finding a student, arrivals, sign-outs, returns, and slips. */
export const counterHandlers: AreaHandlers<'counter'> = {
  find: {
    runs: 'in-unit',
    run(unit, { text }) {
      const filter = { text, grade: null, homeroom: null, status: 'active' } as const;
      const page = { offset: 0, limit: mostRanked };
      const found = listStudents(unit.db, unit.scope, filter, unit.today, page);
      const students = bestFirst(found, text)
        .slice(0, mostFound)
        .map(({ id, name, homeroom }) => ({ id, name, homeroom }));
      return answer({ students, more: found.length > mostFound }, { subjects: students.map(({ id }) => id) });
    },
  },

  siblings: {
    runs: 'in-unit',
    run(unit, { student }) {
      if (!hasStudent(unit.db, unit.scope, student))
        return refuse({ type: 'out-of-scope' }, { subjects: [student], recordId: student });
      const ids = listSiblings(unit.db, unit.scope, student);
      const lines = readStudentLines(unit.db, unit.scope, ids, unit.today);
      const students = ids.flatMap((id) => {
        const line = lines.get(id);
        return line === undefined ? [] : [{ id, ...line }];
      });
      return answer({ students }, { subjects: [student, ...ids], count: ids.length, recordId: student });
    },
  },

  day: {
    runs: 'in-unit',
    run(unit) {
      const movements = listDay(unit);
      const pack = codePackOf(unit.school.country);
      const reasons = {
        arrival: [...counterReasonsFor(pack, 'arrival')],
        departure: [...counterReasonsFor(pack, 'departure')],
      };
      return answer(
        { movements, reasons, printing: readPrinting(unit.db) },
        { subjects: [...new Set(movements.map(({ student }) => student))] },
      );
    },
  },

  arrive: {
    runs: 'in-unit',
    run: (unit, { students, minute, reason }) =>
      enter(unit, students, { kind: 'arrival', minute, reason }, { kind: 'arrival', minute, reason }),
  },

  signOut: {
    runs: 'in-unit',
    run: (unit, { students, minute, reason, expectedMinute, collectedBy }) =>
      enter(
        unit,
        students,
        { kind: 'departure', minute, reason, expectedMinute },
        { kind: 'departure', minute, reason, expectedMinute, collectedBy },
      ),
  },

  comeBack: {
    runs: 'in-unit',
    run: (unit, { students, minute }) =>
      enter(unit, students, { kind: 'return', minute }, { kind: 'return', minute, reason: '' }),
  },

  takeBack: {
    runs: 'in-unit',
    run(unit, { movement: id }) {
      const movement = readMovement(unit.db, unit.scope, unit.today, id);
      if (movement === undefined) return refuse({ type: 'out-of-scope' });
      const { student } = movement;
      const facts = { subjects: [student], recordId: student };
      const rows = readMovements(unit.db, unit.scope, unit.today, [student]);
      const standing = standingMovements(rows);
      if (!standing.some((row) => row.id === id)) {
        return refuse({ type: 'movement-out-of-order', why: 'taken-back' }, facts);
      }
      const left = standing.filter((row) => row.id !== id);
      const marks = marksToWrite(unit, student, rows, movementsOf(standing), movementsOf(left));
      write(unit, student, { kind: 'void', minute: null, reason: '', refersTo: id }, marks);
      return answer({ registers: marks.length }, facts);
    },
  },

  slip: inPhases<Contract['counter']['slip'], null, null>({
    prepare: async () => ok(null),
    run(unit, { movement: id }) {
      const movement = readMovement(unit.db, unit.scope, unit.today, id);
      if (movement === undefined || movement.kind === 'void') return refuse({ type: 'out-of-scope' });
      return answer(null, { subjects: [movement.student], recordId: movement.student });
    },
    // Only now, when the row is committed, does anything go to paper.
    finish: async (desk, _value, { paper }) => ok({ outcome: await desk.options.printSlip(paper) }),
  }),

  choosePrinting: {
    runs: 'in-unit',
    run(unit, printing) {
      writePrinting(unit.db, printing);
      return answer(printing);
    },
  },
};

/** Names in which a word begins with what was typed come before those that only hold it; else the order stays. */
function bestFirst<S extends { readonly name: string }>(students: readonly S[], text: string): readonly S[] {
  const [typed = ''] = toSearchText(text).split(' ');
  const begins = ({ name }: S): boolean =>
    toSearchText(name)
      .split(' ')
      .some((word) => word.startsWith(typed));
  return [...students.filter(begins), ...students.filter((student) => !begins(student))];
}

function listDay(unit: QueryUnit): Day['movements'] {
  const { db, scope, today } = unit;
  const standing = standingMovements(readMovements(db, scope, today));
  const byStudent = Map.groupBy(standing, ({ student }) => student);
  const lines = readStudentLines(db, scope, [...byStudent.keys()], today);
  const names = readUserNames(db);
  const shown = standing.flatMap((row): Day['movements'] => {
    const line = lines.get(row.student);
    if (line === undefined || row.minute === null || row.kind === 'void') return [];
    const { id, student, kind, minute, expectedMinute } = row;
    const outSince = outSinceOf(movementsOf(byStudent.get(student) ?? []));
    return [
      {
        id,
        student,
        name: line.name,
        homeroom: line.homeroom,
        kind,
        minute,
        expectedMinute,
        isOut: kind === 'departure' && minute === outSince,
        by: names.get(row.author) ?? '',
      },
    ];
  });
  return shown.toReversed();
}

/** Since when the student is out; undefined while in school. */
function outSinceOf(movements: readonly CounterMovement[]): number | undefined {
  return awaySpells(movements).findLast(({ isOver, from }) => !isOver && from !== null)?.from ?? undefined;
}

function movementsOf(rows: readonly MovementRow[]): readonly CounterMovement[] {
  return rows.flatMap((row) => toCounterMovement(row) ?? []);
}

/** Why the movement does not fit what is known of the student's day. */
function check(
  unit: QueryUnit,
  known: readonly CounterMovement[],
  next: CounterMovement,
): Result<void, OutOfOrder> {
  const wrong = (why: OutOfOrder['why']): Result<void, OutOfOrder> =>
    err({ type: 'movement-out-of-order', why });
  if (next.minute > localTimeAt(unit.nowMs, unit.school.timeZone).minutes) return wrong('in-future');
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

interface MovementFields {
  readonly kind: MovementRow['kind'];
  readonly minute: number | null;
  readonly reason: string;
  readonly expectedMinute?: number | null;
  readonly collectedBy?: string;
  readonly refersTo?: MovementId | undefined;
}

/** Enters one movement for each student, all or none. */
function enter(
  unit: CommandUnit,
  students: readonly StudentId[],
  next: CounterMovement,
  fields: MovementFields,
) {
  const ids = [...new Set(students)];
  const facts = { subjects: ids, ...(ids.length === 1 ? { recordId: ids[0] } : {}) };
  const entries: { student: StudentId; marks: readonly MarkToWrite[]; refersTo: MovementId | undefined }[] =
    [];
  for (const student of ids) {
    if (!hasStudent(unit.db, unit.scope, student)) return refuse<Refused>({ type: 'out-of-scope' }, facts);
    const rows = readMovements(unit.db, unit.scope, unit.today, [student]);
    const standing = standingMovements(rows);
    const known = movementsOf(standing);
    const checked = check(unit, known, next);
    if (!checked.ok) return refuse<Refused>(checked.error, facts);
    const marks = marksToWrite(unit, student, rows, known, [...known, next]);
    const departure =
      next.kind === 'return' ? standing.findLast(({ kind }) => kind === 'departure') : undefined;
    entries.push({ student, marks, refersTo: departure?.id });
  }
  const movements = entries.map(({ student, marks, refersTo }) => ({
    id: write(unit, student, { ...fields, refersTo }, marks),
    student,
    registers: marks.length,
  }));
  return answer({ movements }, facts);
}

/** Writes a movement with its marks as one change. */
function write(
  unit: CommandUnit,
  student: StudentId,
  { collectedBy, ...fields }: MovementFields,
  marks: readonly MarkToWrite[],
): MovementId {
  const { today: day, nowMs: atMs, actor } = unit;
  const common = { day, student, author: actor.user, atMs };
  const id = newId<'movement'>(unit.random);
  unit.changes.write({ type: 'counter', id: student }, (change) => {
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
