import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { z } from 'zod';
import type { SchoolId } from '../../domain/ids.ts';
import { assert, err, ok, type Result } from '../../domain/result.ts';
import { verifyEd25519 } from '../audit/node-crypto.ts';
import { recoveryKeysOf, wipe } from '../vault/keys.ts';
import { parseRecoveryKey } from '../vault/recovery-key.ts';
import { decryptFile, secretToIdentity, type Identity } from './age-file.ts';
import {
  backupHead,
  backupPath,
  manifestBytes,
  readSummary,
  signedManifest,
  type BackupHead,
  type BackupManifest,
} from './backup-file.ts';
import { readKeyRing, type KeyRing } from './key-ring.ts';
import { breathe } from './outcome.ts';
import { tarEntries } from './tar.ts';

export type ReadBackupError =
  | { readonly type: 'backup-missing' | 'backup-damaged' | 'backup-foreign' }
  /** `group` is the first group of the typed key that is wrong, counted from 1; null when it is another key. */
  | { readonly type: 'recovery-key-wrong'; readonly group: number | null };

/** A backup that the recovery key opens, with the key ring of its folder. Its parts have not been read. */
export interface OpenableBackup {
  readonly path: string;
  readonly name: string;
  readonly school: SchoolId;
  /** Any of them may open it. */
  readonly identities: readonly Identity[];
  readonly ring: KeyRing;
  /** The X25519 and Ed25519 secrets are the caller's to wipe. */
  readonly recoveryKeys: ReturnType<typeof recoveryKeysOf>;
}

/** Finds a backup by name and opens its key ring. Errors: `backup-missing`, `recovery-key-wrong`, `backup-damaged`, `backup-foreign`. */
export async function openBackup(
  folder: string,
  name: string,
  school: SchoolId,
  typedKey: string,
): Promise<Result<OpenableBackup, ReadBackupError>> {
  const path = backupPath(folder, name);
  if (!existsSync(path)) return err({ type: 'backup-missing' });
  const typed = parseRecoveryKey(typedKey);
  if (!typed.ok) return err({ type: 'recovery-key-wrong', group: typed.error.groups[0] ?? null });
  const recoveryKeys = recoveryKeysOf(typed.value);
  wipe(typed.value);
  const publicKey = Buffer.from(recoveryKeys.agreement.public).toString('hex');
  const identity = await secretToIdentity(recoveryKeys.agreement.secret);

  const summary = readSummary(path);
  if (summary === undefined) return err({ type: 'backup-damaged' });
  if (summary.recovery !== publicKey) return err({ type: 'recovery-key-wrong', group: null });
  const ring = await readKeyRing(folder, school, { publicKey, identity });
  if (!ring.ok) {
    const { type } = ring.error;
    return err(type === 'recovery-key-wrong' ? { type, group: null } : { type });
  }
  return ok({ path, name, school, identities: [identity], ring: ring.value, recoveryKeys });
}

/** Takes the entries of a backup as they are read, the head first. What it gives false for makes the backup a damaged one. */
export interface BackupVisitor {
  head(head: BackupHead): boolean;
  part(name: string, sealed: Uint8Array): boolean | Promise<boolean>;
}

const noVisitor: BackupVisitor = { head: () => true, part: () => true };

/** Something in the file is not as it was written. */
class BackupDamaged extends Error {}

/**
 * Reads a backup to its end and checks everything that can be checked: age's own seals, the head, each part's SHA-256, the
 * manifest and its signature. Only when this gives a manifest may what the visitor took be used.
 *
 * `auditKey` is the audit key of the present store, hex: a backup that it did not sign is another desk's or a forgery.
 * Null where no store opens; then nothing on this computer can tell a forgery by somebody who knows the recovery
 * public key. Errors: `backup-damaged`, `backup-foreign`. What the visitor throws is passed on.
 */
export async function readBackup(
  backup: Pick<OpenableBackup, 'path' | 'name' | 'school' | 'identities'>,
  auditKey: string | null,
  visitor: BackupVisitor = noVisitor,
): Promise<Result<BackupManifest, ReadBackupError>> {
  const parts: BackupManifest['parts'] = [];
  let head: BackupHead | undefined;
  let signed: z.output<typeof signedManifest> | undefined;
  try {
    for await (const { name, bytes } of entriesOf(backup)) {
      if (signed !== undefined) throw new BackupDamaged();
      if (name === 'manifest.json') {
        signed = parseJson(signedManifest, bytes);
        continue;
      }
      parts.push({ name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
      if (head === undefined) {
        if (name !== 'head.json') throw new BackupDamaged();
        head = parseJson(backupHead, bytes);
        if (head.school !== backup.school) return err({ type: 'backup-foreign' });
        if (head.name !== backup.name || !visitor.head(head)) throw new BackupDamaged();
      } else if (!(await visitor.part(name, bytes))) throw new BackupDamaged();
      await breathe();
    }
  } catch (cause) {
    if (cause instanceof BackupDamaged) return err({ type: 'backup-damaged' });
    throw cause;
  }
  if (head === undefined || signed === undefined) return err({ type: 'backup-damaged' });
  const { manifest, sig } = signed;
  if (manifest.school !== head.school || manifest.name !== head.name || manifest.desk !== head.desk) {
    return err({ type: 'backup-damaged' });
  }
  if (JSON.stringify(manifest.parts) !== JSON.stringify(parts)) return err({ type: 'backup-damaged' });
  if (auditKey !== null && manifest.audit.key !== auditKey) return err({ type: 'backup-foreign' });
  const key = Buffer.from(manifest.audit.key, 'hex');
  if (!verifyEd25519(key, manifestBytes(manifest), Buffer.from(sig, 'hex'))) {
    return err({ type: 'backup-damaged' });
  }
  return ok(manifest);
}

/** The entries of the file; whatever its bytes make the readers throw is `BackupDamaged`. */
async function* entriesOf({
  path,
  identities,
}: Pick<OpenableBackup, 'path' | 'identities'>): AsyncGenerator<{ name: string; bytes: Uint8Array }> {
  let entries: AsyncGenerator<{ name: string; bytes: Uint8Array }> | undefined;
  const next = async () => {
    try {
      entries ??= tarEntries(await decryptFile(path, ...identities));
      return await entries.next();
    } catch (cause) {
      throw new BackupDamaged('A backup does not read', { cause });
    }
  };
  try {
    for (let entry = await next(); entry.done !== true; entry = await next()) yield entry.value;
  } finally {
    await entries?.return(undefined);
  }
}

function parseJson<T>(schema: z.ZodType<T>, bytes: Uint8Array): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (cause) {
    throw new BackupDamaged('A backup does not read', { cause });
  }
}

/** The students whose parts the ring opens: all of a backup's, less those purged since. */
export function openableStudents(manifest: BackupManifest, ring: KeyRing): number {
  const keys = ring.tables.find(({ table }) => table === 'subject_key');
  assert(keys !== undefined, 'a key ring holds the keys of subjects');
  const subjectAt = keys.columns.indexOf('subject');
  const subjects = new Set(
    keys.rows.map((row) => {
      const value = row[subjectAt];
      return Array.isArray(value) ? value[0] : '';
    }),
  );
  return manifest.parts.filter(
    ({ name }) => name.startsWith('students/') && subjects.has(name.slice('students/'.length)),
  ).length;
}
