import { asc } from 'drizzle-orm';
import { assert } from '../../domain/result.ts';
import { change as changeSchema, type Change } from '../../domain/sync/change.ts';
import type { ReadableDb, WritableDb } from '../handles.ts';
import { change as changeTable } from '../school/schema.ts';
import { fieldHead } from '../sync/schema.ts';
import {
  applyOperation,
  parseVersions,
  rowKey,
  shapeOf,
  subjectOf,
  versionOf,
  type ChangeStamp,
  type FieldSealer,
  type PlainOperation,
} from './write-change.ts';
import { factTableName, recordTableName, type TableShape } from './tables.ts';
import { and, eq } from 'drizzle-orm';

type Fields = Readonly<Record<string, unknown>>;

/** The changes of this desk in order, from `afterSeq` (not included), at most `limit` of them. */
export function readChanges(db: ReadableDb, afterSeq = 0, limit = Number.MAX_SAFE_INTEGER): Change[] {
  return db
    .select({ body: changeTable.body, seq: changeTable.seq })
    .from(changeTable)
    .orderBy(asc(changeTable.seq))
    .all()
    .filter((row) => row.seq > afterSeq)
    .slice(0, limit)
    .map((row) => changeSchema.parse(JSON.parse(row.body)));
}

/**
 * A change's operations with every sealed field's value in clear, as they are sealed for sending.
 * A value that a later change has superseded since is left out: that later change carries the field.
 */
export function openChange(
  db: ReadableDb,
  change: Change,
  deskOrdinal: number,
  sealer: FieldSealer,
): PlainOperation[] {
  const stamp: ChangeStamp = { hlc: change.hlc, deskOrdinal, seq: change.seq };
  return change.operations.map((operation): PlainOperation => {
    const shape = shapeOf(operation.table);
    if (operation.op === 'put') {
      return {
        op: 'put',
        table: recordTableName(operation.table),
        fields: openFields(db, shape, operation.fields, operation.fields, stamp, sealer),
      };
    }
    return {
      op: 'add',
      table: factTableName(operation.table),
      shared: operation.shared,
      rows: operation.rows.map((row) =>
        openFields(db, shape, row, { ...operation.shared, ...row }, stamp, sealer),
      ),
    };
  });
}

/** Folds changes into a store: the one that made them, another desk's, or an empty one. */
export function foldOperations(
  db: WritableDb,
  operations: readonly PlainOperation[],
  stamp: ChangeStamp,
  sealer: FieldSealer,
): void {
  for (const operation of operations) applyOperation(db, operation, stamp, sealer);
}

function openFields(
  db: ReadableDb,
  shape: TableShape,
  fields: Fields,
  whole: Fields,
  stamp: ChangeStamp,
  sealer: FieldSealer,
): Fields {
  if (!Object.values(fields).some(isSealedReference)) return fields;
  const { definition, columns } = shape;
  const conditions = definition.key.map((property) => eq(column(shape, property), whole[property]));
  if (definition.kind === 'fact') {
    conditions.push(eq(column(shape, 'hlc'), stamp.hlc), eq(column(shape, 'desk'), stamp.deskOrdinal));
  }
  const [row] = db
    .select(columns)
    .from(definition.table)
    .where(and(...conditions))
    .all();
  assert(row !== undefined, 'a change refers to a row of its store');
  const stampVersion = `${stamp.hlc}.${stamp.deskOrdinal}.${stamp.seq}`;
  const versions =
    definition.kind === 'record' ? parseVersions(String(row['versions'])) : { '*': stampVersion };
  const opened: Record<string, unknown> = {};
  for (const [property, value] of Object.entries(fields)) {
    if (!isSealedReference(value)) {
      opened[property] = value;
      continue;
    }
    const isShown = versionOf(versions, property) === stampVersion;
    const envelope = isShown
      ? row[property]
      : envelopeBeside(db, shape, rowKey(shape, whole), property, stamp);
    if (!isShown && envelope === undefined) continue;
    assert(envelope instanceof Uint8Array, 'a sealed field at its own version holds an envelope');
    opened[property] = sealer.open(
      subjectOf(shape, whole),
      { table: shape.name, column: property, row: rowKey(shape, whole), version: stampVersion },
      envelope,
    );
  }
  return opened;
}

/** The value of a change that another desk's value is shown before. */
function envelopeBeside(
  db: ReadableDb,
  shape: TableShape,
  key: string,
  field: string,
  { hlc, deskOrdinal, seq }: ChangeStamp,
): Uint8Array | undefined {
  const row = db
    .select({ envelope: fieldHead.envelope })
    .from(fieldHead)
    .where(
      and(
        eq(fieldHead.tbl, shape.name),
        eq(fieldHead.key, key),
        eq(fieldHead.field, field),
        eq(fieldHead.hlc, hlc),
        eq(fieldHead.desk, deskOrdinal),
        eq(fieldHead.seq, seq),
      ),
    )
    .get();
  return row?.envelope ?? undefined;
}

function isSealedReference(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'sealed' in value;
}

function column(shape: TableShape, property: string) {
  const found = shape.columns[property];
  assert(found !== undefined, `${shape.name} has the column ${property}`);
  return found;
}
