import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { SyncRequest } from '../../domain/sync/desk-round.ts';
import { maxBodyBytes } from '../../domain/sync/wire.ts';
import { readServerFacts } from '../../main/sync/stranger.ts';
import { clientOf } from '../support/client-of.ts';
import { httpAnswer, startRawServer, type RawServer } from '../support/raw-server.ts';
import { createWireDesk } from '../support/wire-desk.ts';
import type { NetworkLimits } from '../../main/sync/exchange.ts';

// The pinned server itself, gone wrong: whatever it says, a question ends with a failure and never throws.
const desk = createWireDesk();
let server: RawServer | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function askOf(
  answer: Parameters<typeof startRawServer>[0],
  request: SyncRequest = { ask: 'heads' },
  limits: Partial<NetworkLimits> = {},
): Promise<unknown> {
  await server?.stop();
  server = await startRawServer(answer);
  const client = clientOf(desk, server.address, { limits });
  try {
    return await client.ask(request);
  } finally {
    client.close();
  }
}

const heads = {
  server: desk.desk,
  serverIncarnation: 1,
  region: 'us-ca',
  seq: 0,
  chain: '0'.repeat(64),
  at: 0,
  desks: [],
  membership: { size: 0, hash: '0'.repeat(64) },
  witnessed: [],
};
const json = JSON.stringify(heads);
const read = { ask: 'read', after: 0 } as const;
const witness = { ask: 'witness', request: 'old 0\n' } as const;

it('a right answer is taken', async () => {
  expect(await askOf((socket) => socket.write(httpAnswer(200, json)))).toEqual(heads);
});

describe('an answer is not understood', () => {
  it.each<[string, Buffer, SyncRequest?]>([
    ['that is no HTTP', Buffer.from('hello\n\n')],
    ['that is noise', randomBytes(300)],
    ['with headers that do not end', Buffer.from(`HTTP/1.1 200 OK\r\nA: ${'a'.repeat(40_000)}`)],
    ['of no JSON', httpAnswer(200, '{"server":')],
    ['of no text', httpAnswer(200, Uint8Array.of(0xff, 0xfe, 0x22))],
    ['of another shape', httpAnswer(200, '{}')],
    ['with a field too many', httpAnswer(200, JSON.stringify({ ...heads, extra: 1 }))],
    ['with an error page', httpAnswer(502, '<html>Bad gateway</html>')],
    ['with an error and no words', httpAnswer(400, '')],
    ['with a refusal of a code that nobody knows', httpAnswer(403, '{"code":"because"}')],
    ['with a refusal that says that all is well', httpAnswer(200, '{"code":"internal"}')],
    ['with the right words and an error', httpAnswer(500, json)],
    ['of batches cut short', httpAnswer(200, Uint8Array.of(0, 0, 1, 0, 0x7b)), read],
    ['of batches that is JSON', httpAnswer(200, json), read],
    ['of a witness that names no size', httpAnswer(409, 'more\n'), witness],
    ['of a witness that names a size and an error', httpAnswer(500, '3\n'), witness],
    ['of a witness that is no text', httpAnswer(200, Uint8Array.of(0xff)), witness],
  ])('%s', async (_what, bytes, request) => {
    const answer = await askOf((socket) => socket.write(bytes), request);
    expect(answer).toEqual({ failure: 'not-understood' });
  });

  it('that sends elsewhere, and nothing is asked there', async () => {
    const elsewhere = await startRawServer((socket) => socket.write(httpAnswer(200, json)));
    const { port } = elsewhere.address;
    const moved = httpAnswer(302, json, [`Location: https://127.0.0.1:${port}/v1/server`]);
    expect(await askOf((socket) => socket.write(moved))).toEqual({ failure: 'not-understood' });
    expect(elsewhere.received()).toBe('');
    await elsewhere.stop();
  });

  it('that is larger than any answer, said beforehand or not: it is cut off', async () => {
    const large = Buffer.alloc(2 * maxBodyBytes + 1, 0x20);
    expect(await askOf((socket) => socket.write(httpAnswer(200, large)))).toEqual({
      failure: 'not-understood',
    });
    const closed = Promise.withResolvers<void>();
    const endless = await askOf((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const more = (): void => {
        while (!socket.destroyed && socket.write(large));
      };
      socket.on('drain', more).on('close', () => closed.resolve());
      more();
    });
    expect(endless).toEqual({ failure: 'not-understood' });
    await closed.promise;
  });
});

it('an answer that breaks off anywhere is a failure', async () => {
  const whole = httpAnswer(200, json);
  for (let length = 0; length < whole.length; length += 23) {
    const answer = await askOf((socket) => socket.end(whole.subarray(0, length)));
    expect([length, answer]).toEqual([length, { failure: 'unreachable' }]);
    const reset = await askOf((socket) => {
      socket.write(whole.subarray(0, length), () => socket.destroy());
    });
    expect([length, reset]).toEqual([length, { failure: 'unreachable' }]);
  }
});

it('a server that falls silent, at once or in the middle, has run out of time', async () => {
  const limits = { idleMs: 60 };
  expect(await askOf(undefined, { ask: 'heads' }, limits)).toEqual({ failure: 'timed-out' });
  const half = httpAnswer(200, json).subarray(0, 150);
  const answer = await askOf((socket) => socket.write(half), { ask: 'heads' }, limits);
  expect(answer).toEqual({ failure: 'timed-out' });
});

it('a client that is closed ends what is under way, and asks nothing any more', async () => {
  const asked = Promise.withResolvers<void>();
  server = await startRawServer(() => asked.resolve());
  const client = clientOf(desk, server.address);
  const answers = [client.ask({ ask: 'heads' }), client.openEnrolment('ab'.repeat(32))];
  await asked.promise;
  client.close();
  expect(await Promise.all(answers)).toEqual([{ failure: 'interrupted' }, { failure: 'interrupted' }]);
  const before = server.received();
  expect(await client.ask({ ask: 'heads' })).toEqual({ failure: 'interrupted' });
  expect(server.received()).toBe(before);
});

it('a call by a stranger leaves no connection behind', async () => {
  const closed = Promise.withResolvers<void>();
  server = await startRawServer((socket) => {
    socket.on('close', () => closed.resolve());
    socket.write(httpAnswer(404, JSON.stringify({ code: 'not-found' })));
  });
  expect(await readServerFacts(server.address)).toEqual({ refusal: { code: 'not-found' } });
  await closed.promise;
});

it('a call by a stranger ends when it is called off', async () => {
  const asked = Promise.withResolvers<void>();
  server = await startRawServer(() => asked.resolve());
  const calling = new AbortController();
  const facts = readServerFacts(server.address, { signal: calling.signal });
  await asked.promise;
  calling.abort();
  expect(await facts).toEqual({ failure: 'interrupted' });
});

it('a clock that the server refuses twice is refused', async () => {
  const skew = { code: 'clock-skew', at: 1_790_000_000_000 };
  const answer = await askOf((socket) => socket.write(httpAnswer(401, JSON.stringify(skew))));
  expect(answer).toEqual({ refusal: skew });
  const proofs = Array.from(server?.received().matchAll(/dpop: \S+\.(\S+)\.\S+/gi) ?? [], ([, claims]) => {
    return JSON.parse(Buffer.from(claims ?? '', 'base64url').toString('utf8')) as {
      iat: number;
      jti: string;
    };
  });
  expect(proofs).toHaveLength(2);
  expect(Math.abs((proofs[1]?.iat ?? 0) - 1_790_000_000)).toBeLessThan(60);
  expect(proofs[0]?.jti).not.toBe(proofs[1]?.jti);
});
