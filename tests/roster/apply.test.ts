import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { enrolment, guardian, student } from '../../db/people/schema.ts';
import { readChanges } from '../../db/changes/rebuild.ts';
import { createTestDesk, createTestSchool, type TestDesk } from '../support/test-desk.ts';
import { PackageDraft, zipOf } from './fixtures.ts';

let test: TestDesk;

beforeEach(async () => {
  test = createTestDesk();
  await createTestSchool(test);
});

afterEach(() => {
  test.dispose();
});

async function upload(draft: PackageDraft): Promise<string> {
  const { bytes } = zipOf(draft.texts());
  const { upload: id } = await test.must('roster', 'begin', {
    files: [{ name: 'roster.zip', bytes: bytes.length }],
  });
  await test.must('roster', 'append', { upload: id, file: 0, chunk: Buffer.from(bytes).toString('base64') });
  return id;
}

/** Upload, check, review and apply, as the import screen does it. */
async function importPackage(draft: PackageDraft, school = 'sch-1') {
  const id = await upload(draft);
  const check = await test.must('roster', 'check', { upload: id });
  expect(check.accepted).toBe(true);
  const review = await test.must('roster', 'review', { upload: id, school });
  return test.must('roster', 'apply', { upload: id, confirmRemoved: review.confirmRemoved });
}

const rows = (table: typeof student | typeof guardian | typeof enrolment) =>
  test.open().unitParts.db.select().from(table).all();

describe.each(['1.1', '1.2'] as const)('a OneRoster %s package', (version) => {
  it('H26: becomes people, classes and enrolments of the chosen school, and of no other', async () => {
    const { applied } = await importPackage(new PackageDraft(version, 'bulk'));
    expect(applied).toBeGreaterThan(10);
    expect(
      rows(student)
        .map((row) => String(row.sourceId))
        .toSorted(),
    ).toEqual(['stu-1', 'stu-2']);
    const found = await test.must('students', 'find', { text: 'samplew test' });
    expect(found.students).toHaveLength(1);
    const contacts = await test.must('students', 'contacts', { student: found.students[0]!.id });
    expect(contacts.guardians.map((one) => one.phone)).toEqual(['+1 555 0100, +1 555 0200']);
  });

  it('H26: changes nothing when it is imported again', async () => {
    await importPackage(new PackageDraft(version, 'bulk'));
    const before = JSON.stringify(rows(student));
    const id = await upload(new PackageDraft(version, 'bulk'));
    await test.must('roster', 'check', { upload: id });
    const review = await test.must('roster', 'review', { upload: id, school: 'sch-1' });
    expect(review.changes).toBe(0);
    expect(review.differences.every((one) => one.added + one.changed + one.removed + one.revived === 0)).toBe(
      true,
    );
    await test.must('roster', 'apply', { upload: id, confirmRemoved: null });
    expect(JSON.stringify(rows(student))).toBe(before);
  });
});

it('shows each changed field old and new before anything is written, and writes only those fields', async () => {
  await importPackage(new PackageDraft('1.2', 'bulk'));
  const [found] = (await test.must('students', 'find', { text: 'Testina' })).students;
  const identity = await test.must('students', 'identity', { student: found!.id });
  await test.must('students', 'change', {
    student: found!.id,
    fields: { nationalId: { value: 'NID-1', version: identity.versions['nationalId'] ?? '' } },
  });
  const draft = new PackageDraft('1.2', 'bulk');
  draft.row('users', 'stu-1')['givenName'] = 'Renamed';
  const id = await upload(draft);
  await test.must('roster', 'check', { upload: id });
  const before = JSON.stringify(rows(student));
  await test.must('roster', 'review', { upload: id, school: 'sch-1' });
  const changed = await test.must('roster', 'rows', { upload: id, kind: 'student', change: 'changed' });
  expect(changed.rows.map((row) => row.fields)).toEqual([
    [{ field: 'givenName', before: 'Testina', after: 'Renamed' }],
  ]);
  expect(JSON.stringify(rows(student))).toBe(before);
  await test.must('roster', 'apply', { upload: id, confirmRemoved: null });
  const last = readChanges(test.open().unitParts.db).findLast((change) => change.aggregate[0] === 'student');
  const put = last?.operations[0];
  expect(put?.op === 'put' ? Object.keys(put.fields).toSorted() : []).toEqual(['givenName', 'id']);
  expect((await test.must('students', 'identity', { student: found!.id })).nationalId).toBe('NID-1');
});

