import { describe, expect, it } from 'vitest';
import { latestCheckpoint } from '../../db/audit/checkpoints.ts';
import { readAuditEntry, readAuditPage, type AuditFilter, type AuditPage } from '../../db/audit/read.ts';
import { createTreeReader } from '../../db/audit/tree.ts';
import { storeCountersignature } from '../../db/audit/witness.ts';
import { utf8 } from '../../domain/audit/bytes.ts';
import { isCheckpointDue } from '../../domain/audit/checkpoint-policy.ts';
import { zeroHash, type AuditEntry } from '../../domain/audit/entry.ts';
import { hashLeaf, inclusionProof, isIncluded } from '../../domain/audit/merkle.ts';
import type { ReadableDb } from '../../db/handles.ts';
import { checkpointNow } from '../../main/audit/checkpoints.ts';
import { sha256 } from '../../main/audit/node-crypto.ts';
import { createAuditStore, draftOf, idOf, someMs } from './audit-store.ts';
import { entryToText } from './forger.ts';
import { appendCalls, numberedDraft, redactRange } from './sample-log.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Every entry that a filter finds, page by page. */
function findAll(db: ReadableDb, filter: AuditFilter, limit = 7): AuditEntry[] {
  const found: AuditEntry[] = [];
  let beforeSeq: number | null = Number.MAX_SAFE_INTEGER;
  do {
    const page: AuditPage = readAuditPage(db, filter, { limit, beforeSeq });
    found.push(...page.entries);
    beforeSeq = page.nextBeforeSeq;
  } while (beforeSeq !== null);
  return found;
}

describe('audit log', () => {
  it('A7: keeps who did what to which record, from which desk and procedure, when, each entry chained to the last', () => {
    const { db, log } = createAuditStore();
    const [first] = log.append(db, draftOf(), someMs);
    const [second] = log.append(
      db,
      draftOf({ action: 'update', procedure: 'attendance.saveMarks' }),
      someMs + 5,
    );
    expect(first).toMatchObject({
      seq: 0,
      prev: zeroHash,
      at: someMs,
      actor: { user: idOf(0x11) },
      action: 'view',
      record: { type: 'student', id: idOf(0x501) },
      desk: idOf(0xddd),
      procedure: 'students.card',
    });
    const leaf = hashLeaf(sha256, utf8(entryToText(first!)));
    expect(second).toMatchObject({ seq: 1, prev: hex(leaf), at: someMs + 5, action: 'update' });
    expect(findAll(db, {})).toEqual([second, first]);
    expect(readAuditEntry(db, 0)).toEqual({
      entry: first,
      text: entryToText(first!),
      leaf: Buffer.from(leaf),
    });
  });

  it('gives every entry a salt of its own', () => {
    const store = createAuditStore();
    appendCalls(store, 0, 20, 64);
    expect(new Set(findAll(store.db, {}).map((entry) => entry.salt)).size).toBe(21);
  });

  it('reads its head from the store after a restart, and goes on where it was', () => {
    const store = createAuditStore();
    appendCalls(store, 0, 100, 64);
    const reopened = store.reopenLog();
    expect(reopened.head(store.db)).toEqual(store.log.head(store.db));
    const [entry] = reopened.append(store.db, draftOf(), someMs);
    expect(entry?.seq).toBe(101);
    expect(reopened.head(store.db)).toEqual(store.log.head(store.db));
  });

  it('proves any entry to be under the head', () => {
    const store = createAuditStore();
    appendCalls(store, 0, 36, 64);
    const { size, root } = store.log.head(store.db);
    const tree = createTreeReader(store.db);
    for (let seq = 0; seq < size; seq++) {
      const leaf = hashLeaf(sha256, utf8(readAuditEntry(store.db, seq)!.text));
      expect(isIncluded(sha256, leaf, seq, size, root, inclusionProof(sha256, tree, seq, size))).toBe(true);
    }
  });

  it('goes on from what was committed after a transaction has been rolled back, without being told', () => {
    const { connection, db, log } = createAuditStore();
    log.append(db, draftOf(), someMs);
    const before = log.head(db);
    for (const wrong of [1, 3]) {
      const unit = connection.transaction(() => {
        for (let i = 0; i < wrong; i++) log.append(db, draftOf(), someMs + i);
        throw new Error('disk');
      });
      expect(unit).toThrow('disk');
      expect(log.head(db)).toEqual(before);
    }
    // As many entries as were rolled back, by someone else: the same seq, another leaf.
    const rolledBack = connection.transaction(() => {
      log.append(db, draftOf(), someMs + 9);
      throw new Error('disk');
    });
    expect(rolledBack).toThrow('disk');
    const [entry] = log.append(db, draftOf(), someMs + 1);
    expect(entry).toMatchObject({ seq: 1, prev: before.prev });
  });

  it('R4: throws when the store takes no entry, leaves nothing of the unit behind, and works once it can write', () => {
    const { connection, db, log } = createAuditStore();
    connection.exec('CREATE TABLE effect (value TEXT)');
    log.append(db, draftOf(), someMs);
    const head = log.head(db);
    const unit = connection.transaction(() => {
      connection.exec("INSERT INTO effect VALUES ('written')");
      log.append(db, draftOf(), someMs + 1);
    });
    for (const table of ['audit_leaf', 'audit_body']) {
      connection.exec(`CREATE TRIGGER full BEFORE INSERT ON ${table} BEGIN SELECT RAISE(ABORT, 'full'); END`);
      expect(unit).toThrow('full');
      expect(connection.prepare('SELECT count(*) FROM effect').pluck().get()).toBe(0);
      expect(log.head(db)).toEqual(head);
      connection.exec('DROP TRIGGER full');
    }
    connection.pragma('query_only=ON');
    expect(() => log.append(db, draftOf(), someMs)).toThrow();
    connection.pragma('query_only=OFF');
    unit();
    expect([log.head(db).size, connection.prepare('SELECT count(*) FROM effect').pluck().get()]).toEqual([
      2, 1,
    ]);
  });

  it.each<[string, string, string]>([
    [
      'entries after the last checkpoint and one before were cut off',
      'DELETE FROM audit_leaf WHERE seq >= 63',
      'shorter',
    ],
    [
      'a leaf under the head was exchanged',
      'UPDATE audit_leaf SET leaf = zeroblob(32), subtree = zeroblob(32) WHERE seq = 63',
      'differs',
    ],
    ['a leaf under the head is gone', 'DELETE FROM audit_leaf WHERE seq = 63', 'is in the store'],
    [
      'the last body was exchanged',
      "UPDATE audit_body SET body = replace(body, 'view', 'list') WHERE seq = 70",
      'differs from its leaf',
    ],
    [
      'the signed head was exchanged',
      "UPDATE audit_checkpoint SET note = replace(note, substr(note, instr(note, char(10)) + 4, 4), 'AAAA')",
      'differs',
    ],
  ])('R4: opens on no broken chain: %s', (_, damage, message) => {
    const store = createAuditStore();
    appendCalls(store, 0, 63, 64);
    for (let n = 64; n <= 70; n++) store.log.append(store.db, draftOf(), someMs + n);
    const { connection } = store;
    connection.pragma('foreign_keys=OFF');
    // Whoever has the key can drop the triggers; what was signed still shows it.
    for (const name of connection
      .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'")
      .pluck()
      .all()) {
      connection.exec(`DROP TRIGGER ${String(name)}`);
    }
    connection.exec(damage);
    expect(() => store.reopenLog().append(store.db, draftOf(), someMs)).toThrow(message);
  });
});

