import { describe, expect, test } from 'vitest';
import { clockText, parseClock } from '../../renderer/app/clock.ts';
import type { Id, StudentId } from '../../domain/ids.ts';
import {
  actionFor,
  dueStateOf,
  outOfSchool,
  splitChosen,
  type Movement,
} from '../../renderer/counter/counter-model.ts';

const movement = (name: string, fields: Partial<Movement> = {}): Movement => ({
  id: `movement of ${name}` as Id<'movement'>,
  student: name as StudentId,
  name,
  homeroom: '7A',
  kind: 'departure',
  minute: 660,
  expectedMinute: null,
  isOut: true,
  by: 'Casey Clerk',
  ...fields,
});

describe('a time that is typed', () => {
  test.each([
    ['9:05', 545],
    ['0905', 545],
    ['905', 545],
    ['9.05', 545],
    [' 14:10 ', 850],
    ['9', 540],
    ['0:00', 0],
    ['23:59', 1439],
    ['24:00', undefined],
    ['9:60', undefined],
    ['9:5', undefined],
    ['', undefined],
    ['late', undefined],
    ['12345', undefined],
  ])('%j is minute %j of the day', (typed, minute) => {
    expect(parseClock(typed)).toBe(minute);
  });

  test('is written back the same way for every minute of the day', () => {
    for (let minute = 0; minute < 1440; minute += 1) expect(parseClock(clockText(minute))).toBe(minute);
  });
});

describe('who of several is entered', () => {
  const students = [{ id: 'here' }, { id: 'out' }, { id: 'back' }, { id: 'new' }];
  const day = [
    movement('here', { kind: 'arrival', isOut: false }),
    movement('out'),
    movement('back', { isOut: false }),
    movement('back', { kind: 'return', isOut: false }),
  ];
  const ids = (mode: 'arriving' | 'leaving') => {
    const { taken, left } = splitChosen(mode, students, day);
    return { taken: taken.map(({ id }) => id), left: left.map(({ id }) => id) };
  };

  test('who has arrived already does not arrive again; who is out comes back', () => {
    expect(ids('arriving')).toEqual({ taken: ['out', 'back', 'new'], left: ['here'] });
  });

  test('who is signed out already is not signed out again', () => {
    expect(ids('leaving')).toEqual({ taken: ['here', 'back', 'new'], left: ['out'] });
  });
});

describe('what saving does', () => {
  const movements = [movement('ana'), movement('ben', { isOut: false })];
  test.each([
    ['arriving', ['cyd'], 'arrive'],
    ['arriving', ['ben'], 'arrive'],
    ['arriving', ['ana'], 'comeBack'],
    ['arriving', ['ana', 'cyd'], 'mixed'],
    ['leaving', ['cyd'], 'signOut'],
    ['arriving', [], 'arrive'],
  ] as const)('%s, %j: %s', (mode, ids, action) => {
    expect(
      actionFor(
        mode,
        ids.map((id) => ({ id })),
        movements,
      ),
    ).toBe(action);
  });
});

describe('who is out', () => {
  test('is overdue a minute after the time that was said, and gone where none was', () => {
    expect([730, 731].map((now) => dueStateOf({ expectedMinute: 730 }, now))).toEqual(['due', 'overdue']);
    expect(dueStateOf({ expectedMinute: null }, 1439)).toBe('gone');
  });

  test('comes by when they are due, and last those who have gone for the day', () => {
    const movements = [
      movement('gone', { minute: 600 }),
      movement('later', { expectedMinute: 800 }),
      movement('soon', { expectedMinute: 700 }),
      movement('back', { isOut: false, expectedMinute: 690 }),
    ];
    expect(outOfSchool(movements).map(({ name }) => name)).toEqual(['soon', 'later', 'gone']);
  });
});
