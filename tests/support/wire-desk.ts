import {
  generateKeyPairSync,
  hash,
  randomBytes,
  sign,
  type KeyObject,
  type X509Certificate,
} from 'node:crypto';
import { Agent, request as httpsRequest } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { SignJWT } from 'jose';
import {
  batchHash,
  batchToBytes,
  headerToBytes,
  zeroHash,
  type BatchHeader,
  type SealedBatch,
} from '../../domain/sync/batch.ts';
import { claimLookup, parseInvitation } from '../../domain/sync/invitation.ts';
import { appendReply, headsReply, type AppendReply, type HeadsReply } from '../../domain/sync/wire.ts';
import { createServerSigner, sha256 } from '../../server/server-crypto.ts';

/** A server as a desk reaches it. */
export interface WireServer {
  readonly host: string;
  readonly port: number;
  readonly pin: string;
  invitation(): Promise<string>;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly bytes: Buffer;
  /** The body as JSON; undefined where it is none. */
  readonly json: unknown;
}

export interface WireRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly target: string;
  readonly body?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A desk that speaks the protocol by hand, so that a test can also speak it wrongly. */
export interface WireDesk {
  readonly channel: string;
  readonly desk: string;
  readonly signingKey: string;
  readonly auditKey: string;
  readonly privateKey: KeyObject;
  readonly auditPrivateKey: KeyObject;
}

export function randomId(): string {
  return randomBytes(16).toString('hex');
}

/** A desk with new keys, in a channel of its own where none is given. */
export function createWireDesk(given: { readonly channel?: string; readonly desk?: string } = {}): WireDesk {
  const privateKey = generateKeyPairSync('ed25519').privateKey;
  const auditPrivateKey = generateKeyPairSync('ed25519').privateKey;
  const publicHex = (key: KeyObject): string =>
    Buffer.from(createServerSigner(key).publicKey).toString('hex');
  return {
    channel: given.channel ?? randomId(),
    desk: given.desk ?? randomId(),
    signingKey: publicHex(privateKey),
    auditKey: publicHex(auditPrivateKey),
    privateKey,
    auditPrivateKey,
  };
}

const agents = new Map<string, Agent>();

/** Sends one request over TLS to the pinned server. */
export async function send(
  server: Pick<WireServer, 'host' | 'port' | 'pin'>,
  what: WireRequest,
): Promise<WireAnswer> {
  const place = `${server.host}:${server.port}`;
  const agent = agents.get(place) ?? new Agent({ keepAlive: true, maxSockets: 8, rejectUnauthorized: false });
  agents.set(place, agent);
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest({
      host: server.host,
      port: server.port,
      agent,
      method: what.method ?? 'GET',
      path: what.target,
      headers: {
        ...(what.body && { 'content-type': 'application/octet-stream', 'content-length': what.body.length }),
        ...what.headers,
      },
    });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const certificate = (response.socket as TLSSocket).getPeerX509Certificate();
      if (certificate !== undefined && pinOf(certificate) !== server.pin) reject(new Error('another server'));
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes, json: toJson(bytes) });
      });
    });
    outgoing.end(what.body);
  });
}

export function pinOf(certificate: X509Certificate): string {
  return hash('sha256', certificate.publicKey.export({ type: 'spki', format: 'der' }), 'hex');
}

function toJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

export interface ProofOverrides {
  readonly htm?: string;
  readonly htu?: string;
  readonly iat?: number;
  readonly jti?: string;
  readonly bh?: string;
  readonly typ?: string;
  readonly key?: KeyObject;
  /** The public key that the header names, hex. */
  readonly headerKey?: string;
  readonly desk?: string;
}

/** The headers with which a desk proves a request. */
export async function proofHeaders(
  by: WireDesk,
  what: WireRequest,
  overrides: ProofOverrides = {},
): Promise<Record<string, string>> {
  const x = Buffer.from(overrides.headerKey ?? by.signingKey, 'hex').toString('base64url');
  const claims = {
    htm: overrides.htm ?? what.method ?? 'GET',
    htu: overrides.htu ?? what.target,
    iat: overrides.iat ?? Math.floor(Date.now() / 1000),
    jti: overrides.jti ?? randomBytes(16).toString('base64url'),
    bh: overrides.bh ?? hash('sha256', what.body ?? new Uint8Array(), 'base64url'),
  };
  const proof = await new SignJWT(claims)
    .setProtectedHeader({
      typ: overrides.typ ?? 'dpop+jwt',
      alg: 'EdDSA',
      jwk: { kty: 'OKP', crv: 'Ed25519', x },
    })
    .sign(overrides.key ?? by.privateKey);
  return { dpop: proof, 'rollkeep-desk': overrides.desk ?? by.desk };
}

