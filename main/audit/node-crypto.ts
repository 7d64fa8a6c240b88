import { createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto';
import { fromHex, toHex } from '../../domain/audit/bytes.ts';

/** SHA-256 as the rules in `domain/audit/` take it. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer');
}

// A log and a channel are signed by few keys, thousands of times; making a key anew costs more than the check itself.
const mostKeys = 500;
const keysByHex = new Map<string, KeyObject | undefined>();

/** The key object of a raw Ed25519 public key, as hex; undefined for 32 bytes that are nobody's key. */
export function ed25519PublicKey(publicKeyHex: string): KeyObject | undefined {
  if (keysByHex.has(publicKeyHex)) return keysByHex.get(publicKeyHex);
  const x = Buffer.from(fromHex(publicKeyHex)).toString('base64url');
  let key: KeyObject | undefined;
  try {
    key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  } catch (cause) {
    // 32 bytes that are no point on the curve are nobody's key.
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
  }
  for (const oldest of keysByHex.keys()) {
    if (keysByHex.size < mostKeys) break;
    keysByHex.delete(oldest);
  }
  keysByHex.set(publicKeyHex, key);
  return key;
}

/** Whether an Ed25519 signature by a raw public key of 32 bytes holds (RFC 8032). */
export function verifyEd25519(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  const key = ed25519PublicKey(toHex(publicKey));
  return key !== undefined && verify(null, bytes, key, signature);
}

/** Who signs a log's checkpoints: the desk's audit key, raw public half of 32 bytes. */
export interface AuditSigner {
  readonly publicKey: Uint8Array;
  readonly sign: (bytes: Uint8Array) => Uint8Array;
}

/** A signer from the desk's Ed25519 private key. */
export function createAuditSigner(privateKey: KeyObject): AuditSigner {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  return { publicKey: Buffer.from(x ?? '', 'base64url'), sign: (bytes) => sign(null, bytes, privateKey) };
}
