import { syncedTables } from '../../db/changes/tables.ts';
import type { ChangeBuilder } from '../../db/changes/write-change.ts';
import { phonesToText } from '../../db/roster/current-roster.ts';
import { unreachable } from '../../domain/result.ts';
import type { KindDiff, RecordChange, RosterDiff } from '../../domain/roster/diff-roster.ts';
import type { KindRecords, RosterKind } from '../../domain/roster/school-roster.ts';
import type { CommandUnit } from '../gate/unit.ts';
import { rosterId } from './roster-ids.ts';

/** The import was cancelled while it was being written; the caller rolls back, so nothing of it stays. */
export class ApplyCancelled extends Error {}

const rowsBetweenLooks = 1000;

/** One record with what happens to it; `before` where it is in the store already. */
interface Step<K extends RosterKind = RosterKind> {
  readonly kind: K;
  readonly record: KindRecords[K];
  readonly before?: { readonly record: KindRecords[K]; readonly status: 'active' | 'left' };
  readonly status: 'active' | 'left';
}

/**
 * Writes a roster's difference: one change for each person, class, course and session.
 *
 * What a person's row, guardians and enrolments become is one change, so that sync can seal and purge by student.
 * Removed records stay with status `left`; a removed enrolment ends today. Throws `ApplyCancelled`.
 */
export function applyRosterDiff(
  unit: Pick<CommandUnit, 'changes' | 'school' | 'today'>,
  importKey: Uint8Array,
  diff: RosterDiff,
  pulse: { readonly isCancelled: () => boolean; readonly onRows: (rows: number) => void },
): void {
  const { changes } = unit;
  let rows = 0;
  const write = (type: string, id: string, steps: readonly Step[]): void => {
    changes.write({ type, id }, (change) => {
      for (const step of steps) putStep(change, unit, importKey, step);
    });
    const before = rows;
    rows += steps.length;
    if (Math.floor(before / rowsBetweenLooks) === Math.floor(rows / rowsBetweenLooks)) return;
    if (pulse.isCancelled()) throw new ApplyCancelled('The import was cancelled');
    pulse.onRows(rows);
  };

  // Parents before what refers to them.
  for (const kind of ['session', 'course', 'class', 'guardian', 'group'] as const) {
    for (const step of stepsOf(kind, diff))
      write(kind, rosterId(importKey, idKinds[kind], step.record.sourcedId), [step]);
  }
  const byPerson = new Map<string, Step[]>();
  const collect = (person: string, step: Step): void => {
    const steps = byPerson.get(person);
    if (steps === undefined) byPerson.set(person, [step]);
    else steps.push(step);
  };
  for (const kind of ['student', 'staff'] as const) {
    for (const step of stepsOf(kind, diff)) collect(`${kind} ${step.record.sourcedId}`, step);
  }
  for (const step of stepsOf('guardianship', diff)) collect(`student ${step.record.studentSourcedId}`, step);
  for (const step of stepsOf('groupMember', diff)) collect(`student ${step.record.studentSourcedId}`, step);
  for (const step of stepsOf('enrolment', diff)) {
    collect(`${step.record.role === 'student' ? 'student' : 'staff'} ${step.record.userSourcedId}`, step);
  }
  for (const [person, steps] of byPerson) {
    const kind = person.startsWith('student ') ? 'student' : 'staff';
    write(kind, rosterId(importKey, kind, person.slice(kind.length + 1)), steps);
  }
}

/** The names under which ids of each kind are derived; they are part of the id and never change. */
const idKinds = {
  session: 'academic-session',
  course: 'course',
  class: 'class',
  guardian: 'guardian',
  group: 'student-group',
} as const;

function stepsOf<K extends RosterKind>(kind: K, diff: RosterDiff): Step<K>[] {
  const { added, changed, revived, removed }: KindDiff<KindRecords[K]> = diff.kinds[kind];
  const known = (status: 'active' | 'left') => (each: RecordChange<KindRecords[K]>) => ({
    kind,
    record: each.after,
    before: { record: each.before, status },
    status: 'active' as const,
  });
  return [
    ...added.map((record) => ({ kind, record, status: 'active' as const })),
    ...changed.map(known('active')),
    ...revived.map(known('left')),
    ...removed.map((record) => ({
      kind,
      record,
      before: { record, status: 'active' as const },
      status: 'left' as const,
    })),
  ];
}

/** Puts a new record whole, and of a known one only the fields that differ: what was edited here and not in the roster stays. */
function putStep(
  change: ChangeBuilder,
  unit: Pick<CommandUnit, 'school' | 'today'>,
  importKey: Uint8Array,
  step: Step,
): void {
  const { kind, before } = step;
  if (before === undefined) {
    putRecord(change, unit, importKey, step);
    return;
  }
  let known: Readonly<Record<string, unknown>> = {};
  const reader: ChangeBuilder = {
    ...change,
    put: (_table, fields) => {
      known = fields;
    },
  };
  putRecord(reader, unit, importKey, { kind, ...before });
  const writer: ChangeBuilder = {
    ...change,
    put: (table, fields) => {
      const { key, subject } = syncedTables[table];
      const isKept = ([name, value]: [string, unknown]): boolean =>
        key.some((one) => one === name) ||
        name === subject ||
        JSON.stringify(value) !== JSON.stringify(known[name]);
      // A part of the fields is still fields of that table.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      change.put(table, Object.fromEntries(Object.entries(fields).filter(isKept)) as typeof fields);
    },
  };
  putRecord(writer, unit, importKey, step);
}

