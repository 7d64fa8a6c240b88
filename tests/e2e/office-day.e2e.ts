import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { aheadAt, nextTuesday, officeDay, playOfficeDay } from '../../scripts/drive/office-day.ts';
import { TestApp } from './support.ts';

const app = new TestApp();

test.afterAll(async () => {
  await app.dispose();
});

test("A16: a clerk's day is played by keyboard alone, from the first voicemail to the roster of the evening", async () => {
  test.setTimeout(480_000);
  const clockFile = join(app.folder, 'clock');
  const dropFolder = join(app.folder, 'drops');
  mkdirSync(dropFolder);
  writeFileSync(clockFile, String(aheadAt(nextTuesday(), 7 * 60 + 20)));
  const page = await app.start(clockFile);
  const done: string[] = [];
  await playOfficeDay({
    page,
    clockFile,
    dropFolder,
    async step(what, name, doIt) {
      const start = performance.now();
      await test.step(what, doIt);
      console.log(`${what}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
      done.push(name);
    },
  });
  expect(officeDay).toEqual({ absences: 40, lateArrivals: 60, corrections: 5, trip: 30, registers: 3 });
  expect(done.at(-1)).toBe('today');
  expect(app.complaints).toEqual([]);
  expect(await app.close()).toBe(0);
});
