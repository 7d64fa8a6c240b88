import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { eq, max } from 'drizzle-orm';
import { createAuditLog } from '../../db/audit/append.ts';
import { countStore } from '../../db/backup/snapshot.ts';
import { migrateStore } from '../../db/migrate.ts';
import {
  readLocalState,
  removeLocalState,
  writeLocalNumber,
  writeLocalState,
} from '../../db/school/local-state.ts';
import { change, desk as deskTable } from '../../db/school/schema.ts';
import type { AuditDraft } from '../../domain/audit/entry.ts';
import { assert, err, ok, type Result } from '../../domain/result.ts';
import { deskOrdinal } from '../../domain/sync/version.ts';
import { auditBundle } from '../audit/bundle.ts';
import { sha256 } from '../audit/node-crypto.ts';
import type { Desk } from '../desk/desk.ts';
import type { OpenSchool } from '../desk/open-school.ts';
import { sqliteCode } from '../gate/run-unit.ts';
import { writeAnchor } from '../vault/anchor.ts';
import { createAttempts } from '../vault/attempts.ts';
import { syncFolder } from '../vault/durable-file.ts';
import { keychainNames, type Keychain, type KeychainError } from '../vault/keychain.ts';
import { commitGeneration, pairPaths, type Profile } from '../vault/profile.ts';
import { writeVault } from '../vault/vault-file.ts';
import { copyArchives, keepArchive, keepArchivePiece } from './audit-archive.ts';
import {
  backupFolder,
  listBackups,
  readRingKeys,
  ringPath,
  stampOf,
  type BackupManifest,
} from './backup-file.ts';
import { settleRestoredDrillKey } from './drill-keys.ts';
import { BackupLoading, type LoadedStore } from './load-backup.ts';
import { writeErrorOf } from './outcome.ts';
import { closePresent, openPresent, type PresentKeys } from './present-store.ts';
import { readBackup, type OpenableBackup, type ReadBackupError } from './read-backup.ts';

/** How much memory the store that is built may take. */
const cacheKiB = 128 * 1024;

export type RestoreError =
  ReadBackupError | { readonly type: 'keychain-unavailable' } | { readonly type: 'disk-full' };

/**
 * Builds a new generation from a backup, puts it in use and sets the present one aside. The desk is locked afterwards.
 *
 * Until the file `current` names the new pair, the present one is untouched: any error, and any moment at which the program
 * is ended, leaves one whole pair in use. `by` stands in the first entry of the new audit log.
 */
export async function restoreBackup(
  desk: Desk,
  backup: OpenableBackup,
  present: {
    readonly profile: Profile;
    readonly keychain: Keychain;
    readonly keys: PresentKeys | null;
    readonly auditKey: string | null;
  },
  by: AuditDraft['actor'],
): Promise<Result<{ students: number; marks: number }, RestoreError>> {
  const { profile, keychain } = present;
  const generation = nextGeneration(profile);
  const loading = new BackupLoading(backup, {
    path: pairPaths(profile, generation).store,
    generation,
    random: desk.random,
    cacheKiB,
    // The log of the backup's time is kept in the store: it may be all that is left of it.
    takeAudit: keepArchivePiece,
  });
  let isCommitted = false;
  try {
    const manifest = await readBackup(backup, present.auditKey, loading);
    if (!manifest.ok) return manifest;
    const loaded = loading.finish(manifest.value);
    if (loaded === undefined) return err({ type: 'backup-damaged' });

    // From here on nothing waits: no call can write to the present store any more.
    if (desk.open !== null) desk.lock('user');
    const old = present.keys === null ? null : openPresent(desk, present.keys);
    const audit = startNewLog(desk, backup, loaded, manifest.value, old, by);
    const { students, marks } = countStore(loaded.connection);
    loaded.connection.exec('COMMIT');
    assert(
      loaded.connection.pragma('integrity_check', { simple: true }) === 'ok',
      'a store that was just built is whole',
    );
    loaded.connection.pragma('wal_checkpoint(TRUNCATE)');
    const schoolSecret = readLocalState(loaded.db, 'school-secret');
    assert(schoolSecret !== undefined, 'a store keeps a copy of the school secret');
    loaded.connection.close();

    const { body, masterKey } = loaded;
    const { school, store } = body;
    const steps: (() => Result<void, KeychainError>)[] = [
      () => writeVault(pairPaths(profile, generation).vault, body, masterKey),
      () => writeAnchor(keychain, { v: 1, school, store, generation, ...audit }, masterKey),
      () => mendKeychain(desk, profile, keychain, schoolSecret),
      () => commitGeneration(profile, generation),
    ];
    for (const step of steps) {
      const done = step();
      if (!done.ok)
        return err({ type: done.error.type === 'disk-full' ? 'disk-full' : 'keychain-unavailable' });
    }
    isCommitted = true;
    setAside(profile, generation, desk.now());
    return ok({ students, marks });
  } catch (cause) {
    const code = sqliteCode(cause);
    if (code === 'SQLITE_FULL' || writeErrorOf(cause)?.type === 'disk-full')
      return err({ type: 'disk-full' });
    // Rows that do not fit the tables they say they are from.
    if (code?.startsWith('SQLITE_CONSTRAINT') || code === 'SQLITE_MISMATCH')
      return err({ type: 'backup-damaged' });
    throw cause;
  } finally {
    loading.close();
    if (!isCommitted) removePair(profile, generation);
  }
}

