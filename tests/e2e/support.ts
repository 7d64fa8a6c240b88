import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { driveApp, type DrivenApp } from '../../scripts/drive/app-driver.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly target: unknown }[];
  }[];
}

/** No violation of WCAG 2.2 A and AA, as far as axe sees, on what is shown now. */
export async function expectAccessible(page: Page, screen: string): Promise<void> {
  // A picture in transition has colours of its own.
  await page.waitForTimeout(200);
  await page.evaluate(axeSource);
  const results: AxeResults = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(options: unknown): Promise<AxeResults> } }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    }),
  );
  const found = results.violations.map(
    ({ id, nodes }) => `${screen}: ${id} at ${JSON.stringify(nodes.map((node) => node.target))}`,
  );
  expect(found).toEqual([]);
}

/** The real application on a folder of its own; what the page complains about fails the test. */
export class TestApp {
  readonly folder = mkdtempSync(join(tmpdir(), 'rollkeep-e2e-'));
  readonly complaints: string[] = [];
  #app: DrivenApp | undefined;

  /** `clockFile` as `driveApp` takes it. */
  async start(clockFile?: string): Promise<Page> {
    this.#app = await driveApp(join(this.folder, 'data'), clockFile === undefined ? {} : { clockFile });
    const { page } = this.#app;
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    return page;
  }

  get processId(): number {
    return this.#app?.processId ?? 0;
  }

  async close(): Promise<number | null> {
    const code = (await this.#app?.close()) ?? null;
    this.#app = undefined;
    return code;
  }

  async kill(): Promise<void> {
    await this.#app?.kill();
    this.#app = undefined;
  }

  async dispose(): Promise<void> {
    await this.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
