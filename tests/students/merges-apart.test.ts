import { desc } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { change } from '../../db/school/schema.ts';
import type { StudentId } from '../../domain/ids.ts';
import type { TestDesk } from '../support/test-desk.ts';
import { createTwoDesks, stateOf, syncNow, type TwoDesks } from '../support/two-desks.ts';

let desks: TwoDesks;
let own: StudentId;
let other: StudentId;

beforeAll(async () => {
  desks = await createTwoDesks();
  own = desks.near.own.student;
  other = desks.near.other.student;
});

afterAll(async () => {
  await desks.dispose();
});

const both = () => [desks.first, desks.second];

async function meet(): Promise<void> {
  for (const desk of [...both(), ...both()]) await syncNow(desk);
  expect(stateOf(desks.second)).toBe(stateOf(desks.first));
}

/** What a desk says of the pair: the record that each of the two is shown by, and what waits to be decided. */
async function saidAt(desk: TestDesk) {
  const shownBy = async (student: StudentId) => (await desk.must('students', 'card', { student })).id;
  const { conflicts } = await desk.must('sync', 'conflicts', {});
  const { merged, apart } = await desk.must('students', 'duplicates', {});
  return {
    shownBy: [await shownBy(own), await shownBy(other)],
    merged: merged.length,
    apart: apart.length,
    conflicts: conflicts.map(({ table, field, title, values }) => ({
      table,
      field,
      names: title.split(' / ').length,
      values: values.map(({ value, desk: at }) => [at, value]),
    })),
  };
}

async function decide(desk: TestDesk, wanted: string): Promise<void> {
  const { conflicts } = await desk.must('sync', 'conflicts', {});
  for (const { id, values } of conflicts) {
    const { version = '' } = values.find(({ value }) => value === wanted) ?? {};
    const versions = values.map((each) => each.version);
    await desk.must('sync', 'decide', { id, versions, choice: { keep: 'one', version } });
  }
}

async function partAgain(): Promise<void> {
  const { first } = desks;
  const { merged, apart } = await first.must('students', 'duplicates', {});
  for (const each of merged) await first.must('students', 'unmerge', { merged: each.merged.id });
  for (const { records } of apart) {
    const [one, another] = records.map(({ id }) => id);
    await first.must('students', 'keepApart', { one: one ?? '', other: another ?? '', apart: false });
  }
  await meet();
  expect(await saidAt(desks.second)).toEqual({ shownBy: [own, other], merged: 0, apart: 0, conflicts: [] });
}

test.each([
  ['one person, said first', true, 'active'],
  ['one person, said last', false, 'active'],
  ['two people, said first', false, 'apart'],
  ['two people, said last', true, 'apart'],
])(
  'R5: one desk merges a pair and another says two people: both show it under Conflicts until it is %s',
  async (_name, mergesFirst, wanted) => {
    const { first, second } = desks;
    const merge = async () => first.must('students', 'merge', { kept: own, merged: other });
    const say = async () => second.must('students', 'keepApart', { one: other, other: own, apart: true });
    for (const write of mergesFirst ? [merge, say] : [say, merge]) {
      await write();
      desks.pass(60_000);
    }
    await meet();
    const waits = await saidAt(first);
    expect(await saidAt(second)).toEqual(waits);
    expect(waits.conflicts).toEqual([
      {
        table: 'person_merge',
        field: 'status',
        names: 2,
        values: mergesFirst
          ? [
              ['Nurse', 'apart'],
              ['Office', 'active'],
            ]
          : [
              ['Office', 'active'],
              ['Nurse', 'apart'],
            ],
      },
    ]);
    // What was said last is shown until somebody decides.
    expect([waits.merged, waits.apart]).toEqual(mergesFirst ? [0, 1] : [1, 0]);

    await decide(second, wanted);
    const written = second.open().unitParts.db.select().from(change).orderBy(desc(change.seq)).limit(1).get();
    // Every change of a pair says whose records they are.
    expect(JSON.parse(written?.body ?? '')).toMatchObject({
      operations: [{ fields: { kept: expect.any(String), merged: expect.any(String), status: wanted } }],
    });
    await meet();
    const decided = await saidAt(first);
    expect(await saidAt(second)).toEqual(decided);
    expect(decided).toMatchObject({
      merged: wanted === 'active' ? 1 : 0,
      apart: wanted === 'apart' ? 1 : 0,
      conflicts: [],
    });
    expect(new Set(decided.shownBy).size).toBe(wanted === 'active' ? 1 : 2);
    await partAgain();
  },
);

test('R5: a pair that two desks merge each the other way is one person on both, with nothing to decide', async () => {
  await desks.first.must('students', 'merge', { kept: own, merged: other });
  desks.pass(60_000);
  await desks.second.must('students', 'merge', { kept: other, merged: own });
  await meet();
  const said = await saidAt(desks.first);
  expect(await saidAt(desks.second)).toEqual(said);
  expect(said).toEqual({ shownBy: [other, other], merged: 1, apart: 0, conflicts: [] });
  await partAgain();
});

test('R5: one desk parts a pair and another turns it round: who decides for one person gets one', async () => {
  const { first, second } = desks;
  await first.must('students', 'merge', { kept: own, merged: other });
  await meet();
  await second.must('students', 'unmerge', { merged: other });
  await second.must('students', 'merge', { kept: other, merged: own });
  desks.pass(60_000);
  await first.must('students', 'unmerge', { merged: other });
  await meet();
  expect((await saidAt(second)).conflicts.map(({ field }) => field)).toEqual(['status']);
  await decide(second, 'active');
  await meet();
  for (const desk of both()) {
    expect(await saidAt(desk)).toEqual({ shownBy: [own, own], merged: 1, apart: 0, conflicts: [] });
  }
  await partAgain();
});

test('a pair that is said to be two people and then merged is one person, and no longer said to be two', async () => {
  const { first } = desks;
  await first.must('students', 'keepApart', { one: own, other, apart: true });
  await first.must('students', 'merge', { kept: own, merged: other });
  expect(await saidAt(first)).toEqual({ shownBy: [own, own], merged: 1, apart: 0, conflicts: [] });
  await partAgain();
});
