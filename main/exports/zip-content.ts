import type { StudentId } from '../../domain/ids.ts';
import { SpooledText } from '../backup/spooled-text.ts';
import {
  csvHeader,
  csvRows,
  type ExportColumn,
  type ExportContent,
  type ExportNote,
  type ExportSource,
  type ExportSummary,
} from './content.ts';
import { zipOf, type ZipEntry } from './zip-stream.ts';

/** A file of an archive that grows row by row, packed in memory: nothing lies on the disk in clear. */
export interface SpooledFile {
  readonly name: string;
  readonly columns: readonly ExportColumn[];
  readonly text: SpooledText;
  rows: number;
}

/** Begins a CSV file. */
export function spooledCsv(name: string, columns: readonly ExportColumn[]): SpooledFile {
  const text = new SpooledText();
  text.add(csvHeader(columns));
  return { name, columns, text, rows: 0 };
}

/** Adds rows to a CSV file, neutralised. */
export function addRows(file: SpooledFile, rows: readonly (readonly unknown[])[]): void {
  if (rows.length > 0) file.text.add(csvRows(rows));
  file.rows += rows.length;
}

/** Adds objects to a file of JSON lines, as they are. */
export function addLines(file: SpooledFile, lines: readonly object[]): void {
  if (lines.length > 0) file.text.add(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  file.rows += lines.length;
}

/** What the files of an archive come to. */
export interface Spooled extends Omit<ExportSummary, 'files' | 'students' | 'notes'> {
  readonly files: readonly SpooledFile[];
  readonly students: ReadonlySet<StudentId>;
  readonly notes: ReadonlyMap<ExportNote, number>;
}

/** An archive of files that `spool` fills, with `about.json` first: what each file holds. */
export function zipContent(
  source: ExportSource,
  about: Readonly<Record<string, unknown>>,
  spool: () => Promise<Spooled>,
): ExportContent {
  let spooled: Spooled | undefined;
  async function* entries(): AsyncGenerator<ZipEntry> {
    spooled = await spool();
    const files = spooled.files.map(({ name, rows, columns, text }) => ({
      name,
      rows,
      columns,
      sha256: text.sha256(),
    }));
    const description = { ...about, madeAt: new Date(source.atMs).toISOString(), files };
    yield { name: 'about.json', content: [Buffer.from(`${JSON.stringify(description, null, 2)}\n`)] };
    for (const { name, text } of spooled.files) yield { name, content: text.content() };
  }
  return {
    extension: 'zip',
    chunks: zipOf(entries()),
    summary() {
      if (spooled === undefined)
        throw new Error('Bug: the summary of an archive was asked for before its end');
      const { files, ...rest } = spooled;
      return { ...rest, files: files.map(({ name, rows, columns }) => ({ name, rows, columns })) };
    },
  };
}
