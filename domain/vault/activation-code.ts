import { assert, err, ok, type Result } from '../result.ts';
import { bytesToDigits, digitsToText, textToDigits } from './crockford.ts';

/** How long an activation code opens an account: 24 hours (SECURITY §1). */
export const activationLifetimeMs = 24 * 60 * 60 * 1000;

const length = 16;

/** What was typed is no activation code: not 16 characters, or one that a code never has. */
export interface ActivationCodeMalformed {
  readonly type: 'activation-code-malformed';
}

/** Writes 10 random bytes as the code that is shown once: `XXXX-XXXX-XXXX-XXXX`. */
export function bytesToActivationCode(bytes: Uint8Array): string {
  assert(bytes.length === 10, 'an activation code is 10 bytes');
  return digitsToText(bytesToDigits(bytes)).replace(/(.{4})(?=.)/g, '$1-');
}

/**
 * Reads a typed activation code into its one canonical form, 16 characters without dashes, from which keys are made.
 *
 * Errors: `activation-code-malformed`, which says no more, because a wrong code is answered like a wrong password.
 */
export function parseActivationCode(text: string): Result<string, ActivationCodeMalformed> {
  const digits = textToDigits(text);
  if (!digits.ok || digits.value.length !== length) return err({ type: 'activation-code-malformed' });
  return ok(digitsToText(digits.value));
}
