import type { ClassId, Day, StudentId, UserId } from '../ids.ts';
import { awaitsReason, codeOn, type CodePack, type StatisticalCategory } from './code-pack.ts';
import type { PlannedAbsence } from './planned-absence.ts';
import type { RegisterSession } from './session.ts';

/** Which register: one class, one day, one session. */
export interface RegisterKey {
  readonly day: Day;
  readonly classId: ClassId;
  readonly session: RegisterSession;
}

/** As many marks as one correction takes: a screen that can still be looked through before it is applied. */
export const mostMarksCorrected = 500;

/**
 * Who is speaking. The class's teacher says what was seen in the room; the office says what the school holds to be
 * true. Both are kept; the office's is the one that counts.
 */
export type AuthorKind = 'teacher' | 'office';

/** When a fact was written by the store's clock: of two, the one with the greater (hlc, desk) is the newer. */
export interface LogicalTime {
  /** Hybrid logical time. */
  readonly hlc: number;
  readonly desk: number;
}

/**
 * One statement about one student in one register. Facts are added and never changed: a correction is a newer fact
 * of the same kind, and withdrawing a mark (undo) is a newer fact without a code.
 *
 * Source: SI 2024/208 asks that an amended entry show the original, the amendment, who made it and when.
 */
export interface MarkFact extends LogicalTime {
  readonly studentId: StudentId;
  readonly kind: AuthorKind;
  /** A code of the school's pack, or null: the earlier mark of this kind is withdrawn. */
  readonly code: string | null;
  readonly authorId: UserId;
  /** Epoch milliseconds at the desk that wrote it. Shown, but not used to order: clocks can be wrong. */
  readonly atMs: number;
  readonly minutesLate: number | null;
  /** Empty for none. */
  readonly note: string;
}

/** That somebody took the register, or took that back. It is a fact of its own: a register of marks need not be finished. */
export interface TakenFact extends LogicalTime {
  readonly isTaken: boolean;
  readonly authorId: UserId;
  readonly atMs: number;
}

/** What a planned absence says in a register where it stands. It is no entry: it is worked out whenever the register is read. */
export interface PlannedMark {
  readonly kind: 'plan';
  readonly code: string;
  readonly minutesLate: null;
  readonly plan: PlannedAbsence;
}

/** What one student's cell shows. */
export interface StudentMark {
  readonly studentId: StudentId;
  /** What counts, by `standingMark`. Null: nobody has said anything and nothing was planned. */
  readonly effective: MarkFact | PlannedMark | null;
  readonly teacher: MarkFact | null;
  readonly office: MarkFact | null;
  /** The planned absence that covers this register, whether it stands or was overruled. */
  readonly planned: PlannedAbsence | null;
  /** Every fact, oldest first, the withdrawn ones too. */
  readonly history: readonly MarkFact[];
  /** A mark was changed or withdrawn after it was first written: the cell shows a folded corner. */
  readonly isCorrected: boolean;
}

export interface RegisterState {
  /**
   * `blank`: not taken and no mark. `partly`: marks but not taken, or taken while a student has no mark (left
   * blank, or joined since). `taken`: taken, and everybody is accounted for.
   */
  readonly state: 'blank' | 'partly' | 'taken';
  /** Who last took it; null when nobody did or it was taken back since. */
  readonly taken: TakenFact | null;
  readonly students: readonly StudentMark[];
  readonly marked: number;
  readonly blank: number;
  readonly totals: RegisterTotals;
}

export interface RegisterTotals {
  readonly byCategory: Readonly<Record<StatisticalCategory, number>>;
  /** How many students have each code, in the order in which the codes first appear. */
  readonly byCode: ReadonlyMap<string, number>;
  readonly late: number;
  readonly awaitingReason: number;
  /** Marks whose code the pack does not know on that day: counted nowhere else and to be looked at. */
  readonly unknownCode: number;
}

/**
 * What counts of the two columns and a plan: the office's mark, else the teacher's. A planned absence stands where nobody
 * has said anything, and where the teacher's mark says only "not here": it gives that the reason. It never overrules
 * somebody who was seen in the room, nor the office.
 */
