import { isUtf8 } from 'node:buffer';
import { CsvError, parse } from 'csv-parse/sync';
import { rowsPerPulse, type Pulse } from '../../domain/roster/pulse.ts';
import type { FindingsCollector } from '../../domain/roster/findings.ts';
import { isPasswordColumn } from '../../domain/roster/oneroster-format.ts';
import type { RosterRow, RosterTable } from '../../domain/roster/roster.ts';
import type { PackageLimits } from './package-limits.ts';

/** Thrown out of the CSV parser, which has no other way to be stopped; caught in `readPackage`. */
export class ReadingCancelled extends Error {}

/** The rows read so far in the whole package. */
export interface RowCount {
  rows: number;
}

/**
 * Reads one CSV file. A BOM and any line ending are fine; anything that makes a row doubtful is a finding, and null
 * is answered when there is no header to go by.
 *
 * `lenient` is for suppliers' own lists: semicolons and tabs, Windows-1252, columns that share a name, line breaks in cells.
 * Source: RFC 4180 and the OneRoster CSV Binding: UTF-8, a header, no line break inside a field (DOMAIN §1.1).
 */
export function readTable(
  fileName: string,
  bytes: Uint8Array,
  rowCount: RowCount,
  limits: PackageLimits,
  findings: FindingsCollector,
  pulse: Pulse,
  style: 'strict' | 'lenient' = 'strict',
): RosterTable | null {
  if (bytes.byteLength === 0) {
    findings.add('file-empty', { file: fileName });
    return null;
  }
  const isLenient = style === 'lenient';
  const content = isLenient
    ? decodeKindly(fileName, bytes, findings)
    : checkEncoding(fileName, bytes, findings)
      ? bytes
      : null;
  if (content === null) return null;

  let header: readonly string[] | null = null;
  let passwords: readonly PasswordColumn[] = [];
  const rows: RosterRow[] = [];
  let lastLine = 0;
  const takeRecord = (cells: string[], lines: number): void => {
    // csv-parse gives the line a record ends on.
    const line = lastLine + 1;
    lastLine = lines;
    if (header === null) {
      header = isLenient ? namedOnce(cells) : cells;
      passwords = findPasswordColumns(cells);
      checkHeader(fileName, header, limits, findings);
      return;
    }
    if (cells.every((cell) => cell === '') && (isLenient || cells.length === 1)) {
      findings.add('blank-line', { file: fileName, line });
      return;
    }
    rowCount.rows += 1;
    if (rowCount.rows % rowsPerPulse === 0) {
      pulse.onRows('reading', rowCount.rows);
      if (pulse.isCancelled()) throw new ReadingCancelled();
    }
    if (rowCount.rows > limits.maxRows) throw new TooManyRows();
    if (cells.length !== header.length) {
      findings.add('cell-count', {
        file: fileName,
        line,
        value: String(cells.length),
        expected: String(header.length),
      });
      return;
    }
    for (const column of passwords) {
      if (cells[column.index] !== '') column.isFilled = true;
      cells[column.index] = '';
    }
    // A comment of several lines is a comment; in a roster a line break is a sign of a broken row.
    if (isLenient) {
      for (const [index, cell] of cells.entries())
        if (/[\r\n]/.test(cell)) cells[index] = cell.replace(/\s*[\r\n]+\s*/g, ' ');
    }
    checkCharacters(fileName, line, header, cells, findings);
    rows.push({ line, cells });
  };

  try {
    parse(content, {
      bom: true,
      delimiter: isLenient ? delimiterOf(content) : ',',
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      max_record_size: limits.maxRowLength,
      on_record: (cells: string[], { lines }) => {
        takeRecord(cells, lines);
        return null;
      },
    });
  } catch (error) {
    if (error instanceof TooManyRows) {
      findings.add('too-many-rows', { file: fileName, expected: limits.maxRows.toLocaleString('en') });
    } else if (error instanceof CsvError) {
      addCsvError(fileName, lastLine + 1, error, limits, findings);
    } else throw error;
  }
  if (header === null) {
    if (!findings.isRefused) findings.add('file-empty', { file: fileName });
    return null;
  }
  for (const { name, isFilled } of passwords) {
    if (isFilled) findings.add('password-ignored', { file: fileName, line: 1, column: name });
  }
  return { fileName, header, rows };
}

/**
 * The file as UTF-8, or what was made of Windows-1252, which Excel and older programs write; null for UTF-16 and for bytes
 * that Windows-1252 does not have either.
 */
function decodeKindly(fileName: string, bytes: Uint8Array, findings: FindingsCollector): Uint8Array | null {
  if (isUtf8(bytes)) return checkEncoding(fileName, bytes, findings) ? bytes : null;
  if (isUtf16(bytes)) return checkEncoding(fileName, bytes, findings) ? bytes : null;
  // These five have no character there; the decoder would make control characters of them.
  if (
    bytes.some((byte) => byte === 0x81 || byte === 0x8d || byte === 0x8f || byte === 0x90 || byte === 0x9d)
  ) {
    return checkEncoding(fileName, bytes, findings) ? bytes : null;
  }
  findings.add('encoding-windows-1252', { file: fileName });
  return new TextEncoder().encode(new TextDecoder('windows-1252').decode(bytes));
}

/** Comma, semicolon or tab: the one that stands most often in the header, outside of double quotes. */
function delimiterOf(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 64 * 1024));
  const [firstLine = ''] = start
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .split(/[\r\n]/, 1);
  const plain = firstLine.replace(/"[^"]*"/g, '');
  const count = (delimiter: string): number => plain.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, each) => (count(each) > count(best) ? each : best));
}

