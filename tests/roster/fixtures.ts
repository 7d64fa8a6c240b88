import { strToU8, zipSync } from 'fflate';
import type { FileMode, RosterVersion } from '../../domain/roster/oneroster-format.ts';
import type { CurrentRoster, Held, SchoolRoster } from '../../domain/roster/school-roster.ts';
import type { PackageFile, PackageInput } from '../../main/roster/read-package.ts';

export const today = '2026-03-02';
export const deltaTime = '2026-03-01T06:00:00.000Z';

/** A table of a package under construction: change its header and rows freely. */
export interface DraftTable {
  header: string[];
  rows: Record<string, string>[];
}

/** The headers of the standard, written out here once more so that the tests do not check the code with itself. */
const headers: Readonly<Record<string, string>> = {
  orgs: 'sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId',
  academicSessions:
    'sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear',
  courses:
    'sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes',
  classes:
    'sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods',
  enrollments:
    'sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate',
  demographics:
    'sourcedId,status,dateLastModified,birthDate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus',
  'users 1.1':
    'sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password',
  'users 1.2':
    'sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns',
  roles:
    'sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId',
  userProfiles:
    'sourcedId,status,dateLastModified,userSourcedId,profileType,vendorId,applicationId,description,credentialType,username,password',
};

const optionalFiles11 = [
  'categories',
  'classResources',
  'courseResources',
  'lineItems',
  'resources',
  'results',
];
const optionalFiles12 = [
  ...optionalFiles11,
  'lineItemLearningObjectiveIds',
  'lineItemScoreScales',
  'resultLearningObjectiveIds',
  'resultScoreScales',
  'scoreScales',
  'userResources',
];

interface Person {
  readonly id: string;
  readonly role: string;
  readonly given: string;
  readonly family: string;
  readonly org?: string;
  readonly agents?: string;
  readonly phone?: string;
  readonly sms?: string;
  readonly birthDate?: string;
}

const people: readonly Person[] = [
  {
    id: 'stu-1',
    role: 'student',
    given: 'Testina',
    family: 'Samplewood',
    agents: 'gua-1',
    birthDate: '2012-05-17',
  },
  { id: 'stu-2', role: 'student', given: 'Fixture', family: 'Placeholder', birthDate: '2011-11-30' },
  { id: 'stu-3', role: 'student', given: 'Mocky', family: 'Dummyson', org: 'sch-2', birthDate: '2012-01-01' },
  { id: 'tea-1', role: 'teacher', given: 'Example', family: 'Instructorov' },
  {
    id: 'gua-1',
    role: 'parent',
    given: 'Parent',
    family: 'Samplewood',
    agents: 'stu-1',
    phone: '+1 555 0100',
    sms: '+1 555 0200',
  },
  {
    id: 'gua-2',
    role: 'guardian',
    given: 'Guardian',
    family: 'Placeholder',
    agents: 'stu-2',
    phone: '+1 555 0101',
  },
];

/** A OneRoster package under construction. As made it is clean: two schools, six invented people. */
export class PackageDraft {
  readonly version: RosterVersion;
  readonly tables: Record<string, DraftTable>;
  /** The manifest's rows after the header. */
  manifest: [string, string][];

  constructor(version: RosterVersion, mode: Exclude<FileMode, 'absent'>) {
    this.version = version;
    this.tables = draftTables(version);
    if (mode === 'delta') {
      for (const { rows } of Object.values(this.tables)) {
        for (const row of rows) Object.assign(row, { status: 'active', dateLastModified: deltaTime });
      }
    }
    this.manifest = [
      ['manifest.version', '1.0'],
      ['oneroster.version', version],
      ...Object.keys(this.tables).map((name): [string, string] => [`file.${name}`, mode]),
      ...(version === '1.1' ? optionalFiles11 : [...optionalFiles12, 'userProfiles']).map(
        (name): [string, string] => [`file.${name}`, 'absent'],
      ),
      ['source.systemName', 'Invented SIS'],
      ['source.systemCode', 'INVENTED'],
    ];
  }

