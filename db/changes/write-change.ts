import { and, eq, inArray, sql, type SQL } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { assert } from '../../domain/result.ts';
import type { Change, ChangeOperation } from '../../domain/sync/change.ts';
import { textToId, type UserId } from '../../domain/ids.ts';
import type { Hlc, Version } from '../../domain/sync/version.ts';
import { noteMarks } from '../attendance/marked-days.ts';
import type { ReadableDb, WritableDb } from '../handles.ts';
import { deriveStudentKeys } from '../people/name-keys.ts';
import { change as changeTable, desk as deskTable } from '../school/schema.ts';
import { fieldHead, markConflict } from '../sync/schema.ts';
import {
  tableShapes,
  type FactTableName,
  type RecordTableName,
  type SyncedTableName,
  type syncedTables,
  type TableShape,
} from './tables.ts';

/** Seals and opens the `high` and `special` fields of one person under that person's key (SECURITY §4). */
export interface FieldSealer {
  seal(subject: string, cell: FieldCell, plaintext: string): Uint8Array;
  /** Throws when the envelope does not open: the store is damaged. */
  open(subject: string, cell: FieldCell, envelope: Uint8Array): string;
}

export interface FieldCell {
  readonly table: SyncedTableName | 'sync_waiting';
  readonly column: string;
  readonly row: string;
  /** The field's version in its local text form. */
  readonly version: string;
}

type InsertOf<N extends SyncedTableName> = (typeof syncedTables)[N]['table']['$inferInsert'];

/** The fields of a table as areas write them: sealed ones as text, versions left out. */
export type FieldsOf<N extends SyncedTableName> = {
  [C in Exclude<keyof InsertOf<N>, 'versions' | 'hlc' | 'desk' | 'seq' | 'searchKey' | 'sortKey'>]?:
    (Exclude<InsertOf<N>[C], null | undefined> extends Uint8Array ? string : InsertOf<N>[C]) | undefined;
};

/** What one command does to one aggregate; all of it becomes one change. */
export interface ChangeBuilder {
  /** Writes the given fields of a record and leaves the others; `key` names the record, made when it is not there. */
  put<N extends RecordTableName>(table: N, fields: FieldsOf<N>): void;
  /** Writes a field over every value that stands, also over those of other desks beside the shown one: a person has decided. */
  decide(table: RecordTableName, fields: Fields): void;
  /** Adds facts; `shared` holds what all rows have in common. */
  add<N extends FactTableName>(table: N, shared: FieldsOf<N>, rows: readonly FieldsOf<N>[]): void;
}

/** The one way in which areas write records and facts: every effect has its change, in the same transaction. */
export interface ChangeWriter {
  /** `by` is the account that makes the change; left out where the application makes it itself. */
  write(aggregate: { type: string; id: string }, build: (builder: ChangeBuilder) => void, by?: UserId): void;
  /** After a rollback: forgets the numbers given out in it. */
  reset(): void;
}

export interface ChangeOrigin {
  readonly school: string;
  readonly desk: string;
  readonly incarnation: number;
  readonly deskOrdinal: number;
  /** The channel's number up to which this desk has read: what is newer the change did not know. */
  readonly seen: () => number;
}

