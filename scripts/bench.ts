import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { Argument, Command } from 'commander';
import { z } from 'zod';
import { loadSampleSchool } from '../main/sample/load-sample.ts';
import { argon2Floor, calibrateArgon2 } from '../main/vault/argon2.ts';
import { createBare } from './bench/bare.ts';
import { addEarlierYears } from './bench/earlier-years.ts';
import { measureAuditVerification } from './bench/audit-figure.ts';
import { figuresToText, verdictOf, type Figure } from './bench/figure.ts';
import { findClass, measureCalls, measureUnlock } from './bench/gate-figures.ts';
import { measureImport } from './bench/import-figure.ts';
import { measureSync } from './bench/sync-figure.ts';
import { measureWindow } from './bench/window-figures.ts';
import { createScriptDesk, makeSchool, scriptPassword } from './harness/script-desk.ts';

// The budgets of docs/figures.md. Exit code 0 whatever the clock says; 1 when something does not run at all.

interface Size {
  /** Of the school that is opened; its marks go back to the first day of the school year. */
  readonly students: number;
  /** Years of as many marks before it. */
  readonly earlierYears: number;
  readonly nowMs: number;
  readonly bareRows: number;
  readonly rounds: { readonly calls: number; readonly unlock: number };
  readonly window: { readonly rounds: number; readonly settleMs: number };
  readonly auditEntries: number;
  readonly sync: {
    readonly sizes: readonly number[];
    readonly desks: { readonly count: number; readonly batches: number };
  };
  readonly imports: readonly {
    readonly students: number;
    readonly rounds: number;
    readonly budget: { readonly text: string; readonly limitMs: number } | null;
  }[];
}

/** A Friday in June: 192 school days of the sample's year lie before it. */
const full: Size = {
  students: 5000,
  earlierYears: 2,
  nowMs: Date.UTC(2026, 5, 12, 16, 30),
  bareRows: 200_000,
  rounds: { calls: 600, unlock: 9 },
  window: { rounds: 5, settleMs: 30_000 },
  auditEntries: 200_000,
  sync: { sizes: [1000, 10_000, 50_000], desks: { count: 200, batches: 10 } },
  imports: [
    { students: 2000, rounds: 3, budget: { text: '≤ 2 s', limitMs: 2000 } },
    { students: 50_000, rounds: 1, budget: { text: '≤ 60 s', limitMs: 60_000 } },
  ],
};

const quick: Size = {
  students: 200,
  earlierYears: 2,
  nowMs: Date.UTC(2025, 8, 26, 16, 30),
  bareRows: 10_000,
  rounds: { calls: 120, unlock: 3 },
  window: { rounds: 1, settleMs: 2000 },
  auditEntries: 10_000,
  sync: { sizes: [1000], desks: { count: 20, batches: 2 } },
  imports: [{ students: 400, rounds: 1, budget: null }],
};

const root = resolve(import.meta.dirname, '..');
/** What can be measured by itself. */
const parts = ['school', 'audit', 'sync', 'import'] as const;
type Part = (typeof parts)[number];

const optionsSchema = z.object({
  quick: z.boolean().default(false),
  json: z.string().optional(),
  part: z.enum(parts).optional(),
});

const program = new Command('bench')
  .description('Measures the budgets, each beside a bare baseline taken in the same run.')
  .option('--quick', 'a small school and few rounds: shows that everything runs, not how fast it is')
  .addArgument(new Argument('[part]', 'only one part').choices(parts))
  .option('--json <file>', 'also write the figures as JSON')
  .action(async (given: string | undefined, options: object) => {
    const { quick: isQuick, json, part } = optionsSchema.parse({ ...options, part: given });
    const folder = join(root, 'out/bench');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const loadBefore = loadavg()[0] ?? 0;
    const size = isQuick ? quick : full;
    const figures = await measure(folder, size, part === undefined ? parts : [part]);
    rmSync(folder, { recursive: true, force: true });
    const machine = {
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      cores: cpus().length,
      cpu: cpus()[0]?.model ?? 'unknown',
      memoryGB: Math.round(totalmem() / 1e9),
      loadBefore,
      loadAfter: loadavg()[0] ?? 0,
    };
    console.log(`\n${figuresToText(figures)}\n`);
    console.log(
      `${isQuick ? 'Scaled down. ' : ''}${machine.cores} cores (${machine.cpu}), ${machine.memoryGB} GB, ` +
        `Node ${machine.node}, ${machine.platform}; load ${loadBefore.toFixed(1)} before, ${machine.loadAfter.toFixed(1)} after.`,
    );
    if (json !== undefined) {
      const lines = figures.map((figure) => ({ ...figure, verdict: verdictOf(figure) }));
      writeFileSync(json, `${JSON.stringify({ isQuick, machine, figures: lines }, null, 2)}\n`);
    }
  });

await program.parseAsync();

async function measure(folder: string, size: Size, wanted: readonly Part[]): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  // What has been measured is shown even where something else does not run.
  const add = async (what: string, measureIt: () => Promise<readonly Figure[]>): Promise<void> => {
    say(what);
    try {
      figures.push(...(await measureIt()));
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : 'something that is no error was thrown';
      figures.push({ name: what, budget: '', state: 'not-measured', why });
      process.exitCode = 1;
    }
  };
  if (wanted.includes('school')) await measureSchool(folder, size, add);
  if (wanted.includes('audit')) {
    await add('audit verification', async () => [
      await measureAuditVerification(folder, size.auditEntries, 3),
    ]);
  }
  if (wanted.includes('sync')) {
    await add('syncing', () => measureSync(folder, size.sync.sizes, size.sync.desks));
  }
  if (wanted.includes('import')) {
    for (const { students, rounds, budget } of size.imports) {
      await add(`roster import of ${students} students`, async () => [
        await measureImport(folder, students, rounds, budget),
      ]);
    }
  }
  return figures;
}

type AddFigures = (what: string, measureIt: () => Promise<readonly Figure[]>) => Promise<void>;

async function measureSchool(folder: string, size: Size, add: AddFigures): Promise<void> {
  const dataFolder = join(folder, 'data');
  say(`making a school of ${size.students} students and ${size.earlierYears + 1} years of marks`);
  const cost = size === quick ? argon2Floor : await calibrateArgon2();
  const script = createScriptDesk(dataFolder, { nowMs: size.nowMs, cost });
  await makeSchool(script, { attendance: 'period' });
  // The sample gives its first school three quarters of the students.
  await loadSampleSchool(script.desk, script.open, { studentCount: Math.ceil((size.students * 4) / 3) });
  addEarlierYears(script, size.earlierYears);

  const benchClass = await findClass(script);
  const bare = createBare(folder, script.open.connection, benchClass.class, size.bareRows);
  await add('marks and cards', () => measureCalls(script, bare, benchClass, size.rounds.calls));
  bare.close();
  const administrator = { username: 'admin', password: scriptPassword };
  await add('unlocking', async () => [await measureUnlock(script, administrator, cost, size.rounds.unlock)]);
  await script.must('desk', 'lock', {});
  await add('the window', () => measureWindow(root, folder, { dataFolder, ...administrator }, size.window));
}

function say(what: string): void {
  console.error(`… ${what}`);
}
