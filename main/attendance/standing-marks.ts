import {
  lastChange,
  readLastChange,
  type ChangeTime,
  type RosterState,
} from '../../db/attendance/roster-state.ts';
import { readMarkCodes } from '../../db/attendance/marks.ts';
import type { ReadableDb } from '../../db/handles.ts';
import { scopeKey } from '../../db/people/scope.ts';
import type { AuthorKind, RegisterKey } from '../../domain/attendance/register.ts';
import type { StudentId } from '../../domain/ids.ts';
import type { QueryUnit } from '../gate/unit.ts';
import { registerKeyText } from './register-facts.ts';

/** What the two columns of one student's cell say now; null where nothing was said, or it was withdrawn. */
export interface Cell<M> {
  teacher: M | null;
  office: M | null;
}

/** The cell at the key, made empty where there is none yet. */
export function cellAt<K, M>(cells: Map<K, Cell<M>>, key: K): Cell<M> {
  let cell = cells.get(key);
  if (cell === undefined) cells.set(key, (cell = { teacher: null, office: null }));
  return cell;
}

/** The codes of one register by student. */
export type RegisterCells = Map<StudentId, Cell<string>>;

interface KnownRegister {
  readonly name: string;
  readonly at: ChangeTime;
  /** Of people, classes and calendar, as it was then. */
  readonly state: RosterState | undefined;
  readonly cells: RegisterCells;
}

/** The register that was marked last: a class is marked one student at a time, and reading it costs more than a mark. */
const lastMarkedByDb = new WeakMap<ReadableDb, KnownRegister>();

/**
 * The codes of the register as they stand before a mark is written. Kept since the last mark when nothing else was written
 * in between; else read anew. `rosterState` has been called in this unit.
 */
export function cellsBeforeMark({ db, scope }: QueryUnit, key: RegisterKey): RegisterCells {
  const known = lastMarkedByDb.get(db);
  const now = lastChange(db);
  // Another state with the same last change: marks of other desks may have come in between.
  const isSame =
    known?.name === nameOf(scope, key) &&
    known.at.seq === now?.seq &&
    known.at.hlc === now.hlc &&
    known.state === now.state;
  if (isSame) return known.cells;
  const cells: RegisterCells = new Map();
  // Facts come oldest first, so that of each column the newest stands.
  for (const { student, column, code } of readMarkCodes(db, scope, key))
    cellAt(cells, student)[column] = code;
  return cells;
}

/**
 * Takes marks that were just written into the cells, and keeps them for the next mark. Known by the change that wrote
 * them: after a rollback that change is not the store's last, and the register is read anew.
 */
export function keepCells(
  { db, scope }: QueryUnit,
  key: RegisterKey,
  cells: RegisterCells,
  written: {
    readonly column: AuthorKind;
    readonly marks: Iterable<{ student: StudentId; code: string | null }>;
  },
): void {
  for (const { student, code } of written.marks) cellAt(cells, student)[written.column] = code;
  const at = readLastChange(db);
  const state = lastChange(db)?.state;
  if (at !== undefined) lastMarkedByDb.set(db, { name: nameOf(scope, key), at, state, cells });
}

function nameOf(scope: QueryUnit['scope'], key: RegisterKey): string {
  return `${scopeKey(scope)} ${registerKeyText(key)}`;
}
