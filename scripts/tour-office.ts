import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { driveApp } from './drive/app-driver.ts';
import { aheadAt, nextTuesday, playOfficeDay } from './drive/office-day.ts';
import { createTourSteps } from './drive/tour-steps.ts';

/** `npm run tour -- office`: a clerk's day by keyboard alone, each task timed, with pictures in `out/tour-office/`. */
const root = resolve(import.meta.dirname, '..');
const tour = createTourSteps(join(root, 'out/tour-office'));
const work = mkdtempSync(join(tmpdir(), 'rollkeep-office-'));
const clockFile = join(work, 'clock');
const dropFolder = join(work, 'drops');
mkdirSync(dropFolder);
writeFileSync(clockFile, String(aheadAt(nextTuesday(), 7 * 60 + 20)));

const app = await driveApp(join(work, 'data'), { clockFile });
try {
  await playOfficeDay({
    page: app.page,
    clockFile,
    dropFolder,
    step: (what, name, doIt) => tour.step(app.page, what, name, doIt),
  });
} finally {
  await app.close();
  rmSync(work, { recursive: true, force: true });
}
console.log(`\n${tour.pictures} pictures in out/tour-office/`);
