import { sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logOrigin, parseWitnessKey, signCheckpoint } from '../../domain/audit/checkpoint.ts';
import { submissionToText, takeCountersignature } from '../../domain/audit/witness.ts';
import { batchHash, batchToBytes, zeroHash } from '../../domain/sync/batch.ts';
import { paused } from '../../domain/sync/desk-round.ts';
import { claimLookup, parseInvitation } from '../../domain/sync/invitation.ts';
import { maxBodyBytes } from '../../domain/sync/wire.ts';
import type { ServerClient } from '../../main/sync/server-client.ts';
import { claim, readEnrolment, readServerFacts, writeEnrolment } from '../../main/sync/stranger.ts';
import { nodeSyncCrypto } from '../../main/sync/sync-crypto.ts';
import { sha256, verifyEd25519 } from '../../server/server-crypto.ts';
import { addressOf, clientOf } from '../support/client-of.ts';
import { startTestServer, type TestServer } from '../../scripts/harness/district-server.ts';
import {
  BatchWriter,
  claimChannel,
  createWireDesk,
  deskRecord,
  randomId,
  type WireDesk,
} from '../support/wire-desk.ts';

// The application's client against the real server, over real TLS.
let server: TestServer;
let desk: WireDesk;
let client: ServerClient;

beforeAll(async () => {
  server = await startTestServer();
  desk = createWireDesk();
  await claimChannel(server, desk);
  client = clientOf(desk, addressOf(server));
});

afterAll(async () => {
  client.close();
  await server.remove();
});

async function newSchool(): Promise<{ readonly by: WireDesk; readonly client: ServerClient }> {
  const by = createWireDesk();
  await claimChannel(server, by);
  return { by, client: clientOf(by, addressOf(server)) };
}

const newLookup = (): string => randomId() + randomId();

