import { createHash } from 'node:crypto';
import { assert, err, ok, type Result } from '../../domain/result.ts';
import { bytesToDigits, digitsToBytes, digitsToText, textToDigits } from '../../domain/vault/crockford.ts';

/**
 * A recovery key on paper: 13 groups of five characters. Four of each are the key, 260 bits in all of which the last four check
 * the whole; the fifth checks its own group and its place, so that a slip is found where it was made.
 */
export const recoveryKeyGroupCount = 13;
const groupLength = 5;

/** What was typed is no recovery key. */
export interface RecoveryKeyMalformed {
  readonly type: 'recovery-key-malformed';
  /** `groups`: the groups named are wrong; `length`: too few or too many characters; `whole`: each group fits, all of them together do not. */
  readonly reason: 'groups' | 'length' | 'whole';
  /** Counted from 1. */
  readonly groups: readonly number[];
}

/** Writes a 32-byte recovery key as its 13 groups. */
export function recoveryKeyToGroups(key: Uint8Array): string[] {
  assert(key.length === 32, 'a recovery key is 32 bytes');
  const digits = bytesToDigits(Uint8Array.of(...key, wholeCheck(key) << 4)).slice(0, 52);
  return Array.from({ length: recoveryKeyGroupCount }, (_, index) => {
    const data = digits.slice(index * 4, index * 4 + 4);
    return digitsToText([...data, groupCheck(data, index)]);
  });
}

/**
 * Reads a typed recovery key: one text or group by group, any case, spaces and dashes anywhere, O for 0, I or L for 1.
 *
 * Errors: `recovery-key-malformed`, which names the groups that are wrong.
 */
export function parseRecoveryKey(
  typed: string | readonly string[],
): Result<Uint8Array, RecoveryKeyMalformed> {
  const groups = typeof typed === 'string' ? cutIntoGroups(typed) : typed;
  if (groups.length !== recoveryKeyGroupCount) return malformed('length', []);
  const digits = groups.map((group) => textToDigits(group));
  const data: number[] = [];
  const wrong: number[] = [];
  for (const [index, group] of digits.entries()) {
    if (group.ok && isGroup(group.value, index)) data.push(...group.value.slice(0, 4));
    else wrong.push(index + 1);
  }
  if (wrong.length > 0) return malformed('groups', wrong);
  const { bytes, rest } = digitsToBytes(data);
  return rest === wholeCheck(bytes) ? ok(bytes) : malformed('whole', []);
}

/** Trusts the typist's own spaces and dashes when they make 13 groups, so that a dropped character is found in its group. */
function cutIntoGroups(typed: string): readonly string[] {
  const asTyped = typed.split(/[\s\p{Dash_Punctuation}]+/u).filter((part) => part !== '');
  if (asTyped.length === recoveryKeyGroupCount) return asTyped;
  return asTyped.join('').match(new RegExp(`.{1,${groupLength}}`, 'gsu')) ?? [];
}

function isGroup(digits: readonly number[], index: number): boolean {
  return digits.length === groupLength && digits[4] === groupCheck(digits.slice(0, 4), index);
}

/**
 * A weighted sum in the field of 32 elements with five different weights, none zero: it notices every single wrong character, every two
 * that changed places, and a group that stands in another's place.
 */
function groupCheck(data: readonly number[], index: number): number {
  return [...data, index].reduce((sum, digit) => timesTwo(sum ^ digit), 0);
}

/** Multiplies by x modulo x⁵ + x² + 1. */
function timesTwo(element: number): number {
  const doubled = element << 1;
  return doubled & 32 ? doubled ^ 0b100101 : doubled;
}

/** The first four bits of the key's SHA-256: what the 13 group checks overlook, this finds in 15 of 16 cases. */
function wholeCheck(key: Uint8Array): number {
  return (createHash('sha256').update(key).digest()[0] ?? 0) >> 4;
}

function malformed(
  reason: RecoveryKeyMalformed['reason'],
  groups: readonly number[],
): Result<never, RecoveryKeyMalformed> {
  return err({ type: 'recovery-key-malformed', reason, groups });
}
