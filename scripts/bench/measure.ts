/** Medians of steps that were run in turn, so that whatever else the machine does meets all of them alike. */
export interface Timings {
  readonly medianMs: number;
  /** The tenth of the rounds that were disturbed least: what the work itself takes on a busy machine. */
  readonly p10Ms: number;
  readonly p95Ms: number;
  readonly rounds: number;
}

/** One thing to measure. `every`: only in each so-manyth round. */
export interface Step {
  readonly every?: number;
  readonly run: (round: number) => unknown;
}

/**
 * Runs the steps in turn, round by round, and gives the times of each in milliseconds. Some rounds before the first are
 * not counted: statements are prepared and code is compiled in them.
 */
export async function measureInTurn<Name extends string>(
  rounds: number,
  steps: Readonly<Record<Name, Step>>,
): Promise<Readonly<Record<Name, Timings>>> {
  const warmUp = Math.min(30, Math.ceil(rounds / 4));
  const times = new Map<string, number[]>();
  const named = Object.entries<Step>(steps);
  for (let round = 0; round < warmUp + rounds; round += 1) {
    for (const [name, { every = 1, run }] of named) {
      if (round % every !== 0) continue;
      const start = performance.now();
      await run(round);
      const elapsedMs = performance.now() - start;
      if (round < warmUp) continue;
      const known = times.get(name);
      if (known === undefined) times.set(name, [elapsedMs]);
      else known.push(elapsedMs);
    }
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fromEntries forgets the names of the steps
  return Object.fromEntries(named.map(([name]) => [name, timingsOf(times.get(name) ?? [])])) as Record<
    Name,
    Timings
  >;
}

/** The middle one; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  const below = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  const above = sorted[Math.floor(middle)] ?? Number.NaN;
  return (below + above) / 2;
}

function timingsOf(values: readonly number[]): Timings {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (part: number): number => sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN;
  return { medianMs: median(values), p10Ms: at(0.1), p95Ms: at(0.95), rounds: values.length };
}
