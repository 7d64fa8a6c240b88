import { expect, it } from 'vitest';
import { plantedFlaws, type Flaw } from '../../scripts/sim/flaws.ts';
import { runWorlds } from '../../scripts/sim/run.ts';

// The real state machines of desk and server on invented disks, clocks and networks. A failing seed replays: `npm run sim -- --seed N --runs 1 --verbose`.

const runs = 2000;

it('R1, R5, R7: 2,000 schools under loss, crashes, restores, skew, purges and lies end alike, with nothing lost and every difference shown', async () => {
  const { failures, totals, summary } = await runWorlds({ seed: 1, runs });
  console.log(summary);
  expect(failures.map(({ seed, failure }) => `seed ${seed}: ${failure}`)).toEqual([]);
  // Each kind of trouble really happened.
  expect(Object.entries(totals).filter(([, count]) => count === 0)).toEqual([]);
}, 300_000);

const flaws = Object.keys(plantedFlaws) as Flaw[];

it.each(flaws)(
  'finds a planted bug within 2,000 runs: %s',
  async (flaw) => {
    const { runs: made, failures } = await runWorlds({
      seed: 1,
      runs,
      flaws: new Set([flaw]),
      mostFailures: 1,
    });
    console.log(`${flaw}: found in run ${made}: ${failures[0]?.failure ?? 'not found'}`);
    expect(failures).toHaveLength(1);
  },
  300_000,
);
