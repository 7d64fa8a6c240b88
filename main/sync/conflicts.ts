import { eq } from 'drizzle-orm';
import { account } from '../../db/accounts/schema.ts';
import type { ReadableDb } from '../../db/handles.ts';
import type { Connection } from '../../db/open-store.ts';
import { tableShapes } from '../../db/changes/tables.ts';
import type { FieldConflict } from '../../db/sync/conflicts.ts';
import { writtenFields } from '../../db/sync/records.ts';
import { reachOf, type Permission, type Role } from '../../domain/access/policy.ts';
import type { Contract, OutputOf } from '../../domain/contract/contract.ts';
import { registerSession } from '../../domain/contract/shared.ts';
import { classId, day, studentId, userId } from '../../domain/ids.ts';
import { z } from 'zod';
import { hlcToMs } from '../../domain/sync/version.ts';

type Conflict = OutputOf<Contract['sync']['conflicts']>['conflicts'][number];

/** Who may see the sealed fields of which conflict: as on the student's card. */
const permissionByField: Readonly<Record<string, Permission>> = {
  birthDate: 'students.identity',
  nationalId: 'students.identity',
  medicalAlert: 'students.alerts',
  address: 'students.contacts',
  phone: 'students.contacts',
  email: 'students.contacts',
  // Of a planned absence.
  note: 'attendance.office',
};

/** Fields whose values are free text: a person may enter a third one. */
const freeText: Readonly<Record<string, readonly string[]>> = {
  school: ['name'],
  student: [
    'studentNumber',
    'givenName',
    'middleName',
    'familyName',
    'preferredGivenName',
    'preferredFamilyName',
    'pronouns',
    'grade',
    'birthDate',
    'nationalId',
    'address',
    'medicalAlert',
  ],
  guardian: ['givenName', 'familyName', 'language', 'phone', 'email'],
  guardian_link: ['relation'],
  staff: ['givenName', 'familyName'],
  class: ['title', 'classCode'],
  course: ['title', 'courseCode'],
  calendar_day: ['reason'],
  planned_absence: ['occasion', 'note'],
  code_edit: ['meaning'],
  student_group: ['title'],
  group_member: ['stop'],
  saved_list: ['title'],
  import_mapping: ['title'],
};

/** What a role must be allowed to do anyway in order to decide about such a record; students and all else: to correct them. */
const permissionByTable: Readonly<Record<string, Permission>> = {
  school: 'school.edit',
  mark: 'attendance.office',
  planned_absence: 'attendance.office',
  calendar_day: 'calendar.edit',
  code_edit: 'codes.edit',
  day_times: 'calendar.edit',
  import_mapping: 'roster.import',
};

/** Texts of which two are as good as one: kept both, one after the other. */
const joinable: ReadonlySet<string> = new Set(['medicalAlert', 'address', 'reason', 'note']);

/** The sessions of a planned absence, of which none means all: two such lists cannot be put together. */
const wholeList = 'sessions';

/** Whether the role may see and decide the conflict. */
export function maySeeConflict(role: Role, { table, field, isSealed }: FieldConflict): boolean {
  const permission = isSealed ? permissionByField[field] : (permissionByTable[table] ?? 'students.edit');
  return permission !== undefined && reachOf(role, permission) === 'school';
}

/** Both values in one, where that makes sense; undefined where it does not. */
export function keptBoth({ field, values }: FieldConflict): unknown {
  if (values.every(({ value }) => Array.isArray(value)) && field !== wholeList) {
    return [...new Set(values.flatMap(({ value }) => (Array.isArray(value) ? value.map(String) : [])))];
  }
  if (!joinable.has(field)) return undefined;
  const texts = values.map(({ value }) => (typeof value === 'string' ? value.trim() : ''));
  return [...new Set(texts)].filter((text) => text !== '').join('; ');
}

/** A conflict as the window shows it. `labels` are the desks' names by id. */
export function toShownConflict(
  connection: Connection,
  db: ReadableDb,
  labels: ReadonlyMap<string, string>,
  conflict: FieldConflict,
): Conflict {
  const { table, key, field, values } = conflict;
  const cell = table === 'mark' ? parseMarkKey(key, field) : undefined;
  return {
    id: `${table} ${key} ${field}`,
    table,
    field,
    title: titleOf(connection, cell?.student ?? key),
    register:
      cell === undefined
        ? null
        : { day: cell.day, class: titleOf(connection, cell.class), session: cell.session },
    input: inputOf(conflict),
    canKeepBoth: keptBoth(conflict) !== undefined,
    values: values.map(({ version, value }, index) => {
      const [hlc = 0, ordinal = 0, seq = 0] = version.split('.').map(Number);
      return {
        version,
        value: shownValue(value),
        by: authorOf(connection, db, ordinal, seq),
        desk: deskLabel(connection, labels, ordinal),
        atMs: hlcToMs(hlc),
        isShown: index === 0,
      };
    }),
  };
}

/** Which cell a conflict's name is about; undefined where it is about no mark. */
export function parseMarkId(id: string): MarkCell | undefined {
  const [table, ...parts] = id.split(' ');
  return table === 'mark' ? parseMarkKey(parts.slice(0, -1).join(' '), parts.at(-1) ?? '') : undefined;
}

