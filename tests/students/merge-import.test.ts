import { expect, onTestFinished, test } from 'vitest';
import { createTestDesk, createTestSchool } from '../support/test-desk.ts';
import { importRoster, nearPlants, rosterOf } from '../support/two-schools.ts';

test('a roster that brings the merged record again, with another name, changes nothing of the merge', async () => {
  const desk = createTestDesk();
  onTestFinished(() => desk.dispose());
  await createTestSchool(desk, { name: 'Nearby School' });
  await importRoster(desk, rosterOf(nearPlants));
  const list = async (text = '') =>
    (await desk.must('students', 'list', { text })).students.map(({ id, name }) => [id, name]);
  const before = await list();
  const [kept, merged] = before.map(([id]) => id) as [never, never];
  await desk.must('students', 'merge', { kept, merged });
  const one = await list();
  expect(one).toEqual(before.filter(([id]) => id !== merged));

  const draft = rosterOf(nearPlants);
  draft.row('users', 'stu-1')['familyName'] = 'Renamedson';
  draft.row('users', 'stu-2')['familyName'] = 'Renamedson';
  await importRoster(desk, draft);
  expect(await list()).toHaveLength(one.length);
  expect((await list('renamedson')).map(([id]) => id)).toEqual([kept]);
  await desk.must('students', 'unmerge', { merged });
  expect(new Set((await list('renamedson')).map(([id]) => id))).toEqual(new Set([kept, merged]));
});
