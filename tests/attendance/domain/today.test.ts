import { expect, test } from 'vitest';
import type { PlannedAbsence } from '../../../domain/attendance/planned-absence.ts';
import { registerState, type MarkFact, type RegisterKey } from '../../../domain/attendance/register.ts';
import { todayWork, type ExpectedRegister } from '../../../domain/attendance/today.ts';
import { instantOf } from '../../../domain/calendar/local-time.ts';
import {
  createSchoolCalendar,
  joinSchoolDays,
  standardSessions,
  type SchoolCalendar,
  type SchoolCalendarData,
} from '../../../domain/calendar/school-calendar.ts';
import { classId, day, studentId, userId, type Day, type StudentId } from '../../../domain/ids.ts';
import { smallCalendar } from '../../calendar/calendar-data.ts';
import { shippedPack } from './rule-packs.ts';

const england = shippedPack('england');
const zone = 'Europe/London';
const calendar = calendarOf({});

function calendarOf(changes: Partial<SchoolCalendarData>): SchoolCalendar {
  const made = createSchoolCalendar({
    ...smallCalendar,
    timeZone: zone,
    shortDays: [],
    sessions: standardSessions('am-pm', 0),
    ...changes,
  });
  if (!made.ok) throw new Error(made.error.problems.join('; '));
  return made.value;
}

const tuesday = day.parse('2026-03-03');
const monday = day.parse('2026-03-02');
const class9A = classId.parse('9a'.repeat(16));
const class9B = classId.parse('9b'.repeat(16));
const [ada, ben, cem] = ['a', 'b', 'c'].map((letter) => studentId.parse(letter.repeat(32)));
const teacher = userId.parse('1'.repeat(32));
const at = (minutes: number, on: Day = tuesday) => instantOf(on, minutes, zone);

function register(
  key: RegisterKey,
  codes: Record<string, string>,
  isTaken: boolean,
  plans: ReadonlyMap<StudentId, PlannedAbsence> = new Map(),
): ExpectedRegister {
  const ids = Object.keys(codes).map((id) => studentId.parse(id));
  const facts = ids.flatMap((id): MarkFact[] => {
    const code = codes[id];
    const by = { kind: 'teacher', authorId: teacher, atMs: 0, hlc: 1, desk: 1 } as const;
    const minutesLate = code === 'L' ? 12 : null;
    return code === undefined || code === '' ? [] : [{ ...by, studentId: id, code, minutesLate, note: '' }];
  });
  const taken = isTaken ? [{ isTaken, authorId: teacher, atMs: 0, hlc: 1, desk: 1 }] : [];
  return { key, register: registerState(ids, facts, taken, plans, england, key.day) };
}

const am = (classIdOfRegister: typeof class9A, on: Day = tuesday): RegisterKey => ({
  day: on,
  classId: classIdOfRegister,
  session: 'am',
});
const oneMark = (id: string | undefined, code: string) => ({ [id ?? '']: code });

test('A16: registers not taken come first once overdue, then absences without reason, then late arrivals', () => {
  const registers = [
    register(am(class9A), { ...oneMark(ada, 'N'), ...oneMark(ben, 'L'), ...oneMark(cem, '/') }, true),
    register(am(class9B), oneMark(cem, ''), false),
  ];
  const work = todayWork(registers, calendar, england, at(9 * 60 + 20));
  expect(work).toEqual({
    day: tuesday,
    registersExpected: 2,
    registersTaken: 1,
    items: [
      {
        type: 'register-not-taken',
        key: am(class9B),
        blank: 1,
        isOverdue: true,
        leadsTo: { screen: 'register', key: am(class9B) },
      },
      {
        type: 'absent-without-reason',
        studentId: ada,
        keys: [am(class9A)],
        sinceDays: 0,
        reasonDueDay: '2026-03-10',
        isOverdue: false,
        leadsTo: { screen: 'student', studentId: ada, key: am(class9A) },
      },
      {
        type: 'late-arrival',
        studentId: ben,
        key: am(class9A),
        minutesLate: 12,
        leadsTo: { screen: 'student', studentId: ben, key: am(class9A) },
      },
    ],
  });
});

