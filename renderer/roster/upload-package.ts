import { maxUploadChunkBytes } from '../../domain/contract/roster.ts';
import type { CallError } from '../app/api.ts';
import { call } from '../app/calls.ts';
import { err, ok, type Result } from '../../domain/result.ts';

/** One upload takes at most so many files; a roster package has about a dozen. */
export const maxUploadFiles = 200;

/** One file of a package with the name it has there. */
export interface PackageFile {
  readonly name: string;
  readonly content: Blob;
}

export interface UploadProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export type UploadError =
  | CallError<'roster', 'begin'>
  | CallError<'roster', 'append'>
  /** The file was there when it was chosen and cannot be read now. */
  | { readonly type: 'file-unreadable' };

interface UploadOptions {
  /** Called once the main process holds an upload, so that it can be given up at any time. */
  readonly onBegun: (upload: string) => void;
  readonly onProgress: (progress: UploadProgress) => void;
  readonly isCancelled: () => boolean;
}

/**
 * The files as the package names them: a folder's own name is left out, a folder inside it is not, so that the check
 * can say that files lie too deep.
 */
export function toPackageFiles(files: readonly File[]): readonly PackageFile[] {
  return files.map((file) => ({ name: packageName(file), content: file }));
}

/**
 * Hands a package over piece by piece, so that the window stays free and can stop between two pieces. Gives the
 * upload's id, or `cancelled`.
 */
export async function uploadPackage(
  files: readonly PackageFile[],
  { onBegun, onProgress, isCancelled }: UploadOptions,
): Promise<Result<string, UploadError | { readonly type: 'cancelled' }>> {
  const begun = await call('roster', 'begin', {
    files: files.map(({ name, content }) => ({ name, bytes: content.size })),
  });
  if (!begun.ok) return begun;
  const { upload } = begun.value;
  onBegun(upload);

  const totalBytes = files.reduce((sum, { content }) => sum + content.size, 0);
  let doneBytes = 0;
  onProgress({ doneBytes, totalBytes });
  for (const [file, { content }] of files.entries()) {
    for (let start = 0; start < content.size; start += maxUploadChunkBytes) {
      if (isCancelled()) return err({ type: 'cancelled' });
      const piece = content.slice(start, start + maxUploadChunkBytes);
      const chunk = await toBase64(piece);
      if (chunk === null) return err({ type: 'file-unreadable' });
      const appended = await call('roster', 'append', { upload, file, chunk });
      if (!appended.ok) return appended;
      doneBytes += piece.size;
      onProgress({ doneBytes, totalBytes });
    }
  }
  return ok(upload);
}

function packageName(file: File): string {
  // A dropped file has its path from the drop zone, a chosen folder's from the browser.
  const dropped = 'path' in file && typeof file.path === 'string' ? file.path : '';
  const path = (file.webkitRelativePath || dropped || file.name).replace(/^\.?\//, '');
  const inFolder = path.slice(path.indexOf('/') + 1);
  return inFolder === '' ? file.name : inFolder;
}

/** The bytes in base64; null where the file cannot be read. */
function toBase64(piece: Blob): Promise<string | null> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.addEventListener('error', () => {
      resolve(null);
    });
    reader.addEventListener('load', () => {
      const { result } = reader;
      // `data:…;base64,` and then the bytes.
      resolve(typeof result === 'string' ? result.slice(result.indexOf(',') + 1) : null);
    });
    reader.readAsDataURL(piece);
  });
}
