/** The languages the window speaks. Spanish and Urdu follow: a catalogue each, and a line here. */
const languages = {
  en: { direction: 'ltr' },
} as const satisfies Record<string, { readonly direction: 'ltr' | 'rtl' }>;

export type Language = keyof typeof languages;

/** The window's language; one for the whole program run, since a catalogue is read at every text. */
export const language: Language = 'en';

/** Which way the window reads. The catalogue's language decides, not the browser's. */
export const direction: 'ltr' | 'rtl' = languages[language].direction;

/**
 * The locale of dates, times and numbers: this computer's, where it speaks the window's language (`en-GB` writes
 * 3 Mar, `en-US` Mar 3), else the language's own.
 */
export const locale: string = navigator.language.split('-')[0] === language ? navigator.language : language;
