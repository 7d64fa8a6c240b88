import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { SlipSheet } from '../domain/contract/counter.ts';
import type { DeskEvent } from '../domain/contract/events.ts';
import {
  callStates,
  controlFlags,
  type DataWorkerOptions,
  type FromDataWorker,
  type LockReason,
  type ToDataWorker,
} from './desk-messages.ts';
import type { GateCall, GateReply } from './gate/gate.ts';
import type { PrintOutcome } from './window/window.ts';

/** A call that the data worker has not begun after this time is withdrawn: it never runs, and says so. */
const longestWaitMs = 2000;

/** What prints slips for the desk: the window. */
export interface SlipPrinting {
  readonly printers: () => Promise<readonly string[]>;
  readonly print: (sheet: SlipSheet, printer: string | null) => Promise<PrintOutcome>;
}

/** The desk as the main thread sees it: questions go to the data worker, answers and events come back. */
export interface DeskClient {
  /** Answers a call of the window; when the worker has died, as a locked desk does. */
  call(call: GateCall): Promise<GateReply>;
  onEvent(listener: (event: DeskEvent) => void): void;
  /** Who prints: asked when a slip's audit row is written. Without one, the page has to print itself. */
  onPrint(printing: SlipPrinting): void;
  /** Ends the session before anything that waits; running long work stops. */
  lock(why: LockReason): void;
  /** A window document has gone: a session bound to it ends. */
  windowClosed(windowId: string): void;
  /** Locks and ends the worker; settles when the store is closed. */
  close(): Promise<void>;
}

/** Starts the data worker. Settles when it takes calls. */
export async function startDesk(options: {
  readonly dataFolder: string;
  readonly exportFolder?: string;
  readonly backupFolder?: string;
  readonly window?: 'electron' | 'chromium';
}): Promise<DeskClient> {
  const control = new SharedArrayBuffer(8);
  const flags = new Int32Array(control);
  const data: DataWorkerOptions = {
    dataFolder: options.dataFolder,
    exportFolder: options.exportFolder ?? join(options.dataFolder, 'exports'),
    backupFolder: options.backupFolder ?? join(options.dataFolder, 'backups'),
    window: options.window ?? 'chromium',
    control,
  };
  // In the bundle every worker is a flat file beside the code that starts it.
  const file = import.meta.url.endsWith('.ts') ? './data-worker.ts' : './data-worker.js';
  const worker = new Worker(new URL(file, import.meta.url), {
    workerData: data,
    // Without it reading a year of marks leaves some 40 MB more behind that nobody uses (docs/figures.md).
    resourceLimits: { maxYoungGenerationSizeMb: 24 },
  });
  const waiting = new Map<number, (reply: GateReply) => void>();
  const listeners = new Set<(event: DeskEvent) => void>();
  let printing: SlipPrinting = { printers: async () => [], print: async () => 'dialog' };
  let lastId = 0;

  const { promise: ready, resolve: isReady, reject: failed } = Promise.withResolvers<void>();
  const { promise: exited, resolve: hasExited } = Promise.withResolvers<void>();
  worker.on('message', (message: FromDataWorker) => {
    switch (message.kind) {
      case 'ready':
        isReady();
        return;
      case 'reply':
        waiting.get(message.id)?.(message.reply);
        waiting.delete(message.id);
        return;
      case 'print': {
        const { id } = message;
        // A window that has gone, or a printer that fails, has printed nothing.
        printing.print(message.sheet, message.printer).then(
          (outcome) => post({ kind: 'printed', id, outcome }),
          () => post({ kind: 'printed', id, outcome: 'failed' }),
        );
        return;
      }
      case 'list-printers': {
        const { id } = message;
        printing.printers().then(
          (printers) => post({ kind: 'printers', id, printers }),
          () => post({ kind: 'printers', id, printers: [] }),
        );
        return;
      }
      case 'event':
        for (const listener of listeners) listener(message.event);
        return;
    }
  });
  worker.on('error', failed);
  let hasEnded = false;
  worker.on('exit', () => {
    hasEnded = true;
    hasExited();
    for (const answer of waiting.values()) answer({ ok: false, error: { type: 'locked' } });
    waiting.clear();
  });
  const post = (message: ToDataWorker): void => {
    worker.postMessage(message);
  };
  await ready;

  return {
    async call(call) {
      // Its store is closed and its keys are gone: for the window that is a locked desk.
      if (hasEnded) return { ok: false, error: { type: 'locked' } };
      // These two must reach a worker that is busy: a flag, since a message would wait behind the work.
      if (call.sender === 'own-window' && call.area === 'desk' && call.procedure === 'lock') {
        Atomics.store(flags, controlFlags.lock, 1);
      }
      if (call.sender === 'own-window' && call.area === 'roster' && call.procedure === 'discard') {
        Atomics.store(flags, controlFlags.cancel, 1);
      }
      lastId += 1;
      const id = lastId;
      const state = new SharedArrayBuffer(4);
      return new Promise((resolve) => {
        const withdraw = setTimeout(() => {
          const before = Atomics.compareExchange(
            new Int32Array(state),
            0,
            callStates.waiting,
            callStates.withdrawn,
          );
          if (before !== callStates.waiting) return;
          waiting.delete(id);
          resolve({ ok: false, error: { type: 'store-busy' } });
        }, longestWaitMs);
        waiting.set(id, (reply) => {
          clearTimeout(withdraw);
          resolve(reply);
        });
        post({ kind: 'call', id, call, state });
      });
    },
    onEvent(listener) {
      listeners.add(listener);
    },
    onPrint(windowPrinting) {
      printing = windowPrinting;
    },
    lock(why) {
      Atomics.store(flags, controlFlags.lock, 1);
      post({ kind: 'lock', why });
    },
    windowClosed(windowId) {
      post({ kind: 'window-closed', windowId });
    },
    async close() {
      Atomics.store(flags, controlFlags.lock, 1);
      post({ kind: 'close' });
      await exited;
    },
  };
}
