import { beforeEach, describe, expect, test } from 'vitest';
import type { ClassId, Day, Id, StudentId } from '../../domain/ids.ts';
import { err, ok } from '../../domain/result.ts';
import {
  awaitCode,
  discardFailed,
  entryOf,
  moveTo,
  redo,
  repeatedDays,
  saveStateOf,
  undo,
  writeCode,
  type GridState,
  type RegisterCode,
} from '../../renderer/attendance/grid-model.ts';
import {
  closeWriters,
  openWriter,
  type Register,
  type WriterCalls,
} from '../../renderer/attendance/register-writer.ts';

const anna = 'a'.repeat(32) as StudentId;
const ben = 'b'.repeat(32) as StudentId;
const key = { user: 'clerk', day: '2026-03-03' as Day, class: 'c'.repeat(32) as ClassId, session: 'am' };
const totals = {
  students: 2,
  present: 0,
  late: 0,
  absentExplained: 0,
  absentUnexplained: 0,
  notPossible: 0,
  blank: 2,
};
const present: RegisterCode = {
  code: '/',
  meaning: 'present',
  category: 'present',
  statisticalCategory: 'attending',
  key: '/',
  takesMinutes: false,
  sessions: null,
  isPresent: true,
  awaitsReason: false,
  mayBePlanned: false,
};

function register(codes: Readonly<Record<string, string>> = {}): Register {
  return {
    ...key,
    title: '9B',
    teacher: 'Ms Invented',
    taken: false,
    takenBy: null,
    takenAtMs: null,
    previousDay: null,
    writes: 'office',
    students: [anna, ben].map((id) => {
      const code = codes[id];
      const office =
        code === undefined
          ? null
          : { code, category: 'present' as const, minutes: null, note: '', by: 'Ms Invented', atMs: 1 };
      return { id, name: 'Invented', previousCode: null, teacher: null, office, planned: null, history: [] };
    }),
  };
}

/** A main process that answers when the test says so. */
function desk() {
  const calls: Asked<'mark'>[] = [];
  const repeats: Asked<'repeat'>[] = [];
  const withdrawals: Asked<'withdrawRepeat'>[] = [];
  const send: WriterCalls = {
    mark: (input) => new Promise((resolve) => calls.push(asked(input, resolve))),
    repeat: (input) => new Promise((resolve) => repeats.push(asked(input, resolve))),
    withdrawRepeat: (input) => new Promise((resolve) => withdrawals.push(asked(input, resolve))),
  };
  return { calls, repeats, withdrawals, send };
}

interface Asked<P extends keyof WriterCalls> {
  readonly input: Parameters<WriterCalls[P]>[0];
  readonly answer: (reply: Awaited<ReturnType<WriterCalls[P]>>) => Promise<void>;
}

function asked<Input, Reply>(input: Input, resolve: (reply: Reply) => void) {
  return {
    input,
    answer: async (reply: Reply) => {
      resolve(reply);
      for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
    },
  };
}

const saved = ok({ savedAtMs: 1000, totals });

beforeEach(() => {
  closeWriters();
});

describe('a register being written', () => {
  test('opens on the first student without a mark', () => {
    const { send } = desk();
    const writer = openWriter({ ...key, user: 'opens' }, register({ [anna]: '/' }), send);
    expect(writer.snapshot().grid.cursor).toEqual({ row: 1, column: 'office' });
  });

  test('sends one command at a time and the rest together after the reply', async () => {
    const { calls, send } = desk();
    const writer = openWriter({ ...key, user: 'one at a time' }, register(), send);
    writer.update((grid) => writeCode(grid, present));
    writer.update((grid) => writeCode(grid, present));
    expect(calls.map(({ input }) => input.marks.map(({ student }) => student))).toEqual([[anna]]);
    await calls[0]?.answer(saved);
    expect(calls.map(({ input }) => input.marks.map(({ student }) => student))).toEqual([[anna], [ben]]);
    expect(saveStateOf(writer.snapshot().grid, anna)).toBe('saved');
    expect(saveStateOf(writer.snapshot().grid, ben)).toBe('saving');
  });

  test('undo sends a new command that brings the earlier mark back', async () => {
    const { calls, send } = desk();
    const writer = openWriter({ ...key, user: 'undo' }, register(), send);
    writer.update((grid) => writeCode(grid, present));
    await calls[0]?.answer(saved);
    writer.update(undo);
    expect(calls[1]?.input.marks).toEqual([{ student: anna, code: null, minutes: null, note: '' }]);
  });

  test('keeps a refused mark on screen, says why, and sends it again on retry', async () => {
    const { calls, send } = desk();
    const writer = openWriter({ ...key, user: 'refused' }, register(), send);
    writer.update((grid) => writeCode(grid, present));
    await calls[0]?.answer(err({ type: 'audit-unavailable', reason: 'disk-full' }));
    expect(entryOf(writer.snapshot().grid, anna).code).toBe('/');
    expect(saveStateOf(writer.snapshot().grid, anna)).toBe('failed');
    expect(writer.snapshot().problem).toEqual({ type: 'audit-unavailable', reason: 'disk-full' });
    writer.retry();
    await calls[1]?.answer(saved);
    expect(saveStateOf(writer.snapshot().grid, anna)).toBe('saved');
    expect(writer.snapshot().problem).toBeNull();
  });

  test('is the same writer when the screen comes back', () => {
    const { send } = desk();
    const once = openWriter({ ...key, user: 'same' }, register(), send);
    expect(openWriter({ ...key, user: 'same' }, register(), send)).toBe(once);
  });

  test('a fresh reading replaces what was saved and leaves what was not', async () => {
    const { calls, send } = desk();
    const writer = openWriter({ ...key, user: 'fresh' }, register(), send);
    writer.update((grid) => writeCode(grid, present));
    writer.takeOver(register({ [ben]: 'L' }));
    const codes = [anna, ben].map((id) => entryOf(writer.snapshot().grid, id).code);
    expect(codes).toEqual(['/', 'L']);
    await calls[0]?.answer(saved);
    expect(saveStateOf(writer.snapshot().grid, anna)).toBe('saved');
  });
});

