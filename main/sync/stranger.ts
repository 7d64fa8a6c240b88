import type { z } from 'zod';
import {
  claimRequest,
  enrolmentState,
  enrolmentWrite,
  serverFacts,
  wireVersion,
  type EnrolmentPiece,
  type EnrolmentState,
  type ServerFacts,
} from '../../domain/sync/wire.ts';
import {
  createLine,
  doneBy,
  jsonBody,
  jsonBy,
  readAnswer,
  type Answered,
  type Done,
  type NetworkLimits,
  type WireRequest,
} from './exchange.ts';
import type { ServerAddress } from './pinned-agent.ts';

/** What somebody may ask who is in no channel yet. Each call has a connection of its own. */
export interface StrangerOptions {
  /** The server has another TLS key by now, which its signing key vouches for: to be pinned. */
  readonly onNewPin?: (pin: string) => void;
  /** Ends the call with `interrupted`. */
  readonly signal?: AbortSignal;
  readonly limits?: Partial<NetworkLimits>;
}

/** Asks the server who it is. That it is the pinned one is known by its connection. */
export function readServerFacts(
  address: ServerAddress,
  options: StrangerOptions = {},
): Promise<Answered<ServerFacts>> {
  return ask(address, { method: 'GET', target: `/v${wireVersion}/server` }, jsonBy(serverFacts), options);
}

/** Claims an empty channel with the server's code. The same claim again, after a lost answer, is done again. */
export function claim(
  address: ServerAddress,
  request: z.input<typeof claimRequest>,
  options: StrangerOptions = {},
): Promise<Answered<Done>> {
  const body = jsonBody(claimRequest.parse(request));
  return ask(address, { method: 'POST', target: `/v${wireVersion}/claim`, body }, doneBy, options);
}

/** Reads what lies in a letter box. */
export function readEnrolment(
  address: ServerAddress,
  lookup: string,
  options: StrangerOptions = {},
): Promise<Answered<EnrolmentState>> {
  return ask(address, enrolmentRead(lookup), jsonBy(enrolmentState), options);
}

/** Puts a piece, as base64, into a letter box; the same again is done again. The server lets strangers write the `request` alone. */
export function writeEnrolment(
  address: ServerAddress,
  lookup: string,
  piece: EnrolmentPiece,
  value: string,
  options: StrangerOptions = {},
): Promise<Answered<Done>> {
  return ask(address, enrolmentPut(lookup, piece, value), doneBy, options);
}

/** The request that reads a letter box: the same for desks and strangers. */
export function enrolmentRead(lookup: string): WireRequest {
  return { method: 'GET', target: `/v${wireVersion}/enrolments/${lookup}` };
}

/** The request that writes into a letter box. `value` is base64. */
export function enrolmentPut(lookup: string, piece: EnrolmentPiece, value: string): WireRequest {
  const body = jsonBody(enrolmentWrite.parse({ piece, value }));
  return { method: 'PUT', target: `/v${wireVersion}/enrolments/${lookup}`, body };
}

async function ask<T extends object>(
  address: ServerAddress,
  what: WireRequest,
  read: (body: Uint8Array, status: number) => T | undefined,
  { onNewPin = () => undefined, signal, limits = {} }: StrangerOptions,
): Promise<Answered<T>> {
  const line = createLine(address, { onNewPin, limits });
  const end = (): void => line.close();
  if (signal?.aborted === true) end();
  signal?.addEventListener('abort', end);
  try {
    return readAnswer(await line.send(what), read);
  } finally {
    signal?.removeEventListener('abort', end);
    end();
  }
}
