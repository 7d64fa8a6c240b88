import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../../domain/result.ts';
import type { ChannelStore } from '../../domain/sync/channel.ts';
import type { EnrolmentPiece } from '../../domain/sync/wire.ts';
import { ChannelFiles } from './channel-files.ts';
import { GroupCommit } from './group-commit.ts';
import { openDatabase, openScratchDatabase, type Connection, type DatabaseKind } from './open-database.ts';
import type { Claim, ClaimRefusal, KnownChannel, LetterBox, Limit, ServerStore } from './server-store.ts';

interface LetterBoxRow extends LetterBox {
  readonly request: string | null;
  readonly offer: string | null;
  readonly handover: string | null;
}

/** Where the files of a store lie in its folder. */
export const storeFiles = { registry: 'registry.sqlite', channels: 'channels' } as const;

/** The store in SQLite: a registry and one file for each channel. Makes the registry where the folder has none. */
export function openSqliteServerStore(
  folder: string,
  options: { readonly mostOpenChannels: number },
): ServerStore {
  const channelFolder = join(folder, storeFiles.channels);
  mkdirSync(channelFolder, { recursive: true, mode: 0o700 });
  const registryPath = join(folder, storeFiles.registry);
  const registry = openDatabase(registryPath, 'registry', existsSync(registryPath) ? 'existing' : 'create');
  const select = prepareStatements(registry);
  const commits = new GroupCommit(registry);
  const files = new ChannelFiles(channelFolder, options.mostOpenChannels);

  const countAgainst = (limit: Limit, nowMs: number): number => {
    const wait = waitFor(limit, nowMs);
    if (wait === 0) select.count.run({ bucket: limit.bucket, nowMs, endsAt: nowMs + limit.windowMs });
    return wait;
  };
  const waitFor = ({ bucket, most }: Limit, nowMs: number): number => {
    const window = select.window.get(bucket);
    if (window === undefined || window.endsAt <= nowMs || window.count < most) return 0;
    return window.endsAt - nowMs;
  };
  const claimInRegistry = (claim: Claim, nowMs: number): Result<void, ClaimRefusal> => {
    const { codeHash, requestHash, channel } = claim;
    const code = select.code.get(codeHash);
    if (code === undefined) return err({ type: 'code-expired' });
    if (code.request === requestHash && code.channel === channel) return ok(undefined);
    if (code.channel !== null) return err({ type: 'code-used' });
    if (code.expiresAt <= nowMs) return err({ type: 'code-expired' });
    if (select.channel.get(channel) !== undefined) return err({ type: 'channel-taken' });
    select.insertChannel.run(channel, nowMs);
    select.useCode.run(channel, requestHash, codeHash);
    return ok(undefined);
  };

  return {
    inChannel: async <T>(channel: string, run: (store: ChannelStore) => Promise<T>) => {
      if (select.channel.get(channel) === undefined) return err({ type: 'channel-unknown' } as const);
      return ok(await files.inChannel(channel, run));
    },

    channels: async (): Promise<KnownChannel[]> =>
      select.channels.all().map((known) => ({ ...known, bytes: files.sizeOf(known.channel) })),

    addClaimCode: async ({ hash, expiresAtMs }) => {
      await commits.run(() => select.insertCode.run(hash, expiresAtMs));
    },

    claim: async (claim, nowMs) => {
      const claimed = await commits.run(() => claimInRegistry(claim, nowMs));
      if (!claimed.ok) return claimed;
      // Ended between the two files, a claim is completed by its retry.
      const addDevice = async (store: ChannelStore): Promise<void> => {
        if ((await store.device(claim.device.desk)) === undefined) {
          await store.putDevice({ ...claim.device, state: 'active' });
        }
      };
      await files.inChannel(claim.channel, addDevice, 'claim');
      return claimed;
    },

    admitProof: async ({ id, expiresAtMs }, limit, nowMs) =>
      commits.run(() => {
        if (select.insertProof.run(id, expiresAtMs).changes === 0) return { outcome: 'replayed' } as const;
        const retryAfterMs = countAgainst(limit, nowMs);
        return retryAfterMs > 0
          ? ({ outcome: 'limited', retryAfterMs } as const)
          : ({ outcome: 'admitted' } as const);
      }),

    countAgainst: async (limit, nowMs) => commits.run(() => countAgainst(limit, nowMs)),

    waitFor: async (limit, nowMs) => waitFor(limit, nowMs),

    openLetterBox: async (box, mostPerChannel, nowMs) =>
      commits.run(() => {
        select.deleteEndedBoxes.run(nowMs);
        if (select.box.get(box.lookup) !== undefined) return 'taken';
        if ((select.boxesOf.get(box.channel)?.count ?? 0) >= mostPerChannel) return 'too-many';
        select.insertBox.run(box.lookup, box.channel, box.desk, box.expiresAtMs);
        return 'opened';
      }),

    letterBox: async (lookup, nowMs) => {
      const row = select.box.get(lookup);
      if (row === undefined || row.expiresAtMs <= nowMs) return undefined;
      const { request, offer, handover, ...box } = row;
      return { ...box, pieces: { request, offer, handover } };
    },

    putLetter: async (lookup, piece, value, nowMs) =>
      commits.run(() => {
        const row = select.box.get(lookup);
        if (row === undefined || row.expiresAtMs <= nowMs) return 'not-found';
        if (row[piece] !== null) return row[piece] === value ? 'kept' : 'written';
        select.putLetter[piece].run(value, lookup);
        return 'kept';
      }),

    closeLetterBox: async (lookup) => {
      await commits.run(() => select.deleteBox.run(lookup));
    },

    prune: async (nowMs) => {
      await commits.run(() => {
        for (const statement of [
          select.deleteEndedProofs,
          select.deleteEndedLimits,
          select.deleteEndedBoxes,
        ]) {
          statement.run(nowMs);
        }
      });
    },

    probe: async () => {
      // As large as a request may make the log grow before anything is checkpointed.
      await commits.run(() => {
        select.insertProbe.run();
        select.deleteProbe.run();
      });
    },

    checkStorage: async () => {
      const problems = databaseProblems(registry, 'registry').map((problem) => `registry: ${problem}`);
      for (const { channel } of select.channels.all()) {
        const found = files.hasFile(channel)
          ? await files.onConnection(channel, (connection) => databaseProblems(connection, 'channel'))
          : ['its file is missing'];
        problems.push(...found.map((problem) => `channel ${channel}: ${problem}`));
      }
      return problems;
    },

    close: async () => {
      // What still waits in the registry runs before this.
      await commits.run(() => undefined);
      await files.close();
      registry.close();
    },
  };
}

