import { expect, test } from 'vitest';
import { rosterState } from '../../../db/attendance/roster-state.ts';
import { filledSchool } from '../../support/filled-school.ts';

test('the roster state is the same after a mark and another after any other change', () => {
  const { store, teacher, ana, roomA } = filledSchool();
  const before = rosterState(store.db);
  const marks = [{ student: ana, code: 'P' }];
  store.get(teacher, 'attendance', 'mark', { day: '2030-01-16', class: roomA, session: 'day', marks });
  expect(rosterState(store.db)).toBe(before);
  store.enrol(roomA, ana, { endDay: '2030-01-17' });
  expect(rosterState(store.db)).not.toBe(before);
});

test('what was read after a change that was rolled back is not kept, though the number of the change is used again', () => {
  const { store, ana, roomA } = filledSchool();
  let inside: unknown;
  expect(() =>
    store.write(({ changes, db }) => {
      changes.write({ type: 'student', id: ana }, (change) =>
        change.put('student', { id: ana, pronouns: 'she' }),
      );
      inside = rosterState(db);
      throw new Error('rolled back');
    }),
  ).toThrow('rolled back');
  store.write(({ changes, actor, nowMs }) =>
    changes.write({ type: 'register', id: roomA }, (change) =>
      change.add(
        'register_taken',
        {
          day: '2030-01-16',
          class: roomA,
          session: 'day',
          taken: true,
          author: actor.user,
          atMs: nowMs,
        },
        [{}],
      ),
    ),
  );
  expect(rosterState(store.db)).not.toBe(inside);
});
