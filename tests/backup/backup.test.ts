import { bech32 } from '@scure/base';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { account } from '../../db/accounts/schema.ts';
import { readLocalNumber } from '../../db/school/local-state.ts';
import { backupTables, storeTables } from '../../db/backup/tables.ts';
import { parseEntryText } from '../../domain/audit/entry.ts';
import {
  decryptFile,
  encrypterFor,
  encryptToFile,
  publicKeyToRecipient,
  secretToIdentity,
} from '../../main/backup/age-file.ts';
import { archivedBundle, archivedIncarnations } from '../../main/backup/audit-archive.ts';
import { readSummary, summaryNote } from '../../main/backup/backup-file.ts';
import { backUpIfDue } from '../../main/backup/due.ts';
import { tarEntries, tarOf, type TarEntry } from '../../main/backup/tar.ts';
import { verifyAuditBundle } from '../../main/audit/verify-bundle.ts';
import { err, ok } from '../../domain/result.ts';
import { keychainNames, type Keychain } from '../../main/vault/keychain.ts';
import { recoveryKeysOf } from '../../main/vault/keys.ts';
import { parseRecoveryKey } from '../../main/vault/recovery-key.ts';
import { pairPaths } from '../../main/vault/profile.ts';
import { createDeskWitness, witnessNow } from '../support/desk-witness.ts';
import { createTestUser, testPassword, type TestDesk } from '../support/test-desk.ts';
import { contentOf, filledDesk, planted } from './filled-desk.ts';

const day = 24 * 60 * 60_000;

function folderOf(t: TestDesk): string {
  return join(t.folder, 'backups', String(t.desk.chosen));
}

/** What a restore changes on purpose: the desk's incarnation, and small states. */
const changedByRestore = ['desk', 'local_state', 'limit_counter', 'account'];

function auditRows(t: TestDesk) {
  return t
    .open()
    .connection.prepare<[], string>('SELECT body FROM audit_body ORDER BY seq')
    .pluck()
    .all()
    .map((text) => {
      const entry = parseEntryText(text);
      if (!entry.ok) throw new Error(entry.error.reason);
      return entry.value;
    });
}

