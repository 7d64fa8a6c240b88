import type { Page } from '@playwright/test';
import { acceptFileKeychain, heading, openArea } from './journey.ts';

/** Two computers of a school, each in its window, as two people at them act. */

/** Connects the open school with a server by its operator's invitation. */
export async function connectSchool(page: Page, invitation: string, deskLabel: string): Promise<void> {
  await openArea(page, 'Sync');
  await heading(page, 'Sync');
  await page.getByLabel("The operator's invitation").fill(invitation);
  await page.getByLabel('Name of this computer').fill(deskLabel);
  await page.getByRole('button', { name: 'Connect this school' }).click();
  await page.getByRole('button', { name: 'Let another computer join' }).waitFor();
}

/** Makes a code for one more computer. */
export async function makeJoinCode(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Let another computer join' }).click();
  const code = page.getByLabel('Code for joining');
  await code.waitFor();
  return (await code.innerText()).trim();
}

/** On a new computer: begins to join with a code. */
export async function beginToJoin(page: Page, code: string, deskLabel: string): Promise<void> {
  await page.getByRole('radio', { name: 'Join a school that other computers use' }).check();
  await page.getByRole('button', { name: 'Next' }).click();
  await heading(page, 'Join a school');
  await page.getByLabel('Code for joining').fill(code);
  await page.getByLabel('Name of this computer').fill(deskLabel);
  await acceptFileKeychain(page);
  await page.getByRole('button', { name: 'Join', exact: true }).click();
}

/** The words that a screen shows, as somebody reads them to the other. */
export async function readWords(page: Page): Promise<string[]> {
  const items = page
    .getByRole('list', { name: 'Words of this screen, by their places' })
    .getByRole('listitem');
  await items.first().waitFor({ timeout: 30_000 });
  const texts = await items.allInnerTexts();
  return texts.map((text) => text.split('·').at(-1)?.trim() ?? '');
}

/** Types the three words of the other screen, and confirms. */
export async function typeWords(page: Page, words: readonly string[], action: string): Promise<void> {
  for (const [index, field] of (await page.getByLabel(/^\d(st|nd|rd|th) word/).all()).entries()) {
    await field.fill(words[index] ?? '');
  }
  await page.getByRole('button', { name: action, exact: true }).click();
}

/** Sends and receives now, and waits until nothing waits any more. */
export async function syncByHand(page: Page): Promise<void> {
  await openArea(page, 'Sync');
  await page.getByRole('button', { name: 'Sync now' }).click();
  await page.getByText(/^Synced\. Last/).waitFor({ timeout: 60_000 });
}

/** Finds a student from anywhere by name, and gives the first guardian another telephone number. */
export async function changeFirstPhone(page: Page, name: string, number: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type(name);
  const found = page.getByRole('dialog').getByText(new RegExp(name, 'i')).first();
  await found.waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByText('Your view was recorded.').waitFor();
  await page.getByRole('tab', { name: 'Contacts' }).click();
  await page
    .getByRole('button', { name: /^Change contact details of/ })
    .first()
    .click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Telephone').fill(number);
  await form.getByRole('button', { name: /^Save/ }).click();
  await page.getByText(number).first().waitFor();
}
