import { performance } from 'node:perf_hooks';
import type { z } from 'zod';
import {
  readLocalNumber,
  readLocalState,
  removeLocalState,
  writeLocalNumber,
} from '../../db/school/local-state.ts';
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
import type { Members } from '../../domain/membership/fold.ts';
import { assert } from '../../domain/result.ts';
import type { Desk } from '../desk/desk.ts';
import type { OpenSchool } from '../desk/open-school.ts';
import { addMembershipEntry } from '../desk/membership.ts';
import { agreementKeyPair, openSealed, signingKeyOf, signingKeyPair, signWith } from '../vault/keys.ts';
import { maySeeConflict } from './conflicts.ts';
import { createDeskStore } from './desk-store.ts';
import { createMembershipLog, type MembershipLog, type MembershipSigner } from './membership-store.ts';
import { enterEpoch, groupKeyContext, groupKeyPurpose, prepareEpoch } from './new-epoch.ts';
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

/** Whether somebody may sign as an administrator, with the key that the log has. */
function maySign(members: Members, { user, keys }: MembershipSigner): boolean {
  const account = members.accounts.get(user);
  return (
    account?.role === 'school-administrator' &&
    account.state === 'active' &&
    members.keys.get(user) === toHex(keys.public)
  );
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
        if (running.isStopped) return;
        this.#phase = 'stopped';
        this.#progress = null;
        this.#tell(false);
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
      signer: () => this.#signer(),
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
    store.transaction(() => {
      membership.signWaiting();
    });
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
    await this.#renewGroupKey(running);
    if (running.isStopped) return;
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
    const signer = this.#signer();
    const { desk, incarnation } = open.auditLog.name;
    const members = membership.members();
    const known = members.desks.get(desk);
    if (signer === null || known === undefined || known.ended !== null) return;
    if (known.incarnation >= incarnation || !maySign(members, signer)) return;
    const { ended: _ended, ...body } = known;
    const by = {
      school: open.unitParts.school.id,
      nowMs: this.#desk.now(),
      signer: signer.user,
      keys: signer.keys,
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
      // What was sealed with it waits, and what waits here can be sealed now.
      schedule.askNow(performance.now());
    }
  }

  /** A group key that was made here for somebody's end lost its place in the log: an administrator's desk makes another. */
  async #renewGroupKey({ membership, open, store, schedule }: Running): Promise<void> {
    const signer = this.#signer();
    if (!membership.isEpochDue() || signer === null || !maySign(membership.members(), signer)) return;
    const prepared = await prepareEpoch(this.#desk);
    if (this.#running?.open !== open) return;
    const { db, school } = open.unitParts;
    store.transaction(() => {
      const facts = enterEpoch(this.#desk, db, prepared);
      if (facts.length === 0) return;
      const by = { school: school.id, nowMs: this.#desk.now(), signer: signer.user, keys: signer.keys };
      addMembershipEntry(db, by, facts);
      removeLocalState(db, 'epoch-due');
    });
    schedule.askNow(performance.now());
  }

  /** The vault and the session follow the accounts: who has ended elsewhere, or is another role's now, ends here. */
  async #followMembers({ open, membership }: Running): Promise<void> {
    // In turn with what changes the vault here: it is judged by the log as it stands then.
    await this.#desk.inTurn(async () => {
      if (this.#desk.open !== open) return;
      await reconcileVault(this.#desk, open, membership.effectiveMembers());
      const { session } = this.#desk;
      if (session?.keys == null || this.#running === null) return;
      const members = this.#running.membership.effectiveMembers();
      const account = members.accounts.get(session.actor.user);
      const { role, staff } = session.actor;
      const isSame = account?.role === role && (account.staff ?? null) === staff;
      const hasKey = members.keys.get(session.actor.user) === toHex(session.keys.signing.public);
      if (account?.state === 'removed' || !isSame || !hasKey) this.#desk.lock('account-ended');
    });
  }

  #signer(): MembershipSigner | null {
    const { session } = this.#desk;
    return session?.keys == null ? null : { user: session.actor.user, keys: session.keys.signing };
  }

  #countConflicts(): number {
    const { open, session } = this.#desk;
    if (open === null || session === null) return 0;
    const all = readConflicts(open.connection, open.unitParts.db, open.unitParts.fields);
    return all.filter((conflict) => maySeeConflict(session.actor.role, conflict)).length;
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