describe('making a backup', () => {
  test('every table of the store has its place in a backup', async () => {
    const { test: t } = await filledDesk();
    expect(Object.keys(backupTables).toSorted()).toEqual([...storeTables(t.open().connection)]);
  });

  test('writes one file and the key ring, readable by this account only, with nothing in clear', async () => {
    const { test: t } = await filledDesk();
    const made = await t.must('backup', 'make', {});
    const folder = folderOf(t);
    expect(readdirSync(folder).toSorted()).toEqual(['keyring.age', `${made.name}.age`]);
    for (const file of readdirSync(folder)) {
      expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
      const bytes = readFileSync(join(folder, file)).toString('latin1');
      expect(planted.filter((word) => bytes.includes(word))).toEqual([]);
    }
    const status = await t.must('backup', 'status', {});
    expect(status).toMatchObject({ lastAtMs: t.nowMs, nextDueAtMs: t.nowMs + day, lastFailure: null });
    expect(status.backups).toEqual([
      {
        name: made.name,
        atMs: t.nowMs,
        bytes: made.bytes,
        students: 3,
        marks: 3,
        auditSize: expect.any(Number),
        day: '2026-03-03',
        rule: 'newest',
        isProven: false,
      },
    ]);
  });

  test("R4: the export is on the log before the file is opened, and again after with the file's hash", async () => {
    const { test: t } = await filledDesk();
    const made = await t.must('backup', 'make', {});
    const rows = auditRows(t).filter((entry) => entry.procedure === 'backup.make');
    const file = readFileSync(join(folderOf(t), `${made.name}.age`));
    const sha256 = createHash('sha256').update(file).digest('hex');
    expect(rows.map(({ action, record, outcome }) => [action, record, outcome])).toEqual([
      ['export', { type: 'backup', id: null }, 'ok'],
      ['export', { type: 'backup', id: sha256 }, 'ok'],
    ]);
  });

  test('R4: without its audit row no backup is begun', async () => {
    const { test: t } = await filledDesk();
    t.open().connection.exec(
      "CREATE TEMP TRIGGER no_audit BEFORE INSERT ON main.audit_leaf BEGIN SELECT RAISE(ABORT, 'no'); END",
    );
    expect(await t.call('backup', 'make', {})).toEqual({
      ok: false,
      error: { type: 'audit-unavailable', reason: 'not-writable' },
    });
    expect(existsSync(folderOf(t))).toBe(false);
  });

  test('a full disk leaves the earlier backup and key ring as they were, and nothing half-written', async () => {
    const { test: t } = await filledDesk();
    await t.must('backup', 'make', {});
    const before = readdirSync(folderOf(t)).map((file) => [
      file,
      readFileSync(join(folderOf(t), file)).toString('hex'),
    ]);
    // What is written to this name meets a full disk.
    symlinkSync('/dev/full', join(folderOf(t), 'keyring.age.part'));
    expect(await t.call('backup', 'make', {})).toEqual({ ok: false, error: { type: 'disk-full' } });
    const after = readdirSync(folderOf(t)).map((file) => [
      file,
      readFileSync(join(folderOf(t), file)).toString('hex'),
    ]);
    expect(after).toEqual(before);
    const status = await t.must('backup', 'status', {});
    expect(status.lastFailure).toEqual({ atMs: t.nowMs, reason: 'disk-full' });
    expect(auditRows(t).slice(-3, -1)).toMatchObject([
      { procedure: 'backup.make', outcome: 'error:disk-full' },
      { procedure: 'backup.watch', action: 'alarm', outcome: 'error:disk-full' },
    ]);
  });

  test('the stock age program opens it with the recovery key, and passes over the line in its header', async () => {
    const { test: t, recoveryKey } = await filledDesk();
    const { name } = await t.must('backup', 'make', {});
    const typed = parseRecoveryKey(recoveryKey);
    if (!typed.ok) throw new Error('No recovery key');
    const { secret } = recoveryKeysOf(typed.value).agreement;
    const identity = join(t.folder, 'recovery.txt');
    writeFileSync(identity, bech32.encodeFromBytes('age-secret-key-', secret).toUpperCase());
    const path = join(folderOf(t), `${name}.age`);
    expect(readSummary(path)).toMatchObject({ students: 3, marks: 3, incarnation: 0 });
    const opened = spawnSync('age', ['-d', '-i', identity, path], { maxBuffer: 1e8 });
    expect(opened.status).toBe(0);
    expect(opened.stdout.toString('latin1', 0, 9)).toBe('head.json');
  });

  test('what a backup that was ended in the middle has left is gone with the next one', async () => {
    const { test: t } = await filledDesk();
    const { name } = await t.must('backup', 'make', {});
    writeFileSync(join(folderOf(t), `${name.replace(/.$/, 'x')}.age.part`), 'half');
    writeFileSync(join(folderOf(t), `${name.replace(/.$/, 'x')}.sorting.part`), 'half');
    const next = await t.must('backup', 'make', {});
    const expected = ['keyring.age', `${name}.age`, `${next.name}.age`];
    expect(readdirSync(folderOf(t)).toSorted()).toEqual(expected.toSorted());
  });

  test('a folder that takes no file is said so', async () => {
    const { test: t } = await filledDesk();
    writeFileSync(join(t.folder, 'backups'), 'in the way');
    expect(await t.call('backup', 'make', {})).toEqual({ ok: false, error: { type: 'folder-not-writable' } });
    expect((await t.must('backup', 'status', {})).lastFailure?.reason).toBe('folder-not-writable');
    // The school's own folder, too.
    rmSync(join(t.folder, 'backups'));
    mkdirSync(join(t.folder, 'backups'));
    writeFileSync(folderOf(t), 'in the way');
    expect(await t.call('backup', 'make', {})).toEqual({ ok: false, error: { type: 'folder-not-writable' } });
    expect((await t.must('backup', 'status', {})).backups).toEqual([]);
  });

  test('locking the desk while a backup is made gives it up and leaves no file', async () => {
    const { test: t } = await filledDesk();
    const making = t.call('backup', 'make', {});
    setImmediate(() => t.desk.lock('user'));
    expect(await making).toEqual({ ok: false, error: { type: 'locked' } });
    expect(readdirSync(folderOf(t)).filter((file) => file !== 'keyring.age')).toEqual([]);
  });

  test('is made a day after the last one at the next unlock, once, by the application itself', async () => {
    const { test: t } = await filledDesk();
    await backUpIfDue(t.desk);
    await Promise.all([backUpIfDue(t.desk), backUpIfDue(t.desk)]);
    expect((await t.must('backup', 'status', {})).backups).toHaveLength(1);
    await t.must('desk', 'lock', {});
    t.nowMs += day - 1;
    await t.must('desk', 'signIn', { username: 'ada', password: testPassword });
    await backUpIfDue(t.desk);
    expect((await t.must('backup', 'status', {})).backups).toHaveLength(1);
    t.nowMs += 1;
    await Promise.all([backUpIfDue(t.desk), backUpIfDue(t.desk)]);
    expect((await t.must('backup', 'status', {})).backups).toHaveLength(2);
    const rows = auditRows(t).filter((entry) => entry.procedure === 'backup.make');
    expect(new Set(rows.map((entry) => entry.actor.method))).toEqual(new Set(['system']));
    expect(t.bugs).toEqual([]);
  });

  test('one that failed is tried again in an hour and not before', async () => {
    const { test: t } = await filledDesk();
    writeFileSync(join(t.folder, 'backups'), 'in the way');
    await backUpIfDue(t.desk);
    rmSync(join(t.folder, 'backups'));
    t.nowMs += 30 * 60_000;
    await backUpIfDue(t.desk);
    expect(existsSync(folderOf(t))).toBe(false);
    t.nowMs += 30 * 60_000 - 1;
    await t.must('desk', 'stayActive', {}).catch(() => undefined);
    await backUpIfDue(t.desk);
    expect(existsSync(folderOf(t))).toBe(false);
    t.nowMs += 1;
    await backUpIfDue(t.desk);
    expect(existsSync(folderOf(t))).toBe(true);
    expect((await t.must('backup', 'status', {})).lastFailure).toBeNull();
  });
});

