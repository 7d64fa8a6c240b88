import { getTableConfig } from 'drizzle-orm/sqlite-core';
import { getTableName } from 'drizzle-orm';
import { z } from 'zod';
import type { OperationStamp, RecordField, RecordStore } from '../../domain/sync/apply.ts';
import type { PlainOperation as WireOperation } from '../../domain/sync/part.ts';
import type { Version } from '../../domain/sync/version.ts';
import { assert } from '../../domain/result.ts';
import {
  addFacts,
  insertRecord,
  keyCondition,
  parseVersions,
  sealFields,
  shapeOf,
  subjectOf,
  updateRecord,
  versionOf,
  type ChangeStamp,
  type FieldSealer,
  type FieldVersions,
} from '../changes/write-change.ts';
import { factTableName, tableShapes, type TableShape } from '../changes/tables.ts';
import type { WritableDb } from '../handles.ts';
import type { Connection } from '../open-store.ts';
import { createHeadStore, type StoredValue } from './heads.ts';
import { createMarkConflicts } from './mark-conflicts.ts';
import type { WriterNames } from './writers.ts';

type Fields = Readonly<Record<string, unknown>>;

const markCell = z.object({
  day: z.string(),
  class: z.string(),
  session: z.string(),
  student: z.string(),
  column: z.enum(['teacher', 'office']),
});

/** Where the value of a standing head is: in its row, or beside it. The write at hand has its value itself. */
type Place = { readonly in: 'row' } | { readonly in: 'beside'; readonly stored: StoredValue };

function isPlace(value: unknown): value is Place {
  return typeof value === 'object' && value !== null && 'in' in value;
}

/** The records and facts of a store as the merge writes them; what concerns purging is `createPurges`. */
export type SyncedRecords = Pick<
  RecordStore,
  | 'knowsTable'
  | 'knowsField'
  | 'canDelete'
  | 'canPurge'
  | 'isParentMissing'
  | 'readFields'
  | 'writeFields'
  | 'addFacts'
>;

