import { asc } from 'drizzle-orm';
import { readDayMarks } from '../../db/attendance/marks.ts';
import { readMerges } from '../../db/people/merges.ts';
import { schoolClass, student } from '../../db/people/schema.ts';
import { codeForMark } from '../../domain/attendance/code-pack.ts';
import type { RegisterKey } from '../../domain/attendance/register.ts';
import type { Contract, OutputOf } from '../../domain/contract/contract.ts';
import { day as daySchema, type StudentId } from '../../domain/ids.ts';
import type { AttendanceHistory, HistoryRow } from '../../domain/roster/attendance-history.ts';
import { rowsPerPulse } from '../../domain/roster/pulse.ts';
import { closedOn } from '../attendance/calendar.ts';
import { codePackOf } from '../attendance/code-packs.ts';
import { expectedRegisters, type ExpectedRegister } from '../attendance/expected-registers.ts';
import { cellAt, type Cell } from '../attendance/standing-marks.ts';
import type { CommandUnit } from '../gate/unit.ts';
import { ApplyCancelled } from './apply-diff.ts';

type Review = OutputOf<Contract['roster']['reviewMarks']>;
type HeldBack = { rows: number; examples: Review['conflicts']['examples'] };

/** Marks of one register that are not there yet. */
export interface RegisterMarks {
  readonly key: RegisterKey;
  readonly marks: readonly {
    readonly student: StudentId;
    readonly code: string;
    readonly minutes: number | null;
    readonly note: string;
  }[];
}

const listedOfEach = 50;

/**
 * Goes through marks of days gone by, day by day, and says what would become of each row; `onRegister` gets the marks that
 * are new, register by register, in the order of the days. The same file a second time has no new one.
 *
 * A mark that stands, also one that was withdrawn, is never touched: it is a conflict, unless it says the same. One day's
 * registers and marks are in memory at a time. Throws `ApplyCancelled`.
 */
export function planMarks(
  unit: CommandUnit,
  history: AttendanceHistory,
  task: 'marks-check' | 'marks-apply',
  onRegister: (marks: RegisterMarks) => void = () => {},
): { readonly review: Review; readonly subjects: readonly StudentId[] } {
  const { db, scope, school, today } = unit;
  const pack = codePackOf(unit);
  const idsByNumber = readStudentNumbers(unit);
  const codesByClass = new Map(
    db
      .select({ id: schoolClass.id, code: schoolClass.classCode, title: schoolClass.title })
      .from(schoolClass)
      .all()
      .map(({ id, code, title }) => [id, [code, title]] as const),
  );
  const held = {
    conflicts: createHeldBack(),
    unknownStudents: createHeldBack(),
    closedDays: createHeldBack(),
    notExpected: createHeldBack(),
    inFuture: createHeldBack(),
    codeRefused: createHeldBack(),
  };
  const hold = (kind: keyof typeof held, row: HistoryRow, standing: string | null = null): void => {
    const { rows, examples } = held[kind];
    held[kind].rows = rows + 1;
    if (examples.length >= listedOfEach) return;
    examples.push({
      file: history.fileNames[row.file] ?? '',
      line: row.line,
      day: row.day,
      studentNumber: row.studentNumber,
      session: row.session ?? '',
      code: row.code,
      standing,
    });
  };
  const students = new Set<StudentId>();
  const days: string[] = [];
  let marks = 0;
  let same = 0;
  let done = 0;
  const count = (rows: number): void => {
    const before = done;
    done += rows;
    if (Math.floor(before / rowsPerPulse) === Math.floor(done / rowsPerPulse)) return;
    if (unit.isCancelled()) throw new ApplyCancelled('The import was cancelled');
    unit.onProgress({ type: 'progress', task, done, total: history.rows.length });
  };

  const rowsByDay = Map.groupBy(history.rows, ({ day }) => day);
  for (const dayText of [...rowsByDay.keys()].toSorted()) {
    const rows = rowsByDay.get(dayText) ?? [];
    count(rows.length);
    const on = daySchema.parse(dayText);
    const isClosed = on > today || closedOn(db, school, on) !== null;
    if (isClosed) {
      for (const row of rows) hold(on > today ? 'inFuture' : 'closedDays', row);
      continue;
    }
    const registersOf = Map.groupBy(
      expectedRegisters(unit, on).flatMap((register) => register.students.map((id) => ({ id, register }))),
      ({ id }) => id,
    );
    const cells = new Map<string, Cell<{ code: string | null; minutes: number | null }>>();
    for (const mark of readDayMarks(db, scope, on)) {
      cellAt(cells, cellKey(mark.class, mark.session, mark.student))[mark.column] = mark;
    }
    const added = new Map<ExpectedRegister, RegisterMarks['marks'][number][]>();
    for (const row of rows) {
      const id = idsByNumber.get(row.studentNumber);
      if (id === undefined) {
        hold('unknownStudents', row);
        continue;
      }
      const fitting = (registersOf.get(id) ?? []).filter(
        ({ register: { key } }) =>
          (row.session === null || key.session === row.session) &&
          (row.classCode === null || codesByClass.get(key.classId)?.includes(row.classCode) === true),
      );
      const [only, ...others] = fitting;
      // Of two registers that both fit, none is chosen by a guess.
      if (only === undefined || others.length > 0) {
        hold('notExpected', row);
        continue;
      }
      const { key } = only.register;
      if (!codeForMark(pack, row.code, on, key.session).ok) {
        hold('codeRefused', row);
        continue;
      }
      const place = cellKey(key.classId, key.session, id);
      const cell = cells.get(place);
      if (cell !== undefined) {
        const standing = cell.office ?? cell.teacher;
        const isSame =
          standing?.code === row.code && (row.minutes === null || row.minutes === standing.minutes);
        if (isSame) same += 1;
        else hold('conflicts', row, standing?.code ?? '');
        continue;
      }
      // A second row for the same register meets the first as if it stood already.
      cells.set(place, { teacher: null, office: { code: row.code, minutes: row.minutes } });
      const list = added.get(only.register) ?? [];
      list.push({ student: id, code: row.code, minutes: row.minutes, note: row.note });
      added.set(only.register, list);
      students.add(id);
      marks += 1;
    }
    if (added.size > 0) days.push(dayText);
    for (const [register, ofRegister] of added) onRegister({ key: register.key, marks: ofRegister });
  }
  const review: Review = {
    marks,
    days: days.length,
    students: students.size,
    firstDay: days[0] ?? null,
    lastDay: days.at(-1) ?? null,
    same,
    leftOut: history.leftOut,
    ...held,
  };
  return { review, subjects: [...students] };
}

function createHeldBack(): HeldBack {
  return { rows: 0, examples: [] };
}

function cellKey(classId: string, session: string, id: string): string {
  return `${classId} ${session} ${id}`;
}

/**
 * The people by number, also those who have left; of two with one number, one who is here. A merged record's number is one of the
 * person's, who stands on the registers by the record that is shown.
 */
function readStudentNumbers({ db }: CommandUnit): ReadonlyMap<string, StudentId> {
  const rows = db
    .select({ id: student.id, number: student.studentNumber })
    .from(student)
    // `active` before `left`.
    .orderBy(asc(student.status))
    .all();
  const merges = readMerges(db);
  const ids = new Map<string, StudentId>();
  for (const { id, number } of rows)
    if (number !== '' && !ids.has(number)) ids.set(number, merges.keptOf(id));
  return ids;
}