describe('audit tables', () => {
  it.each([
    ['change a leaf', 'UPDATE audit_leaf SET leaf = zeroblob(32) WHERE seq = 3', 'never changed'],
    ['move a leaf', 'UPDATE audit_leaf SET seq = 900 WHERE seq = 3', 'never changed'],
    ['remove a leaf', 'DELETE FROM audit_leaf WHERE seq = 3', 'never removed'],
    ['remove every leaf', 'DELETE FROM audit_leaf', 'never removed'],
    [
      'replace a leaf',
      'INSERT OR REPLACE INTO audit_leaf VALUES (3, zeroblob(32), zeroblob(32))',
      'only appended',
    ],
    [
      'upsert a leaf',
      'INSERT INTO audit_leaf VALUES (3, zeroblob(32), zeroblob(32)) ON CONFLICT (seq) DO UPDATE SET leaf = zeroblob(32)',
      'only appended',
    ],
    ['leave a gap', 'INSERT INTO audit_leaf VALUES (900, zeroblob(32), zeroblob(32))', 'only appended'],
    [
      'append a leaf of another length',
      'INSERT INTO audit_leaf VALUES (40, zeroblob(31), zeroblob(32))',
      'CHECK',
    ],
    ['change a body', "UPDATE audit_body SET body = '{}' WHERE seq = 3", 'never changed'],
    ['remove a body', 'DELETE FROM audit_body WHERE seq = 3', 'never removed'],
    ['remove the last body', 'DELETE FROM audit_body WHERE seq = 39', 'never removed'],
    ['replace a body', "INSERT OR REPLACE INTO audit_body VALUES (3, '{}')", 'only appended'],
    ['replace the last body', "INSERT OR REPLACE INTO audit_body VALUES (39, '{}')", 'only appended'],
    ['fill in a redacted body', "INSERT INTO audit_body VALUES (11, '{}')", 'only appended'],
    ['remove the body of a redact entry', 'DELETE FROM audit_body WHERE seq = 38', 'never removed'],
    [
      'allow a redaction that no entry names',
      'INSERT INTO audit_redaction VALUES (37, 3, 5)',
      'no redact entry',
    ],
    ['widen a redaction', 'INSERT INTO audit_redaction VALUES (38, 0, 30)', 'no redact entry'],
    ['replace a redaction', 'INSERT OR REPLACE INTO audit_redaction VALUES (38, 10, 12)', 'no redact entry'],
    ['change a redaction', 'UPDATE audit_redaction SET last = 30', 'never changed'],
    ['remove a redaction', 'DELETE FROM audit_redaction', 'never removed'],
    ['hide an entry from its student', 'DELETE FROM audit_subject', 'stay findable'],
    ['give an entry to another student', `UPDATE audit_subject SET subject = '${idOf(1)}'`, 'stay findable'],
    ['hide an entry from its user', 'DELETE FROM audit_actor', 'stay findable'],
    ['give an entry to another user', `UPDATE audit_actor SET user = '${idOf(1)}'`, 'stay findable'],
    ['change a signed head', "UPDATE audit_checkpoint SET note = ''", 'never changed'],
    ['remove a signed head', 'DELETE FROM audit_checkpoint', 'never removed'],
    [
      'replace a signed head',
      "INSERT OR REPLACE INTO audit_checkpoint VALUES (16, '', 0, 0, 0)",
      'only appended',
    ],
    ['sign an earlier head anew', "INSERT INTO audit_checkpoint VALUES (17, '', 0, 0, 0)", 'only appended'],
    ['change a countersignature', "UPDATE audit_witness SET line = ''", 'never changed'],
    ['remove a countersignature', 'DELETE FROM audit_witness', 'never removed'],
    [
      'replace a countersignature',
      "INSERT OR REPLACE INTO audit_witness VALUES (32, '', 0)",
      'only appended',
    ],
    ['countersign an earlier head', "INSERT INTO audit_witness VALUES (16, '', 0)", 'only appended'],
    ['countersign a head that is not there', "INSERT INTO audit_witness VALUES (37, '', 0)", 'FOREIGN KEY'],
  ])('H20: the store refuses to %s', (_, statement, message) => {
    const store = createAuditStore();
    appendCalls(store, 0, 37, 16);
    storeCountersignature(store.db, { size: 32, line: 'a signature line', at: someMs });
    redactRange(store, 10, 12, someMs + 40_000);
    store.log.append(store.db, draftOf(), someMs + 41_000);
    const tables = ['leaf', 'body', 'subject', 'actor', 'redaction', 'checkpoint', 'witness'];
    const content = (): unknown =>
      tables.map((t) => store.connection.prepare(`SELECT * FROM audit_${t}`).all());
    const before = content();
    expect(() => store.connection.exec(statement)).toThrow(message);
    expect(content()).toEqual(before);
  });

  it('removes a body that a redact entry names, with its search rows, and the tree keeps its root', () => {
    const store = createAuditStore();
    appendCalls(store, 0, 37, 16);
    const { note } = latestCheckpoint(store.db)!;
    const wasFound = findAll(store.db, { subject: idOf(0x500) }).map((entry) => entry.seq);
    redactRange(store, 10, 16, someMs + 40_000);
    expect(readAuditEntry(store.db, 10)).toBeUndefined();
    expect(findAll(store.db, { subject: idOf(0x500) }).map((entry) => entry.seq)).toEqual(
      wasFound.filter((seq) => seq < 10 || seq > 16),
    );
    const rows = 'SELECT count(*) FROM audit_subject WHERE seq BETWEEN 10 AND 16';
    expect(store.connection.prepare(rows).pluck().get()).toBe(0);
    expect(latestCheckpoint(store.db)!.note).toBe(note);
    // A new log object compares the stored tree with the last signed root.
    expect(store.reopenLog().head(store.db).size).toBe(39);
  });
});