  table(name: string): DraftTable {
    const table = this.tables[name];
    if (table === undefined) throw new Error(`no table ${name} in the draft`);
    return table;
  }

  /** One row, to be changed in place. */
  row(table: string, sourcedId: string): Record<string, string> {
    const row = this.table(table).rows.find((candidate) => candidate['sourcedId'] === sourcedId);
    if (row === undefined) throw new Error(`no row ${sourcedId} in the draft's ${table}`);
    return row;
  }

  removeRow(table: string, sourcedId: string): void {
    const draft = this.table(table);
    draft.rows = draft.rows.filter((row) => row['sourcedId'] !== sourcedId);
  }

  /** Leaves only the named tables; the others become absent. */
  keepTables(names: readonly string[]): void {
    for (const name of Object.keys(this.tables)) if (!names.includes(name)) this.removeTable(name);
  }

  removeTable(name: string): void {
    delete this.tables[name];
    this.setManifest(`file.${name}`, 'absent');
  }

  setManifest(property: string, value: string): void {
    const row = this.manifest.find(([name]) => name === property);
    if (row === undefined) this.manifest.push([property, value]);
    else row[1] = value;
  }

  /** The package as text by file name. */
  texts(lineEnd = '\r\n'): Record<string, string> {
    const texts: Record<string, string> = {
      'manifest.csv': csv([['propertyName', 'value'], ...this.manifest], lineEnd),
    };
    for (const [name, { header, rows }] of Object.entries(this.tables)) {
      texts[`${name}.csv`] = csv(
        [header, ...rows.map((row) => header.map((column) => row[column] ?? ''))],
        lineEnd,
      );
    }
    return texts;
  }

  files(): PackageInput {
    return filesOf(this.texts());
  }

  zip(): PackageInput {
    return zipOf(this.texts());
  }
}

export function filesOf(texts: Readonly<Record<string, string | Uint8Array>>): PackageInput {
  const files: PackageFile[] = Object.entries(texts).map(([name, text]) => ({ name, bytes: bytesOf(text) }));
  return { kind: 'files', files };
}

export function zipOf(texts: Readonly<Record<string, string | Uint8Array>>): {
  kind: 'zip';
  bytes: Uint8Array;
} {
  const entries = Object.entries(texts).map(([name, text]): [string, Uint8Array] => [name, bytesOf(text)]);
  return { kind: 'zip', bytes: zipSync(Object.fromEntries(entries)) };
}

function bytesOf(text: string | Uint8Array): Uint8Array {
  return typeof text === 'string' ? strToU8(text) : text;
}

function csv(rows: readonly (readonly string[])[], lineEnd: string): string {
  const quote = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return rows.map((cells) => cells.map(quote).join(',') + lineEnd).join('');
}

