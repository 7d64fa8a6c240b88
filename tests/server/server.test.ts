import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../domain/audit/bytes.ts';
import { zeroHash } from '../../domain/sync/batch.ts';
import { receiptBytes } from '../../domain/sync/channel.ts';
import { parseInvitation } from '../../domain/sync/invitation.ts';
import { bytesToReadReply } from '../../domain/sync/read-reply.ts';
import { serverFacts } from '../../domain/sync/wire.ts';
import { sha256, verifyEd25519 } from '../../server/server-crypto.ts';
import { startTestServer, type TestServer } from '../../scripts/harness/district-server.ts';
import {
  append,
  BatchWriter,
  claimBody,
  claimChannel,
  createWireDesk,
  deskRecord,
  heads,
  jsonBody,
  randomId,
  send,
  sendAs,
} from '../support/wire-desk.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(async () => {
  await server.remove();
});

async function claimedDesk() {
  const desk = createWireDesk();
  expect((await claimChannel(server, desk)).status).toBe(204);
  return desk;
}

it('says what it is', async () => {
  const answer = await send(server, { target: '/v1/server' });
  expect(serverFacts.parse(answer.json)).toEqual({ ...server.facts, at: expect.any(Number) });
});

describe('a claim', () => {
  it('makes an empty channel with its first desk', async () => {
    const desk = await claimedDesk();
    expect(await heads(server, desk)).toMatchObject({
      seq: 0,
      chain: zeroHash,
      desks: [],
      membership: { size: 0 },
    });
  });

  it('is answered the same when it comes again, and refused when it is another with the same code', async () => {
    const invitation = parseInvitation(sha256, await server.invitation());
    if (!invitation.ok) throw new Error(invitation.error.type);
    const { code } = invitation.value;
    const desk = createWireDesk();
    const claim = { method: 'POST', target: '/v1/claim', body: claimBody(desk, code) } as const;
    expect((await send(server, claim)).status).toBe(204);
    expect((await send(server, claim)).status).toBe(204);
    const other = await send(server, { ...claim, body: claimBody(createWireDesk(), code) });
    expect(other).toMatchObject({ status: 409, json: { code: 'code-used' } });
  });

  it('is refused for a channel that is there, and with a code that nobody made', async () => {
    const desk = await claimedDesk();
    const thief = createWireDesk({ channel: desk.channel });
    expect(await claimChannel(server, thief)).toMatchObject({ json: { code: 'channel-taken' } });
    const guess = {
      method: 'POST',
      target: '/v1/claim',
      body: claimBody(createWireDesk(), randomId()),
    } as const;
    expect(await send(server, guess)).toMatchObject({ status: 410, json: { code: 'code-expired' } });
  });
});

describe('batches', () => {
  it('are numbered, acknowledged with a signed receipt, and read back byte for byte', async () => {
    const desk = await claimedDesk();
    const writer = new BatchWriter(desk);
    const sent = [writer.next(), writer.next({ blobs: [] }), writer.next()];
    const { receipts, refused } = await append(server, desk, ...sent);
    expect(refused).toBeNull();
    expect(receipts.map(({ body }) => body.seq)).toEqual([1, 2, 3]);
    const key = fromHex(server.facts.signingKey);
    expect(receipts.every(({ body, sig }) => verifyEd25519(key, receiptBytes(body), fromHex(sig)))).toBe(
      true,
    );

    const read = await sendAs(server, desk, { target: `/v1/channels/${desk.channel}/batches?after=1` });
    const reply = bytesToReadReply(read.bytes);
    if (!reply.ok) throw new Error(reply.error.type);
    expect(reply.value.head).toMatchObject({ chain: receipts[0]?.body.chain, head: 3 });
    expect(reply.value.head.items.map(({ seq }) => seq)).toEqual([2, 3]);
    expect(reply.value.batches.map(({ headerBytes }) => toHex(headerBytes))).toEqual(
      sent.slice(1).map(({ headerBytes }) => toHex(headerBytes)),
    );
    const one = await sendAs(server, desk, {
      target: `/v1/channels/${desk.channel}/batches/${desk.desk}/1/3`,
    });
    const oneReply = bytesToReadReply(one.bytes);
    if (!oneReply.ok) throw new Error(oneReply.error.type);
    expect(oneReply.value.head).toMatchObject({ chain: receipts[1]?.body.chain, items: [{ seq: 3 }] });
    expect(Buffer.from(oneReply.value.batches[0]?.blobs[0] ?? [])).toEqual(
      Buffer.from(sent[2]?.blobs[0] ?? []),
    );
  });

  it('that come again get the first receipt, and one that differs puts its desk aside', async () => {
    const desk = await claimedDesk();
    const first = new BatchWriter(desk).next();
    const once = await append(server, desk, first);
    expect(await append(server, desk, first)).toEqual(once);
    const other = await append(server, desk, new BatchWriter(desk).next());
    expect(other.refused).toMatchObject({ code: 'batch-differs', batch: 1 });
    const answer = await sendAs(server, desk, { target: `/v1/channels/${desk.channel}/heads` });
    expect(answer).toMatchObject({ status: 403, json: { code: 'desk-ended' } });
  });

  it('are read in pieces that fit one answer', async () => {
    const desk = await claimedDesk();
    const writer = new BatchWriter(desk);
    for (let n = 0; n < 6; n += 1)
      await append(server, desk, writer.next({ blobs: [Buffer.alloc(300_000, n)] }));
    let after = 0;
    const sizes: number[] = [];
    while (after < 6) {
      const read = await sendAs(server, desk, {
        target: `/v1/channels/${desk.channel}/batches?after=${after}`,
      });
      expect(read.bytes.length).toBeLessThanOrEqual(1024 * 1024);
      const reply = bytesToReadReply(read.bytes);
      if (!reply.ok) throw new Error(reply.error.type);
      sizes.push(reply.value.batches.length);
      after += reply.value.batches.length;
    }
    expect(sizes).toEqual([3, 3]);
  });

  it('that were cut short, and bodies over a megabyte, are refused', async () => {
    const desk = await claimedDesk();
    const target = `/v1/channels/${desk.channel}/batches`;
    const cut = await sendAs(server, desk, { method: 'POST', target, body: Buffer.alloc(50) });
    expect(cut).toMatchObject({ status: 400, json: { code: 'malformed' } });
    const large = await sendAs(server, desk, { method: 'POST', target, body: Buffer.alloc(1024 * 1024 + 1) });
    expect(large).toMatchObject({ status: 413, json: { code: 'too-large' } });
  });

  it('after a number that the channel has not reached are not found', async () => {
    const desk = await claimedDesk();
    const answer = await sendAs(server, desk, { target: `/v1/channels/${desk.channel}/batches?after=1` });
    expect(answer).toMatchObject({ status: 404, json: { code: 'not-found' } });
  });
});

