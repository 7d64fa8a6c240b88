import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { account } from '../../db/accounts/schema.ts';
import { writeLocalNumber } from '../../db/school/local-state.ts';
import { contract } from '../../domain/contract/contract.ts';
import type { UserId } from '../../domain/ids.ts';
import { assert } from '../../domain/result.ts';
import { sessionIdleMs, sessionLongestMs, type Session } from '../../main/desk/desk.ts';
import { pairPaths, profileOf, type Profile } from '../../main/vault/profile.ts';
import {
  createTestDesk,
  createTestSchool,
  createTestUser,
  testPassword,
  type TestDesk,
} from '../support/test-desk.ts';
import { auditEntries, signInAda } from '../support/two-schools.ts';

const minuteMs = 60_000;
const newPassword = 'another long password';

let test: TestDesk;
let recoveryKeyGroups: readonly string[];

beforeEach(async () => {
  test = createTestDesk();
  ({ recoveryKeyGroups } = await createTestSchool(test));
});

afterEach(() => {
  test.dispose();
});

function session(): Session {
  assert(test.desk.session !== null, 'somebody is signed in');
  return test.desk.session;
}

/** What the desk says to a sign-in. */
async function signIn(username: string, password: string, desk = test): Promise<string> {
  const reply = await desk.call('desk', 'signIn', { username, password });
  return reply.ok ? reply.value.state : reply.error.type;
}

describe('how a session ends', () => {
  it('A9: after 60 minutes without a call, and not a minute before', async () => {
    test.nowMs += 59 * minuteMs;
    expect((await test.call('users', 'list', {})).ok).toBe(true);
    test.nowMs += 60 * minuteMs;
    expect(await test.call('users', 'list', {})).toEqual({ ok: false, error: { type: 'locked' } });
    expect(test.events.at(-1)).toEqual({ type: 'locked', why: 'idle' });
  });

  it('H7: after 60 minutes idle by the clock alone, without any call', async () => {
    expect(sessionIdleMs).toBe(60 * minuteMs);
    test.nowMs += 60 * minuteMs;
    await test.desk.tick();
    expect([test.desk.session, test.desk.open, test.desk.state]).toEqual([null, null, 'locked']);
  });

  it('A9: asking for the status does not keep a session alive, saying that one is there does', async () => {
    for (let quarter = 0; quarter < 3; quarter += 1) {
      test.nowMs += 15 * minuteMs;
      await test.must('desk', 'status', {});
    }
    await test.must('desk', 'stayActive', {});
    test.nowMs += 59 * minuteMs;
    expect((await test.must('desk', 'status', {})).state).toBe('signed-in');
    test.nowMs += minuteMs;
    expect((await test.must('desk', 'status', {})).state).toBe('locked');
  });

  it('A9: after 12 hours however busy', async () => {
    expect(sessionLongestMs).toBe(12 * 60 * minuteMs);
    for (let call = 1; call < 24; call += 1) {
      test.nowMs += 30 * minuteMs;
      await test.must('desk', 'stayActive', {});
    }
    test.nowMs += 30 * minuteMs;
    expect(await test.call('desk', 'stayActive', {})).toEqual({ ok: false, error: { type: 'locked' } });
    expect(test.events.at(-1)).toEqual({ type: 'locked', why: 'time' });
  });

  it('A9: the status says when it will end, for the warning', async () => {
    const startedMs = test.nowMs;
    test.nowMs += 5 * minuteMs;
    await test.must('desk', 'stayActive', {});
    const { session: shown } = await test.must('desk', 'status', {});
    expect(shown).toEqual({
      idleEndsAtMs: startedMs + 65 * minuteMs,
      endsAtMs: startedMs + sessionLongestMs,
    });
  });

  it('H7: at sign-out every key is wiped, the store is closed, and nothing can be replayed', async () => {
    const { keys } = session();
    const open = test.open();
    await test.must('desk', 'lock', {});
    assert(keys !== null, 'a signed-in user has keys');
    const secrets = [keys.agreement.secret, keys.signing.seed, open.masterKey];
    expect(secrets.every((secret) => secret.every((byte) => byte === 0))).toBe(true);
    expect(open.connection.open).toBe(false);
    expect(await test.call('users', 'list', {})).toEqual({ ok: false, error: { type: 'locked' } });
  });

  it('H7: its beginning and end are on the log with desk, method and time, and the session knows its last activity', async () => {
    test.nowMs += 2 * minuteMs;
    await test.must('users', 'list', {});
    expect(session().lastActiveMs).toBe(test.nowMs);
    await test.must('desk', 'lock', {});
    const endedMs = test.nowMs;
    await signInAda(test);
    const { id, desk } = test.open().unitParts.school;
    const sessions = auditEntries(test).filter(({ action }) => action.startsWith('sign-'));
    const facts = sessions.map((entry) => [
      entry.action,
      entry.actor.method,
      entry.desk === desk,
      entry.school === id,
      entry.at,
      entry.reason,
    ]);
    expect(facts).toEqual([
      ['sign-in', 'password', true, true, endedMs - 2 * minuteMs, undefined],
      ['sign-out', 'password', true, true, endedMs, 'by-user'],
      ['sign-in', 'password', true, true, endedMs, undefined],
    ]);
  });
});

