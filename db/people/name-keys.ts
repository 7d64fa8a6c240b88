import anyAscii from 'any-ascii';

const marks = /\p{M}+/gu;
const notLettersOrDigits = /[^\p{L}\p{N}]+/gu;
const betweenWords = /[^\p{L}\p{N}\p{M}]+/u;
/** A letter of a script other than Latin. */
const otherScript = /(?![\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}])\p{L}/u;
/** Scripts that leave most vowels out: their romanisation is no word that anybody types. */
const withoutVowels = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}]/u;
/** Scripts whose signs stand for syllables: their romanisation is exact, and consonants alone would say too little. */
const syllables =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}]/u;

/** Letters that NFKD leaves as they are and people type as another. The Arabic ones are typed on other keyboards in Urdu. */
const foldedLetters: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
  ی: 'ي',
  ى: 'ي',
  ک: 'ك',
  ہ: 'ه',
  ھ: 'ه',
  ة: 'ه',
};
const lettersToFold = new RegExp(`[${Object.keys(foldedLetters).join('')}]`, 'gu');

/**
 * Which way of deriving the keys this is. A store whose keys are of another is derived anew when it is opened: raise it
 * with every change of what `deriveStudentKeys` gives.
 */
export const nameKeysVersion = 1;

/**
 * Text as it is searched for: without accents, case and punctuation, words separated by single spaces.
 * NFKD takes the accent off the letter; letters that have no plain form (ø, ß, ı) are folded one by one.
 */
export function toSearchText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(marks, '')
    .toLowerCase()
    .replace(lettersToFold, (letter) => foldedLetters[letter] ?? letter)
    .replace(notLettersOrDigits, ' ')
    .trim();
}

/**
 * What a student is found and sorted by, from the names: derived by every desk for itself, never sent.
 *
 * The search key holds the words of the names and of the student number, each after a space; names in another script also
 * by their romanisation. Then come consonant skeletons, ` +` before those of names in Latin letters and ` -` before
 * others, each followed by a space.
 */
export function deriveStudentKeys(fields: Readonly<Record<string, unknown>>): {
  searchKey: string;
  sortKey: string;
} {
  const text = (property: string): string => {
    const value = fields[property];
    return typeof value === 'string' ? value : '';
  };
  const words = new Set<string>();
  const skeletons = new Set<string>();
  const names = ['preferredFamilyName', 'preferredGivenName', 'familyName', 'givenName', 'middleName'];
  for (const name of names.map(text)) {
    const parts = wordsOf(name);
    for (const part of parts) {
      for (const word of toSearchText(part).split(' ')) words.add(word);
      if (!otherScript.test(part)) {
        for (const skeleton of skeletonsOf(part)) skeletons.add(`+${skeleton}`);
        continue;
      }
      if (!withoutVowels.test(part)) words.add(romanised(part).join(''));
      for (const skeleton of skeletonsOf(part)) skeletons.add(`-${skeleton}`);
    }
    // "Abdul Rahman" is one word in Arabic.
    if (parts.length > 1 && !otherScript.test(name)) {
      for (const skeleton of skeletonsOf(parts.join(''))) skeletons.add(`+${skeleton}`);
    }
  }
  for (const word of toSearchText(text('studentNumber')).split(' ')) words.add(word);
  words.delete('');
  const family = text('preferredFamilyName') || text('familyName');
  const given = text('preferredGivenName') || text('givenName');
  return {
    searchKey: ` ${[...words, ...skeletons].join(' ')} `,
    sortKey: `${toSearchText(family)}\u0001${toSearchText(given)}`,
  };
}

/**
 * What to look for in a search key: for each word that was typed the alternatives, of which one has to be there; an
 * alternative is there when all its texts are. None for text without a letter or digit.
 *
 * A word in Latin letters finds any part of a name, and by its consonants names in another script only: "Ana" does not
 * find "Annie". A word in another script finds names in any script by their consonants.
 */
