import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { codeForMark, mayBePlanned } from '../../domain/attendance/code-pack.ts';
import {
  absenceRate,
  attendanceTotals,
  isEnrolledOn,
  reachesShare,
  type AttendanceTotals,
  type StudentSession,
} from '../../domain/attendance/rates.ts';
import { addDays } from '../../domain/calendar/day.ts';
import {
  createSchoolCalendar,
  isSchoolDay,
  sessionsOn,
  schoolDaysBetween,
} from '../../domain/calendar/school-calendar.ts';
import { day } from '../../domain/ids.ts';
import { emptyRoster } from '../../domain/roster/school-roster.ts';
import { writePackage } from '../../domain/roster/write-package.ts';
import { dryRun } from '../../main/roster/dry-run.ts';
import { writeZip } from '../../main/roster/write-zip.ts';
import type { SampleDistrict, SampleSchool } from '../../resources/sample/district.ts';
import { sampleAbsences } from '../../resources/sample/absences.ts';
import { generateDistrict, standardSample } from '../../resources/sample/generate.ts';
import { sampleDays, sampleNowMs, type SampleDay, type SampleMark } from '../../resources/sample/marks.ts';
import { rosterRecordsOf } from '../../resources/sample/roster-records.ts';
import { shippedPack } from '../attendance/domain/rule-packs.ts';

const american = generateDistrict(standardSample);
const english = generateDistrict({ ...standardSample, country: 'england' });
const districts = [american, english] as const;

function calendarOf(school: SampleSchool) {
  const calendar = createSchoolCalendar(school.calendar);
  if (!calendar.ok) throw new Error(calendar.error.problems.join('; '));
  return calendar.value;
}

function daysOf(district: SampleDistrict, school: SampleSchool, periodDays = 0): SampleDay[] {
  return [...sampleDays(district, school, { untilMs: sampleNowMs(district), periodDays })];
}

/** The mark that counts for each student of a register: the office's, else the teacher's newest. */
function effectiveMarks(marks: readonly SampleMark[]): ReadonlyMap<string, SampleMark> {
  const effective = new Map<string, SampleMark>();
  for (const mark of marks) {
    if (mark.kind === 'office' || effective.get(mark.studentSourcedId)?.kind !== 'office') {
      effective.set(mark.studentSourcedId, mark);
    }
  }
  return effective;
}

describe('the seed', () => {
  test('gives the same district and the same marks on every machine', () => {
    const small = { ...standardSample, studentCount: 120 };
    const hash = (seed: number) => {
      const district = generateDistrict({ ...small, seed });
      const marks = district.schools.flatMap((school) => daysOf(district, school, 2));
      return createHash('sha256')
        .update(JSON.stringify([district, marks]))
        .digest('hex');
    };
    // Changes whenever the generator does, and never otherwise.
    expect(hash(1)).toBe('8153ee5f9a920ae6e10c8c97de67b6c878650c9f6e43fd5740751499970a34a3');
    expect(hash(2)).not.toBe(hash(1));
  });

  test('a school of another size is as large as asked', () => {
    const { schools } = generateDistrict({ ...standardSample, studentCount: 2000 });
    expect(schools.map(({ students }) => students.length)).toEqual([1500, 500]);
  });
});

