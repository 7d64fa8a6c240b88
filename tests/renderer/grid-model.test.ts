import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Day, Id, StudentId } from '../../domain/ids.ts';
import {
  awaitCode,
  batchFailed,
  batchSaved,
  blankEntry,
  cancelDays,
  codesByKey,
  codeTypedWhole,
  createGrid,
  discardFailed,
  entryOf,
  fillDown,
  keyToAction,
  lettersOfListed,
  moveBy,
  moveTo,
  nextBatch,
  nextRepeatCall,
  redo,
  repeatAnswered,
  repeatedDays,
  repeatRefused,
  retryFailed,
  saveStateOf,
  selectedRows,
  undo,
  unsavedEntries,
  withDraft,
  withStored,
  withdraw,
  writeAll,
  writeCode,
  writeMinutes,
  writeNote,
  writePasted,
  type GridState,
  type KeyContext,
  type KeyPress,
  type RegisterCode,
} from '../../renderer/attendance/grid-model.ts';

function code(text: string, more: Partial<RegisterCode> = {}): RegisterCode {
  return {
    code: text,
    meaning: `meaning of ${text}`,
    category: 'present',
    statisticalCategory: 'attending',
    key: text,
    takesMinutes: false,
    awaitsReason: false,
    mayBePlanned: false,
    sessions: null,
    isPresent: false,
    ...more,
  };
}

const morning = code('/', { isPresent: true, sessions: ['am'] });
const afternoon = code('\\', { isPresent: true, sessions: ['pm'] });
const late = code('L', { category: 'late', takesMinutes: true });
const noReason = code('N', { category: 'absent-unexplained' });
const performance = code('C1', { key: null });
const pack = [morning, afternoon, late, noReason, performance];
const packByText = new Map(pack.map((each) => [each.code, each]));

const students = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(32) as StudentId);
const [anna, ben, cyd, dov] = students as [StudentId, StudentId, StudentId, StudentId];

function emptyGrid(): GridState {
  return createGrid(students, new Map(), 'teacher');
}

/** What the cells say, top to bottom. */
function codesIn(state: GridState): readonly (string | null)[] {
  return state.students.map((student) => entryOf(state, student).code);
}

function sent(state: GridState): GridState {
  const next = nextBatch(state);
  if (next === undefined) throw new Error('nothing was waiting');
  return next.state;
}

describe('writing marks', () => {
  test('writes a mark and moves one down', () => {
    const state = writeCode(emptyGrid(), morning);
    expect(codesIn(state)).toEqual(['/', null, null, null]);
    expect(state.cursor).toEqual({ row: 1, column: 'teacher' });
  });

  test('stays on the last student after the last mark', () => {
    let state = emptyGrid();
    for (const _ of students) state = writeCode(state, morning);
    expect(codesIn(state)).toEqual(['/', '/', '/', '/']);
    expect(state.cursor.row).toBe(3);
  });

  test('writes a range as one step, and the range stays selected', () => {
    const ranged = moveBy(moveBy(emptyGrid(), 1, 0, true), 1, 0, true);
    const state = writeCode(ranged, noReason);
    expect(codesIn(state)).toEqual(['N', 'N', 'N', null]);
    expect(selectedRows(state)).toEqual({ first: 0, last: 2 });
    expect(state.done).toHaveLength(1);
  });

  test('keeps the note and drops the minutes when a late mark becomes another', () => {
    let state = moveTo(writeCode(emptyGrid(), late), 0, 'teacher');
    state = writeNote(writeMinutes(state, anna, 12), anna, ' phoned 08:40 ');
    expect(entryOf(state, anna)).toEqual({ code: 'L', minutes: 12, note: 'phoned 08:40' });
    expect(entryOf(writeCode(state, noReason), anna)).toEqual({
      code: 'N',
      minutes: null,
      note: 'phoned 08:40',
    });
  });

  test('takes no note and no minutes for a student without a mark', () => {
    const state = emptyGrid();
    expect(writeNote(state, anna, 'phoned')).toBe(state);
    expect(writeMinutes(state, anna, 5)).toBe(state);
  });

  test('withdrawing leaves the student blank, not present', () => {
    const state = withdraw(moveTo(writeCode(emptyGrid(), morning), 0, 'teacher'));
    expect(entryOf(state, anna)).toEqual(blankEntry);
  });

  test('marks the rest present in one step that one undo takes back', () => {
    const marked = writeCode(emptyGrid(), noReason);
    const rest = writeAll(marked, [ben, cyd, dov], morning);
    expect(codesIn(rest)).toEqual(['N', '/', '/', '/']);
    expect(codesIn(undo(rest))).toEqual(['N', null, null, null]);
  });
});