describe('days ahead', () => {
  const illness: RegisterCode = {
    ...present,
    code: 'I',
    key: 'I',
    isPresent: false,
    mayBePlanned: true,
    category: 'absent-explained',
  };
  const plan = 'd'.repeat(32) as Id<'planned-absence'>;
  const planned = ok({
    plans: [{ id: plan, student: anna }],
    from: '2026-03-04' as Day,
    to: '2026-03-05' as Day,
  });
  const threeDays = (grid: GridState) => writeCode(awaitCode(grid, 3), illness);

  test('are planned once the mark of today is in the store', async () => {
    const { calls, repeats, send } = desk();
    const writer = openWriter({ ...key, user: 'days' }, register(), send);
    writer.update(threeDays);
    expect(repeats).toHaveLength(0);
    await calls[0]?.answer(saved);
    expect(repeats.map(({ input }) => input)).toEqual([
      { day: key.day, class: key.class, session: 'am', students: [anna], code: 'I', days: 3 },
    ]);
    await repeats[0]?.answer(planned);
    expect(writer.snapshot().planned?.planned?.to).toBe('2026-03-05');
    expect(repeatedDays(writer.snapshot().grid, anna)).toBe(3);
  });

  test('one undo takes the mark and the plan back, and redo makes both again', async () => {
    const { calls, repeats, withdrawals, send } = desk();
    const writer = openWriter({ ...key, user: 'days undone' }, register(), send);
    writer.update(threeDays);
    await calls[0]?.answer(saved);
    await repeats[0]?.answer(planned);
    writer.update(undo);
    expect(calls[1]?.input.marks).toMatchObject([{ student: anna, code: null }]);
    expect(withdrawals.map(({ input }) => input)).toEqual([{ plans: [plan] }]);
    await calls[1]?.answer(saved);
    await withdrawals[0]?.answer(ok({ withdrawn: 1 }));
    writer.update(redo);
    await calls[2]?.answer(saved);
    expect(repeats).toHaveLength(2);
  });

  test('undone while the plan is on its way are taken back once it has come', async () => {
    const { calls, repeats, withdrawals, send } = desk();
    const writer = openWriter({ ...key, user: 'days in flight' }, register(), send);
    writer.update(threeDays);
    await calls[0]?.answer(saved);
    writer.update(undo);
    expect(withdrawals).toHaveLength(0);
    await repeats[0]?.answer(planned);
    expect(withdrawals.map(({ input }) => input)).toEqual([{ plans: [plan] }]);
  });

  test('refused leave the mark of today as it is and say why', async () => {
    const { calls, repeats, send } = desk();
    const writer = openWriter({ ...key, user: 'days refused' }, register(), send);
    writer.update(threeDays);
    await calls[0]?.answer(saved);
    await repeats[0]?.answer(err({ type: 'beyond-school-year' }));
    const { grid, repeatProblem } = writer.snapshot();
    expect(repeatProblem).toEqual({ type: 'beyond-school-year' });
    expect(entryOf(grid, anna).code).toBe('I');
    expect(repeatedDays(grid, anna)).toBeNull();
    expect(repeats).toHaveLength(1);
  });

  test('a mark that cannot be saved plans nothing, and given up nothing later', async () => {
    const { calls, repeats, send } = desk();
    const writer = openWriter({ ...key, user: 'days failed' }, register(), send);
    writer.update(threeDays);
    await calls[0]?.answer(err({ type: 'audit-unavailable', reason: 'disk-full' }));
    expect(repeats).toHaveLength(0);
    writer.update(discardFailed);
    expect(repeats).toHaveLength(0);
  });
});

describe('when the desk locks', () => {
  test('marks that were not saved come back for the same user and for nobody else', () => {
    const { send } = desk();
    const writer = openWriter({ ...key, user: 'ito' }, register(), send);
    writer.update((grid) => writeCode(writeCode(grid, present), present));
    closeWriters();
    const other = openWriter({ ...key, user: 'somebody else' }, register(), send);
    expect(entryOf(other.snapshot().grid, anna).code).toBeNull();
    const again = openWriter({ ...key, user: 'ito' }, register(), send);
    expect(saveStateOf(again.snapshot().grid, anna)).toBe('failed');
    expect(entryOf(again.snapshot().grid, ben).code).toBe('/');
    expect(again.snapshot().problem).toBe('draft');
  });

  test('a mark that reached the store before the lock is no draft', () => {
    const { send } = desk();
    const writer = openWriter({ ...key, user: 'reached' }, register(), send);
    writer.update((grid) => writeCode(grid, present));
    closeWriters();
    const again = openWriter({ ...key, user: 'reached' }, register({ [anna]: '/' }), send);
    expect(saveStateOf(again.snapshot().grid, anna)).toBe('saved');
    expect(again.snapshot().problem).toBeNull();
  });

  test('nothing more is sent after it', async () => {
    const { calls, send } = desk();
    const writer = openWriter({ ...key, user: 'ended' }, register(), send);
    writer.update((grid) => writeCode(grid, present));
    writer.update((grid) => writeCode(moveTo(grid, 1, 'office'), present));
    closeWriters();
    await calls[0]?.answer(saved);
    expect(calls).toHaveLength(1);
  });
});
