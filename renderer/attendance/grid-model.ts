import type { Contract, OutputOf } from '../../domain/contract/contract.ts';
import type { Day, Id, StudentId } from '../../domain/ids.ts';

/**
 * The register grid without its picture: where the cursor stands, what is selected, what was written, what waits to
 * be saved, and what a key means. Pure, so that every key can be tested without a window.
 */

/** The columns a cursor can stand in, in reading order. */
export const gridColumns = ['student', 'previous', 'teacher', 'office', 'minutes', 'note'] as const;
export type GridColumn = (typeof gridColumns)[number];

export type RegisterCode = OutputOf<Contract['attendance']['codes']>['codes'][number];

/** What one student's cell in the user's own column says. */
export interface Entry {
  /** Null: no mark. Never present by accident. */
  readonly code: string | null;
  readonly minutes: number | null;
  readonly note: string;
}

export const blankEntry: Entry = { code: null, minutes: null, note: '' };

/** One thing the user did, whole: a key, a fill or "mark rest present". Undone and redone in one go. */
export interface Step {
  readonly changes: readonly { readonly student: StudentId; readonly before: Entry; readonly after: Entry }[];
  /** The days ahead that were asked for with it, by their place in `repeats`. */
  readonly repeat?: number;
}

export type PlanId = Id<'planned-absence'>;

/** A code that was typed after a digit: it holds for days ahead, which are planned apart from the marks. */
export interface Repeat {
  readonly students: readonly StudentId[];
  readonly code: string;
  /** School days in all, today's mark among them. */
  readonly days: number;
  /** False once it was undone, given up or refused. */
  readonly isWanted: boolean;
  /** What the store has planned for it, to its last day; null while it holds nothing. */
  readonly planned: { readonly plans: readonly PlanId[]; readonly to: Day } | null;
}

export interface GridState {
  readonly students: readonly StudentId[];
  /** What the user's column shows. A student without an entry is blank. */
  readonly entries: ReadonlyMap<StudentId, Entry>;
  /** What the store is known to hold. */
  readonly saved: ReadonlyMap<StudentId, Entry>;
  readonly cursor: { readonly row: number; readonly column: GridColumn };
  /** The other end of a selected range of rows; null while one cell is selected. */
  readonly anchorRow: number | null;
  readonly done: readonly Step[];
  readonly undone: readonly Step[];
  /** Written, not yet sent: only one command of a register is on its way at a time, so none overtakes another. */
  readonly waiting: ReadonlySet<StudentId>;
  readonly sending: ReadonlyMap<StudentId, Entry>;
  readonly failed: ReadonlySet<StudentId>;
  /** A digit was typed and waits for the code that it repeats: for how many days. */
  readonly awaitedDays: number | null;
  readonly repeats: readonly Repeat[];
  /** The one of `repeats` about which the store is being asked. */
  readonly asking: number | null;
}

export type SaveState = 'saved' | 'saving' | 'failed';

/** A key as the browser reports it, without the browser. */
export interface KeyPress {
  readonly key: string;
  /** The key's place on the keyboard, such as `KeyN`: tells letters on a keyboard with another script. */
  readonly place: string;
  readonly shift: boolean;
  /** Ctrl, or Command on a Mac. */
  readonly control: boolean;
  readonly alt: boolean;
  /** AltGr makes characters (`\` on a German keyboard) and reports itself as Ctrl and Alt. */
  readonly altGraph: boolean;
}

/** What keyToAction needs to know about the place where the key was pressed. */
export interface KeyContext {
  readonly column: GridColumn;
  readonly direction: 'ltr' | 'rtl';
  /** Esc was the last key: the next Tab leaves the grid. */
  readonly isLeaving: boolean;
  readonly isFailed: boolean;
  /** A digit waits for its code. */
  readonly isAwaiting: boolean;
  readonly codesByKey: ReadonlyMap<string, RegisterCode>;
  /** What codes without a key begin with: such a letter opens the list at them. */
  readonly listedUnder: ReadonlySet<string>;
}

