import type { CodePack } from '../../domain/attendance/code-pack.ts';
import type { Contract, OutputOf } from '../../domain/contract/contract.ts';
import type { MarkCategory } from '../../domain/contract/shared.ts';
import type { Day } from '../../domain/ids.ts';
import { categoryOf } from './code-packs.ts';

export type RegisterTotals = OutputOf<Contract['attendance']['mark']>['totals'];

const totalOf: Readonly<Record<MarkCategory, keyof RegisterTotals>> = {
  present: 'present',
  late: 'late',
  'absent-explained': 'absentExplained',
  'absent-unexplained': 'absentUnexplained',
  'not-possible': 'notPossible',
};

/** Counts each student of a register once, by the code that stands; null is blank and never present. */
export function countTotals(codes: Iterable<string | null>, pack: CodePack, on: Day): RegisterTotals {
  const totals = {
    students: 0,
    present: 0,
    late: 0,
    absentExplained: 0,
    absentUnexplained: 0,
    notPossible: 0,
    blank: 0,
  };
  for (const code of codes) {
    totals.students += 1;
    totals[code === null ? 'blank' : totalOf[categoryOf(pack, code, on)]] += 1;
  }
  return totals;
}
