import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { foldOperations, openChange, readChanges } from '../../db/changes/rebuild.ts';
import { tableShapes } from '../../db/changes/tables.ts';
import {
  parseVersions,
  rowKey,
  subjectOf,
  versionOf,
  type FieldSealer,
} from '../../db/changes/write-change.ts';
import { writableDb, type ReadableDb } from '../../db/handles.ts';
import { migrateStore } from '../../db/migrate.ts';
import { openStore } from '../../db/open-store.ts';
import { desk as deskTable } from '../../db/school/schema.ts';
import { bytesToId } from '../../domain/ids.ts';
import { createFieldKeyring, ensureFieldKey } from '../../main/desk/field-keyring.ts';
import { systemRandom } from '../../main/vault/random.ts';
import { createTestDesk, createTestSchool, type TestDesk } from '../support/test-desk.ts';

let test: TestDesk;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rollkeep-rebuild-'));
  test = createTestDesk();
  await createTestSchool(test);
});

afterEach(() => {
  test.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const id = <Kind extends string>() => bytesToId<Kind>(systemRandom(16));

/** Every synced table with its sealed fields in clear: what two equal stores have in common. */
function contentOf(db: ReadableDb, sealer: FieldSealer): unknown {
  return [...tableShapes.values()].map((shape) => [
    shape.name,
    db
      .select()
      .from(shape.definition.table)
      .all()
      .map((row: Record<string, unknown>) =>
        Object.fromEntries(
          Object.entries(row).map(([property, value]) => {
            if (!shape.sealed.has(property) || !(value instanceof Uint8Array)) return [property, value];
            const version =
              shape.definition.kind === 'record'
                ? versionOf(parseVersions(String(row['versions'])), property)
                : `${String(row['hlc'])}.${String(row['desk'])}.${String(row['seq'])}`;
            const cell = { table: shape.name, column: property, row: rowKey(shape, row), version };
            return [property, sealer.open(subjectOf(shape, row), cell, value)];
          }),
        ),
      )
      .map((row) => JSON.stringify(row))
      .toSorted(),
  ]);
}

it('rebuilds an equal store from its changes alone', () => {
  const open = test.open();
  const { changes, db, fields, school } = open.unitParts;
  const student = id<'student'>();
  const guardian = id<'guardian'>();
  const homeroom = id<'class'>();
  const author = test.desk.session?.actor.user ?? id<'user'>();
  const own = { school: school.id, status: 'active' } as const;

  changes.write({ type: 'school', id: school.id }, (change) => {
    change.put('class', {
      ...own,
      id: homeroom,
      sourceId: 'c1',
      title: '9B',
      classCode: '',
      classType: 'homeroom',
      course: '',
      grades: ['9'],
      periods: [],
      terms: [],
    });
  });
  changes.write({ type: 'guardian', id: guardian }, (change) => {
    change.put('guardian', {
      ...own,
      id: guardian,
      sourceId: 'g1',
      givenName: 'Gil',
      familyName: 'Guardian',
      language: 'en',
      phone: '555-0100',
      email: 'gil@example.invalid',
    });
  });
  changes.write({ type: 'student', id: student }, (change) => {
    change.put('student', {
      ...own,
      id: student,
      sourceId: 's1',
      studentNumber: '1',
      givenName: 'Zoë',
      middleName: '',
      familyName: 'Øst',
      preferredGivenName: '',
      preferredFamilyName: '',
      pronouns: '',
      sex: '',
      grade: '9',
      birthDate: '2011-05-06',
      nationalId: '',
      address: '1 Invented Road',
      medicalAlert: 'carries an invented inhaler',
    });
    change.put('guardian_link', {
      student,
      guardian,
      relation: 'parent',
      statedBy: 'student',
      status: 'active',
    });
    change.put('enrolment', {
      id: id<'enrolment'>(),
      sourceId: 'e1',
      class: homeroom,
      person: student,
      role: 'student',
      isPrimary: false,
      beginDay: '',
      endDay: '',
      status: 'active',
    });
  });
  const key = { day: '2026-03-03', class: homeroom, session: 'am' };
  changes.write({ type: 'register', id: homeroom }, (change) => {
    change.add('mark', key, [
      { student, column: 'teacher', code: 'N', minutes: null, note: '', author, atMs: 1 },
    ]);
  });
  changes.write({ type: 'register', id: homeroom }, (change) => {
    change.add('mark', key, [
      { student, column: 'office', code: 'I', minutes: null, note: 'phoned at eight', author, atMs: 2 },
    ]);
    change.add('register_taken', key, [{ taken: true, author, atMs: 3 }]);
  });
  // Sealed and open fields are changed again, emptied, and the name that the search key comes from too.
  changes.write({ type: 'student', id: student }, (change) =>
    change.put('student', { id: student, address: '2 Invented Road', preferredGivenName: 'Zo' }),
  );
  changes.write({ type: 'student', id: student }, (change) =>
    change.put('student', { id: student, medicalAlert: '' }),
  );

  const opened = openStore(join(folder, 'second.db'), new Uint8Array(32).fill(9), 'create');
  if (!opened.ok) throw new Error(opened.error.type);
  try {
    migrateStore(opened.value);
    const second = writableDb(opened.value);
    for (const row of db.select().from(deskTable).all()) second.insert(deskTable).values(row).run();
    ensureFieldKey(second, '2026-Q1', 0, systemRandom);
    const otherKeys = createFieldKeyring(second, school.id, systemRandom);
    const ordinal = db.select().from(deskTable).get()?.ordinal ?? 0;
    const log = readChanges(db);
    expect(log.length).toBe(8);
    for (const change of log) {
      const operations = openChange(db, change, ordinal, fields);
      foldOperations(
        second,
        operations,
        { hlc: change.hlc, deskOrdinal: ordinal, seq: change.seq },
        otherKeys,
      );
    }
    expect(contentOf(second, otherKeys)).toEqual(contentOf(db, fields));
    expect(JSON.stringify(contentOf(second, otherKeys))).toContain('phoned at eight');
  } finally {
    opened.value.close();
  }
});

it('S2: keeps no sealed value in the change log, and seals it in the row', () => {
  const { changes, db, school } = test.open().unitParts;
  const student = id<'student'>();
  changes.write({ type: 'student', id: student }, (change) => {
    change.put('student', {
      id: student,
      school: school.id,
      status: 'active',
      sourceId: 's1',
      studentNumber: '1',
      givenName: 'Ann',
      middleName: '',
      familyName: 'Example',
      preferredGivenName: '',
      preferredFamilyName: '',
      pronouns: '',
      sex: '',
      grade: '9',
      birthDate: '2011-05-06',
      nationalId: 'NID-77-PLANTED',
      address: '1 Planted Road',
      medicalAlert: 'planted alert',
    });
  });
  const everything = ['change', 'student', 'subject_key']
    .flatMap((table) => test.open().connection.prepare(`SELECT * FROM "${table}"`).raw().all())
    .map((row) =>
      Buffer.concat(
        (row as unknown[]).map((cell) =>
          cell instanceof Uint8Array ? Buffer.from(cell) : Buffer.from(String(cell)),
        ),
      ).toString('latin1'),
    )
    .join('\n');
  expect(everything).toContain('Ann');
  for (const planted of ['2011-05-06', 'NID-77-PLANTED', 'Planted Road', 'planted alert']) {
    expect(everything).not.toContain(planted);
  }
  expect(db.select().from(deskTable).all()).toHaveLength(1);
});
