import { readFileSync, statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { verifyAuditBundle } from '../../main/audit/verify-bundle.ts';
import { witnessKeyToText } from '../../domain/audit/checkpoint.ts';
import { sha256 } from '../../main/audit/node-crypto.ts';
import { createDeskWitness, witnessNow } from '../support/desk-witness.ts';
import { createTestUser, testPassword, type TestDesk } from '../support/test-desk.ts';
import { filledDesk } from '../backup/filled-desk.ts';

async function signInAs(t: TestDesk, username: string): Promise<void> {
  await t.must('desk', 'lock', {});
  await t.must('desk', 'signIn', { username, password: testPassword });
}

/** Changes what the store's triggers protect, as somebody with the store's key could. */
function tamper(t: TestDesk, sql: string): void {
  const { connection } = t.open();
  const triggers = connection
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
    .pluck()
    .all();
  for (const name of triggers) connection.exec(`DROP TRIGGER ${name}`);
  connection.exec(sql);
}

describe('the audit log on the screen', () => {
  test('B6: listing, opening, verifying and exporting the log are each on the log', async () => {
    const { test: t } = await filledDesk();
    await t.must('audit', 'list', {});
    await t.must('audit', 'entry', { seq: 0 });
    await t.must('audit', 'people', {});
    await t.must('audit', 'verify', {});
    const { sha256: digest } = await t.must('audit', 'exportBundle', {});
    const { entries } = await t.must('audit', 'list', {});
    expect(entries.slice(0, 6).map(({ procedure, action, record }) => [procedure, action, record])).toEqual([
      ['audit.exportBundle', 'export', 'audit'],
      ['audit.exportBundle', 'export', 'audit'],
      ['audit.verify', 'view', 'audit'],
      ['audit.people', 'list', 'account'],
      ['audit.entry', 'view', 'audit'],
      ['audit.list', 'list', 'audit'],
    ]);
    const { json } = await t.must('audit', 'entry', { seq: entries[0]?.seq ?? -1 });
    expect(JSON.parse(json)).toMatchObject({ record: { type: 'audit', id: digest }, outcome: 'ok' });
  });

  test('R4: where the row cannot be written, nothing of the log is shown', async () => {
    const { test: t } = await filledDesk();
    tamper(t, "CREATE TRIGGER no_audit BEFORE INSERT ON audit_leaf BEGIN SELECT RAISE(ABORT, 'no'); END");
    const refused = { ok: false, error: { type: 'audit-unavailable', reason: 'not-writable' } };
    expect(await t.call('audit', 'list', {})).toEqual(refused);
    expect(await t.call('audit', 'entry', { seq: 0 })).toEqual(refused);
    expect(await t.call('audit', 'exportBundle', {})).toEqual(refused);
    expect(await t.call('security', 'status', {})).toEqual(refused);
  });

  test('B8: says who opened, found and failed to open a student, from which desk and when; by student, user and time', async () => {
    const { test: t, students } = await filledDesk();
    const nora = await createTestUser(t, 'nora', 'nurse');
    const [zel, other] = students;
    await signInAs(t, 'nora');
    t.nowMs += 60_000;
    const openedAtMs = t.nowMs;
    await t.must('students', 'card', { student: zel });
    t.nowMs += 60_000;
    await t.must('students', 'card', { student: other });
    await signInAs(t, 'ada');

    const about = await t.must('audit', 'list', { student: zel });
    expect(about.entries).toEqual([
      expect.objectContaining({
        user: nora,
        userName: 'nora Example',
        role: 'nurse',
        action: 'view',
        record: 'student',
        student: zel,
        studentName: 'Zel Quixby',
        procedure: 'students.card',
        outcome: 'ok',
        atMs: openedAtMs,
        desk: '1',
      }),
    ]);
    // Asking who looked is itself an access.
    const again = await t.must('audit', 'list', { student: zel });
    expect(again.entries.map(({ procedure, userName }) => [procedure, userName])).toEqual([
      ['audit.list', 'Ada Example'],
      ['students.card', 'nora Example'],
    ]);
    const byUser = await t.must('audit', 'list', { user: nora, action: 'view' });
    expect(byUser.entries.map(({ student }) => student)).toEqual([other, zel]);
    const byTime = await t.must('audit', 'list', { fromMs: openedAtMs, toMs: openedAtMs + 1 });
    expect(byTime.entries.map(({ procedure }) => procedure)).toEqual(['students.card']);
  });

  test('pages follow each other without a gap, newest first', async () => {
    const { test: t } = await filledDesk();
    for (let count = 0; count < 7; count += 1) await t.must('audit', 'people', {});
    const first = await t.must('audit', 'list', { limit: 4 });
    expect(first.more).toBe(true);
    const seqs = first.entries.map(({ seq }) => seq);
    const next = await t.must('audit', 'list', { limit: 4, before: seqs.at(-1) ?? null });
    expect([...seqs, ...next.entries.map(({ seq }) => seq)]).toEqual(
      Array.from({ length: 8 }, (_, index) => (seqs[0] ?? 0) - index),
    );
  });

  test('B9: sign-ins, refused ones from while the store was closed, tripped limits, new accounts and key rotation are found', async () => {
    const { test: t } = await filledDesk();
    const user = await createTestUser(t, 'nora', 'nurse');
    await t.must('desk', 'lock', {});
    for (let tries = 0; tries < 2; tries += 1) {
      await t.call('desk', 'signIn', { username: 'ada', password: 'a wrong password' });
    }
    await t.must('desk', 'signIn', { username: 'ada', password: testPassword });
    await t.must('users', 'reset', { id: user });
    const receiver = { kind: 'key', recipient: 'none' } as const;
    for (let calls = 0; calls < 11; calls += 1) {
      await t.call('backup', 'exportSchool', { receiver, reason: 'other', password: testPassword });
    }
    const found = async (filter: { action?: string; record?: string; outcome?: 'ok' | 'refused' }) =>
      (await t.must('audit', 'list', filter)).entries.map(
        ({ procedure, outcome }) => `${procedure} ${outcome}`,
      );
    expect(await found({ action: 'sign-in', outcome: 'refused' })).toEqual([
      'desk.journal refused:wrong-credentials',
      'desk.journal refused:wrong-credentials',
    ]);
    expect((await found({ action: 'sign-in', outcome: 'ok' })).length).toBeGreaterThanOrEqual(4);
    expect((await found({ action: 'sign-out' })).length).toBeGreaterThanOrEqual(3);
    expect(await found({ action: 'limit-tripped' })).toEqual(['backup.exportSchool refused:limit-tripped']);
    expect(await found({ action: 'provision' })).toContain('desk.createSchool ok');
    expect(await found({ record: 'account' })).toContain('users.reset ok');
    expect((await t.must('security', 'status', {})).failedSignInsLastWeek).toBe(2);
    t.nowMs += 8 * 24 * 60 * 60_000;
    await t.must('desk', 'signIn', { username: 'ada', password: testPassword });
    expect((await t.must('security', 'status', {})).failedSignInsLastWeek).toBe(0);
  });

  test('B8: a list of several students names none of them, and is found by each', async () => {
    const { test: t, students } = await filledDesk();
    await t.must('students', 'list', {});
    const { entries } = await t.must('audit', 'list', { student: students[2] });
    expect(entries).toEqual([
      expect.objectContaining({ procedure: 'students.list', student: null, studentName: null, count: 3 }),
    ]);
  });

  test('an entry that is not there is out of scope', async () => {
    const { test: t } = await filledDesk();
    expect(await t.call('audit', 'entry', { seq: 99_999 })).toEqual({
      ok: false,
      error: { type: 'out-of-scope' },
    });
  });

  test("an entry's leaf hash is the RFC 6962 hash of the text that is shown", async () => {
    const { test: t } = await filledDesk();
    const { json, leafHash } = await t.must('audit', 'entry', { seq: 1 });
    expect(createHash('sha256').update('\0').update(json).digest('hex')).toBe(leafHash);
  });

  test('the bundle verifies offline with the key from the screen, and only this account can read it', async () => {
    const { test: t } = await filledDesk();
    const made = await t.must('audit', 'exportBundle', {});
    expect(made.path).toMatch(/\/rollkeep-audit-[0-9TZ]+-[0-9a-f]{8}\.ndjson$/);
    expect(statSync(made.path).mode & 0o777).toBe(0o600);
    const bytes = readFileSync(made.path);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(made.sha256);
    const head = await t.must('audit', 'head', {});
    const report = verifyAuditBundle([bytes], { publicKey: Buffer.from(head.publicKey, 'base64') });
    expect(report).toMatchObject({ verdict: 'intact', entries: made.entries, isKeyConfirmed: true });
    expect(head).toMatchObject({ size: made.entries + 1, checkpointSize: made.entries });
  });
});

describe('the log of a school with a server', () => {
  test('without one nothing is witnessed, and nothing is late', async () => {
    const { test: t } = await filledDesk();
    t.nowMs += 59 * 60_000;
    expect(await t.must('audit', 'head', {})).toMatchObject({
      witnessKey: null,
      witnessedTo: 0,
      isWitnessLate: false,
    });
    expect((await t.must('audit', 'verify', {})).witnessedTo).toBeNull();
  });

  test('R3: says how far it is witnessed, and that the witness is late after ten minutes of the session', async () => {
    const { test: t } = await filledDesk();
    const witness = createDeskWitness(t);
    const witnessKey = witnessKeyToText(sha256, witness.key);
    for (let calls = 0; calls < 70; calls += 1) await t.must('audit', 'people', {});
    const seen = witnessNow(t, witness);
    t.nowMs += 9 * 60_000;
    for (let calls = 0; calls < 70; calls += 1) await t.must('audit', 'people', {});
    t.nowMs += 10 * 60_000;
    const healthy = await t.must('audit', 'head', {});
    expect(healthy).toMatchObject({ witnessKey, witnessedTo: seen, isWitnessLate: false });
    t.nowMs += 1;
    expect((await t.must('audit', 'head', {})).isWitnessLate).toBe(true);

    // The head of the evening waits until the sync of the morning.
    await t.must('desk', 'lock', {});
    t.nowMs += 15 * 60 * 60_000;
    await t.must('desk', 'signIn', { username: 'ada', password: testPassword });
    expect((await t.must('audit', 'head', {})).isWitnessLate).toBe(false);
    const seenNext = witnessNow(t, witness);
    t.nowMs += 11 * 60_000;
    expect(await t.must('audit', 'head', {})).toMatchObject({ witnessedTo: seenNext, isWitnessLate: false });
  });

  test('R3: verifying says witnessed to where, and exporting hands over the countersignatures', async () => {
    const { test: t } = await filledDesk();
    const witness = createDeskWitness(t);
    for (let calls = 0; calls < 70; calls += 1) await t.must('audit', 'people', {});
    const seen = witnessNow(t, witness);
    const verified = await t.must('audit', 'verify', {});
    expect(verified).toMatchObject({ verdict: 'intact', finding: null, witnessedTo: seen });
    const made = await t.must('audit', 'exportBundle', {});
    expect(made.witnessedTo).toBe(seen);
    const { publicKey } = await t.must('audit', 'head', {});
    const verify = (maxUnwitnessed: number) =>
      verifyAuditBundle([readFileSync(made.path)], {
        publicKey: Buffer.from(publicKey, 'base64'),
        witness: { ...witness.key, maxUnwitnessed },
      });
    expect(verify(made.entries - seen)).toMatchObject({ verdict: 'intact', witnessedTo: seen });
    expect(verify(made.entries - seen - 1)).toMatchObject({ verdict: 'unwitnessed', firstBadSeq: seen });
  });

  test.each([
    [
      'a countersignature of another head',
      'UPDATE audit_witness SET line = (SELECT line FROM audit_witness)',
    ],
    [
      'a head signed anew after it was countersigned',
      'UPDATE audit_witness SET size = (SELECT max(size) FROM audit_checkpoint) WHERE size = (SELECT max(size) FROM audit_witness)',
    ],
  ])('R3: verifying finds %s', async (_what, sql) => {
    const { test: t } = await filledDesk();
    const witness = createDeskWitness(t);
    for (let rounds = 0; rounds < 2; rounds += 1) {
      for (let calls = 0; calls < 70; calls += 1) await t.must('audit', 'people', {});
      witnessNow(t, witness);
    }
    for (let calls = 0; calls < 70; calls += 1) await t.must('audit', 'people', {});
    tamper(t, sql);
    const verified = await t.must('audit', 'verify', {});
    expect(verified).toMatchObject({ verdict: 'rewritten', finding: 'countersignature-invalid' });
  });
});

describe('verifying the log', () => {
  test('finds a whole log intact and says how far it is', async () => {
    const { test: t } = await filledDesk();
    for (let calls = 0; calls < 200; calls += 1) await t.must('audit', 'people', {});
    const size = (await t.must('audit', 'head', {})).size + 1;
    const verified = await t.must('audit', 'verify', {});
    expect(verified).toMatchObject({ verdict: 'intact', firstBadSeq: null, size });
    expect(t.events).toContainEqual({ type: 'progress', task: 'audit-verify', done: size, total: size });
  });

  test.each([
    ['a changed entry', "UPDATE audit_body SET body = replace(body, 'account', 'student') WHERE seq = 2", 2],
    ['a changed leaf', 'UPDATE audit_leaf SET leaf = randomblob(32) WHERE seq = 2', 2],
    ['an entry whose text is gone', 'DELETE FROM audit_body WHERE seq = 2', 2],
    ['a signed head that was changed', "UPDATE audit_checkpoint SET note = replace(note, '/0', '/1')", null],
  ])('finds %s', async (_what, sql, seq) => {
    const { test: t } = await filledDesk();
    for (let calls = 0; calls < 70; calls += 1) await t.must('audit', 'people', {});
    tamper(t, sql);
    const verified = await t.must('audit', 'verify', {});
    expect(verified.verdict).not.toBe('intact');
    expect(verified.finding).not.toBeNull();
    if (seq !== null) expect(verified.firstBadSeq).toBeGreaterThanOrEqual(seq - 1);
    if (seq !== null) expect(verified.firstBadSeq).toBeLessThanOrEqual(seq);
  });

  test('gives up when the desk is locked meanwhile', async () => {
    const { test: t } = await filledDesk();
    const { open } = t.desk;
    if (open === null) throw new Error('No store is open');
    // Enough entries for more than one slice.
    open.transaction.begin();
    const draft = t.desk.draft(null, 'view', 'audit', 'audit.list');
    for (let entries = 0; entries < 1500; entries += 1)
      open.auditLog.append(open.unitParts.db, draft, t.nowMs);
    open.transaction.commit();
    const verifying = t.call('audit', 'verify', {});
    setImmediate(() => t.desk.lock('user'));
    expect(await verifying).toEqual({ ok: false, error: { type: 'locked' } });
  });
});

describe('how this computer is protected', () => {
  test('says what is in use, as it is', async () => {
    const { test: t } = await filledDesk();
    const status = await t.must('security', 'status', {});
    expect(status).toMatchObject({
      keychain: 'file',
      window: 'chromium',
      argon2: { memoryMiB: 64, passes: 3, lanes: 4 },
      idleMinutes: 60,
      sessionHours: 12,
      fieldKeyQuarter: '2026-Q1',
      masterKeyGeneration: 1,
      lastBackupAtMs: null,
      failedSignInsLastWeek: 0,
      journalProblems: 0,
    });
    const head = await t.must('audit', 'head', {});
    expect([status.auditSize, status.auditRoot]).toEqual([head.size, head.root]);
    expect(status.storeBytes).toBeGreaterThan(100_000);
    await t.must('backup', 'make', {});
    expect((await t.must('security', 'status', {})).lastBackupAtMs).toBe(t.nowMs);
  });
});
