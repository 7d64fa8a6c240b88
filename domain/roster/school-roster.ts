/**
 * What one school keeps of a roster: no field that no feature uses (W19), so no account names, roles beyond what
 * someone is here, demographics beyond birth date and sex, or contacts of students. Text is kept byte for byte as given;
 * null is "not given". Days are `YYYY-MM-DD`; every `endDate` is exclusive (OneRoster).
 */
export interface SessionKept {
  readonly sourcedId: string;
  readonly title: string;
  /** gradingPeriod, semester, schoolYear, term, or `ext:…`. */
  readonly type: string;
  readonly startDate: string;
  readonly endDate: string;
  /** The year in which the school year ends, `YYYY`. */
  readonly schoolYear: string;
}

export interface CourseKept {
  readonly sourcedId: string;
  readonly title: string;
  readonly courseCode: string | null;
}

export interface ClassKept {
  readonly sourcedId: string;
  readonly title: string;
  readonly classCode: string | null;
  readonly classType: 'homeroom' | 'scheduled';
  readonly courseSourcedId: string;
  readonly grades: readonly string[];
  readonly periods: readonly string[];
  readonly termSourcedIds: readonly string[];
}

export interface StudentKept {
  readonly sourcedId: string;
  /** The number the school knows the student by. */
  readonly identifier: string | null;
  readonly givenName: string;
  readonly middleName: string | null;
  readonly familyName: string;
  readonly preferredGivenName: string | null;
  readonly preferredFamilyName: string | null;
  readonly grades: readonly string[];
  readonly sex: string | null;
  readonly birthDate: string | null;
}

export interface StaffKept {
  readonly sourcedId: string;
  readonly givenName: string;
  readonly familyName: string;
}

export interface GuardianKept {
  readonly sourcedId: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly email: string | null;
  /** `phone`, then `sms` where it is another number. */
  readonly phones: readonly string[];
  /** BCP 47, or what people have written here. */
  readonly language: string | null;
}

/**
 * A guardian of a student. OneRoster states it in the student's row, the guardian's row, or both; a delta that brings
 * only one of the two rows takes back only what that row had stated, so it must be kept who did.
 */
export interface GuardianshipKept {
  /** `guardianshipId`: `<student> <guardian>`; ids hold no spaces. */
  readonly sourcedId: string;
  readonly studentSourcedId: string;
  readonly guardianSourcedId: string;
  readonly relation: 'guardian' | 'parent' | 'relative';
  readonly statedBy: 'student' | 'guardian' | 'both';
}

export interface EnrolmentKept {
  readonly sourcedId: string;
  readonly classSourcedId: string;
  readonly userSourcedId: string;
  /** Proctors and administrators of a class are its aides here: they help, and the teacher answers. */
  readonly role: 'student' | 'teacher' | 'aide';
  readonly isPrimary: boolean;
  readonly beginDate: string | null;
  readonly endDate: string | null;
}

/** A bus run or an activity. OneRoster has none: they come from our own files (docs/roster-import.md). */
export interface GroupKept {
  readonly sourcedId: string;
  readonly groupKind: 'bus' | 'activity';
  readonly title: string;
  /** `1` (Monday) to `7`, ascending. */
  readonly weekdays: readonly string[];
  /** `HH:MM`, school-local. */
  readonly startTime: string | null;
  readonly endTime: string | null;
}

/** Who rides a bus run or takes part in an activity. */
export interface GroupMemberKept {
  /** `groupMemberId`: `<group> <student>`. */
  readonly sourcedId: string;
  readonly groupSourcedId: string;
  readonly studentSourcedId: string;
  readonly stop: string | null;
  readonly beginDate: string | null;
  readonly endDate: string | null;
}

export interface KindRecords {
  readonly session: SessionKept;
  readonly course: CourseKept;
  readonly class: ClassKept;
  readonly student: StudentKept;
  readonly staff: StaffKept;
  readonly guardian: GuardianKept;
  readonly guardianship: GuardianshipKept;
  readonly enrolment: EnrolmentKept;
  readonly group: GroupKept;
  readonly groupMember: GroupMemberKept;
}

export type RosterKind = keyof KindRecords;

/** Every kind, in the order in which additions can be applied; removals go the other way round. */
export const rosterKinds = [
  'session',
  'course',
  'class',
  'student',
  'staff',
  'guardian',
  'guardianship',
  'enrolment',
  'group',
  'groupMember',
] as const satisfies readonly RosterKind[];

/** A record as the store holds it. An inactive one has left and is kept; it is revived when it comes back. */
export interface Held<R> {
  readonly record: R;
  readonly isActive: boolean;
}

/** What one school's store holds from rosters, keyed by sourcedId. The caller fills it from the store. */
export type CurrentRoster = {
  /** The sourcedId of the school in the rosters it was imported from; null before the first import. */
  readonly schoolSourcedId: string | null;
} & { readonly [Kind in RosterKind]: ReadonlyMap<string, Held<KindRecords[Kind]>> };

/** One school's roster: only records that are active. */
export type SchoolRoster = {
  readonly schoolSourcedId: string;
} & { readonly [Kind in RosterKind]: ReadonlyMap<string, KindRecords[Kind]> };

/** A school before its first import. */
export function emptyRoster(): CurrentRoster {
  return {
    schoolSourcedId: null,
    session: new Map(),
    course: new Map(),
    class: new Map(),
    student: new Map(),
    staff: new Map(),
    guardian: new Map(),
    guardianship: new Map(),
    enrolment: new Map(),
    group: new Map(),
    groupMember: new Map(),
  };
}

/** What is in use of what a school holds; null before the first import. */
export function activeRoster(current: CurrentRoster): SchoolRoster | null {
  const { schoolSourcedId } = current;
  if (schoolSourcedId === null) return null;
  return {
    schoolSourcedId,
    session: activeRecords(current.session),
    course: activeRecords(current.course),
    class: activeRecords(current.class),
    student: activeRecords(current.student),
    staff: activeRecords(current.staff),
    guardian: activeRecords(current.guardian),
    guardianship: activeRecords(current.guardianship),
    enrolment: activeRecords(current.enrolment),
    group: activeRecords(current.group),
    groupMember: activeRecords(current.groupMember),
  };
}

/** The records in use, by their id. */
export function activeRecords<R>(held: ReadonlyMap<string, Held<R>>): Map<string, R> {
  const records = new Map<string, R>();
  for (const [id, { record, isActive }] of held) if (isActive) records.set(id, record);
  return records;
}

/** The id under which a guardianship is kept. */
export function guardianshipId(studentSourcedId: string, guardianSourcedId: string): string {
  return `${studentSourcedId} ${guardianSourcedId}`;
}

/** The id under which a membership of a group is kept. */
export function groupMemberId(groupSourcedId: string, studentSourcedId: string): string {
  return `${groupSourcedId} ${studentSourcedId}`;
}
