/**
 * Where a spreadsheet could take what follows for a formula: at the beginning of a cell, and after what a spreadsheet of
 * another country takes for the end of one (a semicolon, a tab, a line's end), quotes and apostrophes passed over.
 *
 * Source: SECURITY §5; OWASP, "CSV Injection".
 */
const formulaBegins = /(?<=^|[;\t\r\n])(?=["']*[=+\-@\t\r])/g;
const neutralisedBegins = /(?<=^|[;\t\r\n])'(?=["']*[=+\-@\t\r])/g;

/** The text with an apostrophe before whatever a spreadsheet would run. */
export function neutralised(text: string): string {
  return text.replaceAll(formulaBegins, "'");
}

/** The text that `neutralised` was given: exactly that one. */
export function undoNeutralised(text: string): string {
  return text.replaceAll(neutralisedBegins, '');
}