export function createSyncedRecords(options: {
  readonly connection: Connection;
  readonly db: WritableDb;
  readonly sealer: FieldSealer;
  readonly writers: WriterNames;
}): SyncedRecords {
  const { connection, db, sealer, writers } = options;
  const heads = createHeadStore(connection, writers);
  const parents = new Map<string, (fields: Fields) => boolean>();
  const markConflicts = createMarkConflicts(connection);
  const addOrigin = connection.prepare('INSERT OR IGNORE INTO sync_change VALUES (?, ?, ?, ?, ?)');

  function readRow(shape: TableShape, keys: Fields): Record<string, unknown> | undefined {
    const [row] = db
      .select(shape.columns)
      .from(shape.definition.table)
      .where(keyCondition(shape, keys))
      .all();
    return row;
  }

  /** Whether a row that one of the fields refers to is not in the store. */
  function isReferenceMissing(shape: TableShape, fields: Fields): boolean {
    let check = parents.get(shape.name);
    if (check === undefined) parents.set(shape.name, (check = referenceCheck(shape)));
    return check(fields);
  }

  function referenceCheck(shape: TableShape): (fields: Fields) => boolean {
    const { foreignKeys } = getTableConfig(shape.definition.table);
    const checks = foreignKeys.map((foreignKey) => {
      const { columns, foreignTable, foreignColumns } = foreignKey.reference();
      const [column, target] = [columns[0], foreignColumns[0]];
      assert(
        columns.length === 1 && column !== undefined && target !== undefined,
        'a reference is one column',
      );
      const property = Object.keys(shape.columns).find((name) => shape.columns[name] === column);
      assert(property !== undefined, 'a reference is a column of its table');
      const find = connection
        .prepare<[Buffer]>(`SELECT 1 FROM "${getTableName(foreignTable)}" WHERE "${target.name}" = ?`)
        .pluck();
      return (fields: Fields): boolean => {
        const value = fields[property];
        return typeof value === 'string' && find.get(Buffer.from(value, 'hex')) === undefined;
      };
    });
    return (fields) => checks.some((isMissing) => isMissing(fields));
  }

  function isParentMissing(operation: Extract<WireOperation, { op: 'put' | 'add' }>): boolean {
    const shape = shapeOf(operation.table);
    if (operation.op === 'add') {
      return operation.rows.some((row) => isReferenceMissing(shape, { ...operation.shared, ...row }));
    }
    if (isReferenceMissing(shape, operation.fields)) return true;
    // A record begins whole: what writes some of its fields waits for what made it.
    const isWhole = requiredFields(shape).every((field) => operation.fields[field] !== undefined);
    return !isWhole && readRow(shape, keyFields(shape, operation.key)) === undefined;
  }

  function readFields(table: string, key: string): Record<string, RecordField> {
    const shape = shapeOf(table);
    const row = readRow(shape, keyFields(shape, key));
    if (row === undefined) return {};
    const versions = parseVersions(String(row['versions']));
    const covered = heads.covered(table, key);
    const beside = heads.beside(table, key);
    return Object.fromEntries(
      writtenFields(shape).map((field) => {
        const others = beside.filter((head) => head.field === field);
        const shown = { version: writers.toVersion(versionOf(versions, field)), value: { in: 'row' } };
        const all = [
          shown,
          ...others.map((head) => ({ version: head.version, value: { in: 'beside', stored: head } })),
        ];
        return [field, { heads: all, covered: covered.get(field) ?? {} }];
      }),
    );
  }

  function writeFields(
    table: string,
    key: string,
    fields: Readonly<Record<string, RecordField>>,
    stamp: OperationStamp,
  ): void {
    const shape = shapeOf(table);
    const keys = keyFields(shape, key);
    const row = readRow(shape, keys);
    noteOrigin(stamp);
    const text = writers.toText(stamp.version);
    const seal = (field: string, value: unknown): unknown =>
      sealFields(shape, { ...aboutOf(shape, row), ...keys, [field]: value }, key, text, sealer)[field];
    if (row === undefined) {
      const plain = Object.fromEntries(
        Object.entries(fields).map(
          ([
            field,
            {
              heads: [head],
            },
          ]) => [field, head?.value ?? null],
        ),
      );
      const stored = sealFields(shape, { ...keys, ...plain }, key, text, sealer);
      insertRecord(db, shape, stored, { ...keys, ...plain }, text);
      for (const [field, state] of Object.entries(fields)) keepCovered(table, key, field, {}, state);
      return;
    }
    const versions = parseVersions(String(row['versions']));
    const before = heads.covered(table, key);
    const next: Record<string, string> = { ...versions };
    const changed: Record<string, unknown> = {};
    for (const [field, state] of Object.entries(fields)) {
      if (shape.definition.key.includes(field)) continue;
      keepCovered(table, key, field, before.get(field) ?? {}, state);
      const [shown, ...others] = state.heads;
      assert(shown !== undefined, 'a field that was written has a head');
      const isNewShown = !isPlace(shown.value) || shown.value.in === 'beside';
      const besideNow = others.map(({ version, value }) => ({
        version,
        ...storedValue(shape, row, field, value, seal),
      }));
      const hadBeside = heads.beside(table, key).some((head) => head.field === field);
      if (hadBeside || besideNow.length > 0) {
        const subject = shape.definition.subject === null ? null : subjectOf(shape, { ...row, ...keys });
        heads.setBeside(table, key, field, subject ?? subjectBeside(shape, row), besideNow);
      }
      if (!isNewShown) continue;
      next[field] = writers.toText(shown.version);
      changed[field] = isPlace(shown.value) ? fromBeside(shown.value) : seal(field, shown.value);
    }
    if (Object.keys(changed).length > 0)
      updateRecord(db, shape, keys, { ...keys, ...changed }, compact(shape, next));
  }

  function noteOrigin({ version: [, desk, incarnation, seq], by, seen, seq: number }: OperationStamp): void {
    const author = by === null ? null : Buffer.from(by, 'hex');
    addOrigin.run(writers.ordinalOf(desk, incarnation), seq, author, seen, number);
  }

  function keepCovered(
    table: string,
    key: string,
    field: string,
    before: RecordField['covered'],
    { covered }: RecordField,
  ): void {
    if (JSON.stringify(before) !== JSON.stringify(covered)) heads.setCovered(table, key, field, covered);
  }

  return {
    knowsTable: (table) => tableShapes.has(table),
    knowsField: (table, field) => {
      const shape = shapeOf(table);
      return shape.definition.key.includes(field) || writtenFields(shape).includes(field);
    },
    // No command of this version deletes a record: what does comes from a newer one, and waits for it.
    canDelete: () => false,
    // A purge needs the signatures of SECURITY §4, which no command of this version makes: one that comes waits for a version that judges them.
    canPurge: () => false,
    isParentMissing,
    readFields: (table, key, names) => {
      const all = readFields(table, key);
      return names === 'all'
        ? all
        : Object.fromEntries(names.flatMap((name) => (all[name] ? [[name, all[name]]] : [])));
    },
    writeFields,
    addFacts(operation, stamp) {
      addFacts(
        db,
        { op: 'add', table: factTableName(operation.table), shared: operation.shared, rows: operation.rows },
        factStamp(writers, stamp.version),
        sealer,
      );
      noteOrigin(stamp);
      if (operation.table !== 'mark') return;
      for (const row of operation.rows) markConflicts.review(markCell.parse({ ...operation.shared, ...row }));
    },
  };
}

