import { spawn } from 'node:child_process';
import { createPublicKey, randomBytes, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect as netConnect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect as tlsConnect, type SecureVersion } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ed25519PublicKey } from '../../server/server-crypto.ts';
import { readConfig } from '../../server/config.ts';
import { rotateTls } from '../../server/data-folder.ts';
import { startTestServer, type TestServer } from '../../scripts/harness/district-server.ts';
import {
  append,
  BatchWriter,
  claimChannel,
  createWireDesk,
  heads,
  jsonBody,
  pinOf,
  proofHeaders,
  send,
  sendAs,
  type ProofOverrides,
  type WireDesk,
} from '../support/wire-desk.ts';

let server: TestServer;
let desk: WireDesk;

beforeAll(async () => {
  server = await startTestServer({ config: { strangerTries: 40, deskRequestsPerMinute: 300 } });
  desk = createWireDesk();
  await claimChannel(server, desk);
});

afterAll(async () => {
  await server.remove();
});

/** Everything that the server says on a connection to which these bytes are written. */
async function saidTo(bytes: string): Promise<string> {
  const socket = netConnect(server.port, server.host);
  socket.on('error', () => undefined);
  socket.write(bytes);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await new Promise((resolve) => socket.on('close', resolve));
  return Buffer.concat(chunks).toString('latin1');
}

async function handshake(versions: {
  minVersion: SecureVersion;
  maxVersion: SecureVersion;
}): Promise<string> {
  return new Promise((resolve) => {
    // The client's own floor is lowered, so that it is the server who refuses.
    const socket = tlsConnect({
      host: server.host,
      port: server.port,
      rejectUnauthorized: false,
      ciphers: 'DEFAULT:@SECLEVEL=0',
      ...versions,
    });
    socket.on('secureConnect', () => {
      resolve(socket.getProtocol() ?? '');
      socket.destroy();
    });
    socket.on('error', (error) => resolve('code' in error ? String(error.code) : error.message));
  });
}

