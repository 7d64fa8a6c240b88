import { createPackage, extractFile, listPackage } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { isBuildStale } from '../../scripts/build-stamp.ts';
import { buildApp } from '../../scripts/build.ts';
import { descendants, isAlive, tcpListeners, testBrowser } from '../window/test-window.ts';

const projectRoot = resolve(import.meta.dirname, '../..');

/** How Electron writes a fuse that is on. */
const enabledFuse = '1'.charCodeAt(0);

/** The mark in Electron's binary behind which its fuses lie: version 1, eight fuses, as Electron ships them. */
const fuseWire = Buffer.concat([
  Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
  Buffer.from([1, 8]),
  Buffer.from('10110000'),
]);

/**
 * Electron's distribution cannot be fetched everywhere, so electron-builder gets a stand-in with the same files: what
 * goes into the package, and where, is decided without running it.
 */
async function writeStandInElectron(folder: string): Promise<void> {
  mkdirSync(join(folder, 'resources'), { recursive: true });
  writeFileSync(join(folder, 'electron'), Buffer.concat([Buffer.alloc(64), fuseWire, Buffer.alloc(64)]), {
    mode: 0o755,
  });
  writeFileSync(join(folder, 'version'), '45.4.1');
  writeFileSync(join(folder, 'LICENSE'), '');
  writeFileSync(join(folder, 'LICENSES.chromium.html'), '');
  const app = join(folder, 'default-app');
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), '{"main":"main.js"}');
  writeFileSync(join(app, 'main.js'), '');
  await createPackage(app, join(folder, 'resources/default_app.asar'));
  rmSync(app, { recursive: true });
}

let packed: string;

beforeAll(async () => {
  if (isBuildStale(projectRoot)) await buildApp(projectRoot);
  const folder = mkdtempSync(join(tmpdir(), 'rollkeep-package-'));
  const electronDist = join(folder, 'electron');
  const output = join(folder, 'dist');
  await writeStandInElectron(electronDist);
  const builder = join(projectRoot, 'node_modules/electron-builder/cli.js');
  const overrides = [`--config.electronDist=${electronDist}`, `--config.directories.output=${output}`];
  const args = [builder, '--linux', '--x64', '--dir', '--publish', 'never', ...overrides];
  await promisify(execFile)(process.execPath, args, { cwd: projectRoot });
  packed = join(output, 'linux-unpacked');
  return () => {
    rmSync(folder, { recursive: true, force: true });
  };
}, 120_000);

