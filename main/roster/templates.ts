import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { csvText } from '../../domain/roster/csv-text.ts';
import { fieldsOfKind } from '../../domain/roster/file-mapping.ts';
import { groupFiles } from '../../domain/roster/take-groups.ts';
import type { templateKinds } from '../../domain/contract/roster.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { toCsvCell } from '../backup/csv-cell.ts';
import { writeErrorOf, type WriteError } from '../backup/outcome.ts';

export type TemplateKind = (typeof templateKinds)[number];

/** The names that the files must have; for the others any will do. */
const fileNames: Readonly<Record<TemplateKind, string>> = {
  students: 'students.csv',
  schedule: 'schedule.csv',
  attendance: 'attendance.csv',
  groups: 'groups.csv',
  groupMembers: 'groupMembers.csv',
};

/**
 * Writes a file with a header row and nothing else into the exports folder; a later one replaces it. It begins with a
 * BOM, so that Excel reads and saves it as UTF-8. Errors: `disk-full`, `folder-not-writable`.
 */
export function writeTemplate(exportDir: string, kind: TemplateKind): Result<string, WriteError> {
  const path = join(exportDir, fileNames[kind]);
  const temporary = `${path}.part`;
  try {
    mkdirSync(exportDir, { recursive: true, mode: 0o700 });
    writeFileSync(temporary, `\uFEFF${csvText([columnsOf(kind).map(toCsvCell)])}`, { mode: 0o600 });
    renameSync(temporary, path);
    return ok(path);
  } catch (cause) {
    const error = writeErrorOf(cause);
    if (error === undefined) throw cause;
    return err(error);
  }
}

/** Our own names of the columns, which are recognised when the file comes back. */
function columnsOf(kind: TemplateKind): readonly string[] {
  if (kind === 'groups' || kind === 'groupMembers') return groupFiles[kind];
  return fieldsOfKind[kind].filter((field) => field !== 'fullName' && !/^guardian[12]Name$/.test(field));
}