/** The header row of a supplier's list as a mapping remembers it; empty where there is none to read. */
export function headerOf(bytes: Uint8Array): readonly string[] {
  const start = bytes.subarray(0, 64 * 1024);
  const lineEnd = start.findIndex((byte) => byte === 0x0a || byte === 0x0d);
  const line = lineEnd < 0 ? start : start.subarray(0, lineEnd);
  const text = isUtf8(line) ? line : new TextEncoder().encode(new TextDecoder('windows-1252').decode(line));
  try {
    const [header = []] = parse(text, { bom: true, delimiter: delimiterOf(text), relax_column_count: true });
    return namedOnce(header);
  } catch (error) {
    if (error instanceof CsvError) return [];
    throw error;
  }
}

/** A header in which every column has a name of its own, so that each can be chosen. */
function namedOnce(header: readonly string[]): readonly string[] {
  const used = new Set<string>();
  return header.map((cell, index) => {
    const name = cell.replace(/\s+/g, ' ').trim().slice(0, 190) || `Column ${index + 1}`;
    let unique = name;
    for (let n = 2; used.has(unique); n += 1) unique = `${name} (${n})`;
    used.add(unique);
    return unique;
  });
}

class TooManyRows extends Error {}

interface PasswordColumn {
  readonly name: string;
  readonly index: number;
  isFilled: boolean;
}

function findPasswordColumns(header: readonly string[]): readonly PasswordColumn[] {
  return header
    .map((name, index) => ({ name, index, isFilled: false }))
    .filter(({ name }) => isPasswordColumn(name));
}

function checkHeader(
  fileName: string,
  header: readonly string[],
  limits: PackageLimits,
  findings: FindingsCollector,
): void {
  if (header.length > limits.maxColumns) {
    findings.add('too-many-columns', {
      file: fileName,
      line: 1,
      value: String(header.length),
      expected: String(limits.maxColumns),
    });
  }
  checkCharacters(fileName, 1, header, header, findings);
  const seen = new Set<string>();
  for (const name of header) {
    if (seen.has(name) && name !== '')
      findings.add('column-duplicate', { file: fileName, line: 1, column: name });
    seen.add(name);
  }
}

// Tabs are left alone: they come with data copied from a spreadsheet and harm nothing.
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const lineBreakOrControl = /[\u0000-\u0008\u000a-\u001f\u007f]/;

function checkCharacters(
  fileName: string,
  line: number,
  header: readonly string[],
  cells: readonly string[],
  findings: FindingsCollector,
): void {
  for (let index = 0; index < cells.length; index += 1) {
    const cell = cells[index] ?? '';
    if (!lineBreakOrControl.test(cell)) continue;
    const place = { file: fileName, line, column: header[index] ?? null };
    if (/[\r\n]/.test(cell)) findings.add('line-break-in-cell', place);
    else findings.add('control-character', { ...place, value: cell });
  }
}

function addCsvError(
  fileName: string,
  line: number,
  error: CsvError,
  limits: PackageLimits,
  findings: FindingsCollector,
): void {
  const place = { file: fileName, line };
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    findings.add('record-too-long', { ...place, expected: String(limits.maxRowLength) });
    return;
  }
  // The parser's own text quotes the cell; it may be a password.
  findings.add(
    error.code === 'CSV_QUOTE_NOT_CLOSED'
      ? 'quote-not-closed'
      : error.code === 'CSV_INVALID_CLOSING_QUOTE'
        ? 'quote-closed-early'
        : 'quote-inside',
    place,
  );
}

function checkEncoding(fileName: string, bytes: Uint8Array, findings: FindingsCollector): boolean {
  if (isUtf16(bytes)) {
    findings.add('encoding-utf16', { file: fileName });
    return false;
  }
  if (isUtf8(bytes)) return true;
  const { line, byteInLine, byte } = findInvalidByte(bytes);
  findings.add('encoding-not-utf8', {
    file: fileName,
    line,
    value: `byte ${byteInLine} (0x${byte.toString(16).toUpperCase().padStart(2, '0')})`,
  });
  return false;
}

function isUtf16(bytes: Uint8Array): boolean {
  const hasMark = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  // Latin letters in UTF-16 have a zero in every other byte.
  const hasZeros =
    bytes.byteLength >= 4 && (bytes[0] === 0) !== (bytes[1] === 0) && (bytes[2] === 0) !== (bytes[3] === 0);
  return hasMark || hasZeros;
}

/** The first byte that is not UTF-8, counted from 1 in its line. A line feed is never part of a longer character. */
function findInvalidByte(bytes: Uint8Array): { line: number; byteInLine: number; byte: number } {
  let line = 1;
  let start = 0;
  while (start < bytes.byteLength) {
    const next = bytes.indexOf(0x0a, start);
    const end = next < 0 ? bytes.byteLength : next + 1;
    const lineBytes = bytes.subarray(start, end);
    if (!isUtf8(lineBytes)) {
      const decoded = new TextEncoder().encode(
        new TextDecoder('utf-8', { ignoreBOM: true }).decode(lineBytes),
      );
      const index = lineBytes.findIndex((byte, position) => byte !== decoded[position]);
      return { line, byteInLine: index + 1, byte: lineBytes[index] ?? 0 };
    }
    start = end;
    line += 1;
  }
  return { line, byteInLine: 1, byte: bytes[start] ?? 0 };
}
