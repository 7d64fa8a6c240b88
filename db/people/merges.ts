import { eq, inArray, type SQL } from 'drizzle-orm';
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { StudentId } from '../../domain/ids.ts';
import type { ReadableDb } from '../handles.ts';
import { preparedOnce } from './prepared.ts';
import { personMerge } from './schema.ts';

/**
 * Which student records are one person. The only place that says so: every query that finds or shows a person asks here, and
 * no row of a merged record is ever moved.
 */
export interface Merges {
  /** Whether there is none, as in most stores. */
  readonly isEmpty: boolean;
  /** The records that are shown with another one. */
  readonly hidden: readonly StudentId[];
  /** The record that a person is shown by; the same id for a record that was not merged. */
  keptOf(record: StudentId): StudentId;
  /** Every record of a person, the shown one first. */
  recordsOf(record: StudentId): readonly StudentId[];
  /** The people whose records these are, each once. */
  peopleOf(records: readonly StudentId[]): readonly StudentId[];
}

/** Each record is a person. */
export const noMerges: Merges = {
  isEmpty: true,
  hidden: [],
  keptOf: (record) => record,
  recordsOf: (record) => [record],
  peopleOf: (records) => [...new Set(records)],
};

const inForce = preparedOnce((db) =>
  db
    .select({ kept: personMerge.kept, merged: personMerge.merged })
    .from(personMerge)
    .where(eq(personMerge.status, 'active'))
    .prepare(),
);

/** The merges in force. */
export function readMerges(db: ReadableDb): Merges {
  const rows = inForce(db).all();
  return rows.length === 0 ? noMerges : joinMerges(rows);
}

/** The column holds a record of one of these people: what a query about students asks instead of their ids. */
export function holdsRecordOf(db: ReadableDb, column: AnySQLiteColumn, people: readonly StudentId[]): SQL {
  const merges = readMerges(db);
  return inArray(
    column,
    people.flatMap((person) => merges.recordsOf(person)),
  );
}

/** A row about a student, as it is read: `student` is the person, of merged records the one that is shown. */
export type UnderPerson<Row> = Row & {
  /** The record that the row lies under: what is sealed in it is sealed under that one, and a change to it names that one. */
  readonly storedUnder: StudentId;
};

/** Each row under the person that its record belongs to. */
export function underPeople<Row extends { readonly student: StudentId }>(
  db: ReadableDb,
  rows: readonly Row[],
): readonly UnderPerson<Row>[] {
  const merges = readMerges(db);
  return rows.map((row) => ({ ...row, student: merges.keptOf(row.student), storedUnder: row.student }));
}

/**
 * Joins merges into people. One desk makes no chain and no circle, two desks apart can: a chain is one person, shown by
 * the record that is merged into none, and a circle is shown by its smallest id, so that every desk shows the same.
 */
export function joinMerges(
  rows: readonly { readonly kept: StudentId; readonly merged: StudentId }[],
): Merges {
  const peopleByRecord = new Map<StudentId, Set<StudentId>>();
  const personOf = (record: StudentId): Set<StudentId> => peopleByRecord.get(record) ?? new Set([record]);
  for (const { kept, merged } of rows) {
    const person = new Set([...personOf(kept), ...personOf(merged)]);
    for (const record of person) peopleByRecord.set(record, person);
  }
  const mergedRecords = new Set(rows.map(({ merged }) => merged));
  const recordsByRecord = new Map<StudentId, readonly StudentId[]>();
  const hidden: StudentId[] = [];
  for (const person of new Set(peopleByRecord.values())) {
    const inOrder = [...person].toSorted();
    const kept = inOrder.find((record) => !mergedRecords.has(record)) ?? inOrder[0];
    if (kept === undefined) continue;
    const others = inOrder.filter((record) => record !== kept);
    hidden.push(...others);
    for (const record of person) recordsByRecord.set(record, [kept, ...others]);
  }
  const keptOf = (record: StudentId): StudentId => recordsByRecord.get(record)?.[0] ?? record;
  return {
    isEmpty: false,
    hidden,
    keptOf,
    recordsOf: (record) => recordsByRecord.get(record) ?? [record],
    peopleOf: (records) => [...new Set(records.map(keptOf))],
  };
}