describe('searching the audit log', () => {
  const dayMs = 86_400_000;

  it('H23: gives the full record of who accessed a student, in lists and split lists too', () => {
    const store = createAuditStore();
    const { db, log, signer } = store;
    const child = idOf(0x777);
    const whole = Array.from({ length: 150 }, (_, i) => idOf(0x10_000 + i));
    appendCalls(store, 0, 30, 16);
    log.append(db, draftOf({ subjects: [child], record: { type: 'student', id: child } }), someMs + 1);
    const before = log.append(
      db,
      draftOf({ action: 'export', subjects: [...whole, child], count: 151, procedure: 'students.export' }),
      someMs + 2,
    );
    checkpointNow(db, log, signer, someMs + 3);
    log.append(
      db,
      draftOf({ action: 'lookup-failed', subjects: [child], outcome: 'refused:not-found' }),
      someMs + 4,
    );
    expect(before).toHaveLength(3);
    expect(
      findAll(db, { subject: child }, 2).map(({ action, actor, at, desk, procedure, outcome }) => ({
        action,
        user: actor.user,
        at,
        desk,
        procedure,
        outcome,
      })),
    ).toEqual([
      {
        action: 'lookup-failed',
        user: idOf(0x11),
        at: someMs + 4,
        desk: idOf(0xddd),
        procedure: 'students.card',
        outcome: 'refused:not-found',
      },
      {
        action: 'export',
        user: idOf(0x11),
        at: someMs + 2,
        desk: idOf(0xddd),
        procedure: 'students.export',
        outcome: 'ok',
      },
      {
        action: 'view',
        user: idOf(0x11),
        at: someMs + 1,
        desk: idOf(0xddd),
        procedure: 'students.card',
        outcome: 'ok',
      },
    ]);
  });

  const filters: readonly [string, AuditFilter, (entry: AuditEntry) => boolean][] = [
    ['student', { subject: idOf(0x503) }, (e) => e.subjects.includes(idOf(0x503))],
    ['user', { user: idOf(0x11) }, (e) => e.actor.user === idOf(0x11)],
    [
      'time',
      { fromMs: someMs + 40_000, toMs: someMs + 90_000 },
      (e) => e.at >= someMs + 40_000 && e.at < someMs + 90_000,
    ],
    ['start', { fromMs: someMs + 120_000 }, (e) => e.at >= someMs + 120_000],
    ['end', { toMs: someMs + 9_000 }, (e) => e.at < someMs + 9_000],
    ['action', { action: 'list' }, (e) => e.action === 'list'],
    ['record type', { recordType: 'session' }, (e) => e.record.type === 'session'],
    ['procedure', { procedure: 'students.none' }, () => false],
    ['outcome', { outcome: 'refused' }, (e) => e.outcome.startsWith('refused')],
    [
      'student, user, time and action',
      { subject: idOf(0x502), user: idOf(0x11), fromMs: someMs + 20_000, action: 'view' },
      (e) =>
        e.subjects.includes(idOf(0x502)) &&
        e.actor.user === idOf(0x11) &&
        e.at >= someMs + 20_000 &&
        e.action === 'view',
    ],
  ];
  it.each(filters)(
    'B8: finds by %s exactly what there is, newest first, over pages, signed or not yet',
    (_, filter, holds) => {
      const store = createAuditStore();
      appendCalls(store, 0, 130, 16);
      for (let n = 131; n <= 140; n++) store.log.append(store.db, numberedDraft(n), someMs + n * 1000);
      const expected = findAll(store.db, {}).filter(holds);
      expect(findAll(store.db, filter)).toEqual(expected);
      expect(findAll(store.db, filter, 1000)).toEqual(expected);
    },
  );

  it('B8: finds entries by time although the clock was set back', () => {
    const store = createAuditStore();
    const { db, log, signer } = store;
    for (const [n, shift] of [0, 1, -3, 1, 0, -3, 2].entries()) {
      log.append(db, draftOf({ request: idOf(n) }), someMs + shift * dayMs);
      if (n % 2 === 1) checkpointNow(db, log, signer, someMs);
    }
    const within = findAll(db, { fromMs: someMs - 3 * dayMs, toMs: someMs - 2 * dayMs });
    expect(within.map((entry) => entry.seq)).toEqual([5, 2]);
    const after = findAll(db, { fromMs: someMs + dayMs, toMs: someMs + 2 * dayMs });
    expect(after.map((entry) => entry.seq)).toEqual([3, 1]);
  });
});

describe('checkpoint policy', () => {
  it.each([
    [63, 59_999, undefined, false],
    [64, 0, undefined, true],
    [1, 60_000, undefined, true],
    [1, 0, 'lock', true],
    [1, 0, 'close', true],
    [1, 0, 'export', true],
    [0, 600_000, 'lock', false],
  ] as const)('%i unsigned entries, %i ms, at %s: due is %s', (entries, ms, occasion, isDue) => {
    expect(isCheckpointDue(entries, ms, occasion)).toBe(isDue);
  });

  it('signs a head once', () => {
    const store = createAuditStore();
    appendCalls(store, 0, 3, 64);
    const first = checkpointNow(store.db, store.log, store.signer, someMs + 1);
    expect(checkpointNow(store.db, store.log, store.signer, someMs + 2)).toEqual(first);
  });
});
