import type { RoleRecord, UserRecord } from '../../domain/roster/roster.ts';
import type { RosterRecords } from '../../domain/roster/write-package.ts';
import type { SampleDistrict, SampleSchool } from './district.ts';

/**
 * The sample as roster records, for `writePackage`: one school's package, or one that holds both.
 *
 * The schools share ids on purpose and a package must not, so that in a package of both every id but the
 * organisations' begins with its school's: `org-school-2/stu-100001`. Student numbers stay as they are.
 */
export function rosterRecordsOf(district: SampleDistrict, schools: readonly SampleSchool[]): RosterRecords {
  const parts = schools.map((school) =>
    recordsOfOne(school, schools.length === 1 ? (id) => id : (id) => `${school.sourcedId}/${id}`),
  );
  const districtOrg = {
    sourcedId: district.sourcedId,
    name: district.name,
    type: 'district',
    identifier: null,
    parentSourcedId: null,
  };
  const schoolOrgs = schools.map(({ sourcedId, name, identifier }) => ({
    sourcedId,
    name,
    type: 'school',
    identifier,
    parentSourcedId: district.sourcedId,
  }));
  return {
    orgs: [districtOrg, ...schoolOrgs],
    sessions: parts.flatMap(({ sessions }) => sessions),
    courses: parts.flatMap(({ courses }) => courses),
    classes: parts.flatMap(({ classes }) => classes),
    users: parts.flatMap(({ users }) => users),
    roles: parts.flatMap(({ roles }) => roles),
    enrolments: parts.flatMap(({ enrolments }) => enrolments),
    demographics: parts.flatMap(({ demographics }) => demographics),
  };
}

function recordsOfOne(school: SampleSchool, qualify: (id: string) => string): Omit<RosterRecords, 'orgs'> {
  const roleOf = (userSourcedId: string, role: string): RoleRecord => ({
    sourcedId: `${qualify(userSourcedId)}/${school.sourcedId}`,
    userSourcedId: qualify(userSourcedId),
    orgSourcedId: school.sourcedId,
    role,
    isPrimary: true,
    beginDate: null,
    endDate: null,
  });
  const noNames = {
    middleName: null,
    preferredGivenName: null,
    preferredMiddleName: null,
    preferredFamilyName: null,
  };
  const students = school.students.map(
    ({
      sourcedId,
      studentNumber,
      givenName,
      middleName,
      familyName,
      preferredGivenName,
      ...student
    }): UserRecord => ({
      ...noNames,
      sourcedId: qualify(sourcedId),
      identifier: studentNumber,
      givenName,
      middleName,
      familyName,
      preferredGivenName,
      grades: [student.grade],
      language: null,
      agentSourcedIds: student.guardians.map(({ guardianSourcedId }) => qualify(guardianSourcedId)),
      email: null,
      sms: null,
      phone: null,
    }),
  );
  const staff = school.staff.map(
    ({ sourcedId, identifier, givenName, familyName, email, phone }): UserRecord => ({
      ...noNames,
      sourcedId: qualify(sourcedId),
      identifier,
      givenName,
      familyName,
      email,
      phone,
      sms: null,
      grades: [],
      language: null,
      agentSourcedIds: [],
    }),
  );
  const guardians = school.guardians.map(
    ({ sourcedId, givenName, familyName, email, phone, language }): UserRecord => ({
      ...noNames,
      sourcedId: qualify(sourcedId),
      identifier: null,
      givenName,
      familyName,
      email,
      phone,
      sms: phone,
      language,
      grades: [],
      agentSourcedIds: [],
    }),
  );
  return {
    sessions: school.academicSessions.map(
      ({ sourcedId, title, type, beginDay, endDay, parentSourcedId, schoolYear }) => ({
        sourcedId: qualify(sourcedId),
        title,
        type,
        startDate: beginDay,
        endDate: endDay,
        parentSourcedId: parentSourcedId === null ? null : qualify(parentSourcedId),
        schoolYear,
      }),
    ),
    courses: school.courses.map(({ sourcedId, title, courseCode }) => ({
      sourcedId: qualify(sourcedId),
      title,
      courseCode,
      orgSourcedId: school.sourcedId,
    })),
    classes: school.classes.map(({ grade, teacherSourcedId: _, ...schoolClass }) => ({
      ...schoolClass,
      sourcedId: qualify(schoolClass.sourcedId),
      grades: [grade],
      courseSourcedId: qualify(schoolClass.courseSourcedId),
      schoolSourcedId: school.sourcedId,
      termSourcedIds: schoolClass.termSourcedIds.map(qualify),
    })),
    users: [...students, ...staff, ...guardians],
    roles: [
      ...school.students.map(({ sourcedId }) => roleOf(sourcedId, 'student')),
      ...school.staff.map(({ sourcedId, role }) => roleOf(sourcedId, role)),
      ...school.guardians.map(({ sourcedId, relation }) => roleOf(sourcedId, relation)),
    ],
    enrolments: school.enrolments.map(({ beginDay, endDay, ...enrolment }) => ({
      sourcedId: qualify(enrolment.sourcedId),
      classSourcedId: qualify(enrolment.classSourcedId),
      userSourcedId: qualify(enrolment.userSourcedId),
      role: enrolment.role,
      isPrimary: enrolment.isPrimary,
      beginDate: beginDay,
      endDate: endDay,
    })),
    demographics: school.students.map(({ sourcedId, birthDate, sex }) => ({
      sourcedId: qualify(sourcedId),
      birthDate,
      // OneRoster 1.1 knows only these two; 1.2's `other` is left out of both so that the packages agree.
      sex: sex === 'other' ? null : sex,
    })),
  };
}