describe('wrong passwords', () => {
  it('A8: five lock the account, the restart does not unlock it, the right password does not open it', async () => {
    await test.must('desk', 'lock', {});
    const answers: unknown[] = [];
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const reply = await test.call('desk', 'signIn', { username: 'ada', password: 'not the password' });
      answers.push(reply.ok ? 'ok' : reply.error);
    }
    const untilMs = test.nowMs + 15 * minuteMs;
    expect(answers).toEqual([
      ...[4, 3, 2, 1].map((triesLeft) => ({ type: 'wrong-credentials', triesLeft })),
      { type: 'locked-out', untilMs },
    ]);
    const again = test.restart();
    expect(await signIn('ada', testPassword, again)).toBe('locked-out');
    again.nowMs += 15 * minuteMs;
    expect(await signIn('ada', testPassword, again)).toBe('signed-in');
    const noted = auditEntries(again).filter(({ procedure }) => procedure === 'desk.journal');
    expect(noted.map(({ action, outcome }) => [action, outcome])).toEqual([
      ...Array.from({ length: 5 }, () => ['sign-in', 'refused:wrong-credentials']),
      ['sign-in', 'refused:locked-out'],
    ]);
    again.desk.lock('user');
  });

  it('A8: an administrator lets the locked account try again at once', async () => {
    const ben = await createTestUser(test, 'ben', 'nurse');
    await test.must('desk', 'lock', {});
    for (let attempt = 0; attempt < 5; attempt += 1) await signIn('ben', 'not the password');
    expect(await signIn('ben', testPassword)).toBe('locked-out');
    await signInAda(test);
    const locked = (await test.must('users', 'list', {})).users.find(({ id }) => id === ben);
    expect(locked?.lockedUntilMs).toBe(test.nowMs + 15 * minuteMs);
    await test.must('users', 'unlock', { id: ben });
    await test.must('desk', 'lock', {});
    expect(await signIn('ben', testPassword)).toBe('signed-in');
  });

  it('A8: wrong passwords for a change of password and for an export count like any other', async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await test.call('users', 'changeOwnPassword', { present: 'not the password', next: newPassword });
    }
    await test.must('desk', 'lock', {});
    expect(await signIn('ada', testPassword)).toBe('locked-out');
  });
});

