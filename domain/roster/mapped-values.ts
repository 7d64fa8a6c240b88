import { day } from '../ids.ts';
import type { DateFormat } from './file-mapping.ts';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * A reader of dates in one format, which remembers what it read: `YYYY-MM-DD`, or null for what is no date in that format.
 *
 * Years have four digits: a year of two is a guess. A month as a word (`17-May-2012`, `May 17, 2012`) and a year that
 * stands first are read in every format, as nothing in them is in doubt. A time behind the date is passed over.
 */
export function createDateReader(format: DateFormat): (text: string) => string | null {
  const seen = new Map<string, string | null>();
  return (text) => {
    const known = seen.get(text);
    if (known !== undefined) return known;
    if (seen.size > 50_000) seen.clear();
    const read = readDate(text, format);
    seen.set(text, read);
    return read;
  };
}

function readDate(text: string, format: DateFormat): string | null {
  const date = text.trim().replace(/[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AP]M|Z)?$/i, '');
  const yearFirst =
    /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/.exec(date) ?? /^(\d{4})()(\d{2})(\d{2})$/.exec(date);
  if (yearFirst !== null) return dayOf(yearFirst[1], yearFirst[3], yearFirst[4]);
  const dayAndWord = /^(\d{1,2})[- ./]([A-Za-z]{3,9})\.?[- ./,]+(\d{4})$/.exec(date);
  if (dayAndWord !== null) return dayOf(dayAndWord[3], monthOf(dayAndWord[2]), dayAndWord[1]);
  const wordAndDay = /^([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})$/.exec(date);
  if (wordAndDay !== null) return dayOf(wordAndDay[3], monthOf(wordAndDay[1]), wordAndDay[2]);
  if (format === 'ymd') return null;
  const yearLast = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})$/.exec(date);
  if (yearLast === null) return null;
  const [, first, , second, year] = yearLast;
  return format === 'dmy' ? dayOf(year, second, first) : dayOf(year, first, second);
}

function monthOf(word: string | undefined): string | undefined {
  const index = months.indexOf((word ?? '').slice(0, 3).toLowerCase());
  return index < 0 ? undefined : String(index + 1);
}

function dayOf(
  year: string | undefined,
  month: string | undefined,
  dayOfMonth: string | undefined,
): string | null {
  if (year === undefined || month === undefined || dayOfMonth === undefined) return null;
  const text = `${year}-${month.padStart(2, '0')}-${dayOfMonth.padStart(2, '0')}`;
  return day.safeParse(text).success ? text : null;
}

const sexes: Readonly<Record<string, string>> = {
  m: 'male',
  male: 'male',
  boy: 'male',
  f: 'female',
  female: 'female',
  girl: 'female',
  x: 'other',
  o: 'other',
  other: 'other',
  n: 'other',
  nonbinary: 'other',
  'non-binary': 'other',
  u: 'unspecified',
  unknown: 'unspecified',
  unspecified: 'unspecified',
  'not specified': 'unspecified',
};

/** OneRoster's word for a sex as suppliers write it; undefined for one that is not known. */
export function readSex(text: string): string | undefined {
  const key = text.trim().toLowerCase();
  return Object.hasOwn(sexes, key) ? sexes[key] : undefined;
}

/**
 * A year group in OneRoster's form where that is plain: `7`, `Year 7`, `7th` and `Grade 7` are `07`, `K` is `KG`; anything
 * else stands as it is written.
 */
export function readGrade(text: string): string {
  const grade = text.trim();
  const number = /^(?:year|yr\.?|grade|gr\.?|nc year)?\s*(\d{1,2})(?:st|nd|rd|th)?(?:\s*grade)?$/i.exec(
    grade,
  )?.[1];
  if (number !== undefined) return String(Number(number)).padStart(2, '0');
  return /^(?:k|kg|kindergarten|0k)$/i.test(grade) ? 'KG' : grade;
}

const relations: Readonly<Record<string, 'guardian' | 'parent' | 'relative'>> = {
  guardian: 'guardian',
  carer: 'guardian',
  'foster carer': 'guardian',
  'foster parent': 'guardian',
  'legal guardian': 'guardian',
  parent: 'parent',
  mother: 'parent',
  father: 'parent',
  mum: 'parent',
  mom: 'parent',
  dad: 'parent',
  'parent/guardian': 'parent',
  relative: 'relative',
  grandmother: 'relative',
  grandfather: 'relative',
  grandparent: 'relative',
  aunt: 'relative',
  uncle: 'relative',
  sister: 'relative',
  brother: 'relative',
  sibling: 'relative',
  'other relative': 'relative',
};

/** What a guardian is to the student; undefined for a word that is not known. */
export function readRelation(text: string): 'guardian' | 'parent' | 'relative' | undefined {
  const key = text.trim().toLowerCase();
  if (key.startsWith('step')) return 'parent';
  return Object.hasOwn(relations, key) ? relations[key] : undefined;
}

export interface SplitName {
  readonly givenName: string;
  readonly middleName: string | null;
  readonly familyName: string;
}

/**
 * A whole name in its parts. `Family, Given Middle` is plain; without a comma the last word is taken as the family name,
 * which a person sees before it is used. One word is a given name without a family name.
 */
export function splitName(text: string): SplitName {
  const name = text.trim().replace(/\s+/g, ' ');
  const comma = name.indexOf(',');
  if (comma >= 0) {
    const [givenName = '', ...middle] = name
      .slice(comma + 1)
      .trim()
      .split(' ');
    return {
      givenName,
      middleName: middle.length === 0 ? null : middle.join(' '),
      familyName: name.slice(0, comma).trim(),
    };
  }
  const words = name.replace(/^(?:mr|mrs|ms|miss|mx|dr)\.? (?=\S)/i, '').split(' ');
  const familyName = words.length > 1 ? (words.at(-1) ?? '') : '';
  const givenName = words.length > 1 ? words.slice(0, -1).join(' ') : (words[0] ?? '');
  return { givenName, middleName: null, familyName };
}

/**
 * The periods of a class: `3`, `P3`, `Period 3`, `1,2` and PowerSchool's `3(A-E)` or `1-2(A)`; each as its number.
 */
export function readPeriods(text: string): readonly string[] {
  const periods = new Set<string>();
  for (const part of text.replace(/\([^)]*\)/g, ' ').split(/[,;\s]+/)) {
    const range = /^(?:p|period)?(\d{1,2})-(?:p|period)?(\d{1,2})$/i.exec(part);
    const [from, to] = range === null ? [part, part] : [range[1] ?? '', range[2] ?? ''];
    const first = Number(/^(?:p|period)?(\d{1,2})$/i.exec(from)?.[1]);
    const last = Number(/^(?:p|period)?(\d{1,2})$/i.exec(to)?.[1]);
    for (let period = first; period <= last && period <= first + 18; period += 1) periods.add(String(period));
  }
  return [...periods].toSorted((one, other) => Number(one) - Number(other));
}

/**
 * Part of an id made from a file's text: letters and digits stand, all else is written as its code, so that an id has
 * no space or comma and two texts never give one id.
 */
export function idPart(text: string): string {
  return encodeURIComponent(text.normalize('NFC').toWellFormed())
    .replaceAll('_', '%5F')
    .replace(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%', '_');
}
