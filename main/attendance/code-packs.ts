import { readFileSync } from 'node:fs';
import { codeOn, createCodePack, markCategoryOf, type CodePack } from '../../domain/attendance/code-pack.ts';
import type { CountryPack, MarkCategory } from '../../domain/contract/shared.ts';
import type { Day } from '../../domain/ids.ts';
import { assert } from '../../domain/result.ts';
import { resourcePath } from '../resource.ts';

const packs = new Map<CountryPack, CodePack>();

/** The attendance codes of a country, read once from `resources/rules/`. */
export function codePackOf(country: CountryPack): CodePack {
  const known = packs.get(country);
  if (known !== undefined) return known;
  const data: unknown = JSON.parse(readFileSync(resourcePath(`rules/${country}-codes.json`), 'utf8'));
  const pack = createCodePack(data);
  assert(pack.ok, 'a shipped code pack is in order');
  packs.set(country, pack.value);
  return pack.value;
}

/**
 * How the window shows a stored mark. A code that the pack does not know on that day cannot be judged, so it is shown as
 * what somebody has to look at.
 */
export function categoryOf(pack: CodePack, code: string, on: Day): MarkCategory {
  const found = codeOn(pack, code, on);
  return found === undefined ? 'absent-unexplained' : markCategoryOf(found);
}
