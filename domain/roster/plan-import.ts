import { err, ok, type Result } from '../result.ts';
import { diffRoster, type RosterDiff } from './diff-roster.ts';
import type { Roster } from './roster.ts';
import { schoolAfterImport, schoolsIn } from './school-after-import.ts';
import type { CurrentRoster } from './school-roster.ts';

/** The package brings no such school and the store holds none of that id. */
export interface SchoolNotInPackage {
  readonly type: 'school-not-in-package';
}

/** There is more than one school in the package, and none was chosen. */
export interface SchoolNotChosen {
  readonly type: 'school-not-chosen';
}

/**
 * Chooses the school of a package: the one asked for, the one whose roster is held already, or the only one there is.
 *
 * Errors: `school-not-in-package`, `school-not-chosen`.
 */
export function chooseSchool(
  roster: Roster,
  current: CurrentRoster,
  asked: string | null,
): Result<string, SchoolNotInPackage | SchoolNotChosen> {
  const isThere = (sourcedId: string): boolean => {
    return current.schoolSourcedId === sourcedId || roster.orgs.get(sourcedId)?.isDeleted === false;
  };
  if (asked !== null) return isThere(asked) ? ok(asked) : err({ type: 'school-not-in-package' });
  const held = current.schoolSourcedId;
  if (held !== null) {
    // A bulk list of organisations without our school is another district's package.
    const isOther = roster.modes.orgs === 'bulk' && !roster.orgs.has(held);
    return isOther ? err({ type: 'school-not-in-package' }) : ok(held);
  }
  const [only, ...others] = schoolsIn(roster);
  if (only === undefined) return err({ type: 'school-not-in-package' });
  return others.length === 0 ? ok(only.sourcedId) : err({ type: 'school-not-chosen' });
}

/** What importing a checked package would do to one school. `today` is `YYYY-MM-DD`, school-local. */
export function planImport(
  current: CurrentRoster,
  roster: Roster,
  schoolSourcedId: string,
  today: string,
): RosterDiff {
  return diffRoster(current, schoolAfterImport(current, roster, schoolSourcedId, today));
}
