import { eq, sql } from 'drizzle-orm';
import type { ReadableDb, WritableDb } from '../handles.ts';
import { readLocalNumber, writeLocalNumber } from '../school/local-state.ts';
import { deriveStudentKeys, nameKeysVersion } from './name-keys.ts';
import { student } from './schema.ts';

/** Whether the students of this store are found by keys of an older derivation. */
export function areNameKeysOld(db: ReadableDb): boolean {
  return readLocalNumber(db, 'name-keys-version') !== nameKeysVersion;
}

/** Derives anew what every student is found and sorted by. The caller holds the transaction. */
export function refreshNameKeys(db: WritableDb): void {
  const write = db
    .update(student)
    .set({
      searchKey: sql`${sql.placeholder('searchKey')}`,
      sortKey: sql`${sql.placeholder('sortKey')}`,
    })
    .where(eq(student.id, sql.param(sql.placeholder('id'), student.id)))
    .prepare();
  const rows = db
    .select({
      id: student.id,
      studentNumber: student.studentNumber,
      givenName: student.givenName,
      middleName: student.middleName,
      familyName: student.familyName,
      preferredGivenName: student.preferredGivenName,
      preferredFamilyName: student.preferredFamilyName,
      searchKey: student.searchKey,
      sortKey: student.sortKey,
    })
    .from(student)
    .all();
  for (const row of rows) {
    const keys = deriveStudentKeys(row);
    const isSame = keys.searchKey === row.searchKey && keys.sortKey === row.sortKey;
    if (!isSame) write.run({ id: row.id, ...keys });
  }
  writeLocalNumber(db, 'name-keys-version', nameKeysVersion);
}
