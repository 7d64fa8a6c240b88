import type { SyncCrypto } from '../../domain/sync/batch.ts';
import { sha256, verifyEd25519 } from '../audit/node-crypto.ts';
import { unwrap, wrap } from '../vault/keys.ts';
import { systemRandom } from '../vault/random.ts';

/** The cryptography of sync by Node. Keys that verify are kept, so that thousands of batches of one desk are quick. */
export const nodeSyncCrypto: SyncCrypto = {
  sha256,
  verify: verifyEd25519,
  seal: (key, plaintext, context) => wrap(key, plaintext, context, systemRandom),
  open: (key, sealed, context) => {
    const opened = unwrap(key, sealed, context);
    return opened.ok ? opened.value : undefined;
  },
  random: systemRandom,
};
