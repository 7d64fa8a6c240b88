import { expect, it } from 'vitest';
import { createApp } from '../../server/http/app.ts';
import { createLimits } from '../../server/http/limits.ts';
import { createServerLog } from '../../server/log.ts';
import { createServerMetrics } from '../../server/metrics.ts';
import { openSqliteServerStore } from '../../server/store/sqlite-server-store.ts';
import { startTestServer } from '../../scripts/harness/district-server.ts';
import {
  append,
  BatchWriter,
  claimChannel,
  createWireDesk,
  jsonBody,
  send,
  sendAs,
  type WireRequest,
} from '../support/wire-desk.ts';

/** What must be in no log line: as it is, and in the spellings in which it might get there. */
const planted = [
  'Wilhelmina',
  'Featherstone',
  'w.featherstone@example.org',
  '2014-03-09',
  '555-0142',
  '12 Elm Street',
];
const sentence = planted.join(' ');
const spellings = [
  ...planted,
  ...planted.map(encodeURIComponent),
  ...planted.map((text) => Buffer.from(text).toString('base64').slice(0, -4)),
  ...planted.map((text) => Buffer.from(text).toString('hex')),
];

function expectClean(lines: readonly string[], ...alsoNot: readonly string[]): void {
  expect(lines.length).toBeGreaterThan(0);
  const text = lines.join('\n').toLowerCase();
  expect([...spellings, ...alsoNot].filter((one) => text.includes(one.toLowerCase()))).toEqual([]);
}

it('B10: what stands in bodies, paths, queries, headers and names is in no log line, nor any id or address', async () => {
  const server = await startTestServer();
  const desk = createWireDesk();
  await claimChannel(server, desk);
  const batch = new BatchWriter(desk).next({ blobs: [Buffer.from(sentence)] });
  await append(server, desk, batch);
  const path = encodeURIComponent(sentence);
  const headers = {
    'user-agent': planted[0] ?? '',
    referer: `https://example.org/${path}`,
    cookie: `name=${path}`,
    'x-request-id': planted[1] ?? '',
    'x-forwarded-for': planted[4] ?? '',
  };
  const requests: readonly WireRequest[] = [
    { target: `/${path}` },
    {
      target: `/v1/channels/${path}/heads`,
      headers: { 'rollkeep-desk': 'Wilhelmina', dpop: 'Featherstone' },
    },
    { target: `/v1/enrolments/${path}` },
    { target: `/v1/server?name=${path}` },
    { target: `/v1/channels/%E0%A4%A/heads` },
    { method: 'POST', target: '/v1/claim', body: jsonBody({ lookup: sentence, [sentence]: 1 }) },
    { method: 'POST', target: '/v1/claim', body: Buffer.from(`{"a": ${sentence}`) },
    { method: 'POST', target: '/v1/enrolments', body: jsonBody({ lookup: sentence }) },
    { method: 'PUT', target: `/v1/enrolments/${'ab'.repeat(32)}`, body: jsonBody({ piece: sentence }) },
  ];
  for (const request of requests) {
    expect(
      (await send(server, { ...request, headers: { ...headers, ...request.headers } })).status,
    ).toBeLessThan(500);
  }
  for (const target of [
    `/v1/channels/${desk.channel}/batches?after=${path}`,
    `/v1/channels/${desk.channel}/batches/${path}/1/1`,
    `/v1/channels/${desk.channel}/membership?${path}=1`,
  ]) {
    expect((await sendAs(server, desk, { target, headers })).status).toBe(400);
  }
  await server.remove();
  expectClean(server.logLines, desk.channel, desk.desk, batch.tags[0] ?? '', '127.0.0.1', desk.signingKey);
  const requestLines = server.logLines.filter((line) => line.includes('"event":"request"'));
  expect(requestLines).toHaveLength(2 + requests.length + 3);
});

it('B10: a bug is logged by class, code and place, without its text or that of its causes', async () => {
  const server = await startTestServer();
  const lines: string[] = [];
  const log = createServerLog({ write: (line) => void lines.push(line) });
  const store = openSqliteServerStore(server.folder, { mostOpenChannels: 1 });
  class PlantedError extends Error {
    readonly code = sentence;
    readonly student = sentence;
    override name = sentence;
  }
  const failing = {
    ...store,
    letterBox: () => Promise.reject(new PlantedError(sentence, { cause: new Error(sentence) })),
  };
  const now = (): number => 0;
  const app = createApp({
    store: failing,
    keys: server.keys,
    limits: createLimits(new Uint8Array(32), { deskRequestsPerMinute: 1, strangerTries: 1 }),
    log,
    metrics: createServerMetrics(),
    health: { hasRoom: async () => true, isReady: async () => true },
    now,
  });
  const reply = await app.inject({ method: 'GET', url: `/v1/enrolments/${'ab'.repeat(32)}` });
  expect([reply.statusCode, reply.json()]).toEqual([500, { code: 'internal' }]);
  const bug = JSON.parse(lines[0] ?? '{}') as Record<string, unknown>;
  expect(bug).toMatchObject({ event: 'bug', level: 'error', error: 'PlantedError' });
  expect(bug['request']).toBe(reply.headers['rollkeep-request']);
  expect(JSON.stringify(bug['places'])).toContain('logs.test.ts');
  expectClean(lines);
  await app.close();
  await store.close();
  await server.remove();
});

it('B10: whatever is handed to the log, only known fields of known shape are written', () => {
  const lines: string[] = [];
  const log = createServerLog({ write: (line) => void lines.push(line) });
  const hostile = (text: string) => ({
    ...Object.fromEntries(
      ['body', 'route', 'method', 'request', 'refusal', 'error', 'code', 'bug', 'region'].map((name) => [
        name,
        text,
      ]),
    ),
    places: [text],
    err: new Error(text),
    msg: text,
    time: text,
    level: text,
    status: text,
    ms: text,
    port: text,
  });
  for (const text of [sentence, ...planted, 'WILHELMINA', '/wilhelmina']) {
    log.event('request', hostile(text) as never);
    log.event(text as never, hostile(text) as never);
    log.bug(text);
    log.bug(new Error(`Bug: ${text}`), hostile(text) as never);
    log.bug(Object.assign(new Error(text), { code: text, name: text }));
  }
  expectClean(lines);
});
