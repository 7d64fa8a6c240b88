import { addDays } from '../../domain/calendar/day.ts';
import type { ClassId, Day } from '../../domain/ids.ts';
import type { Input, Output } from '../app/api.ts';

export type Choices = Output<'exports', 'choices'>;
export type PreparedExport = Output<'exports', 'prepareRoster'>;

/** What can be exported; Ed-Fi is the US's. */
export type ExportKind = 'roster' | 'marks' | 'counts' | 'ed-fi';

/** What the form holds: texts as they were chosen, so that a change of one leaves the others. */
export interface ExportForm {
  readonly kind: ExportKind;
  readonly version: '1.1' | '1.2';
  /** The place of a range in `rangesOf`, or `own`. */
  readonly range: string;
  readonly from: Day;
  readonly to: Day;
  /** `all`, `grade <name>` or `class <id>`. */
  readonly limit: string;
  readonly notes: boolean;
  readonly schoolId: string;
}

export type AttendanceRequest = Input<'exports', 'prepareAttendance'>;

/** The kinds that somebody may export in a school of this country, in the order of the form. */
export function kindsOf(choices: Choices, mayExportRoster: boolean): readonly ExportKind[] {
  return [
    ...(mayExportRoster ? (['roster'] as const) : []),
    'marks',
    'counts',
    ...(choices.country === 'us' ? (['ed-fi'] as const) : []),
  ];
}

/** Days that can be chosen by name, both included. A month has no title of its own: the form names it. */
export interface NamedRange {
  readonly title: string | null;
  readonly from: Day;
  readonly to: Day;
}

/** This month to today and the last one, for the returns of the month; then school years and terms, newest first. */
export function rangesOf({ today, ranges }: Choices): readonly NamedRange[] {
  const firstOf = (each: Day): Day => addDays(each, 1 - Number(each.slice(8)));
  const lastMonthEnd = addDays(firstOf(today), -1);
  return [
    { title: null, from: firstOf(today), to: today },
    { title: null, from: firstOf(lastMonthEnd), to: lastMonthEnd },
    ...ranges,
  ];
}

/** The form as it opens: the newest school year or term, the whole school, no notes. */
export function emptyForm(kinds: readonly ExportKind[], choices: Choices): ExportForm {
  const ranges = rangesOf(choices);
  const first = ranges.findIndex(({ title }) => title !== null);
  const { from, to } = ranges[Math.max(first, 0)] ?? { from: choices.today, to: choices.today };
  return {
    kind: kinds[0] ?? 'marks',
    version: '1.2',
    range: String(Math.max(first, 0)),
    from,
    to,
    limit: 'all',
    notes: false,
    schoolId: '',
  };
}

/** The form with another kind; a class whose registers that kind does not count gives way to the whole school. */
export function withKind(form: ExportForm, kind: ExportKind, { classes }: Choices): ExportForm {
  const chosen = classes.find(({ id }) => form.limit === `class ${id}`);
  const isCounted = kind !== 'counts' || chosen === undefined || chosen.isHomeroom;
  return { ...form, kind, limit: isCounted ? form.limit : 'all' };
}

/** The call that the form makes; null while it is incomplete or contradicts itself. */
export function requestOf(form: ExportForm, choices: Choices): AttendanceRequest | null {
  const { kind, limit, notes, schoolId } = form;
  if (kind === 'roster') return null;
  const range = daysOf(form, choices);
  if (range === null) return null;
  const edFiSchoolId = schoolIdOf(schoolId);
  if (kind === 'ed-fi' && edFiSchoolId === undefined) return null;
  return {
    format: kind,
    ...range,
    grade: limit.startsWith('grade ') ? limit.slice('grade '.length) : null,
    class: classOf(limit, choices),
    notes: kind === 'marks' && notes,
    edFiSchoolId: kind === 'ed-fi' ? (edFiSchoolId ?? null) : null,
  };
}

/** The days of the form, both included; null where the end comes before the beginning or lies in the future. */
export function daysOf(
  { range, from, to }: Pick<ExportForm, 'range' | 'from' | 'to'>,
  choices: Choices,
): { readonly from: Day; readonly to: Day } | null {
  const known = rangesOf(choices)[Number(range)];
  if (range !== 'own') return known === undefined ? null : { from: known.from, to: known.to };
  return from <= to && to <= choices.today ? { from, to } : null;
}

/** Null for none; undefined for what is no number of a school. */
export function schoolIdOf(typed: string): number | null | undefined {
  const digits = typed.trim();
  if (digits === '') return null;
  return /^[1-9]\d{0,14}$/.test(digits) ? Number(digits) : undefined;
}

function classOf(limit: string, { classes }: Choices): ClassId | null {
  return classes.find(({ id }) => limit === `class ${id}`)?.id ?? null;
}
