import { createPrivateKey } from 'node:crypto';
import { desc, eq } from 'drizzle-orm';
import { createAuditLog, type AuditLog } from '../../db/audit/append.ts';
import { latestCheckpoint } from '../../db/audit/checkpoints.ts';
import { createTreeReader } from '../../db/audit/tree.ts';
import { createChangeWriter, type ChangeWriter } from '../../db/changes/write-change.ts';
import { writableDb, type WritableDb } from '../../db/handles.ts';
import { migrateStore, storeVersion, storeVersionOf } from '../../db/migrate.ts';
import { openStore, type Connection, type OpenStoreError } from '../../db/open-store.ts';
import { areNameKeysOld, refreshNameKeys } from '../../db/people/refresh-name-keys.ts';
import { readLocalNumber, readLocalState, writeLocalNumber } from '../../db/school/local-state.ts';
import { readSchool } from '../../db/school/read-school.ts';
import { change, desk as deskTable } from '../../db/school/schema.ts';
import { createTransaction, type Transaction } from '../../db/transaction.ts';
import { isCheckpointDue, type CheckpointOccasion } from '../../domain/audit/checkpoint-policy.ts';
import { rootAt } from '../../domain/audit/merkle.ts';
import { assert, err, ok, type Result } from '../../domain/result.ts';
import { hlcAfterReceiving, nextHlc, type Hlc } from '../../domain/sync/version.ts';
import { checkpointNow } from '../audit/checkpoints.ts';
import { createAuditSigner, sha256, type AuditSigner } from '../audit/node-crypto.ts';
import type { SchoolFacts } from '../gate/unit.ts';
import { readPosition } from '../sync/position.ts';
import { compareWithAnchor, readAnchor, writeAnchor } from '../vault/anchor.ts';
import type { Keychain, KeychainError } from '../vault/keychain.ts';
import { deriveKey, wipe } from '../vault/keys.ts';
import { pairPaths, type Profile } from '../vault/profile.ts';
import type { Random } from '../vault/random.ts';
import { writeVault, type VaultBody } from '../vault/vault-file.ts';
import { createFieldKeyring, type FieldKeyring } from './field-keyring.ts';

/** What units are made of while the store is open. */
export interface UnitParts {
  readonly db: WritableDb;
  /** As it is now: read anew each time, since its name and time zone may change. */
  readonly school: SchoolFacts;
  readonly fields: FieldKeyring;
  readonly changes: ChangeWriter;
}

/** An open store with everything that belongs to it. Only the gate and the desk hold one. */
export interface OpenSchool {
  readonly profile: Profile;
  readonly connection: Connection;
  readonly transaction: Transaction;
  readonly auditLog: AuditLog;
  readonly auditSigner: AuditSigner;
  readonly unitParts: UnitParts;
  readonly masterKey: Uint8Array;
  /** The channel's number up to which this desk has read: changes say what they did not know. */
  channelSeq: number;
  /** Moves the desk's logical time after a change of another desk (`hlcAfterReceiving`). */
  observeTime(hlc: Hlc, receiptAtMs: number): void;
  /** The vault as it is on the disk; replaced when it is written. */
  vault: VaultBody;
  /** Signs the audit head when it is due: after 64 entries or 60 s, or now for an occasion. */
  signHeadIfDue(nowMs: number, occasion?: CheckpointOccasion): void;
  /** For the gate: called after each commit. */
  afterCommit(nowMs: number): void;
  /** Signs the audit head, keeps the anchor, empties the WAL and closes. The master key is wiped. */
  close(nowMs: number, occasion: CheckpointOccasion): void;
}

export type OpenSchoolError =
  | OpenStoreError
  | KeychainError
  | { readonly type: 'store-newer' }
  /** The store is older than what this computer last saw, or what it last saw is not known. */
  | { readonly type: 'store-rolled-back'; readonly anchor: 'older' | 'missing' };

/**
 * Opens the store of one generation and everything around it.
 *
 * `anchor: 'trust'` skips the comparison with the keychain's anchor: for the recovery key and a restore, which set it anew.
 */
