import { hash } from 'node:crypto';
import { bytesEqual, concatBytes, fromHex, toHex, utf8 } from '../../domain/audit/bytes.ts';
import type { SyncCrypto } from '../../domain/sync/batch.ts';
import type { Random } from './random.ts';

/** SHA-256, the real one. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return digest('sha256', bytes);
}

/** A key pair of which the public half is 32 bytes. */
export interface KeyPair {
  readonly publicKey: Uint8Array;
  readonly publicHex: string;
  readonly sign: (bytes: Uint8Array) => Uint8Array;
}

/**
 * Cryptography that costs a hash: a signature is SHA-512 over the public key and the bytes, a seal leaves the text legible and
 * ends with a keyed hash. Whatever is altered, mixed up, or signed by another is noticed; only nobody here sets out to forge.
 * Legible, so that a search for purged values finds them.
 */
export function createCheapCrypto(random: Random): SyncCrypto & { readonly keyPair: () => KeyPair } {
  const signature = (publicKey: Uint8Array, bytes: Uint8Array): Uint8Array =>
    digest('sha512', concatBytes(publicKey, bytes));
  const tagOf = (key: Uint8Array, context: string, nonceAndText: Uint8Array): Uint8Array =>
    sha256(concatBytes(key, utf8(context), nonceAndText)).subarray(0, 16);
  return {
    sha256,
    verify: (publicKey, bytes, given) => bytesEqual(signature(publicKey, bytes), given),
    seal(key, plaintext, context) {
      const text = concatBytes(random.bytes(12), plaintext);
      return concatBytes(text, tagOf(key, context, text));
    },
    open(key, sealed, context) {
      if (sealed.length < 28) return undefined;
      const text = sealed.subarray(0, -16);
      return bytesEqual(tagOf(key, context, text), sealed.subarray(-16)) ? text.subarray(12) : undefined;
    },
    random: (length) => random.bytes(length),
    keyPair() {
      const publicKey = random.bytes(32);
      return { publicKey, publicHex: toHex(publicKey), sign: (bytes) => signature(publicKey, bytes) };
    },
  };
}

function digest(algorithm: 'sha256' | 'sha512', bytes: Uint8Array): Uint8Array {
  return fromHex(hash(algorithm, bytes, 'hex'));
}
