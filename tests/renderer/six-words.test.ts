import { expect, test } from 'vitest';
import {
  askedPlaces,
  askSentence,
  cleanWord,
  codeGroups,
  countdown,
  shownWords,
} from '../../renderer/sync/six-words-model.ts';

const words = [null, 'river', null, 'lamp', null, 'stone'];

test('this screen shows its three words with their places, and asks for the other three by theirs', () => {
  expect(shownWords(words)).toEqual([
    { place: 2, word: 'river' },
    { place: 4, word: 'lamp' },
    { place: 6, word: 'stone' },
  ]);
  expect(askedPlaces(words)).toEqual([1, 3, 5]);
  expect(askSentence(words)).toMatch(/^Type the 1st, 3rd,? and 5th word you see on the other computer$/);
});

test('the two screens ask for what the other shows, at whatever places', () => {
  const other = ['a', null, 'b', null, null, 'c'];
  const mirrored = other.map((word) => (word === null ? 'x' : null));
  expect(askedPlaces(mirrored)).toEqual(shownWords(other).map(({ place }) => place));
  expect(askSentence(other)).toMatch(/^Type the 2nd, 4th,? and 5th word/);
});

test('case and space around a word do not count', () => {
  expect(cleanWord('  River ')).toBe('river');
});

test('a code is read in groups, as it comes or in fives', () => {
  expect(codeGroups('ABCDE-FGHJK MN')).toEqual(['ABCDE', 'FGHJK', 'MN']);
  expect(codeGroups('ABCDEFGHJKMN')).toEqual(['ABCDE', 'FGHJK', 'MN']);
});

test('the time of a code runs to nothing and not below', () => {
  expect([countdown(845_000, 0), countdown(9_000, 4_000), countdown(0, 4_000)]).toEqual([
    '14:05',
    '0:05',
    '0:00',
  ]);
});
