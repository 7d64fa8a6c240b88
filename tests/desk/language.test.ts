import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTestDesk, createTestSchool, testPassword, type TestDesk } from '../support/test-desk.ts';

let test: TestDesk;

beforeEach(async () => {
  test = createTestDesk();
  await createTestSchool(test);
});

afterEach(() => {
  test.dispose();
});

async function languagesNow(desk = test): Promise<unknown> {
  const { language, user } = await desk.must('desk', 'status', {});
  return { computer: language, user: user?.language };
}

it('the language of an account is its own, comes back at the next sign-in, and is empty until it was chosen', async () => {
  expect(await languagesNow()).toEqual({ computer: null, user: null });
  const display = { density: 'compact', colorScheme: 'auto' } as const;
  await test.must('users', 'changeOwnDisplay', { ...display, language: 'ur' });
  await test.must('desk', 'lock', {});
  expect(await languagesNow()).toEqual({ computer: null, user: undefined });
  await test.must('desk', 'signIn', { username: 'ada', password: testPassword });
  expect(await languagesNow()).toEqual({ computer: null, user: 'ur' });
  await test.must('users', 'changeOwnDisplay', { ...display, language: null });
  expect(await languagesNow()).toEqual({ computer: null, user: null });
});

it('the language of the computer is known before anybody signs in, after a restart too', async () => {
  await test.must('desk', 'lock', {});
  await test.must('desk', 'chooseLanguage', { language: 'es' });
  const restarted = test.restart();
  expect(await languagesNow(restarted)).toEqual({ computer: 'es', user: undefined });
});

it('a file with something else in it is no choice', async () => {
  writeFileSync(join(test.desk.options.dataDir, 'language'), 'klingon\n');
  expect(await languagesNow()).toEqual({ computer: null, user: null });
});