describe.each(districts.map((district) => [district.country, district] as const))(
  'the %s district',
  (country, district) => {
    const pack = shippedPack(country);
    const [first, second] = district.schools;

    test('A2: two schools of 1,200 and 400 share ids and student numbers for different people', () => {
      expect([first.students.length, second.students.length]).toEqual([1200, 400]);
      const firstById = new Map(first.students.map((student) => [student.sourcedId, student]));
      const shared = second.students.filter(({ sourcedId, studentNumber }) => {
        return firstById.get(sourcedId)?.studentNumber === studentNumber;
      });
      expect(shared).toHaveLength(400);
      const same = shared.filter(({ sourcedId, givenName, familyName, birthDate }) => {
        const other = firstById.get(sourcedId);
        return (
          other?.givenName === givenName && other.familyName === familyName && other.birthDate === birthDate
        );
      });
      expect(same).toEqual([]);
      for (const kind of ['staff', 'guardians', 'classes', 'enrolments'] as const) {
        const ids = new Set(first[kind].map(({ sourcedId }) => sourcedId));
        expect(second[kind].filter(({ sourcedId }) => ids.has(sourcedId)).length).toBeGreaterThan(20);
      }
    });

    test('every telephone number is one that can never be anybody’s', () => {
      const people = district.schools.flatMap(({ guardians, staff }) => [...guardians, ...staff]);
      const reserved = country === 'us' ? /^\+1 \d{3} 555 01\d\d$/ : /^\+44 7700 900\d{3}$/;
      expect(people.filter(({ phone }) => !reserved.test(phone))).toEqual([]);
      expect(people.filter(({ email }) => !email.endsWith('.example'))).toEqual([]);
    });

    test('nobody teaches or sits in two classes at once, and no class is too large', () => {
      for (const { classes, enrolments } of district.schools) {
        const classesById = new Map(classes.map((each) => [each.sourcedId, each]));
        const places = enrolments.flatMap(({ userSourcedId, classSourcedId }) => {
          const { classType = 'homeroom', periods = [] } = classesById.get(classSourcedId) ?? {};
          return classType === 'homeroom'
            ? []
            : periods.map((period) => `${userSourcedId} in period ${period}`);
        });
        expect(places.length).toBeGreaterThan(400);
        expect(places.length - new Set(places).size).toBe(0);
        const sizes = Map.groupBy(
          enrolments.filter(({ role }) => role === 'student'),
          ({ classSourcedId }) => classSourcedId,
        );
        expect(sizes.size).toBe(classes.length);
        expect(Math.max(...[...sizes.values()].map(({ length }) => length))).toBeLessThanOrEqual(32);
      }
    });

    test('no bus is overfull, every rider exists, and some run carries both schools', () => {
      const studentIds = new Set(
        district.schools.flatMap(({ sourcedId, students }) =>
          students.map((student) => `${sourcedId} ${student.sourcedId}`),
        ),
      );
      const runs = district.buses.flatMap(({ capacity, runs: own }) =>
        own.map((run) => ({ ...run, capacity })),
      );
      expect(runs.filter(({ riders, capacity }) => riders.length > capacity)).toEqual([]);
      const riders = runs.flatMap((run) => run.riders);
      expect(
        riders.filter((rider) => !studentIds.has(`${rider.schoolSourcedId} ${rider.studentSourcedId}`)),
      ).toEqual([]);
      expect(new Set(runs.map(({ direction }) => direction))).toEqual(new Set(['AM', 'PM']));
      const schoolsAboard = runs.map(
        (run) => new Set(run.riders.map(({ schoolSourcedId }) => schoolSourcedId)).size,
      );
      expect(Math.max(...schoolsAboard)).toBe(2);
    });

    test('some students have alerts, brothers and sisters, other languages at home, or moved', () => {
      for (const { students, guardians } of district.schools) {
        const share = (count: number) => count / students.length;
        const alerts = students.filter(({ medicalAlert }) => medicalAlert !== '').length;
        const families = new Set(students.map((student) => student.guardians[0]?.guardianSourcedId)).size;
        const moved = students.filter(
          ({ homerooms }) => homerooms[0]?.beginDay ?? homerooms[0]?.endDay,
        ).length;
        expect(share(alerts)).toBeGreaterThan(0.06);
        expect(share(alerts)).toBeLessThan(0.2);
        expect(share(families)).toBeLessThan(0.85);
        expect(share(moved)).toBeGreaterThan(0.01);
        expect(share(moved)).toBeLessThan(0.12);
        expect(new Set(guardians.map(({ language }) => language)).size).toBeGreaterThan(8);
      }
    });

    test.each(['1.1', '1.2'] as const)(
      'its OneRoster %s packages are imported without a single finding',
      async (version) => {
        for (const schools of [[first], [second], [first, second]]) {
          const records = rosterRecordsOf(district, schools);
          const bytes = writeZip(writePackage(records, version, { mode: 'bulk' }));
          const school = schools.at(-1);
          const run = await dryRun({
            package: { kind: 'zip', bytes },
            current: emptyRoster(),
            school: school?.sourcedId ?? null,
            today: district.today,
          });
          if (!run.ok || run.value.plan?.ok !== true) throw new Error('the package is refused');
          expect([run.value.check.report.findings, run.value.check.exitCode]).toEqual([[], 0]);
          const { student, enrolment } = run.value.plan.value.diff.kinds;
          expect([student.added.length, enrolment.added.length]).toEqual([
            school?.students.length,
            school?.enrolments.length,
          ]);
        }
      },
    );

    describe.each(district.schools.map((school) => [school.name, school] as const))('%s', (_, school) => {
      const calendar = calendarOf(school);
      const days = daysOf(district, school, 3);
      const classesById = new Map(school.classes.map((each) => [each.sourcedId, each]));
      const members = Map.groupBy(
        school.enrolments.filter(({ role }) => role === 'student'),
        ({ classSourcedId }) => classSourcedId,
      );
      const official = days.map(({ day: on, registers }) => ({
        day: on,
        registers: registers.filter(
          ({ classSourcedId }) => classesById.get(classSourcedId)?.classType === 'homeroom',
        ),
      }));
      const isAbsenceCode = (code: string) =>
        pack.codes.some(
          (each) =>
            each.code === code && each.effectiveUntil === null && each.category.endsWith('authorised'),
        );

      test('has most of a school year behind it, with closures', () => {
        expect(days.length).toBeGreaterThan(150);
        expect(days.map((each) => each.day)).toEqual(
          schoolDaysBetween(calendar, calendar.schoolYear.beginDay, district.today),
        );
        expect([...calendar.closureByDay.values()].some(({ kind }) => kind === 'unplanned')).toBe(true);
      });

      test('A16: writes only codes that may stand in that session on that day, of people who exist, until now', () => {
        const staffIds = new Set(school.staff.map(({ sourcedId }) => sourcedId));
        const untilMs = sampleNowMs(district);
        const wrong = days.flatMap(({ day: on, registers }) =>
          registers.flatMap(({ session, marks }) =>
            marks.filter(
              ({ code, authorSourcedId, atMs }) =>
                !codeForMark(pack, code, on, session).ok || !staffIds.has(authorSourcedId) || atMs > untilMs,
            ),
          ),
        );
        expect(wrong).toEqual([]);
      });

      test('A16: a register that was taken accounts for exactly the students enrolled that day', () => {
        for (const { day: on, registers } of days) {
          for (const { classSourcedId, marks, taken } of registers) {
            if (taken === null) continue;
            const expected = (members.get(classSourcedId) ?? []).filter((spell) => isEnrolledOn(spell, on));
            const marked = new Set(marks.map(({ studentSourcedId }) => studentSourcedId));
            expect(marked).toEqual(new Set(expected.map(({ userSourcedId }) => userSourcedId)));
          }
        }
      });

      test('registers not taken and absences without a reason are left only for now', () => {
        const notTaken = (of: typeof official) =>
          of.flatMap(({ registers }) => registers.filter(({ taken }) => taken === null));
        expect(notTaken(official.slice(0, -1))).toEqual([]);
        expect(notTaken(official.slice(-1)).length).toBeGreaterThan(0);
        const waiting = (of: typeof official) =>
          of
            .flatMap(({ registers }) => registers.flatMap(({ marks }) => [...effectiveMarks(marks).values()]))
            .filter(({ code }) => code === (country === 'us' ? 'A' : 'N')).length;
        expect(waiting(official.slice(-1))).toBeGreaterThan(0);
        expect(waiting(official.slice(0, -20))).toBe(0);
      });

      test("keeps the teacher's mark and the office's, and corrections", () => {
        const marks = official.flatMap(({ registers }) => registers.flatMap((each) => each.marks));
        expect(marks.filter(({ kind }) => kind === 'office').length).toBeGreaterThan(400);
        const corrected = official.flatMap(({ registers }) =>
          registers.flatMap((each) => [
            ...Map.groupBy(each.marks, ({ studentSourcedId }) => studentSourcedId).values(),
          ]),
        );
        const byTeacherTwice = corrected.filter(
          (own) => own.filter(({ kind }) => kind === 'teacher').length > 1,
        );
        expect(byTeacherTwice.length).toBeGreaterThan(10);
      });

      test('A16: has realistic rates: some chronically absent, some late regulars, a wave of influenza', () => {
        const sessionsByStudent = new Map<string, StudentSession[]>();
        let fluAbsences = 0;
        let fluMarks = 0;
        for (const { day: on, registers } of official) {
          const isFlu = on.slice(5) >= '01-26' && on.slice(5) <= '02-06';
          for (const { session, marks } of registers) {
            const halfDays = sessionsOn(calendar, on).find((each) => each.session === session)?.halfDays ?? 0;
            for (const { studentSourcedId, code } of effectiveMarks(marks).values()) {
              const list = sessionsByStudent.get(studentSourcedId) ?? [];
              sessionsByStudent.set(studentSourcedId, list);
              list.push({ day: on, halfDays, code });
              if (isFlu) fluMarks += 1;
              if (isFlu && isAbsenceCode(code)) fluAbsences += 1;
            }
          }
        }
        const totals = [...sessionsByStudent.values()].map((sessions) => attendanceTotals(sessions, pack));
        const sum = (of: (each: AttendanceTotals) => number) =>
          totals.reduce((all, each) => all + of(each), 0);
        const absence = sum((each) => each.authorised + each.unauthorised) / sum(({ possible }) => possible);
        const share = (is: (each: AttendanceTotals) => boolean) => totals.filter(is).length / totals.length;

        expect(absence).toBeGreaterThan(0.04);
        expect(absence).toBeLessThan(0.08);
        const chronic = share((each) => reachesShare(absenceRate(each), 10));
        expect(chronic).toBeGreaterThan(0.08);
        expect(chronic).toBeLessThan(0.22);
        const lateRegulars = share(({ late, possible }) => late > possible * 0.04);
        expect(lateRegulars).toBeGreaterThan(0.03);
        expect(lateRegulars).toBeLessThan(0.25);
        expect(fluAbsences / fluMarks).toBeGreaterThan(absence * 1.4);
        expect(sum((each) => each.unknownCode + each.unrecorded)).toBe(0);
      });
    });
  },
);

