import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { chromium, type Page } from '@playwright/test';
import { ensureBrowser } from '../ensure-browser.ts';
import { isBuildStale } from '../build-stamp.ts';

const root = resolve(import.meta.dirname, '../..');

/** The real application, started headless as a process of its own, with its page in the hand of Playwright. */
export interface DrivenApp {
  readonly page: Page;
  readonly processId: number;
  /** From the process's start until its page was there, in milliseconds. */
  readonly startMs: number;
  /** Closes the window as a user does; settles when the process has ended. Gives its exit code. */
  close(): Promise<number | null>;
  /** Ends the process without a word, as a power cut would. */
  kill(): Promise<void>;
}

/**
 * Builds what has changed and starts the application on `dataFolder`. For the tour, the bench and the tests only. `clockFile`
 * holds by how many milliseconds the application's clock is ahead.
 */
export async function driveApp(
  dataFolder: string,
  {
    size = { width: 1280, height: 800 },
    clockFile,
  }: {
    readonly size?: { readonly width: number; readonly height: number };
    readonly clockFile?: string;
  } = {},
): Promise<DrivenApp> {
  const browser = await ensureBrowser(console.log);
  if (!browser.ok) throw new Error(browser.error.advice);
  if (browser.value.kind !== 'chromium')
    throw new Error('The application is driven in an installed Chromium.');
  if (isBuildStale(root)) {
    const { buildApp } = await import('../build.ts');
    await buildApp(root);
  }
  const portFile = join(dataFolder, 'window-profile/DevToolsActivePort');
  // A killed application leaves its port's name behind.
  rmSync(portFile, { force: true });
  const start = performance.now();
  const child = spawn(
    process.execPath,
    [
      ...(clockFile === undefined ? [] : ['--import', join(root, 'scripts/drive/shifted-clock.ts')]),
      join(root, 'out/app/chromium-main.js'),
      '--browser',
      browser.value.executable,
      '--data',
      dataFolder,
      '--headless',
      '--test-port',
    ],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: clockFile === undefined ? process.env : { ...process.env, ROLLKEEP_TOUR_CLOCK: clockFile },
    },
  );
  const exited = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
  const address = await withDeadline(30_000, () => {
    if (child.exitCode !== null) throw new Error('The application ended while it started.');
    if (!existsSync(portFile)) return undefined;
    const [port, path] = readFileSync(portFile, 'utf8').trim().split('\n');
    return port === undefined || path === undefined ? undefined : `ws://127.0.0.1:${port}${path}`;
  });
  const connection = await chromium.connectOverCDP(address);
  const page = await withDeadline(30_000, () =>
    connection
      .contexts()
      .flatMap((context) => context.pages())
      .find((each) => each.url().startsWith('https://rollkeep.localhost')),
  );
  // What does not come within this does not come: better named soon than at the end of a whole test.
  page.setDefaultTimeout(30_000);
  await page.setViewportSize(size);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  const startMs = performance.now() - start;
  return {
    page,
    processId: child.pid ?? 0,
    startMs,
    async close() {
      await page.close({ runBeforeUnload: false }).catch(() => undefined);
      return exited;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function withDeadline<T>(timeoutMs: number, look: () => T | undefined): Promise<T> {
  const end = performance.now() + timeoutMs;
  while (performance.now() < end) {
    const found = look();
    if (found !== undefined) return found;
    await wait(20);
  }
  throw new Error('The application did not show its page in time.');
}
