import {
  createPrivateKey,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  X509Certificate,
  type KeyObject,
} from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { toHex } from '../domain/audit/bytes.ts';
import { witnessKeyToText, type NoteKey } from '../domain/audit/checkpoint.ts';
import { assert, err, ok, type Result } from '../domain/result.ts';
import type { ServerIdentity } from '../domain/sync/channel.ts';
import { createTlsKey, issueCertificate } from './certificate.ts';
import { regionName } from './config.ts';
import { createServerSigner, sha256, type ServerSigner } from './server-crypto.ts';

/** Where things lie in a data folder. The store's own files are in `storeFiles`. */
export const dataFiles = {
  facts: 'server.json',
  lock: 'serve.lock',
  keys: 'keys',
  /** The private key and its certificate in one file, so that they change together. */
  tls: 'keys/tls.pem',
  signingKey: 'keys/signing.key',
  witnessKey: 'keys/witness.key',
} as const;

/** What the folder says of itself. It holds nothing secret. */
const folderFacts = z.strictObject({
  v: z.literal(1),
  server: z.string().regex(/^[0-9a-f]{32}$/),
  /** Grows with every restore. */
  serverIncarnation: z.int().min(0),
  region: regionName,
  /** Names and addresses that the certificate is for. */
  hosts: z.array(z.string()).min(1),
  createdAtMs: z.int(),
  /** Request proofs from before this are not taken: a restored store does not know which were seen. UTC milliseconds. */
  proofsFromMs: z.int(),
});
export type FolderFacts = z.output<typeof folderFacts>;

/** A server's identity with its keys, as the data folder holds them. */
export interface ServerKeys {
  readonly facts: FolderFacts;
  readonly identity: ServerIdentity & { readonly region: string };
  readonly signingKey: string;
  readonly witness: NoteKey & ServerSigner;
  /** C2SP `name+keyid+base64`. */
  readonly witnessKey: string;
  /** PEM of the TLS key and its certificate. */
  readonly tls: Buffer;
  /** SHA-256 of the TLS key's SubjectPublicKeyInfo, hex: what desks pin. */
  readonly pin: string;
  /** For names of rate-limit buckets: without it an address cannot be found out by trying all. */
  readonly limitKey: Buffer;
}

export type DataFolderError =
  | { readonly type: 'not-initialised' }
  | { readonly type: 'already-initialised' }
  | { readonly type: 'folder-damaged'; readonly file: string }
  | { readonly type: 'key-readable-by-others'; readonly file: string }
  /** The configuration declares another region than the folder (S6). */
  | { readonly type: 'region-differs'; readonly declared: string; readonly stored: string };

/** Makes a new server in an empty or absent folder: its keys, certificate, region and identity. Errors: `already-initialised`. */
export async function initDataFolder(
  folder: string,
  options: { readonly region: string; readonly hosts: readonly string[]; readonly nowMs: number },
): Promise<Result<ServerKeys, DataFolderError>> {
  if (existsSync(folder) && readdirSync(folder).length > 0) return err({ type: 'already-initialised' });
  mkdirSync(join(folder, dataFiles.keys), { recursive: true, mode: 0o700 });
  const signingKey = generateKeyPairSync('ed25519').privateKey;
  const facts: FolderFacts = {
    v: 1,
    server: randomBytes(16).toString('hex'),
    serverIncarnation: 1,
    region: options.region,
    hosts: [...options.hosts],
    createdAtMs: options.nowMs,
    proofsFromMs: 0,
  };
  writeKey(folder, dataFiles.signingKey, signingKey);
  writeKey(folder, dataFiles.witnessKey, generateKeyPairSync('ed25519').privateKey);
  await writeTls(folder, facts, createTlsKey(), signingKey, options.nowMs);
  // Last: a folder without it is not initialised.
  writeFacts(folder, facts);
  return readDataFolder(folder, options.region);
}