test('a register that may still be open waits behind an absence without reason', () => {
  const registers = [
    register(am(class9A), oneMark(ada, 'N'), true),
    register(am(class9B), oneMark(ben, ''), false),
  ];
  expect(todayWork(registers, calendar, england, at(9 * 60)).items.map(({ type }) => type)).toEqual([
    'absent-without-reason',
    'register-not-taken',
  ]);
});

test('A16: a register that was taken with a student left blank is still not done', () => {
  const registers = [register(am(class9A), { ...oneMark(ada, '/'), ...oneMark(ben, '') }, true)];
  expect(todayWork(registers, calendar, england, at(10 * 60)).items).toMatchObject([
    { type: 'register-not-taken', blank: 1 },
  ]);
});

test('the afternoon register is not asked for in the morning', () => {
  const afternoon = { ...am(class9A), session: 'pm' as const };
  const registers = [register(afternoon, oneMark(ada, ''), false)];
  expect(todayWork(registers, calendar, england, at(10 * 60)).registersExpected).toBe(0);
  expect(todayWork(registers, calendar, england, at(13 * 60)).registersExpected).toBe(1);
});

test('A16: an absence of an earlier day stays until it has a reason, one line per student, and becomes overdue', () => {
  const registers = [
    register(am(class9A, monday), oneMark(ada, 'N'), true),
    register(am(class9A), oneMark(ada, 'N'), true),
  ];
  const item = (on: string) => todayWork(registers, calendar, england, at(540, day.parse(on))).items[0];
  // Monday plus five school days, over the snow day and the make-up Saturday.
  expect(item('2026-03-09')).toMatchObject({
    studentId: ada,
    keys: [am(class9A), am(class9A, monday)],
    reasonDueDay: '2026-03-09',
    isOverdue: false,
  });
  expect(item('2026-03-10')).toMatchObject({ isOverdue: true });
});

test('A16: a reason is due by the last school day where five more are not known, and counts on into the next year', () => {
  const last = day.parse('2026-06-18');
  const days = (years: readonly SchoolCalendar[]) => ({ ...joinSchoolDays(years), timeZone: zone });
  const registers = [register(am(class9A, last), oneMark(ada, 'N'), true)];
  const item = (years: readonly SchoolCalendar[], on: string) =>
    todayWork(registers, days(years), england, at(540, day.parse(on))).items[0];
  expect(item([calendar], '2026-06-18')).toMatchObject({ reasonDueDay: last, isOverdue: false });
  expect(item([calendar], '2026-06-19')).toMatchObject({ reasonDueDay: last, isOverdue: true });
  const next = calendarOf({
    schoolYear: { title: '2026/27', beginDay: '2026-09-01', endDay: '2027-07-01' },
    terms: [{ title: 'Fall', beginDay: '2026-09-02', endDay: '2026-12-20' }],
    closures: [],
    extraDays: [],
  });
  expect(item([calendar, next], '2026-07-10')).toMatchObject({
    reasonDueDay: '2026-09-08',
    isOverdue: false,
  });
  expect(item([calendar, next], '2026-09-09')).toMatchObject({ reasonDueDay: '2026-09-08', isOverdue: true });
});

test('on a closed day nothing is expected', () => {
  const snowDay = day.parse('2026-03-05');
  const registers = [register(am(class9A, snowDay), oneMark(ada, ''), false)];
  expect(todayWork(registers, calendar, england, at(600, snowDay))).toMatchObject({
    registersExpected: 0,
    items: [],
  });
});

test('all taken and everyone accounted for leaves nothing to do', () => {
  const registers = [register(am(class9A), oneMark(ada, '/'), true)];
  expect(todayWork(registers, calendar, england, at(600)).items).toEqual([]);
});
