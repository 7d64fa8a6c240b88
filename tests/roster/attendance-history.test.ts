import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mark } from '../../db/attendance/schema.ts';
import type { Output } from '../../renderer/app/api.ts';
import { assert } from '../../domain/result.ts';
import { createTestDesk, createTestSchool, type TestDesk } from '../support/test-desk.ts';
import { auditEntries, auditSize, importRoster, nearPlants, rosterOf } from '../support/two-schools.ts';
import { confirmMapping, textOf, uploadFiles } from './vendor-fixtures.ts';

let test: TestDesk;

beforeEach(async () => {
  test = createTestDesk();
  await createTestSchool(test);
  await importRoster(test, rosterOf(nearPlants));
});

afterEach(() => {
  test.dispose();
});

/** The day of the tests is Tuesday 3 March 2026. */
const history = [
  'Date;Student number;Session;Mark;Mins;Comment',
  '02/03/2026;no-stu-1;AM;/;;',
  '02/03/2026;no-stu-1;PM;Late;12;"missed the bus',
  'and walked"',
  '02/03/2026;no-stu-2;AM;Ill;;',
  '27/02/2026;no-stu-1;AM;/;;',
  '27/02/2026;no-stu-9;AM;/;;',
  '28/02/2026;no-stu-1;AM;/;;',
  '05/03/2026;no-stu-1;AM;/;;',
  '27/02/2026;no-stu-1;P3;/;;',
  '27/02/2026;no-stu-2;AM;Gone;;',
  '27/02/2026;no-stu-2;PM;;;',
];
const codes = { '/': '/', Late: 'L', Ill: 'I', Gone: '' };

async function upload(lines: readonly string[] = history): Promise<string> {
  const uploaded = await uploadFiles(test, { 'marks.csv': textOf(lines) });
  if (uploaded.check.isMapped) return uploaded.upload;
  const check = await confirmMapping(test, uploaded, { codes, dateFormat: 'dmy' });
  assert(check.isMapped, JSON.stringify(check.files));
  return uploaded.upload;
}

function linesOf(kind: Output<'roster', 'reviewMarks'>['conflicts']): number[] {
  return kind.examples.map(({ line }) => line);
}

function storedMarks(): string[] {
  return test
    .open()
    .unitParts.db.select()
    .from(mark)
    .all()
    .map(({ day, session, column, code, minutes }) => `${day} ${session} ${column} ${code} ${minutes ?? ''}`)
    .toSorted();
}

