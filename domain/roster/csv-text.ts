/**
 * Writes rows as CSV text (RFC 4180: CRLF, cells quoted where needed).
 *
 * Written here because no CSV writer is among the dependencies and this is all that writing needs; reading, where
 * the traps are, is csv-parse's work. Cells that a spreadsheet would take for a formula are left as they are: a
 * roster must come back byte for byte. Exports for people need `neutraliseFormulas` as well.
 */
export function csvText(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('');
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
