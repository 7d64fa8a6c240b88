import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { addDays, weekdayOf } from '../../domain/calendar/day.ts';
import { dayAt, instantOf } from '../../domain/calendar/local-time.ts';
import type { Day } from '../../domain/ids.ts';
import { writePackage } from '../../domain/roster/write-package.ts';
import { writeZip } from '../../main/roster/write-zip.ts';
import type { SampleStudent } from '../../resources/sample/district.ts';
import { generateDistrict, standardSample } from '../../resources/sample/generate.ts';
import { rosterRecordsOf } from '../../resources/sample/roster-records.ts';
import { heading, makeSampleSchool, samplePassword } from './journey.ts';

/** How much of everything a day has (DOMAIN §3). */
export const officeDay = { absences: 40, lateArrivals: 60, corrections: 5, trip: 30, registers: 3 } as const;

interface OfficeDay {
  readonly page: Page;
  /** Holds by how many milliseconds the application's clock is ahead. */
  readonly clockFile: string;
  /** An empty folder in which the roster of the evening is dropped. */
  readonly dropFolder: string;
  /** Does one task and says how long it took. */
  readonly step: (what: string, name: string, doIt: () => Promise<void>) => Promise<void>;
}

const timeZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The clock at a minute of the next Tuesday: no weekend, and never behind the real one. */
export function aheadAt(day: Day, minute: number): number {
  return instantOf(day, minute, timeZone) - Date.now();
}

export function nextTuesday(): Day {
  const today = dayAt(Date.now(), timeZone);
  return addDays(today, ((2 - weekdayOf(today) + 7) % 7) + 7);
}

/**
 * An attendance clerk's day in the sample school, from the first voicemail to the last register, with the keyboard alone
 * once the school is there. Each task is timed; what it should have come to is looked for on the screen.
 */
