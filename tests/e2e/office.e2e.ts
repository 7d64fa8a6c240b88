import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { writePackage } from '../../domain/roster/write-package.ts';
import { dayAt } from '../../domain/calendar/local-time.ts';
import { writeZip } from '../../main/roster/write-zip.ts';
import { generateDistrict, standardSample } from '../../resources/sample/generate.ts';
import { rosterRecordsOf } from '../../resources/sample/roster-records.ts';
import {
  heading,
  lock,
  makeSampleSchool,
  markByKeyboard,
  openArea,
  openRegisterNotTaken,
  samplePassword,
  signIn,
} from '../../scripts/drive/journey.ts';
import { expectAccessible, TestApp } from './support.ts';

/** The office's main job in the sample school, in the real window, with axe on every screen. */
test.describe.configure({ mode: 'serial' });

const app = new TestApp();
let page: Page;

test.beforeAll(async () => {
  test.setTimeout(300_000);
  page = await app.start();
  await expectAccessible(page, 'set-up');
  await makeSampleSchool(page);
});

test.afterAll(async () => {
  await app.dispose();
});

test('Today is the first useful screen, and every area of the administrator is there', async () => {
  await expectAccessible(page, 'Today');
  const areas = await page.getByRole('navigation').getByRole('button').allInnerTexts();
  for (const area of [
    'Today',
    'Registers',
    'Students',
    'Import',
    'People',
    'Audit',
    'Backup',
    'Security',
    'Settings',
  ]) {
    expect(areas).toContain(area);
  }
});

test('A16: a register of a whole class is taken by keyboard alone in under 25 seconds, and every mark is kept', async () => {
  await openArea(page, 'Registers');
  await heading(page, 'Registers');
  await page.getByRole('row').nth(3).waitFor();
  await expectAccessible(page, 'Registers');
  const students = await openRegisterNotTaken(page);
  await expectAccessible(page, 'Register');
  const start = performance.now();
  await markByKeyboard(page, students, 'p', { 2: 'a', 5: 't', 8: 'i' });
  await page.getByRole('button', { name: /^Take register/ }).focus();
  await page.keyboard.press('Enter');
  await page.getByText(/Taken by Alex Admin/).waitFor();
  const seconds = (performance.now() - start) / 1000;
  console.log(`${students} marks and the register taken in ${seconds.toFixed(1)} s`);
  expect(seconds).toBeLessThan(25);
  const codes = await page
    .getByRole('grid')
    .getByRole('row')
    .evaluateAll((rows) =>
      rows.slice(1).map((row) => row.querySelector('[id$="-office"]')?.textContent?.trim().slice(0, 1)),
    );
  expect(codes).toHaveLength(students);
  expect([codes[2], codes[5], codes[8], codes[0]]).toEqual(['A', 'T', 'I', 'P']);
  // Undo goes one step back, and that is saved too.
  await page.getByRole('grid').locator('[tabindex="0"]').first().focus();
  const lastMark = page.getByRole('grid').getByRole('row').last().locator('[id$="-office"]');
  await expect(lastMark).toHaveText(/^P/);
  await page.keyboard.press('Control+z');
  // To what it was before: no mark, or the one the office had made ahead of the period, such as a trip's.
  await expect(lastMark).not.toHaveText(/^P/);
  await page.keyboard.press('Control+Shift+z');
  await expect(lastMark).toHaveText(/^P/);
  await expectAccessible(page, 'Register, taken');
});

test('H23: a student is found from anywhere, and the card says who has looked', async () => {
  await page.keyboard.press('Escape');
  await openArea(page, 'Today');
  await heading(page, 'Today');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('oakhurst');
  await page
    .getByRole('dialog')
    .getByText(/Oakhurst/)
    .first()
    .waitFor();
  await expectAccessible(page, 'palette');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByText('Your view was recorded.').waitFor();
  await expectAccessible(page, 'card, overview');
  for (const tab of ['Attendance', 'Contacts', 'Identity', 'Access record']) {
    await page.getByRole('tab', { name: tab }).click();
    await page
      .getByRole('tabpanel')
      .getByRole('table')
      .or(page.getByRole('tabpanel').getByRole('term'))
      .first()
      .waitFor();
    await expectAccessible(page, `card, ${tab}`);
  }
  await expect(
    page
      .getByRole('tabpanel')
      .getByRole('row', { name: /Alex Admin/ })
      .first(),
  ).toBeVisible();
});

