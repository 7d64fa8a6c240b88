import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openChromiumWindow } from '../window/chromium.ts';
import { defaultDataFolder } from './data-folder.ts';
import { runDesk } from './run-desk.ts';

/**
 * Starts Rollkeep with an installed browser as its window. Built to `out/app/chromium-main.js`; `npm start` runs
 * it. Exit code 0: the window was closed, or another one is open; 1: it could not start, or its page crashed.
 */
try {
  process.exitCode = await run();
} catch (cause) {
  process.stderr.write(
    `Rollkeep could not start: ${cause instanceof Error ? cause.message : 'unknown cause'}\n`,
  );
  // A worker or a browser that did start must not keep the process.
  process.exit(1);
}

async function run(): Promise<0 | 1> {
  const { values: flags } = parseArgs({
    options: {
      browser: { type: 'string' },
      data: { type: 'string' },
      headless: { type: 'boolean', default: false },
      // Opens a DevTools port on the loopback, for tests that drive the window. Never on by itself.
      'test-port': { type: 'boolean', default: false },
    },
  });
  const { browser } = flags;
  if (browser === undefined)
    throw new Error('name the browser with --browser <path>; "npm start" finds it by itself.');

  const dataFolder = resolve(flags.data ?? defaultDataFolder());
  const desk = await runDesk({
    windowKind: 'chromium',
    dataFolder,
    assetFolder: join(import.meta.dirname, 'renderer'),
    openWindow: (options) =>
      openChromiumWindow(options, {
        executable: browser,
        preloadFile: join(import.meta.dirname, 'preload-chromium.js'),
        profileFolder: join(dataFolder, 'window-profile'),
        headless: flags.headless,
        testPort: flags['test-port'],
      }),
  });
  if (desk === undefined) {
    process.stdout.write(
      'Rollkeep is already open on this computer; its window has been brought to the front.\n',
    );
    return 0;
  }
  if ((await desk.ended) === 'closed') return 0;
  process.stderr.write(
    'The window stopped working and was closed. Everything that was shown as saved is saved.\n',
  );
  return 1;
}
