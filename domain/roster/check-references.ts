import type { CheckedTable } from './build-records.ts';
import { cellAt } from './check-columns.ts';
import { isDeletedRow, listOf } from './check-values.ts';
import type { FindingsCollector } from './findings.ts';
import { guardianRoles, type RosterFile, type RosterVersion } from './oneroster-format.ts';
import { rowsPerPulse, type Pulse } from './pulse.ts';
import type { RosterRow } from './roster.ts';
import type { CurrentRoster } from './school-roster.ts';

/**
 * Checks what the rows of a package say about each other, and answers the rows of deltas that must be left out.
 *
 * A bulk file must find everything it refers to in the package. A delta may also refer to what was imported before;
 * its references to organisations are not checked, because a school's store knows only its own. Null: cancelled.
 * Source: OneRoster CSV Binding, referential closure of bulk sets (DOMAIN §1.1).
 */
export function checkReferences(
  version: RosterVersion,
  tables: readonly CheckedTable[],
  current: CurrentRoster,
  findings: FindingsCollector,
  pulse: Pulse,
): ReadonlySet<RosterRow> | null {
  const byFile = new Map(tables.map((table) => [table.file, table]));
  const leftOut = new Set<RosterRow>();
  let rowsChecked = 0;
  for (const table of tables) {
    const checkRow = createRowCheck(table, byFile, current, findings);
    for (const row of table.table.rows) {
      if (!isDeletedRow(row, table.columns, table.isDelta) && !checkRow(row)) leftOut.add(row);
      rowsChecked += 1;
      if (rowsChecked % rowsPerPulse === 0 && pulse.isCancelled()) return null;
    }
  }
  const users = byFile.get('users');
  if (version === '1.2' && users !== undefined) {
    checkRoles(users, byFile.get('roles'), current, leftOut, findings);
  }
  checkDeletedRoles(byFile.get('roles'), findings);
  checkSchools(byFile, findings);
  if (users !== undefined && !users.isDelta) checkGuardians(users, byFile.get('roles'), findings);
  return leftOut;
}

interface ReferenceColumn {
  readonly name: string;
  readonly index: number;
  readonly to: RosterFile;
  readonly isList: boolean;
  readonly isRequired: boolean;
}

/** The column that says to which school a row belongs, where there is one. */
const schoolColumns: Readonly<Partial<Record<RosterFile, string>>> = {
  classes: 'schoolSourcedId',
  enrollments: 'schoolSourcedId',
  roles: 'orgSourcedId',
};

/** Makes the check of one row's references; false means that the row is left out. */
function createRowCheck(
  { file, table, columns, isDelta }: CheckedTable,
  byFile: ReadonlyMap<RosterFile, CheckedTable>,
  current: CurrentRoster,
  findings: FindingsCollector,
): (row: RosterRow) => boolean {
  const references = findReferenceColumns(file, columns);
  const schoolColumn = schoolColumns[file];
  const schoolIndex = schoolColumn === undefined ? -1 : columns.indexOf(schoolColumn);

  const exists = (to: RosterFile, id: string): boolean => {
    const target = byFile.get(to);
    if (target?.activeIds.has(id) === true) return true;
    if (target !== undefined && (!target.isDelta || target.deletedIds.has(id))) return false;
    return isHeld(current, to, id);
  };

  return (row) => {
    // A district's delta brings rows of schools whose classes this store does not hold; they are left aside later.
    const school = cellAt(row, schoolIndex);
    const ownSchool = current.schoolSourcedId;
    if (isDelta && school !== '' && ownSchool !== null && school !== ownSchool) return true;
    let isKept = true;
    for (const { name, index, to, isList, isRequired } of references) {
      const cell = cellAt(row, index);
      if (cell === '' || (isDelta && (to === 'orgs' || !isRequired))) continue;
      const ids = isList ? listOf(cell) : [cell];
      const missing = ids.filter((id) => !exists(to, id));
      if (missing.length === 0) continue;
      const place = { file: table.fileName, line: row.line, column: name, expected: `${to}.csv` };
      if (isDelta) {
        if (missing.length < ids.length) continue;
        findings.add('reference-not-imported', { ...place, value: missing[0] ?? '' });
        isKept = false;
      } else {
        // An optional reference to a file that is not in the package is nothing that this package got wrong.
        if (!isRequired && !byFile.has(to)) continue;
        const code = isRequired ? 'reference-missing' : 'reference-optional-missing';
        for (const value of missing) findings.add(code, { ...place, value });
      }
    }
    return isKept;
  };
}

function findReferenceColumns(
  file: RosterFile,
  columns: CheckedTable['columns'],
): readonly ReferenceColumn[] {
  const found: ReferenceColumn[] = [];
  columns.columns.forEach(({ name, kind, isRequired }, position) => {
    const index = columns.indexes[position] ?? -1;
    if (index < 0) return;
    if (kind.type === 'reference' || kind.type === 'references') {
      found.push({ name, index, to: kind.to, isList: kind.type === 'references', isRequired });
    } else if (file === 'demographics' && kind.type === 'id') {
      found.push({ name, index, to: 'users', isList: false, isRequired: true });
    }
  });
  return found;
}

