import { languageAfter, readLanguage } from './language.ts';
import { guardianRoles, languageColumns, studentRoles, type FileMode } from './oneroster-format.ts';
import type {
  ClassRecord,
  CourseRecord,
  EnrolmentRecord,
  IncomingMap,
  RoleRecord,
  Roster,
  SessionRecord,
  UserRecord,
} from './roster.ts';
import {
  activeRecords,
  guardianshipId,
  type ClassKept,
  type CourseKept,
  type CurrentRoster,
  type EnrolmentKept,
  type GuardianKept,
  type GuardianshipKept,
  type Held,
  type SchoolRoster,
  type SessionKept,
  type StaffKept,
  type StudentKept,
} from './school-roster.ts';

/** A school of a package, for the choice when there are several. */
export interface SchoolChoice {
  readonly sourcedId: string;
  readonly name: string;
  readonly classes: number;
  readonly students: number;
}

/**
 * The schools of a package, with the number of classes and of people with a student role in each.
 *
 * Organisations of type `school`; of any type when classes belong to it. A delta may name none.
 */
export function schoolsIn(roster: Roster): readonly SchoolChoice[] {
  const classes = new Map<string, number>();
  for (const { record, isDeleted } of roster.classes.values()) {
    if (!isDeleted) classes.set(record.schoolSourcedId, (classes.get(record.schoolSourcedId) ?? 0) + 1);
  }
  const students = new Map<string, number>();
  for (const { record, isDeleted } of roster.roles.values()) {
    if (isDeleted || !studentRoles.includes(record.role)) continue;
    students.set(record.orgSourcedId, (students.get(record.orgSourcedId) ?? 0) + 1);
  }
  return [...roster.orgs.values()]
    .filter(({ record, isDeleted }) => {
      return !isDeleted && (record.type === 'school' || classes.has(record.sourcedId));
    })
    .map(({ record: { sourcedId, name } }) => ({
      sourcedId,
      name,
      classes: classes.get(sourcedId) ?? 0,
      students: students.get(sourcedId) ?? 0,
    }));
}

/**
 * The roster of one school as it is once a package is imported: what belongs to the school and nothing else.
 *
 * Classes belong by their school, people by a role at the school or an enrolment in one of its classes, guardians by
 * their students. Bulk files replace, delta files change, absent files leave all as it is. A role that ended by
 * `today` (`YYYY-MM-DD`; ends are exclusive) no longer counts. Linear in the rows of the package and the records of
 * the school.
 */
export function schoolAfterImport(
  current: CurrentRoster,
  roster: Roster,
  schoolSourcedId: string,
  today: string,
): SchoolRoster {
  const { modes } = roster;
  const sessions = merge(modes.academicSessions, current.session, roster.sessions, sessionOf);
  const classes = merge(modes.classes, current.class, roster.classes, (record, held) => {
    return record.schoolSourcedId === schoolSourcedId
      ? withoutMissing(classOf(record), held, roster.missing.classes, {
          grades: 'grades',
          classCode: 'classCode',
          periods: 'periods',
        })
      : null;
  });
  const usedCourses = new Set<string>();
  for (const { courseSourcedId } of classes.values()) usedCourses.add(courseSourcedId);
  const courses = keep(
    merge(modes.courses, current.course, roster.courses, (record, held) =>
      withoutMissing(courseOf(record), held, roster.missing.courses, { courseCode: 'courseCode' }),
    ),
    ({ sourcedId }) => usedCourses.has(sourcedId),
  );

  const people = createPeople(current, roster);
  const enrolments = keep(
    merge(modes.enrollments, current.enrolment, roster.enrolments, (record, held) =>
      withoutMissing(enrolmentOf(record), held, roster.missing.enrollments, {
        isPrimary: 'primary',
        beginDate: 'beginDate',
        endDate: 'endDate',
      }),
    ),
    ({ classSourcedId, userSourcedId }) => classes.has(classSourcedId) && people.has(userSourcedId),
  );
  const members = findMembers(current, roster, schoolSourcedId, today);
  addEnrolled(members, enrolments, today);
  const guardianships = keep(mergeGuardianships(current, roster, members), (record) => {
    return people.has(record.studentSourcedId) && people.has(record.guardianSourcedId);
  });

  const students = new Map<string, StudentKept>();
  for (const id of members.students) if (people.has(id)) students.set(id, people.studentOf(id));
  const staff = new Map<string, StaffKept>();
  for (const id of members.staff) if (people.has(id)) staff.set(id, people.staffOf(id));
  const guardians = new Map<string, GuardianKept>();
  const homeLanguages = findHomeLanguages(roster, guardianships);
  for (const { guardianSourcedId: id } of guardianships.values()) {
    if (!guardians.has(id)) guardians.set(id, people.guardianOf(id, homeLanguages.get(id)));
  }
  return {
    schoolSourcedId,
    session: sessions,
    course: courses,
    class: classes,
    student: students,
    staff,
    guardian: guardians,
    guardianship: guardianships,
    enrolment: keep(enrolments, ({ role, userSourcedId }) => {
      return (role === 'student' ? students : staff).has(userSourcedId);
    }),
    // Not OneRoster's: groups stay, and who leaves the school leaves them.
    group: activeRecords(current.group),
    groupMember: keep(activeRecords(current.groupMember), ({ studentSourcedId }) => {
      return students.has(studentSourcedId);
    }),
  };
}

