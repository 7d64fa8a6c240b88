import { language, type Language } from './language.ts';
import { spanishRuleTexts } from './rule-texts.es.ts';
import { urduRuleTexts } from './rule-texts.ur.ts';

/** Sentences that the rules bring along, by their English wording. */
export type RuleTexts = Readonly<Record<string, string>>;

const tables: { readonly [L in Language]: RuleTexts } = {
  en: {},
  es: spanishRuleTexts,
  ur: urduRuleTexts,
};

/**
 * A code's meaning, an absence band or a permission in the window's language. The wording in force is the English one of the rule
 * pack or the policy: where it has no translation, it stands itself.
 */
export function ruleText(wording: string): string {
  const table = tables[language];
  return Object.hasOwn(table, wording) ? (table[wording] ?? wording) : wording;
}
