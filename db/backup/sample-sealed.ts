import type { FieldSealer } from '../changes/write-change.ts';
import { tableShapes } from '../changes/tables.ts';
import type { Connection } from '../open-store.ts';
import { exportTables, readClearRows } from './clear-rows.ts';

/**
 * Opens the sealed fields of up to `rowsPerTable` rows of each table that has some, drawn at random. Gives how many rows
 * were opened. Throws when one does not open.
 */
export function openSealedSample(connection: Connection, sealer: FieldSealer, rowsPerTable: number): number {
  let opened = 0;
  for (const table of exportTables()) {
    const isSealed = (tableShapes.get(table.name)?.sealed.size ?? 0) > 0;
    if (!isSealed && table.name !== 'field_head') continue;
    for (const batch of readClearRows(connection, table, sealer, rowsPerTable)) opened += batch.length;
  }
  return opened;
}
