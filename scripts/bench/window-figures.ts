import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { assert } from '../../domain/result.ts';
import { isBuildStale } from '../build-stamp.ts';
import { findChromium } from '../ensure-browser.ts';
import type { Figure } from './figure.ts';
import { median } from './measure.ts';

const startNames = { name: 'start to the sign-in screen painted', budget: '≤ 1.0 s' } as const;
const memoryNames = { name: 'memory of the main process, largest school open', budget: '≤ 200 MB' } as const;

/**
 * Starts the built application with a headless window on a data folder that holds a school, and measures when the
 * sign-in screen was painted; then signs in and reads how much memory the main process has.
 *
 * In turn with the same browser on a page of one line. Times count from the start of the process.
 */
export async function measureWindow(
  root: string,
  folder: string,
  school: { readonly dataFolder: string; readonly username: string; readonly password: string },
  { rounds, settleMs }: { readonly rounds: number; readonly settleMs: number },
): Promise<readonly Figure[]> {
  const missing = (why: string): readonly Figure[] =>
    [startNames, memoryNames].map((names) => ({ ...names, state: 'not-measured', why }));
  const browser = await findChromium();
  if (browser === undefined) return missing('no Chromium here (node scripts/ensure-browser.ts installs one)');
  try {
    if (isBuildStale(root)) {
      const { buildApp } = await import('../build.ts');
      await buildApp(root);
    }
  } catch (cause) {
    return missing(`the application does not build (${cause instanceof Error ? cause.name : 'unknown'})`);
  }

  const starts: number[] = [];
  const bareStarts: number[] = [];
  for (let round = 0; round < rounds + 1; round += 1) {
    const bare = await startBrowserAlone(browser.executable, join(folder, `browser-${round}`));
    const paintedMs = await startApp(
      root,
      browser.executable,
      school.dataFolder,
      async (_page, atMs) => atMs,
    );
    // The first start of a build reads its files from the disk.
    if (round === 0) continue;
    bareStarts.push(bare);
    starts.push(paintedMs);
  }
  const memory = await startApp(root, browser.executable, school.dataFolder, (page, _atMs, app) =>
    signInAndWeigh(page, app, school, settleMs),
  );
  return [
    {
      ...startNames,
      state: 'measured',
      value: median(starts),
      unit: 'ms',
      baseline: { name: 'the browser alone', value: median(bareStarts) },
      compared: median(starts),
      limit: 1000,
      better: 'lower',
      details: { rounds },
    },
    {
      ...memoryNames,
      state: 'measured',
      value: memory.settledMB,
      unit: 'MB',
      baseline: { name: 'before sign-in', value: memory.lockedMB },
      compared: memory.settledMB,
      limit: 200,
      better: 'lower',
      details: {
        'as soon as signed in MB': memory.openMB,
        'peak MB, the daily backup after sign-in included': memory.peakMB,
        'seconds waited': settleMs / 1000,
      },
    },
  ];
}

interface Memory {
  readonly lockedMB: number;
  /** As soon as the first screen is there. */
  readonly openMB: number;
  readonly settledMB: number;
  readonly peakMB: number;
}

/** Starts the application, waits until the sign-in screen was painted, does some work and ends it. */
async function startApp<T>(
  root: string,
  executable: string,
  dataFolder: string,
  work: (page: Page, paintedMs: number, app: ChildProcess) => Promise<T>,
): Promise<T> {
  const profile = join(dataFolder, 'window-profile');
  rmSync(profile, { recursive: true, force: true });
  const startedAtMs = Date.now();
  const entry = join(root, 'out/app/chromium-main.js');
  const flags = ['--browser', executable, '--data', dataFolder, '--headless', '--test-port'];
  const app = spawn(process.execPath, [entry, ...flags], { stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    return await withPage(profile, async (page) => {
      await page.locator('input[type=password]').waitFor();
      return work(page, (await lastPaintAtMs(page)) - startedAtMs, app);
    });
  } finally {
    await end(app);
  }
}

/** Memory before and after sign-in, and after `settleMs` more, in which the backup of the day is made. */
async function signInAndWeigh(
  page: Page,
  app: ChildProcess,
  school: { readonly username: string; readonly password: string },
  settleMs: number,
): Promise<Memory> {
  const lockedMB = memoryOf(app, 'VmRSS');
  const username = page.locator('input[autocomplete=username]');
  if (await username.isVisible()) await username.fill(school.username);
  await page.locator('input[type=password]').fill(school.password);
  await page.locator('button[type=submit]').click();
  await page.locator('input[type=password]').waitFor({ state: 'detached' });
  const openMB = memoryOf(app, 'VmRSS');
  await page.waitForTimeout(settleMs);
  return { lockedMB, openMB, settledMB: memoryOf(app, 'VmRSS'), peakMB: memoryOf(app, 'VmHWM') };
}

/** The same browser with the same kind of window and a page of one line, from its start to the paint. */
async function startBrowserAlone(executable: string, profile: string): Promise<number> {
  mkdirSync(profile, { recursive: true });
  const startedAtMs = Date.now();
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox', '--test-type'] : [];
  const flags = [
    '--headless=new',
    '--no-first-run',
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
    ...asRoot,
    '--app=data:text/html,<title>Bare</title><p>Bare',
  ];
  const browser = spawn(executable, flags, { stdio: 'ignore' });
  try {
    return await withPage(profile, async (page) => {
      await page.locator('p').waitFor();
      return (await lastPaintAtMs(page)) - startedAtMs;
    });
  } finally {
    await end(browser);
    rmSync(profile, { recursive: true, force: true });
  }
}

async function withPage<T>(profile: string, work: (page: Page) => Promise<T>): Promise<T> {
  const portFile = join(profile, 'DevToolsActivePort');
  await waitUntil(() => existsSync(portFile) && readFileSync(portFile, 'utf8').includes('/devtools/'));
  const [port, path] = readFileSync(portFile, 'utf8').trim().split('\n');
  const { chromium } = await import('@playwright/test');
  const browser = await chromium.connectOverCDP(`ws://127.0.0.1:${port}${path}`);
  try {
    const pages = () => browser.contexts().flatMap((context) => context.pages());
    await waitUntil(() => pages().length > 0);
    const [page] = pages();
    assert(page !== undefined, 'the browser has a page');
    return await work(page);
  } finally {
    // Of a browser one has connected to, this closes the connection only.
    await browser.close();
  }
}

/** When the page last painted something larger than before, in epoch milliseconds: on these pages, their content. */
async function lastPaintAtMs(page: Page): Promise<number> {
  await page.waitForTimeout(100);
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => {
          const last = list.getEntries().at(-1);
          resolve(performance.timeOrigin + (last?.startTime ?? Number.NaN));
        }).observe({ type: 'largest-contentful-paint', buffered: true });
      }),
  );
}

function memoryOf(app: ChildProcess, field: 'VmRSS' | 'VmHWM'): number {
  if (process.platform !== 'linux') return Number.NaN;
  const status = readFileSync(`/proc/${app.pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

async function waitUntil(isSo: () => boolean): Promise<void> {
  const untilMs = performance.now() + 30_000;
  while (!isSo()) {
    if (performance.now() > untilMs) throw new Error('The window did not come up within 30 s');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
