import type { OperationStamp, RecordStore } from '../../domain/sync/apply.ts';
import { recordOf, type BatchStore, type Writer } from '../../domain/sync/desk-round.ts';
import { utf8, utf8ToText } from '../../domain/audit/bytes.ts';
import { assert } from '../../domain/result.ts';
import type { FieldSealer } from '../changes/write-change.ts';
import type { Connection } from '../open-store.ts';

/** Operations that wait: for a record they hang on, or for a newer version of the application. */
export interface WaitingOperations
  extends
    Pick<RecordStore, 'isWaiting'>,
    Pick<BatchStore, 'holdOperation' | 'waitingOperations' | 'releaseOperation'> {
  /** Something of the writer's changes up to that one waits. */
  isAnyWaiting(writer: Writer, seq: number): boolean;
}

// Sealed as a cell of this table: an envelope from elsewhere does not open here.
const cell = { table: 'sync_waiting', column: 'body', version: '1' } as const;

/** Keeps waiting operations; what is about a person is sealed under that person's key, and a purge takes it. */
export function createWaitingOperations(connection: Connection, sealer: FieldSealer): WaitingOperations {
  const isWaiting = connection.prepare<[string]>('SELECT 1 FROM sync_waiting WHERE record = ?').pluck();
  const isAnyWaiting = connection
    .prepare<[Buffer, number, number]>(
      'SELECT 1 FROM sync_waiting WHERE desk = ? AND incarnation = ? AND seq <= ? LIMIT 1',
    )
    .pluck();
  const insert = connection.prepare(
    `INSERT INTO sync_waiting (reason, record, subject, body, stamp, desk, incarnation, seq)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const all = connection
    .prepare<[], [number, Buffer | null, Buffer, string]>(
      'SELECT id, subject, body, stamp FROM sync_waiting ORDER BY id',
    )
    .raw();
  const release = connection.prepare('DELETE FROM sync_waiting WHERE id = ?');
  const subjectOfTag = connection
    .prepare<[Buffer, number, number, Buffer], Buffer | null>(
      'SELECT subject FROM sync_blob WHERE desk = ? AND incarnation = ? AND batch = ? AND tag = ?',
    )
    .pluck();

  return {
    isWaiting: (table, key) => isWaiting.get(`${table} ${key}`) !== undefined,
    isAnyWaiting: ({ desk, incarnation }, seq) =>
      isAnyWaiting.get(Buffer.from(desk, 'hex'), incarnation, seq) !== undefined,
    holdOperation({ reason, operation }, stamp, { writer, batch, tag }) {
      const desk = Buffer.from(writer.desk, 'hex');
      const subject = subjectOfTag.get(desk, writer.incarnation, batch, Buffer.from(tag, 'hex')) ?? null;
      const stampText = JSON.stringify(stamp);
      const text = JSON.stringify(operation);
      const body =
        subject === null
          ? utf8(text)
          : sealer.seal(subject.toString('hex'), { ...cell, row: stampText }, text);
      const [, ofDesk, incarnation, seq] = stamp.version;
      insert.run(
        reason,
        recordOf(operation) ?? null,
        subject,
        body,
        stampText,
        Buffer.from(ofDesk, 'hex'),
        incarnation,
        seq,
      );
    },
    waitingOperations: () =>
      all.all().map(([id, subject, body, stampText]) => {
        const text =
          subject === null
            ? utf8ToText(body)
            : sealer.open(subject.toString('hex'), { ...cell, row: stampText }, body);
        assert(text !== undefined, 'a waiting operation is text');
        const operation: unknown = JSON.parse(text);
        // What `hold` wrote.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        const stamp = JSON.parse(stampText) as OperationStamp;
        return { id, operation, stamp };
      }),
    releaseOperation: (id) => void release.run(id),
  };
}
