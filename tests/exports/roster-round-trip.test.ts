import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assert } from '../../domain/result.ts';
import { fromNeutralCell, toNeutralCell } from '../../domain/roster/neutral-cells.ts';
import {
  activeRoster,
  emptyRoster,
  guardianshipId,
  type CurrentRoster,
  type EnrolmentKept,
  type GuardianKept,
  type GuardianshipKept,
  type Held,
  type StaffKept,
  type StudentKept,
} from '../../domain/roster/school-roster.ts';
import { recordsOfSchool, writePackage } from '../../domain/roster/write-package.ts';
import { readLanguage } from '../../domain/roster/language.ts';
import { dryRun, type DryRun } from '../../main/roster/dry-run.ts';
import { writeZip } from '../../main/roster/write-zip.ts';
import { today } from '../roster/fixtures.ts';

const name = fc.oneof(
  fc.constantFrom(
    'Amina',
    'O’Brien, "Jo"',
    '=HYPERLINK("http://x")',
    "'=1+1",
    '-Smith',
    '@SUM(A1)',
    '+1|cmd',
    'Ana;=1+1',
    "Ana;'-B; =C",
    'Ñusta',
    'علی',
  ),
  fc.stringMatching(/^[A-Za-z=+@'-][A-Za-z '"=+@,-]{0,10}[A-Za-z]$/),
);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const day = fc.constantFrom('2025-09-01', '2025-12-01', '2026-02-28');
const laterDay = fc.constantFrom('2026-03-01', today, '2026-05-01', '2027-01-01');
const sex = fc.constantFrom(null, 'male', 'female', 'other', 'unspecified');

const studentShape = {
  identifier: maybe(fc.stringMatching(/^[A-Z]-[0-9]{1,5}$/)),
  givenName: name,
  middleName: maybe(name),
  familyName: fc.oneof(name, fc.constant('')),
  preferredGivenName: maybe(name),
  preferredFamilyName: maybe(name),
  grades: fc.constantFrom([], ['07'], ['07', '08']),
  sex,
  birthDate: maybe(fc.constantFrom('2012-05-17', '2011-11-30')),
};
const person = fc.record({
  student: fc.record(studentShape),
  isActive: fc.boolean(),
  guardians: fc.array(
    fc.record({
      givenName: name,
      familyName: name,
      email: maybe(fc.constant('a.parent@planted.invalid')),
      phones: fc.uniqueArray(fc.constantFrom('+44 20 7946 0000', '+1 555 0100', '555-0101', '07700 900123'), {
        maxLength: 3,
      }),
      // As the office has written them, too.
      language: maybe(fc.constantFrom('es', 'tl', 'zh-Hans', 'Spanish', 'Klingon', 'unknown', ' ')),
      relation: fc.constantFrom('guardian' as const, 'parent' as const, 'relative' as const),
      statedBy: fc.constantFrom('student' as const, 'guardian' as const, 'both' as const),
      /** Works at the school as well. */
      isStaff: fc.boolean(),
    }),
    { maxLength: 2 },
  ),
  enrolments: fc.array(
    fc.record({
      class: fc.nat(2),
      beginDate: maybe(day),
      endDate: maybe(laterDay),
      isActive: fc.boolean(),
      isPrimary: fc.constant(false),
    }),
    { maxLength: 3 },
  ),
});
const teacher = fc.record({
  givenName: name,
  familyName: name,
  teaches: maybe(fc.nat(2)),
  role: fc.constantFrom('teacher' as const, 'aide' as const),
  isPrimary: fc.boolean(),
  endDate: maybe(laterDay),
});

function held<R extends { readonly sourcedId: string }>(
  records: readonly (readonly [R, boolean])[],
): ReadonlyMap<string, Held<R>> {
  return new Map(records.map(([record, isActive]) => [record.sourcedId, { record, isActive }]));
}

/** A school as imports and the office have left it: leavers, ended enrolments, people who are two things. */
const school: fc.Arbitrary<CurrentRoster> = fc
  .record({
    people: fc.array(person, { minLength: 1, maxLength: 6 }),
    staff: fc.array(teacher, { maxLength: 3 }),
  })
  .map(({ people, staff }) => {
    const students: [StudentKept, boolean][] = [];
    const guardians: [GuardianKept, boolean][] = [];
    const links: [GuardianshipKept, boolean][] = [];
    const workers: [StaffKept, boolean][] = [];
    const enrolments: [EnrolmentKept, boolean][] = [];
    people.forEach((each, index) => {
      const sourcedId = `stu-${index}`;
      students.push([{ sourcedId, ...each.student }, each.isActive]);
      each.guardians.forEach(({ relation, statedBy, isStaff, ...guardian }, place) => {
        const guardianId = `gua-${index}-${place}`;
        guardians.push([{ sourcedId: guardianId, ...guardian }, each.isActive]);
        if (isStaff && each.isActive) {
          workers.push([
            { sourcedId: guardianId, givenName: guardian.givenName, familyName: guardian.familyName },
            true,
          ]);
        }
        const id = guardianshipId(sourcedId, guardianId);
        links.push([
          { sourcedId: id, studentSourcedId: sourcedId, guardianSourcedId: guardianId, relation, statedBy },
          each.isActive,
        ]);
      });
      each.enrolments.forEach(({ class: classNumber, isActive, ...enrolment }, place) => {
        const record = {
          userSourcedId: sourcedId,
          classSourcedId: `cla-${classNumber}`,
          role: 'student',
        } as const;
        enrolments.push([
          { sourcedId: `enr-${index}-${place}`, ...record, ...enrolment },
          isActive && each.isActive,
        ]);
      });
    });
    staff.forEach(({ teaches, role, isPrimary, endDate, ...names }, index) => {
      const sourcedId = `tea-${index}`;
      workers.push([{ sourcedId, ...names }, true]);
      if (teaches === null) return;
      const record = { userSourcedId: sourcedId, classSourcedId: `cla-${teaches}`, role, isPrimary };
      enrolments.push([{ sourcedId: `enr-t-${index}`, ...record, beginDate: null, endDate }, true]);
    });
    const session = (sourcedId: string, type: string, startDate: string, endDate: string) =>
      [
        { sourcedId, title: `Title of ${sourcedId}`, type, startDate, endDate, schoolYear: '2026' },
        true,
      ] as const;
    const classes = [0, 1, 2].map(
      (number) =>
        [
          {
            sourcedId: `cla-${number}`,
            title: number === 0 ? '=7B' : `Class ${number}`,
            classCode: number === 1 ? null : `C${number}`,
            classType: number === 0 ? ('homeroom' as const) : ('scheduled' as const),
            courseSourcedId: 'cou-1',
            grades: ['07'],
            periods: number === 0 ? [] : [String(number)],
            termSourcedIds: number === 2 ? ['autumn', 'spring'] : ['year'],
          },
          true,
        ] as const,
    );
    return {
      schoolSourcedId: 'sch-1',
      session: held([
        session('year', 'schoolYear', '2025-08-25', '2026-06-13'),
        session('autumn', 'term', '2025-08-25', '2026-01-01'),
        session('spring', 'term', '2026-01-12', '2026-06-13'),
      ]),
      course: held([[{ sourcedId: 'cou-1', title: '-Weaving', courseCode: null }, true]]),
      class: held(classes),
      student: held(students),
      staff: held(workers),
      guardian: held(guardians),
      guardianship: held(links),
      enrolment: held(enrolments),
      group: held([]),
      groupMember: held([]),
    };
  });

async function readBack(
  current: CurrentRoster,
  version: '1.1' | '1.2',
  into: CurrentRoster,
): Promise<DryRun> {
  const roster = activeRoster(current);
  assert(roster !== null, 'the school has a roster');
  const tables = writePackage(
    recordsOfSchool(roster, 'Invented School'),
    version,
    { mode: 'bulk' },
    'neutral',
  );
  const bytes = writeZip(tables);
  const run = await dryRun({ package: { kind: 'zip', bytes }, current: into, school: 'sch-1', today });
  assert(run.ok, 'nobody cancels');
  return run.value;
}

describe.each(['1.1', '1.2'] as const)('a roster export in OneRoster %s', (version) => {
  test('A13: our own checker finds nothing to refuse or to warn of, in any school', async () => {
    await fc.assert(
      fc.asyncProperty(school, async (current) => {
        const { check } = await readBack(current, version, emptyRoster());
        const bad = check.report.findings.filter(({ code }) => !informations.has(code));
        expect(bad).toEqual([]);
        expect(check.exitCode).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  test('A13: a language that is known comes into another school as its tag', async () => {
    await fc.assert(
      fc.asyncProperty(school, async (current) => {
        const { plan } = await readBack(current, version, emptyRoster());
        if (plan?.ok !== true) return;
        for (const { sourcedId, language } of plan.value.diff.kinds.guardian.added) {
          const there = current.guardian.get(sourcedId)?.record.language ?? '';
          expect(language).toBe(readLanguage(there) ?? null);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('A13: a re-import into the same school changes nothing, in any school', async () => {
    await fc.assert(
      fc.asyncProperty(school, async (current) => {
        const { plan } = await readBack(current, version, current);
        assert(plan?.ok === true, 'the school is known');
        const { kinds, isEmpty } = plan.value.diff;
        const changes = Object.values(kinds).flatMap(({ added, changed, revived, removed }) => [
          ...added,
          ...changed,
          ...revived,
          ...removed,
        ]);
        expect([changes, isEmpty]).toEqual([[], true]);
      }),
      { numRuns: 120 },
    );
  });
});

/** What is only told: columns that 1.1 has not, names of one word, words that are no language. */
const informations: ReadonlySet<string> = new Set([
  'column-absent',
  'one-word-name',
  'guardian-unlinked',
  'language-unknown',
]);

describe('cells of a roster export', () => {
  test('are neutralised where a spreadsheet would run them, and always read back exactly', () => {
    fc.assert(
      fc.property(fc.oneof(name, fc.string()), (value) => {
        const cell = toNeutralCell(value);
        expect(fromNeutralCell(cell)).toBe(value);
        // Nothing that can call a function begins like a formula.
        if (/^[=+\-@\t\r]/.test(cell)) expect(cell).not.toMatch(/[=|!"'&*%^<>:;,{}[\]]|[A-Za-z]\(/);
      }),
    );
    expect(['=1', '+44 20 7946 0000', '-Smith', '@SUM(A1)', "'=1", 'a'].map(toNeutralCell)).toEqual([
      "'=1",
      '+44 20 7946 0000',
      '-Smith',
      "'@SUM(A1)",
      "''=1",
      'a',
    ]);
  });
});
