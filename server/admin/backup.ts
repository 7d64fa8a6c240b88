import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { z } from 'zod';
import { err, ok, type Result } from '../../domain/result.ts';
import { dataFiles, readFacts, syncFolder, writeFacts, writeFileDurably } from '../data-folder.ts';
import { lockFolder, openDatabase, type DatabaseKind } from '../store/open-database.ts';
import { storeFiles } from '../store/sqlite-server-store.ts';

const manifestFile = 'backup.json';
const manifestSchema = z.strictObject({
  v: z.literal(1),
  atMs: z.int(),
  files: z.array(
    z.strictObject({ path: z.string(), bytes: z.int(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
});

/** What a backup copied. */
export interface BackupMade {
  readonly channels: number;
  readonly bytes: number;
}

/**
 * Copies a data folder while it may be served: every database as of one moment of its own, the registry first, so that no channel is missing
 * that it knows. The copy holds the server's keys: it is as secret as the folder. Errors: `target-not-empty`, `not-initialised`.
 */
export function backupServer(
  folder: string,
  target: string,
  nowMs: number,
): Result<BackupMade, { readonly type: 'target-not-empty' | 'not-initialised' }> {
  if (existsSync(target) && readdirSync(target).length > 0) return err({ type: 'target-not-empty' });
  if (readFacts(folder) === undefined) return err({ type: 'not-initialised' });
  mkdirSync(join(target, storeFiles.channels), { recursive: true, mode: 0o700 });
  mkdirSync(join(target, dataFiles.keys), { mode: 0o700 });
  chmodSync(target, 0o700);

  const paths: string[] = [dataFiles.facts, dataFiles.tls, dataFiles.signingKey, dataFiles.witnessKey];
  for (const path of paths) writeFileDurably(join(target, path), readFileSync(join(folder, path)));
  copyDatabase(folder, target, storeFiles.registry, 'registry');
  paths.push(storeFiles.registry);
  const registry = openDatabase(join(folder, storeFiles.registry), 'registry', 'existing');
  const known = registry.prepare<[], { channel: string }>('SELECT channel FROM channels').all();
  registry.close();
  let channels = 0;
  for (const { channel } of known) {
    const path = join(storeFiles.channels, `${channel}.sqlite`);
    // A claim that has not come to its end has no file yet; its desk asks again.
    if (!existsSync(join(folder, path))) continue;
    copyDatabase(folder, target, path, 'channel');
    paths.push(path);
    channels += 1;
  }
  const files = paths.map((path) => ({ path, ...digestOf(join(target, path)) }));
  // Last: a backup without it is not whole.
  writeFileDurably(join(target, manifestFile), `${JSON.stringify({ v: 1, atMs: nowMs, files }, null, 2)}\n`);
  return ok({ channels, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) });
}

export type RestoreError =
  | { readonly type: 'backup-not-whole'; readonly file: string }
  | { readonly type: 'region-differs'; readonly declared: string; readonly stored: string }
  | { readonly type: 'folder-in-use' };

export interface Restored {
  readonly serverIncarnation: number;
  /** Where the data folder is that was in its place; null where there was none. */
  readonly before: string | null;
}

/**
 * Puts a backup in a data folder's place, once all of it was compared with its manifest. What was there is kept beside it.
 *
 * The server gets a new incarnation, which tells the desks that it went back: they return what it lost. It counts seconds since 1970, so that two
 * restores of one backup never have the same. Codes that nobody has used and letter boxes are withdrawn.
 */
export function restoreServer(
  backup: string,
  folder: string,
  region: string,
  nowMs: number,
): Result<Restored, RestoreError> {
  const files = checkedFiles(backup);
  if (!files.ok) return files;
  const facts = readFacts(backup);
  if (facts === undefined) return err({ type: 'backup-not-whole', file: dataFiles.facts });
  if (facts.region !== region) return err({ type: 'region-differs', declared: region, stored: facts.region });

  const isThere = existsSync(folder) && readdirSync(folder).length > 0;
  const lock = isThere ? lockFolder(join(folder, dataFiles.lock)) : undefined;
  if (isThere && lock === undefined) return err({ type: 'folder-in-use' });
  try {
    const fresh = `${folder}.restoring`;
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh, { recursive: true, mode: 0o700 });
    for (const path of files.value) {
      mkdirSync(dirname(join(fresh, path)), { recursive: true, mode: 0o700 });
      copyFileSync(join(backup, path), join(fresh, path));
      chmodSync(join(fresh, path), 0o600);
      syncFile(join(fresh, path));
    }
    const present = isThere ? readFacts(folder)?.serverIncarnation : undefined;
    const known = Math.max(facts.serverIncarnation, present ?? 0);
    const serverIncarnation = Math.max(known + 1, Math.floor(nowMs / 1000));
    writeFacts(fresh, { ...facts, serverIncarnation, proofsFromMs: nowMs });
    const registry = openDatabase(join(fresh, storeFiles.registry), 'registry', 'existing');
    registry.exec('DELETE FROM claim_codes WHERE channel IS NULL; DELETE FROM letter_boxes;');
    registry.close();
    const before = isThere ? `${folder}.before-${nowMs}` : null;
    if (before !== null) renameSync(folder, before);
    else rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
    syncFolder(dirname(folder));
    return ok({ serverIncarnation, before });
  } finally {
    lock?.release();
  }
}

function checkedFiles(backup: string): Result<readonly string[], RestoreError> {
  const file = join(backup, manifestFile);
  const notWhole = (name: string): Result<never, RestoreError> =>
    err({ type: 'backup-not-whole', file: name });
  if (!existsSync(file)) return notWhole(manifestFile);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    return notWhole(manifestFile);
  }
  const manifest = manifestSchema.safeParse(value);
  if (!manifest.success) return notWhole(manifestFile);
  for (const { path, bytes, sha256 } of manifest.data.files) {
    const isInside = normalize(path) === path && !path.startsWith('/') && !path.startsWith('..');
    if (!isInside || !existsSync(join(backup, path))) return notWhole(path);
    const found = digestOf(join(backup, path));
    if (found.bytes !== bytes || found.sha256 !== sha256) return notWhole(path);
  }
  return ok(manifest.data.files.map(({ path }) => path));
}

function copyDatabase(folder: string, target: string, path: string, kind: DatabaseKind): void {
  const connection = openDatabase(join(folder, path), kind, 'existing');
  try {
    // `VACUUM INTO` makes the file itself where it is not there, readable by others: so it is made first, empty.
    closeSync(openSync(join(target, path), 'wx', 0o600));
    connection.prepare('VACUUM INTO ?').run(join(target, path));
  } finally {
    connection.close();
  }
  syncFile(join(target, path));
  syncFolder(dirname(join(target, path)));
}

function syncFile(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function digestOf(path: string): { bytes: number; sha256: string } {
  const digest = createHash('sha256');
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(1024 * 1024);
    let bytes = 0;
    for (let length = readSync(file, buffer); length > 0; length = readSync(file, buffer)) {
      digest.update(buffer.subarray(0, length));
      bytes += length;
    }
    return { bytes, sha256: digest.digest('hex') };
  } finally {
    closeSync(file);
  }
}
