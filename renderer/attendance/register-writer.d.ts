import type { Contract, InputOf, OutputOf, ReplyOf } from '../../domain/contract/contract.ts';
import type { StudentId } from '../../domain/ids.ts';
import { type Entry, type GridState } from './grid-model.ts';
export type Register = OutputOf<Contract['attendance']['register']>;
export type MarkInput = InputOf<Contract['attendance']['mark']>;
export type MarkReply = ReplyOf<Contract['attendance']['mark']>;
export type MarkError = Extract<
  MarkReply,
  {
    readonly ok: false;
  }
>['error'];
export type HistoryItem = Register['students'][number]['history'][number];
/** Which register, of which user: another user of this computer never sees what somebody typed. */
export interface WriterKey extends Pick<MarkInput, 'day' | 'class' | 'session'> {
  readonly user: string;
}
/** What the screen shows of a register that is being written. Replaced whole at each change. */
export interface WriterSnapshot {
  readonly grid: GridState;
  /** Entries saved since the register was read, so that the history needs no second audited reading. */
  readonly savedHere: readonly {
    readonly student: StudentId;
    readonly entry: Entry;
    readonly atMs: number;
  }[];
  /** Why marks are not saved; null while all is well, or where a bug left no answer. */
  readonly problem: MarkError | 'draft' | null;
}
type Send = (input: MarkInput) => Promise<MarkReply>;
/**
 * Holds one register while it is written and sends what is typed, one command at a time.
 *
 * It outlives the screen: who leaves a register while marks are on their way, and comes back, finds them and can
 * still undo. It ends when the desk locks (`closeWriters`), and then leaves a draft of whatever was not saved.
 */
export declare class RegisterWriter {
  #private;
  constructor(key: WriterKey, register: Register, draft: ReadonlyMap<StudentId, Entry>, send: Send);
  readonly subscribe: (listener: () => void) => () => void;
  readonly snapshot: () => WriterSnapshot;
  /** Changes the grid and sends what now waits. */
  update(toNext: (grid: GridState) => GridState): void;
  /** Sends everything again that could not be saved. */
  retry(): void;
  /** Answers once nothing is on its way any more: true when everything on screen is in the store. */
  whenSettled(): Promise<boolean>;
  /** Takes over a fresh reading of the register; what is not saved yet stays on screen. */
  takeOver(register: Register): void;
  /** Ends the writer: nothing more is sent. Answers with what is not known to be saved. */
  close(): ReadonlyMap<StudentId, Entry>;
}
/** The writer of a register, made on first use with the draft that a lock may have left. */
export declare function openWriter(key: WriterKey, register: Register, send: Send): RegisterWriter;
/**
 * Ends every writer because the desk locked. Only marks that are not known to be saved are kept, in memory, under
 * the user who typed them; ids and codes, no name. They come back when that user opens the register again.
 */
export declare function closeWriters(): void;
export {};
