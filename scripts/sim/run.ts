import type { Flaws } from './flaws.ts';
import { countNames, noCounts, runWorld } from './world.ts';

export interface Failure {
  readonly seed: number;
  readonly failure: string;
  /** The last of what happened. */
  readonly events: readonly string[];
}

export interface RunsResult {
  /** Runs that were made: no more after the third failure. */
  readonly runs: number;
  readonly failures: readonly Failure[];
  /** The sum of each count over all runs, by its name. */
  readonly totals: Readonly<Record<string, number>>;
  readonly summary: string;
}

/** Makes runs with one seed after the other. Stops after `mostFailures`, three unless told. */
export async function runWorlds({
  seed,
  runs,
  desks,
  flaws = new Set(),
  mostFailures = 3,
  onEvent,
}: {
  readonly seed: number;
  readonly runs: number;
  readonly desks?: number | undefined;
  readonly flaws?: Flaws;
  readonly mostFailures?: number;
  readonly onEvent?: (line: string) => void;
}): Promise<RunsResult> {
  const failures: Failure[] = [];
  const totals = noCounts();
  let made = 0;
  while (made < runs && failures.length < mostFailures) {
    const run = { seed: seed + made, desks, flaws, ...(onEvent !== undefined && { onEvent }) };
    const { failure, counts, events } = await runWorld(run);
    made += 1;
    for (const name of countNames) totals[name] += counts[name];
    if (failure !== undefined) failures.push({ seed: run.seed, failure, events });
  }
  const texts = countNames.map((name) => `${words(name)} ${totals[name].toLocaleString('en')}`);
  return {
    runs: made,
    failures,
    totals,
    summary: `${made.toLocaleString('en')} runs, ${failures.length} failed; ${texts.join(', ')}`,
  };
}

function words(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
