import { neutraliseFormulas } from '../../domain/formula-cells.ts';

/**
 * A value as a cell of a CSV file for people, without anything that a spreadsheet would run; the NDJSON beside the CSV has
 * the value as it is.
 */
export function toCsvCell(value: unknown): string {
  const text =
    value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  return neutraliseFormulas(text);
}
