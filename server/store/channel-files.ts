import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from '../../domain/result.ts';
import type { ChannelStore } from '../../domain/sync/channel.ts';
import { openDatabase, toStoreError, type Connection } from './open-database.ts';
import { createSqliteChannelStore } from './sqlite-channel-store.ts';

interface OpenChannel {
  readonly connection: Connection;
  readonly store: ReturnType<typeof createSqliteChannelStore>;
  /** How many transactions run or wait. */
  waiting: number;
  tail: Promise<void>;
}

/**
 * The channels' files, one each, a bounded number of them open. A channel's transactions run one after another: an asynchronous port over a
 * driver that knows no waiting, so between BEGIN and COMMIT nobody else may have the connection.
 */
export class ChannelFiles {
  readonly #folder: string;
  readonly #mostOpen: number;
  /** In the order of their last use. */
  readonly #open = new Map<string, OpenChannel>();

  constructor(folder: string, mostOpen: number) {
    this.#folder = folder;
    this.#mostOpen = mostOpen;
  }

  /** How many files are open. */
  get openCount(): number {
    return this.#open.size;
  }

  /**
   * Runs one transaction. It is on the disk when the promise resolves, and undone when it rejects. Only a claim may make the file: one that
   * is gone must not come back empty.
   */
  inChannel<T>(
    channel: string,
    run: (store: ChannelStore) => Promise<T>,
    mode: 'existing' | 'claim' = 'existing',
  ): Promise<T> {
    return this.#inTurn(channel, mode, (open) => transact(open, run));
  }

  /** Runs something on a channel's connection outside a transaction. */
  onConnection<T>(channel: string, run: (connection: Connection) => T): Promise<T> {
    return this.#inTurn(channel, 'existing', async ({ connection }) => run(connection));
  }

  hasFile(channel: string): boolean {
    return existsSync(this.#path(channel));
  }

  /** Bytes of a channel's files. */
  sizeOf(channel: string): number {
    const sizes = ['', '-wal'].map((end) =>
      statSync(`${this.#path(channel)}${end}`, { throwIfNoEntry: false }),
    );
    return sizes.reduce((sum, found) => sum + (found?.size ?? 0), 0);
  }

  /** Waits for what runs, and closes every file. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.#open.values(), ({ tail }) => tail));
    for (const { connection } of this.#open.values()) connection.close();
    this.#open.clear();
  }

  #path(channel: string): string {
    assert(/^[0-9a-f]{32}$/.test(channel), 'a channel is named by its id');
    return join(this.#folder, `${channel}.sqlite`);
  }

  async #inTurn<T>(
    channel: string,
    mode: 'existing' | 'claim',
    work: (open: OpenChannel) => Promise<T>,
  ): Promise<T> {
    const open = this.#use(channel, mode);
    const before = open.tail;
    const { promise, resolve } = Promise.withResolvers<void>();
    open.tail = promise;
    open.waiting += 1;
    try {
      await before;
      return await work(open);
    } catch (cause) {
      throw toStoreError(cause);
    } finally {
      open.waiting -= 1;
      resolve();
      this.#closeUnused();
    }
  }

  #use(channel: string, mode: 'existing' | 'claim'): OpenChannel {
    let open = this.#open.get(channel);
    if (open === undefined) {
      const isNew = mode === 'claim' && !this.hasFile(channel);
      const connection = openDatabase(this.#path(channel), 'channel', isNew ? 'create' : 'existing');
      const store = createSqliteChannelStore(connection);
      open = { connection, store, waiting: 0, tail: Promise.resolve() };
    }
    this.#open.delete(channel);
    this.#open.set(channel, open);
    return open;
  }

  #closeUnused(): void {
    for (const [channel, { waiting, connection }] of this.#open) {
      if (this.#open.size <= this.#mostOpen) return;
      if (waiting > 0) continue;
      this.#open.delete(channel);
      connection.close();
    }
  }
}

async function transact<T>(
  { connection, store }: OpenChannel,
  run: (store: ChannelStore) => Promise<T>,
): Promise<T> {
  connection.exec('BEGIN IMMEDIATE');
  let value: T;
  try {
    value = await run(store);
    connection.exec('COMMIT');
  } catch (cause) {
    // SQLite has rolled back by itself where the disk was full.
    if (connection.inTransaction) connection.exec('ROLLBACK');
    store.takeHasPurged();
    throw cause;
  }
  if (store.takeHasPurged()) connection.pragma('wal_checkpoint(TRUNCATE)');
  return value;
}
