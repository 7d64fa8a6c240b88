import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { RosterKind } from '../../domain/roster/school-roster.ts';
import { describe, internal } from '../catalogue.ts';
import { idColumn } from '../columns.ts';

/** Imports that were applied. A fact: added, never changed. */
export const rosterImport = describe(
  sqliteTable('roster_import', {
    id: idColumn<'roster-import'>('id').primaryKey(),
    atMs: integer('at_ms').notNull(),
    author: idColumn<'user'>('author').notNull(),
    version: text('version').notNull(),
    mode: text('mode').notNull(),
    counts: text('counts', { mode: 'json' })
      .$type<
        readonly {
          kind: RosterKind;
          added: number;
          changed: number;
          removed: number;
          revived: number;
          same: number;
        }[]
      >()
      .notNull(),
    seq: integer('seq').notNull(),
  }),
  'Roster imports that were applied',
  {
    id: internal('Names the import'),
    atMs: internal('When it was applied'),
    author: internal('The account that applied it'),
    version: internal('OneRoster version of the package'),
    mode: internal('Bulk or delta'),
    counts: internal('How many records of each kind were added, changed, removed'),
    seq: internal('The change that brought it'),
  },
);
