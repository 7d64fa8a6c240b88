import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { backupRow, readRows } from '../../db/backup/rows.ts';
import { backupTables, columnsOf } from '../../db/backup/tables.ts';
import type { WritableDb } from '../../db/handles.ts';
import type { Connection } from '../../db/open-store.ts';
import { readLocalState, writeLocalState } from '../../db/school/local-state.ts';
import { schoolId, type SchoolId } from '../../domain/ids.ts';
import { assert, err, ok, type Result } from '../../domain/result.ts';
import type { Random } from '../vault/random.ts';
import {
  decryptFile,
  encrypterFor,
  encryptToFile,
  publicKeyToRecipient,
  type Identity,
  type Receiver,
  type WrittenFile,
} from './age-file.ts';
import { readRingKeys, ringKeysNote, ringPath } from './backup-file.ts';
import type { WriteError } from './outcome.ts';

const hexKey = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * What opens backups: the ring key for what concerns nobody in particular, and the tables of the students' and
 * guardians' keys as they stand in the store. A key that has been destroyed is in no later ring, so no backup, however
 * old, gives that student back (SECURITY §4).
 */
const keyRing = z.strictObject({
  v: z.literal(1),
  school: schoolId,
  atMs: z.int(),
  ringKey: hexKey,
  tables: z.array(
    z.strictObject({ table: z.string(), columns: z.array(z.string()), rows: z.array(backupRow) }),
  ),
});
export type KeyRing = z.output<typeof keyRing>;

/** The ring key of a store; made with its first backup. In the caller's transaction. */
export function ensureRingKey(db: WritableDb, random: Random): void {
  if (readLocalState(db, 'backup-ring-key') === undefined) {
    writeLocalState(db, 'backup-ring-key', random(32));
  }
}

/** The recovery public keys that open the ring: the present one, and those that earlier backups were made for. */
export function ensureRecipient(db: WritableDb, recovery: string): void {
  const known = readRecipients(db);
  if (known.includes(recovery)) return;
  writeLocalState(db, 'backup-recipients', Buffer.from(JSON.stringify([...known, recovery]), 'utf8'));
}

/** Forgets the old recovery keys that none of the backups needs any more: later rings do not open with them. */
export function keepRecipients(db: WritableDb, needed: ReadonlySet<string>): void {
  const known = readRecipients(db);
  const kept = known.filter((recovery) => needed.has(recovery));
  if (kept.length === known.length) return;
  writeLocalState(db, 'backup-recipients', Buffer.from(JSON.stringify(kept), 'utf8'));
}

function readRecipients(db: WritableDb): string[] {
  const stored = readLocalState(db, 'backup-recipients');
  return stored === undefined ? [] : z.array(hexKey).parse(JSON.parse(Buffer.from(stored).toString('utf8')));
}

export function ringKeyOf(db: WritableDb): Uint8Array {
  const key = readLocalState(db, 'backup-ring-key');
  assert(key !== undefined, 'a store that is backed up has a ring key');
  return key;
}

/** Replaces the key ring of a folder by that of the store. It opens every backup that the one before opened, less what was purged. */
export async function writeKeyRing(
  folder: string,
  store: { readonly connection: Connection; readonly db: WritableDb; readonly school: SchoolId },
  nowMs: number,
  drillRecipient: Receiver,
): Promise<Result<WrittenFile, WriteError>> {
  const { connection, db, school } = store;
  const recipients = readRecipients(db);
  const ring: KeyRing = {
    v: 1,
    school,
    atMs: nowMs,
    ringKey: Buffer.from(ringKeyOf(db)).toString('hex'),
    tables: Object.entries(backupTables)
      .filter(([, { kind }]) => kind === 'ring')
      .map(([table]) => ({
        table,
        columns: [...columnsOf(connection, table)],
        rows: [...readRows(connection, table)].flat(),
      })),
  };
  const encrypter = await encrypterFor([
    ...recipients.map((hex): Receiver => ({
      kind: 'key',
      recipient: publicKeyToRecipient(Buffer.from(hex, 'hex')),
    })),
    drillRecipient,
  ]);
  assert(encrypter.ok, 'the recovery keys of a school are recipients');
  encrypter.value.addRecipient(ringKeysNote(recipients));
  return encryptToFile(
    ringPath(folder),
    encrypter.value,
    Readable.from([Buffer.from(JSON.stringify(ring), 'utf8')]),
  );
}

/**
 * Opens the key ring of a folder with the recovery key's X25519 pair.
 *
 * Errors: `recovery-key-wrong` when it is none of those the ring was made for; `backup-damaged` when the ring is
 * missing or changed; `backup-foreign` when it is another school's.
 */
export async function readKeyRing(
  folder: string,
  school: SchoolId,
  opener: { readonly publicKey: string; readonly identity: Identity },
): Promise<Result<KeyRing, { readonly type: 'recovery-key-wrong' | 'backup-damaged' | 'backup-foreign' }>> {
  const path = ringPath(folder);
  try {
    const keys = readRingKeys(path);
    if (keys === undefined) return err({ type: 'backup-damaged' });
    if (!keys.includes(opener.publicKey)) return err({ type: 'recovery-key-wrong' });
    return await readKeyRingWith(path, school, [opener.identity]);
  } catch {
    // Whatever is wrong with it, a ring that does not read opens nothing.
    return err({ type: 'backup-damaged' });
  }
}

/** Opens a key ring with any of the identities. Errors: `backup-foreign` when it is another school's. Throws where it does not read. */
export async function readKeyRingWith(
  path: string,
  school: SchoolId,
  identities: readonly Identity[],
): Promise<Result<KeyRing, { readonly type: 'backup-foreign' }>> {
  const bytes = await buffer(Readable.from(await decryptFile(path, ...identities)));
  const ring = keyRing.parse(JSON.parse(bytes.toString('utf8')));
  return ring.school === school ? ok(ring) : err({ type: 'backup-foreign' });
}
