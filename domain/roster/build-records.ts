import { unreachable } from '../result.ts';
import { cellAt, languageColumnIn, type TableColumns } from './check-columns.ts';
import { isDeletedRow, listOf } from './check-values.ts';
import {
  languageColumns,
  otherRolesColumn,
  userRoles11,
  type FileMode,
  type RosterFile,
  type RosterVersion,
} from './oneroster-format.ts';
import type {
  ClassRecord,
  CourseRecord,
  DemographicsRecord,
  EnrolmentRecord,
  Incoming,
  OrgRecord,
  RoleRecord,
  Roster,
  RosterRow,
  RosterTable,
  SessionRecord,
  UserRecord,
} from './roster.ts';

/** A table whose cells were checked, with the ids in it. */
export interface CheckedTable {
  readonly file: RosterFile;
  readonly table: RosterTable;
  readonly columns: TableColumns;
  readonly isDelta: boolean;
  readonly activeIds: ReadonlySet<string>;
  readonly deletedIds: ReadonlySet<string>;
}

/** The columns a package may do without whose content is kept. */
const optionalColumns: Readonly<Partial<Record<RosterFile, readonly string[]>>> = {
  courses: ['courseCode'],
  classes: ['grades', 'classCode', 'periods'],
  users: [
    'middleName',
    'identifier',
    'email',
    'sms',
    'phone',
    'agentSourcedIds',
    'grades',
    'preferredGivenName',
    'preferredFamilyName',
  ],
  enrollments: ['primary', 'beginDate', 'endDate'],
  demographics: ['birthDate', 'sex'],
};

/** A roster while it is being filled. */
interface RosterBuilder {
  readonly roster: Roster;
  readonly modes: Record<RosterFile, FileMode>;
  readonly missing: Record<RosterFile, ReadonlySet<string>>;
  readonly orgs: Map<string, Incoming<OrgRecord>>;
  readonly sessions: Map<string, Incoming<SessionRecord>>;
  readonly courses: Map<string, Incoming<CourseRecord>>;
  readonly classes: Map<string, Incoming<ClassRecord>>;
  readonly users: Map<string, Incoming<UserRecord>>;
  readonly roles: Map<string, Incoming<RoleRecord>>;
  readonly enrolments: Map<string, Incoming<EnrolmentRecord>>;
  readonly demographics: Map<string, Incoming<DemographicsRecord>>;
}

export function createRosterBuilder(version: RosterVersion): RosterBuilder {
  const modes: Record<RosterFile, FileMode> = {
    orgs: 'absent',
    academicSessions: 'absent',
    courses: 'absent',
    classes: 'absent',
    users: 'absent',
    roles: 'absent',
    userProfiles: 'absent',
    enrollments: 'absent',
    demographics: 'absent',
  };
  const nothing: ReadonlySet<string> = new Set();
  const missing: Record<RosterFile, ReadonlySet<string>> = {
    orgs: nothing,
    academicSessions: nothing,
    courses: nothing,
    classes: nothing,
    users: nothing,
    roles: nothing,
    userProfiles: nothing,
    enrollments: nothing,
    demographics: nothing,
  };
  const maps = {
    modes,
    missing,
    orgs: new Map<string, Incoming<OrgRecord>>(),
    sessions: new Map<string, Incoming<SessionRecord>>(),
    courses: new Map<string, Incoming<CourseRecord>>(),
    classes: new Map<string, Incoming<ClassRecord>>(),
    users: new Map<string, Incoming<UserRecord>>(),
    roles: new Map<string, Incoming<RoleRecord>>(),
    enrolments: new Map<string, Incoming<EnrolmentRecord>>(),
    demographics: new Map<string, Incoming<DemographicsRecord>>(),
  };
  return { ...maps, roster: { version, ...maps } };
}

/**
 * Adds the records of one checked table to a roster. Only fields that something uses are taken (W19); passwords,
 * account names and the demographic columns beyond birth date and sex are not.
 */
