import { and, asc, eq, type SQL } from 'drizzle-orm';
import type { RecordScope } from '../../domain/access/scope.ts';
import type { GuardianId, StudentId } from '../../domain/ids.ts';
import type { ReadableDb } from '../handles.ts';
import { studentsInScope } from './scope.ts';
import { guardian, guardianLink } from './schema.ts';

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