function keep<R>(records: ReadonlyMap<string, R>, isKept: (record: R) => boolean): Map<string, R> {
  const kept = new Map<string, R>();
  for (const [id, record] of records) if (isKept(record)) kept.set(id, record);
  return kept;
}

/** `toKept` answers null for a record of another school. */
function merge<R, Kept>(
  mode: FileMode,
  held: ReadonlyMap<string, Held<Kept>>,
  incoming: IncomingMap<R>,
  toKept: (record: R, held: Kept | undefined) => Kept | null,
): Map<string, Kept> {
  const merged = mode === 'bulk' ? new Map<string, Kept>() : activeRecords(held);
  for (const [id, { record, isDeleted }] of incoming) {
    const kept = isDeleted ? null : toKept(record, held.get(id)?.record);
    if (kept === null) merged.delete(id);
    else merged.set(id, kept);
  }
  return merged;
}

/** The record with what is held in the place of the fields whose column the package does not have. */
function withoutMissing<R extends object>(
  record: R,
  held: R | undefined,
  missing: ReadonlySet<string>,
  columns: { readonly [Field in keyof R]?: string },
): R {
  if (held === undefined || missing.size === 0) return record;
  const merged = { ...record };
  for (const field in columns) {
    const column = columns[field];
    if (column !== undefined && missing.has(column)) merged[field] = held[field];
  }
  return merged;
}

function sessionOf(record: SessionRecord): SessionKept {
  const { sourcedId, title, type, startDate, endDate, schoolYear } = record;
  return { sourcedId, title, type, startDate, endDate, schoolYear };
}

function courseOf({ sourcedId, title, courseCode }: CourseRecord): CourseKept {
  return { sourcedId, title, courseCode };
}

function classOf(record: ClassRecord): ClassKept {
  const { sourcedId, title, classCode, courseSourcedId, grades, periods, termSourcedIds } = record;
  const classType = record.classType === 'homeroom' ? 'homeroom' : 'scheduled';
  return { sourcedId, title, classCode, classType, courseSourcedId, grades, periods, termSourcedIds };
}

function enrolmentOf(record: EnrolmentRecord): EnrolmentKept {
  const { role } = record;
  return { ...record, role: role === 'student' || role === 'teacher' ? role : 'aide' };
}

interface People {
  /** Whether the person is known after the import. */
  has(id: string): boolean;
  studentOf(id: string): StudentKept;
  staffOf(id: string): StaffKept;
  /** `homeLanguage` is what the rows of the guardian's students say; undefined for nothing. */
  guardianOf(id: string, homeLanguage: string | undefined): GuardianKept;
}

