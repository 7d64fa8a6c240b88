import { assert } from '../result.ts';
import { neutralSystemCode, toNeutralCell } from './neutral-cells.ts';
import {
  columnsOf,
  filesOfVersion,
  languageColumns,
  otherRolesColumn,
  readFiles,
  type RosterFile,
  type RosterVersion,
} from './oneroster-format.ts';
import type {
  ClassRecord,
  CourseRecord,
  DemographicsRecord,
  EnrolmentRecord,
  OrgRecord,
  RoleRecord,
  SessionRecord,
  UserRecord,
} from './roster.ts';
import type { SchoolRoster } from './school-roster.ts';

/** The records of a package to be written; it may hold several schools. Ids are unique within each list. */
export interface RosterRecords {
  readonly orgs: readonly OrgRecord[];
  readonly sessions: readonly SessionRecord[];
  readonly courses: readonly CourseRecord[];
  /** Every class that an enrolment names must be here. */
  readonly classes: readonly ClassRecord[];
  readonly users: readonly UserRecord[];
  readonly roles: readonly RoleRecord[];
  readonly enrolments: readonly EnrolmentRecord[];
  readonly demographics: readonly DemographicsRecord[];
}

export type WriteMode =
  | { readonly mode: 'bulk' }
  | {
      readonly mode: 'delta';
      /** `2026-04-23T18:25:43.511Z`. */
      readonly at: string;
      readonly isDeleted: (file: RosterFile, sourcedId: string) => boolean;
    };

/** A file of a package: the first row is the header. */
export interface WrittenTable {
  readonly name: string;
  readonly rows: readonly (readonly string[])[];
}

/**
 * Writes records as the tables of a OneRoster 1.1 or 1.2 (1.2.1 columns) package, `manifest.csv` first.
 *
 * A kind without records gets no file and is listed as absent. Account names, which both versions require and nothing
 * here keeps, are the sourcedId. In 1.1 a user has one role, so of several the primary one is written, and the roles
 * that only 1.2 knows become the nearest of 1.1. With `neutral` cells a spreadsheet runs nothing of it, and an import here
 * reads it back exactly.
 * Source: OneRoster CSV Binding 1.1.1 and 1.2.1 (DOMAIN §1.1).
 */
export function writePackage(
  records: RosterRecords,
  version: RosterVersion,
  mode: WriteMode,
  cells: 'exact' | 'neutral' = 'exact',
): readonly WrittenTable[] {
  const tables: WrittenTable[] = [];
  const writtenFiles = new Set<string>();
  for (const file of readFiles) {
    const columns = columnsOf[version][file];
    const valuesOfRows = rowsOf(file, records, version);
    if (columns === undefined || valuesOfRows.length === 0) continue;
    const header = columns.map(({ name }) => name);
    for (const column of [otherRolesColumn, languageColumns[0]]) {
      if (valuesOfRows.some((values) => (values[column] ?? '') !== '')) header.push(column);
    }
    const rows = valuesOfRows.map((values) => {
      const marked = { ...values, ...statusOf(file, values['sourcedId'] ?? '', mode) };
      return header.map((name) => {
        const value = marked[name] ?? '';
        return cells === 'neutral' ? toNeutralCell(value) : value;
      });
    });
    tables.push({ name: `${file}.csv`, rows: [header, ...rows] });
    writtenFiles.add(file);
  }
  const manifest = [
    ['propertyName', 'value'],
    ['manifest.version', '1.0'],
    ['oneroster.version', version],
    ...filesOfVersion[version].map((file) => [`file.${file}`, writtenFiles.has(file) ? mode.mode : 'absent']),
    ['source.systemName', 'Rollkeep'],
    ...(cells === 'neutral' ? [['source.systemCode', neutralSystemCode]] : []),
  ];
  return [{ name: 'manifest.csv', rows: manifest }, ...tables];
}

/**
 * What a school keeps as the records of a package of its own, with the school as its only organisation.
 *
 * A student's links are written on the side that stated them, so that the package reads back as the same roster. Of
 * roles only what someone is here is kept: staff who teach no class are written as aides.
 */