/** The writer of this desk's own changes. `nextTime` gives strictly increasing hybrid logical times. */
export function createChangeWriter(
  db: WritableDb,
  origin: ChangeOrigin,
  sealer: FieldSealer,
  nextTime: () => Hlc,
): ChangeWriter {
  let nextSeq = readNextSeq(db);
  const findHeadBeside = db.select({ key: fieldHead.key }).from(fieldHead).limit(1).prepare();
  const findMarkConflict = db.select({ day: markConflict.day }).from(markConflict).limit(1).prepare();
  const insertChange = db
    .insert(changeTable)
    .values({
      seq: sql.placeholder('seq'),
      hlc: sql.placeholder('hlc'),
      aggregateType: sql.placeholder('aggregateType'),
      aggregateId: sql.placeholder('aggregateId'),
      body: sql.placeholder('body'),
    })
    .prepare();

  return {
    write(aggregate, build, by) {
      const operations: (PlainOperation & { readonly decides?: true })[] = [];
      build({
        put: (table, fields) => operations.push({ op: 'put', table, fields: withoutUndefined(fields) }),
        decide: (table, fields) => operations.push({ op: 'put', table, fields, decides: true }),
        add: (table, shared, rows) =>
          operations.push({
            op: 'add',
            table,
            shared: withoutUndefined(shared),
            rows: rows.map(withoutUndefined),
          }),
      });
      if (operations.length === 0) return;
      const seq = nextSeq;
      nextSeq += 1;
      const stamp: ChangeStamp = { hlc: nextTime(), deskOrdinal: origin.deskOrdinal, seq };
      const body: Change = {
        v: 1,
        school: origin.school,
        desk: origin.desk,
        incarnation: origin.incarnation,
        seq,
        hlc: stamp.hlc,
        by: by ?? null,
        seen: origin.seen(),
        aggregate: [aggregate.type, aggregate.id],
        operations: operations.map((operation) => {
          if (operation.op === 'add') {
            addFacts(db, operation, stamp, sealer);
            if (operation.table === 'mark' && findMarkConflict.get() !== undefined)
              settleMarks(db, operation);
            return serialisedFacts(operation);
          }
          const shape = shapeOf(operation.table);
          const key = rowKey(shape, operation.fields);
          const beside = operation.decides ? takeHeadsBeside(db, operation.table, key, operation.fields) : {};
          if (findHeadBeside.get() !== undefined)
            dropOwnHeads(db, operation.table, key, operation.fields, origin.deskOrdinal);
          const put = putRecord(db, shape, operation.fields, stamp, sealer);
          const over = Object.fromEntries(
            Object.entries(put.superseded).map(([field, version]) => [
              field,
              [version, ...(beside[field] ?? [])].map((text) => versionParts(db, text, origin)),
            ]),
          );
          return {
            op: 'put' as const,
            table: operation.table,
            key,
            fields: referSealed(shape, put.fields),
            ...(Object.keys(over).length > 0 && { over }),
          };
        }),
      };
      insertChange.run({
        seq,
        hlc: stamp.hlc,
        aggregateType: aggregate.type,
        aggregateId: aggregate.id,
        body: JSON.stringify(body),
      });
    },
    reset() {
      nextSeq = readNextSeq(db);
    },
  };
}

/** When a change was made, by which desk of this store, and its number on that desk's log. */
export interface ChangeStamp {
  readonly hlc: Hlc;
  readonly deskOrdinal: number;
  readonly seq: number;
}

type Fields = Readonly<Record<string, unknown>>;

/** An operation with its sealed fields in clear: as it is made, and as it comes out of a sealed batch. */
export type PlainOperation =
  | { readonly op: 'put'; readonly table: RecordTableName; readonly fields: Fields }
  | {
      readonly op: 'add';
      readonly table: FactTableName;
      readonly shared: Fields;
      readonly rows: readonly Fields[];
    };

/** Writes one operation into its table. */
export function applyOperation(
  db: WritableDb,
  operation: PlainOperation,
  stamp: ChangeStamp,
  sealer: FieldSealer,
): void {
  if (operation.op === 'add') addFacts(db, operation, stamp, sealer);
  else putRecord(db, shapeOf(operation.table), operation.fields, stamp, sealer);
}

/** Who marks a cell here has seen whatever stands in it: where desks disagreed about it, that is decided. */
function settleMarks(db: WritableDb, { shared, rows }: Extract<PlainOperation, { op: 'add' }>): void {
  for (const row of rows) {
    const cell: Fields = { ...shared, ...row };
    const text = (property: string): string => String(cell[property]);
    db.delete(markConflict)
      .where(
        and(
          eq(markConflict.day, text('day')),
          eq(markConflict.class, textToId(text('class'))),
          eq(markConflict.session, text('session')),
          eq(markConflict.student, textToId(text('student'))),
          eq(markConflict.column, text('column')),
        ),
      )
      .run();
  }
}

