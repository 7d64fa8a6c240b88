import {
  readContactsOfDay,
  readContactsOfStudent,
  readLastContacts,
  readOpenSteps,
} from '../../db/attendance/contacts.ts';
import { readMarks, type StoredMark } from '../../db/attendance/marks.ts';
import { listPlans, readPlans, type StoredPlan } from '../../db/attendance/planned-absences.ts';
import { listClassTitles, listHomeroomIds } from '../../db/people/classes.ts';
import { listGuardians, listSiblings } from '../../db/people/guardians.ts';
import { readMerges } from '../../db/people/merges.ts';
import { plainName } from '../../db/people/person-name.ts';
import { readStudentLines } from '../../db/people/students.ts';
import type { RegisterKey } from '../../domain/attendance/register.ts';
import { missingReason } from '../../domain/attendance/missing-reason.ts';
import { isPeriod, registerSession } from '../../domain/attendance/session.ts';
import { addDays } from '../../domain/calendar/day.ts';
import { instantOf } from '../../domain/calendar/local-time.ts';
import { schoolDaysBetween, type SchoolDays } from '../../domain/calendar/school-calendar.ts';
import { contactOutcome } from '../../domain/contract/absence.ts';
import type { Contract, OutputOf } from '../../domain/contract/contract.ts';
import type { Day, Id, StudentId } from '../../domain/ids.ts';
import { assert } from '../../domain/result.ts';
import { newestCalendar, readSchoolYears } from '../attendance/calendar.ts';
import { codePackOf } from '../attendance/code-packs.ts';
import { toMarkFactWithNote } from '../attendance/register-facts.ts';
import { answer, refuse, type AreaHandlers } from '../gate/handlers.ts';
import type { CommandUnit, QueryUnit } from '../gate/unit.ts';
import { changePlans } from './change-plans.ts';
import { showContacts } from './show-contacts.ts';
import { showPlans } from './show-plans.ts';
import { readUnexplained, type UnexplainedCell } from './unexplained.ts';
import {
  addContacts,
  addOfficeMarks,
  areInScope,
  checkCodeOn,
  checkReason,
  freshId,
  isAboutThem,
  putPlans,
  type OfficeMark,
} from './write-absence.ts';

type AbsenceContract = Contract['absence'];
type UnexplainedShown = OutputOf<AbsenceContract['student']>['unexplained'][number];

/** So many school days back absences without a reason are listed, across the end of a year. Ours, not a rule: six school weeks. */
const askedSchoolDays = 30;

/** Contacts shown beside a student. */
const mostContacts = 8;

