import { z } from 'zod';

/**
 * Hybrid logical time: UTC milliseconds × 1024 plus a counter, one safe integer until the year 2248.
 * It orders what one desk did even when its clock stands still or goes back, and stays close to the clock.
 */
export type Hlc = number;

const ticksPerMs = 1024;

/** The next hybrid logical time after `previous`, at `nowMs` by the clock. Always greater than `previous`. */
export function nextHlc(previous: Hlc, nowMs: number): Hlc {
  return Math.max(previous + 1, nowMs * ticksPerMs);
}

/**
 * The version of one field: which change of which desk wrote it (SECURITY §6.5), as `[hlc, desk, incarnation, seq]`.
 * `seq` counts the desk's changes in that incarnation.
 */
export const version = z.tuple([z.int(), z.string(), z.int(), z.int()]);
