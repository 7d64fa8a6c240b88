import { readMarks } from '../../db/attendance/marks.ts';
import { readUserNames } from '../../db/people/actors.ts';
import { codeOn } from '../../domain/attendance/code-pack.ts';
import type { StudentId } from '../../domain/ids.ts';
import { registerKeyText, toMarkFactWithNote } from '../attendance/register-facts.ts';
import { codePackOf } from '../attendance/code-packs.ts';
import {
  addNote,
  csvHeader,
  csvRows,
  type ExportColumn,
  type ExportContent,
  type ExportNote,
  type ExportSource,
} from './content.ts';
import { openSchoolDays, type SchoolSession, type SessionChoice, type StoodMark } from './school-sessions.ts';

const markColumns: readonly ExportColumn[] = [
  { name: 'studentNumber', sensitivity: 'personal' },
  { name: 'sourcedId', sensitivity: 'internal' },
  { name: 'studentId', sensitivity: 'internal' },
  { name: 'date', sensitivity: 'internal' },
  { name: 'session', sensitivity: 'internal' },
  { name: 'class', sensitivity: 'internal' },
  { name: 'code', sensitivity: 'personal' },
  { name: 'meaning', sensitivity: 'personal' },
  { name: 'category', sensitivity: 'personal' },
  { name: 'minutes', sensitivity: 'personal' },
  { name: 'changedBy', sensitivity: 'personal' },
  { name: 'changedAt', sensitivity: 'internal' },
];
const noteColumn: ExportColumn = { name: 'note', sensitivity: 'high' };

const rowsAtOnce = 2000;

/** Attendance as one CSV: a row for each student and register that was expected, with what stands in it (docs/export.md). */
export function markRows(source: ExportSource, choice: SessionChoice, withNotes: boolean): ExportContent {
  const { db } = source;
  const pack = codePackOf(source);
  const names = readUserNames(db);
  const columns = withNotes ? [...markColumns, noteColumn] : markColumns;
  const notes = new Map<ExportNote, number>();
  const students = new Set<StudentId>();
  let rows = 0;
  const noteOf = createNoteReader(source);

  const rowOf = (each: SchoolSession): readonly unknown[] => {
    const { day, student, class: schoolClass, session, mark } = each;
    students.add(student.id);
    const row = [student.studentNumber, student.sourceId, student.id, day, session, schoolClass.title];
    if (mark === null) {
      addNote(notes, 'no-mark');
      return [...row, '', '', '', '', '', '', ...(withNotes ? [''] : [])];
    }
    const code = codeOn(pack, mark.code, day);
    if (code === undefined) addNote(notes, 'code-unknown');
    return [
      ...row,
      mark.code,
      code?.meaning,
      code?.category,
      mark.minutes,
      names.get(mark.author),
      new Date(mark.atMs).toISOString(),
      ...(withNotes ? [noteOf(each, mark)] : []),
    ];
  };

  async function* chunks(): AsyncGenerator<Uint8Array> {
    const days = openSchoolDays(source, choice);
    yield Buffer.from(csvHeader(columns));
    for (const [done, day] of days.days.entries()) {
      await source.goOn(done, days.days.length);
      const sessions = days.sessionsOf(day);
      rows += sessions.length;
      // In pieces, so that whoever works meanwhile need not wait for a whole day of a large school.
      for (let start = 0; start < sessions.length; start += rowsAtOnce) {
        yield Buffer.from(csvRows(sessions.slice(start, start + rowsAtOnce).map(rowOf)));
        await source.goOn(done, days.days.length);
      }
    }
  }

  return {
    extension: 'csv',
    chunks: chunks(),
    summary: () => ({
      files: [{ name: 'attendance.csv', rows, columns }],
      students,
      notes,
      read: rows,
      checks: null,
    }),
  };
}

/** Opens the note of a mark. Sessions come register by register, so that each register is read once. */
function createNoteReader({ db, scope, fields }: ExportSource) {
  let known: { readonly name: string; readonly marks: ReturnType<typeof readMarks> } | undefined;
  return ({ day, class: { id: classId }, session, student }: SchoolSession, { fact }: StoodMark): string => {
    if (fact === null) return '';
    const key = { day, classId, session };
    const name = registerKeyText(key);
    if (known?.name !== name) known = { name, marks: readMarks(db, scope, key) };
    const stored = known.marks.find(
      (each) => each.student === student.id && each.hlc === fact.hlc && each.desk === fact.desk,
    );
    return stored === undefined ? '' : toMarkFactWithNote(fields, key, stored).note;
  };
}
