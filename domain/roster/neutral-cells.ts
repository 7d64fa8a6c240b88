import { neutraliseFormulas, restoreFormulas } from '../formula-cells.ts';

/**
 * The `source.systemCode` of a package whose cells were neutralised by `toNeutralCell`: the importer undoes it in such a
 * package and in no other.
 */
export const neutralSystemCode = 'rollkeep-neutral-cells';

/**
 * A value as a cell of a package that people may open in a spreadsheet. `fromNeutralCell` gives the value back exactly.
 *
 * Ids and telephone numbers that begin with `+`, `-` or `@` stay as they are, since every other system must read them: a
 * cell without brackets, separators, quotes or operators can call nothing.
 */
export function toNeutralCell(value: string): string {
  return harmless.test(value) ? value : neutraliseFormulas(value);
}

/** The value of a cell that `toNeutralCell` made. */
export function fromNeutralCell(cell: string): string {
  return restoreFormulas(cell);
}

const harmless = /^(?:[-+@][\w./@-]*|\+[\d ().-]+)$/;
