import { toHex } from '../../domain/audit/bytes.ts';
import type { SyncAlarmKind } from '../../domain/sync/alarm.ts';
import { assert } from '../../domain/result.ts';
import type { BatchHeader } from '../../domain/sync/batch.ts';
import {
  paused,
  type Position,
  syncRound,
  type RoundOutcome,
  type SyncReply,
  type SyncRequest,
  type SyncRound,
} from '../../domain/sync/desk-round.ts';
import { isDeleted } from '../../domain/sync/merge.ts';
import type { PlainOperation } from '../../domain/sync/part.ts';
import { hlcToMs, longestLeadMs, type Version } from '../../domain/sync/version.ts';
import { createCheapCrypto, type KeyPair } from './cheap-crypto.ts';
import { SimDeskStore } from './desk-store.ts';
import { PowerCut, type Snapshot } from './disk.ts';
import type { Flaws } from './flaws.ts';
import { lieKinds, type Lie, tellLie } from './lies.ts';
import { factToRecord, membersAfter, noMembers, signFact, type MemberFact } from './members.ts';
import { differenceFrom, Oracle } from './oracle.ts';
import { createRandom, type Random } from './random.ts';
import { SimServer } from './server.ts';

/** What is counted of a run. */
export const countNames = [
  'desks',
  'events',
  'changes',
  'batches',
  'rounds',
  'conflicts',
  'deskCrashes',
  'serverCrashes',
  'deskRestores',
  'serverRestores',
  'purges',
  'holds',
  'deletes',
  'facts',
  'joined',
  'retired',
  'stolen',
  'epochs',
  'upgrades',
  'quarantined',
  'lost',
  'duplicated',
  'casLost',
  'lies',
  'alarms',
  'checks',
] as const;

/** What happened in a run, in numbers. */
export type Counts = Record<(typeof countNames)[number], number>;

/** Nothing has happened. */
export function noCounts(): Counts {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fromEntries forgets the names
  return Object.fromEntries(countNames.map((name) => [name, 0])) as Counts;
}

export interface RunResult {
  readonly failure: string | undefined;
  readonly counts: Counts;
  readonly events: readonly string[];
}

export interface RunOptions {
  readonly seed: number;
  readonly desks: number | undefined;
  readonly flaws: Flaws;
  readonly onEvent?: (line: string) => void;
}

/** An invariant does not hold. */
class Violation extends Error {}

interface Desk {
  readonly name: string;
  readonly id: string;
  readonly store: SimDeskStore;
  readonly keys: KeyPair;
  readonly auditKeys: KeyPair;
  state: 'active' | 'retired' | 'stolen';
  appVersion: number;
  skewMs: number;
  /** The furthest that this computer's own clock has ever been, UTC milliseconds. */
  furthestMs: number;
  offlineUntil: number;
  incarnation: number;
  round: SyncRound | undefined;
  /** The request that the round waits for. */
  asked: number;
  backups: { readonly snapshot: Snapshot; readonly step: number; readonly incarnation: number }[];
  readonly alarms: Set<SyncAlarmKind>;
}

interface Message {
  readonly id: number;
  readonly desk: Desk;
  readonly request: SyncRequest;
  /** Undefined while it is on its way to the server. */
  readonly reply?: SyncReply;
  readonly lie?: Lie;
}

interface MadeChange {
  readonly desk: Desk;
  readonly version: Version;
  readonly step: number;
  readonly subjects: ReadonlySet<string>;
  /** Facts that it added. */
  readonly facts: readonly string[];
  /** `field` and id of its writes. */
  readonly writes: readonly string[];
}

const minute = 60_000;
const day = 24 * 60 * minute;
const year = 365 * day;
const fieldNames = ['phone', 'note', 'later'] as const;

/** Kinds of trouble; each run has some of them, so that quiet ones and wild ones both come up. */
const troubles = [
  'loss',
  'duplication',
  'desk-crash',
  'server-crash',
  'desk-restore',
  'server-restore',
  'skew',
  'purge',
  'hold',
  'ending',
  'joining',
  'poison',
  'upgrade',
  'lies',
  'offline',
  'epoch',
] as const;
type Trouble = (typeof troubles)[number];

/** Runs a school of a few desks and a server from a seed, heals the network, and holds the end against the invariants. */
export async function runWorld(options: RunOptions): Promise<RunResult> {
  const world = new World(options);
  let failure: string | undefined;
  try {
    await world.run();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    failure = error instanceof Violation ? error.message : (error.stack ?? error.message);
  }
  return { failure, counts: world.counts, events: world.events };
}