function isHeld(current: CurrentRoster, file: RosterFile, id: string): boolean {
  switch (file) {
    case 'orgs':
      return current.schoolSourcedId === id;
    case 'academicSessions':
      return current.session.get(id)?.isActive === true;
    case 'courses':
      return current.course.get(id)?.isActive === true;
    case 'classes':
      return current.class.get(id)?.isActive === true;
    case 'users':
    case 'demographics':
      return isHeldPerson(current, id);
    case 'enrollments':
      return current.enrolment.get(id)?.isActive === true;
    case 'roles':
    case 'userProfiles':
      return false;
  }
}

function isHeldPerson(current: CurrentRoster, id: string): boolean {
  return (
    current.student.get(id)?.isActive === true ||
    current.staff.get(id)?.isActive === true ||
    current.guardian.get(id)?.isActive === true
  );
}

/** In 1.2 a user without a role row is nobody in particular: not a student, not staff. */
function checkRoles(
  users: CheckedTable,
  roles: CheckedTable | undefined,
  current: CurrentRoster,
  leftOut: Set<RosterRow>,
  findings: FindingsCollector,
): void {
  const withRole = new Set<string>();
  if (roles !== undefined) {
    const userIndex = roles.columns.indexOf('userSourcedId');
    for (const row of roles.table.rows) {
      if (!isDeletedRow(row, roles.columns, roles.isDelta)) withRole.add(cellAt(row, userIndex));
    }
  }
  const isWhole = !users.isDelta && roles?.isDelta === false;
  const idIndex = users.columns.indexOf('sourcedId');
  for (const row of users.table.rows) {
    const id = cellAt(row, idIndex);
    if (id === '' || withRole.has(id) || isDeletedRow(row, users.columns, users.isDelta)) continue;
    const place = { file: users.table.fileName, line: row.line, column: 'sourcedId', value: id };
    if (isWhole) {
      findings.add('role-missing', place);
    } else if (!isHeldPerson(current, id)) {
      findings.add('role-not-imported', place);
      leftOut.add(row);
    }
  }
}

/** Roles are not kept, so a row that takes one back must say whose and which; the standard requires it anyway. */
function checkDeletedRoles(roles: CheckedTable | undefined, findings: FindingsCollector): void {
  if (roles === undefined) return;
  const { columns, table } = roles;
  for (const row of table.rows) {
    if (!isDeletedRow(row, columns, roles.isDelta)) continue;
    for (const column of ['userSourcedId', 'role', 'orgSourcedId']) {
      if (cellAt(row, columns.indexOf(column)) !== '') continue;
      findings.add('role-not-named', { file: table.fileName, line: row.line, column });
      break;
    }
  }
}

function checkSchools(byFile: ReadonlyMap<RosterFile, CheckedTable>, findings: FindingsCollector): void {
  const classes = byFile.get('classes');
  const enrolments = byFile.get('enrollments');
  if (classes === undefined || enrolments === undefined) return;
  const schoolsByClass = new Map<string, string>();
  const classIdIndex = classes.columns.indexOf('sourcedId');
  const classSchoolIndex = classes.columns.indexOf('schoolSourcedId');
  for (const row of classes.table.rows)
    schoolsByClass.set(cellAt(row, classIdIndex), cellAt(row, classSchoolIndex));

  const classIndex = enrolments.columns.indexOf('classSourcedId');
  const schoolIndex = enrolments.columns.indexOf('schoolSourcedId');
  for (const row of enrolments.table.rows) {
    const classSchool = schoolsByClass.get(cellAt(row, classIndex));
    const school = cellAt(row, schoolIndex);
    if (classSchool === undefined || classSchool === '' || school === '' || school === classSchool) continue;
    findings.add('school-mismatch', {
      file: enrolments.table.fileName,
      line: row.line,
      column: 'schoolSourcedId',
      value: school,
      expected: classSchool,
    });
  }
}

function checkGuardians(
  users: CheckedTable,
  roles: CheckedTable | undefined,
  findings: FindingsCollector,
): void {
  const guardians = new Set<string>();
  const idIndex = users.columns.indexOf('sourcedId');
  const agentsIndex = users.columns.indexOf('agentSourcedIds');
  const roleTable = roles ?? users;
  const roleIndex = roleTable.columns.indexOf('role');
  const roleUserIndex = roles === undefined ? idIndex : roles.columns.indexOf('userSourcedId');
  for (const row of roleTable.table.rows) {
    if (guardianRoles.includes(cellAt(row, roleIndex))) guardians.add(cellAt(row, roleUserIndex));
  }
  const linked = new Set<string>();
  for (const row of users.table.rows) {
    const agents = listOf(cellAt(row, agentsIndex));
    if (agents.length > 0) linked.add(cellAt(row, idIndex));
    for (const agent of agents) linked.add(agent);
  }
  for (const row of users.table.rows) {
    const id = cellAt(row, idIndex);
    if (!guardians.has(id) || linked.has(id)) continue;
    findings.add('guardian-unlinked', {
      file: users.table.fileName,
      line: row.line,
      column: 'sourcedId',
      value: id,
    });
  }
}