export async function playOfficeDay({ page, clockFile, dropFolder, step }: OfficeDay): Promise<void> {
  const today = nextTuesday();
  const keyboard = createKeyboard(page);
  const district = generateDistrict({ ...standardSample, today });
  const people = studentsToName(district.schools[0].students);
  const take = (count: number): readonly SampleStudent[] => people.splice(0, count);

  const setClock = async (minute: number): Promise<void> => {
    const aheadMs = aheadAt(today, minute);
    writeFileSync(clockFile, String(aheadMs));
    await page.evaluate(shiftPageClock, aheadMs);
  };
  const signInAt = async (minute: number, username: string): Promise<void> => {
    await keyboard.press('Control+l');
    await heading(page, /^Sign in/);
    await setClock(minute);
    await keyboard.signIn(username);
    // Where the person was before.
    await page.getByRole('navigation').waitFor();
  };

  await setClock(7 * 60 + 20);
  await step('before the day: the sample school', 'school', () => makeSampleSchool(page));
  await step('the administrator names the folder of the nightly roster', 'folder', async () => {
    await keyboard.goTo('Import');
    await keyboard.tabTo(field(page, 'Folder on this computer'));
    await keyboard.type(dropFolder);
    await keyboard.press('Enter');
    await page.getByRole('button', { name: 'Look now' }).waitFor();
  });

  await step('07:30: the clerk signs in', 'clerk', () => signInAt(7 * 60 + 30, 'clerk'));
  await step(`${officeDay.absences} absences from voicemail, each with its contact`, 'absences', async () => {
    await keyboard.goTo('Absences');
    await focused(page, 'Student').waitFor();
    for (const [index, student] of take(officeDay.absences).entries()) {
      await enterAbsence(page, keyboard, student, index + 1);
    }
  });
  await step(`a trip of ${officeDay.trip} planned`, 'trip', () =>
    planTrip(page, keyboard, take(officeDay.trip)),
  );

  await step('the trip is changed: one stays at school, another comes along', 'trip-changed', () =>
    changeTrip(page, keyboard, take(1)),
  );

  await step('08:50: signed in again after the clock went on', 'again', () => signInAt(8 * 60 + 55, 'clerk'));
  await step(`${officeDay.lateArrivals} late arrivals, each with its slip`, 'late', async () => {
    await keyboard.goTo('Desk');
    await focused(page, 'Student').waitFor();
    const before = await lateCount(page);
    for (const [index, student] of take(officeDay.lateArrivals).entries()) {
      await keyboard.find(nameOf(student));
      await focused(page, 'Time').waitFor();
      await keyboard.press('Enter');
      await page.getByText(new RegExp(`\\. ${before + index + 1} late,`)).waitFor();
    }
  });
  await step(`09:00: ${officeDay.registers} registers that were not taken`, 'registers', async () => {
    for (let count = 0; count < officeDay.registers; count += 1) await takeNextRegister(page, keyboard);
  });
  await step('09:20: absences without a reason, worked through as a list', 'unexplained', async () => {
    await keyboard.goTo('Absences');
    await keyboard.openTab('Absence line', 1);
    const list = page.getByRole('listbox', { name: 'Students with absences without a reason' });
    await keyboard.tabTo(list.getByRole('option').first());
    const before = await list.getByRole('option').count();
    for (let given = 1; given <= 5; given += 1) {
      await keyboard.press('i');
      await page.waitForFunction(
        ({ rows }) => document.querySelectorAll('[role="listbox"] [role="option"]').length === rows,
        { rows: before - given },
      );
    }
  });
  await step(`11:00: ${officeDay.corrections} corrections, each with its reason`, 'corrections', () =>
    correctMarks(page, keyboard),
  );

  await step('13:30: signed in again', 'afternoon', () => signInAt(13 * 60 + 30, 'clerk'));
  await step('three signed out, one comes back', 'sign-out', async () => {
    await keyboard.goTo('Desk');
    await focused(page, 'Student').waitFor();
    await keyboard.press('Alt+2');
    const out = take(3);
    for (const student of out) {
      await keyboard.find(nameOf(student));
      await focused(page, 'Time').waitFor();
      await keyboard.press('Enter');
      await page
        .getByRole('button', { name: `Back: ${nameOf(student)}` })
        .first()
        .waitFor();
    }
    await keyboard.press('Alt+1');
    const [back] = out;
    if (back === undefined) throw new Error('Nobody was signed out.');
    await keyboard.find(nameOf(back));
    await focused(page, 'Time').waitFor();
    await keyboard.press('Enter');
    await page
      .getByRole('listitem')
      .filter({ hasText: nameOf(back) })
      .filter({ hasText: 'Back' })
      .first()
      .waitFor();
  });

  const roster = join(dropFolder, 'roster.zip');
  writeFileSync(roster, rosterOfTheEvening(today));
  // One that was written within the last minute would be left until the next look.
  const writtenAt = new Date(Date.now() - 10 * 60_000);
  utimesSync(roster, writtenAt, writtenAt);
  await step('15:30: the roster of the evening is applied by itself', 'roster', async () => {
    await signInAt(15 * 60 + 30, 'admin');
    await keyboard.goTo('Import');
    await page
      .getByRole('row', { name: /Watched folder/ })
      .first()
      .waitFor({ timeout: 60_000 });
  });
  await step('15:35: Today, at the end of the day', 'today', async () => {
    await keyboard.goTo('Today');
    await heading(page, 'Today');
    await page
      .getByText(/absent without a reason|No one unaccounted for/)
      .first()
      .waitFor();
  });
}

/** Runs in the page: its clock goes with the application's. */
function shiftPageClock(aheadMs: number): void {
  const page = globalThis as typeof globalThis & { realNow?: () => number };
  const realNow = (page.realNow ??= Date.now.bind(Date));
  Date.now = () => realNow() + aheadMs;
}

/** The field with the label; its list of options has the same one. */
function field(page: Page, label: string): Locator {
  return page.getByLabel(label, { exact: true }).and(page.locator('input:not([type=hidden])'));
}

/** The field with the label, once it has the focus. */
function focused(page: Page, label: string): Locator {
  return field(page, label).and(page.locator(':focus'));
}

/** The cell of a grid that has the focus: before, a key would be lost. */
function inGrid(page: Page): Locator {
  return page.getByRole('grid').locator(':focus');
}

