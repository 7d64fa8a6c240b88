import type { AuditFinding, AuditReport } from './verify.ts';

/** The sentences of a verification in one language. `{seq}` is the first entry that is wrong or not vouched for. */
export type ReportTexts = {
  readonly [F in AuditFinding | 'intact' | 'witnessed-all' | 'witnessed-first']: string;
};

/** Says what a verification found. English unless other texts are given. */
export function reportSentence(
  {
    finding,
    entries,
    firstBadSeq,
    witnessedTo,
  }: Pick<AuditReport, 'finding' | 'entries' | 'firstBadSeq' | 'witnessedTo'>,
  texts: ReportTexts = englishReport,
): string {
  const fill = (text: string): string =>
    text
      .replace('{seq}', String(firstBadSeq ?? 0))
      .replace('{entries}', String(entries))
      .replace('{witnessed}', String(witnessedTo));
  if (finding !== null) return fill(texts[finding]);
  if (witnessedTo === null) return fill(texts.intact);
  const witnessed = witnessedTo === entries ? texts['witnessed-all'] : texts['witnessed-first'];
  return `${fill(texts.intact)} ${fill(witnessed)}`;
}

export const englishReport: ReportTexts = {
  'header-malformed': 'The file does not begin as an audit bundle does.',
  'line-malformed': 'The line of entry {seq} is not an audit entry in its one canonical form.',
  'line-surplus': 'The file goes on after its last entry, from where entry {seq} would stand.',
  'line-unfinished': 'The file breaks off in the middle of a line, at entry {seq}.',
  'checkpoint-malformed': 'One of the signed heads is not written as a signed head is.',
  'checkpoint-foreign': 'One of the signed heads belongs to another log.',
  'checkpoint-order': 'The signed heads are not in order of size.',
  'checkpoint-altered':
    'A signed head was changed after it was signed: it no longer vouches for entry {seq} and what followed.',
  'checkpoint-beyond-end':
    'A signed head covers more entries than the bundle holds: entry {seq} and what followed are missing.',
  'checkpoints-missing': 'The file breaks off among its signed heads.',
  'checkpoints-disagree': 'Two signed heads of the same size disagree: the desk has signed two histories.',
  'countersignature-invalid':
    'A countersignature does not hold: its signed head, or the countersignature itself, was changed afterwards. From entry {seq} on the witness vouches for nothing.',
  'root-mismatch':
    'An entry was changed, added or removed after it was signed: from entry {seq} on nothing is vouched for.',
  'key-not-expected': "The bundle's key is not the key that was given.",
  'not-signed-by-key':
    "A signed head bears no signature by the desk's key: it does not vouch for entry {seq} and what followed.",
  'entry-foreign': 'Entry {seq} belongs to another log.',
  'entry-missing': 'Entry {seq} is missing from its place.',
  'entry-out-of-order': 'Where entry {seq} belongs stands an earlier one.',
  'chain-broken': 'Entry {seq} or the one after it was changed: the two no longer follow from each other.',
  'entries-missing-at-end': 'The file ends too early: entry {seq} and what followed are missing.',
  'body-missing': 'The text of entry {seq} is missing, and no redaction names it.',
  'tail-unsigned': 'From entry {seq} on no signed head covers the entries.',
  'head-not-signed-by-key': "The head that was given is not signed by the bundle's key.",
  'head-foreign': 'The head that was given belongs to another log.',
  'head-beyond-end':
    'The head that was given covers more entries than the bundle: entry {seq} and what followed are missing.',
  'head-mismatch': 'The bundle and the head that was given disagree: there are two histories.',
  'tail-unwitnessed': 'From entry {seq} on no witness has countersigned, which is more than was allowed.',
  intact: 'All {entries} entries are in place and unchanged since they were signed.',
  'witnessed-all': 'The witness has countersigned all of them.',
  'witnessed-first': 'The witness has countersigned the first {witnessed}.',
};
