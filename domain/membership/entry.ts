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
  /** Left out where the person has chosen none, and in entries from before the window spoke several languages. */
  language: z.enum(['en', 'es', 'ur']).nullish(),
});

const id = z.string().regex(/^[0-9a-f]{32}$/);
const publicKey = z.string().regex(/^[0-9a-f]{64}$/);
const hex = z.string().regex(/^([0-9a-f]{2})+$/);

/** A user's way in, without the master key that each desk seals to it for itself. Whole: slots are never merged field by field. */
const slotBody = z.strictObject({
  login: z.string().regex(/^[0-9a-f]{64}$/),
  user: id,
  method: z.enum(['password', 'activation', 'passkey', 'totp']),
  // The bounds of SECURITY §1: a slot beyond them would make a vault that no desk opens.
  kdf: z.strictObject({
    memoryKiB: z
      .int()
      .min(64 * 1024)
      .max(1024 * 1024),
    passes: z.int().min(3).max(16),
    lanes: z.int().min(4).max(16),
    salt: id,
  }),
  keys: z.string().regex(/^[0-9a-f]{184}$/),
  x25519: publicKey,
  ed25519: publicKey,
  expires: z.int().optional(),
});

const recoveryBody = z.strictObject({ x25519: publicKey, ed25519: publicKey });

const fact = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('founding'),
    body: z.strictObject({
      administrator: z.string(),
      /** Raw Ed25519 public key as hex: the root from which every later signature is judged. */
      administratorKey: z.string(),
      recovery: recoveryBody,
      desk: z.string(),
    }),
  }),
  z.strictObject({ kind: z.literal('account'), body: accountBody }),
  z.strictObject({ kind: z.literal('slot'), body: slotBody }),
  z.strictObject({
    kind: z.literal('desk'),
    body: z.strictObject({
      desk: id,
      label: z.string(),
      signingKey: publicKey,
      agreementKey: publicKey,
      auditKey: publicKey,
      incarnation: z.int().min(0),
    }),
  }),
  z.strictObject({
    kind: z.literal('desk-ended'),
    body: z.strictObject({ desk: id, how: z.enum(['retired', 'stolen']) }),
  }),
  /** A new group key, sealed to each desk that goes on (HPKE). The desk that made it has it already. */
  z.strictObject({
    kind: z.literal('epoch'),
    body: z.strictObject({
      epoch: z.int().min(0),
      keys: z.array(z.strictObject({ desk: id, sealed: hex })),
    }),
  }),
  /** The recovery key was used and replaced. */
  z.strictObject({ kind: z.literal('recovery'), body: recoveryBody }),
]);
export type MembershipFact = z.output<typeof fact>;
export type MembershipSlot = z.output<typeof slotBody>;
export type MembershipAccount = z.output<typeof accountBody>;

const envelope = {
  v: z.literal(1),
  school: id,
  seq: z.int().min(0),
  prev: publicKey,
  at: z.int(),
  signer: z.string(),
  sig: z.string().regex(/^[0-9a-f]{128}$/),
};

/** Reads an entry from its canonical text; undefined for another shape or another spelling. */
export function parseMembershipEntry(text: string): MembershipEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Not JSON is one more shape that the schema refuses.
    return undefined;
  }
  const outer = z.looseObject(envelope).safeParse(value);
  if (!outer.success) return undefined;
  const { v, school, seq, prev, at, signer, sig, ...inner } = outer.data;
  const parsed = fact.safeParse(inner);
  if (!parsed.success) return undefined;
  const entry: MembershipEntry = { v, school, seq, prev, at, signer, sig, ...parsed.data };
  return membershipText(entry) === text ? entry : undefined;
}

/** Reads a fact that was kept to be signed again. Throws where it is none. */
export function parseMembershipFact(text: string): MembershipFact {
  return fact.parse(JSON.parse(text));
}

/** The signer's name where the school's recovery key signs. */
export const recoverySigner = 'recovery';

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