/** A keyboard and nothing else: every place is reached by keys that a person has. */
function createKeyboard(page: Page) {
  const { keyboard } = page;
  const isFocused = (place: Locator): Promise<boolean> =>
    place.evaluate(
      (element) => element === document.activeElement || element.contains(document.activeElement),
    );
  const keys = {
    press: (key: string) => keyboard.press(key),
    type: (text: string) => keyboard.type(text),
    /** Tab until the place has the focus. */
    async tabTo(place: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
      await place.waitFor();
      for (let tries = 0; tries < 150; tries += 1) {
        if (await isFocused(place)) return;
        await keyboard.press(key);
      }
      throw new Error('The place is not reached by Tab.');
    },
    /** The palette, which is everywhere: Ctrl+K, the area, Enter. */
    async goTo(area: string): Promise<void> {
      await keyboard.press('Control+k');
      const palette = page.getByRole('dialog', { name: 'Find a student or command' });
      await palette.waitFor();
      await keyboard.type(`Open ${area}`);
      await palette.getByText(`Open ${area}`, { exact: true }).waitFor();
      await keyboard.press('ArrowDown');
      await keyboard.press('Enter');
      await palette.waitFor({ state: 'detached' });
    },
    /** From the tab that is open, so many to the right. */
    async openTab(from: string, right: number): Promise<void> {
      await keys.tabTo(page.getByRole('tab', { name: from }), 'Shift+Tab');
      for (let moved = 0; moved < right; moved += 1) await keyboard.press('ArrowRight');
      await keyboard.press('Enter');
    },
    /** In a field that finds students: the name, and Enter once somebody was found. */
    async find(name: string): Promise<void> {
      await keyboard.type(name);
      await page
        .getByRole('option', { name: new RegExp(`^${name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`) })
        .first()
        .waitFor();
      await keyboard.press('Enter');
    },
    async signIn(username: string): Promise<void> {
      const other = page.getByRole('button', { name: 'Somebody else' });
      await other.waitFor();
      await keys.tabTo(other);
      await keyboard.press('Enter');
      await keys.tabTo(page.getByLabel('Username'));
      await keyboard.type(username);
      await keys.tabTo(page.locator('input[type=password]'));
      await keyboard.type(samplePassword);
      await keyboard.press('Enter');
    },
  };
  return keys;
}

type Keyboard = ReturnType<typeof createKeyboard>;

async function enterAbsence(
  page: Page,
  keyboard: Keyboard,
  student: SampleStudent,
  nth: number,
): Promise<void> {
  await keyboard.find(nameOf(student));
  await focused(page, 'Reason').waitFor();
  await keyboard.type(nth % 5 === 0 ? 'M' : 'I');
  await page.getByRole('option').first().waitFor();
  await keyboard.press('Enter');
  await keyboard.press('Enter');
  await page.getByRole('form', { name: /^Entry about/ }).waitFor({ state: 'detached' });
  await focused(page, 'Student').waitFor();
}

async function planTrip(page: Page, keyboard: Keyboard, students: readonly SampleStudent[]): Promise<void> {
  await keyboard.openTab('Absence line', 2);
  await keyboard.tabTo(page.getByRole('button', { name: 'Plan an absence' }));
  await keyboard.press('Enter');
  await keyboard.tabTo(field(page, 'Add a student'));
  for (const [index, student] of students.entries()) {
    await keyboard.find(nameOf(student));
    await page.getByText(index === 0 ? '1 student goes' : `${index + 1} students go`).waitFor();
  }
  await keyboard.tabTo(field(page, 'Reason'));
  await keyboard.type('FT');
  await page.getByRole('option').first().waitFor();
  await keyboard.press('Enter');
  await keyboard.tabTo(field(page, 'What for'));
  await keyboard.type('Science museum');
  await keyboard.press('Enter');
  await page.getByText('Science museum').first().waitFor();
  await page.getByRole('form', { name: 'Plan an absence' }).waitFor({ state: 'detached' });
}

