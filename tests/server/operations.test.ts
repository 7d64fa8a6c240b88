import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { batchToBytes, zeroHash, type SealedBatch } from '../../domain/sync/batch.ts';
import { parseInvitation } from '../../domain/sync/invitation.ts';
import { appendReply, type Receipt } from '../../domain/sync/wire.ts';
import { backupServer, restoreServer } from '../../server/admin/backup.ts';
import { verifyServer } from '../../server/admin/verify.ts';
import { readConfig } from '../../server/config.ts';
import { sha256 } from '../../server/server-crypto.ts';
import { openSqliteServerStore } from '../../server/store/sqlite-server-store.ts';
import {
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from '../../scripts/harness/district-server.ts';
import {
  append,
  BatchWriter,
  claimBody,
  claimChannel,
  createWireDesk,
  deskRecord,
  heads,
  jsonBody,
  proofHeaders,
  send,
  sendAs,
  type WireDesk,
} from '../support/wire-desk.ts';

const mainFile = fileURLToPath(new URL('../../server/entry/server-main.ts', import.meta.url));

async function testServer(options?: TestServerOptions): Promise<TestServer> {
  const server = await startTestServer(options);
  onTestFinished(() => server.remove());
  return server;
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollkeep-server-op-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs the command line, with nothing in the environment but what is given. */
function run(args: readonly string[], environment: Readonly<Record<string, string>>) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [mainFile, ...args], {
    env: { PATH: process.env['PATH'], ...environment },
    encoding: 'utf8',
    // A server that should have refused to start runs on.
    timeout: 20_000,
  });
  return { status, stdout, stderr };
}

describe('S6: where the data may be stored', () => {
  it('S6: the server does not start without a declared region, nor with another than its data folder', () => {
    const dataFolder = join(newFolder(), 'data');
    const environment = {
      ROLLKEEP_DATA_FOLDER: dataFolder,
      ROLLKEEP_PORT: '18444',
      ROLLKEEP_METRICS_PORT: '0',
    };
    const undeclared = run(['init', '--host', 'localhost'], environment);
    expect(undeclared).toMatchObject({ status: 1, stderr: expect.stringContaining('ROLLKEEP_REGION') });
    expect(existsSync(dataFolder)).toBe(false);
    expect(run(['init', '--host', 'localhost'], { ...environment, ROLLKEEP_REGION: 'us-ca' }).status).toBe(0);
    expect(JSON.parse(readFileSync(join(dataFolder, 'server.json'), 'utf8'))).toMatchObject({
      region: 'us-ca',
    });
    expect(run(['serve'], environment).status).toBe(1);
    const elsewhere = run(['serve'], { ...environment, ROLLKEEP_REGION: 'de' });
    expect(elsewhere).toMatchObject({
      status: 1,
      stderr: 'This data may be stored in us-ca, and the configuration declares de: refused.\n',
    });
    for (const command of [
      ['admin', 'school-code'],
      ['admin', 'verify'],
      ['rotate', 'tls'],
    ]) {
      expect(run(command, { ...environment, ROLLKEEP_REGION: 'de' }).status).toBe(1);
    }
  });

  it('S6: a backup is not restored where another region is declared', async () => {
    const server = await testServer();
    const backup = join(newFolder(), 'backup');
    expect(backupServer(server.folder, backup, 1).ok).toBe(true);
    const restored = restoreServer(backup, join(newFolder(), 'data'), 'de', 2);
    expect(restored).toMatchObject({ ok: false, error: { type: 'region-differs' } });
  });

  it('S6: the region is told to every desk', async () => {
    const server = await testServer();
    const desk = createWireDesk();
    await claimChannel(server, desk);
    expect((await heads(server, desk)).region).toBe('us-ca');
    expect((await send(server, { target: '/v1/server' })).json).toMatchObject({ region: 'us-ca' });
  });
});

