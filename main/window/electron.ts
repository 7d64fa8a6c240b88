import type * as Electron from 'electron';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { readPageAssets } from './page-assets.ts';
import { pageOrigin, type AppWindow, type WindowEnd, type WindowOptions } from './window.ts';

/** The parts of Electron that the window uses, handed in by the entry: loading `electron` in plain Node fails. */
export type ElectronParts = Pick<
  typeof Electron,
  'BrowserWindow' | 'ipcMain' | 'Menu' | 'powerMonitor' | 'session'
>;

/** What Electron's window needs beside the common options. */
export interface ElectronOptions {
  readonly electron: ElectronParts;
  /** The built `preload/electron/electron.ts`, an absolute path. */
  readonly preloadFile: string;
  /** The computer goes to sleep or its screen is locked. */
  readonly onAway: () => void;
}

/** The two channels of the bridge; `preload/electron/electron.ts` knows the same names. */
const callChannel = 'rollkeep:call';
const eventChannel = 'rollkeep:event';

const bridgeMessage = z.strictObject({
  area: z.string().max(64),
  procedure: z.string().max(64),
  input: z.unknown().optional(),
});

/**
 * Opens the window in Electron: sandboxed, context-isolated, with a session that lives in memory and reaches
 * nothing. Call it after `app.whenReady()`. The counterpart of `openChromiumWindow`; both keep `window.ts`.
 */
export async function openElectronWindow(options: WindowOptions, host: ElectronOptions): Promise<AppWindow> {
  const { BrowserWindow, Menu, ipcMain, powerMonitor } = host.electron;
  const session = await isolatedSession(options, host.electron);
  Menu.setApplicationMenu(process.platform === 'darwin' ? macMenu(Menu) : null);

  const window = new BrowserWindow({
    title: options.title,
    width: 1280,
    height: 900,
    show: false,
    webPreferences: {
      session,
      preload: host.preloadFile,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      devTools: false,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
    },
  });
  const { webContents } = window;
  const closed = Promise.withResolvers<WindowEnd>();
  let end: WindowEnd = 'closed';
  let windowId = randomUUID();

  function endDocument(): void {
    const goneId = windowId;
    windowId = randomUUID();
    options.onDocumentGone(goneId);
  }

  webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  webContents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  webContents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || event.url !== `${pageOrigin}/`) event.preventDefault();
  });
  webContents.on('will-redirect', (event) => {
    event.preventDefault();
  });
  webContents.on('will-attach-webview', (event) => {
    event.preventDefault();
  });
  // A reload is a new document: the session that was bound to the old one ends.
  webContents.on('did-navigate', endDocument);
  webContents.on('render-process-gone', () => {
    end = 'crashed';
    window.destroy();
  });
  window.once('ready-to-show', () => {
    window.show();
  });
  window.once('closed', () => {
    ipcMain.removeHandler(callChannel);
    powerMonitor.off('suspend', host.onAway);
    powerMonitor.off('lock-screen', host.onAway);
    endDocument();
    closed.resolve(end);
  });
  powerMonitor.on('suspend', host.onAway);
  powerMonitor.on('lock-screen', host.onAway);

  ipcMain.handle(callChannel, async (event, message: unknown) => {
    const parsed = bridgeMessage.safeParse(message);
    const { area, procedure, input } = parsed.success ? parsed.data : { area: '', procedure: '' };
    // A frame that has gone has no URL, and what has no URL is not ours.
    const isOwnFrame = event.senderFrame !== null && event.senderFrame === webContents.mainFrame;
    if (parsed.success && isOwnFrame && event.senderFrame.url === `${pageOrigin}/`) {
      return options.onCall({ area, procedure, input, windowId, sender: 'own-window' });
    }
    await options.onCall({ area, procedure, input: undefined, windowId, sender: 'refused' });
    throw new Error('Refused: the request did not come from the Rollkeep window.');
  });

  await window.loadURL(`${pageOrigin}/`);

  return {
    closed: closed.promise,
    send(event) {
      if (!window.isDestroyed()) webContents.send(eventChannel, event);
    },
    printToPdf: () => webContents.printToPDF({ preferCSSPageSize: true, printBackground: true }),
    async printSheet({ widthMm, heightMm }) {
      const printers = await webContents.getPrintersAsync();
      if (printers.length === 0) return 'dialog';
      return new Promise((resolve) => {
        webContents.print(
          {
            silent: true,
            margins: { marginType: 'none' },
            // In micrometres.
            pageSize: { width: widthMm * 1000, height: heightMm * 1000 },
          },
          (isPrinted) => {
            resolve(isPrinted ? 'printed' : 'failed');
          },
        );
      });
    },
    show() {
      window.show();
      window.focus();
    },
    async close() {
      if (!window.isDestroyed()) window.destroy();
      await closed.promise;
    },
  };
}

/** A session that keeps nothing on the disk, grants nothing, and serves the page's files and nothing else. */
async function isolatedSession(options: WindowOptions, electron: ElectronParts): Promise<Electron.Session> {
  const assets = await readPageAssets(options.assetFolder, options.colourScheme);
  // Without the prefix `persist:` a partition lives in memory.
  const session = electron.session.fromPartition('rollkeep', { cache: false });
  await session.setProxy({
    mode: 'fixed_servers',
    proxyRules: 'http://127.0.0.1:9',
    proxyBypassRules: '<-loopback>',
  });
  session.setPermissionRequestHandler((_contents, _permission, callback) => {
    callback(false);
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, callback) => {
    callback(null);
  });
  session.on('will-download', (event) => {
    event.preventDefault();
  });
  session.webRequest.onBeforeRequest((details, callback) => {
    callback({ cancel: !isPageUrl(details.url) });
  });
  session.protocol.handle('https', async (request) => {
    const asset = request.method === 'GET' ? await assets.respond(request.url) : undefined;
    if (asset === undefined) return new Response(null, { status: 404 });
    return new Response(new Uint8Array(asset.body), { headers: asset.headers });
  });
  return session;
}

/** The page's own files, and the images that it makes itself. */
function isPageUrl(url: string): boolean {
  return (
    url.startsWith(`${pageOrigin}/`) || url.startsWith(`blob:${pageOrigin}/`) || url.startsWith('data:image/')
  );
}

/** Without a menu, copy, paste and quit have no keys on macOS. */
function macMenu(menu: typeof Electron.Menu): Electron.Menu {
  return menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }]);
}
