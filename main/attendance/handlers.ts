import { countMarksOn, listAcademicSessions, listCalendarDays } from '../../db/attendance/calendar-days.ts';
import { listDayTimes } from '../../db/attendance/day-times.ts';
import { readMarks, readTaken } from '../../db/attendance/marks.ts';
import { readUserNames } from '../../db/people/actors.ts';
import { readMerges } from '../../db/people/merges.ts';
import { shownName } from '../../db/people/person-name.ts';
import { reachOf } from '../../domain/access/policy.ts';
import {
  awaitsReason,
  codeForMark,
  codeOn,
  markCategoryOf,
  mayBePlanned,
  type CodePack,
} from '../../domain/attendance/code-pack.ts';
import {
  registerState,
  resolveMarks,
  standingMark,
  type AuthorKind,
  type MarkFact,
  type RegisterKey,
} from '../../domain/attendance/register.ts';
import { registerSession } from '../../domain/attendance/session.ts';
import { addDays, weekdayOf } from '../../domain/calendar/day.ts';
import type { SchoolCalendar } from '../../domain/calendar/school-calendar.ts';
import type { Contract, OutputOf, ParsedInputOf } from '../../domain/contract/contract.ts';
import type { Day } from '../../domain/ids.ts';
import { assert } from '../../domain/result.ts';
import { answer, refuse, type AreaHandlers } from '../gate/handlers.ts';
import type { QueryUnit } from '../gate/unit.ts';
import { sharedId } from '../shared-id.ts';
import { calendarAt, closedOn, newestCalendar, readSchoolYears, weekend } from './calendar.ts';
import { changeCode, withdrawCodeChange } from './change-code.ts';
import { changeTimes, timesFrom, withdrawTimes } from './day-times.ts';
import { categoryOf, codePackOf, schoolCodes } from './code-packs.ts';
import { correctMarks } from './correct-marks.ts';
import { openRegister, previousRegisterDay, type OpenRegister } from './expected-registers.ts';
import { plansIn } from './plans.ts';
import { toMarkFact, toMarkFactWithNote } from './register-facts.ts';
import { countTotals } from './register-totals.ts';
import { repeatMark, withdrawPlans } from './repeat-mark.ts';
import { cellAt, cellsBeforeMark, keepCells } from './standing-marks.ts';
import { listRegisters } from './list-registers.ts';
import { listStandingMarks } from './list-standing-marks.ts';
import { listTodaysWork } from './todays-work.ts';
import { readWeek } from './week.ts';

type AttendanceContract = Contract['attendance'];
type HistoryItem = OutputOf<AttendanceContract['markHistory']>['history'][number];
type MarkShown = NonNullable<OutputOf<AttendanceContract['register']>['students'][number]['teacher']>;