describe('the configuration', () => {
  const base = { ROLLKEEP_DATA_FOLDER: '/data', ROLLKEEP_REGION: 'us-ca' };

  it('comes from a file and the environment, which goes before', () => {
    const file = join(newFolder(), 'config.json');
    writeFileSync(file, JSON.stringify({ dataFolder: '/file', region: 'de', port: 1 }));
    expect(readConfig(file, { ROLLKEEP_PORT: '2' })).toMatchObject({
      ok: true,
      value: { dataFolder: '/file', region: 'de', port: 2, metricsHost: '127.0.0.1' },
    });
  });

  it.each([
    [{ ROLLKEEP_REGION: 'us-ca' }, '`dataFolder` (ROLLKEEP_DATA_FOLDER) is missing.'],
    [{ ROLLKEEP_DATA_FOLDER: '/d' }, 'must say where this data may be stored'],
    [{ ...base, ROLLKEEP_REGION: 'California' }, '`region` (ROLLKEEP_REGION): is a country'],
    [{ ...base, ROLLKEEP_PORT: '99999' }, '`port` (ROLLKEEP_PORT): is a port number.'],
  ])('is refused with a clear sentence: %o', (environment, sentence) => {
    const config = readConfig(undefined, environment);
    expect(config).toMatchObject({ ok: false, error: { sentences: [expect.stringContaining(sentence)] } });
  });

  it('W16: holds no secret: a key that is not known is refused', () => {
    const file = join(newFolder(), 'config.json');
    writeFileSync(file, JSON.stringify({ dataFolder: '/d', region: 'de', signingKey: 'x' }));
    expect(readConfig(file, {})).toMatchObject({
      ok: false,
      error: { sentences: [expect.stringContaining('A secret never stands in it')] },
    });
  });
});

describe('W16: secrets', () => {
  it('W16: are made by init, in files that their account alone can read; else the server does not start', async () => {
    const server = await testServer();
    const keys = ['tls.pem', 'signing.key', 'witness.key'].map((name) => join(server.folder, 'keys', name));
    expect(keys.map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
    expect(readdirSync(join(server.folder, 'keys')).sort()).toEqual([
      'signing.key',
      'tls.pem',
      'witness.key',
    ]);
    await server.stop();
    for (const file of keys) {
      chmodSync(file, 0o644);
      await expect(server.start()).rejects.toThrow('key-readable-by-others');
      chmodSync(file, 0o600);
    }
    await server.start();
  });

  it('W16: rotation is one command', async () => {
    const server = await testServer();
    const before = server.pin;
    const environment = { ROLLKEEP_DATA_FOLDER: server.folder, ROLLKEEP_REGION: 'us-ca' };
    expect(run(['rotate', 'tls'], environment)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(server.pin),
    });
    expect(server.pin).not.toBe(before);
  });
});

describe('the command line', () => {
  it('makes a server, invites, lists, and says what it did', async () => {
    const folder = newFolder();
    const environment = {
      ROLLKEEP_DATA_FOLDER: join(folder, 'data'),
      ROLLKEEP_REGION: 'us-ca',
      ROLLKEEP_PORT: '18445',
      ROLLKEEP_METRICS_PORT: '0',
      ROLLKEEP_MIN_FREE_MIB: '0',
    };
    const made = run(['init', '--host', 'Localhost', '127.0.0.1'], environment);
    const line = made.stdout.trim().split('\n').at(-1) ?? '';
    const invitation = parseInvitation(sha256, line);
    expect(invitation).toMatchObject({ ok: true, value: { host: 'localhost', port: 18445 } });
    expect(run(['init', '--host', 'localhost'], environment)).toMatchObject({ status: 1 });
    const again = run(['admin', 'school-code'], environment).stdout.trim().split('\n').at(-1) ?? '';
    if (!invitation.ok) throw new Error(invitation.error.type);
    const second = parseInvitation(sha256, again);
    expect(second).toMatchObject({ ok: true, value: { pin: invitation.value.pin } });
    expect(second).not.toMatchObject({ value: { code: invitation.value.code } });

    const child = spawn(process.execPath, [mainFile, 'serve'], {
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exit = once(child, 'exit');
    const log = text(child.stdout);
    await once(child.stdout, 'data');
    const server = { host: '127.0.0.1', port: 18445, pin: invitation.value.pin };
    const desk = createWireDesk();
    const claim = {
      method: 'POST',
      target: '/v1/claim',
      body: claimBody(desk, invitation.value.code),
    } as const;
    expect((await send(server, claim)).status).toBe(204);
    await append(server, desk, new BatchWriter(desk).next());
    expect(run(['serve'], environment)).toMatchObject({
      status: 1,
      stderr: 'Another process serves this data folder.\n',
    });
    expect(run(['admin', 'schools'], environment).stdout).toContain(desk.channel);
    expect(run(['admin', 'desks', desk.channel], environment).stdout).toMatch(
      new RegExp(`^${desk.desk}  incarnation 1  batch 1  .*  active$`, 'm'),
    );
    const sound = run(['admin', 'verify'], environment);
    expect(sound).toMatchObject({
      status: 0,
      stdout: '1 channels, 1 batches, 0 membership records: 0 problems\n',
    });
    expect(run(['admin', 'backup', join(folder, 'backup')], environment).status).toBe(0);
    expect(run(['admin', 'restore', join(folder, 'backup')], environment)).toMatchObject({ status: 1 });
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    expect(await log).toContain('"event":"stopped"');
    expect(run(['admin', 'restore', join(folder, 'backup')], environment)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^Restored as incarnation \d{10}\./),
    });
  });
});