function parseMarkKey(key: string, column: string): MarkCell | undefined {
  const [onDay, of, session, student] = key.split(' ');
  const parsed = markCell.safeParse({ day: onDay, class: of, session, student, column });
  return parsed.success ? parsed.data : undefined;
}

const markCell = z.strictObject({
  day,
  class: classId,
  session: registerSession,
  student: studentId,
  column: z.enum(['teacher', 'office']),
});
export type MarkCell = z.output<typeof markCell>;

/** A conflict's name, back into the field it is about; undefined for what is none. */
export function parseConflictId(id: string): Pick<FieldConflict, 'table' | 'key' | 'field'> | undefined {
  const parts = /^(?<table>[a-z_]+) (?<key>[0-9a-f]{32}(?: [0-9a-f]{32})?) (?<field>[A-Za-z]+)$/.exec(
    id,
  )?.groups;
  const { table = '', key = '', field = '' } = parts ?? {};
  const shape = tableShapes.get(table);
  if (shape?.definition.kind !== 'record' || !writtenFields(shape).includes(field)) return undefined;
  return key.split(' ').length === shape.definition.key.length ? { table, key, field } : undefined;
}

/** What a third value may be. */
export function inputOf({ table, field, values }: FieldConflict): Conflict['input'] {
  if (field === wholeList) return 'none';
  if (values.some(({ value }) => Array.isArray(value))) return 'list';
  if (values.some(({ value }) => typeof value === 'boolean')) return 'yes-no';
  if (values.some(({ value }) => typeof value === 'number')) return 'number';
  return freeText[table]?.includes(field) === true ? 'text' : 'none';
}

function shownValue(value: unknown): Conflict['values'][number]['value'] {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return Array.isArray(value) ? value.map(String) : null;
}

/** What a record is called: a person's name, a title, a day. */
function titleOf(connection: Connection, key: string): string {
  const [first = ''] = key.split(' ');
  const title = connection
    .prepare<Record<string, Buffer>, string>(
      `SELECT coalesce(nullif(preferred_given_name, ''), given_name) || ' ' || coalesce(nullif(preferred_family_name, ''), family_name)
         FROM student WHERE id = @id
       UNION ALL SELECT given_name || ' ' || family_name FROM guardian WHERE id = @id
       UNION ALL SELECT given_name || ' ' || family_name FROM staff WHERE id = @id
       UNION ALL SELECT title FROM "class" WHERE id = @id
       UNION ALL SELECT title FROM course WHERE id = @id
       UNION ALL SELECT title FROM academic_session WHERE id = @id
       UNION ALL SELECT day FROM calendar_day WHERE id = @id
       UNION ALL SELECT name FROM school WHERE id = @id
       UNION ALL SELECT coalesce(nullif(s.preferred_given_name, ''), s.given_name) || ' ' || coalesce(nullif(s.preferred_family_name, ''), s.family_name)
         FROM planned_absence p JOIN student s ON s.id = p.student WHERE p.id = @id
       UNION ALL SELECT s.given_name || ' ' || s.family_name FROM enrolment e JOIN student s ON s.id = e.person WHERE e.id = @id
       UNION ALL SELECT s.given_name || ' ' || s.family_name FROM group_member g JOIN student s ON s.id = g.student WHERE g.id = @id
       UNION ALL SELECT k.given_name || ' ' || k.family_name || ' / ' || s.given_name || ' ' || s.family_name
         FROM person_merge m JOIN student k ON k.id = m.kept JOIN student s ON s.id = m.merged WHERE m.id = @id
       UNION ALL SELECT title FROM student_group WHERE id = @id
       UNION ALL SELECT title FROM saved_list WHERE id = @id
       UNION ALL SELECT title FROM import_mapping WHERE id = @id
       UNION ALL SELECT code FROM code_edit WHERE id = @id
       UNION ALL SELECT from_day FROM day_times WHERE id = @id`,
    )
    .pluck()
    .get({ id: Buffer.from(first, 'hex') });
  return title ?? '';
}

function authorOf(connection: Connection, db: ReadableDb, ordinal: number, seq: number): string | null {
  const own = connection
    .prepare<[number, number], string | null>(
      `SELECT body ->> '$.by' FROM change, "desk" WHERE change.seq = ? AND "desk".ordinal = ? AND "desk".is_local`,
    )
    .pluck()
    .get(seq, ordinal);
  const other = connection
    .prepare<[number, number], Buffer>(
      'SELECT author FROM sync_change WHERE desk = ? AND seq = ? AND author IS NOT NULL',
    )
    .pluck()
    .get(ordinal, seq);
  const author = userId.safeParse(own ?? other?.toString('hex'));
  if (!author.success) return null;
  const row = db.select({ name: account.displayName }).from(account).where(eq(account.id, author.data)).get();
  return row?.name ?? null;
}

function deskLabel(connection: Connection, labels: ReadonlyMap<string, string>, ordinal: number): string {
  const row = connection
    .prepare<[number], { id: Buffer; label: string }>('SELECT id, label FROM "desk" WHERE ordinal = ?')
    .get(ordinal);
  return (row && labels.get(row.id.toString('hex'))) ?? row?.label ?? '';
}
