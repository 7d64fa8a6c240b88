import { and, desc, eq, or } from 'drizzle-orm';
import type { StudentId } from '../../domain/ids.ts';
import type { ReadableDb } from '../handles.ts';
import { personMerge, student } from './schema.ts';

export type PersonMerge = typeof personMerge.$inferSelect;

/** The merges in force, the newest first; of one record only, where it is given. */
export function listPersonMerges(db: ReadableDb, record?: StudentId): readonly PersonMerge[] {
  return db
    .select()
    .from(personMerge)
    .where(
      and(
        eq(personMerge.status, 'active'),
        record === undefined ? undefined : or(eq(personMerge.kept, record), eq(personMerge.merged, record)),
      ),
    )
    .orderBy(desc(personMerge.madeAtMs), desc(personMerge.id))
    .all();
}

/** The pairs of records of which somebody has said that they are two people, the newest first. */
export function listApart(db: ReadableDb): readonly PersonMerge[] {
  return db
    .select()
    .from(personMerge)
    .where(eq(personMerge.status, 'apart'))
    .orderBy(desc(personMerge.madeAtMs), desc(personMerge.id))
    .all();
}

/** Every student record as it is stored, to be compared with the others. */
export function listRecordsToCompare(db: ReadableDb) {
  return db
    .select({
      id: student.id,
      studentNumber: student.studentNumber,
      givenName: student.givenName,
      middleName: student.middleName,
      familyName: student.familyName,
      preferredGivenName: student.preferredGivenName,
      preferredFamilyName: student.preferredFamilyName,
      birthDate: student.birthDate,
      nationalId: student.nationalId,
      versions: student.versions,
    })
    .from(student)
    .all();
}
