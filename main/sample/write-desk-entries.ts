import { presentCode } from '../../domain/attendance/code-pack.ts';
import type { CounterMovement } from '../../domain/attendance/counter-marks.ts';
import { resolveScope } from '../../domain/access/scope.ts';
import { localTimeAt } from '../../domain/calendar/local-time.ts';
import type { Day, StudentId, UserId } from '../../domain/ids.ts';
import { assert } from '../../domain/result.ts';
import type { SampleRegister } from '../../resources/sample/marks.ts';
import { codePackOf } from '../attendance/code-packs.ts';
import { enterMovements, type EntryUnit } from '../counter/enter-movements.ts';
import type { Desk } from '../desk/desk.ts';
import type { OpenSchool } from '../desk/open-school.ts';

/** So many of the day's late students came by the front desk; the others were seen by their teachers. */
const mostArrivals = 6;

/** Who has left by the sample's time: a minute after midnight, and when they are expected back. */
const departures = [
  { minute: 8 * 60 + 46, reason: 'medical', expectedMinute: 8 * 60 + 49 },
  { minute: 8 * 60 + 47, reason: 'medical', expectedMinute: 10 * 60 + 30 },
  { minute: 8 * 60 + 49, reason: 'illness', expectedMinute: null },
] as const;

/**
 * Gives the sample school's front desk its morning: late arrivals whose marks stand in the registers of today, and three
 * students who left, with the marks that follow by rule. Runs within a transaction.
 */
export function writeDeskEntries(
  desk: Desk,
  open: OpenSchool,
  morning: {
    readonly today: Day;
    readonly nowMs: number;
    readonly author: UserId;
    readonly registers: readonly (SampleRegister & { readonly opensAt: number })[];
    readonly studentIdOf: (sourcedId: string) => StudentId;
  },
): void {
  const { today, nowMs, author, registers, studentIdOf } = morning;
  const unit: EntryUnit = {
    ...open.unitParts,
    scope: resolveScope('school', null, today),
    actor: { user: author, role: 'attendance-clerk', method: 'system', staff: null },
    granted: 'attendance.office',
    nowMs,
    today,
    random: desk.random,
  };
  const official = registers.filter(({ session }) => !/^p\d/.test(session));
  const { minutes: nowMinute } = localTimeAt(nowMs, open.unitParts.school.timeZone);
  const late = official
    .flatMap(({ marks, opensAt }) =>
      marks.flatMap(({ kind, minutesLate, studentSourcedId }) =>
        kind === 'office' && minutesLate !== null
          ? [{ studentSourcedId, minute: opensAt + minutesLate }]
          : [],
      ),
    )
    .filter(({ minute }) => minute <= nowMinute)
    .slice(0, mostArrivals)
    .toSorted((one, other) => one.minute - other.minute);
  for (const [index, { studentSourcedId, minute }] of late.entries()) {
    const reason = index % 2 === 0 ? 'overslept' : 'transport';
    enter(unit, studentIdOf(studentSourcedId), { kind: 'arrival', minute, reason });
  }
  const pack = codePackOf(open.unitParts);
  // From each register that was taken one student who is here, as nothing but its teacher's mark says.
  const here = official.flatMap(({ taken, session, marks }) => {
    const present = presentCode(pack, today, session)?.code;
    const isAlone = (student: string): boolean =>
      marks.filter(({ studentSourcedId }) => studentSourcedId === student).length === 1;
    const found = marks.findLast((mark) => mark.code === present && isAlone(mark.studentSourcedId));
    return taken === null || found === undefined ? [] : [studentIdOf(found.studentSourcedId)];
  });
  const apart = Math.max(1, Math.floor(here.length / departures.length));
  for (const [index, departure] of departures.entries()) {
    const student = here[index * apart];
    if (student !== undefined) enter(unit, student, { kind: 'departure', ...departure });
  }
}

function enter(unit: EntryUnit, student: StudentId, movement: CounterMovement): void {
  const entered = enterMovements(unit, { students: [student], day: unit.today, correction: '' }, movement);
  assert(entered.ok, "the sample's entries fit its day");
}
