const marks = /\p{M}+/gu;
const notLettersOrDigits = /[^\p{L}\p{N}]+/gu;

/**
 * Text as it is searched for: without accents, case and punctuation, words separated by single spaces.
 * NFKD takes the accent off the letter; letters that have no plain form (ø, ß, ı) are folded one by one.
 */
export function toSearchText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(marks, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ø', 'o')
    .replaceAll('ł', 'l')
    .replaceAll('đ', 'd')
    .replaceAll('æ', 'ae')
    .replaceAll('œ', 'oe')
    .replaceAll('ı', 'i')
    .replace(notLettersOrDigits, ' ')
    .trim();
}

/** What a student is found and sorted by, from the names: derived by every desk for itself, never sent. */
export function deriveStudentKeys(fields: Readonly<Record<string, unknown>>): {
  searchKey: string;
  sortKey: string;
} {
  const text = (property: string): string => {
    const value = fields[property];
    return typeof value === 'string' ? value : '';
  };
  const names = [
    'preferredFamilyName',
    'preferredGivenName',
    'familyName',
    'givenName',
    'middleName',
    'studentNumber',
  ];
  const words = new Set(names.flatMap((property) => toSearchText(text(property)).split(' ')));
  words.delete('');
  const family = text('preferredFamilyName') || text('familyName');
  const given = text('preferredGivenName') || text('givenName');
  return {
    searchKey: ` ${[...words].join(' ')}`,
    sortKey: `${toSearchText(family)}\u0001${toSearchText(given)}`,
  };
}
