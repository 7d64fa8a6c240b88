import { addDays, weekdayOf } from '../../domain/calendar/day.ts';
import type { ClassId, Day, StudentId } from '../../domain/ids.ts';
import { newId } from '../../main/desk/desk.ts';
import { createScriptDesk, inTransaction, makeSchool, type ScriptDesk } from '../harness/script-desk.ts';

/** A school as the writers and checkers of faults know it: small, so that a store can be copied thousands of times. */
export interface SmallSchool {
  readonly dataDir: string;
  readonly recoveryKeyGroups: readonly string[];
  readonly classes: readonly { readonly id: ClassId; readonly students: readonly StudentId[] }[];
  /** School days up to today. */
  readonly days: readonly Day[];
}

/** Tuesday, 3 March 2026, 09:00 in Los Angeles: an invented school day. */
export const firstMs = Date.UTC(2026, 2, 3, 17);

/** Makes a school of two homerooms with `classSize` students each, and closes it. */
export async function makeSmallSchool(dataDir: string, classSize: number): Promise<SmallSchool> {
  const script = createScriptDesk(dataDir, { nowMs: firstMs });
  const recoveryKeyGroups = await makeSchool(script);
  const classes = fillSchool(script, classSize);
  const today = script.desk.dayAt(firstMs);
  const days = Array.from({ length: 14 }, (_, back) => addDays(today, -back)).filter(
    (day) => weekdayOf(day) <= 5,
  );
  script.desk.lock('user');
  return { dataDir, recoveryKeyGroups, classes, days };
}

function fillSchool({ desk, open }: ScriptDesk, classSize: number): SmallSchool['classes'] {
  const { changes, school } = open.unitParts;
  const own = { school: school.id, sourceId: null, status: 'active' } as const;
  const classes: SmallSchool['classes'][number][] = [];
  inTransaction(open, () => {
    const year = newId<'academic-session'>(desk.random);
    changes.write({ type: 'session', id: year }, (change) =>
      change.put('academic_session', {
        ...own,
        id: year,
        title: 'Year',
        type: 'schoolYear',
        startDay: '2025-09-01',
        endDay: '2026-07-01',
        schoolYear: '2026',
      }),
    );
    for (const title of ['1A', '1B']) {
      const id = newId<'class'>(desk.random);
      changes.write({ type: 'class', id }, (change) =>
        change.put('class', {
          ...own,
          id,
          title,
          classCode: title,
          classType: 'homeroom',
          course: '',
          grades: [],
          periods: [],
          terms: [],
        }),
      );
      const students = Array.from({ length: classSize }, () => newId<'student'>(desk.random));
      for (const [index, student] of students.entries()) {
        changes.write({ type: 'student', id: student }, (change) => {
          change.put('student', {
            ...own,
            id: student,
            studentNumber: `${title}-${index}`,
            givenName: `Given${index}`,
            middleName: '',
            familyName: `Family${title}`,
            preferredGivenName: '',
            preferredFamilyName: '',
            pronouns: '',
            sex: '',
            grade: '01',
            birthDate: '2019-05-05',
          });
          change.put('enrolment', {
            id: newId<'enrolment'>(desk.random),
            sourceId: null,
            class: id,
            person: student,
            role: 'student',
            isPrimary: true,
            beginDay: '',
            endDay: '',
            status: 'active',
          });
        });
      }
      classes.push({ id, students });
    }
  });
  return classes;
}
