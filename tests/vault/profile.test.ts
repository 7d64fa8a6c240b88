import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore, type Connection } from '../../db/open-store.ts';
import { copyStoreWithNewKey, verifyStoreCopy } from '../../db/rekey-store.ts';
import { compareWithAnchor, readAnchor, writeAnchor } from '../../main/vault/anchor.ts';
import { deriveKey } from '../../main/vault/keys.ts';
import { keychainNames } from '../../main/vault/keychain.ts';
import {
  discardUnfinished,
  listProfiles,
  pairPaths,
  readGeneration,
  removeOtherGenerations,
  rotateStore,
  rotationSteps,
  startProfile,
} from '../../main/vault/profile.ts';
import { openWithPassword, prepareRotation, removeUserSlot, membersOf } from '../../main/vault/vault.ts';
import { readVault } from '../../main/vault/vault-file.ts';
import {
  ada,
  adaPassword,
  auditHead,
  schoolA,
  schoolB,
  schoolOnDisk,
  seededRandom,
  store,
  temporaryFolder,
  valueOf,
  type SchoolOnDisk,
} from './support.ts';

const nowMs = 1_790_000_000_000;

function openStoreOf({ profile }: SchoolOnDisk, generation: number, masterKey: Uint8Array): Connection {
  return valueOf(openStore(pairPaths(profile, generation).store, deriveKey(masterKey, 'store')));
}

/** Opens the school as a start of the application does, and gives what it finds. */
async function openAsUser(school: SchoolOnDisk) {
  const generation = valueOf(readGeneration(school.profile));
  const vault = valueOf(readVault(pairPaths(school.profile, generation).vault));
  const schoolSecret = valueOf(school.keychain.get(keychainNames.schoolSecret(schoolA)))!;
  const opened = valueOf(
    await openWithPassword({ vault, schoolSecret, username: 'ada', password: adaPassword, nowMs }),
  );
  const anchor = valueOf(readAnchor(school.keychain, schoolA, generation, opened.masterKey));
  const connection = openStoreOf(school, generation, opened.masterKey);
  const people = connection.prepare('SELECT count(*) FROM people').pluck().get();
  connection.close();
  return { generation, masterKey: opened.masterKey, people, anchor };
}

const filesOf = (school: SchoolOnDisk) => readdirSync(school.profile.folder).toSorted();

describe('profile folder', { timeout: 60_000 }, () => {
  it('lists the schools of this computer with their names, without any secret', async () => {
    const dataDir = temporaryFolder();
    expect(listProfiles(dataDir)).toEqual([]);
    await schoolOnDisk(dataDir, schoolB);
    await schoolOnDisk(dataDir, schoolA);
    mkdirSync(join(dataDir, 'schools', 'not a school'));
    expect(listProfiles(dataDir)).toEqual([
      { school: schoolA, state: 'ready', label: 'Invented School', generation: 1 },
      { school: schoolB, state: 'ready', label: 'Invented School', generation: 1 },
    ]);
  });

  it('a set-up that was broken off is listed as unfinished and can be discarded', () => {
    const dataDir = temporaryFolder();
    const profile = startProfile(dataDir, schoolA);
    expect(listProfiles(dataDir)).toEqual([{ school: schoolA, state: 'unfinished' }]);
    discardUnfinished(profile);
    expect(listProfiles(dataDir)).toEqual([]);
  });

  it('a school that lost its current file is damaged, never new: it is neither discarded nor set up again', async () => {
    const { dataDir, profile } = await schoolOnDisk(temporaryFolder());
    unlinkSync(join(profile.folder, 'current'));
    expect(listProfiles(dataDir)).toEqual([
      { school: schoolA, state: 'damaged', error: { type: 'profile-damaged' } },
    ]);
    expect(() => discardUnfinished(profile)).toThrow('Bug:');
    expect(() => startProfile(dataDir, schoolA)).toThrow('Bug:');
  });

  it.each([
    ['is garbled', 'g00001\n', { type: 'profile-damaged' }],
    ['names a pair that is not there', 'g000009\n', { type: 'vault-missing' }],
  ])('a current file that %s makes the school damaged', async (_, content, error) => {
    const { dataDir, profile } = await schoolOnDisk(temporaryFolder());
    writeFileSync(join(profile.folder, 'current'), content);
    expect(listProfiles(dataDir)).toEqual([{ school: schoolA, state: 'damaged', error }]);
  });

  it('a vault of another school or generation is not listed as this one’s', async () => {
    const school = await schoolOnDisk(temporaryFolder());
    const other = await schoolOnDisk(temporaryFolder(), schoolB);
    const path = pairPaths(school.profile, 1).vault;
    unlinkSync(path);
    writeFileSync(path, readFileSync(pairPaths(other.profile, 1).vault));
    expect(listProfiles(school.dataDir)).toMatchObject([{ state: 'damaged' }]);
  });

  it('H17: no file of the profile shows a record, and the store opens with no other key', async () => {
    const school = await schoolOnDisk(temporaryFolder());
    const planted = ['Featherstonehaugh', 'Okonkwo', 'people', 'SQLite format'];
    for (const name of filesOf(school)) {
      const bytes = readFileSync(join(school.profile.folder, name));
      for (const clear of planted) expect([name, bytes.includes(clear)]).toEqual([name, false]);
    }
    const path = pairPaths(school.profile, 1).store;
    expect(openStore(path, seededRandom('thief')(32))).toMatchObject({ error: { type: 'store-unreadable' } });
    const withOwnKey = openStoreOf(school, 1, school.created.masterKey);
    expect(withOwnKey.prepare('SELECT count(*) FROM people').pluck().get()).toBe(2);
    withOwnKey.close();
  });

  it('everything is readable by this account only', async () => {
    const school = await schoolOnDisk(temporaryFolder());
    const modes = ['attempts.json', 'current', 'vault-g000001.json'].map(
      (name) => statSync(join(school.profile.folder, name)).mode & 0o777,
    );
    expect(modes).toEqual([0o600, 0o600, 0o600]);
    expect(statSync(school.profile.folder).mode & 0o777).toBe(0o700);
  });
});

