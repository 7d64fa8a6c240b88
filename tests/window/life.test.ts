import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openChromiumWindow } from '../../main/window/chromium.ts';
import { descendants, isAlive, openTestWindow, testBrowser, writeTestPage } from './test-window.ts';

interface Host {
  readonly process: ChildProcess;
  readonly browserPids: number[];
  readonly profileFolder: string;
  readonly output: () => string;
}

/** Starts a process of its own that holds a window, and waits until the window is open. */
async function startHost(script: string): Promise<Host> {
  const { folder, assetFolder, preloadFile } = await writeTestPage({ script });
  const profileFolder = join(folder, 'profile');
  const host = spawn(
    process.execPath,
    [
      join(import.meta.dirname, 'window-host.ts'),
      await testBrowser(),
      assetFolder,
      preloadFile,
      profileFolder,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  onTestFinished(() => {
    host.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  let output = '';
  host.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await expect.poll(() => output, { timeout: 10_000, interval: 10 }).toContain('open');
  if (host.pid === undefined) throw new Error('The host did not start.');
  return { process: host, browserPids: descendants(host.pid), profileFolder, output: () => output };
}

describe('the life of the window', () => {
  it('ends the process with code 0 and leaves no browser when the page closes its window', async () => {
    const host = await startHost(`await pause(600); window.close();`);
    expect(host.browserPids.filter(isAlive).length).toBeGreaterThan(2);
    const [code] = await once(host.process, 'exit');
    expect(code).toBe(0);
    expect(host.output()).toBe('open\nclosed\n');
    await expect.poll(() => host.browserPids.filter(isAlive)).toEqual([]);
    expect(existsSync(host.profileFolder)).toBe(false);
  });

  it('takes the browser along when its own process is killed', async () => {
    const host = await startHost('');
    expect(host.browserPids.filter(isAlive).length).toBeGreaterThan(2);
    host.process.kill('SIGKILL');
    await expect.poll(() => host.browserPids.filter(isAlive), { timeout: 5000 }).toEqual([]);
  });

  it('reports the end when the browser is killed, and refuses nothing that comes later', async () => {
    const page = await openTestWindow({ script: `await report('here');` });
    const { windowId } = await page.waitForCall(() => true);
    for (const pid of descendants(process.pid)) killIfThere(pid);
    expect(await page.window.closed).toBe('closed');
    expect(page.goneDocuments).toEqual([windowId]);
    page.window.send({ type: 'locked' });
    await expect(page.window.printToPdf()).rejects.toThrow('The browser has closed');
    await page.window.close();
  });

  it('reports a crash of the page, and its document as gone', async () => {
    const page = await openTestWindow({ script: `await report('here');` });
    const { windowId } = await page.waitForCall(() => true);
    for (const pid of rendererPids()) killIfThere(pid);
    expect(await page.window.closed).toBe('crashed');
    expect(page.goneDocuments).toEqual([windowId]);
  });

  it('says so when the browser does not start', async () => {
    const { folder, assetFolder, preloadFile } = await writeTestPage({ script: '' });
    onTestFinished(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    const profileFolder = join(folder, 'profile');
    const options = { assetFolder, title: 'Rollkeep', onCall: async () => null, onDocumentGone: () => {} };
    for (const executable of ['/bin/false', join(folder, 'no-such-browser')]) {
      await expect(openChromiumWindow(options, { executable, preloadFile, profileFolder })).rejects.toThrow(
        'The browser ended before it showed the window',
      );
    }
  });
});

function rendererPids(): number[] {
  return descendants(process.pid).filter((pid) => commandLine(pid).includes('--type=renderer'));
}

function commandLine(pid: number): string {
  return existsSync(`/proc/${pid}/cmdline`) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : '';
}

/** Ends a process, unless it has gone by itself: the browser's own children follow it. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ESRCH')) throw cause;
  }
}