export function recordsOfSchool(school: SchoolRoster, schoolName: string): RosterRecords {
  const { schoolSourcedId } = school;
  const agents = new Map<string, string[]>();
  const addAgent = (id: string, agent: string): void => {
    const list = agents.get(id);
    if (list === undefined) agents.set(id, [agent]);
    else list.push(agent);
  };
  const relations = new Map<string, string>();
  for (const { studentSourcedId, guardianSourcedId, relation, statedBy } of school.guardianship.values()) {
    if (statedBy !== 'guardian') addAgent(studentSourcedId, guardianSourcedId);
    if (statedBy !== 'student') addAgent(guardianSourcedId, studentSourcedId);
    relations.set(guardianSourcedId, relation);
  }
  const teachers = new Set<string>();
  for (const { role, userSourcedId } of school.enrolment.values())
    if (role === 'teacher') teachers.add(userSourcedId);

  const users = new Map<string, UserRecord>();
  const roles: RoleRecord[] = [];
  const addUser = (person: Partial<UserRecord> & PersonNames, role: string): void => {
    const { sourcedId } = person;
    const isPrimary = !users.has(sourcedId);
    roles.push({
      sourcedId: `${sourcedId}/${role}`,
      userSourcedId: sourcedId,
      orgSourcedId: schoolSourcedId,
      role,
      isPrimary,
      beginDate: null,
      endDate: null,
    });
    // Somebody who is staff and guardian has one row; the guardian's contacts go into it.
    users.set(sourcedId, {
      ...blankUser,
      ...users.get(sourcedId),
      ...person,
      agentSourcedIds: agents.get(sourcedId) ?? [],
    });
  };
  for (const { birthDate: _, sex: __, ...student } of school.student.values()) addUser(student, 'student');
  for (const staff of school.staff.values())
    addUser(staff, teachers.has(staff.sourcedId) ? 'teacher' : 'aide');
  for (const {
    phones: [phone = null, ...others],
    ...guardian
  } of school.guardian.values()) {
    const sms = others.length === 0 ? null : others.join(', ');
    addUser({ ...guardian, phone, sms }, relations.get(guardian.sourcedId) ?? 'guardian');
  }
  return {
    orgs: [
      {
        sourcedId: schoolSourcedId,
        name: schoolName,
        type: 'school',
        identifier: null,
        parentSourcedId: null,
      },
    ],
    sessions: [...school.session.values()].map((session) => ({ ...session, parentSourcedId: null })),
    courses: [...school.course.values()].map((course) => ({ ...course, orgSourcedId: schoolSourcedId })),
    classes: [...school.class.values()].map((record) => ({ ...record, location: null, schoolSourcedId })),
    users: [...users.values()],
    roles,
    enrolments: [...school.enrolment.values()].map((enrolment) => ({
      ...enrolment,
      role: enrolment.role === 'aide' ? 'proctor' : enrolment.role,
    })),
    demographics: [...school.student.values()]
      .filter(({ birthDate, sex }) => birthDate !== null || sex !== null)
      .map(({ sourcedId, birthDate, sex }) => ({ sourcedId, birthDate, sex })),
  };
}

type PersonNames = Pick<UserRecord, 'sourcedId' | 'givenName' | 'familyName'>;

const blankUser = {
  middleName: null,
  preferredGivenName: null,
  preferredMiddleName: null,
  preferredFamilyName: null,
  identifier: null,
  email: null,
  sms: null,
  phone: null,
  grades: [],
  language: null,
} as const satisfies Partial<UserRecord>;

type Values = Readonly<Record<string, string>>;

function statusOf(file: RosterFile, sourcedId: string, mode: WriteMode): Values {
  if (mode.mode === 'bulk') return {};
  return { status: mode.isDeleted(file, sourcedId) ? 'tobedeleted' : 'active', dateLastModified: mode.at };
}

