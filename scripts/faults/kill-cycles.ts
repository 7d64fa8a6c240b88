import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { randomFor } from '../../resources/sample/random.ts';
import { createScriptDesk, makeSchool } from '../harness/script-desk.ts';
import { secondFolderOf } from './backup-flow.ts';
import { checkSchool, isSound } from './check-school.ts';
import type { Ack } from './plan.ts';
import { describeFindings, emptyTally, type Tally } from './tally.ts';
import { startWriter } from './run-writer.ts';
import { firstMs, makeSmallSchool, type SmallSchool } from './small-school.ts';

/** A school grows with each cycle; after so many a new one is made. */
const cyclesASchool = 50;

/**
 * Starts a writer, kills it with SIGKILL at a random moment, opens the store again and looks for everything that was
 * acknowledged; over and over on the same school. Some are killed while they open it.
 */
export async function runKillCycles(
  folder: string,
  options: {
    readonly flow: 'mixed' | 'rotation' | 'import' | 'backup';
    readonly cycles: number;
    readonly seed: number;
  },
): Promise<Tally> {
  const { flow, cycles, seed } = options;
  const random = randomFor(seed, 'kills', flow);
  const tally = emptyTally(`kill -9 while writing (${flow})`);
  let number = 1;
  let school: SmallSchool | undefined;
  let all: Ack[] = [];
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    if (school === undefined || cycle % cyclesASchool === 0) {
      const own = join(folder, `kill-${flow}-${cycle}`);
      mkdirSync(own, { recursive: true });
      all = [];
      school = flow === 'import' ? await makeEmptySchool(own) : await makeSmallSchool(own, 30);
      if (flow === 'backup') mkdirSync(secondFolderOf(own));
    }
    const writer = startWriter(school, { flow, seed: random.between(1, 2 ** 30), firstNumber: number });
    if (random.chance(0.1)) await wait(random.between(50, 600));
    else {
      await writer.ready;
      await wait(random.next() ** 2 * (flow === 'mixed' ? 150 : 1500));
    }
    writer.process.kill('SIGKILL');
    const { stderr } = await writer.ended;
    const acks = writer.acks();
    all.push(...acks);
    const isLastOfSchool = (cycle + 1) % cyclesASchool === 0 || cycle === cycles - 1;
    // Once more for everything that was ever acknowledged in it, before the school is left.
    const findings = await checkSchool(school, isLastOfSchool ? all : acks);
    tally.rounds += 1;
    tally.acknowledged += acks.filter(({ kind }) => kind !== 'ready').length;
    tally.lost += findings.lost.length;
    if (!findings.isOpen) tally.unopenable += 1;
    if (!isSound(findings)) tally.problems.push(`cycle ${cycle}: ${describeFindings(findings)}`);
    // A writer is killed; one that ended by itself has found something.
    if (stderr.includes('Error'))
      tally.problems.push(`cycle ${cycle}: the writer said ${stderr.slice(0, 400)}`);
    number += acks.length + 10;
    if (isLastOfSchool && isSound(findings)) rmSync(school.dataDir, { recursive: true });
  }
  return tally;
}

async function makeEmptySchool(dataDir: string): Promise<SmallSchool> {
  const script = createScriptDesk(dataDir, { nowMs: firstMs });
  const recoveryKeyGroups = await makeSchool(script, { attendance: 'period' });
  script.desk.lock('user');
  return { dataDir, recoveryKeyGroups, classes: [], days: [] };
}