describe('restoring', () => {
  test('brings every row back: changes byte for byte, sealed fields open, under the passwords of that time', async () => {
    const { test: t, recoveryKey, students } = await filledDesk();
    await createTestUser(t, 'nora', 'nurse');
    const before = contentOf(t.open(), changedByRestore);
    const accounts = t.open().unitParts.db.select().from(account).all();
    const { name } = await t.must('backup', 'make', {});
    // The third student's key is made with the backup.
    before['subject_key'] = contentOf(t.open(), [])['subject_key'] ?? [];

    t.open().connection.exec("UPDATE student SET family_name = 'Changed since'; DELETE FROM mark");
    const restored = await t.must('backup', 'restore', { name, recoveryKey });
    expect(restored).toEqual({ students: 3, marks: 3 });
    expect(t.desk.state).toBe('locked');

    const again = t.restart();
    await again.must('desk', 'signIn', { username: 'nora', password: testPassword });
    await again.must('desk', 'lock', {});
    await again.must('desk', 'signIn', { username: 'ada', password: testPassword });
    expect(contentOf(again.open(), changedByRestore)).toEqual(before);
    const restoredAccounts = again.open().unitParts.db.select({ id: account.id }).from(account).all();
    expect(restoredAccounts.map(({ id }) => id).toSorted()).toEqual(accounts.map(({ id }) => id).toSorted());
    const identity = await again.must('students', 'identity', { student: students[0] });
    expect(JSON.stringify(identity)).toContain(planted[2]);
    expect([t.bugs, again.bugs]).toEqual([[], []]);
  });

  test('starts a new incarnation whose first entry names the head of the old log, which stays verifiable', async () => {
    const { test: t, recoveryKey, students } = await filledDesk();
    const { name } = await t.must('backup', 'make', {});
    t.nowMs += 60_000;
    await t.must('students', 'card', { student: students[1] });
    await t.must('backup', 'restore', { name, recoveryKey });
    await t.must('desk', 'signIn', { username: 'ada', password: testPassword });

    const { db } = t.open().unitParts;
    expect(archivedIncarnations(db)).toEqual([0]);
    const report = verifyAuditBundle(archivedBundle(db, 0), { publicKey: t.open().auditSigner.publicKey });
    expect(report).toMatchObject({ verdict: 'intact', log: { incarnation: 0 } });
    // What was done after the backup is not forgotten.
    const old = Buffer.concat([...archivedBundle(db, 0)]).toString();
    expect(old).toContain(students[1]);

    const [first, second] = auditRows(t);
    expect(first).toMatchObject({
      action: 'restore',
      incarnation: 1,
      seq: 0,
      actor: { method: 'password', role: 'school-administrator' },
      record: { type: 'backup', id: report.root },
      count: report.entries,
    });
    expect(second).toMatchObject({ action: 'sign-in', incarnation: 1 });
  });

  test.each([
    ['the present store', false],
    ['the backup, where the present store is gone', true],
  ])(
    'R3: the log kept from %s has its countersignatures, and the new one starts without',
    async (_, isGone) => {
      const { test: t, recoveryKey } = await filledDesk();
      const witness = createDeskWitness(t);
      const inBackup = witnessNow(t, witness);
      const { name } = await t.must('backup', 'make', {});
      const inStore = witnessNow(t, witness);
      if (isGone) {
        const { store } = pairPaths(t.open().profile, 1);
        await t.must('desk', 'lock', {});
        writeFileSync(store, 'not a store any more');
      }
      await t.must('backup', 'restore', { name, recoveryKey });
      await t.must('desk', 'signIn', { username: 'ada', password: testPassword });
      const { auditSigner, unitParts } = t.open();
      const report = verifyAuditBundle(archivedBundle(unitParts.db, 0), {
        publicKey: auditSigner.publicKey,
        witness: { ...witness.key, maxUnwitnessed: 1000 },
      });
      expect(report).toMatchObject({ verdict: 'intact', witnessedTo: isGone ? inBackup : inStore });
      expect((await t.must('audit', 'head', {})).witnessedTo).toBe(0);
    },
  );

  test('goes on writing: records from before the restore are changed, and the change names who wrote them', async () => {
    const { test: t, recoveryKey, students } = await filledDesk();
    const { name } = await t.must('backup', 'make', {});
    await t.must('backup', 'restore', { name, recoveryKey });
    await t.must('desk', 'signIn', { username: 'ada', password: testPassword });
    const { unitParts, transaction, connection, auditLog } = t.open();
    transaction.begin();
    unitParts.changes.write({ type: 'student', id: students[0] }, (change) =>
      change.put('student', { id: students[0], familyName: 'Renamed' }),
    );
    transaction.commit();
    const body = connection
      .prepare<[], string>('SELECT body FROM change ORDER BY seq DESC LIMIT 1')
      .pluck()
      .get();
    const change = JSON.parse(body ?? '') as {
      incarnation: number;
      operations: { over: { familyName: [[number, string, number]] } }[];
    };
    expect(change.incarnation).toBe(1);
    expect(change.operations[0]?.over.familyName[0].slice(1, 3)).toEqual([auditLog.name.desk, 0]);
  });

  test('works while the desk is locked, with store, vault and keychain gone', async () => {
    const { test: t, recoveryKey, students } = await filledDesk();
    const { name } = await t.must('backup', 'make', {});
    await t.must('desk', 'lock', {});
    const profile = t.desk.profiles()[0];
    if (profile === undefined) throw new Error('No school');
    const folder = join(t.folder, 'data', 'schools', profile.school);
    const paths = pairPaths({ school: profile.school, folder }, 1);
    writeFileSync(paths.store, 'not a store any more');
    rmSync(join(t.folder, 'data', 'keychain-fallback.json'));

    const again = t.restart();
    expect(again.desk.state).toBe('locked');
    const listed = await again.must('backup', 'listForRestore', {});
    expect(listed.backups.map((one) => one.name)).toEqual([name]);
    const looked = await again.must('backup', 'inspect', { name, recoveryKey });
    expect(looked).toMatchObject({ students: 3, marks: 3, present: null });
    await again.must('backup', 'restore', { name, recoveryKey });
    await again.must('desk', 'signIn', { username: 'ada', password: testPassword });
    await again.must('students', 'card', { student: students[2] });
    expect(auditRows(again)[0]).toMatchObject({
      action: 'restore',
      actor: { method: 'recovery-key', user: null },
    });
    expect(archivedIncarnations(again.open().unitParts.db)).toEqual([0]);
    const aside = readdirSync(folder).filter((file) => file.startsWith('replaced-'));
    expect(readdirSync(join(folder, aside[0] ?? '')).toSorted()).toEqual([
      'store-g000001.db',
      'vault-g000001.json',
    ]);
  });

  test('a backup older than the last is opened by the newest key ring; a second restore counts on', async () => {
    const { test: t, recoveryKey } = await filledDesk();
    const first = await t.must('backup', 'make', {});
    t.nowMs += 1000;
    const second = await t.must('backup', 'make', {});
    await t.must('backup', 'restore', { name: first.name, recoveryKey });
    await t.must('desk', 'signIn', { username: 'ada', password: testPassword });
    await t.must('backup', 'make', {});
    t.nowMs += 1000;
    await t.must('backup', 'restore', { name: second.name, recoveryKey });
    await t.must('desk', 'signIn', { username: 'ada', password: testPassword });
    expect(t.open().auditLog.name.incarnation).toBe(2);
    const { db } = t.open().unitParts;
    expect(archivedIncarnations(db)).toEqual([0, 1]);
    // Each kept log goes on to the restore that ended it, however old the backup is.
    for (const incarnation of [0, 1]) {
      const bundle = Buffer.concat([...archivedBundle(db, incarnation)]);
      expect(verifyAuditBundle([bundle]).verdict).toBe('intact');
      expect(bundle.toString().trimEnd().split('\n').at(-1)).toContain('"procedure":"backup.restore"');
    }
    expect(t.bugs).toEqual([]);
  });

  test('gives nothing back of a student whose key was destroyed since, from any backup', async () => {
    const { test: t, recoveryKey, students } = await filledDesk();
    const { name } = await t.must('backup', 'make', {});
    // What a purge does, as far as backups see it.
    const id = Buffer.from(students[0], 'hex');
    const { connection } = t.open();
    connection.exec('PRAGMA foreign_keys=OFF');
    for (const sql of [
      'DELETE FROM subject_key WHERE subject = ?',
      'DELETE FROM mark WHERE student = ?',
      'DELETE FROM guardian_link WHERE student = ?',
      'DELETE FROM enrolment WHERE person = ?',
      'DELETE FROM student WHERE id = ?',
    ]) {
      connection.prepare(sql).run(id);
    }
    connection.exec('PRAGMA foreign_keys=ON');
    t.nowMs += 1000;
    await t.must('backup', 'make', {});
    expect(await t.must('backup', 'inspect', { name, recoveryKey })).toMatchObject({ students: 2 });
    expect(await t.must('backup', 'restore', { name, recoveryKey })).toEqual({ students: 2, marks: 2 });
    await t.must('desk', 'signIn', { username: 'ada', password: testPassword });
    const everything = JSON.stringify(contentOf(t.open(), []));
    expect(everything).not.toContain(planted[0]);
    expect(t.open().connection.prepare('SELECT count(*) FROM mark WHERE student = ?').pluck().get(id)).toBe(
      0,
    );
    const bodies = t.open().connection.prepare<[], string>('SELECT body FROM change').pluck().all();
    expect(bodies.some((body) => body.includes('null,'))).toBe(
      bodies.some((body) => /"(minutes|sourceId)":null,/.test(body)),
    );
    expect(JSON.stringify(bodies)).not.toContain(planted[0]);
  });

  test('inspecting says what would come back beside what is there, and writes nothing', async () => {
    const { test: t, recoveryKey } = await filledDesk();
    const { name } = await t.must('backup', 'make', {});
    t.open().connection.exec('DELETE FROM mark');
    const atMs = t.nowMs;
    t.nowMs += 5000;
    const looked = await t.must('backup', 'inspect', { name, recoveryKey });
    expect(looked).toMatchObject({ atMs, students: 3, marks: 3, present: { students: 3, marks: 0 } });
    expect(auditRows(t).at(-1)).toMatchObject({ action: 'view', procedure: 'backup.inspect', outcome: 'ok' });
    await t.must('desk', 'lock', {});
    expect(await t.must('backup', 'inspect', { name, recoveryKey })).toMatchObject({ present: { marks: 0 } });
    await t.must('desk', 'signIn', { username: 'ada', password: testPassword });
    expect(auditRows(t)).toContainEqual(
      expect.objectContaining({
        procedure: 'backup.inspect',
        actor: { user: null, role: null, method: 'recovery-key' },
      }),
    );
  });

  test("refuses another school's recovery key and a mistyped one, and notes both", async () => {
    const { test: t, recoveryKey } = await filledDesk();
    const { name } = await t.must('backup', 'make', {});
    const other = await filledDesk();
    const wrong = (group: number | null) => ({ ok: false, error: { type: 'recovery-key-wrong', group } });
    expect(await t.call('backup', 'restore', { name, recoveryKey: other.recoveryKey })).toEqual(wrong(null));
    const groups = recoveryKey.split(' ');
    const mistyped = groups.with(2, groups[2] === '00000' ? '11111' : '00000').join(' ');
    expect(await t.call('backup', 'restore', { name, recoveryKey: mistyped })).toEqual(wrong(3));
    expect(auditRows(t).at(-1)).toMatchObject({ action: 'restore', outcome: 'error:recovery-key-wrong' });
    await t.must('desk', 'lock', {});
    expect(await t.call('backup', 'restore', { name, recoveryKey: other.recoveryKey })).toEqual(wrong(null));
    await t.must('desk', 'signIn', { username: 'ada', password: testPassword });
    expect(auditRows(t).at(-2)).toMatchObject({
      procedure: 'desk.journal',
      outcome: 'refused:recovery-key-wrong',
    });
  });

  test('every kind of damage is refused, and the present store stays as it is', async () => {
    const { test: t, recoveryKey } = await filledDesk();
    const { name } = await t.must('backup', 'make', {});
    const path = join(folderOf(t), `${name}.age`);
    const whole = readFileSync(path);
    const header = whole.indexOf('\n--- ');
    const damages: Record<string, Buffer> = {
      'cut short': whole.subarray(0, whole.length - 100),
      'cut to its header': whole.subarray(0, header + 60),
      empty: Buffer.alloc(0),
      ...Object.fromEntries(
        [header + 10, header + 80, Math.floor(whole.length / 2), whole.length - 20].map((at) => [
          `one bit at ${at}`,
          Buffer.from(whole.map((byte, index) => (index === at ? byte ^ 1 : byte))),
        ]),
      ),
    };
    for (const [what, bytes] of Object.entries(damages)) {
      writeFileSync(path, bytes);
      const reply = await t.call('backup', 'inspect', { name, recoveryKey });
      expect([what, reply]).toEqual([what, { ok: false, error: { type: 'backup-damaged' } }]);
      t.nowMs += 600_000;
      const restored = await t.call('backup', 'restore', { name, recoveryKey });
      expect([what, restored]).toEqual([what, { ok: false, error: { type: 'backup-damaged' } }]);
      t.desk.touchSession();
    }
    expect(t.desk.state).toBe('signed-in');
    expect(readdirSync(t.open().profile.folder).filter((file) => file.includes('g000002'))).toEqual([]);
    rmSync(path);
    expect(await t.call('backup', 'restore', { name, recoveryKey })).toEqual({
      ok: false,
      error: { type: 'backup-missing' },
    });
    expect(t.bugs).toEqual([]);
  });

  test("another school's backup under this school's name is foreign", async () => {
    const { test: t, recoveryKey } = await filledDesk();
    await t.must('backup', 'make', {});
    const other = await filledDesk();
    const { name } = await other.test.must('backup', 'make', {});
    for (const file of readdirSync(folderOf(other.test))) {
      writeFileSync(join(folderOf(t), file), readFileSync(join(folderOf(other.test), file)));
    }
    expect(await t.call('backup', 'inspect', { name, recoveryKey: other.recoveryKey })).toEqual({
      ok: false,
      error: { type: 'backup-foreign' },
    });
    expect(recoveryKey).not.toBe(other.recoveryKey);
  });

  test('a backup that somebody else put together is refused', async () => {
    const { test: t, recoveryKey } = await filledDesk();
    const { name } = await t.must('backup', 'make', {});
    const path = join(folderOf(t), `${name}.age`);
    const typed = parseRecoveryKey(recoveryKey);
    const summary = readSummary(path);
    if (!typed.ok || summary === undefined) throw new Error('No backup');
    const identity = await secretToIdentity(recoveryKeysOf(typed.value).agreement.secret);
    const entries: { name: string; bytes: Uint8Array }[] = [];
    for await (const entry of tarEntries(await decryptFile(path, identity))) entries.push(entry);
    // Whoever has the vault file has the recovery public key, and can encrypt to it.
    const put = async (changed: typeof entries): Promise<void> => {
      const recipient = publicKeyToRecipient(Buffer.from(summary.recovery, 'hex'));
      const encrypter = await encrypterFor([{ kind: 'key', recipient }]);
      if (!encrypter.ok) throw new Error('No recipient');
      encrypter.value.addRecipient(summaryNote(summary));
      async function* tar(): AsyncGenerator<TarEntry> {
        for (const { name: entry, bytes } of changed)
          yield { name: entry, size: bytes.length, content: [bytes] };
      }
      await encryptToFile(path, encrypter.value, tarOf(tar(), t.nowMs));
    };
    const refused = async (): Promise<unknown> => {
      const reply = await t.call('backup', 'inspect', { name, recoveryKey });
      return reply.ok ? 'accepted' : reply.error.type;
    };
    const manifest = entries.at(-1)?.bytes ?? new Uint8Array();
    const signed = JSON.parse(Buffer.from(manifest).toString()) as {
      manifest: { students: number; audit: { key: string } };
    };
    const withManifest = (text: string) =>
      entries.with(entries.length - 1, { name: 'manifest.json', bytes: Buffer.from(text) });

    await put(entries);
    expect(await refused()).toBe('accepted');
    await put(entries.filter((entry) => !entry.name.startsWith('students/')));
    expect(await refused()).toBe('backup-damaged');
    await put(entries.slice(0, -1));
    expect(await refused()).toBe('backup-damaged');
    signed.manifest.students = 2;
    await put(withManifest(JSON.stringify(signed)));
    expect(await refused()).toBe('backup-damaged');
    signed.manifest.audit.key = '00'.repeat(32);
    await put(withManifest(JSON.stringify(signed)));
    expect(await refused()).toBe('backup-foreign');
  });

  test('a disk that fills while it restores leaves the present pair in use', async () => {
    const { test: t, recoveryKey } = await filledDesk();
    const { name } = await t.must('backup', 'make', {});
    const { openKeychain } = t.desk.options;
    // The anchor of the new pair is among the last things that are written.
    const full = (keychain: Keychain): Keychain => ({
      ...keychain,
      set: (item, value) =>
        item.startsWith('anchor/') && item.endsWith('/2')
          ? err({ type: 'disk-full' })
          : keychain.set(item, value),
    });
    Object.assign(t.desk.options, {
      openKeychain: (allowFile: boolean) => {
        const opened = openKeychain(allowFile);
        return opened.ok ? ok(full(opened.value)) : opened;
      },
    });
    expect(await t.call('backup', 'restore', { name, recoveryKey })).toEqual({
      ok: false,
      error: { type: 'disk-full' },
    });
    expect(t.desk.state).toBe('locked');
    await t.must('desk', 'signIn', { username: 'ada', password: testPassword });
    expect(t.open().vault.generation).toBe(1);
    expect(existsSync(pairPaths(t.open().profile, 2).store)).toBe(false);
  });

  test('a lost school secret is put back, so that passwords open again', async () => {
    const { test: t, recoveryKey } = await filledDesk();
    const { name } = await t.must('backup', 'make', {});
    await t.must('desk', 'lock', {});
    const keychain = t.desk.keychain();
    if (!keychain.ok || t.desk.chosen === null) throw new Error('No keychain');
    keychain.value.delete(keychainNames.schoolSecret(t.desk.chosen));
    expect(await t.call('desk', 'signIn', { username: 'ada', password: testPassword })).toMatchObject({
      ok: false,
    });
    await t.must('backup', 'restore', { name, recoveryKey });
    await t.must('desk', 'signIn', { username: 'ada', password: testPassword });
    expect(readLocalNumber(t.open().unitParts.db, 'last-backup')).toBeUndefined();
  });
});

