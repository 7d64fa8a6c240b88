import { guardianRoles, studentRoles, type FileMode } from './oneroster-format.ts';
import {
  guardianshipId,
  type ContactFields,
  type CurrentRoster,
  type DemographicsRecord,
  type EnrolmentRecord,
  type GuardianRecord,
  type GuardianshipRecord,
  type Held,
  type IncomingMap,
  type NameFields,
  type RoleRecord,
  type Roster,
  type SchoolRoster,
  type StaffRecord,
  type StudentRecord,
} from './roster.ts';

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
    .filter(
      ({ record, isDeleted }) => !isDeleted && (record.type === 'school' || classes.has(record.sourcedId)),
    )
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
 * `today` (`YYYY-MM-DD`; ends are exclusive) no longer counts. The record of the school itself is taken from `current`
 * when the package does not bring it. Linear in the rows of the package and the records of the school.
 */
export function schoolAfterImport(
  current: CurrentRoster,
  roster: Roster,
  schoolSourcedId: string,
  today: string,
): SchoolRoster {
  const { modes } = roster;
  const schools = merge(modes.orgs, current.school, roster.orgs);
  const ownSchool = schools.get(schoolSourcedId) ?? current.school.get(schoolSourcedId)?.record;
  const sessions = merge(modes.academicSessions, current.session, roster.sessions);
  const classes = keep(merge(modes.classes, current.class, roster.classes), (record) => {
    return record.schoolSourcedId === schoolSourcedId;
  });
  const usedCourses = new Set<string>();
  for (const record of classes.values()) usedCourses.add(record.courseSourcedId);
  const courses = keep(merge(modes.courses, current.course, roster.courses), (record) => {
    return record.orgSourcedId === schoolSourcedId || usedCourses.has(record.sourcedId);
  });

  const people = createPeople(current, roster);
  const roles = keep(mergeRoles(current, roster), (record) => {
    const isHere = record.orgSourcedId === schoolSourcedId || guardianRoles.includes(record.role);
    return isHere && !hasEnded(record, today) && people.has(record.userSourcedId);
  });
  const enrolments = keep(merge(modes.enrollments, current.enrolment, roster.enrolments), (record) => {
    return classes.has(record.classSourcedId) && people.has(record.userSourcedId);
  });

  const members = findMembers(roles, enrolments, schoolSourcedId, today);
  const relations = findRelations(roles);
  const guardianships = keep(mergeGuardianships(current, roster, members.students, relations), (record) => {
    return members.students.has(record.studentSourcedId) && relations.has(record.guardianSourcedId);
  });
  const students = new Map<string, StudentRecord>();
  for (const id of members.students) students.set(id, people.studentOf(id));
  const staff = new Map<string, StaffRecord>();
  for (const id of members.staff) staff.set(id, people.staffOf(id));
  const guardians = new Map<string, GuardianRecord>();
  for (const { guardianSourcedId: id } of guardianships.values()) {
    const relation = relations.get(id);
    if (relation !== undefined && !guardians.has(id)) guardians.set(id, people.guardianOf(id, relation));
  }

  const isPerson = ({ userSourcedId }: RoleRecord | EnrolmentRecord): boolean => {
    return students.has(userSourcedId) || staff.has(userSourcedId) || guardians.has(userSourcedId);
  };
  return {
    school: new Map(ownSchool === undefined ? [] : [[schoolSourcedId, ownSchool]]),
    session: sessions,
    course: courses,
    class: classes,
    student: students,
    staff,
    guardian: guardians,
    guardianship: guardianships,
    role: keep(roles, isPerson),
    enrolment: keep(enrolments, isPerson),
  };
}

function keep<R>(records: ReadonlyMap<string, R>, isKept: (record: R) => boolean): Map<string, R> {
  const kept = new Map<string, R>();
  for (const [id, record] of records) if (isKept(record)) kept.set(id, record);
  return kept;
}

function activeRecords<R>(held: ReadonlyMap<string, Held<R>>): Map<string, R> {
  const records = new Map<string, R>();
  for (const [id, { record, isActive }] of held) if (isActive) records.set(id, record);
  return records;
}

