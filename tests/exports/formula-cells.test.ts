import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { neutraliseFormulas, restoreFormulas } from '../../domain/formula-cells.ts';
import { csvText } from '../../domain/roster/csv-text.ts';
import { toNeutralCell } from '../../domain/roster/neutral-cells.ts';

/** Mostly signs that matter to a spreadsheet. */
const tricky = fc
  .array(fc.constantFrom('=', '+', '-', '@', '＝', '\t', '\r', '\n', ';', ',', '"', "'", ' ', 'a', '1'), {
    maxLength: 12,
  })
  .map((signs) => signs.join(''));
const rows = fc.array(fc.array(tricky, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 });
const formula = /^["\s]*[=+\-@＝]/;

describe('cells that a spreadsheet would run', () => {
  test('are neutralised at the beginning and wherever a spreadsheet that separates by semicolons begins a cell', () => {
    const cells = [
      ['=1+1', "'=1+1"],
      ["'=1", "''=1"],
      ['Ana;=1+1', "Ana;'=1+1"],
      ['Ana; "=1+1', `Ana; "'=1+1`],
      ["Ana;'=1+1", "Ana;''=1+1"],
      ['a\t@SUM(A1)', "a\t'@SUM(A1)"],
      ['a\r\n-1', "a\r\n'-1"],
      ['\tx', "'\tx"],
      ['\t=1', "'\t'=1"],
      ['＝1', "'＝1"],
      ['a=b', 'a=b'],
      ['a;b - c', 'a;b - c'],
      ['2030-01-16', '2030-01-16'],
    ] as const;
    expect(cells.map(([text]) => neutraliseFormulas(text))).toEqual(cells.map(([, cell]) => cell));
  });

  test('A13: no cell of a file begins like a formula, whichever of comma, semicolon and tab separates them', () => {
    fc.assert(
      fc.property(rows, (values) => {
        const file = csvText(values.map((row) => row.map(neutraliseFormulas)));
        const read = (delimiter: string[]) =>
          parse(file, { delimiter, relax_column_count: true, relax_quotes: true }).flat();
        // As the standard reads it, as one that takes each of the three, and as one that knows neither commas nor quotes.
        for (const cell of [...read([',']), ...read([',', ';', '\t']), ...file.split(/[;\t\r\n]/)]) {
          if (formula.test(cell)) throw new Error(`begins like a formula: ${JSON.stringify(cell)}`);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('are read back exactly, whatever they were', () => {
    fc.assert(
      fc.property(fc.oneof(tricky, fc.string()), (text) => {
        expect(restoreFormulas(neutraliseFormulas(text))).toBe(text);
        expect(restoreFormulas(toNeutralCell(text))).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });
});