function draftTables(version: RosterVersion): Record<string, DraftTable> {
  const table = (name: string, rows: Record<string, string>[]): DraftTable => {
    return { header: (headers[name] ?? '').split(','), rows };
  };
  const schoolOf = (person: Person): string => person.org ?? 'sch-1';
  const tables: Record<string, DraftTable> = {
    orgs: table('orgs', [
      { sourcedId: 'dis-1', name: 'Nowhere District', type: 'district' },
      {
        sourcedId: 'sch-1',
        name: 'Invented School',
        type: 'school',
        identifier: 'N1',
        parentSourcedId: 'dis-1',
      },
      {
        sourcedId: 'sch-2',
        name: 'Imaginary School',
        type: 'school',
        identifier: 'N2',
        parentSourcedId: 'dis-1',
      },
    ]),
    academicSessions: table('academicSessions', [
      {
        sourcedId: 'year',
        title: 'Year',
        type: 'schoolYear',
        startDate: '2025-08-25',
        endDate: '2026-06-13',
        schoolYear: '2026',
      },
      {
        sourcedId: 'spring',
        title: 'Spring',
        type: 'term',
        startDate: '2026-01-12',
        endDate: '2026-06-13',
        parentSourcedId: 'year',
        schoolYear: '2026',
      },
    ]),
    courses: table('courses', [
      {
        sourcedId: 'cou-1',
        schoolYearSourcedId: 'year',
        title: 'Basket Weaving',
        courseCode: 'BW',
        orgSourcedId: 'dis-1',
      },
    ]),
    classes: table('classes', [
      {
        sourcedId: 'cla-1',
        title: 'Basket Weaving 7A',
        grades: '07',
        courseSourcedId: 'cou-1',
        classCode: 'BW7A',
        classType: 'scheduled',
        location: 'Room 1',
        schoolSourcedId: 'sch-1',
        termSourcedIds: 'year,spring',
        periods: '1,2',
      },
      {
        sourcedId: 'cla-2',
        title: 'Homeroom 7',
        courseSourcedId: 'cou-1',
        classType: 'homeroom',
        schoolSourcedId: 'sch-2',
        termSourcedIds: 'year',
      },
    ]),
    users: table(
      `users ${version}`,
      people.map((person) => ({
        sourcedId: person.id,
        enabledUser: 'true',
        username: `${person.id}@invented.example`,
        givenName: person.given,
        familyName: person.family,
        identifier: `no-${person.id}`,
        phone: person.phone ?? '',
        sms: person.sms ?? '',
        agentSourcedIds: person.agents ?? '',
        grades: person.role === 'student' ? '07' : '',
        ...(version === '1.1' ? { role: person.role, orgSourcedIds: schoolOf(person) } : {}),
      })),
    ),
    enrollments: table('enrollments', [
      enrolment('enr-1', 'cla-1', 'sch-1', 'stu-1', 'student'),
      enrolment('enr-2', 'cla-1', 'sch-1', 'stu-2', 'student'),
      enrolment('enr-3', 'cla-2', 'sch-2', 'stu-3', 'student'),
      { ...enrolment('enr-4', 'cla-1', 'sch-1', 'tea-1', 'teacher'), primary: 'true' },
    ]),
    demographics: table(
      'demographics',
      people
        .filter(({ birthDate }) => birthDate !== undefined)
        .map(({ id, birthDate }) => ({
          sourcedId: id,
          birthDate: birthDate ?? '',
          sex: 'female',
          asian: 'true',
        })),
    ),
  };
  if (version === '1.2') {
    tables['roles'] = table(
      'roles',
      people.map((person) => ({
        sourcedId: `rol-${person.id}`,
        userSourcedId: person.id,
        roleType: 'primary',
        role: person.role,
        orgSourcedId: schoolOf(person),
      })),
    );
  }
  return tables;
}

function enrolment(
  sourcedId: string,
  classSourcedId: string,
  schoolSourcedId: string,
  userSourcedId: string,
  role: string,
): Record<string, string> {
  return {
    sourcedId,
    classSourcedId,
    schoolSourcedId,
    userSourcedId,
    role,
    beginDate: '2025-08-25',
    endDate: '2026-06-13',
  };
}

/** A school's store after an import, as the lists that a dry run compares with. */
export function held(school: SchoolRoster): CurrentRoster {
  const hold = <R>(records: ReadonlyMap<string, R>): ReadonlyMap<string, Held<R>> => {
    return new Map([...records].map(([id, record]) => [id, { record, isActive: true }]));
  };
  return {
    schoolSourcedId: school.schoolSourcedId,
    session: hold(school.session),
    course: hold(school.course),
    class: hold(school.class),
    student: hold(school.student),
    staff: hold(school.staff),
    guardian: hold(school.guardian),
    guardianship: hold(school.guardianship),
    enrolment: hold(school.enrolment),
    group: hold(school.group),
    groupMember: hold(school.groupMember),
  };
}
