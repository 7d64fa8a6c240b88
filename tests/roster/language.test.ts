import fc from 'fast-check';
import { expect, test } from 'vitest';
import { languageAfter, readLanguage } from '../../domain/roster/language.ts';

test.each([
  ['es', 'es'],
  ['ES', 'es'],
  ['es-MX', 'es-MX'],
  ['zh_hans', 'zh-Hans'],
  ['ur', 'ur'],
  ['urd', 'ur'],
  ['SPA', 'es'],
  ['ger', 'de'],
  ['deu', 'de'],
  ['chi', 'zh'],
  ['per', 'fa'],
  ['tgl', 'fil'],
  ['hmn', 'hmn'],
  ['Spanish', 'es'],
  ['  urdu ', 'ur'],
  ['Spanish; Castilian', 'es'],
  ['Portuguese (Brazil)', 'pt'],
  ['Chinese (Cantonese)', 'yue'],
  ['Chinese - Mandarin', 'zh'],
  ['Farsi', 'fa'],
  ['Persian', 'fa'],
  ['Punjabi', 'pa'],
  ['Panjabi; Punjabi', 'pa'],
  ['Bengali', 'bn'],
  ['Tagalog', 'fil'],
  ['Haitian Creole', 'ht'],
  ['Greek, Modern (1453-)', 'el'],
  ['Somali', 'so'],
  ['American Sign Language', 'ase'],
  ['', null],
  ['Unknown', null],
  ['Not obtained', null],
  ['zxx', null],
  ['Samplish', undefined],
  ['xx', undefined],
  ['bng', undefined],
  ['mul', undefined],
  ['Urdu, English', undefined],
  ['constructor', undefined],
])('%s is %s', (text, tag) => {
  expect(readLanguage(text)).toBe(tag);
});

test('a tag that was read is read as itself, and any text is read without an error', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 2, maxLength: 3 })),
      (text) => {
        const tag = readLanguage(text);
        expect(tag == null || readLanguage(tag) === tag).toBe(true);
      },
    ),
    { numRuns: 1000 },
  );
});

test.each([
  ['another language', 'es', 'ur', 'es'],
  ['another way to write it', 'fil', 'tl', 'tl'],
  ['another way to write it', 'es', 'Spanish', 'Spanish'],
  ['nothing any more', null, 'es', null],
  ['nothing that is known', undefined, 'es', 'es'],
  ['the first', 'es', null, 'es'],
] as const)('%s: %s after %s is %s', (_, told, held, after) => {
  expect(languageAfter(told, held)).toBe(after);
});