it('finishes a request that is under way when it is told to end', async () => {
  const server = await testServer();
  const desk = createWireDesk();
  await claimChannel(server, desk);
  const body = Buffer.from(batchToBytes(new BatchWriter(desk).next()));
  const what = { method: 'POST', target: `/v1/channels/${desk.channel}/batches`, body } as const;
  const answered = Promise.withResolvers<[number, string | undefined]>();
  const outgoing = httpsRequest({
    host: server.host,
    port: server.port,
    rejectUnauthorized: false,
    method: 'POST',
    path: what.target,
    headers: { ...(await proofHeaders(desk, what)), 'content-length': body.length, expect: '100-continue' },
  });
  outgoing.on('response', (response) => {
    response.resume();
    answered.resolve([response.statusCode ?? 0, response.headers.connection]);
  });
  outgoing.on('error', answered.reject);
  // The answer to `expect` shows that the server has the request and waits for its body.
  outgoing.flushHeaders();
  await once(outgoing, 'continue');
  outgoing.write(body.subarray(0, 10));
  const stopped = server.stop();
  await expect.poll(() => server.logLines.some((line) => line.includes('stopping'))).toBe(true);
  outgoing.end(body.subarray(10));
  expect((await answered.promise)[0]).toBe(200);
  await stopped;
  await server.start();
  expect((await heads(server, desk)).seq).toBe(1);
});

/** A server with one channel of three batches, the first with a purged part, and two membership records. */
async function filledServer(): Promise<{
  server: TestServer;
  desk: WireDesk;
  writer: BatchWriter;
  sent: SealedBatch[];
}> {
  const server = await testServer();
  const desk = createWireDesk();
  await claimChannel(server, desk);
  const writer = new BatchWriter(desk);
  const first = writer.next();
  const sent = [first, writer.next({ purges: first.tags }), writer.next()];
  await append(server, desk, ...sent);
  const records = [deskRecord(createWireDesk(), 0, zeroHash)];
  await sendAs(server, desk, {
    method: 'POST',
    target: `/v1/channels/${desk.channel}/membership`,
    body: jsonBody({ records }),
  });
  return { server, desk, writer, sent };
}

async function verified(server: TestServer) {
  const store = openSqliteServerStore(server.folder, { mostOpenChannels: 2 });
  try {
    return await verifyServer(store, server.keys);
  } finally {
    await store.close();
  }
}

describe('verify', () => {
  it('finds nothing wrong with what is sound, also while it is served', async () => {
    const { server } = await filledServer();
    expect(await verified(server)).toEqual({ channels: 1, batches: 3, membershipRecords: 1, problems: [] });
  });

  it.each([
    ["UPDATE batches SET header = x'7b7d' WHERE seq = 2", 'cannot be read'],
    ['UPDATE batches SET signature = zeroblob(64) WHERE seq = 2', 'batch 2: is signed by no key of its desk'],
    [
      'UPDATE blobs SET sealed = zeroblob(length(sealed)) WHERE seq = 2',
      'batch 2: a sealed part was changed',
    ],
    ['DELETE FROM blobs WHERE seq = 3', 'batch 3: a part is missing that no purge has named'],
    ['DELETE FROM batches WHERE seq = 2', 'batch 3: stands where 2 is due'],
    ['DELETE FROM batches WHERE seq = 3', ''],
    [
      'UPDATE batches SET receipt = replace(receipt, \'"seq":2\', \'"seq":7\') WHERE seq = 2',
      'batch 2: its receipt',
    ],
    [
      `UPDATE batches SET chain = '${'ab'.repeat(32)}' WHERE seq = 3`,
      'its head is not what its batches give',
    ],
    [
      `UPDATE membership SET record = replace(record, '"prev":"00', '"prev":"11')`,
      'membership record 0: the chain breaks',
    ],
  ])('finds %s', async (sql, problem) => {
    const { server } = await filledServer();
    await server.stop();
    const [name = ''] = readdirSync(join(server.folder, 'channels'));
    // As somebody with the file in hand would do it: the stock program, the triggers taken away and put back.
    const file = join(server.folder, 'channels', name);
    const triggers = spawnSync(
      'sqlite3',
      [file, "SELECT sql || ';' FROM sqlite_master WHERE type = 'trigger'"],
      {
        encoding: 'utf8',
      },
    ).stdout;
    const drops = Array.from(
      triggers.matchAll(/CREATE TRIGGER (\w+)/g),
      ([, one]) => `DROP TRIGGER ${one};`,
    ).join('');
    const changed = spawnSync('sqlite3', [file], { input: `${drops}${sql};\n${triggers}`, encoding: 'utf8' });
    expect(changed.stderr).toBe('');
    const { problems } = await verified(server);
    // That the newest batch is gone can be seen only by whoever has its receipt.
    if (problem === '') expect(problems).toEqual([expect.stringContaining('refer to rows that are gone')]);
    else expect(problems.join('\n')).toContain(problem);
  });
});

