import { z } from 'zod';
import { toHex } from './bytes.ts';
import type { LogName } from './checkpoint.ts';

/**
 * The audit bundle: one text file, a JSON object a line, each in its canonical form (RFC 8785) and ended by a line
 * feed. First the header, then the signed checkpoints in order of size, then the entries in order of seq.
 * `docs/audit-bundle.md` describes it for auditors.
 */
export const bundleFormat = 'rollkeep-audit-bundle';

/** No line of a bundle is longer, in bytes without the line feed. An entry of 64 subjects takes 3 KiB. */
export const maxBundleLineBytes = 16_384;

const opaqueId = z.string().regex(/^[0-9a-f]{32}$/);

/** The first line. Keys in the order of RFC 8785, as everywhere in a bundle. */
export const bundleHeader = z.strictObject({
  checkpoints: z.int().min(0),
  desk: opaqueId,
  format: z.literal(bundleFormat),
  incarnation: z.int().min(0),
  /** The desk's audit key: a raw Ed25519 public key in base64. Worth no more than the way the bundle came. */
  key: z.base64().length(44),
  school: opaqueId,
  /** Entries in the bundle, redacted ones included. */
  size: z.int().min(0),
  v: z.literal(1),
});
export type BundleHeader = z.output<typeof bundleHeader>;

export const checkpointLine = z.strictObject({ checkpoint: z.string() });

/** Stands for an entry whose body has been redacted: what is left of it is its leaf hash. */
export const redactedLine = z.strictObject({ redacted: z.string().regex(/^[0-9a-f]{64}$/) });

/** The header of a bundle of one log. */
export function bundleHeaderText(log: LogName, keyBase64: string, checkpoints: number, size: number): string {
  const { desk, school, incarnation } = log;
  return JSON.stringify({
    checkpoints,
    desk,
    format: bundleFormat,
    incarnation,
    key: keyBase64,
    school,
    size,
    v: 1,
  });
}

export function checkpointLineText(note: string): string {
  return JSON.stringify({ checkpoint: note });
}

export function redactedLineText(leaf: Uint8Array): string {
  return JSON.stringify({ redacted: toHex(leaf) });
}