class World {
  readonly counts = noCounts();
  readonly events: string[] = [];
  readonly #random: Random;
  readonly #flaws: Flaws;
  readonly #onEvent: ((line: string) => void) | undefined;
  readonly #crypto: ReturnType<typeof createCheapCrypto>;
  readonly #troubles = new Set<Trouble>();
  readonly #channel: string;
  readonly #schoolSecret: Uint8Array;
  readonly #server: SimServer;
  readonly #serverKeys: KeyPair;
  readonly #desks: Desk[] = [];
  readonly #witnessKeys: KeyPair;
  readonly #oracle = new Oracle();
  readonly #made = new Map<string, MadeChange>();
  readonly #subjects: string[] = [];
  readonly #subjectByRecord = new Map<string, string>();
  readonly #openHolds: { readonly id: string; readonly subject: string }[] = [];
  readonly #deskRestores: { readonly desk: Desk; readonly from: number; readonly to: number }[] = [];
  readonly #serverRestores: { readonly from: number; readonly to: number }[] = [];
  readonly #receipts = new Map<string, number>();
  readonly #expected: {
    readonly position?: Position;
    readonly desk: Desk;
    readonly what: string;
    readonly kinds: readonly SyncAlarmKind[];
  }[] = [];
  /** Alarms for which something that happened is a cause, whoever raises them. */
  readonly #excused = new Set<SyncAlarmKind>();
  #serverBackups: { readonly snapshot: Snapshot; readonly step: number }[] = [];
  #messages: Message[] = [];
  #now = Date.UTC(2026, 0, 5, 8);
  #step = 0;
  #nextMessage = 1;
  #nextValue = 1;
  #isHealed = false;

  constructor({ seed, desks, flaws, onEvent }: RunOptions) {
    this.#random = createRandom(seed);
    const random = this.#random;
    this.#flaws = flaws;
    this.#onEvent = onEvent;
    this.#crypto = createCheapCrypto(random);
    for (const trouble of troubles) if (random.chance(0.45)) this.#troubles.add(trouble);
    this.#channel = random.id();
    this.#schoolSecret = random.bytes(32);
    this.#witnessKeys = this.#crypto.keyPair();
    this.#serverKeys = this.#crypto.keyPair();
    this.#server = new SimServer({
      server: random.id(),
      channel: this.#channel,
      keys: this.#serverKeys,
      witness: this.#witness(),
      crypto: this.#crypto,
      now: () => this.#now,
      isSentAsBytes: () => random.chance(0.1),
      flaws,
    });
    const count = desks ?? random.pick([2, 2, 3, 3, 4, 5, 6]);
    for (let i = 0; i < count; i += 1) this.#addDesk();
  }

  async run(): Promise<void> {
    await this.#found();
    const steps = this.#random.between(60, 320);
    for (this.#step = 1; this.#step <= steps; this.#step += 1) await this.#act();
    await this.#heal();
    await this.#check();
  }

  #witness() {
    return { name: 'witness.example', publicKey: this.#witnessKeys.publicKey, sign: this.#witnessKeys.sign };
  }

  #addDesk(): Desk {
    const random = this.#random;
    const id = random.id();
    const keys = this.#crypto.keyPair();
    const auditKeys = this.#crypto.keyPair();
    const store = new SimDeskStore({
      desk: id,
      channel: this.#channel,
      keys,
      auditKeys,
      schoolSecret: this.#schoolSecret,
      witness: this.#witness(),
      verify: (...given) => this.#crypto.verify(...given),
      now: () => this.#clockOf(desk),
      subjectOf: (table, key) => this.#subjectOf(table, key),
      watcher: {
        alarm: (_desk, kind, about, number) => {
          this.#alarm(desk, kind, about, number);
        },
        purged: (_desk, subject, isHeld) => {
          if (isHeld) throw new Violation(`${desk.name} purges ${short(subject)} under an open hold`);
        },
      },
      flaws: this.#flaws,
      appVersion: () => desk.appVersion,
    });
    const desk: Desk = {
      name: `desk ${String.fromCodePoint(65 + this.#desks.length)}`,
      id,
      store,
      keys,
      auditKeys,
      state: 'active',
      appVersion: this.#troubles.has('upgrade') && random.chance(0.5) ? 1 : 2,
      skewMs: this.#skew(),
      furthestMs: 0,
      offlineUntil: 0,
      incarnation: 0,
      round: undefined,
      asked: 0,
      backups: [],
      alarms: new Set(),
    };
    this.#desks.push(desk);
    this.counts.desks += 1;
    store.initialize(0);
    return desk;
  }

  async #found(): Promise<void> {
    let members = noMembers;
    const facts: MemberFact[] = [
      { kind: 'epoch', key: toHex(this.#random.bytes(32)) },
      ...this.#desks.map((desk) => this.#deskFact(desk)),
    ];
    const records = facts.map((fact) => {
      const body = signFact(this.#schoolSecret, this.#random.id(), fact);
      const record = factToRecord(body, members.size, members.hash);
      members = membersAfter(members, record, body);
      return record;
    });
    await this.#server.found(records);
    for (const { store } of this.#desks) {
      assert(
        store.transaction(() => store.takeMembership(records)),
        'the founding records hold',
      );
    }
    this.#serverBackups.push({ snapshot: this.#server.disk.snapshot(), step: 0 });
  }

  #deskFact({ id, keys, auditKeys, incarnation }: Desk): MemberFact {
    return {
      kind: 'desk',
      desk: id,
      signingKey: keys.publicHex,
      auditKey: auditKeys.publicHex,
      incarnation,
    };
  }

  #skew(): number {
    const random = this.#random;
    if (!this.#troubles.has('skew') || random.chance(0.3)) return random.between(-2, 2) * minute;
    return random.pick([random.between(-year, year), year, -year, random.between(-2, 2) * 60 * minute]);
  }

  #clockOf(desk: Desk): number {
    const clock = this.#now + desk.skewMs;
    desk.furthestMs = Math.max(desk.furthestMs, clock);
    return clock;
  }

  #subjectOf(table: string, key: string): string {
    return this.#subjectByRecord.get(`${table} ${key}`) ?? key;
  }

  // What happens.

  async #act(): Promise<void> {
    const random = this.#random;
    this.counts.events += 1;
    this.#now += random.chance(0.02) ? random.between(1, 40) * day : random.between(0, 15) * minute;
    if (this.#flaws.has('acknowledge-before-fsync') && random.chance(0.15)) this.#server.disk.flush();
    const has = (trouble: Trouble, weight: number): number => (this.#troubles.has(trouble) ? weight : 0);
    const inFlight = this.#messages.length > 0 ? 1 : 0;
    const actions: readonly [number, () => void | Promise<void>][] = [
      [inFlight * 40, () => this.#deliver()],
      [12, () => this.#startRound()],
      [9, () => this.#edit()],
      [2, () => this.#newStudent()],
      [2, () => this.#newDependant()],
      [4, () => this.#mark()],
      [1, () => this.#deleteRecord()],
      [has('loss', inFlight * 3), () => this.#lose()],
      [has('duplication', inFlight * 3), () => this.#duplicate()],
      [has('desk-crash', 1.5), () => this.#crashDesk(random.pick(this.#desks), 'switched off')],
      [has('server-crash', 1.5), () => this.#crashServer()],
      [1, () => this.#backUpDesk()],
      [1, () => this.#backUpServer()],
      [has('desk-restore', 0.7), () => this.#restoreDesk()],
      [has('server-restore', 0.5), () => this.#restoreServer()],
      [has('skew', 0.5), () => this.#setClock()],
      [has('purge', 1), () => this.#purge()],
      [has('hold', 1), () => this.#hold()],
      [has('hold', 1), () => this.#closeHold()],
      [has('ending', 0.3), () => this.#retire()],
      [has('ending', 0.2), () => this.#steal()],
      [has('joining', 0.3), () => this.#join()],
      [has('poison', 0.6), () => this.#poison()],
      [has('upgrade', 0.4), () => this.#upgrade()],
      [has('offline', 1), () => this.#goOffline()],
      [has('epoch', 0.6), () => this.#newEpoch()],
    ];
    const total = actions.reduce((sum, [weight]) => sum + weight, 0);
    let point = random.next() * total;
    for (const [weight, run] of actions) {
      point -= weight;
      if (point >= 0) continue;
      await run();
      return;
    }
  }

  #active(): Desk[] {
    return this.#desks.filter(({ state }) => state === 'active');
  }

  /** A desk at which somebody can work: it is one of the school's and has read the log. */
  #worker(): Desk | undefined {
    const workers = this.#active().filter(({ store }) => store.members.size > 0);
    return workers.length === 0 ? undefined : this.#random.pick(workers);
  }

  /** Does something at a desk, with the power going in the middle now and then. */
  #at<T>(desk: Desk, run: () => T): T | undefined {
    const random = this.#random;
    const { disk } = desk.store;
    if (!this.#isHealed && this.#troubles.has('desk-crash') && random.chance(0.03)) {
      disk.writesToPowerCut = random.between(1, 25);
    }
    try {
      const result = run();
      disk.writesToPowerCut = undefined;
      return result;
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      this.#crashDesk(desk, 'power cut');
      return undefined;
    }
  }

  #write(desk: Desk, aggregate: string, operations: readonly PlainOperation[]): void {
    this.#at(desk, () => {
      const { store } = desk;
      const writes: [string, string, ReadonlySet<string>][] = [];
      const facts: string[] = [];
      const subjects = new Set<string>();
      const version = store.write(aggregate, operations, (stamp) => {
        const id = stamp.join(' ');
        for (const [index, operation] of operations.entries()) {
          if (operation.op === 'put' || operation.op === 'delete') {
            const record = `${operation.table} ${operation.key}`;
            subjects.add(this.#subjectOf(operation.table, operation.key));
            const values = operation.op === 'put' ? operation.fields : undefined;
            for (const field of Object.keys(values ?? operation.over ?? {})) {
              const knew = new Set(store.known.get(`${record} ${field}`));
              writes.push([
                `${record} ${field}`,
                values === undefined ? 'deleted' : `=${String(values[field])}`,
                knew,
              ]);
            }
          }
          if (operation.op === 'add') {
            for (const row of operation.rows) {
              facts.push(`${id} ${index} ${String(row['student'])}`);
              subjects.add(String(row['student']));
            }
          }
        }
      });
      const id = version.join(' ');
      for (const [field, value, knew] of writes) this.#oracle.add(field, { id, value, knew });
      this.#made.set(id, {
        desk,
        version,
        step: this.#step,
        subjects,
        facts,
        writes: writes.map(([field]) => field),
      });
      this.counts.changes += 1;
      this.#say(`${desk.name} writes ${shortVersion(version)}: ${operations.map(operationText).join('; ')}`);
      this.#checkClock(desk);
    });
  }

  #value(subject: string): string {
    const random = this.#random;
    const value = random.chance(0.25) ? random.between(1, 2) : (this.#nextValue += 1);
    return `<${subject}:${value}>`;
  }

  #visible(desk: Desk, table?: string) {
    return [...desk.store.records.values()].filter(
      (record) =>
        (table === undefined || record.table === table) &&
        desk.store.knowsTable(record.table) &&
        !desk.store.isWaiting(record.table, record.key) &&
        !isDeleted(Object.values(record.fields)),
    );
  }

  #edit(): void {
    const desk = this.#worker();
    if (desk === undefined) return;
    const records = this.#visible(desk);
    if (records.length === 0) return this.#newStudent();
    const { table, key, subject } = this.#random.pick(records);
    const names = fieldNames.filter((name) => desk.store.knowsField(table, name) && this.#random.chance(0.5));
    if (names.length === 0) return;
    const fields = Object.fromEntries(names.map((name) => [name, this.#value(subject)]));
    const over = desk.store.bases(table, key, names);
    this.#write(desk, table, [{ op: 'put', table, key, fields, over }]);
  }

  #newStudent(): void {
    const desk = this.#worker();
    if (desk === undefined || this.#subjects.length > 8) return;
    const key = this.#random.id();
    this.#subjects.push(key);
    this.#write(desk, 'student', [{ op: 'put', table: 'student', key, fields: { phone: this.#value(key) } }]);
  }

  #newDependant(): void {
    const desk = this.#worker();
    if (desk === undefined) return;
    const table = desk.appVersion >= 2 && this.#random.chance(0.4) ? 'bus' : 'guardian';
    const students = this.#visible(desk, 'student');
    if (students.length === 0) return;
    const { subject } = this.#random.pick(students);
    const key = this.#random.id();
    this.#subjectByRecord.set(`${table} ${key}`, subject);
    this.#write(desk, table, [{ op: 'put', table, key, fields: { phone: this.#value(subject) } }]);
  }

  #mark(): void {
    const desk = this.#worker();
    if (desk === undefined) return;
    const students = this.#visible(desk, 'student').filter(() => this.#random.chance(0.5));
    if (students.length === 0) return;
    const rows = students.map(({ subject }) => ({ student: subject, code: this.#value(subject) }));
    this.counts.facts += rows.length;
    this.#write(desk, 'register', [{ op: 'add', table: 'mark', shared: { day: 'today' }, rows }]);
  }

  #deleteRecord(): void {
    const desk = this.#worker();
    if (desk === undefined) return;
    const records = this.#visible(desk).filter(
      ({ table }) => table !== 'student' || this.#random.chance(0.3),
    );
    if (records.length === 0) return;
    const { table, key } = this.#random.pick(records);
    // The flaw drops bases of writes; a deletion without them would delete nothing at all.
    const over = Object.fromEntries(
      Object.entries(desk.store.readFields(table, key, 'all'))
        .filter(([, field]) => field.heads.length > 0)
        .map(([name, field]) => [name, field.heads.map(({ version }) => version)]),
    );
    this.counts.deletes += 1;
    this.#write(desk, table, [{ op: 'delete', table, key, over }]);
  }

  #purge(): void {
    const desk = this.#worker();
    if (desk === undefined) return;
    const { store } = desk;
    const subjects = this.#subjects.filter(
      (subject) =>
        store.records.has(`student ${subject}`) && !store.isHeld(subject) && !store.ledger.has(subject),
    );
    if (subjects.length < 2) return;
    this.counts.purges += 1;
    this.#excused.add('part-missing');
    this.#write(desk, 'purge', [{ op: 'purge', subject: this.#random.pick(subjects) }]);
  }

  #hold(): void {
    const desk = this.#worker();
    if (desk === undefined) return;
    const subjects = this.#subjects.filter((subject) => desk.store.records.has(`student ${subject}`));
    if (subjects.length === 0) return;
    const hold = { id: this.#random.id(), subject: this.#random.pick(subjects) };
    this.#openHolds.push(hold);
    this.counts.holds += 1;
    this.#write(desk, 'hold', [{ op: 'hold', ...hold, isOpen: true }]);
  }

  #closeHold(): void {
    const desk = this.#worker();
    if (desk === undefined) return;
    const open = [...desk.store.holds.entries()].filter(([, hold]) => hold.isOpen);
    if (open.length === 0) return;
    const [id, { subject }] = this.#random.pick(open);
    this.#write(desk, 'hold', [{ op: 'hold', id, subject, isOpen: false }]);
  }

  #poison(): void {
    const desk = this.#worker();
    if (desk === undefined) return;
    this.#excused.add('part-unreadable');
    this.counts.quarantined += 1;
    this.#at(desk, () => {
      desk.store.writeUnreadable(this.#random.id());
      this.#say(`${desk.name} writes what nobody can read`);
    });
  }

  #setClock(): void {
    const desk = this.#random.pick(this.#desks);
    desk.skewMs = this.#skew();
    this.#excused.add('clock-skew');
    this.#say(`${desk.name} has its clock set to ${Math.round(desk.skewMs / minute)} minutes from the truth`);
  }

  #upgrade(): void {
    const old = this.#active().filter(({ appVersion }) => appVersion < 2);
    if (old.length === 0) return;
    const desk = this.#random.pick(old);
    desk.appVersion = 2;
    this.counts.upgrades += 1;
    this.#dropRound(desk);
    this.#say(`${desk.name} is upgraded`);
  }

  #goOffline(): void {
    const desk = this.#random.pick(this.#desks);
    desk.offlineUntil = this.#step + this.#random.between(20, 200);
    this.#dropRound(desk);
    this.#say(`${desk.name} goes offline`);
  }

  #propose(desk: Desk, fact: MemberFact): void {
    const body = signFact(this.#schoolSecret, this.#random.id(), fact);
    this.#at(desk, () => {
      desk.store.proposeMember(body);
      this.#say(`${desk.name} proposes ${fact.kind}`);
    });
  }

  #newEpoch(): void {
    const desk = this.#worker();
    if (desk === undefined) return;
    this.counts.epochs += 1;
    this.#propose(desk, { kind: 'epoch', key: toHex(this.#random.bytes(32)) });
  }

  async #retire(): Promise<void> {
    const desk = this.#worker();
    const others = this.#active().filter((one) => one !== desk && one.store.members.size > 0);
    if (desk === undefined || others.length < 2) return;
    for (let i = 0; i < 2; i += 1) await this.#wholeRound(desk);
    if (desk.store.waiting() > 0 || desk.store.pendingCount > 0) return;
    desk.state = 'retired';
    this.counts.retired += 1;
    this.#dropRound(desk);
    this.#say(`${desk.name} is retired`);
    this.#end(desk, this.#random.pick(others), 'retired');
  }

  #steal(): void {
    const desk = this.#random.pick(this.#active());
    const others = this.#active().filter((one) => one !== desk && one.store.members.size > 0);
    if (others.length < 2) return;
    desk.state = 'stolen';
    this.counts.stolen += 1;
    this.#say(`${desk.name} is stolen`);
    this.#end(desk, this.#random.pick(others), 'stolen');
  }

  #end(desk: Desk, by: Desk, how: 'retired' | 'stolen'): void {
    this.#propose(by, { kind: 'desk-ended', desk: desk.id, how });
    this.#propose(by, { kind: 'epoch', key: toHex(this.#random.bytes(32)) });
    this.counts.epochs += 1;
  }

  #join(): void {
    const by = this.#worker();
    if (by === undefined || this.#desks.length >= 7) return;
    const desk = this.#addDesk();
    this.counts.joined += 1;
    this.#say(`${desk.name} joins`);
    this.#propose(by, this.#deskFact(desk));
  }

  #backUpDesk(): void {
    const desk = this.#random.pick(this.#active());
    desk.backups.push({
      snapshot: desk.store.disk.snapshot(),
      step: this.#step,
      incarnation: desk.incarnation,
    });
    this.#say(`${desk.name} is backed up`);
  }

  #backUpServer(): void {
    if (this.#flaws.has('acknowledge-before-fsync')) this.#server.disk.flush();
    this.#serverBackups.push({ snapshot: this.#server.disk.snapshot(), step: this.#step });
    this.#say('the server is backed up');
  }

  #restoreDesk(): void {
    const desks = this.#active().filter(({ backups }) => backups.length > 0);
    if (desks.length === 0) return;
    const desk = this.#random.pick(desks);
    const backup = this.#random.pick(desk.backups);
    this.#dropRound(desk);
    desk.incarnation += 1;
    const body = signFact(this.#schoolSecret, this.#random.id(), this.#deskFact(desk));
    desk.store.restore(backup.snapshot, desk.incarnation, body);
    this.#deskRestores.push({ desk, from: backup.step, to: this.#step });
    this.#forgetExpectations(desk);
    this.counts.deskRestores += 1;
    this.#say(
      `${desk.name} is restored from its backup of step ${backup.step}, incarnation ${desk.incarnation}`,
    );
  }

  async #restoreServer(): Promise<void> {
    const backup = this.#random.pick(this.#serverBackups);
    const isSaid = this.#random.chance(0.5);
    this.#dropAllRounds();
    this.#server.restore(backup.snapshot, isSaid);
    this.#serverBackups = this.#serverBackups.filter(({ step }) => step <= backup.step);
    this.#serverRestores.push({ from: backup.step, to: this.#step });
    this.#excused.add('server-went-back').add('server-forked');
    this.counts.serverRestores += 1;
    this.#say(
      `the server is restored from its backup of step ${backup.step}, ${isSaid ? 'and says so' : 'silently'}`,
    );
    const seq = await this.#server.seq();
    for (const desk of this.#active()) {
      const position = desk.store.position();
      if (position === null || position.seq <= seq) continue;
      this.#expected.push({
        desk,
        what: 'a server that went back',
        position,
        kinds: ['server-went-back', 'server-forked'],
      });
    }
    // Who runs the server lets the desk that has read the most of the membership log come first (operating.md).
    const size = await this.#server.membershipSize();
    for (const desk of this.#active().toSorted((a, b) => b.store.members.size - a.store.members.size)) {
      if (desk.store.members.size <= size) return;
      const outcome = await this.#wholeRound(desk);
      if (outcome.type !== 'refused') return;
    }
  }

  #forgetExpectations(desk: Desk): void {
    for (const [index, expectation] of [...this.#expected.entries()].toReversed()) {
      const isNoticed = expectation.kinds.some((kind) => desk.alarms.has(kind));
      if (expectation.desk === desk && !isNoticed) this.#expected.splice(index, 1);
    }
  }

  #crashDesk(desk: Desk, how: string): void {
    this.#dropRound(desk);
    desk.store.crash();
    this.counts.deskCrashes += 1;
    this.#say(`${desk.name}: ${how}`);
  }

  #crashServer(): void {
    this.#dropAllRounds();
    this.#server.disk.crash();
    this.counts.serverCrashes += 1;
    this.#say('the server is switched off and on');
  }

  #dropRound(desk: Desk): void {
    // A lie in a round that was broken off may not have been looked at yet.
    if (desk.round !== undefined) this.#forgetExpectations(desk);
    desk.round = undefined;
    desk.asked = 0;
  }

  /** Connections end; what was on its way to the server may still be there. */
  #dropAllRounds(): void {
    for (const desk of this.#desks) this.#dropRound(desk);
    this.#messages = [];
  }

  // Rounds and the network.

  #newRound(desk: Desk): SyncRound {
    this.counts.rounds += 1;
    const { store } = desk;
    return syncRound(store, {
      crypto: this.#crypto,
      sign: desk.keys.sign,
      server: { id: this.#server.setup.server, signingKey: this.#serverKeys.publicHex },
      now: () => this.#clockOf(desk),
      onProgress: () => undefined,
      onSkew: () => undefined,
    });
  }

  #startRound(): void {
    const desks = this.#desks.filter(
      ({ state, offlineUntil }) => state !== 'retired' && offlineUntil <= this.#step,
    );
    if (desks.length === 0) return;
    const desk = this.#random.pick(desks);
    if (desk.state === 'stolen' && this.#random.chance(0.8)) return;
    this.#dropRound(desk);
    desk.round = this.#newRound(desk);
    this.#say(`${desk.name} begins a round`);
    this.#advance(desk, paused);
  }

  /** Gives a round an answer, and sends what it asks next. */
  #advance(desk: Desk, reply: SyncReply): boolean {
    const { round } = desk;
    if (round === undefined) return false;
    const next = this.#at(desk, () => round.next(reply));
    this.#checkClock(desk);
    if (next === undefined) return false;
    if (next.done === true) {
      this.#say(`${desk.name} ends its round: ${outcomeText(next.value)}`);
      desk.round = undefined;
      this.#dropRound(desk);
      return true;
    }
    const request = next.value;
    if (request.ask === 'pause' && this.#random.chance(0.6)) return this.#advance(desk, paused);
    desk.asked = this.#nextMessage += 1;
    this.#messages.push({ id: desk.asked, desk, request });
    return true;
  }

  async #deliver(): Promise<void> {
    const index = this.#random.below(this.#messages.length);
    const [message] = this.#messages.splice(index, 1);
    assert(message !== undefined, 'a message to deliver');
    const { desk, request, id } = message;
    if (request.ask === 'pause') {
      if (desk.asked === id) this.#advance(desk, paused);
      return;
    }
    if (message.reply !== undefined) {
      if (desk.asked !== id) return;
      this.#say(`${desk.name} gets its answer to ${request.ask}`);
      this.#noteReceipts(desk, message.reply);
      const isTaken = this.#advance(desk, message.reply);
      if (message.lie !== undefined && isTaken) this.#liedTo(desk, message.lie);
      return;
    }
    const reply = await this.#ask(desk, request);
    if (reply === undefined) return;
    const lie =
      this.#troubles.has('lies') && this.#random.chance(0.08) ? this.#random.pick(lieKinds) : undefined;
    const isNew = (header: BatchHeader): boolean => desk.store.findBatch(header, header.batch) === undefined;
    const told = lie === undefined ? undefined : tellLie(lie, reply, this.#random, isNew);
    this.#messages.push({
      id,
      desk,
      request,
      reply: told ?? reply,
      ...(told !== undefined && lie !== undefined && { lie }),
    });
  }

  async #ask(desk: Desk, request: SyncRequest): Promise<SyncReply | undefined> {
    const random = this.#random;
    if (!this.#isHealed && this.#troubles.has('server-crash') && random.chance(0.02)) {
      this.#server.disk.writesToPowerCut = random.between(1, 8);
    }
    try {
      const before = await this.#server.seq();
      const reply = await this.#server.answer(desk.id, request);
      this.#server.disk.writesToPowerCut = undefined;
      this.counts.batches += (await this.#server.seq()) - before;
      if ('outcome' in reply && reply.outcome === 'not-next') this.counts.casLost += 1;
      this.#say(`the server answers ${desk.name} on ${requestText(request)}: ${replyText(reply)}`);
      return reply;
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      this.#crashServer();
      return undefined;
    }
  }

  /** What a desk returns for another may lack parts that never came to it: only the author's own receipt counts. */
  #noteReceipts(desk: Desk, reply: SyncReply): void {
    if (!('receipts' in reply)) return;
    for (const { body } of reply.receipts) {
      if (body.desk !== desk.id) continue;
      const id = `${body.desk} ${body.incarnation} ${body.batch}`;
      this.#receipts.set(id, this.#step);
    }
  }

  #lose(): void {
    const index = this.#random.below(this.#messages.length);
    const [message] = this.#messages.splice(index, 1);
    if (message === undefined || message.request.ask === 'pause') return;
    if (message.desk.asked === message.id) this.#dropRound(message.desk);
    this.counts.lost += 1;
    this.#say(
      `${message.desk.name}: ${message.reply === undefined ? 'question' : 'answer'} ${message.request.ask} is lost`,
    );
  }

  #duplicate(): void {
    const message = this.#random.pick(this.#messages);
    if (message.request.ask === 'pause') return;
    this.#messages.push(message);
    this.counts.duplicated += 1;
    this.#say(`${message.desk.name}: ${message.request.ask} is doubled`);
  }

  #liedTo(desk: Desk, lie: Lie): void {
    this.counts.lies += 1;
    this.#say(`the server lied to ${desk.name}: ${lie.what}`);
    this.#expected.push({ desk, what: lie.what, kinds: lie.alarms });
  }

  /** A round from beginning to end with nothing in its way. */
  async #wholeRound(desk: Desk): Promise<RoundOutcome> {
    this.#dropRound(desk);
    const round = this.#newRound(desk);
    let next = round.next(paused);
    while (next.done !== true) {
      const request = next.value;
      if (request.ask === 'pause') {
        next = round.next(paused);
        continue;
      }
      const reply = await this.#ask(desk, request);
      if (reply === undefined) return { type: 'refused', refusal: { code: 'internal' } };
      this.#noteReceipts(desk, reply);
      next = round.next(reply);
    }
    this.#checkClock(desk);
    this.#say(`${desk.name} made a whole round: ${outcomeText(next.value)}`);
    return next.value;
  }

  // The end.

  async #heal(): Promise<void> {
    this.#say('the network heals');
    this.#isHealed = true;
    this.#dropAllRounds();
    this.#server.disk.writesToPowerCut = undefined;
    for (const desk of this.#active()) desk.appVersion = 2;
    for (let pass = 0; pass < 14; pass += 1) {
      this.#step += 1;
      this.#now += 5 * minute;
      let isQuiet = true;
      for (const desk of this.#active()) {
        const outcome = await this.#wholeRound(desk);
        if (outcome.type !== 'done' || outcome.sent > 0 || outcome.received > 0) isQuiet = false;
      }
      this.#mendMembership();
      this.#closeAllHolds();
      if (isQuiet && this.#active().every(({ store }) => this.#isSettled(store))) return;
    }
    const rest = this.#active().map(
      ({ name, store }) =>
        `${name}: ${store.unsettled(this.#isHeldForGood(store)) || 'quiet'}, state ${store.stateHash().slice(0, 6)}`,
    );
    throw new Violation(`does not settle: ${rest.join('; ')}`);
  }

  #isSettled(store: SimDeskStore): boolean {
    const [first] = this.#active();
    return (
      store.unsettled(this.#isHeldForGood(store)) === '' &&
      (first === undefined || first.store.stateHash() === store.stateHash())
    );
  }

  /** What waits for a record that no living desk has waits for good: it went with a desk that was lost. */
  #isHeldForGood(store: SimDeskStore): boolean {
    const living = this.#active();
    return [...store.awaitedParents()].every((parent) =>
      living.every((desk) => !desk.store.records.has(parent)),
    );
  }

  /** What an administrator did is lost with the desk that it was done at: it is done again. */
  #mendMembership(): void {
    const [by] = this.#active().filter(({ store }) => store.members.size > 0);
    if (by === undefined) return;
    const { keys } = by.store.members;
    if (this.#active().some(({ id, store }) => keys.has(id) && store.pendingCount > 0)) return;
    for (const desk of this.#active()) if (!keys.has(desk.id)) this.#propose(by, this.#deskFact(desk));
  }

  #closeAllHolds(): void {
    for (const desk of this.#active()) {
      for (const [id, { subject, isOpen }] of desk.store.holds.entries()) {
        if (isOpen) this.#write(desk, 'hold', [{ op: 'hold', id, subject, isOpen: false }]);
      }
    }
  }

  async #check(): Promise<void> {
    const active = this.#active();
    const [first] = active;
    if (first === undefined) return;
    this.#hold1(
      active.every(({ store }) => store.stateHash() === first.store.stateHash()),
      () => 'desks with the same changes differ',
    );
    this.#checkNothingLost(active);
    this.#checkPurged(active);
    this.#checkHistory(active);
    this.#checkAudit(active);
    for (const { desk, what, kinds, position } of this.#expected) {
      if (desk.state !== 'active') continue;
      // Others had brought back all that the desk had read before it came: there was nothing to notice.
      if (position !== undefined && (await this.#server.chainAt(position.seq)) === position.chain) continue;
      // What was left out once and then given is mended, and no alarm.
      if (kinds.includes('part-missing') && desk.store.unexplainedMissing().length === 0) continue;
      this.#hold1(
        kinds.some((kind) => desk.alarms.has(kind)),
        () => `${desk.name} has not noticed ${what}`,
      );
    }
  }

  #checkNothingLost(active: readonly Desk[]): void {
    const [first] = active;
    assert(first !== undefined, 'a desk is left');
    for (const [id, change] of this.#made) {
      if (!this.#mustBeThere(change)) continue;
      // A desk that was lost between sending what a purge had emptied and the purge itself: the subject is gone as was meant.
      const isPurgedByAuthor = (subject: string): boolean =>
        change.desk.state !== 'active' && change.desk.store.ledger.has(subject);
      for (const { store, name } of active) {
        for (const fact of change.facts) {
          const subject = fact.split(' ').at(-1) ?? '';
          if (isPurgedByAuthor(subject)) continue;
          this.#hold1(
            store.facts.has(fact) || store.ledger.has(subject) || store.isFactWaiting(change.version),
            () => `${name} lacks a fact of ${shortVersion(change.version)}`,
          );
        }
        for (const field of change.writes) {
          const [table = '', key = ''] = field.split(' ');
          if (isPurgedByAuthor(this.#subjectOf(table, key))) continue;
          this.#hold1(
            store.known.get(field)?.includes(id) === true ||
              store.ledger.has(this.#subjectOf(table, key)) ||
              // Its parent went with a desk that was lost: it is kept, and waits.
              store.isWaiting(table, key),
            () => `${name} has not taken in ${field} of ${shortVersion(change.version)}`,
          );
        }
      }
    }
  }

  /** Whether nothing that happened can excuse the loss of a change. */
  #mustBeThere({ desk, version, step }: MadeChange): boolean {
    const isKept =
      desk.state === 'active' &&
      !this.#deskRestores.some((one) => one.desk === desk && one.from < step && step <= one.to);
    if (isKept) return true;
    const batch = desk.store.batchOf(version);
    const receiptAt =
      batch === undefined ? undefined : this.#receipts.get(`${version[1]} ${version[2]} ${batch}`);
    return (
      receiptAt !== undefined &&
      !this.#serverRestores.some(({ from, to }) => from < receiptAt && receiptAt <= to)
    );
  }

  #checkPurged(active: readonly Desk[]): void {
    const [first] = active;
    assert(first !== undefined, 'a desk is left');
    const purged = Array.from(first.store.ledger.entries(), ([subject]) => `<${subject}`);
    for (const mark of purged) {
      for (const { store, name } of active) {
        for (const text of store.texts()) {
          this.#hold1(
            !text.includes(mark),
            () => `${name} still has something of ${short(mark.slice(1))}, who was purged`,
          );
        }
      }
      for (const blob of this.#server.blobs()) {
        const text = Buffer.from(blob).toString('latin1');
        this.#hold1(
          !text.includes(mark),
          () => `the server still has a part of ${short(mark.slice(1))}, who was purged`,
        );
      }
    }
  }

  #checkHistory(active: readonly Desk[]): void {
    const ledger = active[0]?.store.ledger;
    for (const field of this.#oracle.fields()) {
      const [table = '', key = '', name = ''] = field.split(' ');
      if (ledger?.has(this.#subjectOf(table, key)) === true) continue;
      const survived = new Set(active.flatMap(({ store }) => store.known.get(field) ?? []));
      const standing = this.#oracle.standing(field, survived);
      this.#hold1(standing !== undefined, () => `${field} has a write that nobody made`);
      if (standing === undefined) continue;
      if (new Set(standing.map(({ value }) => value)).size > 1) this.counts.conflicts += 1;
      for (const { store, name: desk } of active) {
        const found = store.readFields(table, key, [name])[name] ?? { heads: [], covered: {} };
        const difference = differenceFrom(standing, found);
        this.#hold1(difference === undefined, () => `${desk}, ${field}: ${difference}`);
      }
    }
  }

  #checkAudit(active: readonly Desk[]): void {
    for (const { store, name } of active) {
      const report = store.audit.verifyWhole(store.log, this.#witness());
      this.#hold1(
        report.verdict === 'intact',
        () => `the audit log of ${name}: ${report.verdict}, ${report.finding}`,
      );
      this.#hold1(report.entries > 0, () => `the audit log of ${name} is empty`);
    }
  }

  #checkClock(desk: Desk): void {
    const { hlc } = desk.store;
    const limit = Math.max(desk.furthestMs, this.#now + longestLeadMs) + 1;
    this.#hold1(
      hlcToMs(hlc) <= limit,
      () => `${desk.name}: another's clock has moved its time too far ahead`,
    );
  }

  #alarm(desk: Desk, kind: SyncAlarmKind, about: string | null, number: number | null): void {
    const who = this.#desks.find(({ id }) => id === about);
    this.counts.alarms += 1;
    desk.alarms.add(kind);
    this.#say(`${desk.name} ALARM ${kind} ${who?.name ?? about ?? ''} ${number ?? ''}`);
    if (!this.#hasCause(desk, kind, who)) {
      throw new Violation(`${desk.name} raises ${kind} about ${who?.name ?? 'nobody'} without a cause`);
    }
  }

  #hasCause(desk: Desk, kind: SyncAlarmKind, about: Desk | undefined): boolean {
    if (this.#excused.has(kind)) return true;
    if (kind === 'clock-skew') return Math.abs(desk.skewMs) > 5 * minute || this.#hasLied(desk, kind);
    if (kind === 'desk-clock-ahead') return about !== undefined && about.furthestMs > this.#now - year + day;
    if (kind === 'desk-ended') return desk.state !== 'active';
    return this.#hasLied(desk, kind);
  }

  #hasLied(_desk: Desk, kind: SyncAlarmKind): boolean {
    return (
      this.#troubles.has('lies') &&
      lieKinds.some(({ alarms, also }) => alarms.includes(kind) || also.includes(kind))
    );
  }

  #hold1(holds: boolean, what: () => string): void {
    this.counts.checks += 1;
    if (!holds) throw new Violation(what());
  }

  #say(text: string): void {
    const line = `${String(this.#step).padStart(3)}  ${text}`;
    if (this.#onEvent !== undefined) this.#onEvent(line);
    this.events.push(line);
    if (this.events.length > 60) this.events.shift();
  }
}

