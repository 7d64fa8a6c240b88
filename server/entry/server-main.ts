import { Command } from 'commander';
import { invite, invitationDays } from '../admin/invite.ts';
import { backupServer, restoreServer } from '../admin/backup.ts';
import { verifyServer } from '../admin/verify.ts';
import { readConfig, type ServerConfig } from '../config.ts';
import { initDataFolder, readDataFolder, rotateTls, type ServerKeys } from '../data-folder.ts';
import { createServerLog } from '../log.ts';
import { serve } from '../serve.ts';
import type { ServerStore } from '../store/server-store.ts';
import { openSqliteServerStore } from '../store/sqlite-server-store.ts';

// The server's command line: `npm run server -- <command>`. Ends with 0 when it is done, 1 when it is not.

interface Place {
  readonly host?: string;
  readonly port?: string;
}

const program = new Command('server')
  .description('The district server: keeps sealed changes of schools and gives them to their desks.')
  .option('--config <file>', 'configuration in JSON; the environment (ROLLKEEP_…) goes before it');

program
  .command('init')
  .description('makes the data folder, its keys and certificate, and prints the first invitation')
  .requiredOption(
    '--host <name...>',
    'names or addresses by which desks reach the server; the first is invited to',
  )
  .option('--public-port <port>', 'the port by which desks reach it, where that is not the configured one')
  .action(async ({ host, publicPort }: { readonly host: string[]; readonly publicPort?: string }) => {
    const config = configuration();
    const hosts = host.map((name) => name.toLowerCase());
    const { dataFolder, region } = config;
    const made = await initDataFolder(dataFolder, { region, hosts, nowMs: Date.now() });
    if (!made.ok) stop(describeError(made.error));
    say(`Made in ${dataFolder}, region ${region}. The server's key, SHA-256: ${made.value.pin}`);
    await withStore(config, (store, keys) => printInvitation(store, keys, config, { port: publicPort }));
  });

program
  .command('serve')
  .description('runs until it is told to end')
  .action(async () => {
    const log = createServerLog();
    const running = await serve(configuration(), log);
    if (!running.ok) stop(describeError(running.error));
    let isStopping = false;
    const end = (): void => {
      if (isStopping) return;
      isStopping = true;
      running.value.stop().catch((cause: unknown) => {
        log.bug(cause);
        process.exitCode = 1;
      });
    };
    process.on('SIGTERM', end);
    process.on('SIGINT', end);
    // A bug that nobody caught: logged without its text, and the process ends rather than go on in an unknown state.
    process.on('uncaughtException', (cause) => {
      log.bug(cause);
      process.exit(1);
    });
  });

const rotate = program.command('rotate').description('replaces a key');
rotate
  .command('tls')
  .description('gives the server a new TLS key and certificate, in force after a restart')
  .option('--keep-key', 'only a new certificate, for the same key')
  .option('--host <name...>', 'other names or addresses for the certificate')
  .action(async ({ keepKey, host }: { readonly keepKey?: true; readonly host?: string[] }) => {
    const { dataFolder, region } = configuration();
    const keys = keysOf(dataFolder, region);
    const hosts = (host ?? []).map((name) => name.toLowerCase());
    await rotateTls(dataFolder, keys.facts, { keepKey: keepKey === true, hosts, nowMs: Date.now() });
    say(`Done. The server's key, SHA-256: ${keysOf(dataFolder, region).pin}. Restart the server.`);
  });

const admin = program.command('admin').description('looks at and looks after what is kept');
admin
  .command('schools')
  .description('lists the channels, when each was claimed and what it takes up')
  .action(async () => {
    await withStore(configuration(), async (store) => {
      for (const { channel, claimedAtMs, bytes } of await store.channels()) {
        say(`${channel}  ${new Date(claimedAtMs).toISOString()}  ${(bytes / 1024 / 1024).toFixed(1)} MiB`);
      }
    });
  });
admin
  .command('desks <channel>')
  .description("lists a channel's desks that have sent, and whether each is active")
  .action(async (channel: string) => {
    await withStore(configuration(), async (store) => {
      const listed = await store.inChannel(channel, async (one) =>
        Promise.all(
          (await one.desks()).map(async (desk) => ({ ...desk, device: await one.device(desk.desk) })),
        ),
      );
      if (!listed.ok) stop('There is no such channel.');
      for (const { desk, incarnation, batch, atMs, device } of listed.value) {
        const state = device?.state ?? 'unknown';
        say(`${desk}  incarnation ${incarnation}  batch ${batch}  ${new Date(atMs).toISOString()}  ${state}`);
      }
    });
  });
