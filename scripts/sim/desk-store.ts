import { toHex, utf8 } from '../../domain/audit/bytes.ts';
import { logOrigin, type LogName, type NoteKey } from '../../domain/audit/checkpoint.ts';
import type { SyncAlarmKind } from '../../domain/sync/alarm.ts';
import { assert } from '../../domain/result.ts';
import {
  applyOperation,
  type OperationStamp,
  type RecordField,
  type Waiting,
} from '../../domain/sync/apply.ts';
import type { SealedBatch } from '../../domain/sync/batch.ts';
import type {
  BatchLimits,
  BlobPlace,
  DeskStore,
  KnownBatch,
  OutgoingChange,
  Position,
  StalledBatch,
  WaitingOperation,
  Writer,
} from '../../domain/sync/desk-round.ts';
import { basesOf } from '../../domain/sync/merge.ts';
import { plainOperation, type PlainOperation } from '../../domain/sync/part.ts';
import { hlcAfterReceiving, isSameVersion, nextHlc, type Version } from '../../domain/sync/version.ts';
import type { HeadsReply, MembershipRecord, Receipt } from '../../domain/sync/wire.ts';
import { SimAuditLog } from './audit-log.ts';
import { sha256, type KeyPair } from './cheap-crypto.ts';
import { Disk, type DiskTable, type Snapshot } from './disk.ts';
import type { Flaws } from './flaws.ts';
import {
  factToRecord,
  membersAfter,
  noMembers,
  recordToFact,
  type Members,
  type SignedFact,
} from './members.ts';

/** What a desk's store tells the world that watches it. */
export interface Watcher {
  alarm(desk: string, kind: SyncAlarmKind, about: string | null, number: number | null): void;
  purged(desk: string, subject: string, isHeld: boolean): void;
}

export interface DeskSetup {
  readonly desk: string;
  readonly channel: string;
  readonly keys: KeyPair;
  readonly auditKeys: KeyPair;
  readonly schoolSecret: Uint8Array;
  readonly witness: NoteKey;
  readonly verify: (publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array) => boolean;
  /** UTC milliseconds by this computer's clock. */
  readonly now: () => number;
  /** The subject of a record, by table and key. */
  readonly subjectOf: (table: string, key: string) => string;
  readonly watcher: Watcher;
  readonly flaws: Flaws;
  /** Tables and fields of the later version of the application are known from 2 on. */
  readonly appVersion: () => number;
}

interface StoredChange {
  readonly incarnation: number;
  readonly seq: number;
  readonly parts: readonly { readonly subject: string | null; readonly text: string }[];
}

interface KeptBatch extends KnownBatch {
  readonly batch: SealedBatch;
  readonly subjects: readonly (string | null)[];
  readonly receipt: Receipt | null;
}

interface WriterHead {
  readonly writer: Writer;
  readonly batch: number;
  readonly hash: string;
  readonly lastSeq: number;
}

export interface Fact {
  readonly table: string;
  readonly subject: string;
  readonly row: Readonly<Record<string, unknown>>;
  readonly version: Version;
}

interface StoredRecord {
  readonly table: string;
  readonly key: string;
  readonly subject: string;
  readonly fields: Readonly<Record<string, RecordField>>;
}

interface HeldOperation extends WaitingOperation {
  readonly reason: Waiting['reason'];
  readonly subject: string | null;
}

/** So few that there are many batches. */
const changesInBatch = 3;

/** One desk's store in memory, on a disk that can lose its power. */
/** The purges among changes, as parts. */
function purgesAmong(changes: readonly StoredChange[]): StoredChange['parts'] {
  return changes.flatMap(({ parts }) => parts.filter(({ text }) => text.includes('"op":"purge"')));
}

