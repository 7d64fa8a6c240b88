import { describe, expect, test } from 'vitest';
import { nextBackupAt, nextDrillAt } from '../../../domain/backup/schedule.ts';

const hour = 3_600_000;
const day = 24 * hour;
const timeZone = 'Europe/London';
const nowMs = Date.UTC(2026, 2, 3, 10);

describe('W13: when a backup is due', () => {
  test.each([
    ['none yet: now', null, null, nowMs],
    ['no time chosen: a day after the last', nowMs - hour, null, nowMs + 23 * hour],
    ['a time later today', Date.UTC(2026, 2, 3, 9), 15 * 60 + 30, Date.UTC(2026, 2, 3, 15, 30)],
    ['made after that time: tomorrow', Date.UTC(2026, 2, 3, 9), 8 * 60, Date.UTC(2026, 2, 4, 8)],
    [
      'missed since Friday: it was due then',
      Date.UTC(2026, 1, 27, 15, 31),
      15 * 60 + 30,
      Date.UTC(2026, 1, 28, 15, 30),
    ],
    [
      'the night the clock goes forward: the same wall clock',
      Date.UTC(2026, 2, 28, 16),
      15 * 60,
      Date.UTC(2026, 2, 29, 14),
    ],
    ['the last one lies in the future: now', nowMs + 400 * day, 15 * 60, nowMs],
  ])('W13: %s', (_, lastAtMs, minutes, expected) => {
    const now = Math.max(nowMs, expected - hour);
    expect(nextBackupAt(lastAtMs, { nowMs: now, minutes, timeZone })).toBe(expected);
  });
});

test('W14: a drill is due after so many days, after one that failed the next day, and where there was none now', () => {
  const at = (last: Parameters<typeof nextDrillAt>[0]) => nextDrillAt(last, { nowMs, everyDays: 7 });
  expect(at(null)).toBe(nowMs);
  expect(at({ atMs: nowMs, isProven: true })).toBe(nowMs + 7 * day);
  expect(at({ atMs: nowMs, isProven: false })).toBe(nowMs + day);
  expect(at({ atMs: nowMs + 300 * day, isProven: true })).toBe(nowMs);
});
