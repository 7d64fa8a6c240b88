import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSchoolServer, writeSchoolServer } from '../../main/sync/school-server.ts';
import { lieTo } from '../support/lying-server.ts';
import { startFaultProxy, type Fault, type FaultProxy } from '../support/fault-proxy.ts';
import { createTwoDesks, stateOf, syncNow, type TwoDesks } from '../support/two-desks.ts';
import { changeStudent } from '../support/two-schools.ts';

let desks: TwoDesks;
let proxy: FaultProxy;
let names = 0;

beforeAll(async () => {
  desks = await createTwoDesks();
  proxy = await startFaultProxy(desks.server);
  for (const { desk } of [desks.first, desks.second]) {
    const { db } = desk.open?.unitParts ?? {};
    const server = db && readSchoolServer(db);
    if (db === undefined || server === undefined) throw new Error('the desks are connected');
    writeSchoolServer(db, { ...server, host: '127.0.0.1', port: proxy.port });
    desk.sync.start();
  }
});

afterAll(async () => {
  const bugs = [...desks.first.bugs, ...desks.second.bugs];
  await proxy.close();
  await desks.dispose();
  expect(bugs).toEqual([]);
});

async function rename(): Promise<string> {
  names += 1;
  desks.pass(1000);
  const name = `Invented${names}`;
  await changeStudent(desks.first, desks.near.own.student, { preferredGivenName: name });
  return name;
}

/** Both desks try through the fault, then without: nothing is lost, nothing twice. */
async function through(fault: Fault): Promise<void> {
  const { first, second } = desks;
  const name = await rename();
  proxy.set(fault);
  await syncNow(first);
  await syncNow(second);
  proxy.set({});
  for (let round = 0; round < 2; round += 1) {
    await syncNow(first);
    await syncNow(second);
  }
  const card = await second.must('students', 'card', { student: desks.near.own.student });
  expect(card.name).toContain(name);
  expect(stateOf(second)).toBe(stateOf(first));
  expect(first.desk.sync.state()).toMatchObject({ phase: 'synced', waiting: 0 });
  for (const desk of [first, second]) {
    expect((await desk.must('sync', 'overview', {})).alarms).toEqual([]);
  }
}

describe('a line that breaks', () => {
  it.each([0, 1, 100, 1500, 2200, 2600, 3000, 3500, 4000, 4500, 5000, 6000, 8000])(
    'R7: after %i bytes from the server: nothing is lost',
    async (cutAfterDown) => {
      await through({ cutAfterDown });
    },
  );

  it.each([0, 1, 300, 700, 1000, 1300, 1600, 2000, 2500, 3000, 4000, 6000])(
    'R7: after %i bytes to the server: nothing is lost',
    async (cutAfterUp) => {
      await through({ cutAfterUp });
    },
  );

  it('R7: after the server has committed and before its answer arrives: what is sent again is not twice there', async () => {
    const { first } = desks;
    const name = await rename();
    let lost = 0;
    // The answer to an upload is lost: the server has it, the desk does not know.
    const heal = lieTo(first, {
      any: (request, reply) => {
        if (request.ask !== 'append') return reply;
        lost += 1;
        return { failure: 'unreachable' };
      },
    });
    await syncNow(first);
    heal();
    expect(lost).toBeGreaterThan(0);
    expect(first.desk.sync.state()).toMatchObject({ phase: 'offline', waiting: 1 });
    await through({});
    expect(name).not.toBe('');
  });

  it('R1: is slow: it takes longer, and that is all', async () => {
    await through({ delayMs: 60 });
  });
});
