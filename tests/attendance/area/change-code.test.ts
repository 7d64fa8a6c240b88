import { expect, test } from 'vitest';
import { filledSchool, type FilledSchool } from '../../support/filled-school.ts';
import type { Caller } from '../../support/school-store.ts';

const administrator: Caller = { role: 'school-administrator' };
const today = '2030-01-16';

function changer({ store }: FilledSchool) {
  return (code: string, more: object = {}, caller = administrator) =>
    store.call(caller, 'attendance', 'changeCode', {
      code,
      from: today,
      meaning: 'Invented meaning',
      key: null,
      category: 'authorised',
      isEnded: false,
      ...more,
    });
}

function mark({ store, teacher, roomA }: FilledSchool, day: string, student: string, code: string) {
  return store.call(teacher, 'attendance', 'mark', {
    day,
    class: roomA,
    session: 'day',
    marks: [{ student, code }],
  });
}

test('A16: a changed code counts as it says from its day on, and the days before as they were', () => {
  const school = filledSchool();
  const { store, office, ana } = school;
  mark(school, '2030-01-15', ana, 'I');
  mark(school, today, ana, 'I');
  const year = () => {
    const { days } = store.get(office, 'students', 'attendance', { student: ana });
    return days.slice(-2).map(({ sessions }) => sessions.map(({ category }) => category));
  };
  expect(year()).toEqual([['absent-explained'], ['absent-explained']]);
  const change = changer(school);
  const wanted = { meaning: 'Ill, not excused', key: 'I', category: 'unauthorised' };
  expect(change('I', wanted)).toEqual({ ok: false, error: { type: 'code-has-marks', marks: 1 } });
  expect(change('I', { ...wanted, confirmedMarks: 1 })).toMatchObject({ ok: true });
  expect(year()).toEqual([['absent-explained'], ['absent-unexplained']]);
});

test('a new code may be written from its day on, by its key, and is taken back again', () => {
  const school = filledSchool();
  const { store, office, ana } = school;
  const change = changer(school);
  const reply = change('GW', { meaning: 'Garden work', key: 'G', category: 'approved-activity' });
  expect(reply).toMatchObject({ ok: true });
  expect(mark(school, '2030-01-15', ana, 'GW')).toMatchObject({ error: { type: 'code-unknown' } });
  const { codes } = store.get(office, 'attendance', 'codes', { day: today });
  expect(codes.find(({ code }) => code === 'GW')).toMatchObject({ key: 'G', meaning: 'Garden work' });
  expect(mark(school, today, ana, 'GW')).toMatchObject({ ok: true });
  if (!reply.ok) return;
  const withdraw = (confirmedMarks: number | null) =>
    store.call(administrator, 'attendance', 'withdrawCodeChange', { id: reply.value.id, confirmedMarks });
  expect(withdraw(null)).toMatchObject({ error: { type: 'code-has-marks', marks: 1 } });
  expect(withdraw(1)).toMatchObject({ ok: true, value: { withdrawn: true } });
  expect(withdraw(1)).toMatchObject({ ok: true, value: { withdrawn: false } });
  expect(store.get(office, 'attendance', 'codeEdits', {}).edits).toEqual([]);
});

test('lists what was changed, by whom and from when; the same code from the same day is one change', () => {
  const school = filledSchool();
  const change = changer(school);
  change('GW', { meaning: 'First words' });
  change('GW', { meaning: 'Other words' });
  expect(school.store.get(school.office, 'attendance', 'codeEdits', {}).edits).toMatchObject([
    {
      code: 'GW',
      from: today,
      meaning: 'Other words',
      by: 'Account of school-administrator',
      isInForce: true,
    },
  ]);
});

test('refuses a key that is taken, now or by a later change, and a register without a code for present', () => {
  const school = filledSchool();
  const change = changer(school);
  expect(change('GW', { key: 'I' })).toMatchObject({
    error: { type: 'code-key-taken', key: 'I', code: 'I' },
  });
  expect(change('HW', { key: 'G', from: '2030-03-01' })).toMatchObject({ ok: true });
  expect(change('GW', { key: 'G' })).toMatchObject({
    error: { type: 'code-key-taken', key: 'G', code: 'HW' },
  });
  expect(change('P', { isEnded: true })).toMatchObject({ error: { type: 'present-code-needed' } });
  expect(change('P', { meaning: 'Here', key: 'P', category: 'attending' })).toMatchObject({ ok: true });
});

test('only the school administrator changes codes', () => {
  const school = filledSchool();
  const change = changer(school);
  for (const caller of [school.office, school.teacher, school.leader]) {
    expect(change('GW', {}, caller)).toMatchObject({ error: { type: 'permission-refused' } });
  }
});
