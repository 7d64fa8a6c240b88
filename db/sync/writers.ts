import { deskOrdinal, type Version } from '../../domain/sync/version.ts';
import { assert } from '../../domain/result.ts';
import type { Connection } from '../open-store.ts';

/** The desks whose versions stand in a store, between their short names there and the wire's. */
export interface WriterNames {
  /** The version as the store writes it: `hlc.ordinal.seq`. A desk that is new here gets its line. */
  toText(version: Version): string;
  toVersion(text: string): Version;
  /** The short name of a desk in one incarnation. */
  ordinalOf(desk: string, incarnation: number): number;
  /** After a rollback: forgets the desks that came in it. */
  reset(): void;
}

/** Reads and keeps the table `desk`. */
export function createWriterNames(connection: Connection): WriterNames {
  const byOrdinal = new Map<number, readonly [desk: string, incarnation: number]>();
  const find = connection
    .prepare<[number], [Buffer, number]>('SELECT id, incarnation FROM desk WHERE ordinal = ?')
    .raw();
  const insert = connection.prepare(
    `INSERT INTO desk (ordinal, id, incarnation, label, is_local)
     VALUES (@ordinal, @id, @incarnation,
       coalesce((SELECT label FROM desk WHERE id = @id ORDER BY incarnation DESC LIMIT 1), ''), 0)`,
  );

  function known(ordinal: number): readonly [desk: string, incarnation: number] | undefined {
    const cached = byOrdinal.get(ordinal);
    if (cached !== undefined) return cached;
    const row = find.get(ordinal);
    if (row === undefined) return undefined;
    const writer = [row[0].toString('hex'), row[1]] as const;
    byOrdinal.set(ordinal, writer);
    return writer;
  }

  function ordinalOf(desk: string, incarnation: number): number {
    const ordinal = deskOrdinal(desk, incarnation);
    if (known(ordinal) === undefined) {
      insert.run({ ordinal, id: Buffer.from(desk, 'hex'), incarnation });
      byOrdinal.set(ordinal, [desk, incarnation]);
    }
    return ordinal;
  }

  return {
    toText: ([hlc, desk, incarnation, seq]) => `${hlc}.${ordinalOf(desk, incarnation)}.${seq}`,
    toVersion(text) {
      const [hlc, ordinal, seq] = text.split('.').map(Number);
      assert(hlc !== undefined && ordinal !== undefined && seq !== undefined, 'a version has three parts');
      const writer = known(ordinal);
      assert(writer !== undefined, 'the desk of a version is in the store');
      return [hlc, ...writer, seq];
    },
    ordinalOf,
    reset: () => {
      byOrdinal.clear();
    },
  };
}