describe('a desk asks for a round', () => {
  it('what the server holds of its channel', async () => {
    const { server: id, serverIncarnation, region } = server.facts;
    expect(await client.ask({ ask: 'heads' })).toMatchObject({
      server: id,
      serverIncarnation,
      region,
      seq: 0,
    });
  });

  it('to keep batches, and reads them back byte for byte', async () => {
    const { by, client: own } = await newSchool();
    const writer = new BatchWriter(by);
    const batches = [writer.next(), writer.next({ blobs: [Buffer.alloc(100_000, 7)] })];
    const kept = await own.ask({ ask: 'append', batches });
    expect(kept).toMatchObject({
      receipts: batches.map(({ headerBytes }, index) => ({
        body: { seq: index + 1, hash: batchHash(nodeSyncCrypto, headerBytes) },
      })),
      refused: null,
    });
    const read = await own.ask({ ask: 'read', after: 0 });
    if (!('items' in read)) throw new Error('no batches were read');
    expect(read).toMatchObject({ serverIncarnation: 1, chain: zeroHash, head: 2 });
    expect(read.items.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(read.items.map(({ batch }) => Buffer.from(batchToBytes(batch)))).toEqual(
      batches.map((batch) => Buffer.from(batchToBytes(batch))),
    );
    const one = await own.ask({ ask: 'read-one', desk: by.desk, incarnation: 1, batch: 2 });
    expect(one).toMatchObject({ head: 2, items: [{ seq: 2, batch: { header: batches[1]?.header } }] });
    own.close();
  });

  it('for a batch or a place that is not there, and is refused', async () => {
    const none = { ask: 'read-one', desk: desk.desk, incarnation: 1, batch: 99 } as const;
    expect(await client.ask(none)).toEqual({ refusal: { code: 'not-found' } });
    expect(await client.ask({ ask: 'read', after: 99 })).toEqual({ refusal: { code: 'not-found' } });
  });

  it('to take membership records, and reads them', async () => {
    const { by, client: own } = await newSchool();
    const record = deskRecord(by, 0, zeroHash);
    const appended = { outcome: 'appended', size: 1, hash: record.hash };
    expect(await own.ask({ ask: 'append-membership', records: [record] })).toEqual(appended);
    const again = await own.ask({ ask: 'append-membership', records: [record] });
    expect(again).toEqual({ ...appended, outcome: 'not-next' });
    const read = await own.ask({ ask: 'membership', from: 0 });
    expect(read).toEqual({ records: [record], size: 1, hash: record.hash });
    own.close();
  });

  it('to take more membership records than fit into one body, and those that fit are taken', async () => {
    const { by, client: own } = await newSchool();
    let prev = zeroHash;
    const records = Array.from({ length: 4 }, (_, seq) => {
      const record = { ...deskRecord(by, seq, prev), sealed: 'A'.repeat(400_000) };
      prev = record.hash;
      return record;
    });
    expect(JSON.stringify(records).length).toBeGreaterThan(maxBodyBytes);
    const reply = await own.ask({ ask: 'append-membership', records });
    expect(reply).toEqual({ outcome: 'appended', size: 2, hash: records[1]?.hash });
    own.close();
  });

  it('for nothing, so that other work goes first', async () => {
    const order: string[] = [];
    setImmediate(() => order.push('other work'));
    expect(await client.ask({ ask: 'pause' })).toBe(paused);
    expect(order).toEqual(['other work']);
  });

  it('as somebody whom the channel does not know, and is refused', async () => {
    const stranger = clientOf({ ...createWireDesk(), channel: desk.channel }, addressOf(server));
    expect(await stranger.ask({ ask: 'heads' })).toEqual({ refusal: { code: 'unauthenticated' } });
    stranger.close();
  });
});

describe('the witness', () => {
  const request = (by: WireDesk, size: number, oldSize = 0, logOf = by): string => {
    const origin = logOrigin({ school: by.channel, desk: logOf.desk, incarnation: 1 });
    const head = { origin, size, root: new Uint8Array(32).fill(size) };
    const note = signCheckpoint(sha256, head, Buffer.from(by.auditKey, 'hex'), (bytes) =>
      sign(null, bytes, by.auditPrivateKey),
    );
    return submissionToText({ oldSize, proof: [], note });
  };

  it('countersigns, says where it stands, and refuses a log that was rewritten', async () => {
    const { by, client: own } = await newSchool();
    const first = request(by, 3);
    const reply = await own.ask({ ask: 'witness', request: first });
    if (!('line' in reply)) throw new Error('no countersignature');
    const key = parseWitnessKey(sha256, server.facts.witnessKey);
    if (key === undefined) throw new Error('the server has a witness key');
    const note = first.split('\n\n').slice(1).join('\n\n');
    expect(takeCountersignature({ sha256, verify: verifyEd25519 }, note, reply.line, key).ok).toBe(true);
    expect(await own.ask({ ask: 'witness', request: request(by, 4) })).toEqual({ outcome: 'stale', size: 3 });
    expect(await own.ask({ ask: 'witness', request: request(by, 5, 3) })).toEqual({ outcome: 'refused' });
    own.close();
  });

  it('does not know the log of a stranger: a refusal, and no word against this log', async () => {
    const unknown = await client.ask({ ask: 'witness', request: request(desk, 3, 0, createWireDesk()) });
    expect(unknown).toEqual({ refusal: { code: 'not-found' } });
    const unsigned = request({ ...createWireDesk(), channel: desk.channel, desk: desk.desk }, 3);
    expect(await client.ask({ ask: 'witness', request: unsigned })).toEqual({
      refusal: { code: 'not-witnessed' },
    });
  });
});

describe('a computer whose clock is an hour off', () => {
  it('is let in by the time that the server tells, and asks with it from then on', async () => {
    const { by } = await newSchool();
    const own = clientOf(by, addressOf(server), { now: () => Date.now() - 60 * 60_000 });
    const requests = (): number => server.logLines.filter((line) => line.includes('/heads')).length;
    const before = requests();
    expect(await own.ask({ ask: 'heads' })).toMatchObject({ seq: 0 });
    expect(requests() - before).toBe(2);
    expect(await own.ask({ ask: 'heads' })).toMatchObject({ seq: 0 });
    expect(requests() - before).toBe(3);
    own.close();
  });
});

describe('somebody in no channel', () => {
  it('learns who the server is', async () => {
    expect(await readServerFacts(addressOf(server))).toEqual({ ...server.facts, at: expect.any(Number) });
  });

  it('claims a channel with its code once, and the same claim again after a lost answer', async () => {
    const invitation = parseInvitation(sha256, await server.invitation());
    if (!invitation.ok) throw new Error(invitation.error.type);
    const { code, ...address } = invitation.value;
    const claimOf = ({ channel, desk: id, signingKey, auditKey }: WireDesk) =>
      ({
        lookup: claimLookup(sha256, code),
        channel,
        desk: id,
        incarnation: 1,
        signingKey,
        auditKey,
      }) as const;
    const by = createWireDesk();
    expect(await claim(address, claimOf(by))).toEqual({ outcome: 'done' });
    expect(await claim(address, claimOf(by))).toEqual({ outcome: 'done' });
    expect(await claim(address, claimOf(createWireDesk()))).toEqual({ refusal: { code: 'code-used' } });
    const own = clientOf(by, address);
    expect(await own.ask({ ask: 'heads' })).toMatchObject({ seq: 0 });
    own.close();
  });

  it('ends a call that has been called off', async () => {
    const signal = AbortSignal.abort();
    expect(await readServerFacts(addressOf(server), { signal })).toEqual({ failure: 'interrupted' });
  });
});

describe('the letter box', () => {
  it('takes each piece from who may write it, gives all to both, and is closed', async () => {
    const lookup = newLookup();
    const address = addressOf(server);
    const empty = { request: null, offer: null, handover: null };
    const opened = await client.openEnrolment(lookup);
    expect(opened).toEqual({ expiresAtMs: expect.any(Number), pieces: empty });
    expect(await writeEnrolment(address, lookup, 'request', 'AAAA')).toEqual({ outcome: 'done' });
    expect(await writeEnrolment(address, lookup, 'request', 'AAAA')).toEqual({ outcome: 'done' });
    const other = await writeEnrolment(address, lookup, 'request', 'BBBB');
    expect(other).toEqual({ refusal: { code: 'code-used' } });
    const foreign = await writeEnrolment(address, lookup, 'offer', 'CCCC');
    expect(foreign).toEqual({ refusal: { code: 'unauthenticated' } });
    expect(await client.writeEnrolment(lookup, 'offer', 'DDDD')).toEqual({ outcome: 'done' });
    const state = { ...opened, pieces: { ...empty, request: 'AAAA', offer: 'DDDD' } };
    expect(await readEnrolment(address, lookup)).toEqual(state);
    expect(await client.readEnrolment(lookup)).toEqual(state);
    expect(await client.closeEnrolment(lookup)).toEqual({ outcome: 'done' });
    expect(await readEnrolment(address, lookup)).toEqual({ refusal: { code: 'not-found' } });
  });
});