function short(id: string): string {
  return id.slice(0, 6);
}

function shortVersion([, desk, incarnation, seq]: Version): string {
  return `${short(desk)}/${incarnation}/${seq}`;
}

function operationText(operation: PlainOperation): string {
  switch (operation.op) {
    case 'put':
      return `put ${operation.table} ${short(operation.key)} ${Object.keys(operation.fields).join('+')}`;
    case 'add':
      return `add ${operation.rows.length} marks`;
    case 'delete':
      return `delete ${operation.table} ${short(operation.key)}`;
    case 'purge':
      return `purge ${short(operation.subject)}`;
    case 'hold':
      return `${operation.isOpen ? 'hold' : 'release'} ${short(operation.subject)}`;
  }
}

function outcomeText(outcome: RoundOutcome): string {
  switch (outcome.type) {
    case 'done':
      return `sent ${outcome.sent}, received ${outcome.received}`;
    case 'refused':
      return `refused, ${outcome.refusal.code}`;
    case 'server-not-genuine':
      return outcome.type;
    case 'stopped':
      return `stopped, ${outcome.alarm}`;
  }
}

function requestText(request: SyncRequest): string {
  switch (request.ask) {
    case 'append':
      return `append ${request.batches.map(({ header }) => `${short(header.desk)}/${header.incarnation}#${header.batch}`).join(' ')}`;
    case 'read':
      return `read after ${request.after}`;
    case 'read-one':
      return `read-one ${short(request.desk)}/${request.incarnation}#${request.batch}`;
    case 'append-membership':
      return `append-membership ${request.records.map(({ seq }) => seq).join(' ')}`;
    case 'membership':
      return `membership from ${request.from}`;
    case 'pause':
    case 'heads':
    case 'witness':
      return request.ask;
  }
}

function replyText(reply: SyncReply): string {
  if ('refusal' in reply) return reply.refusal.code;
  if ('receipts' in reply)
    return `${reply.receipts.length} receipts${reply.refused === null ? '' : `, ${reply.refused.code}`}`;
  if ('items' in reply) {
    return `${reply.items.map(({ seq, batch: { header } }) => `${seq}=${short(header.desk)}/${header.incarnation}#${header.batch}`).join(' ')} of ${reply.head}`;
  }
  if ('outcome' in reply) return reply.outcome;
  if ('desks' in reply) return `seq ${reply.seq}, membership ${reply.membership.size}`;
  return `${reply.records.length} records`;
}
