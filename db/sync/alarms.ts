import type { SyncAlarmKind } from '../../domain/sync/alarm.ts';
import type { Connection } from '../open-store.ts';

export interface StoredAlarm {
  readonly id: number;
  readonly kind: SyncAlarmKind;
  readonly desk: string | null;
  readonly number: number | null;
  readonly atMs: number;
}

/** Raises an alarm unless the same one, about the same desk, stands. Gives whether it is new. */
export function raiseAlarm(
  connection: Connection,
  { kind, desk, number, atMs }: Omit<StoredAlarm, 'id'>,
): boolean {
  const { changes } = connection
    .prepare(
      `INSERT INTO sync_alarm (kind, desk, number, at) SELECT @kind, @desk, @number, @atMs
       WHERE NOT EXISTS (SELECT 1 FROM sync_alarm WHERE kind = @kind AND desk IS @desk AND seen_at IS NULL)`,
    )
    .run({ kind, desk: desk === null ? null : Buffer.from(desk, 'hex'), number, atMs });
  return changes > 0;
}

/** The alarms that nobody has noted yet, the newest first. */
export function standingAlarms(connection: Connection): StoredAlarm[] {
  return connection
    .prepare<[], Omit<StoredAlarm, 'desk'> & { desk: Buffer | null }>(
      'SELECT id, kind, desk, number, at AS atMs FROM sync_alarm WHERE seen_at IS NULL ORDER BY id DESC',
    )
    .all()
    .map((row) => ({ ...row, desk: row.desk?.toString('hex') ?? null }));
}

/** Notes that a person has seen an alarm: what happens again after that is a new one. */
export function noteAlarmSeen(connection: Connection, id: number, atMs: number): void {
  connection.prepare('UPDATE sync_alarm SET seen_at = ? WHERE id = ? AND seen_at IS NULL').run(atMs, id);
}
