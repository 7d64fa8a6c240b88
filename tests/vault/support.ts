import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openStore } from '../../db/open-store.ts';
import type { DeskId, Id, SchoolId, UserId } from '../../domain/ids.ts';
import type { Result } from '../../domain/result.ts';
import { writeAnchor } from '../../main/vault/anchor.ts';
import { argon2Floor } from '../../main/vault/argon2.ts';
import { createAttempts } from '../../main/vault/attempts.ts';
import { deriveKey } from '../../main/vault/keys.ts';
import { keychainNames, openFileKeychain, type Keychain } from '../../main/vault/keychain.ts';
import { commitGeneration, pairPaths, startProfile, type Profile } from '../../main/vault/profile.ts';
import type { Random } from '../../main/vault/random.ts';
import { createVault, type NewSchool, type PasswordPolicy } from '../../main/vault/vault.ts';
import {
  parseVault,
  vaultText,
  writeVault,
  type UnprovenVault,
  type VaultBody,
} from '../../main/vault/vault-file.ts';
import { schoolA, schoolB } from './support-ids.ts';

export { schoolA, schoolB };
export const desk = 'd'.repeat(32) as DeskId;
export const store = 'e'.repeat(32) as Id<'store'>;
export const ada = '1'.repeat(32) as UserId;
export const ben = '2'.repeat(32) as UserId;

export const adaPassword = 'seven lamps in the attic';
export const benPassword = 'a quiet harbour at noon';
export const policy: PasswordPolicy = { cost: argon2Floor, isCommon: () => false };

/** The same bytes for the same seed. For tests only. */
export function seededRandom(seed: string): Random {
  let counter = 0;
  return (length) => {
    const blocks: Buffer[] = [];
    while (blocks.length * 32 < length)
      blocks.push(createHash('sha256').update(`${seed}/${counter++}`).digest());
    return Uint8Array.from(Buffer.concat(blocks).subarray(0, length));
  };
}

/** The value of a result that must be there. */
export function valueOf<T, E>(result: Result<T, E>): T {
  if (!result.ok) throw new Error(`expected a value, got ${JSON.stringify(result.error)}`);
  return result.value;
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollkeep-vault-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A new school in memory with Ada as administrator. */
export async function newSchool(school: SchoolId = schoolA, seed = 'school'): Promise<NewSchool> {
  return valueOf(
    await createVault({
      school,
      label: 'Invented School',
      desk,
      store,
      administrator: { user: ada, username: 'Ada', password: adaPassword },
      policy,
      random: seededRandom(seed + school),
    }),
  );
}

/** What reading the written vault gives. */
export function asRead(body: VaultBody, masterKey: Uint8Array): UnprovenVault {
  return valueOf(parseVault(vaultText(body, masterKey)));
}

export interface SchoolOnDisk {
  readonly dataDir: string;
  readonly profile: Profile;
  readonly keychain: Keychain;
  readonly created: NewSchool;
}

/** A school as set-up leaves it on the disk: pair, keychain items, counter, `current`. */
export async function schoolOnDisk(dataDir: string, school: SchoolId = schoolA): Promise<SchoolOnDisk> {
  const created = await newSchool(school);
  const keychain = valueOf(openFileKeychain(dataDir));
  const profile = startProfile(dataDir, school);
  const paths = pairPaths(profile, 1);
  const connection = valueOf(openStore(paths.store, deriveKey(created.masterKey, 'store'), 'create'));
  connection.exec('CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)');
  connection.exec(
    "INSERT INTO people (name) VALUES ('Quillon Featherstonehaugh'), ('Zephyrine Okonkwo-Vance')",
  );
  connection.close();
  valueOf(writeVault(paths.vault, created.body, created.masterKey));
  const lockedKey = seededRandom('locked')(32);
  valueOf(keychain.set(keychainNames.schoolSecret(school), created.schoolSecret));
  valueOf(keychain.set(keychainNames.lockedKey(school), lockedKey));
  valueOf(writeAnchor(keychain, { v: 1, school, store, generation: 1, ...auditHead }, created.masterKey));
  valueOf(createAttempts(profile.folder, school, lockedKey));
  valueOf(commitGeneration(profile, 1));
  return { dataDir, profile, keychain, created };
}

export const auditHead = { auditSize: 7, auditRoot: '5'.repeat(64) };