export function buildRecords(
  table: CheckedTable,
  leftOut: ReadonlySet<RosterRow>,
  builder: RosterBuilder,
): void {
  builder.modes[table.file] = table.isDelta ? 'delta' : 'bulk';
  const missing = (optionalColumns[table.file] ?? []).filter((column) => table.columns.indexOf(column) < 0);
  const languageColumn = languageColumnIn(table.table.header);
  builder.missing[table.file] = new Set(
    languageColumn === undefined ? [...missing, languageColumns[0]] : missing,
  );
  // In 1.1 the role stands in users.csv, so it comes and goes with the user.
  if (builder.roster.version === '1.1' && table.file === 'users') builder.modes.roles = builder.modes.users;
  const cells = createCellReader(table.columns, languageColumn);
  for (const row of table.table.rows) {
    if (leftOut.has(row)) continue;
    const isDeleted = isDeletedRow(row, table.columns, table.isDelta);
    addRecord(table.file, row, cells, isDeleted, builder);
  }
}

interface CellReader {
  language(row: RosterRow): string | null;
  text(row: RosterRow, column: string): string;
  textOrNull(row: RosterRow, column: string): string | null;
  list(row: RosterRow, column: string): readonly string[];
  isTrue(row: RosterRow, column: string): boolean;
}

function createCellReader(columns: TableColumns, languageColumn: string | undefined): CellReader {
  const text = (row: RosterRow, column: string): string => cellAt(row, columns.indexOf(column));
  return {
    text,
    textOrNull: (row, column) => {
      const value = text(row, column);
      return value === '' ? null : value;
    },
    list: (row, column) => listOf(text(row, column)),
    language: (row) => {
      const value = languageColumn === undefined ? '' : text(row, languageColumn);
      return value === '' ? null : value;
    },
    isTrue: (row, column) => text(row, column).toLowerCase() === 'true',
  };
}

function addRecord(
  file: RosterFile,
  row: RosterRow,
  cells: CellReader,
  isDeleted: boolean,
  builder: RosterBuilder,
): void {
  const { line } = row;
  const sourcedId = cells.text(row, 'sourcedId');
  switch (file) {
    case 'orgs':
      builder.orgs.set(sourcedId, { line, isDeleted, record: orgOf(sourcedId, row, cells) });
      return;
    case 'academicSessions':
      builder.sessions.set(sourcedId, { line, isDeleted, record: sessionOf(sourcedId, row, cells) });
      return;
    case 'courses':
      builder.courses.set(sourcedId, { line, isDeleted, record: courseOf(sourcedId, row, cells) });
      return;
    case 'classes':
      builder.classes.set(sourcedId, { line, isDeleted, record: classOf(sourcedId, row, cells) });
      return;
    case 'users':
      builder.users.set(sourcedId, { line, isDeleted, record: userOf(sourcedId, row, cells) });
      if (builder.roster.version === '1.1') addRolesOfUser(sourcedId, row, cells, isDeleted, builder);
      return;
    case 'roles':
      builder.roles.set(sourcedId, { line, isDeleted, record: roleOf(sourcedId, row, cells) });
      return;
    case 'userProfiles':
      return;
    case 'enrollments':
      builder.enrolments.set(sourcedId, { line, isDeleted, record: enrolmentOf(sourcedId, row, cells) });
      return;
    case 'demographics':
      builder.demographics.set(sourcedId, {
        line,
        isDeleted,
        record: {
          sourcedId,
          birthDate: cells.textOrNull(row, 'birthDate'),
          sex: cells.textOrNull(row, 'sex'),
        },
      });
      return;
    default:
      unreachable(file);
  }
}

function orgOf(sourcedId: string, row: RosterRow, cells: CellReader): OrgRecord {
  return {
    sourcedId,
    name: cells.text(row, 'name'),
    type: cells.text(row, 'type'),
    identifier: cells.textOrNull(row, 'identifier'),
    parentSourcedId: cells.textOrNull(row, 'parentSourcedId'),
  };
}

function sessionOf(sourcedId: string, row: RosterRow, cells: CellReader): SessionRecord {
  return {
    sourcedId,
    title: cells.text(row, 'title'),
    type: cells.text(row, 'type'),
    startDate: cells.text(row, 'startDate'),
    endDate: cells.text(row, 'endDate'),
    parentSourcedId: cells.textOrNull(row, 'parentSourcedId'),
    schoolYear: cells.text(row, 'schoolYear'),
  };
}

