import type { Contract, OutputOf } from '../../domain/contract/contract.ts';
import type { ClassId, Day, Id } from '../../domain/ids.ts';
import type { RegisterCode } from './grid-model.ts';
import { codeInSession, type CorrectionMark } from './week-model.ts';

/**
 * A correction over all registers of a day without its picture: which marks would become what. Pure, so that it can be
 * tested without a window; what is sent is what the week of a class sends.
 */
export type DayMark = OutputOf<Contract['attendance']['standingMarks']>['marks'][number];
export type DayRegisters = OutputOf<Contract['attendance']['registers']>['registers'];
type StudentGroup = OutputOf<Contract['students']['filters']>['groups'][number];

/** What the marks are narrowed to: one class, or who is in one bus run or activity; both null is everybody. */
export interface Where {
  readonly class: ClassId | null;
  readonly group: Id<'student-group'> | null;
}

export interface DayRow {
  readonly key: string;
  readonly mark: DayMark;
  /** What it would become; null where nothing is chosen yet or `why` says that it cannot. */
  readonly to: RegisterCode | null;
  /** The code may not stand in that session. */
  readonly why: 'not-here' | null;
}

interface DayCorrectionInput {
  readonly day: Day;
  readonly from: RegisterCode | null;
  readonly to: RegisterCode | null;
  readonly found: readonly DayMark[];
  /** Keys of rows that were unticked. */
  readonly left: ReadonlySet<string>;
  readonly codes: readonly RegisterCode[];
}

/** The row of each mark found, and what is sent for those that are ticked and would become something else. */
export function dayCorrection({ day, from, to, found, left, codes }: DayCorrectionInput): {
  readonly rows: readonly DayRow[];
  readonly marks: readonly CorrectionMark[];
} {
  if (from === null) return { rows: [], marks: [] };
  const rows = found.map((mark): DayRow => {
    const key = `${mark.class} ${mark.session} ${mark.student}`;
    if (to === null || to.code === from.code) return { key, mark, to: null, why: null };
    const here = codeInSession(codes, to, mark.session);
    // Present asked for over present: the session's own code stands already.
    const isOther = here !== undefined && here.code !== from.code;
    return { key, mark, to: isOther ? here : null, why: here === undefined ? 'not-here' : null };
  });
  const marks = rows.flatMap(({ key, mark, to: code }): CorrectionMark[] => {
    if (code === null || left.has(key)) return [];
    const { class: schoolClass, session, student } = mark;
    return [{ day, class: schoolClass, session, student, code: code.code, seen: from.code }];
  });
  return { rows, marks };
}

interface Place {
  readonly value: string;
  readonly label: string;
  readonly where: Where;
}

/** What a correction can be narrowed to: the classes that have a register on the day, the bus runs, the activities. */
export function registersWhere(
  registers: DayRegisters,
  groups: readonly StudentGroup[],
): { readonly classes: Place[]; readonly buses: Place[]; readonly activities: Place[] } {
  const classesById = new Map(registers.map((each) => [each.class, each.title]));
  const ofKind = (kind: StudentGroup['kind']): Place[] =>
    groups
      .filter((group) => group.kind === kind)
      .map(({ id, title }) => ({ value: id, label: title, where: { class: null, group: id } }));
  return {
    classes: [...classesById].map(([id, title]) => ({
      value: id,
      label: title,
      where: { class: id, group: null },
    })),
    buses: ofKind('bus'),
    activities: ofKind('activity'),
  };
}
