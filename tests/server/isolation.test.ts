import { sign } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { logOrigin, parseWitnessKey, signCheckpoint } from '../../domain/audit/checkpoint.ts';
import { submissionToText, takeCountersignature } from '../../domain/audit/witness.ts';
import { batchToBytes, zeroHash } from '../../domain/sync/batch.ts';
import { serverRoutes, type AppParts } from '../../server/http/app.ts';
import { sha256, verifyEd25519 } from '../../server/server-crypto.ts';
import { openDatabase } from '../../server/store/open-database.ts';
import { startTestServer, type TestServer } from '../../scripts/harness/district-server.ts';
import {
  append,
  BatchWriter,
  claimChannel,
  createWireDesk,
  deskRecord,
  jsonBody,
  proofHeaders,
  randomId,
  send,
  sendAs,
  type WireAnswer,
  type WireDesk,
  type WireRequest,
} from '../support/wire-desk.ts';

// Two schools of two districts on one server. Their first desks share an id, and so do their batches' numbers and tags' places: nothing but the
// channel and the key tells them apart.
let server: TestServer;
let victim: WireDesk;
let attacker: WireDesk;
let box: string;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(async () => {
  await server.remove();
});

beforeEach(async () => {
  victim = createWireDesk();
  attacker = createWireDesk({ desk: victim.desk });
  await claimChannel(server, victim);
  await claimChannel(server, attacker);
  const writer = new BatchWriter(victim);
  await append(server, victim, writer.next(), writer.next());
  await sendAs(server, victim, {
    method: 'POST',
    target: `/v1/channels/${victim.channel}/membership`,
    body: jsonBody({ records: [deskRecord(createWireDesk(), 0, zeroHash)] }),
  });
  await sendAs(server, victim, witnessRequest(victim, victim, 3));
  box = randomId() + randomId();
  const open = {
    method: 'POST',
    target: '/v1/enrolments',
    body: jsonBody({ lookup: box, channel: victim.channel }),
  };
  await sendAs(server, victim, open as WireRequest);
});

function witnessRequest(by: WireDesk, of: WireDesk, size: number, oldSize = 0): WireRequest {
  const origin = logOrigin({ school: of.channel, desk: of.desk, incarnation: 1 });
  const publicKey = Buffer.from(by.auditKey, 'hex');
  const root = new Uint8Array(32).fill(size);
  const note = signCheckpoint(sha256, { origin, size, root }, publicKey, (bytes) =>
    sign(null, bytes, by.auditPrivateKey),
  );
  const body = Buffer.from(submissionToText({ oldSize, proof: [], note }));
  return { method: 'POST', target: `/v1/channels/${of.channel}/witness`, body };
}

/** Everything in the victim's file and box. */
function victimState(): unknown {
  const channel = openDatabase(
    join(server.folder, 'channels', `${victim.channel}.sqlite`),
    'channel',
    'existing',
  );
  const registry = openDatabase(join(server.folder, 'registry.sqlite'), 'registry', 'existing');
  const all = (table: string) => channel.prepare(`SELECT * FROM ${table}`).all();
  const tables = ['batches', 'blobs', 'purged_tags', 'writers', 'devices', 'membership', 'witnessed'].map(
    all,
  );
  const boxes = registry.prepare('SELECT * FROM letter_boxes WHERE lookup = ?').all(box);
  channel.close();
  registry.close();
  return [tables, boxes];
}

/** For each route below a school: what the attacker asks of the victim's. */
const cases: Readonly<Record<string, () => WireRequest>> = {
  'GET /v1/channels/:channel/heads': () => ({ target: `/v1/channels/${victim.channel}/heads` }),
  'POST /v1/channels/:channel/batches': () => ({
    method: 'POST',
    target: `/v1/channels/${victim.channel}/batches`,
    body: batchToBytes(new BatchWriter({ ...attacker, channel: victim.channel }, 2).next()),
  }),
  'GET /v1/channels/:channel/batches': () => ({ target: `/v1/channels/${victim.channel}/batches?after=0` }),
  'GET /v1/channels/:channel/batches/:desk/:incarnation/:batch': () => ({
    target: `/v1/channels/${victim.channel}/batches/${victim.desk}/1/1`,
  }),
  'GET /v1/channels/:channel/membership': () => ({
    target: `/v1/channels/${victim.channel}/membership?from=0`,
  }),
  'POST /v1/channels/:channel/membership': () => ({
    method: 'POST',
    target: `/v1/channels/${victim.channel}/membership`,
    body: jsonBody({ records: [deskRecord(attacker, 1, deskRecord(createWireDesk(), 0, zeroHash).hash)] }),
  }),
  'POST /v1/channels/:channel/witness': () => witnessRequest(attacker, victim, 9),
  'POST /v1/enrolments': () => ({
    method: 'POST',
    target: '/v1/enrolments',
    body: jsonBody({ lookup: randomId() + randomId(), channel: victim.channel }),
  }),
  'PUT /v1/enrolments/:lookup': () => ({
    method: 'PUT',
    target: `/v1/enrolments/${box}`,
    body: jsonBody({ piece: 'offer', value: 'AAAA' }),
  }),
  'DELETE /v1/enrolments/:lookup': () => ({ method: 'DELETE', target: `/v1/enrolments/${box}` }),
};

