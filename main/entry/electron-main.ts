import * as electron from 'electron';
import { join } from 'node:path';
import { openElectronWindow } from '../window/electron.ts';
import { defaultDataFolder } from './data-folder.ts';
import { runDesk } from './run-desk.ts';

/** Starts Rollkeep in Electron. Built to `out/app/electron-main.js`, the `main` of the packaged application. */
electron.app.enableSandbox();
// Not awaited at the top level: Electron is ready only after this module has loaded.
electron.app.whenReady().then(run).catch(reportFailedStart);

async function run(): Promise<void> {
  const desk = await runDesk({
    windowKind: 'electron',
    // The same folder as the other window's, so that a school is found whichever opens; Electron's own files lie elsewhere.
    dataFolder: defaultDataFolder(),
    assetFolder: join(import.meta.dirname, 'renderer'),
    openWindow: (options, onAway) =>
      openElectronWindow(options, {
        electron,
        preloadFile: join(import.meta.dirname, 'preload-electron.cjs'),
        onAway,
      }),
  });
  electron.app.exit((await desk?.ended) === 'crashed' ? 1 : 0);
}

function reportFailedStart(cause: unknown): void {
  const detail = cause instanceof Error ? cause.message : 'unknown cause';
  electron.dialog.showErrorBox('Rollkeep could not start', `${detail}\n\nNothing was changed.`);
  electron.app.exit(1);
}
