import { CipherSuite, DhkemX25519HkdfSha256, HkdfSha256, Aes256Gcm } from '@hpke/core';
import { hkdfSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  bytesToUserKeys,
  createUserKeys,
  deriveKey,
  deriveUserKek,
  isSignedBy,
  keyFingerprint,
  loginOf,
  openSealed,
  recoveryKeysOf,
  sealTo,
  signWith,
  unwrap,
  userKeysToBytes,
  wipe,
  wrap,
} from '../../main/vault/keys.ts';
import { seededRandom } from './support.ts';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
const hex = (value: Uint8Array) => Buffer.from(value).toString('hex');
const text = (value: string) => Uint8Array.from(Buffer.from(value));

describe('standard vectors', () => {
  it('HKDF-SHA256: RFC 5869 A.1', () => {
    const okm = hkdfSync(
      'sha256',
      bytes('0b'.repeat(22)),
      bytes('000102030405060708090a0b0c'),
      bytes('f0f1f2f3f4f5f6f7f8f9'),
      42,
    );
    expect(hex(new Uint8Array(okm))).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    );
  });

  it('Ed25519: RFC 8032 §7.1 TEST 2', () => {
    const seed = bytes('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb');
    const { signing } = bytesToUserKeys(Buffer.concat([new Uint8Array(32).fill(1), seed]));
    expect(hex(signing.public)).toBe('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
    expect(hex(signWith(signing, bytes('72')))).toBe(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    );
  });

  it('HPKE: RFC 9180 test vectors, mode 0, DHKEM(X25519), HKDF-SHA256, AES-256-GCM', async () => {
    const suite = new CipherSuite({
      kem: new DhkemX25519HkdfSha256(),
      kdf: new HkdfSha256(),
      aead: new Aes256Gcm(),
    });
    const secret = bytes('497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d');
    const { agreement } = bytesToUserKeys(Buffer.concat([secret, new Uint8Array(32)]));
    expect(hex(agreement.public)).toBe('430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c');
    const plaintext = await suite.open(
      {
        recipientKey: await suite.kem.deserializePrivateKey(secret),
        enc: bytes('6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256'),
        info: bytes('4f6465206f6e2061204772656369616e2055726e'),
      },
      bytes('e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a'),
      bytes('436f756e742d30'),
    );
    expect(Buffer.from(plaintext).toString()).toBe('Beauty is truth, truth beauty');
  });
});

it('each purpose and each salt gives another key', () => {
  const from = seededRandom('x')(32);
  const keys = [
    deriveKey(from, 'store'),
    deriveKey(from, 'vault-header'),
    deriveKey(from, 'anchor'),
    deriveKey(from, 'store', Uint8Array.of(1)),
  ];
  expect(new Set(keys.map(hex)).size).toBe(4);
  expect(hex(keys[0]!)).toBe(
    hex(new Uint8Array(hkdfSync('sha256', from, new Uint8Array(), 'rollkeep/v1/store', 32))),
  );
});

it('a login is the same for every spelling of a username, and another for another school', () => {
  const [one, other] = [seededRandom('one')(32), seededRandom('other')(32)];
  expect(loginOf(one, '  ADA.Quill ')).toBe(loginOf(one, 'ada.quill'));
  expect(loginOf(one, 'ada.quill')).toMatch(/^[0-9a-f]{64}$/);
  expect(loginOf(one, 'ada.quill')).not.toBe(loginOf(other, 'ada.quill'));
});

it('A5: the key that wraps a user’s keys needs the password and the school secret, each of them', () => {
  const random = seededRandom('kek');
  const [stretched, otherStretched, secret, otherSecret] = [random(32), random(32), random(32), random(32)];
  const keks = [
    deriveUserKek(stretched, secret),
    deriveUserKek(stretched, otherSecret),
    deriveUserKek(otherStretched, secret),
  ];
  expect(new Set(keks.map(hex)).size).toBe(3);
});

it('wrap opens with its key and context only', () => {
  const random = seededRandom('wrap');
  const key = random(32);
  const sealed = wrap(key, text('secret'), 'context', random);
  expect(unwrap(key, sealed, 'context')).toEqual({ ok: true, value: Buffer.from('secret') });
  const refused = { ok: false, error: { type: 'cannot-open' } };
  expect(unwrap(random(32), sealed, 'context')).toEqual(refused);
  expect(unwrap(key, sealed, 'another')).toEqual(refused);
  expect(unwrap(key, sealed.subarray(0, 27), 'context')).toEqual(refused);
});

it('what is sealed to a public key opens with its secret, purpose and context only', async () => {
  const random = seededRandom('hpke');
  const [ours, theirs] = [createUserKeys(random), createUserKeys(random)];
  const sealed = await sealTo(ours.agreement.public, 'desk-master-key', 'context', text('secret'));
  expect(await openSealed(ours.agreement, 'desk-master-key', 'context', sealed)).toEqual({
    ok: true,
    value: text('secret'),
  });
  const refused = { ok: false, error: { type: 'cannot-open' } };
  expect(await openSealed(theirs.agreement, 'desk-master-key', 'context', sealed)).toEqual(refused);
  expect(await openSealed(ours.agreement, 'another', 'context', sealed)).toEqual(refused);
  expect(await openSealed(ours.agreement, 'desk-master-key', 'another', sealed)).toEqual(refused);
  expect(await openSealed(ours.agreement, 'desk-master-key', 'context', sealed.subarray(0, 40))).toEqual(
    refused,
  );
});

it('user keys survive being written as bytes, and sign', () => {
  const keys = createUserKeys(seededRandom('user'));
  const again = bytesToUserKeys(userKeysToBytes(keys));
  expect(again.agreement.public).toEqual(keys.agreement.public);
  const signature = signWith(again.signing, text('message'));
  expect(isSignedBy(keys.signing.public, text('message'), signature)).toBe(true);
  expect(isSignedBy(keys.signing.public, text('massage'), signature)).toBe(false);
  expect(isSignedBy(keys.signing.public.subarray(1), text('message'), signature)).toBe(false);
  expect(isSignedBy(keys.signing.public, text('message'), signature.subarray(1))).toBe(false);
});

it('a recovery key always gives the same pairs, and another gives others', () => {
  const [one, other] = [seededRandom('one')(32), seededRandom('other')(32)];
  expect(recoveryKeysOf(one)).toEqual(recoveryKeysOf(one));
  expect(recoveryKeysOf(one).agreement.public).not.toEqual(recoveryKeysOf(other).agreement.public);
});

it('a fingerprint is eight groups of four hex digits', () => {
  expect(keyFingerprint(new Uint8Array(32))).toMatch(/^([0-9a-f]{4} ){7}[0-9a-f]{4}$/);
});

it('A9: wiped secrets hold nothing but zeros', () => {
  const secret = seededRandom('wipe')(32);
  wipe(secret);
  expect(secret).toEqual(new Uint8Array(32));
});