export type GridAction =
  | { readonly type: 'move'; readonly rows: number; readonly columns: number; readonly extend: boolean }
  | { readonly type: 'row-edge'; readonly to: 'first' | 'last' }
  | { readonly type: 'grid-edge'; readonly to: 'first' | 'last' }
  | { readonly type: 'write'; readonly code: RegisterCode }
  | { readonly type: 'no-code'; readonly key: string }
  | { readonly type: 'withdraw' }
  | { readonly type: 'fill' }
  | { readonly type: 'undo' }
  | { readonly type: 'redo' }
  | { readonly type: 'mark-rest' }
  | { readonly type: 'edit-note'; readonly typed: string | null }
  | { readonly type: 'edit-minutes'; readonly typed: string | null }
  | { readonly type: 'await-code'; readonly days: number }
  | { readonly type: 'cancel-days' }
  | { readonly type: 'open-codes'; readonly typed: string }
  | { readonly type: 'open-history' }
  | { readonly type: 'retry' }
  | { readonly type: 'leave' };

/** A grid over the students in order, holding what the store holds, with the cursor on one student's mark. */
export function createGrid(
  students: readonly StudentId[],
  saved: ReadonlyMap<StudentId, Entry>,
  column: GridColumn,
  row = 0,
): GridState {
  return {
    students,
    entries: saved,
    saved,
    cursor: { row, column },
    anchorRow: null,
    done: [],
    undone: [],
    waiting: new Set(),
    sending: new Map(),
    failed: new Set(),
    awaitedDays: null,
    repeats: [],
    asking: null,
  };
}

/** What the student's cell shows. */
export function entryOf(state: GridState, student: StudentId): Entry {
  return state.entries.get(student) ?? blankEntry;
}

/** Whether what the cell shows is in the store. */
export function saveStateOf(state: GridState, student: StudentId): SaveState {
  if (state.failed.has(student)) return 'failed';
  return state.waiting.has(student) || state.sending.has(student) ? 'saving' : 'saved';
}

/** The selected rows, first to last, both included. */
export function selectedRows({ cursor, anchorRow }: GridState): {
  readonly first: number;
  readonly last: number;
} {
  const other = anchorRow ?? cursor.row;
  return { first: Math.min(cursor.row, other), last: Math.max(cursor.row, other) };
}

/** Puts the cursor on a cell, held inside the grid; `extend` keeps the other end of the selection where it is. */
export function moveTo(state: GridState, row: number, column: GridColumn, extend = false): GridState {
  const anchorRow = extend ? (state.anchorRow ?? state.cursor.row) : null;
  return { ...state, cursor: { row: clamp(row, state.students.length), column }, anchorRow };
}

/** Moves the cursor by rows and columns, stopping at the edges. */
export function moveBy(state: GridState, rows: number, columns: number, extend = false): GridState {
  const columnAt = clamp(gridColumns.indexOf(state.cursor.column) + columns, gridColumns.length);
  return moveTo(state, state.cursor.row + rows, gridColumns[columnAt] ?? state.cursor.column, extend);
}

/**
 * Writes a code to every selected student. From a single cell the cursor goes one down, ready for the next key;
 * a range stays selected, so that another key corrects it. Notes stay, minutes only where the code takes them.
 */
export function writeCode(state: GridState, code: RegisterCode): GridState {
  const students = selectedStudents(state);
  const written = change(state, students, (entry) => withCode(entry, code));
  const repeated =
    state.awaitedDays !== null && code.mayBePlanned
      ? withRepeat(written, state, { students, code: code.code, days: state.awaitedDays })
      : written;
  const next = { ...repeated, awaitedDays: null };
  return state.anchorRow === null ? moveBy(next, 1, 0) : next;
}

/** A digit was typed: the next code holds for so many school days, today among them. */
export function awaitCode(state: GridState, days: number): GridState {
  return { ...state, awaitedDays: days };
}

/** The digit is forgotten; nothing was written. */
export function cancelDays(state: GridState): GridState {
  return state.awaitedDays === null ? state : { ...state, awaitedDays: null };
}

/** For how many days the student's mark holds, where it was repeated here and not taken back; else null. */
export function repeatedDays(state: GridState, student: StudentId): number | null {
  const repeat = state.repeats.findLast(({ students }) => students.includes(student));
  return repeat?.isWanted === true && entryOf(state, student).code === repeat.code ? repeat.days : null;
}

/** What the store is to be asked about days ahead. */
export type RepeatCall =
  | { readonly type: 'plan'; readonly repeat: Repeat }
  | { readonly type: 'withdraw'; readonly plans: readonly PlanId[] };

/**
 * The next thing to ask the store about days ahead; undefined while an answer is waited for or nothing is to be asked.
 * Days are planned once today's mark is in the store: a mark that cannot be saved plans nothing.
 */