export class SimDeskStore implements DeskStore {
  readonly channel: string;
  readonly disk: Disk;
  readonly setup: DeskSetup;
  readonly audit: SimAuditLog;
  readonly records: DiskTable<StoredRecord>;
  readonly facts: DiskTable<Fact>;
  readonly holds: DiskTable<{ readonly subject: string; readonly isOpen: boolean }>;
  readonly ledger: DiskTable<true>;
  /** Every version of a field that has been written here, whatever became of it: what the desk knew. */
  readonly known: DiskTable<readonly string[]>;
  readonly #position: DiskTable<Position>;
  readonly #counters: DiskTable<number>;
  readonly #changes: DiskTable<StoredChange>;
  readonly #batches: DiskTable<KeptBatch>;
  readonly #writers: DiskTable<WriterHead>;
  readonly #chains: DiskTable<string>;
  readonly #stalled: DiskTable<StalledBatch>;
  readonly #waiting: DiskTable<HeldOperation>;
  readonly #missing: DiskTable<BlobPlace>;
  readonly #purgedTags: DiskTable<true>;
  readonly #tagsToSend: DiskTable<true>;
  readonly #parked: DiskTable<true>;
  readonly #quarantine: DiskTable<true>;
  readonly #alarms: DiskTable<true>;
  readonly #settled: DiskTable<MembershipRecord>;
  readonly #members: DiskTable<Members>;
  readonly #pending: DiskTable<SignedFact>;
  readonly #resealed: DiskTable<true>;
  #outboxIsDurable: (() => void)[] = [];

  constructor(setup: DeskSetup) {
    this.setup = setup;
    this.channel = setup.channel;
    const { flaws } = setup;
    this.disk = new Disk({
      isTorn: flaws.has('apply-without-transaction'),
      apart: flaws.has('cursor-apart') ? ['position'] : [],
    });
    const { disk } = this;
    this.records = disk.table('records');
    this.facts = disk.table('facts');
    this.holds = disk.table('holds');
    this.ledger = disk.table('ledger');
    this.known = disk.table('known');
    this.#position = disk.table('position');
    this.#counters = disk.table('counters');
    this.#changes = disk.table('changes');
    this.#batches = disk.table('batches');
    this.#writers = disk.table('writers');
    this.#chains = disk.table('chains');
    this.#stalled = disk.table('stalled');
    this.#waiting = disk.table('waiting');
    this.#missing = disk.table('missing');
    this.#purgedTags = disk.table('purged-tags');
    this.#tagsToSend = disk.table('tags-to-send');
    this.#parked = disk.table('parked');
    this.#quarantine = disk.table('quarantine');
    this.#alarms = disk.table('alarms');
    this.#settled = disk.table('settled');
    this.#members = disk.table('members');
    this.#pending = disk.table('pending');
    this.#resealed = disk.table('resealed');
    this.audit = new SimAuditLog(disk, setup.verify, setup.auditKeys);
  }

