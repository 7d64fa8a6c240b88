import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  sign,
  timingSafeEqual,
  verify,
  type KeyObject,
} from 'node:crypto';
import { z } from 'zod';
import { assert, err, ok, type Result } from '../../domain/result.ts';
import { normaliseUsername } from '../../domain/vault/username.ts';
import type { Random } from './random.ts';

/** Every purpose a key is derived for. One key, one purpose (SECURITY §1). */
export type KeyPurpose =
  // from a password and the school secret
  | 'user-kek'
  // from the school secret
  | 'login'
  // from the desk master key
  | 'store'
  | 'vault-header'
  | 'anchor'
  // from the key of a student, or the key of a backup ring
  | 'backup-part'
  // from a one-time code for joining
  | 'enrolment'
  // from the recovery key
  | 'recovery-x25519'
  | 'recovery-ed25519'
  // from the key that the keychain holds for what happens while no store is open
  | 'journal'
  | 'attempts'
  | 'recent-users';

/** An X25519 pair: the secret scalar and the public key, 32 bytes each (RFC 7748). */
export interface AgreementKeyPair {
  readonly secret: Uint8Array;
  readonly public: Uint8Array;
}

/** An Ed25519 pair: the seed and the public key, 32 bytes each (RFC 8032). */
export interface SigningKeyPair {
  readonly seed: Uint8Array;
  readonly public: Uint8Array;
}

/** A person's keys: what is sealed to them is opened with the first, what they say is signed with the second. */
export interface UserKeys {
  readonly agreement: AgreementKeyPair;
  readonly signing: SigningKeyPair;
}

/** Another key, other bytes or another context: from outside the three cannot be told apart. */
export interface CannotOpen {
  readonly type: 'cannot-open';
}

const nonceLength = 12;
const tagLength = 16;

/** Derives the 32-byte key of one purpose with HKDF-SHA256, `info` = `rollkeep/v1/<purpose>` (RFC 5869). */
export function deriveKey(
  from: Uint8Array,
  purpose: KeyPurpose,
  salt: Uint8Array = new Uint8Array(),
): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', from, salt, `rollkeep/v1/${purpose}`, 32));
}

/** The key that wraps a user's keys: the stretched password alone cannot make it, the school secret is needed too. */
export function deriveUserKek(stretchedPassword: Uint8Array, schoolSecret: Uint8Array): Uint8Array {
  return deriveKey(stretchedPassword, 'user-kek', schoolSecret);
}

/** A username as it stands in files beside the store: 64 hex digits that say nothing without the school secret. */
export function loginOf(schoolSecret: Uint8Array, username: string): string {
  return macOf(deriveKey(schoolSecret, 'login'), normaliseUsername(username));
}

/** HMAC-SHA256 over UTF-8 text, as 64 hex digits. */
export function macOf(key: Uint8Array, text: string): string {
  return createHmac('sha256', key).update(text, 'utf8').digest('hex');
}

/** Compares two MACs without telling by its time where they differ. */
export function isSameMac(first: string, second: string): boolean {
  const [one, other] = [Buffer.from(first, 'latin1'), Buffer.from(second, 'latin1')];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** SHA-256 over UTF-8 text, as 64 hex digits. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** A public key as people compare it: the first 16 bytes of its SHA-256, in groups of four hex digits. */
export function keyFingerprint(publicKey: Uint8Array): string {
  const digest = createHash('sha256').update(publicKey).digest('hex').slice(0, 32);
  return digest.replace(/(.{4})(?=.)/g, '$1 ');
}

/** Encrypts with AES-256-GCM under a fresh nonce: `nonce(12) ‖ ciphertext ‖ tag(16)`, bound to `context`. */
export function wrap(key: Uint8Array, plaintext: Uint8Array, context: string, random: Random): Uint8Array {
  const nonce = random(nonceLength);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength });
  cipher.setAAD(Buffer.from(context, 'utf8'));
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** Opens what `wrap` made. Errors: `cannot-open`. */
export function unwrap(key: Uint8Array, sealed: Uint8Array, context: string): Result<Uint8Array, CannotOpen> {
  if (sealed.length < nonceLength + tagLength) return err({ type: 'cannot-open' });
  const tagStart = sealed.length - tagLength;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceLength), {
    authTagLength: tagLength,
  });
  decipher.setAAD(Buffer.from(context, 'utf8'));
  decipher.setAuthTag(sealed.subarray(tagStart));
  const start = decipher.update(sealed.subarray(nonceLength, tagStart));
  try {
    return ok(Buffer.concat([start, decipher.final()]));
  } catch {
    // The only thing that final() checks is the tag.
    return err({ type: 'cannot-open' });
  }
}

/** Makes a user's two key pairs from 64 random bytes. */
export function createUserKeys(random: Random): UserKeys {
  return { agreement: agreementKeyPair(random(32)), signing: signingKeyPair(random(32)) };
}

