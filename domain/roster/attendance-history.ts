import type { RegisterSession } from '../attendance/session.ts';
import type { FindingsCollector } from './findings.ts';
import { createMappedCells, formatNames, type MappedTable } from './mapped-roster.ts';
import { createDateReader, readPeriods } from './mapped-values.ts';
import { rowsPerPulse, type Pulse } from './pulse.ts';

/** One mark of a day that has gone by, as a file gives it, in the school's own codes. */
export interface HistoryRow {
  /** Position of the file among those of the upload. */
  readonly file: number;
  readonly line: number;
  /** `YYYY-MM-DD`. */
  readonly day: string;
  readonly studentNumber: string;
  /** Null where the file does not say: a school with one register a day needs it not. */
  readonly session: RegisterSession | null;
  readonly classCode: string | null;
  readonly code: string;
  readonly minutes: number | null;
  readonly note: string;
}

export interface AttendanceHistory {
  readonly fileNames: readonly string[];
  readonly rows: readonly HistoryRow[];
  /** Rows whose code was told to be left out. */
  readonly leftOut: number;
}

/** More marks than a school of 2,000 makes in a year with two registers a day. */
export const maxHistoryRows = 1_000_000;
const longestNote = 500;
const mostMinutes = 720;

/**
 * Reads marks out of mapped files. A row without a day, a number or a code is a refusal, as is a date that is none; a part
 * of the day that is not known leaves the row out with a warning. Null: cancelled. Linear in the rows.
 */
export function readHistory(
  tables: readonly MappedTable[],
  findings: FindingsCollector,
  pulse: Pulse,
): AttendanceHistory | null {
  const rows: HistoryRow[] = [];
  let leftOut = 0;
  let count = 0;
  for (const [file, mapped] of tables.entries()) {
    const { table, mapping } = mapped;
    const cells = createMappedCells(mapped);
    const readDate = createDateReader(mapping.dateFormat ?? 'ymd');
    for (const row of table.rows) {
      count += 1;
      if (count % rowsPerPulse === 0) {
        pulse.onRows('checking', count);
        if (pulse.isCancelled()) return null;
      }
      if (rows.length >= maxHistoryRows) {
        findings.add('too-many-rows', {
          file: table.fileName,
          expected: maxHistoryRows.toLocaleString('en'),
        });
        return { fileNames: tables.map(({ table: each }) => each.fileName), rows: [], leftOut };
      }
      const place = { file: table.fileName, line: row.line };
      const dateText = cells.text(row, 'date');
      const studentNumber = cells.text(row, 'studentNumber');
      const codeText = cells.text(row, 'code');
      // A blank code is a student who was there, in files that list absences only.
      if (codeText === '') {
        leftOut += 1;
        continue;
      }
      if (dateText === '' || studentNumber === '') {
        const column = cells.columnOf(dateText === '' ? 'date' : 'studentNumber');
        findings.add('value-missing', { ...place, column });
        continue;
      }
      const day = readDate(dateText);
      if (day === null) {
        findings.add('mapped-date-invalid', {
          ...place,
          column: cells.columnOf('date'),
          value: dateText,
          expected: formatNames[mapping.dateFormat ?? 'ymd'],
        });
        continue;
      }
      const code = Object.hasOwn(mapping.codes, codeText) ? (mapping.codes[codeText] ?? '') : '';
      if (code === '') {
        leftOut += 1;
        continue;
      }
      const sessionText = cells.text(row, 'session');
      const periodText = cells.text(row, 'period');
      const field = sessionText === '' ? 'period' : 'session';
      const text = sessionText === '' ? periodText : sessionText;
      const session = text === '' ? null : sessionOf(text);
      if (session === undefined) {
        findings.add('session-unknown', { ...place, column: cells.columnOf(field), value: text });
        continue;
      }
      const minutesText = cells.text(row, 'minutes');
      const minutes = minutesOf(minutesText);
      if (minutesText !== '' && minutes === null) {
        findings.add('mapped-number-invalid', {
          ...place,
          column: cells.columnOf('minutes'),
          value: minutesText,
        });
      }
      const classCode = cells.text(row, 'classCode');
      rows.push({
        file,
        line: row.line,
        day,
        studentNumber,
        session,
        classCode: classCode === '' ? null : classCode,
        code,
        minutes,
        note: cells.text(row, 'note').slice(0, longestNote),
      });
    }
  }
  return { fileNames: tables.map(({ table }) => table.fileName), rows, leftOut };
}

/** `AM`, `Morning`, `Day`, `P3`, `Period 3`, `3`; undefined for what is none of these. */
function sessionOf(text: string): RegisterSession | undefined {
  const word = text.toLowerCase().replaceAll('.', '').trim();
  if (word === 'am' || word === 'morning') return 'am';
  if (word === 'pm' || word === 'afternoon') return 'pm';
  if (word === 'day' || word === 'daily' || word === 'all day') return 'day';
  const [period, ...others] = readPeriods(text);
  return period === undefined || others.length > 0 ? undefined : `p${Number(period)}`;
}

function minutesOf(text: string): number | null {
  if (!/^\d{1,3}$/.test(text)) return null;
  const minutes = Number(text);
  return minutes <= mostMinutes ? minutes : null;
}
