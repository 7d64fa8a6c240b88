import { day, type ClassId, type Day } from '../../domain/ids.ts';
import type { Input, Output } from '../app/api.ts';

export type Choices = Output<'exports', 'choices'>;
export type PreparedExport = Output<'exports', 'prepareRoster'>;

/** What can be exported; Ed-Fi is the US's. */
export type ExportKind = 'roster' | 'marks' | 'counts' | 'ed-fi';

/** What the form holds: texts as they were chosen, so that a change of one leaves the others. */
export interface ExportForm {
  readonly kind: ExportKind;
  readonly version: '1.1' | '1.2';
  /** The place of a range in the choices, or `own`. */
  readonly range: string;
  readonly from: string | null;
  readonly to: string | null;
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

/** The form as it opens: the newest school year or term, the whole school, no notes. */
export function emptyForm(kinds: readonly ExportKind[], choices: Choices): ExportForm {
  const [first] = choices.ranges;
  return {
    kind: kinds[0] ?? 'marks',
    version: '1.2',
    range: first === undefined ? 'own' : '0',
    from: first?.from ?? choices.today,
    to: first?.to ?? choices.today,
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
  const known = choices.ranges[Number(range)];
  if (range !== 'own') return known === undefined ? null : { from: known.from, to: known.to };
  const first = day.safeParse(from);
  const last = day.safeParse(to);
  if (!first.success || !last.success) return null;
  return first.data <= last.data && last.data <= choices.today ? { from: first.data, to: last.data } : null;
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
