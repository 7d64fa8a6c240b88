import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { eq, max } from 'drizzle-orm';
import { createAuditLog } from '../../db/audit/append.ts';
import { rebuildStore, type StoreRebuild } from '../../db/backup/rebuild-store.ts';
import { countStore } from '../../db/backup/snapshot.ts';
import { writableDb, type WritableDb } from '../../db/handles.ts';
import { migrateStore, storeVersion } from '../../db/migrate.ts';
import { openStore, type Connection } from '../../db/open-store.ts';
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
import { createFieldKeyring, type FieldKeyring } from '../desk/field-keyring.ts';
import type { OpenSchool } from '../desk/open-school.ts';
import { sqliteCode } from '../gate/run-unit.ts';
import { writeAnchor } from '../vault/anchor.ts';
import { createAttempts } from '../vault/attempts.ts';
import { syncFolder } from '../vault/durable-file.ts';
import { keychainNames, type Keychain, type KeychainError } from '../vault/keychain.ts';
import { deriveKey, wipe } from '../vault/keys.ts';
import { commitGeneration, pairPaths, type Profile } from '../vault/profile.ts';
import { membersOf, prepareRotation } from '../vault/vault.ts';
import { parseVault, writeVault, type VaultBody } from '../vault/vault-file.ts';
import { copyArchives, keepArchive, keepArchivePiece } from './audit-archive.ts';
import {
  backupFolder,
  listBackups,
  readRingKeys,
  ringPath,
  stampOf,
  type BackupHead,
  type BackupManifest,
} from './backup-file.ts';
import { writeErrorOf } from './outcome.ts';
import { openPart, parsePart } from './parts.ts';
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
  const loading = new Loading(desk, backup, profile, generation);
  let isCommitted = false;
  try {
    const manifest = await readBackup(backup, present.auditKey, loading);
    if (!manifest.ok) return manifest;
    const loaded = loading.loaded();
    if (loaded === undefined || !loaded.finish(manifest.value)) return err({ type: 'backup-damaged' });

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

/** A new store that a backup's parts have gone into; its transaction is still open. */
interface Loaded {
  readonly connection: Connection;
  readonly db: WritableDb;
  readonly body: VaultBody;
  readonly masterKey: Uint8Array;
  /** Joins the changes; false when the store does not hold what the manifest says. */
  finish(manifest: BackupManifest): boolean;
}

/** Takes the parts of a backup into a new store as they are read. */
class Loading {
  readonly #desk: Desk;
  readonly #backup: OpenableBackup;
  readonly #profile: Profile;
  readonly #generation: number;
  readonly #ringKey: Uint8Array;
  #head: BackupHead | undefined;
  #store:
    | (Pick<Loaded, 'connection' | 'db' | 'body' | 'masterKey'> & {
        readonly rebuild: StoreRebuild;
        readonly keys: FieldKeyring;
      })
    | undefined;
  #purged = 0;
  #auditPieces = 0;

  constructor(desk: Desk, backup: OpenableBackup, profile: Profile, generation: number) {
    this.#desk = desk;
    this.#backup = backup;
    this.#profile = profile;
    this.#generation = generation;
    this.#ringKey = Buffer.from(backup.ring.ringKey, 'hex');
  }

  head(head: BackupHead): boolean {
    this.#head = head;
    // A backup of a later version of the application: this one does not know its tables.
    return head.storeVersion <= storeVersion;
  }

  async part(name: string, sealed: Uint8Array): Promise<boolean> {
    if (name === 'vault') return this.#begin(sealed);
    const student = /^students\/([0-9a-f]{32})$/.exec(name)?.[1];
    if (student !== undefined) {
      const key = this.#store?.keys.findKey(student);
      if (this.#store === undefined) return false;
      if (key === undefined) {
        this.#purged += 1;
        return true;
      }
      return this.#addPart(key.key.export(), name, sealed);
    }
    if (name.startsWith('audit/')) return this.#addAuditPiece(name, sealed);
    return name.startsWith('rest/') && this.#addPart(this.#ringKey, name, sealed);
  }

  loaded(): Loaded | undefined {
    const store = this.#store;
    if (store === undefined) return undefined;
    return {
      ...store,
      finish: (manifest) => {
        store.rebuild.finish();
        const { students, marks } = countStore(store.connection);
        if (this.#purged === 0) return students === manifest.students && marks === manifest.marks;
        return students === manifest.students - this.#purged;
      },
    };
  }

  close(): void {
    this.#store?.keys.reset();
    this.#store?.connection.close();
    if (this.#store !== undefined) wipe(this.#store.masterKey);
  }

  /** The vault comes first: with it the new master key is made, and the empty store under it. */
  async #begin(sealed: Uint8Array): Promise<boolean> {
    const head = this.#head;
    const text = this.#open(this.#ringKey, 'vault', sealed);
    if (head === undefined || text === undefined || this.#store !== undefined) return false;
    const vault = parseVault(Buffer.from(text).toString('utf8'));
    if (!vault.ok || vault.value.body.school !== this.#backup.school) return false;
    const { random } = this.#desk;
    const before = { ...vault.value.body, generation: this.#generation - 1 };
    const { body, masterKey } = await prepareRotation(before, membersOf(before), random);
    const key = deriveKey(masterKey, 'store');
    const opened = openStore(pairPaths(this.#profile, this.#generation).store, key, 'create');
    wipe(key);
    assert(opened.ok, 'a new store opens');
    const connection = opened.value;
    const db = writableDb(connection);
    migrateStore(connection, head.storeVersion);
    const keys = createFieldKeyring(db, head.school, random);
    // Marks come student by student and lie day by day: with the table in memory no page is written many times.
    connection.pragma(`cache_size=${-cacheKiB}`);
    connection.exec('BEGIN');
    const rebuild = rebuildStore(connection);
    this.#store = { connection, db, body, masterKey, rebuild, keys };
    return this.#backup.ring.tables.every(({ table, columns, rows }) =>
      rebuild.addRows(table, columns, rows),
    );
  }

  #addPart(key: Uint8Array, name: string, sealed: Uint8Array): boolean {
    const packed = this.#open(key, name, sealed);
    const rebuild = this.#store?.rebuild;
    if (packed === undefined || rebuild === undefined) return false;
    const content = parsePart(packed);
    if (!content.ok) return false;
    for (const section of content.value) {
      if ('pieces' in section) {
        for (const [seq, piece] of section.pieces) rebuild.addPiece(seq, piece);
      } else if (!rebuild.addRows(section.table, section.columns, section.rows)) return false;
    }
    return true;
  }

  #addAuditPiece(name: string, sealed: Uint8Array): boolean {
    const packed = this.#open(this.#ringKey, name, sealed);
    if (packed === undefined || this.#head === undefined || this.#store === undefined) return false;
    keepArchivePiece(this.#store.db, this.#head.incarnation, (this.#auditPieces += 1), packed);
    return true;
  }

  #open(key: Uint8Array, part: string, sealed: Uint8Array): Uint8Array | undefined {
    const { school, name: backup } = this.#backup;
    const opened = openPart(key, { school, backup, part }, sealed);
    return opened.ok ? opened.value : undefined;
  }
}

/**
 * Gives the desk a new incarnation with an empty audit log, whose first entry names the head of the old one: its root as
 * the record's id, its size as the count (SECURITY §6.10). The old log itself is kept in the store.
 */
function startNewLog(
  desk: Desk,
  backup: OpenableBackup,
  { connection, db }: Loaded,
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
  { connection, db }: Pick<Loaded, 'connection' | 'db'>,
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
