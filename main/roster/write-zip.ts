import { strToU8, zipSync } from 'fflate';
import { csvText } from '../../domain/roster/csv-text.ts';
import type { WrittenTable } from '../../domain/roster/write-package.ts';

/** Puts tables into a zip as UTF-8 CSV files. The same tables give the same bytes: entries carry no time of their own. */
export function writeZip(tables: readonly WrittenTable[]): Uint8Array {
  const files = Object.fromEntries(tables.map(({ name, rows }) => [name, strToU8(csvText(rows))]));
  // The earliest day that a zip can hold, so that no clock is needed.
  return zipSync(files, { mtime: '1980-01-02T00:00:00Z' });
}
