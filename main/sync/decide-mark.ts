import { and, eq } from 'drizzle-orm';
import { mark } from '../../db/attendance/schema.ts';
import { rowKey, shapeOf } from '../../db/changes/write-change.ts';
import { readMarkConflict } from '../../db/sync/conflicts.ts';
import { reachOf } from '../../domain/access/policy.ts';
import type { Contract, ParsedInputOf } from '../../domain/contract/contract.ts';
import { assert } from '../../domain/result.ts';
import type { OpenSchool } from '../desk/open-school.ts';
import { answer, refuse } from '../gate/handlers.ts';
import type { CommandUnit } from '../gate/unit.ts';
import type { MarkCell } from './conflicts.ts';

type Choice = ParsedInputOf<Contract['sync']['decide']>['choice'];

/**
 * Decides which of the marks of a cell holds: it is made anew, by whoever decides. Errors: `record-changed` where others stand than were
 * shown.
 */
export function decideMark(
  unit: CommandUnit,
  open: OpenSchool,
  cell: MarkCell,
  versions: readonly string[],
  choice: Choice,
) {
  if (reachOf(unit.actor.role, 'attendance.office') !== 'school')
    return refuse({ type: 'record-changed' } as const);
  const { student, day, class: of, session, column } = cell;
  const facts = { subjects: [student] };
  const stand = readMarkConflict(open.connection, cell).values.map(({ version }) => version);
  const isAsShown = stand.length === versions.length && stand.every((one) => versions.includes(one));
  if (!isAsShown || stand.length < 2 || choice.keep !== 'one' || !stand.includes(choice.version))
    return refuse({ type: 'record-changed' } as const, facts);
  const [hlc = 0, ordinal = 0] = choice.version.split('.').map(Number);
  const kept = unit.db
    .select()
    .from(mark)
    .where(
      and(
        eq(mark.day, day),
        eq(mark.class, of),
        eq(mark.session, session),
        eq(mark.student, student),
        eq(mark.hlc, hlc),
        eq(mark.desk, ordinal),
      ),
    )
    .get();
  assert(kept !== undefined, 'a mark that stands is there');
  const note =
    kept.note === null
      ? ''
      : unit.fields.open(
          student,
          { table: 'mark', column: 'note', row: rowKey(shapeOf('mark'), kept), version: choice.version },
          kept.note,
        );
  unit.changes.write({ type: 'register', id: of }, (change) => {
    change.add('mark', { day, class: of, session }, [
      {
        student,
        column,
        code: kept.code,
        minutes: kept.minutes,
        note,
        author: unit.actor.user,
        atMs: unit.nowMs,
      },
    ]);
  });
  return answer(null, facts);
}
