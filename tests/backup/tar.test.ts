import { describe, expect, it } from 'vitest';
import { tarEntries, tarOf, type TarEntry } from '../../main/backup/tar.ts';

const mebibyte = Buffer.alloc(1024 * 1024, 1);

/** Entries that say what is asked of them, and that they were put away. */
function watched(count: number) {
  const seen = { asked: 0, isClosed: false };
  async function* entries(): AsyncGenerator<TarEntry> {
    try {
      for (let each = 0; each < count; each += 1) {
        seen.asked += 1;
        await new Promise((resume) => setTimeout(resume, 1));
        yield { name: `entry-${each}`, size: mebibyte.length, content: [mebibyte] };
      }
    } finally {
      await new Promise((resume) => setTimeout(resume, 20));
      seen.isClosed = true;
    }
  }
  return { seen, archive: tarOf(entries(), 0) };
}

describe('an archive that is written as it is read', () => {
  it('holds every entry', async () => {
    const { seen, archive } = watched(3);
    const names: string[] = [];
    for await (const { name, bytes } of tarEntries(archive)) names.push(`${name} ${bytes.length}`);
    expect(names).toEqual([0, 1, 2].map((each) => `entry-${each} ${mebibyte.length}`));
    expect(seen).toEqual({ asked: 3, isClosed: true });
  });

  it('asks for nothing before it is read', async () => {
    const { seen } = watched(3);
    await new Promise((resume) => setTimeout(resume, 20));
    expect(seen.asked).toBe(0);
  });

  it('who stops reading finds the entries closed: nothing goes on behind', async () => {
    const { seen, archive } = watched(50);
    for await (const _ of archive) break;
    expect(seen.isClosed).toBe(true);
    const { asked } = seen;
    await new Promise((resume) => setTimeout(resume, 30));
    expect(seen.asked).toBe(asked);
    expect(asked).toBeLessThan(50);
  });

  it('what an entry throws is thrown to the reader', async () => {
    async function* entries(): AsyncGenerator<TarEntry> {
      yield { name: 'one', size: 1, content: [Buffer.alloc(1)] };
      throw new Error('no more');
    }
    await expect(async () => {
      for await (const _ of tarOf(entries(), 0));
    }).rejects.toThrow('no more');
  });
});
