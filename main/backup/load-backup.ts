import { rebuildStore, type StoreRebuild } from '../../db/backup/rebuild-store.ts';
import { countStore } from '../../db/backup/snapshot.ts';
import { writableDb, type WritableDb } from '../../db/handles.ts';
import { migrateStore, storeVersion } from '../../db/migrate.ts';
import { openStore, type Connection } from '../../db/open-store.ts';
import { assert } from '../../domain/result.ts';
import { createFieldKeyring, type FieldKeyring } from '../desk/field-keyring.ts';
import { deriveKey, wipe } from '../vault/keys.ts';
import type { Random } from '../vault/random.ts';
import { membersOf, prepareRotation } from '../vault/vault.ts';
import { parseVault, type VaultBody } from '../vault/vault-file.ts';
import type { BackupHead, BackupManifest } from './backup-file.ts';
import { openPart, parsePart } from './parts.ts';
import type { BackupVisitor, OpenableBackup } from './read-backup.ts';

/** A new store that a backup's parts have gone into; its transaction is still open. */
export interface LoadedStore {
  readonly connection: Connection;
  readonly db: WritableDb;
  readonly body: VaultBody;
  readonly masterKey: Uint8Array;
  readonly keys: FieldKeyring;
  /** Students in the backup whose key the ring has no more. */
  readonly purged: number;
}

/** Where the new store goes. */
export interface LoadTarget {
  /** The new store's file: there is none yet. */
  readonly path: string;
  readonly generation: number;
  readonly random: Random;
  /** How much memory the store may take while it is built. */
  readonly cacheKiB: number;
  /** Takes each piece of the audit log's bundle, gzipped, numbered from 1. */
  readonly takeAudit: (db: WritableDb, incarnation: number, piece: number, packed: Uint8Array) => void;
}

/** Takes the parts of a backup into a new store as they are read. */
export class BackupLoading implements BackupVisitor {
  readonly #backup: Pick<OpenableBackup, 'school' | 'name' | 'ring'>;
  readonly #target: LoadTarget;
  readonly #ringKey: Uint8Array;
  #head: BackupHead | undefined;
  #store: (Omit<LoadedStore, 'purged'> & { readonly rebuild: StoreRebuild }) | undefined;
  #purged = 0;
  #auditPieces = 0;

  constructor(backup: Pick<OpenableBackup, 'school' | 'name' | 'ring'>, target: LoadTarget) {
    this.#backup = backup;
    this.#target = target;
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

  /** Joins the changes with their pieces. Undefined when the store does not hold what the manifest says. */
  finish(manifest: BackupManifest): LoadedStore | undefined {
    const store = this.#store;
    if (store === undefined) return undefined;
    store.rebuild.finish();
    const { students, marks } = countStore(store.connection);
    const isWhole =
      this.#purged === 0
        ? students === manifest.students && marks === manifest.marks
        : students === manifest.students - this.#purged;
    return isWhole ? { ...store, purged: this.#purged } : undefined;
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
    const { random, generation, path, cacheKiB } = this.#target;
    const before = { ...vault.value.body, generation: generation - 1 };
    const { body, masterKey } = await prepareRotation(before, membersOf(before), random);
    const key = deriveKey(masterKey, 'store');
    const opened = openStore(path, key, 'create');
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
    this.#target.takeAudit(this.#store.db, this.#head.incarnation, (this.#auditPieces += 1), packed);
    return true;
  }

  #open(key: Uint8Array, part: string, sealed: Uint8Array): Uint8Array | undefined {
    const { school, name: backup } = this.#backup;
    const opened = openPart(key, { school, backup, part }, sealed);
    return opened.ok ? opened.value : undefined;
  }
}
