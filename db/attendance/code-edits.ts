import { and, asc, eq, gte, sql } from 'drizzle-orm';
import type { StatisticalCategory } from '../../domain/attendance/code-pack.ts';
import type { Day, Id, UserId } from '../../domain/ids.ts';
import type { ReadableDb } from '../handles.ts';
import { codeEdit, mark } from './schema.ts';

/** What the school has changed about a code, with who did it. `key` is empty for none. */
export interface CodeEditRow {
  readonly id: Id<'code-edit'>;
  readonly code: string;
  readonly from: Day;
  readonly meaning: string;
  readonly key: string;
  readonly category: StatisticalCategory;
  readonly isEnded: boolean;
  readonly madeBy: UserId;
  readonly madeAtMs: number;
}

/** The changes that stand, by their first day. */
export function listCodeEdits(db: ReadableDb): readonly CodeEditRow[] {
  return db
    .select({
      id: codeEdit.id,
      code: codeEdit.code,
      from: sql<Day>`${codeEdit.fromDay}`,
      meaning: codeEdit.meaning,
      key: codeEdit.key,
      category: codeEdit.category,
      isEnded: codeEdit.isEnded,
      madeBy: codeEdit.madeBy,
      madeAtMs: codeEdit.madeAtMs,
    })
    .from(codeEdit)
    .where(eq(codeEdit.status, 'active'))
    .orderBy(asc(codeEdit.fromDay), asc(codeEdit.code))
    .all();
}

/** How many students' marks of the code lie on the day or later: one for each student and register. */
export function countMarksOfCode(db: ReadableDb, code: string, from: Day): number {
  const cells = db
    .selectDistinct({ day: mark.day, class: mark.class, session: mark.session, student: mark.student })
    .from(mark)
    .where(and(gte(mark.day, from), eq(mark.code, code)))
    .as('cells');
  const [row] = db
    .select({ total: sql<number>`count(*)` })
    .from(cells)
    .all();
  return row?.total ?? 0;
}
