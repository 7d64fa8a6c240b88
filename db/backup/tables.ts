import type { Connection } from '../open-store.ts';

/**
 * Where a table's rows go in a backup (SECURITY §4).
 *
 * `student`: into the part of the student whom the SQL expression names, or among the rest where it names none.
 * `changes`: each change is taken apart, what concerns a student goes with the student. `ring`: keys, only ever in the
 * key ring. `log`: the audit log, which travels as its own bundle; its other tables are derived from that.
 */
export type BackupPlace =
  | { readonly kind: 'student'; readonly student: string }
  | { readonly kind: 'rest' | 'changes' | 'ring' | 'log' };

const rest = { kind: 'rest' } as const;
const ring = { kind: 'ring' } as const;
const log = { kind: 'log' } as const;
const ofStudentBytes = `(SELECT CASE WHEN b.subject IN (SELECT id FROM student) THEN b.subject END FROM sync_blob b
  WHERE b.desk = sync_bytes.desk AND b.incarnation = sync_bytes.incarnation AND b.batch = sync_bytes.batch AND b.position = sync_bytes.position)`;
/** Subjects are students, and guardians, who have no part of their own. */
const ofStudent = 'CASE WHEN subject IN (SELECT id FROM student) THEN subject END';

/** Every table of the store with its place in a backup. A table that is not here stops a backup: nothing is left out by oversight. */
export const backupTables: Readonly<Record<string, BackupPlace>> = {
  school: rest,
  desk: rest,
  local_state: rest,
  limit_counter: rest,
  account: rest,
  membership_entry: rest,
  calendar_day: rest,
  register_taken: rest,
  academic_session: rest,
  course: rest,
  class: rest,
  staff: rest,
  guardian: rest,
  roster_import: rest,
  student: { kind: 'student', student: 'id' },
  guardian_link: { kind: 'student', student: 'student' },
  enrolment: { kind: 'student', student: "CASE role WHEN 'student' THEN person END" },
  mark: { kind: 'student', student: 'student' },
  planned_absence: { kind: 'student', student: 'student' },
  contact: { kind: 'student', student: 'student' },
  movement: { kind: 'student', student: 'student' },
  person_merge: { kind: 'student', student: 'merged' },
  student_group: rest,
  group_member: { kind: 'student', student: 'student' },
  saved_list: rest,
  code_edit: rest,
  day_times: rest,
  import_mapping: rest,
  change: { kind: 'changes' },
  field_key: ring,
  subject_key: ring,
  audit_leaf: log,
  audit_body: log,
  audit_subject: log,
  audit_actor: log,
  audit_redaction: log,
  audit_checkpoint: log,
  audit_witness: log,
  sync_batch: rest,
  sync_blob: { kind: 'student', student: ofStudent },
  sync_bytes: { kind: 'student', student: ofStudentBytes },
  sync_chain: rest,
  sync_stalled: rest,
  sync_waiting: { kind: 'student', student: ofStudent },
  sync_change: rest,
  mark_conflict: { kind: 'student', student: 'student' },
  field_head: { kind: 'student', student: ofStudent },
  field_cover: rest,
  purge_ledger: rest,
  purged_tag: rest,
  purge_hold: rest,
  parked_purge: rest,
  sync_alarm: rest,
  membership_record: rest,
  membership_waiting: rest,
  group_key: rest,
};

/** The tables that are really in a store, by name. */
export function storeTables(connection: Connection): readonly string[] {
  return connection
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )
    .pluck()
    .all();
}

/** The columns of a table in the order in which they were declared. */
export function columnsOf(connection: Connection, table: string): readonly string[] {
  return connection
    .prepare<[string], string>('SELECT name FROM pragma_table_info(?) ORDER BY cid')
    .pluck()
    .all(table);
}

/** A name as SQL takes it: some of ours, such as `class`, are words of SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The students of a store, by id in hex. */
export function studentIds(connection: Connection, which: 'all' | 'without-key'): readonly string[] {
  const condition = which === 'all' ? '' : 'WHERE id NOT IN (SELECT subject FROM subject_key)';
  return connection
    .prepare<[], Buffer>(`SELECT id FROM student ${condition}`)
    .pluck()
    .all()
    .map((id) => id.toString('hex'));
}
