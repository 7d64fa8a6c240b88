import type { AttendanceCode, StatisticalCategory } from './code-pack.ts';
import type { AttendanceTally, AttendanceTotals, CodeCount } from './rates.ts';

/**
 * A tally as the session counts of a return: half days are England's sessions.
 *
 * Source: DfE, "Working together to improve school attendance"; categories as in the code pack (DOMAIN §1.3).
 */
export interface SessionCounts extends AttendanceTotals {
  /** Of `attended`: present in school, late before the register closed, or at an arranged place. */
  readonly inSchool: number;
  /** Of `attended`: an approved educational activity off site. */
  readonly approvedActivity: number;
  /** Arrivals after the beginning and before the register closed; they count as attended. */
  readonly lateBefore: number;
  /** Arrivals after the register closed; they count as unauthorised absence. */
  readonly lateAfter: number;
}

/** The counts of a tally. */
export function sessionCounts({ totals, byCode }: AttendanceTally): SessionCounts {
  const halfDays = sumBy(byCode, ({ category }) => category);
  let lateBefore = 0;
  let lateAfter = 0;
  for (const [code, { marks }] of byCode) {
    if (!code.isLate) continue;
    if (code.category === 'attending') lateBefore += marks;
    else lateAfter += marks;
  }
  return {
    ...totals,
    inSchool: halfDays.get('attending') ?? 0,
    approvedActivity: halfDays.get('approved-activity') ?? 0,
    lateBefore,
    lateAfter,
  };
}

/** One thing that has to hold between counts, with both sides. */
export interface CountCheck {
  readonly check:
    | 'possible = attended + authorised + unauthorised'
    | 'attended = in school + approved activity'
    | 'authorised = its codes'
    | 'unauthorised = its codes'
    | 'not possible = its codes'
    | 'late = before + after';
  readonly left: number;
  readonly right: number;
}

/** What has to hold in a return before it is sent; a side that differs is a fault of ours. */
export function countChecks(counts: SessionCounts, byCode: AttendanceTally['byCode']): readonly CountCheck[] {
  const halfDays = sumBy(byCode, ({ category }) => category);
  const ofCategory = (category: StatisticalCategory): number => halfDays.get(category) ?? 0;
  return [
    {
      check: 'possible = attended + authorised + unauthorised',
      left: counts.possible,
      right: counts.attended + counts.authorised + counts.unauthorised,
    },
    {
      check: 'attended = in school + approved activity',
      left: counts.attended,
      right: counts.inSchool + counts.approvedActivity,
    },
    { check: 'authorised = its codes', left: counts.authorised, right: ofCategory('authorised') },
    { check: 'unauthorised = its codes', left: counts.unauthorised, right: ofCategory('unauthorised') },
    { check: 'not possible = its codes', left: counts.notPossible, right: ofCategory('not-possible') },
    { check: 'late = before + after', left: counts.late, right: counts.lateBefore + counts.lateAfter },
  ];
}

/** Half days by the code's letters, also where a code has had several categories. */
export function halfDaysByCode(byCode: AttendanceTally['byCode']): ReadonlyMap<string, number> {
  return sumBy(byCode, ({ code }) => code);
}

function sumBy<K>(
  byCode: ReadonlyMap<AttendanceCode, CodeCount>,
  keyOf: (code: AttendanceCode) => K,
): ReadonlyMap<K, number> {
  const sums = new Map<K, number>();
  for (const [code, { halfDays }] of byCode) {
    const key = keyOf(code);
    sums.set(key, (sums.get(key) ?? 0) + halfDays);
  }
  return sums;
}
