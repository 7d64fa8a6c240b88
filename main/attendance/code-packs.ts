import { readFileSync } from 'node:fs';
import { listCodeEdits, type CodeEditRow } from '../../db/attendance/code-edits.ts';
import { createRosterMemory, rosterState } from '../../db/attendance/roster-state.ts';
import { applyCodeEdits, type CodeEdit } from '../../domain/attendance/code-edits.ts';
import { codeOn, createCodePack, markCategoryOf, type CodePack } from '../../domain/attendance/code-pack.ts';
import type { CountryPack, MarkCategory } from '../../domain/contract/shared.ts';
import type { Day } from '../../domain/ids.ts';
import { assert } from '../../domain/result.ts';
import type { QueryUnit } from '../gate/unit.ts';
import { resourcePath } from '../resource.ts';

const packs = new Map<CountryPack, CodePack>();

/** The attendance codes of a country as they are shipped, read once from `resources/rules/`. */
function shippedPack(country: CountryPack): CodePack {
  const known = packs.get(country);
  if (known !== undefined) return known;
  const data: unknown = JSON.parse(readFileSync(resourcePath(`rules/${country}-codes.json`), 'utf8'));
  const pack = createCodePack(data);
  assert(pack.ok, 'a shipped code pack is in order');
  packs.set(country, pack.value);
  return pack.value;
}

/** A school's change as the rules take it, with the row it comes from. */
export interface StoredCodeEdit extends CodeEdit {
  readonly row: CodeEditRow;
}

interface SchoolCodes {
  readonly pack: CodePack;
  readonly edits: readonly StoredCodeEdit[];
  /** Changes that do not go together with earlier ones, made on desks that did not know of each other. */
  readonly refused: readonly StoredCodeEdit[];
}

const memory = createRosterMemory<SchoolCodes>(1);

/** The school's codes with what it has changed about them. Kept until one of its records changes; not to be called after a write. */
export function schoolCodes({ db, school }: Pick<QueryUnit, 'db' | 'school'>): SchoolCodes {
  return memory(rosterState(db), school.id, () => {
    const edits = listCodeEdits(db).map(toEdit);
    return { edits, ...applyCodeEdits(shippedPack(school.country), edits) };
  });
}

/** The school's attendance codes: those of its country, as the school has changed them from a day on. */
export function codePackOf(unit: Pick<QueryUnit, 'db' | 'school'>): CodePack {
  return schoolCodes(unit).pack;
}

/** The codes with other changes than those that stand: what a new one, or one less, would make of them. */
export function packWith(
  { school }: Pick<QueryUnit, 'school'>,
  edits: readonly CodeEdit[],
): ReturnType<typeof applyCodeEdits> {
  return applyCodeEdits(shippedPack(school.country), edits);
}

/**
 * How the window shows a stored mark. A code that the pack does not know on that day cannot be judged, so it is shown as
 * what somebody has to look at.
 */
export function categoryOf(pack: CodePack, code: string, on: Day): MarkCategory {
  const found = codeOn(pack, code, on);
  return found === undefined ? 'absent-unexplained' : markCategoryOf(found);
}

function toEdit(row: CodeEditRow): StoredCodeEdit {
  const { code, from, meaning, category, isEnded } = row;
  return { code, from, meaning, key: row.key === '' ? null : row.key, category, isEnded, row };
}
