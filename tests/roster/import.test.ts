import { describe, expect, test } from 'vitest';
import { assert } from '../../domain/result.ts';
import { checkPackage, type PackageCheck } from '../../domain/roster/check-package.ts';
import { diffRoster, type RosterDiff } from '../../domain/roster/diff-roster.ts';
import { chooseSchool } from '../../domain/roster/plan-import.ts';
import { silentPulse } from '../../domain/roster/pulse.ts';
import type { Roster } from '../../domain/roster/roster.ts';
import { schoolAfterImport, schoolsIn } from '../../domain/roster/school-after-import.ts';
import {
  emptyRoster,
  rosterKinds,
  type CurrentRoster,
  type SchoolRoster,
} from '../../domain/roster/school-roster.ts';
import { recordsOfSchool, writePackage } from '../../domain/roster/write-package.ts';
import { readPackage, type PackageInput } from '../../main/roster/read-package.ts';
import { writeZip } from '../../main/roster/write-zip.ts';
import { deltaTime, filesOf, held, PackageDraft, today } from './fixtures.ts';

async function checkOf(input: PackageInput, current: CurrentRoster = emptyRoster()): Promise<PackageCheck> {
  const content = await readPackage(input);
  assert(content.ok, 'nobody cancels');
  const check = checkPackage(content.value, current, today, silentPulse);
  assert(check.ok, 'nobody cancels');
  return check.value;
}

async function rosterOf(input: PackageInput, current: CurrentRoster = emptyRoster()): Promise<Roster> {
  const { roster, report } = await checkOf(input, current);
  if (roster === null) throw new Error(`refused: ${JSON.stringify(report.findings)}`);
  return roster;
}

/** The school `sch-1` after an import into `current`, and the difference. */
async function importOf(
  draft: PackageDraft,
  current: CurrentRoster = emptyRoster(),
): Promise<{ after: SchoolRoster; diff: RosterDiff }> {
  const after = schoolAfterImport(current, await rosterOf(draft.zip(), current), 'sch-1', today);
  return { after, diff: diffRoster(current, after) };
}

/** A difference as sourcedIds by kind, without what is the same. */
function idsOf({ kinds }: RosterDiff): Record<string, Record<string, unknown>> {
  const ids: Record<string, Record<string, unknown>> = {};
  for (const kind of rosterKinds) {
    const { added, changed, revived, removed } = kinds[kind];
    const entry: Record<string, unknown> = {};
    if (added.length > 0) entry['added'] = added.map(({ sourcedId }) => sourcedId);
    if (removed.length > 0) entry['removed'] = removed.map(({ sourcedId }) => sourcedId);
    if (changed.length > 0) entry['changed'] = changed.map(({ sourcedId, fields }) => [sourcedId, ...fields]);
    if (revived.length > 0) entry['revived'] = revived.map(({ sourcedId }) => sourcedId);
    if (Object.keys(entry).length > 0) ids[kind] = entry;
  }
  return ids;
}

function without(current: CurrentRoster, kind: 'student' | 'enrolment', id: string): CurrentRoster {
  const deactivate = <R>(map: ReadonlyMap<string, { record: R; isActive: boolean }>): typeof map => {
    return new Map([...map].map(([key, value]) => [key, key === id ? { ...value, isActive: false } : value]));
  };
  return kind === 'student'
    ? { ...current, student: deactivate(current.student) }
    : { ...current, enrolment: deactivate(current.enrolment) };
}

