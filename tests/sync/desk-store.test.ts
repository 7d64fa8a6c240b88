import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyOperation, purgeOrPark, type OperationStamp } from '../../domain/sync/apply.ts';
import type { DeskStore } from '../../domain/sync/desk-round.ts';
import type { PlainOperation } from '../../domain/sync/part.ts';
import { createTwoDesks, stateOf, syncNow, type TwoDesks } from '../support/two-desks.ts';

let desks: TwoDesks;

beforeAll(async () => {
  desks = await createTwoDesks();
});

afterAll(async () => {
  await desks.dispose();
});

const stranger = 'e'.repeat(32);
let seq = 0;

/** A stamp as a desk that nobody knows yet would bring it. */
function stampOf(hlc = Date.now() * 1024): OperationStamp {
  seq += 1;
  return { version: [hlc, stranger, 0, seq], by: null, seen: 0, seq: 1, index: 0 };
}

function storeOf(which: 'first' | 'second'): DeskStore {
  const { store } = desks[which].desk.sync;
  if (store === null) throw new Error('the desk syncs');
  return store;
}

/** Takes an operation in as a round does: applied, or kept until it can be. */
function take(store: DeskStore, operation: unknown, stamp = stampOf()): string {
  return store.transaction(() => {
    const waiting = applyOperation(store, operation, stamp);
    if (waiting === undefined) return 'applied';
    const place = { writer: { desk: stranger, incarnation: 0 }, batch: 1, tag: 'a'.repeat(32) };
    store.holdOperation(waiting, stamp, place);
    return waiting.reason;
  });
}

describe('what cannot be applied yet', () => {
  it('R7: a record that is written before it is made waits, and so does what comes after it', () => {
    const store = storeOf('second');
    const key = 'd'.repeat(32);
    const put: PlainOperation = { op: 'put', table: 'class', key, fields: { id: key, title: '9Z' } };
    expect(take(store, put)).toBe('parent');
    expect(take(store, { ...put, fields: { id: key, title: '9Y' } })).toBe('parent');
    expect(store.waitingOperations().map(({ operation }) => operation)).toHaveLength(2);
    const before = store.isReceived([1, stranger, 0, seq]);
    expect(before).toBe(false);
    store.transaction(() => {
      for (const { id } of store.waitingOperations()) store.releaseOperation(id);
    });
  });

  it('R7: a kind, a table and a field of a later version are kept; what is known of them is applied', () => {
    const store = storeOf('second');
    const { student } = desks.near.own;
    expect(take(store, { op: 'teleport', table: 'student' })).toBe('unknown-kind');
    expect(take(store, { op: 'put', table: 'visit', key: student, fields: { id: student } })).toBe(
      'unknown-kind',
    );
    const fields = { id: student, pronouns: 'xe', favouriteColour: 'green' };
    expect(take(store, { op: 'put', table: 'student', key: student, fields })).toBe('unknown-kind');
    const [row] = desks.second
      .open()
      .connection.prepare('SELECT pronouns FROM student WHERE id = ?')
      .pluck()
      .all(Buffer.from(student, 'hex'));
    expect(row).toBe('xe');
    const kept = store.waitingOperations().map(({ operation }) => operation as { fields?: unknown });
    expect(kept.map((one) => one.fields)).toEqual([undefined, { id: student }, { favouriteColour: 'green' }]);
    store.transaction(() => {
      for (const { id } of store.waitingOperations()) store.releaseOperation(id);
    });
  });

  it('R7: what is thrown away with its transaction leaves nothing', () => {
    const { second } = desks;
    const store = storeOf('second');
    const before = stateOf(second);
    expect(() =>
      store.transaction(() => {
        const { student } = desks.near.own;
        applyOperation(
          store,
          { op: 'put', table: 'student', key: student, fields: { id: student, sex: 'x' } },
          stampOf(),
        );
        throw new Error('cut');
      }),
    ).toThrow('cut');
    expect(stateOf(second)).toBe(before);
  });
});

