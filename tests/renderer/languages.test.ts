import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { parseSync } from 'vite';
import { permissions } from '../../domain/access/policy.ts';
import { reportSentence } from '../../domain/audit/report-sentence.ts';
import { auditFindings } from '../../domain/audit/verify.ts';
import { describeFinding, findingCodes } from '../../domain/roster/findings.ts';
import { shippedPack } from '../attendance/domain/rule-packs.ts';
import {
  englishStandsIn,
  loadCatalogue,
  text,
  type Message,
  type Messages,
} from '../../renderer/app/catalogue.ts';
import type { createFormat as CreateFormat } from '../../renderer/app/format.ts';
import {
  firstDayOfWeek,
  languages,
  localeOf,
  preferredLanguage,
  setLanguage,
  type Language,
} from '../../renderer/app/language.ts';
import { ruleText } from '../../renderer/app/rule-texts.ts';
import { verifiedSentence } from '../../renderer/audit/report-texts.ts';
import { findingTexts } from '../../renderer/roster/finding-texts.ts';

const renderer = join(import.meta.dirname, '../../renderer');

let english: Messages;
let createFormat: typeof CreateFormat;

beforeAll(async () => {
  // The window's document, as far as a switch writes to it.
  Object.assign(globalThis, { window: {}, document: { documentElement: {} } });
  ({ createFormat } = await import('../../renderer/app/format.ts'));
  english = await loadCatalogue('en');
});

afterEach(() => {
  setLanguage('en');
});

const formsOf = (message: Message): readonly string[] =>
  typeof message === 'string' ? [message] : Object.values(message);

const parametersOf = (message: Message): string[] =>
  [
    ...new Set(
      formsOf(message).flatMap((form) => [...form.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)),
    ),
  ].sort();

describe.each(['es', 'ur'] as const)('the catalogue of %s', (language) => {
  let messages: Messages;
  beforeAll(async () => {
    messages = await loadCatalogue(language);
  });

  test('no text is missing; while English may stand in, it does', () => {
    const missing = Object.keys(english).filter((key) => messages[key] === undefined);
    if (missing.length > 0)
      console.log(`${language}: ${missing.length} texts missing\n${missing.join('\n')}`);
    expect(englishStandsIn ? [] : missing).toEqual([]);
    setLanguage(language);
    const same = missing.filter((key) => typeof english[key] === 'string' && !english[key].includes('{'));
    expect(same.map((key) => text(key as 'user.cancel'))).toEqual(same.map((key) => english[key]));
  });

  test('every text is one of English, and takes the same parameters', () => {
    const wrong = Object.entries(messages).filter(
      ([key, message]) => parametersOf(message).join() !== parametersOf(english[key] ?? 'not English').join(),
    );
    expect(wrong.map(([key]) => key)).toEqual([]);
  });

  test('a text that counts has the plural forms of the language, and each of them fits', () => {
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
    const wrong = Object.entries(messages).filter(([key, message]) => {
      const counts = typeof english[key] !== 'string';
      if (typeof message === 'string') return counts;
      return !counts || Object.keys(message).sort().join() !== pluralCategories.toSorted().join();
    });
    expect(wrong.map(([key]) => key)).toEqual([]);
  });

  test('no text is left empty or as it was in English, unless it has no words', () => {
    const same = Object.entries(messages).filter(([key, message]) => {
      const untouched = JSON.stringify(message) === JSON.stringify(english[key]);
      return (
        formsOf(message).some((form) => form.trim() === '' && form !== english[key]) ||
        (untouched && hasWords(message))
      );
    });
    expect(same.map(([key]) => key).filter((key) => !sameInEveryLanguage[language].includes(key))).toEqual(
      [],
    );
  });

  test('every meaning and band of the rule packs, and every permission, has its translation', () => {
    const packs = [shippedPack('england'), shippedPack('us')];
    const wordings = [
      ...packs.flatMap(({ codes }) => codes.map(({ meaning }) => meaning)),
      ...packs.flatMap(({ measures }) => measures.flatMap(({ bands }) => bands.map(({ title }) => title))),
      ...Object.values(permissions),
    ];
    setLanguage(language);
    const missing = wordings.filter((wording) => ruleText(wording) === wording);
    if (missing.length > 0) console.log(`${language}: rule texts missing\n${missing.join('\n')}`);
    expect(wordings.length).toBeGreaterThan(70);
    expect(englishStandsIn ? [] : missing).toEqual([]);
  });

  test('every finding of an import is said in the language, with what English fills in and no more', () => {
    setLanguage(language);
    const parts = { file: '⟨file⟩', line: 7, column: '⟨column⟩', value: '⟨value⟩', expected: '⟨expected⟩' };
    const filledIn = (said: string): string[] =>
      [...new Set(said.match(/⟨\w+⟩|(?<!\d)7(?!\d)/g) ?? [])].toSorted();
    for (const code of findingCodes) {
      const said = findingTexts({ code, ...parts });
      const inEnglish = describeFinding({ code, ...parts });
      for (const part of ['message', 'whatToDo'] as const) {
        expect(said[part], code).not.toBe(inEnglish[part]);
        expect(filledIn(said[part]), code).toEqual(filledIn(inEnglish[part]));
        expect(said[part], code).not.toMatch(/[{}]/);
      }
    }
  });

  test('what a verification of the log finds is said in the language, with its numbers', () => {
    setLanguage(language);
    for (const finding of [...auditFindings, null]) {
      for (const witnessedTo of [null, 12, 40]) {
        const found = { finding, firstBadSeq: finding === null ? null : 31, witnessedTo };
        const said = verifiedSentence({ size: 40, ...found });
        const inEnglish = reportSentence({ entries: 40, ...found });
        expect(said).not.toBe(inEnglish);
        expect(said.match(/\d+/g)).toEqual(inEnglish.match(/\d+/g));
        expect(said).not.toMatch(/[{}]/);
      }
    }
  });

  test('keys of the keyboard keep their names', () => {
    // "Delete" at the beginning of a sentence is a verb.
    const keys = /Ctrl|Caps Lock|\bAlt\b|Escape|(?<=[,،] )Delete|\bF2\b|Control/g;
    const wrong = Object.entries(messages).filter(([key, message]) => {
      const named = (of: Message): string =>
        [...new Set(formsOf(of).join(' ').match(keys) ?? [])].sort().join();
      return (
        named(english[key] ?? '').replaceAll('Control', 'Ctrl') !==
        named(message).replaceAll('Control', 'Ctrl')
      );
    });
    expect(wrong.map(([key]) => key)).toEqual([]);
  });
});

