import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { runWorlds } from './sim/run.ts';

// Desks and a server in one process, under invented faults. Exit code: 0 every invariant held, 1 one did not.

const optionsSchema = z.object({
  seed: z.int(),
  runs: z.int(),
  desks: z.int().optional(),
  verbose: z.boolean().default(false),
});

const program = new Command('sim')
  .description(
    'Syncs invented schools under delay, loss, crashes, restores and lies, and holds the end against the invariants.',
  )
  .option('--seed <number>', 'the first run’s seed; the next run has the next', wholeNumber, 1)
  .option('--runs <number>', 'how many runs', wholeNumber, 2000)
  .option('--desks <number>', 'desks at the start, 2 to 6; drawn from the seed unless told', wholeNumber)
  .option('--verbose', 'print every event: with --runs 1, the replay of a seed')
  .action(async (given: unknown) => {
    const { verbose, ...options } = optionsSchema.parse(given);
    const start = performance.now();
    const { failures, summary } = await runWorlds({
      ...options,
      ...(verbose && { onEvent: console.log }),
    });
    for (const { seed, failure, events } of failures) {
      console.log(`\nseed ${seed}: ${failure}`);
      if (!verbose) console.log(events.slice(-25).join('\n'));
      console.log(`replay: npm run sim -- --seed ${seed} --runs 1 --verbose`);
    }
    console.log(summary);
    console.log(`${((performance.now() - start) / 1000).toFixed(1)} s`);
    process.exitCode = failures.length > 0 ? 1 : 0;
  });

await program.parseAsync();

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError('A whole number is needed.');
  return number;
}
