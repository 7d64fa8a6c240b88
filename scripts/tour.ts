import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { dayAt } from '../domain/calendar/local-time.ts';
import { writePackage } from '../domain/roster/write-package.ts';
import { writeZip } from '../main/roster/write-zip.ts';
import { generateDistrict, standardSample } from '../resources/sample/generate.ts';
import { rosterRecordsOf } from '../resources/sample/roster-records.ts';
import { driveApp } from './drive/app-driver.ts';
import {
  heading,
  lock,
  makeSampleSchool,
  markByKeyboard,
  openArea,
  openRegisterNotTaken,
  samplePassword,
  setUpSchool,
  signIn,
} from './drive/journey.ts';
import { createTourSteps } from './drive/tour-steps.ts';

/**
 * `npm run tour`: the real application, headless, through the main job on the sample school and a OneRoster package,
 * then a new school from the wizard. Prints each step with its time and leaves a picture of each in `out/tour/`.
 *
 * `npm run tour -- sync`: two computers of a school and their server instead, in `out/tour-sync/`.
 * `npm run tour -- office`: a clerk's whole day by keyboard alone, in `out/tour-office/`.
 */
const other = process.argv[2];
if (other === 'sync' || other === 'office') {
  await (other === 'sync' ? import('./tour-sync.ts') : import('./tour-office.ts'));
  process.exit();
}

const root = resolve(import.meta.dirname, '..');
const tour = createTourSteps(join(root, 'out/tour'));
const work = mkdtempSync(join(tmpdir(), 'rollkeep-tour-'));
const dataFolder = join(work, 'data');

const app = await driveApp(dataFolder);
const { page } = app;
tour.say('start, until the first page is there', app.startMs);
try {
  await tour.picture(page, 'start');
  await step('make the sample school: 1,200 students, a year of marks', 'today', () =>
    makeSampleSchool(page),
  );
  await takeRegister();
  await lookStudentUp();
  await importRoster();
  await manage();
  await teach();
  await setUp();
} finally {
  await app.close();
  rmSync(work, { recursive: true, force: true });
}
console.log(`\n${tour.pictures} pictures in out/tour/`);

/** A register by keyboard alone: one key a student. */
async function takeRegister(): Promise<void> {
  await step('open the registers of the day', 'registers', async () => {
    await openArea(page, 'Registers');
    await heading(page, 'Registers');
    await page.getByRole('row').nth(3).waitFor();
  });
  let students = 0;
  await step('open a register that is not taken', 'register-blank', async () => {
    students = await openRegisterNotTaken(page);
  });
  await step(`${students} marks by keyboard, saved and audited`, 'register-marked', () =>
    markByKeyboard(page, students, 'p', { 3: 'a', 7: 't', 11: 'i' }),
  );
  await step('take the register', 'register-taken', async () => {
    await page.getByRole('button', { name: /^Take register/ }).click();
    await page.getByText(/Taken by/).waitFor();
  });
}

async function lookStudentUp(): Promise<void> {
  await step('find a student from anywhere: Ctrl+K, three letters', 'palette', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('oak');
    await page
      .getByRole('dialog')
      .getByText(/Oakhurst/)
      .first()
      .waitFor();
  });
  await step('open the card', 'card', async () => {
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByText('Your view was recorded.').waitFor();
  });
  for (const tab of ['Attendance', 'Contacts', 'Access record']) {
    await step(`card: ${tab}`, `card-${tab.toLowerCase().replace(' ', '-')}`, async () => {
      await page.getByRole('tab', { name: tab }).click();
      await page
        .getByRole('tabpanel')
        .getByRole('table')
        .or(page.getByRole('tabpanel').getByRole('term'))
        .first()
        .waitFor();
    });
  }
}

/** Next week's roster of the sample school: new students, a changed name, somebody who left. */
async function importRoster(): Promise<void> {
  const file = join(work, 'roster.zip');
  writeFileSync(file, rosterOfNextWeek());
  await step('roster: choose a OneRoster zip and check it', 'import-check', async () => {
    await openArea(page, 'Import');
    await heading(page, 'Roster import');
    await page.locator('input[type=file]').first().setInputFiles(file);
    await page.getByRole('button', { name: 'Review the changes' }).waitFor({ timeout: 60_000 });
  });
  await step('roster: review what would change', 'import-review', async () => {
    await page.getByRole('button', { name: 'Review the changes' }).click();
    await page.getByRole('button', { name: /^Apply/ }).waitFor({ timeout: 60_000 });
  });
  await step('roster: apply in one transaction', 'import-done', async () => {
    await page.getByRole('button', { name: /^Apply/ }).click();
    await page.getByText(/changes? applied$/).waitFor({ timeout: 60_000 });
  });
}