/** Routes that belong to no school, or that are open to whoever knows the place of a letter box, with why that is enough. */
const open: Readonly<Record<string, string>> = {
  'GET /healthz': 'says only that the server answers',
  'GET /readyz': 'says only that the server can write',
  'GET /v1/server': 'public keys',
  'POST /v1/claim': 'makes a channel; one that is there is refused',
  'GET /v1/enrolments/:lookup': 'by 256 secret bits; what lies there is sealed',
};

it('A2, B11: every route is in the matrix or said to be open', () => {
  const routes = serverRoutes({} as AppParts).map(({ method, path }) => `${method} ${path}`);
  expect([...Object.keys(cases), ...Object.keys(open)].sort()).toEqual([...routes].sort());
});

describe('A2, B11: a desk of another school, with an id that is there too, gets nothing by', () => {
  it.each(Object.keys(cases))('%s', async (route) => {
    const request = cases[route]?.() ?? { target: '/' };
    const before = victimState();
    const tries: WireAnswer[] = [
      await sendAs(server, attacker, request),
      // A proof that holds in the attacker's own channel, for the same target elsewhere.
      await sendAs(server, attacker, request, {
        htu: request.target.replace(victim.channel, attacker.channel),
      }),
      await send(server, request),
    ];
    // A proof by the victim for something else.
    const other = await proofHeaders(victim, {
      target: `/v1/channels/${victim.channel}/heads`,
      method: 'GET',
    });
    if (request.target.endsWith('/heads')) other['dpop'] = `${other['dpop']?.slice(0, -4)}AAAA`;
    tries.push(await send(server, { ...request, headers: other }));
    expect(tries.map(({ status, json }) => ({ status, json }))).toEqual(
      tries.map(() => ({ status: 401, json: { code: 'unauthenticated' } })),
    );
    expect(victimState()).toEqual(before);
    // The same by the school's own desk is let in: the refusal is not for the request's form.
    const own = cases[route]?.() ?? { target: '/' };
    expect((await sendAs(server, victim, own)).status).not.toBe(401);
  });
});

it('A2: a channel that is not there and one of others answer the same', async () => {
  const missing = await sendAs(server, attacker, { target: `/v1/channels/${randomId()}/heads` });
  const others = await sendAs(server, attacker, { target: `/v1/channels/${victim.channel}/heads` });
  expect([missing.status, missing.json]).toEqual([others.status, others.json]);
  const odd = await sendAs(server, attacker, { target: '/v1/channels/..%2f..%2fregistry/heads' });
  expect(odd.json).toEqual(others.json);
});

it('A1: a batch is kept only in the channel that its signed header names', async () => {
  const stray = new BatchWriter(victim, 2).next();
  const answer = await sendAs(server, attacker, {
    method: 'POST',
    target: `/v1/channels/${attacker.channel}/batches`,
    body: batchToBytes(stray),
  });
  expect(answer.json).toEqual({ receipts: [], refused: { code: 'desk-unknown', desk: victim.desk } });
});

it("A1: another school's audit log is not witnessed", async () => {
  const foreign = witnessRequest(victim, victim, 9);
  const target = `/v1/channels/${attacker.channel}/witness`;
  // Its desk's id is known here too, with another key.
  expect((await sendAs(server, attacker, { ...foreign, target })).status).toBe(403);
});

describe('the witness', () => {
  it('countersigns what goes on, and answers by the statuses of C2SP', async () => {
    expect((await sendAs(server, victim, witnessRequest(victim, victim, 3))).status).toBe(409);
    const stale = await sendAs(server, victim, witnessRequest(victim, victim, 2));
    expect([stale.status, stale.bytes.toString()]).toEqual([409, '3\n']);
    const again = await sendAs(server, victim, witnessRequest(victim, victim, 3, 3));
    expect(again.status).toBe(200);
    const rewritten = await sendAs(server, victim, witnessRequest(victim, victim, 5, 3));
    expect([rewritten.status, rewritten.json]).toEqual([422, { code: 'not-witnessed' }]);
    const note = Buffer.from(witnessRequest(victim, victim, 3).body ?? [])
      .toString()
      .split('\n\n')
      .slice(1)
      .join('\n\n');
    const key = parseWitnessKey(sha256, server.facts.witnessKey);
    if (key === undefined) throw new Error('the server has a witness key');
    const kept = takeCountersignature({ sha256, verify: verifyEd25519 }, note, again.bytes.toString(), key);
    expect(kept.ok).toBe(true);
    const unknown = witnessRequest(victim, { ...victim, desk: randomId() }, 3);
    expect((await sendAs(server, victim, unknown)).status).toBe(404);
    const unsigned = witnessRequest({ ...attacker, channel: victim.channel }, victim, 4);
    expect((await sendAs(server, victim, unsigned)).status).toBe(403);
    const garbage = {
      method: 'POST',
      target: `/v1/channels/${victim.channel}/witness`,
      body: jsonBody({}),
    } as const;
    expect((await sendAs(server, victim, garbage)).status).toBe(400);
  });
});
