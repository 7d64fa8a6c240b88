import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseEntryText } from '../../domain/audit/entry.ts';
import { planThinning } from '../../domain/backup/thinning.ts';
import { dayAt } from '../../domain/calendar/local-time.ts';
import { readLocalNumber, writeLocalNumber } from '../../db/school/local-state.ts';
import { backupName, listBackups, readRingKeys, ringPath } from '../../main/backup/backup-file.ts';
import { backUpIfDue } from '../../main/backup/due.ts';
import { thinBackups } from '../../main/backup/thin.ts';
import { watchBackups } from '../../main/backup/watch.ts';
import { systemRandom } from '../../main/vault/random.ts';
import { createTestUser, testPassword, type TestDesk } from '../support/test-desk.ts';
import { filledDesk } from './filled-desk.ts';

const hour = 3_600_000;
const day = 24 * hour;

function folderOf(t: TestDesk): string {
  return join(t.folder, 'backups', String(t.desk.chosen));
}

/** Where the copies of this computer lie. */
function copiesOf(t: TestDesk, second: string): string {
  const { id, desk } = t.open().unitParts.school;
  return join(second, id, desk);
}

function names(folder: string): string[] {
  return listBackups(folder).map(({ name }) => name);
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

/** Puts copies of a real backup into the folder under other times: the header alone says when it was made. */
function fillFolder(folder: string, times: readonly number[]): void {
  const [real] = listBackups(folder);
  if (real === undefined) throw new Error('No backup');
  const bytes = readFileSync(join(folder, `${real.name}.age`));
  const at = bytes.indexOf(String(real.atMs));
  for (const atMs of times) {
    const copy = Buffer.from(bytes);
    copy.write(String(atMs).padStart(String(real.atMs).length, '0'), at, 'latin1');
    writeFileSync(join(folder, `${backupName(atMs, systemRandom)}.age`), copy);
  }
}

async function signIn(t: TestDesk): Promise<void> {
  // An hour has passed: the session is over.
  await t.desk.endSessionIfOver();
  if (t.desk.state === 'locked') await t.must('desk', 'signIn', { username: 'ada', password: testPassword });
}

describe('W13: thinning', () => {
  test('W13: seven years of daily backups, made and thinned one after the other, leave what the rules say', async () => {
    const { test: t } = await filledDesk();
    // The desk's first day lies seven years back; then a real backup every day, thinned as it is made.
    const years = 7;
    const days = years * 365 + 10;
    let most = 0;
    const folder = folderOf(t);
    const made = [t.nowMs];
    await t.must('backup', 'make', {});
    for (let index = 1; index <= days; index++) {
      t.nowMs += day;
      made.push(t.nowMs);
      // A real backup now and then, and always in the last weeks; between them its copies: making 2,565 takes too long here.
      if (index % 120 === 0 || index > days - 3) {
        await signIn(t);
        await t.must('backup', 'make', {});
      } else {
        fillFolder(folder, [t.nowMs]);
        if (index % 60 === 0) {
          await signIn(t);
          writeLocalNumber(t.open().unitParts.db, 'clock-seen', t.nowMs);
          await thinBackups(t.desk, t.open());
        }
      }
      if (index % 100 === 0) most = Math.max(most, names(folder).length);
    }
    const kept = listBackups(folder);
    const daysKept = kept.map(({ atMs }) => dayAt(atMs, 'Europe/London'));
    expect(new Set(daysKept.slice(0, 35)).size).toBe(35);
    const months = new Set(daysKept.map((one) => one.slice(0, 7)));
    expect(months.size).toBe(85);
    // Thinned all the way as if nothing had ever been removed before.
    const backups = made.map((atMs) => ({ name: String(atMs), atMs, isProven: false }));
    const plan = planThinning(backups, { nowMs: t.nowMs, trustedMs: null, timeZone: 'Europe/London' });
    expect(plan.ok && plan.value.kept.map(({ name }) => Number(name))).toEqual(kept.map(({ atMs }) => atMs));
    expect(most).toBeLessThan(35 + 53 + 85 + 61);
    expect(existsSync(ringPath(folder))).toBe(true);
    const removals = auditRows(t, 'backup.thin');
    expect(removals[0]).toMatchObject({
      action: 'delete',
      record: { type: 'backup', id: null },
      actor: { method: 'system' },
    });
    const total = removals.reduce((sum, { count }) => sum + count, 0);
    expect(total).toBe(days + 1 - kept.length);
    const status = await t.must('backup', 'status', {});
    expect(new Set(status.backups.map(({ rule }) => rule))).toEqual(
      new Set(['newest', 'recent', 'day', 'week', 'month']),
    );
    expect(t.bugs).toEqual([]);
  }, 240_000);

  test('W13: a clock set ahead by years removes nothing, until an administrator says that it is right', async () => {
    const { test: t } = await filledDesk();
    await t.must('backup', 'make', {});
    const folder = folderOf(t);
    fillFolder(
      folder,
      Array.from({ length: 300 }, (_, index) => t.nowMs - (index + 1) * day),
    );
    const before = names(folder);
    const fromMs = t.nowMs;
    t.nowMs += 5 * 365 * day;
    await signIn(t);
    await t.must('backup', 'make', {});
    expect(names(folder)).toEqual(expect.arrayContaining(before));
    const status = await t.must('backup', 'status', {});
    expect(status.clockLeap).toEqual({ fromMs, toMs: t.nowMs });
    expect(auditRows(t, 'backup.thin')).toEqual([]);
    await t.must('backup', 'trustClock', {});
    await t.must('backup', 'make', {});
    expect((await t.must('backup', 'status', {})).clockLeap).toBeNull();
    expect(names(folder).length).toBeLessThan(20);
  }, 180_000);

  test('W13: whoever stops a thinning on the way leaves every backup that is kept, and the next run ends it', async () => {
    const { test: t } = await filledDesk();
    await t.must('backup', 'make', {});
    const folder = folderOf(t);
    fillFolder(
      folder,
      Array.from({ length: 120 }, (_, index) => t.nowMs - (index + 1) * day),
    );
    const all = names(folder);
    await thinBackups(t.desk, t.open());
    const kept = names(folder);
    expect(kept.length).toBeLessThan(all.length);
    // The same folder again, and the session ended after each number of removals: as good as a power cut between two.
    for (const after of [1, 2, 7, 30]) {
      fillFolder(
        folder,
        Array.from({ length: 100 }, (_, index) => t.nowMs - (index + 10) * day - 1000),
      );
      const total = names(folder).length;
      const thinning = thinBackups(t.desk, t.open());
      while (total - names(folder).length < after) await new Promise((done) => setImmediate(done));
      t.desk.lock('user');
      await thinning;
      expect(names(folder)).toEqual(expect.arrayContaining(kept));
      expect(names(folder).length).toBeGreaterThan(kept.length);
      await signIn(t);
      await thinBackups(t.desk, t.open());
      expect(names(folder)).toEqual(kept);
    }
    expect(t.bugs).toEqual([]);
  }, 180_000);

  test('W13: an old sheet opens later key rings only as long as a kept backup needs it', async () => {
    const { test: t } = await filledDesk();
    await t.must('backup', 'make', {});
    const folder = folderOf(t);
    const old = 'ab'.repeat(32);
    const { db } = t.open().unitParts;
    const recipients = readRingKeys(ringPath(folder)) ?? [];
    t.open()
      .connection.prepare("UPDATE local_state SET value = ? WHERE name = 'backup-recipients'")
      .run(Buffer.from(JSON.stringify([old, ...recipients])));
    await t.must('backup', 'make', {});
    t.nowMs += 1000;
    await t.must('backup', 'make', {});
    expect(readRingKeys(ringPath(folder))).toEqual(recipients);
    expect(readLocalNumber(db, 'last-backup')).toBe(t.nowMs);
  });
});

describe('W13: when, and where else', () => {
  test('W13: is made at the chosen time of the school, or at the next opening when that was missed', async () => {
    const { test: t } = await filledDesk();
    await t.must('backup', 'make', {});
    await t.must('backup', 'configure', { minutes: 10 * 60 + 30, secondFolder: null, drillEveryDays: 7 });
    expect((await t.must('backup', 'status', {})).nextDueAtMs).toBe(t.nowMs + hour / 2);
    t.nowMs += hour / 2 - 1;
    await backUpIfDue(t.desk);
    expect(names(folderOf(t))).toHaveLength(1);
    t.nowMs += 3 * day;
    await signIn(t);
    await backUpIfDue(t.desk);
    expect(names(folderOf(t))).toHaveLength(2);
  });

  test('W13: waits until nobody has called for a minute, or ten minutes after sign-in', async () => {
    const { test: t } = await filledDesk();
    const folder = folderOf(t);
    for (let second = 0; second < 590; second += 5) {
      t.nowMs += 5000;
      if (second % 30 === 0) t.desk.touchSession();
      await watchBackups(t.desk);
    }
    expect(names(folder)).toHaveLength(0);
    t.nowMs += 15_000;
    t.desk.touchSession();
    await watchBackups(t.desk);
    expect(names(folder)).toHaveLength(1);
    t.nowMs += day;
    await signIn(t);
    await watchBackups(t.desk);
    expect(names(folder)).toHaveLength(1);
    t.nowMs += 60_000;
    await watchBackups(t.desk);
    expect(names(folder)).toHaveLength(2);
  });

  test('W13: each backup is copied to the second folder and thinned there; away is said, and after a week an alarm', async () => {
    const { test: t } = await filledDesk();
    const second = join(t.folder, 'usb');
    const refused = await t.call('backup', 'configure', {
      minutes: null,
      secondFolder: second,
      drillEveryDays: 7,
    });
    expect(refused).toEqual({ ok: false, error: { type: 'backup-folder-refused', why: 'away' } });
    const own = await t.call('backup', 'configure', {
      minutes: null,
      secondFolder: join(t.folder, 'backups', 'x', '..'),
      drillEveryDays: 7,
    });
    expect(own.ok).toBe(false);
    mkdirSync(second);
    await t.must('backup', 'configure', { minutes: null, secondFolder: second, drillEveryDays: 7 });
    await t.must('backup', 'make', {});
    const there = copiesOf(t, second);
    for (const file of readdirSync(folderOf(t))) {
      expect(readFileSync(join(there, file)).equals(readFileSync(join(folderOf(t), file)))).toBe(true);
      expect(statSync(join(there, file)).mode & 0o777).toBe(0o600);
    }
    const okMs = t.nowMs;
    expect((await t.must('backup', 'status', {})).copy).toEqual({ okMs, problem: null });

    renameSync(second, `${second}.out`);
    t.nowMs += day;
    await signIn(t);
    await t.must('backup', 'make', {});
    expect(existsSync(second)).toBe(false);
    const status = await t.must('backup', 'status', {});
    expect(status).toMatchObject({ copy: { okMs, problem: 'away' }, alarms: [] });
    t.nowMs += 6 * day + hour;
    await signIn(t);
    await watchBackups(t.desk);
    expect(await t.must('backup', 'status', {})).toMatchObject({ alarms: [{ kind: 'copy-overdue' }] });

    renameSync(`${second}.out`, second);
    await t.must('backup', 'make', {});
    expect(names(there)).toEqual(names(folderOf(t)));
    expect((await t.must('backup', 'status', {})).alarms).toEqual([]);
    // A copy that was broken off, of a backup that is gone since.
    writeFileSync(join(there, 'rollkeep-20260101T000000Z-00000000.age.part'), 'half');
    fillFolder(there, [t.nowMs - 100 * day - 2 * hour, t.nowMs - 100 * day]);
    await t.must('backup', 'make', {});
    expect(names(there)).toHaveLength(names(folderOf(t)).length + 1);
    expect(readdirSync(there).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

describe('W13: alarms', () => {
  test('W13: a backup that fails is an alarm on the log and for everybody, gone with the next that succeeds', async () => {
    const { test: t } = await filledDesk();
    writeFileSync(join(t.folder, 'backups'), 'in the way');
    await backUpIfDue(t.desk);
    t.nowMs += hour / 2;
    await t.call('backup', 'make', {});
    const alarm = { kind: 'backup-failed', sinceMs: t.nowMs - hour / 2, reason: 'folder-not-writable' };
    expect((await t.must('desk', 'status', {})).backupAlarms).toEqual([alarm]);
    // One row for the alarm, however often it fails for the same reason.
    expect(auditRows(t, 'backup.watch')).toMatchObject([
      {
        action: 'alarm',
        record: { type: 'backup', id: null },
        reason: 'backup-failed',
        outcome: 'error:folder-not-writable',
      },
    ]);
    rmSync(join(t.folder, 'backups'));
    await t.must('backup', 'make', {});
    expect((await t.must('desk', 'status', {})).backupAlarms).toEqual([]);
  });

  test('W13: more than 26 hours without a backup, an hour of them in use, is an alarm; a holiday is none', async () => {
    const { test: t } = await filledDesk();
    await t.must('backup', 'make', {});
    const kinds = async () => (await t.must('desk', 'status', {})).backupAlarms.map(({ kind }) => kind);
    t.nowMs += 40 * day;
    await signIn(t);
    // The backup cannot be made: somebody always calls, for less than ten minutes each time.
    const use = async (minutes: number): Promise<void> => {
      for (let second = 0; second < minutes * 60; second += 10) {
        t.nowMs += 10_000;
        t.desk.touchSession();
        await watchBackups(t.desk);
      }
    };
    for (let session = 0; session < 6; session++) {
      await use(9);
      expect(await kinds()).toEqual([]);
      await t.must('desk', 'lock', {});
      t.nowMs += 60_000;
      await signIn(t);
    }
    await use(9);
    expect(await kinds()).toEqual(['backup-overdue']);
    await use(2);
    expect(names(folderOf(t))).toHaveLength(2);
    expect(await kinds()).toEqual([]);
  }, 180_000);

  test('W14: no drill for a week after it was due is an alarm', async () => {
    const { test: t } = await filledDesk();
    await t.must('backup', 'make', {});
    const { db } = t.open().unitParts;
    const kinds = async () => (await t.must('desk', 'status', {})).backupAlarms.map(({ kind }) => kind);
    writeLocalNumber(db, 'drills-since', t.nowMs);
    writeLocalNumber(db, 'use-since-drill', 2 * hour);
    t.nowMs += 14 * day;
    await signIn(t);
    await watchBackups(t.desk);
    expect(await kinds()).toEqual([]);
    t.nowMs += 1000;
    await watchBackups(t.desk);
    expect(await kinds()).toEqual(['drill-overdue']);
    await t.must('backup', 'drill', { recoveryKey: null });
    expect(await kinds()).toEqual([]);
  }, 180_000);
});

test('W14: the drill that is due runs by itself on a fresh backup once the desk is quiet', async () => {
  const { test: t } = await filledDesk();
  t.nowMs += 61_000;
  await watchBackups(t.desk);
  await watchBackups(t.desk);
  const status = await t.must('backup', 'status', {});
  expect(status.drills).toMatchObject([{ problem: null, way: 'drill-key' }]);
  t.nowMs += 61_000;
  await watchBackups(t.desk);
  expect((await t.must('backup', 'status', {})).drills).toHaveLength(1);
  expect(auditRows(t, 'backup.drill').map(({ actor }) => actor.method)).toEqual(['system']);
}, 180_000);

test('W13: a reset in the middle begins the backup anew under the new master key', async () => {
  const { test: t } = await filledDesk();
  const user = await createTestUser(t, 'nora', 'nurse');
  const before = t.open();
  const making = t.call('backup', 'make', {});
  const removing = t.call('users', 'remove', { id: user });
  expect((await removing).ok).toBe(true);
  const made = await making;
  expect(made.ok).toBe(true);
  expect(t.open()).not.toBe(before);
  expect(await t.must('backup', 'drill', { recoveryKey: null })).toMatchObject({ problem: null });
}, 180_000);
