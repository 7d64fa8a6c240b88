import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runDiskFull } from '../../scripts/faults/disk-full.ts';
import { runKillCycles } from '../../scripts/faults/kill-cycles.ts';
import { runPowerCuts } from '../../scripts/faults/power-cuts.ts';
import { runRotationSteps } from '../../scripts/faults/rotation-steps.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollkeep-faults-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

const nothingWrong = { lost: 0, unopenable: 0, problems: [] };

it('R7: a writer killed at a random moment leaves every acknowledged write whole, in a store that opens', async () => {
  const tally = await runKillCycles(newFolder(), { flow: 'mixed', cycles: 6, seed: 3 });
  expect(tally).toMatchObject({ rounds: 6, ...nothingWrong });
  expect(tally.acknowledged).toBeGreaterThan(0);
});

it('R7: a power cut at any moment leaves every acknowledged mark, whatever of the rest reached the disk', async () => {
  const tally = await runPowerCuts(newFolder(), { flow: 'marks', writes: 30, cuts: 48, seed: 3 });
  expect(tally).toMatchObject({ rounds: 48, ...nothingWrong });
  expect(tally.acknowledged).toBeGreaterThanOrEqual(30);
});

it('R7: a power cut during rotations of the master key leaves one pair that opens, with every mark', async () => {
  const tally = await runPowerCuts(newFolder(), { flow: 'rotation', writes: 8, cuts: 48, seed: 3 });
  expect(tally).toMatchObject({ rounds: 48, ...nothingWrong });
});

it('R7: a rotation ended after each of its steps leaves one pair that opens, and the next one cleans up', async () => {
  expect(await runRotationSteps(newFolder(), 3)).toMatchObject({ rounds: 6, ...nothingWrong });
});

it('R4: a full disk refuses the call, and every answer that was given has its audit row', () => {
  expect(runDiskFull(newFolder(), { steps: 12, seed: 3 })).toMatchObject({ rounds: 12, ...nothingWrong });
});

it('W13: a power cut while backups are made, copied and thinned leaves every one that a rule keeps', async () => {
  const tally = await runPowerCuts(newFolder(), { flow: 'backup', writes: 9, cuts: 32, seed: 3 });
  expect(tally).toMatchObject({ rounds: 32, ...nothingWrong });
  // A name and a backup each time.
  expect(tally.acknowledged).toBeGreaterThanOrEqual(18);
});
