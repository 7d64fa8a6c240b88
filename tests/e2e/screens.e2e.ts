import { expect, test, type Page } from '@playwright/test';
import { makeSampleSchool } from '../../scripts/drive/journey.ts';
import { loadCatalogue, type Messages } from '../../renderer/app/catalogue.ts';
import { languages } from '../../renderer/app/language.ts';
import { expectAccessible, TestApp } from './support.ts';

/**
 * Every area of the administrator, as the navigation lists them, a register and every part of a student's card, in English and in Urdu:
 * accessible, in its direction, without an English text in Urdu, and without a page that scrolls sideways, at 1280 and at 320 px.
 */
const usual = { width: 1280, height: 800 };
const app = new TestApp();
let page: Page;

test.beforeAll(async () => {
  test.setTimeout(300_000);
  page = await app.start();
  await makeSampleSchool(page);
});

test.afterAll(async () => {
  await app.dispose();
});

for (const language of ['en', 'ur'] as const) {
  test(`every screen is accessible, complete and fits, in ${language}`, async () => {
    test.setTimeout(240_000);
    const english = await untranslated(language);
    await chooseLanguage(language);
    const areas = await page
      .locator('nav [data-area]')
      .evaluateAll((entries) => entries.map((entry) => (entry as HTMLElement).dataset['area'] ?? ''));
    expect(areas.length).toBeGreaterThan(8);
    const problems: string[] = [];
    const look = async (screen: string): Promise<void> => {
      await settled();
      await expectAccessible(page, `${screen}, ${language}`);
      problems.push(...(await problemsOf(`${screen}, ${language}`, english)));
    };
    for (const area of areas) {
      await page.locator(`nav [data-area="${area}"]`).click();
      await look(area);
      if (area === '/registers') {
        await page.getByRole('main').getByRole('table').getByRole('link').first().click();
        await page.getByRole('grid').waitFor();
        await look('register');
      }
      if (area === '/desk') {
        const reason = page.getByRole('main').getByRole('group').getByRole('textbox').first();
        await page.locator('[data-day-picker] button').first().click();
        await reason.waitFor();
        await look('desk of an earlier day');
      }
      if (area === '/settings') {
        // Not the codes: the wording in force, which is English, stands there on purpose.
        await page.getByRole('tab').nth(1).click();
        await look('settings, times');
        await page.getByRole('tab').last().click();
        await look('settings, school');
      }
      if (area === '/students') {
        await page.getByRole('main').getByRole('table').getByRole('link').first().click();
        await page.getByRole('tab').first().waitFor();
        for (const tab of await page.getByRole('tab').all()) {
          await tab.click();
          await look(`card, ${await tab.innerText()}`);
        }
      }
    }
    expect(problems).toEqual([]);
    const { lang, dir } = await page.evaluate(() => {
      const root = document.documentElement;
      return { lang: root.lang, dir: root.dir };
    });
    expect([lang, dir]).toEqual([language, languages[language].direction]);
    expect(app.complaints).toEqual([]);
  });
}

async function chooseLanguage(language: 'en' | 'ur'): Promise<void> {
  await page.getByRole('banner').locator('button[aria-haspopup=menu]').last().click();
  await page.locator(`[role=menuitemradio][lang=${language}]`).click();
  await page.locator(`html[lang=${language}]`).waitFor();
}

/** A screen has its title, and nothing in it is being read any more. */
async function settled(): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForTimeout(150);
  await expect(page.locator('main .mantine-Skeleton-root')).toHaveCount(0);
}

/**
 * English texts that have another wording in the language: none of them may be seen in it. One that is also the text of a
 * key without a translation may be: English stands in for that one, as `languages.test.ts` says.
 */
async function untranslated(language: 'en' | 'ur'): Promise<readonly string[]> {
  const [english, own] = await Promise.all([loadCatalogue('en'), loadCatalogue(language)]);
  const entries = Object.entries(english satisfies Messages);
  const standsIn = new Set(entries.filter(([key]) => own[key] === undefined).map(([, message]) => message));
  return entries.flatMap(([key, message]) =>
    typeof message === 'string' &&
    message !== (own[key] ?? message) &&
    !message.includes('{') &&
    !standsIn.has(message)
      ? [message]
      : [],
  );
}

/** What is wrong with what is shown: texts of another language, and a page that is wider than the window. */
async function problemsOf(screen: string, english: readonly string[]): Promise<string[]> {
  const shown = await page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts: string[] = [];
    while (walker.nextNode() !== null) texts.push(walker.currentNode.textContent?.trim() ?? '');
    for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
      for (const name of ['aria-label', 'title', 'placeholder']) texts.push(element.getAttribute(name) ?? '');
    }
    return texts;
  });
  const left = new Set(shown.filter((each) => english.includes(each)));
  const wide = [await overflow(1280), await overflow(320)];
  await page.setViewportSize(usual);
  return [
    ...[...left].map((each) => `${screen}: in English: ${each}`),
    ...wide.flatMap(([width, by]) => (by > 0 ? [`${screen}: ${by} px too wide at ${width} px`] : [])),
  ];
}

async function overflow(width: number): Promise<readonly [number, number]> {
  if (width !== usual.width) {
    await page.setViewportSize({ ...usual, width });
    await page.waitForTimeout(100);
  }
  return [
    width,
    await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
  ];
}
