import { cpSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDesk, createTestUser, testPassword, type TestDesk } from '../support/test-desk.ts';
import { createTwoDesks, join, stateOf, syncNow, type TwoDesks } from '../support/two-desks.ts';
import { changeStudent } from '../support/two-schools.ts';

let desks: TwoDesks;

beforeEach(async () => {
  desks = await createTwoDesks();
});

afterEach(async () => {
  const bugs = [...desks.first.bugs, ...desks.second.bugs];
  await desks.dispose();
  expect(bugs).toEqual([]);
});

async function rename(desk: TestDesk, name: string): Promise<void> {
  desks.pass(1000);
  await changeStudent(desk, desks.near.own.student, { preferredGivenName: name });
}

async function nameAt(desk: TestDesk): Promise<string> {
  return (await desk.must('students', 'card', { student: desks.near.own.student })).name;
}

async function meet(...all: TestDesk[]): Promise<void> {
  for (let round = 0; round < 2; round += 1) for (const desk of all) await syncNow(desk);
}

async function alarmsAt(desk: TestDesk): Promise<string[]> {
  const { alarms } = await desk.must('sync', 'overview', {});
  return alarms.map(({ kind }) => kind).toReversed();
}

describe('a server that was restored from an old copy', () => {
  it('R7: gets back everything that it had acknowledged, accounts too, and each desk says that it went back', async () => {
    const { first, second, server } = desks;
    await server.stop();
    const copy = `${server.folder}-copy`;
    cpSync(server.folder, copy, { recursive: true });
    await server.start();

    await rename(first, 'Beforia');
    await createTestUser(first, 'nora', 'nurse');
    await meet(first, second);
    await rename(second, 'Afteria');
    await meet(second, first);
    const before = stateOf(first);
    expect(first.desk.sync.state().waiting).toBe(0);

    await server.stop();
    rmSync(server.folder, { recursive: true });
    cpSync(copy, server.folder, { recursive: true });
    rmSync(copy, { recursive: true });
    await server.start();
    await meet(first, second);
    await meet(first, second);
    expect(await alarmsAt(first)).toContain('server-went-back');
    expect([stateOf(first), stateOf(second)]).toEqual([before, before]);
    expect(first.desk.sync.state()).toMatchObject({ phase: 'synced', waiting: 0 });
    expect(second.desk.sync.state()).toMatchObject({ phase: 'synced', waiting: 0 });

    // The server has it all again: a desk that joins now gets everything from it.
    const third = await join(first, 'Library');
    await third.must('desk', 'signIn', { username: 'nora', password: testPassword });
    expect(await nameAt(third)).toContain('Afteria');
    third.desk.lock('user');
    third.dispose();
  });
});

describe('a desk that was restored from its backup', () => {
  it('R7: gets back what it had sent, and sends what nobody had', async () => {
    const { first, second, server, near } = desks;
    await rename(first, 'Beforia');
    await meet(first, second);
    await server.stop();
    // In the backup, and never sent: what is restored is not lost either.
    await changeStudent(first, near.other.student, { preferredGivenName: 'Leftovia' });
    const { name } = await first.must('backup', 'make', {});
    await server.start();
    await rename(first, 'Afteria');
    await syncNow(first);
    await meet(second);
    // What the first sends now, the restored store knows nothing of.
    const recoveryKey = near.recoveryKeyGroups.join(' ');
    await first.must('backup', 'restore', { name, recoveryKey });
    await first.must('desk', 'signIn', { username: 'ada', password: testPassword });
    expect(await nameAt(first)).toContain('Beforia');
    await meet(first, second);
    expect(await nameAt(first)).toContain('Afteria');
    expect(stateOf(first)).toBe(stateOf(second));
    expect(await alarmsAt(first)).toEqual([]);
    expect(await alarmsAt(second)).toEqual([]);
    await rename(first, 'Againia');
    await meet(first, second);
    expect(await nameAt(second)).toContain('Againia');
    const members = second.desk.sync.membership?.members();
    const self = first.open().auditLog.name;
    expect(members?.desks.get(self.desk)?.incarnation).toBe(1);
  });

  it('R7: what only the backup holds reaches the other desks', async () => {
    const { first, second, server, near } = desks;
    await meet(first, second);
    await server.stop();
    await changeStudent(first, near.other.student, { preferredGivenName: 'Leftovia' });
    const { name } = await first.must('backup', 'make', {});
    await first.must('backup', 'restore', { name, recoveryKey: near.recoveryKeyGroups.join(' ') });
    await first.must('desk', 'signIn', { username: 'ada', password: testPassword });
    await server.start();
    await meet(first, second);
    const card = await second.must('students', 'card', { student: near.other.student });
    expect(card.name).toContain('Leftovia');
    expect(stateOf(first)).toBe(stateOf(second));
  });
});

describe('a desk whose folder was set back to last week', () => {
  it('R3: is told so by name, and sends nothing', async () => {
    const { first, second } = desks;
    second.desk.lock('user');
    const copy = `${second.folder}-copy`;
    cpSync(second.folder, copy, { recursive: true });
    await second.must('desk', 'signIn', { username: 'ada', password: testPassword });
    await rename(second, 'Nextweeka');
    await meet(second, first);

    const old = createTestDesk(copy, second.nowMs);
    await old.must('desk', 'signIn', { username: 'ada', password: testPassword });
    await changeStudent(old, desks.near.other.student, { preferredGivenName: 'Clona' });
    await syncNow(old);
    const { alarms } = await old.must('sync', 'overview', {});
    expect(alarms.map(({ kind, deskLabel }) => [kind, deskLabel])).toEqual([
      ['this-desk-went-back', 'Nurse'],
    ]);
    expect(old.desk.sync.state()).toMatchObject({ phase: 'stopped', waiting: 1 });
    old.desk.lock('user');
    old.dispose();
    await meet(first, second);
    const card = await first.must('students', 'card', { student: desks.near.other.student });
    expect(card.name).not.toContain('Clona');
  });

  it('R3: whose audit log alone was set back is found out by the witness', async () => {
    const { second } = desks;
    second.desk.lock('user');
    const copy = `${second.folder}-copy`;
    cpSync(second.folder, copy, { recursive: true });
    await second.must('desk', 'signIn', { username: 'ada', password: testPassword });
    // Nothing is written but the audit log: only the witness can know.
    for (let reads = 0; reads < 70; reads += 1) await nameAt(second);
    await syncNow(second);
    const old = createTestDesk(copy, second.nowMs);
    await old.must('desk', 'signIn', { username: 'ada', password: testPassword });
    await syncNow(old);
    expect(await alarmsAt(old)).toEqual(['audit-went-back']);
    old.desk.lock('user');
    old.dispose();
  });
});
