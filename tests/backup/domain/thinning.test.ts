import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clockLeapMs, planThinning, type ThinnedBackup } from '../../../domain/backup/thinning.ts';
import { dayAt } from '../../../domain/calendar/local-time.ts';

const dayMs = 86_400_000;
const timeZone = 'Europe/London';
const start = Date.UTC(2020, 0, 1, 15);

function backup(atMs: number, isProven = false): ThinnedBackup {
  return { name: `b-${atMs}`, atMs, isProven };
}

function plan(backups: readonly ThinnedBackup[], nowMs: number, trustedMs: number | null = nowMs) {
  const planned = planThinning(backups, { nowMs, trustedMs, timeZone });
  if (!planned.ok) throw new Error(planned.error.type);
  return planned.value;
}

function thinned(backups: readonly ThinnedBackup[], nowMs: number): ThinnedBackup[] {
  const removed = new Set(plan(backups, nowMs).removed);
  return backups.filter(({ name }) => !removed.has(name));
}

/** Backups at any times over nine years, and a moment after all of them. */
const histories = fc
  .array(fc.record({ minute: fc.integer({ min: 0, max: 9 * 365 * 1440 }), isProven: fc.boolean() }), {
    minLength: 1,
    maxLength: 120,
  })
  .chain((drawn) => {
    const byMinute = new Map(drawn.map((one) => [one.minute, one]));
    const backups = [...byMinute.values()].map((one) => backup(start + one.minute * 60_000, one.isProven));
    const newest = Math.max(...backups.map(({ atMs }) => atMs));
    return fc.record({
      backups: fc.constant(backups),
      nowMs: fc.integer({ min: 0, max: 4000 }).map((hours) => newest + hours * 3_600_000),
      laterMs: fc.integer({ min: 0, max: 4 * 365 * 24 }).map((hours) => hours * 3_600_000),
    });
  });

describe('W13: which backups are kept', () => {
  test('W13: after ten years of daily backups: seven days, 35 days, 53 weeks, 85 months, each the newest', () => {
    const backups = Array.from({ length: 3650 }, (_, index) => backup(start + index * dayMs));
    const nowMs = start + 3649 * dayMs;
    const { kept, removed } = plan(backups, nowMs);
    const counts = Object.groupBy(kept, ({ rule }) => rule);
    expect(Object.fromEntries(Object.entries(counts).map(([rule, of]) => [rule, of.length]))).toEqual({
      newest: 1,
      recent: 6,
      day: 28,
      week: 47,
      month: 81,
    });
    expect(kept.length + removed.length).toBe(3650);
    const months = new Set(kept.map(({ name }) => dayAt(Number(name.slice(2)), timeZone).slice(0, 7)));
    expect(months.size).toBe(85);
    // Seven years back there is one of each month, and nothing before.
    const oldest = Math.min(...kept.map(({ name }) => Number(name.slice(2))));
    expect(dayAt(oldest, timeZone)).toBe('2022-12-31');
  });

  test('W13: several backups of one day are all kept for a week, then the newest of the day', () => {
    const morning = backup(start);
    const evening = backup(start + 3 * 3_600_000);
    const later = backup(start + 20 * dayMs);
    expect(plan([morning, evening], start + 6 * dayMs).removed).toEqual([]);
    expect(plan([morning, evening, later], start + 20 * dayMs).removed).toEqual([morning.name]);
  });

  test("W13: days are the school's: half past midnight in Auckland is no longer the day before", () => {
    const first = backup(Date.UTC(2026, 5, 1, 11, 30));
    const second = backup(Date.UTC(2026, 5, 1, 12, 30));
    const newest = backup(Date.UTC(2026, 5, 20));
    const at = (zone: string) => {
      const clock = { nowMs: newest.atMs, trustedMs: null, timeZone: zone };
      const planned = planThinning([first, second, newest], clock);
      return planned.ok && planned.value.removed;
    };
    expect(at('Pacific/Auckland')).toEqual([]);
    expect(at('UTC')).toEqual([first.name]);
  });

  test('W13: the newest that a drill has proven stays, however old, until a newer one is proven', () => {
    const proven = backup(start, true);
    const newer = Array.from({ length: 60 }, (_, index) => backup(start + (3000 + index) * dayMs));
    const nowMs = start + 3060 * dayMs;
    expect(plan([proven, ...newer], nowMs).kept).toContainEqual({ name: proven.name, rule: 'proven' });
    const provenNow = newer.map((one, index) => (index === 59 ? { ...one, isProven: true } : one));
    expect(plan([proven, ...provenNow], nowMs).removed).toContain(proven.name);
  });

  test('W13: a clock set ahead by years removes nothing', () => {
    const backups = Array.from({ length: 100 }, (_, index) => backup(start + index * dayMs));
    const lastMs = start + 99 * dayMs;
    const nowMs = lastMs + 5 * 365 * dayMs;
    expect(planThinning([...backups, backup(nowMs)], { nowMs, trustedMs: lastMs, timeZone })).toEqual({
      ok: false,
      error: { type: 'clock-leapt', fromMs: lastMs, toMs: nowMs },
    });
    const summer = { nowMs: lastMs + clockLeapMs, trustedMs: lastMs, timeZone };
    expect(planThinning(backups, summer).ok).toBe(true);
  });

  test('W13: what was made while the clock was ahead is kept, and does not pass for the newest', () => {
    const real = backup(start);
    const ahead = backup(start + 900 * dayMs);
    expect(plan([real, ahead], start + dayMs).kept).toEqual([
      { name: ahead.name, rule: 'ahead' },
      { name: real.name, rule: 'newest' },
    ]);
  });

  test('W13: any history: thinning again removes nothing more, and what is removed is never wanted later', () => {
    fc.assert(
      fc.property(histories, ({ backups, nowMs, laterMs }) => {
        const once = thinned(backups, nowMs);
        expect(thinned(once, nowMs)).toEqual(once);
        // Thinning on the way gives what thinning once at the end gives, but for what only a later rule would have let go.
        const names = (of: readonly ThinnedBackup[]) => of.map(({ name }) => name);
        const atOnce = thinned(backups, nowMs + laterMs);
        const inSteps = thinned(once, nowMs + laterMs);
        expect(names(inSteps)).toEqual(names(atOnce));
        expect(names(once)).toEqual(expect.arrayContaining(names(inSteps)));
      }),
      { numRuns: 500 },
    );
  });

  test('W13: any history: the newest, the newest proven, and one of each day, week and month within reach are left', () => {
    fc.assert(
      fc.property(histories, ({ backups, nowMs }) => {
        const left = thinned(backups, nowMs);
        const newestOf = (of: readonly ThinnedBackup[]) => of.toSorted((a, b) => b.atMs - a.atMs)[0];
        expect(newestOf(left)).toEqual(newestOf(backups));
        expect(newestOf(left.filter((one) => one.isProven))).toEqual(
          newestOf(backups.filter((one) => one.isProven)),
        );
        // The number of days between is at most what the rules promise in whole days, weeks and months.
        for (const { atMs } of backups) {
          const age = nowMs - atMs;
          const near = (withinMs: number) =>
            left.some((one) => one.atMs >= atMs && one.atMs - atMs <= withinMs);
          if (age < 6 * dayMs) expect(near(0)).toBe(true);
          if (age < 34 * dayMs) expect(near(dayMs + 3_600_000)).toBe(true);
          if (age < 365 * dayMs) expect(near(7 * dayMs + 3_600_000)).toBe(true);
          if (age < 7 * 365 * dayMs) expect(near(31 * dayMs + 3_600_000)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
