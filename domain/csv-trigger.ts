/** How a cell begins that a spreadsheet takes for a formula, as part of a regular expression. Source: OWASP, "CSV Injection". */
export const csvTrigger = '[=+\\-@\\t\\r]';