test('W13: a disk that fills up while rows are being sorted ends the backup as that, and leaves nothing behind', async () => {
  const { test: t } = await filledDesk();
  await t.must('backup', 'make', {});
  const { connection } = t.open();
  const columns = connection
    .prepare<[], string>("SELECT name FROM pragma_table_info('mark') ORDER BY cid")
    .pluck()
    .all()
    .map((name) => (name === 'day' ? "date('1700-01-01', '+' || n || ' days')" : `m."${name}"`));
  // So many that they go to the file in which they are sorted.
  connection.exec(
    `WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k WHERE n < 60000)
     INSERT INTO mark SELECT ${columns.join(', ')} FROM k, (SELECT * FROM mark LIMIT 1) m`,
  );
  const folder = join(t.folder, 'backups', String(t.desk.chosen));
  const before = readdirSync(folder);
  t.nowMs += 60_000;
  const { random } = t.desk.options;
  Object.assign(t.desk.options, {
    random: (length: number) => (length === 4 ? Buffer.alloc(4) : random(length)),
  });
  symlinkSync('/dev/full', join(folder, 'rollkeep-20260303T100100Z-00000000.age.part'));
  // What an earlier backup left is removed before this one begins: the full disk comes back at once.
  const filling = setInterval(() => {
    try {
      symlinkSync('/dev/full', join(folder, 'rollkeep-20260303T100100Z-00000000.age.part'));
      clearInterval(filling);
    } catch {
      // It is still there.
    }
  }, 0);
  const reply = await t.call('backup', 'make', {});
  clearInterval(filling);
  expect(reply).toEqual({ ok: false, error: { type: 'disk-full' } });
  expect(readdirSync(folder)).toEqual(before);
  // No read of the backup's is left open: the log goes into the file.
  expect(connection.pragma('wal_checkpoint(TRUNCATE)')).toMatchObject([{ busy: 0 }]);
  expect(t.bugs).toEqual([]);
}, 60_000);
