import { mkdirSync } from 'node:fs';
import { slipSize } from '../../domain/attendance/slip.ts';
import { startDesk } from '../desk-client.ts';
import type { AppWindow, WindowOptions } from '../window/window.ts';
import { takeInstanceLock } from './single-instance.ts';

/** What differs between the ways to run a desk: where its files lie, and which window it opens. */
export interface RunOptions {
  readonly windowKind: 'electron' | 'chromium';
  readonly dataFolder: string;
  readonly assetFolder: string;
  /** `onAway` is for a window that is told when the computer sleeps or its screen is locked. */
  readonly openWindow: (options: WindowOptions, onAway: () => void) => Promise<AppWindow>;
}

/** A desk at work in this process. */
export interface RunningDesk {
  readonly window: AppWindow;
  /** Settles when the window has closed and the store with it. */
  readonly ended: Promise<'closed' | 'crashed'>;
}

/**
 * Runs one desk: the data worker with its store, and the window, started side by side. When the window closes,
 * the store is closed and the desk has ended; on SIGINT, SIGTERM and SIGHUP the window is closed.
 *
 * Returns `undefined` when another process has this data folder; that one has then been asked to show its window.
 */
export async function runDesk(options: RunOptions): Promise<RunningDesk | undefined> {
  mkdirSync(options.dataFolder, { recursive: true, mode: 0o700 });
  let shown: AppWindow | undefined;
  const lock = await takeInstanceLock(options.dataFolder, () => shown?.show());
  if (lock === undefined) return undefined;

  const starting = startDesk({ dataFolder: options.dataFolder, window: options.windowKind });
  const windowOptions: WindowOptions = {
    assetFolder: options.assetFolder,
    title: 'Rollkeep',
    // The window may ask before the worker has started: its first question waits.
    onCall: async (call) => (await starting).call(call),
    onDocumentGone: (windowId) => {
      starting.then((desk) => {
        desk.windowClosed(windowId);
      }, ignoreFailedStart);
    },
  };
  const opening = options.openWindow(windowOptions, () => {
    starting.then((desk) => {
      desk.lock('suspend');
    }, ignoreFailedStart);
  });

  const closeWindow = (): void => {
    // A failed opening is reported by this function's own rejection.
    opening.then((window) => window.close(), ignoreFailedStart);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, closeWindow);

  const [desk, window] = await Promise.all([starting, opening]);
  shown = window;
  desk.onEvent((event) => {
    window.send(event);
  });
  desk.onPrint({
    printers: () => window.printers(),
    print: (sheet, printer) => window.printSheet(slipSize(sheet), printer),
  });
  const ended = window.closed.then(async (end) => {
    for (const signal of signals) process.off(signal, closeWindow);
    await desk.close();
    await lock.release();
    return end;
  });
  return { window, ended };
}

/** A desk or window that did not start is reported by `runDesk` itself; it has nothing to end. */
function ignoreFailedStart(): void {}
