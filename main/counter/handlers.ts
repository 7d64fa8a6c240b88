import { readMovement, readMovements } from '../../db/attendance/movements.ts';
import { listSiblings } from '../../db/people/guardians.ts';
import { readUserNames } from '../../db/people/actors.ts';
import { toSearchText } from '../../db/people/name-keys.ts';
import { hasStudent, listStudents, readStudentLines } from '../../db/people/students.ts';
import { counterReasonsFor } from '../../domain/attendance/counter-marks.ts';
import type { Contract, OutputOf } from '../../domain/contract/contract.ts';
import type { Day } from '../../domain/ids.ts';
import { ok } from '../../domain/result.ts';
import { closedOn } from '../attendance/calendar.ts';
import { codePackOf } from '../attendance/code-packs.ts';
import { answer, inPhases, refuse, type AreaHandlers } from '../gate/handlers.ts';
import type { QueryUnit } from '../gate/unit.ts';
import { enterMovements, movementsOf, outSinceOf, writeMovement } from './enter-movements.ts';
import { marksToWrite, standingMovements } from './movement-marks.ts';
import { readPrinting, writePrinting } from './printing.ts';

/** A counter shows no more: another letter is faster than a longer list. */
const mostFound = 8;
/** Among so many of those who match, the best are found. */
const mostRanked = 200;

type DayAtDesk = OutputOf<Contract['counter']['day']>;

/** The front desk: finding a student, arrivals, sign-outs, returns, and slips. */
export const counterHandlers: AreaHandlers<'counter'> = {
  find: {
    runs: 'in-unit',
    run(unit, { text }) {
      const filter = {
        text,
        grade: null,
        homeroom: null,
        group: null,
        language: null,
        status: 'active',
      } as const;
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
    run(unit, { day }) {
      if (day > unit.today) return refuse({ type: 'day-in-future' });
      const movements = listDay(unit, day);
      const pack = codePackOf(unit);
      const reasons = {
        arrival: [...counterReasonsFor(pack, 'arrival')],
        departure: [...counterReasonsFor(pack, 'departure')],
      };
      return answer(
        {
          closedBecause: closedOn(unit.db, unit.school, day),
          movements,
          reasons,
          printing: readPrinting(unit.db),
        },
        { subjects: [...new Set(movements.map(({ student }) => student))] },
      );
    },
  },

  arrive: {
    runs: 'in-unit',
    run: (unit, { minute, reason, ...entry }) =>
      enterMovements(unit, entry, { kind: 'arrival', minute, reason }),
  },

  signOut: {
    runs: 'in-unit',
    run: (unit, { minute, reason, expectedMinute, collectedBy, ...entry }) =>
      enterMovements(unit, entry, { kind: 'departure', minute, reason, expectedMinute }, collectedBy),
  },

  comeBack: {
    runs: 'in-unit',
    run: (unit, { minute, ...entry }) => enterMovements(unit, entry, { kind: 'return', minute }),
  },

  takeBack: {
    runs: 'in-unit',
    run(unit, { movement: id, correction }) {
      const movement = readMovement(unit.db, unit.scope, id);
      if (movement === undefined) return refuse({ type: 'out-of-scope' });
      const { student, storedUnder, day } = movement;
      const facts = { subjects: [...new Set([student, storedUnder])], recordId: student };
      if (day !== unit.today && correction === '') return refuse({ type: 'correction-reason-needed' }, facts);
      const rows = readMovements(unit.db, unit.scope, day, [student]);
      const standing = standingMovements(rows);
      if (!standing.some((row) => row.id === id)) {
        return refuse({ type: 'movement-out-of-order', why: 'taken-back' }, facts);
      }
      const left = standing.filter((row) => row.id !== id);
      const ofDay = { student, day, rows, correction };
      const marks = marksToWrite(unit, ofDay, movementsOf(standing), movementsOf(left));
      // What takes it back lies where it does, so that it stays taken back once merged records are parted.
      writeMovement(unit, day, storedUnder, { kind: 'void', minute: null, reason: '', refersTo: id }, marks);
      return answer({ registers: marks.length }, facts);
    },
  },

  slip: inPhases<Contract['counter']['slip'], null, { readonly printer: string | null }>({
    prepare: async () => ok(null),
    run(unit, { movement: id }) {
      const movement = readMovement(unit.db, unit.scope, id);
      if (movement === undefined || movement.kind === 'void') return refuse({ type: 'out-of-scope' });
      const { printer } = readPrinting(unit.db);
      return answer({ printer }, { subjects: [movement.student], recordId: movement.student });
    },
    // Only now, when the row is committed, does anything go to paper.
    finish: async (desk, { printer }, { sheet }) =>
      ok({ outcome: await desk.options.printSlip(sheet, printer) }),
  }),

  printers: inPhases<Contract['counter']['printers'], null, null>({
    prepare: async () => ok(null),
    run: () => answer(null),
    finish: async (desk) => ok({ printers: [...(await desk.options.listPrinters())] }),
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

function listDay({ db, scope }: QueryUnit, day: Day): DayAtDesk['movements'] {
  const standing = standingMovements(readMovements(db, scope, day));
  const byStudent = Map.groupBy(standing, ({ student }) => student);
  const lines = readStudentLines(db, scope, [...byStudent.keys()], day);
  const names = readUserNames(db);
  const shown = standing.flatMap((row): DayAtDesk['movements'] => {
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
