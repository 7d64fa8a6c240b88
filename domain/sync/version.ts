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

/** The clock part of a hybrid logical time, in UTC milliseconds. */
export function hlcToMs(hlc: Hlc): number {
  return Math.floor(hlc / ticksPerMs);
}

/** How far ahead of its receipt a desk's time may be before it no longer advances ours (SECURITY §6.5). */
export const longestLeadMs = 24 * 60 * 60_000;

/**
 * The logical time after a change of another desk has arrived: never behind it, so that what is written here next is newer. A time more
 * than a day ahead of the server's receipt does not count: one clock a year ahead would take everybody with it.
 */
export function hlcAfterReceiving(own: Hlc, received: Hlc, receiptAtMs: number): Hlc {
  return hlcToMs(received) > receiptAtMs + longestLeadMs ? own : Math.max(own, received);
}

/**
 * The version of one field: which change of which desk wrote it (SECURITY §6.5), as `[hlc, desk, incarnation, seq]`.
 * `seq` counts the desk's changes in that incarnation.
 */
export const version = z.tuple([z.int(), z.string(), z.int(), z.int()]);
export type Version = z.output<typeof version>;

/** A desk in one incarnation of its store: its changes have one count. */
export function writerOf([, desk, incarnation]: Version): string {
  return `${desk} ${incarnation}`;
}

/** Orders versions by time, then by desk, incarnation and number: the same on every desk. The highest is shown first. */
export function compareVersions(a: Version, b: Version): number {
  if (a[0] !== b[0]) return a[0] - b[0];
  if (a[1] !== b[1]) return a[1] < b[1] ? -1 : 1;
  return a[2] - b[2] || a[3] - b[3];
}

/** Says whether two versions are the same one. */
export function isSameVersion(a: Version, b: Version): boolean {
  return compareVersions(a, b) === 0;
}

/**
 * A number for a desk and incarnation that is the same in every store of the school, so that the order of facts of the same
 * logical time is too. 32 bits of the random id and 8 of the incarnation: an administrator's signature that would let two desks have
 * the same number is refused (`mayState`).
 */
export function deskOrdinal(desk: string, incarnation: number): number {
  return Number.parseInt(desk.slice(0, 8), 16) * 256 + (incarnation % 256);
}
