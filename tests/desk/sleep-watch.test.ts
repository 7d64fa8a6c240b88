import { expect, it } from 'vitest';
import { hasSlept } from '../../main/desk/sleep-watch.ts';

const before = { wallMs: 1_000_000, monotonicMs: 5_000 };

it.each([
  ['both clocks went on together', { wallMs: 1_005_000, monotonicMs: 10_000 }, false],
  ['long work held both up', { wallMs: 1_300_000, monotonicMs: 305_000 }, false],
  ['a nap of under a minute', { wallMs: 1_060_000, monotonicMs: 10_000 }, false],
  ['a minute of sleep', { wallMs: 1_065_000, monotonicMs: 10_000 }, true],
  ['the clock was set back', { wallMs: 400_000, monotonicMs: 10_000 }, false],
])('A9: the computer slept or not when %s', (_what, now, slept) => {
  expect(hasSlept(before, now)).toBe(slept);
});