export function nextRepeatCall(
  state: GridState,
): { readonly state: GridState; readonly call: RepeatCall } | undefined {
  if (state.asking !== null) return undefined;
  const asking = state.repeats.findIndex((repeat) =>
    repeat.isWanted ? repeat.planned === null && isStored(state, repeat.students) : repeat.planned !== null,
  );
  const repeat = state.repeats[asking];
  if (repeat === undefined) return undefined;
  const call: RepeatCall =
    repeat.planned === null ? { type: 'plan', repeat } : { type: 'withdraw', plans: repeat.planned.plans };
  return { state: { ...state, asking }, call };
}

/** The store has planned the days that were asked about, or, with null, holds none of them any more. */
export function repeatAnswered(state: GridState, planned: Repeat['planned']): GridState {
  return settleRepeat(state, (repeat) => ({ ...repeat, planned }));
}

/** The store has refused: what it holds stays, and is what is wanted. */
export function repeatRefused(state: GridState): GridState {
  return settleRepeat(state, (repeat) => ({ ...repeat, isWanted: repeat.planned !== null }));
}

/** Takes the mark, minutes and note of every selected student back. */
export function withdraw(state: GridState): GridState {
  return change(state, selectedStudents(state), () => blankEntry);
}

/**
 * Fills down: over a range, the first row's mark goes to the rest; in a single cell, the mark above comes down and
 * the cursor goes on. Only the mark is copied: a note is about one student. Does nothing where there is no mark to copy.
 */
export function fillDown(state: GridState, codesByText: ReadonlyMap<string, RegisterCode>): GridState {
  const { first, last } = selectedRows(state);
  const isRange = first !== last;
  const source = state.students[isRange ? first : first - 1];
  const code = source === undefined ? null : entryOf(state, source).code;
  const known = code === null ? undefined : codesByText.get(code);
  if (known === undefined) return state;
  const targets = state.students.slice(isRange ? first + 1 : first, last + 1);
  const written = change(state, targets, (entry) => withCode(entry, known));
  return isRange ? written : moveBy(written, 1, 0);
}

/** Writes one code to all the students given, as one step: "mark rest present". */
export function writeAll(state: GridState, students: readonly StudentId[], code: RegisterCode): GridState {
  return change(state, students, (entry) => withCode(entry, code));
}

/** A pasted mark with the student it falls on. */
export interface PastedMark {
  readonly student: StudentId;
  readonly code: RegisterCode;
}

/** Writes pasted marks as one step. */
export function writePasted(state: GridState, pasted: readonly PastedMark[]): GridState {
  const codesByStudent = new Map(pasted.map(({ student, code }) => [student, code]));
  return change(state, [...codesByStudent.keys()], (entry, student) => {
    const code = codesByStudent.get(student);
    return code === undefined ? entry : withCode(entry, code);
  });
}

/** Sets a student's note. A note belongs to a mark: without one nothing changes. */
export function writeNote(state: GridState, student: StudentId, note: string): GridState {
  return change(state, [student], (entry) => (entry.code === null ? entry : { ...entry, note: note.trim() }));
}

/** Sets how many minutes a student was late; null leaves it open. Without a mark nothing changes. */
export function writeMinutes(state: GridState, student: StudentId, minutes: number | null): GridState {
  return change(state, [student], (entry) => (entry.code === null ? entry : { ...entry, minutes }));
}

/** Takes the last step back by writing what was there before, and shows where. */
export function undo(state: GridState): GridState {
  const step = state.done.at(-1);
  if (step === undefined) return state;
  const entries = step.changes.map(({ student, before }) => [student, before] as const);
  const back = wantRepeat(put(state, entries), step, false);
  return { ...back, done: state.done.slice(0, -1), undone: [...state.undone, step] };
}

/** Does the last undone step again. */
export function redo(state: GridState): GridState {
  const step = state.undone.at(-1);
  if (step === undefined) return state;
  const entries = step.changes.map(({ student, after }) => [student, after] as const);
  const again = wantRepeat(put(state, entries), step, true);
  return { ...again, done: [...state.done, step], undone: state.undone.slice(0, -1) };
}

/**
 * Takes everything that waits as one batch to send; undefined while another batch is on its way or nothing waits.
 * What was typed and taken back in the meantime is already as the store has it, and is left out.
 */
export function nextBatch(
  state: GridState,
): { readonly state: GridState; readonly batch: ReadonlyMap<StudentId, Entry> } | undefined {
  if (state.sending.size > 0 || state.waiting.size === 0) return undefined;
  const changed = [...state.waiting].filter((student) => !isAsStored(state, student));
  const batch = new Map(changed.map((student) => [student, entryOf(state, student)]));
  return { state: { ...state, waiting: new Set(), sending: batch }, batch };
}

