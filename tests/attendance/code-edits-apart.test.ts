import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTwoDesks, syncNow, type TwoDesks } from '../support/two-desks.ts';

let desks: TwoDesks;

beforeAll(async () => {
  desks = await createTwoDesks();
});

afterAll(async () => {
  await desks.dispose();
});

test('R1, R5: a code that two desks changed apart waits for a decision under its name, and then holds on both', async () => {
  const { first, second } = desks;
  const edit = { code: 'M', from: '2026-03-09', key: 'M', isEnded: false } as const;
  await first.must('attendance', 'changeCode', {
    ...edit,
    meaning: 'Doctor or dentist',
    category: 'authorised',
  });
  desks.pass(60_000);
  await second.must('attendance', 'changeCode', {
    ...edit,
    meaning: 'Medical visit',
    category: 'approved-activity',
  });
  for (const desk of [first, second, first]) await syncNow(desk);

  const { conflicts } = await first.must('sync', 'conflicts', {});
  const shown = conflicts.map(({ table, field, title, values }) => ({
    table,
    field,
    title,
    values: values.map(({ value, desk }) => [desk, value]),
  }));
  expect(shown).toEqual([
    {
      table: 'code_edit',
      field: 'category',
      title: 'M',
      values: [
        ['Nurse', 'approved-activity'],
        ['Office', 'authorised'],
      ],
    },
    {
      table: 'code_edit',
      field: 'meaning',
      title: 'M',
      values: [
        ['Nurse', 'Medical visit'],
        ['Office', 'Doctor or dentist'],
      ],
    },
  ]);

  for (const { id, values } of conflicts) {
    const own = values.find(({ desk }) => desk === 'Office');
    await first.must('sync', 'decide', {
      id,
      versions: values.map(({ version }) => version),
      choice: { keep: 'one', version: own?.version ?? '' },
    });
  }
  for (const desk of [first, second]) await syncNow(desk);
  for (const desk of [first, second]) {
    const { edits } = await desk.must('attendance', 'codeEdits', {});
    expect(edits).toMatchObject([{ code: 'M', meaning: 'Doctor or dentist', category: 'authorised' }]);
    expect((await desk.must('sync', 'conflicts', {})).conflicts).toEqual([]);
  }
});
