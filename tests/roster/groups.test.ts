import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { groupMember, studentGroup } from '../../db/people/schema.ts';
import { createTestDesk, createTestSchool, type TestDesk } from '../support/test-desk.ts';
import { auditEntries, auditSize, importRoster } from '../support/two-schools.ts';
import { PackageDraft, zipOf } from './fixtures.ts';
import { applyUpload, countsOf, importFiles, textOf, uploadFiles } from './vendor-fixtures.ts';

const groups = [
  'sourcedId,kind,title,weekdays,startTime,endTime',
  'bus-12-am,bus,Bus 12 morning,,7:10,08:05',
  'chess,activity,Chess club,"Wed, Fri",15:30,16:30',
];
const members = [
  'groupSourcedId,studentNumber,stop,beginDate,endDate',
  'bus-12-am,no-stu-1,Elm Street,,',
  'chess,no-stu-2,,2026-01-12,2026-06-13',
];

let test: TestDesk;

beforeEach(async () => {
  test = createTestDesk();
  await createTestSchool(test);
  await importRoster(test, new PackageDraft('1.2', 'bulk'));
});

afterEach(() => {
  test.dispose();
});

function stored() {
  const { db } = test.open().unitParts;
  const titles = new Map(
    db
      .select()
      .from(studentGroup)
      .all()
      .map(({ id, title }) => [id, title]),
  );
  return {
    groups: db
      .select()
      .from(studentGroup)
      .all()
      .map(({ kind, title, weekdays, fromMinute, untilMinute, status }) => {
        return `${kind} ${title} ${weekdays.join('')} ${fromMinute}-${untilMinute} ${status}`;
      })
      .toSorted(),
    members: db
      .select()
      .from(groupMember)
      .all()
      .map(({ group, stop, beginDay, endDay, status }) => {
        return `${titles.get(group)}: ${stop}|${beginDay}|${endDay}|${status}`;
      })
      .toSorted(),
  };
}

describe('buses and activities', () => {
  it('H26: come in as two files of their own, and change and end as the files say', async () => {
    const before = auditSize(test);
    const applied = await importFiles(test, {
      'groups.csv': textOf(groups),
      'groupMembers.csv': textOf(members),
    });
    expect(countsOf(applied.differences)).toEqual({ group: { added: 2 }, groupMember: { added: 2 } });
    expect(stored()).toEqual({
      groups: ['activity Chess club 35 930-990 active', 'bus Bus 12 morning 12345 430-485 active'],
      members: ['Bus 12 morning: Elm Street|||active', 'Chess club: |2026-01-12|2026-06-13|active'],
    });
    // Whoever rides is a subject of the audit row.
    const row = auditEntries(test, before).find(({ procedure }) => procedure === 'roster.apply');
    expect(row?.subjects).toHaveLength(2);

    const next = await importFiles(test, {
      'groupMembers.csv': textOf([members[0] ?? '', 'bus-12-am,no-stu-1,Oak Road,,']),
    });
    expect(countsOf(next.differences)).toEqual({ groupMember: { changed: 1, removed: 1 } });
    expect(stored().members).toEqual([
      'Bus 12 morning: Oak Road|||active',
      'Chess club: |2026-01-12|2026-03-03|left',
    ]);
  });

  it('H26: the same files a second time change nothing', async () => {
    const files = { 'groups.csv': textOf(groups), 'groupMembers.csv': textOf(members) };
    await importFiles(test, files);
    const { upload, check } = await uploadFiles(test, files);
    expect(check).toMatchObject({ source: 'groups', accepted: true, isMapped: true });
    const review = { upload, school: check.schools[0]?.sourcedId ?? '' };
    expect(await test.must('roster', 'review', review)).toMatchObject({ changes: 0 });
  });

  it('H26: come in beside the files of a OneRoster package, by number or by id', async () => {
    const byId = ['groupSourcedId,userSourcedId', 'bus-12-am,stu-2'];
    const texts = {
      ...new PackageDraft('1.2', 'bulk').texts(),
      'groups.csv': textOf(groups),
      'groupMembers.csv': textOf(byId),
    };
    const applied = await importFiles(test, { 'package.zip': zipOf(texts).bytes });
    expect(countsOf(applied.differences)).toEqual({ group: { added: 2 }, groupMember: { added: 1 } });
  });

  it('a package without them leaves them, and who leaves the school leaves them too', async () => {
    await importFiles(test, { 'groups.csv': textOf(groups), 'groupMembers.csv': textOf(members) });
    const draft = new PackageDraft('1.2', 'bulk');
    for (const table of ['users', 'demographics']) draft.removeRow(table, 'stu-2');
    draft.removeRow('roles', 'rol-stu-2');
    draft.removeRow('enrollments', 'enr-2');
    draft.row('users', 'gua-2')['agentSourcedIds'] = '';
    const { upload, check } = await uploadFiles(test, { 'next.zip': zipOf(draft.texts()).bytes });
    const { confirmRemoved } = await test.must('roster', 'review', { upload, school: 'sch-1' });
    const applied = await test.must('roster', 'apply', { upload, confirmRemoved });
    expect(check.accepted).toBe(true);
    expect(countsOf(applied.differences)).toMatchObject({ groupMember: { removed: 1 } });
    expect(stored().groups).toHaveLength(2);
  });

  it('what is wrong names file, line, column and value, and nothing gets in', async () => {
    const wrong = {
      'groups.csv': textOf([...groups, 'chess,club,Chess again,Someday,25:00,']),
      'groupMembers.csv': textOf([...members, 'nowhere,no-stu-1,,,', 'chess,no-stu-1,,soon,']),
    };
    const { upload, check } = await uploadFiles(test, wrong);
    expect(check.accepted).toBe(false);
    const refused = check.findings.filter(({ severity }) => severity === 'refuse');
    expect(refused.map(({ code, file, line, column, value }) => [code, file, line, column, value])).toEqual([
      ['id-duplicate', 'groups.csv', 4, 'sourcedId', 'chess'],
      ['reference-missing', 'groupMembers.csv', 4, 'groupSourcedId', 'nowhere'],
      ['date-invalid', 'groupMembers.csv', 5, 'beginDate', 'soon'],
    ]);
    expect(await test.call('roster', 'review', { upload, school: 'sch-1' })).toEqual({
      ok: false,
      error: { type: 'roster-refused' },
    });
  });

  it('a template that was saved is read back as a list without rows', async () => {
    for (const kind of ['students', 'schedule', 'attendance', 'groups', 'groupMembers'] as const) {
      const { path } = await test.must('roster', 'template', { kind });
      expect(path.startsWith(test.folder)).toBe(true);
    }
    const filled = { 'groups.csv': `\uFEFF${textOf(groups)}`, 'groupMembers.csv': textOf(members) };
    const { upload, check } = await uploadFiles(test, filled);
    await applyUpload(test, upload, check);
    expect(stored().groups).toHaveLength(2);
  });
});
