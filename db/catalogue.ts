import { getTableConfig, type SQLiteTable } from 'drizzle-orm/sqlite-core';
import { getTableColumns } from 'drizzle-orm';

/**
 * How much harm a leaked value does. `internal`: says nothing of a person. `personal`: identifies one.
 * `high`: contact, identity and free text about a person. `special`: health (GDPR Art. 9).
 * `high` and `special` columns hold sealed field envelopes, never text (SECURITY §4).
 */
export type Sensitivity = 'internal' | 'personal' | 'high' | 'special';

export interface ColumnNote {
  readonly sensitivity: Sensitivity;
  readonly purpose: string;
}

type NotesOf<T extends SQLiteTable> = { readonly [C in keyof T['_']['columns'] & string]: ColumnNote };

export interface CataloguedTable {
  readonly table: SQLiteTable;
  readonly purpose: string;
  readonly notes: Readonly<Record<string, ColumnNote>>;
}

const catalogued: CataloguedTable[] = [];

/**
 * Puts a table into the catalogue of stored fields (B1). A column without a sensitivity and a purpose does not compile.
 */
export function describe<T extends SQLiteTable>(table: T, purpose: string, notes: NotesOf<T>): T {
  catalogued.push({ table, purpose, notes });
  return table;
}

export interface CatalogueLine extends ColumnNote {
  readonly table: string;
  readonly column: string;
  readonly type: string;
}

/** Every stored field of the tables loaded so far, in table and column order. */
export function catalogueLines(): readonly CatalogueLine[] {
  return catalogued.flatMap(({ table, notes }) =>
    Object.entries(getTableColumns(table)).map(([property, column]) => {
      const note = notes[property];
      if (note === undefined) throw new Error(`Bug: no note on ${getTableConfig(table).name}.${column.name}`);
      return { table: getTableConfig(table).name, column: column.name, type: column.getSQLType(), ...note };
    }),
  );
}

/** The tables of the catalogue. */
export function cataloguedTables(): readonly CataloguedTable[] {
  return catalogued;
}

export const internal = (purpose: string): ColumnNote => ({ sensitivity: 'internal', purpose });
export const personal = (purpose: string): ColumnNote => ({ sensitivity: 'personal', purpose });
export const high = (purpose: string): ColumnNote => ({ sensitivity: 'high', purpose });
export const special = (purpose: string): ColumnNote => ({ sensitivity: 'special', purpose });
