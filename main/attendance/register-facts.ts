import type { PlacedMark, StoredMark } from '../../db/attendance/marks.ts';
import { rowKey, shapeOf, stampToVersion } from '../../db/changes/write-change.ts';
import type { MarkFact, RegisterKey } from '../../domain/attendance/register.ts';
import type { QueryUnit } from '../gate/unit.ts';

/** A stored mark as the rules take it, without its note. */
export function toMarkFact(row: Omit<PlacedMark | StoredMark, 'note'>): MarkFact {
  return {
    studentId: row.student,
    kind: row.column,
    code: row.code,
    hlc: row.hlc,
    desk: row.desk,
    authorId: row.author,
    atMs: row.atMs,
    minutesLate: row.minutes,
    note: '',
  };
}

/** The same with its note opened. */
export function toMarkFactWithNote(fields: QueryUnit['fields'], key: RegisterKey, row: StoredMark): MarkFact {
  const fact = toMarkFact(row);
  if (row.note === null) return fact;
  const shape = shapeOf('mark');
  const record = row.storedUnder ?? row.student;
  const cell = {
    table: 'mark',
    column: 'note',
    row: rowKey(shape, { ...key, class: key.classId, student: record }),
    version: stampToVersion({ hlc: row.hlc, deskOrdinal: row.desk, seq: row.seq }),
  } as const;
  return { ...fact, note: fields.open(record, cell, row.note) };
}

/** Names a register among others. */
export function registerKeyText({ day, classId, session }: RegisterKey): string {
  return `${day} ${classId} ${session}`;
}
