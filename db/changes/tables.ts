import { getTableColumns } from 'drizzle-orm';
import { getTableConfig, type SQLiteColumn, type SQLiteTable } from 'drizzle-orm/sqlite-core';
import {
  calendarDay,
  codeEdit,
  dayTimes,
  contact,
  mark,
  movement,
  plannedAbsence,
  registerTaken,
} from '../attendance/schema.ts';
import { cataloguedTables } from '../catalogue.ts';
import {
  academicSession,
  course,
  enrolment,
  groupMember,
  guardian,
  guardianLink,
  personMerge,
  savedList,
  schoolClass,
  staff,
  student,
  studentGroup,
} from '../people/schema.ts';
import { importMapping, rosterImport } from '../roster/schema.ts';
import { school } from '../school/schema.ts';

/**
 * The tables that changes write. `record`: one row merged field by field, with a version per field.
 * `fact`: rows that are added and never overwritten; `hlc`, `desk` and `seq` come from the change where the table has them.
 */
export const syncedTables = {
  school: { kind: 'record', table: school, key: ['id'], subject: null },
  student: { kind: 'record', table: student, key: ['id'], subject: 'id' },
  guardian: { kind: 'record', table: guardian, key: ['id'], subject: 'id' },
  guardian_link: { kind: 'record', table: guardianLink, key: ['student', 'guardian'], subject: null },
  staff: { kind: 'record', table: staff, key: ['id'], subject: null },
  academic_session: { kind: 'record', table: academicSession, key: ['id'], subject: null },
  course: { kind: 'record', table: course, key: ['id'], subject: null },
  class: { kind: 'record', table: schoolClass, key: ['id'], subject: null },
  enrolment: { kind: 'record', table: enrolment, key: ['id'], subject: null },
  calendar_day: { kind: 'record', table: calendarDay, key: ['id'], subject: null },
  day_times: { kind: 'record', table: dayTimes, key: ['id'], subject: null },
  code_edit: { kind: 'record', table: codeEdit, key: ['id'], subject: null },
  planned_absence: { kind: 'record', table: plannedAbsence, key: ['id'], subject: 'student' },
  person_merge: { kind: 'record', table: personMerge, key: ['id'], subject: null },
  student_group: { kind: 'record', table: studentGroup, key: ['id'], subject: null },
  group_member: { kind: 'record', table: groupMember, key: ['id'], subject: 'student' },
  saved_list: { kind: 'record', table: savedList, key: ['id'], subject: null },
  import_mapping: { kind: 'record', table: importMapping, key: ['id'], subject: null },
  contact: { kind: 'fact', table: contact, key: ['id'], subject: 'student' },
  movement: { kind: 'fact', table: movement, key: ['id'], subject: 'student' },
  mark: { kind: 'fact', table: mark, key: ['day', 'class', 'session', 'student'], subject: 'student' },
  register_taken: { kind: 'fact', table: registerTaken, key: ['day', 'class', 'session'], subject: null },
  roster_import: { kind: 'fact', table: rosterImport, key: ['id'], subject: null },
} as const satisfies Record<string, SyncedTable>;

export interface SyncedTable {
  readonly kind: 'record' | 'fact';
  readonly table: SQLiteTable;
  /** The columns whose values, joined by a space, name a row in changes and envelopes. */
  readonly key: readonly string[];
  /** The column that names the person under whose key sealed fields lie. */
  readonly subject: string | null;
}

export type SyncedTableName = keyof typeof syncedTables;
export type RecordTableName = {
  [N in SyncedTableName]: (typeof syncedTables)[N]['kind'] extends 'record' ? N : never;
}[SyncedTableName];
export type FactTableName = Exclude<SyncedTableName, RecordTableName>;

export interface TableShape {
  readonly name: SyncedTableName;
  readonly definition: SyncedTable;
  readonly columns: Readonly<Record<string, SQLiteColumn>>;
  /** Properties whose columns hold sealed envelopes. */
  readonly sealed: ReadonlySet<string>;
}

// The keys of a constant object of ours: the compiler gives them as text.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const tableNames = Object.keys(syncedTables) as SyncedTableName[];

/** The shapes of all synced tables by name, derived once from the schema and the catalogue. */
export const tableShapes: ReadonlyMap<string, TableShape> = new Map(
  tableNames.map((name) => {
    const definition: SyncedTable = syncedTables[name];
    if (getTableConfig(definition.table).name !== name)
      throw new Error(`Bug: synced table ${name} has another name`);
    const notes = cataloguedTables().find((entry) => entry.table === definition.table)?.notes ?? {};
    const sealed = new Set(
      Object.entries(notes)
        .filter(([, note]) => note.sensitivity === 'high' || note.sensitivity === 'special')
        .map(([property]) => property),
    );
    return [name, { name, definition, columns: getTableColumns(definition.table), sealed }];
  }),
);

/** The name of a table of records, as a change gives it. Throws for any other. */
export function recordTableName(name: string): RecordTableName {
  const found = tableNames.find((each): each is RecordTableName => each === name && isOf(each, 'record'));
  if (found === undefined) throw new Error('Bug: not a table of records');
  return found;
}

/** The name of a table of facts, as a change gives it. Throws for any other. */
export function factTableName(name: string): FactTableName {
  const found = tableNames.find((each): each is FactTableName => each === name && isOf(each, 'fact'));
  if (found === undefined) throw new Error('Bug: not a table of facts');
  return found;
}

function isOf(name: SyncedTableName, kind: SyncedTable['kind']): boolean {
  return syncedTables[name].kind === kind;
}