describe('marks of days gone by', () => {
  it('are recognised, with the codes that have to be given a meaning', async () => {
    const { check } = await uploadFiles(test, { 'marks.csv': textOf(history) });
    expect(check).toMatchObject({ source: 'attendance', isMapped: false });
    expect(check.files[0]).toMatchObject({
      mapping: {
        kind: 'attendance',
        columns: {
          date: 'Date',
          studentNumber: 'Student number',
          session: 'Session',
          code: 'Mark',
          minutes: 'Mins',
        },
        dateFormat: 'dmy',
        codes: { '/': '/' },
      },
      missing: ['codes'],
    });
    expect(check.files[0]?.codes[3]).toEqual(['/', 'Gone', 'Ill', 'Late']);
    expect(check.ownCodes.map(({ code }) => code)).toContain('L');
  });

  it('H26: the review says what would be entered and why the rest would not', async () => {
    const review = await test.must('roster', 'reviewMarks', { upload: await upload() });
    expect(review).toMatchObject({
      marks: 4,
      days: 2,
      students: 2,
      firstDay: '2026-02-27',
      lastDay: '2026-03-02',
      same: 0,
      leftOut: 2,
    });
    expect({
      unknownStudents: linesOf(review.unknownStudents),
      closedDays: linesOf(review.closedDays),
      inFuture: linesOf(review.inFuture),
      notExpected: linesOf(review.notExpected),
    }).toEqual({ unknownStudents: [8], closedDays: [9], inFuture: [10], notExpected: [11] });
    expect(storedMarks()).toEqual([]);
  });

  it('H26: are entered as office marks of who imports them, with minutes and note', async () => {
    const id = await upload();
    const before = auditSize(test);
    expect(await test.must('roster', 'applyMarks', { upload: id })).toEqual({ applied: 4 });
    expect(storedMarks()).toEqual([
      '2026-02-27 am office / ',
      '2026-03-02 am office / ',
      '2026-03-02 am office I ',
      '2026-03-02 pm office L 12',
    ]);
    const [row] = auditEntries(test, before);
    expect(row).toMatchObject({ procedure: 'roster.applyMarks', action: 'update', count: 4 });
    expect(row?.subjects).toHaveLength(2);
    const { registers } = await test.must('attendance', 'registers', { day: '2026-03-02' });
    const pm = registers.filter(({ session }) => session === 'pm');
    const shown = await Promise.all(
      pm.map(async (each) =>
        test.must('attendance', 'register', { day: '2026-03-02', class: each.class, session: 'pm' }),
      ),
    );
    const late = shown.flatMap(({ students }) => students).find(({ office }) => office?.code === 'L');
    expect(late?.office).toMatchObject({ minutes: 12, note: 'missed the bus and walked', by: 'Ada Example' });
    const { imports } = await test.must('roster', 'history', {});
    expect(imports[0]).toMatchObject({ version: 'attendance', differences: [{ kind: 'mark', added: 4 }] });
  });

  it('H26: the same file a second time adds nothing, and its codes are remembered', async () => {
    await test.must('roster', 'applyMarks', { upload: await upload() });
    const marks = storedMarks();
    const again = await uploadFiles(test, { 'again.csv': textOf(history) });
    expect(again.check.files[0]).toMatchObject({ origin: 'remembered', missing: [] });
    const review = await test.must('roster', 'reviewMarks', { upload: again.upload });
    expect(review).toMatchObject({ marks: 0, same: 4 });
    expect(await test.must('roster', 'applyMarks', { upload: again.upload })).toEqual({ applied: 0 });
    expect(storedMarks()).toEqual(marks);
  });

  it('H26: a mark that stands stays, also one that was withdrawn', async () => {
    const { registers } = await test.must('attendance', 'registers', { day: '2026-03-02' });
    const register = registers.find(({ session }) => session === 'am');
    assert(register !== undefined, 'there are registers');
    const place = { day: '2026-03-02', class: register.class, session: 'am' } as const;
    const { students } = await test.must('attendance', 'register', place);
    const student = students[0]?.id;
    assert(student !== undefined, 'there are students');
    await test.must('attendance', 'mark', { ...place, marks: [{ student, code: 'L', minutes: 3 }] });
    const review = await test.must('roster', 'reviewMarks', { upload: await upload() });
    expect(review.conflicts).toMatchObject({ rows: 1, examples: [{ standing: 'L' }] });
    await test.must('attendance', 'mark', { ...place, marks: [{ student, code: null }] });
    const later = await test.must('roster', 'reviewMarks', { upload: await upload() });
    expect(later.conflicts).toMatchObject({ rows: 1, examples: [{ standing: '' }] });
    await test.must('roster', 'applyMarks', { upload: await upload() });
    expect(storedMarks()).toHaveLength(5);
  });

  it('of two rows for one register the first counts', async () => {
    const lines = [
      history[0] ?? '',
      '02/03/2026;no-stu-1;AM;/;;',
      '02/03/2026;no-stu-1;AM;Ill;;',
      '02/03/2026;no-stu-1;AM;/;;',
    ];
    const review = await test.must('roster', 'reviewMarks', { upload: await upload(lines) });
    expect(review).toMatchObject({
      marks: 1,
      same: 1,
      conflicts: { rows: 1, examples: [{ line: 3, standing: '/' }] },
    });
  });

  it('a new code in a remembered file is asked for', async () => {
    await upload();
    const lines = [...history, '02/03/2026;no-stu-2;PM;Trip;;'];
    const { check } = await uploadFiles(test, { 'next.csv': textOf(lines) });
    expect(check).toMatchObject({ isMapped: false });
    expect(check.files[0]).toMatchObject({ origin: 'remembered', missing: ['codes'] });
  });

  it('stops when it is cancelled, with nothing written', async () => {
    const lines = [history[0] ?? '', ...Array.from({ length: 3000 }, () => '02/03/2026;no-stu-1;AM;/;;')];
    const id = await upload(lines);
    const { options } = test.desk;
    const { isCancelled } = options;
    Object.assign(options, { isCancelled: () => true });
    expect(await test.call('roster', 'applyMarks', { upload: id })).toEqual({
      ok: false,
      error: { type: 'cancelled' },
    });
    Object.assign(options, { isCancelled });
    expect(storedMarks()).toEqual([]);
  });

  it('a roster is not reviewed as marks, nor marks as a roster', async () => {
    const id = await upload();
    expect(await test.call('roster', 'review', { upload: id, school: 'sch-1' })).toMatchObject({
      error: { type: 'roster-refused' },
    });
    const list = await uploadFiles(test, { 'list.csv': 'Student number,First name\r\n1,A\r\n' });
    expect(await test.call('roster', 'applyMarks', { upload: list.upload })).toMatchObject({
      error: { type: 'roster-refused' },
    });
  });
});
