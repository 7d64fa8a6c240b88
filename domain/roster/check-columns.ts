import type { FindingsCollector } from './findings.ts';
import {
  columnAliases,
  columnsOf,
  languageColumns,
  otherRolesColumn,
  withdrawnColumns,
  type Column,
  type RosterFile,
  type RosterVersion,
} from './oneroster-format.ts';
import type { RosterRow, RosterTable } from './roster.ts';

/** A file's columns by name, whatever order they stand in. */
export interface TableColumns {
  readonly columns: readonly Column[];
  /** The place of each column of the standard, -1 if it is not there; in step with `columns`. */
  readonly indexes: readonly number[];
  /** The place of one column, -1 if it is not there. */
  indexOf(name: string): number;
}

/**
 * Finds the standard's columns in a header and reports every other one: unknown columns are never read by a guess.
 *
 * Source: OneRoster CSV Binding, header rules (DOMAIN §1.1); names are case-sensitive.
 */
export function checkColumns(
  table: RosterTable,
  file: RosterFile,
  version: RosterVersion,
  isDelta: boolean,
  findings: FindingsCollector,
): TableColumns {
  const columns = columnsOf[version][file] ?? [];
  const { fileName, header } = table;
  const places = new Map(header.map((name, index) => [name, index]));
  const aliased = new Set<string>();
  const withdrawn = withdrawnColumns[file] ?? [];
  const languageColumn = languageColumnIn(header);

  for (const name of header) {
    if (withdrawn.includes(name) || columns.some((column) => column.name === name)) continue;
    if (name === otherRolesColumn && file === 'users' && version === '1.1') continue;
    if (file === 'users' && name === languageColumn) continue;
    const place = { file: fileName, line: 1, column: name === '' ? '(without a name)' : name };
    const meant = meaningOf(name, file, columns);
    if (name.startsWith('metadata.')) {
      findings.add('metadata-ignored', place);
    } else if (meant !== null) {
      aliased.add(meant);
      findings.add('column-alias', { ...place, expected: meant });
    } else {
      findings.add('column-unknown', { ...place, expected: version });
    }
  }

  for (const { name, isRequired } of columns) {
    if (places.has(name)) continue;
    const place = { file: fileName, line: 1, column: name };
    if (isRequired || (isDelta && isDeltaColumn(name))) findings.add('column-missing', place);
    else if (!aliased.has(name)) findings.add('column-absent', place);
  }

  const known = header.filter((name) => columns.some((column) => column.name === name));
  const standard = columns.map((column) => column.name).filter((name) => places.has(name));
  const firstMetadata = header.findIndex((name) => name.startsWith('metadata.'));
  const lastKnown = header.findLastIndex((name) => columns.some((column) => column.name === name));
  if (
    known.some((name, index) => name !== standard[index]) ||
    (firstMetadata >= 0 && firstMetadata < lastKnown)
  ) {
    findings.add('column-order', { file: fileName, line: 1 });
  }

  return {
    columns,
    indexes: columns.map(({ name }) => places.get(name) ?? -1),
    indexOf: (name) => places.get(name) ?? -1,
  };
}

/** The extension column of users.csv that gives a language; undefined where there is none. */
export function languageColumnIn(header: readonly string[]): string | undefined {
  return languageColumns.find((column) => header.includes(column));
}

/** `status` and `dateLastModified` are required in delta files and blank in bulk files. */
export function isDeltaColumn(name: string): boolean {
  return name === 'status' || name === 'dateLastModified';
}

/** A cell, or '' when the column is not there or holds only spaces. */
export function cellAt(row: RosterRow, index: number): string {
  const cell = index < 0 ? '' : (row.cells[index] ?? '');
  return cell.trim() === '' ? '' : cell;
}

function meaningOf(name: string, file: RosterFile, columns: readonly Column[]): string | null {
  const lower = name.toLowerCase();
  const otherCapitals = columns.find((column) => column.name.toLowerCase() === lower);
  if (otherCapitals !== undefined) return otherCapitals.name;
  const aliases = columnAliases[file];
  return aliases !== undefined && Object.hasOwn(aliases, name) ? (aliases[name] ?? null) : null;
}
