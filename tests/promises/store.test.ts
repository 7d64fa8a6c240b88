import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { getTableColumns } from 'drizzle-orm';
import { getTableConfig } from 'drizzle-orm/sqlite-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cataloguedTables } from '../../db/catalogue.ts';
import { openStore, type Connection } from '../../db/open-store.ts';
import { policy, roles } from '../../domain/access/policy.ts';
import { contract } from '../../domain/contract/contract.ts';
import { profileOf, pairPaths } from '../../main/vault/profile.ts';
import { deriveKey } from '../../main/vault/keys.ts';
import type { SchoolId } from '../../domain/ids.ts';
import {
  auditEntries,
  createTwoSchools,
  signInAda,
  tracesOf,
  type TwoSchools,
} from '../support/two-schools.ts';

let schools: TwoSchools;

beforeAll(async () => {
  schools = await createTwoSchools();
});

afterAll(() => {
  schools.test.dispose();
});

function store(): Connection {
  return schools.test.open().connection;
}

/** What the store says to a statement: the code of its refusal, or `ok`; nothing stays written. */
function tryStatement(sql: string, ...values: unknown[]): string {
  const connection = store();
  connection.exec('SAVEPOINT tried');
  try {
    connection.prepare(sql).run(...values);
    return 'ok';
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    return cause.message;
  } finally {
    connection.exec('ROLLBACK TO tried');
    connection.exec('RELEASE tried');
  }
}

describe('who owns a record', () => {
  const tables = cataloguedTables().map(({ table }) => ({
    name: getTableConfig(table).name,
    columns: Object.values(getTableColumns(table)),
  }));
  const owned = tables.filter(
    ({ name, columns }) => name !== 'school' && columns.some((one) => one.name === 'school'),
  );

  /** A whole row of the table with invented values, with `school` as its owner. */
  function insertInto({ name, columns }: (typeof tables)[number], school: Buffer | null): string {
    const values = columns.map((column) => {
      if (column.name === 'school') return school;
      if (['student', 'kept', 'merged'].includes(column.name))
        return Buffer.from(schools.near.own.student, 'hex');
      const type = column.getSQLType();
      return type === 'blob' ? Buffer.alloc(16, 0xee) : type === 'integer' ? 1 : 'invented';
    });
    const names = columns.map((column) => `"${column.name}"`).join(', ');
    return tryStatement(
      `INSERT INTO "${name}" (${names}) VALUES (${columns.map(() => '?').join(', ')})`,
      ...values,
    );
  }

  it('A1: the records of people, classes, accounts and calendar all name their school', () => {
    expect(owned.map(({ name }) => name).toSorted()).toEqual(
      [
        'account',
        'academic_session',
        'calendar_day',
        'class',
        'code_edit',
        'course',
        'day_times',
        'guardian',
        'import_mapping',
        'person_merge',
        'planned_absence',
        'saved_list',
        'staff',
        'student',
        'student_group',
      ].toSorted(),
    );
  });

  it.each(owned)('A1: the store refuses a row of $name without its school, or with another one', (table) => {
    const { near, far } = schools;
    expect(insertInto(table, null)).toContain('NOT NULL constraint failed');
    expect(insertInto(table, Buffer.from(far.school, 'hex'))).toContain('FOREIGN KEY constraint failed');
    expect(insertInto(table, Buffer.from(near.school, 'hex'))).toBe('ok');
  });

  it('A1: a store holds one school, which belongs to a district', () => {
    const another = (id: string, district: Buffer | null): string =>
      tryStatement(
        'INSERT INTO school SELECT ?, ?, name, time_zone, country, attendance, roster_school, is_sample, versions FROM school',
        Buffer.from(id, 'hex'),
        district,
      );
    expect(another(schools.far.school, Buffer.alloc(16, 1))).toContain('a store holds one school');
    expect(tryStatement('UPDATE school SET district = NULL')).toContain('NOT NULL constraint failed');
    expect(store().prepare('SELECT count(*) FROM school').pluck().get()).toBe(1);
  });

  it('A1: an enrolment and a guardian’s link belong to records that are there', () => {
    expect(
      tryStatement('UPDATE enrolment SET class = ?', Buffer.from(schools.far.own.class, 'hex')),
    ).toContain('FOREIGN KEY constraint failed');
    expect(
      tryStatement('UPDATE guardian_link SET guardian = ?', Buffer.from(schools.far.own.guardian, 'hex')),
    ).toContain('FOREIGN KEY constraint failed');
  });
});