describe('rotation of the master key', { timeout: 60_000 }, () => {
  async function rotate(school: SchoolOnDisk, stopAfter?: (typeof rotationSteps)[number]) {
    const { body, masterKey } = school.created;
    const next = await prepareRotation(body, membersOf(body), seededRandom('next'));
    const connection = openStoreOf(school, 1, masterKey);
    try {
      valueOf(
        rotateStore({
          profile: school.profile,
          connection,
          keychain: school.keychain,
          oldMasterKey: masterKey,
          next,
          audit: auditHead,
          afterStep: (step) => {
            if (step === stopAfter) throw new Error('stopped by the test');
          },
        }),
      );
    } finally {
      connection.close();
    }
    return next;
  }

  it('moves the store to a new pair, and the old master key opens nothing of it', async () => {
    const school = await schoolOnDisk(temporaryFolder());
    const next = await rotate(school);
    valueOf(removeOtherGenerations(school.profile, school.keychain));
    expect(await openAsUser(school)).toEqual({
      generation: 2,
      masterKey: next.masterKey,
      people: 2,
      anchor: { v: 1, school: schoolA, store, generation: 2, ...auditHead },
    });
    expect(filesOf(school)).toEqual(['attempts.json', 'current', 'store-g000002.db', 'vault-g000002.json']);
    const oldKey = deriveKey(school.created.masterKey, 'store');
    expect(openStore(pairPaths(school.profile, 2).store, oldKey)).toMatchObject({ ok: false });
    expect(valueOf(school.keychain.get(keychainNames.anchor(schoolA, 1)))).toBeNull();
  });

  it.each(rotationSteps)(
    'stopped after "%s", exactly one pair is in use, and it opens with all its rows and its anchor',
    async (step) => {
      const school = await schoolOnDisk(temporaryFolder());
      await expect(rotate(school, step)).rejects.toThrow('stopped by the test');
      const generation = step === 'commit' ? 2 : 1;
      const opened = await openAsUser(school);
      expect(opened).toMatchObject({ generation, people: 2, anchor: { generation, ...auditHead } });
      expect(listProfiles(school.dataDir)).toMatchObject([{ state: 'ready', generation }]);
      valueOf(removeOtherGenerations(school.profile, school.keychain));
      const name = `g00000${generation}`;
      expect(filesOf(school)).toEqual(['attempts.json', 'current', `store-${name}.db`, `vault-${name}.json`]);
      expect(await openAsUser(school)).toEqual(opened);
    },
  );

  it('stopped half-way, it succeeds the next time', async () => {
    const school = await schoolOnDisk(temporaryFolder());
    await expect(rotate(school, 'copy')).rejects.toThrow('stopped by the test');
    await rotate(school);
    expect(await openAsUser(school)).toMatchObject({ generation: 2, people: 2 });
  });

  it('an error leaves the old pair in use and nothing half-made behind', async () => {
    const school = await schoolOnDisk(temporaryFolder());
    const { body, masterKey } = school.created;
    const next = await prepareRotation(body, membersOf(body), seededRandom('next'));
    const connection = openStoreOf(school, 1, masterKey);
    const failing = {
      ...school.keychain,
      set: () => ({ ok: false, error: { type: 'keychain-unavailable' } }) as const,
    };
    const { profile } = school;
    const rotated = rotateStore({
      profile,
      connection,
      keychain: failing,
      oldMasterKey: masterKey,
      next,
      audit: auditHead,
    });
    connection.close();
    expect(rotated).toEqual({ ok: false, error: { type: 'keychain-unavailable' } });
    expect(filesOf(school)).toEqual(['attempts.json', 'current', 'store-g000001.db', 'vault-g000001.json']);
    expect(await openAsUser(school)).toMatchObject({ generation: 1, people: 2 });
  });

  it('W5: an old copy of the header with a removed user’s password does not open the rotated store', async () => {
    const school = await schoolOnDisk(temporaryFolder());
    const stolen = valueOf(readVault(pairPaths(school.profile, 1).vault));
    const { body, masterKey, schoolSecret } = school.created;
    const { members } = valueOf(removeUserSlot(body, ada));
    const next = await prepareRotation(body, members, seededRandom('next'));
    const connection = openStoreOf(school, 1, masterKey);
    const { profile, keychain } = school;
    valueOf(rotateStore({ profile, connection, keychain, oldMasterKey: masterKey, next, audit: auditHead }));
    connection.close();
    const old = valueOf(
      await openWithPassword({ vault: stolen, schoolSecret, username: 'ada', password: adaPassword, nowMs }),
    );
    const path = pairPaths(profile, 2).store;
    expect(openStore(path, deriveKey(old.masterKey, 'store'))).toMatchObject({
      error: { type: 'store-unreadable' },
    });
  });
});