const commands = [
  'audit.exported.sha256',
  'audit.exported.command',
  'audit.exported.command.witness',
  'export.done.sha256',
  'export.done.command.key',
  'export.done.command.passphrase',
  'import.package.version',
  'exports.done.sha256',
  'exports.done.command.key',
  'exports.done.command.passphrase',
];

/** Names, commands to copy, and words that two languages write alike. */
const sameInEveryLanguage: Readonly<Record<'es' | 'ur', readonly string[]>> = {
  es: [...commands, 'register.column.minutes', 'conflicts.value.no'],
  ur: commands,
};

function hasWords(message: Message): boolean {
  return formsOf(message).some((form) => /\p{L}{2}/u.test(form.replace(/\{\w+\}/g, '')));
}

describe('a switch of the language', () => {
  test('texts, direction, numbers and dates follow at once', async () => {
    const seen = async (language: Language): Promise<unknown> => {
      await loadCatalogue(language);
      setLanguage(language);
      const { formatDay, formatNumber } = createFormat('Europe/London');
      const { lang, dir } = document.documentElement;
      return [lang, dir, text('area.today'), formatDay('2026-03-03'), formatNumber(48_210)];
    };
    expect([await seen('en'), await seen('es'), await seen('ur'), await seen('en')]).toEqual([
      ['en', 'ltr', 'Today', 'Tue, Mar 3', '48,210'],
      ['es', 'ltr', 'Hoy', 'mar, 3 de mar', '48,210'],
      ['ur', 'rtl', 'آج', 'منگل، 3 مارچ', '48,210'],
      ['en', 'ltr', 'Today', 'Tue, Mar 3', '48,210'],
    ]);
  });

  test('a name in a sentence from right to left is isolated, one in a command to copy is not', async () => {
    await loadCatalogue('ur');
    const command = { path: '/backup/school.zip' };
    setLanguage('ur');
    expect(text('register.say.one', { name: 'Abara', mark: 'N' })).toBe(
      '\u200f\u2068Abara\u2069: \u2068N\u2069',
    );
    expect(text('export.done.command.key', command)).toBe(
      'age -d -i key.txt -o school.tar "/backup/school.zip"',
    );
    setLanguage('en');
    expect(text('register.say.one', { name: 'Abara', mark: 'N' })).toBe('Abara: N');
  });
});