test('whatever day it is, the sample has school that day and most of a year behind it', () => {
  const days = fc.integer({ min: 0, max: 3 * 366 }).map((count) => addDays(day.parse('2026-01-01'), count));
  fc.assert(
    fc.property(days, fc.constantFrom('us', 'england'), (today, country) => {
      for (const school of generateDistrict({ seed: 1, studentCount: 40, country, today }).schools) {
        const calendar = calendarOf(school);
        expect(isSchoolDay(calendar, today)).toBe(true);
        const passed = schoolDaysBetween(calendar, calendar.schoolYear.beginDay, today).length;
        expect(passed).toBeGreaterThan(150);
      }
    }),
    { numRuns: 60 },
  );
});

test('npm run sample writes a package of each school and one of both', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollkeep-sample-'));
  try {
    const script = fileURLToPath(new URL('../../scripts/sample.ts', import.meta.url));
    const out = join(folder, 'made', 'here');
    const printed = execFileSync(
      process.execPath,
      [script, '--out', out, '--students', '80', '--version', '1.1'],
      {
        encoding: 'utf8',
      },
    );
    expect(readdirSync(out).toSorted()).toEqual([
      'sample-district.zip',
      'sample-school-1.zip',
      'sample-school-2.zip',
    ]);
    expect(printed).toContain('sample-district.zip: OneRoster 1.1, 80 students');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the sample plans a trip, an illness and a leave, and has a morning of calls, the same on every machine', () => {
  for (const district of districts) {
    const [school] = district.schools;
    const lastDay = daysOf(district, school).at(-1);
    if (lastDay === undefined) throw new Error('the sample has days');
    const made = sampleAbsences(district, school, lastDay);
    expect(sampleAbsences(district, school, lastDay)).toEqual(made);
    const pack = shippedPack(district.country);
    const [session = 'day'] = pack.sessionModel.official;
    const ids = new Set(school.students.map(({ sourcedId }) => sourcedId));
    for (const { studentSourcedIds, fromDay, toDay, code } of made.plans) {
      const found = codeForMark(pack, code, fromDay, session);
      expect(found.ok && mayBePlanned(found.value)).toBe(true);
      expect(fromDay <= toDay).toBe(true);
      expect(studentSourcedIds.every((id) => ids.has(id))).toBe(true);
    }
    expect(made.plans.map((plan) => plan.studentSourcedIds.length)).toEqual([30, 1, 1, 1]);
    expect(made.contacts.every(({ atMs }) => atMs <= sampleNowMs(district))).toBe(true);
    expect(made.contacts.filter(({ dueAtMs }) => dueAtMs !== null)).toHaveLength(3);
  }
});
