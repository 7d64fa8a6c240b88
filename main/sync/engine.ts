import { performance } from 'node:perf_hooks';
import type { z } from 'zod';
import { readLocalNumber, readLocalState, writeLocalNumber } from '../../db/school/local-state.ts';
import { standingAlarms } from '../../db/sync/alarms.ts';
import { readConflicts } from '../../db/sync/conflicts.ts';
import { toHex } from '../../domain/audit/bytes.ts';
import type { syncState } from '../../domain/contract/sync.ts';
import {
  syncRound,
  type DeskStore,
  type RoundOutcome,
  type SyncReply,
} from '../../domain/sync/desk-round.ts';
import type { HeadsReply } from '../../domain/sync/wire.ts';
import { assert } from '../../domain/result.ts';
import type { Desk } from '../desk/desk.ts';
import type { OpenSchool } from '../desk/open-school.ts';
import { addMembershipEntry } from '../desk/membership.ts';
import { agreementKeyPair, openSealed, signingKeyOf, signingKeyPair, signWith } from '../vault/keys.ts';
import { createDeskStore } from './desk-store.ts';
import { createMembershipLog, type MembershipLog } from './membership-store.ts';
import type { NetworkFailure } from './network-failure.ts';
import { reconcileVault } from './reconcile-vault.ts';
import { runRound } from './run-round.ts';
import { createSchedule, type Schedule } from './schedule.ts';
import { readSchoolServer, writeSchoolServer, type SchoolServer } from './school-server.ts';
import { createServerClient, type ServerClient } from './server-client.ts';
import { nodeSyncCrypto } from './sync-crypto.ts';

export type SyncState = z.output<typeof syncState>;

/** What syncing needs while a store is open and its school has a server. */
interface Running {
  readonly open: OpenSchool;
  readonly server: SchoolServer;
  readonly membership: MembershipLog;
  readonly store: DeskStore;
  readonly client: ServerClient;
  readonly schedule: Schedule;
  isStopped: boolean;
}

/** The purpose and context of a group key that is sealed to a desk. */
export const groupKeyPurpose = 'group-key';
export function groupKeyContext(school: string, epoch: number, desk: string): string {
  return `${school} ${epoch} ${desk}`;
}

/**
 * Syncing while a user is signed in (SECURITY §1): when a round is due, what came of it, and what the desk has to do then. It holds the
 * store only between two questions to the server; the user's own calls go in between.
 */
