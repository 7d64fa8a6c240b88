import { and, asc, eq, inArray, ne, type SQL } from 'drizzle-orm';
import { alias, QueryBuilder } from 'drizzle-orm/sqlite-core';
import type { RecordScope } from '../../domain/access/scope.ts';
import type { GuardianId, StudentId } from '../../domain/ids.ts';
import type { ReadableDb } from '../handles.ts';
import { holdsRecordOf, readMerges } from './merges.ts';
import { studentsInScope } from './scope.ts';
import { guardian, guardianLink, student } from './schema.ts';

const query = new QueryBuilder();

export type GuardianRecord = typeof guardian.$inferSelect;

/** The guardians of a student within the scope, each with the relation to that student. */
export function listGuardians(
  db: ReadableDb,
  scope: RecordScope,
  of: StudentId,
): readonly (GuardianRecord & { readonly relation: string })[] {
  const rows = db
    .select({ guardian, relation: guardianLink.relation })
    .from(guardianLink)
    .innerJoin(guardian, eq(guardian.id, guardianLink.guardian))
    .where(and(...linkConditions(db, scope, of)))
    .orderBy(asc(guardian.familyName), asc(guardian.givenName), asc(guardian.id))
    .all();
  // One guardian of two records of the student is one.
  const byId = new Map(rows.map((row) => [row.guardian.id, { ...row.guardian, relation: row.relation }]));
  return [...byId.values()];
}

/** The languages of the guardians of the students within the scope who are here. */
export function listGuardianLanguages(db: ReadableDb, scope: RecordScope): readonly string[] {
  return db
    .selectDistinct({ language: guardian.language })
    .from(guardianLink)
    .innerJoin(guardian, eq(guardian.id, guardianLink.guardian))
    .innerJoin(student, eq(student.id, guardianLink.student))
    .where(
      and(
        eq(guardianLink.status, 'active'),
        eq(guardian.status, 'active'),
        eq(student.status, 'active'),
        ne(guardian.language, ''),
        studentsInScope(scope, guardianLink.student),
      ),
    )
    .orderBy(asc(guardian.language))
    .all()
    .map(({ language }) => language);
}

/** The other students within the scope who are here and share a guardian with a student within it, in name order: brothers and sisters, mostly. */
export function listSiblings(db: ReadableDb, scope: RecordScope, of: StudentId): readonly StudentId[] {
  const merges = readMerges(db);
  const own = alias(guardianLink, 'own_link');
  const guardians = query
    .select({ guardian: own.guardian })
    .from(own)
    .innerJoin(guardian, eq(guardian.id, own.guardian))
    .where(
      and(
        holdsRecordOf(db, own.student, [of]),
        eq(own.status, 'active'),
        eq(guardian.status, 'active'),
        studentsInScope(scope, own.student),
      ),
    );
  const rows = db
    .selectDistinct({ student: student.id, sortKey: student.sortKey })
    .from(guardianLink)
    .innerJoin(student, eq(student.id, guardianLink.student))
    .where(
      and(
        inArray(guardianLink.guardian, guardians),
        eq(guardianLink.status, 'active'),
        eq(student.status, 'active'),
        studentsInScope(scope, student.id),
      ),
    )
    .orderBy(asc(student.sortKey), asc(student.id))
    .all();
  const people = new Set(rows.map((row) => merges.keptOf(row.student)));
  people.delete(merges.keptOf(of));
  return [...people];
}

/** One guardian of a student within the scope; undefined where there is none. */
export function readGuardian(
  db: ReadableDb,
  scope: RecordScope,
  of: StudentId,
  id: GuardianId,
): GuardianRecord | undefined {
  return db
    .select({ guardian })
    .from(guardianLink)
    .innerJoin(guardian, eq(guardian.id, guardianLink.guardian))
    .where(and(eq(guardian.id, id), ...linkConditions(db, scope, of)))
    .get()?.guardian;
}

function linkConditions(db: ReadableDb, scope: RecordScope, of: StudentId): SQL[] {
  return [
    holdsRecordOf(db, guardianLink.student, [of]),
    eq(guardianLink.status, 'active'),
    eq(guardian.status, 'active'),
    studentsInScope(scope, guardianLink.student),
  ];
}