/** The absence line: calls, planned absences, callbacks, and absences that still lack a reason. */
export const absenceHandlers: AreaHandlers<'absence'> = {
  plan: {
    runs: 'in-unit',
    run(unit, input) {
      const students = readMerges(unit.db).peopleOf(input.students);
      const facts = { subjects: students };
      if (!areInScope(unit, students)) return refuse({ type: 'out-of-scope' }, facts);
      if (input.from < unit.today) return refuse({ type: 'day-has-passed' }, facts);
      const checked = checkReason(unit, input);
      if (!checked.ok) return refuse(checked.error, facts);
      const occasionId = input.occasion === '' ? null : freshId<'occasion'>(unit);
      const plans: Id<'planned-absence'>[] = [];
      unit.changes.write(aggregateOf(occasionId ?? students[0]), (change) => {
        plans.push(...putPlans(unit, change, students, { ...input, occasionId }));
      });
      return answer({ plans }, facts);
    },
  },

  plans: {
    runs: 'in-unit',
    run(unit, input) {
      const plans = showPlans(unit, listPlans(unit.db, unit.scope, input));
      return answer({ plans }, { ...subjectsOf(plans), count: plans.length });
    },
  },

  changePlan: {
    runs: 'in-unit',
    run(unit, input) {
      const plans = readPlans(unit.db, unit.scope, input.plans);
      const facts = plansFacts(plans, input.joins);
      const isKnown = areAll(plans, input.plans) && areInScope(unit, input.joins);
      if (!isKnown) return refuse({ type: 'out-of-scope' }, facts);
      const changed = changePlans(unit, plans, input);
      return changed.ok ? answer({ plans: changed.value }, facts) : refuse(changed.error, facts);
    },
  },

  withdrawPlan: {
    runs: 'in-unit',
    run(unit, { plans: ids }) {
      const plans = readPlans(unit.db, unit.scope, ids);
      const facts = plansFacts(plans);
      if (!areAll(plans, ids)) return refuse({ type: 'out-of-scope' }, facts);
      if (plans.some(({ fromDay }) => fromDay < unit.today)) return refuse({ type: 'plan-has-begun' }, facts);
      unit.changes.write(aggregateOf(ids[0]), (change) => {
        for (const { id, storedUnder } of plans)
          change.put('planned_absence', { id, student: storedUnder, status: 'withdrawn' });
      });
      return answer({ plans: plans.length }, facts);
    },
  },

  student: {
    runs: 'in-unit',
    run(unit, { student: named }) {
      const { db, scope, today } = unit;
      const merges = readMerges(db);
      const student = merges.keptOf(named);
      const siblings = listSiblings(db, scope, student);
      const lines = readStudentLines(db, scope, [student, ...siblings], today);
      const own = lines.get(student);
      if (own === undefined)
        return refuse({ type: 'out-of-scope' }, { subjects: [student], recordId: student });
      const guardians = listGuardians(db, scope, student);
      const plans = listPlans(db, scope, { from: today, to: addDays(today, 365), student, occasion: null });
      return answer(
        {
          student,
          ...own,
          siblings: siblings.flatMap((id) => {
            const line = lines.get(id);
            return line === undefined ? [] : [{ id, ...line }];
          }),
          guardians: guardians.map((each) => ({
            id: each.id,
            name: plainName(each),
            relation: each.relation,
          })),
          plans: showPlans(unit, plans),
          unexplained: showCells(
            unit,
            unexplainedOf(unit, student).filter((each) => isAsked(each, today)),
          ),
          contacts: showContacts(unit, readContactsOfStudent(db, scope, student, mostContacts)),
        },
        {
          subjects: [...merges.recordsOf(student), ...siblings, ...guardians.map(({ id }) => id)],
          recordId: student,
        },
      );
    },
  },

  logContact: {
    runs: 'in-unit',
    run(unit, { students: named, contact }) {
      const students = readMerges(unit.db).peopleOf(named);
      const facts = { subjects: students };
      if (!areInScope(unit, students) || !isAboutThem(unit, students, contact))
        return refuse({ type: 'out-of-scope' }, facts);
      const contacts: Id<'contact'>[] = [];
      unit.changes.write(aggregateOf(students[0]), (change) => {
        contacts.push(...addContacts(unit, change, students, contact));
      });
      return answer({ contacts }, facts);
    },
  },

  record: {
    runs: 'in-unit',
    run(unit, input) {
      const { today } = unit;
      const students = readMerges(unit.db).peopleOf(input.students);
      const facts = { subjects: students };
      if (!areInScope(unit, students) || !isAboutThem(unit, students, input.contact))
        return refuse({ type: 'out-of-scope' }, facts);
      const checked = checkReason(unit, input);
      if (!checked.ok) return refuse(checked.error, facts);
      const until = input.to < today ? input.to : today;
      const { days: schoolDays } = readSchoolYears(unit.db, unit.school);
      const days = schoolDaysBetween(schoolDays, input.from, until);
      const cells = students.flatMap((student) => readUnexplained(unit, days, { student }));
      const asked = cells.filter(
        ({ key }) => input.sessions.length === 0 || input.sessions.includes(key.session),
      );
      return write(unit, students, {
        contact: input.contact,
        marks: asked.map((each) => officeMark(each, input.code)),
        plan:
          input.to < today
            ? null
            : {
                ...input,
                from: input.from < today ? today : input.from,
                occasion: '',
                occasionId: null,
                note: input.contact.note,
              },
      });
    },
  },

  explain: {
    runs: 'in-unit',
    run(unit, { student: named, code, registers, contact }) {
      const student = readMerges(unit.db).keptOf(named);
      const facts = { subjects: [student] };
      const isKnown =
        areInScope(unit, [student]) && (contact === null || isAboutThem(unit, [student], contact));
      if (!isKnown) return refuse({ type: 'out-of-scope' }, facts);
      const wanted = registers === null ? null : new Set(registers.map(textOf));
      const cells = unexplainedOf(unit, student).filter(
        ({ key }) => wanted === null || wanted.has(textOf({ ...key, class: key.classId })),
      );
      if (cells.length === 0) return refuse({ type: 'nothing-to-explain' }, facts);
      const checked = checkCodeOn(
        unit,
        code,
        cells.map(({ key }) => key.day),
      );
      if (!checked.ok) return refuse(checked.error, facts);
      return write(unit, [student], {
        contact,
        marks: cells.map((each) => officeMark(each, code)),
        plan: null,
      });
    },
  },

  takeBack: {
    runs: 'in-unit',
    run(unit, { plans: ids, marks }) {
      const plans = ids.length === 0 ? [] : readPlans(unit.db, unit.scope, ids);
      const students = [
        ...new Set([...marks.map(({ student }) => student), ...plans.map((plan) => plan.storedUnder)]),
      ];
      const facts = { subjects: students };
      if (!areAll(plans, ids) || !areInScope(unit, students)) return refuse({ type: 'out-of-scope' }, facts);
      if (plans.some(({ fromDay }) => fromDay < unit.today)) return refuse({ type: 'plan-has-begun' }, facts);
      const restored = marks.flatMap((cell): OfficeMark[] => {
        const key = keyOf(cell);
        const said = officeMarksOf(unit, key, cell.student);
        // Somebody has said otherwise since: that stands, and so does what was taken back before.
        if (said.at(-1)?.hlc !== cell.hlc) return [];
        // The office's mark before it; withdrawn where there was none.
        const before = said.at(-2);
        if (before === undefined) return [{ ...cell, code: null }];
        const { code, minutesLate, note } = toMarkFactWithNote(unit.fields, key, before);
        return [{ ...cell, code, minutes: minutesLate, note }];
      });
      unit.changes.write(aggregateOf(students[0]), (change) => {
        for (const { id, storedUnder } of plans)
          change.put('planned_absence', { id, student: storedUnder, status: 'withdrawn' });
        addOfficeMarks(unit, change, restored);
      });
      return answer(
        { plans: plans.length, marks: restored.length, kept: marks.length - restored.length },
        facts,
      );
    },
  },

  day: {
    runs: 'in-unit',
    run(unit, { day }) {
      const contacts = showContacts(unit, readContactsOfDay(unit.db, unit.scope, day));
      return answer({ contacts }, { ...subjectsOf(contacts), count: contacts.length });
    },
  },

  callbacks: {
    runs: 'in-unit',
    run(unit, { until }) {
      const { db, scope, school } = unit;
      const endMs = instantOf(addDays(until, 1), 0, school.timeZone);
      const contacts = showContacts(unit, readOpenSteps(db, scope, endMs));
      return answer({ contacts }, { ...subjectsOf(contacts), count: contacts.length });
    },
  },

  unexplained: {
    runs: 'in-unit',
    run(unit, { days: back }) {
      const students = listUnexplained(unit, back);
      return answer(
        { reasonWithinDays: codePackOf(unit).reasonWithinSchoolDays, students },
        { ...subjectsOf(students), count: students.length },
      );
    },
  },
};