/** Sends a request with its proof. */
export async function sendAs(
  server: Pick<WireServer, 'host' | 'port' | 'pin'>,
  by: WireDesk,
  what: WireRequest,
  overrides: ProofOverrides = {},
): Promise<WireAnswer> {
  return send(server, {
    ...what,
    headers: { ...(await proofHeaders(by, what, overrides)), ...what.headers },
  });
}

export function jsonBody(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

/** Claims the desk's channel with a new invitation. */
export async function claimChannel(server: WireServer, by: WireDesk): Promise<WireAnswer> {
  const invitation = parseInvitation(sha256, await server.invitation());
  if (!invitation.ok) throw new Error(invitation.error.type);
  return send(server, { method: 'POST', target: '/v1/claim', body: claimBody(by, invitation.value.code) });
}

export function claimBody(by: WireDesk, code: string): Uint8Array {
  const { channel, desk, signingKey, auditKey } = by;
  return jsonBody({ lookup: claimLookup(sha256, code), channel, desk, incarnation: 1, signingKey, auditKey });
}

/** The membership record that makes another desk known to its channel. */
export function deskRecord(of: WireDesk, seq: number, prev: string) {
  const { desk, signingKey, auditKey } = of;
  return {
    seq,
    prev,
    hash: hash('sha256', `${seq} ${prev} ${desk}`, 'hex'),
    epoch: 0,
    public: { kind: 'desk' as const, desk, signingKey, auditKey, incarnation: 1 },
    sealed: 'AAAA',
  };
}

/** Seals nothing in particular as the writer's next batch. */
export class BatchWriter {
  readonly #by: WireDesk;
  readonly #incarnation: number;
  #batch = 0;
  #prev = zeroHash;
  #seq = 1;

  constructor(by: WireDesk, incarnation = 1) {
    this.#by = by;
    this.#incarnation = incarnation;
  }

  next(
    given: { readonly blobs?: readonly Uint8Array[]; readonly purges?: readonly string[] } = {},
  ): SealedBatch & { readonly tags: readonly string[] } {
    const blobs = given.blobs ?? [randomBytes(200)];
    const tags = blobs.map(() => randomId());
    const header: BatchHeader = {
      v: 1,
      channel: this.#by.channel,
      desk: this.#by.desk,
      incarnation: this.#incarnation,
      batch: this.#batch + 1,
      firstSeq: this.#seq,
      lastSeq: this.#seq,
      epoch: 0,
      prev: this.#prev,
      seen: [1, 0, zeroHash],
      blobs: blobs.map((blob, index) => ({
        tag: tags[index] ?? '',
        len: blob.length,
        sha256: hash('sha256', blob, 'hex'),
      })),
      purges: [...(given.purges ?? [])],
    };
    const headerBytes = headerToBytes(header);
    this.#batch += 1;
    this.#seq += 1;
    this.#prev = batchHash({ sha256 }, headerBytes);
    return { header, headerBytes, signature: sign(null, headerBytes, this.#by.privateKey), blobs, tags };
  }
}

/** Uploads batches by a desk. */
export async function append(
  server: Pick<WireServer, 'host' | 'port' | 'pin'>,
  by: WireDesk,
  ...batches: readonly SealedBatch[]
): Promise<AppendReply> {
  const answer = await sendAs(server, by, {
    method: 'POST',
    target: `/v1/channels/${by.channel}/batches`,
    body: Buffer.concat(batches.map(batchToBytes)),
  });
  if (answer.status !== 200) throw new Error(`append: ${answer.status} ${JSON.stringify(answer.json)}`);
  return appendReply.parse(answer.json);
}

/** What the server holds of the desk's channel. */
export async function heads(
  server: Pick<WireServer, 'host' | 'port' | 'pin'>,
  by: WireDesk,
): Promise<HeadsReply> {
  const answer = await sendAs(server, by, { target: `/v1/channels/${by.channel}/heads` });
  if (answer.status !== 200) throw new Error(`heads: ${answer.status} ${JSON.stringify(answer.json)}`);
  return headsReply.parse(answer.json);
}
