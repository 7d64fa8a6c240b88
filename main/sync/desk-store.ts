import { forgetRosterState } from '../../db/attendance/roster-state.ts';
import { latestCheckpoint } from '../../db/audit/checkpoints.ts';
import { nextSubmission, witnessedTo, type StoredSubmission } from '../../db/audit/witness.ts';
import { readLocalNumber, writeLocalNumber, writeLocalState } from '../../db/school/local-state.ts';
import { raiseAlarm } from '../../db/sync/alarms.ts';
import { createSealedBatches } from '../../db/sync/batches.ts';
import { createOutgoingChanges } from '../../db/sync/outgoing.ts';
import { createPurges } from '../../db/sync/purges.ts';
import { createSyncedRecords } from '../../db/sync/records.ts';
import { createWaitingOperations } from '../../db/sync/waiting.ts';
import { createWriterNames } from '../../db/sync/writers.ts';
import { submissionToText } from '../../domain/audit/witness.ts';
import { logOrigin } from '../../domain/audit/checkpoint.ts';
import { assert } from '../../domain/result.ts';
import type { SyncAlarmKind } from '../../domain/sync/alarm.ts';
import type { DeskStore } from '../../domain/sync/desk-round.ts';
import { keepCountersignature, knownWitness } from '../audit/witness.ts';
import { sha256 } from '../audit/node-crypto.ts';
import type { OpenSchool } from '../desk/open-school.ts';
import { sqliteCode } from '../gate/run-unit.ts';
import type { MembershipLog } from './membership-store.ts';
import { readPosition } from './position.ts';

/**
 * The open school's store as a round of syncing uses it (SECURITY §6). It lives as long as the store is open. `onAlarm` writes an alarm on
 * the audit log, in the same transaction.
 */
export function createDeskStore(options: {
  readonly open: OpenSchool;
  readonly membership: MembershipLog;
  readonly now: () => number;
  readonly onAlarm: (kind: SyncAlarmKind) => void;
}): DeskStore {
  const { open, membership, now } = options;
  const { connection, unitParts, transaction, auditLog } = open;
  const { db, fields } = unitParts;
  const { school, desk, incarnation } = auditLog.name;
  const self = { desk, incarnation };
  const writers = createWriterNames(connection);
  const batches = createSealedBatches(connection, self);
  const waiting = createWaitingOperations(connection, fields);
  const records = createSyncedRecords({ connection, db, sealer: fields, writers });
  const purges = createPurges(
    connection,
    (subject) => {
      fields.forget(subject);
    },
    now,
  );
  const outgoing = createOutgoingChanges({ connection, db, sealer: fields, writers });
  let submitted: StoredSubmission | undefined;
  const firstOwn = (): number => readLocalNumber(db, 'incarnation-start') ?? 1;
  const firstUnsent = (): number => Math.max(firstOwn(), batches.sealedTo(self) + 1);

  function reset(): void {
    writers.reset();
    batches.reset();
    membership.reset();
    unitParts.changes.reset();
    open.channelSeq = readPosition(db)?.seq ?? 0;
  }

  return {
    channel: school,
    self,
    transaction(run) {
      transaction.begin();
      try {
        const value = run();
        transaction.commit();
        // What other desks have changed, people and classes among it, stands in no log of our own.
        forgetRosterState(db);
        // What was destroyed must not stay readable in the log of writes (SECURITY §4).
        if (purges.takeHasPurged()) connection.pragma('wal_checkpoint(TRUNCATE)');
        return value;
      } catch (cause) {
        transaction.rollback();
        purges.takeHasPurged();
        reset();
        throw cause;
      }
    },
    attempt(run) {
      connection.exec('SAVEPOINT attempt');
      try {
        run();
        connection.exec('RELEASE attempt');
        return true;
      } catch (cause) {
        if (sqliteCode(cause) !== undefined && !sqliteCode(cause)?.startsWith('SQLITE_CONSTRAINT'))
          throw cause;
        connection.exec('ROLLBACK TO attempt; RELEASE attempt');
        reset();
        return false;
      }
    },
    position: () => readPosition(db),
    setPosition(next) {
      open.channelSeq = next.seq;
      writeLocalState(db, 'sync-position', Buffer.from(JSON.stringify(next), 'utf8'));
      if (next.seq > 0) batches.keepChain(next.seq, next.chain);
    },
    forgetServer() {
      batches.forgetNumbers();
      purges.sendTagsAgain();
    },

    takeUnsent: (limits) => outgoing.take(firstUnsent(), Number.MAX_SAFE_INTEGER, limits, () => true),
    takeLeftovers(limits) {
      const last = firstOwn() - 1;
      const from = (readLocalNumber(db, 'leftovers-sealed-to') ?? 0) + 1;
      if (from > last) return [];
      const left = outgoing.take(
        from,
        last,
        limits,
        (change) => change.seq > batches.sealedTo({ desk: change.desk, incarnation: change.incarnation }),
      );
      if (left.length === 0) writeLocalNumber(db, 'leftovers-sealed-to', last);
      return left;
    },
    clearLeftovers(changes) {
      const last = changes.at(-1);
      if (last !== undefined) writeLocalNumber(db, 'leftovers-sealed-to', last.seq);
    },
    waiting: () => outgoing.count(firstUnsent()) + batches.unacknowledged(self),
    ...batches,
    ...purges,
    ...records,
    ...waiting,
    isReceived([, byDesk, byIncarnation, seq]) {
      if (byDesk === desk && byIncarnation === incarnation) return true;
      const writer = { desk: byDesk, incarnation: byIncarnation };
      return (
        seq <= batches.sealedTo(writer) &&
        !waiting.isAnyWaiting(writer, seq) &&
        !batches.isAnyMissing(writer, seq)
      );
    },
    observeTime: (hlc, receiptAtMs) => {
      open.observeTime(hlc, receiptAtMs);
    },

    ...membership,

    auditOrigin: () => logOrigin(auditLog.name),
    auditSize: () => latestCheckpoint(db)?.size ?? 0,
    witnessRequest(witnessedSize) {
      const newest = latestCheckpoint(db);
      if (newest === undefined || (newest.size <= witnessedTo(db) && witnessedSize >= newest.size))
        return undefined;
      const next = nextSubmission(db, sha256, witnessedSize);
      submitted = next;
      return next && { request: submissionToText(next), size: next.size };
    },
    keepCountersignature(size, line) {
      const witness = knownWitness(db);
      assert(
        witness !== undefined && submitted?.size === size,
        'the witness answers to what was submitted last',
      );
      return keepCountersignature(db, witness, submitted, line, now()).ok;
    },
    alarm(kind, about, number) {
      if (raiseAlarm(connection, { kind, desk: about, number, atMs: now() })) options.onAlarm(kind);
    },
  };
}
