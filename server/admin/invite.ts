import { randomBytes } from 'node:crypto';
import { claimLookup, invitationToText } from '../../domain/sync/invitation.ts';
import type { ServerKeys } from '../data-folder.ts';
import { claimCodeHash } from '../http/app.ts';
import { sha256 } from '../server-crypto.ts';
import type { ServerStore } from '../store/server-store.ts';

/** How long a school may wait before it uses its invitation. */
export const invitationDays = 7;

/** Makes a claim code and gives the invitation that holds it, one line. The code is kept only as a hash: it is shown this once. */
export async function invite(
  store: ServerStore,
  keys: ServerKeys,
  place: { readonly host: string; readonly port: number },
  nowMs: number,
): Promise<string> {
  const code = randomBytes(16).toString('hex');
  const expiresAtMs = nowMs + invitationDays * 24 * 60 * 60_000;
  await store.addClaimCode({ hash: claimCodeHash(claimLookup(sha256, code)), expiresAtMs });
  const { pin, signingKey } = keys;
  return invitationToText(sha256, { ...place, pin, signingKey, code });
}
