import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { createServer as createTlsServer, type SecureVersion } from 'node:tls';
import { createTlsKey, issueCertificate } from '../../server/certificate.ts';
import { createServerSigner } from '../../server/server-crypto.ts';
import type { ServerAddress } from '../../main/sync/pinned-agent.ts';
import { pinOf, randomId } from './wire-desk.ts';

/** A server that says what a test tells it to, by the byte. */
export interface RawServer {
  /** How a desk would know it. */
  readonly address: ServerAddress;
  /** What has been written to it, below TLS. */
  readonly received: () => string;
  stop(): Promise<void>;
}

export interface RawServerOptions {
  readonly maxVersion?: SecureVersion;
  /** Neither TLS nor a certificate. */
  readonly isPlain?: boolean;
}

/** Starts a server that calls `answer` for each piece that comes; with no `answer` it stays silent. */
export async function startRawServer(
  answer?: (socket: Socket) => void,
  options: RawServerOptions = {},
): Promise<RawServer> {
  const signingKey = generateKeyPairSync('ed25519').privateKey;
  const tlsKey = createTlsKey();
  const cert = await issueCertificate({
    server: randomId(),
    hosts: ['127.0.0.1'],
    tlsKey,
    signingKey,
    nowMs: Date.now(),
  });
  const pieces: Buffer[] = [];
  const sockets = new Set<Socket>();
  const serve = (socket: Socket): void => {
    sockets.add(socket);
    // Clients that hang up are what is tested.
    socket.on('error', () => undefined);
    socket.on('data', (piece: Buffer) => {
      pieces.push(piece);
      answer?.(socket);
    });
  };
  const key = tlsKey.export({ type: 'pkcs8', format: 'pem' });
  const server: Server =
    options.isPlain === true
      ? createTcpServer(serve)
      : createTlsServer({ key, cert, maxVersion: options.maxVersion ?? 'TLSv1.3' }, serve);
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const publicKey = Buffer.from(createServerSigner(signingKey).publicKey).toString('hex');
  return {
    address: { host: '127.0.0.1', port, pin: pinOf(new X509Certificate(cert)), signingKey: publicKey },
    received: () => Buffer.concat(pieces).toString('latin1'),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An answer over HTTP, as its bytes. */
export function httpAnswer(
  status: number,
  body: string | Uint8Array,
  headers: readonly string[] = [],
): Buffer {
  const bytes = Buffer.from(body);
  const head = [`HTTP/1.1 ${status} -`, `Content-Length: ${bytes.length}`, ...headers].join('\r\n');
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`), bytes]);
}
