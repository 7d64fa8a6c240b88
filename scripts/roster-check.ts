import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Command } from 'commander';
import { Temporal } from 'temporal-polyfill';
import { assert } from '../domain/result.ts';
import { fileOfKind } from '../domain/roster/diff-roster.ts';
import { describeFinding, showable, type Finding } from '../domain/roster/findings.ts';
import { emptyRoster, rosterKinds, type RosterKind } from '../domain/roster/school-roster.ts';
import { dryRun, type DryRun } from '../main/roster/dry-run.ts';
import { packageLimits } from '../main/roster/package-limits.ts';
import type { PackageFile, PackageInput } from '../main/roster/read-package.ts';

// The dry run of a roster import against an empty school. Exit code: 0 clean or information only, 1 importable with
// warnings, 2 refused, or the package cannot be opened at all.

const maxShownPerKind = 5;

interface CheckOptions {
  readonly json?: boolean;
  readonly school?: string;
}

const program = new Command('roster-check')
  .description('Checks a OneRoster 1.1 or 1.2 CSV package. Nothing is written.')
  .argument('<package>', 'a zip, or a folder with the CSV files')
  .option('--json', 'print the result as JSON')
  .option('--school <sourcedId>', 'the school to import, when the package holds several')
  .exitOverride()
  .action(checkPath);

try {
  await program.parseAsync();
} catch (error) {
  // Help ends with 0; a wrong command line is as little importable as a refused package.
  const isHelp = error instanceof Error && 'exitCode' in error && error.exitCode === 0;
  if (!(error instanceof Error && 'exitCode' in error)) throw error;
  process.exitCode = isHelp ? 0 : 2;
}

async function checkPath(path: string, options: CheckOptions): Promise<void> {
  const input = await openPackage(path);
  if (typeof input === 'string') {
    process.stderr.write(`${input}\n`);
    process.exitCode = 2;
    return;
  }
  const today = Temporal.Now.plainDateISO().toString();
  const result = await dryRun({
    package: input,
    current: emptyRoster(),
    school: options.school ?? null,
    today,
  });
  assert(result.ok, 'a check that nobody can cancel is not cancelled');
  const isWrongSchool =
    result.value.plan?.ok === false && result.value.plan.error.type === 'school-not-in-package';
  process.exitCode = isWrongSchool && options.school !== undefined ? 2 : result.value.check.exitCode;
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify(toJson(path, result.value), null, 2)}\n`
      : toText(path, result.value),
  );
}

/** The package in memory, or why it cannot be opened. */
async function openPackage(path: string): Promise<PackageInput | string> {
  try {
    const info = await stat(path);
    if (!info.isDirectory()) {
      if (info.size > packageLimits.maxTotalBytes) return `${path} is too large for a roster.`;
      return { kind: 'zip', bytes: await readFile(path) };
    }
    const files: PackageFile[] = [];
    for (const entry of await readdir(path, { withFileTypes: true })) {
      if (entry.isFile()) files.push({ name: entry.name, bytes: await readFile(join(path, entry.name)) });
      // Named with its folder, so that the check says what is wrong with it; what is in it is not opened.
      else files.push({ name: `${entry.name}/`, bytes: new Uint8Array() });
    }
    return { kind: 'files', files: files.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return `${path} cannot be opened (${code}).`;
  }
}

function outcomeOf(exitCode: 0 | 1 | 2): string {
  return exitCode === 2 ? 'refused' : exitCode === 1 ? 'importable with warnings' : 'importable';
}

function countsOf(
  run: DryRun,
): readonly { readonly kind: RosterKind; readonly file: string; readonly added: number }[] {
  if (run.plan?.ok !== true) return [];
  const { kinds } = run.plan.value.diff;
  return rosterKinds.map((kind) => ({ kind, file: fileOfKind[kind], added: kinds[kind].added.length }));
}

function toJson(path: string, run: DryRun): unknown {
  const { check, schools, plan } = run;
  return {
    package: basename(path),
    format: check.version === null ? null : `OneRoster ${check.version}`,
    outcome: outcomeOf(check.exitCode),
    exitCode: process.exitCode,
    files: check.files,
    schools,
    school: plan?.ok === true ? plan.value.school : null,
    schoolProblem: plan?.ok === false ? plan.error.type : null,
    wouldAdd: countsOf(run),
    findings: check.report.findings.map((finding) => ({ ...describeFinding(finding), ...finding })),
    omitted: check.report.omitted,
  };
}

function toText(path: string, run: DryRun): string {
  const { check, schools, plan } = run;
  const format = check.version === null ? 'not a readable OneRoster package' : `OneRoster ${check.version}`;
  const lines = [`${basename(path)}: ${format}, ${outcomeOf(check.exitCode)}`, ''];
  if (check.files.length > 0) {
    lines.push(
      ...asTable([
        ['file', 'mode', 'rows', 'to be deleted', ''],
        ...check.files.map(({ fileName, mode, rows, deletedRows, isUsed }) => [
          fileName,
          mode,
          String(rows),
          mode === 'delta' ? String(deletedRows) : '',
          isUsed ? '' : 'not used',
        ]),
      ]),
      '',
    );
  }
  if (schools.length > 1 || plan?.ok === false) {
    lines.push(
      'Schools in the package:',
      ...schools.map(({ sourcedId, name, classes, students }) => {
        return `  ${showable(sourcedId)}  ${showable(name)} (${classes} classes, ${students} people with a student role)`;
      }),
      '',
    );
  }
  if (plan?.ok === false) {
    lines.push(
      plan.error.type === 'school-not-chosen'
        ? 'Choose one with --school <sourcedId> to see what would be added.'
        : 'The package does not bring this school.',
      '',
    );
  }
  const counts = countsOf(run);
  if (counts.length > 0) {
    lines.push(
      'Would add to an empty school:',
      ...asTable(counts.map(({ kind, added }) => [`  ${kind}`, String(added)])),
      '',
    );
  }
  lines.push(...findingsAsText(run));
  if (check.exitCode === 2) lines.push('Refused. Nothing was changed.');
  return `${lines.join('\n')}\n`;
}

function findingsAsText({ check: { report } }: DryRun): readonly string[] {
  const lines: string[] = [];
  const shown = new Map<string, number>();
  for (const finding of report.findings) {
    const key = keyOf(finding);
    const count = (shown.get(key) ?? 0) + 1;
    shown.set(key, count);
    if (count > maxShownPerKind) continue;
    const { severity, message, whatToDo } = describeFinding(finding);
    lines.push(`${severity.toUpperCase()}  ${message}`);
    if (count === 1 && severity !== 'information') lines.push(`    ${whatToDo}`);
  }
  for (const { code, file, count } of report.omitted) {
    const key = `${code} ${file ?? ''}`;
    shown.set(key, (shown.get(key) ?? 0) + count);
  }
  for (const [key, count] of shown) {
    if (count > maxShownPerKind)
      lines.push(`… and ${count - maxShownPerKind} more: ${key} (all with --json)`);
  }
  return lines.length === 0 ? ['Nothing to report.'] : [...lines, ''];
}

function keyOf({ code, file }: Finding): string {
  return `${code} ${file ?? ''}`;
}

function asTable(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
