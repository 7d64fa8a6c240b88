import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { randomBytes } from 'node:crypto';
import { appendBatches } from '../../domain/sync/channel.ts';
import { sha256, verifyEd25519 } from '../../server/server-crypto.ts';
import { openDatabase } from '../../server/store/open-database.ts';
import { openSqliteServerStore } from '../../server/store/sqlite-server-store.ts';
import { BatchWriter, createWireDesk, deskRecord, randomId } from '../support/wire-desk.ts';
import { describeServerStore } from './store-suite.ts';
import { zeroHash } from '../../domain/sync/batch.ts';

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'rollkeep-server-store-'));
}

// Fewer than the channels of some tests, so that files are closed and opened again.
const options = { mostOpenChannels: 3 };

describeServerStore('the SQLite store', async () => {
  const folder = newFolder();
  let store = openSqliteServerStore(folder, options);
  return {
    store,
    reopen: async () => {
      await store.close();
      store = openSqliteServerStore(folder, options);
      return store;
    },
    remove: async () => {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
});

/** A store with one channel that has a batch of two blobs, one of them purged, a membership record and a witnessed head. */
async function filledFolder() {
  const folder = newFolder();
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const store = openSqliteServerStore(folder, options);
  const desk = createWireDesk();
  const { channel, signingKey, auditKey } = desk;
  const codeHash = 'ab'.repeat(32);
  await store.addClaimCode({ hash: codeHash, expiresAtMs: 2 });
  const device = { desk: desk.desk, signingKey, auditKey };
  await store.claim({ codeHash, requestHash: 'cd'.repeat(32), channel, device }, 1);
  const blobs = [randomBytes(300), randomBytes(300)] as const;
  const batch = new BatchWriter(desk).next({ blobs });
  const identity = { server: randomId(), serverIncarnation: 1, sign: () => new Uint8Array(64) };
  await store.inChannel(channel, async (one) => {
    await appendBatches(one, { sha256, verify: verifyEd25519 }, identity, channel, [batch], 1);
    await one.appendMembership(deskRecord(createWireDesk(), 0, zeroHash));
    await one.putWitnessed('rollkeep/a', { size: 3, root: 'ab'.repeat(32) });
    await one.putDevice({ ...device, desk: randomId(), state: 'stolen' });
  });
  await store.inChannel(channel, (one) => one.deleteBlobs([batch.tags[0] ?? '']));
  return { folder, store, channel, batch, blobs, path: join(folder, 'channels', `${channel}.sqlite`) };
}

it('a purged blob is in no file any more once it is acknowledged, while the store is open', async () => {
  const { folder, store, blobs } = await filledFolder();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const found = blobs.map((blob) =>
    files.some((entry) => readFileSync(join(entry.parentPath, entry.name)).includes(blob.subarray(20, 200))),
  );
  expect(found).toEqual([false, true]);
  await store.close();
});

it("H20: a channel's database refuses every statement that changes or removes what is only appended", async () => {
  const { store, path, batch, folder } = await filledFolder();
  await store.close();
  const connection = openDatabase(path, 'channel', 'existing');
  const tag = batch.tags[1] ?? '';
  const refused = [
    'UPDATE batches SET at = 0',
    "UPDATE batches SET receipt = '{}'",
    'DELETE FROM batches',
    'INSERT OR REPLACE INTO batches SELECT * FROM batches',
    'INSERT OR REPLACE INTO batches SELECT seq + 1, desk, incarnation, batch, at, hash, chain, bytes, header, signature, receipt FROM batches',
    'UPDATE blobs SET sealed = zeroblob(3)',
    `DELETE FROM blobs WHERE tag = '${tag}'`,
    "INSERT OR REPLACE INTO blobs SELECT seq, place, tag, x'00' FROM blobs",
    'DELETE FROM purged_tags',
    "UPDATE purged_tags SET tag = '00000000000000000000000000000000'",
    'DELETE FROM writers',
    'UPDATE writers SET incarnation = 9',
    'DELETE FROM devices',
    "UPDATE devices SET state = 'active'",
    "INSERT OR REPLACE INTO devices SELECT desk, signing_key, audit_key, 'active' FROM devices WHERE state = 'stolen'",
    'DELETE FROM membership',
    "UPDATE membership SET record = '{}'",
    'INSERT OR REPLACE INTO membership SELECT * FROM membership',
    'DELETE FROM witnessed',
    'UPDATE witnessed SET size = size - 1',
    "UPDATE witnessed SET origin = 'rollkeep/b'",
    'INSERT OR REPLACE INTO witnessed SELECT origin, size - 1, root FROM witnessed',
  ];
  // As any other program would open it, without our settings.
  connection.pragma('recursive_triggers=OFF');
  const took = refused.filter((sql) => {
    try {
      connection.exec(sql);
      return true;
    } catch (cause) {
      return !(cause instanceof Error && 'code' in cause && cause.code === 'SQLITE_CONSTRAINT_TRIGGER');
    }
  });
  expect(took).toEqual([]);
  connection.close();

  const registry = openDatabase(join(folder, 'registry.sqlite'), 'registry', 'existing');
  for (const sql of [
    'DELETE FROM channels',
    'UPDATE channels SET claimed_at = 0',
    'UPDATE claim_codes SET channel = NULL, request = NULL',
  ]) {
    expect(() => registry.exec(sql), sql).toThrow(/never|once/);
  }
  registry.close();
});

it('a channel whose file is gone does not come back empty', async () => {
  const { folder, store, channel, path } = await filledFolder();
  await store.close();
  rmSync(path);
  const again = openSqliteServerStore(folder, options);
  await expect(again.inChannel(channel, (one) => one.head())).rejects.toThrow();
  expect(await again.checkStorage()).toEqual([`channel ${channel}: its file is missing`]);
  await again.close();
});

it('the files are plain databases on purpose, readable by their account only', async () => {
  const { store, path } = await filledFolder();
  await store.close();
  expect(readFileSync(path).subarray(0, 15).toString()).toBe('SQLite format 3');
  expect(statSync(path).mode & 0o077).toBe(0);
});

it('a dropped trigger is found', async () => {
  const { folder, store, path } = await filledFolder();
  await store.close();
  const connection = openDatabase(path, 'channel', 'existing');
  connection.exec('DROP TRIGGER batches_stay');
  connection.close();
  const again = openSqliteServerStore(folder, options);
  expect(await again.checkStorage()).toEqual([expect.stringContaining('tables or triggers were changed')]);
  await again.close();
});
