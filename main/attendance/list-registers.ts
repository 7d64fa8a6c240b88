import { readDayMarks, readDayTaken } from '../../db/attendance/marks.ts';
import { rosterState } from '../../db/attendance/roster-state.ts';
import { readUserNames } from '../../db/people/actors.ts';
import { registerState, type RegisterKey, type RegisterState } from '../../domain/attendance/register.ts';
import type { Contract, OutputOf } from '../../domain/contract/contract.ts';
import type { Day } from '../../domain/ids.ts';
import type { QueryUnit } from '../gate/unit.ts';
import { codePackOf } from './code-packs.ts';
import { expectedRegisters, type ExpectedRegister } from './expected-registers.ts';
import { toMarkFact } from './register-facts.ts';
import { plansIn } from './plans.ts';
import { countTotals } from './register-totals.ts';

/** A register of the day with what has been entered in it. */
export interface ReadRegister extends ExpectedRegister {
  readonly register: RegisterState;
}

/** Reads every register that is expected on the day and within the scope: the day's marks in one run. */
export function readRegisters(unit: QueryUnit, on: Day): readonly ReadRegister[] {
  const { db, scope, school } = unit;
  const expected = expectedRegisters(unit, on);
  if (expected.length === 0) return [];
  const pack = codePackOf(school.country);
  const state = rosterState(db);
  const marks = Map.groupBy(readDayMarks(db, scope, on), placeOf);
  const taken = Map.groupBy(readDayTaken(db, scope, on), placeOf);
  return expected.map((each) => ({
    ...each,
    register: registerState(
      each.students,
      (marks.get(textOf(each.key)) ?? []).map(toMarkFact),
      taken.get(textOf(each.key)) ?? [],
      plansIn(db, each.key, state),
      pack,
      on,
    ),
  }));
}

/** The day's registers with their state and totals, as the list of registers shows them. */
export function listRegisters(
  unit: QueryUnit,
  on: Day,
): OutputOf<Contract['attendance']['registers']>['registers'] {
  const pack = codePackOf(unit.school.country);
  const names = readUserNames(unit.db);
  return readRegisters(unit, on).map(({ key, class: schoolClass, register: { taken, students } }) => ({
    class: key.classId,
    title: schoolClass.title,
    teacher: schoolClass.teacher,
    session: key.session,
    taken: taken !== null,
    takenBy: taken === null ? null : (names.get(taken.authorId) ?? ''),
    takenAtMs: taken?.atMs ?? null,
    totals: countTotals(
      students.map(({ effective }) => effective?.code ?? null),
      pack,
      on,
    ),
  }));
}

function placeOf(row: { readonly class: string; readonly session: string }): string {
  return `${row.class} ${row.session}`;
}

function textOf({ classId, session }: RegisterKey): string {
  return `${classId} ${session}`;
}
