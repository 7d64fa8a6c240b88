import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';

const packAt = 1024 * 1024;

/**
 * A long text that is written once and read once: kept packed in memory, because a tar entry begins with its length and
 * nothing may lie on the disk in clear.
 */
export class SpooledText {
  #pending: string[] = [];
  #pendingLength = 0;
  readonly #packed: Buffer[] = [];
  readonly #digest = createHash('sha256');
  /** In bytes of UTF-8. */
  size = 0;

  add(text: string): void {
    this.#pending.push(text);
    this.#pendingLength += text.length;
    if (this.#pendingLength >= packAt) this.#pack();
  }

  /** The SHA-256 of the whole, in hex. Nothing can be added afterwards. */
  sha256(): string {
    this.#pack();
    return this.#digest.digest('hex');
  }

  /** The text in pieces, each let go once it has been read. Call it after `sha256`. */
  *content(): Generator<Uint8Array> {
    for (let piece = this.#packed.shift(); piece !== undefined; piece = this.#packed.shift()) {
      yield gunzipSync(piece);
    }
  }

  #pack(): void {
    if (this.#pendingLength === 0) return;
    const bytes = Buffer.from(this.#pending.join(''), 'utf8');
    this.#pending = [];
    this.#pendingLength = 0;
    this.size += bytes.length;
    this.#digest.update(bytes);
    this.#packed.push(gzipSync(bytes, { level: 1 }));
  }
}
