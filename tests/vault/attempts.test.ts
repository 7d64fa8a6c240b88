import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createAttempts, openAttempts, type Attempts } from '../../main/vault/attempts.ts';
import { schoolA, schoolB, seededRandom, temporaryFolder, valueOf } from './support.ts';

const minuteMs = 60_000;
const startMs = 1_790_000_000_000;
const login = 'f'.repeat(64);
const lockedKey = seededRandom('locked')(32);

function counter(): { folder: string; open: () => Attempts } {
  const folder = temporaryFolder();
  valueOf(createAttempts(folder, schoolA, lockedKey));
  return { folder, open: () => openAttempts(folder, schoolA, lockedKey) };
}

const fail = (open: () => Attempts, times: number, nowMs: number, who = login) =>
  Array.from({ length: times }, () => open().begin(who, nowMs));

describe('sign-in counter', { timeout: 60_000 }, () => {
  it('A8: five wrong passwords lock the account for 15 minutes, counted across restarts', () => {
    const { open } = counter();
    // Each attempt is made by a counter that was opened anew, as after a restart.
    const tries = fail(open, 5, startMs).map((result) => valueOf(result).triesLeft);
    expect(tries).toEqual([4, 3, 2, 1, 0]);
    const untilMs = startMs + 15 * minuteMs;
    expect(open().begin(login, untilMs - 1)).toEqual({ ok: false, error: { type: 'locked-out', untilMs } });
    expect(open().lockedUntilMs(login, untilMs - 1)).toBe(untilMs);
    expect(open().lockedUntilMs(login, untilMs)).toBeNull();
    expect(open().begin(login, untilMs)).toEqual({ ok: true, value: { triesLeft: 4 } });
  });

  it('A8: each further five lock twice as long, up to a day', () => {
    const { open } = counter();
    let nowMs = startMs;
    const minutes: number[] = [];
    for (let lock = 0; lock < 9; lock++) {
      fail(open, 5, nowMs);
      const untilMs = open().lockedUntilMs(login, nowMs)!;
      minutes.push((untilMs - nowMs) / minuteMs);
      nowMs = untilMs;
    }
    expect(minutes).toEqual([15, 30, 60, 120, 240, 480, 960, 1440, 1440]);
  });

  it('A8: an attempt counts before its password is looked at, so that ending the program gains nothing', () => {
    const { folder, open } = counter();
    const before = readFileSync(join(folder, 'attempts.json'), 'utf8');
    open().begin(login, startMs);
    expect(readFileSync(join(folder, 'attempts.json'), 'utf8')).not.toBe(before);
  });

  it('a right password forgets the wrong ones before it, and an earlier lock', () => {
    const { open } = counter();
    fail(open, 5, startMs);
    const laterMs = startMs + 15 * minuteMs;
    fail(open, 4, laterMs);
    valueOf(open().succeed(login, laterMs));
    expect(fail(open, 5, laterMs).map((result) => valueOf(result).triesLeft)).toEqual([4, 3, 2, 1, 0]);
    expect(open().lockedUntilMs(login, laterMs)).toBe(laterMs + 15 * minuteMs);
  });

  it('counts each login for itself', () => {
    const { open } = counter();
    fail(open, 5, startMs);
    expect(open().begin('0'.repeat(64), startMs)).toEqual({ ok: true, value: { triesLeft: 4 } });
  });

  it('A8: an administrator can unlock', () => {
    const { open } = counter();
    fail(open, 5, startMs);
    valueOf(open().unlock(login));
    expect(open().lockedUntilMs(login, startMs)).toBeNull();
    expect(open().begin(login, startMs)).toEqual({ ok: true, value: { triesLeft: 4 } });
  });

  it('A8: trying many names does not push a locked one out', () => {
    const { open } = counter();
    fail(open, 5, startMs);
    for (let name = 0; name < 600; name++) open().begin(String(name).padStart(64, '0'), startMs + name);
    expect(open().begin(login, startMs + 700)).toMatchObject({ error: { type: 'locked-out' } });
  });

  it.each([
    ['deleted', (path: string) => rmSync(path)],
    [
      'changed',
      (path: string) =>
        writeFileSync(path, readFileSync(path, 'utf8').replace('"failures":4', '"failures":0')),
    ],
    ['emptied', (path: string) => writeFileSync(path, '')],
    [
      "exchanged for another school's",
      (path: string) => {
        const folder = temporaryFolder();
        valueOf(createAttempts(folder, schoolB, lockedKey));
        writeFileSync(path, readFileSync(join(folder, 'attempts.json')));
      },
    ],
  ])('A8: with the file %s nobody signs in for 15 minutes, and it is said once as new', (_, harm) => {
    const { folder, open } = counter();
    fail(open, 4, startMs);
    harm(join(folder, 'attempts.json'));
    const untilMs = startMs + 15 * minuteMs;
    expect(open().lockedUntilMs(login, startMs)).toBe(untilMs);
    const refused = (isNew: boolean) => ({ ok: false, error: { type: 'attempts-damaged', untilMs, isNew } });
    expect(open().begin(login, startMs)).toEqual(refused(true));
    expect(open().begin('0'.repeat(64), untilMs - 1)).toEqual(refused(false));
    expect(open().begin(login, untilMs)).toEqual({ ok: true, value: { triesLeft: 4 } });
  });

  it('an administrator ends the wait that a damaged file began', () => {
    const { folder, open } = counter();
    rmSync(join(folder, 'attempts.json'));
    open().begin(login, startMs);
    valueOf(open().unlock(login));
    expect(open().begin(login, startMs)).toEqual({ ok: true, value: { triesLeft: 4 } });
  });

  it('A8: every single flipped bit of the file is noticed', () => {
    const { folder, open } = counter();
    fail(open, 3, startMs);
    const path = join(folder, 'attempts.json');
    const bytes = readFileSync(path);
    let noticed = 0;
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      writeFileSync(path, flipped);
      // What a damaged file answers, without writing a new one.
      if (open().lockedUntilMs(login, startMs) === startMs + 15 * minuteMs) noticed++;
    }
    expect(noticed).toBe(bytes.length * 8);
  });
});