/** Adds the rows of an operation; a fact that is there already stays as it is. */
export function addFacts(
  db: WritableDb,
  operation: Extract<PlainOperation, { op: 'add' }>,
  stamp: ChangeStamp,
  sealer: FieldSealer,
): void {
  const shape = shapeOf(operation.table);
  for (const row of operation.rows) {
    const fields = { ...operation.shared, ...row };
    addFact(db, shape, fields, stamp, sealer);
    if (operation.table === 'mark') noteMarks(db, String(fields['day']));
  }
}

const versionsSchema = z.record(z.string(), z.string());

/** The local version text of each field of a record: `*` stands for every field that has none of its own. */
export type FieldVersions = Readonly<Record<string, string>>;

/** Reads a record's `versions` column. */
export function parseVersions(text: string): FieldVersions {
  return versionsSchema.parse(JSON.parse(text));
}

/** The version of one field of a record. */
export function versionOf(versions: FieldVersions, field: string): string {
  const found = versions[field] ?? versions['*'];
  assert(found !== undefined, 'a record has a version for every field');
  return found;
}

/** The version text that a stamp gives to what it writes: `hlc.desk.seq`, local to this store. */
export function stampToVersion(stamp: ChangeStamp): string {
  return `${stamp.hlc}.${stamp.deskOrdinal}.${stamp.seq}`;
}

/** The name of a row in changes and envelopes: its key values, joined by a space. */
export function rowKey(shape: TableShape, fields: Fields): string {
  return shape.definition.key.map((property) => String(fields[property])).join(' ');
}

/** The shape of a synced table. Throws for any other name. */
export function shapeOf(name: string): TableShape {
  const shape = tableShapes.get(name);
  assert(shape !== undefined, `${name} is a synced table`);
  return shape;
}

/** Gives every field that the operation wrote, and for each that had a version, the one it superseded. */
function putRecord(
  db: WritableDb,
  shape: TableShape,
  fields: Fields,
  stamp: ChangeStamp,
  sealer: FieldSealer,
): { readonly fields: Fields; readonly superseded: Readonly<Record<string, string>> } {
  const row = rowKey(shape, fields);
  const version = stampToVersion(stamp);
  const present = statementsOf(db, shape).versions.get(fields);
  if (present === undefined) {
    // A record begins whole: every field has the version of the change that made it.
    const whole = { ...emptyFields(shape), ...fields };
    insertRecord(db, shape, sealFields(shape, whole, row, version, sealer), fields, version);
    return { fields: whole, superseded: {} };
  }
  const stored = sealFields(shape, fields, row, version, sealer);
  const versions = parseVersions(z.string().parse(present[0]));
  const changed = Object.keys(fields).filter((property) => !shape.definition.key.includes(property));
  const superseded = Object.fromEntries(changed.map((property) => [property, versionOf(versions, property)]));
  const next = { ...versions, ...Object.fromEntries(changed.map((property) => [property, version])) };
  updateRecord(db, shape, fields, stored, next);
  return { fields, superseded };
}

/** Makes a row. `stored` has its sealed fields as envelopes, `plain` in clear. */
export function insertRecord(
  db: WritableDb,
  shape: TableShape,
  stored: Fields,
  plain: Fields,
  version: string,
): void {
  const derived = shape.name === 'student' ? deriveStudentKeys(plain) : {};
  statementsOf(db, shape).insert.run({
    ...emptyRow(shape),
    ...stored,
    ...derived,
    versions: JSON.stringify({ '*': version }),
  });
}

/** Writes fields of a row that is there, sealed ones as envelopes. `fields` name the row by its key. */
export function updateRecord(
  db: WritableDb,
  shape: TableShape,
  fields: Fields,
  stored: Fields,
  versions: FieldVersions,
): void {
  db.update(shape.definition.table)
    .set({ ...withoutKey(shape, stored), versions: JSON.stringify(versions) })
    .where(keyCondition(shape, fields))
    .run();
  if (shape.name === 'student') rederiveStudentKeys(db, shape, fields);
}

