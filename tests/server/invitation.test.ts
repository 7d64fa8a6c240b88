import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { claimLookup, invitationToText, parseInvitation } from '../../domain/sync/invitation.ts';
import { sha256 } from '../../server/server-crypto.ts';

const hex = (length: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => Buffer.from(bytes).toString('hex'));
const invitation = fc.record({
  host: fc.constantFrom(
    'localhost',
    'rollkeep.example.org',
    '10.0.0.7',
    '2001:db8::7',
    `${'a'.repeat(60)}.example`,
  ),
  port: fc.integer({ min: 1, max: 65535 }),
  pin: hex(32),
  signingKey: hex(32),
  code: hex(16),
});

it('an invitation is read as it was written, in any case and with any spaces and dashes', () => {
  fc.assert(
    fc.property(invitation, (one) => {
      const text = invitationToText(sha256, one);
      expect(text).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{1,5})+$/);
      expect(parseInvitation(sha256, text)).toEqual({ ok: true, value: one });
      const typed = text.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
      expect(parseInvitation(sha256, ` ${typed}\n`)).toEqual({ ok: true, value: one });
    }),
  );
});

it('a changed, missing or added character is noticed', () => {
  fc.assert(
    fc.property(
      invitation,
      fc.nat(),
      fc.constantFrom(...Array.from('0123456789ABCDEFGHJKMNPQRSTVWXYZ')),
      (one, place, other) => {
        const text = invitationToText(sha256, one).replaceAll('-', '');
        const at = place % text.length;
        const changed = text.slice(0, at) + other + text.slice(at + 1);
        fc.pre(changed !== text);
        expect(parseInvitation(sha256, changed).ok).toBe(false);
        expect(parseInvitation(sha256, text.slice(0, -1)).ok).toBe(false);
        expect(parseInvitation(sha256, text + other).ok).toBe(false);
      },
    ),
  );
});

it.each([
  ['', 'invitation-damaged'],
  ['HELLO', 'invitation-damaged'],
  ['not an invitation!', 'invitation-characters'],
  ['0'.repeat(200), 'invitation-damaged'],
])('%j is %s', (text, type) => {
  expect(parseInvitation(sha256, text)).toEqual({ ok: false, error: { type } });
});

it('what a claim sends is the SHA-256 of the code', () => {
  const code = 'ab'.repeat(16);
  expect(claimLookup(sha256, code)).toBe(createHash('sha256').update(Buffer.from(code, 'hex')).digest('hex'));
});
