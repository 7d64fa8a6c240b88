import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';

/** One event of the DevTools protocol; its parameters are unknown until the listener has parsed them. */
export interface DevtoolsEvent {
  readonly method: string;
  readonly params: unknown;
  /** The attached target that it came from; undefined for the browser itself. */
  readonly sessionId: string | undefined;
}

/** A connection to a browser that was started with `--remote-debugging-pipe`. */
export interface DevtoolsPipe {
  /** Sends one command. Rejects if the browser refuses it or has gone. */
  send(method: string, params?: object, sessionId?: string): Promise<unknown>;
  /** Settles when the browser has closed its end. Every command still open has then been rejected. */
  readonly closed: Promise<void>;
}

const message = z.object({
  id: z.number().optional(),
  method: z.string().optional(),
  params: z.unknown().optional(),
  sessionId: z.string().optional(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
});

/**
 * Speaks the Chrome DevTools Protocol over two pipes: JSON messages, each ended by a NUL byte.
 *
 * A pipe, unlike the usual WebSocket, opens no port: no other program on the computer can reach it.
 */
export function openDevtoolsPipe(
  toBrowser: Writable,
  fromBrowser: Readable,
  onEvent: (event: DevtoolsEvent) => void,
): DevtoolsPipe {
  const waiting = new Map<
    number,
    { resolve: (result: unknown) => void; reject: (cause: Error) => void; method: string }
  >();
  let lastId = 0;
  let isOpen = true;
  let unfinished: Buffer[] = [];

  const { promise: closed, resolve: settleClosed } = Promise.withResolvers<void>();

  function close(): void {
    if (!isOpen) return;
    isOpen = false;
    for (const { reject, method } of waiting.values()) reject(browserGone(method));
    waiting.clear();
    settleClosed();
  }

  function receive(text: string): void {
    const parsed = message.parse(JSON.parse(text));
    if (parsed.method !== undefined) {
      onEvent({ method: parsed.method, params: parsed.params, sessionId: parsed.sessionId });
      return;
    }
    const call = parsed.id === undefined ? undefined : waiting.get(parsed.id);
    if (parsed.id === undefined || call === undefined) return;
    waiting.delete(parsed.id);
    if (parsed.error === undefined) call.resolve(parsed.result);
    else call.reject(new Error(`The browser refused ${call.method}: ${parsed.error.message}`));
  }

  fromBrowser.on('data', (chunk: Buffer) => {
    let start = 0;
    for (let end = chunk.indexOf(0); end !== -1; end = chunk.indexOf(0, start)) {
      unfinished.push(chunk.subarray(start, end));
      const text = Buffer.concat(unfinished).toString('utf8');
      unfinished = [];
      start = end + 1;
      receive(text);
    }
    if (start < chunk.length) unfinished.push(chunk.subarray(start));
  });
  fromBrowser.on('close', close);
  fromBrowser.on('error', close);
  toBrowser.on('error', close);

  return {
    closed,
    send(method, params = {}, sessionId) {
      if (!isOpen) return Promise.reject(browserGone(method));
      const id = ++lastId;
      const call = Promise.withResolvers<unknown>();
      waiting.set(id, { resolve: call.resolve, reject: call.reject, method });
      toBrowser.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      return call.promise;
    },
  };
}

function browserGone(method: string): Error {
  return new Error(`The browser has closed; ${method} was not answered.`);
}
