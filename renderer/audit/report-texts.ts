import { englishReport, reportSentence, type ReportTexts } from '../../domain/audit/report-sentence.ts';
import type { Output } from '../app/api.ts';
import { language, type Language } from '../app/language.ts';
import { spanishReport } from './report-texts.es.ts';
import { urduReport } from './report-texts.ur.ts';

const tables: { readonly [L in Language]: ReportTexts } = {
  en: englishReport,
  es: spanishReport,
  ur: urduReport,
};

/** What a verification of this computer's log found, in the window's language. */
export function verifiedSentence({
  size,
  ...found
}: Pick<Output<'audit', 'verify'>, 'finding' | 'size' | 'firstBadSeq' | 'witnessedTo'>): string {
  return reportSentence({ entries: size, ...found }, tables[language]);
}
