import { expect, test, type Page } from '@playwright/test';
import { heading, lock, openArea, setUpSchool, signIn } from '../../scripts/drive/journey.ts';
import { expectAccessible, TestApp } from './support.ts';

/** A new school from the wizard, its accounts, and the ways back in. */
test.describe.configure({ mode: 'serial' });

const app = new TestApp();
const password = 'a long enough password';
let page: Page;
let recoveryKey: string[];

test.beforeAll(async () => {
  page = await app.start();
});

test.afterAll(async () => {
  await app.dispose();
});

test('the wizard makes an encrypted school, and the recovery sheet is typed back', async () => {
  recoveryKey = await setUpSchool(page, { name: 'Example School', username: 'ada', password });
  expect(recoveryKey).toHaveLength(13);
  await heading(page, 'Today');
  await expectAccessible(page, 'Today of an empty school');
});

test('each screen of an empty school says what will be there, and leads to the import', async () => {
  for (const area of ['Registers', 'Desk', 'Absences', 'Students', 'Today']) {
    await openArea(page, area);
    await page.getByText('No roster yet').waitFor();
    await expect(page.getByText(/will (stand|be).*Import the roster first\.$/)).toBeVisible();
    if (area !== 'Today') await expectAccessible(page, `${area} of an empty school`);
  }
  await page.getByRole('link', { name: 'Import a roster' }).press('Enter');
  await heading(page, 'Roster import');
});

test('A10: a new account signs in with its code once and must then choose a password', async () => {
  await openArea(page, 'People');
  await page.getByRole('button', { name: 'Add an account' }).click();
  const form = page.getByRole('dialog');
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill('Casey Example');
  await form.getByRole('textbox', { name: 'E-mail' }).fill('casey@example.invalid');
  await form.getByRole('textbox', { name: 'Job title' }).fill('Clerk');
  await form.getByRole('textbox', { name: 'Username' }).fill('casey');
  await form
    .getByRole('combobox', { name: 'Role' })
    .or(form.getByRole('textbox', { name: 'Role' }))
    .first()
    .click();
  await page.getByRole('option', { name: 'Attendance clerk' }).click();
  await form.getByRole('button', { name: 'Add the account' }).click();
  const code = await page
    .getByText(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/)
    .first()
    .innerText();
  await expectAccessible(page, 'activation code');
  await page.getByRole('button', { name: 'I have handed it over or printed it' }).click();
  await lock(page);
  await signIn(page, 'casey', code);
  await heading(page, 'Choose your password');
  await expectAccessible(page, 'new password');
  await page.getByRole('textbox', { name: 'New password' }).fill('another long password');
  await page.getByRole('textbox', { name: 'The same again' }).fill('another long password');
  await page.getByRole('button', { name: 'Use this password' }).click();
  await heading(page, 'Today');
  // Who may not import is told who does, and is led nowhere.
  await page.getByText(/An administrator imports the roster first\.$/).waitFor();
  await expect(page.getByRole('link', { name: 'Import a roster' })).toHaveCount(0);
  await lock(page);
});

test('A8: five wrong passwords lock the account, and the page says until when', async () => {
  for (const answer of ['4 tries left', '3 tries left', '2 tries left', '1 try left', 'Locked after five']) {
    await signIn(page, 'casey', `a wrong password, ${answer}`);
    await page.getByRole('alert').getByText(answer).waitFor();
  }
  await expect(page.getByRole('alert').first()).toContainText(/Locked after five wrong passwords/);
  await expectAccessible(page, 'sign-in, locked out');
});

test('the recovery key opens the school, names an administrator and is replaced', async () => {
  await page.getByRole('button', { name: 'I have the recovery key' }).click();
  await heading(page, 'Use the recovery key');
  await expectAccessible(page, 'recovery');
  await page.getByLabel('Recovery key').first().fill(recoveryKey.join(' '));
  await page.getByRole('button', { name: 'Open with the recovery key' }).click();
  await heading(page, 'Who takes over?');
  await page.getByRole('radio').first().check();
  await page.getByRole('button', { name: /activation code/ }).click();
  await heading(page, 'New recovery sheet and activation code');
  const code = await page
    .getByText(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/)
    .first()
    .innerText();
  const groups = await page.getByRole('list', { name: 'Recovery key' }).locator('code').allInnerTexts();
  expect(groups).not.toEqual(recoveryKey);
  await page.getByRole('button', { name: 'It is on paper: type it back' }).click();
  for (const [index, group] of groups.entries())
    await page.getByLabel(`Group ${index + 1}`, { exact: true }).fill(group);
  await page.getByRole('button', { name: 'Lock and sign in' }).click();
  await signIn(page, 'ada', code);
  await heading(page, 'Choose your password');
});