function addFact(
  db: WritableDb,
  shape: TableShape,
  fields: Fields,
  stamp: ChangeStamp,
  sealer: FieldSealer,
): void {
  const row = rowKey(shape, fields);
  const stored = sealFields(shape, fields, row, stampToVersion(stamp), sealer);
  statementsOf(db, shape).insert.run({
    ...emptyRow(shape),
    ...stored,
    hlc: stamp.hlc,
    desk: stamp.deskOrdinal,
    seq: stamp.seq,
  });
}

/** The fields as their row stores them: those that are sealed as envelopes bound to the version. */
export function sealFields(
  shape: TableShape,
  fields: Fields,
  row: string,
  version: string,
  sealer: FieldSealer,
): Fields {
  const stored: Record<string, unknown> = { ...fields };
  for (const property of shape.sealed) {
    const value = fields[property];
    if (value === undefined || value === null) continue;
    assert(typeof value === 'string', `${shape.name}.${property} is text before it is sealed`);
    // An absent value is stored as no envelope, so that an empty field costs nothing and says nothing.
    stored[property] =
      value === ''
        ? null
        : sealer.seal(subjectOf(shape, fields), { table: shape.name, column: property, row, version }, value);
  }
  return stored;
}

/** Whose key seals the row's fields. */
export function subjectOf(shape: TableShape, fields: Fields): string {
  const { subject } = shape.definition;
  assert(subject !== null, `${shape.name} names the person its sealed fields are about`);
  const value = fields[subject];
  assert(typeof value === 'string', 'a subject is an id');
  return value;
}

function rederiveStudentKeys(db: WritableDb, shape: TableShape, fields: Fields): void {
  const [row] = db.select().from(shape.definition.table).where(keyCondition(shape, fields)).all();
  assert(row !== undefined, 'the student was just written');
  db.update(shape.definition.table).set(deriveStudentKeys(row)).where(keyCondition(shape, fields)).run();
}

function serialisedFacts(operation: Extract<PlainOperation, { op: 'add' }>): ChangeOperation {
  const shape = shapeOf(operation.table);
  return {
    op: 'add',
    table: operation.table,
    shared: referSealed(shape, operation.shared),
    rows: operation.rows.map((row) => referSealed(shape, row)),
  };
}

/** The versions of the values beside the shown ones, field by field; the values themselves go. */
function takeHeadsBeside(
  db: WritableDb,
  table: string,
  key: string,
  fields: Fields,
): Readonly<Record<string, readonly string[]>> {
  const taken: Record<string, string[]> = {};
  for (const field of Object.keys(fields)) {
    const isThis = and(eq(fieldHead.tbl, table), eq(fieldHead.key, key), eq(fieldHead.field, field));
    const heads = db.select().from(fieldHead).where(isThis).all();
    if (heads.length === 0) continue;
    taken[field] = heads.map(({ hlc, desk, seq }) => `${hlc}.${desk}.${seq}`);
    db.delete(fieldHead).where(isThis).run();
  }
  return taken;
}

/**
 * What a desk writes it writes over its own earlier versions (`mergeWrite`): also over one that stands beside the shown one, as every
 * other desk will take it.
 */
function dropOwnHeads(db: WritableDb, table: string, key: string, fields: Fields, deskOrdinal: number): void {
  const isOwn = and(
    eq(fieldHead.tbl, table),
    eq(fieldHead.key, key),
    eq(fieldHead.desk, deskOrdinal),
    inArray(fieldHead.field, Object.keys(fields)),
  );
  db.delete(fieldHead).where(isOwn).run();
}

type StoredFields = Extract<ChangeOperation, { op: 'put' }>['fields'];
const storedValue = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.unknown())]);

function referSealed(shape: TableShape, fields: Fields): StoredFields {
  return Object.fromEntries(
    Object.entries(fields).map(([property, value]) => [
      property,
      shape.sealed.has(property) && value !== null && value !== ''
        ? { sealed: true as const }
        : storedValue.parse(value),
    ]),
  );
}

