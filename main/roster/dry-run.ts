import { err, ok, type Result } from '../../domain/result.ts';
import { readHistory, type AttendanceHistory } from '../../domain/roster/attendance-history.ts';
import {
  checkPackage,
  type FileSummary,
  type PackageCheck,
  type PackageContent,
} from '../../domain/roster/check-package.ts';
import { diffRoster, type RosterDiff } from '../../domain/roster/diff-roster.ts';
import {
  missingParts,
  type DateFormat,
  type FileMapping,
  type MissingPart,
} from '../../domain/roster/file-mapping.ts';
import { exitCodeOf, FindingsCollector } from '../../domain/roster/findings.ts';
import { factsOfTable, guessCodes, guessMapping, samplesOf } from '../../domain/roster/guess-mapping.ts';
import { schoolAfterMapped, schoolAsHeld, type MappedTable } from '../../domain/roster/mapped-roster.ts';
import {
  chooseSchool,
  type SchoolNotChosen,
  type SchoolNotInPackage,
} from '../../domain/roster/plan-import.ts';
import { silentPulse, type ImportCancelled, type Pulse } from '../../domain/roster/pulse.ts';
import type { RosterTable } from '../../domain/roster/roster.ts';
import { schoolAfterImport, schoolsIn, type SchoolChoice } from '../../domain/roster/school-after-import.ts';
import type { CurrentRoster, SchoolRoster } from '../../domain/roster/school-roster.ts';
import { groupFileOf, takeGroups } from '../../domain/roster/take-groups.ts';
import { readPackage, type PackageInput } from './read-package.ts';

export interface DryRunInput {
  readonly package: PackageInput;
  /** What the school holds; `emptyRoster()` before the first import. */
  readonly current: CurrentRoster;
  /** The sourcedId of the school to import, or null for the one that is held or the only one. */
  readonly school: string | null;
  /** `YYYY-MM-DD`, school-local. */
  readonly today: string;
  /** How suppliers' files are read; left out where only OneRoster is expected. */
  readonly mappings?: MappingInput;
}

export interface MappingInput {
  /** The open school's own name, for files that name none. */
  readonly schoolName: string;
  /** The attendance codes that the school uses. */
  readonly ownCodes: readonly string[];
  readonly remembered: readonly RememberedMapping[];
  /** What the person said of the files of this upload, by file name. */
  readonly given: readonly { readonly file: string; readonly mapping: FileMapping }[];
}

export interface RememberedMapping {
  readonly headers: readonly string[];
  readonly mapping: FileMapping;
}

/** A supplier's file with how it is read, and what a person needs to see to say whether that is right. */
export interface MappedFile {
  readonly fileName: string;
  readonly header: readonly string[];
  readonly rows: number;
  readonly mapping: FileMapping;
  readonly origin: 'guessed' | 'remembered' | 'confirmed';
  /** Nothing: it can be read. */
  readonly missing: readonly MissingPart[];
  /** By column, in the order of the header: up to three values. Personal: for the window only. */
  readonly samples: readonly (readonly string[])[];
  /** By column: how its values can be read as dates; none where they cannot. */
  readonly dateFormats: readonly (readonly DateFormat[])[];
  /** By column: its different values where these are few enough to be codes. */
  readonly codes: readonly (readonly string[])[];
}

/** What was uploaded, by its content. */
export type PackageSource = 'oneroster' | 'mapped' | 'groups' | 'attendance';

/** Everything a person must see before an import is applied, and everything needed to apply it. */
export interface DryRun {
  readonly source: PackageSource;
  readonly check: Omit<PackageCheck, 'roster'>;
  /** Suppliers' files; none in a OneRoster package. */
  readonly files: readonly MappedFile[];
  readonly schools: readonly SchoolChoice[];
  /** What it would do to the chosen school, or why none is chosen. Null when the package is refused, or no roster. */
  readonly plan: Result<PlannedImport, SchoolNotInPackage | SchoolNotChosen> | null;
  /** Marks of days gone by; null for a roster. */
  readonly history: AttendanceHistory | null;
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
  const isOther = !content.value.isOneRoster && content.value.tables.length > 0;
  return isOther && input.mappings !== undefined
    ? dryRunOther(content.value, input, input.mappings, pulse)
    : dryRunOneRoster(content.value, input, pulse);
}

function dryRunOneRoster(
  content: PackageContent,
  input: DryRunInput,
  pulse: Pulse,
): Result<DryRun, ImportCancelled> {
  const { current, today } = input;
  const groupTables = content.tables.filter(({ fileName }) => groupFileOf(fileName) !== null);
  const ownContent = {
    ...content,
    fileNames: content.fileNames.filter((name) => groupFileOf(name) === null),
    tables: content.tables.filter((table) => !groupTables.includes(table)),
  };
  const checked = checkPackage(ownContent, current, today, pulse);
  if (!checked.ok) return checked;
  if (pulse.isCancelled()) return err({ type: 'import-cancelled' });

  const { roster, ...check } = checked.value;
  const base = { source: 'oneroster', files: [], history: null } as const;
  if (roster === null) return ok({ ...base, check, schools: [], plan: null });
  const school = chooseSchool(roster, current, input.school);
  const schools = schoolsIn(roster);
  if (!school.ok) return ok({ ...base, check, schools, plan: school });
  const after = schoolAfterImport(current, roster, school.value, today);
  if (groupTables.length === 0) {
    return ok({
      ...base,
      check,
      schools,
      plan: ok({ school: school.value, diff: diffRoster(current, after) }),
    });
  }
  const findings = new FindingsCollector();
  findings.addReport(check.report);
  const withGroups = takeGroups(after, groupTables, findings);
  const summed = sum(check, groupTables.map(summaryOf), findings);
  if (summed.exitCode === 2) return ok({ ...base, check: summed, schools: [], plan: null });
  const diff = diffRoster(current, withGroups);
  return ok({ ...base, check: summed, schools, plan: ok({ school: school.value, diff }) });
}

