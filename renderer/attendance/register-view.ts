import { standingMark } from '../../domain/attendance/register.ts';
import type { MarkCategory } from '../../domain/contract/shared.ts';
import type { StudentId } from '../../domain/ids.ts';
import { entryOf, type GridState, type RegisterCode } from './grid-model.ts';
import type { HistoryItem, Register, WriterSnapshot } from './register-writer.ts';

export type MarkColumn = 'teacher' | 'office';

/** What one cell of the teacher's or the office's column shows. */
export interface MarkShown {
  readonly code: string;
  readonly category: MarkCategory;
  readonly minutes: number | null;
  readonly note: string;
}

/** The live figures over a register, counted from what is on screen. */
export interface RegisterFigures {
  readonly students: number;
  readonly marked: number;
  readonly blank: number;
  /** Students of whom teacher and office say different things: the office's counts, and somebody may want to look. */
  readonly differing: number;
  /** How many students have each code, in the pack's order. Only codes that occur. */
  readonly byCode: readonly { readonly code: string; readonly meaning: string; readonly count: number }[];
}

/** What a cell shows: what the user typed in their own column, and what the register held in the other. */
export function markShown(
  register: Register,
  grid: GridState,
  codesByText: ReadonlyMap<string, RegisterCode>,
  row: number,
  column: MarkColumn,
): MarkShown | null {
  const student = register.students[row];
  if (student === undefined) return null;
  if (column !== register.writes) return student[column];
  const { code, minutes, note } = entryOf(grid, student.id);
  if (code === null) return null;
  const category = codesByText.get(code)?.category ?? student[column]?.category ?? 'absent-unexplained';
  return { code, category, minutes, note };
}

/** What counts, by the rule of the registers: marks of either column as they are on screen, and the planned absence. */
export function effectiveMark(
  register: Register,
  grid: GridState,
  codesByText: ReadonlyMap<string, RegisterCode>,
  row: number,
): MarkShown | null {
  return standingMark(
    {
      teacher: markShown(register, grid, codesByText, row, 'teacher'),
      office: markShown(register, grid, codesByText, row, 'office'),
    },
    planOf(register, row),
    ({ code }) => codesByText.get(code)?.awaitsReason === true,
  );
}

/** Whether teacher and office have both marked a student, and not the same. */
export function isDiffering(
  register: Register,
  grid: GridState,
  codesByText: ReadonlyMap<string, RegisterCode>,
  row: number,
): boolean {
  const teacher = markShown(register, grid, codesByText, row, 'teacher');
  const office = markShown(register, grid, codesByText, row, 'office');
  return teacher !== null && office !== null && teacher.code !== office.code;
}

/** The students nobody has marked, in neither column. */
/** A planned absence as the office's column shows it where the office has entered nothing. */
export interface PlanShown extends MarkShown {
  readonly occasion: string;
  /** False where somebody was seen in the room: the mark counts then. */
  readonly isStanding: boolean;
}

/** The planned absence that a student's office cell shows; null where there is none or the office has spoken. */
export function planShown(
  register: Register,
  grid: GridState,
  codesByText: ReadonlyMap<string, RegisterCode>,
  row: number,
): PlanShown | null {
  const plan = planOf(register, row);
  if (plan === null || markShown(register, grid, codesByText, row, 'office') !== null) return null;
  const occasion = register.students[row]?.planned?.occasion ?? '';
  const teacher = markShown(register, grid, codesByText, row, 'teacher');
  const isStanding = teacher === null || codesByText.get(teacher.code)?.awaitsReason === true;
  return { ...plan, occasion, isStanding };
}

function planOf(register: Register, row: number): MarkShown | null {
  const planned = register.students[row]?.planned ?? null;
  return planned === null
    ? null
    : { code: planned.code, category: planned.category, minutes: null, note: '' };
}

/** The students nobody has marked, in neither column, and whose absence was not planned. */
export function blankStudents(
  register: Register,
  grid: GridState,
  codesByText: ReadonlyMap<string, RegisterCode>,
): readonly StudentId[] {
  return register.students
    .filter((_, row) => effectiveMark(register, grid, codesByText, row) === null)
    .map(({ id }) => id);
}

/** Counts what is on screen: a mark that is still on its way counts, a blank never does. */
export function registerFigures(
  register: Register,
  grid: GridState,
  codesByText: ReadonlyMap<string, RegisterCode>,
): RegisterFigures {
  const counts = new Map<string, number>();
  let differing = 0;
  register.students.forEach((_, row) => {
    const mark = effectiveMark(register, grid, codesByText, row);
    if (isDiffering(register, grid, codesByText, row)) differing += 1;
    if (mark !== null) counts.set(mark.code, (counts.get(mark.code) ?? 0) + 1);
  });
  const order = [...codesByText.keys()];
  const byCode = [...counts]
    .toSorted(([one], [other]) => order.indexOf(one) - order.indexOf(other))
    .map(([code, count]) => ({ code, count, meaning: codesByText.get(code)?.meaning ?? '' }));
  const marked = byCode.reduce((sum, { count }) => sum + count, 0);
  const students = register.students.length;
  return { students, marked, blank: students - marked, differing, byCode };
}

/** Everything ever entered for a student in a column, oldest first, with what was saved since the register was read. */
export function markHistory(
  register: Register,
  { savedHere }: WriterSnapshot,
  row: number,
  column: MarkColumn,
  userName: string,
): readonly HistoryItem[] {
  const student = register.students[row];
  if (student === undefined) return [];
  const read = student.history.filter((item) => item.column === column);
  if (column !== register.writes) return read;
  const here = savedHere
    .filter((item) => item.student === student.id)
    .map(({ entry, atMs }) => ({ column, ...entry, by: userName, atMs }));
  return [...read, ...here];
}

/** Whether a mark was changed or withdrawn after it was first written: the cell shows a folded corner. */
export function isCorrected(history: readonly HistoryItem[]): boolean {
  return new Set(history.map(({ code }) => code)).size > 1;
}
