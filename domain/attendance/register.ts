import type { ClassId, Day, StudentId, UserId } from '../ids.ts';
import { codeOn, type CodePack, type StatisticalCategory } from './code-pack.ts';
import type { RegisterSession } from './session.ts';

/** Which register: one class, one day, one session. */
export interface RegisterKey {
  readonly day: Day;
  readonly classId: ClassId;
  readonly session: RegisterSession;
}

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

/** What one student's cell shows. */
export interface StudentMark {
  readonly studentId: StudentId;
  /** The mark that counts: the office's newest, else the teacher's newest. Null: nobody has said anything. */
  readonly effective: MarkFact | null;
  readonly teacher: MarkFact | null;
  readonly office: MarkFact | null;
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

/** What one student's facts in one register come to. The facts may come in any order. */
export function resolveMarks(studentId: StudentId, facts: readonly MarkFact[]): StudentMark {
  const history = facts.filter((fact) => fact.studentId === studentId).toSorted(byTime);
  const teacher = newest(history, 'teacher');
  const office = newest(history, 'office');
  const teacherMark = teacher?.code == null ? null : teacher;
  const officeMark = office?.code == null ? null : office;
  return {
    studentId,
    effective: officeMark ?? teacherMark,
    teacher: teacherMark,
    office: officeMark,
    history,
    isCorrected: new Set(history.map(({ code }) => code)).size > 1,
  };
}

/**
 * What a register comes to: each student's cell in the order given, the state, and the totals.
 *
 * A student without a mark is blank, never present: no row says nothing. Facts about students who are not in the
 * list (they left the class) are left out.
 */
export function registerState(
  studentIds: readonly StudentId[],
  facts: readonly MarkFact[],
  taken: readonly TakenFact[],
  pack: CodePack,
  day: Day,
): RegisterState {
  const factsByStudent = Map.groupBy(facts, ({ studentId }) => studentId);
  const students = studentIds.map((id) => resolveMarks(id, factsByStudent.get(id) ?? []));
  const marked = students.filter(({ effective }) => effective !== null).length;
  const blank = students.length - marked;
  const lastTaken = taken.toSorted(byTime).at(-1);
  const standing = lastTaken?.isTaken === true ? lastTaken : null;
  const isUntouched = standing === null && marked === 0;
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
