import { expect, onTestFinished, test } from 'vitest';
import { loadSampleSchool } from '../../main/sample/load-sample.ts';
import { createTestDesk, createTestSchool } from '../support/test-desk.ts';

test.each([
  ['england', 'am-pm', 'pm'],
  ['us', 'period', 'day'],
] as const)(
  'the sample school of %s has a front desk with a morning behind it',
  async (country, attendance, missed) => {
    const desk = createTestDesk();
    onTestFinished(() => {
      desk.desk.lock('user');
      desk.dispose();
    });
    await createTestSchool(desk, { country, attendance });
    await loadSampleSchool(desk.desk, desk.open(), { studentCount: 200 });

    const { movements } = await desk.must('counter', 'day', { day: '2026-03-03' });
    const left = movements.filter(({ kind }) => kind === 'departure');
    expect(left.map(({ expectedMinute, isOut }) => [expectedMinute, isOut])).toEqual([
      [null, true],
      [630, true],
      [529, true],
    ]);
    // Who has gone for the day with an illness is marked where it is missed.
    const [gone] = left;
    const { registers } = await desk.must('attendance', 'registers', { day: '2026-03-03' });
    const marks: string[] = [];
    for (const { class: schoolClass, session } of registers.filter((each) => each.session === missed)) {
      const register = await desk.must('attendance', 'register', {
        day: '2026-03-03',
        class: schoolClass,
        session,
      });
      const own = register.students.find(({ id }) => id === gone?.student);
      if (own?.office != null) marks.push(own.office.code);
    }
    expect(marks).toEqual([country === 'us' ? 'ED' : 'I']);
  },
);
