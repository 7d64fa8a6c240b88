import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { backupClockMs, secondFolderOf, useSecondFolder } from '../../scripts/faults/backup-flow.ts';
import { checkSchool } from '../../scripts/faults/check-school.ts';
import { runDiskFull } from '../../scripts/faults/disk-full.ts';
import { runKillCycles } from '../../scripts/faults/kill-cycles.ts';
import type { Ack } from '../../scripts/faults/plan.ts';
import { runPowerCuts } from '../../scripts/faults/power-cuts.ts';
import { runRotationSteps } from '../../scripts/faults/rotation-steps.ts';
import { makeSmallSchool } from '../../scripts/faults/small-school.ts';
import { createScriptDesk, openSchoolDirectly } from '../../scripts/harness/script-desk.ts';

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

it('W13: a kill while a backup is made, copied or thinned leaves every backup that a rule keeps, and each restores', async () => {
  const tally = await runKillCycles(newFolder(), { flow: 'backup', cycles: 4, seed: 3 });
  expect(tally).toMatchObject({ rounds: 4, ...nothingWrong });
  expect(tally.acknowledged).toBeGreaterThan(0);
});

it('W13: a power cut while backups are made, copied and thinned leaves every one that a rule keeps', async () => {
  const tally = await runPowerCuts(newFolder(), { flow: 'backup', writes: 9, cuts: 32, seed: 3 });
  expect(tally).toMatchObject({ rounds: 32, ...nothingWrong });
  // A name and a backup each time.
  expect(tally.acknowledged).toBeGreaterThanOrEqual(18);
});

it('W13: the check itself knows a backup that was thinned by a later clock from one that is gone', async () => {
  const dataDir = newFolder();
  const school = await makeSmallSchool(dataDir, 5);
  mkdirSync(secondFolderOf(dataDir));
  const backUp = async (number: number): Promise<Ack & { readonly kind: 'backup' }> => {
    const script = createScriptDesk(dataDir, { nowMs: backupClockMs(number) });
    expect(await openSchoolDirectly(script, school.recoveryKeyGroups)).toMatchObject({ type: 'open' });
    useSecondFolder(script, secondFolderOf(dataDir));
    const { name } = await script.must('backup', 'make', {});
    script.desk.lock('user');
    return { kind: 'backup', name, atMs: script.nowMs, number };
  };
  const acks = [await backUp(27)];
  // Each check makes one more backup, a second later: from eight days on it is the one that is kept of that day.
  expect(await checkSchool(school, acks)).toMatchObject({ lost: [], broken: [] });
  const neverAcknowledged = await backUp(39);
  expect(await checkSchool(school, acks)).toMatchObject({ lost: [], broken: [] });
  const all = [...acks, neverAcknowledged];
  for (const file of readdirSync(dataDir, { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith(`${neverAcknowledged.name}.age`)) rmSync(join(dataDir, file));
  }
  expect((await checkSchool(school, all)).lost).toEqual(['backup 39 in folder 1', 'backup 39 in folder 2']);
});