/** Registers, marks, today's work, the calendar and the codes. */
export const attendanceHandlers: AreaHandlers<'attendance'> = {
  registers: {
    runs: 'in-unit',
    run(unit, { day }) {
      const registers = listRegisters(unit, day);
      const closed = closedOn(unit.db, unit.school, day);
      return answer(
        { isSchoolDay: closed === null, closedBecause: closed, registers },
        { count: registers.length },
      );
    },
  },

  register: {
    runs: 'in-unit',
    run(unit, input) {
      const opened = openRegister(unit, keyOf(input));
      if (!opened.ok) return refuse(opened.error, { recordId: input.class });
      return answer(showRegister(unit, opened.value), {
        subjects: opened.value.members.map(({ id }) => id),
        recordId: input.class,
      });
    },
  },

  mark: {
    runs: 'in-unit',
    run(unit, input) {
      const facts = { subjects: input.marks.map(({ student }) => student), recordId: input.class };
      const key = keyOf(input);
      const opened = openRegister(unit, key);
      if (!opened.ok) return refuse(opened.error, facts);
      if (key.day > unit.today) return refuse({ type: 'day-in-future' }, facts);

      const { members, plans } = opened.value;
      const memberIds = new Set(members.map(({ id }) => id));
      if (!input.marks.every(({ student }) => memberIds.has(student))) {
        return refuse({ type: 'out-of-scope' }, facts);
      }
      const pack = codePackOf(unit);
      const unknown = unknownCodes(pack, key, input.marks);
      if (unknown.length > 0) return refuse({ type: 'code-unknown', codes: unknown }, facts);

      // A student who is named twice gets the last that was typed.
      const marks = [...new Map(input.marks.map((mark) => [mark.student, mark])).values()];
      const column = columnOf(unit);
      const cells = cellsBeforeMark(unit, key);
      unit.changes.write({ type: 'register', id: key.classId }, (change) =>
        change.add(
          'mark',
          {
            day: key.day,
            class: key.classId,
            session: key.session,
            column,
            author: unit.actor.user,
            atMs: unit.nowMs,
          },
          marks.map(({ student, code, minutes, note }) => ({
            student,
            code,
            minutes,
            note: note === '' ? undefined : note,
          })),
        ),
      );
      keepCells(unit, key, cells, { column, marks });
      const codes = members.map(({ id }) =>
        standingMark(cellAt(cells, id), plans.get(id)?.code ?? null, (code) =>
          awaitsReason(pack, code, key.day),
        ),
      );
      return answer({ savedAtMs: unit.nowMs, totals: countTotals(codes, pack, key.day) }, facts);
    },
  },

  take: {
    runs: 'in-unit',
    run(unit, input) {
      const facts = { recordId: input.class, count: 1 };
      const key = keyOf(input);
      const opened = openRegister(unit, key);
      if (!opened.ok) return refuse(opened.error, facts);
      if (key.day > unit.today) return refuse({ type: 'day-in-future' }, facts);

      const { taken, blank } = readState(unit, opened.value, codePackOf(unit));
      const standing = { taken: taken !== null, takenAtMs: taken?.atMs ?? null, blank };
      // Said twice, the first time counts: who took it and when stay as they are.
      if (standing.taken === input.taken) return answer(standing, facts);
      const { nowMs } = unit;
      unit.changes.write({ type: 'register', id: key.classId }, (change) =>
        change.add(
          'register_taken',
          {
            day: key.day,
            class: key.classId,
            session: key.session,
            taken: input.taken,
            author: unit.actor.user,
            atMs: nowMs,
          },
          [{}],
        ),
      );
      return answer({ taken: input.taken, takenAtMs: input.taken ? nowMs : null, blank }, facts);
    },
  },

  repeat: {
    runs: 'in-unit',
    run(unit, input) {
      const facts = { subjects: input.students, recordId: input.class };
      const key = keyOf(input);
      const opened = openRegister(unit, key);
      if (!opened.ok) return refuse(opened.error, facts);
      if (key.day > unit.today) return refuse({ type: 'day-in-future' }, facts);
      const memberIds = new Set(opened.value.members.map(({ id }) => id));
      if (!input.students.every((student) => memberIds.has(student)))
        return refuse({ type: 'out-of-scope' }, facts);
      const { students, code, days } = input;
      const repeated = repeatMark(unit, opened.value, { key, students, code, days });
      return repeated.ok ? answer(repeated.value, facts) : refuse(repeated.error, facts);
    },
  },

  withdrawRepeat: {
    runs: 'in-unit',
    run(unit, { plans }) {
      const students = withdrawPlans(unit, plans);
      return answer({ withdrawn: students.length }, { subjects: [...new Set(students)] });
    },
  },

  week: {
    runs: 'in-unit',
    run(unit, input) {
      const week = readWeek(unit, input.class, input.day);
      if (week === undefined) return refuse({ type: 'out-of-scope' }, { recordId: input.class });
      return answer(
        { ...week, writes: writesOf(unit.actor.role) },
        { subjects: week.students.map(({ id }) => id), recordId: input.class },
      );
    },
  },

  markHistory: {
    runs: 'in-unit',
    run(unit, input) {
      const person = readMerges(unit.db).keptOf(input.student);
      const facts = { subjects: [person], recordId: input.class };
      const key = keyOf(input);
      const opened = openRegister(unit, key);
      if (!opened.ok) return refuse(opened.error, facts);
      if (!opened.value.members.some(({ id }) => id === person))
        return refuse({ type: 'out-of-scope' }, facts);
      const names = readUserNames(unit.db);
      const own = readMarks(unit.db, unit.scope, key)
        .filter(({ student }) => student === person)
        .map((row) => toMarkFactWithNote(unit.fields, key, row));
      const { history } = resolveMarks(person, own, null, codePackOf(unit), key.day);
      return answer({ history: history.map((fact) => historyItem(fact, names)) }, facts);
    },
  },

  standingMarks: {
    runs: 'in-unit',
    run(unit, input) {
      const listed = listStandingMarks(unit, input);
      return answer(listed, { subjects: [...new Set(listed.marks.map(({ student }) => student))] });
    },
  },

  correct: {
    runs: 'in-unit',
    run(unit, input) {
      const facts = {
        subjects: [...new Set(input.marks.map(({ student }) => student))],
        count: input.marks.length,
      };
      const corrected = correctMarks(unit, input);
      return corrected.ok ? answer(corrected.value, facts) : refuse(corrected.error, facts);
    },
  },

  printRegister: {
    runs: 'in-unit',
    run(unit, input) {
      const key = keyOf(input);
      const opened = openRegister(unit, key);
      if (!opened.ok) return refuse(opened.error, { recordId: input.class });
      const { members, class: schoolClass } = opened.value;
      const pack = codePackOf(unit);
      const { students, taken } = readState(unit, opened.value, pack);
      return answer(
        {
          day: key.day,
          class: key.classId,
          session: key.session,
          school: unit.school.name,
          title: schoolClass.title,
          teacher: schoolClass.teacher,
          printedAtMs: unit.nowMs,
          taken: taken !== null,
          students: members.map((member, index) => {
            const effective = students[index]?.effective ?? null;
            return {
              name: shownName(member),
              code: effective?.code ?? null,
              minutes: effective?.minutesLate ?? null,
            };
          }),
          totals: countTotals(
            students.map(({ effective }) => effective?.code ?? null),
            pack,
            key.day,
          ),
        },
        { subjects: members.map(({ id }) => id), recordId: input.class },
      );
    },
  },

  printWeek: {
    runs: 'in-unit',
    run(unit, input) {
      const week = readWeek(unit, input.class, input.day);
      if (week === undefined) return refuse({ type: 'out-of-scope' }, { recordId: input.class });
      return answer(
        { ...week, school: unit.school.name, printedAtMs: unit.nowMs },
        { subjects: week.students.map(({ id }) => id), recordId: input.class },
      );
    },
  },

  today: {
    runs: 'in-unit',
    run(unit, { day }) {
      const work = listTodaysWork(unit, day);
      const lists = [work.absentWithoutReason, work.late, work.hereThoughPlanned, work.callbacks];
      const subjects = new Set(lists.flat().map(({ student }) => student));
      return answer(work, { subjects: [...subjects] });
    },
  },

  codes: {
    runs: 'in-unit',
    run(unit, { day }) {
      const pack = codePackOf(unit);
      const [newest] = pack.sources.map(({ checkedDay }) => checkedDay).toSorted((a, b) => (a > b ? -1 : 1));
      return answer({
        country: unit.school.country,
        source: pack.sources.map(({ title, reference }) => `${title}: ${reference}`).join('; '),
        checked: newest ?? '',
        effectiveFrom: pack.effectiveFrom,
        codes: pack.codes
          .filter((code) => codeOn(pack, code.code, day) === code)
          .map((code) => ({
            code: code.code,
            meaning: code.meaning,
            category: markCategoryOf(code),
            statisticalCategory: code.category,
            key: code.key,
            takesMinutes: code.isLate || code.ceds === 'EarlyDeparture',
            sessions: code.sessions,
            isPresent: code.isPresent,
            awaitsReason: code.awaitsReason,
            mayBePlanned: mayBePlanned(code),
          })),
      });
    },
  },

  codeEdits: {
    runs: 'in-unit',
    run(unit) {
      const names = readUserNames(unit.db);
      const { edits, refused } = schoolCodes(unit);
      return answer({
        edits: edits.map((edit) => {
          const { row, ...shown } = edit;
          const by = names.get(row.madeBy) ?? '';
          return { ...shown, id: row.id, by, atMs: row.madeAtMs, isInForce: !refused.includes(edit) };
        }),
      });
    },
  },

  changeCode: {
    runs: 'in-unit',
    run(unit, { confirmedMarks, ...edit }) {
      const changed = changeCode(unit, edit, confirmedMarks);
      return changed.ok
        ? answer({ id: changed.value }, { recordId: changed.value, count: 1 })
        : refuse(changed.error);
    },
  },

  withdrawCodeChange: {
    runs: 'in-unit',
    run(unit, { id, confirmedMarks }) {
      const withdrawn = withdrawCodeChange(unit, id, confirmedMarks);
      const facts = { recordId: id, count: 1 };
      return withdrawn.ok ? answer({ withdrawn: withdrawn.value }, facts) : refuse(withdrawn.error, facts);
    },
  },

  calendar: {
    runs: 'in-unit',
    run(unit) {
      const years = readSchoolYears(unit.db, unit.school);
      const calendar = calendarAt(years, unit.today) ?? newestCalendar(years, unit.today);
      const inYear = (from: Day, until: Day): boolean =>
        calendar === undefined || (from < calendar.schoolYear.endDay && until > calendar.schoolYear.beginDay);
      return answer({
        // `to` is the last day itself, as people count; the roster's ends are exclusive.
        sessions: listAcademicSessions(unit.db)
          .filter(({ startDay, endDay }) => startDay < endDay && inYear(startDay, endDay))
          .map(({ title, type, startDay, endDay }) => ({
            title,
            type,
            from: startDay,
            to: addDays(endDay, -1),
          })),
        closures: listCalendarDays(unit.db)
          .filter(({ day, status }) => status === 'closed' && inYear(day, addDays(day, 1)))
          .map(({ day, reason }) => ({ day, reason })),
        extraDays: listCalendarDays(unit.db)
          .filter(({ day, status }) => status === 'extra' && inYear(day, addDays(day, 1)))
          .map(({ day, reason }) => ({ day, reason })),
        schoolDays: calendar?.schoolDays.length ?? 0,
        registerSessions: ordinarySessions(calendar),
      });
    },
  },

  times: {
    runs: 'in-unit',
    run(unit) {
      const names = readUserNames(unit.db);
      return answer({
        sessions: [...timesFrom(unit, unit.today)],
        registerOpenMinutes: codePackOf(unit).registerOpenMinutes,
        changes: listDayTimes(unit.db).map(({ id, from, sessions, madeBy, madeAtMs }) => ({
          id,
          from,
          sessions,
          by: names.get(madeBy) ?? '',
          atMs: madeAtMs,
        })),
      });
    },
  },

  changeTimes: {
    runs: 'in-unit',
    run(unit, times) {
      const id = changeTimes(unit, times);
      return answer({ id }, { recordId: id, count: 1 });
    },
  },

  withdrawTimes: {
    runs: 'in-unit',
    run(unit, { id }) {
      return answer({ withdrawn: withdrawTimes(unit, id) }, { recordId: id, count: 1 });
    },
  },

  changeSchool: {
    runs: 'in-unit',
    run(unit, { name, timeZone }) {
      const { school } = unit;
      // Only what differs is written: another desk may be changing the other at the same time.
      const fields = {
        name: name === school.name ? undefined : name,
        timeZone: timeZone === school.timeZone ? undefined : timeZone,
      };
      if (fields.name !== undefined || fields.timeZone !== undefined) {
        unit.changes.write({ type: 'school', id: school.id }, (change) => {
          change.put('school', { id: school.id, ...fields });
        });
      }
      return answer({}, { recordId: school.id, count: 1 });
    },
  },

  setClosure: {
    runs: 'in-unit',
    run(unit, { from, to, reason, confirmedMarks }) {
      const entries = new Map(listCalendarDays(unit.db).map((entry) => [entry.day, entry]));
      const days = daysToSet(from, to, reason, entries);
      if (days.length === 0) return answer({ days: 0 });
      if (reason !== null) {
        const closing = days.filter((day) => entries.get(day)?.status !== 'closed');
        const marks = countMarksOn(unit.db, closing);
        if (marks > 0 && marks !== confirmedMarks) return refuse({ type: 'closure-has-marks', marks });
      }
      unit.changes.write({ type: 'calendar', id: unit.school.id }, (change) => {
        for (const day of days) {
          const entry = entries.get(day);
          change.put('calendar_day', {
            id: entry?.id ?? sharedId('calendar-day', unit.school.id, day),
            school: unit.school.id,
            day,
            reason: reason ?? entry?.reason ?? '',
            status: reason === null ? 'withdrawn' : 'closed',
          });
        }
      });
      return answer({ days: days.length }, { count: days.length });
    },
  },
};

