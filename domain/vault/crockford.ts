import { err, ok, type Result } from '../result.ts';

/** Crockford's base32: no I, L, O or U, so that what is read from paper is typed back right (crockford.com/base32). */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A character that stands for no digit. `index` counts the characters that are left after spaces and dashes. */
export interface NotBase32 {
  readonly type: 'not-base32';
  readonly index: number;
}

/** Cuts bytes into five-bit digits, the most significant first; the last is filled up with zero bits. */
export function bytesToDigits(bytes: Uint8Array): number[] {
  const digits: number[] = [];
  let bits = 0;
  let count = 0;
  for (const byte of bytes) {
    bits = (bits << 8) | byte;
    count += 8;
    while (count >= 5) {
      count -= 5;
      digits.push((bits >> count) & 31);
    }
    bits &= (1 << count) - 1;
  }
  if (count > 0) digits.push((bits << (5 - count)) & 31);
  return digits;
}

/** Joins five-bit digits to whole bytes, and gives the bits that were left over at the end. */
export function digitsToBytes(digits: readonly number[]): { bytes: Uint8Array; rest: number } {
  const bytes = new Uint8Array(Math.floor((digits.length * 5) / 8));
  let length = 0;
  let bits = 0;
  let count = 0;
  for (const digit of digits) {
    bits = (bits << 5) | digit;
    count += 5;
    if (count >= 8) {
      count -= 8;
      bytes[length++] = bits >> count;
      bits &= (1 << count) - 1;
    }
  }
  return { bytes, rest: bits };
}

/** Writes five-bit digits as characters, without separators. */
export function digitsToText(digits: readonly number[]): string {
  return digits.map((digit) => alphabet.charAt(digit)).join('');
}

/** Reads what a person typed: any case, spaces and dashes anywhere, O for 0, I or L for 1. */
export function textToDigits(text: string): Result<number[], NotBase32> {
  const characters = Array.from(compact(text));
  const digits = characters.map((character) => alphabet.indexOf(character));
  const index = digits.indexOf(-1);
  return index === -1 ? ok(digits) : err({ type: 'not-base32', index });
}

function compact(text: string): string {
  return text
    .replace(/[\s\p{Dash_Punctuation}]/gu, '')
    .toUpperCase()
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
}
