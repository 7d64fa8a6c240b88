/** What makes a checkpoint due whatever its age: locking, closing and exporting leave nothing unsigned behind. */
export type CheckpointOccasion = 'lock' | 'close' | 'export';

const maxUnsignedEntries = 64;
const maxUnsignedMs = 60_000;

/**
 * Whether the head has to be signed now: 64 entries or 60 s after the last one, and at lock, close and export.
 * Source: SECURITY §3.
 */
export function isCheckpointDue(
  unsignedEntries: number,
  sinceLastMs: number,
  occasion?: CheckpointOccasion,
): boolean {
  if (unsignedEntries === 0) return false;
  return occasion !== undefined || unsignedEntries >= maxUnsignedEntries || sinceLastMs >= maxUnsignedMs;
}

const maxUnwitnessedMs = 600_000;

/**
 * Whether the witness is late: a signed head has waited for it for more than ten minutes, which is two rounds of syncing.
 *
 * Waiting counts from the sign-in at the earliest: while nobody is signed in nothing is sent, so last night's head is
 * not late in the morning. How many entries wait does not matter: an import makes thousands between two healthy rounds.
 * `oldestUnwitnessedAtMs`: when the oldest head that waits was signed; undefined where none does.
 */
export function isWitnessLate(
  oldestUnwitnessedAtMs: number | undefined,
  signedInAtMs: number,
  nowMs: number,
): boolean {
  if (oldestUnwitnessedAtMs === undefined) return false;
  return nowMs - Math.max(oldestUnwitnessedAtMs, signedInAtMs) > maxUnwitnessedMs;
}
