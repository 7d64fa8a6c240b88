import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { driveApp } from './drive/app-driver.ts';
import { heading, makeSampleSchool, openArea, samplePassword, signIn } from './drive/journey.ts';
import {
  beginToJoin,
  changeFirstPhone,
  connectSchool,
  makeJoinCode,
  readWords,
  syncByHand,
  typeWords,
} from './drive/sync-journey.ts';
import { createTourSteps } from './drive/tour-steps.ts';
import { startTestServer } from './harness/district-server.ts';

/**
 * `npm run tour -- sync`: two real windows and a real server. The sample school is connected, a second computer joins it, both work without
 * the server and meet again, a conflict is decided, a computer is ended.
 */
const tour = createTourSteps(join(resolve(import.meta.dirname, '..'), 'out/tour-sync'));
const work = mkdtempSync(join(tmpdir(), 'rollkeep-tour-sync-'));
const server = await startTestServer({ ownProcess: true, parent: work });
const office = await driveApp(join(work, 'office'));
const nurse = await driveApp(join(work, 'nurse'));
try {
  await connect(office.page);
  await joinFrom(office.page, nurse.page);
  await disagree(office.page, nurse.page);
  await decide(office.page, nurse.page);
  await end(office.page);
} finally {
  await office.close();
  await nurse.close();
  await server.remove();
  rmSync(work, { recursive: true, force: true });
}
console.log(`\n${tour.pictures} pictures in out/tour-sync/`);

async function connect(page: Page): Promise<void> {
  await tour.step(page, 'office: make the sample school', 'sample', () => makeSampleSchool(page));
  await tour.step(page, 'office: the Sync page of a school on one computer', 'not-connected', async () => {
    await openArea(page, 'Sync');
    await heading(page, 'Sync');
  });
  const invitation = await server.invitation();
  await tour.step(page, 'office: connect with the server', 'connected', () =>
    connectSchool(page, invitation, 'Front office'),
  );
  await tour.step(page, 'office: everything that was made has gone to the server', 'sent', async () => {
    await page.getByText(/^Synced\. Last/).waitFor({ timeout: 240_000 });
  });
}

async function joinFrom(host: Page, guest: Page): Promise<void> {
  let code = '';
  await tour.step(host, 'office: make a code for another computer', 'code', async () => {
    code = await makeJoinCode(host);
  });
  await tour.step(guest, 'nurse: join with the code', 'join-code', () =>
    beginToJoin(guest, code, "Nurse's room"),
  );
  let shownHere: string[] = [];
  let shownThere: string[] = [];
  await tour.step(host, 'both: six words', 'words-office', async () => {
    [shownHere, shownThere] = await Promise.all([readWords(host), readWords(guest)]);
  });
  await tour.picture(guest, 'words-nurse');
  await tour.step(guest, "nurse: type the office's words", 'words-typed', () =>
    typeWords(guest, shownHere, 'Go on'),
  );
  await tour.step(host, "office: type the nurse's words", 'joined-office', async () => {
    await typeWords(host, shownThere, 'Let it join');
    await host.getByText(/has joined/).waitFor({ timeout: 60_000 });
  });
  await tour.picture(guest, 'receiving');
  await tour.step(guest, 'nurse: the whole school has come', 'joined-nurse', async () => {
    await guest.getByRole('heading', { name: /is on this computer$/ }).waitFor({ timeout: 240_000 });
  });
  await tour.step(guest, 'nurse: sign in with the same password', 'nurse-today', async () => {
    await guest.getByRole('button', { name: 'Sign in' }).click();
    await signIn(guest, 'admin', samplePassword);
    await heading(guest, 'Today');
  });
  await host.getByRole('button', { name: 'Done' }).click();
}

/** Both change the same telephone number while the server is away. */
async function disagree(host: Page, guest: Page): Promise<void> {
  await server.stop();
  for (const [page, name, number] of [
    [host, 'office', '+1 555 0111'],
    [guest, 'nurse', '+1 555 0122'],
  ] as const) {
    await tour.step(
      page,
      `${name}: change a telephone number without the server`,
      `change-${name}`,
      async () => {
        await changeFirstPhone(page, 'Oakhurst', number);
      },
    );
  }
  await tour.step(host, 'office: the header says offline, and nothing is in the way', 'offline', async () => {
    await openArea(host, 'Sync');
    await host.getByRole('button', { name: 'Sync now' }).click();
    await host
      .getByText(/offline since/)
      .first()
      .waitFor({ timeout: 30_000 });
  });
  await server.start();
  await tour.step(host, 'both: sync when the server is back', 'met', async () => {
    await syncByHand(host);
    await syncByHand(guest);
    await syncByHand(host);
  });
}

async function decide(host: Page, guest: Page): Promise<void> {
  await tour.step(host, 'office: both values wait for a decision', 'conflict', async () => {
    await openArea(host, 'Conflicts');
    await host.getByText('+1 555 0122').first().waitFor();
  });
  await tour.step(host, 'office: keep the first, by the keys ↓ and 1', 'decided', async () => {
    await host.keyboard.press('ArrowDown');
    await host.keyboard.press('1');
    await host
      .getByText(/Keeps:/)
      .first()
      .waitFor();
    await host.getByText('Decided.').first().waitFor({ timeout: 20_000 });
  });
  await tour.step(guest, 'nurse: the decision has come', 'decided-nurse', async () => {
    await syncByHand(host);
    await syncByHand(guest);
    await openArea(guest, 'Conflicts');
    await guest.getByText('Nothing to decide.').waitFor();
  });
}

async function end(page: Page): Promise<void> {
  await tour.step(page, 'office: the computers of the school', 'computers', async () => {
    await openArea(page, 'Sync');
    await page.getByRole('table').first().waitFor();
  });
  await tour.step(page, 'office: end a computer: what that does and what it cannot', 'end', async () => {
    await page.getByRole('button', { name: /^End Nurse/ }).click();
    await page.getByRole('dialog').waitFor();
  });
  await page.keyboard.press('Escape');
}