/** What is known of each person: the package's row, or else what is held. */
function createPeople(current: CurrentRoster, roster: Roster): People {
  const { users, demographics, modes } = roster;
  const heldOf = (id: string): StudentKept | StaffKept | GuardianKept | undefined => {
    return (current.student.get(id) ?? current.staff.get(id) ?? current.guardian.get(id))?.record;
  };
  const namesOf = (id: string): { readonly givenName: string; readonly familyName: string } => {
    const { givenName, familyName } = users.get(id)?.record ??
      heldOf(id) ?? { givenName: '', familyName: '' };
    return { givenName, familyName };
  };
  const demographicsOf = (id: string): Pick<StudentKept, 'birthDate' | 'sex'> => {
    const incoming = demographics.get(id);
    const known = current.student.get(id)?.record;
    const held = modes.demographics === 'bulk' || incoming !== undefined ? undefined : known;
    const given = incoming?.isDeleted === false ? incoming.record : held;
    const missing = roster.missing.demographics;
    // 1.1 has no word for these, so its blank cell does not take them back.
    const isUnsayable = roster.version === '1.1' && (known?.sex === 'other' || known?.sex === 'unspecified');
    const isSexKept = missing.has('sex') || (isUnsayable && (given?.sex ?? null) === null);
    return {
      sex: (isSexKept ? known?.sex : given?.sex) ?? null,
      birthDate: (missing.has('birthDate') ? known?.birthDate : given?.birthDate) ?? null,
    };
  };
  return {
    has: (id) => {
      const incoming = users.get(id);
      if (incoming !== undefined) return !incoming.isDeleted;
      return modes.users !== 'bulk' && heldOf(id) !== undefined;
    },
    studentOf: (id) => {
      const held = current.student.get(id)?.record;
      const person = users.get(id)?.record ?? held;
      const student: StudentKept = {
        sourcedId: id,
        identifier: person?.identifier ?? null,
        ...namesOf(id),
        middleName: person?.middleName ?? null,
        preferredGivenName: person?.preferredGivenName ?? null,
        preferredFamilyName: person?.preferredFamilyName ?? null,
        grades: person?.grades ?? [],
        ...demographicsOf(id),
      };
      return withoutMissing(student, held, roster.missing.users, {
        identifier: 'identifier',
        middleName: 'middleName',
        preferredGivenName: 'preferredGivenName',
        preferredFamilyName: 'preferredFamilyName',
        grades: 'grades',
      });
    },
    staffOf: (id) => ({ sourcedId: id, ...namesOf(id) }),
    guardianOf: (id, homeLanguage) => {
      const row = users.get(id)?.record;
      const held = current.guardian.get(id)?.record;
      const own = row?.language == null ? null : readLanguage(row.language);
      // Who is not in a delta, or in it without a language, may have one from a student's row of an earlier package.
      const isSilent = row === undefined || (modes.users === 'delta' && row.language === null);
      const told = own ?? homeLanguage ?? (isSilent ? undefined : own);
      const guardian: GuardianKept = {
        sourcedId: id,
        ...namesOf(id),
        email: row === undefined ? (held?.email ?? null) : row.email,
        phones: row === undefined ? (held?.phones ?? []) : phonesOf(row, held, roster.missing.users),
        language: languageAfter(told, held?.language ?? null),
      };
      return withoutMissing(guardian, held, roster.missing.users, {
        email: 'email',
        language: languageColumns[0],
      });
    },
  };
}

/** What is spoken at home, of each guardian by the rows of the students; of several the first that is known as a language. */
function findHomeLanguages(
  { users }: Roster,
  guardianships: ReadonlyMap<string, GuardianshipKept>,
): ReadonlyMap<string, string> {
  const languages = new Map<string, string>();
  for (const { studentSourcedId, guardianSourcedId } of guardianships.values()) {
    const given = users.get(studentSourcedId)?.record.language;
    const language = given == null ? null : readLanguage(given);
    if (language != null && !languages.has(guardianSourcedId)) languages.set(guardianSourcedId, language);
  }
  return languages;
}

/**
 * `phone`, then `sms`, each with one number or several. Which of one single held number came from cannot be told: the
 * column that is there takes its place.
 */
function phonesOf(
  { phone, sms }: UserRecord,
  held: GuardianKept | undefined,
  missing: ReadonlySet<string>,
): readonly string[] {
  const known = held?.phones ?? [];
  if (missing.has('phone') && missing.has('sms')) return known;
  const [first, ...others] = known;
  const phones = missing.has('phone')
    ? others.length > 0 && first !== undefined
      ? [first]
      : []
    : numbersIn(phone);
  const mobiles = missing.has('sms') ? others : numbersIn(sms);
  return [...new Set([...phones, ...mobiles])];
}

/** Numbers as the store separates them. */
function numbersIn(cell: string | null): readonly string[] {
  return cell === null ? [] : cell.split(', ');
}

type Relation = GuardianshipKept['relation'];

/** Who is what here, by role; the relation is that of a possible guardian. */
interface Members {
  readonly students: Set<string>;
  readonly staff: Set<string>;
  readonly relations: Map<string, Relation>;
}

