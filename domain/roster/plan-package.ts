import { type FindingsCollector } from './findings.ts';
import { neutralSystemCode } from './neutral-cells.ts';
import {
  filesOf10,
  filesOfVersion,
  readFiles,
  type FileMode,
  type RosterFile,
  type RosterVersion,
} from './oneroster-format.ts';
import type { RosterTable } from './roster.ts';

/** One file of the package with the mode the manifest gives it. */
export interface PlannedFile {
  readonly fileName: string;
  /** What the file is, or null for a OneRoster file that nothing here uses. */
  readonly file: RosterFile | null;
  readonly mode: 'bulk' | 'delta';
  readonly table: RosterTable;
}

export interface PackagePlan {
  readonly version: RosterVersion;
  /** An export of Rollkeep: its cells were neutralised, which is undone. */
  readonly isNeutral: boolean;
  readonly files: readonly PlannedFile[];
}

/**
 * Tells from the content what a package is, and what the manifest says of each file.
 *
 * `fileNames` are all files of the package, also those that could not be read as a table. Answers null when it is
 * not a OneRoster 1.1 or 1.2 package or the manifest is unusable; the findings say why.
 * Source: OneRoster CSV Binding, "manifest.csv" (DOMAIN §1.1); Microsoft School Data Sync v1 and v2.1 CSV format.
 */
export function planPackage(
  fileNames: readonly string[],
  tables: readonly RosterTable[],
  findings: FindingsCollector,
): PackagePlan | null {
  const sds = findMicrosoftSds(tables);
  if (sds !== null) {
    findings.add('microsoft-sds', sds);
    return null;
  }
  const manifestTable = tables.find(({ fileName }) => fileName === 'manifest.csv');
  if (manifestTable === undefined) {
    // A manifest that is there but unreadable has its own finding already.
    if (!fileNames.includes('manifest.csv')) addMissingManifest(fileNames, tables, findings);
    return null;
  }
  const manifest = readManifest(manifestTable, findings);
  if (manifest === null) return null;
  const version = findVersion(manifest, findings);
  if (version === null) return null;
  const modes = findModes(version, manifest, findings);
  const isNeutral = manifest.get('source.systemCode')?.value === neutralSystemCode;
  return { version, isNeutral, files: matchFiles(version, modes, fileNames, tables, findings) };
}

interface ManifestValue {
  readonly value: string;
  readonly line: number;
}

type Manifest = ReadonlyMap<string, ManifestValue>;

/** Columns that only Microsoft's formats have: v1 names every id "SIS ID", v2.1 has rows without a sourcedId. */
function findMicrosoftSds(tables: readonly RosterTable[]): { file: string; column: string } | null {
  for (const { fileName, header } of tables) {
    const sisId = header.find((column) => /^(?:\w+ )?SIS ID$/i.test(column));
    if (sisId !== undefined) return { file: fileName, column: sisId };
    for (const column of ['activeDirectoryMatchId', 'sessionSourcedIds', 'relationshipUserSourcedId']) {
      if (header.includes(column)) return { file: fileName, column };
    }
    const isRolesWithoutId = fileName === 'roles.csv' && !header.includes('sourcedId');
    if (isRolesWithoutId && header.includes('userSourcedId'))
      return { file: fileName, column: 'userSourcedId' };
  }
  return null;
}

function addMissingManifest(
  fileNames: readonly string[],
  tables: readonly RosterTable[],
  findings: FindingsCollector,
): void {
  const rosterTables = tables.filter(({ header }) => header.includes('sourcedId'));
  if (rosterTables.length === 0) {
    findings.add('not-oneroster');
    return;
  }
  const names = fileNames.map((name) => name.replace(/\.csv$/, '')).toSorted();
  if (names.length === filesOf10.length && names.every((name, index) => name === filesOf10[index])) {
    findings.add('oneroster-1.0');
    return;
  }
  const is12 = rosterTables.some(
    ({ fileName, header }) => fileName === 'roles.csv' || header.includes('primaryOrgSourcedId'),
  );
  findings.add('manifest-missing', { file: 'manifest.csv', expected: is12 ? '1.2' : '1.1' });
}

function readManifest(table: RosterTable, findings: FindingsCollector): Manifest | null {
  const nameIndex = table.header.indexOf('propertyName');
  const valueIndex = table.header.indexOf('value');
  if (nameIndex < 0 || valueIndex < 0) {
    findings.add('manifest-columns', { file: table.fileName, line: 1, value: table.header.join(',') });
    return null;
  }
  const manifest = new Map<string, ManifestValue>();
  for (const { line, cells } of table.rows) {
    const name = cells[nameIndex] ?? '';
    const value = cells[valueIndex] ?? '';
    const place = { file: table.fileName, line, column: 'propertyName', value: name };
    if (manifest.has(name)) findings.add('manifest-duplicate', place);
    else manifest.set(name, { value, line });
    if (
      !/^(?:manifest\.version|oneroster\.version|source\.systemName|source\.systemCode|file\..+)$/.test(name)
    ) {
      findings.add('manifest-property-unknown', place);
    }
  }
  return manifest;
}

