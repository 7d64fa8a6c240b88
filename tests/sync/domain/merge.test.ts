import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  basesOf,
  deleted,
  isConflict,
  isDeleted,
  mergeWrite,
  shownBesideDeletion,
  shownHead,
  unwritten,
  type FieldState,
  type FieldWrite,
} from '../../../domain/sync/merge.ts';
import {
  compareVersions,
  deskOrdinal,
  hlcAfterReceiving,
  isSameVersion,
  nextHlc,
  writerOf,
  type Version,
} from '../../../domain/sync/version.ts';

const desks = ['a'.repeat(32), 'b'.repeat(32), 'c'.repeat(32)];
const isEqual = (a: unknown, b: unknown): boolean => a === b;

/**
 * A history as desks make it: each step a desk writes over what it knows, or takes in what another one knows. Gives every write, and
 * for each the set of writes that its desk knew: the oracle of what supersedes what.
 */
function history(
  steps: readonly {
    readonly desk: number;
    readonly from: number;
    readonly value: number;
    readonly writes: boolean;
  }[],
) {
  const states = desks.map((): FieldState<number> => unwritten);
  const known = desks.map(() => new Set<number>());
  const writes: (FieldWrite<number> & { readonly knew: ReadonlySet<number> })[] = [];
  for (const [index, { desk, from, value, writes: isWrite }] of steps.entries()) {
    if (isWrite) {
      const seq = writes.filter(({ version }) => version[1] === desks[desk]).length + 1;
      const version: Version = [1000 - index, desks[desk] ?? '', 0, seq];
      const write = { version, over: basesOf(states[desk] ?? unwritten), value };
      writes.push({ ...write, knew: new Set(known[desk]) });
      known[desk]?.add(writes.length - 1);
      states[desk] = mergeWrite(states[desk] ?? unwritten, write);
    } else {
      for (const place of known[from] ?? []) {
        const write = writes[place];
        if (write !== undefined) states[desk] = mergeWrite(states[desk] ?? unwritten, write);
        known[desk]?.add(place);
      }
    }
  }
  return writes;
}

const steps = fc.array(
  fc.record({ desk: fc.nat(2), from: fc.nat(2), value: fc.nat(3), writes: fc.boolean() }),
  { maxLength: 14 },
);

it('R5: whatever the order, heads are the writes that nobody who knew them has written over', () => {
  fc.assert(
    fc.property(steps, fc.infiniteStream(fc.nat()), (given, order) => {
      const writes = history(given);
      const expected = writes.filter((_, index) => !writes.some(({ knew }) => knew.has(index)));
      const keys = new Map(writes.map((write) => [write, order.next().value ?? 0]));
      const delivered = [...writes, ...writes].toSorted((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
      const state = delivered.reduce<FieldState<number>>(
        (before, write) => mergeWrite(before, write),
        unwritten,
      );
      expect(state.heads.map(({ version }) => version)).toEqual(
        expected.map(({ version }) => version).toSorted((a, b) => compareVersions(b, a)),
      );
      expect(isConflict(state, isEqual)).toBe(new Set(expected.map(({ value }) => value)).size > 1);
    }),
    { numRuns: 500 },
  );
});

it('never waits for a base: a write over one that has not come yet supersedes it when it comes', () => {
  const base: Version = [1, desks[0] ?? '', 0, 1];
  const later = mergeWrite<string>(unwritten, {
    version: [2, desks[1] ?? '', 0, 1],
    over: [base],
    value: 'new',
  });
  const both = mergeWrite(later, { version: base, over: [], value: 'old' });
  expect(both.heads.map(({ value }) => value)).toEqual(['new']);
  expect(shownHead(both)?.value).toBe('new');
});

it('forgets what it need not remember: a base that has been received', () => {
  const base: Version = [1, desks[0] ?? '', 0, 1];
  const first = mergeWrite<string>(unwritten, { version: base, over: [], value: 'old' });
  const second = mergeWrite(
    first,
    { version: [2, desks[1] ?? '', 0, 1], over: [base], value: 'new' },
    (one) => isSameVersion(one, base),
  );
  expect(second).toEqual({ heads: [{ version: [2, desks[1], 0, 1], value: 'new' }], covered: {} });
});

it('keeps an edit that did not know of the deletion, and shows it', () => {
  const base: Version = [1, desks[0] ?? '', 0, 1];
  const first = mergeWrite<string | typeof deleted>(unwritten, { version: base, over: [], value: 'kept' });
  const gone = mergeWrite(first, { version: [2, desks[0] ?? '', 0, 2], over: [base], value: deleted });
  expect(isDeleted([gone])).toBe(true);
  const edited = mergeWrite(gone, { version: [1, desks[1] ?? '', 0, 1], over: [base], value: 'edited' });
  expect(isDeleted([edited])).toBe(false);
  expect(isConflict(edited, isEqual)).toBe(true);
  expect(shownBesideDeletion(edited)?.value).toBe('edited');
  expect(isDeleted([])).toBe(false);
});

it('moves logical time after what has come, but not after a clock that is more than a day ahead', () => {
  const now = Date.UTC(2026, 2, 3, 10);
  const own = nextHlc(0, now);
  const hourAhead = nextHlc(0, now + 3_600_000);
  const yearAhead = nextHlc(0, now + 365 * 86_400_000);
  expect(hlcAfterReceiving(own, hourAhead, now)).toBe(hourAhead);
  expect(hlcAfterReceiving(own, yearAhead, now)).toBe(own);
});

it('gives desk and incarnation one number that is the same everywhere', () => {
  expect(deskOrdinal('00000001' + '0'.repeat(24), 2)).toBe(258);
  expect(writerOf([1, 'x', 2, 3])).toBe('x 2');
});