/** The column that names whom a row is about, where it is none of its key: who seals a field of a row asks for it. */
function aboutOf(shape: TableShape, row: Fields | undefined): Fields {
  const { subject } = shape.definition;
  return subject === null || row === undefined ? {} : { [subject]: row[subject] };
}

/** What facts of a version carry. */
function factStamp(writers: WriterNames, [hlc, desk, incarnation, seq]: Version): ChangeStamp {
  return { hlc, deskOrdinal: writers.ordinalOf(desk, incarnation), seq };
}

/** A row's name in changes, back into its key values. */
export function keyFields(shape: TableShape, key: string): Fields {
  const values = key.split(' ');
  return Object.fromEntries(shape.definition.key.map((property, index) => [property, values[index]]));
}

/** The fields that areas write: all but the key, the versions and what every desk derives for itself. */
export function writtenFields(shape: TableShape): readonly string[] {
  return Object.keys(shape.columns).filter(
    (property) =>
      !shape.definition.key.includes(property) && !['versions', 'searchKey', 'sortKey'].includes(property),
  );
}

function requiredFields(shape: TableShape): readonly string[] {
  return writtenFields(shape).filter((property) => shape.columns[property]?.notNull === true);
}

/** Whom a value beside belongs to where the table seals nothing of its own: the student of a link or an enrolment. */
function subjectBeside(shape: TableShape, row: Fields): string | null {
  if (shape.name === 'guardian_link') return String(row['student']);
  return shape.name === 'enrolment' && row['role'] === 'student' ? String(row['person']) : null;
}

function storedValue(
  shape: TableShape,
  row: Fields,
  field: string,
  value: unknown,
  seal: (field: string, value: unknown) => unknown,
): StoredValue {
  if (isPlace(value) && value.in === 'beside') return value.stored;
  const stands = isPlace(value) ? row[field] : shape.sealed.has(field) ? seal(field, value) : value;
  return stands instanceof Uint8Array
    ? { value: null, envelope: stands }
    : { value: JSON.stringify(stands ?? null), envelope: null };
}

function fromBeside(place: Place): unknown {
  assert(place.in === 'beside', 'a value from beside');
  const { value, envelope } = place.stored;
  return value === null ? envelope : JSON.parse(value);
}

/** One `*` for all where every field has the same version: so most rows stay short. */
function compact(shape: TableShape, versions: FieldVersions): FieldVersions {
  const all = new Set(writtenFields(shape).map((field) => versionOf(versions, field)));
  const [only] = all;
  return all.size === 1 && only !== undefined ? { '*': only } : versions;
}