function rowsOf(file: RosterFile, records: RosterRecords, version: RosterVersion): readonly Values[] {
  switch (file) {
    case 'orgs':
      return records.orgs.map((org) => ({
        sourcedId: org.sourcedId,
        name: org.name,
        type: org.type,
        identifier: org.identifier ?? '',
        parentSourcedId: org.parentSourcedId ?? '',
      }));
    case 'academicSessions':
      return records.sessions.map(({ parentSourcedId, ...session }) => ({
        ...session,
        parentSourcedId: parentSourcedId ?? '',
      }));
    case 'courses':
      return records.courses.map(({ courseCode, ...course }) => ({
        ...course,
        courseCode: courseCode ?? '',
      }));
    case 'classes':
      return records.classes.map((record) => ({
        ...record,
        classCode: record.classCode ?? '',
        location: record.location ?? '',
        grades: record.grades.join(','),
        termSourcedIds: record.termSourcedIds.join(','),
        periods: record.periods.join(','),
      }));
    case 'users':
      return usersOf(records, version);
    case 'roles':
      return records.roles.map((role) => ({
        sourcedId: role.sourcedId,
        userSourcedId: role.userSourcedId,
        roleType: role.isPrimary ? 'primary' : 'secondary',
        role: role.role === 'administrator' ? 'siteAdministrator' : role.role,
        beginDate: role.beginDate ?? '',
        endDate: role.endDate ?? '',
        orgSourcedId: role.orgSourcedId,
      }));
    case 'userProfiles':
      return [];
    case 'enrollments':
      return enrolmentsOf(records);
    case 'demographics':
      return records.demographics.map(({ sourcedId, birthDate, sex }) => ({
        sourcedId,
        birthDate: birthDate ?? '',
        // 1.1 has no word for these two.
        sex: version === '1.1' && (sex === 'other' || sex === 'unspecified') ? '' : (sex ?? ''),
      }));
  }
}

function usersOf({ users, roles }: RosterRecords, version: RosterVersion): readonly Values[] {
  const rolesByUser = new Map<string, RoleRecord[]>();
  for (const role of roles) {
    const list = rolesByUser.get(role.userSourcedId);
    if (list === undefined) rolesByUser.set(role.userSourcedId, [role]);
    else list.push(role);
  }
  return users.map((user) => {
    const ofUser = rolesByUser.get(user.sourcedId) ?? [];
    const primary = ofUser.find(({ isPrimary }) => isPrimary) ?? ofUser[0];
    assert(version === '1.2' || primary !== undefined, 'a user written in 1.1 has a role');
    const orgs = ofUser.filter(({ role }) => role === primary?.role).map(({ orgSourcedId }) => orgSourcedId);
    const others = ofUser
      .filter(({ role, orgSourcedId }) => role !== primary?.role && orgs.includes(orgSourcedId))
      .map(({ role }) => roleOf11(role));
    return {
      sourcedId: user.sourcedId,
      enabledUser: 'true',
      orgSourcedIds: [...new Set(orgs)].join(','),
      role: primary === undefined ? '' : roleOf11(primary.role),
      username: user.sourcedId,
      givenName: user.givenName,
      familyName: user.familyName,
      middleName: user.middleName ?? '',
      identifier: user.identifier ?? '',
      email: user.email ?? '',
      sms: user.sms ?? '',
      phone: user.phone ?? '',
      agentSourcedIds: user.agentSourcedIds.join(','),
      grades: user.grades.join(','),
      preferredGivenName: user.preferredGivenName ?? '',
      preferredMiddleName: user.preferredMiddleName ?? '',
      preferredFamilyName: user.preferredFamilyName ?? '',
      primaryOrgSourcedId: primary?.orgSourcedId ?? '',
      ...(version === '1.1' ? { [otherRolesColumn]: others.join(',') } : {}),
      [languageColumns[0]]: user.language ?? '',
    };
  });
}

function roleOf11(role: string): string {
  if (/^(?:principal|.+Administrator)$/.test(role)) return 'administrator';
  return role === 'counselor' ? 'aide' : role;
}

function enrolmentsOf({ classes, enrolments }: RosterRecords): readonly Values[] {
  const schoolsByClass = new Map(
    classes.map(({ sourcedId, schoolSourcedId }) => [sourcedId, schoolSourcedId]),
  );
  return enrolments.map((enrolment) => {
    const schoolSourcedId = schoolsByClass.get(enrolment.classSourcedId);
    assert(schoolSourcedId !== undefined, 'the class of an enrolment is among the records');
    return {
      sourcedId: enrolment.sourcedId,
      classSourcedId: enrolment.classSourcedId,
      schoolSourcedId,
      userSourcedId: enrolment.userSourcedId,
      role: enrolment.role,
      // The standard gives a student's enrolment no primary flag.
      primary: enrolment.role === 'student' ? '' : String(enrolment.isPrimary),
      beginDate: enrolment.beginDate ?? '',
      endDate: enrolment.endDate ?? '',
    };
  });
}
