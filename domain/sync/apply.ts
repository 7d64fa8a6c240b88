import { deleted, mergeWrite, unwritten, type FieldState } from './merge.ts';
import { plainOperation, type PlainOperation } from './part.ts';
import type { Version } from './version.ts';

/** Where an operation comes from. */
export interface OperationStamp {
  readonly version: Version;
  readonly by: string | null;
  /** The channel's number that its writer had read up to. */
  readonly seen: number;
  /** The channel's number of the batch that brought it. */
  readonly seq: number;
  /** Its place in its change. */
  readonly index: number;
}

/** A field's versions. What stands for a value is the store's own affair, but for the value of the write at hand. */
export type RecordField = FieldState<unknown>;

/**
 * The records of a desk as the merge sees them. All of it happens inside one transaction of the caller's.
 */
export interface RecordStore {
  /** Whether this version of the application knows the table; for a put, which of the fields. */
  knowsTable(table: string): boolean;
  knowsField(table: string, field: string): boolean;
  /** Whether records of the table can be deleted in this version of the application. */
  canDelete(table: string): boolean;
  /** Whether this version of the application takes purges of other desks. */
  canPurge(): boolean;
  /** A record or fact that this one hangs on is not here yet. */
  isParentMissing(operation: Extract<PlainOperation, { op: 'put' | 'add' }>): boolean;
  /** Earlier operations on this record wait already: this one waits behind them. */
  isWaiting(table: string, key: string): boolean;
  /** The fields of a record as they stand; `all` for every field that was ever written. */
  readFields(
    table: string,
    key: string,
    names: readonly string[] | 'all',
  ): Readonly<Record<string, RecordField>>;
  /** Writes fields that changed, makes the record where it is not there, removes it when nothing but deletions is left. */
  writeFields(
    table: string,
    key: string,
    fields: Readonly<Record<string, RecordField>>,
    stamp: OperationStamp,
  ): void;
  /** Adds facts; those that are there already stay as they are. */
  addFacts(operation: Extract<PlainOperation, { op: 'add' }>, stamp: OperationStamp): void;
  /** A version that has been taken in, with all before it of the same writer: nothing needs to be remembered of it. */
  isReceived(version: Version): boolean;

  isPurged(subject: string): boolean;
  /** Destroys the subject's key, rows and parts of stored changes, and enters it in the purge ledger. */
  purge(subject: string): void;
  setHold(id: string, subject: string, isOpen: boolean): void;
  isHeld(subject: string): boolean;
  /** Keeps a purge until the last hold of its subject closes; gives it back then. */
  parkPurge(subject: string): void;
  isPurgeParked(subject: string): boolean;
}

/** What of an operation was not applied now, and why: it is kept and tried again. */
export interface Waiting {
  readonly reason: 'parent' | 'unknown-kind';
  readonly operation: unknown;
}

/**
 * Applies one operation of another desk, or of an earlier incarnation of this one.
 *
 * Gives what has to wait: fields that this version does not know wait alone, the known ones are applied. `isRetry` is for
 * an operation that stands first among those that wait for its record.
 */
export function applyOperation(
  store: RecordStore,
  raw: unknown,
  stamp: OperationStamp,
  isRetry = false,
): Waiting | undefined {
  const parsed = plainOperation.safeParse(raw);
  if (!parsed.success) return { reason: 'unknown-kind', operation: raw };
  const operation = parsed.data;
  switch (operation.op) {
    case 'purge':
      if (!store.canPurge()) return { reason: 'unknown-kind', operation };
      purgeOrPark(store, operation.subject);
      return undefined;
    case 'hold':
      store.setHold(operation.id, operation.subject, operation.isOpen);
      if (!store.isHeld(operation.subject) && store.isPurgeParked(operation.subject)) {
        store.purge(operation.subject);
      }
      return undefined;
    case 'put':
      return put(store, operation, stamp, isRetry);
    case 'add':
      if (!store.knowsTable(operation.table)) return { reason: 'unknown-kind', operation };
      if (store.isParentMissing(operation)) return { reason: 'parent', operation };
      store.addFacts(operation, stamp);
      return undefined;
    case 'delete':
      if (!store.knowsTable(operation.table) || !store.canDelete(operation.table))
        return { reason: 'unknown-kind', operation };
      if (!isRetry && store.isWaiting(operation.table, operation.key)) return { reason: 'parent', operation };
      return deleteRecord(store, operation, stamp);
  }
}

/** Purge wins over edits, not over a hold (SECURITY §6.7). */
export function purgeOrPark(store: RecordStore, subject: string): void {
  if (store.isHeld(subject)) store.parkPurge(subject);
  else store.purge(subject);
}

function put(
  store: RecordStore,
  operation: Extract<PlainOperation, { op: 'put' }>,
  stamp: OperationStamp,
  isRetry: boolean,
): Waiting | undefined {
  const { table, key, over = {} } = operation;
  if (!store.knowsTable(table)) return { reason: 'unknown-kind', operation };
  const mustQueue = !isRetry && store.isWaiting(table, key);
  if (mustQueue || store.isParentMissing(operation)) return { reason: 'parent', operation };
  const [known, unknown] = parted(Object.entries(operation.fields), ([field]) =>
    store.knowsField(table, field),
  );
  const before = store.readFields(
    table,
    key,
    known.map(([field]) => field),
  );
  const isReceived = (version: Version): boolean => store.isReceived(version);
  const after = Object.fromEntries(
    known.map(([field, value]) => [
      field,
      mergeWrite<unknown>(
        before[field] ?? unwritten,
        { version: stamp.version, over: over[field] ?? [], value },
        isReceived,
      ),
    ]),
  );
  store.writeFields(table, key, after, stamp);
  // The known ones are done: applied once more they could bring back what has been superseded since.
  return unknown.length === 0
    ? undefined
    : { reason: 'unknown-kind', operation: { ...operation, fields: Object.fromEntries(unknown) } };
}

function deleteRecord(
  store: RecordStore,
  operation: Extract<PlainOperation, { op: 'delete' }>,
  stamp: OperationStamp,
): Waiting | undefined {
  const { table, key, over } = operation;
  const before = store.readFields(table, key, 'all');
  const isReceived = (version: Version): boolean => store.isReceived(version);
  const [known, unknown] = parted(Object.entries(over), ([field]) => store.knowsField(table, field));
  const after = Object.fromEntries(
    known.map(([field, bases]) => [
      field,
      mergeWrite<unknown>(
        before[field] ?? unwritten,
        { version: stamp.version, over: bases, value: deleted },
        isReceived,
      ),
    ]),
  );
  store.writeFields(table, key, after, stamp);
  return unknown.length === 0
    ? undefined
    : { reason: 'unknown-kind', operation: { ...operation, over: Object.fromEntries(unknown) } };
}

function parted<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
