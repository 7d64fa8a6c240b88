import { csvTrigger } from '../csv-trigger.ts';

/**
 * The `source.systemCode` of a package whose cells were neutralised by `toNeutralCell`: the importer undoes it in such a
 * package and in no other.
 */
export const neutralSystemCode = 'rollkeep-neutral-cells';

/**
 * A value as a cell of a package that people may open in a spreadsheet: an apostrophe before what a spreadsheet would run,
 * and before the apostrophes of a value that looks like one treated so. `fromNeutralCell` gives the value back exactly.
 *
 * Ids and telephone numbers that begin with `+`, `-` or `@` stay as they are, since every other system must read them: a
 * cell without brackets, separators, quotes or operators can call nothing.
 * Source: SECURITY §5; OWASP, "CSV Injection".
 */
export function toNeutralCell(value: string): string {
  return treated.test(value) && !harmless.test(value) ? `'${value}` : value;
}

/** The value of a cell that `toNeutralCell` made. */
export function fromNeutralCell(cell: string): string {
  return neutralised.test(cell) ? cell.slice(1) : cell;
}

const treated = new RegExp(`^'*${csvTrigger}`);
const neutralised = new RegExp(`^'+${csvTrigger}`);
const harmless = /^(?:[-+@][\w./@-]*|\+[\d ().-]+)$/;
