import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getTableConfig } from 'drizzle-orm/sqlite-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import '../../db/accounts/schema.ts';
import '../../db/audit/schema.ts';
import '../../db/attendance/schema.ts';
import { cataloguedTables } from '../../db/catalogue.ts';
import { migrateStore, migrationFiles, migrationSql, storeVersion } from '../../db/migrate.ts';
import { openStore, type Connection } from '../../db/open-store.ts';
import '../../db/people/schema.ts';
import '../../db/roster/schema.ts';
import '../../db/school/schema.ts';
import '../../db/sync/schema.ts';

let folder: string;
let connection: Connection;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollkeep-migrations-'));
  const opened = openStore(join(folder, 'store.db'), new Uint8Array(32).fill(7), 'create');
  if (!opened.ok) throw new Error(opened.error.type);
  connection = opened.value;
});

afterEach(() => {
  connection.close();
  rmSync(folder, { recursive: true });
});

it('brings an empty store to the newest version, one step after the other', () => {
  for (let version = 1; version <= storeVersion; version += 1) {
    expect(migrateStore(connection, version)).toEqual({ ok: true, value: { applied: 1 } });
    expect(connection.pragma('user_version', { simple: true })).toBe(version);
  }
  expect(migrateStore(connection)).toEqual({ ok: true, value: { applied: 0 } });
  expect(connection.pragma('integrity_check', { simple: true })).toBe('ok');
});

it('brings the countersignatures to a store that has an audit log, and leaves the log as it was', () => {
  migrateStore(connection, 2);
  connection.exec(`
    INSERT INTO audit_leaf VALUES (0, zeroblob(32), zeroblob(32));
    INSERT INTO audit_body VALUES (0, '{"action":"view"}');
    INSERT INTO audit_subject VALUES ('a subject', 0);
    INSERT INTO audit_actor VALUES ('a user', 0);
    INSERT INTO audit_checkpoint VALUES (1, 'a signed note', 1, 1, 1)`);
  const tables = ['leaf', 'body', 'subject', 'actor', 'redaction', 'checkpoint'];
  const content = (): unknown =>
    tables.map((table) => connection.prepare(`SELECT * FROM audit_${table}`).all());
  const before = content();
  expect(migrateStore(connection, 3)).toEqual({ ok: true, value: { applied: 1 } });
  expect(content()).toEqual(before);
  connection.exec("INSERT INTO audit_witness VALUES (1, 'a signature line', 2)");
  expect(connection.prepare('SELECT * FROM audit_witness').all()).toEqual([
    { size: 1, line: 'a signature line', at: 2 },
  ]);
});

it('brings the times of the day to a store of before, and leaves its calendar as it was', () => {
  migrateStore(connection, 5);
  connection.exec(`
    INSERT INTO school VALUES (zeroblob(16), zeroblob(16), 'A school', 'Europe/London', 'england', 'am-pm', NULL, 0, '{}');
    INSERT INTO calendar_day VALUES (zeroblob(16), zeroblob(16), '2030-01-16', 'Invented', 'closed', '{}')`);
  const content = (): unknown =>
    ['school', 'calendar_day'].map((table) => connection.prepare(`SELECT * FROM ${table}`).all());
  const before = content();
  expect(migrateStore(connection, 6)).toEqual({ ok: true, value: { applied: 1 } });
  expect(content()).toEqual(before);
  expect(connection.prepare('SELECT * FROM day_times').all()).toEqual([]);
});

it('refuses a store that a newer application wrote, and leaves it alone', () => {
  migrateStore(connection);
  connection.pragma(`user_version=${storeVersion + 1}`);
  expect(migrateStore(connection)).toEqual({ ok: false, error: { type: 'store-newer' } });
  expect(connection.pragma('user_version', { simple: true })).toBe(storeVersion + 1);
});

it('makes exactly the tables and columns of the schema', () => {
  migrateStore(connection);
  const inStore = (name: string): unknown =>
    connection
      .prepare(
        'SELECT name, lower(type) AS type, "notnull" AS required FROM pragma_table_info(?) ORDER BY name',
      )
      .all(name);
  for (const { table } of cataloguedTables()) {
    const { name, columns } = getTableConfig(table);
    const declared = columns
      .map((column) => ({
        name: column.name,
        type: column.getSQLType().toLowerCase(),
        required: column.notNull ? 1 : 0,
      }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    // SQLite does not call an integer primary key NOT NULL, though it is.
    const required = (rows: unknown): unknown =>
      JSON.parse(JSON.stringify(rows), (key, value: unknown) => (key === 'required' ? undefined : value));
    expect([name, required(inStore(name))]).toEqual([name, required(declared)]);
  }
  const names = connection
    .prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .pluck()
    .all();
  expect(names).toEqual(
    cataloguedTables()
      .map(({ table }) => getTableConfig(table).name)
      .toSorted(),
  );
});

it('keeps every released migration as it was', () => {
  const hashes = migrationFiles.map((_name, index) =>
    createHash('sha256')
      .update(migrationSql(index + 1))
      .digest('hex')
      .slice(0, 16),
  );
  // A migration that has left the house is never edited: add another one.
  expect(hashes).toMatchSnapshot();
});