/** The batch on its way is in the store. */
export function batchSaved(state: GridState): GridState {
  return { ...state, saved: new Map([...state.saved, ...state.sending]), sending: new Map() };
}

/**
 * The batch on its way was refused as a whole. Its marks stay on screen as not saved, and so does what waited
 * behind it: whatever stopped the one would stop the other. Where single codes are to blame, only these fail and the
 * rest is sent again.
 */
export function batchFailed(state: GridState, refusedCodes: readonly string[] = []): GridState {
  const isBlamed = (student: StudentId) => refusedCodes.includes(state.sending.get(student)?.code ?? '');
  const sent = [...state.sending.keys()];
  if (sent.some(isBlamed)) {
    // A student typed again meanwhile is in `waiting` already, and the newer mark deserves its own chance.
    const failed = sent.filter((student) => isBlamed(student) && !state.waiting.has(student));
    const again = sent.filter((student) => !isBlamed(student));
    return {
      ...state,
      sending: new Map(),
      waiting: new Set([...state.waiting, ...again]),
      failed: new Set([...state.failed, ...failed]),
    };
  }
  const stopped = [...sent, ...state.waiting].filter((student) => !isAsStored(state, student));
  return {
    ...state,
    sending: new Map(),
    waiting: new Set(),
    failed: new Set([...state.failed, ...stopped]),
  };
}

/** Everything that failed waits to be sent again. */
export function retryFailed(state: GridState): GridState {
  return { ...state, waiting: new Set([...state.waiting, ...state.failed]), failed: new Set() };
}

/** What is on screen but not known to be in the store, by student: the draft that a lock must not lose. */
export function unsavedEntries(state: GridState): ReadonlyMap<StudentId, Entry> {
  const students = [...state.sending.keys(), ...state.waiting, ...state.failed];
  return new Map(students.map((student) => [student, entryOf(state, student)]));
}

/** Takes over what the store holds now; what the user has typed and not saved stays. */
export function withStored(state: GridState, saved: ReadonlyMap<StudentId, Entry>): GridState {
  return { ...state, saved, entries: new Map([...saved, ...unsavedEntries(state)]) };
}

/** Brings a draft back as marks that are not saved; what the store already holds is no draft any more. */
export function withDraft(state: GridState, draft: ReadonlyMap<StudentId, Entry>): GridState {
  const lost = [...draft].filter(
    ([student, entry]) => state.students.includes(student) && !isSameEntry(entryOf(state, student), entry),
  );
  return {
    ...state,
    entries: new Map([...state.entries, ...lost]),
    failed: new Set([...state.failed, ...lost.map(([student]) => student)]),
  };
}

/** Gives up what could not be saved: the cells show again what the store holds. */
export function discardFailed(state: GridState): GridState {
  const stored = [...state.failed].map(
    (student) => [student, state.saved.get(student) ?? blankEntry] as const,
  );
  // Days ahead of a mark that was given up are given up with it.
  const repeats = state.repeats.map((repeat) =>
    repeat.planned === null && repeat.students.some((student) => state.failed.has(student))
      ? { ...repeat, isWanted: false }
      : repeat,
  );
  return { ...state, entries: new Map([...state.entries, ...stored]), failed: new Set(), repeats };
}

/**
 * The codes that may stand in a session, by the key that writes them.
 *
 * Every key that means "present" anywhere in the pack writes the code that means it here: a clerk who types `/` all
 * morning types `/` in the afternoon too, and England's afternoon register holds `\`.
 */
export function codesByKey(
  codes: readonly RegisterCode[],
  session: string,
): ReadonlyMap<string, RegisterCode> {
  const here = codesFor(codes, session);
  const present = here.find(({ isPresent }) => isPresent);
  const byKey = new Map<string, RegisterCode>();
  for (const code of codes) {
    if (code.isPresent && code.key !== null && present !== undefined) byKey.set(code.key, present);
  }
  for (const code of here) {
    if (code.key !== null) byKey.set(code.key, code);
  }
  return byKey;
}

/** The codes that may stand in a session, in the pack's order. */
export function codesFor(codes: readonly RegisterCode[], session: string): readonly RegisterCode[] {
  return codes.filter(({ sessions }) => sessions === null || sessions.includes(session));
}

