import { assert } from '../../domain/result.ts';
import { language, locale, type Language } from './language.ts';
import { errorMessages } from './error-messages.en.ts';
import { appMessages } from './messages.en.ts';
import { absenceMessages } from '../absence/messages.en.ts';
import { attendanceMessages } from '../attendance/messages.en.ts';
import { componentMessages } from '../components/messages.en.ts';
import { deskMessages } from '../desk/messages.en.ts';
import { auditMessages } from '../audit/messages.en.ts';
import { backupMessages } from '../backup/messages.en.ts';
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
  ...absenceMessages,
  ...studentMessages,
  ...peopleMessages,
  ...settingsMessages,
  ...securityMessages,
  ...rosterMessages,
  ...backupMessages,
  ...auditMessages,
  ...syncMessages,
  ...alarmMessages,
  ...conflictMessages,
  ...fieldMessages,
} as const satisfies Messages;

type Catalogue = typeof english;
export type TextKey = keyof Catalogue;

/** Another language has the same keys; its plural forms are its own. */
const catalogues: { readonly [L in Language]: { readonly [K in TextKey]: Message } } = { en: english };

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

const pluralRules = new Intl.PluralRules(language);
const numberFormat = new Intl.NumberFormat(locale);

/** The text of a key in the window's language, parameters filled in. */
export function text<K extends TextKey>(key: K, ...parameters: TextParameters<K>): string {
  const values: Readonly<Record<string, string | number>> = parameters[0] ?? {};
  const message: Message = catalogues[language][key];
  const chosen = typeof message === 'string' ? message : pluralForm(message, values['count']);
  return chosen.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    assert(value !== undefined, 'a text gets all its parameters');
    return typeof value === 'number' ? numberFormat.format(value) : value;
  });
}

function pluralForm(message: PluralMessage, count: string | number | undefined): string {
  assert(typeof count === 'number', 'a text with plural forms gets its count');
  return message[pluralRules.select(count)] ?? message.other;
}