function databaseProblems(connection: Connection, kind: DatabaseKind): string[] {
  const problems: string[] = [];
  const integrity: unknown = connection.pragma('integrity_check', { simple: true });
  if (integrity !== 'ok') problems.push('pages are damaged');
  const orphans: unknown = connection.pragma('foreign_key_check');
  if (!Array.isArray(orphans) || orphans.length > 0) problems.push('rows refer to rows that are gone');
  const scratch = openScratchDatabase(kind);
  if (schemaOf(connection) !== schemaOf(scratch)) problems.push('tables or triggers were changed');
  scratch.close();
  return problems;
}

function schemaOf(connection: Connection): string {
  const rows = connection
    .prepare<[], { sql: string }>('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name')
    .all();
  return rows.map(({ sql }) => sql).join('\n');
}

function prepareStatements(registry: Connection) {
  const putLetter = (piece: EnrolmentPiece) =>
    registry.prepare<[string, string]>(`UPDATE letter_boxes SET ${piece} = ? WHERE lookup = ?`);
  return {
    channel: registry.prepare<[string], { channel: string }>(
      'SELECT channel FROM channels WHERE channel = ?',
    ),
    channels: registry.prepare<[], { channel: string; claimedAtMs: number }>(
      'SELECT channel, claimed_at AS claimedAtMs FROM channels ORDER BY claimed_at, channel',
    ),
    insertChannel: registry.prepare<[string, number]>(
      'INSERT INTO channels (channel, claimed_at) VALUES (?, ?)',
    ),
    code: registry.prepare<[string], { expiresAt: number; channel: string | null; request: string | null }>(
      'SELECT expires_at AS expiresAt, channel, request FROM claim_codes WHERE hash = ?',
    ),
    insertCode: registry.prepare<[string, number]>(
      'INSERT INTO claim_codes (hash, expires_at) VALUES (?, ?)',
    ),
    useCode: registry.prepare<[string, string, string]>(
      'UPDATE claim_codes SET channel = ?, request = ? WHERE hash = ?',
    ),
    insertProof: registry.prepare<[Uint8Array, number]>(
      'INSERT INTO proofs (id, expires_at) VALUES (?, ?) ON CONFLICT DO NOTHING',
    ),
    window: registry.prepare<[string], { endsAt: number; count: number }>(
      'SELECT ends_at AS endsAt, count FROM limits WHERE bucket = ?',
    ),
    count: registry.prepare<[{ bucket: string; nowMs: number; endsAt: number }]>(
      `INSERT INTO limits (bucket, ends_at, count) VALUES (@bucket, @endsAt, 1)
       ON CONFLICT (bucket) DO UPDATE SET
         count = CASE WHEN ends_at <= @nowMs THEN 1 ELSE count + 1 END,
         ends_at = CASE WHEN ends_at <= @nowMs THEN @endsAt ELSE ends_at END`,
    ),
    box: registry.prepare<[string], LetterBoxRow>(
      `SELECT lookup, channel, desk, expires_at AS expiresAtMs, request, offer, handover
       FROM letter_boxes WHERE lookup = ?`,
    ),
    boxesOf: registry.prepare<[string], { count: number }>(
      'SELECT count(*) AS count FROM letter_boxes WHERE channel = ?',
    ),
    insertBox: registry.prepare<[string, string, string, number]>(
      'INSERT INTO letter_boxes (lookup, channel, desk, expires_at) VALUES (?, ?, ?, ?)',
    ),
    putLetter: {
      request: putLetter('request'),
      offer: putLetter('offer'),
      handover: putLetter('handover'),
    },
    deleteBox: registry.prepare<[string]>('DELETE FROM letter_boxes WHERE lookup = ?'),
    deleteEndedBoxes: registry.prepare<[number]>('DELETE FROM letter_boxes WHERE expires_at <= ?'),
    deleteEndedProofs: registry.prepare<[number]>('DELETE FROM proofs WHERE expires_at <= ?'),
    deleteEndedLimits: registry.prepare<[number]>('DELETE FROM limits WHERE ends_at <= ?'),
    insertProbe: registry.prepare<[]>(
      'INSERT INTO proofs (id, expires_at) VALUES (zeroblob(32), 0) ON CONFLICT DO NOTHING',
    ),
    deleteProbe: registry.prepare<[]>('DELETE FROM proofs WHERE id = zeroblob(32)'),
  };
}