describe('a backup', () => {
  it('is made while the server takes batches, and restores to a server that verifies and says that it went back', async () => {
    const { server, desk, writer } = await filledServer();
    const backup = join(newFolder(), 'backup');
    const busy: Promise<unknown>[] = [];
    for (let n = 0; n < 10; n += 1) busy.push(append(server, desk, writer.next()).catch(() => undefined));
    expect(backupServer(server.folder, backup, 1)).toMatchObject({ ok: true, value: { channels: 1 } });
    await Promise.all(busy);
    expect(backupServer(server.folder, backup, 1)).toMatchObject({ error: { type: 'target-not-empty' } });
    const before = await heads(server, desk);

    expect(restoreServer(backup, server.folder, 'us-ca', Date.now())).toMatchObject({
      error: { type: 'folder-in-use' },
    });
    await server.stop();
    const restored = restoreServer(backup, server.folder, 'us-ca', Date.now());
    if (!restored.ok) throw new Error(restored.error.type);
    onTestFinished(() => rmSync(restored.value.before ?? '', { recursive: true }));
    await server.start();
    expect((await verified(server)).problems).toEqual([]);
    const after = await heads(server, desk);
    expect(after.server).toBe(before.server);
    expect(after.serverIncarnation).toBe(restored.value.serverIncarnation);
    expect(after.serverIncarnation).toBeGreaterThan(before.serverIncarnation);
    expect(after.seq).toBeGreaterThanOrEqual(3);
    // A proof from before, which the restored store may have forgotten, is not taken.
    const old = { iat: Math.floor(Date.now() / 1000) - 60 };
    expect((await sendAs(server, desk, { target: `/v1/channels/${desk.channel}/heads` }, old)).json).toEqual({
      code: 'replayed',
    });
  });

  it('withdraws invitations that nobody had used, and gives each restore another incarnation', async () => {
    const { server } = await filledServer();
    const line = await server.invitation();
    const backup = join(newFolder(), 'backup');
    backupServer(server.folder, backup, 1);
    await server.stop();
    const first = restoreServer(backup, server.folder, 'us-ca', Date.now());
    const second = restoreServer(backup, server.folder, 'us-ca', Date.now());
    if (!first.ok || !second.ok) throw new Error('not restored');
    onTestFinished(() => {
      for (const { before } of [first.value, second.value]) rmSync(before ?? '', { recursive: true });
    });
    expect(second.value.serverIncarnation).toBeGreaterThan(first.value.serverIncarnation);
    await server.start();
    const invitation = parseInvitation(sha256, line);
    if (!invitation.ok) throw new Error(invitation.error.type);
    const claim = {
      method: 'POST',
      target: '/v1/claim',
      body: claimBody(createWireDesk(), invitation.value.code),
    };
    expect(await send(server, { ...claim, method: 'POST' })).toMatchObject({
      json: { code: 'code-expired' },
    });
  });

  it('that was changed or is not whole replaces nothing', async () => {
    const { server } = await filledServer();
    const parent = newFolder();
    const backup = join(parent, 'backup');
    backupServer(server.folder, backup, 1);
    await server.stop();
    const [channel = ''] = readdirSync(join(backup, 'channels'));
    const damage: readonly ((folder: string) => void)[] = [
      (folder) => rmSync(join(folder, 'backup.json')),
      (folder) => rmSync(join(folder, 'keys/signing.key')),
      (folder) => copyFileSync(join(folder, 'registry.sqlite'), join(folder, 'channels', channel)),
      (folder) => writeFileSync(join(folder, 'server.json'), '{}'),
    ];
    for (const [index, spoil] of damage.entries()) {
      const copy = join(parent, `copy-${index}`);
      cpSync(backup, copy, { recursive: true });
      spoil(copy);
      expect(restoreServer(copy, server.folder, 'us-ca', 2)).toMatchObject({
        error: { type: 'backup-not-whole' },
      });
    }
    await server.start();
  });
});