/** A version of this store as the wire writes it: this desk's own, or of any desk that the store knows. */
function versionParts(db: ReadableDb, text: string, origin: ChangeOrigin): Version {
  const [hlc, ordinal, seq] = text.split('.').map(Number);
  assert(hlc !== undefined && ordinal !== undefined && seq !== undefined, 'a version has three parts');
  if (ordinal === origin.deskOrdinal) return [hlc, origin.desk, origin.incarnation, seq];
  const writer = db.select().from(deskTable).where(eq(deskTable.ordinal, ordinal)).get();
  assert(writer !== undefined, 'the desk of a version is in the store');
  return [hlc, writer.id, writer.incarnation, seq];
}

function readNextSeq(db: ReadableDb): number {
  const [row] = db
    .select({ last: sql<number | null>`max(${changeTable.seq})` })
    .from(changeTable)
    .all();
  return (row?.last ?? 0) + 1;
}

function withoutUndefined(fields: object): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function withoutKey(shape: TableShape, fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).filter(([property]) => !shape.definition.key.includes(property)),
  );
}

/** The fields of a record as areas write them, before anything is known of them. */
function emptyFields(shape: TableShape): Fields {
  const { versions: _versions, searchKey: _searchKey, sortKey: _sortKey, ...fields } = emptyRow(shape);
  return fields;
}

/** A row before anything is known of it: empty text where the column asks for text, else null. */
function emptyRow(shape: TableShape): Fields {
  let row = emptyRows.get(shape.name);
  if (row === undefined) {
    row = Object.fromEntries(
      Object.entries(shape.columns).map(([property, column]) => [
        property,
        column.notNull && column.getSQLType() === 'text' ? '' : null,
      ]),
    );
    emptyRows.set(shape.name, row);
  }
  return row;
}

const emptyRows = new Map<SyncedTableName, Fields>();

/** Finds a row by the key values among `fields`. */
export function keyCondition(shape: TableShape, fields: Fields): SQL {
  const condition = and(
    ...shape.definition.key.map((property) => {
      const column = shape.columns[property];
      assert(column !== undefined, `${shape.name} has the key column ${property}`);
      return eq(column, fields[property]);
    }),
  );
  assert(condition !== undefined, `${shape.name} has a key`);
  return condition;
}

interface Statements {
  readonly insert: { run(values: Record<string, unknown>): unknown };
  readonly versions: { get(values: Record<string, unknown>): unknown[] | undefined };
}

/** Prepared statements by handle and table: building them anew costs more than running them. */
const preparedByDb = new WeakMap<WritableDb, Map<SQLiteTable, Statements>>();

function statementsOf(db: WritableDb, shape: TableShape): Statements {
  let byTable = preparedByDb.get(db);
  if (byTable === undefined) preparedByDb.set(db, (byTable = new Map<SQLiteTable, Statements>()));
  const { table } = shape.definition;
  let statements = byTable.get(table);
  if (statements === undefined) {
    const placeholders = Object.fromEntries(
      Object.keys(shape.columns).map((property) => [property, sql.placeholder(property)]),
    );
    const into = db.insert(table).values(placeholders);
    const insert = (shape.definition.kind === 'fact' ? into.onConflictDoNothing() : into).prepare();
    const { versions } = shape.columns;
    const select =
      versions === undefined
        ? undefined
        : db
            .select({ versions })
            .from(table)
            .where(
              and(
                ...shape.definition.key.map((property) => {
                  const column = shape.columns[property];
                  assert(column !== undefined, `${shape.name} has the key column ${property}`);
                  // A placeholder is not encoded by the column it is compared with, unless it is made a parameter of it.
                  return eq(column, sql.param(sql.placeholder(property), column));
                }),
              ),
            )
            .prepare();
    statements = {
      insert: { run: (values) => insert.run(values) },
      versions: { get: (values) => select?.values(values)[0] },
    };
    byTable.set(table, statements);
  }
  return statements;
}
