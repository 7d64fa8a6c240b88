import { countStore, type StoreCounts } from '../../db/backup/snapshot.ts';
import type { Desk } from '../desk/desk.ts';
import { openSchool, type OpenSchool } from '../desk/open-school.ts';
import type { Keychain } from '../vault/keychain.ts';
import type { Profile } from '../vault/profile.ts';
import { openWithRecoveryKey } from '../vault/vault.ts';
import type { VaultBody } from '../vault/vault-file.ts';

/** What opens the store in use: the caller wipes the key. */
export interface PresentKeys {
  readonly profile: Profile;
  readonly keychain: Keychain;
  readonly vault: VaultBody;
  readonly masterKey: Uint8Array;
}

/** The keys of the store in use: from the session, or by the recovery key while the desk is locked. Null when neither gives them. */
export async function presentKeysOf(
  desk: Desk,
  profile: Profile,
  keychain: Keychain,
  recoveryKey: string,
): Promise<PresentKeys | null> {
  if (desk.open !== null) {
    return { profile, keychain, vault: desk.open.vault, masterKey: Uint8Array.from(desk.open.masterKey) };
  }
  const vault = desk.readVault(profile);
  if (!vault.ok) return null;
  const way = await openWithRecoveryKey(vault.value, recoveryKey);
  return way.ok ? { profile, keychain, vault: way.value.body, masterKey: way.value.masterKey } : null;
}

/**
 * Opens the store in use beside or after the session. Null when it does not open: that a store is damaged is a reason to
 * restore and must not stand in its way.
 */
export function openPresent(
  desk: Desk,
  { profile, keychain, vault, masterKey }: PresentKeys,
): OpenSchool | null {
  try {
    const opened = openSchool({
      profile,
      vault,
      masterKey: Uint8Array.from(masterKey),
      keychain,
      random: desk.random,
      now: () => desk.now(),
      anchor: 'trust',
    });
    return opened.ok ? opened.value : null;
  } catch (cause) {
    desk.reportBug(cause);
    return null;
  }
}

/** How much a store holds; null when it is too damaged to say. */
export function countPresent(desk: Desk, open: OpenSchool): StoreCounts | null {
  try {
    return countStore(open.connection);
  } catch (cause) {
    desk.reportBug(cause);
    return null;
  }
}

/** Closes a store that `openPresent` opened. Damaged or not, what is wrong with it stops nothing. */
export function closePresent(desk: Desk, open: OpenSchool): void {
  try {
    open.close(desk.now(), 'close');
  } catch (cause) {
    desk.reportBug(cause);
  }
}
