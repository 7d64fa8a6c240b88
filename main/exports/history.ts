import { readAuditPage } from '../../db/audit/read.ts';
import { readUserNames } from '../../db/people/actors.ts';
import type { Contract, OutputOf } from '../../domain/contract/contract.ts';
import type { QueryUnit } from '../gate/unit.ts';

type History = OutputOf<Contract['exports']['history']>['exports'];

/** What the row after a file says: rows before it name the school, and there are many of them for many students. */
const written = [
  ['exports.writeEncrypted', 'roster'],
  ['exports.writeEncrypted', 'register'],
  ['exports.writePlain', 'roster'],
  ['exports.writePlain', 'register'],
  ['backup.exportSchool', 'school'],
] as const;
const yearMs = 366 * 24 * 60 * 60_000;
const most = 50;

/**
 * The exports of the last year that were written, newest first, from the audit log. The row that stands on the log after a
 * file was written carries the file's hash and no reach; the one before it is left out.
 */
export function listExports(unit: QueryUnit, onlyAttendance: boolean): History {
  const names = readUserNames(unit.db);
  const entries = written.flatMap(([procedure, recordType]) => {
    const filter = { procedure, recordType, outcome: 'ok', fromMs: unit.nowMs - yearMs } as const;
    // The school's export has a row of this kind before its file, too.
    return readAuditPage(unit.db, filter, { limit: most * 2 }).entries;
  });
  return entries
    .filter(({ scope, record }) => scope === 'none' && record.id !== null)
    .map(({ seq, at, actor, record, procedure, count, reason }): History[number] => ({
      seq,
      atMs: at,
      by: names.get(textOr(actor.user)) ?? '',
      what: record.type === 'roster' || record.type === 'register' ? record.type : 'school',
      isPlain: procedure === 'exports.writePlain',
      rows: count,
      reason: reason ?? '',
      sha256: record.id ?? '',
    }))
    .filter(({ what }) => !onlyAttendance || what === 'register')
    .toSorted((one, other) => other.seq - one.seq)
    .slice(0, most);
}

function textOr(text: string | null): string {
  return text ?? '';
}
