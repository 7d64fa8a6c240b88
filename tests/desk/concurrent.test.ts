import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { writeLocalNumber } from '../../db/school/local-state.ts';
import type { UserId } from '../../domain/ids.ts';
import {
  createTestDesk,
  createTestSchool,
  createTestUser,
  testPassword,
  type TestDesk,
} from '../support/test-desk.ts';

const newPassword = 'another long password';

let test: TestDesk;
let ben: UserId;

beforeEach(async () => {
  test = createTestDesk();
  await createTestSchool(test);
  ben = await createTestUser(test, 'ben', 'nurse');
});

afterEach(() => {
  test.dispose();
});

async function signIn(username: string, password: string): Promise<string> {
  if (test.desk.open !== null) await test.must('desk', 'lock', {});
  const reply = await test.call('desk', 'signIn', { username, password });
  return reply.ok ? reply.value.state : reply.error.type;
}

it('an own new password and a reset of somebody else, asked for side by side, both hold', async () => {
  const [changed, reset] = await Promise.all([
    test.call('users', 'changeOwnPassword', { present: testPassword, next: newPassword }),
    test.call('users', 'reset', { id: ben }),
  ]);
  expect([changed.ok, reset.ok]).toEqual([true, true]);
  expect(await signIn('ada', newPassword)).toBe('signed-in');
  expect(await signIn('ben', reset.ok ? reset.value.activationCode : '')).toBe('must-change-password');
});

it('an own new password and a new account, asked for side by side, both hold', async () => {
  const person = { displayName: 'Cleo Example', email: 'cleo@example.invalid', jobTitle: '', staff: null };
  const [created, changed] = await Promise.all([
    test.call('users', 'create', { ...person, username: 'cleo', role: 'nurse' }),
    test.call('users', 'changeOwnPassword', { present: testPassword, next: newPassword }),
  ]);
  expect([created.ok, changed.ok]).toEqual([true, true]);
  expect(await signIn('ada', newPassword)).toBe('signed-in');
  expect(await signIn('cleo', created.ok ? created.value.activationCode : '')).toBe('must-change-password');
});

it('a new account and a reset, asked for side by side, both hold', async () => {
  const person = { displayName: 'Cleo Example', email: 'cleo@example.invalid', jobTitle: '', staff: null };
  const [created, reset] = await Promise.all([
    test.call('users', 'create', { ...person, username: 'cleo', role: 'nurse' }),
    test.call('users', 'reset', { id: ben }),
  ]);
  expect([created.ok, reset.ok]).toEqual([true, true]);
  expect(await signIn('cleo', created.ok ? created.value.activationCode : '')).toBe('must-change-password');
  expect(await signIn('ben', reset.ok ? reset.value.activationCode : '')).toBe('must-change-password');
});

it('a new account asked for while a sign-in does a due change of the master key holds, and the old key is wiped', async () => {
  writeLocalNumber(test.open().unitParts.db, 'rotation-due', 1);
  await test.must('desk', 'lock', {});
  const signedIn = test.call('desk', 'signIn', { username: 'ada', password: testPassword });
  await vi.waitFor(() => expect(test.desk.state).toBe('signed-in'), { interval: 1 });
  const { masterKey } = test.open();
  const person = { displayName: 'Cleo Example', email: 'cleo@example.invalid', jobTitle: '', staff: null };
  const created = await test.call('users', 'create', { ...person, username: 'cleo', role: 'nurse' });
  expect([(await signedIn).ok, created.ok]).toEqual([true, true]);
  expect(masterKey).toEqual(new Uint8Array(32));
  expect(await signIn('cleo', created.ok ? created.value.activationCode : '')).toBe('must-change-password');
});
