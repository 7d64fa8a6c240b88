import { onTestFinished } from 'vitest';
import type { ClassId, StaffId, StudentId } from '../../domain/ids.ts';
import { SchoolStore, type Caller, type StoreOptions } from './school-store.ts';

/** A school with two homerooms, each with its teacher and two students, and one school year. */
export interface FilledSchool {
  readonly store: SchoolStore;
  readonly office: Caller;
  readonly leader: Caller;
  /** Teaches homeroom 7A: Ana and Ben. */
  readonly teacher: Caller;
  /** Assists in 7A. */
  readonly aide: Caller;
  readonly staffA: StaffId;
  readonly staffB: StaffId;
  readonly ana: StudentId;
  readonly ben: StudentId;
  /** In 7B only. */
  readonly cyd: StudentId;
  readonly dov: StudentId;
  readonly roomA: ClassId;
  readonly roomB: ClassId;
}

/** Wednesday 2030-01-16 is `someNowMs`; the year runs from Tuesday 2030-01-01 to Friday 2030-06-28. */
export function filledSchool(options: StoreOptions = {}): FilledSchool {
  const store = new SchoolStore(options);
  onTestFinished(() => store.close());
  store.addSession('Year', 'schoolYear', '2030-01-01', '2030-06-29');
  const staffA = store.addStaff('Tess Atwell');
  const staffB = store.addStaff('Tom Burr');
  const aideStaff = store.addStaff('Ida Clay');
  const ana = store.addStudent('Ana Abbot', { grade: '07', medicalAlert: 'Carries an inhaler' });
  const ben = store.addStudent('Ben Brill', { grade: '07' });
  const cyd = store.addStudent('Cyd Cole', { grade: '08', medicalAlert: 'No nuts' });
  const dov = store.addStudent('Dov Dunn', { grade: '08' });
  return {
    store,
    office: { role: 'attendance-clerk' },
    leader: { role: 'senior-leader' },
    teacher: { role: 'teacher', staff: staffA },
    aide: { role: 'teaching-assistant', staff: aideStaff },
    staffA,
    staffB,
    ana,
    ben,
    cyd,
    dov,
    roomA: store.addClass('7A', { teacher: staffA, aide: aideStaff, students: [ana, ben] }),
    roomB: store.addClass('7B', { teacher: staffB, students: [cyd, dov] }),
  };
}
