import { createHash } from 'node:crypto';
import { desc } from 'drizzle-orm';
import { membershipEntry } from '../../db/accounts/schema.ts';
import type { WritableDb } from '../../db/handles.ts';
import type { SchoolId, UserId } from '../../domain/ids.ts';
import {
  firstMembershipHash,
  membershipText,
  type MembershipEntry,
  type recoverySigner,
  type MembershipFact,
} from '../../domain/membership/entry.ts';
import { signWith, type SigningKeyPair } from '../vault/keys.ts';
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
 * (SECURITY §1). Sync will carry the log; until then it is the signed history of accounts on this desk.
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
  const last = db.select().from(membershipEntry).orderBy(desc(membershipEntry.seq)).limit(1).get();
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
    const body = membershipText(entry);
    const hash = createHash('sha256').update(body, 'utf8').digest('hex');
    db.insert(membershipEntry).values({ seq, body, hash }).run();
    prev = hash;
    seq += 1;
  }
}
