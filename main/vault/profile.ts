import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyStoreWithNewKey, verifyStoreCopy, type CopyStoreError } from '../../db/rekey-store.ts';
import type { Connection } from '../../db/open-store.ts';
import { schoolId, type SchoolId } from '../../domain/ids.ts';
import { assert, err, ok, type Result } from '../../domain/result.ts';
import { writeAnchor, type Anchor } from './anchor.ts';
import { makeFolder, readFileIfAny, replaceFile, syncFolder, type DiskFull } from './durable-file.ts';
import { keychainNames, type Keychain, type KeychainError } from './keychain.ts';
import { deriveKey } from './keys.ts';
import {
  proveVault,
  readVault,
  writeVault,
  type VaultBody,
  type VaultReadError,
  type VaultTampered,
} from './vault-file.ts';

/**
 * A school's folder on this computer, `<data>/schools/<school>/`: pairs `vault-g000001.json` and `store-g000001.db`, and one file `current` that names
 * the pair in use. A new pair is built beside the old one and takes over when `current` is renamed: there is no moment without a whole pair.
 */
export interface Profile {
  readonly school: SchoolId;
  readonly folder: string;
}

/** A school on this computer, as it can be listed before anyone has signed in. */
export type ProfileSummary = { readonly school: SchoolId } & (
  | { readonly state: 'ready'; readonly label: string; readonly generation: number }
  /** Set-up was broken off; `discardUnfinished` may remove it. */
  | { readonly state: 'unfinished' }
  /** Something is missing or does not read. Nothing is removed. */
  | { readonly state: 'damaged'; readonly error: ProfileDamaged | VaultReadError }
);

/** There is no readable `current`: which pair is in use is not known. */
export interface ProfileDamaged {
  readonly type: 'profile-damaged';
}

/** The schools on this computer, by id. Reads no secret. */
export function listProfiles(dataDir: string): ProfileSummary[] {
  const folder = join(dataDir, 'schools');
  if (!existsSync(folder)) return [];
  const schools = readdirSync(folder).flatMap((name) => schoolId.safeParse(name).data ?? []);
  return schools.toSorted().map((school) => summaryOf(profileOf(dataDir, school)));
}

/** Names a school's folder. It need not exist. */
export function profileOf(dataDir: string, school: SchoolId): Profile {
  return { school, folder: join(dataDir, 'schools', school) };
}

/** The two files of one generation. */
export function pairPaths(profile: Profile, generation: number): { vault: string; store: string } {
  const name = generationName(generation);
  return {
    vault: join(profile.folder, `vault-${name}.json`),
    store: join(profile.folder, `store-${name}.db`),
  };
}

/**
 * Makes an empty folder for a new school and marks it unfinished. Write the pair of generation 1 and the keychain's items, then `commitGeneration`.
 *
 * Throws if the school is here already.
 */
export function startProfile(dataDir: string, school: SchoolId): Profile {
  const profile = profileOf(dataDir, school);
  assert(!existsSync(profile.folder), 'a school is never set up over another');
  makeFolder(profile.folder);
  writeFileSync(unfinishedMark(profile), '', { mode: 0o600 });
  syncFolder(profile.folder);
  return profile;
}

/** Removes a folder whose set-up was broken off. Throws for any other: a folder that lost its `current` may hold a whole store. */
export function discardUnfinished(profile: Profile): void {
  assert(summaryOf(profile).state === 'unfinished', 'only an unfinished set-up is discarded');
  rmSync(profile.folder, { recursive: true });
}

/** Which generation is in use. Errors: `profile-damaged`. */
export function readGeneration(profile: Profile): Result<number, ProfileDamaged> {
  const digits = /^g(\d{6})\n$/.exec(readFileIfAny(currentPath(profile)) ?? '')?.[1];
  return digits === undefined ? err({ type: 'profile-damaged' }) : ok(Number(digits));
}

/** Puts a generation in use, in one step that is whole or has not happened. Its pair must be on the disk. Errors: `disk-full`. */
export function commitGeneration(profile: Profile, generation: number): Result<void, DiskFull> {
  const paths = pairPaths(profile, generation);
  assert(
    existsSync(paths.vault) && existsSync(paths.store),
    'a generation is committed when its pair is there',
  );
  const committed = replaceFile(currentPath(profile), `${generationName(generation)}\n`);
  if (committed.ok) rmSync(unfinishedMark(profile), { force: true });
  return committed;
}

/**
 * Removes what no `current` names: the pair before a rotation, or what a broken-off rotation left. Call it after the pair in use has
 * opened, and with no connection to another one.
 */
