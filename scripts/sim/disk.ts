import { assert } from '../../domain/result.ts';

/** Thrown where the power goes: whoever catches it has a disk to crash. */
export class PowerCut extends Error {
  constructor() {
    super('power cut');
  }
}

/** How a disk misbehaves, for bugs that are planted. */
export interface DiskFlaws {
  /** A commit returns before it is durable; `flush` makes it so. */
  readonly isLazy: boolean;
  /** Writes are not held together by a transaction: what is written stays when the power goes in the middle. */
  readonly isTorn: boolean;
  /** Tables that are committed on their own, at once. */
  readonly apart: readonly string[];
}

export interface DiskTable<V> {
  get(key: string): V | undefined;
  has(key: string): boolean;
  set(key: string, value: V): void;
  delete(key: string): void;
  clear(): void;
  /** In the order of first insertion. */
  values(): Iterable<V>;
  entries(): Iterable<[string, V]>;
  readonly size: number;
}

/** What was durable at one moment. Values are never changed in place, so a copy of the maps is one of all. */
export type Snapshot = ReadonlyMap<string, ReadonlyMap<string, unknown>>;

interface Undo {
  readonly table: string;
  readonly run: () => void;
}

/**
 * A disk with a volatile and a durable state: what a transaction has written is durable when it returns, and gone when the
 * power goes before.
 */
export class Disk {
  readonly #tables = new Map<string, DiskTable<unknown>>();
  readonly #flaws: DiskFlaws;
  #undo: Undo[] = [];
  #unflushed: Undo[] = [];
  #isOpen = false;
  /** After so many writes the power goes. */
  writesToPowerCut: number | undefined;

  constructor(flaws: Partial<DiskFlaws> = {}) {
    this.#flaws = { isLazy: false, isTorn: false, apart: [], ...flaws };
  }

  /** A table of values of one type; `V` is the caller's word for what it alone puts in. */
  table<V>(name: string): DiskTable<V> {
    assert(!this.#tables.has(name), 'a table has one owner');
    const map = new Map<string, V>();
    const set = (key: string, value: V | undefined): void => {
      assert(this.#isOpen, `a write to ${name} outside a transaction`);
      const before = map.get(key);
      if (value === undefined) map.delete(key);
      else map.set(key, value);
      this.#undo.push({
        table: name,
        run: () => (before === undefined ? map.delete(key) : map.set(key, before)),
      });
      if (this.writesToPowerCut === undefined) return;
      this.writesToPowerCut -= 1;
      if (this.writesToPowerCut <= 0) throw new PowerCut();
    };
    const table: DiskTable<V> = {
      get: (key) => map.get(key),
      has: (key) => map.has(key),
      set,
      delete(key) {
        if (map.has(key)) set(key, undefined);
      },
      clear() {
        for (const key of map.keys()) set(key, undefined);
      },
      values: () => map.values(),
      entries: () => map.entries(),
      get size() {
        return map.size;
      },
    };
    this.#tables.set(name, table);
    return table;
  }

  begin(): void {
    assert(!this.#isOpen, 'a transaction inside another');
    this.#isOpen = true;
  }

  commit(): void {
    // The last moment: everything is written, nothing is durable.
    if (this.writesToPowerCut === 1) throw new PowerCut();
    this.#isOpen = false;
    if (this.#flaws.isLazy) this.#unflushed.push(...this.#undo);
    this.#undo = [];
  }

  rollback(): void {
    this.#isOpen = false;
    const { isTorn, apart } = this.#flaws;
    if (!isTorn) undoAll(this.#undo.filter(({ table }) => !apart.includes(table)));
    this.#undo = [];
  }

  transaction<T>(run: () => T): T {
    this.begin();
    try {
      const result = run();
      this.commit();
      return result;
    } catch (error) {
      this.rollback();
      throw error;
    }
  }

  /** Keeps what the open transaction has written to these tables volatile. Gives what makes it durable. */
  holdBack(): () => void {
    const held = this.#undo;
    this.#undo = [];
    this.#unflushed.push(...held);
    return () => {
      this.#unflushed = this.#unflushed.filter((undo) => !held.includes(undo));
    };
  }

  flush(): void {
    this.#unflushed = [];
  }

  /** The power goes: what is not durable is gone. */
  crash(): void {
    undoAll(this.#unflushed);
    this.#unflushed = [];
    this.writesToPowerCut = undefined;
  }

  snapshot(): Snapshot {
    assert(!this.#isOpen, 'a backup is taken between transactions');
    return new Map(Array.from(this.#tables, ([name, table]) => [name, new Map(table.entries())]));
  }

  /** Puts back what a snapshot holds, in place of all there is, inside a transaction. */
  putBack(snapshot: Snapshot): void {
    for (const [name, table] of this.#tables) {
      table.clear();
      for (const [key, value] of snapshot.get(name) ?? []) table.set(key, value);
    }
  }
}

function undoAll(undo: readonly Undo[]): void {
  for (const { run } of undo.toReversed()) run();
}
