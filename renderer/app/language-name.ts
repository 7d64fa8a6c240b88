import { perLocale } from './language.ts';

const languageNames = perLocale((of) => new Intl.DisplayNames([of], { type: 'language' }));

/** The name of a language by its BCP 47 code; whatever else a roster says stays as it is. */
export function languageName(language: string): string {
  return /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(language)
    ? (languageNames().of(language) ?? language)
    : language;
}