describe("an administrator's reset", () => {
  let ben: UserId;

  beforeEach(async () => {
    ben = await createTestUser(test, 'ben', 'nurse');
  });

  it('W5: the old password opens nothing any more, and the code is the only way back in', async () => {
    const { activationCode } = await test.must('users', 'reset', { id: ben });
    await test.must('desk', 'lock', {});
    expect(await signIn('ben', testPassword)).toBe('wrong-credentials');
    expect(await signIn('ben', activationCode)).toBe('must-change-password');
  });

  it('A10: after a reset nothing is answered until a password has been chosen', async () => {
    const { activationCode } = await test.must('users', 'reset', { id: ben });
    await test.must('desk', 'lock', {});
    await signIn('ben', activationCode);
    expect(await test.call('attendance', 'calendar', {})).toEqual({
      ok: false,
      error: { type: 'wrong-state', state: 'must-change-password' },
    });
    expect(await test.call('desk', 'chooseNewPassword', { password: 'short' })).toEqual({
      ok: false,
      error: { type: 'password-refused', reason: 'too-short' },
    });
    expect(test.desk.state).toBe('must-change-password');
    await test.must('desk', 'chooseNewPassword', { password: newPassword });
    expect((await test.call('attendance', 'calendar', {})).ok).toBe(true);
    await test.must('desk', 'lock', {});
    expect(await signIn('ben', activationCode)).toBe('wrong-credentials');
    expect(await signIn('ben', newPassword)).toBe('signed-in');
  });

  it('A10: the code stops to open after 24 hours', async () => {
    const { activationCode, expiresAtMs } = await test.must('users', 'reset', { id: ben });
    expect(expiresAtMs).toBe(test.nowMs + 24 * 60 * minuteMs);
    await test.must('desk', 'lock', {});
    test.nowMs = expiresAtMs;
    expect(await signIn('ben', activationCode)).toBe('wrong-credentials');
  });

  it('A5: a copy of the old header, with the password that it takes, opens neither the store nor a session', async () => {
    const profile = theProfile();
    const oldVault = readFileSync(join(profile.folder, 'vault-g000001.json'));
    await test.must('users', 'reset', { id: ben });
    await test.must('desk', 'lock', {});
    renameSync(join(profile.folder, 'store-g000002.db'), join(profile.folder, 'store-g000001.db'));
    writeFileSync(join(profile.folder, 'vault-g000001.json'), oldVault);
    writeFileSync(join(profile.folder, 'current'), 'g000001\n');
    expect(await signIn('ben', testPassword)).toBe('store-damaged');
    expect([test.desk.open, test.desk.session]).toEqual([null, null]);
  });

  it('W5: neither does a copy of the whole profile from before', async () => {
    const profile = theProfile();
    await test.must('desk', 'lock', {});
    const copy = join(test.folder, 'copy');
    cpSync(profile.folder, copy, { recursive: true });
    await signInAda(test);
    await test.must('users', 'reset', { id: ben });
    await test.must('desk', 'lock', {});
    rmSync(profile.folder, { recursive: true });
    cpSync(copy, profile.folder, { recursive: true });
    expect(await signIn('ben', testPassword)).toBe('store-rolled-back');
    expect([test.desk.open, test.desk.session]).toEqual([null, null]);
  });

  it('B9: provisioning and the change of the master key are on the log', async () => {
    await test.must('users', 'reset', { id: ben });
    const rows = auditEntries(test).map(({ action, procedure, record }) => [action, procedure, record.type]);
    expect(rows).toContainEqual(['provision', 'desk.createSchool', 'school']);
    expect(rows).toContainEqual(['create', 'users.create', 'account']);
    expect(rows).toContainEqual(['rotate', 'users.reset', 'account']);
    expect(rows.filter(([action]) => action === 'sign-in').length).toBeGreaterThan(2);
  });

  it('the old password opens no session when the program ended between the reset and the new master key', async () => {
    const { db } = test.open().unitParts;
    db.update(account).set({ state: 'awaiting-activation' }).where(eq(account.id, ben)).run();
    writeLocalNumber(db, 'rotation-due', 1);
    await test.must('desk', 'lock', {});
    expect(await signIn('ben', testPassword)).toBe('wrong-credentials');
    expect([test.desk.open, test.desk.session]).toEqual([null, null]);
    expect(await signIn('ada', testPassword)).toBe('signed-in');
    const failed = auditEntries(test).filter(({ outcome }) => outcome === 'refused:account-refused');
    expect(failed.map(({ action, procedure }) => [action, procedure])).toEqual([['sign-in', 'desk.journal']]);
  });

  it('a removed user is gone at once, with an old copy of the header too', async () => {
    const profile = theProfile();
    const oldVault = readFileSync(join(profile.folder, 'vault-g000001.json'));
    await test.must('users', 'remove', { id: ben });
    await test.must('desk', 'lock', {});
    expect(await signIn('ben', testPassword)).toBe('wrong-credentials');
    expect((await test.must('desk', 'status', {})).recentUsers.map(({ username }) => username)).toEqual([
      'ada',
    ]);
    writeFileSync(join(profile.folder, 'vault-g000002.json'), oldVault);
    expect(await signIn('ben', testPassword)).toBe('store-damaged');
  });
});

function theProfile(desk = test): Profile {
  const { chosen } = desk.desk;
  assert(chosen !== null, 'a school is chosen');
  return profileOf(desk.desk.options.dataDir, chosen);
}

describe('an older copy of the store', () => {
  async function keepCopy(): Promise<string> {
    await test.must('desk', 'lock', {});
    const copy = join(test.folder, 'copy');
    cpSync(theProfile().folder, copy, { recursive: true });
    return copy;
  }

  it('R3: put back, it is known as older, and no procedure on people answers', async () => {
    const copy = await keepCopy();
    await signInAda(test);
    await test.must('desk', 'lock', {});
    rmSync(theProfile().folder, { recursive: true });
    cpSync(copy, theProfile().folder, { recursive: true });
    expect(await test.call('desk', 'signIn', { username: 'ada', password: testPassword })).toEqual({
      ok: false,
      error: { type: 'store-rolled-back', anchor: 'older' },
    });
    expect(test.desk.open).toBe(null);
    const answers = new Set<string>();
    for (const area of ['students', 'attendance', 'users'] as const) {
      for (const name of Object.keys(contract[area])) {
        const reply = await test.gate.call({
          area,
          procedure: name,
          input: {},
          windowId: 'window-1',
          sender: 'own-window',
        });
        answers.add(reply.ok ? 'ok' : reply.error.type);
      }
    }
    expect([...answers]).toEqual(['locked']);
  });

  it('R3: a store whose anchor is gone opens to nobody', async () => {
    await test.must('desk', 'lock', {});
    const path = join(test.desk.options.dataDir, 'keychain-fallback.json');
    const file = JSON.parse(readFileSync(path, 'utf8')) as { items: Record<string, string> };
    const items = Object.entries(file.items).filter(([name]) => !name.startsWith('anchor/'));
    writeFileSync(path, JSON.stringify({ ...file, items: Object.fromEntries(items) }));
    expect(await test.call('desk', 'signIn', { username: 'ada', password: testPassword })).toEqual({
      ok: false,
      error: { type: 'store-rolled-back', anchor: 'missing' },
    });
  });
});

