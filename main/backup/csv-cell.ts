import { neutralised } from '../../domain/csv-formulas.ts';

/**
 * A value as a cell of a CSV file for people. Text that a spreadsheet would take for a formula gets an apostrophe before
 * it; the NDJSON beside the CSV has the value as it is.
 */
export function toCsvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  return neutralised(typeof value === 'string' ? value : JSON.stringify(value));
}