function keyOf(
  input: Pick<ParsedInputOf<AttendanceContract['register']>, 'day' | 'class' | 'session'>,
): RegisterKey {
  return { day: input.day, classId: input.class, session: registerSession.parse(input.session) };
}

/** Which column the caller writes: by the permission that let the call through. */
function columnOf({ granted }: QueryUnit): AuthorKind {
  assert(granted === 'attendance.office' || granted === 'attendance.teach', 'a mark needs one of the two');
  return granted === 'attendance.office' ? 'office' : 'teacher';
}

function unknownCodes(
  pack: CodePack,
  { day, session }: RegisterKey,
  marks: readonly { readonly code: string | null }[],
): string[] {
  const codes = new Set(marks.flatMap(({ code }) => (code === null ? [] : [code])));
  return [...codes].filter((code) => !codeForMark(pack, code, day, session).ok);
}

/** What the register comes to, without its notes. */
function readState(unit: QueryUnit, { key, members, plans }: OpenRegister, pack: CodePack) {
  return registerState(
    members.map(({ id }) => id),
    readMarks(unit.db, unit.scope, key).map(toMarkFact),
    readTaken(unit.db, unit.scope, key),
    plans,
    pack,
    key.day,
  );
}

function showRegister(unit: QueryUnit, opened: OpenRegister): OutputOf<AttendanceContract['register']> {
  const { db, scope, school, fields, actor } = unit;
  const { key, members } = opened;
  const pack = codePackOf({ db, school });
  const names = readUserNames(db);
  const register = registerState(
    members.map(({ id }) => id),
    readMarks(db, scope, key).map((row) => toMarkFactWithNote(fields, key, row)),
    readTaken(db, scope, key),
    opened.plans,
    pack,
    key.day,
  );
  const previousDay = previousRegisterDay(unit, opened);
  const previous =
    previousDay === null ? [] : readMarks(db, scope, { ...key, day: previousDay }).map(toMarkFact);
  const previousPlans = previousDay === null ? null : plansIn(db, { ...key, day: previousDay });
  const nameOf = (fact: MarkFact): string => names.get(fact.authorId) ?? '';
  const shown = (fact: MarkFact | null): MarkShown | null =>
    fact?.code == null
      ? null
      : {
          code: fact.code,
          category: categoryOf(pack, fact.code, key.day),
          minutes: fact.minutesLate,
          note: fact.note,
          by: nameOf(fact),
          atMs: fact.atMs,
        };
  return {
    day: key.day,
    class: key.classId,
    session: key.session,
    title: opened.class.title,
    teacher: opened.class.teacher,
    taken: register.taken !== null,
    takenBy: register.taken === null ? null : (names.get(register.taken.authorId) ?? ''),
    takenAtMs: register.taken?.atMs ?? null,
    previousDay,
    // A day that has not come takes plans, not marks.
    writes: key.day > unit.today ? null : writesOf(actor.role),
    students: register.students.map((student, index) => {
      const member = members[index];
      assert(member?.id === student.studentId, 'a register keeps the order of its students');
      return {
        id: member.id,
        name: shownName(member),
        previousCode:
          previousDay === null
            ? null
            : (resolveMarks(member.id, previous, previousPlans?.get(member.id) ?? null, pack, previousDay)
                .effective?.code ?? null),
        teacher: shown(student.teacher),
        office: shown(student.office),
        history: student.history.map((fact) => historyItem(fact, names)),
        planned:
          student.planned === null
            ? null
            : {
                code: student.planned.code,
                category: categoryOf(pack, student.planned.code, key.day),
                occasion: student.planned.occasion,
                by: names.get(student.planned.madeBy) ?? '',
                atMs: student.planned.madeAtMs,
              },
      };
    }),
  };
}

