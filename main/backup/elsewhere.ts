import { accessSync, constants, existsSync, readdirSync, renameSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { AuditDraft } from '../../domain/audit/entry.ts';
import type { ErrorOf } from '../../domain/contract/errors.ts';
import { schoolId, type SchoolId } from '../../domain/ids.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { Desk } from '../desk/desk.ts';
import { makeFolder } from '../vault/durable-file.ts';
import { discardUnfinished, profileOf, startProfile } from '../vault/profile.ts';
import { forgetKeys } from '../vault/vault.ts';
import {
  backupFolder,
  backupPath,
  listBackups,
  ringPath,
  stampOf,
  type ListedBackup,
} from './backup-file.ts';
import { copyBackups } from './copies.ts';
import { writeErrorOf } from './outcome.ts';
import { openableStudents, openBackup, readBackup, type ReadBackupError } from './read-backup.ts';
import { restoreBackup, type RestoreError } from './restore-backup.ts';

// A school on a computer that does not have it: the old disk is gone, and somebody has brought the folder of backups along.

/** The backups of one school in a folder that was brought along. */
export interface FoundSchool {
  readonly school: SchoolId;
  readonly isHere: boolean;
  readonly backups: readonly (ListedBackup & {
    /** Which of the school's computers made it, where its copies lie beside others'; null in a computer's own folder of backups. */
    readonly desk: string | null;
  })[];
}

/** A folder with backups that one computer made of one school, and their key ring. */
interface BackupPlace {
  readonly path: string;
  readonly school: SchoolId;
  readonly desk: string | null;
}

/**
 * Where backups lie in a folder that a person named: in it, where it is a school's or a computer's own, or below. A computer's own backups are in
 * `<school>/`, what it brings to a second folder in `<school>/<desk>/`.
 */
function placesIn(folder: string): readonly BackupPlace[] {
  const own = idOf(folder);
  const above = idOf(dirname(folder));
  const placesOf = (school: SchoolId, path: string): BackupPlace[] => [
    { path, school, desk: null },
    ...idsIn(path).map((desk) => ({ path: join(path, desk), school, desk })),
  ];
  const places =
    own === undefined
      ? idsIn(folder).flatMap((school) => placesOf(school, join(folder, school)))
      : above === undefined
        ? placesOf(own, folder)
        : [{ path: folder, school: above, desk: own }];
  return places.filter(({ path }) => existsSync(ringPath(path)));
}

function idOf(folder: string): SchoolId | undefined {
  return schoolId.safeParse(basename(folder)).data;
}

function idsIn(folder: string): SchoolId[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? (schoolId.safeParse(entry.name).data ?? []) : [],
  );
}

/** The folder that holds a backup; the named one where none does, which is then told as for any other backup that is missing. */
function folderWith({ folder, school, name }: Pick<BackupElsewhere, 'folder' | 'school' | 'name'>): string {
  const place = placesIn(folder).find(
    (one) => one.school === school && existsSync(backupPath(one.path, name)),
  );
  return place?.path ?? folder;
}

/** Finds the schools whose backups lie in a folder. Errors: `backup-folder-refused`. */
export function findSchools(
  desk: Desk,
  folder: string,
): Result<readonly FoundSchool[], ErrorOf<'backup-folder-refused'>> {
  const refused = refusedFolder(folder);
  if (refused !== null) return err({ type: 'backup-folder-refused', why: refused });
  try {
    const bySchool = Map.groupBy(placesIn(folder), ({ school }) => school);
    return ok(
      [...bySchool].flatMap(([school, places]) => {
        const backups = places
          .flatMap(({ path, desk: by }) => listBackups(path).map((backup) => ({ ...backup, desk: by })))
          .toSorted((one, other) => other.atMs - one.atMs);
        return backups.length === 0 ? [] : [{ school, isHere: isHere(desk, school), backups }];
      }),
    );
  } catch (cause) {
    if (writeErrorOf(cause) === undefined) throw cause;
    return err({ type: 'backup-folder-refused', why: 'away' });
  }
}

/** Why a folder cannot be used at all; null when it is there. */
function refusedFolder(folder: string): 'relative' | 'away' | null {
  if (!isAbsolute(folder)) return 'relative';
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? null : 'away';
}

/** Why a folder cannot be the second one for backups; null when it can. */
export function refusedSecondFolder(
  desk: Desk,
  folder: string,
): ErrorOf<'backup-folder-refused'>['why'] | null {
  const refused = refusedFolder(folder);
  if (refused !== null) return refused;
  if (isOwnFolder(desk, folder)) return 'own';
  try {
    accessSync(folder, constants.W_OK);
    return null;
  } catch {
    // Whatever the system says against it: backups do not go there.
    return 'not-writable';
  }
}

