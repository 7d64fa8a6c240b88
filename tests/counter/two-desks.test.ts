import { expect, test } from 'vitest';
import { movement } from '../../db/attendance/schema.ts';
import { createTwoDesks, stateOf, syncNow } from '../support/two-desks.ts';
import { schoolDay } from '../support/two-schools.ts';
import type { TestDesk } from '../support/test-desk.ts';

test('A16: two desks that enter the same arrival keep both, agree on the mark, and one may be taken back', async () => {
  const desks = await createTwoDesks();
  const { first, second, near } = desks;
  const { student, class: roomId } = near.own;
  const officeOf = async (desk: TestDesk) => {
    const register = await desk.must('attendance', 'register', {
      day: schoolDay,
      class: roomId,
      session: 'am',
    });
    const mark = register.students.find(({ id }) => id === student)?.office;
    return mark == null ? null : { code: mark.code, minutes: mark.minutes };
  };
  try {
    const entry = { students: [student], day: schoolDay, reason: 'overslept' as const };
    const one = await first.must('counter', 'arrive', { ...entry, minute: 551 });
    await second.must('counter', 'arrive', { ...entry, minute: 552 });
    for (const desk of [first, second, first]) await syncNow(desk);

    expect(stateOf(first)).toBe(stateOf(second));
    for (const desk of [first, second]) {
      expect(desk.open().unitParts.db.select().from(movement).all()).toHaveLength(2);
      expect(
        (await desk.must('counter', 'day', { day: schoolDay })).movements
          .map(({ minute }) => minute)
          .toSorted((a, b) => a - b),
      ).toEqual([551, 552]);
      expect(await officeOf(desk)).toMatchObject({ code: 'L' });
    }

    await second.must('counter', 'takeBack', { movement: one.movements[0]?.id ?? '' });
    for (const desk of [second, first]) await syncNow(desk);
    expect(await officeOf(first)).toEqual({ code: 'L', minutes: 27 });
    expect((await first.must('counter', 'day', { day: schoolDay })).movements).toMatchObject([
      { minute: 552 },
    ]);
    expect(stateOf(first)).toBe(stateOf(second));
  } finally {
    await desks.dispose();
  }
});
