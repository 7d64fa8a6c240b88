import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from '../../domain/result.ts';
import { startTestServer, type TestServer } from '../harness/district-server.ts';
import { letJoin } from '../harness/enrol.ts';
import {
  createScriptDesk,
  inTransaction,
  openSchoolDirectly,
  scriptPassword,
  type ScriptDesk,
} from '../harness/script-desk.ts';
import { makeSmallSchool } from '../faults/small-school.ts';
import type { Figure } from './figure.ts';
import { measureManyDesks } from './many-desks.ts';
import { createSyncCeiling, type SyncCeiling } from './sync-ceiling.ts';

/** The budget of DESIGN §9, for each way, from 10,000 changes on: with fewer the questions before and after them count for more. */
const mostOverCeiling = 2;
const budgetFrom = 10_000;

/**
 * Syncs so many changes, one mark each, from one desk to the server and from there to another, in turn with the ceiling; then many desks
 * at one server.
 */
export async function measureSync(
  folder: string,
  sizes: readonly number[],
  desks: { readonly count: number; readonly batches: number },
): Promise<readonly Figure[]> {
  const own = join(folder, 'sync');
  mkdirSync(own, { recursive: true });
  const server = await startTestServer({ ownProcess: true, parent: own });
  const ceiling = await createSyncCeiling(own, server.keys.tls.toString('utf8'));
  try {
    const { first, other, school } = await makeTwoDesks(own, server);
    const figures: Figure[] = [];
    for (const changes of sizes) {
      writeMarks(first, school, changes);
      const bareSendMs = await ceiling.send(changes);
      const sendMs = await timeRound(first);
      const bareReceiveMs = await ceiling.receive(changes);
      const receiveMs = await timeRound(other);
      figures.push(
        figureOf(
          `sync of ${changes.toLocaleString('en')} changes, desk to server`,
          sendMs,
          bareSendMs,
          changes,
        ),
        figureOf(
          `sync of ${changes.toLocaleString('en')} changes, server to desk`,
          receiveMs,
          bareReceiveMs,
          changes,
        ),
      );
    }
    first.desk.lock('user');
    other.desk.lock('user');
    figures.push(await manyDesksFigure(server, ceiling, desks));
    return figures;
  } finally {
    await ceiling.close();
    await server.remove();
  }
}

async function makeTwoDesks(folder: string, server: TestServer) {
  const school = await makeSmallSchool(join(folder, 'first'), 30);
  const first = createScriptDesk(school.dataDir, { nowMs: Date.now() });
  await first.must('desk', 'signIn', { username: 'admin', password: scriptPassword });
  await first.must('sync', 'connect', { invitation: await server.invitation(), deskLabel: 'First' });
  await first.desk.sync.whenIdle();
  const other = createScriptDesk(join(folder, 'other'), { nowMs: Date.now() });
  await letJoin(first, other, 'Other');
  const opening = await openSchoolDirectly(other, school.recoveryKeyGroups);
  assert(opening.type === 'open', 'the desk that has joined opens');
  await timeRound(first);
  await timeRound(other);
  return { first, other, school };
}

function writeMarks(
  { open, desk }: ScriptDesk,
  { classes, days }: Awaited<ReturnType<typeof makeSmallSchool>>,
  changes: number,
): void {
  const author = desk.session?.actor.user;
  assert(author !== undefined, 'somebody is signed in');
  inTransaction(open, () => {
    for (let number = 0; number < changes; number += 1) {
      const { id, students } = classes[number % classes.length] ?? { id: undefined, students: [] };
      const student = students[number % students.length];
      const day = days[number % days.length];
      assert(id !== undefined && student !== undefined && day !== undefined, 'a class has students');
      const key = { day, class: id, session: 'day' } as const;
      open.unitParts.changes.write({ type: 'register', id }, (change) => {
        change.add('mark', key, [
          { student, column: 'office', code: 'A', minutes: null, note: '', author, atMs: number },
        ]);
      });
    }
  });
}

/** One whole round, in milliseconds. Throws where it did not end well. */
async function timeRound({ desk }: ScriptDesk): Promise<number> {
  const start = performance.now();
  desk.sync.askNow();
  await desk.sync.whenIdle();
  const elapsedMs = performance.now() - start;
  const { phase, waiting } = desk.sync.state();
  assert(phase === 'synced' && waiting === 0, `a round ends well (${phase}, ${waiting} waiting)`);
  return elapsedMs;
}

function figureOf(name: string, valueMs: number, bareMs: number, changes: number): Figure {
  return {
    name,
    budget: changes < budgetFrom ? 'none at this size' : `≤ ${mostOverCeiling} × the ceiling`,
    state: 'measured',
    value: valueMs / 1000,
    unit: 's',
    baseline: { name: 'sealing, TLS and a transaction a batch', value: bareMs / 1000 },
    compared: valueMs / bareMs,
    limit: changes < budgetFrom ? Number.POSITIVE_INFINITY : mostOverCeiling,
    better: 'lower',
    details: { 'changes a second': Math.round((changes * 1000) / valueMs) },
  };
}

async function manyDesksFigure(
  server: TestServer,
  ceiling: SyncCeiling,
  desks: { readonly count: number; readonly batches: number },
): Promise<Figure> {
  const bare: number[] = [];
  for (let round = 0; round < 50; round += 1) bare.push(await ceiling.roundTrip());
  const at = (values: readonly number[], part: number): number =>
    values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * part)] ?? Number.NaN;
  const { appendMs, elapsedMs } = await measureManyDesks(server, desks);
  return {
    name: `${desks.count} desks at one server: a batch taken, median`,
    budget: 'none',
    state: 'measured',
    value: at(appendMs, 0.5),
    unit: 'ms',
    baseline: { name: 'a bare request over TLS', value: at(bare, 0.5) },
    compared: at(appendMs, 0.5),
    limit: Number.POSITIVE_INFINITY,
    better: 'lower',
    details: {
      'p99 ms': at(appendMs, 0.99),
      batches: appendMs.length,
      'batches a second': Math.round((appendMs.length * 1000) / elapsedMs),
    },
  };
}