/** The school's recovery key pairs: always the same for one recovery key. */
export function recoveryKeysOf(recoveryKey: Uint8Array): UserKeys {
  assert(recoveryKey.length === 32, 'a recovery key is 32 bytes');
  return {
    agreement: agreementKeyPair(deriveKey(recoveryKey, 'recovery-x25519')),
    signing: signingKeyPair(deriveKey(recoveryKey, 'recovery-ed25519')),
  };
}

/** Both secrets of a user as 64 bytes, to be wrapped. */
export function userKeysToBytes(keys: UserKeys): Uint8Array {
  return Buffer.concat([keys.agreement.secret, keys.signing.seed]);
}

/** Reads 64 bytes of secrets back into key pairs. */
export function bytesToUserKeys(bytes: Uint8Array): UserKeys {
  assert(bytes.length === 64, "a user's secrets are 64 bytes");
  return {
    agreement: agreementKeyPair(Uint8Array.from(bytes.subarray(0, 32))),
    signing: signingKeyPair(Uint8Array.from(bytes.subarray(32))),
  };
}

/** The private key of a seed, as Node takes it. */
export function signingKeyOf(seed: Uint8Array): KeyObject {
  return privateKeyOf(pkcs8Prefixes.ed25519, seed);
}

/** Signs with Ed25519. The signature is 64 bytes. */
export function signWith(keys: SigningKeyPair, message: Uint8Array): Uint8Array {
  return sign(null, message, privateKeyOf(pkcs8Prefixes.ed25519, keys.seed));
}

/** Says whether an Ed25519 signature is right. A malformed key or signature is a wrong one. */
export function isSignedBy(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') },
    format: 'jwk',
  });
  return verify(null, message, key, signature);
}

/**
 * Seals a short secret to an X25519 public key with HPKE base mode (RFC 9180): `enc(32) ‖ ciphertext ‖ tag(16)`.
 *
 * Anyone can seal to a public key: what is opened is trusted only after something else has shown that it is right.
 */
export async function sealTo(
  publicKey: Uint8Array,
  purpose: string,
  context: string,
  plaintext: Uint8Array,
): Promise<Uint8Array> {
  const { enc, ct } = await hpke.seal(
    { recipientPublicKey: await hpke.kem.deserializePublicKey(publicKey), info: infoOf(purpose) },
    plaintext,
    Buffer.from(context, 'utf8'),
  );
  return Buffer.concat([new Uint8Array(enc), new Uint8Array(ct)]);
}

/** Opens what `sealTo` made. Errors: `cannot-open`. */
export async function openSealed(
  keys: AgreementKeyPair,
  purpose: string,
  context: string,
  sealed: Uint8Array,
): Promise<Result<Uint8Array, CannotOpen>> {
  const recipientKey = await hpke.kem.deserializePrivateKey(keys.secret);
  try {
    const plaintext = await hpke.open(
      { recipientKey, enc: sealed.subarray(0, 32), info: infoOf(purpose) },
      sealed.subarray(32),
      Buffer.from(context, 'utf8'),
    );
    return ok(new Uint8Array(plaintext));
  } catch {
    // The library throws for a malformed point, a short message and a wrong tag alike.
    return err({ type: 'cannot-open' });
  }
}

/** Overwrites secrets with zeros. Copies that the runtime made are out of reach: this shortens their life, no more. */
export function wipe(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0);
}

const hpke = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});

function infoOf(purpose: string): Uint8Array {
  return Buffer.from(`rollkeep/v1/${purpose}`, 'utf8');
}

/** The DER bytes that stand before the 32 secret bytes in a PKCS #8 private key (RFC 8410 §7). */
const pkcs8Prefixes = {
  x25519: Buffer.from('302e020100300506032b656e04220420', 'hex'),
  ed25519: Buffer.from('302e020100300506032b657004220420', 'hex'),
};

const publicJwk = z.object({ x: z.string() });

/** An X25519 pair from its secret. */
export function agreementKeyPair(secret: Uint8Array): AgreementKeyPair {
  return { secret, public: publicKeyOf(privateKeyOf(pkcs8Prefixes.x25519, secret)) };
}

/** An Ed25519 pair from its seed. */
export function signingKeyPair(seed: Uint8Array): SigningKeyPair {
  return { seed, public: publicKeyOf(privateKeyOf(pkcs8Prefixes.ed25519, seed)) };
}

function privateKeyOf(prefix: Uint8Array, secret: Uint8Array): KeyObject {
  assert(secret.length === 32, 'a secret key is 32 bytes');
  return createPrivateKey({ key: Buffer.concat([prefix, secret]), format: 'der', type: 'pkcs8' });
}

function publicKeyOf(privateKey: KeyObject): Uint8Array {
  const { x } = publicJwk.parse(createPublicKey(privateKey).export({ format: 'jwk' }));
  return Buffer.from(x, 'base64url');
}
