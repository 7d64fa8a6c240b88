import type { MarkCategory } from '../../domain/contract/shared.ts';
import type { Contract, InputOf, OutputOf } from '../../domain/contract/contract.ts';
import type { Day } from '../../domain/ids.ts';
import {
  codesByKey,
  codesFor,
  lettersOfListed,
  letterOf,
  type KeyPress,
  type RegisterCode,
} from './grid-model.ts';

/**
 * The week of a class without its picture: where the cursor stands, which rectangle is selected, what a key means, and
 * what a correction would do before it is made. Pure, so that every key can be tested without a window.
 */
export type Week = OutputOf<Contract['attendance']['week']>;
export type WeekCell = NonNullable<Week['students'][number]['cells'][number]>;
export type CorrectionMark = InputOf<Contract['attendance']['correct']>['marks'][number];

/** A cell: the student's row and the register's column. */
export interface WeekPlace {
  readonly row: number;
  readonly column: number;
}

export interface WeekGridState {
  readonly rows: number;
  readonly columns: number;
  readonly cursor: WeekPlace;
  /** The corner opposite the cursor; null while one cell is selected. */
  readonly anchor: WeekPlace | null;
}

/** The selected rectangle, all four ends included. */
export interface Rectangle {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

export type WeekAction =
  | { readonly type: 'move'; readonly rows: number; readonly columns: number; readonly extend: boolean }
  | {
      readonly type: 'edge';
      readonly to: 'row-first' | 'row-last' | 'first' | 'last';
      readonly extend: boolean;
    }
  | { readonly type: 'select-all' }
  | { readonly type: 'collapse' }
  | { readonly type: 'open-register' }
  | { readonly type: 'open-history' }
  | { readonly type: 'open-codes'; readonly typed: string }
  | { readonly type: 'correct'; readonly code: RegisterCode }
  | { readonly type: 'no-code'; readonly key: string }
  | { readonly type: 'week'; readonly weeks: 1 | -1 };

/** A grid with the cursor on one cell, held inside it. */
export function createWeekGrid(week: Week, cursor: WeekPlace): WeekGridState {
  const size = { rows: week.students.length, columns: week.registers.length };
  return { ...size, cursor: held(size, cursor), anchor: null };
}

/** Puts the cursor on a cell; `extend` keeps the other corner of the selection where it is. */
export function weekMoveTo(state: WeekGridState, place: WeekPlace, extend = false): WeekGridState {
  return { ...state, cursor: held(state, place), anchor: extend ? (state.anchor ?? state.cursor) : null };
}

/** Moves the cursor, stopping at the edges. */
export function weekMoveBy(
  state: WeekGridState,
  rows: number,
  columns: number,
  extend = false,
): WeekGridState {
  const { row, column } = state.cursor;
  return weekMoveTo(state, { row: row + rows, column: column + columns }, extend);
}

/** Selects every cell; the cursor stays where the eye is not moved: at the end. */
export function selectAll(state: WeekGridState): WeekGridState {
  return {
    ...state,
    anchor: { row: 0, column: 0 },
    cursor: held(state, { row: state.rows, column: state.columns }),
  };
}

export function rectangleOf({ cursor, anchor }: WeekGridState): Rectangle {
  const other = anchor ?? cursor;
  return {
    top: Math.min(cursor.row, other.row),
    bottom: Math.max(cursor.row, other.row),
    left: Math.min(cursor.column, other.column),
    right: Math.max(cursor.column, other.column),
  };
}

/** Whether a cell is in the rectangle. */
export function isInside({ top, bottom, left, right }: Rectangle, { row, column }: WeekPlace): boolean {
  return row >= top && row <= bottom && column >= left && column <= right;
}

/** The places of a rectangle, row by row. */
export function placesIn({ top, bottom, left, right }: Rectangle): readonly WeekPlace[] {
  const places: WeekPlace[] = [];
  for (let row = top; row <= bottom; row += 1) {
    for (let column = left; column <= right; column += 1) places.push({ row, column });
  }
  return places;
}

/** What counts in a cell: the office's mark where there is one, else a planned absence that stands, else the teacher's. */
export function standingOf(cell: WeekCell | null): WeekCell['office'] {
  return cell === null ? null : (cell.office ?? cell.planned ?? cell.teacher);
}

/** Teacher and office say different things: both are shown. */
export function isDiffering({ teacher, office }: WeekCell): boolean {
  return teacher !== null && office !== null && teacher.code !== office.code;
}

export function cellOf(week: Week, { row, column }: WeekPlace): WeekCell | null {
  return week.students[row]?.cells[column] ?? null;
}

/**
 * The code that is written where another is asked for: a code that means present elsewhere becomes the one that means
 * it in this session. Undefined where it may not stand.
 */
export function codeInSession(
  codes: readonly RegisterCode[],
  asked: RegisterCode,
  session: string,
): RegisterCode | undefined {
  const here = codesFor(codes, session);
  const same = here.find(({ code }) => code === asked.code);
  return same ?? (asked.isPresent ? here.find(({ isPresent }) => isPresent) : undefined);
}

/** A cell with the code that is asked for in it. */
export interface AskedCell extends WeekPlace {
  readonly code: RegisterCode;
}

/** What a correction would do, counted before it is made. */
export interface CorrectionEffect {
  /** Marks that stand and become another: from which code to which, and how many. */
  readonly changes: readonly { readonly from: string; readonly to: string; readonly count: number }[];
  readonly changed: number;
  /** Say so already. */
  readonly unchanged: number;
  /** Have no mark: they stay blank unless they are asked for. */
  readonly blank: number;
  /** Cells in which nothing can be corrected: the day has not come, the student is not in the class, the code may not stand there. */
  readonly leftOut: number;
  /** What is sent. */
  readonly marks: readonly CorrectionMark[];
}

/** Works out what a correction would do to the cells asked for. Days after `today` are left out. */
export function correctionEffect(
  week: Week,
  asked: readonly AskedCell[],
  codes: readonly RegisterCode[],
  today: Day,
): CorrectionEffect {
  const counts = new Map<string, { from: string; to: string; count: number }>();
  const marks: CorrectionMark[] = [];
  let unchanged = 0;
  let blank = 0;
  let leftOut = 0;
  for (const { code: wanted, ...place } of asked) {
    const register = week.registers[place.column];
    const student = week.students[place.row];
    const cell = cellOf(week, place);
    const code = register === undefined ? undefined : codeInSession(codes, wanted, register.session);
    if (
      register === undefined ||
      student === undefined ||
      cell === null ||
      code === undefined ||
      register.day > today
    ) {
      leftOut += 1;
      continue;
    }
    const { day, session } = register;
    const from = standingOf(cell)?.code;
    marks.push({
      day,
      class: week.class,
      session,
      student: student.id,
      code: code.code,
      seen: from ?? null,
    });
    if (from === undefined) blank += 1;
    else if (from === code.code) unchanged += 1;
    else {
      const name = `${from} ${code.code}`;
      const known = counts.get(name) ?? { from, to: code.code, count: 0 };
      counts.set(name, { ...known, count: known.count + 1 });
    }
  }
  const changes = [...counts.values()];
  const changed = changes.reduce((sum, { count }) => sum + count, 0);
  return { changes, changed, unchanged, blank, leftOut, marks };
}

/** What a block copied from a spreadsheet would put where, from the cursor on. */
export interface PastedBlock {
  readonly asked: readonly AskedCell[];
  /** Cells whose text is no code. */
  readonly unknown: readonly string[];
  /** Rows and columns of the block that lie beyond the last student or register. */
  readonly rowsBeyond: number;
  readonly columnsBeyond: number;
}

/** Lays a block over the cells from the cursor on; empty cells pass theirs over. Writes nothing. */
export function layBlock(
  state: WeekGridState,
  block: readonly (readonly string[])[],
  toCode: (text: string, column: number) => RegisterCode | undefined,
): PastedBlock {
  const asked: AskedCell[] = [];
  const unknown: string[] = [];
  const { row: top, column: left } = state.cursor;
  block.forEach((line, down) => {
    line.forEach((cell, right) => {
      const place = { row: top + down, column: left + right };
      if (cell === '' || place.row >= state.rows || place.column >= state.columns) return;
      const code = toCode(cell, place.column);
      if (code === undefined) unknown.push(cell);
      else asked.push({ ...place, code });
    });
  });
  const width = Math.max(0, ...block.map((line) => line.length));
  return {
    asked,
    unknown,
    rowsBeyond: Math.max(0, top + block.length - state.rows),
    columnsBeyond: Math.max(0, left + width - state.columns),
  };
}

/** How the students of one register stand, by what their mark says; `blank` have none. */
export type ColumnTotals = Readonly<Record<MarkCategory | 'blank', number>>;

/** The foot of the week: each register's totals over the students who were in the class. */
export function columnTotals(week: Week): readonly ColumnTotals[] {
  return week.registers.map((_, column) => {
    const totals = {
      present: 0,
      late: 0,
      'absent-explained': 0,
      'absent-unexplained': 0,
      'not-possible': 0,
      blank: 0,
    };
    for (const { cells } of week.students) {
      const cell = cells[column];
      if (cell != null) totals[standingOf(cell)?.category ?? 'blank'] += 1;
    }
    return totals;
  });
}

/** The codes that a key writes anywhere in the week; a key for present means it in every session. */
export function weekKeys(
  week: Week,
  codes: readonly RegisterCode[],
): {
  readonly codes: readonly RegisterCode[];
  readonly byKey: ReadonlyMap<string, RegisterCode>;
  readonly listedUnder: ReadonlySet<string>;
} {
  const session = week.registers[0]?.session ?? '';
  return {
    codes: codesFor(codes, session),
    byKey: codesByKey(codes, session),
    listedUnder: lettersOfListed(codes, session),
  };
}

interface WeekKeyContext {
  readonly direction: 'ltr' | 'rtl';
  readonly byKey: ReadonlyMap<string, RegisterCode>;
  readonly listedUnder: ReadonlySet<string>;
}

/** What a key does in the week, or undefined where the browser should have it: Tab always leaves. */
export function weekKeyToAction(press: KeyPress, context: WeekKeyContext): WeekAction | undefined {
  const control = press.control && !press.altGraph;
  const alt = press.alt && !press.altGraph;
  if (alt) return press.key === 'ArrowDown' ? { type: 'open-codes', typed: '' } : undefined;
  const extend = press.shift;
  if (control) {
    if (letterOf(press) === 'A' && !press.shift) return { type: 'select-all' };
    if (press.key === 'Home') return { type: 'edge', to: 'first', extend };
    if (press.key === 'End') return { type: 'edge', to: 'last', extend };
    return undefined;
  }
  const toRight = context.direction === 'ltr' ? 1 : -1;
  switch (press.key) {
    case 'ArrowDown':
      return { type: 'move', rows: 1, columns: 0, extend };
    case 'ArrowUp':
      return { type: 'move', rows: -1, columns: 0, extend };
    case 'ArrowRight':
      return { type: 'move', rows: 0, columns: toRight, extend };
    case 'ArrowLeft':
      return { type: 'move', rows: 0, columns: -toRight, extend };
    case 'Home':
      return { type: 'edge', to: 'row-first', extend };
    case 'End':
      return { type: 'edge', to: 'row-last', extend };
    case 'PageUp':
      return { type: 'week', weeks: -1 };
    case 'PageDown':
      return { type: 'week', weeks: 1 };
    case 'Enter':
      return { type: 'open-register' };
    case 'Escape':
      return { type: 'collapse' };
    case ' ':
      return { type: 'open-history' };
  }
  if (!/^[^\d]$/u.test(press.key)) return undefined;
  const letter = letterOf(press);
  const code = context.byKey.get(letter);
  if (code !== undefined) return { type: 'correct', code };
  return context.listedUnder.has(letter)
    ? { type: 'open-codes', typed: letter }
    : { type: 'no-code', key: letter };
}

function held(
  size: { readonly rows: number; readonly columns: number },
  { row, column }: WeekPlace,
): WeekPlace {
  return { row: clamp(row, size.rows), column: clamp(column, size.columns) };
}

function clamp(index: number, count: number): number {
  return Math.max(0, Math.min(index, count - 1));
}