test('every key after Ctrl+K goes to the palette, also while the register beneath it is still opening', async () => {
  await openArea(page, 'Registers');
  const link = page.getByRole('row').nth(3).getByRole('link').first();
  await link.waitFor();
  const session = await page.context().newCDPSession(page);
  // A slow computer, and somebody who does not wait for it.
  await session.send('Emulation.setCPUThrottlingRate', { rate: 8 });
  await link.press('Enter');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('oakh', { delay: 60 });
  await page.getByRole('grid').waitFor();
  await page.keyboard.type('urst');
  await page
    .getByRole('dialog')
    .getByText(/Oakhurst/)
    .first()
    .waitFor();
  const field = page.getByRole('dialog').getByRole('textbox');
  await expect(field).toBeFocused();
  await expect(field).toHaveValue('oakhurst');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('open tod');
  await page.keyboard.press('Enter');
  await heading(page, 'Today');
  await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  await session.detach();
});

test('the student list shows 1,200 students', async () => {
  await openArea(page, 'Students');
  await heading(page, 'Students');
  await page.getByText(/1,200 students/).waitFor();
  await expectAccessible(page, 'Students');
});

test('H26: a roster package is reviewed before it is applied, and the same package then changes nothing', async () => {
  const today = dayAt(Date.now(), new Intl.DateTimeFormat().resolvedOptions().timeZone);
  const district = generateDistrict({ ...standardSample, today });
  const [school] = district.schools;
  const students = school.students.map((student, index) =>
    index < 3 ? { ...student, familyName: 'Renamed' } : student,
  );
  const file = join(app.folder, 'roster.zip');
  writeFileSync(
    file,
    writeZip(writePackage(rosterRecordsOf(district, [{ ...school, students }]), '1.2', { mode: 'bulk' })),
  );
  await openArea(page, 'Import');
  await heading(page, 'Roster import');
  await expectAccessible(page, 'Import');
  for (const [changes, isFirst] of [
    ['3 changes', true],
    ['0 changes', false],
  ] as const) {
    await page.locator('input[type=file]').first().setInputFiles(file);
    await page.getByRole('button', { name: 'Review the changes' }).click({ timeout: 60_000 });
    if (isFirst) {
      await page.getByText(changes).first().waitFor({ timeout: 60_000 });
      await expectAccessible(page, 'Import, review');
      await page.getByRole('button', { name: 'Apply 3 changes' }).click();
      await page.getByText('3 changes applied').waitFor({ timeout: 60_000 });
      await page.getByRole('button', { name: 'Import another package' }).click();
    } else {
      await page.getByText('Nothing to change').waitFor({ timeout: 60_000 });
    }
  }
});

test('the administration screens are accessible, and the log verifies', async () => {
  await openArea(page, 'People');
  await page.getByRole('table').waitFor();
  await expectAccessible(page, 'People');
  await page.getByRole('button', { name: 'Add an account' }).click();
  await page.getByRole('dialog').waitFor();
  await expectAccessible(page, 'People, new account');
  await page.keyboard.press('Escape');
  await openArea(page, 'Audit');
  await page.getByRole('table').waitFor();
  await page.getByRole('button', { name: 'Verify the log' }).click();
  await page
    .getByText(/intact to/)
    .first()
    .waitFor({ timeout: 60_000 });
  await expectAccessible(page, 'Audit');
  await openArea(page, 'Backup');
  await page.getByRole('button', { name: 'Back up now' }).click();
  await page.getByText(/^Backup made/).waitFor({ timeout: 60_000 });
  await expectAccessible(page, 'Backup');
  for (const area of ['Security', 'Settings']) {
    await openArea(page, area);
    await page.getByRole('heading', { level: 2 }).first().waitFor();
    await expectAccessible(page, area);
  }
});

