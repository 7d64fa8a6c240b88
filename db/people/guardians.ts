import { and, asc, eq, ne, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { RecordScope } from '../../domain/access/scope.ts';
import type { GuardianId, StudentId } from '../../domain/ids.ts';
import type { ReadableDb } from '../handles.ts';
import { studentsInScope } from './scope.ts';
import { guardian, guardianLink, student as studentTable } from './schema.ts';

export type GuardianRecord = typeof guardian.$inferSelect;

/** The guardians of a student within the scope, each with the relation to that student. */
export function listGuardians(
  db: ReadableDb,
  scope: RecordScope,
  student: StudentId,
): readonly (GuardianRecord & { readonly relation: string })[] {
  return db
    .select({ guardian, relation: guardianLink.relation })
    .from(guardianLink)
    .innerJoin(guardian, eq(guardian.id, guardianLink.guardian))
    .where(and(...linkConditions(scope, student)))
    .orderBy(asc(guardian.familyName), asc(guardian.givenName), asc(guardian.id))
    .all()
    .map((row) => ({ ...row.guardian, relation: row.relation }));
}

/** One guardian of a student within the scope; undefined where there is none. */
export function readGuardian(
  db: ReadableDb,
  scope: RecordScope,
  student: StudentId,
  id: GuardianId,
): GuardianRecord | undefined {
  return db
    .select({ guardian })
    .from(guardianLink)
    .innerJoin(guardian, eq(guardian.id, guardianLink.guardian))
    .where(and(eq(guardian.id, id), ...linkConditions(scope, student)))
    .get()?.guardian;
}

function linkConditions(scope: RecordScope, student: StudentId): SQL[] {
  return [
    eq(guardianLink.student, student),
    eq(guardianLink.status, 'active'),
    eq(guardian.status, 'active'),
    studentsInScope(scope, guardianLink.student),
  ];
}

/** The other students within the scope who are here and share a guardian with the student: brothers and sisters, mostly. */
export function listSiblings(db: ReadableDb, scope: RecordScope, of: StudentId): readonly StudentId[] {
  const own = alias(guardianLink, 'own_link');
  return db
    .selectDistinct({ id: studentTable.id })
    .from(own)
    .innerJoin(guardian, and(eq(guardian.id, own.guardian), eq(guardian.status, 'active')))
    .innerJoin(guardianLink, and(eq(guardianLink.guardian, own.guardian), eq(guardianLink.status, 'active')))
    .innerJoin(
      studentTable,
      and(eq(studentTable.id, guardianLink.student), eq(studentTable.status, 'active')),
    )
    .where(
      and(
        eq(own.student, of),
        eq(own.status, 'active'),
        ne(studentTable.id, of),
        studentsInScope(scope, studentTable.id),
      ),
    )
    .all()
    .map(({ id }) => id);
}