describe('filling down', () => {
  test('copies the mark above, without its note, and goes on', () => {
    const noted = writeNote(writeCode(emptyGrid(), late), anna, 'bus 7');
    const state = fillDown(noted, packByText);
    expect(entryOf(state, ben)).toEqual({ code: 'L', minutes: null, note: '' });
    expect(state.cursor.row).toBe(2);
  });

  test('copies the first mark of a range to the rest of it', () => {
    const written = moveTo(writeCode(emptyGrid(), noReason), 0, 'teacher');
    const state = fillDown(moveBy(written, 2, 0, true), packByText);
    expect(codesIn(state)).toEqual(['N', 'N', 'N', null]);
  });

  test('does nothing where there is no mark to copy', () => {
    const first = emptyGrid();
    expect(fillDown(first, packByText)).toBe(first);
    const second = moveBy(first, 1, 0);
    expect(fillDown(second, packByText)).toBe(second);
  });
});

describe('pasting', () => {
  test('writes all marks as one step and leaves the others', () => {
    const state = writePasted(emptyGrid(), [
      { student: ben, code: late },
      { student: dov, code: noReason },
    ]);
    expect(codesIn(state)).toEqual([null, 'L', null, 'N']);
    expect(state.done).toHaveLength(1);
    expect(codesIn(undo(state))).toEqual([null, null, null, null]);
  });
});

describe('undo', () => {
  test('writes the earlier mark again, shows where, and redo brings the later one back', () => {
    const written = writeCode(moveTo(writeCode(emptyGrid(), morning), 0, 'teacher'), noReason);
    const undone = undo(written);
    expect(entryOf(undone, anna).code).toBe('/');
    expect(undone.cursor.row).toBe(0);
    expect(undone.waiting).toEqual(new Set([anna]));
    expect(entryOf(redo(undone), anna).code).toBe('N');
  });

  test('a new mark ends what could be redone', () => {
    const state = writeCode(undo(writeCode(emptyGrid(), morning)), noReason);
    expect(redo(state)).toBe(state);
  });

  test('undoing every step gives back the register as it was opened, and redoing all the end', () => {
    const key = fc.constantFrom(
      (state: GridState) => writeCode(state, morning),
      (state: GridState) => writeCode(state, late),
      (state: GridState) => withdraw(state),
      (state: GridState) => fillDown(state, packByText),
      (state: GridState) => moveBy(state, -1, 0),
      (state: GridState) => moveBy(state, 1, 0, true),
      (state: GridState) => writeMinutes(state, anna, 7),
    );
    fc.assert(
      fc.property(fc.array(key, { maxLength: 30 }), (keys) => {
        const end = keys.reduce((state, press) => press(state), emptyGrid());
        let state = end;
        for (const _ of end.done) state = undo(state);
        expect(codesIn(state)).toEqual([null, null, null, null]);
        for (const _ of end.done) state = redo(state);
        expect(state.students.map((student) => entryOf(state, student))).toEqual(
          end.students.map((student) => entryOf(end, student)),
        );
      }),
    );
  });
});

