import type { Page } from '@playwright/test';

/** What a user does in the window, as the tour and the end-to-end tests need it: by the labels that a user reads. */
export const samplePassword = 'try the sample school';

/** From the first page to the sample school, signed in as its administrator, on Today. */
export async function makeSampleSchool(page: Page): Promise<void> {
  await page.getByRole('radio', { name: 'Try the sample school' }).check();
  await acceptFileKeychain(page);
  await page.getByRole('button', { name: 'Make the sample school' }).click();
  await page.getByRole('button', { name: 'Open the sample school' }).click({ timeout: 240_000 });
  await heading(page, 'Today');
}

/** Where the machine has no keychain the window asks for consent to the file; elsewhere there is nothing to do. */
export async function acceptFileKeychain(page: Page): Promise<void> {
  const consent = page.getByRole('checkbox', { name: /^Keep it in a file/ });
  if (await consent.isVisible()) await consent.check();
}

export interface SchoolToSetUp {
  readonly name: string;
  readonly username: string;
  readonly password: string;
}

/** Sets up a new school with the wizard. Gives the groups of its recovery key as they stand on the sheet. */
export async function setUpSchool(page: Page, school: SchoolToSetUp): Promise<string[]> {
  await page.getByRole('radio', { name: 'Set up a new school' }).check();
  await page.getByRole('button', { name: 'Next' }).click();
  await heading(page, 'Your school');
  await page.getByLabel('Name of the school').fill(school.name);
  await page.getByRole('button', { name: 'Next' }).click();
  await heading(page, 'First administrator');
  await page.getByLabel('Your name').fill('Ada Example');
  await page.getByLabel('E-mail').fill('ada@example.invalid');
  await page.getByLabel('Username').fill(school.username);
  await page.getByRole('textbox', { name: 'Password' }).fill(school.password);
  await page.getByRole('textbox', { name: 'The same again' }).fill(school.password);
  await acceptFileKeychain(page);
  await page.getByRole('button', { name: 'Make the keys' }).click();
  await heading(page, 'Recovery sheet');
  const groups = await page.getByRole('list', { name: 'Recovery key' }).locator('code').allInnerTexts();
  await page.getByRole('button', { name: 'It is on paper: type it back' }).click();
  for (const [index, group] of groups.entries()) {
    await page.getByLabel(`Group ${index + 1}`, { exact: true }).fill(group.toLowerCase());
  }
  await page.getByRole('button', { name: 'Create the school' }).click();
  await page.getByRole('button', { name: 'Open the school' }).click();
  return groups;
}

/** Signs in on the sign-in page, as a recent user or by username. */
export async function signIn(page: Page, username: string, password: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name: /^Sign in/ }).waitFor();
  const other = page.getByRole('button', { name: 'Somebody else' });
  // Who signed in before is known a moment after the page is there; on a fresh school nobody is.
  const isKnown = await other.waitFor({ timeout: 1500 }).then(
    () => true,
    () => false,
  );
  if (isKnown) await other.click();
  await page.getByLabel('Username').fill(username);
  await page.locator('input[type=password]').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

export async function lock(page: Page): Promise<void> {
  await page.getByRole('banner').getByRole('button', { name: 'Lock' }).click();
  await page.getByRole('heading', { level: 1, name: /^Sign in/ }).waitFor();
}

/** Opens an area by its entry in the navigation. */
export async function openArea(page: Page, area: string): Promise<void> {
  await page.getByRole('navigation').getByRole('button', { name: area, exact: true }).click();
}

export async function heading(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

/** Opens the first register of the list that has not been taken, by keyboard. Gives its number of students. */
export async function openRegisterNotTaken(page: Page): Promise<number> {
  await page.getByText('Not taken', { exact: true }).first().click();
  await page.getByRole('row').nth(1).getByRole('link').first().focus();
  await page.keyboard.press('Enter');
  await page.getByRole('grid').waitFor();
  return (await page.getByRole('grid').getByRole('row').count()) - 1;
}

/** Types one code for each student, the given exceptions by row number, with no mouse. Settles when all are saved. */
export async function markByKeyboard(
  page: Page,
  students: number,
  present: string,
  exceptions: Readonly<Record<number, string>> = {},
): Promise<void> {
  for (let row = 0; row < students; row += 1) await page.keyboard.press(exceptions[row] ?? present);
  await page.getByText(`${students} of ${students} marked`).waitFor();
  await page
    .getByText(/^Saved on this computer|Saved on this computer/)
    .first()
    .waitFor();
}
