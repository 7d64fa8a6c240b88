import { z } from 'zod';
import type { ReadableDb, WritableDb } from '../../db/handles.ts';
import { readLocalJson, writeLocalJson } from '../../db/school/local-state.ts';
import { assert } from '../../domain/result.ts';
import { agreementKeyPair } from '../vault/keys.ts';
import type { Random } from '../vault/random.ts';
import { publicKeyToRecipient, type Receiver } from './age-file.ts';

// A backup is sealed to the recovery key, which nobody types in once a week. So that a drill can open it, it is sealed to a drill key too,
// whose secret lies in the store: whoever has that has every record already. Each backup gets a key of its own and the store keeps the
// newest one's only, so an old copy of the store opens no backup that was made after it.

const secret = z.string().regex(/^[0-9a-f]{64}$/);
const drillKeys = z.strictObject({
  /** Opens the newest backup, which is named. */
  newest: z.strictObject({ backup: z.string(), secret }).nullable(),
  /** Goes into the next backup; where that failed, a key ring may have it already. */
  next: secret.nullable(),
});
type DrillKeys = z.output<typeof drillKeys>;

/** Makes the key of the next backup, unless one that failed has left it. In the caller's transaction, before the snapshot. */
export function ensureDrillKey(db: WritableDb, random: Random): void {
  const keys = readDrillKeys(db);
  if (keys.next !== null) return;
  writeLocalJson(db, 'backup-drill-keys', { ...keys, next: Buffer.from(random(32)).toString('hex') });
}

/** The receiver that the key of the next backup is. */
export function drillRecipient(db: ReadableDb): Receiver {
  const { next } = readDrillKeys(db);
  assert(next !== null, 'a backup that is made has a drill key');
  const pair = agreementKeyPair(Uint8Array.from(Buffer.from(next, 'hex')));
  return { kind: 'key', recipient: publicKeyToRecipient(pair.public) };
}

/** The backup is on the disk: its key takes the place of the one before, which is forgotten. In the caller's transaction. */
export function settleDrillKey(db: WritableDb, backup: string): void {
  const { next } = readDrillKeys(db);
  assert(next !== null, 'a backup that was made has a drill key');
  writeLocalJson(db, 'backup-drill-keys', {
    newest: { backup, secret: next },
    next: null,
  } satisfies DrillKeys);
}

/** After a restore: what sealed the backup is in it as the key of the next one. */
export function settleRestoredDrillKey(db: WritableDb, backup: string): void {
  if (readDrillKeys(db).next !== null) settleDrillKey(db, backup);
}

/** The newest backup that a drill can open, and the secrets for it and its ring: the caller wipes them. Null where there is none. */
export function openDrillKeys(db: ReadableDb): { backup: string; secrets: Uint8Array[] } | null {
  const { newest, next } = readDrillKeys(db);
  if (newest === null) return null;
  const secrets = [newest.secret, ...(next === null ? [] : [next])];
  return { backup: newest.backup, secrets: secrets.map((hex) => Uint8Array.from(Buffer.from(hex, 'hex'))) };
}

function readDrillKeys(db: ReadableDb): DrillKeys {
  return readLocalJson(db, 'backup-drill-keys', drillKeys) ?? { newest: null, next: null };
}
