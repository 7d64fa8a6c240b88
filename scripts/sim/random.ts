import { assert } from '../../domain/result.ts';

/** Pseudo-random numbers from a seed: the same seed, the same run. */
export interface Random {
  /** From 0 (included) to 1 (excluded). */
  next(): number;
  /** Whole, from 0 (included) to `below` (excluded). */
  below(below: number): number;
  /** Whole, both ends included. */
  between(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  bytes(length: number): Uint8Array;
  /** 32 hex digits. */
  id(): string;
}

/** Numbers by sfc32, started from a seed. Source: PractRand, Chris Doty-Humphrey. */
export function createRandom(seed: number): Random {
  let a = 0x9e3779b9;
  let b = Math.trunc(seed / 2 ** 32) >>> 0;
  let c = seed >>> 0;
  let counter = 1;
  const word = (): number => {
    const result = (a + b + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) >>> 0;
    c = (((c << 21) | (c >>> 11)) + result) >>> 0;
    return result;
  };
  for (let i = 0; i < 15; i += 1) word();
  const below = (limit: number): number => Math.floor((word() / 2 ** 32) * limit);
  return {
    next: () => word() / 2 ** 32,
    below,
    between: (from, to) => from + below(to - from + 1),
    chance: (probability) => word() / 2 ** 32 < probability,
    pick(items) {
      const item = items[below(items.length)];
      assert(item !== undefined, 'one is picked from some');
      return item;
    },
    bytes(length) {
      const bytes = new Uint8Array(length);
      for (let i = 0; i < length; i += 1) bytes[i] = word() & 0xff;
      return bytes;
    },
    id() {
      let text = '';
      for (let i = 0; i < 4; i += 1) text += word().toString(16).padStart(8, '0');
      return text;
    },
  };
}