describe('a lost keychain', () => {
  const recover = (groups: readonly string[]) =>
    test.call('desk', 'recover', { recoveryKey: groups.join(' '), acceptFileKeychain: true });

  it('is mended by the recovery key, which is used up by it', async () => {
    const ben = await createTestUser(test, 'ben', 'nurse');
    await test.must('desk', 'lock', {});
    rmSync(join(test.desk.options.dataDir, 'keychain-fallback.json'));
    expect(await signIn('ada', testPassword)).toBe('school-secret-missing');

    const recovered = await recover(recoveryKeyGroups);
    assert(recovered.ok, 'the recovery key opens the school');
    const [administrator] = recovered.value.administrators;
    assert(administrator !== undefined, 'the school has an administrator');
    expect(administrator.displayName).toBe('Ada Example');
    expect(await test.call('users', 'list', {})).toEqual({
      ok: false,
      error: { type: 'wrong-state', state: 'recovered' },
    });

    const named = await test.must('desk', 'recoverAdministrator', { administrator: administrator.id });
    expect(named.recoveryKeyGroups).not.toEqual(recoveryKeyGroups);
    await test.must('desk', 'lock', {});
    expect(await signIn('ada', testPassword)).toBe('wrong-credentials');
    expect(await signIn('ada', named.activationCode)).toBe('must-change-password');
    await test.must('desk', 'chooseNewPassword', { password: newPassword });
    const { users } = await test.must('users', 'list', {});
    expect(users.map(({ id }) => id)).toContain(ben);
    const rows = auditEntries(test).filter(({ action }) => action === 'recover');
    expect(rows.map(({ procedure, actor }) => [procedure, actor.method])).toEqual([
      ['desk.recover', 'recovery-key'],
      ['desk.recoverAdministrator', 'recovery-key'],
    ]);
    await test.must('desk', 'lock', {});

    // The others' passwords go on as they were: the school secret is the same one.
    expect(await signIn('ben', testPassword)).toBe('signed-in');
    await test.must('desk', 'lock', {});
    const oldKey = await recover(recoveryKeyGroups);
    expect(oldKey).toEqual({ ok: false, error: { type: 'recovery-key-wrong', group: null } });
    expect((await recover(named.recoveryKeyGroups)).ok).toBe(true);
  });

  it('stays lost, and is not taken for a wrong password, when the store does not open either', async () => {
    await test.must('desk', 'lock', {});
    rmSync(join(test.desk.options.dataDir, 'keychain-fallback.json'));
    const { store } = pairPaths(theProfile(), 1);
    renameSync(store, `${store}.away`);
    const refused = await recover(recoveryKeyGroups);
    expect(refused.ok ? 'ok' : refused.error.type).toBe('store-damaged');
    renameSync(`${store}.away`, store);
    expect(await signIn('ada', testPassword)).toBe('school-secret-missing');
    expect((await recover(recoveryKeyGroups)).ok).toBe(true);
  });

  it('is mended once when the recovery key is typed twice at the same time', async () => {
    await test.must('desk', 'lock', {});
    const replies = await Promise.all([recover(recoveryKeyGroups), recover(recoveryKeyGroups)]);
    // Which of the two is first through the key's own arithmetic is chance.
    expect(replies.map(({ ok }) => ok).filter(Boolean)).toEqual([true]);
    expect(test.desk.state).toBe('recovered');
  });

  it('says which group of a mistyped recovery key is wrong, and opens nothing', async () => {
    await test.must('desk', 'lock', {});
    const typed = recoveryKeyGroups.map((group, index) =>
      index === 2 ? group.split('').toReversed().join('') : group,
    );
    const reply = await recover(typed);
    expect(reply.ok ? 'ok' : reply.error.type).toBe('recovery-key-wrong');
    expect(test.desk.state).toBe('locked');
  });
});
