import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createAuditLog, type AuditLog } from '../../db/audit/append.ts';
import { writableDb, type WritableDb } from '../../db/handles.ts';
import { openStore, type Connection } from '../../db/open-store.ts';
import type { AuditDraft } from '../../domain/audit/entry.ts';
import { createAuditSigner, sha256, type AuditSigner } from '../../main/audit/node-crypto.ts';

const tables = ['0002-audit-log.sql', '0003-audit-witness.sql'].map((file) =>
  readFileSync(new URL(`../../db/migrations/${file}`, import.meta.url), 'utf8'),
);

/** An invented opaque id: the same number gives the same id. */
export function idOf(number: number): string {
  return number.toString(16).padStart(32, '0');
}

/** A day in an invented school year, in UTC milliseconds. */
export const someMs = 1_790_000_000_000;

/** A seeded stand-in for randomness, so that a log can be made twice alike. */
export function countingBytes(): (length: number) => Uint8Array {
  let counter = 0;
  return (length) => Buffer.from(idOf((counter += 1)), 'hex').subarray(0, length);
}

export interface AuditStore {
  readonly path: string;
  readonly connection: Connection;
  readonly db: WritableDb;
  readonly log: AuditLog;
  readonly signer: AuditSigner;
  /** Another log object over the same store, as after a restart. */
  readonly reopenLog: () => AuditLog;
}

export const logName = { school: idOf(0xaaa), desk: idOf(0xddd), incarnation: 1 };

/** A real encrypted store in a folder of its own, with the audit tables and nothing in them. */
export function createAuditStore(): AuditStore {
  const folder = mkdtempSync(join(tmpdir(), 'rollkeep-audit-'));
  const path = join(folder, 'store.db');
  const opened = openStore(path, Buffer.alloc(32, 7), 'create');
  if (!opened.ok) throw new Error(opened.error.type);
  const connection = opened.value;
  onTestFinished(() => {
    connection.close();
    rmSync(folder, { recursive: true });
  });
  for (const sql of tables) connection.exec(sql);
  const randomBytes = countingBytes();
  const reopenLog = (): AuditLog => createAuditLog({ name: logName, sha256, randomBytes });
  const signer = createAuditSigner(generateKeyPairSync('ed25519').privateKey);
  return { path, connection, db: writableDb(connection), log: reopenLog(), signer, reopenLog };
}

/** A clerk opening a student's card; `over` replaces parts. */
export function draftOf(over: Partial<AuditDraft> = {}): AuditDraft {
  return {
    actor: { user: idOf(0x11), role: 'attendance-clerk', method: 'password' },
    action: 'view',
    record: { type: 'student', id: idOf(0x501) },
    subjects: [idOf(0x501)],
    count: 1,
    scope: 'school',
    procedure: 'students.card',
    outcome: 'ok',
    request: idOf(0x999),
    ...over,
  };
}
