import { utf8 } from '../audit/bytes.ts';
import { normaliseUsername } from '../vault/username.ts';
import { deskOrdinal } from '../sync/version.ts';
import {
  membershipText,
  recoverySigner,
  type MembershipAccount,
  type MembershipEntry,
  type MembershipFact,
  type MembershipSlot,
} from './entry.ts';

export interface MemberDesk {
  readonly desk: string;
  readonly label: string;
  /** Raw public keys as hex: Ed25519 for batches and requests, X25519 for what is sealed to it, Ed25519 for its audit log. */
  readonly signingKey: string;
  readonly agreementKey: string;
  readonly auditKey: string;
  readonly incarnation: number;
  readonly ended: 'retired' | 'stolen' | null;
}

/** Who belongs to a school, as its membership log says up to some entry. */
export interface Members {
  readonly school: string;
  readonly accounts: ReadonlyMap<string, MembershipAccount>;
  /** By user. A removed account has none. */
  readonly slots: ReadonlyMap<string, MembershipSlot>;
  /** The public signing key of each user, hex. */
  readonly keys: ReadonlyMap<string, string>;
  readonly desks: ReadonlyMap<string, MemberDesk>;
  readonly recovery: { readonly x25519: string; readonly ed25519: string };
  /** The newest epoch of the group key; -1 before the school is connected. */
  readonly epoch: number;
}

/** Whether a raw Ed25519 public key, as hex, signed the bytes with this signature, as hex. */
export type VerifySignature = (publicKey: string, bytes: Uint8Array, signature: string) => boolean;

/**
 * Takes one more entry into what is known of the members; undefined where its signer may not say that (SECURITY §1). Numbering and
 * chain are the caller's to check. `undefined` for `members` before the first entry.
 */
export function withEntry(
  members: Members | undefined,
  entry: MembershipEntry,
  verify: VerifySignature,
): Members | undefined {
  if (members === undefined) return founded(entry, verify);
  if (entry.school !== members.school) return undefined;
  const key = entry.signer === recoverySigner ? members.recovery.ed25519 : members.keys.get(entry.signer);
  if (key === undefined || !isSigned(entry, key, verify) || !mayState(members, entry.signer, entry)) {
    return undefined;
  }
  return withFact(members, entry);
}

function founded(entry: MembershipEntry, verify: VerifySignature): Members | undefined {
  if (entry.kind !== 'founding') return undefined;
  const { administrator, administratorKey, recovery } = entry.body;
  if (entry.signer !== administrator || !isSigned(entry, administratorKey, verify)) return undefined;
  return {
    school: entry.school,
    accounts: new Map(),
    slots: new Map(),
    keys: new Map([[administrator, administratorKey]]),
    desks: new Map(),
    recovery,
    epoch: -1,
  };
}

function isSigned(entry: MembershipEntry, key: string, verify: VerifySignature): boolean {
  const { sig, ...unsigned } = entry;
  return verify(key, utf8(membershipText(unsigned)), sig);
}

/** Whether that signer may state that fact, the signature aside. */
export function mayState(members: Members, signer: string, fact: MembershipFact): boolean {
  if (signer === recoverySigner) return mayRecover(members, fact);
  const by = members.accounts.get(signer);
  // The founding administrator's own account is the second entry.
  const isFounder = members.accounts.size === 0 && members.keys.has(signer);
  const isAdministrator = isFounder || (by?.role === 'school-administrator' && by.state === 'active');
  switch (fact.kind) {
    case 'founding':
      return false;
    case 'account':
      return mayBecome(members, fact.body) && (isAdministrator || isOwnActivation(by, fact.body));
    case 'slot':
      return (
        members.accounts.has(fact.body.user) &&
        members.accounts.get(fact.body.user)?.state !== 'removed' &&
        isLoginFree(members, fact.body) &&
        (isAdministrator || signer === fact.body.user)
      );
    case 'desk': {
      const known = members.desks.get(fact.body.desk);
      const isFree = Array.from(members.desks.values()).every(
        (other) =>
          // In any incarnation: versions name the earlier ones too.
          other.desk === fact.body.desk || deskOrdinal(other.desk, 0) !== deskOrdinal(fact.body.desk, 0),
      );
      const follows =
        known === undefined ||
        (known.ended === null &&
          known.signingKey === fact.body.signingKey &&
          known.incarnation < fact.body.incarnation);
      return isAdministrator && isFree && follows;
    }
    case 'desk-ended':
      return isAdministrator && members.desks.get(fact.body.desk)?.ended === null;
    case 'epoch':
      return isAdministrator && fact.body.epoch === members.epoch + 1;
    case 'recovery':
      return isAdministrator;
  }
}