describe('the connection', () => {
  it.each(['/healthz', '/readyz', '/v1/server', '/v1/claim', '/metrics'])(
    'A3, H18: plain HTTP for %s gets no data and is closed',
    async (path) => {
      const said = await saidTo(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      expect(said).not.toMatch(/HTTP\/|server|status|\{/);
      expect(said.length).toBeLessThan(16);
    },
  );

  it('A3: nothing else listens but the metrics, in plain HTTP on loopback, and no other address is taken for them', async () => {
    const answer = await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`);
    const metrics = await answer.text();
    expect(metrics).toContain('rollkeep_ready 1');
    expect(metrics).not.toContain(desk.channel);
    expect(metrics).not.toContain(desk.desk);
    for (const path of ['/v1/server', '/v1/claim', '/']) {
      expect((await fetch(`http://127.0.0.1:${server.metricsPort}${path}`)).status).toBe(404);
    }
    const config = readConfig(undefined, {
      ROLLKEEP_DATA_FOLDER: '/x',
      ROLLKEEP_REGION: 'us-ca',
      ROLLKEEP_METRICS_HOST: '0.0.0.0',
    });
    expect(config).toMatchObject({ ok: false, error: { sentences: [expect.stringContaining('127.0.0.1')] } });
  });

  it('W3: TLS 1.3 is spoken, 1.2 and everything older is refused', async () => {
    expect(await handshake({ minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' })).toBe('TLSv1.3');
    for (const version of ['TLSv1.2', 'TLSv1.1', 'TLSv1'] as const) {
      expect(await handshake({ minVersion: version, maxVersion: version })).toMatch(
        /PROTOCOL_VERSION|ECONNRESET/,
      );
    }
  });

  it('W3: sslscan finds no protocol but TLS 1.3 and no known weakness', async () => {
    const child = spawn('sslscan', ['--no-colour', `${server.host}:${server.port}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const found = await text(child.stdout);
    const enabled = Array.from(found.matchAll(/^((?:SSL|TLS)v[\d.]+)\s+enabled$/gm), ([, name]) => name);
    expect(enabled).toEqual(['TLSv1.3']);
    expect(found).not.toMatch(/^(Accepted|Preferred)\s+TLSv1\.[0-2]/m);
    expect(found).toContain('not vulnerable to heartbleed');
    expect(found).not.toMatch(/^\S+ vulnerable to heartbleed/m);
  });
});

describe('a request proof', () => {
  const target = (): string => `/v1/channels/${desk.channel}/heads`;
  const ask = (overrides: ProofOverrides) => sendAs(server, desk, { target: target() }, overrides);

  it('lets the desk in whose it is', async () => {
    expect((await ask({})).status).toBe(200);
  });

  it.each<[string, () => ProofOverrides]>([
    ['another method', () => ({ htm: 'POST' })],
    ['another target', () => ({ htu: `${target()}?after=1` })],
    ['another body', () => ({ bh: randomBytes(32).toString('base64url') })],
    ['another type', () => ({ typ: 'jwt' })],
    ['another key', () => ({ key: createWireDesk().privateKey })],
    ['another desk', () => ({ desk: createWireDesk().desk })],
    ['another key in its header', () => ({ headerKey: createWireDesk().signingKey })],
    ['no id to speak of', () => ({ jti: 'short' })],
  ])('with %s lets nobody in', async (_what, overrides) => {
    expect(await ask(overrides())).toMatchObject({ status: 401, json: { code: 'unauthenticated' } });
  });

  it('whose body was exchanged lets nobody in', async () => {
    const signed = {
      method: 'POST',
      target: `/v1/channels/${desk.channel}/membership`,
      body: jsonBody({ a: 1 }),
    } as const;
    const headers = await proofHeaders(desk, signed);
    const answer = await send(server, { ...signed, body: jsonBody({ a: 2 }), headers });
    expect(answer.json).toEqual({ code: 'unauthenticated' });
  });

  it('that is missing or no proof lets nobody in', async () => {
    expect((await send(server, { target: target() })).json).toEqual({ code: 'unauthenticated' });
    const headers = { dpop: 'a.b.c', 'rollkeep-desk': desk.desk };
    expect((await send(server, { target: target(), headers })).json).toEqual({ code: 'unauthenticated' });
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`;
    const none = await send(server, { target: target(), headers: { ...headers, dpop: unsigned } });
    expect(none.json).toEqual({ code: 'unauthenticated' });
  });

  it('by a clock that is more than ten minutes off is told the time', async () => {
    const seconds = Math.floor(Date.now() / 1000);
    for (const iat of [seconds - 602, seconds + 605]) {
      const answer = await ask({ iat });
      expect(answer).toMatchObject({ status: 401, json: { code: 'clock-skew', at: expect.any(Number) } });
    }
    expect((await ask({ iat: seconds - 540 })).status).toBe(200);
    // Without a valid signature not even the time is told.
    const forged = await ask({ iat: 0, key: createWireDesk().privateKey });
    expect(forged.json).toEqual({ code: 'unauthenticated' });
  });

  it('B12: is taken once, also after a restart of the server', async () => {
    const jti = randomBytes(16).toString('base64url');
    expect((await ask({ jti })).status).toBe(200);
    expect(await ask({ jti })).toMatchObject({ status: 401, json: { code: 'replayed' } });
    await server.stop();
    await server.start();
    expect(await ask({ jti })).toMatchObject({ status: 401, json: { code: 'replayed' } });
  });
});

describe('B12: limits hold across a restart', () => {
  it('for a desk', async () => {
    const own = await startTestServer({ config: { deskRequestsPerMinute: 5 }, now: () => 1_790_000_000_000 });
    const one = createWireDesk();
    await claimChannel(own, one);
    const ask = () =>
      sendAs(own, one, { target: `/v1/channels/${one.channel}/heads` }, { iat: 1_790_000_000 });
    for (let n = 0; n < 5; n += 1) expect((await ask()).status).toBe(200);
    await own.stop();
    await own.start();
    expect(await ask()).toMatchObject({ status: 429, json: { code: 'limit-tripped', retryAfterMs: 60_000 } });
    await own.remove();
  });

  it('for strangers at one address, and do not hold up a desk that is there too', async () => {
    const own = await startTestServer({ config: { strangerTries: 5 } });
    const one = createWireDesk();
    await claimChannel(own, one);
    const guess = { method: 'POST', target: '/v1/claim', body: jsonBody({}) } as const;
    for (let n = 0; n < 5; n += 1) expect((await send(own, guess)).status).toBe(400);
    await own.stop();
    await own.start();
    expect((await send(own, guess)).json).toMatchObject({ code: 'limit-tripped' });
    const box = await send(own, { target: `/v1/enrolments/${'ab'.repeat(32)}` });
    expect(box.json).toMatchObject({ code: 'limit-tripped' });
    expect((await heads(own, one)).seq).toBe(0);
    await own.remove();
  });
});

describe('W16: keys', () => {
  it('W16: one command gives the server another TLS key, which the pinned signing key vouches for', async () => {
    const before = server.pin;
    const { identity, facts, signingKey } = server.keys;
    await rotateTls(server.folder, facts, { keepKey: false, hosts: [], nowMs: Date.now() });
    await server.stop();
    await server.start();
    const certificate = new X509Certificate(readFileSync(join(server.folder, 'keys/tls.pem')));
    expect(server.pin).not.toBe(before);
    expect(pinOf(certificate)).toBe(server.pin);
    const pinned = ed25519PublicKey(signingKey);
    if (pinned === undefined) throw new Error('no key');
    expect(certificate.verify(pinned)).toBe(true);
    expect(certificate.verify(createPublicKey(createWireDesk().privateKey))).toBe(false);
    expect(server.keys.identity.server).toBe(identity.server);
    expect((await append(server, desk, new BatchWriter(desk).next())).refused).toBeNull();
    // Another certificate for the same key: the pin stays.
    await rotateTls(server.folder, facts, { keepKey: true, hosts: ['other.example'], nowMs: Date.now() });
    expect(server.pin).toBe(pinOf(certificate));
    expect(new X509Certificate(readFileSync(join(server.folder, 'keys/tls.pem'))).subjectAltName).toBe(
      'DNS:other.example',
    );
  });
});
