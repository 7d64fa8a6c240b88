import { randomBytes } from 'node:crypto';
import { and, eq, sql } from 'drizzle-orm';
import { account } from '../../db/accounts/schema.ts';
import { readLocalNumber, removeLocalState, writeLocalNumber } from '../../db/school/local-state.ts';
import { limitCounter } from '../../db/school/schema.ts';
import type { AuditDraft } from '../../domain/audit/entry.ts';
import type { SlipSheet } from '../../domain/contract/counter.ts';
import type { DeskEvent } from '../../domain/contract/events.ts';
import type { ErrorOf } from '../../domain/contract/errors.ts';
import type { DeskState, RateLimit } from '../../domain/contract/procedure.ts';
import { dayAt } from '../../domain/calendar/local-time.ts';
import { bytesToId, type Day, type SchoolId, type UserId } from '../../domain/ids.ts';
import { assert, err, ok, type Result } from '../../domain/result.ts';
import { AuditFailure, runUnit } from '../gate/run-unit.ts';
import type { Actor } from '../gate/unit.ts';
import type { PrintOutcome } from '../window/window.ts';
import type { Argon2Cost } from '../vault/argon2.ts';
import { openAttempts, type Attempts } from '../vault/attempts.ts';
import { openJournal, type Journal, type JournalEntry } from '../vault/journal.ts';
import { hasFileKeychain, keychainNames, type Keychain, type KeychainError } from '../vault/keychain.ts';
import { wipe, type UserKeys } from '../vault/keys.ts';
import {
  listProfiles,
  pairPaths,
  profileOf,
  readGeneration,
  removeOtherGenerations,
  rotateStore,
  type Profile,
  type ProfileSummary,
  type RotationError,
} from '../vault/profile.ts';
import type { Random } from '../vault/random.ts';
import { forgetKeys, prepareRotation, type PasswordPolicy, type VaultMembers } from '../vault/vault.ts';
import { readVault, type UnprovenVault, type VaultReadError } from '../vault/vault-file.ts';
import type { PreparedSchool } from './create-school.ts';
import { ensureFieldKey, quarterOf } from './field-keyring.ts';
import { keepAnchor, openSchool, type OpenSchool, type OpenSchoolError } from './open-school.ts';
import { createRecentUsers, type RecentUsers } from './recent-users.ts';
import { SyncEngine } from '../sync/engine.ts';
import type { Enrolment } from '../sync/enrolment.ts';
import type { Joining } from '../sync/joining.ts';

export type { OpenSchool } from './open-school.ts';

/** Idle time after which a session ends, and the longest it may last (SECURITY §1, H7). */
export const sessionIdleMs = 60 * 60_000;
export const sessionLongestMs = 12 * 60 * 60_000;

/** Who is signed in. It lives in this process's memory only, is bound to one window document and dies with it. */
export interface Session {
  readonly actor: Actor;
  readonly username: string;
  readonly windowId: string;
  readonly startedAtMs: number;
  /** Null after recovery: nobody's own keys are open then. */
  keys: UserKeys | null;
  mustChangePassword: boolean;
  lastActiveMs: number;
}

export interface DeskOptions {
  readonly dataDir: string;
  /** Where exports and audit bundles are put for the user to take. */
  readonly exportDir: string;
  readonly backupDir: string;
  readonly window: 'electron' | 'chromium';
  readonly now: () => number;
  readonly random: Random;
  /** Opens the OS keychain, or the file where that is allowed. */
  readonly openKeychain: (allowFile: boolean) => Result<Keychain, KeychainError>;
  readonly cost: () => Promise<Argon2Cost>;
  readonly isCommonPassword: (lowerCase: string) => boolean;
  readonly emit: (event: DeskEvent) => void;
  /** Puts the sheet that the page shows on paper. */
  readonly printSlip: (sheet: SlipSheet, printer: string | null) => Promise<PrintOutcome>;
  /** The printers on which that works without a dialog. */
  readonly listPrinters: () => Promise<readonly string[]>;
  /** Logs a bug without data and gives a reference for the user. */
  readonly reportBug: (cause: unknown) => string;
  /** Set from the main thread to stop long work; read every 1,000 rows. */
  readonly isCancelled: () => boolean;
  readonly clearCancel: () => void;
}