describe.each(['1.1', '1.2'] as const)('importing OneRoster %s', (version) => {
  test('H26: a bulk package brings one school: its classes, people, guardians and enrolments, and no other', async () => {
    const { after, diff } = await importOf(new PackageDraft(version, 'bulk'));
    expect(idsOf(diff)).toEqual({
      session: { added: ['year', 'spring'] },
      course: { added: ['cou-1'] },
      class: { added: ['cla-1'] },
      student: { added: ['stu-1', 'stu-2'] },
      staff: { added: ['tea-1'] },
      guardian: { added: ['gua-1', 'gua-2'] },
      guardianship: { added: ['stu-1 gua-1', 'stu-2 gua-2'] },
      enrolment: { added: ['enr-1', 'enr-2', 'enr-4'] },
    });
    expect(after.student.get('stu-1')).toEqual({
      sourcedId: 'stu-1',
      givenName: 'Testina',
      middleName: null,
      familyName: 'Samplewood',
      preferredGivenName: null,
      preferredFamilyName: null,
      identifier: 'no-stu-1',
      grades: ['07'],
      birthDate: '2012-05-17',
      sex: 'female',
    });
    expect(after.guardian.get('gua-1')).toEqual({
      sourcedId: 'gua-1',
      language: null,
      givenName: 'Parent',
      familyName: 'Samplewood',
      email: null,
      phones: ['+1 555 0100', '+1 555 0200'],
    });
    expect([...after.guardianship.values()]).toEqual([
      {
        sourcedId: 'stu-1 gua-1',
        studentSourcedId: 'stu-1',
        guardianSourcedId: 'gua-1',
        relation: 'parent',
        statedBy: 'both',
      },
      {
        sourcedId: 'stu-2 gua-2',
        studentSourcedId: 'stu-2',
        guardianSourcedId: 'gua-2',
        relation: 'guardian',
        statedBy: 'guardian',
      },
    ]);
  });

  test.each(['bulk', 'delta'] as const)(
    'H26: importing the same %s package twice changes nothing',
    async (mode) => {
      const { after } = await importOf(new PackageDraft(version, mode));
      const { diff } = await importOf(new PackageDraft(version, mode), held(after));
      expect(diff.isEmpty).toBe(true);
      expect(idsOf(diff)).toEqual({});
      expect(diff.kinds.student.same).toEqual(['stu-1', 'stu-2']);
      expect(diff.guards).toEqual([]);
    },
  );

  test('H26: a bulk package removes who is missing, ends the enrolments, and changes field by field', async () => {
    const { after } = await importOf(new PackageDraft(version, 'bulk'));
    const draft = new PackageDraft(version, 'bulk');
    for (const table of ['users', 'demographics']) draft.removeRow(table, 'stu-2');
    if (version === '1.2') draft.removeRow('roles', 'rol-stu-2');
    draft.removeRow('enrollments', 'enr-2');
    draft.row('users', 'gua-2')['agentSourcedIds'] = '';
    draft.row('users', 'gua-1')['phone'] = '+1 555 0199';
    draft.row('demographics', 'stu-1')['birthDate'] = '2012-05-18';
    const { diff } = await importOf(draft, held(after));
    expect(idsOf(diff)).toEqual({
      student: {
        removed: ['stu-2'],
        changed: [['stu-1', { field: 'birthDate', before: '2012-05-17', after: '2012-05-18' }]],
      },
      guardian: {
        removed: ['gua-2'],
        changed: [
          [
            'gua-1',
            {
              field: 'phones',
              before: ['+1 555 0100', '+1 555 0200'],
              after: ['+1 555 0199', '+1 555 0200'],
            },
          ],
        ],
      },
      guardianship: { removed: ['stu-2 gua-2'] },
      enrolment: { removed: ['enr-2'] },
    });
    // Two of five people is more than a tenth.
    expect(diff.guards).toEqual([{ what: 'people', removed: 2, of: 5 }]);
  });

  test('H26: a delta changes what it names and leaves the rest', async () => {
    const { after } = await importOf(new PackageDraft(version, 'bulk'));
    const draft = new PackageDraft(version, 'delta');
    draft.keepTables(['users']);
    draft.table('users').rows = [{ ...draft.row('users', 'stu-1'), givenName: 'Testine' }];
    const { diff } = await importOf(draft, held(after));
    expect(idsOf(diff)).toEqual({
      student: { changed: [['stu-1', { field: 'givenName', before: 'Testina', after: 'Testine' }]] },
    });
  });

  test('H26: a delta that takes a student back ends the enrolments and lets the guardian go', async () => {
    const { after } = await importOf(new PackageDraft(version, 'bulk'));
    const draft = new PackageDraft(version, 'delta');
    draft.keepTables(['users']);
    draft.table('users').rows = [{ sourcedId: 'stu-2', status: 'tobedeleted', dateLastModified: deltaTime }];
    const { diff } = await importOf(draft, held(after));
    expect(idsOf(diff)).toMatchObject({
      student: { removed: ['stu-2'] },
      guardian: { removed: ['gua-2'] },
      guardianship: { removed: ['stu-2 gua-2'] },
      enrolment: { removed: ['enr-2'] },
    });
    expect(idsOf(diff)['class']).toBeUndefined();
  });

  test('a person who comes back is revived, not added', async () => {
    const { after } = await importOf(new PackageDraft(version, 'bulk'));
    const current = without(without(held(after), 'student', 'stu-2'), 'enrolment', 'enr-2');
    const { diff } = await importOf(new PackageDraft(version, 'bulk'), current);
    expect(idsOf(diff)).toEqual({ student: { revived: ['stu-2'] }, enrolment: { revived: ['enr-2'] } });
  });

  test('H26: what is written as a package reads back as the same roster, bulk or delta', async () => {
    const { after } = await importOf(new PackageDraft(version, 'bulk'));
    for (const mode of [
      { mode: 'bulk' } as const,
      { mode: 'delta', at: deltaTime, isDeleted: () => false } as const,
    ]) {
      const bytes = writeZip(writePackage(recordsOfSchool(after, 'Invented School'), version, mode));
      const check = await checkOf({ kind: 'zip', bytes });
      expect(check.report).toEqual({ findings: [], omitted: [] });
      assert(check.roster !== null, 'not refused');
      const diff = diffRoster(held(after), schoolAfterImport(emptyRoster(), check.roster, 'sch-1', today));
      expect(idsOf(diff)).toEqual({});
    }
  });

  test('a bulk file of enrolments that was cut off is held, although nobody leaves', async () => {
    const full = new PackageDraft(version, 'bulk');
    const row = full.row('enrollments', 'enr-1');
    for (let index = 0; index < 50; index += 1)
      full.table('enrollments').rows.push({ ...row, sourcedId: `more-${index}` });
    const { after } = await importOf(full);
    const { diff } = await importOf(new PackageDraft(version, 'bulk'), held(after));
    expect(diff.guards).toEqual([{ what: 'enrolments', removed: 50, of: 53 }]);
    expect(diff.kinds.student.removed).toEqual([]);
  });

  test('H26: removing 20 of 400 people is not held, 21 is', async () => {
    const draftOf = (students: number): PackageDraft => {
      const draft = new PackageDraft(version, 'bulk');
      for (let index = 0; index < students; index += 1) {
        const id = `many-${index}`;
        const user = { ...draft.row('users', 'stu-2'), sourcedId: id };
        draft.table('users').rows.push(user);
        if (version === '1.2') {
          draft
            .table('roles')
            .rows.push({ ...draft.row('roles', 'rol-stu-2'), sourcedId: `rol-${id}`, userSourcedId: id });
        }
      }
      return draft;
    };
    const current = held((await importOf(draftOf(400))).after);
    expect((await importOf(draftOf(380), current)).diff.guards).toEqual([]);
    expect((await importOf(draftOf(379), current)).diff.guards).toEqual([
      { what: 'people', removed: 21, of: 405 },
    ]);
  });
});

