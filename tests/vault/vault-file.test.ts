import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../domain/vault/canonical-json.ts';
import { sha256Hex } from '../../main/vault/keys.ts';
import { addUserSlot, type NewSchool } from '../../main/vault/vault.ts';
import {
  parseVault,
  proveVault,
  readVault,
  vaultText,
  writeVault,
  type VaultBody,
} from '../../main/vault/vault-file.ts';
import { argon2Floor } from '../../main/vault/argon2.ts';
import { ben, newSchool, seededRandom, temporaryFolder, valueOf } from './support.ts';

let school: NewSchool;
let body: VaultBody;
let text: string;

beforeAll(async () => {
  school = await newSchool();
  const added = await addUserSlot({
    ...school,
    user: ben,
    username: 'ben',
    cost: argon2Floor,
    nowMs: 1_790_000_000_000,
    random: seededRandom('ben'),
  });
  ({ body } = valueOf(added));
  text = vaultText(body, school.masterKey);
});

/** What a reader who knows the master key makes of a file. */
function verdictOn(file: string): string {
  const read = parseVault(file);
  if (!read.ok) return 'reason' in read.error ? `${read.error.type} ${read.error.reason}` : read.error.type;
  const proven = proveVault(read.value, school.masterKey);
  return proven.ok ? 'accepted' : `${proven.error.type} ${proven.error.reason}`;
}

/** A file whose writer knows the format but not the key: the checksum is right. */
function forged(change: (body: Record<string, unknown>) => unknown): string {
  const { hmac } = JSON.parse(text) as { hmac: string };
  const changed = change(JSON.parse(canonicalJson(body)) as Record<string, unknown>);
  return canonicalJson({ body: changed, hmac, sha256: sha256Hex(canonicalJson(changed)) });
}

describe('vault.json', { timeout: 60_000 }, () => {
  it('reads what was written, and holds no username', () => {
    const path = join(temporaryFolder(), 'vault.json');
    valueOf(writeVault(path, body, school.masterKey));
    expect(valueOf(proveVault(valueOf(readVault(path)), school.masterKey))).toEqual(body);
    expect(readFileSync(path, 'utf8').toLowerCase()).not.toMatch(/"(ada|ben)"/);
    expect(readdirSync(join(path, '..'))).toEqual(['vault.json']);
  });

  it('every single flipped bit is refused, with the right reason', () => {
    const bytes = Buffer.from(text);
    const hmacStart = text.indexOf('"hmac":"') + 8;
    const verdicts = new Map<string, number>();
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const byte = bit >> 3;
      bytes[byte]! ^= 1 << (bit & 7);
      const verdict = verdictOn(bytes.toString('utf8'));
      bytes[byte]! ^= 1 << (bit & 7);
      const isInHmac = byte >= hmacStart && byte < hmacStart + 64;
      // A flipped bit in the MAC gives another hex digit or no hex digit; everywhere else the file is damaged.
      expect(verdict).toMatch(isInHmac ? /^vault-(tampered hmac|damaged)/ : /^vault-damaged/);
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    }
    const refused = [...verdicts.values()].reduce((sum, count) => sum + count);
    console.log(
      `vault header: ${bytes.length * 8} single-bit flips, all refused:`,
      Object.fromEntries(verdicts),
    );
    expect(refused).toBe(bytes.length * 8);
    expect(verdictOn(text)).toBe('accepted');
  });

  it(
    'every single flipped bit of the body is refused as tampering when the checksum was made to fit',
    { timeout: 60_000 },
    () => {
      const bytes = Buffer.from(canonicalJson(body));
      const { hmac } = JSON.parse(text) as { hmac: string };
      let tampered = 0;
      let damaged = 0;
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        const changed = bytes.toString('utf8');
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        const file = `{"body":${changed},"hmac":"${hmac}","sha256":"${sha256Hex(changed)}"}`;
        const verdict = verdictOn(file);
        expect(verdict).toMatch(/^vault-(tampered (hmac|kdf-cost)|damaged|newer)/);
        if (verdict.startsWith('vault-tampered')) tampered++;
        else damaged++;
      }
      console.log(
        `vault body, checksum made to fit: ${tampered} flips refused as tampered, ${damaged} as malformed`,
      );
      expect(tampered).toBeGreaterThan(1000);
    },
  );

  it.each([
    ['cut off', () => text.slice(0, -1), 'vault-damaged shape'],
    ['empty', () => '', 'vault-damaged shape'],
    ['spelled with a space', () => text.replace(',"hmac"', ', "hmac"'), 'vault-damaged not-canonical'],
    ['with two bodies', () => text.replace('{"body"', '{"body":{},"body"'), 'vault-damaged not-canonical'],
    ['an unknown key beside the body', () => text.replace('{"body"', '{"a":1,"body"'), 'vault-damaged shape'],
    ['an unknown key in the body', () => forged((old) => ({ ...old, extra: 1 })), 'vault-damaged shape'],
    ['of a later version', () => forged((old) => ({ ...old, v: 2, anything: true })), 'vault-newer'],
    ['another label', () => forged((old) => ({ ...old, label: 'Another School' })), 'vault-tampered hmac'],
    ['an older generation', () => forged((old) => ({ ...old, generation: 2 })), 'vault-tampered hmac'],
    ['without its slots', () => forged((old) => ({ ...old, slots: [] })), 'vault-tampered hmac'],
    [
      'the same login twice',
      () =>
        forged((old) => ({
          ...old,
          slots: [body.slots[0], { ...body.slots[1], login: body.slots[0]?.login }],
        })),
      'vault-damaged shape',
    ],
  ])('refuses a file that is %s', (_, file, expected) => {
    expect(verdictOn(file())).toBe(expected);
  });

  it.each([
    ['below the floor', { memoryKiB: 1024 }],
    ['with too few passes', { passes: 1 }],
    ['above 1 GiB', { memoryKiB: 4 * 1024 * 1024 }],
    ['with too many lanes', { lanes: 64 }],
  ])('W5: refuses a header whose Argon2id cost is %s, before any password is tried', (_, change) => {
    const file = forged((old) => ({
      ...old,
      slots: body.slots.map((slot) => ({ ...slot, kdf: { ...slot.kdf, ...change } })),
    }));
    expect(verdictOn(file)).toBe('vault-tampered kdf-cost');
  });

  it('says that there is none', () => {
    expect(readVault(join(temporaryFolder(), 'vault.json'))).toEqual({
      ok: false,
      error: { type: 'vault-missing' },
    });
  });

  it('a half-written temporary file leaves the vault as it was', () => {
    const path = join(temporaryFolder(), 'vault.json');
    valueOf(writeVault(path, body, school.masterKey));
    writeFileSync(`${path}.new`, text.slice(0, 100));
    expect(valueOf(readVault(path)).body).toEqual(body);
    valueOf(writeVault(path, { ...body, label: 'Renamed School' }, school.masterKey));
    expect(valueOf(readVault(path)).body.label).toBe('Renamed School');
    expect(readdirSync(join(path, '..'))).toEqual(['vault.json']);
  });
});
