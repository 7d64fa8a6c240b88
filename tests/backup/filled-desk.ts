import { onTestFinished } from 'vitest';
import type { ClassId, Day, GuardianId, StudentId } from '../../domain/ids.ts';
import type { Desk, OpenSchool } from '../../main/desk/desk.ts';
import { newId } from '../../main/desk/desk.ts';
import { systemRandom } from '../../main/vault/random.ts';
import { createTestDesk, createTestSchool, type TestDesk } from '../support/test-desk.ts';

/** Names and numbers that stand nowhere else: where one of them is found, something lies in clear. */
export const planted = [
  'Zelmira',
  'Quixby',
  '1999-12-31',
  'zq@planted.invalid',
  'saw a heron on the way',
] as const;

/** A signed-in school with three students in one class, guardians, sealed fields, marks with a note and a correction. */
export interface FilledDesk {
  readonly test: TestDesk;
  readonly recoveryKey: string;
  readonly students: readonly [StudentId, StudentId, StudentId];
  readonly guardian: GuardianId;
  readonly schoolClass: ClassId;
}

export async function filledDesk(): Promise<FilledDesk> {
  const test = createTestDesk();
  onTestFinished(() => test.dispose());
  const { recoveryKeyGroups } = await createTestSchool(test);
  return { test, recoveryKey: recoveryKeyGroups.join(' '), ...fill(test.open(), test.desk) };
}

function fill(open: OpenSchool, desk: Desk): Pick<FilledDesk, 'students' | 'guardian' | 'schoolClass'> {
  const { changes, school } = open.unitParts;
  const students = [
    newId<'student'>(systemRandom),
    newId<'student'>(systemRandom),
    newId<'student'>(systemRandom),
  ] as const;
  const guardian = newId<'guardian'>(systemRandom);
  const schoolClass = newId<'class'>(systemRandom);
  const enrolment = newId<'enrolment'>(systemRandom);
  const author = desk.session?.actor.user;
  if (author === undefined) throw new Error('Nobody is signed in');
  const own = { school: school.id, sourceId: null, status: 'active' } as const;
  inTransaction(open, () => {
    changes.write({ type: 'class', id: schoolClass }, (change) =>
      change.put('class', {
        ...own,
        id: schoolClass,
        title: '=7B',
        classCode: '7B',
        classType: 'homeroom',
        course: '',
        grades: ['07'],
        periods: [],
        terms: [],
      }),
    );
    for (const [index, id] of students.entries()) {
      changes.write({ type: 'student', id }, (change) => {
        change.put('student', {
          ...own,
          id,
          studentNumber: `S-${index}`,
          givenName: index === 0 ? planted[0] : `Given ${index}`,
          middleName: '',
          familyName: index === 0 ? planted[1] : `Family ${index}`,
          preferredGivenName: '',
          preferredFamilyName: '',
          pronouns: '',
          sex: 'female',
          grade: '07',
          // The third student has no sealed field, and so no key before the first backup.
          ...(index === 2
            ? {}
            : { birthDate: planted[2], address: '', nationalId: '', medicalAlert: 'nuts' }),
        });
        change.put('enrolment', {
          id: index === 0 ? enrolment : newId<'enrolment'>(systemRandom),
          sourceId: null,
          class: schoolClass,
          person: id,
          role: 'student',
          isPrimary: false,
          beginDay: '',
          endDay: '',
          status: 'active',
        });
      });
    }
    changes.write({ type: 'student', id: students[0] }, (change) => {
      change.put('guardian', {
        ...own,
        id: guardian,
        givenName: 'Gwen',
        familyName: planted[1],
        language: 'en',
        phone: '+44 20 7946 0000',
        email: planted[3],
      });
      change.put('guardian_link', {
        student: students[0],
        guardian,
        relation: 'mother',
        statedBy: 'student',
        status: 'active',
      });
    });
    // Names its enrolment and not its student.
    changes.write({ type: 'class', id: schoolClass }, (change) =>
      change.put('enrolment', { id: enrolment, endDay: '2026-07-01' }),
    );
    const day = '2026-03-02' as Day;
    changes.write({ type: 'register', id: schoolClass }, (change) => {
      change.add(
        'mark',
        { day, class: schoolClass, session: 'am', column: 'teacher', author, atMs: desk.now() },
        students.map((student, index) => ({
          student,
          code: index === 0 ? 'L' : '/',
          minutes: index === 0 ? 12 : null,
          note: index === 0 ? planted[4] : '',
        })),
      );
      change.add('register_taken', { day, class: schoolClass, session: 'am' }, [
        { taken: true, author, atMs: desk.now() },
      ]);
    });
    changes.write({ type: 'student', id: students[0] }, (change) =>
      change.put('student', { id: students[0], preferredGivenName: 'Zel' }),
    );
  });
  return { students, guardian, schoolClass };
}

function inTransaction(open: OpenSchool, work: () => void): void {
  open.transaction.begin();
  try {
    work();
    open.transaction.commit();
  } catch (cause) {
    open.transaction.rollback();
    throw cause;
  }
}

