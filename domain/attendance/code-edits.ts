import type { Day } from '../ids.ts';
import { err, type Result } from '../result.ts';
import {
  createCodePack,
  isInUse,
  presentCode,
  type AttendanceCode,
  type CodePack,
  type StatisticalCategory,
} from './code-pack.ts';

/** What a school has changed about one code, from a day on: what it says then, or that it is no longer used. */
export interface CodeEdit {
  readonly code: string;
  /** First day on which it holds. Days before keep the code as it was. */
  readonly from: Day;
  readonly meaning: string;
  readonly key: string | null;
  readonly category: StatisticalCategory;
  readonly isEnded: boolean;
}

export type CodeEditRefused =
  /** Another code has the key on some of the same days. */
  | { readonly type: 'code-key-taken'; readonly key: string; readonly code: string }
  /** A code that means present has to be there in every session and to count as attending. */
  | { readonly type: 'present-code-needed' };

/**
 * The pack with one edit: what stood until the day before stays as it was, so that the past is not rewritten.
 *
 * What a code implies follows its category only where the edit changes that: an absence that was not excused before keeps
 * what truancy law says of it when only its meaning is put into other words.
 */
export function applyCodeEdit(pack: CodePack, edit: CodeEdit): Result<CodePack, CodeEditRefused> {
  const { codesByText: _, ...data } = pack;
  const codes = editedCodes(pack.codes, edit);
  const taken = keyTaken(codes, edit);
  if (taken !== undefined) return err(taken);
  const made = createCodePack({ ...data, codes });
  return made.ok && hasPresent(made.value, edit.from) ? made : err({ type: 'present-code-needed' });
}

/**
 * The pack with all edits, by their first day. Two desks may have made edits that do not go together: the one that comes
 * later in this order is then `refused`, on every desk the same.
 */
export function applyCodeEdits<E extends CodeEdit>(
  base: CodePack,
  edits: readonly E[],
): { readonly pack: CodePack; readonly refused: readonly E[] } {
  const inOrder = edits.toSorted((one, other) =>
    `${one.from} ${one.code}` < `${other.from} ${other.code}` ? -1 : 1,
  );
  const refused: E[] = [];
  let pack = base;
  for (const edit of inOrder) {
    const next = applyCodeEdit(pack, edit);
    if (next.ok) pack = next.value;
    else refused.push(edit);
  }
  return { pack, refused };
}

/** Whether a code means present in every register from the day on: it can change only where some code begins or ends. */
function hasPresent(pack: CodePack, from: Day): boolean {
  const turns = pack.codes
    .flatMap(({ effectiveFrom, effectiveUntil }) => [effectiveFrom, effectiveUntil])
    .filter((day) => day !== null && day > from);
  return [from, ...turns].every((day) =>
    pack.sessionModel.official.every(
      (session) => day === null || presentCode(pack, day, session) !== undefined,
    ),
  );
}

function editedCodes(codes: readonly AttendanceCode[], edit: CodeEdit): readonly AttendanceCode[] {
  const at = codes.findIndex((each) => each.code === edit.code && isInUse(each, edit.from));
  const old = codes[at];
  if (old === undefined) return edit.isEnded ? codes : [...codes, newCode(codes, edit)];
  const before = old.effectiveFrom === edit.from ? [] : [{ ...old, effectiveUntil: edit.from }];
  const after = edit.isEnded ? [] : [changedCode(old, edit)];
  return codes.toSpliced(at, 1, ...before, ...after);
}

function changedCode(old: AttendanceCode, { from, meaning, key, category }: CodeEdit): AttendanceCode {
  const changed = { ...old, meaning, key, category, effectiveFrom: from, evidence: 'not-checked' as const };
  if (category === old.category) return changed;
  return {
    ...changed,
    ...impliedBy(category),
    awaitsReason: old.awaitsReason && (category === 'authorised' || category === 'unauthorised'),
  };
}

function newCode(
  codes: readonly AttendanceCode[],
  { code, from, meaning, key, category }: CodeEdit,
): AttendanceCode {
  // A code that was used before and is again later: until then.
  const later = codes.flatMap((each) =>
    each.code === code && each.effectiveFrom !== null && each.effectiveFrom > from
      ? [each.effectiveFrom]
      : [],
  );
  return {
    code,
    meaning,
    category,
    key,
    sessions: null,
    isPresent: false,
    isLate: false,
    awaitsReason: false,
    ...impliedBy(category),
    effectiveFrom: from,
    effectiveUntil: later.toSorted()[0] ?? null,
    replacedBy: [],
    evidence: 'not-checked',
    note: null,
  };
}

/** CEDS 000076 and truancy, as far as the category alone says. */
function impliedBy(category: StatisticalCategory): Pick<AttendanceCode, 'isUnexcused' | 'ceds'> {
  const ceds = {
    attending: 'Present',
    authorised: 'ExcusedAbsence',
    unauthorised: 'UnexcusedAbsence',
  } as const;
  return {
    isUnexcused: category === 'unauthorised',
    ceds: category === 'approved-activity' || category === 'not-possible' ? null : ceds[category],
  };
}

function keyTaken(codes: readonly AttendanceCode[], { code, key, from, isEnded }: CodeEdit) {
  if (key === null || isEnded) return undefined;
  const own = codes.find((each) => each.code === code && isInUse(each, from));
  const other = codes.find(
    (each) =>
      each.code !== code &&
      each.key === key &&
      (each.effectiveUntil === null || each.effectiveUntil > from) &&
      (own?.effectiveUntil == null || each.effectiveFrom === null || each.effectiveFrom < own.effectiveUntil),
  );
  return other === undefined ? undefined : ({ type: 'code-key-taken', key, code: other.code } as const);
}

/** Whether an edit changes what marks count as, and not only how the code is called and typed. */
export function changesCounting(pack: CodePack, edit: CodeEdit): boolean {
  const old = pack.codesByText.get(edit.code)?.find((each) => isInUse(each, edit.from));
  return edit.isEnded ? old !== undefined : old?.category !== edit.category;
}