/** Reads a server's identity and keys. `region` is the configured one. */
export function readDataFolder(folder: string, region: string): Result<ServerKeys, DataFolderError> {
  const factsFile = join(folder, dataFiles.facts);
  if (!existsSync(factsFile)) return err({ type: 'not-initialised' });
  const facts = parseFacts(readFileSync(factsFile, 'utf8'));
  if (facts === undefined) return err({ type: 'folder-damaged', file: dataFiles.facts });
  if (facts.region !== region) {
    return err({ type: 'region-differs', declared: region, stored: facts.region });
  }
  for (const file of [dataFiles.tls, dataFiles.signingKey, dataFiles.witnessKey]) {
    const found = statSync(join(folder, file), { throwIfNoEntry: false });
    if (found === undefined) return err({ type: 'folder-damaged', file });
    if ((found.mode & 0o077) !== 0) return err({ type: 'key-readable-by-others', file });
  }
  const signingKey = readKey(folder, dataFiles.signingKey);
  const witnessKey = readKey(folder, dataFiles.witnessKey);
  const tls = readFileSync(join(folder, dataFiles.tls));
  const pin = pinOfCertificate(tls);
  if (signingKey === undefined) return err({ type: 'folder-damaged', file: dataFiles.signingKey });
  if (witnessKey === undefined) return err({ type: 'folder-damaged', file: dataFiles.witnessKey });
  if (pin === undefined) return err({ type: 'folder-damaged', file: dataFiles.tls });
  const { server, serverIncarnation } = facts;
  const signer = createServerSigner(signingKey);
  const witness = { name: `rollkeep-server/${server}`, ...createServerSigner(witnessKey) };
  return ok({
    facts,
    identity: { server, serverIncarnation, region, sign: signer.sign },
    signingKey: toHex(signer.publicKey),
    witness,
    witnessKey: witnessKeyToText(sha256, witness),
    tls,
    pin,
    limitKey: Buffer.from(
      hkdfSync('sha256', signingKey.export({ type: 'pkcs8', format: 'der' }), '', 'rollkeep/v1/limits', 32),
    ),
  });
}

/**
 * Gives the server a new TLS key and certificate, or with `keepKey` the same key another certificate. The other is in force after a restart;
 * desks accept the new key because the signing key that they pinned has issued its certificate.
 */
export async function rotateTls(
  folder: string,
  facts: FolderFacts,
  options: { readonly keepKey: boolean; readonly hosts: readonly string[]; readonly nowMs: number },
): Promise<void> {
  const signingKey = readKey(folder, dataFiles.signingKey);
  const present = readKey(folder, dataFiles.tls);
  assert(signingKey !== undefined && present !== undefined, 'a folder that was read has its keys');
  const next = { ...facts, hosts: options.hosts.length > 0 ? [...options.hosts] : facts.hosts };
  await writeTls(folder, next, options.keepKey ? present : createTlsKey(), signingKey, options.nowMs);
  writeFacts(folder, next);
}

/** Reads a folder's facts; undefined where they are not there or damaged. */
export function readFacts(folder: string): FolderFacts | undefined {
  const file = join(folder, dataFiles.facts);
  return existsSync(file) ? parseFacts(readFileSync(file, 'utf8')) : undefined;
}

export function writeFacts(folder: string, facts: FolderFacts): void {
  writeFileDurably(join(folder, dataFiles.facts), `${JSON.stringify(facts, null, 2)}\n`);
}

/** Writes a file readable by this account only, in place of one that was there: whole or not at all. */
export function writeFileDurably(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.new`;
  const file = openSync(temporary, 'w', 0o600);
  try {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  syncFolder(dirname(path));
}

/** Makes the names in a folder lasting. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

async function writeTls(
  folder: string,
  { server, hosts }: FolderFacts,
  tlsKey: KeyObject,
  signingKey: KeyObject,
  nowMs: number,
): Promise<void> {
  const certificate = await issueCertificate({ server, hosts, tlsKey, signingKey, nowMs });
  const key = tlsKey.export({ type: 'pkcs8', format: 'pem' });
  writeFileDurably(join(folder, dataFiles.tls), `${key.toString()}${certificate}`);
}

function writeKey(folder: string, file: string, key: KeyObject): void {
  writeFileDurably(join(folder, file), key.export({ type: 'pkcs8', format: 'pem' }));
}

function readKey(folder: string, file: string): KeyObject | undefined {
  try {
    return createPrivateKey(readFileSync(join(folder, file)));
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code !== 'ENOENT') return undefined;
    throw cause;
  }
}

function parseFacts(text: string): FolderFacts | undefined {
  try {
    return folderFacts.safeParse(JSON.parse(text)).data;
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

function pinOfCertificate(pem: Buffer): string | undefined {
  try {
    return toHex(sha256(new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' })));
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause) return undefined;
    throw cause;
  }
}
