import type { Contract, InputOf, OutputOf, ReplyOf } from '../../domain/contract/contract.ts';
import type { StudentId } from '../../domain/ids.ts';
import { onSessionEnd } from '../app/session-end.ts';
import {
  batchFailed,
  batchSaved,
  blankEntry,
  createGrid,
  nextBatch,
  nextRepeatCall,
  repeatAnswered,
  repeatRefused,
  retryFailed,
  unsavedEntries,
  withDraft,
  withStored,
  type Entry,
  type GridState,
  type Repeat,
  type RepeatCall,
} from './grid-model.ts';

export type Register = OutputOf<Contract['attendance']['register']>;
export type MarkInput = InputOf<Contract['attendance']['mark']>;
export type MarkReply = ReplyOf<Contract['attendance']['mark']>;
export type MarkError = Extract<MarkReply, { readonly ok: false }>['error'];
type RepeatInput = InputOf<Contract['attendance']['repeat']>;
type RepeatReply = ReplyOf<Contract['attendance']['repeat']>;
type WithdrawReply = ReplyOf<Contract['attendance']['withdrawRepeat']>;
type RepeatError = Extract<RepeatReply | WithdrawReply, { readonly ok: false }>['error'];
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
  /** Why days ahead are not planned, or not taken back; null while all is well. Today's marks are not concerned. */
  readonly repeatProblem: RepeatError | null;
  /** The days ahead that were planned last, for the live line. */
  readonly planned: Repeat | null;
}

/** What a writer asks of the store. */
export interface WriterCalls {
  readonly mark: (input: MarkInput) => Promise<MarkReply>;
  readonly repeat: (input: RepeatInput) => Promise<RepeatReply>;
  readonly withdrawRepeat: (
    input: InputOf<Contract['attendance']['withdrawRepeat']>,
  ) => Promise<WithdrawReply>;
}

/**
 * Holds one register while it is written and sends what is typed, one command at a time.
 *
 * It outlives the screen: who leaves a register while marks are on their way, and comes back, finds them and can
 * still undo. It ends when the desk locks (`closeWriters`), and then leaves a draft of whatever was not saved.
 */
export class RegisterWriter {
  readonly #key: WriterKey;
  readonly #calls: WriterCalls;
  readonly #listeners = new Set<() => void>();
  #snapshot: WriterSnapshot;
  #isClosed = false;

  constructor(key: WriterKey, register: Register, draft: ReadonlyMap<StudentId, Entry>, calls: WriterCalls) {
    this.#key = key;
    this.#calls = calls;
    const column = register.writes ?? 'office';
    const students = register.students.map(({ id }) => id);
    // It opens where the work begins: at the first student whom neither column says anything about.
    const blankRow = register.students.findIndex(
      ({ teacher, office }) => teacher === null && office === null,
    );
    const stored = createGrid(students, storedEntries(register), column, Math.max(blankRow, 0));
    const grid = withDraft(stored, draft);
    this.#snapshot = {
      grid,
      savedHere: [],
      problem: grid.failed.size > 0 ? 'draft' : null,
      repeatProblem: null,
      planned: null,
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  readonly snapshot = (): WriterSnapshot => this.#snapshot;

  /** Changes the grid and sends what now waits. */
  update(toNext: (grid: GridState) => GridState): void {
    const grid = toNext(this.#snapshot.grid);
    if (grid === this.#snapshot.grid) return;
    this.#show({ grid, problem: grid.failed.size > 0 ? this.#snapshot.problem : null });
    this.#pump();
  }

  /** Sends everything again that could not be saved. */
  retry(): void {
    this.update(retryFailed);
  }

  /** The message about days ahead was read. */
  clearRepeatProblem(): void {
    this.#show({ repeatProblem: null });
  }

  /** Answers once nothing is on its way any more: true when everything on screen is in the store. */
  whenSettled(): Promise<boolean> {
    return new Promise((resolve) => {
      const look = () => {
        const { sending, waiting, failed } = this.#snapshot.grid;
        if (sending.size > 0 || waiting.size > 0) return;
        stop();
        resolve(failed.size === 0);
      };
      const stop = this.subscribe(look);
      look();
    });
  }

  /** Takes over a fresh reading of the register; what is not saved yet stays on screen. */
  takeOver(register: Register): void {
    const { grid } = this.#snapshot;
    const students = register.students.map(({ id }) => id);
    this.#show({ grid: { ...withStored(grid, storedEntries(register)), students }, savedHere: [] });
  }

  /** Ends the writer: nothing more is sent. Answers with what is not known to be saved. */
  close(): ReadonlyMap<StudentId, Entry> {
    this.#isClosed = true;
    return unsavedEntries(this.#snapshot.grid);
  }

  #show(change: Partial<WriterSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }

  #pump(): void {
    if (this.#isClosed) return;
    const next = nextBatch(this.#snapshot.grid);
    if (next !== undefined) {
      this.#show({ grid: next.state });
      if (next.batch.size > 0) void this.#sendBatch(next.batch);
    }
    const ask = nextRepeatCall(this.#snapshot.grid);
    if (ask === undefined) return;
    this.#show({ grid: ask.state });
    void this.#sendRepeat(ask.call);
  }

  async #sendRepeat(call: RepeatCall): Promise<void> {
    const reply = await this.#ask(call).catch((cause: unknown) => {
      this.#show({ grid: repeatRefused(this.#snapshot.grid) });
      throw cause;
    });
    const { grid } = this.#snapshot;
    if (!reply.ok) {
      this.#show({ grid: repeatRefused(grid), repeatProblem: reply.error });
    } else if ('plans' in reply.value && call.type === 'plan') {
      const planned = { plans: reply.value.plans.map(({ id }) => id), to: reply.value.to };
      this.#show({
        grid: repeatAnswered(grid, planned),
        repeatProblem: null,
        planned: { ...call.repeat, planned },
      });
    } else {
      this.#show({ grid: repeatAnswered(grid, null), repeatProblem: null });
    }
    this.#pump();
  }

  #ask(call: RepeatCall): Promise<RepeatReply | WithdrawReply> {
    const { day, class: classId, session } = this.#key;
    if (call.type === 'withdraw') return this.#calls.withdrawRepeat({ plans: [...call.plans] });
    const { students, code, days } = call.repeat;
    return this.#calls.repeat({ day, class: classId, session, students: [...students], code, days });
  }

