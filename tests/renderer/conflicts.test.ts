import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ContractError } from '../../renderer/app/error-text.ts';
import {
  actionOf,
  keyOf,
  otherValue,
  typedValue,
  type Choice,
  type Conflict,
} from '../../renderer/conflicts/conflict-model.ts';
import { createDecisionQueue, undoMs, type Decisions } from '../../renderer/conflicts/decision-queue.ts';
import { fieldText, valueText } from '../../renderer/conflicts/field-text.ts';

const written = { by: 'Ms Example', desk: 'Front office', atMs: 0 };
const phone: Conflict = {
  id: 'guardian/1/phone',
  table: 'guardian',
  field: 'phone',
  register: null,
  title: 'Sample, Sam',
  input: 'text',
  canKeepBoth: false,
  values: [
    { version: 'v1', value: '555-0100', isShown: true, ...written },
    { version: 'v2', value: '555-0199', isShown: false, ...written },
  ],
};
const periods: Conflict = {
  ...phone,
  id: 'class/1/periods',
  table: 'class',
  field: 'periods',
  input: 'none',
  canKeepBoth: true,
};
const plainKey = { hasModifier: false, isControl: false, isTyping: false };
const keepSecond: Choice = { keep: 'one', version: 'v2' };

describe('a key at a conflict', () => {
  const press = (key: string, conflict = phone, isDecided = false) =>
    actionOf({ ...plainKey, key }, conflict, isDecided);

  test('a digit keeps the value at that place', () => {
    expect(press('2')).toEqual({ type: 'choose', choice: keepSecond });
    expect(press('3')).toBeUndefined();
    expect(press('0')).toBeUndefined();
  });

  test('B keeps both and E enters another, only where that can be', () => {
    expect([press('b'), press('B', periods), press('e'), press('E', periods)]).toEqual([
      undefined,
      { type: 'choose', choice: { keep: 'both' } },
      { type: 'edit' },
      undefined,
    ]);
  });

  test('arrows move and U takes back, at what is decided too; nothing else works there', () => {
    expect(
      ['ArrowDown', 'ArrowUp', 'u', '1', 'b', 'e'].map((key) =>
        press(key, { ...periods, input: 'text' }, true),
      ),
    ).toEqual([
      { type: 'move', by: 1 },
      { type: 'move', by: -1 },
      { type: 'undo' },
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('letters are text in a field, and keys with a modifier are not ours but Ctrl+Z', () => {
    expect(actionOf({ ...plainKey, key: '1', isTyping: true }, phone, false)).toBeUndefined();
    expect(actionOf({ ...plainKey, key: '1', hasModifier: true }, phone, false)).toBeUndefined();
    const control = { key: 'z', hasModifier: true, isControl: true };
    expect(actionOf({ ...plainKey, ...control }, phone, false)).toEqual({ type: 'undo' });
    expect(actionOf({ ...control, isTyping: true }, phone, false)).toBeUndefined();
  });
});

test('a third value is taken as its kind, and not before it is one', () => {
  expect([
    otherValue('text', ' 555-0142 '),
    otherValue('number', '12,5'),
    otherValue('number', 'twelve'),
    otherValue('number', ' '),
    otherValue('yes-no', 'no'),
    otherValue('yes-no', ''),
    otherValue('list', '1\n\n 2 \n'),
    otherValue('none', 'x'),
  ]).toEqual(['555-0142', 12.5, undefined, undefined, false, undefined, ['1', '2'], undefined]);
  expect(typedValue(phone)).toBe('555-0100');
});

describe('a decision', () => {
  const sent: [string, Choice][] = [];
  let error: ContractError | undefined;
  let decisions: Decisions = new Map();
  const make = () =>
    createDecisionQueue(
      (conflict, choice) => {
        sent.push([conflict.id, choice]);
        return Promise.resolve(error);
      },
      (next) => {
        decisions = next;
      },
    );
  const stepOf = (conflict: Conflict) => decisions.get(keyOf(conflict))?.step;

  beforeEach(() => {
    vi.useFakeTimers();
    sent.length = 0;
    error = undefined;
    decisions = new Map();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('is sent when the time to take it back is over, once', async () => {
    const queue = make();
    queue.decide(phone, keepSecond);
    queue.decide(phone, { keep: 'one', version: 'v1' });
    await vi.advanceTimersByTimeAsync(undoMs - 1);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toEqual([[phone.id, keepSecond]]);
    expect(stepOf(phone)).toBe('done');
    expect(queue.undo(phone)).toBeUndefined();
  });

  test('taken back in time is never sent, and the field is open again; the last one first', async () => {
    const queue = make();
    queue.decide(phone, keepSecond);
    queue.decide(periods, { keep: 'both' });
    expect(queue.undo()).toBe(periods);
    expect(queue.undo()).toBe(phone);
    expect(queue.undo()).toBeUndefined();
    await vi.advanceTimersByTimeAsync(2 * undoMs);
    expect(sent).toEqual([]);
    expect(decisions.size).toBe(0);
  });

  test('waits while somebody is at its Undo', async () => {
    const queue = make();
    queue.decide(phone, keepSecond);
    queue.hold(phone);
    await vi.advanceTimersByTimeAsync(10 * undoMs);
    expect(sent).toEqual([]);
    queue.resume(phone);
    await vi.advanceTimersByTimeAsync(undoMs);
    expect(sent).toHaveLength(1);
  });

  test('is sent at once when the screen closes, and not at all when the session ends', async () => {
    const closing = make();
    closing.decide(phone, keepSecond);
    closing.flush();
    await vi.advanceTimersByTimeAsync(0);
    expect(sent).toHaveLength(1);
    const ending = make();
    ending.decide(periods, { keep: 'both' });
    ending.drop();
    ending.flush();
    await vi.advanceTimersByTimeAsync(2 * undoMs);
    expect(sent).toHaveLength(1);
  });

  test('that was refused is open again, with the reason', async () => {
    error = { type: 'record-changed' };
    const queue = make();
    queue.decide(phone, keepSecond);
    await vi.advanceTimersByTimeAsync(undoMs);
    expect(decisions.get(keyOf(phone))).toEqual({ step: 'failed', choice: keepSecond, error });
    error = undefined;
    queue.decide(phone, keepSecond);
    await vi.advanceTimersByTimeAsync(undoMs);
    expect(stepOf(phone)).toBe('done');
  });

  test('is about the values as they were read: with another value it is another conflict', () => {
    const [first, second] = phone.values;
    const more: Conflict = {
      ...phone,
      values: [first, second, { ...written, version: 'v3', value: '1', isShown: false }].flatMap(
        (each) => each ?? [],
      ),
    };
    expect(keyOf(more)).not.toBe(keyOf(phone));
  });
});

test('a field is named as on its screen, and one without a name is read as words', () => {
  expect([
    fieldText('guardian', 'phone'),
    fieldText('student', 'preferredGivenName'),
    fieldText('calendar_day', 'reason'),
    fieldText('bus_stop', 'walkingMinutes'),
  ]).toEqual([
    'Guardian: Telephone',
    'Student: Preferred given name',
    'Calendar day: Reason',
    'Bus stop: Walking minutes',
  ]);
});

test('a value is read as people write it', () => {
  const format = { formatDayLong: (day: string) => `day ${day}`, formatNumber: String };
  const said = (table: string, field: string, value: Parameters<typeof valueText>[1]) =>
    valueText({ table, field }, value, format);
  expect([
    said('guardian', 'phone', ''),
    said('guardian', 'phone', null),
    said('enrolment', 'isPrimary', true),
    said('class', 'periods', ['1', '2']),
    said('class', 'periods', []),
    said('student', 'status', 'left'),
    said('person_merge', 'status', 'active'),
    said('person_merge', 'status', 'apart'),
    said('student', 'birthDate', '2011-06-14'),
    said('student', 'studentNumber', '20110614'),
    said('day_times', 'times', '[{"session":"am","opensAt":525,"closesAt":555,"endsAt":720}]'),
  ]).toEqual([
    'empty',
    'empty',
    'yes',
    '1, 2',
    'empty',
    'left',
    'one person',
    'two people',
    'day 2011-06-14',
    '20110614',
    'AM 08:45 to 12:00, register until 09:15',
  ]);
});
