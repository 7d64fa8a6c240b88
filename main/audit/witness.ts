import { z } from 'zod';
import { parseWitnessKey, type NoteKey } from '../../domain/audit/checkpoint.ts';
import { takeCountersignature } from '../../domain/audit/witness.ts';
import { assert, ok, type Result } from '../../domain/result.ts';
import type { ReadableDb, WritableDb } from '../../db/handles.ts';
import { storeCountersignature, witnessedTo, type StoredSubmission } from '../../db/audit/witness.ts';
import { readLocalState } from '../../db/school/local-state.ts';
import { sha256, verifyEd25519 } from './node-crypto.ts';

/** Of what is kept of the school's server, the key of its witness as `witnessKeyToText` writes it. */
const syncServer = z.object({ witnessKey: z.string() });

/** The witness of this school's server; undefined where the school has no server. Throws where what is kept is damaged. */
export function knownWitness(db: ReadableDb): NoteKey | undefined {
  const kept = readLocalState(db, 'sync-server');
  if (kept === undefined) return undefined;
  const { witnessKey } = syncServer.parse(JSON.parse(Buffer.from(kept).toString('utf8')));
  const key = parseWitnessKey(sha256, witnessKey);
  assert(key !== undefined, 'the key of a witness is kept as it was written');
  return key;
}

/**
 * Keeps the witness's answer to a submission, within the caller's transaction, once it holds; one that came twice, or after
 * that to a later submission, changes nothing. Errors: `countersignature-invalid`: the server has answered with none.
 */
export function keepCountersignature(
  db: WritableDb,
  witness: NoteKey,
  { size, note }: Pick<StoredSubmission, 'size' | 'note'>,
  answer: string,
  nowMs: number,
): Result<void, { readonly type: 'countersignature-invalid' }> {
  const line = takeCountersignature({ sha256, verify: verifyEd25519 }, note, answer, witness);
  if (!line.ok) return line;
  if (size > witnessedTo(db)) storeCountersignature(db, { size, line: line.value, at: nowMs });
  return ok(undefined);
}
