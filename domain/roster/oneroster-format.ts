/**
 * What the OneRoster CSV binding says, as data: files, columns in order, required values, vocabularies, references.
 * Source: 1EdTech OneRoster CSV Binding 1.1.1 and 1.2.1 (22 Aug 2023), DOMAIN §1.1.
 */

export type RosterVersion = '1.1' | '1.2';

/** How a file of the package is meant: not there, the whole set, or changes only. */
export type FileMode = 'absent' | 'bulk' | 'delta';

/** The files whose content is checked; all others are only listed. `userProfiles` is checked and not kept. */
export const readFiles = [
  'orgs',
  'academicSessions',
  'courses',
  'classes',
  'users',
  'roles',
  'userProfiles',
  'enrollments',
  'demographics',
] as const;

export type RosterFile = (typeof readFiles)[number];

/** The names a manifest of each version lists, without `.csv`. */
export const filesOfVersion: Readonly<Record<RosterVersion, readonly string[]>> = {
  '1.1': [
    'academicSessions',
    'categories',
    'classes',
    'classResources',
    'courses',
    'courseResources',
    'demographics',
    'enrollments',
    'lineItems',
    'orgs',
    'resources',
    'results',
    'users',
  ],
  '1.2': [
    'academicSessions',
    'categories',
    'classes',
    'classResources',
    'courses',
    'courseResources',
    'demographics',
    'enrollments',
    'lineItemLearningObjectiveIds',
    'lineItems',
    'lineItemScoreScales',
    'orgs',
    'resources',
    'resultLearningObjectiveIds',
    'results',
    'resultScoreScales',
    'roles',
    'scoreScales',
    'userProfiles',
    'userResources',
    'users',
  ],
};

/** OneRoster 1.0 had no manifest and exactly these files. */
export const filesOf10 = [
  'academicSessions',
  'classes',
  'courses',
  'demographics',
  'enrollments',
  'orgs',
  'users',
];

export type ColumnKind =
  | { readonly type: 'text' | 'name' | 'date' | 'timestamp' | 'boolean' | 'year' }
  /** Not looked at: nothing here uses it. */
  | { readonly type: 'unused' }
  /** The record's own id. */
  | { readonly type: 'id' }
  | { readonly type: 'reference' | 'references'; readonly to: RosterFile }
  /** A closed vocabulary; `ext:` terms pass where `isExtensible`. */
  | { readonly type: 'term'; readonly terms: readonly string[]; readonly isExtensible: boolean };

export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly isRequired: boolean;
}

const text = { type: 'text' } as const;
const unused = { type: 'unused' } as const;
const date = { type: 'date' } as const;

function required(name: string, kind: ColumnKind): Column {
  return { name, kind, isRequired: true };
}

function optional(name: string, kind: ColumnKind): Column {
  return { name, kind, isRequired: false };
}

function reference(to: RosterFile): ColumnKind {
  return { type: 'reference', to };
}

function references(to: RosterFile): ColumnKind {
  return { type: 'references', to };
}

function term(terms: readonly string[]): ColumnKind {
  return { type: 'term', terms, isExtensible: false };
}

function extensibleTerm(terms: readonly string[]): ColumnKind {
  return { type: 'term', terms, isExtensible: true };
}

export const studentRoles: readonly string[] = ['student'];
export const guardianRoles: readonly string[] = ['guardian', 'parent', 'relative'];

export const userRoles11: readonly string[] = [
  'administrator',
  'aide',
  'guardian',
  'parent',
  'proctor',
  'relative',
  'student',
  'teacher',
];
const userRoles12 = [
  'aide',
  'counselor',
  'districtAdministrator',
  'guardian',
  'parent',
  'principal',
  'proctor',
  'relative',
  'siteAdministrator',
  'student',
  'systemAdministrator',
  'teacher',
];
const enrolmentRoles = ['administrator', 'proctor', 'student', 'teacher'];

/** The first three columns of every file. `status` and `dateLastModified` are filled in delta files only. */
const head: readonly Column[] = [
  required('sourcedId', { type: 'id' }),
  optional('status', term(['active', 'tobedeleted'])),
  optional('dateLastModified', { type: 'timestamp' }),
];

const sharedColumns = {
  orgs: [
    ...head,
    required('name', text),
    required('type', extensibleTerm(['department', 'school', 'district', 'local', 'state', 'national'])),
    optional('identifier', text),
    optional('parentSourcedId', reference('orgs')),
  ],
  academicSessions: [
    ...head,
    required('title', text),
    required('type', extensibleTerm(['gradingPeriod', 'semester', 'schoolYear', 'term'])),
    required('startDate', date),
    required('endDate', date),
    optional('parentSourcedId', reference('academicSessions')),
    required('schoolYear', { type: 'year' }),
  ],
  courses: [
    ...head,
    optional('schoolYearSourcedId', reference('academicSessions')),
    required('title', text),
    optional('courseCode', text),
    optional('grades', unused),
    required('orgSourcedId', reference('orgs')),
    optional('subjects', unused),
    optional('subjectCodes', unused),
  ],
  classes: [
    ...head,
    required('title', text),
    optional('grades', text),
    required('courseSourcedId', reference('courses')),
    optional('classCode', text),
    required('classType', extensibleTerm(['homeroom', 'scheduled'])),
    optional('location', text),
    required('schoolSourcedId', reference('orgs')),
    required('termSourcedIds', references('academicSessions')),
    optional('subjects', unused),
    optional('subjectCodes', unused),
    optional('periods', text),
  ],
  enrollments: [
    ...head,
    required('classSourcedId', reference('classes')),
    required('schoolSourcedId', reference('orgs')),
    required('userSourcedId', reference('users')),
    required('role', term(enrolmentRoles)),
    optional('primary', { type: 'boolean' }),
    optional('beginDate', date),
    optional('endDate', date),
  ],
} as const satisfies Partial<Record<RosterFile, readonly Column[]>>;

