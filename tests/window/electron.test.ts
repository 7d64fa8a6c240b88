import type * as Electron from 'electron';
import { EventEmitter } from 'node:events';
import { rmSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openElectronWindow, type ElectronParts } from '../../main/window/electron.ts';
import type { BridgeCall } from '../../main/window/window.ts';
import { writeTestPage } from './test-window.ts';

type Frame = Pick<Electron.WebFrameMain, 'url'>;
type InvokeHandler = (event: { senderFrame: Frame | null }, message: unknown) => Promise<unknown>;
type FrameNavigation = { isMainFrame: boolean; url: string; preventDefault: () => void };

/** Electron's API as far as the window uses it, recorded; every name and shape is held to `electron.d.ts`. */
class FakeElectron {
  readonly powerMonitor = new EventEmitter();
  readonly mainFrame: Frame = { url: 'https://rollkeep.localhost/' };
  readonly webContents = new EventEmitter() as EventEmitter & Record<string, unknown>;
  readonly sessionEvents = new EventEmitter() as EventEmitter & Record<string, unknown>;
  readonly sent: unknown[][] = [];
  readonly loaded: string[] = [];
  printers: object[] = [{ name: 'office' }];
  readonly prints: object[] = [];
  windowOptions: Electron.BrowserWindowConstructorOptions | undefined;
  partition: unknown[] = [];
  proxy: Electron.ProxyConfig | undefined;
  menu: unknown = 'not set';
  invoke: InvokeHandler | undefined;
  openHandler: (() => unknown) | undefined;
  rtcPolicy: string | undefined;
  serve: ((request: Request) => Promise<Response>) | undefined;
  filter: ((details: { url: string }, callback: (answer: { cancel: boolean }) => void) => void) | undefined;
  readonly grants: Record<string, (...args: never[]) => unknown> = {};
  window: EventEmitter | undefined;
  isDestroyed = false;
}

function partsOf(fake: FakeElectron): ElectronParts {
  Object.assign(fake.webContents, {
    mainFrame: fake.mainFrame,
    setWindowOpenHandler: (handler: () => unknown) => (fake.openHandler = handler),
    setWebRTCIPHandlingPolicy: (policy: string) => (fake.rtcPolicy = policy),
    send: (...args: unknown[]) => fake.sent.push(args),
    printToPDF: async () => Buffer.from('%PDF-'),
    getPrintersAsync: async () => fake.printers,
    print: (settings: object, done: (success: boolean, reason: string) => void) => {
      fake.prints.push(settings);
      done(fake.prints.length === 1, '');
    },
  } satisfies Partial<Record<keyof Electron.WebContents, unknown>>);
  Object.assign(fake.sessionEvents, {
    setProxy: async (config: Electron.ProxyConfig) => {
      fake.proxy = config;
    },
    setPermissionRequestHandler: (handler: () => unknown) => (fake.grants['request'] = handler),
    setPermissionCheckHandler: (handler: () => unknown) => (fake.grants['check'] = handler),
    setDevicePermissionHandler: (handler: () => unknown) => (fake.grants['device'] = handler),
    setDisplayMediaRequestHandler: (handler: () => unknown) => (fake.grants['display'] = handler),
    webRequest: { onBeforeRequest: (filter: typeof fake.filter) => (fake.filter = filter) },
    protocol: { handle: (_scheme: 'https', serve: typeof fake.serve) => (fake.serve = serve) },
  } satisfies Partial<Record<keyof Electron.Session, unknown>>);
  class BrowserWindow extends EventEmitter {
    readonly webContents = fake.webContents;
    constructor(options: Electron.BrowserWindowConstructorOptions) {
      super();
      fake.windowOptions = options;
      fake.window = this;
    }
    async loadURL(url: string) {
      fake.loaded.push(url);
    }
    show() {}
    focus() {}
    isDestroyed() {
      return fake.isDestroyed;
    }
    destroy() {
      fake.isDestroyed = true;
      this.emit('closed');
    }
  }
  return {
    BrowserWindow,
    ipcMain: {
      handle: (_channel: string, handler: InvokeHandler) => (fake.invoke = handler),
      removeHandler: () => (fake.invoke = undefined),
    },
    Menu: {
      setApplicationMenu: (menu: unknown) => (fake.menu = menu),
      buildFromTemplate: (items: unknown) => items,
    },
    powerMonitor: fake.powerMonitor,
    session: {
      fromPartition: (...args: unknown[]) => {
        fake.partition = args;
        return fake.sessionEvents;
      },
    },
  } as unknown as ElectronParts;
}