describe('what no record can take', () => {
  it.each([
    [
      'a fact for a table of records',
      { op: 'add', table: 'student', shared: {}, rows: [{ id: 'f'.repeat(32) }] },
    ],
    ['a number in a sealed field', { op: 'put', table: 'student', key: '', fields: { birthDate: 5 } }],
  ])('R7: %s leaves nothing, and what comes with it is applied', (_what, bad) => {
    const { second, near } = desks;
    const store = storeOf('second');
    const key = near.other.student;
    const before = stateOf(second);
    const operation = 'fields' in bad ? { ...bad, key, fields: { id: key, ...bad.fields } } : bad;
    const isFit = store.transaction(() =>
      store.attempt(() => {
        applyOperation(store, operation, stampOf());
      }),
    );
    expect(isFit).toBe(false);
    expect(stateOf(second)).toBe(before);
    const good = { op: 'put', table: 'student', key, fields: { id: key, pronouns: `after ${bad.op}` } };
    expect(take(store, good)).toBe('applied');
  });
});

describe('a purge', () => {
  it('R6: waits while a request is open, and runs when the last one closes', () => {
    const store = storeOf('second');
    const { student } = desks.near.other;
    const hold = (id: string, isOpen: boolean) =>
      take(store, { op: 'hold', id: id.repeat(32), subject: student, isOpen });
    hold('1', true);
    hold('2', true);
    // No command of this version makes purges: one that comes is kept, and does nothing.
    expect(take(store, { op: 'purge', subject: student })).toBe('unknown-kind');
    expect(store.isPurged(student)).toBe(false);
    store.transaction(() => {
      purgeOrPark(store, student);
    });
    expect(store.isPurged(student)).toBe(false);
    hold('1', false);
    expect([store.isPurged(student), store.isPurgeParked(student)]).toEqual([false, true]);
    hold('2', false);
    expect(store.isPurged(student)).toBe(true);
  });

  it('R6: leaves nothing of the student: no row, no key, no sealed part, no change; what comes late is dropped', async () => {
    const { first, second, near } = desks;
    await syncNow(first);
    const store = storeOf('first');
    const { student, plants } = near.own;
    const { connection } = first.open();
    const open = connection.prepare('SELECT body FROM change').pluck().all().join('\n');
    expect(open.includes(student)).toBe(true);
    store.transaction(() => {
      purgeOrPark(store, student);
    });
    const id = Buffer.from(student, 'hex');
    for (const [table, column] of [
      ['student', 'id'],
      ['mark', 'student'],
      ['enrolment', 'person'],
      ['guardian_link', 'student'],
      ['subject_key', 'subject'],
      ['field_head', 'subject'],
      ['sync_waiting', 'subject'],
    ] as const) {
      const rows = connection
        .prepare(`SELECT count(*) FROM "${table}" WHERE "${column}" = ?`)
        .pluck()
        .get(id);
      expect([table, rows]).toEqual([table, 0]);
    }
    const kept = connection
      .prepare(
        'SELECT count(*) FROM sync_blob JOIN sync_bytes USING (desk, incarnation, batch, position) WHERE subject = ?',
      )
      .pluck()
      .get(id);
    expect(kept).toBe(0);
    const changes = connection.prepare('SELECT body FROM change').pluck().all().join('\n');
    // The guardian is a person of her own, and is not purged.
    expect(['"givenName":"Nearina"', plants.family].filter((text) => changes.includes(text))).toEqual([]);
    // The tags go to the server with the next round, and the server destroys what is behind them.
    const tags = store.purgeTagsToSend();
    expect(tags.length).toBeGreaterThan(0);
    await syncNow(first);
    expect(store.purgeTagsToSend()).toEqual([]);
    const { server } = desks;
    await server.stop();
    await server.start();
    // The other desk learns from the header that the parts are purged, and misses nothing.
    await syncNow(second);
    const { alarms } = await second.must('sync', 'overview', {});
    expect(alarms.map(({ kind }) => kind)).not.toContain('part-missing');
    // It comes again from a desk that had not heard: nothing of it returns.
    const fields = { id: student, givenName: 'Returna' };
    expect(store.isPurged(student)).toBe(true);
    expect(take(store, { op: 'put', table: 'student', key: student, fields })).toBe('parent');
  });
});
