import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { writeLocalJson } from '../../db/school/local-state.ts';
import { parseEntryText } from '../../domain/audit/entry.ts';
import type { DrillProblem } from '../../domain/backup/alarm.ts';
import { auditBundle } from '../../main/audit/bundle.ts';
import {
  decryptFile,
  encrypterFor,
  encryptToFile,
  publicKeyToRecipient,
  secretToIdentity,
} from '../../main/backup/age-file.ts';
import { manifestBytes, readSummary, signedManifest, summaryNote } from '../../main/backup/backup-file.ts';
import { backUpIfDue } from '../../main/backup/due.ts';
import { drillBackup } from '../../main/backup/drill.ts';
import { openDrillKeys } from '../../main/backup/drill-keys.ts';
import { ringKeyOf } from '../../main/backup/key-ring.ts';
import { openPart, sealPart } from '../../main/backup/parts.ts';
import { tarEntries, tarOf, type TarEntry } from '../../main/backup/tar.ts';
import { agreementKeyPair } from '../../main/vault/keys.ts';
import { systemRandom } from '../../main/vault/random.ts';
import { createTestDesk, testPassword, type TestDesk } from '../support/test-desk.ts';
import { filledDesk } from './filled-desk.ts';

const hour = 3_600_000;
const day = 24 * hour;

function folderOf(t: TestDesk): string {
  return join(t.folder, 'backups', String(t.desk.chosen));
}

function auditRows(t: TestDesk, procedure: string) {
  return t
    .open()
    .connection.prepare<[], string>('SELECT body FROM audit_body ORDER BY seq')
    .pluck()
    .all()
    .flatMap((text) => {
      const entry = parseEntryText(text);
      if (!entry.ok) throw new Error(entry.error.reason);
      return entry.value.procedure === procedure ? [entry.value] : [];
    });
}

/** What a drill of the newest backup says, without a thread of its own. */
async function drill(t: TestDesk): Promise<DrillProblem | 'ok'> {
  const keys = openDrillKeys(t.open().unitParts.db);
  const { chosen } = t.desk;
  if (keys === null || chosen === null) throw new Error('No backup');
  const scratch = join(t.folder, 'scratch');
  const result = await drillBackup({
    folder: folderOf(t),
    backup: keys.backup,
    school: chosen,
    auditKey: Buffer.from(t.open().auditSigner.publicKey).toString('hex'),
    secrets: keys.secrets,
    scratch,
  });
  rmSync(scratch, { recursive: true, force: true });
  return result.ok ? 'ok' : result.error.type;
}

interface Entry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Takes a backup apart and puts it together again with something changed, sealed and signed as the desk would. */
async function remake(
  t: TestDesk,
  name: string,
  change: (entries: Entry[], manifest: Record<string, unknown>) => Entry[],
): Promise<void> {
  const path = join(folderOf(t), `${name}.age`);
  const summary = readSummary(path);
  const keys = openDrillKeys(t.open().unitParts.db);
  const [secret] = keys?.secrets ?? [];
  if (summary === undefined || secret === undefined) throw new Error('No backup');
  const entries: Entry[] = [];
  const identity = await secretToIdentity(Uint8Array.from(secret));
  for await (const entry of tarEntries(await decryptFile(path, identity))) entries.push(entry);
  const { manifest } = signedManifest.parse(JSON.parse(Buffer.from(entries.at(-1)?.bytes ?? []).toString()));
  const loose: Record<string, unknown> = { ...manifest };
  const changed = change(entries.slice(0, -1), loose);
  loose['parts'] = changed.map((one) => ({
    name: one.name,
    bytes: one.bytes.length,
    sha256: createHash('sha256').update(one.bytes).digest('hex'),
  }));
  const signed = loose as typeof manifest;
  const sig = Buffer.from(t.open().auditSigner.sign(manifestBytes(signed))).toString('hex');
  const last = { name: 'manifest.json', bytes: Buffer.from(JSON.stringify({ manifest: signed, sig })) };
  const encrypter = await encrypterFor([
    { kind: 'key', recipient: publicKeyToRecipient(Buffer.from(summary.recovery, 'hex')) },
    { kind: 'key', recipient: publicKeyToRecipient(agreementKeyPair(Uint8Array.from(secret)).public) },
  ]);
  if (!encrypter.ok) throw new Error('No recipient');
  encrypter.value.addRecipient(summaryNote(summary));
  async function* tar(): AsyncGenerator<TarEntry> {
    for (const { name: entry, bytes } of [...changed, last])
      yield { name: entry, size: bytes.length, content: [bytes] };
  }
  await encryptToFile(path, encrypter.value, tarOf(tar(), t.nowMs));
}

