import type { MembershipSlot } from '../../domain/membership/entry.ts';
import type { Members } from '../../domain/membership/fold.ts';
import { userId } from '../../domain/ids.ts';
import type { Desk } from '../desk/desk.ts';
import type { OpenSchool } from '../desk/open-school.ts';
import { pairPaths } from '../vault/profile.ts';
import { membersOf, withSlots, type VaultMembers } from '../vault/vault.ts';
import { writeVault } from '../vault/vault-file.ts';

/** Who may open a desk's vault, by the membership log. */
export function vaultMembersOf(members: Members): VaultMembers {
  const slots = Array.from(members.slots.values(), ({ expires, ...slot }: MembershipSlot) => ({
    ...slot,
    user: userId.parse(slot.user),
    ...(expires !== undefined && { expires }),
  }));
  return { slots, recovery: members.recovery };
}

/**
 * Brings this desk's vault to the membership log: who is new gets in, who has a new password gets in with it. Where somebody's way in
 * ends, the master key changes, since a copy of the old vault would still take the old password. Called in turn (`Desk.inTurn`).
 */
export async function reconcileVault(desk: Desk, open: OpenSchool, members: Members): Promise<void> {
  const wanted = vaultMembersOf(members);
  const present = membersOf(open.vault);
  const ends = present.slots.some((slot) => {
    const next = wanted.slots.find(({ user }) => user === slot.user);
    return next === undefined || next.x25519 !== slot.x25519;
  });
  const isSameRecovery = JSON.stringify(present.recovery) === JSON.stringify(wanted.recovery);
  if (ends || !isSameRecovery) {
    await desk.rotateMasterKey(wanted);
    return;
  }
  const isKnown = wanted.slots.every((slot) =>
    present.slots.some((one) => one.user === slot.user && one.keys === slot.keys),
  );
  if (isKnown) return;
  const body = await withSlots(open.vault, open.masterKey, wanted.slots);
  if (desk.open !== open) return;
  const written = writeVault(pairPaths(open.profile, body.generation).vault, body, open.masterKey);
  if (written.ok) open.vault = body;
}