describe('the packaged application', () => {
  it('holds the bundles and the native packages, and no source, test, type or second copy of a package', () => {
    const files = listPackage(join(packed, 'resources/app.asar'), { isPack: false });
    expect(files).toEqual(
      expect.arrayContaining([
        '/package.json',
        '/out/app/electron-main.js',
        '/out/app/data-worker.js',
        '/out/app/preload-electron.cjs',
        '/out/app/renderer/index.html',
        '/node_modules/better-sqlite3/lib/database.js',
        '/node_modules/better-sqlite3/prebuilds/linux-x64.node',
        '/node_modules/@napi-rs/keyring/index.js',
        '/node_modules/@napi-rs/keyring-linux-x64-gnu/keyring.linux-x64-gnu.node',
        '/node_modules/@node-rs/argon2/index.js',
        '/node_modules/@node-rs/argon2-linux-x64-gnu/argon2.linux-x64-gnu.node',
      ]),
    );
    const topFolders = new Set(files.map((file) => file.split('/')[1]));
    expect(topFolders).toEqual(new Set(['node_modules', 'out', 'package.json']));
    const packages = new Set(
      files.flatMap((file) => /^\/node_modules\/((?:@[^/]+\/)?[^/@][^/]*)(?:\/|$)/.exec(file)?.[1] ?? []),
    );
    expect([...packages].sort()).toEqual([
      '@napi-rs/keyring',
      '@napi-rs/keyring-linux-x64-gnu',
      '@node-rs/argon2',
      '@node-rs/argon2-linux-x64-gnu',
      'better-sqlite3',
    ]);
    expect(files.filter((file) => /\.(ts|map|md)$|\/(tests?|src|deps|types)\//.test(file))).toEqual([]);
  });

  it('starts the Electron entry', () => {
    const text = extractFile(join(packed, 'resources/app.asar'), 'package.json').toString();
    expect(JSON.parse(text)).toMatchObject({
      name: 'rollkeep',
      main: 'out/app/electron-main.js',
      type: 'module',
    });
  });

  it('keeps the native binaries outside the archive, for this platform only', () => {
    const unpacked = join(packed, 'resources/app.asar.unpacked/node_modules');
    expect(existsSync(join(unpacked, 'better-sqlite3/prebuilds/linux-x64.node'))).toBe(true);
    expect(existsSync(join(unpacked, 'better-sqlite3/prebuilds/win32-x64.node'))).toBe(false);
    expect(existsSync(join(unpacked, '@napi-rs/keyring-linux-x64-gnu/keyring.linux-x64-gnu.node'))).toBe(
      true,
    );
    expect(existsSync(join(unpacked, '@node-rs/argon2-linux-x64-gnu/argon2.linux-x64-gnu.node'))).toBe(true);
  });

  it('blows the fuses that would let the binary run or debug other code', async () => {
    const wire = await getCurrentFuseWire(join(packed, 'rollkeep'));
    const states = Object.fromEntries(
      Object.entries(wire).map(([option, state]) => [
        FuseV1Options[Number(option)],
        Number(state) === enabledFuse,
      ]),
    );
    expect(states).toMatchObject({
      RunAsNode: false,
      EnableCookieEncryption: true,
      EnableNodeOptionsEnvironmentVariable: false,
      EnableNodeCliInspectArguments: false,
      EnableEmbeddedAsarIntegrityValidation: true,
      OnlyLoadAppFromAsar: true,
      LoadBrowserProcessSpecificV8Snapshot: false,
      GrantFileProtocolExtraPrivileges: false,
    });
  });
});

describe('the built application', () => {
  /** Starts the Chromium entry as `npm start` does, but headless and on a data folder of its own. */
  async function startBuilt(dataFolder: string) {
    const entry = join(projectRoot, 'out/app/chromium-main.js');
    const args = [entry, '--browser', await testBrowser(), '--data', dataFolder, '--headless'];
    const desk = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    onTestFinished(() => void desk.kill('SIGKILL'));
    let output = '';
    for (const stream of [desk.stdout, desk.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const ended = once(desk, 'exit');
    return {
      pid: desk.pid ?? 0,
      kill: (signal: NodeJS.Signals) => desk.kill(signal),
      ended,
      output: () => output,
    };
  }

  function newDataFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'rollkeep-data-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    return folder;
  }

  async function rendererOf(pid: number): Promise<number[]> {
    const isRenderer = (id: number) =>
      readFileSync(`/proc/${id}/cmdline`, 'utf8').includes('--type=renderer');
    await expect.poll(() => descendants(pid).some(isRenderer), { timeout: 15_000 }).toBe(true);
    return descendants(pid);
  }

  it('opens its window without a TCP port, and on SIGTERM closes everything with exit code 0', async () => {
    const dataFolder = newDataFolder();
    const desk = await startBuilt(dataFolder);
    const browserPids = await rendererOf(desk.pid);
    // Long enough for the worker and the page to be up, so that a port of theirs would show.
    await pause(1500);
    expect(tcpListeners([desk.pid, ...descendants(desk.pid)])).toEqual([]);
    desk.kill('SIGTERM');
    expect({ ended: await desk.ended, output: desk.output() }).toEqual({ ended: [0, null], output: '' });
    await expect.poll(() => browserPids.filter(isAlive)).toEqual([]);
    expect(existsSync(join(dataFolder, 'window-profile'))).toBe(false);
  }, 30_000);

  it('starts once for a data folder: the second start says so and ends with exit code 0', async () => {
    const dataFolder = newDataFolder();
    const first = await startBuilt(dataFolder);
    await rendererOf(first.pid);
    const second = await startBuilt(dataFolder);
    expect(await second.ended).toEqual([0, null]);
    expect(second.output()).toContain('Rollkeep is already open');
    first.kill('SIGTERM');
    expect(await first.ended).toEqual([0, null]);
  }, 30_000);

  it('says why it does not start when the browser does not', async () => {
    const entry = join(projectRoot, 'out/app/chromium-main.js');
    const args = [entry, '--browser', '/no/such/browser', '--data', newDataFolder(), '--headless'];
    const failure = await promisify(execFile)(process.execPath, args).catch((cause: unknown) => cause);
    expect(failure).toMatchObject({ code: 1, stderr: expect.stringContaining('Rollkeep could not start') });
  }, 30_000);
});