describe('faults', () => {
  it('what was acknowledged is there after the server was killed at random moments, and it verifies', async () => {
    const rounds = 24;
    const server = await testServer({ ownProcess: true });
    const desks = Array.from({ length: 3 }, () => createWireDesk());
    for (const desk of desks) await claimChannel(server, desk);
    const writers = desks.map((desk) => new BatchWriter(desk));
    const acknowledged: Receipt[] = [];
    const unsure: (SealedBatch | undefined)[] = desks.map(() => undefined);
    for (let round = 0; round < rounds; round += 1) {
      const life = { isOver: false };
      const firstReceipt = Promise.withResolvers<undefined>();
      const work = desks.map(async (desk, index) => {
        while (!life.isOver) {
          // What may or may not have been taken is sent again, as a desk does.
          const batch = unsure[index] ?? writers[index]?.next({ blobs: [Buffer.alloc(3000, round)] });
          if (batch === undefined) return;
          unsure[index] = batch;
          try {
            const { receipts, refused } = await append(server, desk, batch);
            expect(refused).toBeNull();
            acknowledged.push(...receipts);
            unsure[index] = undefined;
            firstReceipt.resolve(undefined);
          } catch (cause) {
            if (!(cause instanceof Error && 'code' in cause)) throw cause;
            return;
          }
        }
      });
      await firstReceipt.promise;
      await new Promise((resolve) => setTimeout(resolve, (round * 37) % 80));
      await server.kill();
      life.isOver = true;
      await Promise.all(work);
      await server.start();
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(rounds);
    const lost: Receipt[] = [];
    for (const receipt of acknowledged) {
      const desk = desks.find((one) => one.desk === receipt.body.desk);
      const target = `/v1/channels/${receipt.body.channel}/batches/${receipt.body.desk}/1/${receipt.body.batch}`;
      if (desk === undefined || (await sendAs(server, desk, { target })).status !== 200) lost.push(receipt);
    }
    expect(lost).toEqual([]);
    // The numbers are gapless, and no two receipts name one number.
    for (const desk of desks) {
      const own = acknowledged
        .filter(({ body }) => body.channel === desk.channel)
        .map(({ body }) => body.seq);
      expect(new Set(own).size).toBe(own.length);
    }
    expect((await verified(server)).problems).toEqual([]);
  });

  it('a full disk refuses, acknowledges nothing, turns readyz red, and is over when there is room', async () => {
    const parent = newFolder();
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', parent]);
    expect(mounted.status, 'the tests run where a disk in memory can be mounted').toBe(0);
    onTestFinished(() => void spawnSync('umount', ['-l', parent]));
    const server = await startTestServer({ parent, config: { minFreeMib: 0 } });
    const desk = createWireDesk();
    await claimChannel(server, desk);
    const writer = new BatchWriter(desk);
    let taken = 0;
    let refusedBatch: SealedBatch | undefined;
    while (refusedBatch === undefined && taken < 100) {
      const batch = writer.next({ blobs: [Buffer.alloc(300_000, taken)] });
      const answer = await sendAs(server, desk, {
        method: 'POST',
        target: `/v1/channels/${desk.channel}/batches`,
        body: batchToBytes(batch),
      });
      if (answer.status === 200) {
        expect(appendReply.parse(answer.json).receipts).toHaveLength(1);
        taken += 1;
        continue;
      }
      expect(answer).toMatchObject({ status: 507, json: { code: 'disk-full' } });
      refusedBatch = batch;
    }
    expect(taken).toBeGreaterThan(5);
    // What is left is filled up, so that not even a row fits.
    spawnSync('sh', ['-c', `cat /dev/zero > ${join(parent, 'filler')}`]);
    expect((await send(server, { target: '/readyz' })).status).toBe(503);
    expect((await send(server, { target: '/healthz' })).status).toBe(200);
    rmSync(join(parent, 'filler'));
    spawnSync('mount', ['-o', 'remount,size=32m', parent]);
    await expect
      .poll(async () => (await send(server, { target: '/readyz' })).status, { timeout: 5000 })
      .toBe(200);
    expect((await heads(server, desk)).seq).toBe(taken);
    if (refusedBatch === undefined) throw new Error('the disk was never full');
    expect((await append(server, desk, refusedBatch)).receipts).toMatchObject([{ body: { seq: taken + 1 } }]);
    expect((await verified(server)).problems).toEqual([]);
    await server.remove();
  });

  it('takes nothing more when less is free than is kept back, and still answers', async () => {
    const hungry = await testServer({ config: { minFreeMib: 100_000_000 } });
    expect((await send(hungry, { target: '/readyz' })).status).toBe(503);
    expect(await claimChannel(hungry, createWireDesk())).toMatchObject({
      status: 507,
      json: { code: 'disk-full' },
    });
  });
});