/** What the office has said of a student in a register, the oldest first. */
function officeMarksOf({ db, scope }: QueryUnit, key: RegisterKey, student: StudentId): StoredMark[] {
  const person = readMerges(db).keptOf(student);
  return readMarks(db, scope, key).filter((row) => row.student === person && row.column === 'office');
}

function keyOf({ day, class: classId, session }: Pick<OfficeMark, 'day' | 'class' | 'session'>): RegisterKey {
  return { day, classId, session: registerSession.parse(session) };
}

/** A mark that was just written, as it is handed back to be taken back. */
function writtenCell(unit: QueryUnit, { student, day, class: of, session }: OfficeMark) {
  const key = keyOf({ day, class: of, session });
  const hlc = officeMarksOf(unit, key, student).at(-1)?.hlc;
  assert(hlc !== undefined, 'a mark that was written is there');
  return { student, day, class: of, session: key.session, hlc };
}

/** The whole list, overdue ones first, then by the day on which the reason is due, then the longest without. */
function listUnexplained(
  unit: QueryUnit,
  back: number,
): OutputOf<AbsenceContract['unexplained']>['students'] {
  const { db, scope, school, today } = unit;
  const pack = codePackOf(unit);
  const { days: schoolDays } = readSchoolYears(db, school);
  const days = lastSchoolDays(schoolDays, today, back);
  // Of days that have passed the homerooms are read, not every period of every class.
  const passed = days.filter((day) => day < today);
  const cells = [
    ...readUnexplained(unit, passed, { classes: listHomeroomIds(db, scope) }),
    ...readUnexplained(
      unit,
      days.filter((day) => day === today),
    ),
  ];
  const byStudent = Map.groupBy(cells, ({ student }) => student);
  const ids = [...byStudent.keys()];
  const lines = readStudentLines(db, scope, ids, today);
  const last = readLastContacts(db, scope, ids);
  const students = [...byStudent].flatMap(([student, own]) => {
    const line = lines.get(student);
    const oldest = own[0]?.key.day;
    if (line === undefined || oldest === undefined) return [];
    const contact = last.get(student);
    return [
      {
        student,
        ...line,
        registers: showCells(unit, own),
        ...missingReason(schoolDays, pack, oldest, today),
        lastContact:
          contact === undefined
            ? null
            : { atMs: contact.atMs, outcome: contactOutcome.parse(contact.outcome) },
      },
    ];
  });
  return students.toSorted(
    (one, other) =>
      Number(other.isOverdue) - Number(one.isOverdue) ||
      compare(one.reasonDueDay ?? '', other.reasonDueDay ?? '') ||
      other.sinceDays - one.sinceDays ||
      one.name.localeCompare(other.name),
  );
}