test('the window is mirrored from right to left, and stays accessible', async () => {
  await page.evaluate(() => {
    document.documentElement.dir = 'rtl';
  });
  await openArea(page, 'Registers');
  await page.getByRole('row').nth(3).waitFor();
  const [navigation, content] = await Promise.all([
    page.getByRole('navigation').boundingBox(),
    page.getByRole('main').boundingBox(),
  ]);
  expect((navigation?.x ?? 0) + (navigation?.width ?? 0) / 2).toBeGreaterThan(
    (content?.x ?? 0) + (content?.width ?? 0) / 2,
  );
  await expectAccessible(page, 'Registers, right to left');
  await page.evaluate(() => {
    document.documentElement.dir = 'ltr';
  });
});

test('A16: the hours of the day are set from a day on, and taken back; a time that is none is said at its field', async () => {
  await openArea(page, 'Settings');
  await page.getByRole('tab', { name: 'Register times' }).click();
  const begins = page.getByLabel('All day: Begins');
  const before = await begins.inputValue();
  await begins.fill('7:99');
  await page.keyboard.press('Enter');
  await expect(begins).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByText('No time. Write it as 8:45.')).toBeVisible();
  await expectAccessible(page, 'Settings, a time that is none');
  await begins.fill('7:50');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/^Set from /)).toBeFocused();
  await expect(begins).toHaveValue('07:50');
  await page.getByRole('button', { name: /^Take back the times from / }).click();
  await expect(page.getByText(/^The times from .* are taken back/)).toBeFocused();
  await expect(begins).toHaveValue(before);
});

test('the administrator renames the school and moves its clock, having read what that means', async () => {
  await openArea(page, 'Settings');
  await page.getByRole('tab', { name: 'School', exact: true }).click();
  await page.getByLabel('Name of the school').fill('Maple Hill School');
  const zone = page.getByRole('combobox', { name: 'Time zone' });
  const before = await zone.inputValue();
  const chooseZone = async (name: string): Promise<void> => {
    await zone.click();
    await zone.fill(name);
    await page.getByRole('option', { name, exact: true }).click();
  };
  await chooseZone('Asia/Karachi');
  await expect(page.getByText(/keep the day they were entered for/)).toBeVisible();
  await expectAccessible(page, 'Settings, another time zone');
  await page.getByRole('button', { name: 'Change the name, and the time zone to Asia/Karachi' }).click();
  await page.getByText('Changed.').waitFor();
  await expect(page.getByRole('banner')).toContainText('Maple Hill School');
  await chooseZone(before);
  await page.getByRole('button', { name: `Change the time zone to ${before}` }).click();
  await page.getByText('Changed.').waitFor();
});

test('W8: a teacher sees own classes only, and no area of the office', async () => {
  await lock(page);
  await heading(page, 'Sign in to Maple Hill School');
  await expectAccessible(page, 'sign-in');
  await signIn(page, 'teacher', samplePassword);
  await heading(page, 'My classes');
  await page.getByRole('row').nth(1).waitFor();
  const areas = await page.getByRole('navigation').getByRole('button').allInnerTexts();
  for (const area of ['Import', 'People', 'Audit', 'Backup', 'Security']) expect(areas).not.toContain(area);
  const classes = await page.getByRole('row').count();
  expect(classes).toBeLessThan(12);
  await expectAccessible(page, 'My classes');
});

test('R7: what was shown as saved is there after the process was killed', async () => {
  await lock(page);
  await signIn(page, 'clerk', samplePassword);
  await heading(page, 'Today');
  await openArea(page, 'Registers');
  const students = await openRegisterNotTaken(page);
  const title = await page.getByRole('heading', { level: 1 }).innerText();
  await markByKeyboard(page, students, 'p', { 1: 'u' });
  await app.kill();
  page = await app.start();
  await signIn(page, 'clerk', samplePassword);
  await heading(page, 'Today');
  await openArea(page, 'Registers');
  await page
    .getByRole('link', { name: title.split(',')[0] ?? '', exact: true })
    .first()
    .click();
  await page.getByText(`${students} of ${students} marked`).waitFor();
});

test('the page complained about nothing, and closing the window ends the process', async () => {
  expect(app.complaints).toEqual([]);
  expect(await app.close()).toBe(0);
});