function courseOf(sourcedId: string, row: RosterRow, cells: CellReader): CourseRecord {
  return {
    sourcedId,
    title: cells.text(row, 'title'),
    courseCode: cells.textOrNull(row, 'courseCode'),
    orgSourcedId: cells.text(row, 'orgSourcedId'),
  };
}

function classOf(sourcedId: string, row: RosterRow, cells: CellReader): ClassRecord {
  return {
    sourcedId,
    title: cells.text(row, 'title'),
    classCode: cells.textOrNull(row, 'classCode'),
    classType: cells.text(row, 'classType'),
    location: cells.textOrNull(row, 'location'),
    grades: cells.list(row, 'grades'),
    courseSourcedId: cells.text(row, 'courseSourcedId'),
    schoolSourcedId: cells.text(row, 'schoolSourcedId'),
    termSourcedIds: cells.list(row, 'termSourcedIds'),
    periods: cells.list(row, 'periods'),
  };
}

function userOf(sourcedId: string, row: RosterRow, cells: CellReader): UserRecord {
  return {
    sourcedId,
    givenName: cells.text(row, 'givenName'),
    middleName: cells.textOrNull(row, 'middleName'),
    familyName: cells.text(row, 'familyName'),
    preferredGivenName: cells.textOrNull(row, 'preferredGivenName'),
    preferredMiddleName: cells.textOrNull(row, 'preferredMiddleName'),
    preferredFamilyName: cells.textOrNull(row, 'preferredFamilyName'),
    identifier: cells.textOrNull(row, 'identifier'),
    email: cells.textOrNull(row, 'email'),
    sms: cells.textOrNull(row, 'sms'),
    phone: cells.textOrNull(row, 'phone'),
    grades: cells.list(row, 'grades'),
    agentSourcedIds: cells.list(row, 'agentSourcedIds'),
    language: cells.language(row),
  };
}

function addRolesOfUser(
  userSourcedId: string,
  row: RosterRow,
  cells: CellReader,
  isDeleted: boolean,
  builder: RosterBuilder,
): void {
  const role = cells.text(row, 'role');
  const others = cells
    .list(row, otherRolesColumn)
    .filter((each) => each !== role && userRoles11.includes(each));
  cells.list(row, 'orgSourcedIds').forEach((orgSourcedId, position) => {
    [role, ...others].forEach((each, place) => {
      const sourcedId = `${userSourcedId}/${orgSourcedId}${place === 0 ? '' : `/${each}`}`;
      builder.roles.set(sourcedId, {
        line: row.line,
        isDeleted,
        record: {
          sourcedId,
          userSourcedId,
          orgSourcedId,
          role: each,
          isPrimary: position === 0 && place === 0,
          beginDate: null,
          endDate: null,
        },
      });
    });
  });
}

function roleOf(sourcedId: string, row: RosterRow, cells: CellReader): RoleRecord {
  return {
    sourcedId,
    userSourcedId: cells.text(row, 'userSourcedId'),
    orgSourcedId: cells.text(row, 'orgSourcedId'),
    role: cells.text(row, 'role'),
    isPrimary: cells.text(row, 'roleType') === 'primary',
    beginDate: cells.textOrNull(row, 'beginDate'),
    endDate: cells.textOrNull(row, 'endDate'),
  };
}

function enrolmentOf(sourcedId: string, row: RosterRow, cells: CellReader): EnrolmentRecord {
  return {
    sourcedId,
    classSourcedId: cells.text(row, 'classSourcedId'),
    userSourcedId: cells.text(row, 'userSourcedId'),
    role: enrolmentRoleOf(cells.text(row, 'role')),
    isPrimary: cells.isTrue(row, 'primary'),
    beginDate: cells.textOrNull(row, 'beginDate'),
    endDate: cells.textOrNull(row, 'endDate'),
  };
}

/** The role was checked before; only a row that takes its record back may have none, and its role is not read. */
function enrolmentRoleOf(role: string): EnrolmentRecord['role'] {
  switch (role) {
    case 'administrator':
    case 'proctor':
    case 'teacher':
      return role;
    default:
      return 'student';
  }
}
