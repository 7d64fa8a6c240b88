import { err, ok, type Result } from '../result.ts';
import { buildRecords, createRosterBuilder, type CheckedTable } from './build-records.ts';
import { checkColumns, languageColumnIn, cellAt } from './check-columns.ts';
import { checkReferences } from './check-references.ts';
import { checkValues, createDayCheck } from './check-values.ts';
import { exitCodeOf, FindingsCollector, type FindingCode, type FindingsReport } from './findings.ts';
import type { FileMode, RosterFile, RosterVersion } from './oneroster-format.ts';
import { fromNeutralCell } from './neutral-cells.ts';
import { planPackage, type PlannedFile } from './plan-package.ts';
import { rowsPerPulse, type ImportCancelled, type Pulse } from './pulse.ts';
import type { Roster, RosterTable } from './roster.ts';
import type { CurrentRoster } from './school-roster.ts';

/** What was read from a zip or a folder, before anything is known about it. */
export interface PackageContent {
  /** Every file of the package, also those that could not be read as a table. */
  readonly fileNames: readonly string[];
  readonly tables: readonly RosterTable[];
  readonly report: FindingsReport;
  /** False for suppliers' own lists, which are read by a mapping. */
  readonly isOneRoster: boolean;
}

export interface FileSummary {
  readonly fileName: string;
  readonly isUsed: boolean;
  readonly mode: FileMode;
  readonly rows: number;
  /** Rows that say `tobedeleted`; always 0 in bulk files. */
  readonly deletedRows: number;
}

/** A package with everything that was found in it. */
export interface PackageCheck {
  readonly version: RosterVersion | null;
  readonly files: readonly FileSummary[];
  readonly report: FindingsReport;
  /** 0 clean or information only, 1 importable with warnings, 2 refused. */
  readonly exitCode: 0 | 1 | 2;
  /** Null when the package is refused. */
  readonly roster: Roster | null;
}

/**
 * Checks a package against the OneRoster rules and brings it into one shape.
 *
 * `current` is what the school holds already: a delta may refer to it. `today` is `YYYY-MM-DD`. Linear in the rows.
 * Errors: `import-cancelled`. Everything wrong with the package itself is a finding, never an error.
 * Source: DOMAIN §1.1; the severities stand in `findings.ts`.
 */
export function checkPackage(
  content: PackageContent,
  current: CurrentRoster,
  today: string,
  pulse: Pulse,
): Result<PackageCheck, ImportCancelled> {
  const findings = new FindingsCollector();
  findings.addReport(content.report);
  const isReadWhole = !findings.isRefused;
  const plan = planPackage(content.fileNames, content.tables, findings);
  if (plan === null) return ok(finish(null, [], findings, null));

  const isDay = createDayCheck();
  const summaries: FileSummary[] = [];
  const tables: CheckedTable[] = [];
  let rowsChecked = 0;
  const files = plan.isNeutral ? plan.files.map(restoreCells) : plan.files;
  for (const planned of files) {
    const mode = findMode(planned, findings);
    addHeaderOnly(planned, mode, findings);
    const summary = {
      fileName: planned.fileName,
      isUsed: isUsed(planned.file),
      mode,
      rows: planned.table.rows.length,
    };
    if (planned.file === null) {
      summaries.push({ ...summary, deletedRows: 0 });
      continue;
    }
    const isDelta = mode === 'delta';
    const columns = checkColumns(planned.table, planned.file, plan.version, isDelta, findings);
    const context = {
      file: planned.file,
      fileName: planned.fileName,
      columns,
      isDelta,
      languageColumn: planned.file === 'users' ? languageColumnIn(planned.table.header) : undefined,
      today,
      isDay,
      findings,
    };
    for (const row of planned.table.rows) {
      checkValues(row, context);
      rowsChecked += 1;
      if (rowsChecked % rowsPerPulse !== 0) continue;
      pulse.onRows('checking', rowsChecked);
      if (pulse.isCancelled()) return err({ type: 'import-cancelled' });
    }
    const table: CheckedTable = {
      file: planned.file,
      table: planned.table,
      columns,
      isDelta,
      ...indexRows(planned, columns, isDelta, findings),
    };
    tables.push(table);
    summaries.push({ ...summary, deletedRows: table.deletedIds.size });
  }

  if (!isReadWhole || findings.hasAny(structuralFindings))
    return ok(finish(plan.version, summaries, findings, null));
  const leftOut = checkReferences(plan.version, tables, current, findings, pulse);
  if (leftOut === null) return err({ type: 'import-cancelled' });
  if (findings.isRefused) return ok(finish(plan.version, summaries, findings, null));
  const builder = createRosterBuilder(plan.version);
  for (const table of tables) buildRecords(table, leftOut, builder);
  return ok(finish(plan.version, summaries, findings, builder.roster));
}

