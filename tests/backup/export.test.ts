import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { extract } from 'tar-stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { exportTables, leftOutTables } from '../../db/backup/clear-rows.ts';
import { tableShapes } from '../../db/changes/tables.ts';
import { storeTables } from '../../db/backup/tables.ts';
import { verifyAuditBundle } from '../../main/audit/verify-bundle.ts';
import { toCsvCell } from '../../main/backup/csv-cell.ts';
import { createDeskWitness, witnessNow } from '../support/desk-witness.ts';
import { testPassword, type TestDesk } from '../support/test-desk.ts';
import { fillEveryTable, filledDesk, planted } from './filled-desk.ts';

interface Manifest {
  readonly rows: number;
  readonly parts: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
  readonly tables: readonly { readonly table: string; readonly rows: number }[];
  readonly leftOut: readonly { readonly table: string }[];
  readonly audit: { readonly key: string; readonly checkpoint: string };
}

/** A key pair made by the stock program. */
function ageKeys(t: TestDesk): { recipient: string; identityPath: string } {
  const identityPath = join(t.folder, 'receiver.txt');
  const made = spawnSync('age-keygen', ['-o', identityPath], { encoding: 'utf8' });
  const recipient = /age1[0-9a-z]+/.exec(made.stderr)?.[0];
  if (recipient === undefined) throw new Error(`age-keygen said: ${made.stderr}`);
  return { recipient, identityPath };
}

async function entriesOf(tar: Buffer): Promise<Map<string, Buffer>> {
  const archive = extract();
  archive.end(tar);
  const entries = new Map<string, Buffer>();
  for await (const entry of archive) entries.set(entry.header.name, await buffer(entry));
  return entries;
}

