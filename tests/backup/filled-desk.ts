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
