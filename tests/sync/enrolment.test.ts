import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { letJoin } from '../../scripts/harness/enrol.ts';
import { startTestServer, type TestServer } from '../../scripts/harness/district-server.ts';
import {
  createTestDesk,
  createTestSchool,
  testNowMs,
  testPassword,
  type TestDesk,
} from '../support/test-desk.ts';
import { readSchoolServer, writeSchoolServer } from '../../main/sync/school-server.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { connect, join as joinSchool, until } from '../support/two-desks.ts';

let server: TestServer;
let host: TestDesk;
let guest: TestDesk;
let nowMs: number;

beforeEach(async () => {
  nowMs = testNowMs;
  server = await startTestServer({ now: () => nowMs });
  host = createTestDesk(undefined, nowMs);
  await createTestSchool(host);
  await connect(host, server);
  guest = createTestDesk(undefined, nowMs);
});

afterEach(async () => {
  const bugs = [...host.bugs, ...guest.bugs];
  await guest.must('sync', 'cancelJoin', {});
  host.desk.lock('user');
  host.dispose();
  guest.dispose();
  await server.remove();
  expect(bugs).toEqual([]);
});

/** Both have met: the words are on both screens. */
async function meet(): Promise<{ host: string[]; guest: string[] }> {
  const { code } = await host.must('sync', 'openEnrolment', {});
  await guest.must('sync', 'join', { code, deskLabel: 'Nurse', acceptFileKeychain: true });
  const atHost = await until(async () => {
    const look = await host.must('sync', 'enrolment', {});
    return look.step === 'words' ? look.words : undefined;
  });
  const atGuest = await until(async () => {
    const look = await guest.must('sync', 'joining', {});
    return look.step === 'words' ? look.words : undefined;
  });
  const shown = (words: readonly (string | null)[]): string[] => words.filter((word) => word !== null);
  return { host: shown(atHost), guest: shown(atGuest) };
}

function schoolsOf(desk: TestDesk): string[] {
  const folder = join(desk.folder, 'data/schools');
  return existsSync(folder) ? readdirSync(folder) : [];
}

const wrong = { words: ['wrong', 'words', 'typed'] };

describe('six words', () => {
  it('W16: three on each screen, all six different from meeting to meeting', async () => {
    const words = await meet();
    expect([words.host.length, words.guest.length]).toEqual([3, 3]);
    await guest.must('sync', 'cancelJoin', {});
    const again = await meet();
    expect([...again.host, ...again.guest]).not.toEqual([...words.host, ...words.guest]);
  });

  it('W16: wrong words three times end the meeting where they were typed, and nobody has joined', async () => {
    await meet();
    for (const triesLeft of [2, 1, 0]) {
      const reply = await host.call('sync', 'confirmEnrolment', wrong);
      expect(reply).toEqual({ ok: false, error: { type: 'words-wrong', triesLeft } });
    }
    expect(await host.must('sync', 'enrolment', {})).toEqual({ step: 'failed', why: 'not-genuine' });
    expect(await host.call('sync', 'confirmEnrolment', wrong)).toMatchObject({
      error: { type: 'enrolment-over' },
    });
    const { desks } = await host.must('sync', 'overview', {});
    expect(desks).toHaveLength(1);
    expect(await guest.call('sync', 'confirmJoin', wrong)).toMatchObject({ error: { type: 'words-wrong' } });
  });

  it('W16: right words on one side alone hand nothing over', async () => {
    const words = await meet();
    await guest.must('sync', 'confirmJoin', { words: words.host });
    expect(await host.call('sync', 'confirmEnrolment', wrong)).toMatchObject({ ok: false });
    expect((await guest.must('sync', 'joining', {})).step).toBe('confirming');
    expect(schoolsOf(guest)).toEqual([]);
  });

  it('W16: are taken in any case and with spaces around', async () => {
    const words = await meet();
    const spelled = words.host.map((word) => ` ${word.toUpperCase()} `);
    await guest.must('sync', 'confirmJoin', { words: spelled });
    expect((await guest.must('sync', 'joining', {})).step).toBe('confirming');
  });
});

