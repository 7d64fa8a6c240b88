import { beforeEach, describe, expect, test } from 'vitest';
import type { ClassId, Day, StudentId } from '../../domain/ids.ts';
import { err, ok } from '../../domain/result.ts';
import {
  entryOf,
  moveTo,
  saveStateOf,
  undo,
  writeCode,
  type RegisterCode,
} from '../../renderer/attendance/grid-model.ts';
import {
  closeWriters,
  openWriter,
  type MarkInput,
  type MarkReply,
  type Register,
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
  const calls: { input: MarkInput; answer: (reply: MarkReply) => Promise<void> }[] = [];
  const send = (input: MarkInput) =>
    new Promise<MarkReply>((resolve) => {
      calls.push({
        input,
        answer: async (reply) => {
          resolve(reply);
          await Promise.resolve();
          await Promise.resolve();
        },
      });
    });
  return { calls, send };
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
