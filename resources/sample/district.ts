import type { AttendanceMode, CountryPack } from '../../domain/contract/shared.ts';
import type { SchoolCalendarData } from '../../domain/calendar/school-calendar.ts';
import type { Day } from '../../domain/ids.ts';

/**
 * The sample district: plain data, all of it invented.
 *
 * Ids are the roster's (`sourcedId`) and belong to one school only: on purpose, the two schools use the same ids
 * and student numbers for different people, as two schools of one vendor do, so that whoever mixes schools up is
 * found out. Only the organisations' own ids differ. Days are school-local; every `endDay` is exclusive, null is open.
 */
export interface SampleDistrict {
  readonly seed: number;
  readonly country: CountryPack;
  readonly sourcedId: string;
  readonly name: string;
  /** The day on which the sample is opened; the school year reaches about ten months back from it. */
  readonly today: Day;
  readonly schools: readonly [SampleSchool, SampleSchool];
  /** Buses belong to the district: some runs carry students of both schools. */
  readonly buses: readonly SampleBus[];
}

export interface SampleSchool {
  readonly sourcedId: string;
  readonly name: string;
  readonly identifier: string;
  readonly attendanceMode: AttendanceMode;
  /** Has `today` as a school day, whatever day of the year it is. */
  readonly calendar: SchoolCalendarData;
  readonly academicSessions: readonly SampleAcademicSession[];
  readonly staff: readonly SampleStaff[];
  readonly students: readonly SampleStudent[];
  readonly guardians: readonly SampleGuardian[];
  readonly courses: readonly SampleCourse[];
  readonly classes: readonly SampleClass[];
  readonly enrolments: readonly SampleEnrolment[];
  readonly activities: readonly SampleActivity[];
}

export interface SampleAcademicSession {
  readonly sourcedId: string;
  readonly title: string;
  readonly type: 'schoolYear' | 'term';
  readonly beginDay: Day;
  readonly endDay: Day;
  readonly parentSourcedId: string | null;
  /** The year in which the school year ends. */
  readonly schoolYear: string;
}

export interface SampleStaff {
  readonly sourcedId: string;
  readonly identifier: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly email: string;
  readonly phone: string;
  /** In the words of OneRoster 1.2; a 1.1 package says `teacher`, `aide` or `administrator`. */
  readonly role: 'teacher' | 'aide' | 'principal' | 'counselor' | 'siteAdministrator';
  readonly jobTitle: string;
}

export interface SampleStudent {
  readonly sourcedId: string;
  readonly studentNumber: string;
  readonly givenName: string;
  readonly middleName: string | null;
  readonly familyName: string;
  /** The given name the student goes by, where it is another. */
  readonly preferredGivenName: string | null;
  readonly pronouns: string | null;
  readonly sex: 'female' | 'male' | 'other';
  readonly birthDate: Day;
  readonly grade: string;
  readonly address: string;
  readonly guardians: readonly {
    readonly guardianSourcedId: string;
    readonly relation: 'parent' | 'guardian' | 'relative';
  }[];
  /** Empty for none. */
  readonly medicalAlert: string;
  /** Where the official register is taken, spell by spell: a mover has two, someone who left has an end. */
  readonly homerooms: readonly HomeroomSpell[];
}

export interface HomeroomSpell {
  readonly classSourcedId: string;
  readonly beginDay: Day | null;
  readonly endDay: Day | null;
}

export interface SampleGuardian {
  readonly sourcedId: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly relation: 'parent' | 'guardian' | 'relative';
  readonly phone: string;
  readonly email: string;
  /** BCP 47 tag of the language to speak and write in. */
  readonly language: string;
}

export interface SampleCourse {
  readonly sourcedId: string;
  readonly title: string;
  readonly courseCode: string;
}

export interface SampleClass {
  readonly sourcedId: string;
  readonly title: string;
  readonly classCode: string;
  readonly classType: 'homeroom' | 'scheduled';
  readonly courseSourcedId: string;
  readonly grade: string;
  /** `['3']` meets in period 3; empty for a homeroom. */
  readonly periods: readonly string[];
  readonly location: string;
  readonly teacherSourcedId: string;
  readonly termSourcedIds: readonly string[];
}

export interface SampleEnrolment {
  readonly sourcedId: string;
  readonly classSourcedId: string;
  readonly userSourcedId: string;
  readonly role: 'student' | 'teacher';
  readonly isPrimary: boolean;
  readonly beginDay: Day | null;
  readonly endDay: Day | null;
}

export interface SampleActivity {
  readonly activityId: string;
  readonly name: string;
  readonly place: string;
  /** ISO weekdays. */
  readonly weekdays: readonly number[];
  /** Wall clock, `HH:MM`. */
  readonly opensAt: string;
  readonly closesAt: string;
  readonly leaderSourcedId: string;
  readonly memberSourcedIds: readonly string[];
}

export interface SampleBus {
  readonly busId: string;
  readonly name: string;
  readonly capacity: number;
  readonly runs: readonly SampleRun[];
}

export interface SampleRun {
  readonly runId: string;
  readonly direction: 'AM' | 'PM';
  readonly schoolSourcedIds: readonly string[];
  /** In driving order. */
  readonly stops: readonly { readonly stopId: string; readonly name: string; readonly at: string }[];
  readonly riders: readonly {
    readonly schoolSourcedId: string;
    readonly studentSourcedId: string;
    readonly stopId: string;
  }[];
}
