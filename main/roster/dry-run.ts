import { err, ok, type Result } from '../../domain/result.ts';
import { checkPackage, type PackageCheck } from '../../domain/roster/check-package.ts';
import type { RosterDiff } from '../../domain/roster/diff-roster.ts';
import {
  chooseSchool,
  planImport,
  type SchoolNotChosen,
  type SchoolNotInPackage,
} from '../../domain/roster/plan-import.ts';
import { silentPulse, type ImportCancelled, type Pulse } from '../../domain/roster/pulse.ts';
import { schoolsIn, type SchoolChoice } from '../../domain/roster/school-after-import.ts';
import type { CurrentRoster } from '../../domain/roster/school-roster.ts';
import { readPackage, type PackageInput } from './read-package.ts';

export interface DryRunInput {
  readonly package: PackageInput;
  /** What the school holds; `emptyRoster()` before the first import. */
  readonly current: CurrentRoster;
  /** The sourcedId of the school to import, or null for the one that is held or the only one. */
  readonly school: string | null;
  /** `YYYY-MM-DD`, school-local. */
  readonly today: string;
}

/** Everything a person must see before an import is applied, and everything needed to apply it. */
export interface DryRun {
  readonly check: Omit<PackageCheck, 'roster'>;
  readonly schools: readonly SchoolChoice[];
  /** What it would do to the chosen school, or why none is chosen. Null when the package is refused. */
  readonly plan: Result<PlannedImport, SchoolNotInPackage | SchoolNotChosen> | null;
}

export interface PlannedImport {
  readonly school: string;
  readonly diff: RosterDiff;
}

/** Reads, checks and compares a package; writes nothing. Errors: `import-cancelled`. */
export async function dryRun(
  input: DryRunInput,
  pulse: Pulse = silentPulse,
): Promise<Result<DryRun, ImportCancelled>> {
  const content = await readPackage(input.package, pulse);
  if (!content.ok) return content;
  const checked = checkPackage(content.value, input.current, input.today, pulse);
  if (!checked.ok) return checked;
  if (pulse.isCancelled()) return err({ type: 'import-cancelled' });

  const { roster, ...check } = checked.value;
  if (roster === null) return ok({ check, schools: [], plan: null });
  const school = chooseSchool(roster, input.current, input.school);
  const schools = schoolsIn(roster);
  if (!school.ok) return ok({ check, schools, plan: school });
  const diff = planImport(input.current, roster, school.value, input.today);
  return ok({ check, schools, plan: ok({ school: school.value, diff }) });
}
