import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { Readable, Writable } from 'node:stream';
import { z } from 'zod';
import { assert } from '../../domain/result.ts';
import { openDevtoolsPipe, type DevtoolsEvent, type DevtoolsPipe } from './devtools-pipe.ts';
import { readPageAssets, type PageAssets } from './page-assets.ts';
import { createPageCalls, describeRefusedCall, type PageCalls } from './page-calls.ts';
import { systemSpooler, type Spooler } from './spooler.ts';
import { pageOrigin, type AppWindow, type SheetSize, type WindowEnd, type WindowOptions } from './window.ts';

/** What the Chromium window needs beside the common options. */
export interface ChromiumOptions {
  /** The installed Chromium, Chrome or Edge. */
  readonly executable: string;
  /** The built `preload/chromium.ts`. */
  readonly preloadFile: string;
  /** The browser's own folder. Emptied before and after: the window leaves nothing on the disk. */
  readonly profileFolder: string;
  /** Without a display: for the tour and for tests. */
  readonly headless?: boolean;
  /** What prints without a dialog; the system's own where it is left out. */
  readonly spooler?: Spooler;
  /** For tests only: opens a DevTools port on the loopback, which the application itself never does. */
  readonly testPort?: boolean;
}

/** The binding through which the page calls; `preload/chromium.ts` knows the same name. */
const bindingName = 'rollkeepSend';
const startTimeoutMs = 30_000;
const closeTimeoutMs = 3_000;
const mmPerInch = 25.4;

/**
 * Opens the window in an installed browser, over the DevTools pipe.
 *
 * The browser starts with a data: page, because only that becomes an application window, and is sent to our origin
 * once every request of the page is intercepted. Requests are answered from the page's files or fail; what would
 * still leave the computer meets a proxy that does not exist. Every other page, popup or DevTools window that the
 * browser opens is closed at once.
 *
 * Rejects if the browser cannot be started or shows no page within 30 s.
 */