export function removeOtherGenerations(profile: Profile, keychain: Keychain): Result<void, KeychainError> {
  const current = readGeneration(profile);
  assert(current.ok, 'the generation in use is known before others are removed');
  const others = new Set<number>();
  for (const file of readdirSync(profile.folder)) {
    const digits = /^(?:vault|store)-g(\d{6})\./.exec(file)?.[1];
    if (digits !== undefined && Number(digits) !== current.value) others.add(Number(digits));
  }
  for (const generation of others) {
    // The anchor goes first: while a file of its generation is left, the next call comes here again.
    const removed = keychain.delete(keychainNames.anchor(profile.school, generation));
    if (!removed.ok) return removed;
    removePair(profile, generation);
  }
  return ok(undefined);
}

export type RotationError = CopyStoreError | KeychainError | VaultReadError | VaultTampered;

/** The steps of a rotation, in order. A kill after any of them leaves exactly one pair in use, and it opens. */
export const rotationSteps = ['clean', 'copy', 'verify', 'vault', 'anchor', 'commit'] as const;

/**
 * Moves a store to the next generation under a new desk master key (`prepareRotation`): copies it, re-keys and verifies the copy, writes
 * and reads back the vault, keeps an anchor, and commits.
 *
 * Synchronous on purpose: nothing can write to the store between the copy and the commit. Afterwards close the connection, open the new pair, and
 * call `removeOtherGenerations`. On an error the old pair is in use as before. `afterStep` is for tests that stop in the middle.
 */
export function rotateStore(options: {
  readonly profile: Profile;
  readonly connection: Connection;
  readonly keychain: Keychain;
  readonly oldMasterKey: Uint8Array;
  readonly next: { readonly body: VaultBody; readonly masterKey: Uint8Array };
  /** The audit log's head, which the copy has too. */
  readonly audit: Pick<Anchor, 'auditSize' | 'auditRoot'>;
  readonly afterStep?: (step: (typeof rotationSteps)[number]) => void;
}): Result<void, RotationError> {
  const { profile, connection, next } = options;
  const { body } = next;
  const current = readGeneration(profile);
  assert(current.ok && current.value + 1 === body.generation, 'a rotation goes to the next generation');
  assert(body.school === profile.school, "a rotation keeps the profile's school");
  const paths = pairPaths(profile, body.generation);
  const oldKey = deriveKey(options.oldMasterKey, 'store');
  const newKey = deriveKey(next.masterKey, 'store');
  const { school, store, generation } = body;
  const work: Record<(typeof rotationSteps)[number], () => Result<unknown, RotationError>> = {
    clean: () => ok(removePair(profile, generation)),
    copy: () => copyStoreWithNewKey(connection, paths.store, oldKey, newKey),
    verify: () => verifyStoreCopy(connection, paths.store, oldKey, newKey),
    vault: () => writeAndReadBack(paths.vault, next),
    anchor: () =>
      writeAnchor(options.keychain, { v: 1, school, store, generation, ...options.audit }, next.masterKey),
    commit: () => commitGeneration(profile, generation),
  };
  for (const step of rotationSteps) {
    const done = work[step]();
    if (!done.ok) {
      const stillCurrent = readGeneration(profile);
      // A commit may say that it failed after its rename has happened.
      if (stillCurrent.ok && stillCurrent.value === current.value) removePair(profile, generation);
      return done;
    }
    options.afterStep?.(step);
  }
  return ok(undefined);
}

function writeAndReadBack(
  path: string,
  next: { readonly body: VaultBody; readonly masterKey: Uint8Array },
): Result<VaultBody, RotationError> {
  const written = writeVault(path, next.body, next.masterKey);
  if (!written.ok) return written;
  const read = readVault(path);
  return read.ok ? proveVault(read.value, next.masterKey) : read;
}

function removePair(profile: Profile, generation: number): void {
  const { vault, store } = pairPaths(profile, generation);
  for (const path of [store, `${store}-wal`, `${store}-shm`, `${store}-journal`, `${vault}.new`, vault]) {
    rmSync(path, { force: true });
  }
  syncFolder(profile.folder);
}

function summaryOf(profile: Profile): ProfileSummary {
  const { school } = profile;
  const generation = readGeneration(profile);
  if (!generation.ok) {
    const isUnfinished = existsSync(unfinishedMark(profile)) && !existsSync(currentPath(profile));
    return isUnfinished
      ? { school, state: 'unfinished' }
      : { school, state: 'damaged', error: generation.error };
  }
  const vault = readVault(pairPaths(profile, generation.value).vault);
  if (!vault.ok) return { school, state: 'damaged', error: vault.error };
  if (vault.value.body.school !== school || vault.value.body.generation !== generation.value) {
    return { school, state: 'damaged', error: { type: 'profile-damaged' } };
  }
  return { school, state: 'ready', label: vault.value.body.label, generation: generation.value };
}

function generationName(generation: number): string {
  return `g${String(generation).padStart(6, '0')}`;
}

function currentPath(profile: Profile): string {
  return join(profile.folder, 'current');
}

function unfinishedMark(profile: Profile): string {
  return join(profile.folder, 'setting-up');
}
