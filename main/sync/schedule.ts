import type { SyncAlarmKind } from '../../domain/sync/alarm.ts';
import type { RoundOutcome } from '../../domain/sync/desk-round.ts';
import { backoffMs } from './backoff.ts';
import type { NetworkFailure } from './network-failure.ts';

/**
 * Says when to sync. It has no clock: each call brings the time, in milliseconds from any start, by a clock that is not set.
 */
export interface Schedule {
  /** When the next round is due; null while one runs, and while only a person starts another. The first is due at once. */
  nextAtMs(): number | null;
  /** Something was written here that the server does not have. */
  noteChange(nowMs: number): void;
  /** A person wants it now. Only what the server itself said about when to come again is still waited for. */
  askNow(nowMs: number): void;
  /** A round has begun. */
  began(): void;
  /** The round has ended. */
  ended(outcome: RoundOutcome | NetworkFailure, nowMs: number): void;
}

const everyMs = 5 * 60_000;
const afterChangeMs = 5000;
// The server's limits count over minutes; a larger number is a mistake that would end syncing.
const longestHoldMs = 60 * 60_000;

/** This very computer is the matter: no later round goes better until a person has done something. */
const lastingAlarms: ReadonlySet<SyncAlarmKind> = new Set([
  'desk-ended',
  'desk-cloned',
  'this-desk-went-back',
  'audit-went-back',
]);

/** Makes the schedule of one desk. `random` gives 0 to below 1. */
export function createSchedule({ random }: { readonly random: () => number }): Schedule {
  let isRunning = false;
  let hasStopped = false;
  let failures = 0;
  /** The regular round, or the next try after a failure. */
  let regularAtMs = 0;
  let changeAtMs: number | null = null;
  let askedAtMs: number | null = null;
  /** The server wants no round before. */
  let heldUntilMs = 0;

  const wanted = (): number | null => {
    if (askedAtMs !== null) return askedAtMs;
    if (hasStopped) return null;
    // After a failure a change is no reason to come sooner: at school there is always one.
    return failures > 0 || changeAtMs === null ? regularAtMs : Math.min(regularAtMs, changeAtMs);
  };
  return {
    nextAtMs: () => {
      const atMs = isRunning ? null : wanted();
      return atMs === null ? null : Math.max(atMs, heldUntilMs);
    },
    noteChange: (nowMs) => {
      // The first of many decides, or somebody who types on would never be synced.
      changeAtMs ??= nowMs + afterChangeMs;
    },
    askNow: (nowMs) => {
      askedAtMs ??= nowMs;
    },
    began: () => {
      isRunning = true;
      // What is noted from here on may come too late for this round.
      changeAtMs = null;
      askedAtMs = null;
    },
    ended: (outcome, nowMs) => {
      isRunning = false;
      hasStopped = isLasting(outcome);
      heldUntilMs = heldUntil(outcome, nowMs);
      const isDone = 'type' in outcome && outcome.type === 'done';
      failures = isDone ? 0 : failures + 1;
      regularAtMs = nowMs + (isDone ? everyMs : backoffMs(failures, random));
    },
  };
}

function isLasting(outcome: RoundOutcome | NetworkFailure): boolean {
  if ('failure' in outcome) return false;
  if (outcome.type === 'refused') return outcome.refusal.code === 'desk-ended';
  return outcome.type === 'stopped' && lastingAlarms.has(outcome.alarm);
}

/** Until when the server said to wait; 0 where it said nothing. */
function heldUntil(outcome: RoundOutcome | NetworkFailure, nowMs: number): number {
  if ('failure' in outcome || outcome.type !== 'refused') return 0;
  const { retryAfterMs } = outcome.refusal;
  return retryAfterMs === undefined ? 0 : nowMs + Math.min(retryAfterMs, longestHoldMs);
}
