import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { RosterKind } from '../../domain/roster/school-roster.ts';
import { describe, internal } from '../catalogue.ts';
import { idColumn } from '../columns.ts';
import { school } from '../school/schema.ts';

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
          kind: RosterKind | 'mark';
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
  'Imports that were applied',
  {
    id: internal('Names the import'),
    atMs: internal('When it was applied'),
    author: internal('The account that applied it; all zeros for the application itself'),
    version: internal('OneRoster version of the package, or what the files were'),
    mode: internal('Bulk or delta'),
    counts: internal('How many records of each kind were added, changed, removed'),
    seq: internal('The change that brought it'),
  },
);

/** How the columns of a vendor's file are read: guessed once, confirmed by a person, remembered by the file's header. */
export const importMapping = describe(
  sqliteTable('import_mapping', {
    id: idColumn<'import-mapping'>('id').primaryKey(),
    school: idColumn<'school'>('school')
      .notNull()
      .references(() => school.id),
    kind: text('kind').notNull(),
    title: text('title').notNull(),
    headers: text('headers', { mode: 'json' }).$type<readonly string[]>().notNull(),
    mapping: text('mapping').notNull(),
    status: text('status').$type<'active' | 'withdrawn'>().notNull(),
    versions: text('versions').notNull(),
  }),
  'How the columns of vendors’ files are read',
  {
    id: internal('Names the mapping'),
    school: internal('The school that owns the record'),
    kind: internal('What the file holds'),
    title: internal('What its source is called'),
    headers: internal('The header row that it is for'),
    mapping: internal('Which column is which field, as JSON'),
    status: internal('In use, or withdrawn'),
    versions: internal('Versions of the fields, for merging'),
  },
);