/** Suppliers' lists and our own files of groups. */
function dryRunOther(
  content: PackageContent,
  { current, today }: DryRunInput,
  mappings: MappingInput,
  pulse: Pulse,
): Result<DryRun, ImportCancelled> {
  const findings = new FindingsCollector();
  findings.addReport(content.report);
  const groupTables = content.tables.filter(({ fileName }) => groupFileOf(fileName) !== null);
  const tables = content.tables.filter((table) => !groupTables.includes(table));
  const files = tables.map((table) => mappedFileOf(table, mappings));
  const mapped = tables.map((table, index): MappedTable => {
    const file = files[index];
    return { table, mapping: file?.mapping ?? guessMapping(factsOfTable(table), []) };
  });
  const isAttendance = files.some(({ mapping }) => mapping.kind === 'attendance');
  const source: PackageSource = files.length === 0 ? 'groups' : isAttendance ? 'attendance' : 'mapped';
  for (const { fileName, rows } of tables) {
    if (rows.length === 0) findings.add('header-only', { file: fileName, line: 1 });
  }
  const asked = files.filter(({ origin, missing }) => origin === 'guessed' || missing.length > 0);
  if (asked.length === 0 && isAttendance) {
    const other = files.find(({ mapping }) => mapping.kind !== 'attendance');
    const [first] = files.filter(({ mapping }) => mapping.kind === 'attendance');
    if (other !== undefined || groupTables.length > 0) {
      findings.add('mixed-files', { file: first?.fileName ?? null });
    }
  }

  const summaries = [...tables, ...groupTables].map(summaryOf);
  const blank: PackageCheck = {
    version: null,
    files: [],
    report: { findings: [], omitted: [] },
    exitCode: 0,
    roster: null,
  };
  const finish = (rest: Pick<DryRun, 'schools' | 'plan' | 'history'>): Result<DryRun, never> => {
    return ok({ source, check: sum(blank, summaries, findings), files, ...rest });
  };
  const nothing = { schools: [], plan: null, history: null };
  if (findings.isRefused || asked.length > 0) return finish(nothing);

  if (isAttendance) {
    const history = readHistory(mapped, findings, pulse);
    if (history === null) return err({ type: 'import-cancelled' });
    return finish({ ...nothing, history: findings.isRefused ? null : history });
  }
  const after =
    mapped.length === 0 ? schoolAsHeld(current) : schoolAfterMapped(current, mapped, today, findings, pulse);
  if (after === null) return err({ type: 'import-cancelled' });
  const withGroups = groupTables.length === 0 ? after : takeGroups(after, groupTables, findings);
  if (findings.isRefused) return finish(nothing);
  return finish({
    ...nothing,
    schools: [choiceOf(withGroups, mappings.schoolName)],
    plan: ok({ school: withGroups.schoolSourcedId, diff: diffRoster(current, withGroups) }),
  });
}

/** What the person said, else what is remembered for this header, else a guess. */
function mappedFileOf(table: RosterTable, { ownCodes, remembered, given }: MappingInput): MappedFile {
  const { fileName, header, rows } = table;
  const facts = factsOfTable(table);
  const confirmed = given.find(({ file }) => file === fileName)?.mapping;
  const known = remembered.find(({ headers }) => isSameHeader(headers, header))?.mapping;
  const base = confirmed ?? known ?? guessMapping(facts, ownCodes);
  const codeColumn = base.columns.code;
  // A code that is new in this file is the school's own letter, or has to be asked for.
  const mapping =
    base.kind === 'attendance' && codeColumn !== undefined
      ? { ...base, codes: { ...guessCodes(facts.codesOf(codeColumn), ownCodes), ...base.codes } }
      : base;
  return {
    fileName,
    header,
    rows: rows.length,
    mapping,
    origin: confirmed !== undefined ? 'confirmed' : known !== undefined ? 'remembered' : 'guessed',
    missing: missingParts(mapping, facts),
    samples: header.map((column) => samplesOf(table, column)),
    dateFormats: header.map((column) => [...facts.dateFormatsOf(column)]),
    codes: header.map((column) => {
      const values = facts.codesOf(column);
      return values.length > 0 && values.length <= mostCodes && values.every((value) => value.length <= 60)
        ? values
        : [];
    }),
  };
}

/** More different values than this are no attendance codes. */
const mostCodes = 60;

function isSameHeader(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, index) => name === other[index]);
}

function summaryOf({ fileName, rows }: RosterTable): FileSummary {
  return { fileName, isUsed: true, mode: 'bulk', rows: rows.length, deletedRows: 0 };
}

function sum(
  check: Omit<PackageCheck, 'roster'>,
  files: readonly FileSummary[],
  findings: FindingsCollector,
): Omit<PackageCheck, 'roster'> {
  const report = findings.report();
  return { version: check.version, files: [...check.files, ...files], report, exitCode: exitCodeOf(report) };
}

function choiceOf({ schoolSourcedId, student, class: classes }: SchoolRoster, name: string): SchoolChoice {
  return { sourcedId: schoolSourcedId, name, classes: classes.size, students: student.size };
}
