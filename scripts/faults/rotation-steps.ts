import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from '../../domain/result.ts';
import { listProfiles, rotationSteps } from '../../main/vault/profile.ts';
import { checkSchool, isSound } from './check-school.ts';
import { startWriter } from './run-writer.ts';
import { makeSmallSchool } from './small-school.ts';
import { describeFindings, emptyTally, type Tally } from './tally.ts';

/**
 * Ends a rotation of the master key after each of its steps: the pair in use must open, the old one up to the commit and
 * the new one from then on, and the next rotation that comes to its end leaves nothing of the broken one.
 */
export async function runRotationSteps(folder: string, seed: number): Promise<Tally> {
  const tally = emptyTally('rotation ended after each of its steps');
  for (const dieAfter of rotationSteps) {
    const dataDir = join(folder, `rotation-${dieAfter}`);
    mkdirSync(dataDir, { recursive: true });
    const school = await makeSmallSchool(dataDir, 8);
    const marks = startWriter(school, { flow: 'marks', seed, firstNumber: 1, most: 10 });
    await marks.ended;
    const dying = startWriter(school, { flow: 'rotation', seed, firstNumber: 20, dieAfter });
    const { code, stderr } = await dying.ended;
    assert(code === null, `the writer dies in the middle of its rotation: ${stderr.slice(0, 2000)}`);
    const acks = [...marks.acks(), ...dying.acks()];
    tally.rounds += 1;
    tally.acknowledged += acks.filter(({ kind }) => kind !== 'ready').length;
    const inUse = generationIn(dataDir);
    const expected = dieAfter === 'commit' ? 2 : 1;
    if (inUse !== expected) tally.problems.push(`after ${dieAfter} generation ${inUse} is in use`);
    const findings = await checkSchool(school, acks);
    tally.lost += findings.lost.length;
    if (!findings.isOpen) tally.unopenable += 1;
    if (!isSound(findings)) tally.problems.push(`after ${dieAfter}: ${describeFindings(findings)}`);

    const whole = startWriter(school, { flow: 'rotation', seed, firstNumber: 43, most: 1 });
    const end = await whole.ended;
    const pair = pairFiles(dataDir);
    const name = `g${String(expected + 1).padStart(6, '0')}`;
    if (end.code !== 0 || pair.join(' ') !== `store-${name}.db vault-${name}.json`) {
      tally.problems.push(
        `after ${dieAfter} and another rotation: ${pair.join(' ')} ${end.stderr.slice(0, 500)}`,
      );
    }
  }
  return tally;
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
