import canonicalize from 'canonicalize';
import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  envelopeContext,
  envelopePurposes,
  parseEnvelope,
  type CellContext,
} from '../../domain/vault/envelope.ts';
import {
  createFieldKey,
  openField,
  sealField,
  searchHash,
  unwrapSubjectKey,
  wrapSubjectKey,
} from '../../main/vault/field-keys.ts';
import { systemRandom } from '../../main/vault/random.ts';
import { schoolA, schoolB, seededRandom, valueOf } from './support.ts';

const random = seededRandom('field');
const key = createFieldKey(random);
const { subjectField, subjectKey, illnessCase } = envelopePurposes;
const cell: CellContext = {
  school: schoolA,
  table: 'student',
  column: 'national_id',
  row: '7'.repeat(32),
  version: '1790000000000.dddd.1.42',
};
const plaintext = Buffer.from('QQ 12 34 56 C');
const sealed = sealField(key, subjectField, cell, plaintext, random);

const refusal = (
  bytes: Uint8Array,
  at: CellContext = cell,
  purpose = subjectField as 1 | 2 | 3 | 4,
  by = key,
) => {
  const opened = openField(by, purpose, at, bytes);
  return opened.ok ? 'opened' : opened.error.type;
};

describe('sealed field', { timeout: 60_000 }, () => {
  it('S2: a field is an AES-256-GCM envelope of the frozen layout, and opens in its own cell', () => {
    expect(sealed).toHaveLength(46 + plaintext.length);
    expect(Buffer.from(sealed.subarray(0, 2))).toEqual(Buffer.from([1, 1]));
    expect(valueOf(parseEnvelope(sealed)).keyId).toEqual(Buffer.from(key.id));
    expect(key.key.symmetricKeySize).toBe(32);
    expect(Buffer.from(sealed).includes('12 34 56')).toBe(false);
    expect(openField(key, subjectField, cell, sealed)).toEqual({ ok: true, value: plaintext });
  });

  it('S2: an independent AES-256-GCM opens the envelope by the layout alone', async () => {
    const webKey = await crypto.subtle.importKey('raw', Uint8Array.from(key.key.export()), 'AES-GCM', false, [
      'decrypt',
    ]);
    const additionalData = Buffer.from(
      canonicalize([
        cell.school,
        1,
        Buffer.from(key.id).toString('hex'),
        cell.table,
        cell.column,
        cell.row,
        cell.version,
      ])!,
    );
    const opened = await crypto.subtle.decrypt(
      { name: 'AES-GCM', iv: Uint8Array.from(sealed.subarray(18, 30)), additionalData },
      webKey,
      Uint8Array.from(sealed.subarray(30)),
    );
    expect(Buffer.from(opened)).toEqual(plaintext);
  });

  it('S2: the context is canonical JSON also for names that need escaping', () => {
    const odd = { ...cell, column: 'quote" back\\slash \u0007 é 🦆' };
    const expected = [odd.school, 1, '00', odd.table, odd.column, odd.row, odd.version];
    expect(envelopeContext(1, '00', odd)).toBe(canonicalize(expected));
  });

  it('S2: every single flipped bit is refused, with the right reason', () => {
    const reasons = new Map<string, number>();
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const flipped = Uint8Array.from(sealed);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const byte = bit >> 3;
      const reason = refusal(flipped);
      const expected =
        byte === 0
          ? ['envelope-malformed']
          : byte === 1
            ? ['envelope-malformed', 'envelope-purpose']
            : byte < 18
              ? ['envelope-key']
              : ['envelope-tampered'];
      expect(expected).toContain(reason);
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    console.log(`envelope: ${sealed.length * 8} single-bit flips, all refused:`, Object.fromEntries(reasons));
    expect([...reasons.values()].reduce((sum, count) => sum + count)).toBe(sealed.length * 8);
  });

  it.each([
    ['another school', { school: schoolB }],
    ['another table', { table: 'guardian' }],
    ['another column', { column: 'alert' }],
    ['another row', { row: '8'.repeat(32) }],
    ['an older version', { version: '1790000000000.dddd.1.41' }],
  ])('S2: an envelope moved to %s is refused', (_, change) => {
    expect(refusal(sealed, { ...cell, ...change })).toBe('envelope-tampered');
  });

  it('S2: an envelope of another purpose or key is refused as such', () => {
    expect(refusal(sealed, cell, illnessCase)).toBe('envelope-purpose');
    expect(refusal(sealed, cell, subjectField, createFieldKey(random))).toBe('envelope-key');
    expect(refusal(sealed, cell, subjectField, { ...createFieldKey(random), id: key.id })).toBe(
      'envelope-tampered',
    );
    expect(refusal(sealed.subarray(0, 45))).toBe('envelope-malformed');
  });

  it('seals an empty value too', () => {
    const empty = sealField(key, subjectField, cell, new Uint8Array(), random);
    expect(openField(key, subjectField, cell, empty)).toEqual({ ok: true, value: Buffer.alloc(0) });
  });
});

