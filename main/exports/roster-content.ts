import { and, eq, isNull } from 'drizzle-orm';
import { student as studentTable } from '../../db/people/schema.ts';
import { readCurrentRoster } from '../../db/roster/current-roster.ts';
import type { StudentId } from '../../domain/ids.ts';
import { languageColumns, type RosterVersion } from '../../domain/roster/oneroster-format.ts';
import { activeRoster, type CurrentRoster } from '../../domain/roster/school-roster.ts';
import { recordsOfSchool, writePackage, type RosterRecords } from '../../domain/roster/write-package.ts';
import { writeZip } from '../roster/write-zip.ts';
import {
  addNote,
  type ExportColumn,
  type ExportContent,
  type ExportNote,
  type ExportSource,
} from './content.ts';

/** A roster as a file to be, and what reading it back is compared with. */
export interface RosterContent extends ExportContent {
  readonly package: Uint8Array;
  readonly current: CurrentRoster;
}

/**
 * The school's roster as a OneRoster package in bulk: what is in use, without who has left. Read back by our own importer
 * it changes nothing (docs/export.md). Null before the first import.
 */
export function rosterContent(source: ExportSource, version: RosterVersion): RosterContent | null {
  const { db, fields, school } = source;
  const current = readCurrentRoster(db, fields);
  const roster = activeRoster(current);
  if (roster === null) return null;
  const records = recordsOfSchool(roster, school.name);
  const tables = writePackage(records, version, { mode: 'bulk' }, 'neutral');
  const bytes = writeZip(tables);

  const notes = new Map<ExportNote, number>();
  const madeHere = db
    .select({ id: studentTable.id })
    .from(studentTable)
    .where(and(isNull(studentTable.sourceId), eq(studentTable.status, 'active')))
    .all();
  addNote(notes, 'students-made-here', madeHere.length);
  if (version === '1.1') noteLosses(notes, records);

  const exported = new Set(roster.student.keys());
  const students = new Set<StudentId>();
  for (const { id, sourceId } of db
    .select({ id: studentTable.id, sourceId: studentTable.sourceId })
    .from(studentTable)
    .all()) {
    if (sourceId !== null && exported.has(sourceId)) students.add(id);
  }
  async function* chunks(): AsyncGenerator<Uint8Array> {
    await source.goOn(0, null);
    yield bytes;
  }
  return {
    extension: 'zip',
    package: bytes,
    current,
    chunks: chunks(),
    summary: () => ({
      files: tables.map(({ name, rows: [header = [], ...rows] }) => ({
        name,
        rows: rows.length,
        columns: header.filter((column) => isFilled(name, column)).map(columnOf),
      })),
      students,
      notes,
      read: records.users.length,
      checks: null,
    }),
  };

  /** Columns of the standard that are never written are left out of what is shown: they say nothing of anybody. */
  function isFilled(name: string, column: string): boolean {
    const table = tables.find((each) => each.name === name);
    const place = table?.rows[0]?.indexOf(column) ?? -1;
    return table?.rows.some((row, index) => index > 0 && (row[place] ?? '') !== '') === true;
  }
}

/** What 1.1 has no place for. An import of the package here takes none of it back. */
function noteLosses(notes: Map<ExportNote, number>, { users, roles, demographics }: RosterRecords): void {
  addNote(
    notes,
    'preferred-names-not-carried',
    users.filter((user) => user.preferredGivenName !== null || user.preferredFamilyName !== null).length,
  );
  addNote(
    notes,
    'sex-not-carried',
    demographics.filter(({ sex }) => sex === 'other' || sex === 'unspecified').length,
  );
  addNote(notes, 'second-roles-in-extension', roles.filter(({ isPrimary }) => !isPrimary).length);
}

const personalColumns = [
  'givenName',
  'familyName',
  'middleName',
  'preferredGivenName',
  'preferredFamilyName',
  'identifier',
  'grades',
  'sex',
  'agentSourcedIds',
  languageColumns[0],
];
const highColumns = ['email', 'sms', 'phone', 'birthDate'];

function columnOf(name: string): ExportColumn {
  const sensitivity = highColumns.includes(name)
    ? 'high'
    : personalColumns.includes(name)
      ? 'personal'
      : 'internal';
  return { name, sensitivity };
}