describe('copy under a new key', { timeout: 60_000 }, () => {
  const [oldKey, newKey] = [seededRandom('old')(32), seededRandom('new')(32)];
  function smallStore(): { folder: string; connection: Connection } {
    const folder = temporaryFolder();
    const connection = valueOf(openStore(join(folder, 'a.db'), oldKey, 'create'));
    connection.exec(
      "CREATE TABLE t (v TEXT); INSERT INTO t VALUES ('one'), ('two'); PRAGMA user_version = 3",
    );
    return { folder, connection };
  }

  it('a copy that still opens with the old key, or differs, is not accepted', () => {
    const { folder, connection } = smallStore();
    const path = join(folder, 'b.db');
    connection.prepare('VACUUM INTO ?').run(path);
    expect(verifyStoreCopy(connection, path, oldKey, newKey)).toEqual({
      ok: false,
      error: { type: 'copy-differs' },
    });
    unlinkSync(path);
    valueOf(copyStoreWithNewKey(connection, path, oldKey, newKey));
    expect(verifyStoreCopy(connection, path, oldKey, newKey)).toEqual({ ok: true, value: undefined });
    expect(existsSync(`${path}-wal`)).toBe(false);
    connection.exec("INSERT INTO t VALUES ('three')");
    expect(verifyStoreCopy(connection, path, oldKey, newKey)).toEqual({
      ok: false,
      error: { type: 'copy-differs' },
    });
    connection.close();
  });

  it('a copy with a damaged page is not accepted', () => {
    const { folder, connection } = smallStore();
    const path = join(folder, 'b.db');
    valueOf(copyStoreWithNewKey(connection, path, oldKey, newKey));
    const bytes = readFileSync(path);
    bytes[5000]! ^= 1;
    writeFileSync(path, bytes);
    expect(verifyStoreCopy(connection, path, oldKey, newKey).ok).toBe(false);
    connection.close();
  });
});

describe('anchor', { timeout: 60_000 }, () => {
  it('a store that went back, forked or was exchanged is told from the one last seen', () => {
    const anchor = { v: 1, school: schoolA, store, generation: 1, ...auditHead } as const;
    const rootAt = (size: number) => (size === 7 ? auditHead.auditRoot : '0'.repeat(64));
    expect(compareWithAnchor(anchor, { store, auditSize: 7, rootAt })).toBe('current');
    expect(compareWithAnchor(anchor, { store, auditSize: 900, rootAt })).toBe('current');
    expect(compareWithAnchor(anchor, { store, auditSize: 6, rootAt })).toBe('older');
    expect(compareWithAnchor(anchor, { store: 'f'.repeat(32), auditSize: 7, rootAt })).toBe('older');
    expect(compareWithAnchor(anchor, { store, auditSize: 7, rootAt: () => '1'.repeat(64) })).toBe('forked');
  });

  it('is refused when it was changed, moved, or written under another master key', async () => {
    const { keychain, created } = await schoolOnDisk(temporaryFolder());
    const read = (generation = 1, masterKey = created.masterKey) =>
      readAnchor(keychain, schoolA, generation, masterKey);
    expect(valueOf(read())).toMatchObject(auditHead);
    expect(read(2)).toEqual({ ok: true, value: null });
    const tampered = { ok: false, error: { type: 'anchor-tampered' } };
    expect(read(1, seededRandom('other')(32))).toEqual(tampered);
    const bytes = valueOf(keychain.get(keychainNames.anchor(schoolA, 1)))!;
    valueOf(keychain.set(keychainNames.anchor(schoolA, 2), bytes));
    expect(read(2)).toEqual(tampered);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Uint8Array.from(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const holding = { ...keychain, get: () => ({ ok: true, value: flipped }) as const };
      expect(readAnchor(holding, schoolA, 1, created.masterKey)).toEqual(tampered);
    }
  });

  it('keeps the last state that was written', async () => {
    const { keychain, created } = await schoolOnDisk(temporaryFolder());
    const later = {
      v: 1,
      school: schoolA,
      store,
      generation: 1,
      auditSize: 8,
      auditRoot: '6'.repeat(64),
    } as const;
    valueOf(writeAnchor(keychain, later, created.masterKey));
    expect(readAnchor(keychain, schoolA, 1, created.masterKey)).toEqual({ ok: true, value: later });
  });
});
