import { toHex } from '../../domain/audit/bytes.ts';
import type { SyncAlarmKind } from '../../domain/sync/alarm.ts';
import { headerToBytes, type BatchHeader } from '../../domain/sync/batch.ts';
import type { ReadReply, SyncReply } from '../../domain/sync/desk-round.ts';
import type { Random } from './random.ts';

/** A lie that a server tells in one answer, and what a desk must say to it. */
export interface Lie {
  readonly what: string;
  /** One of these has to be raised at the desk that was lied to. */
  readonly alarms: readonly SyncAlarmKind[];
  /** What follows from it elsewhere. */
  readonly also: readonly SyncAlarmKind[];
  /** The answer with the lie in it; undefined where it does not fit the answer. */
  readonly tell: (reply: SyncReply, random: Random, isNew: IsNew) => SyncReply | undefined;
}

/** Whether the desk that is lied to has not taken this batch yet: what it has it need not look at. */
export type IsNew = (header: BatchHeader) => boolean;

const yearMs = 365 * 24 * 60 * 60_000;

export const lieKinds: readonly Lie[] = [
  {
    what: 'a changed part',
    alarms: ['batch-altered'],
    also: [],
    tell: onRead((reply, random) => {
      const items = reply.items.map((item) => ({
        item,
        at: item.batch.blobs.findIndex((blob) => blob !== null),
      }));
      const usable = items.filter(({ at }) => at >= 0);
      if (usable.length === 0) return undefined;
      const { item, at } = random.pick(usable);
      const blobs = item.batch.blobs.map((blob, index) =>
        index === at && blob !== null
          ? blob.map((byte, place) => (place === blob.length >> 1 ? byte ^ 1 : byte))
          : blob,
      );
      const changed = { ...item, batch: { ...item.batch, blobs } };
      return { ...reply, items: reply.items.map((one) => (one === item ? changed : one)) };
    }),
  },
  {
    what: 'a batch a second time',
    alarms: ['batch-replayed', 'server-forked'],
    also: ['server-went-back'],
    tell: onRead((reply, random) => {
      const last = reply.items.at(-1);
      if (last === undefined) return undefined;
      const again = { ...random.pick(reply.items), seq: last.seq + 1 };
      return { ...reply, items: [...reply.items, again], head: Math.max(reply.head, again.seq) };
    }),
  },
  {
    what: 'a batch left out',
    alarms: ['batch-missing', 'server-forked'],
    also: ['server-went-back'],
    tell: onRead((reply, random) => {
      if (reply.items.length < 2) return undefined;
      const out = random.below(reply.items.length - 1);
      const first = reply.items[0]?.seq ?? 1;
      const items = reply.items
        .filter((_, index) => index !== out)
        .map((item, index) => ({ ...item, seq: first + index }));
      return { ...reply, items };
    }),
  },
  {
    what: 'batches in another order',
    alarms: ['batch-missing', 'server-forked'],
    also: ['server-went-back', 'batch-replayed'],
    tell: onRead((reply) => {
      if (reply.items.length < 2) return undefined;
      const first = reply.items[0]?.seq ?? 1;
      const items = reply.items.toReversed().map((item, index) => ({ ...item, seq: first + index }));
      return { ...reply, items };
    }),
  },
  {
    what: 'a part left out',
    alarms: ['part-missing'],
    also: [],
    tell: onRead((reply, random, isNew) => {
      const usable = reply.items.filter(
        ({ batch }) => isNew(batch.header) && batch.blobs.some((blob) => blob !== null),
      );
      if (usable.length === 0) return undefined;
      const item = random.pick(usable);
      const changed = { ...item, batch: { ...item.batch, blobs: item.batch.blobs.map(() => null) } };
      return { ...reply, items: reply.items.map((one) => (one === item ? changed : one)) };
    }),
  },
  {
    what: 'a desk that nobody signed in',
    alarms: ['desk-unknown'],
    also: ['server-forked', 'server-went-back'],
    tell: onRead((reply, random) => {
      const last = reply.items.at(-1);
      if (last === undefined) return undefined;
      const header = { ...last.batch.header, desk: random.id(), batch: 1 };
      const batch = { ...last.batch, header, headerBytes: headerToBytes(header) };
      const item = { ...last, seq: last.seq + 1, batch };
      return { ...reply, items: [...reply.items, item], head: Math.max(reply.head, item.seq) };
    }),
  },
  {
    what: 'a receipt with a wrong signature',
    alarms: ['receipt-invalid'],
    also: [],
    tell: (reply, random) => {
      if (!('receipts' in reply) || reply.receipts.length === 0) return undefined;
      return { ...reply, receipts: reply.receipts.map((one) => ({ ...one, sig: toHex(random.bytes(64)) })) };
    },
  },
  {
    what: 'a wrong time',
    alarms: ['clock-skew'],
    also: [],
    tell: (reply) => ('witnessed' in reply ? { ...reply, at: reply.at + 3 * yearMs } : undefined),
  },
  {
    what: 'a membership entry that nobody signed',
    alarms: ['membership-forged'],
    also: [],
    tell: (reply, random) => {
      if (!('records' in reply) || reply.records.length === 0) return undefined;
      return { ...reply, records: reply.records.map((one) => ({ ...one, hash: toHex(random.bytes(32)) })) };
    },
  },
];

export function tellLie(lie: Lie, reply: SyncReply, random: Random, isNew: IsNew): SyncReply | undefined {
  return 'refusal' in reply ? undefined : lie.tell(reply, random, isNew);
}

function onRead(
  tell: (reply: ReadReply, random: Random, isNew: IsNew) => ReadReply | undefined,
): Lie['tell'] {
  return (reply, random, isNew) => ('items' in reply ? tell(reply, random, isNew) : undefined);
}
