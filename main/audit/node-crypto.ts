import { createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto';

/** SHA-256 as the rules in `domain/audit/` take it. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer');
}

/** Whether an Ed25519 signature by a raw public key of 32 bytes holds (RFC 8032). */
export function verifyEd25519(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') };
  try {
    return verify(null, bytes, createPublicKey({ key: jwk, format: 'jwk' }), signature);
  } catch (cause) {
    // 32 bytes that are no point on the curve are nobody's key.
    if (cause instanceof Error && 'code' in cause) return false;
    throw cause;
  }
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