/** The recovery key names a new administrator, and its own successor; nothing else. */
function mayRecover(members: Members, fact: MembershipFact): boolean {
  const isAdministrator = (user: string): boolean =>
    members.accounts.get(user)?.role === 'school-administrator' &&
    members.accounts.get(user)?.state !== 'removed';
  switch (fact.kind) {
    case 'account':
      return (
        isAdministrator(fact.body.id) &&
        fact.body.role === 'school-administrator' &&
        mayBecome(members, fact.body)
      );
    case 'slot':
      return isAdministrator(fact.body.user) && isLoginFree(members, fact.body);
    case 'recovery':
      return true;
    default:
      return false;
  }
}

/** What no signature makes right: a removed account that comes back, a username given twice, a school without an administrator. */
function mayBecome(members: Members, next: MembershipAccount): boolean {
  if (members.accounts.get(next.id)?.state === 'removed' || !isUsernameFree(members, next)) return false;
  const administers = ({ role, state }: MembershipAccount): boolean =>
    role === 'school-administrator' && state !== 'removed';
  const others = Array.from(members.accounts.values()).filter(({ id }) => id !== next.id);
  return administers(next) || others.some(administers);
}

/** A login opens one way in, and stays that of its user. */
function isLoginFree(members: Members, { user, login }: MembershipSlot): boolean {
  return Array.from(members.slots.values()).every((other) =>
    other.user === user ? other.login === login : other.login !== login,
  );
}

/** Two desks may give a username twice without knowing of each other: the one that comes second into the log does not hold. */
function isUsernameFree(members: Members, { id, username, state }: MembershipAccount): boolean {
  const wanted = normaliseUsername(username);
  return (
    state === 'removed' ||
    Array.from(members.accounts.values()).every(
      (other) => other.id === id || other.state === 'removed' || normaliseUsername(other.username) !== wanted,
    )
  );
}

/** Who has chosen a password after an activation code says so: nothing else of the account changes. */
function isOwnActivation(present: MembershipAccount | undefined, next: MembershipAccount): boolean {
  if (present === undefined || present.id !== next.id || next.state !== 'active') return false;
  return (['username', 'displayName', 'email', 'jobTitle', 'role', 'staff', 'school'] as const).every(
    (field) => (present[field] ?? null) === (next[field] ?? null),
  );
}

/** The members with one more fact, whoever stated it. */
export function withFact(members: Members, fact: MembershipFact): Members {
  switch (fact.kind) {
    case 'founding':
      return members;
    case 'account': {
      const accounts = new Map(members.accounts).set(fact.body.id, fact.body);
      if (fact.body.state !== 'removed') return { ...members, accounts };
      return {
        ...members,
        accounts,
        slots: without(members.slots, fact.body.id),
        keys: without(members.keys, fact.body.id),
      };
    }
    case 'slot':
      return {
        ...members,
        slots: new Map(members.slots).set(fact.body.user, fact.body),
        keys: new Map(members.keys).set(fact.body.user, fact.body.ed25519),
      };
    case 'desk':
      return {
        ...members,
        desks: new Map(members.desks).set(fact.body.desk, { ...fact.body, ended: null }),
      };
    case 'desk-ended': {
      const desk = members.desks.get(fact.body.desk);
      if (desk === undefined) return members;
      return { ...members, desks: new Map(members.desks).set(desk.desk, { ...desk, ended: fact.body.how }) };
    }
    case 'epoch':
      return { ...members, epoch: fact.body.epoch };
    case 'recovery':
      return { ...members, recovery: fact.body };
  }
}

function without<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  const next = new Map(map);
  next.delete(key);
  return next;
}
