import { request as httpsRequest } from 'node:https';
import type { z } from 'zod';
import { utf8ToText } from '../../domain/audit/bytes.ts';
import { maxBodyBytes, refusal, type Refusal } from '../../domain/sync/wire.ts';
import { failureOf, NetworkError, type NetworkFailure } from './network-failure.ts';
import { PinnedAgent, type ServerAddress } from './pinned-agent.ts';

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path and query. */
  readonly target: string;
  readonly body?: Uint8Array;
}

export interface WireAnswer {
  readonly status: number;
  readonly body: Uint8Array;
}

/** How long to wait, in milliseconds. */
export interface NetworkLimits {
  /** For a connection, from the name's look-up to the end of the handshake. */
  readonly connectMs: number;
  /** Without a byte in either direction. */
  readonly idleMs: number;
}

/** What was asked for, the server's refusal, or why there is no answer. */
export type Answered<T> = T | { readonly refusal: Refusal } | NetworkFailure;

const defaultLimits: NetworkLimits = { connectMs: 10_000, idleMs: 30_000 };
const mostAnswerBytes = 2 * maxBodyBytes;

/** Connections to one pinned server. */
export interface Line {
  send(what: WireRequest, headers?: Readonly<Record<string, string>>): Promise<WireAnswer | NetworkFailure>;
  /** Ends all connections; what is under way, and whatever is sent after, ends with `interrupted`. */
  close(): void;
}

/** Makes a line to the server; nothing is connected before the first request. */
export function createLine(
  address: ServerAddress,
  options: { readonly onNewPin: (pin: string) => void; readonly limits?: Partial<NetworkLimits> },
): Line {
  const limits = { ...defaultLimits, ...options.limits };
  const agent = new PinnedAgent(address, {
    connectTimeoutMs: limits.connectMs,
    onNewPin: options.onNewPin,
  });
  let isClosed = false;
  return {
    send: async (what, headers = {}) => {
      if (isClosed) return { failure: 'interrupted' };
      try {
        return await exchange(agent, address, what, headers, limits.idleMs);
      } catch (cause) {
        return isClosed ? { failure: 'interrupted' } : failureOf(cause);
      }
    },
    close: () => {
      isClosed = true;
      agent.destroy();
    },
  };
}

function exchange(
  agent: PinnedAgent,
  { host, port }: ServerAddress,
  { method, target, body }: WireRequest,
  headers: Readonly<Record<string, string>>,
  idleMs: number,
): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest({
      host,
      port,
      agent,
      method,
      path: target,
      headers: {
        ...(body && { 'content-type': 'application/octet-stream', 'content-length': body.length }),
        ...headers,
      },
    });
    outgoing.on('error', reject);
    outgoing.setTimeout(idleMs, () => outgoing.destroy(new NetworkError('timed-out')));
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('error', reject);
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
        chunks.push(chunk);
        if (length > mostAnswerBytes) response.destroy(new NetworkError('not-understood'));
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }));
    });
    outgoing.end(body);
  });
}

/** Reads an answer: by `read` where the server did what was asked, as a refusal where it did not. `read` gives undefined for what it does not know. */
export function readAnswer<T extends object>(
  answer: WireAnswer | NetworkFailure,
  read: (body: Uint8Array, status: number) => T | undefined,
): Answered<T> {
  if ('failure' in answer) return answer;
  const { status, body } = answer;
  const known = read(body, status);
  if (known !== undefined) return known;
  const refused = status >= 400 ? refusal.safeParse(bodyToJson(body)).data : undefined;
  return refused === undefined ? { failure: 'not-understood' } : { refusal: refused };
}

/** For `readAnswer`: JSON of a shape, with the status 200 or 201. */
export function jsonBy<T extends object>(
  schema: z.ZodType<T>,
): (body: Uint8Array, status: number) => T | undefined {
  return (body, status) =>
    status === 200 || status === 201 ? schema.safeParse(bodyToJson(body)).data : undefined;
}

/** It was done, and there is nothing more to say. */
export interface Done {
  readonly outcome: 'done';
}

/** For `readAnswer`: nothing but that it was done. */
export function doneBy(body: Uint8Array, status: number): Done | undefined {
  return status === 204 && body.length === 0 ? { outcome: 'done' } : undefined;
}

export function jsonBody(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value), 'utf8');
}

function bodyToJson(body: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(utf8ToText(body) ?? '');
    return value;
  } catch {
    // Not JSON is one more shape that no schema takes.
    return undefined;
  }
}