/** Every row of every table but the given ones, to be compared. */
export function contentOf(open: OpenSchool, without: readonly string[]): Record<string, unknown[]> {
  const tables = open.connection
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .pluck()
    .all()
    .filter((name) => !without.includes(name) && !name.startsWith('audit_'));
  return Object.fromEntries(
    tables.map((name) => [
      name,
      open.connection
        .prepare<[], unknown[]>(`SELECT * FROM "${name}"`)
        .raw()
        .all()
        .map((row) => row.map((value) => (Buffer.isBuffer(value) ? value.toString('hex') : value)))
        .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    ]),
  );
}

/** Puts a row into each table that `filledDesk` leaves empty, with something sealed wherever something can be. */
export function fillEveryTable({ test, students, guardian }: FilledDesk): void {
  const open = test.open();
  const { changes, school } = open.unitParts;
  const author = test.desk.session?.actor.user;
  if (author === undefined) throw new Error('Nobody is signed in');
  const atMs = test.nowMs;
  const day = '2026-03-02' as Day;
  const [student, other] = students;
  const own = { school: school.id, sourceId: null, status: 'active' } as const;
  const madeHere = { school: school.id, status: 'active' } as const;
  const id = <Kind extends string>() => newId<Kind>(systemRandom);
  const session = id<'academic-session'>();
  const course = id<'course'>();
  const staff = id<'staff'>();
  const group = id<'student-group'>();
  inTransaction(open, () => {
    changes.write({ type: 'session', id: session }, (change) =>
      change.put('academic_session', {
        ...own,
        id: session,
        title: 'Year',
        type: 'schoolYear',
        startDay: '2025-09-01',
        endDay: '2026-07-20',
        schoolYear: '2026',
      }),
    );
    changes.write({ type: 'course', id: course }, (change) =>
      change.put('course', { ...own, id: course, title: 'Weaving', courseCode: '-W' }),
    );
    changes.write({ type: 'staff', id: staff }, (change) =>
      change.put('staff', { ...own, id: staff, givenName: 'Tutor', familyName: 'Tamsin' }),
    );
    changes.write({ type: 'school', id: school.id }, (change) => {
      change.put('calendar_day', {
        id: id<'calendar-day'>(),
        school: school.id,
        day: '2026-03-09',
        reason: 'Snow',
        status: 'closed',
      });
      change.put('saved_list', {
        ...madeHere,
        id: id<'saved-list'>(),
        owner: author,
        title: 'Mine',
        filter: '{}',
      });
      change.put('import_mapping', {
        ...madeHere,
        id: id<'import-mapping'>(),
        kind: 'students',
        title: 'A vendor',
        headers: ['Name'],
        mapping: '{}',
      });
      change.put('code_edit', {
        ...madeHere,
        id: id<'code-edit'>(),
        code: 'V',
        fromDay: day,
        meaning: 'A visit',
        key: '',
        category: 'approved-activity',
        isEnded: false,
        madeBy: author,
        madeAtMs: atMs,
      });
      change.put('day_times', {
        ...madeHere,
        id: id<'day-times'>(),
        fromDay: day,
        times: JSON.stringify([{ session: 'am', opensAt: 525, closesAt: 555, endsAt: 720 }]),
        madeBy: author,
        madeAtMs: atMs,
      });
      change.put('student_group', {
        ...own,
        id: group,
        kind: 'bus',
        title: 'Run 7',
        weekdays: [1, 2],
        fromMinute: 450,
        untilMinute: 510,
      });
      change.add('roster_import', {}, [
        { id: id<'roster-import'>(), atMs, author, version: '1.2', mode: 'bulk', counts: [] },
      ]);
    });
    changes.write({ type: 'student', id: student }, (change) => {
      change.put('student', { id: student, address: '1 Planted Lane', nationalId: 'NID-1' });
      change.put('group_member', {
        id: id<'group-member'>(),
        group,
        student,
        stop: 'Mill',
        beginDay: '',
        endDay: '',
        status: 'active',
      });
      change.put('planned_absence', {
        ...madeHere,
        id: id<'planned-absence'>(),
        student,
        fromDay: day,
        toDay: day,
        sessions: [],
        code: 'I',
        occasion: '',
        note: 'planned: heron pox',
        madeBy: author,
        madeAtMs: atMs,
      });
      change.add('contact', { student }, [
        {
          id: id<'contact'>(),
          day,
          atMs,
          channel: 'call',
          guardian,
          spokeWith: 'the uncle',
          outcome: 'reached',
          note: 'will write',
          nextStep: 'none',
          author,
        },
      ]);
      change.add('movement', { student }, [
        {
          id: id<'movement'>(),
          day,
          kind: 'departure',
          minute: 660,
          reason: 'medical',
          collectedBy: 'the uncle',
          note: 'in a hurry',
          author,
          atMs,
        },
      ]);
    });
    changes.write({ type: 'student', id: other }, (change) =>
      change.put('person_merge', {
        ...madeHere,
        id: id<'person-merge'>(),
        kept: student,
        merged: other,
        madeBy: author,
        madeAtMs: atMs,
      }),
    );
  });
}
