import { createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServerAddress } from '../../main/sync/pinned-agent.ts';
import type { ServerClientOptions } from '../../main/sync/server-client.ts';
import { readServerFacts } from '../../main/sync/stranger.ts';
import { rotateTls } from '../../server/data-folder.ts';
import { addressOf, clientOf } from '../support/client-of.ts';
import { startRawServer, type RawServer, type RawServerOptions } from '../support/raw-server.ts';
import { startTestServer, type TestServer } from '../../scripts/harness/district-server.ts';
import { claimChannel, createWireDesk, type WireDesk } from '../support/wire-desk.ts';

const strangersKey = createWireDesk().signingKey;

/** Asks once and gives up the connection. */
async function headsFrom(
  by: WireDesk,
  address: ServerAddress,
  options: Partial<ServerClientOptions> = {},
): Promise<unknown> {
  const client = clientOf(by, address, options);
  try {
    return await client.ask({ ask: 'heads' });
  } finally {
    client.close();
  }
}

describe('the server', () => {
  let server: TestServer;
  let desk: WireDesk;

  beforeEach(async () => {
    server = await startTestServer();
    desk = createWireDesk();
    await claimChannel(server, desk);
  });

  afterEach(async () => {
    await server.remove();
  });

  const requests = (): readonly string[] => server.logLines.filter((line) => line.includes('/heads'));
  const rotate = async (keepKey: boolean): Promise<void> => {
    await rotateTls(server.folder, server.keys.facts, { keepKey, hosts: [], nowMs: Date.now() });
    await server.stop();
    await server.start();
  };

  it('is known by its TLS key alone, whoever signed its certificate', async () => {
    const address = { ...addressOf(server), signingKey: strangersKey };
    expect(await headsFrom(desk, address)).toMatchObject({ seq: 0 });
  });

  it('that has another TLS key than the pinned one, with no word from the signing key, sees no request', async () => {
    const address = { ...addressOf(server), pin: '00'.repeat(32), signingKey: strangersKey };
    expect(await headsFrom(desk, address)).toEqual({ failure: 'not-genuine' });
    expect(requests()).toEqual([]);
  });

  it('may have a new TLS key that its signing key vouches for, which is then the pinned one', async () => {
    const pins: string[] = [];
    const address = addressOf(server);
    const client = clientOf(desk, address, { onNewPin: (pin) => pins.push(pin) });
    expect(await client.ask({ ask: 'heads' })).toMatchObject({ seq: 0 });
    await rotate(false);
    expect(server.pin).not.toBe(address.pin);
    expect(await client.ask({ ask: 'heads' })).toMatchObject({ seq: 0 });
    expect(pins).toEqual([server.pin]);
    // A new connection to the same key is no news.
    await server.stop();
    await server.start();
    expect(await client.ask({ ask: 'heads' })).toMatchObject({ seq: 0 });
    expect(pins).toEqual([server.pin]);
    client.close();
  });

  it('with a new certificate for the pinned key is no news', async () => {
    const address = addressOf(server);
    await rotate(true);
    const onNewPin = (): void => expect.unreachable('the pin is the same');
    expect(await headsFrom(desk, address, { onNewPin })).toMatchObject({ seq: 0 });
  });

  it('tells its new TLS key to strangers as well, and they pin it', async () => {
    const address = addressOf(server);
    await rotate(false);
    const pins: string[] = [];
    const facts = await readServerFacts(address, { onNewPin: (pin) => pins.push(pin) });
    expect(facts).toMatchObject(server.facts);
    expect(pins).toEqual([server.pin]);
  });

  it('that is not there is unreachable, and is found again when it is back', async () => {
    const client = clientOf(desk, addressOf(server));
    await server.stop();
    expect(await client.ask({ ask: 'heads' })).toEqual({ failure: 'unreachable' });
    await server.start();
    expect(await client.ask({ ask: 'heads' })).toMatchObject({ seq: 0 });
    await server.stop();
    expect(await client.ask({ ask: 'heads' })).toEqual({ failure: 'unreachable' });
    client.close();
  });
});

describe('somebody in the middle', () => {
  const desk = createWireDesk();
  const started: RawServer[] = [];

  afterEach(async () => {
    for (const server of started.splice(0)) await server.stop();
  });

  const start = async (options?: RawServerOptions): Promise<RawServer> => {
    const server = await startRawServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'), options);
    started.push(server);
    return server;
  };

  it('whose certificate another key has signed gets not one byte', async () => {
    const middle = await start();
    const genuine = { pin: '11'.repeat(32), signingKey: strangersKey };
    expect(await headsFrom(desk, { ...middle.address, ...genuine })).toEqual({ failure: 'not-genuine' });
    expect(middle.received()).toBe('');
  });

  it('who speaks only TLS 1.2 gets not one byte, even with the pinned key', async () => {
    const middle = await start({ maxVersion: 'TLSv1.2' });
    expect(await headsFrom(desk, middle.address)).toEqual({ failure: 'not-genuine' });
    expect(middle.received()).toBe('');
  });

  it('who speaks no TLS gets no request', async () => {
    const middle = await start({ isPlain: true });
    expect(await headsFrom(desk, middle.address)).toEqual({ failure: 'not-genuine' });
    expect(middle.received()).not.toContain('HTTP');
  });

  it('is refused by a signing key that is nobody’s', async () => {
    const middle = await start();
    for (const signingKey of ['ff'.repeat(32), '00'.repeat(32)]) {
      const address = { ...middle.address, pin: '11'.repeat(32), signingKey };
      expect(await headsFrom(desk, address)).toEqual({ failure: 'not-genuine' });
    }
    expect(middle.received()).toBe('');
  });

  it('who never gets on with the handshake has run out of time', async () => {
    const silent = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const address = { host: '127.0.0.1', port, pin: '00'.repeat(32), signingKey: strangersKey };
    expect(await headsFrom(desk, address, { limits: { connectMs: 50 } })).toEqual({ failure: 'timed-out' });
    const client = clientOf(desk, address);
    const connected = new Promise((resolve) => silent.once('connection', resolve));
    const answer = client.ask({ ask: 'heads' });
    await connected;
    client.close();
    expect(await answer).toEqual({ failure: 'interrupted' });
    // It ends once nobody is connected any more.
    await new Promise((resolve) => silent.close(resolve));
  });
});
