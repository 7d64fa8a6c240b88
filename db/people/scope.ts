import { and, eq, gt, inArray, lte, ne, or, sql, type Placeholder, type SQL } from 'drizzle-orm';
import { alias, QueryBuilder, type AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { RecordScope } from '../../domain/access/scope.ts';
import type { Day, StaffId } from '../../domain/ids.ts';
import { assert } from '../../domain/result.ts';
import { enrolment, personMerge } from './schema.ts';

const query = new QueryBuilder();
const everything = sql`1`;
const nothing = sql`0`;

interface EnrolmentColumns {
  readonly status: AnySQLiteColumn;
  readonly beginDay: AnySQLiteColumn;
  readonly endDay: AnySQLiteColumn;
}

/** The enrolment is in use and the day lies in it. Who may see whom hangs on this one. */
export function isEnrolledNow({ status, beginDay, endDay }: EnrolmentColumns, on: Day | Placeholder): SQL {
  return all(eq(status, 'active'), lte(beginDay, on), either(eq(endDay, ''), gt(endDay, on)));
}

/**
 * The day lies in the enrolment, which may have ended since: who stood on a register of that day. An enrolment that was
 * taken out without an end never counted.
 */
export function wasEnrolled({ status, beginDay, endDay }: EnrolmentColumns, on: Day): SQL {
  return all(
    either(eq(status, 'active'), ne(endDay, '')),
    lte(beginDay, on),
    either(eq(endDay, ''), gt(endDay, on)),
  );
}

/** Limits a query to the classes within the scope; `classColumn` holds a class's id. */
export function classesInScope(scope: RecordScope, classColumn: AnySQLiteColumn): SQL {
  switch (scope.reach) {
    case 'school':
      return everything;
    case 'own-classes':
      return scope.staff === null ? nothing : inArray(classColumn, ownClasses(scope.staff, scope.day));
    case 'self':
    case 'none':
      return nothing;
  }
}

/**
 * Limits a query to the students within the scope; `studentColumn` holds a student's id. Where several records are one
 * person (`readMerges`), all of them are within it as soon as one is.
 */
export function studentsInScope(scope: RecordScope, studentColumn: AnySQLiteColumn): SQL {
  switch (scope.reach) {
    case 'school':
      return everything;
    case 'own-classes': {
      if (scope.staff === null) return nothing;
      const member = alias(enrolment, 'scope_member');
      const members = query
        .select({ person: member.person })
        .from(member)
        .where(
          and(
            inArray(member.class, ownClasses(scope.staff, scope.day)),
            eq(member.role, 'student'),
            isEnrolledNow(member, scope.day),
          ),
        );
      const { kept, merged, status } = personMerge;
      const other = sql`CASE WHEN ${kept} = person.id THEN ${merged} ELSE ${kept} END`;
      return sql`${studentColumn} IN (
        WITH RECURSIVE person (id) AS (
          SELECT * FROM ${members}
          UNION
          SELECT ${other} FROM person
          INNER JOIN ${personMerge} ON (${kept} = person.id OR ${merged} = person.id) AND ${status} = 'active'
        )
        SELECT id FROM person
      )`;
    }
    case 'self':
    case 'none':
      return nothing;
  }
}

/** A text that is the same for equal scopes, to remember by. */
export function scopeKey(scope: RecordScope): string {
  return scope.reach === 'own-classes' ? `own-classes ${scope.staff ?? ''} ${scope.day}` : scope.reach;
}

function ownClasses(staff: StaffId, on: Day) {
  const own = alias(enrolment, 'scope_own');
  return query
    .select({ class: own.class })
    .from(own)
    .where(and(eq(own.person, staff), inArray(own.role, ['teacher', 'aide']), isEnrolledNow(own, on)));
}

function all(...conditions: readonly SQL[]): SQL {
  const joined = and(...conditions);
  assert(joined !== undefined, 'there is at least one condition');
  return joined;
}

function either(...conditions: readonly SQL[]): SQL {
  const joined = or(...conditions);
  assert(joined !== undefined, 'there is at least one condition');
  return joined;
}