describe('subject key', { timeout: 60_000 }, () => {
  const quarterKey = createFieldKey(random);
  const keyCell: CellContext = { ...cell, table: 'subject_key', column: 'wrapped' };
  const wrapped = wrapSubjectKey(quarterKey, keyCell, key, random);

  it("is wrapped by the quarter's key and opens what it sealed", () => {
    const unwrapped = valueOf(unwrapSubjectKey(quarterKey, keyCell, wrapped));
    expect(openField(unwrapped, subjectField, cell, sealed)).toEqual({ ok: true, value: plaintext });
  });

  it("R6: with the subject's wrapped key gone, the quarter's key opens nothing of the subject", () => {
    expect(refusal(sealed, cell, subjectField, quarterKey)).toBe('envelope-key');
    const other = wrapSubjectKey(quarterKey, keyCell, createFieldKey(random), random);
    const otherKey = valueOf(unwrapSubjectKey(quarterKey, keyCell, other));
    expect(refusal(sealed, cell, subjectField, otherKey)).toBe('envelope-key');
  });

  it("is refused in another subject's row, and under the next quarter's key", () => {
    const elsewhere = { ...keyCell, row: '9'.repeat(32) };
    expect(unwrapSubjectKey(quarterKey, elsewhere, wrapped)).toEqual({
      ok: false,
      error: { type: 'envelope-tampered' },
    });
    expect(unwrapSubjectKey(createFieldKey(random), keyCell, wrapped)).toEqual({
      ok: false,
      error: { type: 'envelope-key' },
    });
    const notAKey = sealField(quarterKey, subjectKey, keyCell, Buffer.from('short'), random);
    expect(unwrapSubjectKey(quarterKey, keyCell, notAKey)).toEqual({
      ok: false,
      error: { type: 'envelope-malformed' },
    });
  });
});

it('a search hash is the same for the same value of a column only', () => {
  const searchKey = createSecretKey(random(32));
  const hashes = [
    searchHash(searchKey, cell, 'QQ123456C'),
    searchHash(searchKey, cell, 'QQ123456D'),
    searchHash(searchKey, { ...cell, column: 'phone' }, 'QQ123456C'),
    searchHash(createSecretKey(random(32)), cell, 'QQ123456C'),
  ];
  expect(searchHash(searchKey, cell, 'QQ123456C')).toEqual(hashes[0]);
  expect(new Set(hashes.map((hash) => Buffer.from(hash).toString('hex'))).size).toBe(4);
});

it('seals and opens fast enough for a roster', () => {
  const count = 20_000;
  const start = performance.now();
  const envelopes = Array.from({ length: count }, () =>
    sealField(key, subjectField, cell, plaintext, systemRandom),
  );
  const sealedMs = performance.now() - start;
  for (const envelope of envelopes) openField(key, subjectField, cell, envelope);
  const openedMs = performance.now() - start - sealedMs;
  const perSecond = (ms: number) => Math.round((count / ms) * 1000);
  console.log(`fields a second: ${perSecond(sealedMs)} sealed, ${perSecond(openedMs)} opened`);
  // A sixth of what a two-core computer reaches: it fails on a slip of an order of magnitude, not on a busy machine.
  expect(perSecond(sealedMs)).toBeGreaterThan(10_000);
});
