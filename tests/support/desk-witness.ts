import { writeLocalState } from '../../db/school/local-state.ts';
import { nextSubmission } from '../../db/audit/witness.ts';
import { witnessKeyToText } from '../../domain/audit/checkpoint.ts';
import { submissionToText } from '../../domain/audit/witness.ts';
import { sha256 } from '../../main/audit/node-crypto.ts';
import { writeSchoolServer } from '../../main/sync/school-server.ts';
import { keepCountersignature, knownWitness } from '../../main/audit/witness.ts';
import { createMemoryWitness, type MemoryWitness } from '../audit/memory-witness.ts';
import type { TestDesk } from './test-desk.ts';

/** A witness in memory for the open school, whose key the desk keeps as that of its server. */
export function createDeskWitness(t: TestDesk): MemoryWitness {
  const { auditLog, auditSigner, unitParts } = t.open();
  const witness = createMemoryWitness(auditLog.name, auditSigner.publicKey);
  writeLocalState(unitParts.db, 'desk-signing-key', new Uint8Array(32));
  writeSchoolServer(unitParts.db, {
    host: 'localhost',
    port: 9,
    pin: '0'.repeat(64),
    signingKey: '0'.repeat(64),
    server: '0'.repeat(32),
    region: 'nowhere',
    witnessKey: witnessKeyToText(sha256, witness.key),
  });
  return witness;
}

/** Signs the head and has it countersigned, as a sync does. Gives the size that is witnessed then. */
export function witnessNow(t: TestDesk, witness: MemoryWitness): number {
  const open = t.open();
  const { db } = open.unitParts;
  open.signHeadIfDue(t.nowMs, 'export');
  const submission = nextSubmission(db, sha256);
  const key = knownWitness(db);
  if (submission === undefined || key === undefined) throw new Error('no head waits, or no witness is known');
  const answer = witness.ask(submissionToText(submission));
  if (!answer.ok) throw new Error(answer.error.type);
  const kept = keepCountersignature(db, key, submission, answer.value, t.nowMs);
  if (!kept.ok) throw new Error(kept.error.type);
  return submission.size;
}
