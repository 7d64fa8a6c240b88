import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from '../../domain/result.ts';
import { listProfiles, rotationSteps } from '../../main/vault/profile.ts';
import { membersOf } from '../../main/vault/vault.ts';
import { createScriptDesk, openSchoolDirectly } from '../harness/script-desk.ts';
import { checkSchool, isSound } from './check-school.ts';
import { startWriter } from './run-writer.ts';
import { firstMs, makeSmallSchool, type SmallSchool } from './small-school.ts';
import { describeFindings, emptyTally, type Tally } from './tally.ts';

/**
 * Ends a rotation of the master key after each of its steps: the pair in use must open, the old one up to the commit and
 * the new one from then on, and the next rotation that comes to its end leaves nothing of the broken one.
 */
export async function runRotationSteps(folder: string, seed: number): Promise<Tally> {
  const tally = emptyTally('rotation ended after each of its steps');
  const first = join(folder, 'rotation');
  mkdirSync(first, { recursive: true });
  const made = await makeSmallSchool(first, 8);
  const marks = startWriter(made, { flow: 'marks', seed, firstNumber: 1, most: 10 });
  await marks.ended;
  for (const dieAfter of rotationSteps) {
    const school = { ...made, dataDir: join(folder, `rotation-${dieAfter}`) };
    cpSync(first, school.dataDir, { recursive: true });
    const dying = startWriter(school, { flow: 'rotation', seed, firstNumber: 20, dieAfter });
    const { code, stderr } = await dying.ended;
    assert(code === null, `the writer dies in the middle of its rotation: ${stderr.slice(0, 2000)}`);
    tally.rounds += 1;
    tally.acknowledged += marks.acks().filter(({ kind }) => kind !== 'ready').length;
    const inUse = generationIn(school.dataDir);
    const expected = dieAfter === 'commit' ? 2 : 1;
    if (inUse !== expected) tally.problems.push(`after ${dieAfter} generation ${inUse} is in use`);
    const findings = await checkSchool(school, marks.acks());
    tally.lost += findings.lost.length;
    if (!findings.isOpen) tally.unopenable += 1;
    if (!isSound(findings)) tally.problems.push(`after ${dieAfter}: ${describeFindings(findings)}`);

    await rotateWhole(school);
    const pair = pairFiles(school.dataDir);
    const name = `g${String(expected + 1).padStart(6, '0')}`;
    if (pair.join(' ') !== `store-${name}.db vault-${name}.json`) {
      tally.problems.push(`after ${dieAfter} and another rotation: ${pair.join(' ')}`);
    }
  }
  return tally;
}

async function rotateWhole({ dataDir, recoveryKeyGroups }: SmallSchool): Promise<void> {
  const script = createScriptDesk(dataDir, { nowMs: firstMs + 100_000 });
  const opening = await openSchoolDirectly(script, recoveryKeyGroups);
  assert(opening.type === 'open', 'the store opens after a rotation that was broken off');
  const rotated = await script.desk.rotateMasterKey(membersOf(script.open.vault));
  assert(rotated.ok, 'the next rotation comes to its end');
  script.desk.lock('user');
}

function generationIn(dataDir: string): number {
  const [profile] = listProfiles(dataDir);
  return profile?.state === 'ready' ? profile.generation : 0;
}

function pairFiles(dataDir: string): readonly string[] {
  const [profile] = listProfiles(dataDir);
  assert(profile !== undefined, 'there is a school');
  return readdirSync(join(dataDir, 'schools', profile.school))
    .filter((file) => /^(?:store|vault)-g/.test(file))
    .toSorted();
}