/** Changes the text of a part that is sealed under the ring key. */
function changeSealed(t: TestDesk, backup: string, entry: Entry, change: (text: string) => string): Entry {
  const { db, school } = t.open().unitParts;
  const place = { school: school.id, backup, part: entry.name };
  const opened = openPart(ringKeyOf(db), place, entry.bytes);
  if (!opened.ok) throw new Error('Not sealed under the ring key');
  const text = change(gunzipSync(opened.value).toString('utf8'));
  return { name: entry.name, bytes: sealPart(ringKeyOf(db), place, gzipSync(text), systemRandom) };
}

describe('W14: the restore drill', () => {
  test('W14: restores the newest backup without the recovery key, counts it, and records times, counts and audit root', async () => {
    const { test: t } = await filledDesk();
    const drilled = await t.must('backup', 'drill', { recoveryKey: null });
    const [newest] = readdirSync(folderOf(t)).filter((file) => file.startsWith('rollkeep-'));
    expect(drilled).toEqual({
      atMs: t.nowMs,
      way: 'drill-key',
      backup: newest?.replace('.age', ''),
      lostMs: 0,
      tookMs: expect.any(Number),
      problem: null,
      found: {
        students: 3,
        marks: 3,
        rows: expect.any(Number),
        tables: expect.any(Number),
        auditSize: expect.any(Number),
        auditRoot: expect.stringMatching(/^[0-9a-f]{64}$/),
        opened: expect.any(Number),
      },
    });
    expect(drilled.found?.opened).toBeGreaterThan(3);
    const status = await t.must('backup', 'status', {});
    expect(status).toMatchObject({ drills: [drilled], nextDrillAtMs: t.nowMs + 7 * day, alarms: [] });
    expect(status.backups).toMatchObject([{ isProven: true }]);
    // An auditor sees it too, with the root that was proven.
    expect(auditRows(t, 'backup.drill')).toMatchObject([
      { action: 'restore', record: { type: 'drill', id: null }, outcome: 'ok' },
      { record: { type: 'drill', id: drilled.found?.auditRoot }, count: drilled.found?.rows, outcome: 'ok' },
    ]);
    expect(existsSync(join(t.folder, 'data', 'drill'))).toBe(false);
    expect(t.bugs).toEqual([]);
  }, 180_000);

  test('W14: a drill with the recovery sheet proves the sheet; another key is refused and proves nothing', async () => {
    const { test: t, recoveryKey } = await filledDesk();
    const other = await filledDesk();
    await t.must('backup', 'make', {});
    expect(await t.call('backup', 'drill', { recoveryKey: other.recoveryKey })).toEqual({
      ok: false,
      error: { type: 'recovery-key-wrong', group: null },
    });
    expect(await t.must('backup', 'status', {})).toMatchObject({ sheetProvenAtMs: null, drills: [] });
    const drilled = await t.must('backup', 'drill', { recoveryKey });
    expect(drilled).toMatchObject({ way: 'sheet', problem: null });
    expect((await t.must('backup', 'status', {})).sheetProvenAtMs).toBe(t.nowMs);
  }, 180_000);

  test('W14: an old copy of the store opens no later backup: each has a drill key of its own', async () => {
    const { test: t } = await filledDesk();
    await t.must('backup', 'make', {});
    const before = openDrillKeys(t.open().unitParts.db);
    t.nowMs += 1000;
    await t.must('backup', 'make', {});
    const after = openDrillKeys(t.open().unitParts.db);
    if (before === null || after === null) throw new Error('No drill key');
    expect(after.backup).not.toBe(before.backup);
    const identities = await Promise.all(before.secrets.map((one) => secretToIdentity(one)));
    const path = join(folderOf(t), `${after.backup}.age`);
    await expect(decryptFile(path, ...identities)).rejects.toThrow();
    await expect(decryptFile(join(folderOf(t), 'keyring.age'), ...identities)).rejects.toThrow();
  });

  test('W14: finds every planted damage, and says which it is', async () => {
    const { test: t } = await filledDesk();
    const { name } = await t.must('backup', 'make', {});
    const path = join(folderOf(t), `${name}.age`);
    const whole = readFileSync(path);
    const found: Record<string, string> = { 'as it was written': await drill(t) };
    const plant = async (what: string, damage: () => Promise<void> | void): Promise<void> => {
      writeFileSync(path, whole);
      await damage();
      found[what] = await drill(t);
    };

    await plant('a flipped byte', () => {
      const at = Math.floor(whole.length / 2);
      writeFileSync(path, Buffer.from(whole.map((byte, index) => (index === at ? byte ^ 1 : byte))));
    });
    await plant('cut short', () => writeFileSync(path, whole.subarray(0, whole.length - 200)));
    await plant('gone', () => rmSync(path));
    // What follows is signed by the desk itself: only what comes back can tell.
    await plant('a part left out', () =>
      remake(t, name, (entries) => {
        const student = entries.findIndex((one) => one.name.startsWith('students/'));
        return entries.toSpliced(student, 1);
      }),
    );
    await plant('another number of students in the manifest', () =>
      remake(t, name, (entries, manifest) => {
        manifest['students'] = 4;
        return entries;
      }),
    );
    await plant('another number of rows in the manifest', () =>
      remake(t, name, (entries, manifest) => {
        manifest['rows'] = { ...(manifest['rows'] as object), guardian: 2 };
        return entries;
      }),
    );
    await plant('a truncated audit log', () =>
      remake(t, name, (entries) =>
        entries.map((one) =>
          one.name === 'audit/1'
            ? changeSealed(t, name, one, (text) => `${text.split('\n').slice(0, -3).join('\n')}\n`)
            : one,
        ),
      ),
    );
    await plant('another root in the manifest', () =>
      remake(t, name, (entries, manifest) => {
        manifest['audit'] = { ...(manifest['audit'] as object), root: '0'.repeat(64) };
        return entries;
      }),
    );
    await plant('a sealed field of the rest that was exchanged', () =>
      remake(t, name, (entries) =>
        entries.map((one) =>
          one.name === 'rest/1'
            ? changeSealed(t, name, one, (text) => text.replace(/(\["01[0-9A-Fa-f]{80,}?)(..)"\]/, '$1FF"]'))
            : one,
        ),
      ),
    );
    await plant('as it was written, again', () => undefined);
    expect(found).toEqual({
      'as it was written': 'ok',
      'a flipped byte': 'damaged',
      'cut short': 'damaged',
      gone: 'damaged',
      'a part left out': 'counts-differ',
      'another number of students in the manifest': 'counts-differ',
      'another number of rows in the manifest': 'counts-differ',
      'a truncated audit log': 'audit-log',
      'another root in the manifest': 'audit-log',
      'a sealed field of the rest that was exchanged': 'sealed-fields',
      'as it was written, again': 'ok',
    });
    writeFileSync(join(folderOf(t), 'keyring.age'), 'no ring');
    expect(await drill(t)).toBe('damaged');
  }, 180_000);

  test('W14: an older file in place of the newest is stale; the failed drill is an alarm until one succeeds', async () => {
    const { test: t } = await filledDesk();
    await t.must('backup', 'make', {});
    t.nowMs += hour / 2;
    const { name } = await t.must('backup', 'make', {});
    const path = join(folderOf(t), `${name}.age`);
    renameSync(path, `${path}.away`);
    const failed = await t.must('backup', 'drill', { recoveryKey: null });
    expect(failed).toMatchObject({ problem: 'stale', found: null });
    const alarm = { kind: 'drill-failed', sinceMs: t.nowMs, reason: 'stale' };
    expect((await t.must('backup', 'status', {})).alarms).toEqual([alarm]);
    expect((await t.must('desk', 'status', {})).backupAlarms).toEqual([alarm]);
    expect(auditRows(t, 'backup.watch')).toMatchObject([
      { action: 'alarm', actor: { method: 'system' }, reason: 'drill-failed', outcome: 'error:stale' },
    ]);
    expect(auditRows(t, 'backup.drill').at(-1)).toMatchObject({ outcome: 'error:stale' });

    renameSync(`${path}.away`, path);
    expect(await t.must('backup', 'drill', { recoveryKey: null })).toMatchObject({
      problem: null,
      lostMs: 0,
    });
    expect((await t.must('desk', 'status', {})).backupAlarms).toEqual([]);
  }, 180_000);

  test('W14: a log that verifies and is not the beginning of the present one is found by its root', async () => {
    const { test: t, students } = await filledDesk();
    // The same desk, copied: the copy writes another log with the same key.
    await t.must('desk', 'lock', {});
    const folder = mkdtempSync(join(tmpdir(), 'rollkeep-fork-'));
    cpSync(t.folder, folder, { recursive: true });
    const fork = createTestDesk(folder, t.nowMs + 1000);
    onTestFinished(() => fork.dispose());
    await fork.must('desk', 'signIn', { username: 'ada', password: testPassword });
    fork.open().signHeadIfDue(fork.nowMs, 'export');
    const { auditLog, auditSigner, unitParts } = fork.open();
    const forked = Buffer.concat([...auditBundle(unitParts.db, auditLog, auditSigner.publicKey)]).toString();
    const { size, root } = auditLog.head(unitParts.db);

    await t.must('desk', 'signIn', { username: 'ada', password: testPassword });
    for (const student of students) await t.must('students', 'card', { student });
    const { name } = await t.must('backup', 'make', {});
    await remake(t, name, (entries, manifest) => {
      const key = Buffer.from(auditSigner.publicKey).toString('hex');
      manifest['audit'] = { size, root: Buffer.from(root).toString('hex'), key };
      return entries.map((one) => (one.name === 'audit/1' ? changeSealed(t, name, one, () => forked) : one));
    });
    expect(await drill(t)).toBe('ok');
    expect(await t.must('backup', 'drill', { recoveryKey: null })).toMatchObject({ problem: 'audit-log' });
  }, 180_000);

  test('W13: a backup that a drill has proven stays proven however many drills have failed since', async () => {
    const { test: t } = await filledDesk();
    const proven = await t.must('backup', 'drill', { recoveryKey: null });
    const { db } = t.open().unitParts;
    const failed = {
      ...proven,
      backup: 'rollkeep-20260304T100000Z-00000000',
      problem: 'damaged',
      found: null,
    };
    writeLocalJson(db, 'backup-drills', [...Array.from({ length: 59 }, () => failed), proven]);
    rmSync(join(folderOf(t), 'keyring.age'));
    expect(await t.must('backup', 'drill', { recoveryKey: null })).toMatchObject({ problem: 'damaged' });
    expect((await t.must('backup', 'status', {})).backups).toMatchObject([{ isProven: true }]);
  }, 120_000);

  test('W14: locking ends a drill; nothing is recorded, nothing is left, and it is no alarm', async () => {
    const { test: t } = await filledDesk();
    await t.must('backup', 'make', {});
    const drilling = t.call('backup', 'drill', { recoveryKey: null });
    setTimeout(() => t.desk.lock('user'), 200);
    expect(await drilling).toEqual({ ok: false, error: { type: 'locked' } });
    expect(existsSync(join(t.folder, 'data', 'drill'))).toBe(false);
    await t.must('desk', 'signIn', { username: 'ada', password: testPassword });
    expect(await t.must('backup', 'status', {})).toMatchObject({ drills: [], alarms: [] });
    expect(t.bugs).toEqual([]);
  }, 180_000);

  test('W14: where the newest backup is more than a day old, a new one is made first', async () => {
    const { test: t } = await filledDesk();
    await backUpIfDue(t.desk);
    t.nowMs += 25 * hour;
    await t.desk.endSessionIfOver();
    await t.must('desk', 'signIn', { username: 'ada', password: testPassword });
    const drilled = await t.must('backup', 'drill', { recoveryKey: null });
    expect(drilled).toMatchObject({ problem: null, lostMs: 0 });
    expect((await t.must('backup', 'status', {})).backups).toHaveLength(2);
  }, 180_000);

  test('W14: after a restore the drill opens what was restored', async () => {
    const { test: t, recoveryKey } = await filledDesk();
    const { name } = await t.must('backup', 'make', {});
    await t.must('backup', 'restore', { name, recoveryKey });
    await t.must('desk', 'signIn', { username: 'ada', password: testPassword });
    expect(openDrillKeys(t.open().unitParts.db)?.backup).toBe(name);
    expect(await drill(t)).toBe('ok');
  });
});
