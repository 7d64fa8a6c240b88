import { getTableColumns } from 'drizzle-orm';
import { getTableConfig, type SQLiteTable } from 'drizzle-orm/sqlite-core';
import { assert } from '../../domain/result.ts';
import { account, membershipEntry } from '../accounts/schema.ts';
import { cataloguedTables, type CataloguedTable } from '../catalogue.ts';
import { tableShapes, type TableShape } from '../changes/tables.ts';
import {
  parseVersions,
  rowKey,
  shapeOf,
  subjectOf,
  versionOf,
  type FieldSealer,
} from '../changes/write-change.ts';
import type { Connection } from '../open-store.ts';
import { change, desk } from '../school/schema.ts';
import { fieldHead } from '../sync/schema.ts';
import type { StoreValue } from './rows.ts';
import { quoted } from './tables.ts';

/** Why a table of the store is not in the school's export as a table. */
export const leftOutTables: Readonly<Record<string, string>> = {
  local_state:
    'Secrets and states of this computer; audit logs kept from before a restore are exported as bundles',
  field_key: 'Keys of this computer; what they seal is exported in clear',
  subject_key: 'Keys of this computer; what they seal is exported in clear',
  limit_counter: 'Counts of the last minutes',
  audit_leaf: 'Exported as the audit bundle',
  audit_body: 'Exported as the audit bundle',
  audit_subject: 'Derived from the audit log',
  audit_actor: 'Derived from the audit log',
  audit_redaction: 'Derived from the audit log',
  audit_checkpoint: 'Exported as the audit bundle',
  audit_witness: 'Exported as the audit bundle',
  ...Object.fromEntries(
    [
      'sync_batch',
      'sync_blob',
      'sync_bytes',
      'sync_chain',
      'sync_stalled',
      'sync_waiting',
      'membership_record',
    ].map((table) => [table, 'Sealed for syncing: what it says is exported as the records themselves']),
  ),
  sync_change: 'Says where a change comes from, by numbers of this computer',
  mark_conflict: 'Computed from the marks: these are exported',
  field_cover: 'Bookkeeping of the merge',
  purge_ledger: 'Opaque ids of what was purged',
  purged_tag: 'Random names of purged parts',
  purge_hold: 'Opaque ids of open requests',
  parked_purge: 'Opaque ids of purges that wait',
  sync_alarm: 'What syncing has found wrong: on the audit log too',
  membership_waiting: 'Changes of accounts that wait for a signature',
  group_key: 'Keys of the school; what they seal is exported in clear',
};

/** A table as it is exported. */
export interface ExportTable {
  readonly name: string;
  readonly described: CataloguedTable;
  readonly columns: readonly string[];
}

/** The tables of the export, by name: all of the catalogue but those left out. */
export function exportTables(): readonly ExportTable[] {
  // The catalogue holds the tables whose modules have been loaded: these are in no change's list.
  const unsynced: readonly SQLiteTable[] = [account, membershipEntry, desk, change];
  const tables = cataloguedTables();
  assert(
    unsynced.every((table) => tables.some((one) => one.table === table)),
    'the catalogue is whole',
  );
  return tables
    .map((described) => ({
      name: getTableConfig(described.table).name,
      described,
      columns: Object.keys(getTableColumns(described.table)),
    }))
    .filter(({ name }) => leftOutTables[name] === undefined)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

export type ClearRow = Readonly<Record<string, unknown>>;

const batchSize = 1000;

/** Every row of a table with sealed fields opened, or up to `sample` of them drawn at random, in batches. Throws when one does not open: the store is damaged. */
export function* readClearRows(
  connection: Connection,
  { name, described }: ExportTable,
  sealer: FieldSealer,
  sample?: number,
): Generator<ClearRow[]> {
  const columns = Object.entries(getTableColumns(described.table));
  const shape = tableShapes.get(name);
  const names = columns.map(([, column]) => quoted(column.name)).join(', ');
  const rows = connection
    .prepare<[], StoreValue[]>(
      `SELECT ${names} FROM ${quoted(name)}${sample === undefined ? '' : ` ORDER BY random() LIMIT ${sample}`}`,
    )
    .raw()
    .iterate();
  let batch: ClearRow[] = [];
  for (const values of rows) {
    const row: Record<string, unknown> = {};
    for (const [index, [property, column]] of columns.entries()) {
      const value = values[index] ?? null;
      row[property] = value === null ? null : column.mapFromDriverValue(value);
    }
    if (shape !== undefined && shape.sealed.size > 0) openSealed(shape, row, sealer);
    if (described.table === fieldHead) openBeside(row, sealer);
    batch.push(row);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

/** A value beside the shown one, in clear in the place of its envelope. */
function openBeside(row: Record<string, unknown>, sealer: FieldSealer): void {
  const { envelope } = row;
  if (!(envelope instanceof Uint8Array)) return;
  const { definition, name } = shapeOf(String(row['tbl']));
  assert(definition.subject !== null, 'a sealed field is about somebody');
  const cell = { table: name, column: String(row['field']), row: String(row['key']) };
  const version = [row['hlc'], row['desk'], row['seq']].map(String).join('.');
  row['value'] = JSON.stringify(sealer.open(String(row['subject']), { ...cell, version }, envelope));
  row['envelope'] = null;
}

function openSealed(shape: TableShape, row: Record<string, unknown>, sealer: FieldSealer): void {
  for (const property of shape.sealed) {
    const envelope = row[property];
    if (envelope === null) continue;
    assert(envelope instanceof Uint8Array, 'a sealed field holds an envelope');
    const version =
      shape.definition.kind === 'fact'
        ? `${String(row['hlc'])}.${String(row['desk'])}.${String(row['seq'])}`
        : versionOf(parseVersions(String(row['versions'])), property);
    row[property] = sealer.open(
      subjectOf(shape, row),
      { table: shape.name, column: property, row: rowKey(shape, row), version },
      envelope,
    );
  }
}
