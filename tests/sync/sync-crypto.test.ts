import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { nodeSyncCrypto } from '../../main/sync/sync-crypto.ts';
import { createServerSigner } from '../../server/server-crypto.ts';

const crypto = nodeSyncCrypto;
const text = Buffer.from('Ångström');

describe('a seal', () => {
  const key = randomBytes(32);

  it('opens under its key and context, and is another each time', () => {
    const sealed = crypto.seal(key, text, 'here');
    expect(sealed.length).toBe(12 + text.length + 16);
    expect(crypto.open(key, sealed, 'here')).toEqual(text);
    expect(crypto.seal(key, text, 'here')).not.toEqual(sealed);
  });

  it('opens nothing else', () => {
    const sealed = crypto.seal(key, text, 'here');
    expect(crypto.open(randomBytes(32), sealed, 'here')).toBeUndefined();
    expect(crypto.open(key, sealed, 'there')).toBeUndefined();
    expect(crypto.open(key, sealed.subarray(0, 20), 'here')).toBeUndefined();
    sealed[14] = (sealed[14] ?? 0) ^ 1;
    expect(crypto.open(key, sealed, 'here')).toBeUndefined();
  });
});

describe('a signature', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const { publicKey } = createServerSigner(privateKey);
  const signature = sign(null, text, privateKey);

  it('holds for its bytes and key, the first time and later', () => {
    expect([crypto.verify(publicKey, text, signature), crypto.verify(publicKey, text, signature)]).toEqual([
      true,
      true,
    ]);
    expect(crypto.verify(publicKey, crypto.sha256(text), signature)).toBe(false);
    expect(crypto.verify(randomBytes(32), text, signature)).toBe(false);
  });

  it('by a key or of a length that nobody has does not hold', () => {
    expect(crypto.verify(publicKey.subarray(1), text, signature)).toBe(false);
    expect(crypto.verify(publicKey, text, signature.subarray(1))).toBe(false);
    expect(crypto.verify(new Uint8Array(), text, signature)).toBe(false);
  });

  it('of one key after very many others holds', () => {
    for (let n = 0; n < 600; n += 1) crypto.verify(randomBytes(32), text, signature);
    expect(crypto.verify(publicKey, text, signature)).toBe(true);
  });
});
