import { assert } from '../../domain/result.ts';
import { isolate } from './isolate.ts';
import { language, languages, perLocale, type Language } from './language.ts';
import { errorMessages } from './error-messages.en.ts';
import { appMessages } from './messages.en.ts';
import { absenceMessages } from '../absence/messages.en.ts';
import { attendanceMessages } from '../attendance/messages.en.ts';
import { weekMessages } from '../attendance/week-messages.en.ts';
import { componentMessages } from '../components/messages.en.ts';
import { counterMessages } from '../counter/messages.en.ts';
import { deskMessages } from '../desk/messages.en.ts';
import { auditMessages } from '../audit/messages.en.ts';
import { backupMessages } from '../backup/messages.en.ts';
import { exportsMessages } from '../exports/messages.en.ts';
import { mappingMessages } from '../roster/mapping-messages.en.ts';
import { rosterMessages } from '../roster/messages.en.ts';
import { securityMessages } from '../security/messages.en.ts';
import { settingsMessages } from '../settings/messages.en.ts';
import { peopleMessages } from '../users/messages.en.ts';
import { studentMessages } from '../students/messages.en.ts';
import { alarmMessages } from '../sync/alarm-messages.en.ts';
import { syncMessages } from '../sync/messages.en.ts';
import { conflictMessages } from '../conflicts/messages.en.ts';
import { fieldMessages } from '../conflicts/field-messages.en.ts';

/**
 * One text for people. `{name}` stands for a parameter. A text with plural forms chooses by its parameter `count`
 * with the language's own rules.
 */
export type Message = string | PluralMessage;
export type PluralMessage = { readonly [F in Exclude<Intl.LDMLPluralRule, 'other'>]?: string } & {
  readonly other: string;
};
/** What an area's `messages.en.ts` satisfies. Keys begin with the area: `register.take`. */
export type Messages = Readonly<Record<string, Message>>;

const english = {
  ...appMessages,
  ...errorMessages,
  ...componentMessages,
  ...deskMessages,
  ...attendanceMessages,
  ...weekMessages,
  ...counterMessages,
  ...absenceMessages,
  ...studentMessages,
  ...peopleMessages,
  ...settingsMessages,
  ...securityMessages,
  ...rosterMessages,
  ...mappingMessages,
  ...backupMessages,
  ...exportsMessages,
  ...auditMessages,
  ...syncMessages,
  ...alarmMessages,
  ...conflictMessages,
  ...fieldMessages,
} as const satisfies Messages;

type Catalogue = typeof english;
export type TextKey = keyof Catalogue;

/**
 * True while screens are still being written: English stands in for a text that has no translation yet. False: a text without
 * one fails `tests/renderer/languages.test.ts`, which names it.
 */
export const englishStandsIn: boolean = false;

/** What an area's `messages.es.ts` and `messages.ur.ts` satisfy: its keys, with the plural forms of the language. */
export type Translation<English extends Messages> = { readonly [K in keyof English]?: Message };

const catalogues: { [L in Language]?: Messages } = { en: english };

/** Another language's texts are a file of their own, read when the language is chosen first. */
const loaders: { readonly [L in Language]: () => Promise<Messages> } = {
  en: async () => Promise.resolve(english),
  es: async () => (await import('./catalogue.es.ts')).spanish,
  ur: async () => (await import('./catalogue.ur.ts')).urdu,
};

/** Reads a language's texts, so that `setLanguage` may put it in force. Gives them, as the tests compare them. */
export async function loadCatalogue(of: Language): Promise<Messages> {
  const messages = catalogues[of] ?? (await loaders[of]());
  catalogues[of] = messages;
  return messages;
}

type ParametersIn<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParametersIn<Rest>
  : never;
type ParametersOf<M> = M extends string
  ? ParametersIn<M>
  : M extends PluralMessage
    ? 'count' | ParametersIn<Extract<M[keyof M], string>>
    : never;

/** What a text takes: nothing, or exactly its parameters. Numbers are written the locale's way. */
export type TextParameters<K extends TextKey> = [ParametersOf<Catalogue[K]>] extends [never]
  ? []
  : [
      parameters: {
        readonly [P in ParametersOf<Catalogue[K]>]: P extends 'count' ? number : string | number;
      },
    ];

/** Keys of the texts that take no parameter, for tables of texts. */
export type PlainTextKey = { [K in TextKey]: TextParameters<K> extends [] ? K : never }[TextKey];

const pluralRules = perLocale((of) => new Intl.PluralRules(of));
const numberFormat = perLocale((of) => new Intl.NumberFormat(of));
const placeholder = /\{(\w+)\}/g;
const rightToLeftMark = '\u200f';
const arabicLetter = /\p{Script=Arabic}/u;
const latinLetter = /\p{Script=Latin}/u;

/**
 * The text of a key in the window's language, parameters filled in. In a sentence that reads from right to left each of them is
 * isolated: a name, an id or a time of another script keeps its own order and moves nothing beside it.
 */
export function text<K extends TextKey>(key: K, ...parameters: TextParameters<K>): string {
  const values: Readonly<Record<string, string | number>> = parameters[0] ?? {};
  const message = messageOf(key);
  const chosen = typeof message === 'string' ? message : pluralForm(message, values['count']);
  const isolates = languages[language].direction === 'rtl' && !isLatin(chosen);
  // Whatever stands first, a name of another script or no letter at all: the sentence is laid out from the right.
  const opening = isolates && chosen.includes('{') ? rightToLeftMark : '';
  return (
    opening +
    chosen.replace(placeholder, (_, name: string) => {
      const value = values[name];
      assert(value !== undefined, 'a text gets all its parameters');
      if (typeof value === 'number') return numberFormat().format(value);
      return isolates ? isolate(value) : value;
    })
  );
}

function messageOf(key: TextKey): Message {
  const message = catalogues[language]?.[key];
  if (message !== undefined) return message;
  assert(englishStandsIn, 'every text has its translation');
  return english[key];
}

/** A command to copy, in Latin letters in every language: an isolate in it would be copied too. */
function isLatin(template: string): boolean {
  const words = template.replace(placeholder, '');
  return latinLetter.test(words) && !arabicLetter.test(words);
}

function pluralForm(message: PluralMessage, count: string | number | undefined): string {
  assert(typeof count === 'number', 'a text with plural forms gets its count');
  return message[pluralRules().select(count)] ?? message.other;
}