/** In the list of planned absences: the first of the trip is taken out, another student put in. */
async function changeTrip(page: Page, keyboard: Keyboard, [comes]: readonly SampleStudent[]): Promise<void> {
  if (comes === undefined) throw new Error('Nobody is left who could come along.');
  await keyboard.tabTo(page.getByRole('button', { name: 'Change: Science museum' }));
  await keyboard.press('Enter');
  const form = page.getByRole('form', { name: 'Change the absence: Science museum' });
  await keyboard.tabTo(form.getByLabel('Add a student'));
  await keyboard.find(nameOf(comes));
  await form.getByText(`${officeDay.trip + 1} students go`).waitFor();
  await keyboard.tabTo(form.getByRole('button', { name: /^Remove/ }).first());
  await keyboard.press('Enter');
  await form.getByText(`${officeDay.trip} students go`).waitFor();
  await keyboard.tabTo(form.getByRole('button', { name: `Save for ${officeDay.trip} students` }));
  await keyboard.press('Enter');
  await page.getByText(`Changed for ${officeDay.trip} students.`).waitFor();
}

/** From Today to the first register that is not complete; the rest is present; taken. */
async function takeNextRegister(page: Page, keyboard: Keyboard): Promise<void> {
  await keyboard.goTo('Today');
  const rows = page.getByRole('listitem').filter({ hasText: /Not taken|Incomplete/ });
  await keyboard.tabTo(rows.first().getByRole('link').first());
  await keyboard.press('Enter');
  await inGrid(page).waitFor();
  await keyboard.press('Control+Shift+p');
  // One that was taken over a blank is complete with that.
  const action = page.getByRole('button', { name: /^Take register of/ });
  const taken = page.getByText(/Taken by/);
  await action.or(taken).waitFor();
  if (await taken.isVisible()) return;
  await keyboard.tabTo(action, 'Shift+Tab');
  await keyboard.press('Enter');
  await taken.waitFor();
}

/** In the week of a class: a mark of a day before, another code, and why. */
async function correctMarks(page: Page, keyboard: Keyboard): Promise<void> {
  await keyboard.goTo('Registers');
  await keyboard.tabTo(page.getByRole('row').nth(3).getByRole('link').first());
  await keyboard.press('Enter');
  await inGrid(page).waitFor();
  await keyboard.press('Alt+w');
  await heading(page, /week/i);
  const grid = page.getByRole('grid');
  await grid.waitFor();
  await keyboard.tabTo(grid);
  await keyboard.press('ArrowLeft');
  for (let corrected = 0; corrected < officeDay.corrections; corrected += 1) {
    await keyboard.press('e');
    const form = page.getByRole('dialog');
    await form.waitFor();
    await keyboard.tabTo(form.getByRole('textbox', { name: /^Reason|^Why/ }));
    await keyboard.type('A note came in with the student.');
    await keyboard.press('Enter');
    await form.waitFor({ state: 'detached' });
    await keyboard.press('ArrowDown');
  }
}

async function lateCount(page: Page): Promise<number> {
  const state = page.getByText(/\d+ late, \d+ out of school/);
  return Number(/(\d+) late,/.exec(await state.innerText())?.[1]);
}

/** Students with a name of their own in the school, in no order that the day would follow. */
function studentsToName(students: readonly SampleStudent[]): SampleStudent[] {
  const counts = Map.groupBy(students, nameOf);
  return students.filter(
    (student) => counts.get(nameOf(student))?.length === 1 && student.homerooms.length > 0,
  );
}

/** As lists show it. */
function nameOf({ preferredGivenName, givenName, familyName }: SampleStudent): string {
  return `${preferredGivenName ?? givenName} ${familyName}`;
}

/** What the school's system says in the evening: one student has another family name. */
function rosterOfTheEvening(today: Day): Uint8Array {
  const district = generateDistrict({ ...standardSample, today });
  const [school] = district.schools;
  const students = school.students.map((student, index) =>
    index === 7 ? { ...student, familyName: `${student.familyName}-Example` } : student,
  );
  return writeZip(
    writePackage(rosterRecordsOf(district, [{ ...school, students }]), '1.2', { mode: 'bulk' }),
  );
}
