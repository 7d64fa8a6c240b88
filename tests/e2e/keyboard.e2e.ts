import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { makeSampleSchool, openArea } from '../../scripts/drive/journey.ts';
import { expectAccessible, TestApp } from './support.ts';

/** What a clerk who uses the keys alone depends on: a form says what it misses, and the focus is never lost. */
const app = new TestApp();
let page: Page;

test.beforeAll(async () => {
  page = await app.start();
});

test.afterAll(async () => {
  await app.dispose();
});

/** The element that has the focus says what is missing, and what is missing is on the screen. */
async function expectAsked(name: string | RegExp, says: string): Promise<void> {
  const field = page.locator(':focus');
  await expect(field).toHaveAccessibleName(name);
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByText(says, { exact: true }).first()).toBeVisible();
}

test('the set-up wizard says at each field what it needs, when it is pressed too early', async () => {
  await page.getByRole('radio', { name: 'Set up a new school' }).check();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'Next' }).click();
  await expectAsked('Name of the school', 'Fill this in.');
  await expectAccessible(page, 'a school without a name');
  await page.keyboard.type('Hill School');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'First administrator' }).waitFor();
  await page.getByRole('button', { name: 'Make the keys' }).click();
  await expectAsked('Your name', 'Fill this in.');
  await expect(page.getByText('Not yet as the rules below ask.')).toBeVisible();
  await page.getByRole('button', { name: 'Back' }).click();
  await page.getByRole('button', { name: 'Back' }).click();
  await makeSampleSchool(page);
});

test('a planned absence asks for its students and its reason', async () => {
  await openArea(page, 'Absences');
  await page.getByRole('tab', { name: /Planned/ }).click();
  await page.getByRole('button', { name: 'Plan an absence' }).click();
  await page
    .getByRole('button', { name: /^Plan .*absence/ })
    .last()
    .click();
  await expectAsked(/student/i, 'Add at least one student.');
  await expect(page.getByText('Choose one.')).toBeVisible();
  await expectAccessible(page, 'a plan for nobody');
});

test('a correction over a day, a saved list and a closure ask for what they need', async () => {
  const dialog = page.getByRole('dialog');
  await openArea(page, 'Registers');
  await page.getByRole('button', { name: 'Correct marks' }).click();
  await dialog.getByRole('button', { name: 'Correct 0 marks' }).click();
  await expectAsked('Marks that say', 'Choose one.');
  await expect(dialog.getByText('Fill this in.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await openArea(page, 'Students');
  await page.getByRole('button', { name: 'Saved lists' }).click();
  await page.getByRole('menuitem', { name: 'Save this list' }).click();
  await dialog.getByRole('button', { name: 'Save list' }).click();
  await expectAsked('Name of the list', 'Fill this in.');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await openArea(page, 'Settings');
  await page.locator('[data-day][tabindex="0"]').focus();
  // Today may be a weekend or a holiday.
  const close = page.getByRole('main').getByRole('button', { name: /^Close \d/ });
  for (let day = 0; day < 30 && !(await close.isVisible()); day += 1) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: /^Close \d/ }).click();
  await expectAsked('Reason', 'Fill this in.');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
});

test('an error that is closed gives the focus back to its dialog', async () => {
  const dialog = page.getByRole('dialog');
  await openArea(page, 'Settings');
  await page.getByRole('tab', { name: 'Attendance codes' }).click();
  await page.getByRole('button', { name: 'Add a code' }).click();
  await dialog.getByRole('textbox', { name: /^Code/ }).fill('ZY');
  await dialog.getByLabel('Meaning').fill('Invented');
  await dialog.getByLabel('Key in the register').fill('P');
  await dialog.getByRole('button', { name: 'Change the code' }).click();
  await dialog.getByRole('alert').getByRole('button', { name: 'Close' }).focus();
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('alert')).toBeHidden();
  await expect(dialog.locator(':focus')).toHaveAccessibleName(/^Code/);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
});