function merge<R>(
  mode: FileMode,
  held: ReadonlyMap<string, Held<R>>,
  incoming: IncomingMap<R>,
): Map<string, R> {
  const merged = mode === 'bulk' ? new Map<string, R>() : activeRecords(held);
  if (mode === 'absent') return merged;
  for (const [id, { record, isDeleted }] of incoming) {
    if (isDeleted) merged.delete(id);
    else merged.set(id, record);
  }
  return merged;
}

/** Like `merge`; but in 1.1 a user's row brings all roles of the user, so those it no longer names are gone. */
function mergeRoles(current: CurrentRoster, roster: Roster): Map<string, RoleRecord> {
  const merged = merge(roster.modes.roles, current.role, roster.roles);
  if (roster.version !== '1.1' || roster.modes.users !== 'delta') return merged;
  return keep(merged, ({ sourcedId, userSourcedId }) => {
    return !roster.users.has(userSourcedId) || roster.roles.get(sourcedId)?.isDeleted === false;
  });
}

function hasEnded({ endDate }: RoleRecord | EnrolmentRecord, today: string): boolean {
  return endDate !== null && endDate <= today;
}

interface People {
  has(id: string): boolean;
  studentOf(id: string): StudentRecord;
  staffOf(id: string): StaffRecord;
  guardianOf(id: string, relation: GuardianRecord['relation']): GuardianRecord;
}

/** What is known of each person: the package's row, or else what is held. */
function createPeople(current: CurrentRoster, roster: Roster): People {
  const { users, demographics, modes } = roster;

  const heldOf = (id: string): (NameFields & Partial<StudentRecord & ContactFields>) | undefined => {
    return (current.student.get(id) ?? current.staff.get(id) ?? current.guardian.get(id))?.record;
  };
  const incomingOf = (id: string): (NameFields & Partial<StudentRecord & ContactFields>) | undefined => {
    return users.get(id)?.record;
  };
  const rowOrHeld = (
    id: string,
    held: ReadonlyMap<string, Held<NameFields & Partial<StudentRecord & ContactFields>>>,
  ): NameFields & Partial<StudentRecord & ContactFields> => {
    // A person who was staff and becomes a guardian is known under the other kind.
    return incomingOf(id) ?? held.get(id)?.record ?? heldOf(id) ?? nameless;
  };
  const demographicsOf = (id: string): Pick<DemographicsRecord, 'birthDate' | 'sex'> => {
    const incoming = demographics.get(id);
    if (incoming !== undefined && !incoming.isDeleted) return incoming.record;
    const held = current.student.get(id)?.record;
    return modes.demographics === 'bulk' || incoming?.isDeleted === true || held === undefined
      ? { birthDate: null, sex: null }
      : held;
  };

  return {
    has: (id) => {
      const incoming = users.get(id);
      if (incoming !== undefined) return !incoming.isDeleted;
      return modes.users !== 'bulk' && heldOf(id) !== undefined;
    },
    studentOf: (id) => {
      const person = rowOrHeld(id, current.student);
      const { birthDate, sex } = demographicsOf(id);
      return {
        sourcedId: id,
        ...nameOf(person),
        identifier: person.identifier ?? null,
        grades: person.grades ?? [],
        birthDate,
        sex,
      };
    },
    staffOf: (id) => {
      const person = rowOrHeld(id, current.staff);
      return {
        sourcedId: id,
        ...nameOf(person),
        ...contactsOf(person),
        identifier: person.identifier ?? null,
      };
    },
    guardianOf: (id, relation) => {
      const person = rowOrHeld(id, current.guardian);
      return { sourcedId: id, ...nameOf(person), ...contactsOf(person), relation };
    },
  };
}

const nameless: NameFields = {
  givenName: '',
  middleName: null,
  familyName: '',
  preferredGivenName: null,
  preferredMiddleName: null,
  preferredFamilyName: null,
};