function putRecord(
  change: ChangeBuilder,
  { school, today }: Pick<CommandUnit, 'school' | 'today'>,
  importKey: Uint8Array,
  step: Pick<Step, 'kind' | 'record' | 'status'>,
): void {
  const { status } = step;
  const own = { school: school.id, status, sourceId: step.record.sourcedId };
  // Steps are made kind by kind with the record of that kind; in one list the compiler forgets which goes with which.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const typed = step as { [K in RosterKind]: { kind: K; record: KindRecords[K] } }[RosterKind];
  switch (typed.kind) {
    case 'session': {
      const { record } = typed;
      change.put('academic_session', {
        ...own,
        id: rosterId(importKey, 'academic-session', record.sourcedId),
        title: record.title,
        type: record.type,
        startDay: record.startDate,
        endDay: record.endDate,
        schoolYear: record.schoolYear,
      });
      return;
    }
    case 'course': {
      const { record } = typed;
      change.put('course', {
        ...own,
        id: rosterId(importKey, 'course', record.sourcedId),
        title: record.title,
        courseCode: record.courseCode ?? '',
      });
      return;
    }
    case 'class': {
      const { record } = typed;
      change.put('class', {
        ...own,
        id: rosterId(importKey, 'class', record.sourcedId),
        title: record.title,
        classCode: record.classCode ?? '',
        classType: record.classType,
        course: record.courseSourcedId,
        grades: record.grades,
        periods: record.periods,
        terms: record.termSourcedIds,
      });
      return;
    }
    case 'student': {
      const { record } = typed;
      change.put('student', {
        ...own,
        id: rosterId(importKey, 'student', record.sourcedId),
        studentNumber: record.identifier ?? '',
        givenName: record.givenName,
        middleName: record.middleName ?? '',
        familyName: record.familyName,
        preferredGivenName: record.preferredGivenName ?? '',
        preferredFamilyName: record.preferredFamilyName ?? '',
        sex: record.sex ?? '',
        grade: record.grades.join(','),
        birthDate: record.birthDate ?? '',
      });
      return;
    }
    case 'staff': {
      const { record } = typed;
      change.put('staff', {
        ...own,
        id: rosterId(importKey, 'staff', record.sourcedId),
        givenName: record.givenName,
        familyName: record.familyName,
      });
      return;
    }
    case 'guardian': {
      const { record } = typed;
      change.put('guardian', {
        ...own,
        id: rosterId(importKey, 'guardian', record.sourcedId),
        givenName: record.givenName,
        familyName: record.familyName,
        email: record.email ?? '',
        phone: phonesToText(record.phones),
        language: record.language ?? '',
      });
      return;
    }
    case 'guardianship': {
      const { record } = typed;
      change.put('guardian_link', {
        student: rosterId(importKey, 'student', record.studentSourcedId),
        guardian: rosterId(importKey, 'guardian', record.guardianSourcedId),
        relation: record.relation,
        statedBy: record.statedBy,
        status,
      });
      return;
    }
    case 'enrolment': {
      const { record } = typed;
      const endsLater = record.endDate === null || record.endDate > today;
      change.put('enrolment', {
        id: rosterId(importKey, 'enrolment', record.sourcedId),
        sourceId: record.sourcedId,
        class: rosterId(importKey, 'class', record.classSourcedId),
        person: rosterId(importKey, record.role === 'student' ? 'student' : 'staff', record.userSourcedId),
        role: record.role,
        isPrimary: record.isPrimary,
        beginDay: record.beginDate ?? '',
        endDay: status === 'left' && endsLater ? today : (record.endDate ?? ''),
        status,
      });
      return;
    }
    case 'group': {
      const { record } = typed;
      change.put('student_group', {
        ...own,
        id: rosterId(importKey, 'student-group', record.sourcedId),
        kind: record.groupKind,
        title: record.title,
        weekdays: record.weekdays.map(Number),
        fromMinute: minuteOf(record.startTime),
        untilMinute: minuteOf(record.endTime),
      });
      return;
    }
    case 'groupMember': {
      const { record } = typed;
      const endsLater = record.endDate === null || record.endDate > today;
      change.put('group_member', {
        id: rosterId(importKey, 'group-member', record.sourcedId),
        group: rosterId(importKey, 'student-group', record.groupSourcedId),
        student: rosterId(importKey, 'student', record.studentSourcedId),
        stop: record.stop ?? '',
        beginDay: record.beginDate ?? '',
        endDay: status === 'left' && endsLater ? today : (record.endDate ?? ''),
        status,
      });
      return;
    }
    default:
      unreachable(typed);
  }
}

/** The minute of the day of `HH:MM`. */
function minuteOf(time: string | null): number | null {
  if (time === null) return null;
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