function demographics(sexes: ColumnKind): readonly Column[] {
  return [
    // The record's id is the user's id, so it is a reference as well; `check-package` looks after that.
    ...head,
    optional('birthDate', date),
    optional('sex', sexes),
    ...[
      'americanIndianOrAlaskaNative',
      'asian',
      'blackOrAfricanAmerican',
      'nativeHawaiianOrOtherPacificIslander',
      'white',
      'demographicRaceTwoOrMoreRaces',
      'hispanicOrLatinoEthnicity',
      'countryOfBirthCode',
      'stateOfBirthAbbreviation',
      'cityOfBirth',
      'publicSchoolResidenceStatus',
    ].map((name) => optional(name, unused)),
  ];
}

/** The columns of each file that is read, in the order of the standard. */
export const columnsOf: Readonly<
  Record<RosterVersion, Readonly<Partial<Record<RosterFile, readonly Column[]>>>>
> = {
  '1.1': {
    ...sharedColumns,
    demographics: demographics(extensibleTerm(['male', 'female'])),
    users: [
      ...head,
      required('enabledUser', { type: 'boolean' }),
      required('orgSourcedIds', references('orgs')),
      required('role', extensibleTerm(userRoles11)),
      required('username', unused),
      optional('userIds', unused),
      required('givenName', { type: 'name' }),
      required('familyName', { type: 'name' }),
      optional('middleName', text),
      optional('identifier', text),
      optional('email', text),
      optional('sms', text),
      optional('phone', text),
      optional('agentSourcedIds', references('users')),
      optional('grades', text),
      optional('password', unused),
    ],
  },
  '1.2': {
    ...sharedColumns,
    demographics: demographics(extensibleTerm(['male', 'female', 'unspecified', 'other'])),
    users: [
      ...head,
      required('enabledUser', { type: 'boolean' }),
      required('username', unused),
      optional('userIds', unused),
      required('givenName', { type: 'name' }),
      required('familyName', { type: 'name' }),
      optional('middleName', text),
      optional('identifier', text),
      optional('email', text),
      optional('sms', text),
      optional('phone', text),
      optional('agentSourcedIds', references('users')),
      optional('grades', text),
      optional('password', unused),
      optional('userMasterIdentifier', unused),
      optional('preferredGivenName', text),
      optional('preferredMiddleName', text),
      optional('preferredFamilyName', text),
      optional('primaryOrgSourcedId', reference('orgs')),
      optional('pronouns', unused),
    ],
    roles: [
      ...head,
      required('userSourcedId', reference('users')),
      required('roleType', term(['primary', 'secondary'])),
      required('role', extensibleTerm(userRoles12)),
      optional('beginDate', date),
      optional('endDate', date),
      required('orgSourcedId', reference('orgs')),
      optional('userProfileSourcedId', reference('userProfiles')),
    ],
    userProfiles: [
      ...head,
      required('userSourcedId', reference('users')),
      required('profileType', unused),
      required('vendorId', unused),
      optional('applicationId', unused),
      optional('description', unused),
      required('credentialType', unused),
      required('username', unused),
      optional('password', unused),
    ],
  },
};

/** The column that the older text of 1.2 lists in users.csv and 1.2.1 does not: accepted and not read. */
export const withdrawnColumns: Readonly<Partial<Record<RosterFile, readonly string[]>>> = {
  users: ['resourceSourcedIds'],
};

/**
 * Names that suppliers write instead of the standard's. They are reported, never silently taken for it: a column
 * read by a guess could put one person's data on another.
 */
export const columnAliases: Readonly<Partial<Record<RosterFile, Readonly<Record<string, string>>>>> = {
  users: {
    agents: 'agentSourcedIds',
    agentSourcedId: 'agentSourcedIds',
    userId: 'userIds',
    grade: 'grades',
    orgSourcedId: 'orgSourcedIds',
    firstName: 'givenName',
    lastName: 'familyName',
    mobile: 'sms',
    preferredFirstName: 'preferredGivenName',
    preferredLastName: 'preferredFamilyName',
  },
  courses: { schoolYearId: 'schoolYearSourcedId', grade: 'grades' },
  classes: { grade: 'grades', termSourcedId: 'termSourcedIds', period: 'periods' },
  demographics: { userSourcedId: 'sourcedId', birthdate: 'birthDate', gender: 'sex' },
  enrollments: { startDate: 'beginDate', isPrimary: 'primary' },
  roles: { startDate: 'beginDate' },
};

/**
 * An extension column of our own in users.csv of 1.1, which has one role for a user: the roles that a person has besides,
 * in a list. Written only where somebody has two.
 */
export const otherRolesColumn = 'metadata.rollkeepRoles';

/**
 * The extension columns of users.csv in which suppliers give a language, as the standard has no place for one; the first that
 * a file has is read, and the first of these is written.
 */
export const languageColumns = [
  'metadata.language',
  'metadata.homeLanguage',
  'metadata.primaryLanguage',
  'metadata.nativeLanguage',
] as const;

/** Columns whose content is thrown away while the file is read, whatever the file and its supplier call them. */
export function isPasswordColumn(name: string): boolean {
  return /pass(word|wort|phrase|code)|contrase|pwd/i.test(name);
}
