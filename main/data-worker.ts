import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../domain/result.ts';
import { areaHandlers } from './area-handlers.ts';
import { prepareRates } from './attendance/prepare-rates.ts';
import { watchBackups } from './backup/watch.ts';
import { createBugLog } from './bug-log.ts';
import {
  callStates,
  controlFlags,
  type DataWorkerOptions,
  type FromDataWorker,
  type ToDataWorker,
} from './desk-messages.ts';
import { Desk } from './desk/desk.ts';
import { hasSlept, type TwoClocks } from './desk/sleep-watch.ts';
import { createGate } from './gate/gate.ts';
import { lookIfDue } from './roster/watched-folder.ts';
import { resourcePath } from './resource.ts';
import { calibrateArgon2, type Argon2Cost } from './vault/argon2.ts';
import { readCommonPasswords } from './vault/common-passwords.ts';
import { openKeychain } from './vault/keychain.ts';
import { systemRandom } from './vault/random.ts';
import type { PrintOutcome } from './window/window.ts';

/**
 * The data worker: the one thread that holds the open store, its keys and the gate. SQLite's calls are synchronous, so
 * they run here and the window never waits for them.
 */
const port = parentPort;
assert(port !== null, 'the data worker runs as a worker');
const options: DataWorkerOptions = workerData;
const control = new Int32Array(options.control);

const post = (message: FromDataWorker): void => {
  port.postMessage(message);
};

/** What the window was asked and has not answered yet. */
const printing = new Map<number, (outcome: PrintOutcome) => void>();
const listing = new Map<number, (printers: readonly string[]) => void>();
let lastQuestion = 0;

let commonPasswords: ReadonlySet<string> | undefined;
let cost: Promise<Argon2Cost> | undefined;

const desk = new Desk({
  dataDir: options.dataFolder,
  exportDir: options.exportFolder,
  backupDir: options.backupFolder,
  window: options.window,
  now: Date.now,
  random: systemRandom,
  openKeychain: (allowFile) => openKeychain({ dataDir: options.dataFolder, allowFile }),
  cost: () => (cost ??= calibrateArgon2()),
  isCommonPassword(lowerCase) {
    commonPasswords ??= readCommonPasswords(resourcePath('passwords/common-passwords.txt'));
    return commonPasswords.has(lowerCase);
  },
  emit: (event) => {
    post({ kind: 'event', event });
  },
  printSlip: (sheet, printer) =>
    new Promise((resolve) => {
      post({ kind: 'print', id: nextQuestion(printing, resolve), sheet, printer });
    }),
  listPrinters: () =>
    new Promise((resolve) => {
      post({ kind: 'list-printers', id: nextQuestion(listing, resolve) });
    }),
  reportBug: createBugLog(join(options.dataFolder, 'log')),
  isCancelled: () =>
    Atomics.load(control, controlFlags.cancel) === 1 || Atomics.load(control, controlFlags.lock) === 1,
  clearCancel: () => {
    Atomics.store(control, controlFlags.cancel, 0);
  },
});
const gate = createGate(desk, areaHandlers);

function nextQuestion<A>(waiting: Map<number, (answer: A) => void>, onAnswer: (answer: A) => void): number {
  lastQuestion += 1;
  waiting.set(lastQuestion, onAnswer);
  return lastQuestion;
}

function readClocks(): TwoClocks {
  return { wallMs: Date.now(), monotonicMs: performance.now() };
}

/** Locking goes before whatever is queued. */
function lockIfAsked(): void {
  if (Atomics.exchange(control, controlFlags.lock, 0) === 1) desk.lock('user');
}

port.on('message', (message: ToDataWorker) => {
  switch (message.kind) {
    case 'call': {
      const state = new Int32Array(message.state);
      if (Atomics.compareExchange(state, 0, callStates.waiting, callStates.started) !== callStates.waiting)
        return;
      if (message.call.area !== 'desk' || message.call.procedure !== 'lock') lockIfAsked();
      else Atomics.store(control, controlFlags.lock, 0);
      void gate.call(message.call).then((reply) => {
        post({ kind: 'reply', id: message.id, reply });
        // A sign-in is the first chance of the day for the nightly roster; it gives way to other calls.
        if (message.call.area === 'desk' && message.call.procedure === 'signIn' && reply.ok)
          void lookIfDue(desk);
      });
      return;
    }
    case 'lock':
      Atomics.store(control, controlFlags.lock, 0);
      desk.lock(message.why);
      return;
    case 'printed':
      printing.get(message.id)?.(message.outcome);
      printing.delete(message.id);
      return;
    case 'printers':
      listing.get(message.id)?.(message.printers);
      listing.delete(message.id);
      return;
    case 'window-closed':
      if (desk.session?.windowId === message.windowId) desk.lock('user');
      return;
    case 'close':
      desk.lock('user');
      clearInterval(ticking);
      port.close();
      return;
  }
});

let clocks: TwoClocks = readClocks();
const ticking = setInterval(() => {
  const now = readClocks();
  if (hasSlept(clocks, now)) desk.lock('suspend');
  clocks = now;
  void desk.tick();
  void lookIfDue(desk);
  void watchBackups(desk);
  void prepareRates(desk);
}, 5000);

post({ kind: 'ready' });