async function openFake() {
  const { folder, assetFolder } = await writeTestPage({ script: '' });
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const electron = new FakeElectron();
  const calls: BridgeCall[] = [];
  const gone: string[] = [];
  let away = 0;
  const window = await openElectronWindow(
    {
      assetFolder,
      title: 'Rollkeep',
      async onCall(call) {
        calls.push(call);
        return { ok: true, value: 1 };
      },
      onDocumentGone: (windowId) => gone.push(windowId),
    },
    { electron: partsOf(electron), preloadFile: '/app/preload-electron.cjs', onAway: () => (away += 1) },
  );
  return { electron, window, calls, gone, away: () => away };
}

const message = { area: 'students', procedure: 'list', input: { search: 'x' } };

describe("Electron's window", () => {
  it('opens sandboxed, context-isolated, without Node and DevTools, on our origin, in a session in memory', async () => {
    const { electron } = await openFake();
    expect(electron.windowOptions?.webPreferences).toMatchObject({
      preload: '/app/preload-electron.cjs',
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      devTools: false,
      webviewTag: false,
    });
    expect(electron.windowOptions?.webPreferences?.session).toBe(electron.sessionEvents);
    expect(electron.partition).toEqual(['rollkeep', { cache: false }]);
    expect(electron.loaded).toEqual(['https://rollkeep.localhost/']);
    expect(electron.menu).not.toBe('not set');
  });

  it('prints a sheet on the default printer without a dialog, and says when the printer refuses', async () => {
    const { electron, window } = await openFake();
    const roll = { widthMm: 80, heightMm: 110 };
    expect(await window.printSheet(roll)).toBe('printed');
    expect(await window.printSheet(roll)).toBe('failed');
    expect(electron.prints[0]).toEqual({
      silent: true,
      margins: { marginType: 'none' },
      pageSize: { width: 80_000, height: 110_000 },
    });
    electron.printers = [];
    expect(await window.printSheet(roll)).toBe('dialog');
    expect(electron.prints).toHaveLength(2);
  });

  it('H22: takes a call from the main frame of our own page', async () => {
    const { electron, calls } = await openFake();
    expect(await electron.invoke?.({ senderFrame: electron.mainFrame }, message)).toEqual({
      ok: true,
      value: 1,
    });
    expect(calls).toEqual([{ ...message, windowId: expect.any(String), sender: 'own-window' }]);
  });

  it.each<[string, (fake: FakeElectron) => Frame | null, unknown]>([
    ['another frame of our own origin', () => ({ url: 'https://rollkeep.localhost/' }), message],
    ['a frame that has gone', () => null, message],
    [
      'a main frame at another address',
      (fake) => Object.assign(fake.mainFrame, { url: 'https://example.com/' }),
      message,
    ],
    ['a main frame without an address', (fake) => Object.assign(fake.mainFrame, { url: '' }), message],
    [
      'a main frame at a blob of our origin',
      (fake) => Object.assign(fake.mainFrame, { url: 'blob:https://rollkeep.localhost/1' }),
      message,
    ],
    ['a message that is no call', (fake) => fake.mainFrame, { area: 1 }],
    ['a message with an unknown field', (fake) => fake.mainFrame, { ...message, sender: 'own-window' }],
  ])('H22: refuses %s, and passes the refusal on for the audit', async (_what, frameOf, given) => {
    const { electron, calls } = await openFake();
    await expect(electron.invoke?.({ senderFrame: frameOf(electron) }, given)).rejects.toThrow('Refused');
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ sender: 'refused', input: undefined });
  });

  it('H22: denies popups, webviews, downloads and every navigation but a reload', async () => {
    const { electron } = await openFake();
    expect(electron.openHandler?.()).toEqual({ action: 'deny' });
    const isPrevented = (emitter: EventEmitter, name: string, event: Partial<FrameNavigation> = {}) => {
      let prevented = false;
      emitter.emit(name, { ...event, preventDefault: () => (prevented = true) });
      return prevented;
    };
    const navigate = (isMainFrame: boolean, url: string) =>
      isPrevented(electron.webContents, 'will-frame-navigate', { isMainFrame, url });
    expect(navigate(true, 'https://example.com/')).toBe(true);
    expect(navigate(true, 'https://rollkeep.localhost/page.js')).toBe(true);
    expect(navigate(false, 'https://rollkeep.localhost/')).toBe(true);
    expect(navigate(true, 'https://rollkeep.localhost/')).toBe(false);
    expect(isPrevented(electron.webContents, 'will-redirect')).toBe(true);
    expect(isPrevented(electron.webContents, 'will-attach-webview')).toBe(true);
    expect(isPrevented(electron.sessionEvents, 'will-download')).toBe(true);
  });

  it('A17: cuts every request that is not for a file of the page', async () => {
    const { electron } = await openFake();
    const isCancelled = (url: string) => {
      let cancelled: boolean | undefined;
      electron.filter?.({ url }, ({ cancel }) => (cancelled = cancel));
      return cancelled;
    };
    for (const url of [
      'https://example.com/',
      'http://rollkeep.localhost/',
      'https://rollkeep.localhost.example.com/',
      'wss://rollkeep.localhost/',
      'file:///etc/passwd',
      'data:text/html,x',
      'devtools://devtools/',
    ])
      expect([url, isCancelled(url)]).toEqual([url, true]);
    expect(isCancelled('https://rollkeep.localhost/page.js')).toBe(false);
    expect(electron.proxy).toEqual({
      mode: 'fixed_servers',
      proxyRules: 'http://127.0.0.1:9',
      proxyBypassRules: '<-loopback>',
    });
    expect(electron.rtcPolicy).toBe('disable_non_proxied_udp');
  });

  it('H16: serves the page with the same headers as the other window, and nothing else', async () => {
    const { electron } = await openFake();
    const get = (path: string, method = 'GET') =>
      electron.serve?.(new Request(`https://rollkeep.localhost${path}`, { method }));
    const page = await get('/');
    expect(page?.status).toBe(200);
    const csp = page?.headers.get('content-security-policy') ?? '';
    const nonce = /'nonce-([^']+)'/.exec(csp)?.[1];
    expect(csp).toContain("default-src 'none'; script-src 'self'; style-src 'self' 'nonce-");
    expect(await page?.text()).toContain(`nonce="${nonce}"`);
    expect((await get('/page.js'))?.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect((await get('/..%2fsecret.txt'))?.status).toBe(404);
    expect((await get('/page.js', 'POST'))?.status).toBe(404);
  });

  it('H16: grants no permission, no device and no screen', async () => {
    const { electron } = await openFake();
    const answers: unknown[] = [];
    const { request, check, device, display } = electron.grants as Record<
      string,
      (...args: unknown[]) => unknown
    >;
    request?.({}, 'media', (granted: boolean) => answers.push(granted));
    answers.push(check?.(), device?.());
    display?.({}, (streams: unknown) => answers.push(streams));
    expect(answers).toEqual([false, false, false, null]);
  });

  it('says when the computer sleeps or is locked, until the window has closed', async () => {
    const { electron, window, away } = await openFake();
    electron.powerMonitor.emit('suspend');
    electron.powerMonitor.emit('lock-screen');
    expect(away()).toBe(2);
    await window.close();
    electron.powerMonitor.emit('suspend');
    expect(away()).toBe(2);
  });

  it('gives each document a new window id and reports the old one as gone', async () => {
    const { electron, calls, gone, window } = await openFake();
    const call = () => electron.invoke?.({ senderFrame: electron.mainFrame }, message);
    await call();
    electron.webContents.emit('did-navigate');
    await call();
    expect(calls[1]?.windowId).not.toBe(calls[0]?.windowId);
    expect(gone).toEqual([calls[0]?.windowId]);
    await window.close();
    expect(gone).toEqual([calls[0]?.windowId, calls[1]?.windowId]);
  });

  it('ends as crashed when its page crashes, and takes no further call', async () => {
    const { electron, window } = await openFake();
    electron.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    expect(await window.closed).toBe('crashed');
    expect(electron.invoke).toBeUndefined();
    window.send({ type: 'locked' });
    expect(electron.sent).toEqual([]);
  });
});