/** The chosen school's things that need no open store. */
export interface LockedSchool {
  readonly profile: Profile;
  readonly keychain: Keychain;
  readonly schoolSecret: Uint8Array;
  readonly attempts: Attempts;
  readonly journal: Journal;
  readonly recentUsers: RecentUsers;
}

/**
 * One computer: which school is chosen, whether its store is open, and who is signed in. The gate asks it; the
 * `on-desk` handlers change it.
 */
export class Desk {
  readonly options: DeskOptions;
  open: OpenSchool | null = null;
  session: Session | null = null;
  /** While the desk is recovered: what names a new administrator is signed with them. */
  recoveryKeys: UserKeys | null = null;
  readonly sync = new SyncEngine(this);
  /** A computer that joins the school with a code of this one, and joining a school here: in memory only. */
  enrolment: Enrolment | null = null;
  joining: Joining | null = null;
  /** A school whose recovery key has been shown and not yet typed back: in memory only. */
  prepared: PreparedSchool | null = null;
  #chosen: SchoolId | null = null;
  #recovered = false;
  #acceptsFile = false;
  #lockedCounters = new Map<string, { windowStartMs: number; count: number }>();
  #auditFailure: 'disk-full' | 'not-writable' | null = null;
  #lastTurn: Promise<unknown> = Promise.resolve();

  constructor(options: DeskOptions) {
    this.options = options;
    const [first] = this.profiles();
    this.#chosen = first?.school ?? null;
  }

  get random(): Random {
    return this.options.random;
  }

  now(): number {
    return this.options.now();
  }

  newRequestId(): string {
    return randomBytes(16).toString('hex');
  }

