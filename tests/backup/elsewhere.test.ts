import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createTestDesk, testPassword, type TestDesk } from '../support/test-desk.ts';
import { createTwoDesks } from '../support/two-desks.ts';
import { filledDesk } from './filled-desk.ts';

/** A computer that has no school, with the folder of backups on a disk that was brought along. */
async function emptyComputer() {
  const { test: old, recoveryKey, students } = await filledDesk();
  await old.must('backup', 'make', {});
  old.nowMs += 1000;
  await old.must('backup', 'make', {});
  const school = old.desk.chosen;
  if (school === null) throw new Error('No school');
  const disk = mkdtempSync(join(tmpdir(), 'rollkeep-disk-'));
  cpSync(join(old.folder, 'backups', school), join(disk, school), { recursive: true });
  const t = createTestDesk();
  onTestFinished(() => t.dispose());
  return { t, old, disk, school, recoveryKey, students };
}

async function newestIn(t: TestDesk, folder: string) {
  const { schools } = await t.must('backup', 'findElsewhere', { folder });
  const [found] = schools;
  const [newest] = found?.backups ?? [];
  if (found === undefined || newest === undefined) throw new Error('Nothing found');
  return { folder, school: found.school, name: newest.name };
}

describe('W14: a school on an empty computer', () => {
  test('W14: comes back from the folder and the sheet alone, with all of its backups', async () => {
    const { t, disk, school, recoveryKey, students } = await emptyComputer();
    expect(t.desk.state).toBe('no-school');
    expect(await t.must('backup', 'findElsewhere', { folder: null })).toMatchObject({ schools: [] });
    const what = await newestIn(t, disk);
    expect(what.school).toBe(school);
    // The school's own folder does as well.
    expect(await newestIn(t, join(disk, school))).toMatchObject({ school, name: what.name });
    const looked = await t.must('backup', 'inspectElsewhere', { ...what, recoveryKey });
    expect(looked).toMatchObject({ students: 3, marks: 3 });
    expect(readdirSync(join(t.folder, 'data'))).toEqual([]);

    const restored = await t.must('backup', 'restoreElsewhere', {
      ...what,
      recoveryKey,
      acceptFileKeychain: true,
    });
    expect(restored).toEqual({ students: 3, marks: 3 });
    const again = t.restart();
    expect(again.desk.state).toBe('locked');
    await again.must('desk', 'signIn', { username: 'ada', password: testPassword });
    await again.must('students', 'card', { student: students[2] });
    const status = await again.must('backup', 'status', {});
    expect(status.backups).toHaveLength(2);
    expect(await again.must('backup', 'drill', { recoveryKey: null })).toMatchObject({ problem: null });
    expect([t.bugs, again.bugs]).toEqual([[], []]);
  }, 180_000);

  test('W14: a wrong sheet, a damaged backup or a path that is none leave the computer without the school', async () => {
    const { t, disk, school, recoveryKey } = await emptyComputer();
    const what = await newestIn(t, disk);
    const other = await filledDesk();
    const tries = [
      { ...what, recoveryKey: other.recoveryKey },
      { ...what, recoveryKey, name: what.name.replace(/.$/, (last) => (last === '0' ? '1' : '0')) },
    ];
    const answers = await Promise.all(
      tries.map((one) => t.call('backup', 'restoreElsewhere', { ...one, acceptFileKeychain: true })),
    );
    expect(answers.map((one) => (one.ok ? 'ok' : one.error.type))).toEqual([
      'recovery-key-wrong',
      'backup-missing',
    ]);
    for (const [folder, why] of [
      ['backups', 'relative'],
      [join(disk, 'nowhere'), 'away'],
    ] as const) {
      expect(await t.call('backup', 'findElsewhere', { folder })).toEqual({
        ok: false,
        error: { type: 'backup-folder-refused', why },
      });
    }
    expect(existsSync(join(t.folder, 'data', 'schools', school))).toBe(false);
    expect(t.desk.state).toBe('no-school');
    expect(t.bugs).toEqual([]);
  });

  test('W14: is not put over a school that is here; backups that lie here already are moved aside, not lost', async () => {
    const { t, old, disk, school, recoveryKey } = await emptyComputer();
    const what = await newestIn(t, disk);
    await old.must('desk', 'lock', {});
    const here = { ...what, recoveryKey, acceptFileKeychain: true };
    expect(await old.call('backup', 'restoreElsewhere', here)).toEqual({
      ok: false,
      error: { type: 'school-here' },
    });
    const own = join(t.folder, 'backups', school);
    mkdirSync(own, { recursive: true });
    cpSync(join(disk, school, 'keyring.age'), join(own, 'keyring.age'));
    await t.must('backup', 'restoreElsewhere', here);
    const folders = readdirSync(join(t.folder, 'backups'));
    expect(folders).toHaveLength(2);
    expect(readdirSync(join(t.folder, 'backups', folders.find((one) => one !== school) ?? ''))).toEqual([
      'keyring.age',
    ]);
  });

  test('W14: two computers copy to one share; neither thins the other or takes its key ring, and each comes back', async () => {
    const two = await createTwoDesks();
    onTestFinished(() => two.dispose());
    const share = mkdtempSync(join(tmpdir(), 'rollkeep-share-'));
    const made = new Map<TestDesk, string[]>([
      [two.first, []],
      [two.second, []],
    ]);
    const dayMs = 86_400_000;
    // The second computer's go on for so long that by its rules most would go, whoever made them.
    for (const [desk, days] of [
      [two.first, [0, 0, 1]],
      [two.second, [0, 8, 30]],
    ] as const) {
      for (const wait of days) {
        two.pass(wait * dayMs + 60_000);
        desk.desk.lock('user');
        await desk.must('desk', 'signIn', { username: 'ada', password: testPassword });
        const settings = { minutes: null, secondFolder: share, drillEveryDays: 7 };
        await desk.must('backup', 'configure', settings);
        made.get(desk)?.push((await desk.must('backup', 'make', {})).name);
      }
    }
    const recoveryKey = two.near.recoveryKeyGroups.join(' ');
    const empty = createTestDesk();
    onTestFinished(() => empty.dispose());
    const { schools } = await empty.must('backup', 'findElsewhere', { folder: share });
    expect(schools).toHaveLength(1);
    const [found] = schools;
    if (found === undefined) throw new Error('Nothing found');
    expect(new Set(found.backups.map(({ desk }) => desk)).size).toBe(2);
    const there = new Set(found.backups.map(({ name }) => name));
    for (const [desk, own] of made) {
      expect(own.filter((name) => there.has(name))).toEqual(own);
      const name = own.at(-1);
      if (name === undefined) throw new Error('No backup was made');
      const t = createTestDesk(undefined, desk.nowMs);
      onTestFinished(() => t.dispose());
      const what = { folder: share, school: found.school, name, recoveryKey, acceptFileKeychain: true };
      await t.must('backup', 'restoreElsewhere', what);
      await t.must('desk', 'signIn', { username: 'ada', password: testPassword });
      expect((await t.must('backup', 'status', {})).backups.map((one) => one.name).toSorted()).toEqual(
        own.toSorted(),
      );
    }
  }, 180_000);
});