describe('a code for joining', () => {
  it('W16: ends after 15 minutes', async () => {
    const { expiresAtMs } = await host.must('sync', 'openEnrolment', {});
    expect(expiresAtMs).toBe(nowMs + 15 * 60_000);
    nowMs += 15 * 60_000;
    host.nowMs = nowMs;
    expect(await host.must('sync', 'enrolment', {})).toEqual({ step: 'failed', why: 'expired' });
  });

  it('W16: that was given up opens nothing', async () => {
    const { code } = await host.must('sync', 'openEnrolment', {});
    await host.must('sync', 'cancelEnrolment', {});
    const reply = await guest.call('sync', 'join', { code, deskLabel: 'Nurse', acceptFileKeychain: true });
    expect(reply).toEqual({ ok: false, error: { type: 'server-refused', why: 'not-found' } });
  });

  it('W16: is used by one computer only', async () => {
    const { code } = await host.must('sync', 'openEnrolment', {});
    await guest.must('sync', 'join', { code, deskLabel: 'Nurse', acceptFileKeychain: true });
    const third = createTestDesk(undefined, nowMs);
    const reply = await third.call('sync', 'join', { code, deskLabel: 'Third', acceptFileKeychain: true });
    expect(reply).toEqual({ ok: false, error: { type: 'server-refused', why: 'code-used' } });
    third.dispose();
  });

  it.each([
    ['nothing of the kind', 'hello', 'damaged'],
    ['other characters', 'ü'.repeat(200), 'characters'],
  ])('is refused where it is %s, with the reason', async (_what, code, problem) => {
    const reply = await guest.call('sync', 'join', { code, deskLabel: 'Nurse', acceptFileKeychain: true });
    expect(reply).toEqual({ ok: false, error: { type: 'invitation-wrong', problem } });
  });

  it('with one letter mistyped is refused, and nothing is connected', async () => {
    const { code } = await host.must('sync', 'openEnrolment', {});
    const mistyped = `${code.slice(0, 40)}${code[40] === '7' ? '8' : '7'}${code.slice(41)}`;
    const reply = await guest.call('sync', 'join', {
      code: mistyped,
      deskLabel: 'Nurse',
      acceptFileKeychain: true,
    });
    expect(reply).toMatchObject({ ok: false, error: { type: 'invitation-wrong' } });
  });
});

describe('joining that is broken off', () => {
  it('W16: leaves nothing on the new computer, and it can join again', async () => {
    // The way to the server leads through a proxy that can be cut.
    const proxy = await startFaultProxy(server);
    const { db } = host.open().unitParts;
    const known = readSchoolServer(db);
    if (known === undefined) throw new Error('the school is connected');
    writeSchoolServer(db, { ...known, port: proxy.port });
    host.desk.sync.start();
    const words = await meet();
    await guest.must('sync', 'confirmJoin', { words: words.host });
    await host.must('sync', 'confirmEnrolment', { words: words.guest });
    await until(async () =>
      (await guest.must('sync', 'joining', {})).step === 'receiving' ? true : undefined,
    );
    proxy.set({ cutAfterDown: 0 });
    expect(schoolsOf(guest)).toHaveLength(1);
    expect((await guest.must('desk', 'status', {})).schools).toEqual([]);
    await guest.must('sync', 'cancelJoin', {});
    expect(schoolsOf(guest)).toEqual([]);
    expect(guest.desk.state).toBe('no-school');
    proxy.set({});
    const joined = await joinSchool(host, 'Nurse again');
    await joined.must('desk', 'signIn', { username: 'ada', password: testPassword });
    joined.desk.lock('user');
    joined.dispose();
    await proxy.close();
  });

  it('a computer that has the school already does not join it a second time, and keeps it', async () => {
    await letJoin(host, guest, 'Nurse');
    await expect(letJoin(host, guest, 'Nurse')).rejects.toThrow('refused');
    expect(schoolsOf(guest)).toHaveLength(1);
    await guest.must('desk', 'signIn', { username: 'ada', password: testPassword });
    await guest.must('desk', 'lock', {});
  });
});
