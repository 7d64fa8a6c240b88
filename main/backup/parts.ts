import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import type { ChangePiece } from '../../db/backup/change-parts.ts';
import { backupRow, type BackupRow } from '../../db/backup/rows.ts';
import type { SchoolId } from '../../domain/ids.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { canonicalJson } from '../../domain/vault/canonical-json.ts';
import { deriveKey, unwrap, wipe, wrap } from '../vault/keys.ts';
import type { Random } from '../vault/random.ts';

// A part is text, one JSON value a line: an object begins a section, the arrays after it are its rows.

const section = z.union([
  z.strictObject({ table: z.string(), columns: z.array(z.string()) }),
  z.strictObject({ pieces: z.literal(true) }),
]);
export type PartSection = z.output<typeof section>;

const pieceRow = z.tuple([z.int(), z.int(), z.int().nullable(), z.unknown()]);

/** A whole section of a part. */
export type PartContent =
  | { readonly table: string; readonly columns: readonly string[]; readonly rows: readonly BackupRow[] }
  | { readonly pieces: readonly (readonly [seq: number, piece: ChangePiece])[] };

/** A part's text is never longer: we begin a new part, or a student has that much and no more. */
const longestText = 512 * 1024 * 1024;

/** The text of a part while it grows. */
export class PartText {
  #open: PartSection | undefined;
  readonly #lines: string[] = [];
  /** Characters so far. */
  length = 0;

  /** Adds a row, as JSON. The same object is given for each row of a section: one begins where the object changes. */
  add(of: PartSection, row: string): void {
    if (this.#open !== of) this.#addLine(JSON.stringify(of));
    this.#open = of;
    this.#addLine(row);
  }

  /** The whole text, gzipped (RFC 1952). */
  packed(): Uint8Array {
    return gzipSync(this.#lines.join(''), { level: 1 });
  }

  #addLine(line: string): void {
    this.#lines.push(line, '\n');
    this.length += line.length + 1;
  }
}

/** Reads the text of a part back. Errors: `part-malformed`. */
export function parsePart(packed: Uint8Array): Result<PartContent[], { readonly type: 'part-malformed' }> {
  const sections: PartContent[] = [];
  try {
    const text = gunzipSync(packed, { maxOutputLength: longestText }).toString('utf8');
    let take: ((row: unknown) => void) | undefined;
    for (
      let start = 0, end = text.indexOf('\n');
      end !== -1;
      start = end + 1, end = text.indexOf('\n', start)
    ) {
      const value: unknown = JSON.parse(text.slice(start, end));
      if (Array.isArray(value)) {
        if (take === undefined) return err({ type: 'part-malformed' });
        take(value);
      } else take = beginSection(section.parse(value), sections);
    }
    return ok(sections);
  } catch {
    // Not gzip, not JSON, or not of the shape: none of ours, whichever it is.
    return err({ type: 'part-malformed' });
  }
}

function beginSection(of: PartSection, sections: PartContent[]): (row: unknown) => void {
  if ('pieces' in of) {
    const pieces: [number, ChangePiece][] = [];
    sections.push({ pieces });
    return (value) => {
      const [seq, operation, row, piece] = pieceRow.parse(value);
      pieces.push([seq, { operation, row, value: JSON.stringify(piece) }]);
    };
  }
  const rows: BackupRow[] = [];
  sections.push({ ...of, rows });
  return (value) => rows.push(backupRow.parse(value));
}

/** Where a part belongs: it opens in no other backup and under no other name. */
export interface PartPlace {
  readonly school: SchoolId;
  readonly backup: string;
  readonly part: string;
}

/** Seals a part under a student's key or the ring key: `nonce(12) ‖ ciphertext ‖ tag(16)`, AES-256-GCM. */
export function sealPart(key: Uint8Array, place: PartPlace, content: Uint8Array, random: Random): Uint8Array {
  const partKey = deriveKey(key, 'backup-part');
  const sealed = wrap(partKey, content, contextOf(place), random);
  wipe(partKey);
  return sealed;
}

/** Opens a sealed part. Errors: `cannot-open`. */
export function openPart(key: Uint8Array, place: PartPlace, sealed: Uint8Array) {
  const partKey = deriveKey(key, 'backup-part');
  const opened = unwrap(partKey, sealed, contextOf(place));
  wipe(partKey);
  return opened;
}

function contextOf({ school, backup, part }: PartPlace): string {
  return canonicalJson([school, backup, part]);
}
