import { Zip, ZipDeflate } from 'fflate';

/** A file of a zip, its content in pieces. */
export interface ZipEntry {
  readonly name: string;
  readonly content: Iterable<Uint8Array>;
}

/** The earliest day that a zip can hold: entries carry no time, so that the same content gives the same bytes. */
const noTime = '1980-01-02T00:00:00Z';

/** Writes entries as a zip, in pieces, one entry after the other. */
export async function* zipOf(entries: AsyncIterable<ZipEntry>): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  const take = (): Uint8Array[] => {
    const taken = ready;
    ready = [];
    return taken;
  };
  const zip = new Zip((error, data) => {
    if (error !== null) throw error;
    ready.push(data);
  });
  for await (const { name, content } of entries) {
    const file = new ZipDeflate(name, { level: 6 });
    file.mtime = noTime;
    zip.add(file);
    for (const piece of content) {
      file.push(piece);
      yield* take();
    }
    file.push(new Uint8Array(), true);
    yield* take();
  }
  zip.end();
  yield* take();
}
