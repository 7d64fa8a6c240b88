import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { assert, err, ok, type Result } from '../domain/result.ts';
import type { ServerConfig } from './config.ts';
import { dataFiles, readDataFolder, type DataFolderError, type ServerKeys } from './data-folder.ts';
import { createDiskHealth } from './disk-health.ts';
import { createApp } from './http/app.ts';
import { createLimits } from './http/limits.ts';
import type { ServerLog } from './log.ts';
import { createServerMetrics, type ServerMetrics } from './metrics.ts';
import { lockFolder } from './store/open-database.ts';
import { openSqliteServerStore } from './store/sqlite-server-store.ts';

/** A server that listens. */
export interface RunningServer {
  readonly keys: ServerKeys;
  readonly port: number;
  readonly metricsPort: number;
  /** Takes no new requests, finishes those it has, and closes the store. */
  stop(): Promise<void>;
}

export type ServeError = DataFolderError | { readonly type: 'folder-in-use' };

const pruneEveryMs = 60_000;

/** Starts the server. Errors: the data folder is not fit, or another process serves it. */
export async function serve(
  config: ServerConfig,
  log: ServerLog,
  now: () => number = Date.now,
): Promise<Result<RunningServer, ServeError>> {
  const keys = readDataFolder(config.dataFolder, config.region);
  if (!keys.ok) return keys;
  const lock = lockFolder(join(config.dataFolder, dataFiles.lock));
  if (lock === undefined) return err({ type: 'folder-in-use' });
  const store = openSqliteServerStore(config.dataFolder, { mostOpenChannels: config.openChannels });
  const metrics = createServerMetrics();
  const limits = createLimits(keys.value.limitKey, config);
  const health = createDiskHealth(config.dataFolder, config.minFreeMib, { store, log, metrics, now });
  const app = createApp({ store, keys: keys.value, limits, log, metrics, health, now });
  const prune = (): void => {
    store.prune(now()).catch((cause: unknown) => {
      log.event('prune-failed');
      log.bug(cause);
    });
  };
  const pruning = setInterval(prune, pruneEveryMs);
  pruning.unref();

  await app.listen({ host: config.host, port: config.port });
  const metricsServer = await serveMetrics(config, metrics, () => health.isReady());
  const port = portOf(app.server.address());
  await health.isReady();
  const { serverIncarnation: incarnation, region } = keys.value.identity;
  log.event('started', { port, region, incarnation });
  return ok({
    keys: keys.value,
    port,
    metricsPort: portOf(metricsServer.address()),
    stop: async () => {
      log.event('stopping');
      clearInterval(pruning);
      // A connection that a request was under way on stays open after its answer: such are let go as they fall idle.
      const sweeping = setInterval(() => app.server.closeIdleConnections(), 50);
      await app.close();
      clearInterval(sweeping);
      metricsServer.closeAllConnections();
      await new Promise((resolve) => metricsServer.close(resolve));
      await store.close();
      lock.release();
      log.event('stopped');
    },
  });
}

/** The metrics, in plain HTTP and therefore on this computer only: the configuration takes no other address. */
async function serveMetrics(
  config: ServerConfig,
  metrics: ServerMetrics,
  refresh: () => Promise<boolean>,
): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    const answer = async (): Promise<void> => {
      await refresh();
      response.writeHead(200, { 'content-type': metrics.contentType }).end(await metrics.text());
    };
    answer().catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.metricsPort, config.metricsHost, resolve);
  });
  return server;
}

function portOf(address: AddressInfo | string | null): number {
  assert(address !== null && typeof address === 'object', 'the server listens on a port');
  return address.port;
}
