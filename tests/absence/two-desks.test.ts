import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTwoDesks, syncNow, type TwoDesks } from '../support/two-desks.ts';
import type { TestDesk } from '../support/test-desk.ts';
import { schoolDay } from '../support/two-schools.ts';

let desks: TwoDesks;

beforeAll(async () => {
  desks = await createTwoDesks();
});

afterAll(async () => {
  await desks.dispose();
});

async function planned(desk: TestDesk) {
  const { own } = desks.near;
  const input = { day: schoolDay, class: own.class, session: 'pm' };
  const { students } = await desk.must('attendance', 'register', input);
  return students.map((each) => each.planned?.code ?? null);
}

test('a plan of another desk stands in the register as soon as it has come, though the register was read before', async () => {
  const { first, second, near } = desks;
  // A desk that has changed something itself remembers classes and plans from one change of its own to the next.
  const marks = [{ student: near.own.student, code: '/' }];
  await second.must('attendance', 'mark', { day: schoolDay, class: near.own.class, session: 'am', marks });
  expect([await planned(first), await planned(second)]).toEqual([[null], [null]]);
  const trip = { students: [near.own.student], from: schoolDay, to: '2026-03-04', occasion: 'Museum' };
  await first.must('absence', 'plan', { ...trip, code: 'V' });
  await syncNow(first);
  await syncNow(second);
  expect(await planned(second)).toEqual(['V']);
});

test('two desks that plan the same trip apart make two plans, and both desks let the one made last hold', async () => {
  const { first, second, near } = desks;
  const trip = { students: [near.own.student], from: schoolDay, to: '2026-03-04', occasion: 'Museum' };
  desks.pass(60_000);
  await second.must('absence', 'plan', { ...trip, code: 'C' });
  desks.pass(60_000);
  await first.must('absence', 'plan', { ...trip, code: 'B' });
  for (const desk of [first, second, first]) await syncNow(desk);
  expect([await planned(first), await planned(second)]).toEqual([['B'], ['B']]);
  const { plans } = await second.must('absence', 'plans', { from: schoolDay, to: schoolDay });
  expect(
    plans.filter(({ occasion }) => occasion === 'Museum').map(({ isOverlaid }) => isOverlaid),
  ).toHaveLength(3);
});

test('ends of one plan that two desks set apart wait for a decision under the name of the student', async () => {
  const { first, second, near } = desks;
  const days = { from: '2026-03-09', to: '2026-03-13' };
  const { plans } = await first.must('absence', 'plan', { ...days, students: [near.own.student], code: 'C' });
  await syncNow(first);
  await syncNow(second);
  desks.pass(60_000);
  await first.must('absence', 'changePlan', { plans, fields: { to: '2026-03-10' } });
  await second.must('absence', 'changePlan', { plans, fields: { to: '2026-03-11' } });
  for (const desk of [first, second, first]) await syncNow(desk);
  const { conflicts } = await first.must('sync', 'conflicts', {});
  expect(conflicts).toMatchObject([
    { table: 'planned_absence', field: 'toDay', title: `${near.own.plants.given} ${near.own.plants.family}` },
  ]);
  expect(conflicts[0]?.values.map(({ value }) => value).toSorted()).toEqual(['2026-03-10', '2026-03-11']);
  const earlier = conflicts[0]?.values.find(({ value }) => value === '2026-03-10');
  await first.must('sync', 'decide', {
    id: conflicts[0]?.id ?? '',
    versions: conflicts[0]?.values.map(({ version }) => version) ?? [],
    choice: { keep: 'one', version: earlier?.version ?? '' },
  });
  for (const desk of [first, second]) await syncNow(desk);
  const ends = await second.must('absence', 'plans', { from: '2026-03-09', to: '2026-03-13' });
  expect(ends.plans.map(({ to }) => to)).toEqual(['2026-03-10']);
});

test('what was noted on one plan at two desks is decided by whoever may read it, and stays sealed', async () => {
  const { first, second, near } = desks;
  const days = { from: '2026-03-16', to: '2026-03-16' };
  const { plans } = await first.must('absence', 'plan', { ...days, students: [near.own.student], code: 'C' });
  for (const desk of [first, second]) await syncNow(desk);
  desks.pass(60_000);
  await first.must('absence', 'changePlan', { plans, fields: { note: 'A wedding' } });
  await second.must('absence', 'changePlan', { plans, fields: { note: 'In the north' } });
  for (const desk of [first, second, first]) await syncNow(desk);
  const [conflict] = (await first.must('sync', 'conflicts', {})).conflicts;
  expect(conflict).toMatchObject({ field: 'note', input: 'text', canKeepBoth: true });
  await first.must('sync', 'decide', {
    id: conflict?.id ?? '',
    versions: conflict?.values.map(({ version }) => version) ?? [],
    choice: { keep: 'both' },
  });
  for (const desk of [first, second]) await syncNow(desk);
  const shown = await second.must('absence', 'plans', days);
  expect(shown.plans[0]?.note.split('; ').toSorted()).toEqual(['A wedding', 'In the north']);
});
