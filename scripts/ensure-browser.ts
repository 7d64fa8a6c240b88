import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { err, ok, type Result } from '../domain/result.ts';

/** What opens the window: Electron itself, or an installed browser. */
export type Browser = { readonly kind: 'electron' | 'chromium'; readonly executable: string };

/** Nothing is there and nothing could be installed; `advice` says what a person can do. */
export type NoBrowser = { readonly type: 'no-browser'; readonly advice: string };

const electronFolder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));

/**
 * Finds what can open the window: Electron where its binary is there, else an installed Chromium, Chrome or Edge.
 * Installs nothing. `ROLLKEEP_BROWSER` names a browser that goes before all others.
 */
export async function findBrowser(): Promise<Browser | undefined> {
  const named = process.env['ROLLKEEP_BROWSER'];
  if (named !== undefined) return isExecutable(named) ? { kind: 'chromium', executable: named } : undefined;
  return findElectron() ?? (await findChromium());
}

/** An installed Chromium, Chrome or Edge, or the one that Playwright has downloaded. */
export async function findChromium(): Promise<Browser | undefined> {
  const executable = chromiumPlaces().find(isExecutable) ?? (await playwrightChromium());
  return executable === undefined ? undefined : { kind: 'chromium', executable };
}

/**
 * Finds what can open the window, or installs it: Electron's binary, else Playwright's Chromium, else, as root on
 * Debian and its relatives, the system's `chromium`. `say` gets a line before each try, because they take minutes.
 */
export async function ensureBrowser(say: (line: string) => void): Promise<Result<Browser, NoBrowser>> {
  const found = await findBrowser();
  if (found !== undefined) return ok(found);
  if (process.env['ROLLKEEP_BROWSER'] !== undefined) {
    return err({
      type: 'no-browser',
      advice: 'ROLLKEEP_BROWSER does not name a program: correct it, or remove it.',
    });
  }
  for (const { line, command, args, timeoutMs } of installers()) {
    say(line);
    spawnSync(command, args, { stdio: 'inherit', timeout: timeoutMs });
    const installed = await findBrowser();
    if (installed !== undefined) return ok(installed);
  }
  return err({ type: 'no-browser', advice: adviceFor(process.platform) });
}

function findElectron(): Browser | undefined {
  // Electron's sandbox does not run as root, and without it we do not run Electron.
  if (process.platform === 'linux' && process.getuid?.() === 0) return undefined;
  const pathFile = join(electronFolder, 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const executable = join(electronFolder, 'dist', readFileSync(pathFile, 'utf8').trim());
  if (!isExecutable(executable)) return undefined;
  // A binary that lacks a system library is there but does not start.
  const { status } = spawnSync(executable, ['--version'], { stdio: 'ignore', timeout: 20_000 });
  return status === 0 ? { kind: 'electron', executable } : undefined;
}

async function playwrightChromium(): Promise<string | undefined> {
  // Loaded only here: it takes a third of a second, and most computers have a browser.
  const { chromium } = await import('@playwright/test');
  const executable = chromium.executablePath();
  return isExecutable(executable) ? executable : undefined;
}

/** Where each system keeps its Chromium, Chrome and Edge. */
function chromiumPlaces(): string[] {
  if (process.platform === 'win32') {
    const roots = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap(
      (name) => process.env[name] ?? [],
    );
    const programs = ['Google/Chrome/Application/chrome.exe', 'Microsoft/Edge/Application/msedge.exe'];
    return [...programs, 'Chromium/Application/chrome.exe'].flatMap((program) =>
      roots.map((root) => join(root, program)),
    );
  }
  if (process.platform === 'darwin') {
    const names = ['Google Chrome', 'Chromium', 'Microsoft Edge'];
    return names.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
  }
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
  const folders = (process.env['PATH'] ?? '/usr/bin').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name)));
}

interface Installer {
  readonly line: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly timeoutMs: number;
}

function installers(): Installer[] {
  const playwright = createRequire(import.meta.url).resolve('@playwright/test/cli');
  const tries: Installer[] = [
    {
      line: 'No browser for the window was found. Fetching Electron …',
      command: process.execPath,
      args: [join(electronFolder, 'install.js')],
      timeoutMs: 300_000,
    },
    {
      line: 'Electron could not be used here. Fetching Chromium through Playwright …',
      command: process.execPath,
      args: [playwright, 'install', 'chromium', '--no-shell'],
      timeoutMs: 300_000,
    },
  ];
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    tries.push({
      line: 'That did not work either. Installing the system package "chromium" …',
      command: 'sh',
      args: ['-c', 'apt-get update && apt-get install -y --no-install-recommends chromium'],
      timeoutMs: 600_000,
    });
  }
  return tries;
}

function adviceFor(platform: NodeJS.Platform): string {
  const install =
    platform === 'linux'
      ? 'Install Chromium ("sudo apt install chromium" on Debian), Google Chrome or Microsoft Edge'
      : 'Install Google Chrome, Microsoft Edge or Chromium';
  return `${install}, then run the command again. A browser in an unusual place: set ROLLKEEP_BROWSER to its path.`;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Absent or not executable: either way it is not the browser we look for.
    return false;
  }
}

if (import.meta.main) {
  const browser = await ensureBrowser(console.log);
  if (browser.ok) {
    console.log(`${browser.value.kind}: ${browser.value.executable}`);
  } else {
    console.error(`Rollkeep needs a browser for its window. ${browser.error.advice}`);
    process.exitCode = 1;
  }
}