test('the desk goes on at the name when an entry is taken back', async () => {
  await openArea(page, 'Desk');
  const name = page.getByLabel('Student', { exact: true });
  const takeBack = page.getByRole('button', { name: /^Take back: / });
  await takeBack.first().waitFor();
  const entered = await takeBack.count();
  await name.fill('mar');
  await page.getByRole('listbox').getByRole('option').first().waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Save 1 late arrival' }).focus();
  await page.keyboard.press('Enter');
  await expect(name).toBeFocused();
  // The newest stands first.
  await expect(takeBack).toHaveCount(entered + 1);
  await takeBack.first().focus();
  await page.keyboard.press('Enter');
  await page.getByText('The registers are as before.').waitFor();
  await expect(name).toBeFocused();
});

test('of several chosen at the desk it is clear who is entered and who was already', async () => {
  const name = page.getByLabel('Student', { exact: true }).or(page.getByLabel('Another student'));
  const options = page.getByRole('listbox').getByRole('option');
  const choose = async (place: number): Promise<void> => {
    await name.fill('mar');
    await options.first().waitFor();
    await options.nth(place).click();
  };
  await choose(0);
  await page.getByRole('button', { name: 'Save 1 late arrival' }).click();
  await page.getByText(/^Saved on this computer/).waitFor();
  await choose(0);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expectAsked(/student/i, 'All who are chosen are entered already.');
  await choose(1);
  const chosen = page.getByRole('list', { name: 'Chosen' }).getByRole('listitem');
  await expect(chosen.first()).toContainText(/here since \d\d:\d\d: not entered again/);
  await expect(chosen.nth(1)).not.toContainText('not entered again');
  await expectAccessible(page, 'the desk with one who is here');
  await page.getByRole('button', { name: 'Save 1 late arrival' }).click();
  await expect(page.getByText(/^Left as it was: .*here since/)).toBeVisible();
});

test('a window of 1024 px still says in words that the work is saved', async () => {
  await page.setViewportSize({ width: 1024, height: 768 });
  const words = page.getByRole('banner').getByText(/^Saved here/);
  expect((await words.boundingBox())?.width ?? 0).toBeGreaterThan(50);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1024);
  await page.setViewportSize({ width: 1280, height: 800 });
});

test('a list that was saved gives the focus back to the menu of lists', async () => {
  await openArea(page, 'Students');
  const lists = page.getByRole('button', { name: 'Saved lists' });
  await lists.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Save this list' }).press('Enter');
  await page.getByLabel('Name of the list').fill('Everybody');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(lists).toBeFocused();
});

test('a backup and a drill give the focus back to their button', async () => {
  await openArea(page, 'Backup');
  const make = page.getByRole('button', { name: 'Back up now' });
  await make.focus();
  await page.keyboard.press('Enter');
  await page.getByText(/^Backup made, /).waitFor();
  await expect(make).toBeFocused();
  const drill = page.getByRole('main').getByRole('button', { name: 'Drill now' });
  await drill.focus();
  await page.keyboard.press('Enter');
  await page.getByText('The backup comes back whole').waitFor();
  await expect(drill).toBeFocused();
  await page.getByRole('button', { name: 'Close this message' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
});

test('each step of an import has the focus at its head', async () => {
  const head = page.getByRole('heading', { level: 1 });
  const press = async (button: string | RegExp): Promise<void> => {
    await page.getByRole('main').getByRole('button', { name: button }).focus();
    await page.keyboard.press('Enter');
  };
  await openArea(page, 'Import');
  const file = join(app.folder, 'students.csv');
  writeFileSync(file, 'Student number,Given name,Family name\n1,Ana,Lo\n2,Ben,Ma\n');
  const chooser = page.waitForEvent('filechooser');
  await press('Choose files');
  await (await chooser).setFiles(file);
  await page.getByRole('button', { name: 'Use these columns' }).waitFor();
  await expect(head).toBeFocused();
  await press('Use these columns');
  await page.getByRole('button', { name: 'Review the changes' }).waitFor();
  await expect(head).toBeFocused();
  await press('Review the changes');
  await page.getByRole('button', { name: /^Apply / }).waitFor();
  await expect(head).toBeFocused();
  await press(/^Apply /);
  const dialog = page.getByRole('dialog');
  await dialog
    .getByRole('textbox')
    .fill(((await dialog.innerText()).match(/Remove ([\d,]+) people\?/) ?? [])[1] ?? '');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Import another package' }).waitFor({ timeout: 60_000 });
  await expect(head).toBeFocused();
});
