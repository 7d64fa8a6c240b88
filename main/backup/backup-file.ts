import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { deskId, schoolId, type SchoolId } from '../../domain/ids.ts';
import { canonicalJson } from '../../domain/vault/canonical-json.ts';
import type { Desk } from '../desk/desk.ts';
import { openNote, readOpenNote } from './age-file.ts';
import { writeErrorOf } from './outcome.ts';

// docs/backup.md describes the format for whoever has to read a backup without this program.

const backupNote = 'rollkeep-backup';
const ringNote = 'rollkeep-keyring';

const publicKey = z.string().regex(/^[0-9a-f]{64}$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);

/** What can be known of a backup without a key: it stands in the header of its age file. */
export interface BackupSummary {
  readonly atMs: number;
  readonly students: number;
  readonly marks: number;
  readonly auditSize: number;
  readonly incarnation: number;
  /** The recovery public key that the backup was made for, as hex. */
  readonly recovery: string;
}

const summary = z.strictObject({
  atMs: count,
  students: count,
  marks: count,
  auditSize: count,
  incarnation: count,
  recovery: publicKey,
});

/** The first entry of a backup: what has to be known before its parts are read. */
export const backupHead = z.strictObject({
  v: z.literal(1),
  name: z.string(),
  school: schoolId,
  desk: deskId,
  incarnation: count,
  storeVersion: z.int().min(1),
});
export type BackupHead = z.output<typeof backupHead>;

/** The last entry of a backup: what it holds. */
export const backupManifest = z.strictObject({
  ...backupHead.shape,
  generation: z.int().min(1),
  atMs: count,
  /** Rows by table, each part's rows counted. */
  rows: z.record(z.string(), count),
  students: count,
  marks: count,
  /** The audit log in it: size, RFC 6962 root, and the desk's raw Ed25519 public key. */
  audit: z.strictObject({ size: count, root: sha256, key: publicKey }),
  /** Every entry before this one, in order. */
  parts: z.array(z.strictObject({ name: z.string(), bytes: count, sha256 })),
});
export type BackupManifest = z.output<typeof backupManifest>;

/** The manifest as it is written: signed by the desk's audit key. */
export const signedManifest = z.strictObject({
  manifest: backupManifest,
  sig: z.string().regex(/^[0-9a-f]{128}$/),
});

/** The bytes that the manifest's signature covers. */
export function manifestBytes(manifest: BackupManifest): Uint8Array {
  return Buffer.from(canonicalJson(['rollkeep/v1/backup', manifest]), 'utf8');
}

/** A new backup's name: its time and a random part. */
export function backupName(nowMs: number, random: (length: number) => Uint8Array): string {
  return `rollkeep-${stampOf(nowMs)}-${Buffer.from(random(4)).toString('hex')}`;
}

/** A time as it stands in file names, UTC to the second: `20261121T073837Z`. */
export function stampOf(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '');
}

/** Where a school's backups lie on this computer. */
export function backupFolder(desk: Desk, school: SchoolId): string {
  return join(desk.options.backupDir, school);
}

export function backupPath(folder: string, name: string): string {
  return join(folder, `${name}.age`);
}

/** What a backup puts aside while it is made. */
export function spoolPath(folder: string, name: string): string {
  return join(folder, `${name}.sorting.part`);
}

/** The key ring that opens the backups of the folder. */
export function ringPath(folder: string): string {
  return join(folder, 'keyring.age');
}

/** The header's note of a backup. */
export function summaryNote(value: BackupSummary) {
  const { atMs, students, marks, auditSize, incarnation, recovery } = value;
  return openNote([
    backupNote,
    '1',
    ...[atMs, students, marks, auditSize, incarnation].map(String),
    recovery,
  ]);
}

/** Reads a backup's note; undefined when the file is no backup. Not proven before the file has been opened. */
export function readSummary(path: string): BackupSummary | undefined {
  const [version, ...args] = readOpenNote(path, backupNote) ?? [];
  const [atMs, students, marks, auditSize, incarnation] = args.map(Number);
  if (version !== '1') return undefined;
  return summary.safeParse({ atMs, students, marks, auditSize, incarnation, recovery: args[5] }).data;
}

/** The header's note of a key ring: the recovery public keys that open it. */
export function ringKeysNote(recoveries: readonly string[]) {
  return openNote([ringNote, '1', ...recoveries]);
}

/** The recovery public keys that open a key ring; undefined when the file is none. */
export function readRingKeys(path: string): readonly string[] | undefined {
  const [version, ...keys] = readOpenNote(path, ringNote) ?? [];
  return version === '1' ? z.array(publicKey).safeParse(keys).data : undefined;
}

/** A backup in its folder. */
export interface ListedBackup extends BackupSummary {
  readonly name: string;
  readonly bytes: number;
}

/** The backups of a folder, newest first. Reads no more than the headers; what is no backup is passed over. */
export function listBackups(folder: string): ListedBackup[] {
  return filesOf(folder)
    .flatMap((file) => /^(rollkeep-[0-9TZ-]+-[0-9a-f]{8})\.age$/.exec(file)?.[1] ?? [])
    .flatMap((name) => {
      const path = backupPath(folder, name);
      const found = readSummary(path);
      return found === undefined ? [] : [{ name, bytes: statSync(path).size, ...found }];
    })
    .toSorted((a, b) => b.atMs - a.atMs || (a.name < b.name ? 1 : -1));
}

/** The files of a folder; none where it is not there, is no folder, or may not be read: whoever writes to it is told. */
function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    if (writeErrorOf(cause) === undefined) throw cause;
    return [];
  }
}

/** Removes what a backup that was ended in the middle has left; a key ring's is written over. Call it only while none is being made. */
export function removeUnfinished(folder: string): void {
  for (const file of filesOf(folder).filter((name) => /^rollkeep-.*\.part$/.test(name))) {
    rmSync(join(folder, file), { force: true });
  }
}
