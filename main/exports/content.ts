import { createHash } from 'node:crypto';
import type { Sensitivity } from '../../db/catalogue.ts';
import type { Contract, OutputOf } from '../../domain/contract/contract.ts';
import type { StudentId } from '../../domain/ids.ts';
import { csvText } from '../../domain/roster/csv-text.ts';
import { toCsvCell } from '../backup/csv-cell.ts';
import type { QueryUnit } from '../gate/unit.ts';

type Prepared = OutputOf<Contract['exports']['prepareAttendance']>;
export type ExportNote = Prepared['notes'][number]['note'];

/** A column of a file that leaves, with what it says of people. */
export interface ExportColumn {
  readonly name: string;
  readonly sensitivity: Exclude<Sensitivity, 'special'>;
}

/** What a file holds, for the person who lets it leave. Known once its content has been read to the end. */
export interface ExportSummary {
  readonly files: readonly {
    readonly name: string;
    readonly rows: number;
    readonly columns: readonly ExportColumn[];
  }[];
  readonly students: ReadonlySet<StudentId>;
  readonly notes: ReadonlyMap<ExportNote, number>;
  /** Registers or records that were read; a file without any is not worth writing. */
  readonly read: number;
  readonly checks: { readonly made: number; readonly failed: number } | null;
}

/** A file to be, in pieces. The same store, request and time give the same bytes. */
export interface ExportContent {
  readonly extension: 'csv' | 'zip';
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Call it after the last chunk. */
  readonly summary: () => ExportSummary;
}

/** The store as it was at one moment, and what goes with reading it. */
export interface ExportSource extends Pick<QueryUnit, 'db' | 'scope' | 'school' | 'fields' | 'today'> {
  /** When the export was prepared: it may stand in the file. UTC milliseconds. */
  readonly atMs: number;
  /** Lets other calls have their turn, tells how far the work is, and stops it when it was cancelled. */
  readonly goOn: (done: number, total: number | null) => Promise<void>;
}

/** Rows as CSV text, neutralised: RFC 4180, UTF-8. */
export function csvRows(rows: readonly (readonly unknown[])[]): string {
  return csvText(rows.map((row) => row.map(toCsvCell)));
}

/** The header row of a file. */
export function csvHeader(columns: readonly ExportColumn[]): string {
  return csvText([columns.map(({ name }) => name)]);
}

/** Adds to a count of notes. */
export function addNote(notes: Map<ExportNote, number>, note: ExportNote, count = 1): void {
  if (count > 0) notes.set(note, (notes.get(note) ?? 0) + count);
}

/** The length and SHA-256 of what has passed through. */
export interface Measure {
  bytes: number;
  sha256: string;
}

/** Passes the chunks on and measures them; `measure` is complete after the last. */
export async function* measured(
  chunks: AsyncIterable<Uint8Array>,
  measure: Measure,
): AsyncGenerator<Uint8Array> {
  const digest = createHash('sha256');
  for await (const chunk of chunks) {
    digest.update(chunk);
    measure.bytes += chunk.length;
    yield chunk;
  }
  measure.sha256 = digest.digest('hex');
}
