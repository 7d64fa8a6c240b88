import type { FieldState } from '../../domain/sync/merge.ts';
import type { Version } from '../../domain/sync/version.ts';
import type { Connection } from '../open-store.ts';
import type { WriterNames } from './writers.ts';

/** A value of a field as the store holds it: JSON, or the envelope of a sealed field. */
export interface StoredValue {
  readonly value: string | null;
  readonly envelope: Uint8Array | null;
}

/** A head beside the shown one. */
export interface HeadBeside extends StoredValue {
  readonly field: string;
  readonly version: Version;
}

/** What the merge remembers of fields beside their rows: heads that are not shown, and versions superseded before they came. */
export interface HeadStore {
  beside(table: string, key: string): readonly HeadBeside[];
  covered(table: string, key: string): ReadonlyMap<string, FieldState<unknown>['covered']>;
  setBeside(
    table: string,
    key: string,
    field: string,
    subject: string | null,
    heads: readonly (StoredValue & { readonly version: Version })[],
  ): void;
  setCovered(table: string, key: string, field: string, covered: FieldState<unknown>['covered']): void;
}

export function createHeadStore(connection: Connection, writers: WriterNames): HeadStore {
  const readBeside = connection
    .prepare<[string, string], [string, string, string | null, Buffer | null]>(
      `SELECT field, hlc || '.' || desk || '.' || seq, value, envelope FROM field_head WHERE tbl = ? AND key = ?`,
    )
    .raw();
  const readCovered = connection
    .prepare<[string, string], [string, string, number]>(
      'SELECT field, writer, seq FROM field_cover WHERE tbl = ? AND key = ?',
    )
    .raw();
  const dropBeside = connection.prepare('DELETE FROM field_head WHERE tbl = ? AND key = ? AND field = ?');
  const addBeside = connection.prepare('INSERT INTO field_head VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const dropCovered = connection.prepare('DELETE FROM field_cover WHERE tbl = ? AND key = ? AND field = ?');
  const addCovered = connection.prepare('INSERT INTO field_cover VALUES (?, ?, ?, ?, ?)');

  return {
    beside: (table, key) =>
      readBeside.all(table, key).map(([field, text, value, envelope]) => ({
        field,
        version: writers.toVersion(text),
        value,
        envelope,
      })),
    covered(table, key) {
      const byField = new Map<string, Record<string, number>>();
      for (const [field, writer, seq] of readCovered.all(table, key)) {
        const covered = byField.get(field) ?? {};
        covered[writer] = seq;
        byField.set(field, covered);
      }
      return byField;
    },
    setBeside(table, key, field, subject, heads) {
      dropBeside.run(table, key, field);
      const about = subject === null ? null : Buffer.from(subject, 'hex');
      for (const { version, value, envelope } of heads) {
        const [hlc, desk, incarnation, seq] = version;
        const ordinal = writers.ordinalOf(desk, incarnation);
        addBeside.run(table, key, field, hlc, ordinal, seq, about, value, envelope);
      }
    },
    setCovered(table, key, field, covered) {
      dropCovered.run(table, key, field);
      for (const [writer, seq] of Object.entries(covered)) addCovered.run(table, key, field, writer, seq);
    },
  };
}
