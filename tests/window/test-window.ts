import { globSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { onTestFinished } from 'vitest';
import { openChromiumWindow } from '../../main/window/chromium.ts';
import type { Spooler } from '../../main/window/spooler.ts';
import type { AppWindow, BridgeCall } from '../../main/window/window.ts';
import { findChromium } from '../../scripts/ensure-browser.ts';
import { chromiumPreloadConfig } from '../../scripts/vite.preload.ts';

const projectRoot = resolve(import.meta.dirname, '../..');

/** A window on a page of the test's own, with everything that came out of it. */
export interface TestWindow {
  readonly window: AppWindow;
  readonly calls: BridgeCall[];
  readonly goneDocuments: string[];
  readonly folder: string;
  readonly profileFolder: string;
  /** The input of the first `desk.status({report: name, …})` that the page sends, now or later. */
  report(name: string): Promise<Record<string, unknown>>;
  /** Waits until a call fits. */
  waitForCall(fits: (call: BridgeCall) => boolean): Promise<BridgeCall>;
}

interface TestWindowOptions {
  /** The body of the page's one script, a module. */
  readonly script: string;
  readonly body?: string;
  /** Runs before the real preload, to play a page that got hold of the binding. */
  readonly beforePreload?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly testPort?: boolean;
  readonly spooler?: Spooler;
  readonly colourScheme?: 'dark';
  readonly answer?: (call: BridgeCall) => Promise<unknown>;
}

let builtPreload: Promise<string> | undefined;

/** The Chromium preload as it is shipped. */
export function buildPreload(): Promise<string> {
  builtPreload ??= (async () => {
    const config = chromiumPreloadConfig(projectRoot);
    const output = await build({ ...config, build: { ...config.build, write: false } });
    if (!('output' in output)) throw new Error('The preload was not built.');
    return output.output[0].code;
  })();
  return builtPreload;
}

/** The browser that the tests run in. */
export async function testBrowser(): Promise<string> {
  const browser = await findChromium();
  if (browser === undefined) throw new Error('These tests need a browser: run scripts/ensure-browser.ts.');
  return browser.executable;
}

/** Writes a page with one script, and the preload, into a new folder. */
export async function writeTestPage(options: TestWindowOptions): Promise<{
  folder: string;
  assetFolder: string;
  preloadFile: string;
}> {
  const folder = mkdtempSync(join(tmpdir(), 'rollkeep-window-'));
  const assetFolder = join(folder, 'page');
  const preloadFile = join(folder, 'preload.js');
  mkdirSync(assetFolder);
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Test page</title>
<meta property="csp-nonce" nonce="__ROLLKEEP_NONCE__"><script type="module" src="/page.js"></script></head>
<body>${options.body ?? ''}</body></html>`;
  writeFileSync(join(assetFolder, 'index.html'), html);
  writeFileSync(join(assetFolder, 'page.js'), `${reportHelper}\n${options.script}`);
  for (const [name, text] of Object.entries(options.files ?? {}))
    writeFileSync(join(assetFolder, name), text);
  writeFileSync(join(folder, 'secret.txt'), 'outside the page folder');
  writeFileSync(preloadFile, `${options.beforePreload ?? ''}\n${await buildPreload()}`);
  return { folder, assetFolder, preloadFile };
}

/** What every test page begins with. */
const reportHelper = `
const report = (name, found = {}) => rollkeep.desk.status({ report: name, ...found });
const tried = async (run) => { try { return { did: String(await run()) }; } catch (cause) { return { failed: cause.name }; } };
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
`;

/** Opens the real Chromium window, headless, on a page of the test's own; closes it when the test ends. */
export async function openTestWindow(options: TestWindowOptions): Promise<TestWindow> {
  const { folder, assetFolder, preloadFile } = await writeTestPage(options);
  const profileFolder = join(folder, 'profile');
  const calls: BridgeCall[] = [];
  const goneDocuments: string[] = [];
  const watchers = new Set<() => void>();

  const window = await openChromiumWindow(
    {
      assetFolder,
      title: 'Rollkeep',
      ...(options.colourScheme === undefined ? {} : { colourScheme: options.colourScheme }),
      async onCall(call) {
        calls.push(call);
        for (const watcher of watchers) watcher();
        return options.answer === undefined ? { ok: true, value: null } : options.answer(call);
      },
      onDocumentGone(windowId) {
        goneDocuments.push(windowId);
      },
    },
    {
      executable: await testBrowser(),
      preloadFile,
      profileFolder,
      headless: true,
      testPort: options.testPort ?? false,
      ...(options.spooler === undefined ? {} : { spooler: options.spooler }),
    },
  );
  onTestFinished(async () => {
    await window.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function waitForCall(fits: (call: BridgeCall) => boolean): Promise<BridgeCall> {
    return new Promise((found, reject) => {
      const timer = setTimeout(() => {
        watchers.delete(look);
        reject(new Error(`The page did not call as expected; it called: ${JSON.stringify(calls)}`));
      }, 20_000);
      function look(): void {
        const call = calls.find(fits);
        if (call === undefined) return;
        clearTimeout(timer);
        watchers.delete(look);
        found(call);
      }
      watchers.add(look);
      look();
    });
  }

  return {
    window,
    calls,
    goneDocuments,
    folder,
    profileFolder,
    waitForCall,
    async report(name) {
      const isReport = (input: unknown): input is Record<string, unknown> =>
        typeof input === 'object' && input !== null && 'report' in input && input.report === name;
      const { input } = await waitForCall((call) => isReport(call.input));
      return input as Record<string, unknown>;
    },
  };
}

/** The address at which Playwright can join a window opened with `testPort`. */
export function testPortAddress(profileFolder: string): string {
  const [port, path] = readFileSync(join(profileFolder, 'DevToolsActivePort'), 'utf8').trim().split('\n');
  return `ws://127.0.0.1:${port}${path}`;
}

/** The process ids of everything that descends from `pid`, on Linux. */
export function descendants(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const file of globSync('/proc/[0-9]*/stat')) {
    const stat = readOrEmpty(file);
    const [id] = stat.split(' ');
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (id !== undefined && parent !== undefined) parents.set(Number(id), Number(parent));
  }
  const found = new Set([pid]);
  for (let before = 0; before !== found.size;) {
    before = found.size;
    for (const [child, parent] of parents) if (found.has(parent)) found.add(child);
  }
  found.delete(pid);
  return [...found];
}

/** Local addresses (hexadecimal, as the kernel writes them) on which one of these processes listens for TCP. */
export function tcpListeners(pids: readonly number[]): string[] {
  const inodes = new Set<string>();
  for (const pid of pids) {
    for (const descriptor of globSync(`/proc/${pid}/fd/*`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOrEmpty(descriptor))?.[1];
      if (inode !== undefined) inodes.add(inode);
    }
  }
  const listening = '0A';
  return ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap((table) => readOrEmpty(table).split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([, , , state, , , , , , inode]) => state === listening && inode !== undefined && inodes.has(inode),
    )
    .map(([, address]) => address ?? '');
}

/** Whether the process is there and not a zombie. */
export function isAlive(pid: number): boolean {
  const stat = readOrEmpty(`/proc/${pid}/stat`);
  return stat !== '' && stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function linkOrEmpty(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
