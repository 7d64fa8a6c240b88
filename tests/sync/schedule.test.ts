import { describe, expect, it } from 'vitest';
import type { SyncAlarmKind } from '../../domain/sync/alarm.ts';
import type { RoundOutcome } from '../../domain/sync/desk-round.ts';
import { backoffMs } from '../../main/sync/backoff.ts';
import type { NetworkFailure } from '../../main/sync/network-failure.ts';
import { createSchedule, type Schedule } from '../../main/sync/schedule.ts';

const minute = 60_000;
const done: RoundOutcome = { type: 'done', sent: 0, received: 0 };
const unreachable: NetworkFailure = { failure: 'unreachable' };

/** A schedule after one round that ended so at 1,000 ms; waits are half of the longest. */
function after(...outcomes: readonly (RoundOutcome | NetworkFailure)[]): Schedule {
  const schedule = createSchedule({ random: () => 0.5 });
  for (const outcome of outcomes) {
    schedule.began();
    schedule.ended(outcome, 1000);
  }
  return schedule;
}

const stoppedBy = (alarm: SyncAlarmKind): RoundOutcome => ({ type: 'stopped', alarm });
const refusedWith = (refusal: Extract<RoundOutcome, { type: 'refused' }>['refusal']): RoundOutcome => ({
  type: 'refused',
  refusal,
});

describe('the next round', () => {
  it('is due at once at first, and none is while one runs', () => {
    const schedule = createSchedule({ random: () => 0.5 });
    expect(schedule.nextAtMs()).toBe(0);
    schedule.began();
    expect(schedule.nextAtMs()).toBeNull();
  });

  it('is five minutes after one that went well', () => {
    expect(after(done).nextAtMs()).toBe(1000 + 5 * minute);
  });

  it('is five seconds after the first of several changes', () => {
    const schedule = after(done);
    schedule.noteChange(20_000);
    schedule.noteChange(24_000);
    expect(schedule.nextAtMs()).toBe(25_000);
    schedule.began();
    schedule.ended(done, 26_000);
    expect(schedule.nextAtMs()).toBe(26_000 + 5 * minute);
  });

  it('is not put off by a change', () => {
    const schedule = after(done);
    schedule.noteChange(5 * minute);
    expect(schedule.nextAtMs()).toBe(1000 + 5 * minute);
  });

  it('comes for a change, or at a wish, that was made while one ran', () => {
    const schedule = after(done);
    schedule.began();
    schedule.noteChange(20_000);
    schedule.ended(done, 21_000);
    expect(schedule.nextAtMs()).toBe(25_000);
    schedule.began();
    schedule.askNow(30_000);
    expect(schedule.nextAtMs()).toBeNull();
    schedule.ended(done, 31_000);
    expect(schedule.nextAtMs()).toBe(30_000);
  });

  it('is at once when a person wants it', () => {
    const schedule = after(done);
    schedule.askNow(2000);
    expect(schedule.nextAtMs()).toBe(2000);
  });
});

describe('after failures', () => {
  it.each<[string, RoundOutcome | NetworkFailure]>([
    ['no answer', unreachable],
    ['an interruption', { failure: 'interrupted' }],
    ['another server', { type: 'server-not-genuine' }],
    ['a refusal', refusedWith({ code: 'disk-full' })],
    ['an alarm about the server', stoppedBy('receipt-invalid')],
    ['a limit that says no time', refusedWith({ code: 'limit-tripped' })],
  ])('it waits longer each time: %s', (_what, outcome) => {
    expect(after(outcome).nextAtMs()).toBe(1000 + 2500);
    expect(after(outcome, outcome).nextAtMs()).toBe(1000 + 5000);
    expect(after(outcome, outcome, outcome).nextAtMs()).toBe(1000 + 10_000);
  });

  it('it never waits for more than five minutes, and anything up to that', () => {
    const longest = Array.from({ length: 9 }, (_, index) => backoffMs(index + 1, () => 1));
    expect(longest).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300].map((seconds) => seconds * 1000));
    expect(backoffMs(2000, () => 1)).toBe(5 * minute);
    expect(backoffMs(9, () => 0)).toBe(0);
  });

  it('a change brings nothing forward, a person does', () => {
    const schedule = after(unreachable, unreachable, unreachable, unreachable);
    schedule.noteChange(1000);
    expect(schedule.nextAtMs()).toBe(21_000);
    schedule.askNow(3000);
    expect(schedule.nextAtMs()).toBe(3000);
  });

  it('one that goes well is the end of waiting', () => {
    expect(after(unreachable, unreachable, done).nextAtMs()).toBe(1000 + 5 * minute);
    expect(after(unreachable, unreachable, done, unreachable).nextAtMs()).toBe(1000 + 2500);
  });

  it('the time that the server names is waited for, by a person too', () => {
    const schedule = after(refusedWith({ code: 'limit-tripped', retryAfterMs: minute }));
    expect(schedule.nextAtMs()).toBe(1000 + minute);
    schedule.askNow(2000);
    expect(schedule.nextAtMs()).toBe(1000 + minute);
    schedule.began();
    schedule.ended(done, 2 * minute);
    schedule.askNow(2 * minute + 1);
    expect(schedule.nextAtMs()).toBe(2 * minute + 1);
  });

  it('a time that makes no sense does not end syncing', () => {
    const schedule = after(refusedWith({ code: 'limit-tripped', retryAfterMs: Number.MAX_SAFE_INTEGER }));
    expect(schedule.nextAtMs()).toBe(1000 + 60 * minute);
  });
});

describe('a desk that is itself the matter', () => {
  it.each<[string, RoundOutcome]>([
    ['it has ended', stoppedBy('desk-ended')],
    ['the server says that it has ended', refusedWith({ code: 'desk-ended' })],
    ['it was copied', stoppedBy('desk-cloned')],
    ['it was set back', stoppedBy('this-desk-went-back')],
    ['its audit log was set back', stoppedBy('audit-went-back')],
  ])('has no more rounds until a person wants one: %s', (_what, outcome) => {
    const schedule = after(outcome);
    expect(schedule.nextAtMs()).toBeNull();
    schedule.noteChange(2000);
    expect(schedule.nextAtMs()).toBeNull();
    schedule.askNow(3000);
    expect(schedule.nextAtMs()).toBe(3000);
    schedule.began();
    schedule.ended(outcome, 4000);
    expect(schedule.nextAtMs()).toBeNull();
    schedule.askNow(5000);
    schedule.began();
    schedule.ended(done, 6000);
    expect(schedule.nextAtMs()).toBe(6000 + 5 * minute);
  });
});
