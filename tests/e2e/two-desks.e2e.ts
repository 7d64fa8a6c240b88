import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { writePackage } from '../../domain/roster/write-package.ts';
import { writeZip } from '../../main/roster/write-zip.ts';
import { generateDistrict, standardSample } from '../../resources/sample/generate.ts';
import { rosterRecordsOf } from '../../resources/sample/roster-records.ts';
import { heading, openArea, setUpSchool, signIn } from '../../scripts/drive/journey.ts';
import {
  beginToJoin,
  changeFirstPhone,
  connectSchool,
  makeJoinCode,
  readWords,
  syncByHand,
  typeWords,
} from '../../scripts/drive/sync-journey.ts';
import { startTestServer, type TestServer } from '../../scripts/harness/district-server.ts';
import { expectAccessible, TestApp } from './support.ts';

/** Two computers of a school, each in its real window, and a real server. */
test.describe.configure({ mode: 'serial' });

const office = new TestApp();
const nurse = new TestApp();
const password = 'a long enough password';
let server: TestServer;
let officePage: Page;
let nursePage: Page;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  server = await startTestServer({ ownProcess: true });
  officePage = await office.start();
  nursePage = await nurse.start();
  await setUpSchool(officePage, { name: 'Example School', username: 'ada', password });
  await heading(officePage, 'Today');
  await importSmallRoster(officePage);
});

test.afterAll(async () => {
  await office.dispose();
  await nurse.dispose();
  await server.remove();
});

const district = generateDistrict({ ...standardSample, studentCount: 40 });
const someone = district.schools[0].students[0]?.familyName ?? '';
const studentCount = district.schools[0].students.length;

async function importSmallRoster(page: Page): Promise<void> {
  const records = rosterRecordsOf(district, [district.schools[0]]);
  const file = join(office.folder, 'roster.zip');
  writeFileSync(file, writeZip(writePackage(records, '1.2', { mode: 'bulk' })));
  await openArea(page, 'Import');
  await page.locator('input[type=file]').first().setInputFiles(file);
  await page.getByRole('button', { name: 'Review the changes' }).click({ timeout: 60_000 });
  await page.getByRole('button', { name: /^Apply/ }).click({ timeout: 60_000 });
  await page.getByText(/changes? applied$/).waitFor({ timeout: 60_000 });
}

test('a school is connected with the server by its invitation', async () => {
  await openArea(officePage, 'Sync');
  await heading(officePage, 'Sync');
  await expectAccessible(officePage, 'Sync, not connected');
  await officePage.getByLabel("The operator's invitation").fill('not an invitation');
  await officePage.getByLabel('Name of this computer').fill('Front office');
  await officePage.getByRole('button', { name: 'Connect this school' }).click();
  await officePage.getByRole('alert').waitFor();
  await connectSchool(officePage, await server.invitation(), 'Front office');
  await officePage.getByText(/^Synced\. Last/).waitFor({ timeout: 30_000 });
  await expectAccessible(officePage, 'Sync, connected');
});

test('W16: a second computer joins with a code and six words, and has the whole school', async () => {
  const code = await makeJoinCode(officePage);
  await expectAccessible(officePage, 'Code for joining');
  await beginToJoin(nursePage, code, "Nurse's room");
  const [shownAtOffice, shownAtNurse] = [await readWords(officePage), await readWords(nursePage)];
  await expectAccessible(nursePage, 'Words');
  await typeWords(nursePage, ['wrong', 'words', 'typed'], 'Go on');
  await nursePage.getByRole('alert').waitFor();
  await typeWords(nursePage, shownAtOffice, 'Go on');
  await typeWords(officePage, shownAtNurse, 'Let it join');
  await officePage.getByText(/has joined/).waitFor({ timeout: 60_000 });
  await officePage.getByRole('button', { name: 'Done' }).click();
  await heading(nursePage, /is on this computer$/);
  await expectAccessible(nursePage, 'Joined');
  await nursePage.getByRole('button', { name: 'Sign in' }).click();
  await signIn(nursePage, 'ada', password);
  await heading(nursePage, 'Today');
  await openArea(nursePage, 'Students');
  await nursePage.getByText(`${studentCount} students`).waitFor();
});

test('R1: both work without the server; what they disagree about waits for a person, and then holds on both', async () => {
  await server.stop();
  await changeFirstPhone(officePage, someone, '+1 555 0111');
  await changeFirstPhone(nursePage, someone, '+1 555 0122');
  await openArea(officePage, 'Sync');
  await officePage.getByRole('button', { name: 'Sync now' }).click();
  await officePage
    .getByText(/offline since/)
    .first()
    .waitFor({ timeout: 30_000 });
  await server.start();
  for (const page of [officePage, nursePage, officePage]) await syncByHand(page);
  await openArea(officePage, 'Conflicts');
  await officePage.getByText('+1 555 0122').first().waitFor();
  await officePage.getByText('+1 555 0111').first().waitFor();
  await expectAccessible(officePage, 'Conflicts');
  // The first arrow leads from the title into the list.
  await officePage.keyboard.press('ArrowDown');
  await officePage.keyboard.press('2');
  await officePage
    .getByText(/Keeps:/)
    .first()
    .waitFor();
  await officePage.getByText('Decided.').first().waitFor({ timeout: 20_000 });
  await syncByHand(officePage);
  await syncByHand(nursePage);
  await openArea(nursePage, 'Conflicts');
  await nursePage.getByText('Nothing to decide.').waitFor();
});

test('the pages complained about nothing', () => {
  expect([...office.complaints, ...nurse.complaints]).toEqual([]);
});
