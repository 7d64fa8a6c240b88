import {
  countStudents,
  listStudentIds,
  listStudents,
  type StudentFilter,
  type StudentLine,
} from '../../db/people/students.ts';
import { reachOf } from '../../domain/access/policy.ts';
import type { AbsenceMeasure } from '../../domain/attendance/code-pack.ts';
import {
  bandOfRate,
  compareFractions,
  percentText,
  thresholdsOf,
  type Fraction,
} from '../../domain/attendance/rates.ts';
import type { Contract, OutputOf, ParsedInputOf } from '../../domain/contract/contract.ts';
import type { ErrorOf } from '../../domain/contract/errors.ts';
import type { StudentId } from '../../domain/ids.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { absenceRates, type AbsenceRates } from '../attendance/absence-rates.ts';
import { codePackOf } from '../attendance/code-packs.ts';
import type { QueryUnit } from '../gate/unit.ts';
import { measureOf } from './student-attendance.ts';
import { studentsToday } from './students-today.ts';

type ListInput = ParsedInputOf<Contract['students']['list']>;
type Listed = OutputOf<Contract['students']['list']>;
type BandFilter = NonNullable<ListInput['absence']>;

/**
 * A page of students with how many there are, and for who may see attendance the rate of each. Error: `out-of-scope` where
 * somebody else asks for a list by it.
 */
export function listPage(unit: QueryUnit, input: ListInput): Result<Listed, ErrorOf<'out-of-scope'>> {
  const { db, scope, today: on } = unit;
  const { page, sort, descending, today, absence, ...others } = input;
  if (!seesAttendance(unit)) {
    if (today !== null || absence !== null || sort === 'rate') return err({ type: 'out-of-scope' });
    const lines = listStudents(db, scope, others, on, page, { sort, descending });
    return ok({
      students: lines.map((line) => ({ ...line, rate: null })),
      total: countStudents(db, scope, others, on),
    });
  }
  const rates = absenceRates(unit);
  const { measure } = measureOf(codePackOf(unit));
  const toRow = (line: StudentLine): Listed['students'][number] => ({
    ...line,
    rate: shownRate(rates.get(line.id), measure),
  });
  const among = [
    ...(today === null ? [] : [studentsToday(unit, today)]),
    ...(absence === null ? [] : [studentsInBand(rates, measure, absence)]),
  ];
  const filter: StudentFilter = among.length === 0 ? others : { ...others, among: inEach(among) };
  if (sort !== 'rate') {
    const lines = listStudents(db, scope, filter, on, page, { sort, descending });
    return ok({ students: lines.map(toRow), total: countStudents(db, scope, filter, on) });
  }
  const all = byRate(listStudentIds(db, scope, filter, on), rates, descending);
  const ids = all.slice(page.offset, page.offset + page.limit);
  const lines = listStudents(db, scope, { ...others, among: ids }, on, { offset: 0, limit: ids.length });
  const linesById = new Map(lines.map((line) => [line.id, line]));
  return ok({ students: ids.flatMap((id) => linesById.get(id) ?? []).map(toRow), total: all.length });
}

function seesAttendance({ actor }: QueryUnit): boolean {
  return reachOf(actor.role, 'attendance.see') !== undefined;
}

function shownRate(rate: Fraction | undefined, measure: AbsenceMeasure): Listed['students'][number]['rate'] {
  if (rate === undefined) return { percentText: null, band: null };
  const band = bandOfRate(rate, measure);
  return {
    percentText: percentText(rate, thresholdsOf(measure)) ?? null,
    band: band === undefined ? null : { title: band.title, isFlagged: band.flag !== null },
  };
}

/** Whom a filter by band finds. A band that the school's measure no longer has finds nobody. */
function studentsInBand(
  rates: AbsenceRates,
  measure: AbsenceMeasure,
  { band: wanted, andAbove }: BandFilter,
): readonly StudentId[] {
  const from = measure.bands.findIndex(({ id }) => id === wanted);
  if (from < 0) return [];
  return [...rates].flatMap(([student, rate]) => {
    const band = bandOfRate(rate, measure);
    const place = band === undefined ? -1 : measure.bands.indexOf(band);
    return place === from || (andAbove && place > from) ? [student] : [];
  });
}

function inEach(lists: readonly (readonly StudentId[])[]): readonly StudentId[] {
  const [first = [], ...others] = lists;
  const sets = others.map((list) => new Set(list));
  return first.filter((id) => sets.every((set) => set.has(id)));
}

/** Who has no rate comes after those who have one, both ways. */
function byRate(
  inNameOrder: readonly StudentId[],
  rates: AbsenceRates,
  descending: boolean,
): readonly StudentId[] {
  const direction = descending ? -1 : 1;
  return inNameOrder.toSorted((one, other) => {
    const [rate, another] = [rates.get(one), rates.get(other)];
    if (rate === undefined || another === undefined)
      return Number(rate === undefined) - Number(another === undefined);
    return direction * compareFractions(rate, another);
  });
}
