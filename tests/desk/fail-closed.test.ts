import { afterEach, beforeEach, expect, it } from 'vitest';
import { roles } from '../../domain/access/policy.ts';
import { err, type Result } from '../../domain/result.ts';
import type { Keychain, KeychainError } from '../../main/vault/keychain.ts';
import { createTestDesk, createTestSchool, testPassword, type TestDesk } from '../support/test-desk.ts';
import { auditEntries } from '../support/two-schools.ts';

let test: TestDesk;

beforeEach(async () => {
  test = createTestDesk();
  await createTestSchool(test);
});

afterEach(() => {
  test.dispose();
});

/** From now on the keychain refuses everything about how far the journal goes. */
function breakJournal(): void {
  const { openKeychain } = test.desk.options;
  const refuse = <T>(name: string, otherwise: () => Result<T, KeychainError>): Result<T, KeychainError> =>
    name.startsWith('journal-head/') ? err({ type: 'keychain-unavailable' }) : otherwise();
  Object.assign(test.desk.options, {
    openKeychain(allowFile: boolean): Result<Keychain, KeychainError> {
      const opened = openKeychain(allowFile);
      if (!opened.ok) return opened;
      const keychain = opened.value;
      return {
        ok: true,
        value: {
          kind: keychain.kind,
          get: (name) => refuse(name, () => keychain.get(name)),
          set: (name, value) => refuse(name, () => keychain.set(name, value)),
          delete: (name) => keychain.delete(name),
        },
      };
    },
  });
}

it('A7: a wrong password that the journal cannot keep is answered with the reason, not as a wrong one', async () => {
  await test.must('desk', 'lock', {});
  breakJournal();
  const reply = await test.call('desk', 'signIn', { username: 'ada', password: 'not the password' });
  expect(reply).toEqual({ ok: false, error: { type: 'keychain-unavailable' } });
});

it('A7: a journal that cannot be read at sign-in is an alarm on the audit log', async () => {
  await test.must('desk', 'lock', {});
  breakJournal();
  await test.must('desk', 'signIn', { username: 'ada', password: testPassword });
  const alarms = auditEntries(test).filter(({ action }) => action === 'alarm');
  expect(alarms.map(({ reason, procedure }) => [reason, procedure])).toEqual([
    ['journal-unreadable', 'desk.journal'],
  ]);
});

it('no account is made for a role that holds no key, whatever the window sends', async () => {
  for (const role of roles) {
    const reply = await test.gate.call({
      area: 'users',
      procedure: 'create',
      input: {
        username: role,
        displayName: 'Invented',
        email: 'i@example.invalid',
        jobTitle: '',
        role,
        staff: null,
      },
      windowId: 'window-1',
      sender: 'own-window',
    });
    expect([role, reply.ok]).toEqual([role, role !== 'parent' && role !== 'support']);
  }
});
