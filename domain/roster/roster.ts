import type { FileMode, RosterFile, RosterVersion } from './oneroster-format.ts';

/** One CSV file, decoded. Password columns are already blank. */
export interface RosterTable {
  /** With `.csv`, as it stands in the package. */
  readonly fileName: string;
  readonly header: readonly string[];
  /** Each row has exactly as many cells as the header. */
  readonly rows: readonly RosterRow[];
}

export interface RosterRow {
  /** The line in the file as an editor counts it; the header is line 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * The records of a roster, as used here: no field is kept that no feature uses (W19). Text is kept byte for byte as
 * given; null is "not given". Days are `YYYY-MM-DD`; every `endDate` is exclusive (OneRoster).
 */
export interface OrgRecord {
  readonly sourcedId: string;
  readonly name: string;
  readonly type: string;
  readonly identifier: string | null;
  readonly parentSourcedId: string | null;
}

export interface SessionRecord {
  readonly sourcedId: string;
  readonly title: string;
  /** gradingPeriod, semester, schoolYear, term, or `ext:…`. */
  readonly type: string;
  readonly startDate: string;
  readonly endDate: string;
  readonly parentSourcedId: string | null;
  /** The year in which the school year ends, `YYYY`. */
  readonly schoolYear: string;
}

export interface CourseRecord {
  readonly sourcedId: string;
  readonly title: string;
  readonly courseCode: string | null;
  readonly orgSourcedId: string;
}

export interface ClassRecord {
  readonly sourcedId: string;
  readonly title: string;
  readonly classCode: string | null;
  /** homeroom, scheduled, or `ext:…`. */
  readonly classType: string;
  readonly location: string | null;
  readonly grades: readonly string[];
  readonly courseSourcedId: string;
  readonly schoolSourcedId: string;
  readonly termSourcedIds: readonly string[];
  readonly periods: readonly string[];
}

export interface EnrolmentRecord {
  readonly sourcedId: string;
  readonly classSourcedId: string;
  readonly userSourcedId: string;
  readonly role: 'administrator' | 'proctor' | 'student' | 'teacher';
  readonly isPrimary: boolean;
  readonly beginDate: string | null;
  readonly endDate: string | null;
}

/** A role at an organisation. From users.csv in 1.1 (id `<user>/<org>`), from roles.csv in 1.2. */
export interface RoleRecord {
  readonly sourcedId: string;
  readonly userSourcedId: string;
  readonly orgSourcedId: string;
  readonly role: string;
  readonly isPrimary: boolean;
  readonly beginDate: string | null;
  readonly endDate: string | null;
}

export interface NameFields {
  readonly givenName: string;
  readonly middleName: string | null;
  readonly familyName: string;
  readonly preferredGivenName: string | null;
  readonly preferredMiddleName: string | null;
  readonly preferredFamilyName: string | null;
}

export interface ContactFields {
  readonly email: string | null;
  readonly sms: string | null;
  readonly phone: string | null;
}

/** A row of users.csv before it is known whose it is. */
export interface UserRecord extends NameFields, ContactFields {
  readonly sourcedId: string;
  readonly identifier: string | null;
  readonly grades: readonly string[];
  readonly agentSourcedIds: readonly string[];
}

/** Of demographics.csv only these two are kept (W19). */
export interface DemographicsRecord {
  readonly sourcedId: string;
  readonly birthDate: string | null;
  readonly sex: string | null;
}

export interface StudentRecord extends NameFields {
  readonly sourcedId: string;
  /** The number the school knows the student by. */
  readonly identifier: string | null;
  readonly grades: readonly string[];
  readonly birthDate: string | null;
  readonly sex: string | null;
}

export interface StaffRecord extends NameFields, ContactFields {
  readonly sourcedId: string;
  readonly identifier: string | null;
}

export interface GuardianRecord extends NameFields, ContactFields {
  readonly sourcedId: string;
  readonly relation: 'guardian' | 'parent' | 'relative';
}

/**
 * A guardian of a student. OneRoster states it in the student's row, the guardian's row, or both; a delta that
 * brings only one of the two rows takes back only what that row had stated.
 */
export interface GuardianshipRecord {
  /** `<student> <guardian>`: ids hold no spaces. */
  readonly sourcedId: string;
  readonly studentSourcedId: string;
  readonly guardianSourcedId: string;
  readonly isStatedByStudent: boolean;
  readonly isStatedByGuardian: boolean;
}

/** A record of a package with the line it stands on; `isDeleted` only in delta files. */
export interface Incoming<R> {
  readonly record: R;
  readonly line: number;
  readonly isDeleted: boolean;
}

export type IncomingMap<R> = ReadonlyMap<string, Incoming<R>>;

/** A checked package in one shape, whatever its version. It may hold several schools. Keyed by sourcedId. */
export interface Roster {
  readonly version: RosterVersion;
  readonly modes: Readonly<Record<RosterFile, FileMode>>;
  readonly orgs: IncomingMap<OrgRecord>;
  readonly sessions: IncomingMap<SessionRecord>;
  readonly courses: IncomingMap<CourseRecord>;
  readonly classes: IncomingMap<ClassRecord>;
  readonly users: IncomingMap<UserRecord>;
  readonly roles: IncomingMap<RoleRecord>;
  readonly enrolments: IncomingMap<EnrolmentRecord>;
  readonly demographics: IncomingMap<DemographicsRecord>;
}

/** The kinds of record that one school keeps. */
export interface KindRecords {
  readonly school: OrgRecord;
  readonly session: SessionRecord;
  readonly course: CourseRecord;
  readonly class: ClassRecord;
  readonly student: StudentRecord;
  readonly staff: StaffRecord;
  readonly guardian: GuardianRecord;
  readonly guardianship: GuardianshipRecord;
  readonly role: RoleRecord;
  readonly enrolment: EnrolmentRecord;
}

export type RosterKind = keyof KindRecords;

/** Every kind, in the order in which additions can be applied; removals go the other way round. */
export const rosterKinds: readonly RosterKind[] = [
  'school',
  'session',
  'course',
  'class',
  'student',
  'staff',
  'guardian',
  'guardianship',
  'role',
  'enrolment',
];

/** A record as the store holds it. An inactive one has left and is kept; it is revived when it comes back. */
export interface Held<R> {
  readonly record: R;
  readonly isActive: boolean;
}

/** What one school's store holds from rosters, keyed by sourcedId. The caller fills it from the store. */
export type CurrentRoster = { readonly [Kind in RosterKind]: ReadonlyMap<string, Held<KindRecords[Kind]>> };

/** One school's roster: only records that are active. */
export type SchoolRoster = { readonly [Kind in RosterKind]: ReadonlyMap<string, KindRecords[Kind]> };

/** A school before its first import. */
export function emptyRoster(): CurrentRoster {
  return {
    school: new Map(),
    session: new Map(),
    course: new Map(),
    class: new Map(),
    student: new Map(),
    staff: new Map(),
    guardian: new Map(),
    guardianship: new Map(),
    role: new Map(),
    enrolment: new Map(),
  };
}

/** The id under which a guardianship is kept. */
export function guardianshipId(studentSourcedId: string, guardianSourcedId: string): string {
  return `${studentSourcedId} ${guardianSourcedId}`;
}
