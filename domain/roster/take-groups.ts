import { cellAt } from './check-columns.ts';
import { createDayCheck } from './check-values.ts';
import type { FindingsCollector } from './findings.ts';
import type { RosterTable } from './roster.ts';
import { groupMemberId, type GroupKept, type GroupMemberKept, type SchoolRoster } from './school-roster.ts';

/** Our own files of buses and activities, alone or beside the files of a OneRoster package (docs/roster-import.md). */
export const groupFiles = {
  groups: ['sourcedId', 'kind', 'title', 'weekdays', 'startTime', 'endTime'],
  groupMembers: ['groupSourcedId', 'studentNumber', 'userSourcedId', 'stop', 'beginDate', 'endDate'],
} as const;
export type GroupFile = keyof typeof groupFiles;

/** Which of the two files this is, by its name; null for any other. Capital letters do not matter. */
export function groupFileOf(fileName: string): GroupFile | null {
  const name = fileName.toLowerCase();
  return name === 'groups.csv' ? 'groups' : name === 'groupmembers.csv' ? 'groupMembers' : null;
}

/**
 * Takes buses, activities and who is in them into a roster. Each of the two files is complete for what it holds; without
 * groupMembers.csv the members of the groups that stay are as they were. Whatever is wrong is a finding.
 */
export function takeGroups(
  roster: SchoolRoster,
  tables: readonly RosterTable[],
  findings: FindingsCollector,
): SchoolRoster {
  const groupTable = tables.find(({ fileName }) => groupFileOf(fileName) === 'groups');
  const memberTable = tables.find(({ fileName }) => groupFileOf(fileName) === 'groupMembers');
  const group = groupTable === undefined ? roster.group : readGroups(groupTable, findings);
  const members =
    memberTable === undefined
      ? roster.groupMember
      : readMembers(memberTable, { ...roster, group }, groupTable, findings);
  const groupMember = new Map(
    [...members].filter(([, { groupSourcedId, studentSourcedId }]) => {
      return group.has(groupSourcedId) && roster.student.has(studentSourcedId);
    }),
  );
  return { ...roster, group, groupMember };
}

interface Columns {
  /** A cell by its column's name; '' where there is no such column. */
  (row: { readonly cells: readonly string[]; readonly line: number }, column: string): string;
}

/** Reports what is wrong with a header; null where nothing can be read by it. */
function readHeader(
  { fileName, header, rows }: RosterTable,
  known: readonly string[],
  required: readonly string[],
  findings: FindingsCollector,
): Columns | null {
  const missing = required.filter((column) => !header.includes(column));
  for (const column of missing) findings.add('column-missing', { file: fileName, line: 1, column });
  for (const column of header) {
    if (known.includes(column)) continue;
    findings.add('group-column-unknown', { file: fileName, line: 1, column });
  }
  if (rows.length === 0) findings.add('header-only', { file: fileName, line: 1 });
  if (missing.length > 0) return null;
  const indexes = new Map(header.map((name, index) => [name, index]));
  return (row, column) => plainText(cellAt(row, indexes.get(column) ?? -1)).trim();
}

/** Takes back the apostrophe that keeps a spreadsheet from reading a formula: our own templates write it. */
function plainText(cell: string): string {
  return /^'[=+\-@]/.test(cell) ? cell.slice(1) : cell;
}

const plainId = /^[A-Za-z0-9._\-/@]{1,255}$/;
const time = /^(?:[01]?\d|2[0-3]):[0-5]\d$/;
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const schoolWeek = ['1', '2', '3', '4', '5'];

function readGroups(table: RosterTable, findings: FindingsCollector): ReadonlyMap<string, GroupKept> {
  const groups = new Map<string, GroupKept>();
  const lines = new Map<string, number>();
  const { fileName } = table;
  const cell = readHeader(table, groupFiles.groups, ['sourcedId', 'kind', 'title'], findings);
  if (cell === null) return groups;
  for (const row of table.rows) {
    const place = { file: fileName, line: row.line };
    const sourcedId = cell(row, 'sourcedId');
    const kind = cell(row, 'kind').toLowerCase();
    const title = cell(row, 'title');
    for (const column of ['sourcedId', 'kind', 'title']) {
      if (cell(row, column) === '') findings.add('value-missing', { ...place, column });
    }
    const earlier = lines.get(sourcedId);
    if (sourcedId !== '' && !plainId.test(sourcedId)) {
      findings.add(/[\s,]/.test(sourcedId) || sourcedId.length > 255 ? 'id-invalid' : 'id-characters', {
        ...place,
        column: 'sourcedId',
        value: sourcedId,
      });
    }
    if (earlier !== undefined && sourcedId !== '') {
      findings.add('id-duplicate', {
        ...place,
        column: 'sourcedId',
        value: sourcedId,
        expected: String(earlier),
      });
      continue;
    }
    lines.set(sourcedId, row.line);
    if (kind !== '' && kind !== 'bus' && kind !== 'activity') {
      findings.add('value-not-allowed', { ...place, column: 'kind', value: kind, expected: 'bus, activity' });
    }
    const timeOf = (column: 'startTime' | 'endTime'): string | null => {
      const value = cell(row, column);
      if (value === '') return null;
      if (time.test(value)) return value.padStart(5, '0');
      findings.add('value-not-allowed', { ...place, column, value, expected: 'HH:MM' });
      return null;
    };
    const startTime = timeOf('startTime');
    const endTime = timeOf('endTime');
    if (startTime !== null && endTime !== null && endTime <= startTime) {
      findings.add('date-order', { ...place, column: 'endTime', value: endTime, expected: startTime });
    }
    const days = weekdaysOf(cell(row, 'weekdays'));
    if (days === null) {
      findings.add('value-not-allowed', {
        ...place,
        column: 'weekdays',
        value: cell(row, 'weekdays'),
        expected: 'Mon, Tue, Wed, Thu, Fri, Sat, Sun',
      });
    }
    groups.set(sourcedId, {
      sourcedId,
      groupKind: kind === 'activity' ? 'activity' : 'bus',
      title,
      weekdays: days ?? [],
      startTime,
      endTime,
    });
  }
  return groups;
}