describe('a digit before a code', () => {
  const ill = code('I', { category: 'absent-explained', mayBePlanned: true });

  test('repeats the code for every selected student, with the mark of today in one step', () => {
    const ranged = moveBy(emptyGrid(), 1, 0, true);
    const state = writeCode(awaitCode(ranged, 3), ill);
    expect(codesIn(state)).toEqual(['I', 'I', null, null]);
    expect(state.awaitedDays).toBeNull();
    expect(state.repeats).toEqual([
      { students: [anna, ben], code: 'I', days: 3, isWanted: true, planned: null },
    ]);
    expect(state.done).toHaveLength(1);
    expect(repeatedDays(state, ben)).toBe(3);
  });

  test('never swallows the code: present and late are written for today alone', () => {
    for (const today of [morning, late]) {
      const state = writeCode(awaitCode(emptyGrid(), 3), today);
      expect(codesIn(state)[0]).toBe(today.code);
      expect(state.repeats).toEqual([]);
      expect(state.awaitedDays).toBeNull();
    }
  });

  test('repeats a mark that stands already without writing it again', () => {
    const marked = moveTo(batchSaved(sent(writeCode(emptyGrid(), ill))), 0, 'teacher');
    const state = writeCode(awaitCode(marked, 2), ill);
    expect(state.waiting.size).toBe(0);
    expect(nextRepeatCall(state)?.call).toMatchObject({
      type: 'plan',
      repeat: { students: [anna], days: 2 },
    });
    expect(undo(state).done).toHaveLength(1);
  });

  test('forgotten, it writes nothing and repeats nothing', () => {
    const state = writeCode(cancelDays(awaitCode(emptyGrid(), 5)), ill);
    expect(state.repeats).toEqual([]);
    expect(codesIn(state)[0]).toBe('I');
  });

  type Event = 'repeat' | 'mark' | 'undo' | 'redo' | 'send' | 'plan' | 'refuse';
  test('whatever is typed, undone and refused, the plans that stand in the end are those that are wanted', () => {
    const event = fc.constantFrom<Event>('repeat', 'mark', 'undo', 'redo', 'send', 'plan', 'refuse');
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const standing = new Set<number>();
        let state = emptyGrid();
        let made = 0;
        const ask = () => {
          const next = nextRepeatCall(state);
          if (next !== undefined) state = next.state;
        };
        const answerAsked = () => {
          const at = state.asking;
          if (at === null) return;
          const held = state.repeats[at]?.planned ?? null;
          if (held === null) {
            made += 1;
            standing.add(at);
            const plan = String(made).padStart(32, '0') as Id<'planned-absence'>;
            state = repeatAnswered(state, { plans: [plan], to: '2026-03-05' as Day });
          } else {
            standing.delete(at);
            state = repeatAnswered(state, null);
          }
        };
        const store = () => {
          const next = nextBatch(state);
          if (next !== undefined) state = next.state;
          state = batchSaved(state);
        };
        for (const each of events) {
          if (each === 'repeat') state = writeCode(awaitCode(state, 3), ill);
          else if (each === 'mark') state = writeCode(state, morning);
          else if (each === 'undo') state = undo(state);
          else if (each === 'redo') state = redo(state);
          else if (each === 'send') {
            store();
            ask();
          } else if (each === 'plan') answerAsked();
          else if (state.asking !== null) state = repeatRefused(state);
        }
        store();
        for (let round = 0; round <= state.repeats.length * 2 + 1; round += 1) {
          answerAsked();
          ask();
        }
        const wanted = state.repeats.flatMap(({ isWanted }, at) => (isWanted ? [at] : []));
        expect([...standing].toSorted((one, other) => one - other)).toEqual(wanted);
        // Undone to the beginning, nothing is left of any of them.
        while (state.done.length > 0) state = undo(state);
        store();
        ask();
        for (let round = 0; round <= state.repeats.length + 1; round += 1) {
          answerAsked();
          ask();
        }
        // A withdrawal that was refused stays planned, as the message said; all others are gone.
        expect(state.repeats.filter(({ planned, isWanted }) => !isWanted && planned !== null)).toEqual([]);
      }),
    );
  });
});

