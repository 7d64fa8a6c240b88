import { err, ok, type Result } from '../result.ts';
import { normaliseUsername } from './username.ts';

/** The least number of characters (Unicode code points) of a password. Source: SECURITY §1. */
export const passwordMinLength = 12;

/** How much of a password must be left when the username is taken out of it. */
const leftWithoutUsername = 8;

/** A password that may not be used, with the one reason to show. */
export interface PasswordRefused {
  readonly type: 'password-refused';
  readonly reason: 'too-short' | 'too-common' | 'contains-username' | 'same-as-before';
}

/**
 * The one form of a password that keys are made from: NFC, every kind of space an ordinary one; case is kept.
 *
 * Two keyboards may send the same letter in two forms. Source: RFC 8265 §4.2 (OpaqueString).
 */
export function normalisePassword(typed: string): string {
  return typed.replace(/\p{Space_Separator}/gu, ' ').normalize('NFC');
}

/**
 * Checks a new password: long enough, not a common one, not the username with little else. No composition rules.
 *
 * `isCommon` answers for a lower-case password. Gives the normalised password. Errors: `password-refused`.
 * Source: NIST SP 800-63B §3.1.1.2.
 */
export function checkPassword(
  typed: string,
  username: string,
  isCommon: (lowerCase: string) => boolean,
): Result<string, PasswordRefused> {
  const password = normalisePassword(typed);
  if (Array.from(password).length < passwordMinLength) return refused('too-short');
  const folded = password.toLowerCase();
  if (isCommon(folded) || isRepetition(folded) || isRun(folded)) return refused('too-common');
  const name = normaliseUsername(username);
  if (folded.includes(name) && Array.from(folded.replaceAll(name, '')).length < leftWithoutUsername) {
    return refused('contains-username');
  }
  return ok(password);
}

/** True for one piece of up to six characters said again and again: `abcabcabcabc`, `111111111111`. */
function isRepetition(text: string): boolean {
  return /^(.{1,6}?)\1+$/su.test(text);
}

/** True when each character follows the one before in the alphabet, up or down: `abcdefghijkl`. */
function isRun(text: string): boolean {
  const points = Array.from(text).map((character) => character.codePointAt(0) ?? 0);
  const steps = points.slice(1).map((point, index) => point - (points[index] ?? 0));
  return steps.every((step) => step === 1) || steps.every((step) => step === -1);
}

function refused(reason: PasswordRefused['reason']): Result<never, PasswordRefused> {
  return err({ type: 'password-refused', reason });
}
