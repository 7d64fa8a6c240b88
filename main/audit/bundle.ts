import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { bundleHeaderText, checkpointLineText, redactedLineText } from '../../domain/audit/bundle.ts';
import { toBase64 } from '../../domain/audit/bytes.ts';
import type { AuditLog } from '../../db/audit/append.ts';
import { countersignedCheckpoints } from '../../db/audit/checkpoints.ts';
import { auditEntriesBelow } from '../../db/audit/export.ts';
import type { ReadableDb } from '../../db/handles.ts';

const chunkLength = 256 * 1024;

/**
 * The log's audit bundle as pieces of at most some 256 KiB, up to its newest checkpoint: sign the head first.
 * The same log, countersigned as far, gives the same bytes. `docs/audit-bundle.md` describes the format.
 */
export function* auditBundle(db: ReadableDb, log: AuditLog, publicKey: Uint8Array): Generator<Uint8Array> {
  let text = '';
  for (const line of bundleLines(db, log, publicKey)) {
    text += `${line}\n`;
    if (text.length >= chunkLength) {
      yield Buffer.from(text);
      text = '';
    }
  }
  yield Buffer.from(text);
}

function* bundleLines(db: ReadableDb, log: AuditLog, publicKey: Uint8Array): Generator<string> {
  const checkpoints = countersignedCheckpoints(db);
  const size = checkpoints.at(-1)?.size ?? 0;
  yield bundleHeaderText(log.name, toBase64(publicKey), checkpoints.length, size);
  for (const { note } of checkpoints) yield checkpointLineText(note);
  for (const { leaf, body } of auditEntriesBelow(db, size)) yield body ?? redactedLineText(leaf);
}

/**
 * Writes a bundle to a new file that only this account can read, and waits until it is on the disk. Gives its length
 * in bytes and SHA-256, for the entry that follows the export. Throws the system's error, `EEXIST` for a path taken.
 */
export function writeAuditBundle(
  path: string,
  bundle: Iterable<Uint8Array>,
): { readonly bytes: number; readonly sha256: Uint8Array } {
  const digest = createHash('sha256');
  let bytes = 0;
  const file = openSync(path, 'wx', 0o600);
  try {
    for (const chunk of bundle) {
      for (let written = 0; written < chunk.length;) written += writeSync(file, chunk, written);
      digest.update(chunk);
      bytes += chunk.length;
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return { bytes, sha256: digest.digest() };
}
