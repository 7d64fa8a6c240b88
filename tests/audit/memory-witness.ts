import { generateKeyPairSync } from 'node:crypto';
import { logOrigin, type LogName } from '../../domain/audit/checkpoint.ts';
import { countersign, parseSubmission, type WitnessRefusal } from '../../domain/audit/witness.ts';
import type { WitnessedHead } from '../../domain/audit/witness.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { createAuditSigner, sha256, verifyEd25519 } from '../../main/audit/node-crypto.ts';
import type { TestWitness } from './forger.ts';

export const nodeCrypto = { sha256, verify: verifyEd25519 };

export interface MemoryWitness {
  readonly key: TestWitness;
  /** The head that it has countersigned last; a test may set it back. */
  last: WitnessedHead | null;
  /** Answers a submission: the signature line, or why not. */
  ask(text: string): Result<string, WitnessRefusal>;
}

/** A witness of one log, which remembers in memory only. */
export function createMemoryWitness(log: LogName, publicKey: Uint8Array): MemoryWitness {
  const signer = createAuditSigner(generateKeyPairSync('ed25519').privateKey);
  const key = { ...signer, name: 'witness.example' };
  const witness: MemoryWitness = {
    key,
    last: null,
    ask(text) {
      const submission = parseSubmission(text);
      if (!submission.ok) return submission;
      const isKnown = submission.value.checkpoint.origin === logOrigin(log);
      const known = isKnown ? { publicKey, last: witness.last } : undefined;
      const judged = countersign(nodeCrypto, submission.value, known, key, 1_790_000_000n);
      if (!judged.ok) return err(judged.error);
      witness.last = judged.value.head;
      return ok(judged.value.line);
    },
  };
  return witness;
}
