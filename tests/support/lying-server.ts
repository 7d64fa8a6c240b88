import type { ReadReply, SyncReply, SyncRequest } from '../../domain/sync/desk-round.ts';
import type { HeadsReply } from '../../domain/sync/wire.ts';
import type { NetworkFailure } from '../../main/sync/network-failure.ts';
import type { ServerClient } from '../../main/sync/server-client.ts';
import type { TestDesk } from './test-desk.ts';

type Answer = SyncReply | NetworkFailure;

/** What a server that lies makes of a true answer. */
export interface Lies {
  readonly heads?: (reply: HeadsReply) => HeadsReply;
  readonly read?: (reply: ReadReply) => ReadReply;
  readonly any?: (request: SyncRequest, reply: Answer) => Answer;
}

/** Puts lies between a desk and its server. Gives what ends them. */
export function lieTo(desk: TestDesk, lies: Lies): () => void {
  const client = desk.desk.sync.client;
  if (client === null) throw new Error('the desk has no server');
  const honest = client.ask.bind(client);
  const lying: Pick<ServerClient, 'ask'> = client;
  lying.ask = async (request) => {
    const reply = await honest(request);
    if ('failure' in reply || 'refusal' in reply) return lies.any?.(request, reply) ?? reply;
    if (request.ask === 'heads' && lies.heads !== undefined) return lies.heads(reply as HeadsReply);
    if (request.ask === 'read' && lies.read !== undefined) return lies.read(reply as ReadReply);
    return lies.any?.(request, reply) ?? reply;
  };
  return () => {
    lying.ask = honest;
  };
}

/** The items of a read, numbered anew from the first one's number on, as a server would that keeps its own count. */
export function renumbered(reply: ReadReply, items: ReadReply['items']): ReadReply {
  const first = reply.items[0]?.seq ?? 1;
  return { ...reply, items: items.map((item, index) => ({ ...item, seq: first + index })) };
}
