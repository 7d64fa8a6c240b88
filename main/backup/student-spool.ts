import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { assert } from '../../domain/result.ts';
import { unwrap, wipe, wrap } from '../vault/keys.ts';
import type { Random } from '../vault/random.ts';
import { PartText, type PartSection } from './parts.ts';

/** A power of two: with 5,000 students there are five in a pile, and what they have in three years is read in a moment. */
const pileCount = 1024;
/** Bytes that a pile gathers in memory. All piles together: 16 MB. */
const pileBytes = 16 * 1024;

interface Pile {
  /** Bytes and no strings: so many strings that live for a while would make the heap grow to several times their size. */
  gathered: Buffer;
  length: number;
  /** Where its pieces lie in the file, in order. */
  readonly pieces: { readonly at: number; readonly bytes: number }[];
}

/**
 * Sorts the rows of a store by student without holding them all: marks lie by class and day, so every student's rows come
 * from everywhere.
 *
 * Students share piles. What a pile has gathered goes to the file in one piece, gzipped and sealed under a key that exists in this
 * object only: what a kill leaves of the file nobody can open. Small schools need no file. What the disk says is thrown.
 */
export class StudentSpool {
  readonly #path: string;
  readonly #random: Random;
  readonly #key: Uint8Array;
  readonly #piles: Pile[] = Array.from({ length: pileCount }, () => ({
    gathered: Buffer.alloc(0),
    length: 0,
    pieces: [],
  }));
  readonly #sections: PartSection[] = [];
  #file: number | undefined;
  #fileBytes = 0;
  #isClosed = false;

  /** `path` is where the file will be; it is not made before it is needed. */
  constructor(path: string, random: Random) {
    this.#path = path;
    this.#random = random;
    this.#key = random(32);
  }

  /** Adds a row, as JSON without a line break. `student` is an id in hex; the same section object is given for each row of a section. */
  add(student: string, section: PartSection, row: string): void {
    if (this.#sections.at(-1) !== section) this.#sections.push(section);
    // Ids are random to their last digit, or hashes.
    const pile = this.#piles[Number.parseInt(student.slice(-3), 16) % pileCount];
    assert(pile !== undefined, 'every id has a pile');
    const line = `${student} ${this.#sections.length - 1} ${row}\n`;
    const bytes = Buffer.byteLength(line);
    if (pile.length + bytes > pile.gathered.length) {
      if (pile.length > 0) this.#spill(pile);
      if (bytes > pile.gathered.length) pile.gathered = Buffer.allocUnsafeSlow(Math.max(bytes, pileBytes));
    }
    pile.length += pile.gathered.write(line, pile.length);
  }

  /** Each student with the text of the rows, in the order in which they were added. Once, after the last row. */
  *students(): Generator<readonly [student: string, text: PartText]> {
    for (const pile of this.#piles) {
      const texts = new Map<string, PartText>();
      for (const piece of this.#textsOf(pile)) this.#sortInto(texts, piece);
      yield* texts;
    }
  }

  /** Removes the file and forgets its key. Safe to call at any time. */
  close(): void {
    this.#isClosed = true;
    wipe(this.#key);
    if (this.#file === undefined) return;
    closeSync(this.#file);
    this.#file = undefined;
    rmSync(this.#path, { force: true });
  }

  #spill(pile: Pile): void {
    // Its key is gone: a row that came later would lie in the file as good as in clear.
    assert(!this.#isClosed, 'no row is added to a spool that was closed');
    this.#file ??= openSync(this.#path, 'wx+', 0o600);
    const at = this.#fileBytes;
    const packed = gzipSync(pile.gathered.subarray(0, pile.length), { level: 1 });
    const sealed = wrap(this.#key, packed, String(at), this.#random);
    for (let done = 0; done < sealed.length;) {
      done += writeSync(this.#file, sealed, done, sealed.length - done, at + done);
    }
    this.#fileBytes += sealed.length;
    pile.pieces.push({ at, bytes: sealed.length });
    pile.length = 0;
  }

  *#textsOf(pile: Pile): Generator<string> {
    for (const { at, bytes } of pile.pieces) {
      const sealed = Buffer.alloc(bytes);
      assert(this.#file !== undefined, 'what was spilt lies in the file');
      readSync(this.#file, sealed, 0, bytes, at);
      const opened = unwrap(this.#key, sealed, String(at));
      assert(opened.ok, 'the file holds what was written a moment ago');
      yield gunzipSync(opened.value).toString('utf8');
    }
    yield pile.gathered.toString('utf8', 0, pile.length);
    pile.gathered = Buffer.alloc(0);
  }

  #sortInto(texts: Map<string, PartText>, piece: string): void {
    for (
      let start = 0, end = piece.indexOf('\n');
      end !== -1;
      start = end + 1, end = piece.indexOf('\n', start)
    ) {
      const numberAt = piece.indexOf(' ', start) + 1;
      const rowAt = piece.indexOf(' ', numberAt) + 1;
      const student = piece.slice(start, numberAt - 1);
      const section = this.#sections[Number(piece.slice(numberAt, rowAt - 1))];
      assert(section !== undefined, 'a row names the section it was added with');
      let text = texts.get(student);
      if (text === undefined) texts.set(student, (text = new PartText()));
      text.add(section, piece.slice(rowAt, end));
    }
  }
}