function historyItem(fact: MarkFact, names: ReadonlyMap<string, string>): HistoryItem {
  return {
    column: fact.kind,
    code: fact.code,
    minutes: fact.minutesLate,
    note: fact.note,
    by: names.get(fact.authorId) ?? '',
    atMs: fact.atMs,
  };
}

/** The sessions of the day with the most of them: a short day is not an ordinary one. */
function ordinarySessions(calendar: SchoolCalendar | undefined): string[] {
  const days = calendar === undefined ? [] : [...calendar.sessionsByDay.values()];
  const longest = days.reduce((most, held) => (held.length > most.length ? held : most), []);
  return longest.map(({ session }) => session);
}

function writesOf(role: QueryUnit['actor']['role']): AuthorKind | null {
  if (reachOf(role, 'attendance.office') !== undefined) return 'office';
  return reachOf(role, 'attendance.teach') === undefined ? null : 'teacher';
}

/**
 * The days whose entry a closure or an opening writes: when closing every day but weekends, terms or not, as terms may
 * still move; a Saturday only where it is an extra school day. When opening, the closed ones.
 */
function daysToSet(
  from: Day,
  to: Day,
  reason: string | null,
  entries: ReadonlyMap<Day, { readonly status: string; readonly reason: string }>,
): readonly Day[] {
  const longest = addDays(from, 366);
  assert(to <= longest, 'a closure is at most a year long');
  const days: Day[] = [];
  for (let each = from; each <= to; each = addDays(each, 1)) {
    const entry = entries.get(each);
    const isClosed = entry?.status === 'closed';
    if (reason === null) {
      if (isClosed) days.push(each);
    } else if (
      !(isClosed && entry.reason === reason) &&
      (entry?.status === 'extra' || !weekend.includes(weekdayOf(each)))
    ) {
      days.push(each);
    }
  }
  return days;
}
