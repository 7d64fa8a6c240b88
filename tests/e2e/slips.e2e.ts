import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { makeSampleSchool, openArea } from '../../scripts/drive/journey.ts';
import { TestApp } from './support.ts';

/** Slips in the real window, on a spooler that keeps what it is handed. */
test.describe.configure({ mode: 'serial' });

const app = new TestApp();
const spooled = join(app.folder, 'spooled');
const pathBefore = process.env['PATH'];
let page: Page;

test.beforeAll(async () => {
  test.setTimeout(300_000);
  const commands = join(app.folder, 'bin');
  mkdirSync(spooled);
  mkdirSync(commands);
  const scripts = {
    lpstat: 'test "$1" = -e && echo office || echo "system default destination: office"',
    lp: `cat > "${spooled}/part.$$"; mv "${spooled}/part.$$" "${spooled}/$(ls "${spooled}" | grep -c pdf).pdf"`,
  };
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(commands, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(commands, name), 0o700);
  }
  process.env['PATH'] = [commands, pathBefore].join(delimiter);
  page = await app.start();
  await makeSampleSchool(page);
  await openArea(page, 'Desk');
  await page.getByLabel('Student', { exact: true }).waitFor();
});

test.afterAll(async () => {
  process.env['PATH'] = pathBefore;
  await app.dispose();
});

/** The size in millimetres of each page of each document that was printed so far. */
function printedPages(): number[][][] {
  return readdirSync(spooled)
    .filter((name) => name.endsWith('.pdf'))
    .toSorted((one, other) => Number.parseInt(one) - Number.parseInt(other))
    .map((name) =>
      [...readFileSync(join(spooled, name), 'latin1').matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map(
        ([, ...points]) => points.map((point) => Math.round((Number(point) * 25.4) / 72)),
      ),
    );
}

/** Enters whoever is found first by the letters; their time is the one in the field, or the one given. */
async function enter(letters: string, time?: string): Promise<void> {
  await page.getByLabel('Student', { exact: true }).fill(letters);
  await page.getByRole('listbox', { name: 'Students found' }).getByRole('option').first().waitFor();
  await page.keyboard.press('Enter');
  const field = page.getByLabel('Time', { exact: true });
  await expect(field).toBeFocused();
  if (time !== undefined) await field.fill(time);
  await page.keyboard.press('Enter');
}

test('A16: a slip is printed as it is saved, on one page of the roll that is as high as the slip', async () => {
  await enter('ann');
  await page.getByText('1 slip printed.').waitFor();
  const [slip, ...others] = printedPages();
  expect(others).toEqual([]);
  expect(slip).toEqual([[80, expect.any(Number)]]);
  const height = slip?.[0]?.[1] ?? 0;
  expect(height).toBeGreaterThan(60);
  expect(height).toBeLessThan(108);
});

test('A16: an earlier day prints no slip as it is saved; Print again does', async () => {
  const reason = page.getByLabel(/^Reason for the correction/);
  // The school day before, also over a weekend or a holiday.
  await page.getByRole('button', { name: 'Previous day' }).click();
  await reason.fill('Paper note found');
  await enter('ben', '9:05');
  await page.getByText(/No slip: Print again prints one/).waitFor();
  await page.getByRole('button', { name: /^Print again: / }).waitFor();
  expect(printedPages()).toHaveLength(1);
  await page.getByRole('button', { name: /^Print again: / }).click();
  await page.getByText('1 slip printed.').waitFor();
  expect(printedPages()).toHaveLength(2);
});

test('A16: Alt+T returns to today, and A6 keeps its size', async () => {
  await page.keyboard.press('Alt+t');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Desk');
  await page.getByText('A6', { exact: true }).click();
  await expect(page.getByRole('radio', { name: 'A6' })).toBeChecked();
  await page.keyboard.press('Control+p');
  await page.getByText('1 slip printed.').waitFor();
  expect(printedPages().at(-1)).toEqual([[105, 148]]);
  expect(app.complaints).toEqual([]);
});