function restoreCells(planned: PlannedFile): PlannedFile {
  const rows = planned.table.rows.map(({ line, cells }) => ({ line, cells: cells.map(fromNeutralCell) }));
  return { ...planned, table: { ...planned.table, rows } };
}

function finish(
  version: RosterVersion | null,
  files: readonly FileSummary[],
  findings: FindingsCollector,
  roster: Roster | null,
): PackageCheck {
  const report = findings.report();
  return { version, files, report, exitCode: exitCodeOf(report), roster };
}

function isUsed(file: RosterFile | null): boolean {
  return file !== null && file !== 'userProfiles';
}

/** The manifest's mode, unless every row is written in the other one: then the rows win (OneRoster CSV Binding). */
function findMode({ fileName, table, mode }: PlannedFile, findings: FindingsCollector): 'bulk' | 'delta' {
  if (table.rows.length === 0) return mode;
  const status = table.header.indexOf('status');
  const modified = table.header.indexOf('dateLastModified');
  const isMarked = mode === 'bulk';
  for (const row of table.rows) {
    const hasStatus = cellAt(row, status) !== '';
    const hasDate = cellAt(row, modified) !== '';
    if (hasStatus !== isMarked || hasDate !== isMarked) return mode;
  }
  const other = mode === 'bulk' ? 'delta' : 'bulk';
  findings.add('mode-by-rows', { file: fileName, value: mode, expected: other });
  return other;
}

function addHeaderOnly(
  { fileName, table }: PlannedFile,
  mode: 'bulk' | 'delta',
  findings: FindingsCollector,
): void {
  if (table.rows.length > 0) return;
  findings.add(mode === 'bulk' ? 'header-only' : 'header-only-delta', { file: fileName, line: 1 });
}

/** The ids of a file, each with its line; a second use of one is a finding. */
function indexRows(
  { fileName, table }: PlannedFile,
  columns: CheckedTable['columns'],
  isDelta: boolean,
  findings: FindingsCollector,
): { readonly activeIds: ReadonlySet<string>; readonly deletedIds: ReadonlySet<string> } {
  const linesById = new Map<string, number>();
  const activeIds = new Set<string>();
  const deletedIds = new Set<string>();
  const idIndex = columns.indexOf('sourcedId');
  const statusIndex = columns.indexOf('status');
  for (const row of table.rows) {
    const id = cellAt(row, idIndex);
    if (id === '') continue;
    const earlier = linesById.get(id);
    if (earlier !== undefined) {
      findings.add('id-duplicate', {
        file: fileName,
        line: row.line,
        column: 'sourcedId',
        value: id,
        expected: String(earlier),
      });
      continue;
    }
    linesById.set(id, row.line);
    if (isDelta && cellAt(row, statusIndex) === 'tobedeleted') deletedIds.add(id);
    else activeIds.add(id);
  }
  return { activeIds, deletedIds };
}

/** With one of these, part of the package is missing, and every reference to it would be reported as broken. */
const structuralFindings: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'column-missing',
  'file-listed-absent',
  'file-listed-missing',
  'file-unlisted',
  'file-name-alike',
  'file-foreign',
  'header-only',
  'manifest-mode',
]);
