import { csvTrigger } from '../../domain/csv-trigger.ts';

/**
 * A value as a cell of a CSV file for people. Text that a spreadsheet would take for a formula gets an apostrophe before
 * it; the NDJSON beside the CSV has the value as it is.
 *
 * Source: SECURITY §5; OWASP, "CSV Injection".
 */
export function toCsvCell(value: unknown): string {
  const text =
    value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  return trigger.test(text) ? `'${text}` : text;
}

const trigger = new RegExp(`^${csvTrigger}`);
