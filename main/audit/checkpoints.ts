import { logOrigin, signCheckpoint } from '../../domain/audit/checkpoint.ts';
import type { AuditLog } from '../../db/audit/append.ts';
import { latestCheckpoint, storeCheckpoint, type StoredCheckpoint } from '../../db/audit/checkpoints.ts';
import type { WritableDb } from '../../db/handles.ts';
import type { AuditSigner } from './node-crypto.ts';

/**
 * Signs the log's head and keeps the note, within the caller's transaction; gives the note there is where the head
 * has been signed already. When a checkpoint is due, `isCheckpointDue` says.
 */
export function checkpointNow(
  db: WritableDb,
  log: AuditLog,
  signer: AuditSigner,
  nowMs: number,
): StoredCheckpoint {
  const { size, root } = log.head(db);
  const latest = latestCheckpoint(db);
  if (latest?.size === size) return latest;
  const head = { origin: logOrigin(log.name), size, root };
  const checkpoint = {
    size,
    note: signCheckpoint(log.sha256, head, signer.publicKey, signer.sign),
    at: nowMs,
  };
  storeCheckpoint(db, checkpoint);
  return checkpoint;
}
