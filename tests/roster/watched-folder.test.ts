import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readLocalState, writeLocalState } from '../../db/school/local-state.ts';
import { maxUploadBytes } from '../../domain/contract/roster.ts';
import { assert } from '../../domain/result.ts';
import { lookEveryMs, lookIfDue } from '../../main/roster/watched-folder.ts';
import { createTestDesk, createTestSchool, testPassword, type TestDesk } from '../support/test-desk.ts';
import { auditEntries, auditSize, importRoster } from '../support/two-schools.ts';
import { PackageDraft, zipOf } from './fixtures.ts';
import { importFiles, textOf } from './vendor-fixtures.ts';

let test: TestDesk;
let folder: string;

beforeEach(async () => {
  test = createTestDesk();
  folder = join(test.folder, 'drop');
  mkdirSync(folder);
  await createTestSchool(test);
  await importRoster(test, new PackageDraft('1.1', 'bulk'));
});

afterEach(() => {
  test.dispose();
});

/** A clean package in which one student is called otherwise. */
function packageWith(givenName: string, change: (draft: PackageDraft) => void = () => {}): Uint8Array {
  const draft = new PackageDraft('1.1', 'bulk');
  draft.row('users', 'stu-1')['givenName'] = givenName;
  change(draft);
  return zipOf(draft.texts()).bytes;
}

function drop(name: string, content: string | Uint8Array, ageMinutes = 0): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  const at = new Date(Date.UTC(2026, 2, 3, 4, 60 - ageMinutes));
  utimesSync(path, at, at);
  return path;
}

async function watchAndLook(): Promise<Awaited<ReturnType<typeof look>>> {
  await test.must('roster', 'watch', { folder });
  return look();
}

async function look() {
  return test.must('roster', 'lookNow', {});
}

async function isHere(givenName: string): Promise<boolean> {
  return (await test.must('students', 'find', { text: givenName })).students.length > 0;
}

