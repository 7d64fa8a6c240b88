import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { isBuildStale } from './build-stamp.ts';
import { ensureBrowser, type Browser } from './ensure-browser.ts';

/** `npm start`: finds or installs what opens the window, builds what has changed, and runs the application. */
const root = resolve(import.meta.dirname, '..');
const appFolder = join(root, 'out/app');

process.exitCode = await start();

async function start(): Promise<number> {
  if (!hasDisplay()) {
    console.error(
      'There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can be opened.\n' +
        'To see the application at work without one, run: npm run tour',
    );
    return 1;
  }
  const browser = await ensureBrowser(console.log);
  if (!browser.ok) {
    console.error(`Rollkeep needs a browser for its window. ${browser.error.advice}`);
    return 1;
  }
  if (isBuildStale(root)) {
    console.log('Building Rollkeep …');
    // Loaded only now: the bundler alone takes longer than the application's own start.
    const { buildApp } = await import('./build.ts');
    await buildApp(root);
  }
  return run(browser.value);
}

function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env['DISPLAY']) || Boolean(process.env['WAYLAND_DISPLAY']);
}

async function run(browser: Browser): Promise<number> {
  const [command, args] =
    browser.kind === 'electron'
      ? [browser.executable, [join(appFolder, 'electron-main.js')]]
      : [process.execPath, [join(appFolder, 'chromium-main.js'), '--browser', browser.executable]];
  const child = spawn(command, [...args, ...process.argv.slice(2)], { stdio: 'inherit' });
  // Ctrl+C reaches the child by itself; a signal to this process alone is passed on.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const [code]: unknown[] = await once(child, 'exit');
  return typeof code === 'number' ? code : 1;
}