export function openSchool(options: {
  readonly profile: Profile;
  readonly vault: VaultBody;
  readonly masterKey: Uint8Array;
  readonly keychain: Keychain;
  readonly random: Random;
  readonly now: () => number;
  readonly anchor: 'check' | 'trust';
}): Result<OpenSchool, OpenSchoolError> {
  const { profile, vault, masterKey, keychain, random } = options;
  const path = pairPaths(profile, vault.generation).store;
  const opened = openStore(path, deriveKey(masterKey, 'store'));
  if (!opened.ok) return opened;
  const connection = opened.value;
  const refused = (error: OpenSchoolError): Result<never, OpenSchoolError> => {
    connection.close();
    return err(error);
  };

  const version = storeVersionOf(connection);
  if (version > 0 && version < storeVersion) {
    // The way back, should the new version not suit: the same store, under the same key, before the migration.
    connection.prepare('VACUUM INTO ?').run(`${path}.before-${storeVersion}`);
  }
  const migrated = migrateStore(connection);
  if (!migrated.ok) return refused(migrated.error);

  const db = writableDb(connection);
  const local = db.select().from(deskTable).where(eq(deskTable.isLocal, true)).get();
  const facts = readSchool(db);
  const auditSeed = readLocalState(db, 'audit-key');
  assert(
    local !== undefined && facts !== undefined && auditSeed !== undefined,
    'a store knows its school and desk',
  );
  const name = { school: facts.id, desk: local.id, incarnation: local.incarnation };
  const auditLog = createAuditLog({ name, sha256, randomBytes: random });

  if (options.anchor === 'check') {
    const anchor = readAnchor(keychain, profile.school, vault.generation, masterKey);
    if (!anchor.ok && anchor.error.type !== 'anchor-tampered') return refused(anchor.error);
    if (!anchor.ok || anchor.value === null) return refused({ type: 'store-rolled-back', anchor: 'missing' });
    const tree = createTreeReader(db);
    const compared = compareWithAnchor(anchor.value, {
      store: vault.store,
      auditSize: auditLog.head(db).size,
      rootAt: (size) => Buffer.from(rootAt(sha256, tree, size)).toString('hex'),
    });
    if (compared !== 'current') return refused({ type: 'store-rolled-back', anchor: 'older' });
  }

  const auditSigner = createAuditSigner(
    createPrivateKey({ key: Buffer.concat([ed25519Pkcs8Prefix, auditSeed]), format: 'der', type: 'pkcs8' }),
  );
  const fields = createFieldKeyring(db, facts.id, random);
  const ownHlc: Hlc =
    db.select({ hlc: change.hlc }).from(change).orderBy(desc(change.seq)).limit(1).get()?.hlc ?? 0;
  let lastHlc = Math.max(ownHlc, readLocalNumber(db, 'last-time') ?? 0);
  const writer = createChangeWriter(
    db,
    {
      school: facts.id,
      desk: local.id,
      incarnation: local.incarnation,
      deskOrdinal: local.ordinal,
      seen: () => school.channelSeq,
    },
    fields,
    () => (lastHlc = nextHlc(lastHlc, options.now())),
  );
  const changes: ChangeWriter = {
    write: (aggregate, build, by) => {
      writer.write(aggregate, build, by);
    },
    reset() {
      writer.reset();
      fields.reset();
    },
  };
  const transaction = createTransaction(connection);
  if (areNameKeysOld(db)) {
    transaction.begin();
    try {
      refreshNameKeys(db);
      transaction.commit();
    } catch (cause) {
      transaction.rollback();
      throw cause;
    }
  }
  const latest = latestCheckpoint(db);
  let signed = { size: latest?.size ?? 0, atMs: latest?.at ?? options.now() };

  function signHeadIfDue(nowMs: number, occasion?: CheckpointOccasion): void {
    const unsigned = auditLog.size(db) - signed.size;
    if (!isCheckpointDue(unsigned, nowMs - signed.atMs, occasion)) return;
    transaction.begin();
    try {
      const checkpoint = checkpointNow(db, auditLog, auditSigner, nowMs);
      transaction.commit();
      signed = { size: checkpoint.size, atMs: nowMs };
    } catch (cause) {
      transaction.rollback();
      throw cause;
    }
  }

  let lastFacts = facts;
  const school: OpenSchool = {
    profile,
    connection,
    transaction,
    auditLog,
    auditSigner,
    unitParts: {
      db,
      get school() {
        // Work that a lock broke off still asks, to say whose it was: then as it was last.
        if (connection.open) lastFacts = readSchool(db) ?? lastFacts;
        const { id, name: schoolName, timeZone, country, attendance, isSample } = lastFacts;
        return { id, name: schoolName, timeZone, country, attendance, isSample, desk: local.id };
      },
      fields,
      changes,
    },
    masterKey,
    channelSeq: 0,
    observeTime(hlc, receiptAtMs) {
      lastHlc = hlcAfterReceiving(lastHlc, hlc, receiptAtMs);
      // Kept: what is written after the next start is later too.
      writeLocalNumber(db, 'last-time', lastHlc);
    },
    vault,
    signHeadIfDue,
    afterCommit: (nowMs) => signHeadIfDue(nowMs),
    close(nowMs, occasion) {
      try {
        signHeadIfDue(nowMs, occasion);
        keepAnchor(school, keychain);
        keepLabel(school);
        // Whoever reads a snapshot still, such as a backup that is being given up, empties the WAL when it closes.
        connection.pragma('busy_timeout=0');
        connection.pragma('wal_checkpoint(TRUNCATE)');
      } finally {
        connection.close();
        wipe(masterKey);
      }
    },
  };
  school.channelSeq = readPosition(db)?.seq ?? 0;
  return ok(school);
}

/** Keeps what this computer has now seen of the store, outside it. */
export function keepAnchor(open: OpenSchool, keychain: Keychain): Result<void, KeychainError> {
  const { size, root } = open.auditLog.head(open.unitParts.db);
  const { school, store, generation } = open.vault;
  return writeAnchor(
    keychain,
    { v: 1, school, store, generation, auditSize: size, auditRoot: Buffer.from(root).toString('hex') },
    open.masterKey,
  );
}

/** Brings the name in the list before sign-in to the school's present one, which may have come from another desk. */
function keepLabel(open: OpenSchool): void {
  const { name } = open.unitParts.school;
  if (open.vault.label === name) return;
  const body = { ...open.vault, label: name };
  const written = writeVault(pairPaths(open.profile, body.generation).vault, body, open.masterKey);
  // On a full disk the list keeps the old name until the store is closed the next time.
  if (written.ok) open.vault = body;
}

/** What stands before the 32-byte seed of an Ed25519 private key in PKCS #8 (RFC 8410). */
const ed25519Pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
