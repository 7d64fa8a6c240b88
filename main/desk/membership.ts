import { createHash } from 'node:crypto';
import { asc } from 'drizzle-orm';
import { membershipEntry } from '../../db/accounts/schema.ts';
import type { WritableDb } from '../../db/handles.ts';
import type { SchoolId, UserId } from '../../domain/ids.ts';
import {
  firstMembershipHash,
  membershipText,
  parseMembershipEntry,
  type MembershipEntry,
  type recoverySigner,
  type MembershipFact,
} from '../../domain/membership/entry.ts';
import { withEntry, type Members } from '../../domain/membership/fold.ts';
import { assert } from '../../domain/result.ts';
import { isSignedBy, signWith, type SigningKeyPair } from '../vault/keys.ts';
import type { VaultMembers } from '../vault/vault.ts';
import type { VaultSlot } from '../vault/vault-file.ts';

/** A way in as the membership log says it: without the master key, which is this desk's alone. */
export function slotFact(slot: VaultMembers['slots'][number] | VaultSlot): MembershipFact {
  const { login, user, method, kdf, keys, x25519, ed25519, expires } = slot;
  const body = { login, user, method, kdf, keys, x25519, ed25519 };
  return { kind: 'slot', body: expires === undefined ? body : { ...body, expires } };
}

/**
 * Appends entries to the school's membership log, signed by whoever acts, within the caller's transaction
 * (SECURITY §1). Throws where the signer may not
 * state it: an entry that does not hold would be refused by every other desk, and all after it.
 */
export function addMembershipEntry(
  db: WritableDb,
  by: {
    readonly school: SchoolId;
    readonly nowMs: number;
    readonly signer: UserId | typeof recoverySigner;
    readonly keys: SigningKeyPair;
  },
  facts: readonly MembershipFact[],
): void {
  const known = db.select().from(membershipEntry).orderBy(asc(membershipEntry.seq)).all();
  const last = known.at(-1);
  let members = known.reduce<Members | undefined>((before, { body }) => {
    const entry = parseMembershipEntry(body);
    return entry && withEntry(before, entry, verifyHex);
  }, undefined);
  let seq = last === undefined ? 0 : last.seq + 1;
  let prev = last?.hash ?? firstMembershipHash;
  for (const fact of facts) {
    const unsigned = {
      v: 1,
      school: by.school,
      seq,
      prev,
      at: by.nowMs,
      ...fact,
      signer: by.signer,
    } as const;
    const sig = Buffer.from(signWith(by.keys, Buffer.from(membershipText(unsigned), 'utf8'))).toString('hex');
    const entry: MembershipEntry = { ...unsigned, sig };
    members = withEntry(members, entry, verifyHex);
    assert(members !== undefined, 'who signs an entry of the membership log may state it');
    const body = membershipText(entry);
    const hash = createHash('sha256').update(body, 'utf8').digest('hex');
    db.insert(membershipEntry).values({ seq, body, hash }).run();
    prev = hash;
    seq += 1;
  }
}

function verifyHex(publicKey: string, bytes: Uint8Array, signature: string): boolean {
  return isSignedBy(Buffer.from(publicKey, 'hex'), bytes, Buffer.from(signature, 'hex'));
}
