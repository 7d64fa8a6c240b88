import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assert } from '../../domain/result.ts';
import { checkPackage } from '../../domain/roster/check-package.ts';
import { csvText } from '../../domain/roster/csv-text.ts';
import type { RosterDiff } from '../../domain/roster/diff-roster.ts';
import type { FileMapping } from '../../domain/roster/file-mapping.ts';
import { silentPulse } from '../../domain/roster/pulse.ts';
import { schoolAfterImport } from '../../domain/roster/school-after-import.ts';
import { emptyRoster, type SchoolRoster } from '../../domain/roster/school-roster.ts';
import { readPackage } from '../../main/roster/read-package.ts';
import { filesOf, held, PackageDraft, today } from './fixtures.ts';
import { runLists } from './list-cases.ts';
import { textOf, vendorFiles } from './vendor-fixtures.ts';

describe('reading suppliers’ lists', () => {
  it('H26: takes semicolons, tabs, a BOM and Windows-1252', async () => {
    const texts = [
      textOf(vendorFiles.sims),
      textOf(vendorFiles.arbor, '\n'),
      `\uFEFF${textOf(vendorFiles.powerSchool, '\r')}`,
    ];
    for (const text of texts) {
      const run = await runLists(filesOf({ 'list.csv': text }));
      expect(run.check.report.findings).toEqual([]);
      expect(run.plan?.ok).toBe(true);
    }
    const german = 'Student number;First name;Last name\r\n1;Jörg;Müßig\r\n';
    const run = await runLists(filesOf({ 'list.csv': Uint8Array.from(Buffer.from(german, 'latin1')) }));
    expect(studentsOf(run)).toMatchObject([{ givenName: 'Jörg', familyName: 'Müßig' }]);
  });

  it('brothers and sisters share a guardian of the same name and number; others do not', async () => {
    const run = await runLists(filesOf({ 'list.csv': textOf(vendorFiles.arbor) }));
    assert(run.plan?.ok === true, 'the list is in order');
    const { guardian, guardianship } = run.plan.value.diff.kinds;
    expect(guardian.added).toMatchObject([{ familyName: 'Samplewood', phones: ['07700 900101'] }]);
    expect(guardianship.added.map(({ relation }) => relation)).toEqual(['parent', 'parent']);
    const lines = [...vendorFiles.arbor.slice(0, 2), vendorFiles.arbor[2].replace('900101', '900102')];
    const other = await runLists(filesOf({ 'list.csv': textOf(lines) }));
    assert(other.plan?.ok === true, 'the list is in order');
    expect(other.plan.value.diff.kinds.guardian.added).toHaveLength(2);
  });

  it('who changes homeroom begins there today; registers of the days before stay as they were', async () => {
    const lines = [
      'Student number,First name,Last name,Homeroom',
      '1,Testina,Samplewood,7A',
      '2,Erika,Muster,8B',
    ];
    const first = await afterLists(textOf(lines));
    const moved = await runLists(
      filesOf({ 'list.csv': textOf(lines).replace('Samplewood,7A', 'Samplewood,8B') }),
      {},
      held(first),
    );
    assert(moved.plan?.ok === true, 'the list is in order');
    const { enrolment } = moved.plan.value.diff.kinds;
    expect(enrolment.removed).toMatchObject([{ beginDate: null, endDate: null }]);
    expect(enrolment.added).toMatchObject([
      { classSourcedId: 'csv/homeroom/8B', beginDate: today, endDate: null },
    ]);
  });

  it('a new guardian never takes the id of one before', async () => {
    const lines = ['Student number,First name,Last name,Mother', '1,Testina,Samplewood,Parent Samplewood'];
    const first = await afterLists(textOf(lines));
    const run = await runLists(
      filesOf({ 'list.csv': textOf(lines).replace('Parent', 'Other') }),
      {},
      held(first),
    );
    assert(run.plan?.ok === true, 'the list is in order');
    const { guardian } = run.plan.value.diff.kinds;
    expect(guardian.added.map(({ givenName }) => givenName)).toEqual(['Other']);
    expect(guardian.removed.map(({ givenName }) => givenName)).toEqual(['Parent']);
    expect(guardian.changed).toEqual([]);
  });

  it('refuses a list without a row: everybody would leave', async () => {
    const run = await runLists(filesOf({ 'list.csv': 'Student number,First name,Last name\r\n' }));
    expect(run.check.report.findings).toMatchObject([{ code: 'header-only' }]);
    expect(run.plan).toBeNull();
  });

  it('hostile headers and cells neither throw nor get in unseen', async () => {
    const hostile = [
      '__proto__,constructor,toString\r\n1,2,3\r\n',
      'Student number,Student number,,First name\r\n1,2,3,A\r\n',
      '"Student number\r\n1,2\r\n',
      'Student number,First name\r\n1,"=cmd|calc"\r\n',
      '\0\0\0\0',
      ';;;;\r\n;;;;\r\n',
      `${'x'.repeat(70_000)}\r\n`,
      'Date,Student number,Code\r\n2026-03-02,1,__proto__\r\n2026-03-02,1,constructor\r\n',
    ];
    for (const text of hostile) {
      const run = await runLists(filesOf({ 'list.csv': text }));
      expect(run.check.exitCode === 2 || run.files.length > 0).toBe(true);
      expect(run.history?.rows ?? []).toEqual([]);
    }
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        await runLists(filesOf({ 'list.csv': bytes }));
      }),
      { numRuns: 60 },
    );
  });

  it('H26: a school that is written as a list reads back as the same school', async () => {
    const cell = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .map((text) => text.replace(/[\p{C}\p{Z}\s]/gu, '') || 'x');
    const date = fc.date({ min: new Date('2004-01-01'), max: new Date('2020-12-31'), noInvalidDate: true });
    const student = fc.record({
      given: cell,
      family: cell,
      birth: date,
      sex: fc.constantFrom('F', 'M', 'x', ''),
      grade: fc.constantFrom('7', 'K', '12', ''),
      homeroom: fc.constantFrom('7A', 'Ünïcode room', '8,B', ''),
      guardian: fc.option(cell, { nil: '' }),
      phone: fc.constantFrom('', '+1 555 0100', '+1 555 0101'),
    });
    const delimiters = fc.constantFrom(',', ';', '\t');
    await fc.assert(
      fc.asyncProperty(
        fc.array(student, { minLength: 1, maxLength: 12 }),
        delimiters,
        async (people, delimiter) => {
          const header = [
            'Student number',
            'First name',
            'Last name',
            'DOB',
            'Gender',
            'Grade',
            'Homeroom',
            'Mother',
            'Phone',
          ];
          const rows = people.map((person, index) => [
            `N ${index}`,
            person.given,
            person.family,
            dayMonthYear(person.birth),
            person.sex,
            person.grade,
            person.homeroom,
            person.guardian,
            person.phone,
          ]);
          const text = delimited([header, ...rows], delimiter);
          const confirm: Partial<FileMapping> = { dateFormat: 'dmy' };
          const first = await runLists(filesOf({ 'list.csv': text }), confirm);
          assert(first.plan?.ok === true, JSON.stringify(first.check.report));
          const after = schoolOf(first.plan.value.diff);
          expect(
            [...after.student.values()].map(({ givenName, familyName, birthDate }) => [
              givenName,
              familyName,
              birthDate,
            ]),
          ).toEqual(
            people.map(({ given, family, birth }) => [given, family, birth.toISOString().slice(0, 10)]),
          );
          const second = await runLists(filesOf({ 'list.csv': text }), confirm, held(after));
          assert(second.plan?.ok === true, 'the list is still in order');
          expect(second.plan.value.diff.isEmpty, JSON.stringify(second.plan.value.diff)).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('H26: a OneRoster school that is written as a list changes nothing in it', async () => {
    const content = await readPackage(new PackageDraft('1.2', 'bulk').zip());
    assert(content.ok, 'nobody cancels');
    const checked = checkPackage(content.value, emptyRoster(), today, silentPulse);
    assert(checked.ok && checked.value.roster !== null, 'the package is in order');
    const before = schoolAfterImport(emptyRoster(), checked.value.roster, 'sch-1', today);
    const rows = [...before.student.values()].map((student) => {
      const guardians = [...before.guardianship.values()]
        .filter(({ studentSourcedId }) => studentSourcedId === student.sourcedId)
        .map(({ guardianSourcedId }) => before.guardian.get(guardianSourcedId));
      const [guardian] = guardians;
      return [
        student.identifier ?? '',
        student.givenName,
        student.familyName,
        student.birthDate ?? '',
        student.sex ?? '',
        student.grades.join(','),
        guardian?.givenName ?? '',
        guardian?.familyName ?? '',
        guardian?.phones[0] ?? '',
      ];
    });
    const header =
      'Student number,First name,Last name,DOB,Sex,Grade,Guardian 1 first name,Guardian 1 last name,Guardian 1 phone';
    const run = await runLists(
      filesOf({ 'list.csv': csvText([header.split(','), ...rows]) }),
      {},
      held(before),
    );
    assert(run.plan?.ok === true, JSON.stringify(run.check.report));
    expect(run.plan.value.diff.isEmpty, JSON.stringify(run.plan.value.diff)).toBe(true);
  });
});

type Run = Awaited<ReturnType<typeof runLists>>;

function studentsOf({ plan }: Run) {
  assert(plan?.ok === true, 'the list is in order');
  return plan.value.diff.kinds.student.added;
}

/** The school after a first import into an empty one. */
async function afterLists(text: string): Promise<SchoolRoster> {
  const run = await runLists(filesOf({ 'list.csv': text }));
  assert(run.plan?.ok === true, JSON.stringify(run.check.report));
  return schoolOf(run.plan.value.diff);
}

function schoolOf({ kinds }: RosterDiff): SchoolRoster {
  const mapOf = <R extends { readonly sourcedId: string }>({ added }: { readonly added: readonly R[] }) =>
    new Map(added.map((record) => [record.sourcedId, record]));
  return {
    schoolSourcedId: 'this-school',
    session: mapOf(kinds.session),
    course: mapOf(kinds.course),
    class: mapOf(kinds.class),
    student: mapOf(kinds.student),
    staff: mapOf(kinds.staff),
    guardian: mapOf(kinds.guardian),
    guardianship: mapOf(kinds.guardianship),
    enrolment: mapOf(kinds.enrolment),
    group: mapOf(kinds.group),
    groupMember: mapOf(kinds.groupMember),
  };
}

function dayMonthYear(date: Date): string {
  const [years, months, days] = date.toISOString().slice(0, 10).split('-');
  return `${days}/${months}/${years}`;
}

function delimited(rows: readonly (readonly string[])[], delimiter: string): string {
  const quote = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
  return rows.map((cells) => `${cells.map(quote).join(delimiter)}\r\n`).join('');
}
