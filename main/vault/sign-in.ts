import type { UserId } from '../../domain/ids.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { Attempts, AttemptRefused } from './attempts.ts';
import type { Journal, JournalEntry } from './journal.ts';
import type { KeychainError } from './keychain.ts';
import { loginOf } from './keys.ts';
import { openWithPassword, verifyPassword, type OpenError, type Opened } from './vault.ts';
import type { UnprovenVault, VaultTampered } from './vault-file.ts';

export type SignInError =
  | { readonly type: 'wrong-credentials'; readonly triesLeft: number }
  | AttemptRefused
  | VaultTampered
  /** The journal could not be written: what is not on record does not happen. */
  | { readonly type: 'journal-unavailable'; readonly cause: KeychainError };

interface Credentials {
  readonly vault: UnprovenVault;
  readonly schoolSecret: Uint8Array;
  readonly attempts: Attempts;
  readonly username: string;
  readonly password: string;
  readonly nowMs: number;
}

/**
 * Signs a user in while the store is closed: counts the attempt first, then tries the password, and journals every refusal.
 *
 * Errors: `wrong-credentials` with the tries left, `locked-out`, `attempts-damaged`, `vault-tampered`, `disk-full`, `journal-unavailable`.
 */
export async function signIn(
  options: Credentials & { readonly journal: Journal },
): Promise<Result<Opened, SignInError>> {
  const { schoolSecret, username, nowMs, journal } = options;
  const login = loginOf(schoolSecret, username);
  const result = await counted(options, login, () => openWithPassword(options));
  if (result.ok) return result;
  const { error } = result;
  const noted = journal.append({ at: nowMs, login, kind: journalKind(error), code: error.type });
  return noted.ok ? result : err({ type: 'journal-unavailable', cause: noted.error });
}

/**
 * Asks the signed-in user for the password again; wrong ones count towards the lock as at sign-in. The store is open, so the caller audits.
 *
 * Errors: as `signIn`, without the journal's.
 */
export async function confirmPassword(
  options: Credentials & { readonly user: UserId },
): Promise<Result<void, SignInError>> {
  const login = loginOf(options.schoolSecret, options.username);
  return await counted(options, login, () => verifyPassword(options));
}

async function counted<T>(
  { attempts, nowMs }: Credentials,
  login: string,
  tryPassword: () => Promise<Result<T, OpenError>>,
): Promise<Result<T, SignInError>> {
  const begun = attempts.begin(login, nowMs);
  if (!begun.ok) return begun;
  const opened = await tryPassword();
  if (!opened.ok) {
    const { error } = opened;
    return err(error.type === 'wrong-credentials' ? { ...error, triesLeft: begun.value.triesLeft } : error);
  }
  const forgotten = attempts.succeed(login, nowMs);
  return forgotten.ok ? ok(opened.value) : forgotten;
}

function journalKind(error: SignInError): JournalEntry['kind'] {
  if (error.type === 'wrong-credentials') return 'sign-in-failed';
  return error.type === 'locked-out' ? 'sign-in-locked' : 'alarm';
}
