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

class ReadingEnded extends Error {}

/**
 * Writes entries as a tar archive. `atMs` is the time of all of them, UTC milliseconds. Nothing is asked of the entries before the first byte is
 * read; who stops reading has them closed, and waits for it: what they use may be put away afterwards.
 */
export async function* tarOf(entries: AsyncIterable<TarEntry>, atMs: number): AsyncGenerator<Uint8Array> {
  const archive = pack();
  const mtime = new Date(atMs);
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => {});
  const add = async ({ name, size, content }: TarEntry): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // It is waited for only after the last piece.
    promise.catch(() => {});
    const sink = archive.entry({ name, size, mtime, mode: 0o600 }, (error) => {
      if (error) reject(error);
      else resolve();
    });
    for (const piece of content) {
      // The archive takes more when what it has is being read.
      if (!sink.write(piece)) {
        const drained = new Promise<void>((resume) => sink.once('drain', () => resume()));
        await Promise.race([drained, promise, ended.promise]);
      }
    }
    sink.end(undefined);
    await Promise.race([promise, ended.promise]);
  };
  const filling = (async () => {
    for await (const entry of entries) await add(entry);
    archive.finalize();
  })();
  // What goes wrong is thrown below, when there is nothing more to read.
  filling.catch(() => archive.destroy());
  let isRead = false;
  try {
    for await (const chunk of archive) {
      assert(chunk instanceof Uint8Array, 'an archive is bytes');
      yield chunk;
    }
    isRead = true;
  } catch (cause) {
    // Reading fails only after the filling has: that it was broken off is not the reason.
    await filling;
    throw cause;
  } finally {
    if (!isRead) {
      ended.reject(new ReadingEnded('Nobody reads the archive any more'));
      await filling.catch(() => {});
    }
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
