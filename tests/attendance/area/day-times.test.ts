import { expect, test } from 'vitest';
import { dayTimes } from '../../../domain/calendar/day-times.ts';
import { filledSchool, type FilledSchool } from '../../support/filled-school.ts';
import { someNowMs } from '../../support/school-store.ts';

const today = '2030-01-16';
const at = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
const times = (session: string, opens: string, closes: string, ends: string) => ({
  session,
  opensAt: at(opens),
  closesAt: at(closes),
  endsAt: at(ends),
});
const early = times('day', '07:30', '07:45', '14:10');

/** A US school whose clock stands late in the afternoon. */
function school(): FilledSchool {
  const filled = filledSchool();
  filled.store.setNow(someNowMs + 8 * 3_600_000);
  return filled;
}

/** What the office's mark in the day's register says. */
function cell({ store, office, roomA }: FilledSchool, student: string, day: string) {
  const register = store.get(office, 'attendance', 'register', { day, class: roomA, session: 'day' });
  const mark = register.students.find(({ id }) => id === student)?.office;
  return mark == null ? null : [mark.code, mark.minutes];
}

test('A16: the late desk goes by the times of the school, from the day on from which they hold', () => {
  const filled = school();
  const { store, office, ana, ben } = filled;
  const arrive = (student: string, day: string) =>
    store.get(office, 'counter', 'arrive', {
      students: [student],
      day,
      minute: at('08:10'),
      reason: 'overslept',
      correction: day < today ? 'Invented reason' : '',
    });
  // With the times that come with Rollkeep 08:10 is before the bell.
  arrive(ana, '2030-01-15');
  expect(cell(filled, ana, '2030-01-15')).toBeNull();
  store.get(office, 'attendance', 'changeTimes', { from: today, sessions: [early] });
  arrive(ben, '2030-01-15');
  arrive(ana, today);
  expect([cell(filled, ben, '2030-01-15'), cell(filled, ana, today)]).toEqual([null, ['TU', 40]]);
});

test('A16: who leaves has left as early as the school day is long', () => {
  const filled = school();
  const { store, office, ana } = filled;
  store.get(office, 'attendance', 'changeTimes', { from: today, sessions: [early] });
  store.get(office, 'counter', 'signOut', {
    students: [ana],
    day: today,
    minute: at('13:30'),
    reason: 'medical',
    expectedMinute: null,
  });
  expect(cell(filled, ana, today)).toEqual(['ED', 40]);
});

test('A16: a register is due from the hour on at which the school begins', () => {
  const { store, office } = filledSchool();
  // Eight o'clock in New York.
  store.setNow(Date.UTC(2030, 0, 16, 13));
  const due = () => store.get(office, 'attendance', 'today', { day: today }).notTaken.length;
  expect(due()).toBe(0);
  const { id } = store.get(office, 'attendance', 'changeTimes', { from: today, sessions: [early] });
  expect(due()).toBe(2);
  expect(store.get(office, 'attendance', 'withdrawTimes', { id })).toEqual({ withdrawn: true });
  expect(due()).toBe(0);
});

test('times are shown with who set them, said anew for the same day, and taken back', () => {
  const { store, office, leader } = school();
  const shown = () => store.get(leader, 'attendance', 'times', {});
  const standard = times('day', '08:30', '09:00', '15:15');
  expect(shown()).toEqual({ sessions: [standard], registerOpenMinutes: null, changes: [] });
  const set = (from: string, sessions: object[]) =>
    store.call(office, 'attendance', 'changeTimes', { from, sessions } as never);
  const first = set('2030-01-14', [times('day', '07:00', '07:20', '13:00')]);
  expect(set('2030-01-14', [early])).toEqual(first);
  const later = times('day', '09:30', '09:45', '16:00');
  set('2030-02-01', [later]);
  expect(shown()).toMatchObject({
    sessions: [early],
    changes: [
      { from: '2030-01-14', sessions: [early] },
      { from: '2030-02-01', sessions: [later] },
    ],
  });
  if (!first.ok) throw new Error(first.error.type);
  const withdraw = () => store.get(office, 'attendance', 'withdrawTimes', { id: first.value.id });
  expect([withdraw(), withdraw()]).toEqual([{ withdrawn: true }, { withdrawn: false }]);
  expect(shown()).toMatchObject({ sessions: [standard], changes: [{ from: '2030-02-01' }] });
});

test.each([
  ['closes before it opens', [times('day', '08:30', '08:30', '15:00')]],
  ['ends before its register closes', [times('day', '08:30', '09:00', '08:59')]],
  ['stands twice', [early, early]],
  ['is no time of a day', [{ ...early, endsAt: 24 * 60 }]],
  ['is none', []],
])('a session that %s is refused', (_, sessions) => {
  expect(dayTimes.safeParse({ from: today, sessions }).success).toBe(false);
});
