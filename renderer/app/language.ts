import { useSyncExternalStore } from 'react';

/** The languages the window speaks, each by its own name: who looks for theirs does not read the present one. */
export const languages = {
  en: { direction: 'ltr', name: 'English' },
  es: { direction: 'ltr', name: 'Español' },
  ur: { direction: 'rtl', name: 'اردو' },
} as const satisfies Record<string, { readonly direction: 'ltr' | 'rtl'; readonly name: string }>;

export type Language = keyof typeof languages;

export const languageCodes: readonly Language[] = ['en', 'es', 'ur'];

/** The window's language. A live binding: who reads it while drawing has the present one. */
export let language: Language = 'en';

/**
 * The locale of dates, times and numbers in the window's language. A live binding: a format made when a module loads does
 * not follow a switch; make it with `perLocale`.
 */
export let locale: string = localeOf(language, browserLanguages());

const listeners = new Set<() => void>();

/** Puts a language in force for the whole window, once its texts are there (`loadCatalogue`). */
export function setLanguage(next: Language): void {
  language = next;
  locale = localeOf(next, browserLanguages());
  const { documentElement } = document;
  documentElement.lang = next;
  documentElement.dir = languages[next].direction;
  for (const listener of listeners) listener();
}

/** The window's language, drawn again when it changes. */
export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, () => language);
}

/** The language to begin with where nobody has chosen: the first of the browser's that the window speaks, else English. */
export function preferredLanguage(wanted: readonly string[] = browserLanguages()): Language {
  for (const tag of wanted) {
    const found = languageCodes.find((code) => code === tag.split('-')[0]);
    if (found !== undefined) return found;
  }
  return 'en';
}

/**
 * The locale of a language on a computer with these languages: the computer's own where it speaks it (`en-GB` writes
 * 3 Mar, `en-US` Mar 3); else by the computer's country (`es-US`), which Urdu has for Pakistan only. Western digits always:
 * ids, marks and minutes are typed with them.
 */
export function localeOf(of: Language, wanted: readonly string[]): string {
  const own = wanted.find((tag) => tag.split('-')[0] === of);
  const tag = own ?? (of === 'ur' ? 'ur-PK' : [of, ...regionOf(wanted)].join('-'));
  return new Intl.Locale(tag, { numberingSystem: 'latn' }).toString();
}

/** The first day of the week in this computer's country, 0 for Sunday to 6 for Saturday. */
export function firstDayOfWeek(wanted: readonly string[] = browserLanguages()): 0 | 1 | 2 | 3 | 4 | 5 | 6 {
  const days = [0, 1, 2, 3, 4, 5, 6] as const;
  // CLDR counts Sunday as 7. Chromium has the method from 130 on, and the getter before it.
  const asked: WeekInfoLocale = new Intl.Locale(wanted[0] ?? 'en');
  const { firstDay } = asked.getWeekInfo?.() ?? asked.weekInfo ?? { firstDay: 1 };
  return days[firstDay % days.length] ?? 1;
}

/** A format that follows the window's locale, made once for each: for what a module keeps. */
export function perLocale<Format>(make: (locale: string) => Format): () => Format {
  const made = new Map<string, Format>();
  return () => {
    const known = made.get(locale);
    if (known !== undefined) return known;
    const format = make(locale);
    made.set(locale, format);
    return format;
  };
}

interface WeekInfoLocale extends Intl.Locale {
  readonly getWeekInfo?: () => { readonly firstDay: number };
  readonly weekInfo?: { readonly firstDay: number };
}

function browserLanguages(): readonly string[] {
  return navigator.languages;
}

/** The country of the first tag that names one; without one, nothing. */
function regionOf(wanted: readonly string[]): readonly string[] {
  return wanted.flatMap((tag) => new Intl.Locale(tag).region ?? []).slice(0, 1);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
