import { join } from 'node:path';
import type { Encrypter } from 'age-encryption';
import type { ErrorOf } from '../../domain/contract/errors.ts';
import { err, type Result } from '../../domain/result.ts';
import { encryptToFile, writeNewFile, type WrittenFile } from '../backup/age-file.ts';
import { stampOf } from '../backup/backup-file.ts';
import type { WriteError } from '../backup/outcome.ts';
import type { Desk } from '../desk/desk.ts';
import { measured, type Measure } from './content.ts';

/** A file that may leave: what it is called without its time, and what was shown to the person who lets it leave. */
export interface LeavingFile {
  /** The kind and the ending of the name, such as `attendance` and `csv`: never a person, class or school. */
  readonly kind: 'roster' | 'attendance';
  readonly extension: 'csv' | 'zip';
  readonly chunks: AsyncIterable<Uint8Array>;
  /** SHA-256 of the content in clear, as it was shown and stands on the audit log. */
  readonly sha256: string;
}

class ContentChanged extends Error {}

/**
 * Lets a file leave into the exports folder: encrypted to a receiver, or in clear where `encrypter` is null. Readable by
 * this account alone, under a temporary name first.
 *
 * The content must be what was shown: when its hash is another, there is no file and the answer is `export-outdated`.
 * Errors besides: `disk-full`, `folder-not-writable`. The audit row has been written.
 */
export async function writeExport(
  desk: Desk,
  { kind, extension, chunks, sha256 }: LeavingFile,
  encrypter: Encrypter | null,
): Promise<Result<WrittenFile & { readonly path: string }, WriteError | ErrorOf<'export-outdated'>>> {
  const random = Buffer.from(desk.random(4)).toString('hex');
  const name = `rollkeep-${kind}-${stampOf(desk.now())}-${random}.${extension}`;
  const path = join(desk.options.exportDir, encrypter === null ? name : `${name}.age`);
  const content = asShown(chunks, sha256);
  try {
    const written =
      encrypter === null
        ? await writeNewFile(path, async () => content)
        : await encryptToFile(path, encrypter, content);
    return written.ok ? { ok: true, value: { path, ...written.value } } : written;
  } catch (cause) {
    if (cause instanceof ContentChanged) return err({ type: 'export-outdated' });
    throw cause;
  }
}

async function* asShown(chunks: AsyncIterable<Uint8Array>, sha256: string): AsyncGenerator<Uint8Array> {
  const measure: Measure = { bytes: 0, sha256: '' };
  yield* measured(chunks, measure);
  if (measure.sha256 !== sha256)
    throw new ContentChanged('The records changed since the export was prepared');
}
