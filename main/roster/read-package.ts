import { err, ok, type Result } from '../../domain/result.ts';
import type { PackageContent } from '../../domain/roster/check-package.ts';
import { FindingsCollector } from '../../domain/roster/findings.ts';
import { groupFileOf } from '../../domain/roster/take-groups.ts';
import { silentPulse, type ImportCancelled, type Pulse } from '../../domain/roster/pulse.ts';
import type { RosterTable } from '../../domain/roster/roster.ts';
import { checkFileName } from './file-names.ts';
import { packageLimits, type PackageLimits } from './package-limits.ts';
import { ReadingCancelled, readTable, type RowCount } from './read-table.ts';
import { megabytes, readZip, type PackageFile } from './read-zip.ts';

export type { PackageFile } from './read-zip.ts';

/** A roster as a person chooses it: one zip, or the files of a folder. */
export type PackageInput =
  | { readonly kind: 'zip'; readonly bytes: Uint8Array }
  | { readonly kind: 'files'; readonly files: readonly PackageFile[] };

/**
 * Reads a zip or a folder into tables, in memory and within limits. Everything wrong with it is a finding.
 *
 * A package that is not OneRoster's is read more kindly: any of three delimiters, Windows-1252, line breaks in cells.
 * Passwords are thrown away here, before anything else sees a row. Errors: `import-cancelled`.
 * Source: OneRoster CSV Binding, package rules (DOMAIN §1.1).
 */
export async function readPackage(
  input: PackageInput,
  pulse: Pulse = silentPulse,
  limits: PackageLimits = packageLimits,
): Promise<Result<PackageContent, ImportCancelled>> {
  const findings = new FindingsCollector();
  const files =
    input.kind === 'zip'
      ? await readZip(input.bytes, limits, findings, pulse)
      : checkFolder(input.files, limits, findings);
  if (pulse.isCancelled()) return err({ type: 'import-cancelled' });
  const named = findings.isRefused ? [] : checkFiles(files, findings);
  if (findings.isRefused)
    return ok({ fileNames: [], tables: [], report: findings.report(), isOneRoster: true });

  const isOneRoster = looksLikeOneRoster(named);
  const tables: RosterTable[] = [];
  const rowCount: RowCount = { rows: 0 };
  try {
    for (const { name, bytes } of named) {
      const isStrict = isOneRoster && groupFileOf(name) === null;
      if (!(isStrict ? /\.csv$/i : /\.(?:csv|txt|tsv)$/i).test(name)) {
        if (!isOneRoster) findings.add('file-not-csv', { file: name });
        continue;
      }
      const table = readTable(
        name,
        bytes,
        rowCount,
        limits,
        findings,
        pulse,
        isStrict ? 'strict' : 'lenient',
      );
      if (table !== null) tables.push(table);
    }
  } catch (error) {
    if (error instanceof ReadingCancelled) return err({ type: 'import-cancelled' });
    throw error;
  }
  return ok({ fileNames: named.map(({ name }) => name), tables, report: findings.report(), isOneRoster });
}

/**
 * Whether a package claims to be OneRoster, or Microsoft's files of the same names: by its manifest, or by a column that
 * only they have. Everything else is a supplier's own list.
 */
function looksLikeOneRoster(files: readonly PackageFile[]): boolean {
  return files.some(({ name, bytes }) => {
    if (name.toLowerCase() === 'manifest.csv') return true;
    if (!/\.csv$/i.test(name) || groupFileOf(name) !== null) return false;
    const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 8192));
    const [firstLine = ''] = start
      .toString('latin1')
      .replaceAll('\0', '')
      .split(/[\r\n]/, 1);
    return /\b(?:sourcedId|userSourcedId|activeDirectoryMatchId)\b|\bSIS ID\b/.test(firstLine);
  });
}

function checkFolder(
  files: readonly PackageFile[],
  limits: PackageLimits,
  findings: FindingsCollector,
): readonly PackageFile[] {
  const kept = files.filter(({ name }) => checkFileName(name, findings));
  if (kept.length > limits.maxFiles) findings.add('too-many-files', { expected: String(limits.maxFiles) });
  let totalBytes = 0;
  for (const { name, bytes } of kept) {
    totalBytes += bytes.byteLength;
    if (bytes.byteLength <= limits.maxFileBytes) continue;
    findings.add('file-too-large', { file: name, expected: megabytes(limits.maxFileBytes) });
  }
  if (totalBytes > limits.maxTotalBytes) {
    findings.add('package-too-large', { expected: megabytes(limits.maxTotalBytes) });
  }
  return kept;
}

function checkFiles(files: readonly PackageFile[], findings: FindingsCollector): readonly PackageFile[] {
  if (files.length === 0) findings.add('package-empty');
  const seen = new Set<string>();
  for (const { name, bytes } of files) {
    const key = name.normalize().toLowerCase();
    if (seen.has(key)) findings.add('file-duplicate', { file: name });
    seen.add(key);
    if (/\.(?:xlsx?|xlsm|ods)$/.test(key)) findings.add('spreadsheet', { file: name });
    else if (isZip(bytes) || key.endsWith('.zip')) findings.add('zip-inside', { file: name });
  }
  return files;
}

function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 0x03 || bytes[2] === 0x05);
}