function lines(bytes: Buffer | undefined): Record<string, unknown>[] {
  return (bytes ?? Buffer.alloc(0))
    .toString('utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const asked = { reason: 'closing', password: testPassword } as const;

describe('exporting the school', () => {
  test('A13: every table is exported or left out for a reason that the manifest gives', async () => {
    const { test: t } = await filledDesk();
    const all = [...exportTables().map(({ name }) => name), ...Object.keys(leftOutTables)];
    expect(all.toSorted()).toEqual([...storeTables(t.open().connection)]);
  });

  test('A13: the stock age program opens the export, and its parts are what the store holds', async () => {
    const { test: t, students } = await filledDesk();
    const { recipient, identityPath } = ageKeys(t);
    const made = await t.must('backup', 'exportSchool', { receiver: { kind: 'key', recipient }, ...asked });
    expect(statSync(made.path).mode & 0o777).toBe(0o600);
    const file = readFileSync(made.path);
    expect(createHash('sha256').update(file).digest('hex')).toBe(made.sha256);
    expect(planted.filter((word) => file.toString('latin1').includes(word))).toEqual([]);
    expect(readdirSync(join(t.folder, 'exports'))).toHaveLength(1);

    const opened = spawnSync('age', ['-d', '-i', identityPath, made.path], { maxBuffer: 1e8 });
    expect(opened.status).toBe(0);
    const entries = await entriesOf(opened.stdout);
    const manifest = JSON.parse(entries.get('manifest.json')?.toString() ?? '') as Manifest;
    expect(manifest.parts.map(({ name }) => name)).toEqual([...entries.keys()].slice(1));
    for (const part of manifest.parts) {
      const bytes = entries.get(part.name) ?? Buffer.alloc(0);
      expect([part.name, bytes.length, createHash('sha256').update(bytes).digest('hex')]).toEqual([
        part.name,
        part.bytes,
        part.sha256,
      ]);
    }

    // Rows by table are the store's. The audit row of the export itself came after the last account changed.
    const counts = manifest.tables.map(({ table, rows }) => [table, rows]);
    const stored = manifest.tables.map(({ table }) => [
      table,
      t.open().connection.prepare(`SELECT count(*) FROM "${table}"`).pluck().get(),
    ]);
    expect(counts).toEqual(stored);
    expect(manifest.rows).toBe(made.rows);
    expect(manifest.leftOut.map(({ table }) => table)).toEqual(Object.keys(leftOutTables));

    for (const { table, rows } of manifest.tables) {
      const json = lines(entries.get(`ndjson/${table}.ndjson`));
      const csv = parse(entries.get(`csv/${table}.csv`) ?? '', { columns: true, bom: false }) as Record<
        string,
        string
      >[];
      expect([table, json.length, csv.length]).toEqual([table, rows, rows]);
      // The CSV says the same, neutralised.
      expect(csv).toEqual(
        json.map((row) =>
          Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toCsvCell(value)])),
        ),
      );
    }
    const exported = lines(entries.get('ndjson/student.ndjson')).find(({ id }) => id === students[0]);
    expect(exported).toMatchObject({
      givenName: planted[0],
      familyName: planted[1],
      preferredGivenName: 'Zel',
      birthDate: planted[2],
      medicalAlert: 'nuts',
    });
    expect(lines(entries.get('ndjson/guardian.ndjson'))[0]).toMatchObject({
      email: planted[3],
      phone: '+44 20 7946 0000',
    });
    expect(lines(entries.get('ndjson/mark.ndjson')).map(({ note }) => note)).toContain(planted[4]);
    expect(entries.get('csv/class.csv')?.toString()).toContain("'=7B");
    expect(entries.get('csv/guardian.csv')?.toString()).toContain("'+44 20 7946 0000");

    const bundle = entries.get('audit/log-0.ndjson') ?? Buffer.alloc(0);
    const report = verifyAuditBundle([bundle], { publicKey: Buffer.from(manifest.audit.key, 'base64') });
    expect(report).toMatchObject({ verdict: 'intact', isKeyConfirmed: true });
    expect(manifest.audit.checkpoint).toContain(`\n${report.entries}\n`);
  });

  test('A13: a row of every table that changes write is in it, and every sealed field is open', async () => {
    const filled = await filledDesk();
    fillEveryTable(filled);
    const t = filled.test;
    const { recipient, identityPath } = ageKeys(t);
    const made = await t.must('backup', 'exportSchool', { receiver: { kind: 'key', recipient }, ...asked });
    const opened = spawnSync('age', ['-d', '-i', identityPath, made.path], { maxBuffer: 1e8 });
    const entries = await entriesOf(opened.stdout);
    const empty: string[] = [];
    const closed: string[] = [];
    for (const [name, shape] of tableShapes) {
      const rows = lines(entries.get(`ndjson/${name}.ndjson`));
      if (rows.length === 0) empty.push(name);
      for (const column of shape.sealed) {
        const values = rows.map((row) => row[column]).filter((value) => value !== null && value !== '');
        if (values.length === 0 || values.some((value) => typeof value !== 'string'))
          closed.push(`${name}.${column}`);
      }
    }
    expect([empty, closed]).toEqual([[], []]);
    expect(lines(entries.get('ndjson/planned_absence.ndjson'))[0]?.['note']).toBe('planned: heron pox');
    expect(entries.get('csv/movement.csv')?.toString()).toContain('the uncle');
    // Nothing that is exported in clear lies in clear in the file that leaves.
    expect(readFileSync(made.path, 'latin1')).not.toContain('heron pox');
  });

  test('A13: the stock programs alone open it and check it: age, tar and sha256sum', async () => {
    const filled = await filledDesk();
    fillEveryTable(filled);
    const t = filled.test;
    const { recipient, identityPath } = ageKeys(t);
    const { path } = await t.must('backup', 'exportSchool', {
      receiver: { kind: 'key', recipient },
      ...asked,
    });
    const folder = join(t.folder, 'opened');
    mkdirSync(folder);
    const shell = (command: string) => {
      const run = spawnSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' });
      return [run.status, run.stderr];
    };
    expect(shell(`age --decrypt -i '${identityPath}' '${path}' | tar -x`)).toEqual([0, '']);
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Manifest;
    writeFileSync(
      join(folder, 'sums'),
      manifest.parts.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join(''),
    );
    expect(shell('sha256sum --check --strict --quiet sums')).toEqual([0, '']);
    writeFileSync(join(folder, 'csv', 'student.csv'), 'changed', { flag: 'a' });
    expect(shell('sha256sum --check --strict --quiet sums')[0]).toBe(1);
    const other = spawnSync('age-keygen', ['-o', join(t.folder, 'other.txt')]);
    expect(other.status).toBe(0);
    expect(shell(`age --decrypt -i '${t.folder}/other.txt' '${path}' > nothing.tar`)[0]).not.toBe(0);
  });

  test('A13: an export for a passphrase opens with that passphrase only', async () => {
    const { test: t } = await filledDesk();
    const receiver = { kind: 'passphrase', passphrase: 'seven otters cross' } as const;
    const { path } = await t.must('backup', 'exportSchool', { receiver, ...asked });
    expect(readFileSync(path, 'latin1').split('\n')[1]).toMatch(/^-> scrypt /);
    const { Decrypter } = await import('age-encryption');
    const decrypter = new Decrypter();
    decrypter.addPassphrase(receiver.passphrase);
    const tar = Buffer.from(await decrypter.decrypt(readFileSync(path)));
    expect([...(await entriesOf(tar)).keys()][0]).toBe('manifest.json');
    const other = new Decrypter();
    other.addPassphrase('seven otters swim');
    await expect(other.decrypt(readFileSync(path))).rejects.toThrow();
  });

  test('A13: logs from before a restore are in the export, each as a bundle that verifies', async () => {
    const { test: t, recoveryKey } = await filledDesk();
    const witness = createDeskWitness(t);
    const seen = witnessNow(t, witness);
    const { name } = await t.must('backup', 'make', {});
    await t.must('backup', 'restore', { name, recoveryKey });
    await t.must('desk', 'signIn', { username: 'ada', password: testPassword });
    const { recipient, identityPath } = ageKeys(t);
    const { path } = await t.must('backup', 'exportSchool', {
      receiver: { kind: 'key', recipient },
      ...asked,
    });
    const entries = await entriesOf(
      spawnSync('age', ['-d', '-i', identityPath, path], { maxBuffer: 1e8 }).stdout,
    );
    const verdicts = [0, 1].map((incarnation) => {
      const bundle = entries.get(`audit/log-${incarnation}.ndjson`) ?? Buffer.alloc(0);
      const report = verifyAuditBundle([bundle], { witness: { ...witness.key, maxUnwitnessed: 1000 } });
      return [report.verdict, report.log?.incarnation, report.witnessedTo];
    });
    expect(verdicts).toEqual([
      ['intact', 0, seen],
      ['intact', 1, 0],
    ]);
  });

  test('A13: is on the log with its reason, hash and row count; a wrong password and a wrong recipient are too', async () => {
    const { test: t } = await filledDesk();
    const { recipient } = ageKeys(t);
    const receiver = { kind: 'key', recipient } as const;
    expect(await t.call('backup', 'exportSchool', { receiver, ...asked, password: 'not this one' })).toEqual({
      ok: false,
      error: { type: 'wrong-credentials', triesLeft: 4 },
    });
    for (const bad of ['age1nonsense', 'ssh-ed25519 AAAA', recipient.slice(0, -1), '']) {
      const reply = await t.call('backup', 'exportSchool', {
        receiver: { kind: 'key', recipient: bad },
        ...asked,
      });
      expect([bad, reply]).toEqual([bad, { ok: false, error: { type: 'recipient-invalid' } }]);
    }
    const made = await t.must('backup', 'exportSchool', { receiver, ...asked });
    const log = await t.must('audit', 'list', { record: 'school', action: 'export' });
    expect(log.entries.map(({ outcome, count }) => [outcome, count])).toEqual([
      ['ok', made.rows],
      ['ok', 0],
      ...Array.from({ length: 4 }, () => ['error:recipient-invalid', 0]),
      ['error:wrong-credentials', 0],
    ]);
    const [last] = log.entries;
    const { json } = await t.must('audit', 'entry', { seq: last?.seq ?? -1 });
    expect(JSON.parse(json)).toMatchObject({
      reason: 'closing',
      record: { type: 'school', id: made.sha256 },
    });
    // The row before the file says why, too.
    const before = await t.must('audit', 'entry', { seq: log.entries[1]?.seq ?? -1 });
    expect(JSON.parse(before.json)).toMatchObject({ reason: 'closing' });
    const without = await t.call('backup', 'exportSchool', { receiver, password: testPassword } as never);
    expect(without).toMatchObject({ ok: false, error: { type: 'bad-input' } });
  });

  test('a full disk and a folder that takes no file leave nothing behind', async () => {
    const { test: t } = await filledDesk();
    const { recipient } = ageKeys(t);
    const receiver = { kind: 'key', recipient } as const;
    writeFileSync(join(t.folder, 'exports'), 'in the way');
    expect(await t.call('backup', 'exportSchool', { receiver, ...asked })).toEqual({
      ok: false,
      error: { type: 'folder-not-writable' },
    });
    expect(await t.call('audit', 'exportBundle', {})).toEqual({
      ok: false,
      error: { type: 'folder-not-writable' },
    });

    const exports = join(t.folder, 'full');
    mkdirSync(exports);
    const random = () => Buffer.from('00000000', 'hex');
    Object.assign(t.desk.options, {
      exportDir: exports,
      random: (length: number) => Buffer.concat([random(), Buffer.alloc(length)]).subarray(0, length),
    });
    const stamp = '20260303T100000Z-00000000';
    symlinkSync('/dev/full', join(exports, `rollkeep-export-${stamp}.age.part`));
    expect(await t.call('backup', 'exportSchool', { receiver, ...asked })).toEqual({
      ok: false,
      error: { type: 'disk-full' },
    });
    expect(readdirSync(exports)).toEqual([]);
  });

  test('cells that a spreadsheet would run are neutralised', () => {
    const cells = ['=1+1', '+44', '-1', '@SUM', '\tx', '\rx', 'a=b', '', null, 12, true, ['x']];
    expect(cells.map(toCsvCell)).toEqual([
      "'=1+1",
      "'+44",
      "'-1",
      "'@SUM",
      "'\tx",
      "'\rx",
      'a=b',
      '',
      '',
      '12',
      'true',
      '["x"]',
    ]);
  });
});
