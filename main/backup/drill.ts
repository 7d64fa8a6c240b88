import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { openSealedSample } from '../../db/backup/sample-sealed.ts';
import { quoted } from '../../db/backup/tables.ts';
import type { Connection } from '../../db/open-store.ts';
import type { DrillProblem, DrillRecord } from '../../domain/backup/alarm.ts';
import type { SchoolId } from '../../domain/ids.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { verifyAuditBundle } from '../audit/verify-bundle.ts';
import { sqliteCode } from '../gate/run-unit.ts';
import { systemRandom } from '../vault/random.ts';
import { secretToIdentity } from './age-file.ts';
import { backupPath, ringPath, type BackupManifest } from './backup-file.ts';
import { readKeyRingWith, type KeyRing } from './key-ring.ts';
import { BackupLoading, type LoadedStore } from './load-backup.ts';
import { writeErrorOf } from './outcome.ts';
import { readBackup } from './read-backup.ts';

/** What the drill's thread gets. It has no connection to the store in use. */
export interface DrillJob {
  readonly folder: string;
  readonly backup: string;
  readonly school: SchoolId;
  /** The audit key of the store in use, hex. */
  readonly auditKey: string;
  /** X25519 secrets of which any may open the backup and its ring: the recipient wipes them. */
  readonly secrets: readonly Uint8Array[];
  /** A folder that is not there yet, for the store that is built; the caller removes it. */
  readonly scratch: string;
}

export interface DrillFindings extends NonNullable<DrillRecord['found']> {
  readonly backupAtMs: number;
  readonly incarnation: number;
}

/** Rows whose sealed fields are opened, of each table. */
const sampleSize = 200;
/** Less than a restore takes: nobody waits for a drill. */
const cacheKiB = 32 * 1024;

/**
 * Restores a backup into a store of its own under a key that is made for it and never written, as a restore does, and checks what came
 * back: the rows of every table against the manifest, the audit log against its root, a sample of sealed fields, the store itself.
 *
 * Errors: what is wrong with the backup. Leaves the scratch store in its folder, closed.
 */
export async function drillBackup(
  job: DrillJob,
  onPart: () => void = () => {},
): Promise<Result<DrillFindings, { readonly type: DrillProblem }>> {
  const { folder, backup: name, school, secrets, scratch } = job;
  const identities = await Promise.all(secrets.map((secret) => secretToIdentity(secret)));
  for (const secret of secrets) secret.fill(0);
  const log: Uint8Array[] = [];
  let loading: BackupLoading | undefined;
  try {
    let ring: KeyRing;
    try {
      const read = await readKeyRingWith(ringPath(folder), school, identities);
      if (!read.ok) return err({ type: 'foreign' });
      ring = read.value;
    } catch {
      // Whatever is wrong with it: a ring that does not read opens no backup.
      return err({ type: 'damaged' });
    }
    mkdirSync(scratch, { recursive: true, mode: 0o700 });
    const backup = { path: backupPath(folder, name), name, school, identities, ring };
    const loader = new BackupLoading(backup, {
      path: join(scratch, 'store.db'),
      generation: 1,
      random: systemRandom,
      cacheKiB,
      takeAudit: (_db, _incarnation, _piece, packed) => log.push(packed),
    });
    loading = loader;
    const manifest = await readBackup(backup, job.auditKey, {
      head: (head) => loader.head(head),
      part(part, sealed) {
        onPart();
        return loader.part(part, sealed);
      },
    });
    if (!manifest.ok) return err({ type: manifest.error.type === 'backup-foreign' ? 'foreign' : 'damaged' });
    const loaded = loading.finish(manifest.value);
    return loaded === undefined
      ? err({ type: 'counts-differ' })
      : checkLoaded(loaded, manifest.value, ring, log);
  } catch (cause) {
    const code = sqliteCode(cause);
    const write = writeErrorOf(cause);
    if (code === 'SQLITE_FULL') return err({ type: 'disk-full' });
    if (code?.startsWith('SQLITE_CONSTRAINT') || code === 'SQLITE_MISMATCH') return err({ type: 'damaged' });
    if (write !== undefined) return err(write);
    throw cause;
  } finally {
    loading?.close();
  }
}

function checkLoaded(
  loaded: LoadedStore,
  manifest: BackupManifest,
  ring: KeyRing,
  log: readonly Uint8Array[],
): Result<DrillFindings, { readonly type: DrillProblem }> {
  const { connection, keys, purged } = loaded;
  try {
    connection.exec('COMMIT');
  } catch (cause) {
    // Something refers to a row that did not come back.
    if (sqliteCode(cause)?.startsWith('SQLITE_CONSTRAINT')) return err({ type: 'not-whole' });
    throw cause;
  }
  const expected: Record<string, number> = { ...manifest.rows };
  for (const { table, rows } of ring.tables) expected[table] = rows.length;
  let rows = 0;
  for (const [table, count] of Object.entries(expected)) {
    const found = countRows(connection, table);
    rows += found;
    // What was purged since is rightly gone; nothing may be there that was not.
    if (purged === 0 ? found !== count : found > count) return err({ type: 'counts-differ' });
  }

  const report = verifyAuditBundle(unpacked(log), { publicKey: Buffer.from(manifest.audit.key, 'hex') });
  const { size, root } = manifest.audit;
  const isLogWhole = report.verdict === 'intact' && report.entries === size && report.root === root;
  if (!isLogWhole || report.log?.incarnation !== manifest.incarnation) return err({ type: 'audit-log' });

  let opened: number;
  try {
    opened = openSealedSample(connection, keys, sampleSize);
  } catch {
    // The sealer throws for an envelope that does not open, whatever the reason.
    return err({ type: 'sealed-fields' });
  }
  const isWhole =
    connection.pragma('integrity_check', { simple: true }) === 'ok' &&
    countResults(connection.pragma('foreign_key_check')) === 0;
  if (!isWhole) return err({ type: 'not-whole' });
  return ok({
    students: countRows(connection, 'student'),
    marks: countRows(connection, 'mark'),
    rows,
    tables: Object.keys(expected).length,
    auditSize: size,
    auditRoot: root,
    opened,
    backupAtMs: manifest.atMs,
    incarnation: manifest.incarnation,
  });
}

function* unpacked(pieces: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const piece of pieces) yield gunzipSync(piece);
}

function countRows(connection: Connection, table: string): number {
  return (
    connection
      .prepare<[], number>(`SELECT count(*) FROM ${quoted(table)}`)
      .pluck()
      .get() ?? 0
  );
}

function countResults(rows: unknown): number {
  return Array.isArray(rows) ? rows.length : 1;
}