describe('a code of two characters', () => {
  const listed = ['C', 'C1', 'C2', 'J1', 'Y1', 'Y2', 'TU'].map((each) => code(each));

  test('is chosen as soon as it is whole and can be no other', () => {
    expect(codeTypedWhole(listed, 'c1')?.code).toBe('C1');
    expect(codeTypedWhole(listed, ' y2 ')?.code).toBe('Y2');
  });

  test('is not chosen while a meaning may still be typed, or a longer code', () => {
    for (const typed of ['', 'c', 'tu', 'c3']) expect(codeTypedWhole(listed, typed)).toBeUndefined();
    expect(codeTypedWhole([code('Y1'), code('Y11')], 'y1')).toBeUndefined();
  });
});

describe('saving', () => {
  test('sends the first mark at once and everything typed meanwhile as one batch after it', () => {
    const first = nextBatch(writeCode(emptyGrid(), morning));
    expect([...(first?.batch.keys() ?? [])]).toEqual([anna]);
    let state = writeCode(writeCode(first?.state ?? emptyGrid(), morning), noReason);
    expect(nextBatch(state)).toBeUndefined();
    state = batchSaved(state);
    expect(nextBatch(state)?.batch).toEqual(
      new Map([
        [ben, { ...blankEntry, code: '/' }],
        [cyd, { ...blankEntry, code: 'N' }],
      ]),
    );
  });

  test('shows a mark as saved only after the reply', () => {
    const written = writeCode(emptyGrid(), morning);
    expect(saveStateOf(written, anna)).toBe('saving');
    expect(saveStateOf(sent(written), anna)).toBe('saving');
    expect(saveStateOf(batchSaved(sent(written)), anna)).toBe('saved');
  });

  test('a mark typed again while the first is on its way is not lost', () => {
    const onItsWay = sent(writeCode(emptyGrid(), morning));
    const again = writeCode(moveTo(onItsWay, 0, 'teacher'), noReason);
    const saved = batchSaved(again);
    expect(saveStateOf(saved, anna)).toBe('saving');
    expect(nextBatch(saved)?.batch.get(anna)?.code).toBe('N');
  });

  test('sends nothing for a mark that was taken back before it was sent', () => {
    const state = undo(writeCode(emptyGrid(), morning));
    const next = nextBatch(state);
    expect(next?.batch.size).toBe(0);
    expect(next && saveStateOf(next.state, anna)).toBe('saved');
  });

  test('a refused batch and all that waited behind it stay on screen as not saved', () => {
    const onItsWay = sent(writeCode(emptyGrid(), morning));
    const failed = batchFailed(writeCode(onItsWay, noReason));
    expect(codesIn(failed)).toEqual(['/', 'N', null, null]);
    expect(failed.failed).toEqual(new Set([anna, ben]));
    expect(nextBatch(failed)).toBeUndefined();
    expect([...(nextBatch(retryFailed(failed))?.batch.keys() ?? [])]).toEqual([anna, ben]);
  });

  test('a code the school does not know fails alone and the rest of its batch is sent again', () => {
    const written = writeAll(emptyGrid(), [anna, ben], morning);
    const both = writeAll(written, [cyd], performance);
    const failed = batchFailed(sent(both), ['C1']);
    expect(failed.failed).toEqual(new Set([cyd]));
    expect([...(nextBatch(failed)?.batch.keys() ?? [])]).toEqual([anna, ben]);
  });

  test('the same key on a failed mark tries it again', () => {
    const failed = moveTo(batchFailed(sent(writeCode(emptyGrid(), morning))), 0, 'teacher');
    const state = writeCode(failed, morning);
    expect(state.failed.size).toBe(0);
    expect(nextBatch(state)?.batch.get(anna)?.code).toBe('/');
  });

  test('giving up failed marks shows what the store holds', () => {
    const saved = batchSaved(sent(writeCode(emptyGrid(), morning)));
    const failed = batchFailed(sent(writeCode(moveTo(saved, 0, 'teacher'), noReason)));
    expect(codesIn(discardFailed(failed))).toEqual(['/', null, null, null]);
  });

  test('whatever is typed and however replies fall, the store ends with what the screen shows', () => {
    const event = fc.constantFrom('mark', 'late', 'up', 'undo', 'fill', 'send', 'reply', 'refuse', 'retry');
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const store = new Map<StudentId, string | null>();
        let state = emptyGrid();
        const send = () => {
          const next = nextBatch(state);
          if (next !== undefined) state = next.state;
        };
        const reply = () => {
          for (const [student, entry] of state.sending) store.set(student, entry.code);
          state = batchSaved(state);
        };
        for (const each of events) {
          if (each === 'mark') state = writeCode(state, morning);
          else if (each === 'late') state = writeCode(state, late);
          else if (each === 'up') state = moveBy(state, -2, 0);
          else if (each === 'undo') state = undo(state);
          else if (each === 'fill') state = fillDown(state, packByText);
          else if (each === 'send') send();
          else if (each === 'reply') reply();
          else if (each === 'refuse') state = batchFailed(state);
          else state = retryFailed(state);
        }
        state = retryFailed(batchSaved(state));
        for (const [student, entry] of state.saved) store.set(student, entry.code);
        send();
        reply();
        expect(students.map((student) => store.get(student) ?? null)).toEqual(codesIn(state));
        expect(students.map((student) => saveStateOf(state, student))).toEqual(students.map(() => 'saved'));
      }),
    );
  });
});