function write(
  unit: CommandUnit,
  students: readonly StudentId[],
  entry: {
    readonly contact: Parameters<typeof addContacts>[3] | null;
    readonly marks: readonly OfficeMark[];
    readonly plan: Parameters<typeof putPlans>[3] | null;
  },
) {
  const { contact, marks, plan } = entry;
  let contacts: Id<'contact'>[] = [];
  let plans: Id<'planned-absence'>[] = [];
  unit.changes.write(aggregateOf(students[0]), (change) => {
    if (contact !== null) contacts = addContacts(unit, change, students, contact);
    if (plan !== null) plans = putPlans(unit, change, students, plan);
    addOfficeMarks(unit, change, marks);
  });
  return answer(
    { contacts, plans, marks: marks.map((cell) => writtenCell(unit, cell)) },
    { subjects: students },
  );
}

/** What of one student is still asked about: of this school year, and of the end of the one before. */
function unexplainedOf(unit: QueryUnit, student: StudentId): readonly UnexplainedCell[] {
  const { db, school, today } = unit;
  const years = readSchoolYears(db, school);
  const beginDay = newestCalendar(years, today)?.schoolYear.beginDay ?? today;
  const ofYear = schoolDaysBetween(years.days, beginDay, today);
  const last = lastSchoolDays(years.days, today, askedSchoolDays);
  return readUnexplained(unit, last.length > ofYear.length ? last : ofYear, { student });
}

/** The last so many school days up to the day, of whatever year. */
function lastSchoolDays({ schoolDays }: SchoolDays, until: Day, count: number): readonly Day[] {
  return schoolDays.filter((day) => day <= until).slice(-count);
}

/**
 * Whether somebody has to ask about the cell: one of a day's own register, or of today. A period that has passed says no
 * more than its day does, and gets its reason with it.
 */
function isAsked({ key }: UnexplainedCell, today: Day): boolean {
  return key.day === today || !isPeriod(key.session);
}

function officeMark({ student, key }: UnexplainedCell, code: string): OfficeMark {
  return { student, day: key.day, class: key.classId, session: key.session, code };
}

function showCells(unit: QueryUnit, cells: readonly UnexplainedCell[]): UnexplainedShown[] {
  const titles = listClassTitles(
    unit.db,
    unit.scope,
    cells.map(({ key }) => key.classId),
  );
  return cells.map(({ key, code }) => ({
    day: key.day,
    class: key.classId,
    classTitle: titles.get(key.classId) ?? '',
    session: key.session,
    code,
  }));
}

function textOf(register: { readonly day: Day; readonly class: string; readonly session: string }): string {
  return `${register.day} ${register.class} ${register.session}`;
}

function areAll(plans: readonly StoredPlan[], ids: readonly string[]): boolean {
  return plans.length === new Set(ids).size;
}

function plansFacts(plans: readonly StoredPlan[], joins: readonly StudentId[] = []) {
  const records = plans.flatMap(({ studentId, storedUnder }) => [studentId, storedUnder]);
  const subjects = [...new Set([...records, ...joins])];
  return { subjects, count: plans.length + joins.length };
}

function subjectsOf(rows: readonly { readonly student: StudentId }[]) {
  return { subjects: [...new Set(rows.map(({ student }) => student))] };
}

function aggregateOf(id: string | undefined): { type: string; id: string } {
  assert(id !== undefined, 'an entry is about somebody');
  return { type: 'absence', id };
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
