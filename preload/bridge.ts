import type { Api } from '../domain/contract/contract.ts';
import type { DeskEvent } from '../domain/contract/events.ts';
import { procedureNames } from '../domain/contract/names.ts';

/** What the page finds at `window.rollkeep`: the contract, procedure by procedure, and the desk's events. */
export interface RollkeepBridge extends Api {
  /** Calls `listener` for every event; returns the function that stops it. */
  readonly onEvent: (listener: (event: DeskEvent) => void) => () => void;
}

declare global {
  interface Window {
    readonly rollkeep: RollkeepBridge;
  }
}

/** How a window carries the bridge: one call out, events in. */
export interface BridgeTransport {
  /** Rejects only for a bug in the main process; an expected error is a reply. */
  readonly call: (area: string, procedure: string, input: unknown) => Promise<unknown>;
  readonly onEvent: (listener: (event: unknown) => void) => () => void;
}

/**
 * Builds the bridge: one function for each procedure of the contract and no way to name another. Frozen, so that
 * nothing in the page can put its own function in the place of ours.
 */
export function buildBridge(transport: BridgeTransport): object {
  const areas = Object.entries(procedureNames).map(([area, procedures]) => {
    const calls = procedures.map((procedure) => [
      procedure,
      (input: unknown) => transport.call(area, procedure, input),
    ]);
    return [area, Object.freeze(Object.fromEntries(calls))];
  });
  const onEvent = (listener: (event: unknown) => void) => transport.onEvent(listener);
  return Object.freeze({ ...Object.fromEntries(areas), onEvent });
}