export function standingMark<M, P>(
  { teacher, office }: { readonly teacher: M | null; readonly office: M | null },
  plan: P | null,
  saysOnlyNotHere: (teacher: M) => boolean,
): M | P | null {
  if (office !== null) return office;
  if (plan !== null && (teacher === null || saysOnlyNotHere(teacher))) return plan;
  return teacher;
}

/** What one student's facts in one register come to, with the plan that covers it. The facts may come in any order. */
export function resolveMarks(
  studentId: StudentId,
  facts: readonly MarkFact[],
  plan: PlannedAbsence | null,
  pack: CodePack,
  day: Day,
): StudentMark {
  const history = facts.filter((fact) => fact.studentId === studentId).toSorted(byTime);
  const teacher = newest(history, 'teacher');
  const office = newest(history, 'office');
  const teacherMark = teacher?.code == null ? null : teacher;
  const officeMark = office?.code == null ? null : office;
  const planned: PlannedMark | null =
    plan === null ? null : { kind: 'plan', code: plan.code, minutesLate: null, plan };
  const cell: { readonly teacher: MarkFact | null; readonly office: MarkFact | null } = {
    teacher: teacherMark,
    office: officeMark,
  };
  return {
    studentId,
    effective: standingMark(cell, planned, ({ code }) => code !== null && awaitsReason(pack, code, day)),
    ...cell,
    planned: plan,
    history,
    isCorrected: new Set(history.map(({ code }) => code)).size > 1,
  };
}

/**
 * What a register comes to: each student's cell in the order given, the state, and the totals.
 *
 * A student without a mark is blank, never present: no row says nothing; one whose absence is planned is accounted for.
 * Facts about students who are not in the list (they left the class) are left out. `plans` are those that cover this
 * register, by student (`plansFor`).
 */
export function registerState(
  studentIds: readonly StudentId[],
  facts: readonly MarkFact[],
  taken: readonly TakenFact[],
  plans: ReadonlyMap<StudentId, PlannedAbsence>,
  pack: CodePack,
  day: Day,
): RegisterState {
  const factsByStudent = Map.groupBy(facts, ({ studentId }) => studentId);
  const students = studentIds.map((id) =>
    resolveMarks(id, factsByStudent.get(id) ?? [], plans.get(id) ?? null, pack, day),
  );
  const marked = students.filter(({ effective }) => effective !== null).length;
  const blank = students.length - marked;
  const lastTaken = taken.toSorted(byTime).at(-1);
  const standing = lastTaken?.isTaken === true ? lastTaken : null;
  const isUntouched =
    standing === null && students.every(({ teacher, office }) => teacher === null && office === null);
  return {
    state: isUntouched ? 'blank' : standing !== null && blank === 0 ? 'taken' : 'partly',
    taken: standing,
    students,
    marked,
    blank,
    totals: registerTotals(students, pack, day),
  };
}

function registerTotals(students: readonly StudentMark[], pack: CodePack, day: Day): RegisterTotals {
  const byCategory = {
    attending: 0,
    'approved-activity': 0,
    authorised: 0,
    unauthorised: 0,
    'not-possible': 0,
  };
  const byCode = new Map<string, number>();
  let late = 0;
  let awaitingReason = 0;
  let unknownCode = 0;
  for (const { effective } of students) {
    if (effective?.code == null) continue;
    byCode.set(effective.code, (byCode.get(effective.code) ?? 0) + 1);
    const code = codeOn(pack, effective.code, day);
    if (code === undefined) {
      unknownCode += 1;
      continue;
    }
    byCategory[code.category] += 1;
    if (code.isLate) late += 1;
    if (code.awaitsReason) awaitingReason += 1;
  }
  return { byCategory, byCode, late, awaitingReason, unknownCode };
}

function newest(history: readonly MarkFact[], kind: AuthorKind): MarkFact | undefined {
  return history.findLast((fact) => fact.kind === kind);
}

function byTime(one: LogicalTime, other: LogicalTime): number {
  return one.hlc - other.hlc || one.desk - other.desk;
}
