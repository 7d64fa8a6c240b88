import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { spawnSync } from 'node:child_process';
import { Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { runDiskFull } from './faults/disk-full.ts';
import { runKillCycles } from './faults/kill-cycles.ts';
import { canTrace, runPowerCuts } from './faults/power-cuts.ts';
import { runRotationSteps } from './faults/rotation-steps.ts';
import { runSyncKills } from './faults/sync-kills.ts';
import { tallyToText, type Tally } from './faults/tally.ts';

// Kills, full disks and power cuts on real stores. Exit code: 0 nothing lost, 1 something was, 2 something could not run.

const root = resolve(import.meta.dirname, '..');
const optionsSchema = z.object({
  quick: z.boolean().default(false),
  cycles: z.int().optional(),
  seed: z.int(),
  only: z.enum(['desk', 'sync']).optional(),
});

const program = new Command('faults')
  .description('Kills the writer, fills the disk and cuts the power, and looks for every acknowledged write.')
  .option('--quick', 'a minute or two, for every change')
  .option('--cycles <number>', 'kills and power cuts of each kind, 1,000 unless told', wholeNumber)
  .addOption(
    new Option('--only <part>', 'one desk by itself, or two desks and their server').choices([
      'desk',
      'sync',
    ]),
  )
  .option('--seed <number>', 'another seed, other moments', wholeNumber, 1)
  .action(async (given: unknown) => {
    const { quick, cycles = quick ? 40 : 1000, seed, only } = optionsSchema.parse(given);
    const folder = join(root, 'out/faults');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    console.log(`seed ${seed}`);
    const tallies: Tally[] = [];
    const add = (tally: Tally): void => {
      tallies.push(tally);
      console.log(tallyToText(tally));
    };

    if (only !== 'desk') add(await runSyncKills(folder, { cycles: quick ? 300 : cycles * 10, seed }));
    const isTraced = only === 'sync' || (await runDeskFaults(folder, { quick, cycles, seed }, add));
    const sum = (part: 'rounds' | 'acknowledged' | 'lost' | 'unopenable'): number =>
      tallies.reduce((total, tally) => total + tally[part], 0);
    const problems = tallies.reduce((total, tally) => total + tally.problems.length, 0);
    console.log(
      `${sum('rounds')} rounds, ${sum('acknowledged')} writes acknowledged; lost ${sum('lost')}, ` +
        `stores that do not open ${sum('unopenable')}, problems ${problems}`,
    );
    // What was found stays for whoever looks into it.
    if (problems === 0) rmSync(folder, { recursive: true });
    process.exitCode = problems > 0 ? 1 : isTraced ? 0 : 2;
  });

await program.parseAsync();

/** One desk by itself. False: the power cuts could not run. */
async function runDeskFaults(
  folder: string,
  { quick, cycles, seed }: { readonly quick: boolean; readonly cycles: number; readonly seed: number },
  add: (tally: Tally) => void,
): Promise<boolean> {
  add(await runKillCycles(folder, { flow: 'mixed', cycles, seed }));
  add(await runKillCycles(folder, { flow: 'rotation', cycles: Math.ceil(cycles / 4), seed }));
  add(await runKillCycles(folder, { flow: 'import', cycles: Math.ceil(cycles / 8), seed }));
  add(await runKillCycles(folder, { flow: 'backup', cycles: Math.ceil(cycles / 8), seed }));
  add(await runRotationSteps(folder, seed));
  add(runDiskFull(folder, { steps: quick ? 40 : Math.min(cycles, 400), seed }));
  const isTraced = canTrace() || installStrace();
  if (!isTraced) {
    console.log('NOT RUN  power cuts: they are recorded with strace, which is not installed here.');
    return false;
  }
  const cuts = quick ? 200 : cycles;
  add(await runPowerCuts(folder, { flow: 'marks', writes: quick ? 60 : 300, cuts, seed }));
  add(await runPowerCuts(folder, { flow: 'rotation', writes: quick ? 24 : 60, cuts, seed }));
  add(
    await runPowerCuts(folder, { flow: 'backup', writes: quick ? 9 : 30, cuts: Math.ceil(cuts / 4), seed }),
  );
  return true;
}

/** On Debian as root strace is one package away. */
function installStrace(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  spawnSync('sh', ['-c', 'apt-get update && apt-get install -y --no-install-recommends strace'], {
    stdio: 'ignore',
    timeout: 300_000,
  });
  return canTrace();
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError('A whole number is needed.');
  return number;
}
