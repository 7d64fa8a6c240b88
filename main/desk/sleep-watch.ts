/** The wall clock and the clock that stands still while the computer sleeps, both in milliseconds. */
export interface TwoClocks {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/** A clock that is set by hand by less than this is no sleep; nor is anything a sleep that was shorter. */
const shortestSleepMs = 60_000;

/**
 * Whether the computer slept between two looks: the wall clock went on and the monotonic one did not. Tells windows
 * that have no signal for it, and takes a clock set forward by a minute or more for a sleep too: locking harms nobody.
 */
export function hasSlept(before: TwoClocks, now: TwoClocks): boolean {
  return now.wallMs - before.wallMs - (now.monotonicMs - before.monotonicMs) >= shortestSleepMs;
}
