import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { batchHash, chainAfter, zeroHash, type SealedBatch } from '../../domain/sync/batch.ts';
import { appendBatches, type ChannelStore, type Device } from '../../domain/sync/channel.ts';
import type { Result } from '../../domain/result.ts';
import type { ServerStore } from '../../server/store/server-store.ts';
import { sha256, verifyEd25519 } from '../../server/server-crypto.ts';
import { BatchWriter, createWireDesk, deskRecord, randomId, type WireDesk } from '../support/wire-desk.ts';

/** A store for one test, and the same again after everything was closed, as after a restart. */
export interface SuiteStore {
  readonly store: ServerStore;
  reopen(): Promise<ServerStore>;
  remove(): Promise<void>;
}

const nowMs = 1_790_000_000_000;
const hour = 60 * 60_000;
const hash = (): string => randomBytes(32).toString('hex');
const identity = { server: randomId(), serverIncarnation: 1, sign: () => new Uint8Array(64) };
const crypto = { sha256, verify: verifyEd25519 };

function unwrap<T, E extends { readonly type: string }>(result: Result<T, E>): T {
  if (!result.ok) throw new Error(result.error.type);
  return result.value;
}

/** What every `ServerStore` must do, whatever it lies on. */
export function describeServerStore(name: string, make: () => Promise<SuiteStore>): void {
  describe(name, () => {
    let suite: SuiteStore;
    let store: ServerStore;

    beforeEach(async () => {
      suite = await make();
      store = suite.store;
    });
    afterEach(async () => {
      await suite.remove();
    });

    async function claimed(desk: WireDesk = createWireDesk()): Promise<WireDesk> {
      const codeHash = hash();
      await store.addClaimCode({ hash: codeHash, expiresAtMs: nowMs + hour });
      unwrap(await store.claim(claimOf(desk, codeHash), nowMs));
      return desk;
    }
    const within = async <T>(desk: WireDesk, run: (one: ChannelStore) => Promise<T>): Promise<T> =>
      unwrap(await store.inChannel(desk.channel, run));
    const appendTo = (desk: WireDesk, ...batches: readonly SealedBatch[]) =>
      within(desk, (one) => appendBatches(one, crypto, identity, desk.channel, batches, nowMs));

    describe('channels', () => {
      it('know no channel that nobody claimed', async () => {
        expect(await store.inChannel(randomId(), async () => 1)).toEqual({
          ok: false,
          error: { type: 'channel-unknown' },
        });
      });

      it('number batches without a gap, keep their chain, and outlast a restart', async () => {
        const desk = await claimed();
        const writer = new BatchWriter(desk);
        const batches = [writer.next(), writer.next(), writer.next()];
        await appendTo(desk, ...batches);
        store = await suite.reopen();
        let chain = zeroHash;
        for (const { headerBytes } of batches)
          chain = chainAfter(crypto, chain, batchHash(crypto, headerBytes));
        await within(desk, async (one) => {
          expect(await one.head()).toEqual({ seq: 3, chain });
          expect(await one.chainAt(0)).toBe(zeroHash);
          expect(await one.chainAt(3)).toBe(chain);
          expect(await one.chainAt(4)).toBeUndefined();
          const last = { batch: 3, hash: batchHash(crypto, batches[2]?.headerBytes ?? new Uint8Array()) };
          expect(await one.lastBatch(desk.desk, 1)).toEqual(last);
          expect(await one.lastBatch(desk.desk, 2)).toBeUndefined();
          expect(await one.desks()).toEqual([{ desk: desk.desk, incarnation: 1, ...last, atMs: nowMs }]);
          const [second] = await one.readAfter(1, 1);
          expect(second).toMatchObject({ seq: 2, at: nowMs, batch: { header: batches[1]?.header } });
          expect(plain(second?.batch)).toEqual(plain(batches[1]));
          expect(plain((await one.readOne(desk.desk, 1, 3))?.batch)).toEqual(plain(batches[2]));
          expect(await one.readOne(desk.desk, 1, 4)).toBeUndefined();
          expect((await one.findReceipt(desk.desk, 1, 2))?.receipt.body).toMatchObject({ seq: 2, batch: 2 });
        });
      });

      it('read batches until their bytes would pass the limit, one in any case', async () => {
        const desk = await claimed();
        const writer = new BatchWriter(desk);
        for (let n = 0; n < 4; n += 1) await appendTo(desk, writer.next({ blobs: [new Uint8Array(10_000)] }));
        const counts = await within(desk, async (one) => [
          (await one.readAfter(0, 1)).length,
          (await one.readAfter(0, 22_000)).length,
          (await one.readAfter(0, 1_000_000)).length,
          (await one.readAfter(4, 1_000_000)).length,
        ]);
        expect(counts).toEqual([1, 2, 4, 0]);
      });

      it('delete purged blobs, keep their headers, and take none of that tag again', async () => {
        const desk = await claimed();
        const writer = new BatchWriter(desk);
        const [first, second] = [writer.next({ blobs: [randomBytes(64), randomBytes(64)] }), writer.next()];
        await appendTo(desk, first);
        await within(desk, (one) => one.deleteBlobs([first.tags[0] ?? '', second.tags[0] ?? '', randomId()]));
        await appendTo(desk, second);
        await within(desk, async (one) => {
          const read = await one.readAfter(0, 1_000_000);
          expect(read.map(({ batch }) => batch.blobs.map((blob) => blob !== null))).toEqual([
            [false, true],
            [false],
          ]);
          expect(read[0]?.batch.header).toEqual(first.header);
        });
      });

      it('undo a transaction that fails, whole', async () => {
        const desk = await claimed();
        const batch = new BatchWriter(desk).next();
        const failing = store.inChannel(desk.channel, async (one) => {
          await appendBatches(one, crypto, identity, desk.channel, [batch], nowMs);
          throw new Error('planted');
        });
        await expect(failing).rejects.toThrow('planted');
        expect(await within(desk, (one) => one.head())).toEqual({ seq: 0, chain: zeroHash });
        expect((await appendTo(desk, batch)).refused).toBeNull();
      });

      it('run the transactions of one channel one after another, however long one waits', async () => {
        const desk = await claimed();
        const order: string[] = [];
        const gate = Promise.withResolvers<void>();
        const slow = within(desk, async () => {
          order.push('slow begins');
          await gate.promise;
          order.push('slow ends');
        });
        const fast = within(desk, async () => order.push('fast'));
        const other = await claimed();
        await within(other, async () => order.push('another channel'));
        gate.resolve();
        await Promise.all([slow, fast]);
        expect(order).toEqual(['slow begins', 'another channel', 'slow ends', 'fast']);
      });

      it('number without a gap when many append at once', async () => {
        const desk = await claimed();
        const others = await Promise.all(
          Array.from({ length: 8 }, async () => {
            const other = createWireDesk({ channel: desk.channel });
            await within(desk, (one) => one.putDevice(deviceOf(other)));
            return other;
          }),
        );
        await Promise.all(
          others.flatMap((other) => {
            const writer = new BatchWriter(other);
            return Array.from({ length: 6 }, () => appendTo(desk, writer.next()));
          }),
        );
        const seqs = await within(desk, async (one) =>
          (await one.readAfter(0, 10_000_000)).map(({ seq }) => seq),
        );
        expect(seqs).toEqual(Array.from({ length: 48 }, (_, index) => index + 1));
      });

      it('A2, B11: hold channels apart, with the same desk, batch and tag in two', async () => {
        const desk = await claimed();
        const twin = await claimed(createWireDesk({ desk: desk.desk }));
        const batch = new BatchWriter(desk).next();
        await appendTo(desk, batch);
        await within(twin, async (one) => {
          expect(await one.head()).toEqual({ seq: 0, chain: zeroHash });
          expect(await one.readOne(desk.desk, 1, 1)).toBeUndefined();
          expect((await one.device(desk.desk))?.signingKey).toBe(twin.signingKey);
          await one.deleteBlobs(batch.tags);
          await one.quarantineDevice(desk.desk);
        });
        await within(desk, async (one) => {
          expect((await one.readOne(desk.desk, 1, 1))?.batch.blobs[0]).not.toBeNull();
          expect((await one.device(desk.desk))?.state).toBe('active');
        });
      });

      it('keep many more channels than may be open', async () => {
        const desks: WireDesk[] = [];
        for (let n = 0; n < 9; n += 1) desks.push(await claimed());
        await Promise.all(desks.map((desk) => appendTo(desk, new BatchWriter(desk).next())));
        for (const desk of desks) expect((await within(desk, (one) => one.head())).seq).toBe(1);
        expect((await store.channels()).map(({ channel }) => channel).sort()).toEqual(
          desks.map(({ channel }) => channel).sort(),
        );
      });

      it('keep membership records and witnessed heads', async () => {
        const desk = await claimed();
        const record = deskRecord(createWireDesk(), 0, zeroHash);
        await within(desk, async (one) => {
          expect(await one.membershipHead()).toEqual({ size: 0, hash: zeroHash });
          await one.appendMembership(record);
          await one.putWitnessed('rollkeep/a', { size: 3, root: 'ab'.repeat(32) });
          await one.putWitnessed('rollkeep/a', { size: 5, root: 'cd'.repeat(32) });
        });
        store = await suite.reopen();
        await within(desk, async (one) => {
          expect(await one.membershipHead()).toEqual({ size: 1, hash: record.hash });
          expect(await one.readMembership(0, 10)).toEqual([record]);
          expect(await one.readMembership(1, 10)).toEqual([]);
          expect(await one.witnessed('rollkeep/a')).toEqual({ size: 5, root: 'cd'.repeat(32) });
          expect(await one.witnessed('rollkeep/b')).toBeUndefined();
          expect(await one.allWitnessed()).toEqual([{ origin: 'rollkeep/a', size: 5 }]);
        });
      });
    });

    describe('H20: the database itself refuses', () => {
      it('an ended desk that is made active again', async () => {
        const desk = await claimed();
        for (const state of ['stolen', 'retired', 'quarantined'] as const) {
          const other = createWireDesk();
          await within(desk, (one) => one.putDevice({ ...deviceOf(other), state }));
          await expect(within(desk, (one) => one.putDevice(deviceOf(other)))).rejects.toThrow('stays ended');
        }
      });

      it('a witnessed head that shrinks or changes', async () => {
        const desk = await claimed();
        await within(desk, (one) => one.putWitnessed('a', { size: 3, root: 'ab'.repeat(32) }));
        for (const head of [
          { size: 2, root: 'ab'.repeat(32) },
          { size: 3, root: 'cd'.repeat(32) },
        ]) {
          await expect(within(desk, (one) => one.putWitnessed('a', head))).rejects.toThrow('only grows');
        }
      });

      it('a membership record that is not the next', async () => {
        const desk = await claimed();
        const record = deskRecord(createWireDesk(), 0, zeroHash);
        await within(desk, (one) => one.appendMembership(record));
        for (const wrong of [record, { ...record, seq: 2, prev: record.hash }, { ...record, seq: 1 }]) {
          await expect(within(desk, (one) => one.appendMembership(wrong))).rejects.toThrow('only appended');
        }
      });
    });

    describe('claim codes', () => {
      it('are used once, expire, and claim no channel that is there', async () => {
        const desk = await claimed();
        const [used, old, fresh] = [hash(), hash(), hash()];
        await store.addClaimCode({ hash: used, expiresAtMs: nowMs + hour });
        await store.addClaimCode({ hash: old, expiresAtMs: nowMs });
        await store.addClaimCode({ hash: fresh, expiresAtMs: nowMs + hour });
        const claim = claimOf(createWireDesk(), used);
        const outcome = async (one: Parameters<ServerStore['claim']>[0]): Promise<string> => {
          const done = await store.claim(one, nowMs);
          return done.ok ? 'claimed' : done.error.type;
        };
        expect(await outcome(claim)).toBe('claimed');
        store = await suite.reopen();
        expect(await outcome(claim)).toBe('claimed');
        expect(await outcome(claimOf(createWireDesk(), used))).toBe('code-used');
        expect(await outcome(claimOf(createWireDesk(), old))).toBe('code-expired');
        expect(await outcome(claimOf(createWireDesk(), hash()))).toBe('code-expired');
        expect(await outcome(claimOf(createWireDesk({ channel: desk.channel }), fresh))).toBe(
          'channel-taken',
        );
        // The refusal has not used it up.
        expect(await outcome(claimOf(createWireDesk(), fresh))).toBe('claimed');
      });
    });

    describe('B12: proofs and limits', () => {
      const limit = { bucket: 'desk', most: 3, windowMs: 60_000 };

      it('take a proof once, after a restart too', async () => {
        const proof = { id: randomBytes(32), expiresAtMs: nowMs + hour };
        expect(await store.admitProof(proof, limit, nowMs)).toEqual({ outcome: 'admitted' });
        store = await suite.reopen();
        expect(await store.admitProof(proof, limit, nowMs)).toEqual({ outcome: 'replayed' });
        await store.prune(nowMs + hour - 1);
        expect(await store.admitProof(proof, limit, nowMs)).toEqual({ outcome: 'replayed' });
      });

      it('take one of many that come at once with the same proof', async () => {
        const proof = { id: randomBytes(32), expiresAtMs: nowMs + hour };
        const large = { ...limit, most: 100 };
        const outcomes = await Promise.all(
          Array.from({ length: 20 }, () => store.admitProof(proof, large, nowMs)),
        );
        expect(outcomes.filter(({ outcome }) => outcome === 'admitted')).toHaveLength(1);
      });

      it('count to the limit and wait for the window to end, after a restart too', async () => {
        const admit = (atMs: number) =>
          store.admitProof({ id: randomBytes(32), expiresAtMs: nowMs + hour }, limit, atMs);
        for (let n = 0; n < 3; n += 1) expect(await admit(nowMs + n)).toEqual({ outcome: 'admitted' });
        store = await suite.reopen();
        expect(await admit(nowMs + 10_000)).toEqual({ outcome: 'limited', retryAfterMs: 50_000 });
        expect(await store.waitFor(limit, nowMs + 10_000)).toBe(50_000);
        expect(await store.countAgainst({ ...limit, bucket: 'other' }, nowMs)).toBe(0);
        expect(await admit(nowMs + 60_000)).toEqual({ outcome: 'admitted' });
        expect(await store.waitFor(limit, nowMs + 60_000)).toBe(0);
      });
    });

    describe('letter boxes', () => {
      const box = { lookup: hash(), channel: randomId(), desk: randomId(), expiresAtMs: nowMs + hour };

      it('hold each piece as it was written first, until their time is over', async () => {
        expect(await store.openLetterBox(box, 5, nowMs)).toBe('opened');
        expect(await store.openLetterBox(box, 5, nowMs)).toBe('taken');
        expect(await store.putLetter(box.lookup, 'request', 'AAAA', nowMs)).toBe('kept');
        expect(await store.putLetter(box.lookup, 'request', 'AAAA', nowMs)).toBe('kept');
        expect(await store.putLetter(box.lookup, 'request', 'BBBB', nowMs)).toBe('written');
        store = await suite.reopen();
        expect(await store.letterBox(box.lookup, nowMs)).toEqual({
          ...box,
          pieces: { request: 'AAAA', offer: null, handover: null },
        });
        expect(await store.letterBox(box.lookup, nowMs + hour)).toBeUndefined();
        expect(await store.putLetter(box.lookup, 'offer', 'CCCC', nowMs + hour)).toBe('not-found');
        await store.prune(nowMs + hour);
        expect(await store.letterBox(box.lookup, nowMs)).toBeUndefined();
      });

      it('are not more than may be for one channel, and go when they are closed', async () => {
        expect(await store.openLetterBox(box, 1, nowMs)).toBe('opened');
        expect(await store.openLetterBox({ ...box, lookup: hash() }, 1, nowMs)).toBe('too-many');
        await store.closeLetterBox(box.lookup);
        await store.closeLetterBox(box.lookup);
        expect(await store.openLetterBox({ ...box, lookup: hash() }, 1, nowMs)).toBe('opened');
      });
    });

    it('says that it can be written and that its storage is sound', async () => {
      await claimed();
      await store.probe();
      expect(await store.checkStorage()).toEqual([]);
    });
  });
}

function claimOf(desk: WireDesk, codeHash: string): Parameters<ServerStore['claim']>[0] {
  const { channel, signingKey, auditKey } = desk;
  return { codeHash, requestHash: hash(), channel, device: { desk: desk.desk, signingKey, auditKey } };
}

function deviceOf({ desk, signingKey, auditKey }: WireDesk): Device {
  return { desk, signingKey, auditKey, state: 'active' };
}

/** A batch's bytes, however they are held. */
function plain(batch: SealedBatch | undefined): unknown {
  const hex = (bytes: Uint8Array | null): string | null => bytes && Buffer.from(bytes).toString('hex');
  return batch && [hex(batch.headerBytes), hex(batch.signature), batch.blobs.map(hex)];
}
