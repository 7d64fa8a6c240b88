import type { SlipSheet } from '../domain/contract/counter.ts';
import type { DeskEvent } from '../domain/contract/events.ts';
import type { GateCall, GateReply } from './gate/gate.ts';
import type { PrintOutcome } from './window/window.ts';

/** What the main thread gives the data worker at its start. */
export interface DataWorkerOptions {
  readonly dataFolder: string;
  readonly exportFolder: string;
  readonly backupFolder: string;
  readonly window: 'electron' | 'chromium';
  /** Two flags that the worker reads while it is busy, see `controlFlags`. */
  readonly control: SharedArrayBuffer;
}

/** Places in the control array. `cancel`: long work stops. `lock`: the session ends before anything else runs. */
export const controlFlags = { cancel: 0, lock: 1 } as const;

/** The life of one call, in a shared integer: whoever moves it first from `waiting` decides. */
export const callStates = { waiting: 0, started: 1, withdrawn: 2 } as const;

export type LockReason = Extract<DeskEvent, { type: 'locked' }>['why'];

export type ToDataWorker =
  | { readonly kind: 'call'; readonly id: number; readonly call: GateCall; readonly state: SharedArrayBuffer }
  | { readonly kind: 'lock'; readonly why: LockReason }
  | { readonly kind: 'printed'; readonly id: number; readonly outcome: PrintOutcome }
  | { readonly kind: 'printers'; readonly id: number; readonly printers: readonly string[] }
  | { readonly kind: 'window-closed'; readonly windowId: string }
  | { readonly kind: 'close' };

export type FromDataWorker =
  | { readonly kind: 'ready' }
  /** Puts the sheet that the page shows on paper, and says how that went. */
  | {
      readonly kind: 'print';
      readonly id: number;
      readonly sheet: SlipSheet;
      readonly printer: string | null;
    }
  | { readonly kind: 'list-printers'; readonly id: number }
  | { readonly kind: 'reply'; readonly id: number; readonly reply: GateReply }
  | { readonly kind: 'event'; readonly event: DeskEvent };
