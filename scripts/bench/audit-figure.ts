import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { createAuditLog } from '../../db/audit/append.ts';
import { writableDb } from '../../db/handles.ts';
import { migrateStore } from '../../db/migrate.ts';
import { openStore } from '../../db/open-store.ts';
import { bytesToId } from '../../domain/ids.ts';
import { assert } from '../../domain/result.ts';
import { auditBundle } from '../../main/audit/bundle.ts';
import { checkpointNow } from '../../main/audit/checkpoints.ts';
import { createAuditSigner, sha256 } from '../../main/audit/node-crypto.ts';
import type { Figure } from './figure.ts';

const firstEntryMs = Date.UTC(2026, 0, 5, 9);

const verifyTimes = z.object({ verifyMs: z.number(), hashOnlyMs: z.number() });

/**
 * Verifies a bundle of `count` entries with a checkpoint every 64, in turn with hashing each of its lines once, in a
 * process that does nothing else: that is how an auditor verifies.
 */
export async function measureAuditVerification(
  folder: string,
  count: number,
  rounds: number,
): Promise<Figure> {
  const bundle = makeBundle(folder, count);
  const file = join(folder, 'audit-bundle.jsonl');
  writeFileSync(file, bundle);
  const script = join(import.meta.dirname, 'verify-process.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, file, String(rounds)]);
  const { verifyMs, hashOnlyMs } = verifyTimes.parse(JSON.parse(stdout));
  const perSecond = (ms: number): number => count / (ms / 1000);
  return {
    name: `audit verification, ${count.toLocaleString('en')} entries`,
    budget: '≥ 60,000 entries/s',
    state: 'measured',
    value: perSecond(verifyMs),
    unit: 'entries/s',
    baseline: { name: 'SHA-256 of each line', value: perSecond(hashOnlyMs) },
    compared: perSecond(verifyMs),
    limit: 60_000,
    better: 'higher',
    details: { 'bundle MB': bundle.length / 1e6 },
  };
}

function makeBundle(folder: string, count: number): Buffer {
  const opened = openStore(join(folder, 'audit.db'), randomBytes(32), 'create');
  assert(opened.ok, 'a new store opens');
  const connection = opened.value;
  try {
    migrateStore(connection);
    const db = writableDb(connection);
    const id = () => bytesToId(randomBytes(16));
    const log = createAuditLog({
      name: { school: id(), desk: id(), incarnation: 0 },
      sha256,
      randomBytes,
    });
    const signer = createAuditSigner(generateKeyPairSync('ed25519').privateKey);
    const user = bytesToId<'user'>(randomBytes(16));
    connection.exec('BEGIN');
    for (let index = 0; index < count; index += 1) {
      const atMs = firstEntryMs + index * 1000;
      const student = id();
      log.append(
        db,
        {
          actor: { user, role: 'attendance-clerk', method: 'password' },
          action: 'view',
          record: { type: 'student', id: student },
          subjects: [student],
          count: 1,
          scope: 'school',
          procedure: 'students.card',
          outcome: 'ok',
          request: id(),
        },
        atMs,
      );
      if (index % 64 === 63 || index === count - 1) checkpointNow(db, log, signer, atMs);
    }
    connection.exec('COMMIT');
    return Buffer.concat([...auditBundle(db, log, signer.publicKey)]);
  } finally {
    connection.close();
  }
}