/**
 * Gives the desk a new incarnation with an empty audit log, whose first entry names the head of the old one: its root as
 * the record's id, its size as the count (SECURITY §6.10). The old log itself is kept in the store.
 */
function startNewLog(
  desk: Desk,
  backup: OpenableBackup,
  { connection, db }: LoadedStore,
  manifest: BackupManifest,
  old: OpenSchool | null,
  by: AuditDraft['actor'],
): { auditSize: number; auditRoot: string } {
  const nowMs = desk.now();
  let head = { size: manifest.audit.size, root: manifest.audit.root };
  let incarnation = manifest.incarnation;
  const kept = old === null ? null : keepPresentLog(desk, { connection, db }, old, manifest, by);
  if (kept !== null) ({ incarnation, ...head } = kept);

  const known = listBackups(backupFolder(desk, backup.school)).map((one) => one.incarnation);
  const next = Math.max(incarnation, manifest.incarnation, ...known) + 1;
  const before = db.select().from(deskTable).where(eq(deskTable.isLocal, true)).get();
  assert(before !== undefined, 'a store knows its desk');
  // The versions in the store go on naming the incarnation that wrote them.
  db.update(deskTable).set({ isLocal: false }).where(eq(deskTable.ordinal, before.ordinal)).run();
  db.insert(deskTable)
    .values({ ...before, ordinal: deskOrdinal(before.id, next), incarnation: next, isLocal: true })
    .run();

  // Changes of earlier incarnations that are in no batch are sent in one of the new one (SECURITY §6.10).
  const lastChange = db
    .select({ seq: max(change.seq) })
    .from(change)
    .get();
  writeLocalNumber(db, 'incarnation-start', (lastChange?.seq ?? 0) + 1);

  // The ring of the folder opens every backup in it; the one in the backup is older.
  writeLocalState(db, 'backup-ring-key', Buffer.from(backup.ring.ringKey, 'hex'));
  const recipients = readRingKeys(ringPath(backupFolder(desk, backup.school)));
  assert(recipients !== undefined, 'the key ring was just read');
  writeLocalState(db, 'backup-recipients', Buffer.from(JSON.stringify(recipients), 'utf8'));
  removeLocalState(db, 'last-backup-failure');
  removeLocalState(db, 'backup-alarms');
  settleRestoredDrillKey(db, backup.name);

  const migrated = migrateStore(connection);
  assert(migrated.ok, 'a store that is not newer than this version is migrated');
  const log = createAuditLog({
    name: { school: backup.school, desk: before.id, incarnation: next },
    sha256,
    randomBytes: desk.random,
  });
  const facts = { recordId: head.root, count: head.size };
  log.append(db, desk.draft(by, 'restore', 'backup', 'backup.restore', facts), nowMs);
  const { size, root } = log.head(db);
  return { auditSize: size, auditRoot: Buffer.from(root).toString('hex') };
}