function findMembers(
  current: CurrentRoster,
  roster: Roster,
  schoolSourcedId: string,
  today: string,
): Members {
  const members: Members = { students: new Set(), staff: new Set(), relations: new Map() };
  if (roster.modes.roles !== 'bulk') {
    for (const id of activeRecords(current.student).keys()) members.students.add(id);
    for (const id of activeRecords(current.staff).keys()) members.staff.add(id);
    for (const { guardianSourcedId, relation } of activeRecords(current.guardianship).values()) {
      members.relations.set(guardianSourcedId, relation);
    }
  }
  if (roster.version === '1.1' && roster.modes.users === 'delta') {
    // In 1.1 a user's row brings all roles of the user, so what it no longer says is gone.
    for (const id of roster.users.keys()) removeMember(members, id, () => true);
  }
  // First what is taken back, then what is given: a person may change one role for another of the same sort.
  const given: RoleRecord[] = [];
  for (const { record, isDeleted } of roster.roles.values()) {
    const isHere = record.orgSourcedId === schoolSourcedId || guardianRoles.includes(record.role);
    if (!isHere) continue;
    if (isDeleted || hasEnded(record, today)) {
      removeMember(members, record.userSourcedId, (sort) => sort === sortOf(record.role));
    } else given.push(record);
  }
  for (const { userSourcedId, role, isPrimary } of given) {
    const sort = sortOf(role);
    if (sort === 'student') members.students.add(userSourcedId);
    else if (sort === 'staff') members.staff.add(userSourcedId);
    else if (sort !== null && (isPrimary || !members.relations.has(userSourcedId))) {
      const relation = relationOf(role);
      if (relation !== null) members.relations.set(userSourcedId, relation);
    }
  }
  return members;
}

type RoleSort = 'student' | 'staff' | 'guardian';

function sortOf(role: string): RoleSort | null {
  if (studentRoles.includes(role)) return 'student';
  if (guardianRoles.includes(role)) return 'guardian';
  // A supplier's own role (`ext:…`) says nothing that could be relied on.
  return role === '' || role.startsWith('ext:') ? null : 'staff';
}

function relationOf(role: string): Relation | null {
  return role === 'guardian' || role === 'parent' || role === 'relative' ? role : null;
}

function removeMember(members: Members, id: string, isRemoved: (sort: RoleSort) => boolean): void {
  if (isRemoved('student')) members.students.delete(id);
  if (isRemoved('staff')) members.staff.delete(id);
  if (isRemoved('guardian')) members.relations.delete(id);
}

function hasEnded({ endDate }: { readonly endDate: string | null }, today: string): boolean {
  return endDate !== null && endDate <= today;
}

/** Who is enrolled belongs here whatever the roles say. A former enrolment alone makes nobody a member. */
function addEnrolled(members: Members, enrolments: ReadonlyMap<string, EnrolmentKept>, today: string): void {
  for (const enrolment of enrolments.values()) {
    if (hasEnded(enrolment, today)) continue;
    if (enrolment.role === 'student') members.students.add(enrolment.userSourcedId);
    else members.staff.add(enrolment.userSourcedId);
  }
}

/** Each side's row states links; a row of a delta takes back only what the same person's row had stated. */
function mergeGuardianships(
  current: CurrentRoster,
  roster: Roster,
  members: Members,
): ReadonlyMap<string, GuardianshipKept> {
  const merged = new Map<string, GuardianshipKept>();
  const state = (studentSourcedId: string, guardianSourcedId: string, side: 'student' | 'guardian'): void => {
    const relation = members.relations.get(guardianSourcedId);
    if (relation === undefined || !members.students.has(studentSourcedId)) return;
    const sourcedId = guardianshipId(studentSourcedId, guardianSourcedId);
    const earlier = merged.get(sourcedId)?.statedBy;
    const statedBy = earlier === undefined || earlier === side ? side : 'both';
    merged.set(sourcedId, { sourcedId, studentSourcedId, guardianSourcedId, relation, statedBy });
  };
  const isReplaced = (userSourcedId: string): boolean => {
    // A row without the column states no links, and takes none back; a bulk takes those of who is not in it.
    if (roster.users.has(userSourcedId)) return !roster.missing.users.has('agentSourcedIds');
    return roster.modes.users === 'bulk';
  };
  for (const { studentSourcedId, guardianSourcedId, statedBy } of activeRecords(
    current.guardianship,
  ).values()) {
    if (statedBy !== 'guardian' && !isReplaced(studentSourcedId))
      state(studentSourcedId, guardianSourcedId, 'student');
    if (statedBy !== 'student' && !isReplaced(guardianSourcedId))
      state(studentSourcedId, guardianSourcedId, 'guardian');
  }
  for (const [id, { record, isDeleted }] of roster.users) {
    if (isDeleted) continue;
    for (const agent of record.agentSourcedIds) {
      state(id, agent, 'student');
      state(agent, id, 'guardian');
    }
  }
  return merged;
}
