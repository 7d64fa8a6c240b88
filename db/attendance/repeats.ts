import { and, eq, sql } from 'drizzle-orm';
import type { RecordScope } from '../../domain/access/scope.ts';
import type { Id, StudentId } from '../../domain/ids.ts';
import type { ReadableDb } from '../handles.ts';
import { preparedInScope } from '../people/prepared.ts';
import { studentsInScope } from '../people/scope.ts';
import { plannedAbsence } from './schema.ts';

const statements = preparedInScope((db, scope) => ({
  inForce: db
    .select({ student: plannedAbsence.student })
    .from(plannedAbsence)
    .where(
      and(
        eq(plannedAbsence.id, sql.param(sql.placeholder('id'), plannedAbsence.id)),
        eq(plannedAbsence.status, 'active'),
        studentsInScope(scope, plannedAbsence.student),
      ),
    )
    .prepare(),
}));

/** Whose planned absence within the scope it is; undefined where there is none, or it was withdrawn already. */
export function readPlanInForce(
  db: ReadableDb,
  scope: RecordScope,
  id: Id<'planned-absence'>,
): StudentId | undefined {
  return statements(db, scope).inForce.get({ id })?.student;
}