  get self(): Writer {
    return { desk: this.setup.desk, incarnation: this.#counter('incarnation') };
  }

  get log(): LogName {
    return { school: this.channel, ...this.self };
  }

  transaction<T>(run: () => T): T {
    return this.disk.transaction(run);
  }

  alarm(kind: SyncAlarmKind, desk: string | null, number: number | null): void {
    const key = `${kind} ${desk} ${number}`;
    if (this.#alarms.has(key)) return;
    this.#alarms.set(key, true);
    this.appendAudit('alarm');
    this.setup.watcher.alarm(this.setup.desk, kind, desk, number);
  }

  // What a person does.

  /** Writes a change of one's own, as one command: applied, and kept to be sent. Gives its version. */
  write(
    aggregate: string,
    operations: readonly PlainOperation[],
    onStamp: (version: Version) => void,
  ): Version {
    return this.transaction(() => {
      const hlc = nextHlc(this.hlc, this.setup.now());
      this.#counters.set('hlc', hlc);
      const seq = this.#counter('seq') + 1;
      this.#counters.set('seq', seq);
      const { desk, incarnation } = this.self;
      const version: Version = [hlc, desk, incarnation, seq];
      const seen = this.position()?.seq ?? 0;
      onStamp(version);
      const bySubject = new Map<string | null, [number, PlainOperation][]>();
      for (const [index, operation] of operations.entries()) {
        for (const [subject, part] of this.#partsOf(operation)) {
          bySubject.set(subject, [...(bySubject.get(subject) ?? []), [index, part]]);
        }
      }
      const parts = Array.from(bySubject, ([subject, part]) => ({
        subject,
        text: JSON.stringify({
          incarnation,
          seq,
          hlc,
          by: null,
          seen,
          aggregate: [aggregate, desk],
          operations: part,
        }),
      }));
      this.#changes.set(`${incarnation} ${seq}`, { incarnation, seq, parts });
      for (const [index, operation] of operations.entries()) {
        const waiting = applyOperation(this, operation, { version, by: null, seen, seq: seen, index });
        assert(waiting === undefined, "a desk's own operation never waits");
      }
      this.appendAudit('update');
      return version;
    });
  }

  /** A change that no version of the application can read: a bug in a later one, or a damaged disk. */
  writeUnreadable(subject: string): void {
    this.transaction(() => {
      const seq = this.#counter('seq') + 1;
      this.#counters.set('seq', seq);
      const { incarnation } = this.self;
      this.#changes.set(`${incarnation} ${seq}`, { incarnation, seq, parts: [{ subject, text: '{"seq":' }] });
    });
  }

  /** Adds a fact to the membership log, to be settled by the server. */
  proposeMember(body: SignedFact): void {
    this.transaction(() => {
      const number = this.#counter('pending') + 1;
      this.#counters.set('pending', number);
      this.#pending.set(String(number), body);
    });
  }

  /** A store that has just been made, or enrolled. */
  initialize(incarnation: number): void {
    this.transaction(() => {
      this.#counters.set('incarnation', incarnation);
      this.audit.append(
        this.log,
        { action: 'create', record: { type: 'store', id: null }, outcome: 'ok' },
        0,
      );
    });
  }

  /** Puts a backup in place of the store, as a new incarnation with an audit log that names the old one's head (SECURITY §6.10). */
  restore(snapshot: Snapshot, incarnation: number, announcement: SignedFact): void {
    this.crash();
    this.transaction(() => {
      this.disk.putBack(snapshot);
      this.#counters.set('incarnation', incarnation);
      this.#counters.set('seq', 0);
      this.#alarms.clear();
      const number = this.#counter('pending') + 1;
      this.#counters.set('pending', number);
      this.#pending.set(String(number), announcement);
      this.#position.clear();
      this.#chains.clear();
      for (const { batch } of this.stalled()) this.unstall(batch.header, batch.header.batch);
      this.audit.startAnew(this.log, this.setup.now());
    });
  }

  /** The power goes: only what is durable comes back. */
  crash(): void {
    this.disk.crash();
    this.#outboxIsDurable = [];
  }

  appendAudit(action: 'update' | 'alarm' | 'restore'): void {
    this.audit.append(
      this.log,
      { action, record: { type: 'sync', id: null }, outcome: 'ok' },
      this.setup.now(),
    );
  }

  get hlc(): number {
    return this.#counter('hlc');
  }

  // Records.

  knowsTable(table: string): boolean {
    return table !== 'bus' || this.setup.appVersion() >= 2;
  }

  knowsField(_table: string, field: string): boolean {
    return field !== 'later' || this.setup.appVersion() >= 2;
  }

  canDelete(): boolean {
    return true;
  }

  canPurge(): boolean {
    return true;
  }

  attempt(run: () => void): boolean {
    run();
    return true;
  }

  isParentMissing(operation: Extract<PlainOperation, { op: 'put' | 'add' }>): boolean {
    if (operation.op === 'put') {
      if (operation.table === 'student') return false;
      return !this.records.has(`student ${this.setup.subjectOf(operation.table, operation.key)}`);
    }
    return operation.rows.some((row) => !this.records.has(`student ${String(row['student'])}`));
  }

  /** A fact of that change waits for its parent, which went with a desk that was lost. */
  isFactWaiting(version: Version): boolean {
    return Array.from(this.#waiting.values()).some(
      ({ operation, stamp }) =>
        isSameVersion(stamp.version, version) && plainOperation.safeParse(operation).data?.op === 'add',
    );
  }

  isWaiting(table: string, key: string): boolean {
    for (const { reason, operation } of this.#waiting.values()) {
      if (reason !== 'parent') continue;
      const parsed = plainOperation.parse(operation);
      if ((parsed.op === 'put' || parsed.op === 'delete') && parsed.table === table && parsed.key === key)
        return true;
    }
    return false;
  }

  readFields(
    table: string,
    key: string,
    names: readonly string[] | 'all',
  ): Readonly<Record<string, RecordField>> {
    const fields = this.records.get(`${table} ${key}`)?.fields ?? {};
    if (names === 'all') return fields;
    return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)));
  }

  writeFields(
    table: string,
    key: string,
    fields: Readonly<Record<string, RecordField>>,
    stamp: OperationStamp,
  ): void {
    const id = `${table} ${key}`;
    const before = this.records.get(id);
    const subject = this.setup.subjectOf(table, key);
    this.records.set(id, { table, key, subject, fields: { ...before?.fields, ...fields } });
    const name = stamp.version.join(' ');
    for (const field of Object.keys(fields)) {
      const versions = this.known.get(`${id} ${field}`) ?? [];
      if (!versions.includes(name)) this.known.set(`${id} ${field}`, [...versions, name]);
    }
  }

  addFacts(operation: Extract<PlainOperation, { op: 'add' }>, stamp: OperationStamp): void {
    for (const row of operation.rows) {
      const subject = String(row['student']);
      const id = `${stamp.version.join(' ')} ${stamp.index} ${subject}`;
      if (this.facts.has(id)) continue;
      this.facts.set(id, {
        table: operation.table,
        subject,
        row: { ...operation.shared, ...row },
        version: stamp.version,
      });
    }
  }

  isReceived(version: Version): boolean {
    const [, desk, incarnation, seq] = version;
    if (seq > this.sealedTo({ desk, incarnation })) return false;
    for (const { writer, batch } of this.unexplainedMissing()) {
      const first = this.#batches.get(`${nameOf(writer)} ${batch}`)?.batch.header.firstSeq ?? 0;
      if (writer.desk === desk && writer.incarnation === incarnation && first <= seq) return false;
    }
    for (const { stamp } of this.#waiting.values()) {
      if (stamp.version[1] === desk && stamp.version[2] === incarnation && stamp.version[3] <= seq)
        return false;
    }
    return true;
  }

  isPurged(subject: string): boolean {
    return !this.setup.flaws.has('skip-purge-ledger') && this.ledger.has(subject);
  }

  purge(subject: string): void {
    const isHeld = [...this.holds.values()].some((hold) => hold.subject === subject && hold.isOpen);
    this.setup.watcher.purged(this.setup.desk, subject, isHeld);
    this.ledger.set(subject, true);
    this.#parked.delete(subject);
    for (const [id, record] of this.records.entries())
      if (record.subject === subject) this.records.delete(id);
    for (const [id, fact] of this.facts.entries()) if (fact.subject === subject) this.facts.delete(id);
    for (const [id, waiting] of this.#waiting.entries())
      if (waiting.subject === subject) this.#waiting.delete(id);
    for (const [id, change] of this.#changes.entries()) {
      if (change.parts.some((part) => part.subject === subject)) {
        this.#changes.set(id, { ...change, parts: change.parts.filter((part) => part.subject !== subject) });
      }
    }
    for (const [id, kept] of this.#batches.entries()) {
      if (!kept.subjects.includes(subject)) continue;
      for (const [index, { tag }] of kept.batch.header.blobs.entries()) {
        if (kept.subjects[index] === subject && !this.#purgedTags.has(tag)) this.#tagsToSend.set(tag, true);
      }
      const blobs = kept.batch.blobs.map((blob, index) => (kept.subjects[index] === subject ? null : blob));
      this.#batches.set(id, { ...kept, batch: { ...kept.batch, blobs } });
    }
  }

  setHold(id: string, subject: string, isOpen: boolean): void {
    // A hold that has been closed is not opened by what comes late.
    if (this.holds.get(id)?.isOpen === false) return;
    this.holds.set(id, { subject, isOpen });
  }

  isHeld(subject: string): boolean {
    if (this.setup.flaws.has('ignore-holds')) return false;
    return [...this.holds.values()].some((hold) => hold.subject === subject && hold.isOpen);
  }

  parkPurge(subject: string): void {
    this.#parked.set(subject, true);
  }

  isPurgeParked(subject: string): boolean {
    return this.#parked.has(subject);
  }

  // Batches.

  position(): Position | null {
    return this.#position.get('') ?? null;
  }

  setPosition(position: Position): void {
    this.#position.set('', position);
    if (position.seq > 0) this.#chains.set(String(position.seq), position.chain);
  }

  forgetServer(): void {
    this.#chains.clear();
    for (const { batch } of this.stalled()) this.unstall(batch.header, batch.header.batch);
    for (const [id, kept] of this.#batches.entries()) {
      if (kept.seq !== null) this.#batches.set(id, { ...kept, seq: null, chain: null });
    }
    for (const [tag] of this.#purgedTags.entries()) this.#tagsToSend.set(tag, true);
  }

  takeUnsent(limits: BatchLimits): readonly OutgoingChange[] {
    const after = this.sealedTo(this.self);
    const unsent = this.#changesOf(this.self).filter(({ seq }) => seq > after);
    const taken = unsent.slice(0, Math.min(limits.changes, changesInBatch));
    const last = taken.at(-1);
    if (last === undefined) return [];
    return [
      ...taken.slice(0, -1),
      { ...last, parts: [...last.parts, ...purgesAmong(unsent.slice(taken.length))] },
    ];
  }

  takeLeftovers(limits: BatchLimits): readonly OutgoingChange[] {
    return this.#leftovers().slice(0, Math.min(limits.changes, changesInBatch));
  }

  clearLeftovers(changes: readonly OutgoingChange[]): void {
    for (const { incarnation, seq } of changes) this.#resealed.set(`${incarnation} ${seq}`, true);
  }

  #leftovers(): StoredChange[] {
    const { desk, incarnation } = this.self;
    return [...this.#changes.values()]
      .filter((change) => {
        const isEarlier = change.incarnation !== incarnation;
        const isUnsent = change.seq > this.sealedTo({ desk, incarnation: change.incarnation });
        return isEarlier && isUnsent && !this.#resealed.has(`${change.incarnation} ${change.seq}`);
      })
      .toSorted((a, b) => a.incarnation - b.incarnation || a.seq - b.seq);
  }

  sealedTo(writer: Writer): number {
    return this.#writers.get(nameOf(writer))?.lastSeq ?? 0;
  }

  waiting(): number {
    const { desk } = this.self;
    const after = this.sealedTo(this.self);
    let count = this.#leftovers().length + this.#changesOf(this.self).filter(({ seq }) => seq > after).length;
    for (const { seq, batch } of this.#batches.values()) {
      if (seq === null && batch.header.desk === desk)
        count += batch.header.lastSeq - batch.header.firstSeq + 1;
    }
    return count;
  }

  purgeTagsToSend(): readonly string[] {
    return Array.from(this.#tagsToSend.entries(), ([tag]) => tag).toSorted();
  }

  clearPurgeTags(tags: readonly string[]): void {
    for (const tag of tags) {
      this.#tagsToSend.delete(tag);
      this.#purgedTags.set(tag, true);
    }
  }

  lastBatch(writer: Writer): { readonly batch: number; readonly hash: string } | undefined {
    return this.#writers.get(nameOf(writer));
  }

  findBatch(writer: Writer, batch: number): KnownBatch | undefined {
    return this.#batches.get(`${nameOf(writer)} ${batch}`);
  }

  keepBatch(
    batch: SealedBatch,
    kept: {
      readonly hash: string;
      readonly seq: number | null;
      readonly chain: string | null;
      readonly subjects: readonly (string | null)[];
    },
  ): void {
    const { desk, incarnation, batch: number, lastSeq } = batch.header;
    const writer = { desk, incarnation };
    this.#batches.set(`${nameOf(writer)} ${number}`, { batch, receipt: null, ...kept });
    this.#writers.set(nameOf(writer), { writer, batch: number, hash: kept.hash, lastSeq });
    if (kept.seq === null && this.setup.flaws.has('outbox-in-memory')) {
      this.#outboxIsDurable.push(this.disk.holdBack());
    }
  }

  numberBatch(
    writer: Writer,
    batch: number,
    {
      seq,
      chain,
      receipt,
    }: { readonly seq: number; readonly chain: string; readonly receipt: Receipt | null },
  ): void {
    for (const makeDurable of this.#outboxIsDurable) makeDurable();
    this.#outboxIsDurable = [];
    const id = `${nameOf(writer)} ${batch}`;
    const kept = this.#batches.get(id);
    assert(kept !== undefined, 'a batch that is numbered is kept');
    this.#batches.set(id, { ...kept, seq, chain, receipt: receipt ?? kept.receipt });
  }

  batchesToOffer(known: HeadsReply['desks'], maxBytes: number): readonly SealedBatch[] {
    const offered: SealedBatch[] = [];
    let bytes = 0;
    const writers = [...this.#writers.values()].toSorted(
      (a, b) => this.#offerOrder(a.writer) - this.#offerOrder(b.writer),
    );
    for (const { writer, batch: last } of writers) {
      const atServer = known.find(
        (one) => one.desk === writer.desk && one.incarnation === writer.incarnation,
      );
      for (let number = (atServer?.batch ?? 0) + 1; number <= last; number += 1) {
        const kept = this.#batches.get(`${nameOf(writer)} ${number}`);
        assert(kept !== undefined, 'every batch up to the last is kept');
        bytes +=
          kept.batch.headerBytes.length +
          kept.batch.blobs.reduce((sum, blob) => sum + (blob?.length ?? 0), 0);
        if (bytes > maxBytes && offered.length > 0) return offered;
        offered.push(kept.batch);
        // Few at a time, so that there is something to lose between them.
        if (offered.length === 4) return offered;
      }
    }
    return offered;
  }

  chainAt(seq: number): string | undefined {
    return this.#chains.get(String(seq));
  }

  stall(stalled: StalledBatch): void {
    this.#stalled.set(stalledName(stalled), stalled);
  }

  stalled(): readonly StalledBatch[] {
    return [...this.#stalled.values()].toSorted(
      (a, b) =>
        compareText(nameOf(a.batch.header), nameOf(b.batch.header)) ||
        a.batch.header.batch - b.batch.header.batch,
    );
  }

  unstall(writer: Writer, batch: number): void {
    this.#stalled.delete(`${nameOf(writer)} ${batch}`);
  }

  holdOperation({ reason, operation }: Waiting, stamp: OperationStamp, from: BlobPlace): void {
    const id = this.#counter('waiting') + 1;
    this.#counters.set('waiting', id);
    const kept = this.#batches.get(`${nameOf(from.writer)} ${from.batch}`);
    const index = kept?.batch.header.blobs.findIndex(({ tag }) => tag === from.tag) ?? -1;
    this.#waiting.set(String(id), { id, operation, stamp, reason, subject: kept?.subjects[index] ?? null });
  }

  waitingOperations(): readonly WaitingOperation[] {
    return [...this.#waiting.values()].toSorted((a, b) => a.id - b.id);
  }

  releaseOperation(id: number): void {
    this.#waiting.delete(String(id));
  }

  quarantineBlob(writer: Writer, batch: number, tag: string): void {
    this.#quarantine.set(`${nameOf(writer)} ${batch} ${tag}`, true);
  }

  noteMissing(writer: Writer, batch: number, tag: string): void {
    this.#missing.set(tag, { writer: { desk: writer.desk, incarnation: writer.incarnation }, batch, tag });
  }

  unexplainedMissing(): readonly BlobPlace[] {
    return Array.from(this.#missing.entries())
      .filter(([tag]) => !this.#purgedTags.has(tag))
      .map(([, place]) => place);
  }

  fillMissing({ writer, batch, tag }: BlobPlace, bytes: Uint8Array, subject: string | null): void {
    const id = `${nameOf(writer)} ${batch}`;
    const kept = this.#batches.get(id);
    assert(kept !== undefined, 'a missing part belongs to a kept batch');
    const place = kept.batch.header.blobs.findIndex((blob) => blob.tag === tag);
    const blobs = kept.batch.blobs.map((blob, index) => (index === place ? bytes : blob));
    const subjects = kept.subjects.map((one, index) => (index === place ? subject : one));
    this.#batches.set(id, { ...kept, batch: { ...kept.batch, blobs }, subjects });
    this.#missing.delete(tag);
  }

  notePurgedTags(tags: readonly string[]): void {
    for (const tag of tags) this.#purgedTags.set(tag, true);
  }

  dropBlob(writer: Writer, batch: number, tag: string, _subject: string): void {
    const id = `${nameOf(writer)} ${batch}`;
    const kept = this.#batches.get(id);
    assert(kept !== undefined, 'a dropped blob lies in a kept batch');
    const blobs = kept.batch.blobs.map((blob, index) =>
      kept.batch.header.blobs[index]?.tag === tag ? null : blob,
    );
    this.#batches.set(id, { ...kept, batch: { ...kept.batch, blobs } });
    this.#tagsToSend.set(tag, true);
  }

  observeTime(hlc: number, receiptAtMs: number): void {
    const next = this.setup.flaws.has('any-clock-advances')
      ? Math.max(this.hlc, hlc)
      : hlcAfterReceiving(this.hlc, hlc, receiptAtMs);
    if (next !== this.hlc) this.#counters.set('hlc', next);
  }

  // Membership.

  get members(): Members {
    return this.#members.get('') ?? noMembers;
  }

  sealingEpoch(): { readonly epoch: number; readonly key: Uint8Array } {
    const { epochs } = this.members;
    const key = epochs.at(-1);
    assert(key !== undefined, 'a desk that seals has a group key');
    return { epoch: epochs.length - 1, key };
  }

  groupKeys(epoch: number): readonly Uint8Array[] {
    const { epochs } = this.members;
    const key = epochs[epoch];
    return key === undefined ? [] : [key, ...epochs.filter((other) => other !== key)];
  }

  deskKey(desk: string): string | undefined {
    return this.members.keys.get(desk);
  }

  membershipHead(): { readonly size: number; readonly hash: string } {
    const { size, hash } = this.members;
    return { size, hash };
  }

  settledMembership(from: number): readonly MembershipRecord[] {
    return [...this.#settled.values()].filter(({ seq }) => seq >= from).toSorted((a, b) => a.seq - b.seq);
  }

  pendingMembership(): readonly MembershipRecord[] {
    let { size, hash } = this.members;
    return this.#pendingInOrder().map(([, body]) => {
      const record = factToRecord(body, size, hash);
      ({ hash } = record);
      size += 1;
      return record;
    });
  }

  replaceMembership(records: readonly MembershipRecord[]): boolean {
    const before = this.settledMembership(0);
    this.#settled.clear();
    this.#members.set('', noMembers);
    if (!this.takeMembership(records)) {
      this.#settled.clear();
      this.#members.set('', noMembers);
      assert(this.takeMembership(before), 'what was settled here holds');
      return false;
    }
    for (const record of before) {
      const body = recordToFact(this.setup.schoolSecret, record);
      if (body === undefined || this.members.names.has(body.name)) continue;
      const number = this.#counter('pending') + 1;
      this.#counters.set('pending', number);
      this.#pending.set(String(number), body);
    }
    return true;
  }

  takeMembership(records: readonly MembershipRecord[]): boolean {
    let next = this.members;
    for (const record of records) {
      const body = recordToFact(this.setup.schoolSecret, record);
      if (body === undefined || record.seq !== next.size || record.prev !== next.hash) return false;
      next = membersAfter(next, record, body);
    }
    for (const record of records) this.#settled.set(String(record.seq), record);
    this.#members.set('', next);
    for (const [id, body] of this.#pendingInOrder()) if (next.names.has(body.name)) this.#pending.delete(id);
    return true;
  }

  settleMembership(size: number): void {
    const settled = this.pendingMembership().slice(0, size - this.members.size);
    assert(this.takeMembership(settled), 'what was made here holds');
  }

  get pendingCount(): number {
    return this.#pending.size;
  }

  // The audit log and its witness.

  witnessRequest(witnessedSize: number): { readonly request: string; readonly size: number } | undefined {
    return this.audit.submission(this.log, witnessedSize);
  }

  auditOrigin(): string {
    return logOrigin(this.log);
  }

  auditSize(): number {
    return this.audit.size;
  }

  keepCountersignature(size: number, line: string): boolean {
    return this.audit.keep(this.log, size, line, this.setup.witness);
  }

  // What the world asks at the end.

  /** The hash of all that desks with the same changes have in common. */
  stateHash(): string {
    const lines: string[] = [];
    for (const [id, { fields }] of this.records.entries()) {
      for (const [field, { heads }] of Object.entries(fields)) {
        if (heads.length > 0) lines.push(`${id} ${field} ${JSON.stringify(heads.map(headText))}`);
      }
    }
    for (const [id, fact] of this.facts.entries()) lines.push(`${id} ${JSON.stringify(fact.row)}`);
    for (const [subject] of this.ledger.entries()) lines.push(`purged ${subject}`);
    for (const [id, { isOpen }] of this.holds.entries()) lines.push(`hold ${id} ${isOpen}`);
    return toHex(sha256(utf8(lines.toSorted(compareText).join('\n'))));
  }

  /** Records that operations wait for. */
  *awaitedParents(): Generator<string> {
    for (const { operation, stamp: _stamp } of this.#waiting.values()) {
      const parsed = plainOperation.safeParse(operation);
      if (!parsed.success) continue;
      const { data } = parsed;
      if (data.op === 'put') yield `student ${this.setup.subjectOf(data.table, data.key)}`;
      else if (data.op === 'add') for (const row of data.rows) yield `student ${String(row['student'])}`;
    }
  }

  /** How many changes, batches and operations stand between this desk and rest. */
  unsettled(isHeldForGood: boolean): string {
    const counts = {
      waiting: this.waiting(),
      stalled: this.#stalled.size,
      held: isHeldForGood ? 0 : this.#waiting.size,
      tags: this.#tagsToSend.size,
      pending: this.#pending.size,
      parked: this.#parked.size,
    };
    return Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  }

  /** Every text in which a purged subject's values could still lie. */
  *texts(): Generator<string> {
    for (const record of this.records.values()) yield JSON.stringify(record);
    for (const fact of this.facts.values()) yield JSON.stringify(fact);
    for (const change of this.#changes.values()) yield JSON.stringify(change);
    for (const { operation } of this.#waiting.values()) yield JSON.stringify(operation);
    for (const { batch } of [...this.#batches.values(), ...this.#stalled.values()]) {
      for (const blob of batch.blobs) if (blob !== null) yield latin1(blob);
    }
  }

  /** The number of the batch that holds one of this desk's changes. */
  batchOf([, desk, incarnation, seq]: Version): number | undefined {
    for (const { batch } of this.#batches.values()) {
      const { header } = batch;
      if (header.desk !== desk || header.incarnation !== incarnation) continue;
      if (header.firstSeq <= seq && seq <= header.lastSeq) return header.batch;
    }
    return undefined;
  }

  get quarantined(): number {
    return this.#quarantine.size;
  }

  /** The versions that a write of these fields supersedes: all that are shown. */
  bases(table: string, key: string, names: readonly string[] | 'all'): Record<string, Version[]> {
    if (this.setup.flaws.has('drop-bases')) return {};
    return Object.fromEntries(
      Object.entries(this.readFields(table, key, names))
        .filter(([, field]) => field.heads.length > 0)
        .map(([name, field]) => [name, basesOf(field)]),
    );
  }

  #partsOf(operation: PlainOperation): [string | null, PlainOperation][] {
    switch (operation.op) {
      case 'put':
      case 'delete':
        return [[this.setup.subjectOf(operation.table, operation.key), operation]];
      case 'add':
        return operation.rows.map((row) => [String(row['student']), { ...operation, rows: [row] }]);
      case 'purge':
      case 'hold':
        return [[null, operation]];
    }
  }

  #changesOf({ desk, incarnation }: Writer): StoredChange[] {
    if (desk !== this.setup.desk) return [];
    return [...this.#changes.values()]
      .filter((change) => change.incarnation === incarnation)
      .toSorted((a, b) => a.seq - b.seq);
  }

  #offerOrder({ desk }: Writer): number {
    return desk === this.setup.desk ? 0 : 1;
  }

  #pendingInOrder(): [string, SignedFact][] {
    return [...this.#pending.entries()].toSorted(([a], [b]) => Number(a) - Number(b));
  }

  #counter(name: string): number {
    return this.#counters.get(name) ?? 0;
  }
}

function nameOf({ desk, incarnation }: Writer): string {
  return `${desk} ${incarnation}`;
}

function stalledName({ batch: { header } }: StalledBatch): string {
  return `${nameOf(header)} ${header.batch}`;
}

function headText({ version, value }: { readonly version: Version; readonly value: unknown }): unknown {
  return [version, typeof value === 'symbol' ? 'deleted' : [value]];
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
