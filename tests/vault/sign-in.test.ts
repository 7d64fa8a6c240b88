import { describe, expect, it } from 'vitest';
import { openAttempts } from '../../main/vault/attempts.ts';
import { openJournal } from '../../main/vault/journal.ts';
import { loginOf } from '../../main/vault/keys.ts';
import { confirmPassword, signIn } from '../../main/vault/sign-in.ts';
import {
  ada,
  adaPassword,
  asRead,
  schoolA,
  schoolOnDisk,
  seededRandom,
  temporaryFolder,
  valueOf,
} from './support.ts';

const startMs = 1_790_000_000_000;
const quarterMs = 15 * 60_000;

async function desk() {
  const school = await schoolOnDisk(temporaryFolder());
  const { body, masterKey, schoolSecret } = school.created;
  const lockedKey = seededRandom('locked')(32);
  const { folder } = school.profile;
  const options = (password: string, nowMs = startMs, username = 'ada') => ({
    vault: asRead(body, masterKey),
    schoolSecret,
    // Opened anew for every attempt, as after a restart.
    attempts: openAttempts(folder, schoolA, lockedKey),
    journal: openJournal({ folder, school: schoolA, lockedKey, keychain: school.keychain }),
    username,
    password,
    nowMs,
  });
  return { options, schoolSecret };
}

describe('sign-in', () => {
  it('A8: after five wrong passwords even the right one is refused until the lock ends, over restarts, and all is journaled', async () => {
    const { options, schoolSecret } = await desk();
    const answers: unknown[] = [];
    for (let attempt = 0; attempt < 5; attempt++) answers.push(await signIn(options('a wrong password')));
    expect(answers).toEqual(
      [4, 3, 2, 1, 0].map((triesLeft) => ({ ok: false, error: { type: 'wrong-credentials', triesLeft } })),
    );
    const untilMs = startMs + quarterMs;
    expect(await signIn(options(adaPassword, untilMs - 1))).toEqual({
      ok: false,
      error: { type: 'locked-out', untilMs },
    });
    expect(valueOf(await signIn(options(adaPassword, untilMs))).user).toBe(ada);
    const { entries } = valueOf(options('').journal.readAndVerify());
    const login = loginOf(schoolSecret, 'ada');
    expect(entries).toEqual([
      ...[1, 2, 3, 4, 5].map((seq) => ({
        seq,
        at: startMs,
        kind: 'sign-in-failed',
        login,
        code: 'wrong-credentials',
      })),
      { seq: 6, at: untilMs - 1, kind: 'sign-in-locked', login, code: 'locked-out' },
    ]);
  });

  it('A8: a username that nobody has is counted and locked alike', async () => {
    const { options } = await desk();
    for (let attempt = 0; attempt < 5; attempt++)
      await signIn(options('a wrong password', startMs, 'nobody'));
    expect(await signIn(options('a wrong password', startMs, 'nobody'))).toMatchObject({
      error: { type: 'locked-out' },
    });
    expect((await signIn(options(adaPassword))).ok).toBe(true);
  });

  it('A8: wrong passwords when asked again count towards the same lock', async () => {
    const { options } = await desk();
    for (let attempt = 0; attempt < 5; attempt++)
      await confirmPassword({ ...options('a wrong password'), user: ada });
    expect(await signIn(options(adaPassword))).toMatchObject({ error: { type: 'locked-out' } });
    expect(await confirmPassword({ ...options(adaPassword, startMs + quarterMs), user: ada })).toEqual({
      ok: true,
      value: undefined,
    });
  });

  it('R4: when the journal cannot be written, the answer is that and nothing else', async () => {
    const { options } = await desk();
    const cause = { type: 'disk-full' } as const;
    const journal = { ...options('').journal, append: () => ({ ok: false, error: cause }) as const };
    expect(await signIn({ ...options('a wrong password'), journal })).toEqual({
      ok: false,
      error: { type: 'journal-unavailable', cause },
    });
  });
});
