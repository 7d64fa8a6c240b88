import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { createTreeReader } from '../../db/audit/tree.ts';
import type { ReadableDb } from '../../db/handles.ts';
import {
  readLocalJson,
  readLocalNumber,
  writeLocalJson,
  writeLocalNumber,
} from '../../db/school/local-state.ts';
import { rootAt } from '../../domain/audit/merkle.ts';
import type { AuditDraft } from '../../domain/audit/entry.ts';
import { drillRecord, type DrillProblem, type DrillRecord } from '../../domain/backup/alarm.ts';
import { aheadMs, longestRestoreMs, mostLostMs } from '../../domain/backup/schedule.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { sha256 } from '../audit/node-crypto.ts';
import type { Desk } from '../desk/desk.ts';
import type { OpenSchool } from '../desk/open-school.ts';
import { answer } from '../gate/handlers.ts';
import { runUnit } from '../gate/run-unit.ts';
import { wipe } from '../vault/keys.ts';
import { forgetKeys } from '../vault/vault.ts';
import { clearBackupAlarms, raiseBackupAlarm } from './alarms.ts';
import { backupFolder, listBackups } from './backup-file.ts';
import type { DrillFindings, DrillJob } from './drill.ts';
import { openDrillKeys } from './drill-keys.ts';
import { DeskLocked } from './outcome.ts';
import { openBackup, type ReadBackupError } from './read-backup.ts';

export type DrillMessage =
  | { readonly type: 'progress'; readonly parts: number }
  | { readonly type: 'done'; readonly result: Result<DrillFindings, { readonly type: DrillProblem }> };

/** How a drill opens the backup: by itself, or with the recovery key as it was typed from the sheet. */
export type DrillWay =
  { readonly kind: 'drill-key' } | { readonly kind: 'sheet'; readonly recoveryKey: string };

/** How many drills are remembered on this desk; the audit log has all of them. */
const remembered = 60;
const drills = z.array(drillRecord);

/** The last drills, the newest first. */
export function readDrills(db: ReadableDb): DrillRecord[] {
  return readLocalJson(db, 'backup-drills', drills) ?? [];
}

/** When a backup was last opened with the recovery key from its sheet, UTC milliseconds. */
export function sheetProvenAtMs(db: ReadableDb): number | null {
  return readLocalNumber(db, 'sheet-proven') ?? null;
}

/** Whether there is a backup that a drill can open, and it is young enough to prove anything. */
export function hasFreshBackup(db: ReadableDb, nowMs: number): boolean {
  const keys = openDrillKeys(db);
  keys?.secrets.forEach((secret) => wipe(secret));
  const lastAtMs = readLocalNumber(db, 'last-backup') ?? 0;
  return keys !== null && lastAtMs <= nowMs && nowMs - lastAtMs <= mostLostMs;
}

/**
 * Restores the newest backup into a scratch store in a thread of its own, checks it against the store in use, and records what came of it:
 * among the last drills, on the audit log, and as an alarm where something is wrong. The scratch store is removed.
 *
 * A problem with the backup is a result, not an error. Errors: `recovery-key-wrong` for a sheet of another key; nothing is recorded then. Throws `DeskLocked`; that is no alarm.
 */
export async function runDrill(
  desk: Desk,
  open: OpenSchool,
  actor: AuditDraft['actor'],
  way: DrillWay,
): Promise<DrillResult> {
  const before = running.get(desk);
  const work = (async () => {
    await before?.catch(() => undefined);
    if (desk.open !== open) throw new DeskLocked();
    return await runDrillNow(desk, open, actor, way);
  })();
  running.set(desk, work);
  try {
    return await work;
  } finally {
    if (running.get(desk) === work) running.delete(desk);
  }
}

type DrillResult = Result<DrillRecord, Extract<ReadBackupError, { type: 'recovery-key-wrong' }>>;

/** One drill at a time: each empties the scratch folder. */
const running = new WeakMap<Desk, Promise<unknown>>();

async function runDrillNow(
  desk: Desk,
  open: OpenSchool,
  actor: AuditDraft['actor'],
  way: DrillWay,
): Promise<DrillResult> {
  const { session } = desk;
  const started = { atMs: desk.now(), monotonicMs: performance.now() };
  const done = (backup: string | null, result: Result<DrillFindings, { readonly type: DrillProblem }>) => {
    const now = desk.open;
    // A change of the master key has opened the same store anew; whoever has locked the desk wants nothing written.
    if (now === null || desk.session !== session) throw new DeskLocked();
    const tookMs = Math.round(performance.now() - started.monotonicMs);
    return ok(keepDrill(desk, now, actor, way.kind, { atMs: started.atMs, tookMs, backup, result }));
  };

  const { id: school } = open.unitParts.school;
  const folder = backupFolder(desk, school);
  const drillKeys = openDrillKeys(open.unitParts.db);
  const newest = listBackups(folder).find(({ atMs }) => atMs <= started.atMs + aheadMs);
  if (drillKeys === null || newest === undefined || newest.name !== drillKeys.backup) {
    drillKeys?.secrets.forEach((secret) => wipe(secret));
    return done(newest?.name ?? null, err({ type: 'stale' }));
  }
  let { secrets } = drillKeys;
  if (way.kind === 'sheet') {
    secrets.forEach((secret) => wipe(secret));
    const opened = await openBackup(folder, newest.name, school, way.recoveryKey);
    if (!opened.ok) {
      const { error } = opened;
      if (error.type === 'recovery-key-wrong') return err(error);
      return done(newest.name, err({ type: error.type === 'backup-foreign' ? 'foreign' : 'damaged' }));
    }
    secrets = [Uint8Array.from(opened.value.recoveryKeys.agreement.secret)];
    forgetKeys(opened.value.recoveryKeys);
  }

  const scratches = join(desk.options.dataDir, 'drill');
  // What a drill that was ended with the program has left: its key was in memory only.
  rmSync(scratches, { recursive: true, force: true });
  try {
    const result = await inWorker(desk, session, {
      folder,
      backup: newest.name,
      school,
      auditKey: Buffer.from(open.auditSigner.publicKey).toString('hex'),
      secrets,
      scratch: join(scratches, Buffer.from(desk.random(8)).toString('hex')),
    });
    return done(newest.name, result);
  } catch (cause) {
    if (cause instanceof DeskLocked) throw cause;
    desk.reportBug(cause);
    return done(newest.name, err({ type: 'failed' }));
  } finally {
    rmSync(scratches, { recursive: true, force: true });
  }
}