function rosterOfNextWeek(): Uint8Array {
  const today = dayAt(Date.now(), new Intl.DateTimeFormat().resolvedOptions().timeZone);
  const district = generateDistrict({ ...standardSample, today });
  const [school] = district.schools;
  const students = school.students
    .slice(1)
    .map((student, index) =>
      index === 4 ? { ...student, familyName: `${student.familyName}-Example` } : student,
    );
  const gone = school.students[0]?.sourcedId;
  const enrolments = school.enrolments.filter((enrolment) => enrolment.userSourcedId !== gone);
  const guardians = school.guardians.filter(({ sourcedId }) =>
    students.some((student) => student.guardians.some((link) => link.guardianSourcedId === sourcedId)),
  );
  const records = rosterRecordsOf(district, [{ ...school, students, enrolments, guardians }]);
  return writeZip(writePackage(records, '1.2', { mode: 'bulk' }));
}

async function manage(): Promise<void> {
  await step('people: who can do what', 'people', async () => {
    await openArea(page, 'People');
    await page.getByRole('table').waitFor();
  });
  await step('audit: what happened today, as sentences', 'audit', async () => {
    await openArea(page, 'Audit');
    await page.getByRole('table').waitFor();
  });
  await step('audit: recompute the whole log', 'audit-verified', async () => {
    await page.getByRole('button', { name: 'Verify the log' }).click();
    await page
      .getByText(/intact to/)
      .first()
      .waitFor({ timeout: 60_000 });
  });
  await step('audit: export a bundle', 'audit-exported', async () => {
    await page
      .getByRole('main')
      .getByRole('button', { name: /^Export/ })
      .first()
      .click();
    await page
      .getByText(/SHA-256/)
      .first()
      .waitFor();
  });
  await verifyBundle();
  await step('backup: make one now', 'backup', async () => {
    await openArea(page, 'Backup');
    await page.getByRole('button', { name: 'Back up now' }).click();
    await page.getByText(/^Backup made/).waitFor({ timeout: 60_000 });
  });
  for (const area of ['Security', 'Settings']) {
    await step(area.toLowerCase(), area.toLowerCase(), async () => {
      await openArea(page, area);
      await page.getByRole('heading', { level: 2 }).first().waitFor();
    });
  }
}

/** The auditor's side: a separate program, offline, without secrets. */
async function verifyBundle(): Promise<void> {
  const folder = join(dataFolder, 'exports');
  const [bundle] = readdirSync(folder);
  const start = performance.now();
  const result = spawnSync(
    process.execPath,
    [join(root, 'scripts/audit-verify.ts'), join(folder, bundle ?? '')],
    {
      encoding: 'utf8',
    },
  );
  if (result.status !== 0) throw new Error(`audit:verify says: ${result.stdout}${result.stderr}`);
  tour.say(`npm run audit:verify: ${result.stdout.split('\n')[0] ?? ''}`, performance.now() - start);
}

async function teach(): Promise<void> {
  await step('lock', 'sign-in', () => lock(page));
  await step('sign in as a teacher: own classes only', 'teacher', async () => {
    await signIn(page, 'teacher', samplePassword);
    await heading(page, 'My classes');
    await page.getByRole('row').nth(1).waitFor();
  });
  await step('lock again', 'sign-in-teacher', () => lock(page));
}

async function setUp(): Promise<void> {
  await step('set up a new school: encrypted, with a recovery sheet typed back', 'new-school', async () => {
    await page.getByRole('button', { name: 'Set up another school' }).click();
    await setUpSchool(page, { name: 'Example School', username: 'ada', password: 'a long enough password' });
    await heading(page, 'Today');
  });
}

async function step(what: string, name: string, doIt: () => Promise<void>): Promise<void> {
  await tour.step(page, what, name, doIt);
}
