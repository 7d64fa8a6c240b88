import { day } from '../ids.ts';
import { cellAt, isDeltaColumn, type TableColumns } from './check-columns.ts';
import type { FindingsCollector } from './findings.ts';
import { readLanguage } from './language.ts';
import type { Column, RosterFile } from './oneroster-format.ts';
import type { RosterRow } from './roster.ts';

/** What the value checks of one file need to know. */
export interface ValueContext {
  readonly file: RosterFile;
  readonly fileName: string;
  readonly columns: TableColumns;
  readonly isDelta: boolean;
  /** Of users.csv the column that gives a language. */
  readonly languageColumn: string | undefined;
  /** `YYYY-MM-DD`. */
  readonly today: string;
  readonly isDay: (text: string) => boolean;
  readonly findings: FindingsCollector;
}

/**
 * Checks each cell of one row for itself: required values, ids, dates, vocabularies. References come later.
 *
 * A row that says `tobedeleted` is checked for its id, status and date only: suppliers leave the rest blank.
 * Source: OneRoster CSV Binding (DOMAIN §1.1): ids, ISO 8601 dates, case-sensitive terms, `ext:` extensions.
 */
export function checkValues(row: RosterRow, context: ValueContext): void {
  const { columns, indexes } = context.columns;
  const isDeleted = isDeletedRow(row, context.columns, context.isDelta);
  for (let position = 0; position < columns.length; position += 1) {
    const column = columns[position];
    const index = indexes[position] ?? -1;
    if (column === undefined || index < 0) continue;
    const value = cellAt(row, index);
    if (isDeltaColumn(column.name)) checkDeltaCell(value, column, row, context);
    else if (isDeleted && column.name !== 'sourcedId') continue;
    else if (value === '') checkBlank(column, row, context);
    else checkCell(value, column, row, context);
  }
  if (isDeleted) return;
  checkPeriod(row, context);
  if (context.languageColumn !== undefined) checkLanguage(row, context.languageColumn, context);
}

function checkLanguage(row: RosterRow, column: string, { columns, fileName, findings }: ValueContext): void {
  const value = cellAt(row, columns.indexOf(column));
  if (readLanguage(value) === undefined)
    findings.add('language-unknown', { file: fileName, line: row.line, column, value });
}

/** Whether a row of a delta takes its record back. In bulk files the status is not looked at. */
export function isDeletedRow(row: RosterRow, columns: TableColumns, isDelta: boolean): boolean {
  return isDelta && cellAt(row, columns.indexOf('status')) === 'tobedeleted';
}

/** Splits a list cell: values divided by commas, spaces around them dropped. */
export function listOf(cell: string): readonly string[] {
  if (cell === '') return [];
  if (!cell.includes(',')) return [cell.trim()];
  return cell
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** A check for calendar days that remembers what it saw: a roster repeats few days many times. */
export function createDayCheck(): (text: string) => boolean {
  const seen = new Map<string, boolean>();
  return (text) => {
    const known = seen.get(text);
    if (known !== undefined) return known;
    const isDay = day.safeParse(text).success;
    if (seen.size > 50_000) seen.clear();
    seen.set(text, isDay);
    return isDay;
  };
}

function checkDeltaCell(value: string, column: Column, row: RosterRow, context: ValueContext): void {
  const { findings, fileName } = context;
  const place = { file: fileName, line: row.line, column: column.name, value };
  if (!context.isDelta) {
    if (value === '') return;
    if (value === 'tobedeleted') findings.add('bulk-status-mixed', place);
    else findings.add('bulk-status-ignored', place);
  } else if (value === '') {
    findings.add('value-missing', { ...place, value: null });
  } else {
    checkCell(value, column, row, context);
  }
}

function checkBlank(column: Column, row: RosterRow, context: ValueContext): void {
  if (!column.isRequired) return;
  const place = { file: context.fileName, line: row.line, column: column.name };
  if (column.kind.type === 'name') {
    const otherName = column.name === 'givenName' ? 'familyName' : 'givenName';
    if (cellAt(row, context.columns.indexOf(otherName)) !== '') {
      context.findings.add('one-word-name', place);
      return;
    }
  }
  context.findings.add('value-missing', place);
}

const plainId = /^[A-Za-z0-9._\-/@]{1,255}$/;
const utcTimestamp = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|\+00:?00)$/;
const dayAndMonth = /^\s*\d{1,2}\s*[./-]\s*\d{1,2}\s*[./-]\s*\d{2,4}\b/;

function checkCell(value: string, column: Column, row: RosterRow, context: ValueContext): void {
  const { findings } = context;
  const { kind } = column;
  const place = { file: context.fileName, line: row.line, column: column.name, value };
  switch (kind.type) {
    case 'id':
      if (plainId.test(value)) return;
      // A space or comma would take the id apart in a list of ids.
      findings.add(value.length > 255 || /[\s,]/.test(value) ? 'id-invalid' : 'id-characters', place);
      return;
    case 'date':
      if (!context.isDay(value))
        findings.add(dayAndMonth.test(value) ? 'date-ambiguous' : 'date-invalid', place);
      else if (column.name === 'birthDate' && isUnlikelyBirthDate(value, context.today)) {
        findings.add('birth-date-unlikely', place);
      }
      return;
    case 'timestamp':
      if (context.isDay(value.slice(0, 10))) {
        if (!utcTimestamp.test(value)) findings.add('timestamp-form', place);
      } else findings.add(dayAndMonth.test(value) ? 'date-ambiguous' : 'date-invalid', place);
      return;
    case 'boolean':
      if (value === 'true' || value === 'false') return;
      if (/^(?:true|false)$/i.test(value)) {
        findings.add('boolean-capitals', { ...place, expected: value.toLowerCase() });
      } else findings.add('value-not-allowed', { ...place, expected: 'true, false' });
      return;
    case 'year':
      if (!/^\d{4}$/.test(value)) findings.add('value-not-allowed', { ...place, expected: 'YYYY' });
      return;
    case 'term':
      if (kind.terms.includes(value)) return;
      if (kind.isExtensible && /^ext:./.test(value)) findings.add('extension-term', place);
      else findings.add('value-not-allowed', { ...place, expected: kind.terms.join(', ') });
      return;
    case 'text':
    case 'name':
    case 'unused':
    case 'reference':
    case 'references':
      return;
  }
}

function isUnlikelyBirthDate(birthDate: string, today: string): boolean {
  const oldest = `${String(Number(today.slice(0, 4)) - 110).padStart(4, '0')}${today.slice(4)}`;
  return birthDate > today || birthDate < oldest;
}

/** Both days must be good for their order to mean anything. */
function checkPeriod(row: RosterRow, context: ValueContext): void {
  const { columns, file, findings } = context;
  const beginColumn = file === 'academicSessions' ? 'startDate' : 'beginDate';
  const beginIndex = columns.indexOf(beginColumn);
  const endIndex = columns.indexOf('endDate');
  if (beginIndex < 0 || endIndex < 0) return;
  const begin = cellAt(row, beginIndex);
  const end = cellAt(row, endIndex);
  if (begin === '' || end === '' || !context.isDay(begin) || !context.isDay(end)) return;
  // An enrolment that ends on the day it begins never held (the end is exclusive): that happens, and harms nothing.
  const isInOrder = file === 'academicSessions' ? begin < end : begin <= end;
  if (isInOrder) return;
  findings.add('date-order', {
    file: context.fileName,
    line: row.line,
    column: 'endDate',
    value: end,
    expected: begin,
  });
}
