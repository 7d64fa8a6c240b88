import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';

/** The steps of a tour: each is timed, said and pictured. */
export interface TourSteps {
  step(page: Page, what: string, name: string, doIt: () => Promise<void>): Promise<void>;
  picture(page: Page, name: string): Promise<void>;
  say(what: string, ms: number): void;
  readonly pictures: number;
}

/** Begins a tour whose pictures go to an empty folder. */
export function createTourSteps(folder: string): TourSteps {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  let pictures = 0;
  const picture = async (page: Page, name: string): Promise<void> => {
    pictures += 1;
    // Let the last paint settle: transitions take 120 ms.
    await page.waitForTimeout(250);
    await page.screenshot({ path: join(folder, `${String(pictures).padStart(2, '0')}-${name}.png`) });
  };
  const say = (what: string, ms: number): void => {
    console.log(`${what.padEnd(66)} ${(ms / 1000).toFixed(2).padStart(7)} s`);
  };
  return {
    async step(page, what, name, doIt) {
      const start = performance.now();
      try {
        await doIt();
      } catch (cause) {
        await picture(page, `failed-${name}`);
        throw new Error(`The tour stopped at: ${what}`, { cause });
      }
      say(what, performance.now() - start);
      await picture(page, name);
    },
    picture,
    say,
    get pictures() {
      return pictures;
    },
  };
}