admin
  .command('school-code')
  .description('prints a new invitation, for one school')
  .option('--host <name>', 'another name than the first of the certificate')
  .option('--port <port>', 'the port by which desks reach the server, where that is not the configured one')
  .action(async (place: Place) => {
    const config = configuration();
    await withStore(config, (store, keys) => printInvitation(store, keys, config, place));
  });
admin
  .command('backup <folder>')
  .description('copies everything to an empty folder, also while it is served')
  .action((target: string) => {
    const made = backupServer(configuration().dataFolder, target, Date.now());
    if (!made.ok) stop(describeError(made.error));
    say(
      `Copied ${made.value.channels} channels, ${(made.value.bytes / 1024 / 1024).toFixed(1)} MiB. The copy holds the server's keys.`,
    );
  });
admin
  .command('restore <folder>')
  .description('puts a backup in the place of the data folder; what was there stays beside it')
  .action((backup: string) => {
    const { dataFolder, region } = configuration();
    const restored = restoreServer(backup, dataFolder, region, Date.now());
    if (!restored.ok) stop(describeError(restored.error));
    const { serverIncarnation, before } = restored.value;
    say(
      `Restored as incarnation ${serverIncarnation}.${before === null ? '' : ` What was there: ${before}`}`,
    );
    say(
      'Desks return what is missing at their next sync. A school that had joined after the backup needs a new invitation.',
    );
  });
admin
  .command('verify')
  .description('recomputes chains, signatures, receipts and sealed parts; ends with 0 only when all is sound')
  .action(async () => {
    await withStore(configuration(), async (store, keys) => {
      const { channels, batches, membershipRecords, problems } = await verifyServer(store, keys);
      for (const problem of problems) say(problem);
      say(
        `${channels} channels, ${batches} batches, ${membershipRecords} membership records: ${problems.length} problems`,
      );
      if (problems.length > 0) process.exitCode = 1;
    });
  });

await program.parseAsync();

function configuration(): ServerConfig {
  const { config: file } = program.opts<{ readonly config?: string }>();
  const config = readConfig(file ?? process.env['ROLLKEEP_CONFIG'], process.env);
  return config.ok ? config.value : stop(config.error.sentences.join('\n'));
}

function keysOf(folder: string, region: string): ServerKeys {
  const keys = readDataFolder(folder, region);
  return keys.ok ? keys.value : stop(describeError(keys.error));
}

async function withStore(
  config: ServerConfig,
  work: (store: ServerStore, keys: ServerKeys) => Promise<void>,
): Promise<void> {
  const keys = keysOf(config.dataFolder, config.region);
  const store = openSqliteServerStore(config.dataFolder, { mostOpenChannels: config.openChannels });
  try {
    await work(store, keys);
  } finally {
    await store.close();
  }
}

async function printInvitation(
  store: ServerStore,
  keys: ServerKeys,
  config: ServerConfig,
  place: { readonly host?: string | undefined; readonly port?: string | undefined },
): Promise<void> {
  const host = (place.host ?? keys.facts.hosts[0] ?? '').toLowerCase();
  const port = place.port === undefined ? config.port : Number(place.port);
  if (!Number.isInteger(port) || port < 1 || port > 65535) stop('The port for an invitation is 1 to 65535.');
  const line = await invite(store, keys, { host, port }, Date.now());
  say(
    `Invitation for one school to ${host}:${port}, for ${invitationDays} days. Whoever holds it can use it, once:`,
  );
  say(line);
}

function describeError(error: { readonly type: string } & Readonly<Record<string, unknown>>): string {
  switch (error.type) {
    case 'not-initialised':
      return 'The data folder is not initialised: run `init` first.';
    case 'already-initialised':
      return 'The data folder is not empty: nothing was made.';
    case 'folder-damaged':
      return `${String(error['file'])} in the data folder is missing or damaged.`;
    case 'key-readable-by-others':
      return `${String(error['file'])} can be read by other accounts. Set its mode to 0600.`;
    case 'region-differs':
      return `This data may be stored in ${String(error['stored'])}, and the configuration declares ${String(error['declared'])}: refused.`;
    case 'folder-in-use':
      return 'Another process serves this data folder.';
    case 'target-not-empty':
      return 'The folder for the backup is not empty.';
    case 'backup-not-whole':
      return `The backup is not whole or was changed: ${String(error['file'])}. Nothing was replaced.`;
    default:
      return error.type;
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function stop(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
