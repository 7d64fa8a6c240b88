import { randomBytes } from 'node:crypto';

/** Gives that many random bytes. A parameter everywhere, so that a test can decide them. */
export type Random = (length: number) => Uint8Array;

/** The operating system's random bytes. */
export function systemRandom(length: number): Uint8Array {
  return randomBytes(length);
}
