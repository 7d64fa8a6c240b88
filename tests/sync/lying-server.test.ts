import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { headerToBytes, type BatchHeader } from '../../domain/sync/batch.ts';
import type { ReadReply } from '../../domain/sync/desk-round.ts';
import type { AppendReply, MembershipRead } from '../../domain/sync/wire.ts';
import { lieTo, renumbered, type Lies } from '../support/lying-server.ts';
import { createTwoDesks, stateOf, syncNow, type TwoDesks } from '../support/two-desks.ts';
import { changeStudent } from '../support/two-schools.ts';

let desks: TwoDesks;
let names = 0;

beforeAll(async () => {
  desks = await createTwoDesks();
});

afterAll(async () => {
  const bugs = [...desks.first.bugs, ...desks.second.bugs];
  await desks.dispose();
  expect(bugs).toEqual([]);
});

// Whatever the server did: once it is honest again both desks have everything, and nothing went.
afterEach(async () => {
  const { first, second } = desks;
  for (let round = 0; round < 3; round += 1) {
    desks.pass(1000);
    await syncNow(first);
    await syncNow(second);
  }
  expect(stateOf(second)).toBe(stateOf(first));
  for (const desk of [first, second]) {
    for (const { id } of (await desk.must('sync', 'overview', {})).alarms) {
      await desk.must('sync', 'dismissAlarm', { id });
    }
  }
});

/** Sends so many batches of one change each from the first desk. */
async function send(batches: number): Promise<void> {
  for (let sent = 0; sent < batches; sent += 1) {
    names += 1;
    desks.pass(1000);
    await changeStudent(desks.first, desks.near.own.student, { preferredGivenName: `Invented${names}` });
    await syncNow(desks.first);
  }
}

/** What the second desk finds wrong when it syncs with a server that lies so: kind, and the desk that is named. */
async function found(lies: Lies, desk = desks.second): Promise<(readonly [string, string | null])[]> {
  const stop = lieTo(desk, lies);
  await syncNow(desk);
  stop();
  const { alarms } = await desk.must('sync', 'overview', {});
  return alarms.map(({ kind, deskLabel }) => [kind, deskLabel] as const).toReversed();
}

describe('a server that lies to a desk', () => {
  it('R5: drops a batch of another desk: the desk says whose is missing', async () => {
    await send(2);
    const read = (reply: ReadReply): ReadReply => renumbered(reply, reply.items.slice(1));
    expect(await found({ read })).toContainEqual(['batch-missing', 'Office']);
  });

  it('R5: gives batches in another order: noticed, and in the end applied in theirs', async () => {
    await send(2);
    const read = (reply: ReadReply): ReadReply => renumbered(reply, reply.items.toReversed());
    expect(await found({ read })).toContainEqual(['batch-missing', 'Office']);
  });

  it('R5: delivers a batch twice: noticed, and applied once', async () => {
    await send(1);
    const read = (reply: ReadReply): ReadReply => renumbered(reply, [...reply.items, ...reply.items]);
    expect(await found({ read })).toContainEqual(['batch-replayed', 'Office']);
  });

  it('R5: changes a byte of a batch: refused, nothing of it applied', async () => {
    await send(1);
    const before = stateOf(desks.second);
    const read = (reply: ReadReply): ReadReply => ({
      ...reply,
      items: reply.items.map((item) => ({
        ...item,
        batch: {
          ...item.batch,
          blobs: item.batch.blobs.map(
            (blob) => blob && Uint8Array.from(blob, (byte, at) => (at === 40 ? byte ^ 1 : byte)),
          ),
        },
      })),
    });
    expect(await found({ read })).toEqual([['batch-altered', 'Office']]);
    expect(stateOf(desks.second)).toBe(before);
  });

  it('R5: shows another history than before', async () => {
    await send(1);
    const read = (reply: ReadReply): ReadReply => ({ ...reply, chain: 'f'.repeat(64) });
    expect(await found({ read })).toContainEqual(['server-forked', null]);
  });

  it('R5: shows less than it has acknowledged', async () => {
    await send(1);
    const heads: Lies['heads'] = (reply) => ({ ...reply, seq: 1, chain: 'a'.repeat(64) });
    expect(await found({ heads })).toContainEqual(['server-went-back', null]);
  });

  it('R5: lies about the time: said, and no order depends on it', async () => {
    const heads: Lies['heads'] = (reply) => ({ ...reply, at: reply.at + 3_600_000 });
    expect(await found({ heads })).toEqual([['clock-skew', null]]);
  });

  it('R5: adds a desk to the membership log: not believed', async () => {
    const members = desks.second.desk.sync.membership;
    if (members === null) throw new Error('the desk has a membership log');
    const { size, hash } = members.membershipHead();
    const forged = {
      seq: size,
      prev: hash,
      hash: randomBytes(32).toString('hex'),
      epoch: 0,
      public: {
        kind: 'desk' as const,
        desk: randomBytes(16).toString('hex'),
        signingKey: randomBytes(32).toString('hex'),
        auditKey: randomBytes(32).toString('hex'),
        incarnation: 0,
      },
      sealed: randomBytes(400).toString('base64'),
    };
    const reply: MembershipRead = { records: [forged], size: size + 1, hash: forged.hash };
    const lies: Lies = {
      heads: (heads) => ({ ...heads, membership: { size: size + 1, hash: forged.hash } }),
      any: (request, answer) => (request.ask === 'membership' ? reply : answer),
    };
    expect((await found(lies)).map(([kind]) => kind)).toEqual(['membership-forged']);
    expect(members.members().desks.size).toBe(2);
  });

  it('R5: brings a batch of a desk that nobody has signed in: kept aside', async () => {
    await send(1);
    const read = (reply: ReadReply): ReadReply => {
      const [item] = reply.items;
      if (item === undefined) return reply;
      const header: BatchHeader = { ...item.batch.header, desk: 'e'.repeat(32), batch: 1 };
      const stranger = { ...item, batch: { ...item.batch, header, headerBytes: headerToBytes(header) } };
      return renumbered(reply, [...reply.items, stranger]);
    };
    expect((await found({ read })).map(([kind]) => kind)).toContain('desk-unknown');
    expect((await desks.second.must('sync', 'overview', {})).stalled).toBe(1);
  });

  it('R5: acknowledges with a receipt that does not hold: the change goes on waiting', async () => {
    await changeStudent(desks.first, desks.near.own.student, { preferredGivenName: 'Receipta' });
    const lies: Lies = {
      any: (request, answer) => {
        if (request.ask !== 'append') return answer;
        const { receipts, refused } = answer as AppendReply;
        return { receipts: receipts.map((one) => ({ ...one, sig: '0'.repeat(128) })), refused };
      },
    };
    expect((await found(lies, desks.first)).map(([kind]) => kind)).toContain('receipt-invalid');
    expect(desks.first.desk.sync.state().waiting).toBe(1);
  });

  it('W16: is another server than the pinned one: nothing is sent to it', async () => {
    await changeStudent(desks.first, desks.near.own.student, { preferredGivenName: 'Pinna' });
    const heads: Lies['heads'] = (reply) => ({ ...reply, server: 'd'.repeat(32) });
    await found({ heads }, desks.first);
    expect(desks.first.desk.sync.state()).toMatchObject({ phase: 'stopped', waiting: 1 });
  });
});