function nameOf(person: NameFields): NameFields {
  return {
    givenName: person.givenName,
    middleName: person.middleName,
    familyName: person.familyName,
    preferredGivenName: person.preferredGivenName,
    preferredMiddleName: person.preferredMiddleName,
    preferredFamilyName: person.preferredFamilyName,
  };
}

function contactsOf(person: Partial<ContactFields>): ContactFields {
  return { email: person.email ?? null, sms: person.sms ?? null, phone: person.phone ?? null };
}

/** Who is a student and who is staff here. A former enrolment alone makes nobody a member. */
function findMembers(
  roles: ReadonlyMap<string, RoleRecord>,
  enrolments: ReadonlyMap<string, EnrolmentRecord>,
  schoolSourcedId: string,
  today: string,
): { readonly students: ReadonlySet<string>; readonly staff: ReadonlySet<string> } {
  const students = new Set<string>();
  const staff = new Set<string>();
  for (const { userSourcedId, orgSourcedId, role } of roles.values()) {
    // A supplier's own role (`ext:…`) says nothing that could be relied on.
    if (orgSourcedId !== schoolSourcedId || role.startsWith('ext:')) continue;
    if (studentRoles.includes(role)) students.add(userSourcedId);
    else if (!guardianRoles.includes(role)) staff.add(userSourcedId);
  }
  for (const enrolment of enrolments.values()) {
    if (hasEnded(enrolment, today)) continue;
    if (enrolment.role === 'student') students.add(enrolment.userSourcedId);
    else staff.add(enrolment.userSourcedId);
  }
  return { students, staff };
}

function relationOf(role: string): GuardianRecord['relation'] | null {
  return role === 'guardian' || role === 'parent' || role === 'relative' ? role : null;
}

/** Who may be a guardian, and how related; the primary role decides when there are two. */
function findRelations(
  roles: ReadonlyMap<string, RoleRecord>,
): ReadonlyMap<string, GuardianRecord['relation']> {
  const relations = new Map<string, GuardianRecord['relation']>();
  for (const { userSourcedId, role, isPrimary } of roles.values()) {
    const relation = relationOf(role);
    if (relation !== null && (isPrimary || !relations.has(userSourcedId)))
      relations.set(userSourcedId, relation);
  }
  return relations;
}

/** Each side's row states links; a row of a delta takes back only what the same person's row had stated. */
function mergeGuardianships(
  current: CurrentRoster,
  roster: Roster,
  students: ReadonlySet<string>,
  relations: ReadonlyMap<string, GuardianRecord['relation']>,
): Map<string, GuardianshipRecord> {
  const merged = new Map<string, GuardianshipRecord>();
  const isReplaced = (userSourcedId: string): boolean => {
    return roster.modes.users === 'bulk' || roster.users.has(userSourcedId);
  };
  for (const record of activeRecords(current.guardianship).values()) {
    const isStatedByStudent = record.isStatedByStudent && !isReplaced(record.studentSourcedId);
    const isStatedByGuardian = record.isStatedByGuardian && !isReplaced(record.guardianSourcedId);
    if (isStatedByStudent || isStatedByGuardian) {
      merged.set(record.sourcedId, { ...record, isStatedByStudent, isStatedByGuardian });
    }
  }
  const state = (studentSourcedId: string, guardianSourcedId: string, side: 'student' | 'guardian'): void => {
    const sourcedId = guardianshipId(studentSourcedId, guardianSourcedId);
    const earlier = merged.get(sourcedId);
    merged.set(sourcedId, {
      sourcedId,
      studentSourcedId,
      guardianSourcedId,
      isStatedByStudent: side === 'student' || earlier?.isStatedByStudent === true,
      isStatedByGuardian: side === 'guardian' || earlier?.isStatedByGuardian === true,
    });
  };
  if (roster.modes.users === 'absent') return merged;
  for (const [id, { record, isDeleted }] of roster.users) {
    if (isDeleted) continue;
    for (const agent of record.agentSourcedIds) {
      if (students.has(id) && relations.has(agent)) state(id, agent, 'student');
      if (relations.has(id) && students.has(agent)) state(agent, id, 'guardian');
    }
  }
  return merged;
}
