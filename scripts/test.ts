import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { buildApp } from './build.ts';
import { ensureBrowser } from './ensure-browser.ts';
import { ensureTestTools } from './ensure-test-tools.ts';

/**
 * `npm test`: every suite, one after the other, and a closing line "N passed, N failed, N skipped" over all of them.
 * A suite that ran nothing, or that skipped a test, fails the run.
 */
const root = resolve(import.meta.dirname, '..');
const reports = join(root, 'out/test');
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const vitestReport = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});
const playwrightReport = z.object({
  stats: z.object({ expected: z.int(), unexpected: z.int(), flaky: z.int(), skipped: z.int() }),
});

const suites: readonly { readonly name: string; readonly run: () => Counts | Promise<Counts> }[] = [
  { name: 'types', run: () => tool('tsc', ['-b']) },
  { name: 'lint', run: () => tool('oxlint', ['--deny-warnings']) },
  { name: 'format', run: () => tool('prettier', ['--check', '--log-level', 'warn', '.']) },
  { name: 'dead code', run: () => tool('knip', []) },
  { name: 'build', run: buildSuite },
  { name: 'unit', run: unitSuite },
  { name: 'window', run: windowSuite },
  { name: 'faults, scaled down', run: () => script('scripts/faults.ts', ['--quick']) },
  { name: 'bench, scaled down', run: () => script('scripts/bench.ts', ['--quick']) },
];

const missing = ensureTestTools();
if (missing.length > 0) {
  console.error(`The tests need these programs, which are not installed: ${missing.join(', ')}.`);
  process.exit(1);
}
const browser = await ensureBrowser(console.log);
if (!browser.ok) {
  console.error(`The tests need a browser. ${browser.error.advice}`);
  process.exit(1);
}

const wanted = process.argv.slice(2);
const lines: string[] = [];
let total: Counts = { passed: 0, failed: 0, skipped: 0 };
for (const suite of suites) {
  if (wanted.length > 0 && !wanted.includes(suite.name)) continue;
  console.log(`\n── ${suite.name} ──`);
  const start = performance.now();
  const counts = await suite.run();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  lines.push(`${suite.name.padEnd(20)} ${countsText(counts)}  (${seconds} s)`);
  total = add(total, counts);
}
console.log(`\n${lines.join('\n')}\n`);
console.log(countsText(total));
process.exitCode = total.failed > 0 || total.skipped > 0 || total.passed === 0 ? 1 : 0;

/** One program that passes or fails as a whole. */
function tool(name: string, args: readonly string[]): Counts {
  return outcome(run(join(root, 'node_modules/.bin', name), args));
}

function script(path: string, args: readonly string[]): Counts {
  return outcome(run(process.execPath, [join(root, path), ...args]));
}

async function buildSuite(): Promise<Counts> {
  await buildApp(root);
  return { passed: 1, failed: 0, skipped: 0 };
}

function unitSuite(): Counts {
  const file = join(reports, 'unit.json');
  const status = run(join(root, 'node_modules/.bin/vitest'), [
    'run',
    '--config',
    'scripts/vitest.config.ts',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]);
  const report = vitestReport.parse(JSON.parse(readFileSync(file, 'utf8')));
  // A file that cannot be loaded has no test that could fail.
  const brokenFiles = report.testResults.filter(
    ({ status: fileStatus, assertionResults }) => fileStatus === 'failed' && assertionResults.length === 0,
  ).length;
  const failed = report.numFailedTests + brokenFiles;
  return {
    passed: report.numPassedTests,
    failed: status === 0 ? failed : Math.max(1, failed),
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function windowSuite(): Counts {
  const file = join(reports, 'window.json');
  const status = run(
    join(root, 'node_modules/.bin/playwright'),
    ['test', '--config', 'scripts/playwright.config.ts', '--reporter=list,json'],
    { PLAYWRIGHT_JSON_OUTPUT_NAME: file },
  );
  const { stats } = playwrightReport.parse(JSON.parse(readFileSync(file, 'utf8')));
  const failed = stats.unexpected + stats.flaky;
  return {
    passed: stats.expected,
    failed: status === 0 ? failed : Math.max(1, failed),
    skipped: stats.skipped,
  };
}

function run(command: string, args: readonly string[], env: Record<string, string> = {}): number {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  return result.status ?? 1;
}

function outcome(status: number): Counts {
  return status === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

function add(first: Counts, second: Counts): Counts {
  return {
    passed: first.passed + second.passed,
    failed: first.failed + second.failed,
    skipped: first.skipped + second.skipped,
  };
}

function countsText({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
