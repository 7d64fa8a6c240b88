import {
  describeFinding,
  findingRules,
  type Finding,
  type FindingTexts,
} from '../../domain/roster/findings.ts';
import { isolate } from '../app/isolate.ts';
import { language, languages, type Language } from '../app/language.ts';
import { spanishFindings } from './finding-texts.es.ts';
import { urduFindings } from './finding-texts.ur.ts';

const tables: { readonly [L in Language]: FindingTexts } = {
  en: findingRules,
  es: spanishFindings,
  ur: urduFindings,
};

/** What an import found and what to do about it, in the window's language. */
export function findingTexts(finding: Finding): { readonly message: string; readonly whatToDo: string } {
  const isolates = languages[language].direction === 'rtl';
  return describeFinding(finding, tables[language], isolates ? isolate : undefined);
}