describe('who belongs to a school', () => {
  test('the schools of a package are listed with their classes and students', async () => {
    expect(schoolsIn(await rosterOf(new PackageDraft('1.2', 'bulk').zip()))).toEqual([
      { sourcedId: 'sch-1', name: 'Invented School', classes: 1, students: 2 },
      { sourcedId: 'sch-2', name: 'Imaginary School', classes: 1, students: 1 },
    ]);
  });

  test('the held school is chosen, one of several is not guessed, an unknown one is refused', async () => {
    const roster = await rosterOf(new PackageDraft('1.1', 'bulk').zip());
    const { after } = await importOf(new PackageDraft('1.1', 'bulk'));
    expect(chooseSchool(roster, emptyRoster(), null)).toEqual({
      ok: false,
      error: { type: 'school-not-chosen' },
    });
    expect(chooseSchool(roster, emptyRoster(), 'sch-2')).toEqual({ ok: true, value: 'sch-2' });
    expect(chooseSchool(roster, emptyRoster(), 'sch-9')).toEqual({
      ok: false,
      error: { type: 'school-not-in-package' },
    });
    expect(chooseSchool(roster, held(after), null)).toEqual({ ok: true, value: 'sch-1' });
  });

  test('a student of one school who is enrolled in another belongs to both', async () => {
    const draft = new PackageDraft('1.1', 'bulk');
    draft
      .table('enrollments')
      .rows.push({ ...draft.row('enrollments', 'enr-1'), sourcedId: 'enr-9', userSourcedId: 'stu-3' });
    const roster = await rosterOf(draft.zip());
    for (const school of ['sch-1', 'sch-2']) {
      expect([...schoolAfterImport(emptyRoster(), roster, school, today).student.keys()]).toContain('stu-3');
    }
  });

  test('a role that ended counts until the day before its end', async () => {
    const draft = new PackageDraft('1.2', 'bulk');
    draft.row('roles', 'rol-tea-1')['endDate'] = '2026-03-03';
    draft.removeRow('enrollments', 'enr-4');
    const roster = await rosterOf(draft.zip());
    expect(schoolAfterImport(emptyRoster(), roster, 'sch-1', '2026-03-02').staff.has('tea-1')).toBe(true);
    expect(schoolAfterImport(emptyRoster(), roster, 'sch-1', '2026-03-03').staff.has('tea-1')).toBe(false);
  });

  test('a teacher who is also a parent is staff and guardian', async () => {
    const draft = new PackageDraft('1.2', 'bulk');
    draft.row('users', 'stu-1')['agentSourcedIds'] = 'gua-1,tea-1';
    draft.table('roles').rows.push({
      sourcedId: 'rol-tea-1b',
      userSourcedId: 'tea-1',
      roleType: 'secondary',
      role: 'parent',
      orgSourcedId: 'dis-1',
    });
    const { after } = await importOf(draft);
    expect(after.staff.has('tea-1')).toBe(true);
    expect(after.guardian.has('tea-1')).toBe(true);
    expect(after.guardianship.get('stu-1 tea-1')).toMatchObject({ relation: 'parent', statedBy: 'student' });
  });

  test('an agent who is no guardian is not linked', async () => {
    const draft = new PackageDraft('1.1', 'bulk');
    draft.row('users', 'stu-2')['agentSourcedIds'] = 'tea-1';
    const { after } = await importOf(draft);
    expect([...after.guardianship.keys()]).toEqual(['stu-1 gua-1', 'stu-2 gua-2']);
  });

  test('in a delta a row takes back only the links that it had stated itself', async () => {
    const { after } = await importOf(new PackageDraft('1.2', 'bulk'));
    const deltaOf = (user: string): PackageDraft => {
      const draft = new PackageDraft('1.2', 'delta');
      draft.keepTables(['users']);
      draft.table('users').rows = [{ ...draft.row('users', user), agentSourcedIds: '' }];
      return draft;
    };
    // stu-2's guardian was stated by the guardian's row only.
    expect(idsOf((await importOf(deltaOf('stu-2'), held(after))).diff)).toEqual({});
    expect(idsOf((await importOf(deltaOf('gua-2'), held(after))).diff)).toMatchObject({
      guardianship: { removed: ['stu-2 gua-2'] },
    });
    // stu-1's was stated by both: the link stays as long as one of them says so.
    expect(idsOf((await importOf(deltaOf('stu-1'), held(after))).diff)).toEqual({
      guardianship: {
        changed: [['stu-1 gua-1', { field: 'statedBy', before: 'both', after: 'guardian' }]],
      },
    });
  });

  test('in 1.2 a delta of roles alone moves a person away', async () => {
    const { after } = await importOf(new PackageDraft('1.2', 'bulk'));
    const draft = new PackageDraft('1.2', 'delta');
    draft.keepTables(['roles', 'enrollments']);
    draft.table('roles').rows = [{ ...draft.row('roles', 'rol-stu-2'), status: 'tobedeleted' }];
    draft.table('enrollments').rows = [
      { sourcedId: 'enr-2', status: 'tobedeleted', dateLastModified: deltaTime },
    ];
    expect(idsOf((await importOf(draft, held(after))).diff)).toMatchObject({
      student: { removed: ['stu-2'] },
      enrolment: { removed: ['enr-2'] },
    });
  });

  test('in 1.1 a delta that names another school moves a person away', async () => {
    const { after } = await importOf(new PackageDraft('1.1', 'bulk'));
    const draft = new PackageDraft('1.1', 'delta');
    draft.keepTables(['users', 'enrollments']);
    draft.table('users').rows = [{ ...draft.row('users', 'stu-2'), orgSourcedIds: 'sch-2' }];
    draft.table('enrollments').rows = [
      { sourcedId: 'enr-2', status: 'tobedeleted', dateLastModified: deltaTime },
    ];
    expect(idsOf((await importOf(draft, held(after))).diff)).toMatchObject({
      student: { removed: ['stu-2'] },
    });
  });

  test("a district's delta for another school changes nothing here and warns of nothing", async () => {
    const { after } = await importOf(new PackageDraft('1.2', 'bulk'));
    const draft = new PackageDraft('1.2', 'delta');
    draft.keepTables(['enrollments']);
    draft.table('enrollments').rows = [{ ...draft.row('enrollments', 'enr-3'), endDate: '2026-02-01' }];
    const check = await checkOf(draft.zip(), held(after));
    expect(check.report.findings).toEqual([]);
    assert(check.roster !== null, 'not refused');
    expect(
      diffRoster(held(after), schoolAfterImport(held(after), check.roster, 'sch-1', today)).isEmpty,
    ).toBe(true);
  });

  test('a delta may refer to what was imported before', async () => {
    const { after } = await importOf(new PackageDraft('1.2', 'bulk'));
    const draft = new PackageDraft('1.2', 'delta');
    draft.keepTables(['enrollments']);
    draft.table('enrollments').rows = [{ ...draft.row('enrollments', 'enr-1'), sourcedId: 'enr-new' }];
    expect((await checkOf(draft.zip())).report.findings.map(({ code }) => code)).toContain(
      'reference-not-imported',
    );
    expect((await checkOf(draft.zip(), held(after))).report.findings).toEqual([]);
    expect(idsOf((await importOf(draft, held(after))).diff)).toEqual({ enrolment: { added: ['enr-new'] } });
  });
});

