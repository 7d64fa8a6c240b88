import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestUser } from '../support/test-desk.ts';
import { createTwoDesks, syncNow, type TwoDesks } from '../support/two-desks.ts';
import { schoolDay, tracesOf } from '../support/two-schools.ts';

let desks: TwoDesks;

beforeAll(async () => {
  desks = await createTwoDesks();
});

afterAll(async () => {
  await desks.dispose();
});

function filesIn(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesIn(path) : [path];
  });
}

it('R2: nothing of a person is on the server: not a name, not a date, not a number, not an id', async () => {
  const { first, second, server, near } = desks;
  await createTestUser(first, 'nora', 'nurse');
  await first.must('attendance', 'mark', {
    day: schoolDay,
    class: near.own.class,
    session: 'pm',
    marks: [{ student: near.own.student, code: 'N', note: 'Plantednote about nothing' }],
  });
  await syncNow(first);
  await syncNow(second);
  const planted = [
    ...tracesOf(near.own),
    ...tracesOf(near.other),
    'Plantednote',
    'Nearby School',
    'Ada Example',
    'nora',
    'nora@example.invalid',
    'Office',
    schoolDay,
  ];
  const ids = [near.own, near.other].flatMap((corner) => [corner.student, corner.class, corner.guardian]);
  const files = filesIn(server.folder);
  const stored = Buffer.concat(files.map((file) => readFileSync(file)));
  // The batches are there: what is looked for could have been found.
  expect(stored.length).toBeGreaterThan(100_000);
  const channel = first.open().auditLog.name.school;
  expect(stored.includes(Buffer.from(channel, 'hex')) || stored.includes(channel)).toBe(true);
  expect(planted.filter((text) => stored.includes(text))).toEqual([]);
  expect(planted.filter((text) => stored.includes(Buffer.from(text, 'utf16le')))).toEqual([]);
  expect(ids.filter((id) => stored.includes(Buffer.from(id, 'hex')))).toEqual([]);
  const log = server.logLines.join('\n');
  expect(log.length).toBeGreaterThan(0);
  expect(planted.filter((text) => log.includes(text))).toEqual([]);
  const metrics = await (await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`)).text();
  expect(planted.filter((text) => metrics.includes(text))).toEqual([]);
});
