import { setImmediate } from 'node:timers/promises';
import { utf8ToText } from '../../domain/audit/bytes.ts';
import { batchToBytes } from '../../domain/sync/batch.ts';
import {
  paused,
  type ReadReply,
  type SyncReply,
  type SyncRequest,
  type WitnessReply,
} from '../../domain/sync/desk-round.ts';
import { bytesToReadReply } from '../../domain/sync/read-reply.ts';
import {
  appendReply,
  enrolmentState,
  headsReply,
  maxBodyBytes,
  membershipAppendReply,
  membershipRead,
  wireVersion,
  type EnrolmentPiece,
  type EnrolmentState,
  type MembershipRecord,
} from '../../domain/sync/wire.ts';
import type { Random } from '../vault/random.ts';
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
import type { NetworkFailure } from './network-failure.ts';
import type { ServerAddress } from './pinned-agent.ts';
import { createProver, type DeskIdentity } from './request-proof.ts';
import { enrolmentPut, enrolmentRead } from './stranger.ts';

/** A desk's line to its server. Nothing is tried again but for a clock that goes wrong: what failed may have been done. */
export interface ServerClient {
  /** Asks what a round wants to know. `pause` lets other work go first. */
  ask(request: SyncRequest): Promise<SyncReply | NetworkFailure>;
  /** Opens a letter box for a desk that is to join. */
  openEnrolment(lookup: string): Promise<Answered<EnrolmentState>>;
  readEnrolment(lookup: string): Promise<Answered<EnrolmentState>>;
  /** Puts a piece, as base64, into a letter box that this desk has opened; the same again is done again. */
  writeEnrolment(lookup: string, piece: EnrolmentPiece, value: string): Promise<Answered<Done>>;
  closeEnrolment(lookup: string): Promise<Answered<Done>>;
  /** Ends all connections; what is under way, and whatever is asked after, ends with `interrupted`. */
  close(): void;
}

export interface ServerClientOptions {
  readonly address: ServerAddress;
  readonly channel: string;
  readonly identity: DeskIdentity;
  /** UTC milliseconds. */
  readonly now: () => number;
  readonly random: Random;
  /** The server has another TLS key, which its signing key vouches for: to be pinned from now on. */
  readonly onNewPin: (pin: string) => void;
  readonly limits?: Partial<NetworkLimits>;
}

type Read<T> = (body: Uint8Array, status: number) => T | undefined;

/** Makes a desk's client; nothing is connected before the first question. */
export function createServerClient(options: ServerClientOptions): ServerClient {
  const { address, channel, identity, now, random } = options;
  const line = createLine(address, options);
  const prove = createProver(identity, random);
  // The server's clock less ours, once it has refused ours.
  let offsetMs = 0;

  const sendProven = async <T extends object>(what: WireRequest, read: Read<T>): Promise<Answered<T>> =>
    readAnswer(await line.send(what, await prove(what, now() + offsetMs)), read);
  const send = async <T extends object>(what: WireRequest, read: Read<T>): Promise<Answered<T>> => {
    const answer = await sendProven(what, read);
    if (!('refusal' in answer)) return answer;
    const { code, at } = answer.refusal;
    if (code !== 'clock-skew' || at === undefined) return answer;
    offsetMs = at - now();
    return sendProven(what, read);
  };

  return {
    ask: async (request) => {
      if (request.ask !== 'pause') return askChannel(send, channel, request);
      await setImmediate();
      return paused;
    },
    openEnrolment: (lookup) => {
      const body = jsonBody({ lookup, channel });
      return send({ method: 'POST', target: `/v${wireVersion}/enrolments`, body }, jsonBy(enrolmentState));
    },
    readEnrolment: async (lookup) =>
      readAnswer(await line.send(enrolmentRead(lookup)), jsonBy(enrolmentState)),
    writeEnrolment: (lookup, piece, value) => send(enrolmentPut(lookup, piece, value), doneBy),
    closeEnrolment: (lookup) =>
      send({ method: 'DELETE', target: `/v${wireVersion}/enrolments/${lookup}` }, doneBy),
    close: () => line.close(),
  };
}

function askChannel(
  send: <T extends object>(what: WireRequest, read: Read<T>) => Promise<Answered<T>>,
  channel: string,
  request: Exclude<SyncRequest, { ask: 'pause' }>,
): Promise<SyncReply | NetworkFailure> {
  const base = `/v${wireVersion}/channels/${channel}`;
  const get = <T extends object>(path: string, read: Read<T>) =>
    send({ method: 'GET', target: `${base}${path}` }, read);
  const post = <T extends object>(path: string, body: Uint8Array, read: Read<T>) =>
    send({ method: 'POST', target: `${base}${path}`, body }, read);
  switch (request.ask) {
    case 'heads':
      return get('/heads', jsonBy(headsReply));
    case 'membership':
      return get(`/membership?from=${request.from}`, jsonBy(membershipRead));
    case 'append-membership':
      return post('/membership', membershipBody(request.records), jsonBy(membershipAppendReply));
    case 'append':
      return post('/batches', Buffer.concat(request.batches.map(batchToBytes)), jsonBy(appendReply));
    case 'read':
      return get(`/batches?after=${request.after}`, readBatches);
    case 'read-one':
      return get(`/batches/${request.desk}/${request.incarnation}/${request.batch}`, readBatches);
    case 'witness':
      return post('/witness', Buffer.from(request.request, 'utf8'), readWitness);
  }
}

/** The first records that fit into one body; the server says up to where it took them, and the round goes on from there. */
function membershipBody(records: readonly MembershipRecord[]): Uint8Array {
  let end = records.length;
  let body = jsonBody({ records });
  while (body.length > maxBodyBytes && end > 1) {
    end = Math.ceil(end / 2);
    body = jsonBody({ records: records.slice(0, end) });
  }
  return body;
}

function readBatches(body: Uint8Array, status: number): ReadReply | undefined {
  const read = status === 200 ? bytesToReadReply(body) : undefined;
  if (read?.ok !== true) return undefined;
  const { head, batches } = read.value;
  const items = batches.flatMap((batch, index) => {
    const numbered = head.items[index];
    return numbered === undefined ? [] : [{ ...numbered, batch }];
  });
  const { serverIncarnation, chain } = head;
  return { serverIncarnation, chain, head: head.head, items };
}

/** By the statuses of C2SP tlog-witness. A log that it does not know, or a note that it does not take for this desk's, are refusals as all others are. */
function readWitness(body: Uint8Array, status: number): WitnessReply | undefined {
  const text = utf8ToText(body);
  if (status === 200 && text !== undefined) return { outcome: 'countersigned', line: text };
  if (status === 409 && /^(0|[1-9]\d{0,14})\n$/.test(text ?? ''))
    return { outcome: 'stale', size: Number(text) };
  return status === 422 ? { outcome: 'refused' } : undefined;
}
