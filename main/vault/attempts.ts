import { join } from 'node:path';
import { z } from 'zod';
import { schoolId, type SchoolId } from '../../domain/ids.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { readFileIfAny, replaceFile, type DiskFull } from './durable-file.ts';
import { deriveKey } from './keys.ts';
import { macedText, parseMaced } from './maced-file.ts';

/** How many wrong passwords in a row lock an account (A8). */
export const attemptsBeforeLock = 5;

const firstLockMs = 15 * 60_000;
const longestLockMs = 24 * 60 * 60_000;
/** Names that nobody has are counted too, so that they answer alike; the oldest unlocked ones make room. */
const mostLogins = 500;

const attemptsBody = z.strictObject({
  v: z.literal(1),
  school: schoolId,
  /** The file was missing or changed: until then nobody signs in with a password. */
  damagedUntilMs: z.int(),
  logins: z.array(
    z.strictObject({
      login: z.string(),
      failures: z.int(),
      /** How often in a row the account was locked: the next lock lasts twice as long. */
      locks: z.int(),
      lockedUntilMs: z.int(),
      lastMs: z.int(),
    }),
  ),
});

type AttemptsBody = z.output<typeof attemptsBody>;
type LoginAttempts = AttemptsBody['logins'][number];

export type AttemptRefused =
  /** Too many wrong passwords. Also for a username that nobody has. */
  | { readonly type: 'locked-out'; readonly untilMs: number }
  /** The counter's file is gone or was changed by something else: every account waits 15 minutes, an attempt to try faster gains nothing. */
  | { readonly type: 'attempts-damaged'; readonly untilMs: number; readonly isNew: boolean }
  | DiskFull;

/**
 * Counts wrong passwords for each login of a school, in a small file beside the store, so that it works while the store is closed and survives a
 * restart. The file carries a MAC under a key of the keychain.
 */
export interface Attempts {
  /**
   * Counts an attempt as wrong before the password is looked at, so that ending the program in the middle gains nothing. Gives how many are
   * left before the account locks. Errors: `locked-out`, `attempts-damaged`, `disk-full`: then no password may be tried.
   */
  begin(login: string, nowMs: number): Result<{ readonly triesLeft: number }, AttemptRefused>;
  /** The password was right: forgets the login's wrong ones. */
  succeed(login: string, nowMs: number): Result<void, AttemptRefused>;
  /** An administrator lets the account try again now, and ends the wait that a damaged file began. */
  unlock(login: string): Result<void, DiskFull>;
  /** Until when a login has to wait; `null` when it has not. Writes nothing. */
  lockedUntilMs(login: string, nowMs: number): number | null;
}

/** Writes the empty counter of a new school. Without it, the first sign-in would find the file missing. */
export function createAttempts(
  folder: string,
  school: SchoolId,
  lockedKey: Uint8Array,
): Result<void, DiskFull> {
  return write(folder, deriveKey(lockedKey, 'attempts'), emptyBody(school, 0));
}

/** Opens a school's counter. `lockedKey` is the keychain's item of that name. */
export function openAttempts(folder: string, school: SchoolId, lockedKey: Uint8Array): Attempts {
  const key = deriveKey(lockedKey, 'attempts');

  const parse = (): AttemptsBody | undefined => {
    const body = parseMaced(readFileIfAny(pathIn(folder)) ?? '', attemptsBody, key);
    return body.ok && body.value.school === school ? body.value : undefined;
  };

  const load = (nowMs: number): Result<AttemptsBody, AttemptRefused> => {
    const body = parse();
    if (body === undefined) {
      const untilMs = nowMs + firstLockMs;
      const written = write(folder, key, emptyBody(school, untilMs));
      return written.ok ? err({ type: 'attempts-damaged', untilMs, isNew: true }) : written;
    }
    const { damagedUntilMs } = body;
    return nowMs < damagedUntilMs
      ? err({ type: 'attempts-damaged', untilMs: damagedUntilMs, isNew: false })
      : ok(body);
  };

  return {
    begin(login, nowMs) {
      const body = load(nowMs);
      if (!body.ok) return body;
      const before = body.value.logins.find((one) => one.login === login) ?? noAttempts(login);
      if (nowMs < before.lockedUntilMs) return err({ type: 'locked-out', untilMs: before.lockedUntilMs });
      const after = countFailure(before, nowMs);
      const others = body.value.logins.filter((one) => one.login !== login);
      const written = write(folder, key, { ...body.value, logins: makeRoom([...others, after], nowMs) });
      return written.ok
        ? ok({ triesLeft: after.failures === 0 ? 0 : attemptsBeforeLock - after.failures })
        : written;
    },
    succeed(login, nowMs) {
      const body = load(nowMs);
      if (!body.ok) return body;
      const logins = body.value.logins.filter((one) => one.login !== login);
      return write(folder, key, { ...body.value, logins });
    },
    unlock(login) {
      const logins = parse()?.logins.filter((one) => one.login !== login) ?? [];
      return write(folder, key, { ...emptyBody(school, 0), logins });
    },
    lockedUntilMs(login, nowMs) {
      const body = parse();
      if (body === undefined) return nowMs + firstLockMs;
      const lockedUntilMs = body.logins.find((one) => one.login === login)?.lockedUntilMs ?? 0;
      const untilMs = Math.max(body.damagedUntilMs, lockedUntilMs);
      return nowMs < untilMs ? untilMs : null;
    },
  };
}

/** The fifth failure locks for 15 minutes and starts counting anew; the next five lock for twice as long, up to a day. */
function countFailure(before: LoginAttempts, nowMs: number): LoginAttempts {
  const failures = before.failures + 1;
  if (failures < attemptsBeforeLock) return { ...before, failures, lastMs: nowMs };
  const lockMs = Math.min(firstLockMs * 2 ** before.locks, longestLockMs);
  return { ...before, failures: 0, locks: before.locks + 1, lockedUntilMs: nowMs + lockMs, lastMs: nowMs };
}

function makeRoom(logins: readonly LoginAttempts[], nowMs: number): readonly LoginAttempts[] {
  if (logins.length <= mostLogins) return logins;
  const unlocked = logins.filter((one) => one.lockedUntilMs <= nowMs).toSorted((a, b) => a.lastMs - b.lastMs);
  const leaving = new Set(unlocked.slice(0, logins.length - mostLogins));
  return logins.filter((one) => !leaving.has(one));
}

function noAttempts(login: string): LoginAttempts {
  return { login, failures: 0, locks: 0, lockedUntilMs: 0, lastMs: 0 };
}

function emptyBody(school: SchoolId, damagedUntilMs: number): AttemptsBody {
  return { v: 1, school, damagedUntilMs, logins: [] };
}

function write(folder: string, key: Uint8Array, body: unknown): Result<void, DiskFull> {
  return replaceFile(pathIn(folder), macedText(body, key));
}

function pathIn(folder: string): string {
  return join(folder, 'attempts.json');
}
