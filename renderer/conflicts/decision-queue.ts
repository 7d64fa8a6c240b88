import type { ContractError } from '../app/error-text.ts';
import { keyOf, type Choice, type Conflict } from './conflict-model.ts';

/** How long a decision can be taken back before it is sent. It supersedes all values, so afterwards it cannot. */
export const undoMs = 5000;

export type Decision =
  | { readonly step: 'waiting' | 'sending' | 'done'; readonly choice: Choice }
  | { readonly step: 'failed'; readonly choice: Choice; readonly error: ContractError };

/** Decisions by `keyOf` their conflict. */
export type Decisions = ReadonlyMap<string, Decision>;

export interface DecisionQueue {
  /** Decides, unless it is decided already; what failed may be decided again. */
  readonly decide: (conflict: Conflict, choice: Choice) => void;
  /** Takes back a decision that has not been sent; the last one without a conflict. Answers with what is open again. */
  readonly undo: (conflict?: Conflict) => Conflict | undefined;
  /** Stops the time of a decision while somebody is at its Undo, and starts it anew. */
  readonly hold: (conflict: Conflict) => void;
  readonly resume: (conflict: Conflict) => void;
  /** Sends at once whatever waits: the screen closes. */
  readonly flush: () => void;
  /** Forgets whatever waits: the session ends, and nobody may send. Both values stay. */
  readonly drop: () => void;
}

interface Waiting {
  readonly conflict: Conflict;
  readonly choice: Choice;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Keeps decisions for a few seconds before they are sent. `send` answers with the error, or undefined. */
export function createDecisionQueue(
  send: (conflict: Conflict, choice: Choice) => Promise<ContractError | undefined>,
  onChange: (decisions: Decisions) => void,
): DecisionQueue {
  const waiting = new Map<string, Waiting>();
  let decisions: Decisions = new Map();

  const put = (key: string, decision: Decision | undefined): void => {
    const next = new Map(decisions);
    if (decision === undefined) next.delete(key);
    else next.set(key, decision);
    decisions = next;
    onChange(decisions);
  };
  const sendNow = async (key: string): Promise<void> => {
    const found = waiting.get(key);
    if (found === undefined) return;
    const { conflict, choice } = found;
    clearTimeout(found.timer);
    waiting.delete(key);
    put(key, { step: 'sending', choice });
    const error = await send(conflict, choice);
    put(key, error === undefined ? { step: 'done', choice } : { step: 'failed', choice, error });
  };
  const start = (key: string): void => {
    const found = waiting.get(key);
    if (found === undefined) return;
    clearTimeout(found.timer);
    found.timer = setTimeout(() => void sendNow(key), undoMs);
  };

  return {
    decide: (conflict, choice) => {
      const key = keyOf(conflict);
      const before = decisions.get(key);
      if (before !== undefined && before.step !== 'failed') return;
      waiting.set(key, { conflict, choice, timer: undefined });
      put(key, { step: 'waiting', choice });
      start(key);
    },
    undo: (conflict) => {
      const key = conflict === undefined ? [...waiting.keys()].at(-1) : keyOf(conflict);
      const found = key === undefined ? undefined : waiting.get(key);
      if (key === undefined || found === undefined) return undefined;
      clearTimeout(found.timer);
      waiting.delete(key);
      put(key, undefined);
      return found.conflict;
    },
    hold: (conflict) => {
      clearTimeout(waiting.get(keyOf(conflict))?.timer);
    },
    resume: (conflict) => {
      start(keyOf(conflict));
    },
    flush: () => {
      for (const key of waiting.keys()) void sendNow(key);
    },
    drop: () => {
      for (const [key, { timer }] of waiting) {
        clearTimeout(timer);
        waiting.delete(key);
        put(key, undefined);
      }
    },
  };
}