/** `Mon, Wed` or `1 3` as `['1', '3']`; a blank is Monday to Friday. Null for a word that is no weekday. */
function weekdaysOf(text: string): readonly string[] | null {
  if (text === '') return schoolWeek;
  const days = new Set<string>();
  for (const word of text.toLowerCase().split(/[\s,;]+/)) {
    if (word === '') continue;
    const position = /^[1-7]$/.test(word) ? Number(word) : weekdays.indexOf(word.slice(0, 3)) + 1;
    if (position === 0) return null;
    days.add(String(position));
  }
  return [...days].toSorted();
}

function readMembers(
  table: RosterTable,
  roster: SchoolRoster,
  groupTable: RosterTable | undefined,
  findings: FindingsCollector,
): ReadonlyMap<string, GroupMemberKept> {
  const members = new Map<string, GroupMemberKept>();
  const lines = new Map<string, number>();
  const { fileName, header } = table;
  const cell = readHeader(table, groupFiles.groupMembers, ['groupSourcedId'], findings);
  if (!header.includes('studentNumber') && !header.includes('userSourcedId')) {
    findings.add('group-member-column', { file: fileName, line: 1 });
    return members;
  }
  if (cell === null) return members;
  const idsByNumber = new Map<string, string>();
  for (const [id, { identifier }] of roster.student) if (identifier !== null) idsByNumber.set(identifier, id);
  const isDay = createDayCheck();
  for (const row of table.rows) {
    const place = { file: fileName, line: row.line };
    const groupSourcedId = cell(row, 'groupSourcedId');
    if (groupSourcedId === '') {
      findings.add('value-missing', { ...place, column: 'groupSourcedId' });
      continue;
    }
    if (!roster.group.has(groupSourcedId)) {
      const named = { ...place, column: 'groupSourcedId', value: groupSourcedId };
      if (groupTable === undefined) findings.add('group-unknown', named);
      else findings.add('reference-missing', { ...named, expected: groupTable.fileName });
      continue;
    }
    const number = cell(row, 'studentNumber');
    const id = cell(row, 'userSourcedId');
    const column = id === '' ? 'studentNumber' : 'userSourcedId';
    if (id === '' && number === '') {
      findings.add('value-missing', {
        ...place,
        column: header.includes('studentNumber') ? 'studentNumber' : column,
      });
      continue;
    }
    const student = id === '' ? idsByNumber.get(number) : roster.student.has(id) ? id : undefined;
    if (student === undefined) {
      findings.add('student-number-unknown', { ...place, column, value: id === '' ? number : id });
      continue;
    }
    const sourcedId = groupMemberId(groupSourcedId, student);
    const earlier = lines.get(sourcedId);
    if (earlier !== undefined) {
      findings.add('group-member-twice', {
        ...place,
        column,
        value: id === '' ? number : id,
        expected: String(earlier),
      });
      continue;
    }
    lines.set(sourcedId, row.line);
    const dayOf = (name: 'beginDate' | 'endDate'): string | null => {
      const value = cell(row, name);
      if (value === '') return null;
      if (isDay(value)) return value;
      findings.add('date-invalid', { ...place, column: name, value });
      return null;
    };
    const beginDate = dayOf('beginDate');
    const endDate = dayOf('endDate');
    if (beginDate !== null && endDate !== null && endDate < beginDate) {
      findings.add('date-order', { ...place, column: 'endDate', value: endDate, expected: beginDate });
    }
    const stop = cell(row, 'stop');
    members.set(sourcedId, {
      sourcedId,
      groupSourcedId,
      studentSourcedId: student,
      stop: stop === '' ? null : stop,
      beginDate,
      endDate,
    });
  }
  return members;
}