export async function openChromiumWindow(
  options: WindowOptions,
  browser: ChromiumOptions,
): Promise<AppWindow> {
  const [assets, preload] = await Promise.all([
    readPageAssets(options.assetFolder, options.colourScheme),
    readFile(browser.preloadFile, 'utf8'),
    emptyFolder(browser.profileFolder),
  ]);

  const child = spawn(browser.executable, browserFlags(options.title, browser), {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    env: browserEnvironment(),
  });
  const exited = exitOf(child);
  const stderrTail = tailOf(child.stderr);

  const page = createPage(options, assets, preload);
  const [, , , toBrowser, fromBrowser] = child.stdio;
  assert(
    toBrowser instanceof Writable && fromBrowser instanceof Readable,
    'the browser was started without pipes',
  );
  const pipe = openDevtoolsPipe(toBrowser, fromBrowser, (event) => {
    page.receive(event);
  });
  page.start(pipe);

  async function close(): Promise<void> {
    pipe.send('Browser.close').catch(ignoreRefusal);
    const timer = setTimeout(() => child.kill('SIGKILL'), closeTimeoutMs);
    await exited;
    clearTimeout(timer);
  }

  const closed = exited.then(async (): Promise<WindowEnd> => {
    page.end();
    // The browser's last processes may still hold files for an instant.
    await rm(browser.profileFolder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    return page.hasCrashed() ? 'crashed' : 'closed';
  });
  // The page may end before the browser does (the window is closed, or its process crashed).
  void page.gone.then(close);

  const timeout = setTimeout(() => child.kill('SIGKILL'), startTimeoutMs);
  const isOpen = await Promise.race([page.connected.then(() => true), closed.then(() => false)]);
  clearTimeout(timeout);
  if (!isOpen)
    throw new Error(`The browser ended before it showed the window: ${browser.executable}\n${stderrTail()}`);

  return {
    closed,
    close: async () => {
      await Promise.all([close(), closed]);
    },
    send: page.send,
    printToPdf: page.printToPdf,
    async printSheet(size) {
      const spooler = browser.spooler ?? systemSpooler;
      if (!(await spooler.hasPrinter())) return 'dialog';
      return (await spooler.print(await page.sheetToPdf(size), size)) ? 'printed' : 'failed';
    },
    show: page.show,
  };
}

function browserFlags(title: string, browser: ChromiumOptions): string[] {
  const flags = [
    '--remote-debugging-pipe',
    `--app=data:text/html,<title>${encodeURIComponent(title)}</title>`,
    `--user-data-dir=${browser.profileFolder}`,
    // Off the record: what is typed, its history and its caches stay in memory.
    '--incognito',
    '--disk-cache-size=1',
    '--class=rollkeep',
    '--window-size=1280,900',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-sync',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-default-apps',
    '--disable-extensions',
    '--disable-features=Translate,OptimizationHints,MediaRouter,AutofillServerCommunication,DialMediaRouteProvider',
    '--metrics-recording-only',
    '--password-store=basic',
    '--use-mock-keychain',
    '--disable-breakpad',
    '--no-pings',
    '--deny-permission-prompts',
    // The system's own print dialog: the browser's preview is a page of its own, and those are closed.
    '--disable-print-preview',
    // No network at all: every connection, to this computer's own addresses too, goes to a port where nobody is.
    '--proxy-server=http://127.0.0.1:9',
    '--proxy-bypass-list=<-loopback>',
    // WebRTC knows no proxy. The first name is today's, the second that of older versions.
    '--webrtc-ip-handling-policy=disable_non_proxied_udp',
    '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  ];
  if (browser.headless === true) flags.push('--headless=new');
  if (browser.testPort === true) flags.push('--remote-debugging-port=0');
  // Chromium's sandbox refuses to run as root; --test-type takes away the banner that says so.
  if (process.getuid?.() === 0) flags.push('--no-sandbox', '--test-type');
  return flags;
}

/** Keys in the environment would make the browser talk to Google's services, and a log file would record URLs. */
function browserEnvironment(): NodeJS.ProcessEnv {
  const { GOOGLE_API_KEY: _key, CHROME_LOG_FILE: _log, SSLKEYLOGFILE: _tls, ...rest } = process.env;
  return rest;
}

const attached = z.object({
  sessionId: z.string(),
  waitingForDebugger: z.boolean(),
  targetInfo: z.object({ targetId: z.string(), type: z.string(), url: z.string() }),
});
const requestPaused = z.object({
  requestId: z.string(),
  request: z.object({ url: z.string(), method: z.string() }),
  frameId: z.string(),
  resourceType: z.string(),
});
const contextCreated = z.object({
  context: z.object({
    id: z.number(),
    uniqueId: z.string(),
    origin: z.string(),
    auxData: z.object({ frameId: z.string(), isDefault: z.boolean() }),
  }),
});
const contextDestroyed = z.object({ executionContextUniqueId: z.string() });
const bindingCalled = z.object({ name: z.string(), payload: z.string(), executionContextId: z.number() });
const frameNavigated = z.object({ frame: z.object({ parentId: z.string().optional(), url: z.string() }) });
const targetDestroyed = z.object({ targetId: z.string() });
const detached = z.object({ sessionId: z.string() });
const evaluated = z.object({ result: z.object({ type: z.string(), objectId: z.string().optional() }) });
const printed = z.object({ data: z.string() });

/** The document that the window shows now: its context, the sequence of its calls, and the way back to it. */
interface PageDocument {
  readonly windowId: string;
  readonly contextId: number;
  readonly uniqueContextId: string;
  readonly calls: PageCalls;
  /** The page's `deliver` function, as the DevTools protocol names it. */
  readonly deliverId: string;
}

/** Follows the one page of the browser: lets in what is ours and refuses everything else. */
interface Page {
  start(pipe: DevtoolsPipe): void;
  receive(event: DevtoolsEvent): void;
  readonly send: (event: object) => void;
  readonly printToPdf: () => Promise<Uint8Array>;
  readonly sheetToPdf: (size: SheetSize) => Promise<Uint8Array>;
  readonly show: () => void;
  end(): void;
  hasCrashed(): boolean;
  /** The first document's bridge is there. */
  readonly connected: Promise<void>;
  /** The page's target has gone. */
  readonly gone: Promise<void>;
}

function createPage(options: WindowOptions, assets: PageAssets, preload: string): Page {
  const connected = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  let pipe: DevtoolsPipe;
  let sessionId: string | undefined;
  let targetId: string | undefined;
  let document: PageDocument | undefined;
  let crashed = false;
  /** Settles when the bridge of the document that was served last is connected. */
  let bridge = Promise.withResolvers<void>();

  function tellBrowser(method: string, params: object): void {
    pipe.send(method, params).catch(ignoreRefusal);
  }

  function tellPage(method: string, params: object = {}): void {
    pipe.send(method, params, sessionId).catch(ignoreRefusal);
  }

  function takePage(target: z.infer<typeof attached>): void {
    sessionId = target.sessionId;
    targetId = target.targetInfo.targetId;
    const toPage = (method: string, params: object = {}) => pipe.send(method, params, sessionId);
    const guards = [
      toPage('Fetch.enable', { patterns: [{ urlPattern: '*' }] }),
      toPage('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true }),
      toPage('Page.enable'),
      toPage('Inspector.enable'),
      toPage('Runtime.enable'),
      toPage('Runtime.addBinding', { name: bindingName }),
      toPage('Page.addScriptToEvaluateOnNewDocument', { source: preload }),
      // The Browser domain's command knows no incognito profile; this older one goes by the page.
      toPage('Page.setDownloadBehavior', { behavior: 'deny' }),
      toPage('Runtime.runIfWaitingForDebugger'),
    ];
    // Only when all have been answered: a command still on its way when the navigation changes the renderer's
    // process may reach the new one after its document has begun. A window without one of its guards is not opened.
    Promise.all(guards)
      .then(() => toPage('Page.navigate', { url: `${pageOrigin}/` }))
      .catch(() => {
        gone.resolve();
      });
  }

  function refuseTarget(target: z.infer<typeof attached>): void {
    const { targetId: refusedId, type } = target.targetInfo;
    tellBrowser('Target.closeTarget', { targetId: refusedId });
    // A popup of our page that still waits for its debugger holds up the page too, and cannot close. What is no
    // page (a worker, a frame) goes on waiting: it never runs.
    if (type === 'page')
      pipe.send('Runtime.runIfWaitingForDebugger', {}, target.sessionId).catch(ignoreRefusal);
  }

  async function answerRequest(
    paused: z.infer<typeof requestPaused>,
    session: string | undefined,
  ): Promise<void> {
    const { requestId, request, frameId, resourceType } = paused;
    const isDocument = resourceType === 'Document';
    const isOwnFrame = session === sessionId && frameId === targetId;
    const isAllowed =
      request.method === 'GET' && isOwnFrame && (!isDocument || request.url === `${pageOrigin}/`);
    const asset = isAllowed ? await assets.respond(request.url) : undefined;
    if (asset === undefined) {
      // An aborted navigation leaves the page as it is; any other reason would show an error page in its place.
      const errorReason = isDocument ? 'Aborted' : 'BlockedByClient';
      await pipe.send('Fetch.failRequest', { requestId, errorReason }, session);
      return;
    }
    // No script of the page runs before its bridge is connected.
    if (isDocument) bridge = Promise.withResolvers();
    else await bridge.promise;
    const responseHeaders = Object.entries(asset.headers).map(([name, value]) => ({ name, value }));
    const body = asset.body.toString('base64');
    await pipe.send('Fetch.fulfillRequest', { requestId, responseCode: 200, responseHeaders, body }, session);
  }

  /**
   * Connects the bridge of a document that has our origin. Only our own page has one to connect: a blob: or
   * about:blank page has the same origin, and the preload, which sees the whole address, gives it none.
   */
  async function connectBridge(context: z.infer<typeof contextCreated>['context']): Promise<void> {
    const calls = createPageCalls();
    const expression = `globalThis.rollkeepConnect?.(${JSON.stringify(calls.token)})`;
    const params = { expression, uniqueContextId: context.uniqueId };
    const { result } = evaluated.parse(await pipe.send('Runtime.evaluate', params, sessionId));
    if (result.type !== 'function' || result.objectId === undefined) return;
    endDocument();
    document = {
      windowId: randomUUID(),
      contextId: context.id,
      uniqueContextId: context.uniqueId,
      calls,
      deliverId: result.objectId,
    };
    bridge.resolve();
    connected.resolve();
    // Otherwise a step back would lead to the data: page of the start.
    tellPage('Page.resetNavigationHistory');
  }

  function endDocument(): void {
    if (document === undefined) return;
    const { windowId } = document;
    document = undefined;
    options.onDocumentGone(windowId);
  }

  function answerCall(call: z.infer<typeof bindingCalled>, session: string | undefined): void {
    const from = document;
    const isOwnContext =
      session === sessionId && from !== undefined && call.executionContextId === from.contextId;
    const windowId = from?.windowId ?? '';
    if (call.name !== bindingName || !isOwnContext) {
      refuseCall(windowId, describeRefusedCall(call.payload));
      return;
    }
    const checked = from.calls.check(call.payload);
    if (checked.sender === 'refused') {
      refuseCall(windowId, checked);
      return;
    }
    const { seq, area, procedure, input } = checked;
    options.onCall({ area, procedure, input, windowId, sender: 'own-window' }).then(
      (value) => deliverTo(from, { type: 'reply', seq, value }),
      () => deliverTo(from, { type: 'failed', seq }),
    );
  }

  function refuseCall(windowId: string, call: { readonly area: string; readonly procedure: string }): void {
    const { area, procedure } = call;
    // The answer, whatever it is, goes nowhere.
    options.onCall({ area, procedure, input: undefined, windowId, sender: 'refused' }).catch(ignoreRefusal);
  }

  function deliverTo(target: PageDocument, message: object): void {
    if (document !== target) return;
    tellPage('Runtime.callFunctionOn', {
      objectId: target.deliverId,
      functionDeclaration: 'function (json) { this(json); }',
      arguments: [{ value: JSON.stringify(message) }],
    });
  }

  async function toPdf(layout: object): Promise<Uint8Array> {
    const answer = await pipe.send('Page.printToPDF', layout, sessionId);
    return Buffer.from(printed.parse(answer).data, 'base64');
  }

  function receiveFromPage(method: string, params: unknown): void {
    switch (method) {
      case 'Runtime.executionContextCreated': {
        const { context } = contextCreated.parse(params);
        const { frameId, isDefault } = context.auxData;
        const isOwnOrigin = isDefault && frameId === targetId && context.origin === pageOrigin;
        if (isOwnOrigin) connectBridge(context).catch(ignoreRefusal);
        return;
      }
      case 'Runtime.executionContextDestroyed':
        if (contextDestroyed.parse(params).executionContextUniqueId === document?.uniqueContextId)
          endDocument();
        return;
      case 'Runtime.executionContextsCleared':
        endDocument();
        return;
      case 'Page.frameNavigated': {
        const { frame } = frameNavigated.parse(params);
        const isAway = frame.parentId === undefined && frame.url !== `${pageOrigin}/`;
        if (isAway) tellPage('Page.navigate', { url: `${pageOrigin}/` });
        return;
      }
      case 'Inspector.targetCrashed':
        crashed = true;
        endDocument();
        gone.resolve();
        return;
    }
  }

  return {
    connected: connected.promise,
    gone: gone.promise,
    hasCrashed: () => crashed,
    end: endDocument,

    start(openPipe) {
      pipe = openPipe;
      tellBrowser('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true });
    },

    receive(event) {
      switch (event.method) {
        case 'Target.attachedToTarget': {
          const target = attached.parse(event.params);
          const { type, url } = target.targetInfo;
          const isStartPage = sessionId === undefined && type === 'page' && url.startsWith('data:text/html,');
          if (isStartPage) takePage(target);
          else refuseTarget(target);
          return;
        }
        case 'Target.detachedFromTarget':
          if (detached.parse(event.params).sessionId === sessionId) gone.resolve();
          return;
        case 'Target.targetDestroyed':
          if (targetDestroyed.parse(event.params).targetId === targetId) gone.resolve();
          return;
        case 'Fetch.requestPaused':
          answerRequest(requestPaused.parse(event.params), event.sessionId).catch(ignoreRefusal);
          return;
        case 'Runtime.bindingCalled':
          answerCall(bindingCalled.parse(event.params), event.sessionId);
          return;
        default:
          if (event.sessionId === sessionId) receiveFromPage(event.method, event.params);
      }
    },

    send(event) {
      if (document !== undefined) deliverTo(document, { type: 'event', event });
    },

    printToPdf: () => toPdf({ preferCSSPageSize: true, printBackground: true }),

    sheetToPdf: ({ widthMm, heightMm }) =>
      toPdf({
        paperWidth: widthMm / mmPerInch,
        paperHeight: heightMm / mmPerInch,
        marginTop: 0,
        marginBottom: 0,
        marginLeft: 0,
        marginRight: 0,
      }),

    show() {
      tellPage('Page.bringToFront');
    },
  };
}

async function emptyFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
}

/** Settles when the process has ended or could not be started. */
function exitOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.once('error', () => {
      resolve();
    });
  });
}

/** Keeps the last lines that the browser wrote, to say why it would not start. */
function tailOf(stream: Readable | null): () => string {
  let tail = '';
  stream?.on('data', (chunk: Buffer) => {
    tail = (tail + chunk.toString('utf8')).slice(-2000);
  });
  return () => tail;
}

/**
 * For commands that fail only because their target, or the browser, has gone meanwhile: its end is reported by
 * `closed`, and nobody waits for the answer.
 */
function ignoreRefusal(): void {}
