import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { openStore } from '../../db/open-store.ts';
import { assert } from '../../domain/result.ts';
import { nodeSyncCrypto } from '../../main/sync/sync-crypto.ts';

/** The least that syncing costs (DESIGN §9): each change sealed by itself, TLS 1.3 with keep-alive, one SQLCipher transaction a batch. */
export interface SyncCeiling {
  /** Seals, keeps and sends so many changes; gives the milliseconds. */
  send(changes: number): Promise<number>;
  /** Receives, opens and keeps so many changes; gives the milliseconds. */
  receive(changes: number): Promise<number>;
  /** One request without a body; gives the milliseconds. */
  roundTrip(): Promise<number>;
  close(): Promise<void>;
}

const batchSize = 500;
/** As long as the text of one mark's change is. */
const changeBytes = 420;

export async function createSyncCeiling(folder: string, pem: string): Promise<SyncCeiling> {
  const worker = new Worker(new URL('bare-tls-server.ts', import.meta.url), { workerData: { pem } });
  const [address] = await once(worker, 'message');
  const { port } = z.object({ port: z.int() }).parse(address);
  const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
  const opened = openStore(join(folder, 'ceiling.db'), Buffer.alloc(32, 3), 'create');
  assert(opened.ok, 'a new store opens');
  const connection = opened.value;
  connection.exec('CREATE TABLE sealed (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)');
  const insert = connection.prepare<[Uint8Array]>('INSERT INTO sealed (bytes) VALUES (?)');
  const key = nodeSyncCrypto.random(32);
  const text = nodeSyncCrypto.random(changeBytes);
  const sealedOne = nodeSyncCrypto.seal(key, text, 'ceiling');

  const ask = (path: string, body?: Uint8Array): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const outgoing = request(
        { host: '127.0.0.1', port, agent, path, method: body ? 'POST' : 'GET' },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            resolve(Buffer.concat(chunks));
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  const keep = (blobs: readonly Uint8Array[]): void => {
    connection.exec('BEGIN IMMEDIATE');
    for (const bytes of blobs) insert.run(bytes);
    connection.exec('COMMIT');
  };
  const timed = async (changes: number, batch: (size: number) => Promise<void>): Promise<number> => {
    const start = performance.now();
    for (let done = 0; done < changes; done += batchSize) await batch(Math.min(batchSize, changes - done));
    return performance.now() - start;
  };
  await ask('/0');
  return {
    send: (changes) =>
      timed(changes, async (size) => {
        const blobs = Array.from({ length: size }, () => nodeSyncCrypto.seal(key, text, 'ceiling'));
        keep(blobs);
        await ask('/0', Buffer.concat(blobs));
      }),
    receive: (changes) =>
      timed(changes, async (size) => {
        const body = await ask(`/${size * sealedOne.length}`);
        assert(body.length === size * sealedOne.length, 'the bare server gives what was asked for');
        const blobs = Array.from({ length: size }, () => nodeSyncCrypto.open(key, sealedOne, 'ceiling'));
        keep(blobs.map((bytes) => bytes ?? text));
      }),
    async roundTrip() {
      const start = performance.now();
      await ask('/0');
      return performance.now() - start;
    },
    async close() {
      agent.destroy();
      connection.close();
      await worker.terminate();
    },
  };
}