export function toSearchNeedles(typed: string): readonly (readonly (readonly string[])[])[] {
  return wordsOf(typed).flatMap((word) => {
    const plain = toSearchText(word).split(' ').filter(Boolean);
    if (plain.length === 0) return [];
    const skeletons = skeletonsOf(word).map(skeletonNeedle);
    if (!otherScript.test(word)) return [[plain, ...skeletons.map((needle) => [` -${needle}`])]];
    const parts = romanised(word);
    const romanisations = withoutVowels.test(word)
      ? []
      : [[` ${parts.join('')}`], ...(parts.length > 1 ? [parts.map((part) => ` ${part} `)] : [])];
    const alternatives = skeletons.flatMap((needle) => [[` -${needle}`], [` +${needle}`]]);
    return [[plain, ...romanisations, ...alternatives]];
  });
}

/**
 * The consonants of a word of a name, as they sound about alike in every script: vowels are left out but for a first
 * one, doubled letters are one, and letters that romanisations mix up are the same. Several where a script can be read in
 * several ways; none where there is too little to tell names apart.
 */
export function skeletonsOf(word: string): readonly string[] {
  if (/\p{N}/u.test(word) || syllables.test(word)) return [];
  const skeletons = readingsOf(word.normalize('NFC')).map((reading) => reduced(anyAscii(reading)));
  return [...new Set(skeletons)].filter((skeleton) => skeleton !== '');
}

/** Whether any letter of the text is of another script than Latin. */
export function isInOtherScript(text: string): boolean {
  return otherScript.test(text);
}

/** The words of a name as they are written. */
export function wordsOf(text: string): readonly string[] {
  return text.normalize('NFC').split(betweenWords).filter(Boolean);
}

/** The word in Latin letters, a part for each syllable sign. */
function romanised(word: string): readonly string[] {
  const ascii = anyAscii(word.normalize('NFC'));
  // Signs are romanised one after the other, each with a capital: 李伟 is LiWei.
  const parts = syllables.test(word) ? ascii.split(/(?=[A-Z])/) : [ascii];
  return parts.map((part) => part.toLowerCase().replace(/[^a-z0-9]/g, '')).filter(Boolean);
}

/** A short skeleton has to be the whole of a name's, a longer one its beginning. */
function skeletonNeedle(skeleton: string): string {
  return skeleton.length < 3 ? `${skeleton} ` : skeleton;
}

const arabicAlef = /^[اآأإٱ]/u;
const arabicArticle = /^(?:عبد)?ال(.{2,})$/u;

/**
 * The ways to read a word. In Arabic letters ث, ذ, ض and ظ are spoken s and z in Urdu and Persian, و is a vowel or a v, and
 * the name after the article is one that people look for by itself. In Hebrew ו is a vowel or a v.
 */
function readingsOf(word: string): readonly string[] {
  if (/\p{Script=Hebrew}/u.test(word)) return [word, word.replace(/(?<=.)ו/gu, 'w')];
  if (!/\p{Script=Arabic}/u.test(word)) return [word];
  const rest = arabicArticle.exec(word)?.[1];
  return [word, ...(rest === undefined ? [] : [rest])].flatMap((each) => {
    const begun = each.replace(arabicAlef, 'a');
    const eastern = begun.replaceAll('ث', 'س').replace(/[ذضظ]/gu, 'ز');
    return [begun, eastern].flatMap((reading) => [reading, reading.replace(/(?<=.)و/gu, 'v')]);
  });
}

const pairs: readonly (readonly [RegExp, string])[] = [
  [/sh/g, '1'],
  [/ch/g, '2'],
  [/ph/g, 'f'],
  [/kh|ck|[cq]/g, 'k'],
  [/gh/g, 'g'],
  [/th/g, 't'],
  [/dh/g, 'd'],
  [/zh|t[sz]/g, 'z'],
  [/x/g, 'ks'],
  [/v/g, 'b'],
  [/p/g, 'f'],
  [/j/g, 'g'],
];

function reduced(ascii: string): string {
  let letters = ascii.toLowerCase().replace(/^[^a-z`']+/, '');
  letters = letters.replace(/^[aeiouyw`']/, '0').replace(/[^a-z0]/g, '');
  for (const [pair, letter] of pairs) letters = letters.replace(pair, letter);
  return letters
    .replace(/[aeiouyw]/g, '')
    .replace(/(?<=.)h(?=d|$)/g, '')
    .replace(/(.)\1+/g, '$1');
}