  async #sendBatch(batch: ReadonlyMap<StudentId, Entry>): Promise<void> {
    const { day, class: classId, session } = this.#key;
    const marks = [...batch].map(([student, entry]) => ({ student, ...entry }));
    const reply = await this.#calls.mark({ day, class: classId, session, marks }).catch((cause: unknown) => {
      // A bug in the main process: the marks stay on screen, and the frame shows that something broke.
      this.#show({ grid: batchFailed(this.#snapshot.grid), problem: null });
      throw cause;
    });
    const { grid, savedHere } = this.#snapshot;
    if (reply.ok) {
      const atMs = reply.value.savedAtMs;
      const saved = [...batch].map(([student, entry]) => ({ student, entry, atMs }));
      this.#show({ grid: batchSaved(grid), savedHere: [...savedHere, ...saved] });
    } else {
      const refused = reply.error.type === 'code-unknown' ? reply.error.codes : [];
      this.#show({ grid: batchFailed(grid, refused), problem: reply.error });
    }
    this.#pump();
  }
}

const writers = new Map<string, { readonly key: WriterKey; readonly writer: RegisterWriter }>();
const drafts = new Map<string, ReadonlyMap<StudentId, Entry>>();

/** The writer of a register, made on first use with the draft that a lock may have left. */
export function openWriter(key: WriterKey, register: Register, calls: WriterCalls): RegisterWriter {
  const name = nameOf(key);
  const open = writers.get(name);
  if (open !== undefined) return open.writer;
  const writer = new RegisterWriter(key, register, drafts.get(name) ?? new Map(), calls);
  drafts.delete(name);
  writers.set(name, { key, writer });
  return writer;
}

/**
 * Ends every writer because the desk locked. Only marks that are not known to be saved are kept, in memory, under
 * the user who typed them; ids and codes, no name. They come back when that user opens the register again.
 */
export function closeWriters(): void {
  for (const [name, { writer }] of writers) {
    const unsaved = writer.close();
    if (unsaved.size > 0) drafts.set(name, unsaved);
  }
  writers.clear();
}

onSessionEnd(closeWriters);

function nameOf({ user, day, class: classId, session }: WriterKey): string {
  return [user, day, classId, session].join(' ');
}

function storedEntries({ students, writes }: Register): ReadonlyMap<StudentId, Entry> {
  const column = writes ?? 'office';
  return new Map(
    students.map((student) => {
      const mark = student[column];
      const entry = mark === null ? blankEntry : { code: mark.code, minutes: mark.minutes, note: mark.note };
      return [student.id, entry] as const;
    }),
  );
}
