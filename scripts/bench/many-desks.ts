import { hash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { toHex } from '../../domain/audit/bytes.ts';
import { assert } from '../../domain/result.ts';
import {
  batchHash,
  blobContext,
  headerToBytes,
  zeroHash,
  type SealedBatch,
} from '../../domain/sync/batch.ts';
import { claimLookup } from '../../domain/sync/invitation.ts';
import { sha256 } from '../../main/audit/node-crypto.ts';
import { readInvitation } from '../../main/sync/connect-school.ts';
import { createServerClient, type ServerClient } from '../../main/sync/server-client.ts';
import { claim } from '../../main/sync/stranger.ts';
import { nodeSyncCrypto } from '../../main/sync/sync-crypto.ts';
import { signingKeyOf, signingKeyPair, signWith, type SigningKeyPair } from '../../main/vault/keys.ts';
import { systemRandom } from '../../main/vault/random.ts';
import type { TestServer } from '../harness/district-server.ts';

interface BareDesk {
  readonly desk: string;
  readonly keys: SigningKeyPair;
  readonly client: ServerClient;
  batch: number;
  prev: string;
}

/**
 * Many desks of one school send batches of one sealed change each, every one in its own time, as after a mark. Gives how long each upload
 * took, in milliseconds.
 */
export async function measureManyDesks(
  server: TestServer,
  { count, batches }: { readonly count: number; readonly batches: number },
): Promise<{ readonly appendMs: readonly number[]; readonly elapsedMs: number }> {
  const channel = toHex(systemRandom(16));
  const desks = Array.from({ length: count }, () => bareDesk(server, channel));
  const [first, ...others] = desks;
  assert(first !== undefined, 'there are desks');
  await register(server, channel, first, others);
  const appendMs: number[] = [];
  const start = performance.now();
  await Promise.all(
    desks.map(async (desk) => {
      for (let number = 0; number < batches; number += 1) {
        await wait(Math.random() * 2000);
        const batch = sealBatch(channel, desk);
        const asked = performance.now();
        const reply = await desk.client.ask({ ask: 'append', batches: [batch] });
        appendMs.push(performance.now() - asked);
        assert('receipts' in reply && reply.receipts.length === 1, 'the batch is taken');
      }
      desk.client.close();
    }),
  );
  return { appendMs, elapsedMs: performance.now() - start };
}

function bareDesk(server: TestServer, channel: string): BareDesk {
  const desk = toHex(systemRandom(16));
  const seed = systemRandom(32);
  const { host, port, pin } = server;
  const client = createServerClient({
    address: { host, port, pin, signingKey: server.facts.signingKey },
    channel,
    identity: { desk, privateKey: signingKeyOf(seed) },
    now: Date.now,
    random: systemRandom,
    onNewPin: () => undefined,
  });
  return { desk, keys: signingKeyPair(seed), client, batch: 0, prev: zeroHash };
}

/** The first desk claims the channel and makes the others known. */
async function register(
  server: TestServer,
  channel: string,
  first: BareDesk,
  others: readonly BareDesk[],
): Promise<void> {
  const invitation = readInvitation(await server.invitation());
  assert(invitation.ok, 'an invitation of the server reads');
  const signingKey = toHex(first.keys.public);
  const claimed = await claim(invitation.value, {
    lookup: claimLookup(sha256, invitation.value.code),
    channel,
    desk: first.desk,
    incarnation: 0,
    signingKey,
    auditKey: signingKey,
  });
  assert('outcome' in claimed, 'the channel is claimed');
  let prev = zeroHash;
  const records = others.map(({ desk, keys }, seq) => {
    const own = hash('sha256', `${seq} ${desk}`, 'hex');
    const key = toHex(keys.public);
    const record = {
      seq,
      prev,
      hash: own,
      epoch: 0,
      public: { kind: 'desk' as const, desk, signingKey: key, auditKey: key, incarnation: 0 },
      sealed: '',
    };
    prev = own;
    return record;
  });
  for (let at = 0; at < records.length; at += 200) {
    const reply = await first.client.ask({ ask: 'append-membership', records: records.slice(at, at + 200) });
    assert('outcome' in reply && reply.outcome === 'appended', 'the desks are known');
  }
}

function sealBatch(channel: string, desk: BareDesk): SealedBatch {
  desk.batch += 1;
  const place = { channel, desk: desk.desk, incarnation: 0, batch: desk.batch, epoch: 0 };
  const tag = toHex(systemRandom(16));
  const blob = nodeSyncCrypto.seal(systemRandom(32), systemRandom(420), blobContext(place, tag));
  const header = {
    v: 1 as const,
    ...place,
    firstSeq: desk.batch,
    lastSeq: desk.batch,
    prev: desk.prev,
    seen: [0, 0, zeroHash] as [number, number, string],
    blobs: [{ tag, len: blob.length, sha256: toHex(sha256(blob)) }],
    purges: [],
  };
  const headerBytes = headerToBytes(header);
  desk.prev = batchHash(nodeSyncCrypto, headerBytes);
  return { header, headerBytes, signature: signWith(desk.keys, headerBytes), blobs: [blob] };
}
