import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from '../../domain/result.ts';
import { randomFor } from '../../resources/sample/random.ts';
import { secondFolderOf } from './backup-flow.ts';
import { checkSchool, isSound } from './check-school.ts';
import { cutModes, DiskModel } from './disk-model.ts';
import type { Ack } from './plan.ts';
import { startWriter } from './run-writer.ts';
import { makeSmallSchool } from './small-school.ts';
import { describeFindings, emptyTally, type Tally } from './tally.ts';
import { parseTrace, traceCommand } from './trace.ts';

/** Whether writes can be recorded here. */
export function canTrace(): boolean {
  return spawnSync('strace', ['-V'], { stdio: 'ignore' }).status === 0;
}

/**
 * Records every write and fsync of a writer, then cuts the power at `cuts` moments of the recording: the disk is left
 * with what was fsynced and with none, all, some, or torn sectors of the rest, and every write acknowledged before the
 * cut must be found (R7). A cut that keeps everything is a kill at that system call.
 */
export async function runPowerCuts(
  folder: string,
  options: {
    readonly flow: 'marks' | 'rotation' | 'backup';
    readonly writes: number;
    readonly cuts: number;
    readonly seed: number;
  },
): Promise<Tally> {
  const { flow, writes, cuts, seed } = options;
  const dataDir = join(folder, `power-${flow}`);
  mkdirSync(dataDir, { recursive: true });
  const school = await makeSmallSchool(dataDir, 8);
  if (flow === 'backup') mkdirSync(secondFolderOf(dataDir));
  const disk = new DiskModel(dataDir);
  const log = join(folder, `power-${flow}.strace`);
  // Few pages to a checkpoint, so that many checkpoints lie among the cuts.
  const plan = { flow, seed, firstNumber: 1, most: writes, checkpointPages: 40 } as const;
  const writer = startWriter(school, plan, traceCommand(log));
  const { code, stderr } = await writer.ended;
  assert(code === 0, `the recorded writer comes to its end: ${stderr.slice(0, 2000)}`);
  const events = parseTrace(readFileSync(log, 'utf8'), dataDir);
  rmSync(log);

  const tally = emptyTally(`power cuts (${flow}, ${events.length} recorded steps)`);
  tally.acknowledged = events.filter(({ type }) => type === 'ack').length;
  const random = randomFor(seed, 'cuts', flow);
  const moments = Array.from({ length: cuts }, () => random.between(0, events.length)).toSorted(
    (one, other) => one - other,
  );
  const scratch = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'rollkeep-cut-'));
  const acks: Ack[] = [];
  let done = 0;
  try {
    for (const [index, moment] of moments.entries()) {
      for (const event of events.slice(done, moment)) {
        disk.apply(event);
        if (event.type === 'ack') acks.push(event.ack);
      }
      done = moment;
      const mode = cutModes[index % cutModes.length] ?? 'nothing';
      const image = join(scratch, String(index));
      disk.writeImage(image, mode, random);
      const findings = await checkSchool({ ...school, dataDir: image }, acks);
      tally.rounds += 1;
      tally.lost += findings.lost.length;
      if (!findings.isOpen) tally.unopenable += 1;
      if (!isSound(findings)) {
        tally.problems.push(`cut at step ${moment}, ${mode} kept: ${describeFindings(findings)}`);
      }
      rmSync(image, { recursive: true });
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return tally;
}
