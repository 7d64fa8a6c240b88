import { hashRaw } from '@node-rs/argon2';
import { totalmem } from 'node:os';
import { assert } from '../../domain/result.ts';

/** What one Argon2id run costs. */
export interface Argon2Cost {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
}

/** The least that is ever written or accepted (SECURITY §1; RFC 9106 §4, second recommended option). */
export const argon2Floor: Argon2Cost = { memoryKiB: 64 * 1024, passes: 3, lanes: 4 };

/** The most that is accepted, so that a forged header cannot make a sign-in take the computer's whole memory. */
const argon2Ceiling: Argon2Cost = { memoryKiB: 1024 * 1024, passes: 16, lanes: 16 };

/** The most memory that calibration chooses. */
const calibratedMemoryKiB = 512 * 1024;
const wantedMs = { least: 300, most: 600 };

/** Says whether a cost read from a header may be run: not below the floor, not above 1 GiB, 16 passes, 16 lanes. */
export function isAcceptableCost(cost: Argon2Cost): boolean {
  return (['memoryKiB', 'passes', 'lanes'] as const).every(
    (part) =>
      Number.isInteger(cost[part]) && cost[part] >= argon2Floor[part] && cost[part] <= argon2Ceiling[part],
  );
}

/** Derives 32 bytes from a password with Argon2id v1.3 and a 16-byte salt. Runs outside the calling thread. */
export async function argon2id(password: string, salt: Uint8Array, cost: Argon2Cost): Promise<Uint8Array> {
  assert(isAcceptableCost(cost), 'an Argon2id cost outside the accepted range');
  assert(salt.length === 16, 'an Argon2id salt is 16 bytes');
  // Neither the algorithm nor the version is named: the library's defaults are Argon2id and 1.3, its enums do not exist at run time
  // under isolatedModules, and the test against another implementation would notice a change.
  return await hashRaw(password, {
    salt,
    memoryCost: cost.memoryKiB,
    timeCost: cost.passes,
    parallelism: cost.lanes,
    outputLen: 32,
  });
}

/**
 * Finds the cost at which one run takes 0.3 to 0.6 s on this computer: more memory first, up to 512 MiB and an eighth of what the computer
 * has, then more passes. Never below the floor, however slow the computer.
 */
export async function calibrateArgon2(
  measureMs: (cost: Argon2Cost) => Promise<number> = measureArgon2,
  memoryKiB: number = totalmem() / 1024,
): Promise<Argon2Cost> {
  let best = argon2Floor;
  let bestMs = await measureMs(best);
  const memoryLimitKiB = Math.min(calibratedMemoryKiB, memoryKiB / 8);
  while (bestMs < wantedMs.least && best.memoryKiB * 2 <= memoryLimitKiB) {
    const next = { ...best, memoryKiB: best.memoryKiB * 2 };
    const nextMs = await measureMs(next);
    if (nextMs > wantedMs.most) return best;
    best = next;
    bestMs = nextMs;
  }
  if (bestMs >= wantedMs.least) return best;
  const passes = Math.ceil((best.passes * wantedMs.least) / bestMs);
  return { ...best, passes: Math.min(passes, argon2Ceiling.passes) };
}

async function measureArgon2(cost: Argon2Cost): Promise<number> {
  const start = performance.now();
  await argon2id('calibration', new Uint8Array(16), cost);
  return performance.now() - start;
}