describe('membership', () => {
  it('is appended by compare-and-swap, makes desks known and ends them', async () => {
    const desk = await claimedDesk();
    const second = createWireDesk({ channel: desk.channel });
    const target = `/v1/channels/${desk.channel}/membership`;
    const record = deskRecord(second, 0, zeroHash);
    const post = (records: unknown[]) =>
      sendAs(server, desk, { method: 'POST', target, body: jsonBody({ records }) });
    expect((await post([record])).json).toEqual({ outcome: 'appended', size: 1, hash: record.hash });
    expect((await post([record])).json).toEqual({ outcome: 'not-next', size: 1, hash: record.hash });
    expect((await append(server, second, new BatchWriter(second).next())).refused).toBeNull();
    expect((await sendAs(server, second, { target: `${target}?from=0` })).json).toEqual({
      records: [record],
      size: 1,
      hash: record.hash,
    });

    const ended = {
      ...deskRecord(second, 1, record.hash),
      public: { kind: 'desk-ended', desk: second.desk, how: 'stolen' },
    };
    await post([ended]);
    expect((await sendAs(server, second, { target })).json).toEqual({ code: 'desk-ended' });
    const open = jsonBody({ lookup: randomId() + randomId(), channel: desk.channel });
    const box = await sendAs(server, second, { method: 'POST', target: '/v1/enrolments', body: open });
    expect(box.json).toEqual({ code: 'desk-ended' });
    // Named again, as after a restore of its store, it stays ended.
    await post([deskRecord(second, 2, ended.hash)]);
    expect((await sendAs(server, second, { target })).json).toEqual({ code: 'desk-ended' });
  });
});

describe('a letter box', () => {
  it('is opened by a desk, read by whoever knows its place, and written once', async () => {
    const desk = await claimedDesk();
    const lookup = randomId() + randomId();
    const target = `/v1/enrolments/${lookup}`;
    const opened = await sendAs(server, desk, {
      method: 'POST',
      target: '/v1/enrolments',
      body: jsonBody({ lookup, channel: desk.channel }),
    });
    expect(opened.status).toBe(201);
    const put = (piece: string, value: string) => ({
      method: 'PUT' as const,
      target,
      body: jsonBody({ piece, value }),
    });
    expect((await send(server, put('request', 'AAAA'))).status).toBe(204);
    expect((await send(server, put('request', 'AAAA'))).status).toBe(204);
    expect(await send(server, put('request', 'BBBB'))).toMatchObject({ json: { code: 'code-used' } });
    expect(await send(server, put('offer', 'CCCC'))).toMatchObject({ json: { code: 'unauthenticated' } });
    expect((await sendAs(server, desk, put('offer', 'CCCC'))).status).toBe(204);
    expect((await send(server, { target })).json).toMatchObject({
      pieces: { request: 'AAAA', offer: 'CCCC', handover: null },
    });
    expect((await send(server, { method: 'DELETE', target })).status).toBe(401);
    expect((await sendAs(server, desk, { method: 'DELETE', target })).status).toBe(204);
    expect((await send(server, { target })).json).toEqual({ code: 'not-found' });
  });
});
