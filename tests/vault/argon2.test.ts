import { hashRaw } from '@node-rs/argon2';
import { argon2Sync } from 'node:crypto';
import { expect, it } from 'vitest';
import { argon2Floor, argon2id, calibrateArgon2, isAcceptableCost } from '../../main/vault/argon2.ts';
import { seededRandom } from './support.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const fill = (length: number, value: number) => Buffer.alloc(length, value);

it('standard vector: the comparison implementation gives the Argon2id vector of RFC 9106 §5.3', () => {
  const tag = argon2Sync('argon2id', {
    message: fill(32, 1),
    nonce: fill(16, 2),
    secret: fill(8, 3),
    associatedData: fill(12, 4),
    parallelism: 4,
    memory: 32,
    passes: 3,
    tagLength: 32,
  });
  expect(hex(tag)).toBe('0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659');
});

it('standard vector: the library in use agrees with that implementation, which takes the associated data of the vector as the library does not', async () => {
  const random = seededRandom('argon2');
  for (const [memory, passes, parallelism] of [
    [32, 3, 4],
    [256, 1, 1],
    [1024, 4, 2],
  ] as const) {
    const [message, nonce, secret] = [random(20), random(16), random(8)];
    const ours = await hashRaw(message, {
      salt: nonce,
      secret,
      memoryCost: memory,
      timeCost: passes,
      parallelism,
      outputLen: 32,
    });
    const theirs = argon2Sync('argon2id', {
      message,
      nonce,
      secret,
      parallelism,
      memory,
      passes,
      tagLength: 32,
    });
    expect(hex(ours)).toBe(hex(theirs));
  }
});

it('W5: a password is stretched with Argon2id at 64 MiB, 3 passes and 4 lanes', async () => {
  const salt = fill(16, 9);
  const ours = await argon2id('a pass phrase', salt, argon2Floor);
  const theirs = argon2Sync('argon2id', {
    message: 'a pass phrase',
    nonce: salt,
    parallelism: 4,
    memory: 65_536,
    passes: 3,
    tagLength: 32,
  });
  expect(hex(ours)).toBe(hex(theirs));
});

it.each([
  ['the floor', {}, true],
  ['the ceiling', { memoryKiB: 1024 * 1024, passes: 16, lanes: 16 }, true],
  ['too little memory', { memoryKiB: 65_535 }, false],
  ['too few passes', { passes: 2 }, false],
  ['too few lanes', { lanes: 3 }, false],
  ['more than 1 GiB', { memoryKiB: 1024 * 1024 + 1 }, false],
  ['too many passes', { passes: 17 }, false],
  ['too many lanes', { lanes: 17 }, false],
  ['no number', { passes: Number.NaN }, false],
])('W5: a cost is accepted only between floor and ceiling: %s', (_, change, isAccepted) => {
  expect(isAcceptableCost({ ...argon2Floor, ...change })).toBe(isAccepted);
});

it('W5: refuses to run below the floor', async () => {
  await expect(argon2id('x', fill(16, 0), { ...argon2Floor, passes: 2 })).rejects.toThrow('Bug:');
});

it.each([
  ['a slow computer stays at the floor', 700, 16, { memoryKiB: 65_536, passes: 3 }],
  ['one that is right at the floor stays there', 350, 16, { memoryKiB: 65_536, passes: 3 }],
  ['a usual one takes more memory', 90, 16, { memoryKiB: 262_144, passes: 3 }],
  ['a fast one takes all 512 MiB and more passes', 20, 16, { memoryKiB: 524_288, passes: 6 }],
  ['one with little memory takes more passes instead', 60, 0.5, { memoryKiB: 65_536, passes: 15 }],
])('calibration: %s', async (_, floorMs, memoryGiB, expected) => {
  const measureMs = (cost: { memoryKiB: number }) => Promise.resolve((floorMs * cost.memoryKiB) / 65_536);
  const cost = await calibrateArgon2(measureMs, memoryGiB * 1024 * 1024);
  expect(cost).toEqual({ lanes: 4, ...expected });
});

it('calibration on this computer gives a cost that is accepted', { timeout: 60_000 }, async () => {
  expect(isAcceptableCost(await calibrateArgon2())).toBe(true);
});
