import { expect, onTestFinished, test } from 'vitest';
import { createTwoDesks, syncNow } from '../support/two-desks.ts';

test('R1, R5: times that two desks set apart for one day wait whole for a decision, never mixed', async () => {
  const desks = await createTwoDesks();
  onTestFinished(() => desks.dispose());
  const { first, second } = desks;
  const from = '2026-03-09';
  const set = (desk: typeof first, opensAt: number) =>
    desk.must('attendance', 'changeTimes', {
      from,
      sessions: [{ session: 'am', opensAt, closesAt: opensAt + 20, endsAt: 720 }],
    });
  await set(first, 500);
  desks.pass(60_000);
  await set(second, 560);
  for (const desk of [first, second, first]) await syncNow(desk);
  for (const desk of [first, second]) {
    const { changes } = await desk.must('attendance', 'times', {});
    expect(changes).toMatchObject([{ sessions: [{ opensAt: 560, closesAt: 580 }] }]);
  }
  const { conflicts } = await first.must('sync', 'conflicts', {});
  expect(conflicts).toMatchObject([{ table: 'day_times', field: 'times', title: from, canKeepBoth: false }]);
  const [conflict] = conflicts;
  const own = conflict?.values.find(({ desk }) => desk === 'Office');
  await first.must('sync', 'decide', {
    id: conflict?.id ?? '',
    versions: conflict?.values.map(({ version }) => version) ?? [],
    choice: { keep: 'one', version: own?.version ?? '' },
  });
  for (const desk of [first, second]) await syncNow(desk);
  for (const desk of [first, second]) {
    const { changes } = await desk.must('attendance', 'times', {});
    expect(changes).toMatchObject([{ sessions: [{ opensAt: 500, closesAt: 520 }] }]);
  }
});
