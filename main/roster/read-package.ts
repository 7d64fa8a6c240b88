import { err, ok, type Result } from '../../domain/result.ts';
import type { PackageContent } from '../../domain/roster/check-package.ts';
import { FindingsCollector } from '../../domain/roster/findings.ts';
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
  if (findings.isRefused) return ok({ fileNames: [], tables: [], report: findings.report() });

  const tables: RosterTable[] = [];
  const rowCount: RowCount = { rows: 0 };
  try {
    for (const { name, bytes } of named) {
      if (!name.toLowerCase().endsWith('.csv')) continue;
      const table = readTable(name, bytes, rowCount, limits, findings, pulse);
      if (table !== null) tables.push(table);
    }
  } catch (error) {
    if (error instanceof ReadingCancelled) return err({ type: 'import-cancelled' });
    throw error;
  }
  return ok({ fileNames: named.map(({ name }) => name), tables, report: findings.report() });
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
    if (isZip(bytes) || key.endsWith('.zip')) findings.add('zip-inside', { file: name });
  }
  return files;
}

function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 0x03 || bytes[2] === 0x05);
}
