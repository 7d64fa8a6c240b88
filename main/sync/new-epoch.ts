import { keepGroupKey } from '../../db/sync/group-keys.ts';
import type { WritableDb } from '../../db/handles.ts';
import { writeLocalNumber } from '../../db/school/local-state.ts';
import { toHex } from '../../domain/audit/bytes.ts';
import type { MembershipFact } from '../../domain/membership/entry.ts';
import type { Desk } from '../desk/desk.ts';
import { sealTo } from '../vault/keys.ts';

/** The purpose and context of a group key that is sealed to a desk. */
export const groupKeyPurpose = 'group-key';
export function groupKeyContext(school: string, epoch: number, desk: string): string {
  return `${school} ${epoch} ${desk}`;
}

/** A new group key, sealed to each desk that goes on. Nothing of it has been written. */
export interface PreparedEpoch {
  readonly fact: Extract<MembershipFact, { kind: 'epoch' }>;
  readonly key: Uint8Array;
}

/**
 * Makes the next group key, as is due when a desk ends or a user is removed (SECURITY §1, §6.14). Null where the school has no server.
 * `ending` is a desk that does not get it.
 */
export async function prepareEpoch(desk: Desk, ending?: string): Promise<PreparedEpoch | null> {
  const { membership } = desk.sync;
  const { open } = desk;
  if (membership === null || open === null) return null;
  const { school, desk: self } = open.auditLog.name;
  const members = membership.members();
  const epoch = members.epoch + 1;
  const key = desk.random(32);
  const others = Array.from(members.desks.values()).filter(
    (one) => one.ended === null && one.desk !== self && one.desk !== ending,
  );
  const keys = await Promise.all(
    others.map(async (one) => {
      const publicKey = Buffer.from(one.agreementKey, 'hex');
      const context = groupKeyContext(school, epoch, one.desk);
      return { desk: one.desk, sealed: toHex(await sealTo(publicKey, groupKeyPurpose, context, key)) };
    }),
  );
  return { fact: { kind: 'epoch', body: { epoch, keys } }, key };
}

/**
 * Keeps the key and gives the entry for the membership log; none where another epoch has begun meanwhile: then one more is due, since that
 * one may be sealed to whoever ends here.
 */
export function enterEpoch(
  desk: Pick<Desk, 'sync'>,
  db: WritableDb,
  prepared: PreparedEpoch | null,
): readonly MembershipFact[] {
  const next = (desk.sync.membership?.members().epoch ?? -1) + 1;
  if (prepared === null) return [];
  if (prepared.fact.body.epoch !== next) {
    writeLocalNumber(db, 'epoch-due', 1);
    return [];
  }
  keepGroupKey(db, next, prepared.key);
  return [prepared.fact];
}