  get state(): DeskState {
    if (this.open !== null && this.#recovered) return 'recovered';
    if (this.open !== null && this.session !== null) {
      return this.session.mustChangePassword ? 'must-change-password' : 'signed-in';
    }
    return this.#chosen === null ? 'no-school' : 'locked';
  }

  get chosen(): SchoolId | null {
    return this.#chosen;
  }

  /** The schools of this computer that were set up to the end. */
  profiles(): Exclude<ProfileSummary, { state: 'unfinished' }>[] {
    return listProfiles(this.options.dataDir).filter((profile) => profile.state !== 'unfinished');
  }

  choose(school: SchoolId): void {
    assert(this.open === null, 'a school is chosen while none is open');
    this.#chosen = school;
  }

  dayAt(nowMs: number): Day {
    assert(this.open !== null, 'the school day is that of the open school');
    return dayAt(nowMs, this.open.unitParts.school.timeZone);
  }

  /** The keychain as this computer uses it; the file only where the user has accepted it, now or before. */
  keychain(acceptFile = false): Result<Keychain, KeychainError> {
    if (acceptFile) this.#acceptsFile = true;
    return this.options.openKeychain(this.#acceptsFile || hasFileKeychain(this.options.dataDir));
  }

  /** What the chosen school needs before its store is open. Errors: no keychain, or no secret in it. */
  lockedSchool(): Result<LockedSchool, ErrorOf<'keychain-unavailable' | 'school-secret-missing'>> {
    assert(this.#chosen !== null, 'a school is chosen');
    const keychain = this.keychain();
    if (!keychain.ok) return err({ type: 'keychain-unavailable' });
    const profile = profileOf(this.options.dataDir, this.#chosen);
    const schoolSecret = keychain.value.get(keychainNames.schoolSecret(profile.school));
    const lockedKey = keychain.value.get(keychainNames.lockedKey(profile.school));
    if (!schoolSecret.ok || !lockedKey.ok) return err({ type: 'keychain-unavailable' });
    if (schoolSecret.value === null || lockedKey.value === null)
      return err({ type: 'school-secret-missing' });
    const parts = { folder: profile.folder, school: profile.school, lockedKey: lockedKey.value };
    return ok({
      profile,
      keychain: keychain.value,
      schoolSecret: schoolSecret.value,
      attempts: openAttempts(profile.folder, profile.school, lockedKey.value),
      journal: openJournal({ ...parts, keychain: keychain.value }),
      recentUsers: createRecentUsers(profile.folder, lockedKey.value, this.options.random),
    });
  }

  /** The vault of the generation in use. */
  readVault(profile: Profile): Result<UnprovenVault, VaultReadError | { readonly type: 'vault-missing' }> {
    const generation = readGeneration(profile);
    if (!generation.ok) return err({ type: 'vault-missing' });
    return readVault(pairPaths(profile, generation.value).vault);
  }

  /**
   * Opens the store of a vault, takes the journal into the audit log and writes the sign-in, all before anything is
   * answered. Any failure leaves the desk locked.
   */
  openStore(options: {
    readonly locked: Pick<LockedSchool, 'profile' | 'keychain' | 'journal'>;
    readonly vault: OpenSchool['vault'];
    readonly masterKey: Uint8Array;
    readonly anchor: 'check' | 'trust';
  }): Result<OpenSchool, OpenSchoolError> {
    const { locked, vault, masterKey, anchor } = options;
    const opened = openSchool({
      profile: locked.profile,
      vault,
      masterKey,
      keychain: locked.keychain,
      random: this.options.random,
      now: this.options.now,
      anchor,
    });
    if (!opened.ok) return opened;
    try {
      this.#absorbJournal(opened.value, locked.journal);
      const nowMs = this.now();
      const quarter = quarterOf(dayAt(nowMs, opened.value.unitParts.school.timeZone));
      ensureFieldKey(opened.value.unitParts.db, quarter, nowMs, this.options.random);
    } catch (cause) {
      opened.value.connection.close();
      throw cause instanceof AuditFailure ? cause : new AuditFailure(cause);
    }
    this.#auditFailure = null;
    return opened;
  }

  /** Puts an opened store in use for a user whose account is active. The session's audit row has been written. */
  begin(open: OpenSchool, session: Session): void {
    this.open = open;
    this.session = session;
    this.#recovered = false;
    this.prepared = null;
    this.joining = null;
    this.sync.start();
  }

  /** Puts a store opened with the recovery key in use: for naming an administrator and nothing else. */
  beginRecovery(open: OpenSchool, recoveryKeys: UserKeys): void {
    this.open = open;
    this.recoveryKeys = recoveryKeys;
    this.session = null;
    this.#recovered = true;
  }

  /** Ends the session: writes the sign-out, signs the audit head, keeps the anchor, drops every key, closes the store. */
  lock(why: Extract<DeskEvent, { type: 'locked' }>['why']): void {
    const { open, session } = this;
    this.sync.stop();
    this.enrolment = null;
    this.open = null;
    this.session = null;
    this.#recovered = false;
    this.prepared = null;
    if (this.recoveryKeys !== null) forgetKeys(this.recoveryKeys);
    this.recoveryKeys = null;
    if (open === null) return;
    const nowMs = this.now();
    try {
      if (session !== null) {
        this.appendAudit(
          open,
          this.draft(session.actor, 'sign-out', 'session', 'desk.lock', { reason: `by-${why}` }),
        );
      }
    } catch (cause) {
      // The log cannot be written: the session ends all the same, and the journal has or gets a note of the log's state.
      this.noteAuditFailure(cause instanceof AuditFailure ? cause.reason : 'not-writable');
    }
    try {
      open.close(nowMs, 'lock');
    } catch (cause) {
      this.options.reportBug(cause);
    }
    if (session?.keys != null) forgetKeys(session.keys);
    this.options.emit({ type: 'locked', why });
  }

  /** Ends a session that was idle or open for too long, or whose window document has gone. */
  async endSessionIfOver(windowId?: string): Promise<void> {
    const { session } = this;
    if (session === null) return;
    const nowMs = this.now();
    if (nowMs >= session.lastActiveMs + sessionIdleMs) this.lock('idle');
    else if (nowMs >= session.startedAtMs + sessionLongestMs) this.lock('time');
    else if (windowId !== undefined && windowId !== session.windowId) this.lock('user');
  }

  /** The user did something: the idle time starts anew. */
  touchSession(): void {
    if (this.session !== null) this.session.lastActiveMs = this.now();
  }

  /** Writes one audit row in a transaction of its own. Throws `AuditFailure`. */
  appendAudit(open: OpenSchool, draft: AuditDraft): void {
    runUnit(open, this.now(), { run: () => ({ ok: true, value: null }), audit: () => draft });
  }

  /** A draft for what concerns the desk itself and no person's record. */
  draft(
    actor: Actor | AuditDraft['actor'] | null,
    action: AuditDraft['action'],
    record: string,
    procedure: string,
    facts: Partial<Pick<AuditDraft, 'outcome' | 'reason' | 'subjects' | 'count'>> & {
      recordId?: string;
    } = {},
  ): AuditDraft {
    const { recordId, ...others } = facts;
    return {
      actor: { user: actor?.user ?? null, role: actor?.role ?? null, method: actor?.method ?? 'none' },
      action,
      record: { type: record, id: recordId ?? null },
      subjects: [],
      count: 0,
      scope: 'none',
      procedure,
      outcome: 'ok',
      request: this.newRequestId(),
      ...others,
    };
  }

  /** Counts a call against its limit. In the store while one is open, so that a restart does not forget it. */
  countCall(name: string, limit: RateLimit | undefined): Result<void, ErrorOf<'limit-tripped'>> {
    if (limit === undefined) return ok(undefined);
    const nowMs = this.now();
    const windowStartMs = nowMs - (nowMs % limit.perMs);
    const key = limit.per === 'user' && this.session !== null ? `${name} ${this.session.actor.user}` : name;
    const count =
      this.open === null
        ? this.#countLocked(key, windowStartMs)
        : this.#countInStore(this.open, key, windowStartMs);
    return count > limit.max
      ? err({ type: 'limit-tripped', retryAtMs: windowStartMs + limit.perMs })
      : ok(undefined);
  }

  /** Notes what happened while no store is open. Without a readable keychain there is nowhere to note it. */
  noteInJournal(
    entry: Pick<JournalEntry, 'kind' | 'code'> & { login?: string },
  ): Result<void, KeychainError> {
    if (this.#chosen === null) return ok(undefined);
    const locked = this.lockedSchool();
    return locked.ok ? locked.value.journal.append({ at: this.now(), ...entry }) : ok(undefined);
  }

  /** The audit log refused: the journal notes it, once until it works again. */
  noteAuditFailure(reason: 'disk-full' | 'not-writable'): void {
    if (this.#auditFailure === reason) return;
    this.#auditFailure = reason;
    this.noteInJournal({ kind: 'audit-unavailable', code: reason });
  }

  reportBug(cause: unknown): string {
    return this.options.reportBug(cause);
  }

  /** How passwords are judged and stretched on this computer. */
  async passwordPolicy(): Promise<PasswordPolicy> {
    return { cost: await this.options.cost(), isCommon: this.options.isCommonPassword };
  }

  /**
   * Moves the open store to a new desk master key sealed to `members`, as a reset or a removal asks for. Afterwards
   * copies of the old header open nothing. The store stays open.
   */
  async rotateMasterKey(members: VaultMembers): Promise<Result<void, RotationError>> {
    const { open } = this;
    assert(open !== null, 'a rotation needs the open store');
    const keychain = this.keychain();
    if (!keychain.ok) return keychain;
    const next = await prepareRotation(open.vault, members, this.options.random);
    // Making the keys took time: the user may have locked the desk meanwhile. The rotation stays due.
    if (this.open !== open) return err({ type: 'keychain-unavailable' });
    const nowMs = this.now();
    open.signHeadIfDue(nowMs, 'close');
    const { size, root } = open.auditLog.head(open.unitParts.db);
    const rotated = rotateStore({
      profile: open.profile,
      connection: open.connection,
      keychain: keychain.value,
      oldMasterKey: open.masterKey,
      next,
      audit: { auditSize: size, auditRoot: Buffer.from(root).toString('hex') },
    });
    if (!rotated.ok) return rotated;
    open.connection.close();
    const reopened = openSchool({
      profile: open.profile,
      vault: next.body,
      masterKey: next.masterKey,
      keychain: keychain.value,
      random: this.options.random,
      now: this.options.now,
      anchor: 'check',
    });
    assert(reopened.ok, 'a verified new generation opens');
    this.open = reopened.value;
    this.sync.start();
    wipe(open.masterKey);
    removeLocalState(reopened.value.unitParts.db, 'rotation-due');
    const removed = removeOtherGenerations(open.profile, keychain.value);
    return removed.ok ? ok(undefined) : removed;
  }

  /** Runs work that changes the vault after all such work that was begun before it. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#lastTurn.then(work, work);
    this.#lastTurn = turn;
    return turn;
  }

  /** The account of the signed-in user, or of another. */
  accountOf(open: OpenSchool, user: UserId): typeof account.$inferSelect | undefined {
    return open.unitParts.db.select().from(account).where(eq(account.id, user)).get();
  }

  /** Called every few seconds: ends sessions that are over and signs the audit head when 60 s have passed. */
  async tick(): Promise<void> {
    await this.endSessionIfOver();
    this.open?.signHeadIfDue(this.now());
    this.sync.tick();
  }

  #countLocked(key: string, windowStartMs: number): number {
    const before = this.#lockedCounters.get(key);
    const count = before?.windowStartMs === windowStartMs ? before.count + 1 : 1;
    this.#lockedCounters.set(key, { windowStartMs, count });
    return count;
  }

  #countInStore(open: OpenSchool, name: string, windowStartMs: number): number {
    const { db } = open.unitParts;
    try {
      db.delete(limitCounter)
        .where(and(eq(limitCounter.name, name), sql`${limitCounter.windowStartMs} < ${windowStartMs}`))
        .run();
      db.insert(limitCounter)
        .values({ name, windowStartMs, count: 1 })
        .onConflictDoUpdate({
          target: [limitCounter.name, limitCounter.windowStartMs],
          set: { count: sql`${limitCounter.count} + 1` },
        })
        .run();
    } catch (cause) {
      throw new AuditFailure(cause);
    }
    return (
      db
        .select({ count: limitCounter.count })
        .from(limitCounter)
        .where(and(eq(limitCounter.name, name), eq(limitCounter.windowStartMs, windowStartMs)))
        .get()?.count ?? 0
    );
  }

  /** Takes what happened while the store was closed into its audit log; what is wrong with the journal is an alarm. */
  #absorbJournal(open: OpenSchool, journal: Journal): void {
    const read = journal.readAndVerify();
    if (!read.ok) {
      // What it holds cannot be taken in now and stays where it is; that it could not be read is on the log.
      this.appendAudit(
        open,
        this.draft(null, 'alarm', 'journal', 'desk.journal', {
          reason: 'journal-unreadable',
          outcome: 'error',
        }),
      );
      return;
    }
    const { entries, findings } = read.value;
    if (entries.length === 0 && findings.length === 0) return;
    const { db } = open.unitParts;
    open.transaction.begin();
    try {
      for (const entry of entries) {
        const draft = this.draft(null, journalActions[entry.kind], 'session', 'desk.journal', {
          outcome: entry.kind === 'alarm' ? 'error' : `refused:${toCode(entry.code)}`,
        });
        open.auditLog.append(db, draft, entry.at);
      }
      for (const finding of findings) {
        open.auditLog.append(
          db,
          this.draft(null, 'alarm', 'journal', 'desk.journal', { reason: finding, outcome: 'error' }),
          this.now(),
        );
      }
      if (findings.length > 0) {
        writeLocalNumber(
          db,
          'journal-problems',
          (readLocalNumber(db, 'journal-problems') ?? 0) + findings.length,
        );
      }
      open.transaction.commit();
    } catch (cause) {
      open.transaction.rollback();
      throw new AuditFailure(cause);
    }
    journal.clearUpTo(entries.at(-1)?.seq ?? 0);
  }
}

const journalActions = {
  'sign-in-failed': 'sign-in',
  'sign-in-locked': 'sign-in',
  'limit-tripped': 'limit-tripped',
  refuse: 'refuse',
  'audit-unavailable': 'alarm',
  alarm: 'alarm',
} as const satisfies Record<JournalEntry['kind'], AuditDraft['action']>;

function toCode(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .slice(0, 40);
}

/** Keeps the anchor of the open store, where its keychain can be reached. */
export function keepAnchorOf(desk: Desk, open: OpenSchool): Result<void, KeychainError> {
  const keychain = desk.keychain();
  return keychain.ok ? keepAnchor(open, keychain.value) : keychain;
}

/** A new random id. */
export function newId<Kind extends string>(random: Random) {
  return bytesToId<Kind>(random(16));
}
