/**
 * Text with an apostrophe before everything that a spreadsheet could take for a formula: at the beginning, and within it
 * after a semicolon, a tab or a line break. A spreadsheet that separates cells by semicolons begins a cell there, also within
 * quotes: those of a file with commas do not stand where its own cells begin. Apostrophes before a formula get one more, so
 * that `restoreFormulas` gives the text back exactly.
 *
 * Source: SECURITY §5; OWASP, "CSV Injection".
 */
export function neutraliseFormulas(text: string): string {
  return text.replace(formulas, "'");
}

/** The text that `neutraliseFormulas` was given. */
export function restoreFormulas(neutralised: string): string {
  return neutralised.replace(neutralisedFormulas, '');
}

/** The signs of a formula, also of full width, and where a cell may begin before them: quotes and spaces count for nothing. */
const sign = String.raw`(?=[=+\-@＝＋－＠])`;
const cellBegins = String.raw`(?:^|[;\t\r\n])["\s]*'*`;
/** A text that begins like this is treated whatever comes after. */
const blank = String.raw`(?=[\t\r\n])`;

const formulas = new RegExp(`${sign}(?<=${cellBegins})|${blank}(?<=^'*)`, 'g');
const neutralisedFormulas = new RegExp(`'${sign}(?<=${cellBegins})|'${blank}(?<=^'*)`, 'g');