describe('the audit log in the store', () => {
  const auditTables = [
    'audit_leaf',
    'audit_body',
    'audit_checkpoint',
    'audit_subject',
    'audit_actor',
  ] as const;

  it.each(auditTables)('H20: the store itself refuses to change or remove a row of %s', async (table) => {
    // Signed at lock: then each of these tables has rows.
    await schools.test.must('desk', 'lock', {});
    await signInAda(schools.test);
    expect(store().prepare(`SELECT count(*) FROM ${table}`).pluck().get()).toBeGreaterThan(0);
    const [column] = store().pragma(`table_info(${table})`) as { name: string }[];
    expect(tryStatement(`DELETE FROM ${table}`)).toContain('audit: ');
    expect(tryStatement(`UPDATE ${table} SET ${column?.name} = ${column?.name}`)).toContain('audit: ');
    expect(tryStatement(`UPDATE OR REPLACE ${table} SET ${column?.name} = ${column?.name}`)).toContain(
      'audit: ',
    );
  });

  it('H20: an entry can neither be put in between nor put again in the place of one', () => {
    const leaf = Buffer.alloc(32, 1);
    for (const verb of ['INSERT', 'INSERT OR REPLACE', 'INSERT OR IGNORE']) {
      expect(tryStatement(`${verb} INTO audit_leaf VALUES (0, ?, ?)`, leaf, leaf)).toContain('only appended');
      expect(tryStatement(`${verb} INTO audit_leaf VALUES (1000000, ?, ?)`, leaf, leaf)).toContain(
        'only appended',
      );
      expect(tryStatement(`${verb} INTO audit_body VALUES (0, '{}')`)).toContain('only appended');
    }
  });

  it('A6: no permission of any role, and no procedure, removes or changes an audit row', () => {
    const touching = Object.entries(contract).flatMap(([area, inArea]) =>
      Object.entries(inArea).flatMap(([name, { audits }]) =>
        audits?.record === 'audit' && !['view', 'list', 'export'].includes(audits.action)
          ? [`${area}.${name}`]
          : [],
      ),
    );
    expect(touching).toEqual([]);
    const permissionsOnLog = new Set(
      roles.flatMap((role) => Object.keys(policy[role]).filter((one) => one.startsWith('audit'))),
    );
    expect([...permissionsOnLog]).toEqual(['audit.read']);
  });

  it('A6: an administrator’s accounts, resets, imports and closures all stay on the log, in order and unbroken', async () => {
    const { test } = schools;
    await test.must('attendance', 'setClosure', {
      from: '2026-05-04',
      to: '2026-05-04',
      reason: 'Invented day',
    });
    await test.must('users', 'remove', { id: schools.near.other.user });
    const { verdict, size } = await test.must('audit', 'verify', {});
    expect(verdict).toBe('intact');
    const entries = auditEntries(test);
    expect(entries.slice(0, size).map(({ seq }) => seq)).toEqual(
      Array.from({ length: size }, (_, seq) => seq),
    );
    const done = new Set(entries.map(({ procedure }) => procedure));
    for (const one of ['desk.createSchool', 'roster.apply', 'attendance.setClosure', 'users.remove']) {
      expect(done).toContain(one);
    }
  });
});

describe('two schools on one computer', () => {
  const fileOf = (school: SchoolId): string =>
    pairPaths(profileOf(schools.test.desk.options.dataDir, school), 1).store;

  async function masterKeyOf(school: SchoolId): Promise<Buffer> {
    const { test } = schools;
    await test.must('desk', 'lock', {});
    await test.must('desk', 'chooseSchool', { school });
    await signInAda(test);
    return Buffer.from(test.open().masterKey);
  }

  it('S1: are two encrypted files, neither of which opens with the other’s key', async () => {
    const { near, far, test } = schools;
    const farKey = await masterKeyOf(far.school);
    const nearKey = await masterKeyOf(near.school);
    await test.must('desk', 'lock', {});
    expect(nearKey.equals(farKey)).toBe(false);
    const open = (school: SchoolId, key: Uint8Array): string => {
      const opened = openStore(fileOf(school), deriveKey(key, 'store'));
      if (opened.ok) opened.value.close();
      return opened.ok ? 'opens' : opened.error.type;
    };
    expect([open(near.school, nearKey), open(far.school, farKey)]).toEqual(['opens', 'opens']);
    expect([open(near.school, farKey), open(far.school, nearKey)]).toEqual([
      'store-unreadable',
      'store-unreadable',
    ]);
    await signInAda(test);
  });

  it('S1: share no table: neither holds an id, a name or a number of the other', async () => {
    const { near, far, test } = schools;
    for (const [school, others] of [
      [far, near],
      [near, far],
    ] as const) {
      await masterKeyOf(school.school);
      const text = wholeStore();
      const own = [school.own, school.other].flatMap(tracesOf);
      const foreign = [others.own, others.other].flatMap(tracesOf);
      expect(foreign.filter((trace) => text.includes(trace))).toEqual([]);
      // The search sees what is there: names, ids and numbers that are not sealed.
      expect(own.filter((trace) => text.includes(trace)).length).toBeGreaterThan(8);
    }
    expect(test.desk.chosen).toBe(near.school);
  });

  /** Every value of every table as text; ids as hex. */
  function wholeStore(): string {
    const connection = store();
    const tables = connection
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
      .pluck()
      .all() as string[];
    const rows = tables.flatMap((name) => connection.prepare(`SELECT * FROM "${name}"`).raw().all());
    return JSON.stringify(rows, (_key, value: unknown) => {
      const isBytes =
        typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer';
      return isBytes ? Buffer.from(value as never).toString('hex') : value;
    });
  }

  it('S1: each has its folder, and no database lies outside of one', () => {
    const { dataDir } = schools.test.desk.options;
    const files = readdirSync(dataDir, { recursive: true }).map(String);
    const databases = files.filter((file) => file.endsWith('.db')).toSorted();
    expect(databases).toEqual(
      [schools.near.school, schools.far.school]
        .map((id) => join('schools', id, 'store-g000001.db'))
        .toSorted(),
    );
    for (const file of databases) {
      expect(readFileSync(join(dataDir, file)).subarray(0, 15).toString('latin1')).not.toBe(
        'SQLite format 3',
      );
    }
  });
});