/**
 * Writes the restore into the present log, and keeps that log and all before it in the new store. Null where the present
 * store is too damaged, or has itself gone back behind the backup: then the backup's own log is what is kept.
 */
function keepPresentLog(
  desk: Desk,
  { connection, db }: Pick<LoadedStore, 'connection' | 'db'>,
  old: OpenSchool,
  manifest: BackupManifest,
  by: AuditDraft['actor'],
): { incarnation: number; size: number; root: string } | null {
  connection.exec('SAVEPOINT old_log');
  try {
    const { auditLog, unitParts } = old;
    const { incarnation } = auditLog.name;
    const present = auditLog.head(unitParts.db).size;
    const isBehind =
      incarnation < manifest.incarnation ||
      (incarnation === manifest.incarnation && present < manifest.audit.size);
    if (isBehind) return null;
    desk.appendAudit(old, desk.draft(by, 'restore', 'backup', 'backup.restore'));
    old.signHeadIfDue(desk.now(), 'close');
    copyArchives(unitParts.db, db);
    keepArchive(db, incarnation, auditBundle(unitParts.db, auditLog, old.auditSigner.publicKey));
    const { size, root } = auditLog.head(unitParts.db);
    return { incarnation, size, root: Buffer.from(root).toString('hex') };
  } catch (cause) {
    if (sqliteCode(cause) === 'SQLITE_FULL') throw cause;
    connection.exec('ROLLBACK TO old_log');
    desk.reportBug(cause);
    return null;
  } finally {
    if (connection.inTransaction) connection.exec('RELEASE old_log');
    closePresent(desk, old);
  }
}

/** Puts back what a lost keychain lacks. The secret is the backup's: with it the passwords of that time open. */
function mendKeychain(
  desk: Desk,
  profile: Profile,
  keychain: Keychain,
  schoolSecret: Uint8Array,
): Result<void, KeychainError> {
  const { school } = profile;
  const secret = keychain.get(keychainNames.schoolSecret(school));
  if (!secret.ok) return secret;
  if (secret.value === null || !Buffer.from(secret.value).equals(schoolSecret)) {
    const kept = keychain.set(keychainNames.schoolSecret(school), schoolSecret);
    if (!kept.ok) return kept;
  }
  const lockedKey = keychain.get(keychainNames.lockedKey(school));
  if (!lockedKey.ok || lockedKey.value !== null) return lockedKey.ok ? ok(undefined) : lockedKey;
  const made = desk.random(32);
  const kept = keychain.set(keychainNames.lockedKey(school), made);
  return kept.ok ? createAttempts(profile.folder, school, made) : kept;
}

/** One more than any generation whose files are in the folder. */
function nextGeneration(profile: Profile): number {
  return Math.max(0, ...generationFiles(profile).map(({ generation }) => generation)) + 1;
}

function generationFiles(profile: Profile): { file: string; generation: number }[] {
  return readdirSync(profile.folder).flatMap((file) => {
    const digits = /^(?:vault|store)-g(\d{6})\./.exec(file)?.[1];
    return digits === undefined ? [] : [{ file, generation: Number(digits) }];
  });
}

/** Moves every other pair into a folder that says when it was replaced. Nothing of it is deleted. */
function setAside(profile: Profile, generation: number, nowMs: number): void {
  const aside = join(profile.folder, `replaced-${stampOf(nowMs)}`);
  const others = generationFiles(profile).filter((one) => one.generation !== generation);
  if (others.length === 0) return;
  if (!existsSync(aside)) mkdirSync(aside, { mode: 0o700 });
  for (const { file } of others) renameSync(join(profile.folder, file), join(aside, file));
  syncFolder(aside);
  syncFolder(profile.folder);
}

function removePair(profile: Profile, generation: number): void {
  const files = generationFiles(profile).filter((one) => one.generation === generation);
  for (const { file } of files) rmSync(join(profile.folder, file), { force: true });
}