describe('names and text', () => {
  const names: readonly (readonly [string, string, string])[] = [
    ['right to left', 'نمونہ', 'فرضی'],
    ['one word', 'Onlyname', ''],
    ['of 300 letters', 'Very'.repeat(75), 'Long'],
    ['of an emoji and combining marks', 'Z̈oe\u0301 👩🏽‍🏫', 'Ẍ'],
    ['with comma and quotes', 'Test "Testy", Jr.', "O'Invented-Name"],
    ['with spaces around', ' Spacey ', 'Name'],
    ['in other scripts', '太郎', 'Примеров'],
  ];

  test.each(names)('H26: a name %s is kept as given', async (_, givenName, familyName) => {
    const draft = new PackageDraft('1.2', 'bulk');
    Object.assign(draft.row('users', 'stu-1'), { givenName, familyName, preferredGivenName: givenName });
    const { after } = await importOf(draft);
    expect(after.student.get('stu-1')).toMatchObject({
      givenName,
      familyName,
      preferredGivenName: givenName,
    });
  });

  test('another Unicode form of the same name is no change', async () => {
    const draft = new PackageDraft('1.2', 'bulk');
    draft.row('users', 'stu-1')['givenName'] = 'Zoe\u0301';
    const { after } = await importOf(draft);
    draft.row('users', 'stu-1')['givenName'] = 'Zo\u00e9';
    const { diff } = await importOf(draft, held(after));
    expect(diff.isEmpty).toBe(true);
  });

  test.each([
    ['LF', '\n', ''],
    ['CRLF', '\r\n', ''],
    ['CR', '\r', ''],
    ['CRLF and a byte order mark', '\r\n', '\uFEFF'],
  ])('H26: %s is read the same', async (_, lineEnd, mark) => {
    const texts = new PackageDraft('1.2', 'bulk').texts(lineEnd);
    const input = filesOf(
      Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, mark + text])),
    );
    const check = await checkOf(input);
    expect(check.report.findings).toEqual([]);
    expect(check.roster).toEqual(await rosterOf(new PackageDraft('1.2', 'bulk').zip()));
  });

  test('H26: columns in another order give the same roster', async () => {
    const draft = new PackageDraft('1.2', 'bulk');
    for (const { header } of Object.values(draft.tables)) header.reverse();
    expect(await rosterOf(draft.zip())).toEqual(await rosterOf(new PackageDraft('1.2', 'bulk').zip()));
  });

  test('a zip and a folder give the same roster', async () => {
    const draft = new PackageDraft('1.1', 'bulk');
    expect(await rosterOf(draft.files())).toEqual(await rosterOf(draft.zip()));
  });

  test('a file without the last line end is read whole', async () => {
    const texts = new PackageDraft('1.1', 'bulk').texts();
    const input = filesOf(
      Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text.trimEnd()])),
    );
    expect(await rosterOf(input)).toEqual(await rosterOf(new PackageDraft('1.1', 'bulk').zip()));
  });
});