/** The codes that begin with what was typed, then those whose meaning holds it. */
export function codesMatching(codes: readonly RegisterCode[], search: string): readonly RegisterCode[] {
  const wanted = search.trim().toLocaleLowerCase();
  if (wanted === '') return codes;
  const byCode = codes.filter(({ code }) => code.toLocaleLowerCase().startsWith(wanted));
  const byMeaning = codes.filter(({ meaning }) => meaning.toLocaleLowerCase().includes(wanted));
  return [...new Set([...byCode, ...byMeaning])];
}

/** The first letters of the codes of a session that have no key of their own. */
export function lettersOfListed(codes: readonly RegisterCode[], session: string): ReadonlySet<string> {
  return new Set(
    codesFor(codes, session).flatMap(({ key, code }) => (key === null ? [code.slice(0, 1)] : [])),
  );
}

/**
 * The one code that a search can still mean, so that it needs no Enter: a code that ends in a digit (C1, Y3), whole, and
 * the beginning of no other. Letters alone never choose: they may be the beginning of a meaning.
 */
export function codeTypedWhole(codes: readonly RegisterCode[], search: string): RegisterCode | undefined {
  const typed = search.trim().toUpperCase();
  if (!/^[A-Z]+\d$/.test(typed)) return undefined;
  const begun = codes.filter(({ code }) => code.startsWith(typed));
  return begun.length === 1 && begun[0]?.code === typed ? begun[0] : undefined;
}

/**
 * What a key does in the grid, or undefined where the browser should have it.
 *
 * Letters are codes everywhere but in the note column, where they begin a note. Tab walks the row and leaves from
 * its ends; after Esc it leaves from anywhere. A two-character code has its own key or is chosen from the list, which its
 * first letter opens where that is no code itself: no code's key waits for a second one. A digit waits for the code that
 * it repeats.
 */
export function keyToAction(press: KeyPress, context: KeyContext): GridAction | undefined {
  const control = press.control && !press.altGraph;
  const alt = press.alt && !press.altGraph;
  if (control && !alt) return controlKey(press);
  if (alt) return press.key === 'ArrowDown' ? { type: 'open-codes', typed: '' } : undefined;

  const toRight = context.direction === 'ltr' ? 1 : -1;
  switch (press.key) {
    case 'ArrowDown':
      return { type: 'move', rows: 1, columns: 0, extend: press.shift };
    case 'ArrowUp':
      return { type: 'move', rows: -1, columns: 0, extend: press.shift };
    case 'ArrowRight':
      return { type: 'move', rows: 0, columns: toRight, extend: false };
    case 'ArrowLeft':
      return { type: 'move', rows: 0, columns: -toRight, extend: false };
    case 'PageDown':
      return { type: 'move', rows: 10, columns: 0, extend: press.shift };
    case 'PageUp':
      return { type: 'move', rows: -10, columns: 0, extend: press.shift };
    case 'Home':
      return { type: 'row-edge', to: 'first' };
    case 'End':
      return { type: 'row-edge', to: 'last' };
    case 'Enter':
      if (context.isFailed) return { type: 'retry' };
      return { type: 'move', rows: press.shift ? -1 : 1, columns: 0, extend: false };
    case 'Tab': {
      const edge = press.shift ? gridColumns[0] : gridColumns.at(-1);
      if (context.isLeaving || context.column === edge) return undefined;
      return { type: 'move', rows: 0, columns: press.shift ? -1 : 1, extend: false };
    }
    case 'Escape':
      return { type: context.isAwaiting ? 'cancel-days' : 'leave' };
    case 'Delete':
    case 'Backspace':
      return { type: 'withdraw' };
    case 'F2':
      return { type: context.column === 'minutes' ? 'edit-minutes' : 'edit-note', typed: null };
    case ' ':
      return { type: 'open-history' };
  }
  return characterKey(press, context);
}

function controlKey(press: KeyPress): GridAction | undefined {
  switch (letterOf(press)) {
    case 'D':
      return press.shift ? undefined : { type: 'fill' };
    case 'Z':
      return { type: press.shift ? 'redo' : 'undo' };
    case 'Y':
      return press.shift ? undefined : { type: 'redo' };
    case 'P':
      return press.shift ? { type: 'mark-rest' } : undefined;
  }
  switch (press.key) {
    case 'Home':
      return { type: 'grid-edge', to: 'first' };
    case 'End':
      return { type: 'grid-edge', to: 'last' };
  }
  return undefined;
}