describe('the watched folder', () => {
  it('H26: a clean drop is applied by the application itself, once, and the file is left as it was', async () => {
    const bytes = packageWith('Nightly');
    const path = drop('roster.zip', bytes);
    const before = auditSize(test);
    expect(await watchAndLook()).toMatchObject({ folder, state: 'ok', waiting: [] });
    expect(await isHere('Nightly')).toBe(true);
    expect(Buffer.compare(readFileSync(path), Buffer.from(bytes))).toBe(0);
    const row = auditEntries(test, before).find(({ procedure }) => procedure === 'roster.apply');
    expect(row).toMatchObject({
      actor: { user: null, role: null, method: 'system' },
      action: 'update',
      outcome: 'ok',
    });
    expect(row?.subjects).toHaveLength(1);
    const { imports } = await test.must('roster', 'history', {});
    expect(imports[0]).toMatchObject({ isAutomatic: true, by: '', version: '1.1' });
    expect(test.events.filter(({ type }) => type === 'roster-drop')).toHaveLength(1);
    await look();
    expect((await test.must('roster', 'history', {})).imports).toHaveLength(2);
  });

  it('H26: an older drop that is left over is never applied after a newer one', async () => {
    drop('roster-sat.zip', packageWith('Saturday'), 40);
    const sunday = drop('roster-sun.zip', packageWith('Sunday'), 20);
    await watchAndLook();
    expect(await isHere('Sunday')).toBe(true);
    rmSync(sunday);
    expect(await look()).toMatchObject({ state: 'ok', waiting: [] });
    expect([await isHere('Sunday'), await isHere('Saturday')]).toEqual([true, false]);
  });

  it('H26: what was applied before and comes again after another is applied again', async () => {
    // The same bytes: a zip made anew holds another time.
    const bytes = packageWith('Nightly');
    drop('roster.zip', bytes, 40);
    await watchAndLook();
    drop('roster.zip', packageWith('Nigthly'), 20);
    await look();
    expect(await isHere('Nigthly')).toBe(true);
    drop('roster.zip', bytes, 0);
    await look();
    expect([await isHere('Nightly'), await isHere('Nigthly')]).toEqual([true, false]);
  });

  it('H26: of two written at the same time one is applied, and the other not after it', async () => {
    drop('roster-a.zip', packageWith('Alpha'), 20);
    const last = drop('roster-b.zip', packageWith('Beta'), 20);
    await watchAndLook();
    expect(await isHere('Beta')).toBe(true);
    rmSync(last);
    await look();
    expect([await isHere('Beta'), await isHere('Alpha')]).toEqual([true, false]);
  });

  it('H26: what lies between two copies of the last one is not applied when the newer copy is moved away', async () => {
    const bytes = packageWith('Nightly');
    drop('roster-1.zip', bytes, 40);
    await watchAndLook();
    drop('roster-2.zip', packageWith('Between'), 30);
    const again = drop('roster-3.zip', bytes, 20);
    await look();
    rmSync(again);
    await look();
    expect([await isHere('Nightly'), await isHere('Between')]).toEqual([true, false]);
  });

  it('H26: a file written within the last minute, or dated ahead, is left until a later look, which says so', async () => {
    const path = drop('roster.zip', packageWith('Fresh'));
    const date = (agoMs: number) => {
      const at = new Date(test.nowMs - agoMs);
      utimesSync(path, at, at);
    };
    date(-5 * 60_000);
    expect(await watchAndLook()).toMatchObject({ state: 'ok', waiting: [], fresh: 1 });
    expect(await isHere('Fresh')).toBe(false);
    date(60_000);
    expect(await look()).toMatchObject({ fresh: 1 });
    expect(await isHere('Fresh')).toBe(false);
    test.nowMs += 1000;
    expect(await look()).toMatchObject({ fresh: 0 });
    expect(await isHere('Fresh')).toBe(true);
  });

  it('H26: a file that waits and has grown past the limit is not read', async () => {
    const path = drop('roster.zip', new Uint8Array(40));
    expect((await watchAndLook()).waiting).toMatchObject([{ file: 'roster.zip' }]);
    truncateSync(path, maxUploadBytes + 1);
    const readFile = vi.spyOn(fs, 'readFile').mockResolvedValue(Buffer.alloc(0));
    syncBuiltinESMExports();
    try {
      expect(await test.call('roster', 'openDrop', { file: 'roster.zip' })).toEqual({
        ok: false,
        error: { type: 'drop-gone' },
      });
      expect(readFile).not.toHaveBeenCalled();
    } finally {
      readFile.mockRestore();
      syncBuiltinESMExports();
    }
  });

  it('H26: a state from before the last drop was kept is read, with nothing dealt with', async () => {
    drop('roster.zip', packageWith('Nightly'));
    await watchAndLook();
    const { db } = test.open().unitParts;
    const stored = readLocalState(db, 'watched-folder');
    assert(stored !== undefined, 'the folder is watched');
    const { dealt, ...rest } = JSON.parse(Buffer.from(stored).toString('utf8')) as Record<string, unknown>;
    expect(Object.keys(dealt as object)).toEqual(['zip']);
    writeLocalState(
      db,
      'watched-folder',
      Buffer.from(JSON.stringify({ ...rest, settled: ['0'.repeat(64)] })),
    );
    expect(await look()).toMatchObject({ folder, state: 'ok', waiting: [] });
    expect(await isHere('Nightly')).toBe(true);
  });

  it("H26: a change of a guardian's contacts stands in the access record of whose guardian it is", async () => {
    drop(
      'roster.zip',
      packageWith('', (draft) => {
        draft.row('users', 'stu-1')['givenName'] =
          new PackageDraft('1.1', 'bulk').row('users', 'stu-1')['givenName'] ?? '';
        draft.row('users', 'gua-1')['phone'] = '+44 20 7946 0999';
      }),
    );
    const before = auditSize(test);
    await watchAndLook();
    const row = auditEntries(test, before).find(({ procedure }) => procedure === 'roster.apply');
    const { students } = await test.must('students', 'list', { page: { limit: 50 } });
    expect(row?.subjects.length).toBeGreaterThan(0);
    expect(students.map(({ id }) => id)).toEqual(expect.arrayContaining([...(row?.subjects ?? [])]));
  });

  it('H26: a drop with a warning waits for a person, with nothing applied, and is reviewed from there', async () => {
    drop(
      'roster.zip',
      packageWith('Doubtful', (draft) => {
        draft.row('demographics', 'stu-1')['birthDate'] = '2031-01-01';
      }),
    );
    expect(await watchAndLook()).toMatchObject({
      waiting: [{ file: 'roster.zip', reason: 'warnings', count: 1 }],
    });
    expect(await isHere('Doubtful')).toBe(false);
    const { upload } = await test.must('roster', 'openDrop', { file: 'roster.zip' });
    const check = await test.must('roster', 'check', { upload });
    expect(check.findings.map(({ code }) => code)).toContain('birth-date-unlikely');
    await test.must('roster', 'review', { upload, school: 'sch-1' });
    await test.must('roster', 'apply', { upload, confirmRemoved: null });
    expect(await isHere('Doubtful')).toBe(true);
    expect(await test.must('roster', 'watched', {})).toMatchObject({ waiting: [] });
    expect(await look()).toMatchObject({ waiting: [] });
  });

  it('H26: a drop that removes many waits, as does one that is refused', async () => {
    drop(
      'roster.zip',
      packageWith('Cut', (draft) => {
        for (const table of ['users', 'demographics']) draft.removeRow(table, 'stu-2');
        draft.removeRow('enrollments', 'enr-2');
        draft.row('users', 'gua-2')['agentSourcedIds'] = '';
      }),
    );
    const state = await watchAndLook();
    // The guardian of nobody is information and does not hold it up: the removal does.
    expect(state.waiting).toMatchObject([{ reason: 'removals', count: 2 }]);
    expect(await isHere('Placeholder')).toBe(true);
    drop('later.zip', new Uint8Array(40), -1);
    expect((await look()).waiting).toMatchObject([{ file: 'later.zip', reason: 'refused' }]);
  });

  it('H26: the newest counts; an older one is never applied after it, and a newer clean one ends the waiting', async () => {
    drop('monday.zip', packageWith('Monday'), 30);
    drop('tuesday.zip', packageWith('Tuesday'), 10);
    await watchAndLook();
    expect([await isHere('Monday'), await isHere('Tuesday')]).toEqual([false, true]);
    await look();
    expect(await isHere('Monday')).toBe(false);
    drop('wednesday.zip', new Uint8Array(40), 5);
    expect((await look()).waiting).toMatchObject([{ file: 'wednesday.zip' }]);
    drop('thursday.zip', packageWith('Thursday'));
    expect((await look()).waiting).toEqual([]);
    expect(await isHere('Thursday')).toBe(true);
  });

  it('H26: a list is taken once its columns have been confirmed, and never before', async () => {
    const lines = [
      'Student number,First name,Last name',
      'no-stu-1,Listed,Samplewood',
      'no-stu-2,Fixture,Placeholder',
    ];
    drop('nightly.csv', textOf(lines).replace('Listed', 'Unseen'));
    await watchAndLook();
    expect(await isHere('Unseen')).toBe(false);
    await importFiles(test, { 'first.csv': textOf(lines).replace('Listed', 'Testina') });
    drop('nightly.csv', textOf(lines));
    await look();
    expect(await isHere('Listed')).toBe(true);
  });

  it('H26: buses and their riders come in by themselves too', async () => {
    drop('groups.csv', 'sourcedId,kind,title\r\nbus-1,bus,Bus 1\r\n');
    drop('groupMembers.csv', 'groupSourcedId,studentNumber\r\nbus-1,no-stu-1\r\n');
    expect(await watchAndLook()).toMatchObject({ waiting: [] });
    const { imports } = await test.must('roster', 'history', {});
    expect(imports.slice(0, 2).map(({ version, isAutomatic }) => [version, isAutomatic])).toEqual([
      ['groups', true],
      ['groups', true],
    ]);
  });

  it('drops of several kinds wait beside each other', async () => {
    drop('roster.zip', new Uint8Array(40));
    drop('groups.csv', 'sourcedId,kind,title\r\nbus-1,ship,Bus 1\r\n');
    const { waiting } = await watchAndLook();
    expect(waiting.map(({ file, reason }) => [file, reason])).toEqual([
      ['roster.zip', 'refused'],
      ['groups.csv', 'refused'],
    ]);
    await test.must('roster', 'putDropAside', { file: 'roster.zip' });
    expect((await look()).waiting.map(({ file }) => file)).toEqual(['groups.csv']);
  });

  it('is looked into at sign-in and every hour, and not in between', async () => {
    await test.must('roster', 'watch', { folder });
    const lookedAt = async () => (await test.must('roster', 'watched', {})).lookedAtMs;
    await lookIfDue(test.desk);
    const first = await lookedAt();
    assert(first !== null, 'the folder was looked into');
    test.nowMs += 10 * 60_000;
    await lookIfDue(test.desk);
    expect(await lookedAt()).toBe(first);
    await test.must('desk', 'lock', {});
    await test.must('desk', 'signIn', { username: 'ada', password: testPassword });
    await lookIfDue(test.desk);
    expect(await lookedAt()).toBe(test.nowMs);
    test.nowMs += lookEveryMs - 1;
    await test.must('desk', 'stayActive', {});
    await lookIfDue(test.desk);
    expect(await lookedAt()).toBe(test.nowMs - lookEveryMs + 1);
  });

  it('says that the folder is gone, and takes up again when it is back', async () => {
    await test.must('roster', 'watch', { folder });
    rmSync(folder, { recursive: true });
    expect(await look()).toMatchObject({ folder, state: 'gone' });
    mkdirSync(folder);
    drop('roster.zip', packageWith('Returned'));
    expect(await look()).toMatchObject({ state: 'ok' });
    expect(await isHere('Returned')).toBe(true);
  });

  it('takes only the whole path of a folder that can be read', async () => {
    drop('file.zip', 'x');
    for (const wrong of [join(folder, 'nowhere'), join(folder, 'file.zip'), 'drop', '../drop']) {
      expect(await test.call('roster', 'watch', { folder: wrong })).toEqual({
        ok: false,
        error: { type: 'folder-unreadable' },
      });
    }
    expect(await test.must('roster', 'watched', {})).toMatchObject({ folder: null, state: 'off' });
  });

  it('what is put aside is not offered again; what is gone cannot be opened', async () => {
    const path = drop('roster.zip', new Uint8Array(40));
    await watchAndLook();
    await test.must('roster', 'putDropAside', { file: 'roster.zip' });
    expect((await look()).waiting).toEqual([]);
    expect(existsSync(path)).toBe(true);
    drop('other.zip', new Uint8Array(41), -1);
    expect((await look()).waiting).toMatchObject([{ file: 'other.zip' }]);
    writeFileSync(join(folder, 'other.zip'), 'another now');
    expect(await test.call('roster', 'openDrop', { file: 'other.zip' })).toEqual({
      ok: false,
      error: { type: 'drop-gone' },
    });
  });

  it('stops when the desk is locked, with nothing applied', async () => {
    drop('roster.zip', packageWith('Locked'));
    await test.must('roster', 'watch', { folder });
    const looking = lookIfDue(test.desk);
    test.desk.lock('user');
    await looking;
    await test.must('desk', 'signIn', { username: 'ada', password: testPassword });
    expect(await isHere('Locked')).toBe(false);
    expect(test.bugs).toEqual([]);
  });

  it('the first package of a school waits: which school it is, a person says', async () => {
    const fresh = createTestDesk();
    await createTestSchool(fresh);
    drop('roster.zip', packageWith('First'));
    await fresh.must('roster', 'watch', { folder });
    expect(await fresh.must('roster', 'lookNow', {})).toMatchObject({ waiting: [{ reason: 'question' }] });
    fresh.dispose();
  });
});
