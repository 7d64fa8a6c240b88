import canonicalize from 'canonicalize';
import { z } from 'zod';
import { roles } from '../access/policy.ts';
import { assert } from '../result.ts';

/**
 * One entry of a school's membership log (SECURITY §1): accounts, desks and revocations, each signed by an administrator,
 * and hash-chained. `account` carries the whole account: accounts are never merged field by field.
 */
const accountBody = z.strictObject({
  id: z.string(),
  school: z.string(),
  username: z.string(),
  displayName: z.string(),
  email: z.string(),
  jobTitle: z.string(),
  role: z.enum(roles),
  staff: z.string().nullish(),
  state: z.enum(['active', 'awaiting-activation', 'removed']),
  activationExpiresAtMs: z.number().nullish(),
  lastSignInMs: z.number().nullish(),
  density: z.enum(['compact', 'comfortable']),
  colorScheme: z.enum(['light', 'dark', 'auto']),
});

const fact = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('founding'),
    body: z.strictObject({
      administrator: z.string(),
      /** Raw Ed25519 public keys as hex: the roots from which every later signature is judged. */
      administratorKey: z.string(),
      recoveryKey: z.string(),
      desk: z.string(),
    }),
  }),
  z.strictObject({ kind: z.literal('account'), body: accountBody }),
]);
export type MembershipFact = z.output<typeof fact>;

export type MembershipEntry = {
  readonly v: 1;
  readonly school: string;
  readonly seq: number;
  /** SHA-256 of the canonical text of the entry before, signature included. */
  readonly prev: string;
  /** UTC milliseconds. */
  readonly at: number;
  readonly signer: string;
  readonly sig: string;
} & MembershipFact;

/** The `prev` of the first entry. */
export const firstMembershipHash = '0'.repeat(64);

/** The canonical text (RFC 8785) of an entry; without `sig` it is what is signed, with it what is hashed. */
export function membershipText(entry: Omit<MembershipEntry, 'sig'> & { readonly sig?: string }): string {
  const text = canonicalize(entry);
  assert(text !== undefined, 'a membership entry has a canonical text');
  return text;
}
