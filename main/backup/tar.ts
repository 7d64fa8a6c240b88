import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { extract, pack } from 'tar-stream';
import { assert } from '../../domain/result.ts';

export interface TarEntry {
  readonly name: string;
  readonly size: number;
  /** The content in pieces that add up to `size`. */
  readonly content: Iterable<Uint8Array>;
}

/** Writes entries as a tar archive. `atMs` is the time of all of them, UTC milliseconds. */
export function tarOf(entries: AsyncIterable<TarEntry>, atMs: number): AsyncIterable<Uint8Array> {
  const archive = pack();
  const mtime = new Date(atMs);
  const add = async ({ name, size, content }: TarEntry): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sink = archive.entry({ name, size, mtime, mode: 0o600 }, (error) => {
      if (error) reject(error);
      else resolve();
    });
    for (const piece of content) {
      // The archive takes more when what it has is being read.
      if (!sink.write(piece)) {
        await Promise.race([new Promise<void>((resume) => sink.once('drain', () => resume())), promise]);
      }
    }
    sink.end(undefined);
    await promise;
  };
  const filling = (async () => {
    for await (const entry of entries) await add(entry);
    archive.finalize();
  })();
  // What goes wrong is thrown to whoever reads, when there is nothing more to read.
  filling.catch(() => archive.destroy());
  return bytesOf(archive, filling);
}

async function* bytesOf(archive: AsyncIterable<unknown>, filling: Promise<void>): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of archive) {
      assert(chunk instanceof Uint8Array, 'an archive is bytes');
      yield chunk;
    }
  } catch (cause) {
    // Reading fails only after the filling has: that it was broken off is not the reason.
    await filling;
    throw cause;
  }
  await filling;
}

/** Longer than any entry we write: a file that claims more is not ours. */
const longestEntry = 256 * 1024 * 1024;

/** Reads the entries of a tar archive one by one. Throws where it is none or breaks off. */
export async function* tarEntries(
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ readonly name: string; readonly bytes: Uint8Array }> {
  const archive = extract();
  const source = Readable.from(content, { objectMode: false });
  source.on('error', (cause) => archive.destroy(cause));
  source.pipe(archive);
  try {
    for await (const entry of archive) {
      if ((entry.header.size ?? 0) > longestEntry) throw new Error('A tar entry is too long');
      yield { name: entry.header.name, bytes: await buffer(entry) };
    }
  } finally {
    source.destroy();
  }
}
