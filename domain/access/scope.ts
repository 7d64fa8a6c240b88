import type { StaffId, Day } from '../ids.ts';
import type { Reach } from './policy.ts';

/**
 * Which records a call may touch. Every query on people takes one, and only the gate makes them, so a query that
 * forgets its scope does not compile.
 */
export type RecordScope = (
  | { readonly reach: 'school' }
  /** Classes that this member of staff teaches or assists on that day; nobody's when the account has no staff record. */
  | { readonly reach: 'own-classes'; readonly staff: StaffId | null; readonly day: Day }
  /** No record of the school. */
  | { readonly reach: 'self' | 'none' }
) & { readonly __scope: true };

/** For the gate only: turns what the policy grants into the filter that queries take. */
export function resolveScope(reach: Reach | 'none', staff: StaffId | null, day: Day): RecordScope {
  switch (reach) {
    case 'school':
      return { reach } as RecordScope;
    case 'own-classes':
      return { reach, staff, day } as RecordScope;
    case 'self':
    case 'none':
      return { reach } as RecordScope;
  }
}