describe('what never gets in', () => {
  test.each(['password', 'PASSWORD', 'metadata.password', 'ext_supplier_studentPassword', 'passwort'])(
    'H26: what stands in a column %s is nowhere in what is read, found or kept',
    async (column) => {
      const secret = 'invented-s3cret';
      const draft = new PackageDraft('1.2', 'bulk');
      if (!draft.table('users').header.includes(column)) draft.table('users').header.push(column);
      draft.row('users', 'stu-1')[column] = `${secret}\u0000\n`;
      // A broken row beside it, so that a finding is made of the same line.
      draft.row('users', 'stu-1')['enabledUser'] = 'maybe';
      const content = await readPackage(draft.zip());
      assert(content.ok, 'nobody cancels');
      expect(JSON.stringify(content.value)).not.toContain(secret);
      const check = await checkOf(draft.zip());
      expect(JSON.stringify(check)).not.toContain(secret);
      expect(check.report.findings).toContainEqual(
        expect.objectContaining({ code: 'password-ignored', column, value: null }),
      );
    },
  );

  test('of demographics only birth date and sex are kept, and of a student no contact', async () => {
    const { after } = await importOf(new PackageDraft('1.2', 'bulk'));
    const students = [...after.student.values()];
    expect(Object.keys(students[0] ?? {}).toSorted()).toEqual([
      'birthDate',
      'familyName',
      'givenName',
      'grades',
      'identifier',
      'middleName',
      'preferredFamilyName',
      'preferredGivenName',
      'sex',
      'sourcedId',
    ]);
  });
});