describe('a computer’s languages', () => {
  test.each<[readonly string[], Language]>([
    [['es-MX', 'en-US'], 'es'],
    [['ur'], 'ur'],
    [['pl-PL', 'ur-PK', 'en-GB'], 'ur'],
    [['pl-PL'], 'en'],
    [[], 'en'],
  ])('%j begin in %s', (wanted, language) => {
    expect(preferredLanguage(wanted)).toBe(language);
  });

  test.each<[Language, readonly string[], string]>([
    ['en', ['en-GB'], 'en-GB-u-nu-latn'],
    ['en', ['ur-PK'], 'en-PK-u-nu-latn'],
    ['es', ['en-US'], 'es-US-u-nu-latn'],
    ['es', ['en-US', 'es-MX'], 'es-MX-u-nu-latn'],
    ['ur', ['en-GB'], 'ur-PK-u-nu-latn'],
  ])('%s with %j is written as %s', (language, wanted, locale) => {
    expect(localeOf(language, wanted)).toBe(locale);
  });

  test('the week begins as the country has it', () => {
    expect([firstDayOfWeek(['en-GB']), firstDayOfWeek(['en-US']), firstDayOfWeek(['ar-EG'])]).toEqual([
      1, 0, 6,
    ]);
  });

  test('digits are Western in every language', () => {
    const written = (['en', 'es', 'ur'] as const).map((language) =>
      new Intl.NumberFormat(localeOf(language, ['fa-IR', 'ar-EG', 'ur-IN'])).format(42),
    );
    expect(written).toEqual(['42', '42', '42']);
    expect(Object.keys(languages)).toEqual(['en', 'es', 'ur']);
  });
});

test('no module takes a text or makes a format while it loads: it would keep the language of that moment', () => {
  const files = readdirSync(renderer, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tsx?$/.test(name),
  );
  expect(files.length).toBeGreaterThan(50);
  const found = files.flatMap((name) =>
    atLoad(name, readFileSync(join(renderer, name), 'utf8')).map((what) => `${name}: ${what}`),
  );
  expect(found).toEqual([]);
});

test('the search for what a module does while it loads finds a text and a format, and none inside a function', () => {
  const source = `
    const title = text('area.today');
    const table = { columns: [{ title: text('area.today') }] };
    const format = new Intl.NumberFormat(locale);
    const zone = Intl.DateTimeFormat(locale);
    const later = () => text('area.today');
    export function Screen() { return <p title={text('area.today')}>{new Intl.NumberFormat(locale).format(1)}</p>; }
    const kept = perLocale((of) => new Intl.NumberFormat(of));
  `;
  expect(atLoad('screen.tsx', source)).toEqual(['text', 'text', 'locale', 'locale']);
});

/** The calls of `text` and the readings of `locale` and `language` outside every function. */
function atLoad(name: string, source: string): string[] {
  if (name.endsWith('language.ts')) return [];
  const { program } = parseSync(name, source);
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const each of node) visit(each);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    const { type, callee, ...rest } = node as { type?: string; callee?: { name?: string } };
    if (type === undefined || /Function|^TS|^Import|^Export(All|Named)Declaration$/.test(type)) {
      if (type === 'ExportNamedDeclaration') visit((node as { declaration?: unknown }).declaration);
      if (!/^TS(As|Satisfies|NonNull)/.test(type ?? '')) return;
    }
    if (type === 'CallExpression' && callee?.name === 'text') found.push('text');
    if (type === 'Identifier' && ['locale', 'language'].includes((node as { name?: string }).name ?? ''))
      found.push('locale');
    if (callee !== undefined) visit(callee);
    for (const [key, value] of Object.entries(rest)) if (key !== 'key' && key !== 'property') visit(value);
  };
  visit(program.body);
  return found;
}
