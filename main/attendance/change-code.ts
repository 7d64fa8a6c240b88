import { countMarksOfCode } from '../../db/attendance/code-edits.ts';
import { applyCodeEdit, changesCounting, type CodeEdit } from '../../domain/attendance/code-edits.ts';
import type { ErrorOf } from '../../domain/contract/errors.ts';
import type { Id } from '../../domain/ids.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { CommandUnit } from '../gate/unit.ts';
import { sharedId } from '../shared-id.ts';
import { packWith, schoolCodes } from './code-packs.ts';

type Refused = ErrorOf<'code-has-marks' | 'code-key-taken' | 'present-code-needed'>;

/**
 * Changes a code from a day on, or adds it. Days before keep it as it was.
 *
 * Errors: `code-has-marks` while marks that would count as something else are not confirmed by their number;
 * `code-key-taken`; `present-code-needed`.
 */
export function changeCode(
  unit: CommandUnit,
  edit: CodeEdit,
  confirmedMarks: number | null,
): Result<Id<'code-edit'>, Refused> {
  const { edits } = schoolCodes(unit);
  // The same code from the same day: said anew.
  const others = edits.filter(({ code, from }) => code !== edit.code || from !== edit.from);
  const earlier = packWith(
    unit,
    others.filter(({ from }) => from <= edit.from),
  ).pack;
  const applied = applyCodeEdit(earlier, edit);
  if (!applied.ok) return applied;
  const { refused } = packWith(unit, [...others, edit]);
  if (refused.length > 0) return err(whyRefused(unit, edit, others));
  const marks = changesCounting(earlier, edit) ? countMarksOfCode(unit.db, edit.code, edit.from) : 0;
  if (marks > 0 && marks !== confirmedMarks) return err({ type: 'code-has-marks', marks });

  const id = sharedId('code-edit', unit.school.id, edit.from, edit.code);
  unit.changes.write({ type: 'code-edit', id }, (change) => {
    change.put('code_edit', {
      id,
      school: unit.school.id,
      code: edit.code,
      fromDay: edit.from,
      meaning: edit.meaning,
      key: edit.key ?? '',
      category: edit.category,
      isEnded: edit.isEnded,
      madeBy: unit.actor.user,
      madeAtMs: unit.nowMs,
      status: 'active',
    });
  });
  return ok(id);
}

/** Takes a change back: the code is again what it was without it. False where it does not stand. Errors as for `changeCode`. */
export function withdrawCodeChange(
  unit: CommandUnit,
  id: Id<'code-edit'>,
  confirmedMarks: number | null,
): Result<boolean, Refused> {
  const { edits, pack } = schoolCodes(unit);
  const own = edits.find(({ row }) => row.id === id);
  if (own === undefined) return ok(false);
  const others = edits.filter((each) => each !== own);
  const without = packWith(unit, others);
  if (without.refused.length > 0) {
    const [first] = without.refused;
    return err(first === undefined ? { type: 'present-code-needed' } : whyRefused(unit, first, others));
  }
  const counted = (each: typeof pack) =>
    each.codesByText
      .get(own.code)
      ?.map(({ category }) => category)
      .join();
  const marks = counted(pack) === counted(without.pack) ? 0 : countMarksOfCode(unit.db, own.code, own.from);
  if (marks > 0 && marks !== confirmedMarks) return err({ type: 'code-has-marks', marks });
  unit.changes.write({ type: 'code-edit', id }, (change) =>
    change.put('code_edit', { id, status: 'withdrawn' }),
  );
  return ok(true);
}

/** Which of the two reasons it is that an edit does not go together with the others, of which some are of later days. */
function whyRefused(
  { school }: CommandUnit,
  edit: CodeEdit,
  others: readonly CodeEdit[],
): ErrorOf<'code-key-taken' | 'present-code-needed'> {
  const sameKey = others.find(
    ({ key, code, isEnded }) => !isEnded && key !== null && key === edit.key && code !== edit.code,
  );
  if (sameKey?.key != null) return { type: 'code-key-taken', key: sameKey.key, code: sameKey.code };
  const applied = applyCodeEdit(packWith({ school }, others).pack, edit);
  return applied.ok ? { type: 'present-code-needed' } : applied.error;
}