function characterKey(press: KeyPress, context: KeyContext): GridAction | undefined {
  // One character makes a key that types; all others have names, such as `F5`.
  if (!/^.$/u.test(press.key)) return undefined;
  if (context.column === 'note') return { type: 'edit-note', typed: press.key };
  if (/^\d$/.test(press.key)) {
    if (context.column === 'minutes') return { type: 'edit-minutes', typed: press.key };
    return press.key < '2' ? undefined : { type: 'await-code', days: Number(press.key) };
  }
  const letter = letterOf(press);
  const code = context.codesByKey.get(letter);
  if (code !== undefined) return { type: 'write', code };
  return context.listedUnder.has(letter)
    ? { type: 'open-codes', typed: letter }
    : { type: 'no-code', key: letter };
}

/** Keys that only change what another key means: they take nothing back. */
export function isModifierKey(key: string): boolean {
  return ['Shift', 'Control', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'Dead', 'Compose'].includes(key);
}

/** The capital letter of a key, by its place where the keyboard writes another script (Urdu, Greek). */
export function letterOf({ key, place }: KeyPress): string {
  const isOtherScript = /^\P{ASCII}$/u.test(key) && /\p{L}/u.test(key);
  return isOtherScript && /^Key[A-Z]$/.test(place) ? place.slice(3) : key.toUpperCase();
}

function selectedStudents(state: GridState): readonly StudentId[] {
  const { first, last } = selectedRows(state);
  return state.students.slice(first, last + 1);
}

function withCode(entry: Entry, code: RegisterCode): Entry {
  return { ...entry, code: code.code, minutes: code.takesMinutes ? entry.minutes : null };
}

/** Changes the students' entries as one step. A cell that already says so is left alone, unless it was not saved. */
function change(
  state: GridState,
  students: readonly StudentId[],
  toEntry: (entry: Entry, student: StudentId) => Entry,
): GridState {
  const changes = students
    .map((student) => {
      const before = entryOf(state, student);
      return { student, before, after: toEntry(before, student) };
    })
    .filter(({ student, before, after }) => !isSameEntry(before, after) || state.failed.has(student));
  if (changes.length === 0) return state;
  const entries = changes.map(({ student, after }) => [student, after] as const);
  return { ...put(state, entries, false), done: [...state.done, { changes }], undone: [] };
}

/** Adds days ahead to the step that was just done, or makes a step of them where no mark had to change. */
function withRepeat(
  written: GridState,
  before: GridState,
  asked: Pick<Repeat, 'students' | 'code' | 'days'>,
): GridState {
  const repeat = written.repeats.length;
  const last = written.done.at(-1);
  const isOwnStep = written.done.length > before.done.length && last !== undefined;
  const step = { changes: isOwnStep ? last.changes : [], repeat };
  return {
    ...written,
    done: [...(isOwnStep ? written.done.slice(0, -1) : written.done), step],
    undone: [],
    repeats: [...written.repeats, { ...asked, isWanted: true, planned: null }],
  };
}

function wantRepeat(state: GridState, { repeat: at }: Step, isWanted: boolean): GridState {
  if (at === undefined) return state;
  const repeats = state.repeats.map((repeat, index) => (index === at ? { ...repeat, isWanted } : repeat));
  return { ...state, repeats };
}

function settleRepeat(state: GridState, toNext: (repeat: Repeat) => Repeat): GridState {
  const { asking } = state;
  const repeats = state.repeats.map((repeat, index) => (index === asking ? toNext(repeat) : repeat));
  return { ...state, repeats, asking: null };
}

function isStored(state: GridState, students: readonly StudentId[]): boolean {
  return students.every((student) => saveStateOf(state, student) === 'saved');
}

function put(
  state: GridState,
  entries: readonly (readonly [StudentId, Entry])[],
  showsWhere = true,
): GridState {
  const written = entries.map(([student]) => student);
  const failed = new Set(state.failed);
  for (const student of written) failed.delete(student);
  const next = {
    ...state,
    entries: new Map([...state.entries, ...entries]),
    waiting: new Set([...state.waiting, ...written]),
    failed,
  };
  const firstRow = state.students.findIndex((student) => written.includes(student));
  return showsWhere && firstRow >= 0 ? moveTo(next, firstRow, state.cursor.column) : next;
}

function isAsStored(state: GridState, student: StudentId): boolean {
  return isSameEntry(entryOf(state, student), state.saved.get(student) ?? blankEntry);
}

function isSameEntry(one: Entry, other: Entry): boolean {
  return one.code === other.code && one.minutes === other.minutes && one.note === other.note;
}

function clamp(index: number, count: number): number {
  return Math.max(0, Math.min(index, count - 1));
}