describe('a draft', () => {
  test('holds what was waiting, on its way and failed', () => {
    const failed = batchFailed(sent(writeCode(emptyGrid(), morning)));
    const onItsWay = sent(writeCode(failed, late));
    expect([...unsavedEntries(writeCode(onItsWay, noReason)).keys()].toSorted()).toEqual([anna, ben, cyd]);
  });

  test('comes back as marks that are not saved, without those that were saved after all', () => {
    const draft = unsavedEntries(writeCode(writeCode(emptyGrid(), morning), noReason));
    const stored = new Map([[anna, { ...blankEntry, code: '/' }]]);
    const state = withDraft(createGrid(students, stored, 'teacher'), draft);
    expect(codesIn(state)).toEqual(['/', 'N', null, null]);
    expect(state.failed).toEqual(new Set([ben]));
  });

  test('a fresh reading of the register does not overwrite what is not saved yet', () => {
    const written = writeCode(emptyGrid(), morning);
    const stored = new Map([
      [anna, { ...blankEntry, code: 'N' }],
      [dov, { ...blankEntry, code: 'L' }],
    ]);
    expect(codesIn(withStored(written, stored))).toEqual(['/', null, null, 'L']);
  });
});

describe('keys', () => {
  const plain: KeyPress = { key: '', place: '', shift: false, control: false, alt: false, altGraph: false };
  const inMarks: KeyContext = {
    column: 'teacher',
    direction: 'ltr',
    isLeaving: false,
    isFailed: false,
    isAwaiting: false,
    codesByKey: codesByKey(pack, 'am'),
    listedUnder: lettersOfListed([...pack, code('Y1', { key: null }), code('Y2', { key: null })], 'am'),
  };
  const press = (key: Partial<KeyPress>, context: Partial<KeyContext> = {}) =>
    keyToAction({ ...plain, ...key }, { ...inMarks, ...context });
  const move = (rows: number, columns: number, extend = false) => ({ type: 'move', rows, columns, extend });

  test.each([
    ['a letter writes its code', { key: 'n' }, {}, { type: 'write', code: noReason }],
    [
      'a capital letter writes the same code',
      { key: 'N', shift: true },
      {},
      { type: 'write', code: noReason },
    ],
    ['/ is a mark in the grid', { key: '/' }, {}, { type: 'write', code: morning }],
    [
      'an Urdu keyboard writes by the place of the key',
      { key: 'ن', place: 'KeyN' },
      {},
      { type: 'write', code: noReason },
    ],
    [
      'AltGr makes a character, not a command',
      { key: '\\', control: true, alt: true, altGraph: true },
      {},
      { type: 'write', code: morning },
    ],
    ['a letter without a code says so', { key: 'x' }, {}, { type: 'no-code', key: 'X' }],
    [
      'the first letter of a code without a key opens the list at it',
      { key: 'c' },
      {},
      { type: 'open-codes', typed: 'C' },
    ],
    ['Enter goes down', { key: 'Enter' }, {}, move(1, 0)],
    ['Shift+Enter goes up', { key: 'Enter', shift: true }, {}, move(-1, 0)],
    [
      'Enter on a mark that was not saved tries again',
      { key: 'Enter' },
      { isFailed: true },
      { type: 'retry' },
    ],
    ['Tab goes right', { key: 'Tab' }, {}, move(0, 1)],
    ['Tab leaves from the last column', { key: 'Tab' }, { column: 'note' }, undefined],
    ['Shift+Tab leaves from the first column', { key: 'Tab', shift: true }, { column: 'student' }, undefined],
    ['Tab leaves from anywhere after Esc', { key: 'Tab' }, { isLeaving: true }, undefined],
    ['Shift+arrow extends the selection', { key: 'ArrowDown', shift: true }, {}, move(1, 0, true)],
    ['the left arrow goes back', { key: 'ArrowLeft' }, {}, move(0, -1)],
    [
      'the left arrow goes on where text runs right to left',
      { key: 'ArrowLeft' },
      { direction: 'rtl' },
      move(0, 1),
    ],
    ['Ctrl+D fills', { key: 'd', control: true }, {}, { type: 'fill' }],
    ['Ctrl+Z undoes', { key: 'z', control: true }, {}, { type: 'undo' }],
    ['Ctrl+Shift+Z does again', { key: 'Z', control: true, shift: true }, {}, { type: 'redo' }],
    [
      'Ctrl+Shift+P marks the rest present',
      { key: 'P', control: true, shift: true },
      {},
      { type: 'mark-rest' },
    ],
    ['Ctrl+P is left to printing', { key: 'p', control: true }, {}, undefined],
    ['Ctrl+K is left to the palette', { key: 'k', control: true }, {}, undefined],
    ['Delete withdraws', { key: 'Delete' }, {}, { type: 'withdraw' }],
    ['F2 edits the note', { key: 'F2' }, {}, { type: 'edit-note', typed: null }],
    ['Alt+Down opens the codes', { key: 'ArrowDown', alt: true }, {}, { type: 'open-codes', typed: '' }],
    [
      'a letter in the note column begins a note',
      { key: 'p' },
      { column: 'note' },
      { type: 'edit-note', typed: 'p' },
    ],
    [
      'a digit in the minutes column begins minutes',
      { key: '7' },
      { column: 'minutes' },
      { type: 'edit-minutes', typed: '7' },
    ],
    ['a digit in a mark column waits for its code', { key: '7' }, {}, { type: 'await-code', days: 7 }],
    ['a second digit takes its place', { key: '3' }, { isAwaiting: true }, { type: 'await-code', days: 3 }],
    ['one day is no repetition', { key: '1' }, {}, undefined],
    [
      'Esc takes a waiting digit back, and does not leave',
      { key: 'Escape' },
      { isAwaiting: true },
      { type: 'cancel-days' },
    ],
    [
      'a code after a digit is that code',
      { key: 'n' },
      { isAwaiting: true },
      { type: 'write', code: noReason },
    ],
    [
      'a digit in the note column begins a note',
      { key: '7' },
      { column: 'note' },
      { type: 'edit-note', typed: '7' },
    ],
    ['F5 is left to the window', { key: 'F5' }, {}, undefined],
  ] as const)('%s', (_name, key, context, action) => {
    expect(press(key, context)).toEqual(action);
  });

  test("the morning's key for present writes the afternoon's code in the afternoon", () => {
    expect(codesByKey(pack, 'pm').get('/')).toBe(afternoon);
    expect(codesByKey(pack, 'pm').get('\\')).toBe(afternoon);
    expect(codesByKey(pack, 'am').get('\\')).toBe(morning);
  });
});