it('a person missing from a bulk package leaves with the enrolments ended, and is never deleted', async () => {
  await importPackage(new PackageDraft('1.1', 'bulk'));
  const draft = new PackageDraft('1.1', 'bulk');
  draft.removeRow('users', 'stu-2');
  draft.removeRow('users', 'gua-2');
  for (const table of ['enrollments', 'demographics']) {
    draft.table(table).rows = draft.table(table).rows.filter((row) => !Object.values(row).includes('stu-2'));
  }
  const id = await upload(draft);
  await test.must('roster', 'check', { upload: id });
  const review = await test.must('roster', 'review', { upload: id, school: 'sch-1' });
  expect(review.confirmRemoved).toBe(2);
  const refused = await test.call('roster', 'apply', { upload: id, confirmRemoved: null });
  expect(refused).toEqual({ ok: false, error: { type: 'confirmation-needed', removed: 2 } });
  expect(rows(student).map((row) => row.status)).toEqual(['active', 'active']);
  await test.must('roster', 'apply', { upload: id, confirmRemoved: 2 });
  const left = test
    .open()
    .unitParts.db.select()
    .from(student)
    .all()
    .find((row) => row.sourceId === 'stu-2');
  expect(left?.status).toBe('left');
  const ended = test
    .open()
    .unitParts.db.select()
    .from(enrolment)
    .all()
    .filter((row) => row.person === left?.id);
  expect(ended.length).toBeGreaterThan(0);
  expect(ended.every((row) => row.status === 'left' && row.endDay === '2026-03-03')).toBe(true);
  // Who comes back is the same person.
  await importPackage(new PackageDraft('1.1', 'bulk'));
  expect(
    test
      .open()
      .unitParts.db.select()
      .from(student)
      .all()
      .find((row) => row.sourceId === 'stu-2'),
  ).toMatchObject({
    id: left?.id,
    status: 'active',
  });
});

it('writes nothing at all when it is cancelled half-way', async () => {
  const id = await upload(new PackageDraft('1.1', 'bulk'));
  await test.must('roster', 'check', { upload: id });
  await test.must('roster', 'review', { upload: id, school: 'sch-1' });
  const reply = await test.call('roster', 'discard', { upload: id });
  expect(reply.ok).toBe(true);
  expect(await test.call('roster', 'apply', { upload: id, confirmRemoved: null })).toEqual({
    ok: false,
    error: { type: 'upload-gone' },
  });
  expect(rows(student)).toEqual([]);
  expect(rows(guardian)).toEqual([]);
});

it('a review is outdated when somebody has changed a student since', async () => {
  await importPackage(new PackageDraft('1.1', 'bulk'));
  const draft = new PackageDraft('1.1', 'bulk');
  draft.row('users', 'stu-1')['givenName'] = 'Renamed';
  const id = await upload(draft);
  await test.must('roster', 'check', { upload: id });
  await test.must('roster', 'review', { upload: id, school: 'sch-1' });
  const [found] = (await test.must('students', 'find', { text: 'Testina' })).students;
  const identity = await test.must('students', 'identity', { student: found!.id });
  await test.must('students', 'change', {
    student: found!.id,
    fields: { nationalId: { value: 'NID-2', version: identity.versions['nationalId'] ?? '' } },
  });
  expect(await test.call('roster', 'apply', { upload: id, confirmRemoved: null })).toEqual({
    ok: false,
    error: { type: 'review-outdated' },
  });
});

it('two desks of a school that import the same file make the same people', async () => {
  await importPackage(new PackageDraft('1.1', 'bulk'));
  const ids = rows(student)
    .map((row) => row.id)
    .toSorted();
  // The same import key, another store: what enrolment hands over.
  const { rosterId } = await import('../../main/roster/roster-ids.ts');
  const { readLocalState } = await import('../../db/school/local-state.ts');
  const key = readLocalState(test.open().unitParts.db, 'import-key');
  expect(
    ['stu-1', 'stu-2'].map((sourcedId) => rosterId(key ?? new Uint8Array(), 'student', sourcedId)).toSorted(),
  ).toEqual(ids);
  expect(rosterId(new Uint8Array(32), 'student', 'stu-1')).not.toBe(ids[0]);
});