/** Throws `DeskLocked` when the session ends meanwhile: the thread is ended with it. */
async function inWorker(
  desk: Desk,
  session: Desk['session'],
  job: DrillJob,
): Promise<Extract<DrillMessage, { type: 'done' }>['result']> {
  // In the bundle every worker is a flat file beside the code that starts it.
  const file = import.meta.url.endsWith('.ts') ? './drill-worker.ts' : './drill-worker.js';
  const worker = new Worker(new URL(file, import.meta.url), {
    workerData: job,
    // The secrets move: no copy of them stays here.
    transferList: job.secrets.map((secret) => toTransferable(secret)),
  });
  let watch: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      worker.on('message', (message: DrillMessage) => {
        if (message.type === 'done') resolve(message.result);
        else desk.options.emit({ type: 'progress', task: 'drill', done: message.parts, total: null });
      });
      worker.on('error', reject);
      worker.on('exit', () => {
        reject(new Error('Bug: the drill worker ended without an answer'));
      });
      watch = setInterval(() => {
        if (desk.session !== session) reject(new DeskLocked());
      }, 100);
    });
  } finally {
    clearInterval(watch);
    await worker.terminate();
  }
}

function toTransferable(secret: Uint8Array): ArrayBuffer {
  const { buffer } = secret;
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength !== secret.length) {
    throw new Error('Bug: a secret that is handed over has a buffer of its own');
  }
  return buffer;
}

function keepDrill(
  desk: Desk,
  open: OpenSchool,
  actor: AuditDraft['actor'],
  way: DrillRecord['way'],
  drilled: {
    readonly atMs: number;
    readonly tookMs: number;
    readonly backup: string | null;
    readonly result: Result<DrillFindings, { readonly type: DrillProblem }>;
  },
): DrillRecord {
  const { atMs, tookMs, backup, result } = drilled;
  const { db } = open.unitParts;
  let record: DrillRecord = { atMs, way, backup, lostMs: null, tookMs, problem: null, found: null };
  if (result.ok) {
    const { backupAtMs, incarnation, ...found } = result.value;
    const lostMs = Math.max(0, atMs - backupAtMs);
    const problem = isOwnLog(open, { ...found, incarnation })
      ? lostMs > mostLostMs
        ? 'too-old'
        : tookMs > longestRestoreMs
          ? 'too-slow'
          : null
      : 'audit-log';
    record = { ...record, lostMs, problem, found };
  } else record = { ...record, problem: result.error.type };
  const { problem, found } = record;
  runUnit(open, desk.now(), {
    run() {
      writeLocalJson(db, 'backup-drills', remember([record, ...readDrills(db)]));
      if (problem === null) {
        clearBackupAlarms(db, 'drill-failed', 'drill-overdue');
        writeLocalNumber(db, 'use-since-drill', 0);
        if (way === 'sheet') writeLocalNumber(db, 'sheet-proven', atMs);
      }
      return answer(null);
    },
    audit: () =>
      desk.draft(actor, 'restore', 'drill', 'backup.drill', {
        outcome: problem === null ? 'ok' : `error:${problem}`,
        ...(found === null ? {} : { recordId: found.auditRoot, count: found.rows }),
      }),
  });
  if (problem !== null) raiseBackupAlarm(desk, open, 'drill-failed', problem);
  return record;
}

/** The last so many; the newest that went well is always among them, as thinning keeps the backup that it proved. */
function remember(newestFirst: readonly DrillRecord[]): readonly DrillRecord[] {
  const kept = newestFirst.slice(0, remembered);
  const good = newestFirst.find(({ problem }) => problem === null);
  return good === undefined || kept.includes(good) ? kept : [...kept.slice(0, -1), good];
}

/** Whether the log in the backup is the beginning of the present one; of an earlier incarnation that is no longer asked. */
function isOwnLog(
  { auditLog, unitParts: { db } }: OpenSchool,
  log: { readonly incarnation: number; readonly auditSize: number; readonly auditRoot: string },
): boolean {
  if (log.incarnation !== auditLog.name.incarnation) return log.incarnation < auditLog.name.incarnation;
  if (log.auditSize > auditLog.size(db)) return false;
  const root = rootAt(sha256, createTreeReader(db), log.auditSize);
  return Buffer.from(root).toString('hex') === log.auditRoot;
}
