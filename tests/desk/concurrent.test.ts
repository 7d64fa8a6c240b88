import { afterEach, beforeEach, expect, it } from 'vitest';
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