/** Whether a path is one of Rollkeep's own folders or lies in one, or the other way round. */
function isOwnFolder(desk: Desk, folder: string): boolean {
  const { dataDir, backupDir } = desk.options;
  return [dataDir, backupDir].some((own) => isWithin(folder, own) || isWithin(own, folder));
}

function isWithin(inner: string, outer: string): boolean {
  const way = relative(resolve(outer), resolve(inner));
  return way === '' || (!way.startsWith('..') && !isAbsolute(way));
}

function isHere(desk: Desk, school: SchoolId): boolean {
  return existsSync(profileOf(desk.options.dataDir, school).folder);
}

/** A backup that a person has pointed at. */
export interface BackupElsewhere {
  readonly folder: string;
  readonly school: SchoolId;
  readonly name: string;
  readonly recoveryKey: string;
}

/** What a backup holds. Errors: as `openBackup` and `readBackup`. */
export async function inspectElsewhere(
  what: BackupElsewhere,
): Promise<Result<{ atMs: number; students: number; marks: number; auditSize: number }, ReadBackupError>> {
  const { school, name, recoveryKey } = what;
  const backup = await openBackup(folderWith(what), name, school, recoveryKey);
  if (!backup.ok) return backup;
  try {
    const manifest = await readBackup(backup.value, null);
    if (!manifest.ok) return manifest;
    const { atMs, students, marks, audit } = manifest.value;
    return ok({
      atMs,
      students: Math.min(students, openableStudents(manifest.value, backup.value.ring)),
      marks,
      auditSize: audit.size,
    });
  } finally {
    forgetKeys(backup.value.recoveryKeys);
  }
}

/**
 * Puts a school here from a backup in a folder. All backups that the same computer made are taken over first: the school goes on with them, and the
 * desk's new incarnation is one that none of them knows. What lies in this computer's folder of backups for the school is moved aside.
 *
 * Until the store is in use there is no school here: any error leaves the computer without it. The desk has chosen it afterwards.
 */
export async function restoreElsewhere(
  desk: Desk,
  what: BackupElsewhere,
  acceptFileKeychain: boolean,
  by: AuditDraft['actor'],
): Promise<
  Result<{ students: number; marks: number }, RestoreError | ErrorOf<'school-here' | 'folder-not-writable'>>
> {
  const { school, name, recoveryKey } = what;
  if (isHere(desk, school)) return err({ type: 'school-here' });
  const keychain = desk.keychain(acceptFileKeychain);
  if (!keychain.ok) return err({ type: 'keychain-unavailable' });
  const source = folderWith(what);
  const tried = await openBackup(source, name, school, recoveryKey);
  if (!tried.ok) return tried;
  forgetKeys(tried.value.recoveryKeys);

  const own = backupFolder(desk, school);
  if (resolve(source) !== resolve(own)) {
    const taken = await takeOver(desk, source, own);
    if (!taken.ok) return taken;
  }
  const backup = await openBackup(own, name, school, recoveryKey);
  if (!backup.ok) return backup;
  try {
    // Another window's call may have put it here meanwhile.
    if (isHere(desk, school)) return err({ type: 'school-here' });
    const profile = startProfile(desk.options.dataDir, school);
    let isDone = false;
    try {
      const restored = await restoreBackup(
        desk,
        backup.value,
        { profile, keychain: keychain.value, keys: null, auditKey: null },
        by,
      );
      isDone = restored.ok;
      if (restored.ok && desk.open === null) desk.choose(school);
      return restored;
    } finally {
      if (!isDone) discardUnfinished(profile);
    }
  } finally {
    forgetKeys(backup.value.recoveryKeys);
  }
}

async function takeOver(
  desk: Desk,
  source: string,
  own: string,
): Promise<Result<void, ErrorOf<'disk-full' | 'folder-not-writable'>>> {
  try {
    if (existsSync(own)) renameSync(own, `${own}.before-${stampOf(desk.now())}`);
    makeFolder(dirname(own));
  } catch (cause) {
    const error = writeErrorOf(cause);
    if (error === undefined) throw cause;
    return err(error);
  }
  const names = listBackups(source).map(({ name }) => name);
  const copied = await copyBackups(source, dirname(own), own, names);
  if (copied.ok) return copied;
  return err({ type: copied.error.type === 'disk-full' ? 'disk-full' : 'folder-not-writable' });
}
