import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openStore, type Connection } from '../../db/open-store.ts';
import type { ClassId } from '../../domain/ids.ts';
import { assert } from '../../domain/result.ts';

/** What the measured work is compared with: the same disk, cipher and durability, and nothing else. */
export interface Bare {
  /** So many marks of one day's register in a transaction, in a store that holds nothing but marks. */
  rows(day: string, count: number): void;
  /** What a mark cannot do without: the row, a change, an audit entry and its leaf, of their usual lengths, in a transaction. */
  fourRows(day: string): void;
  /** 4 KiB at the end of a file, and fsync. */
  fsync(): void;
  close(): void;
}

const markTable = `CREATE TABLE mark (
  day text NOT NULL, class blob NOT NULL, session text NOT NULL, student blob NOT NULL, hlc integer NOT NULL,
  desk integer NOT NULL, author_column text NOT NULL, code text, minutes integer, note blob, author blob NOT NULL,
  at_ms integer NOT NULL, seq integer NOT NULL,
  PRIMARY KEY (day, class, session, student, hlc, desk)) WITHOUT ROWID`;

const otherTables = `
  CREATE TABLE change (seq INTEGER PRIMARY KEY, body TEXT NOT NULL);
  CREATE TABLE audit_body (seq INTEGER PRIMARY KEY, body TEXT NOT NULL);
  CREATE TABLE audit_leaf (seq INTEGER PRIMARY KEY, leaf BLOB NOT NULL, subtree BLOB NOT NULL)`;

type MarkRow = Readonly<Record<string, unknown>>;

/**
 * A store with the school's own marks, `most` of them, opened with the application's settings; bare rows go into the
 * registers of `classId`, as the school's marks do.
 */
export function createBare(folder: string, from: Connection, classId: ClassId, most: number): Bare {
  const opened = openStore(join(folder, 'bare.db'), Buffer.alloc(32, 7), 'create');
  assert(opened.ok, 'a new store opens');
  const connection = opened.value;
  connection.exec(markTable);
  connection.exec(otherTables);
  const insert = connection.prepare<[MarkRow]>(
    `INSERT INTO mark VALUES (@day, @class, @session, @student, @hlc, @desk, @author_column, @code, @minutes, @note,
     @author, @at_ms, @seq)`,
  );
  const ofSchool = from.prepare<[number], MarkRow>('SELECT * FROM mark ORDER BY day DESC LIMIT ?');
  const rows = ofSchool.all(most);
  const insertChange = connection.prepare<[string]>('INSERT INTO change (body) VALUES (?)');
  const insertBody = connection.prepare<[string]>('INSERT INTO audit_body (body) VALUES (?)');
  const insertLeaf = connection.prepare<[Buffer, Buffer]>(
    'INSERT INTO audit_leaf (leaf, subtree) VALUES (?, ?)',
  );
  const begin = connection.prepare('BEGIN IMMEDIATE');
  const commit = connection.prepare('COMMIT');
  begin.run();
  for (const row of rows) insert.run(row);
  commit.run();

  const classBytes = Buffer.from(classId, 'hex');
  const [sample] = rows.filter((row) => Buffer.isBuffer(row['class']) && row['class'].equals(classBytes));
  assert(sample !== undefined, 'the class has marks');
  const students = Array.from({ length: 30 }, () => randomBytes(16));
  // Later than any mark of the school, so that each row is a new one.
  let time = 2 ** 52;
  const hash = randomBytes(32);
  const file = openSync(join(folder, 'bare.file'), 'w');
  const page = Buffer.alloc(4096, 1);
  return {
    rows(day, count) {
      begin.run();
      time += 1;
      for (const student of students.slice(0, count)) insert.run({ ...sample, day, student, hlc: time });
      commit.run();
    },
    fourRows(day) {
      begin.run();
      time += 1;
      insert.run({ ...sample, day, student: students[0], hlc: time });
      insertChange.run('c'.repeat(460));
      insertBody.run('b'.repeat(650));
      insertLeaf.run(hash, hash);
      commit.run();
    },
    fsync() {
      writeSync(file, page);
      fsyncSync(file);
    },
    close() {
      closeSync(file);
      connection.close();
    },
  };
}