export class SyncEngine {
  readonly #desk: Desk;
  #running: Running | null = null;
  #round: Promise<void> | null = null;
  #phase: 'idle' | 'running' | 'offline' | 'stopped' = 'idle';
  #progress: SyncState['progress'] = null;
  #offlineSinceMs: number | null = null;
  #skewMs: number | null = null;
  #heads: HeadsReply | null = null;
  #lastTold = '';
  #toldAtMs = 0;
  #conflicts = 0;
  #hasChanged = false;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  get skewMs(): number | null {
    return this.#skewMs;
  }

  /** What the server said of the channel when it was last asked. */
  get heads(): HeadsReply | null {
    return this.#heads;
  }

  get server(): SchoolServer | null {
    return this.#running?.server ?? null;
  }

  get membership(): MembershipLog | null {
    return this.#running?.membership ?? null;
  }

  get client(): ServerClient | null {
    return this.#running?.client ?? null;
  }

  get store(): DeskStore | null {
    return this.#running?.store ?? null;
  }

  /** Begins with the open store, where its school has a server. Called again when the store was opened anew under another key. */
  start(): void {
    const before = this.#running;
    this.stop();
    const { open } = this.#desk;
    const server = open === null ? undefined : readSchoolServer(open.unitParts.db);
    if (open === null || server === undefined) return;
    this.#running = this.#begin(open, server, before?.schedule ?? newSchedule());
    this.#conflicts = this.#countConflicts();
  }

  /** Ends what is under way: from here on the store is not touched. */
  stop(): void {
    const running = this.#running;
    this.#running = null;
    if (running === null) return;
    running.isStopped = true;
    running.client.close();
    this.#phase = 'idle';
    this.#progress = null;
    this.#offlineSinceMs = null;
    this.#heads = null;
    this.#skewMs = null;
  }

  /** Something was written here. */
  noteChange(): void {
    this.#running?.schedule.noteChange(performance.now());
    this.#hasChanged = true;
  }

  /** A person wants a round now. */
  askNow(): void {
    this.#running?.schedule.askNow(performance.now());
    this.tick();
  }

  /** Starts a round where one is due. Called every few seconds. */
  tick(): void {
    const running = this.#running;
    if (running === null || this.#round !== null) return;
    if (this.#hasChanged) this.#tell(false);
    this.#hasChanged = false;
    const dueAtMs = running.schedule.nextAtMs();
    if (dueAtMs === null || dueAtMs > performance.now()) return;
    this.#round = this.#runRound(running)
      .catch((cause: unknown) => {
        this.#desk.reportBug(cause);
        running.schedule.ended({ failure: 'not-understood' }, performance.now());
      })
      .finally(() => {
        this.#round = null;
      });
  }

  /** Waits for the round that is under way. */
  async whenIdle(): Promise<void> {
    await this.#round;
  }

  state(): SyncState {
    const running = this.#running;
    const db = this.#desk.open?.unitParts.db;
    if (running === null || db === undefined) {
      return { ...noServer, conflicts: 0 };
    }
    const waiting = running.store.waiting();
    const phases = {
      running: 'running',
      offline: 'offline',
      stopped: 'stopped',
      idle: waiting > 0 ? 'waiting' : 'synced',
    } as const;
    return {
      phase: phases[this.#phase],
      waiting,
      lastSyncedAtMs: readLocalNumber(db, 'last-synced') ?? null,
      offlineSinceMs: this.#offlineSinceMs,
      progress: this.#progress,
      conflicts: this.#conflicts,
      alarms: standingAlarms(running.open.connection).length,
    };
  }

  #begin(open: OpenSchool, server: SchoolServer, schedule: Schedule): Running {
    const { db } = open.unitParts;
    const { school, desk } = open.auditLog.name;
    const seed = readLocalState(db, 'desk-signing-key');
    assert(seed !== undefined, 'a connected desk has a key');
    const membership = createMembershipLog({
      connection: open.connection,
      db,
      school: open.unitParts.school.id,
      desk,
      crypto: nodeSyncCrypto,
      signer: () => {
        const { session } = this.#desk;
        return session?.keys == null ? null : { user: session.actor.user, keys: session.keys.signing };
      },
      now: () => this.#desk.now(),
      onDropped: () => {
        running.store.alarm('membership-dropped', null, null);
      },
    });
    const store = createDeskStore({
      open,
      membership,
      now: () => this.#desk.now(),
      onAlarm: (kind) => {
        const draft = this.#desk.draft(null, 'alarm', 'sync', 'sync.round', {
          reason: kind,
          outcome: 'error',
        });
        open.auditLog.append(db, draft, this.#desk.now());
      },
    });
    const client = createServerClient({
      address: server,
      channel: school,
      identity: { desk, privateKey: signingKeyOf(seed) },
      now: () => this.#desk.now(),
      random: this.#desk.random,
      onNewPin: (pin) => {
        if (!running.isStopped) writeSchoolServer(db, { ...server, pin });
      },
    });
    const running: Running = { open, server, membership, store, client, schedule, isStopped: false };
    return running;
  }

  async #runRound(running: Running): Promise<void> {
    const { store, schedule, membership, client, server, open } = running;
    const { db } = open.unitParts;
    const seed = readLocalState(db, 'desk-signing-key');
    assert(seed !== undefined, 'a connected desk has a key');
    const keys = signingKeyPair(seed);
    schedule.began();
    this.#phase = 'running';
    this.#tell(false);
    this.#enterIncarnation(running);
    const membersBefore = membership.members();
    const round = syncRound(store, {
      crypto: nodeSyncCrypto,
      sign: (bytes) => signWith(keys, bytes),
      server: { id: server.server, signingKey: server.signingKey },
      now: () => this.#desk.now(),
      onProgress: (direction, done, total) => {
        this.#progress = { direction, done, total };
        this.#tellNowAndThen();
      },
      onSkew: (skewMs) => {
        this.#skewMs = skewMs;
      },
    });
    const watched = {
      ask: async (request: Parameters<ServerClient['ask']>[0]): Promise<SyncReply | NetworkFailure> => {
        const reply = await client.ask(request);
        if (request.ask === 'heads' && 'desks' in reply) this.#heads = reply;
        return reply;
      },
    };
    const outcome = await runRound(round, watched, () => running.isStopped);
    this.#progress = null;
    schedule.ended(outcome, performance.now());
    if (running.isStopped) return;
    this.#notePhase(outcome);
    if ('type' in outcome && outcome.type === 'done') writeLocalNumber(db, 'last-synced', this.#desk.now());
    await this.#openGroupKeys(running);
    if (running.isStopped) return;
    const hasNewMembers = membership.members() !== membersBefore;
    await this.#followMembers(running);
    // Locked meanwhile; a master key that has changed goes on.
    if (this.#running === null) return;
    const received = 'type' in outcome && outcome.type === 'done' ? outcome.received : 0;
    if (received > 0) this.#conflicts = this.#countConflicts();
    this.#tell(received > 0 || hasNewMembers);
  }

  #notePhase(outcome: RoundOutcome | NetworkFailure): void {
    if ('failure' in outcome) {
      this.#phase = outcome.failure === 'not-genuine' ? 'stopped' : 'offline';
      this.#offlineSinceMs ??= this.#desk.now();
      return;
    }
    this.#offlineSinceMs = null;
    this.#phase = outcome.type === 'done' ? 'idle' : 'stopped';
  }

  /** A desk that was restored goes on in a new incarnation: the first administrator who is signed in signs it in. */
  #enterIncarnation({ membership, open, store }: Running): void {
    const { session } = this.#desk;
    const { desk, incarnation } = open.auditLog.name;
    const known = membership.members().desks.get(desk);
    const isAdministrator = session?.actor.role === 'school-administrator';
    if (known === undefined || known.incarnation >= incarnation || !isAdministrator || session.keys === null)
      return;
    const { keys } = session;
    const { ended: _ended, ...body } = known;
    const by = {
      school: open.unitParts.school.id,
      nowMs: this.#desk.now(),
      signer: session.actor.user,
      keys: keys.signing,
    };
    store.transaction(() => {
      addMembershipEntry(open.unitParts.db, by, [
        { kind: 'desk', body: { ...body, auditKey: toHex(open.auditSigner.publicKey), incarnation } },
      ]);
    });
  }

  async #openGroupKeys({ membership, open, store, schedule }: Running): Promise<void> {
    const waiting = membership.unopenedEpochs();
    const secret = readLocalState(open.unitParts.db, 'desk-agreement-key');
    if (waiting.length === 0 || secret === undefined) return;
    const { school, desk } = open.auditLog.name;
    for (const { epoch, sealed } of waiting) {
      const context = groupKeyContext(school, epoch, desk);
      const key = await openSealed(
        agreementKeyPair(secret),
        groupKeyPurpose,
        context,
        Buffer.from(sealed, 'hex'),
      );
      if (this.#running?.open !== open) return;
      if (!key.ok) continue;
      store.transaction(() => {
        membership.keepGroupKey(epoch, key.value);
      });
    }
    schedule.askNow(performance.now());
  }

  /** The vault and the session follow the accounts: who has ended elsewhere ends here. */
  async #followMembers({ membership }: Running): Promise<void> {
    const members = membership.members();
    const { session } = this.#desk;
    await reconcileVault(this.#desk, members);
    if (session === null || this.#desk.session !== session) return;
    const state = members.accounts.get(session.actor.user)?.state;
    // After a reset elsewhere only the activation code opens: who signed in with the password before is asked for it.
    const isReset = state === 'awaiting-activation' && session.actor.method === 'password';
    if (state === 'removed' || isReset) this.#desk.lock('account-ended');
  }

  #countConflicts(): number {
    const { open } = this.#desk;
    if (open === null) return 0;
    return readConflicts(open.connection, open.unitParts.db, open.unitParts.fields).length;
  }

  /** A conflict was decided here. */
  recount(): void {
    this.#conflicts = this.#countConflicts();
    this.#tell(false);
  }

  /** A long round moves on many times a second; nobody reads that fast. */
  #tellNowAndThen(): void {
    const nowMs = performance.now();
    if (nowMs - this.#toldAtMs < 250) return;
    this.#toldAtMs = nowMs;
    this.#tell(false);
  }

  #tell(hasNews: boolean): void {
    if (this.#running === null) return;
    const state = this.state();
    const text = JSON.stringify(state);
    if (!hasNews && text === this.#lastTold) return;
    this.#lastTold = text;
    this.#desk.options.emit({ type: 'sync', state, hasNews });
  }
}

const noServer: SyncState = {
  phase: 'no-server',
  waiting: 0,
  lastSyncedAtMs: null,
  offlineSinceMs: null,
  progress: null,
  conflicts: 0,
  alarms: 0,
};

function newSchedule(): Schedule {
  return createSchedule({ random: Math.random });
}