function findVersion(manifest: Manifest, findings: FindingsCollector): RosterVersion | null {
  const format = manifest.get('manifest.version');
  if (format?.value !== '1.0') {
    findings.add('manifest-version', {
      file: 'manifest.csv',
      line: format?.line ?? null,
      column: 'value',
      value: format?.value ?? '',
      expected: '1.0',
    });
  }
  const version = manifest.get('oneroster.version');
  // The correction levels 1.1.1 and 1.2.1 should be written 1.1 and 1.2; their meaning is plain all the same.
  if (version?.value === '1.1' || version?.value === '1.1.1') return '1.1';
  if (version?.value === '1.2' || version?.value === '1.2.1') return '1.2';
  findings.add('version-unknown', {
    file: 'manifest.csv',
    line: version?.line ?? null,
    column: 'value',
    value: version?.value ?? '',
    expected: '1.1, 1.2',
  });
  return null;
}

/** The mode of each file that the manifest lists; a file with an unusable mode has null. */
function findModes(
  version: RosterVersion,
  manifest: Manifest,
  findings: FindingsCollector,
): ReadonlyMap<string, FileMode | null> {
  const modes = new Map<string, FileMode | null>();
  for (const [property, { value, line }] of manifest) {
    if (!property.startsWith('file.')) continue;
    const name = property.slice('file.'.length);
    if (!filesOfVersion[version].includes(name)) {
      findings.add('manifest-property-unknown', {
        file: 'manifest.csv',
        line,
        column: 'propertyName',
        value: property,
      });
    } else if (value === 'absent' || value === 'bulk' || value === 'delta') {
      modes.set(name, value);
    } else {
      modes.set(name, null);
      findings.add('manifest-mode', {
        file: 'manifest.csv',
        line,
        column: 'value',
        value,
        expected: 'absent, bulk, delta',
      });
    }
  }
  for (const name of filesOfVersion[version]) {
    if (!modes.has(name))
      findings.add('manifest-row-missing', { file: 'manifest.csv', value: `file.${name}` });
  }
  return modes;
}

function matchFiles(
  version: RosterVersion,
  modes: ReadonlyMap<string, FileMode | null>,
  fileNames: readonly string[],
  tables: readonly RosterTable[],
  findings: FindingsCollector,
): readonly PlannedFile[] {
  const tablesByName = new Map(tables.map((table) => [table.fileName, table]));
  for (const [name, mode] of modes) {
    const isThere = fileNames.includes(`${name}.csv`);
    if (!isThere && (mode === 'bulk' || mode === 'delta')) {
      findings.add('file-listed-missing', { file: `${name}.csv`, expected: mode });
    }
  }
  const files: PlannedFile[] = [];
  let otherFiles = 0;
  for (const fileName of fileNames) {
    if (fileName === 'manifest.csv') continue;
    otherFiles += 1;
    const name = fileName.endsWith('.csv') ? fileName.slice(0, -'.csv'.length) : null;
    const mode = name === null ? undefined : modes.get(name);
    if (name === null || mode === undefined) {
      addUnlisted(version, fileName, findings);
    } else if (mode === 'absent') {
      findings.add('file-listed-absent', { file: fileName });
    } else if (mode !== null) {
      const file = readFiles.find((candidate) => candidate === name) ?? null;
      if (file === null) findings.add('file-not-used', { file: fileName });
      const table = tablesByName.get(fileName);
      if (table !== undefined) files.push({ fileName, file, mode, table });
    }
  }
  if (otherFiles === 0 && !findings.isRefused) findings.add('no-updates');
  return files;
}

function addUnlisted(version: RosterVersion, file: string, findings: FindingsCollector): void {
  const known = filesOfVersion[version].map((name) => `${name}.csv`);
  if (known.includes(file)) {
    findings.add('file-unlisted', { file });
    return;
  }
  const sameLetters = known.find((name) => name.toLowerCase() === file.toLowerCase());
  const start = known.find((name) =>
    file.toLowerCase().startsWith(name.slice(0, -'.csv'.length).toLowerCase()),
  );
  const meant = sameLetters ?? start;
  if (meant === undefined) findings.add('file-foreign', { file, expected: version });
  else findings.add('file-name-alike', { file, expected: meant });
}
