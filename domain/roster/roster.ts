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
 * The records of a package, as read and written here. What a school keeps of them is less: `school-roster.ts`. Text is
 * taken byte for byte as given; null is "not given". Days are `YYYY-MM-DD`; every `endDate` is exclusive (OneRoster).
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
  /** As the extension column has it (`languageColumns`): of a student's row what is spoken at home. */
  readonly language: string | null;
}

/** Of demographics.csv only these two are kept (W19). */
export interface DemographicsRecord {
  readonly sourcedId: string;
  readonly birthDate: string | null;
  readonly sex: string | null;
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
  /**
   * The columns that something uses and the header of a file does not have, be it that the version has no such column.
   * A missing column says nothing: what is known of it stays.
   */
  readonly missing: Readonly<Record<RosterFile, ReadonlySet<string>>>;
  readonly orgs: IncomingMap<OrgRecord>;
  readonly sessions: IncomingMap<SessionRecord>;
  readonly courses: IncomingMap<CourseRecord>;
  readonly classes: IncomingMap<ClassRecord>;
  readonly users: IncomingMap<UserRecord>;
  readonly roles: IncomingMap<RoleRecord>;
  readonly enrolments: IncomingMap<EnrolmentRecord>;
  readonly demographics: IncomingMap<DemographicsRecord>;
}
