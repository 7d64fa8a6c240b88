/** A stream of pseudo-random choices that is the same for the same seed on every machine. Never for keys or ids. */
export interface Random {
  /** A number from 0 up to, but not including, 1. */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** The first item of a pair with the chance its weight has among all. */
  weighted<T>(list: readonly (readonly [item: T, weight: number])[]): T;
  shuffle<T>(list: readonly T[]): T[];
}

/**
 * Opens the stream of a seed and a purpose: `randomFor(7, 'marks', 'stu-100012')`. Streams of different purposes do
 * not disturb each other, so that a change to one part of the sample leaves the rest as it was.
 */
export function randomFor(seed: number, ...purpose: readonly (string | number)[]): Random {
  const next = mulberry32(fnv1a(`${seed}/${purpose.join('/')}`));
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  const pick = <T>(list: readonly T[]): T => itemAt(list, Math.floor(next() * list.length));
  return {
    next,
    between,
    pick,
    chance: (probability) => next() < probability,
    weighted: (list) => {
      let rest = next() * list.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [item, weight] of list) {
        rest -= weight;
        if (rest < 0) return item;
      }
      return itemAt(list, list.length - 1)[0];
    },
    shuffle: (list) => {
      const shuffled = [...list];
      for (let index = shuffled.length - 1; index > 0; index -= 1) {
        const other = between(0, index);
        const kept = itemAt(shuffled, index);
        shuffled[index] = itemAt(shuffled, other);
        shuffled[other] = kept;
      }
      return shuffled;
    },
  };
}

/** The item at an index that is known to exist. */
export function itemAt<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error('Bug: the sample asked for an item beyond the end of a list');
  return item;
}

/** Tommy Ettinger's mulberry32: 32 bits of state, good enough for a sample. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
