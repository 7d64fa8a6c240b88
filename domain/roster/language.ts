const englishNames = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });

/** Codes of no one language: several, none, or not said which. */
const noLanguage = new Set(['und', 'mul', 'zxx', 'mis', 'root']);

/** What systems write where nothing is known, in lower case. */
const nothingKnown = new Set([
  'unknown',
  'not known',
  'none',
  'n/a',
  'na',
  '-',
  'other',
  'not obtained',
  'information not obtained',
  'not yet obtained',
  'refused',
  'und',
  'mis',
  'zxx',
]);

/** English names that suppliers write and Unicode's English list has another word for, in lower case. */
const otherNames: Readonly<Record<string, string>> = {
  bengali: 'bn',
  cambodian: 'km',
  castilian: 'es',
  'chinese (cantonese)': 'yue',
  'chinese (mandarin)': 'zh',
  'chinese - cantonese': 'yue',
  'chinese - mandarin': 'zh',
  'chinese, simplified': 'zh-Hans',
  'chinese, traditional': 'zh-Hant',
  dari: 'fa-AF',
  farsi: 'fa',
  flemish: 'nl',
  'greek, modern': 'el',
  haitian: 'ht',
  kirundi: 'rn',
  kiswahili: 'sw',
  mandarin: 'zh',
  'mandarin chinese': 'zh',
  moldovan: 'ro',
  myanmar: 'my',
  oriya: 'or',
  panjabi: 'pa',
  pashtu: 'ps',
  pilipino: 'fil',
  pushto: 'ps',
  sinhalese: 'si',
  tagalog: 'fil',
  twi: 'ak',
  uighur: 'ug',
};

/**
 * The BCP 47 tag of a language as systems write it: a tag (`es`, `es-MX`, `zh_Hans`), a code of ISO 639-2 of either kind
 * (`spa`, `ger`, `deu`) or an English name (`Spanish`, `Spanish; Castilian`, `Portuguese (Brazil)`), in any case. Null for a word
 * that says nothing is known; undefined for what is not known as a language.
 *
 * Source: Unicode CLDR as the runtime has it (`Intl`), which knows the aliases of ISO 639-2.
 */
export function readLanguage(text: string): string | null | undefined {
  const key = text.trim().toLowerCase();
  if (key === '' || nothingKnown.has(key)) return null;
  const known = readTags.get(key);
  if (known !== undefined || readTags.has(key)) return known;
  const read = tagOf(key) ?? tagOfName(key);
  if (readTags.size > 5000) readTags.clear();
  readTags.set(key, read);
  return read;
}

const readTags = new Map<string, string | undefined>();

/** What a language that is held becomes when a file says another: another way to write the same is none. */
export function languageAfter(told: string | null | undefined, held: string | null): string | null {
  if (told === undefined) return held;
  return held !== null && readLanguage(held) === told ? held : told;
}

function tagOf(key: string): string | undefined {
  const tag = key.replaceAll('_', '-');
  if (!/^[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?$/.test(tag)) return undefined;
  const [canonical] = Intl.getCanonicalLocales(tag);
  if (canonical === undefined) return undefined;
  const [language = ''] = canonical.split('-');
  return noLanguage.has(language) || englishNames.of(language) === undefined ? undefined : canonical;
}

/** Of `Spanish; Castilian` the first name; what stands in brackets or behind a dash only if it is part of a name. */
function tagOfName(key: string): string | undefined {
  const [first = ''] = key.split(';');
  const plain = first
    .replace(/\([^)]*\)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const [beforeDash = ''] = plain.split(' - ');
  for (const name of [key, first.trim(), plain, beforeDash]) {
    if (Object.hasOwn(otherNames, name)) return otherNames[name];
    const tag = tagsByName().get(name);
    if (tag !== undefined) return tag;
  }
  return undefined;
}

let namedTags: ReadonlyMap<string, string> | undefined;

/** Every language that has an English name, by it: `Intl` cannot list them, so every code of two and three letters is asked for. */
function tagsByName(): ReadonlyMap<string, string> {
  if (namedTags !== undefined) return namedTags;
  const letters = Array.from('abcdefghijklmnopqrstuvwxyz');
  const pairs = letters.flatMap((one) => letters.map((other) => `${one}${other}`));
  const codes = [...pairs, ...pairs.flatMap((pair) => letters.map((third) => `${pair}${third}`))];
  const tags = new Map<string, string>();
  for (const code of codes) {
    const name = englishNames.of(code)?.toLowerCase();
    const tag = name === undefined || tags.has(name) ? undefined : tagOf(code);
    if (name !== undefined && tag !== undefined) tags.set(name, tag);
  }
  namedTags = tags;
  return tags;
}
