import { parseVersions, versionOf, type FieldVersions } from '../../db/changes/write-change.ts';
import type { FieldSealer } from '../../db/changes/write-change.ts';

/** A record of a person as it is stored: its id, its fields' versions, and envelopes where there is something to seal. */
interface StoredPerson {
  readonly id: string;
  readonly versions: string;
}

/** Opens one sealed field of a person's record; empty where nothing is stored. */
export function openField<C extends string>(
  fields: FieldSealer,
  table: 'student' | 'guardian',
  record: StoredPerson & Readonly<Record<C, Uint8Array | null>>,
  column: C,
): string {
  const envelope = record[column];
  if (envelope === null) return '';
  const version = versionOf(parseVersions(record.versions), column);
  return fields.open(record.id, { table, column, row: record.id, version }, envelope);
}

/** The versions of some fields, as the window gives them back when it changes one. */
export function versionsOf(record: StoredPerson, columns: readonly string[]): FieldVersions {
  const versions = parseVersions(record.versions);
  return Object.fromEntries(columns.map((column) => [column, versionOf(versions, column)]));
}

/** A field to be changed: the value to write, and the version that the value it replaces was read at. */
interface FieldChange {
  readonly value: string;
  readonly version: string;
}

/**
 * The new values where every version is still the stored one; undefined as soon as one is not: then somebody has changed
 * the record since it was read, and nothing may be written.
 */
export function valuesToWrite<C extends string>(
  record: StoredPerson,
  changes: Readonly<Partial<Record<C, FieldChange | undefined>>>,
  columns: readonly C[],
): Partial<Record<C, string>> | undefined {
  const versions = parseVersions(record.versions);
  const values: Partial<Record<C, string>> = {};
  for (const column of columns) {
    const change = changes[column];
    if (change === undefined) continue;
    if (change.version !== versionOf(versions, column)) return undefined;
    values[column] = change.value.trim();
  }
  return values;
}
