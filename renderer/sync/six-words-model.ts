import { text, type PlainTextKey } from '../app/catalogue.ts';
import { locale } from '../app/language.ts';

/** The words of one screen: at its three places a word, at the other three null (SECURITY §6.12). */
export type SixWords = readonly (string | null)[];

const ordinals: readonly PlainTextKey[] = [
  'sync.words.1',
  'sync.words.2',
  'sync.words.3',
  'sync.words.4',
  'sync.words.5',
  'sync.words.6',
];

/** What this screen shows, each word with its place from 1. */
export function shownWords(words: SixWords): readonly { readonly place: number; readonly word: string }[] {
  return words.flatMap((word, index) => (word === null ? [] : [{ place: index + 1, word }]));
}

/** The places that this screen asks for, from 1. */
export function askedPlaces(words: SixWords): readonly number[] {
  return words.flatMap((word, index) => (word === null ? [index + 1] : []));
}

/** `1st`, `2nd` …, as a place stands in a sentence. */
export function ordinal(place: number): string {
  const key = ordinals[place - 1];
  return key === undefined ? String(place) : text(key);
}

/** `Type the 1st, 3rd and 5th word you see on the other computer`. */
export function askSentence(words: SixWords): string {
  const places = new Intl.ListFormat(locale, { type: 'conjunction' }).format(askedPlaces(words).map(ordinal));
  return text('sync.words.ask', { places });
}

/** A word as it is compared: case and space around it do not count. */
export function cleanWord(typed: string): string {
  return typed.trim().toLocaleLowerCase('en');
}

/** A code in groups that the eye can follow: as it is grouped already, else in fives. */
export function codeGroups(code: string): readonly string[] {
  const groups = code.split(/[\s-]+/).filter((group) => group !== '');
  return groups.length > 1 ? groups : (code.match(/.{1,5}/gs) ?? []);
}

/** What is left of a time, `14:05`; never less than nothing. */
export function countdown(untilMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.ceil((untilMs - nowMs) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
