import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { ServerFacts } from '../../domain/sync/wire.ts';
import { invite } from '../../server/admin/invite.ts';
import { readConfig, type ServerConfig } from '../../server/config.ts';
import { initDataFolder, readDataFolder, type ServerKeys } from '../../server/data-folder.ts';
import { createServerLog, type ServerLog } from '../../server/log.ts';
import { serve } from '../../server/serve.ts';
import { openSqliteServerStore } from '../../server/store/sqlite-server-store.ts';

/** A district server on loopback, with real TLS and its own data folder. */
export interface TestServer {
  readonly host: string;
  readonly port: number;
  readonly metricsPort: number;
  readonly url: string;
  /** SHA-256 of the TLS key's SubjectPublicKeyInfo, hex. */
  readonly pin: string;
  readonly keys: ServerKeys;
  readonly facts: Omit<ServerFacts, 'at'>;
  readonly folder: string;
  readonly config: ServerConfig;
  /** Every line that the server has logged, across restarts. */
  readonly logLines: readonly string[];
  /** A new invitation for one school, as `admin school-code` prints it. */
  invitation(): Promise<string>;
  /** Ends the server as SIGTERM does; the folder stays. */
  stop(): Promise<void>;
  /** Ends its process at once. Only with `ownProcess`. */
  kill(): Promise<void>;
  /** Starts it again on the same folder and port, after `stop` or `kill`. */
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

export interface TestServerOptions {
  /** A process of its own, which can be killed. Else it runs in this one, and `now` is its clock. */
  readonly ownProcess?: boolean;
  readonly now?: () => number;
  /** More of the environment of its own process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly config?: Partial<ServerConfig>;
  /** Where to make the data folder; in the system's folder for temporary files where not given. */
  readonly parent?: string;
}

interface Running {
  readonly port: number;
  readonly metricsPort: number;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

const startedEvent = z.object({ event: z.literal('started'), port: z.int() });

const mainFile = fileURLToPath(new URL('../../server/entry/server-main.ts', import.meta.url));

/** Makes a server in a new folder and starts it. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const parent = mkdtempSync(join(options.parent ?? tmpdir(), 'rollkeep-server-'));
  const folder = join(parent, 'data');
  const given = {
    dataFolder: folder,
    region: 'us-ca',
    host: '127.0.0.1',
    port: 0,
    metricsPort: 0,
    minFreeMib: 0,
  };
  const parsed = readConfig(
    undefined,
    toEnvironment({ ...given, strangerTries: 100_000, ...options.config }),
  );
  if (!parsed.ok) throw new Error(parsed.error.sentences.join(' '));
  let config = parsed.value;
  const now = options.now ?? Date.now;
  const { region } = config;
  const made = await initDataFolder(folder, { region, hosts: ['localhost', '127.0.0.1'], nowMs: now() });
  if (!made.ok) throw new Error(made.error.type);

  const logLines: string[] = [];
  const log = createServerLog({ write: (line: string) => void logLines.push(line) });
  const start = (): Promise<Running> =>
    options.ownProcess === true ? startProcess(config, logLines, options.env) : startHere(config, log, now);
  let running: Running | undefined = await start();
  config = { ...config, port: running.port, metricsPort: running.metricsPort };

  const currentKeys = (): ServerKeys => {
    const keys = readDataFolder(folder, region);
    if (!keys.ok) throw new Error(keys.error.type);
    return keys.value;
  };
  const end = async (how: 'stop' | 'kill'): Promise<void> => {
    await running?.[how]();
    running = undefined;
  };
  return {
    host: '127.0.0.1',
    port: config.port,
    metricsPort: config.metricsPort,
    url: `https://127.0.0.1:${config.port}`,
    get pin() {
      return currentKeys().pin;
    },
    get keys() {
      return currentKeys();
    },
    get facts() {
      const { identity, signingKey, witnessKey } = currentKeys();
      const { server, serverIncarnation } = identity;
      return { server, serverIncarnation, region, signingKey, witnessKey };
    },
    folder,
    config,
    logLines,
    invitation: async () => {
      const store = openSqliteServerStore(folder, { mostOpenChannels: 1 });
      try {
        return await invite(store, currentKeys(), { host: '127.0.0.1', port: config.port }, now());
      } finally {
        await store.close();
      }
    },
    stop: () => end('stop'),
    kill: () => end('kill'),
    start: async () => {
      running = await start();
    },
    remove: async () => {
      await end(options.ownProcess === true ? 'kill' : 'stop');
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

async function startHere(config: ServerConfig, log: ServerLog, now: () => number): Promise<Running> {
  const running = await serve(config, log, now);
  if (!running.ok) throw new Error(running.error.type);
  return {
    ...running.value,
    kill: () => Promise.reject(new Error('only a server in its own process can be killed')),
  };
}

async function startProcess(
  config: ServerConfig,
  logLines: string[],
  more: TestServerOptions['env'],
): Promise<Running> {
  // A free port is asked for through the environment only once; a restart names it.
  const child = spawn(process.execPath, [mainFile, 'serve'], {
    env: { PATH: process.env['PATH'], ...more, ...toEnvironment(config) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const started = Promise.withResolvers<number>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    logLines.push(line);
    const said = startedEvent.safeParse(JSON.parse(line));
    if (said.success) started.resolve(said.data.port);
  });
  const early = exit.then(() => Promise.reject(new Error('the server ended before it had started')));
  const port = await Promise.race([started.promise, early]);
  early.catch(() => undefined);
  return {
    port,
    metricsPort: config.metricsPort,
    stop: async () => {
      child.kill('SIGTERM');
      await exit;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exit;
    },
  };
}

function toEnvironment(config: Partial<ServerConfig>): Record<string, string> {
  const name = (key: string): string =>
    `ROLLKEEP_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [name(key), String(value)]));
}
