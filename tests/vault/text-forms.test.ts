import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bytesToActivationCode, parseActivationCode } from '../../domain/vault/activation-code.ts';
import { bytesToDigits, digitsToBytes, digitsToText, textToDigits } from '../../domain/vault/crockford.ts';
import { checkPassword, normalisePassword } from '../../domain/vault/password-rules.ts';
import { readCommonPasswords } from '../../main/vault/common-passwords.ts';
import {
  parseRecoveryKey,
  recoveryKeyGroupCount,
  recoveryKeyToGroups,
} from '../../main/vault/recovery-key.ts';
import { commonPasswordsText } from '../../resources/passwords/make-common-passwords.ts';
import { seededRandom } from './support.ts';

describe('base32', () => {
  it('gives back the bytes that were written', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const typed = textToDigits(digitsToText(bytesToDigits(bytes)));
        expect(typed.ok && digitsToBytes(typed.value)).toEqual({ bytes, rest: 0 });
      }),
    );
  });

  it('reads any case, spaces, dashes and the letters that look like digits', () => {
    expect(textToDigits('oO iIlL–z\u00a0Z')).toEqual({ ok: true, value: [0, 0, 1, 1, 1, 1, 31, 31] });
    expect(textToDigits('AB-U')).toEqual({ ok: false, error: { type: 'not-base32', index: 2 } });
  });
});

describe('activation code', () => {
  it('is shown in four groups and read back however it is typed', () => {
    const code = bytesToActivationCode(Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
    expect(code).toBe('0410-6105-0R3G-G28A');
    for (const typed of [code, code.toLowerCase(), code.replaceAll('-', ' '), '041O6IO50R3GG28A']) {
      expect(parseActivationCode(typed)).toEqual({ ok: true, value: '041061050R3GG28A' });
    }
  });

  it.each(['', '0410-6105-0R3G-G28', '0410-6105-0R3G-G28AA', '0410-6105-0R3G-G28U'])(
    'refuses %j',
    (typed) => {
      expect(parseActivationCode(typed)).toEqual({ ok: false, error: { type: 'activation-code-malformed' } });
    },
  );
});

describe('recovery key', () => {
  const key = seededRandom('recovery')(32);
  const groups = recoveryKeyToGroups(key);
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const withGroup = (index: number, group: string) => groups.with(index, group);

  it('is 13 groups of five characters', () => {
    expect(groups).toHaveLength(recoveryKeyGroupCount);
    expect(groups.join(' ')).toMatch(/^([0-9A-HJKMNP-TV-Z]{5} ?){13}$/);
  });

  it('comes back for every key, typed as one text or group by group', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (any) => {
        const written = recoveryKeyToGroups(any);
        const tidy = written.join('').toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l');
        for (const typed of [written, written.join('-'), ` ${written.join('  ')} `, tidy]) {
          expect(parseRecoveryKey(typed)).toEqual({ ok: true, value: any });
        }
      }),
    );
  });

  it('names the group of every single wrong character', () => {
    let tried = 0;
    for (const [index, group] of groups.entries()) {
      for (let place = 0; place < 5; place++) {
        for (const character of alphabet.replace(group.charAt(place), '')) {
          const wrong = group.slice(0, place) + character + group.slice(place + 1);
          expect(parseRecoveryKey(withGroup(index, wrong))).toEqual({
            ok: false,
            error: { type: 'recovery-key-malformed', reason: 'groups', groups: [index + 1] },
          });
          tried++;
        }
      }
    }
    expect(tried).toBe(13 * 5 * 31);
  });

  it('names the group in which two characters changed places, and groups that changed places', () => {
    for (const [index, group] of groups.entries()) {
      for (let first = 0; first < 4; first++) {
        for (let second = first + 1; second < 5; second++) {
          const characters = Array.from(group);
          [characters[first], characters[second]] = [group.charAt(second), group.charAt(first)];
          const swapped = characters.join('');
          if (swapped === group) continue;
          expect(parseRecoveryKey(withGroup(index, swapped))).toMatchObject({
            error: { groups: [index + 1] },
          });
        }
      }
    }
    const exchanged = groups.with(2, groups[7]!).with(7, groups[2]!);
    expect(parseRecoveryKey(exchanged)).toMatchObject({ error: { reason: 'groups', groups: [3, 8] } });
  });

  it('names the group that lost a character, and says when the length is wrong', () => {
    expect(parseRecoveryKey(withGroup(4, groups[4]!.slice(1)).join(' '))).toMatchObject({
      error: { reason: 'groups', groups: [5] },
    });
    expect(parseRecoveryKey(groups.slice(1))).toMatchObject({ error: { reason: 'length', groups: [] } });
    expect(parseRecoveryKey('')).toMatchObject({ error: { reason: 'length' } });
  });

  it('finds a key of which every group is right and the whole is not', () => {
    const other = recoveryKeyToGroups(seededRandom('other')(32));
    const mixed = Array.from({ length: 12 }, (_, index) =>
      parseRecoveryKey(groups.with(index, other[index]!)),
    );
    expect(mixed.some((result) => !result.ok && result.error.reason === 'whole')).toBe(true);
  });
});

describe('password rules', () => {
  const common = readCommonPasswords('resources/passwords/common-passwords.txt');
  const reasonOf = (password: string, username = 'ada.quill') => {
    const checked = checkPassword(password, username, (lowerCase) => common.has(lowerCase));
    return checked.ok ? 'accepted' : checked.error.reason;
  };

  it.each([
    ['eleven char', 'too-short'],
    ['🦆🦆🦆🦆🦆 duck', 'too-short'],
    ['🦆 seven ducks', 'accepted'],
    ['Password1234', 'too-common'],
    ['SUNSHINE2024', 'too-common'],
    ['correct horse battery staple', 'too-common'],
    ['1qaz2wsx3edc', 'too-common'],
    ['qwertyuiop[]', 'too-common'],
    ['aaaaaaaaaaaaaa', 'too-common'],
    ['duckduckduckduck', 'too-common'],
    ['abcdefghijklmn', 'too-common'],
    ['zyxwvutsrqpon', 'too-common'],
    ['Ada.Quill2024', 'contains-username'],
    ['ada.quill walks to the far pier', 'accepted'],
    ['seven lamps in the attic', 'accepted'],
    ['trzynaście kotów', 'accepted'],
  ])('%j is %s', (password, expected) => {
    expect(reasonOf(password)).toBe(expected);
  });

  it('takes one password in two Unicode forms, and with another kind of space, as the same', () => {
    expect(normalisePassword('cafe\u0301 au\u00a0lait')).toBe('caf\u00e9 au lait');
  });

  it('the shipped list is what its script makes, and holds nothing that is too short anyway', () => {
    const text = readFileSync('resources/passwords/common-passwords.txt', 'utf8');
    expect(text).toBe(commonPasswordsText());
    expect(common.size).toBeGreaterThan(5000);
    expect([...common].filter((one) => Array.from(one).length < 12)).toEqual([]);
  });
});
