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
