import { hash, type X509Certificate } from 'node:crypto';
import { Agent } from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import type { Invitation } from '../../domain/sync/invitation.ts';
import { ed25519PublicKey } from '../audit/node-crypto.ts';
import { codeOf, NetworkError } from './network-failure.ts';

/** Where a server is and how to know it. */
export type ServerAddress = Pick<Invitation, 'host' | 'port' | 'pin' | 'signingKey'>;

/**
 * Keeps connections to one server and to no other. TLS 1.3 is the least and the most.
 *
 * A connection is taken when the server's TLS key is the pinned one, or when the pinned signing key has issued its certificate
 * (docs/decisions/0026); the new key is then the pinned one and `onNewPin` is told. Authorities, names and dates say nothing. This is judged after the handshake,
 * in which the server proved to have the key, and before a request gets the connection: not one byte of it goes to another server.
 */
export class PinnedAgent extends Agent {
  readonly #address: ServerAddress;
  readonly #connectTimeoutMs: number;
  readonly #onNewPin: (pin: string) => void;
  readonly #connecting = new Set<TLSSocket>();
  #pin: string;

  constructor(
    address: ServerAddress,
    options: { readonly connectTimeoutMs: number; readonly onNewPin: (pin: string) => void },
  ) {
    // A resumed session would skip the certificate, and with it the judgement.
    super({ keepAlive: true, maxCachedSessions: 0 });
    this.#address = address;
    this.#pin = address.pin;
    this.#connectTimeoutMs = options.connectTimeoutMs;
    this.#onNewPin = options.onNewPin;
  }

  override createConnection(
    _options: unknown,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const { host, port } = this.#address;
    const socket = connect({
      host,
      port,
      servername: isIP(host) === 0 ? host : '',
      minVersion: 'TLSv1.3',
      maxVersion: 'TLSv1.3',
      ALPNProtocols: ['http/1.1'],
      // Node would ask the computer's authorities: they are not asked, the key is compared below.
      rejectUnauthorized: false,
    });
    this.#connecting.add(socket);
    const settle = (error: Error | null): void => {
      if (!this.#connecting.delete(socket)) return;
      clearTimeout(timer);
      socket.off('error', fail).off('close', closed);
      if (error !== null) {
        // What else goes wrong on it interests nobody.
        socket.on('error', () => undefined).destroy();
      }
      callback?.(error, socket);
    };
    const fail = (cause: unknown): void => settle(failureToConnect(cause));
    const closed = (): void => settle(new NetworkError('unreachable'));
    const timer = setTimeout(() => settle(new NetworkError('timed-out')), this.#connectTimeoutMs);
    socket.on('error', fail).on('close', closed);
    socket.once('secureConnect', () => {
      settle(this.#isGenuine(socket.getPeerX509Certificate()) ? null : new NetworkError('not-genuine'));
    });
    return undefined;
  }

  /** Closes every connection, those that are being made included. */
  override destroy(): void {
    for (const socket of this.#connecting) socket.destroy();
    super.destroy();
  }

  #isGenuine(certificate: X509Certificate | undefined): boolean {
    const pin = certificate && pinOf(certificate);
    if (certificate === undefined || pin === undefined) return false;
    if (pin === this.#pin) return true;
    const signingKey = ed25519PublicKey(this.#address.signingKey);
    if (signingKey === undefined || !certificate.verify(signingKey)) return false;
    this.#pin = pin;
    this.#onNewPin(pin);
    return true;
  }
}

/** SHA-256 of the SubjectPublicKeyInfo, hex; undefined for a key of a kind that Node cannot read. */
function pinOf(certificate: X509Certificate): string | undefined {
  try {
    return hash('sha256', certificate.publicKey.export({ type: 'spki', format: 'der' }), 'hex');
  } catch (cause) {
    if (codeOf(cause) === undefined) throw cause;
    return undefined;
  }
}

/** What is there and speaks no TLS 1.3 is not the server. */
function failureToConnect(cause: unknown): NetworkError {
  const isTls = /^(EPROTO$|ERR_SSL_|ERR_TLS_)/.test(codeOf(cause) ?? '');
  return new NetworkError(isTls ? 'not-genuine' : 'unreachable', cause);
}
