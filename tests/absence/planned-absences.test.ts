import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays } from '../../domain/calendar/day.ts';
import { filledSchool, type FilledSchool } from '../support/filled-school.ts';
import { someNowMs, testId } from '../support/school-store.ts';

const today = '2030-01-16';
const friday = '2030-01-18';
const dayMs = 86_400_000;

type School = FilledSchool;

function register({ store, office, roomA }: School, day: string, session = 'day', room = roomA) {
  return store.get(office, 'attendance', 'register', { day, class: room, session });
}

function totals({ store, office }: School, day: string, room: string) {
  const { registers } = store.get(office, 'attendance', 'registers', { day });
  return registers.find((each) => each.class === room)?.totals;
}

function mark(school: School, who: 'teacher' | 'office', student: string, code: string | null, day = today) {
  const { store, roomA } = school;
  const input = { day, class: roomA, session: 'day', marks: [{ student, code }] };
  return store.get(school[who], 'attendance', 'mark', input);
}

function plan(school: School, students: readonly string[], from: string, to: string, more: object = {}) {
  return school.store.get(school.office, 'absence', 'plan', {
    students: [...students],
    from,
    to,
    code: 'I',
    ...more,
  });
}

test('A16: a planned absence stands in registers of days to come, with its reason, and counts', () => {
  const school = filledSchool();
  const { ana, ben, roomA } = school;
  plan(school, [ana], '2030-01-17', friday, { occasion: '' });
  expect(
    register(school, friday).students.map(({ id, teacher, office, planned }) => [
      id,
      teacher,
      office,
      planned,
    ]),
  ).toEqual([
    [
      ana,
      null,
      null,
      {
        code: 'I',
        category: 'absent-explained',
        occasion: '',
        by: 'Account of attendance-clerk',
        atMs: someNowMs,
      },
    ],
    [ben, null, null, null],
  ]);
  expect(totals(school, friday, roomA)).toMatchObject({ absentExplained: 1, blank: 1 });
  expect(totals(school, today, roomA)).toMatchObject({ absentExplained: 0, blank: 2 });
  expect(totals(school, '2030-01-21', roomA)).toMatchObject({ absentExplained: 0, blank: 2 });
});

test('A16: a plan gives "not here" its reason, and overrules neither who was seen in the room nor the office', () => {
  const school = filledSchool();
  const { store, office, ana, ben, cyd, dov, roomA, roomB } = school;
  plan(school, [ana, ben, cyd, dov], today, today);
  mark(school, 'teacher', ana, 'A');
  mark(school, 'teacher', ben, 'P');
  const inB = { day: today, class: roomB, session: 'day' };
  store.get(office, 'attendance', 'mark', { ...inB, marks: [{ student: cyd, code: 'U' }] });
  expect(totals(school, today, roomA)).toMatchObject({
    absentExplained: 1,
    absentUnexplained: 0,
    present: 1,
  });
  expect(totals(school, today, roomB)).toMatchObject({ absentExplained: 1, absentUnexplained: 1, blank: 0 });
  const work = store.get(office, 'attendance', 'today', { day: today });
  expect(work.absentWithoutReason).toEqual([]);
  expect(work.hereThoughPlanned).toMatchObject([
    { student: ben, name: 'Ben Brill', code: 'P', plannedCode: 'I', homeroom: '7A' },
  ]);
});

test('A16: a roster update that moves a student to another class keeps the planned absence', () => {
  const school = filledSchool();
  const { store, ana, roomA, roomB } = school;
  plan(school, [ana], today, friday);
  store.enrol(roomA, ana, { endDay: '2030-01-17' });
  store.enrol(roomB, ana, { beginDay: '2030-01-17' });
  expect(totals(school, today, roomA)).toMatchObject({ absentExplained: 1 });
  expect(totals(school, friday, roomA)).toMatchObject({ students: 1, absentExplained: 0 });
  expect(totals(school, friday, roomB)).toMatchObject({ students: 3, absentExplained: 1 });
});

test('A16: a student whom one roster update removes and the next brings back still has the planned absence', () => {
  const school = filledSchool();
  const { store, ana, roomA } = school;
  plan(school, [ana], today, friday);
  store.addStudent('Ana Abbot', { id: ana, status: 'left' });
  store.enrol(roomA, ana, { status: 'left' });
  expect(totals(school, friday, roomA)).toMatchObject({ students: 1, absentExplained: 0 });
  store.addStudent('Ana Abbot', { id: ana, status: 'active' });
  store.enrol(roomA, ana, { status: 'active' });
  expect(totals(school, friday, roomA)).toMatchObject({ students: 2, absentExplained: 1 });
});

test('A16: what a plan has covered stays as it was: it is ended, not withdrawn, and its past is not rewritten', () => {
  const school = filledSchool();
  const { store, office, ana, roomA } = school;
  const { plans } = plan(school, [ana], today, friday);
  store.setNow(someNowMs + dayMs);
  const change = (fields: object) =>
    store.call(office, 'absence', 'changePlan', { plans: [...plans], fields });
  const begun = { ok: false, error: { type: 'plan-has-begun' } };
  expect(store.call(office, 'absence', 'withdrawPlan', { plans })).toMatchObject(begun);
  expect(change({ code: 'E' })).toMatchObject(begun);
  expect(change({ sessions: ['am'] })).toMatchObject(begun);
  expect(change({ from: '2030-01-17' })).toMatchObject(begun);
  expect(change({ to: '2030-01-15' })).toMatchObject(begun);
  expect(change({ to: today })).toMatchObject({ ok: true });
  expect(totals(school, today, roomA)).toMatchObject({ absentExplained: 1 });
  expect(totals(school, friday, roomA)).toMatchObject({ absentExplained: 0 });
  store.setNow(someNowMs + 3 * dayMs);
  expect(change({ to: friday })).toMatchObject(begun);
});

test('a plan that covers no passed day can be changed and withdrawn', () => {
  const school = filledSchool();
  const { store, office, ana, ben, roomA } = school;
  const { plans } = plan(school, [ana, ben], today, friday, { occasion: 'Museum', code: 'FT' });
  expect(totals(school, friday, roomA)).toMatchObject({ present: 2 });
  store.get(office, 'absence', 'changePlan', {
    plans,
    fields: { code: 'E', from: friday, note: 'By train' },
  });
  expect(totals(school, friday, roomA)).toMatchObject({ absentExplained: 2 });
  expect(totals(school, today, roomA)).toMatchObject({ absentExplained: 0 });
  const shown = store.get(office, 'absence', 'plans', { from: today, to: friday });
  expect(shown.plans.map(({ occasion, note, schoolDays }) => [occasion, note, schoolDays])).toEqual([
    ['Museum', 'By train', 1],
    ['Museum', 'By train', 1],
  ]);
  store.get(office, 'absence', 'withdrawPlan', { plans });
  expect(totals(school, friday, roomA)).toMatchObject({ absentExplained: 0, blank: 2 });
  expect(store.get(office, 'absence', 'plans', { from: today, to: friday }).plans).toEqual([]);
});

/** A trip of Ana, Ben and Cyd on Friday. */
function trip(school: School) {
  const { store, office, ana, ben, cyd } = school;
  const { plans } = plan(school, [ana, ben, cyd], friday, friday, {
    occasion: 'Museum',
    code: 'FT',
    note: 'By train',
  });
  const shown = () =>
    store
      .get(office, 'absence', 'plans', { from: today, to: friday })
      .plans.toSorted((one, other) => one.name.localeCompare(other.name))
      .map(({ name, code, occasion, occasionId, note }) => [name, code, occasion, occasionId, note]);
  const count = (table: string) =>
    Number(store.connection.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
  const [occasionId] = store
    .get(office, 'absence', 'plans', { from: today, to: friday })
    .plans.map((each) => each.occasionId);
  return { plans, shown, count, occasionId };
}

test('A16: what a group does, who comes along and who stays behind are one change and one audit row', () => {
  const school = filledSchool();
  const { store, office, ana, ben, cyd, dov, roomA, roomB } = school;
  const { plans, shown, count, occasionId } = trip(school);
  const before = [count('change'), count('audit_leaf')] as const;
  const reply = store.get(office, 'absence', 'changePlan', {
    plans,
    fields: { code: 'E' },
    leaves: plans.slice(1, 2),
    // Who goes already goes once.
    joins: [dov, dov, ana],
  });
  expect(reply).toEqual({ plans: 3 });
  expect([count('change') - before[0], count('audit_leaf') - before[1]]).toEqual([1, 1]);
  const body = String(
    store.connection.prepare('SELECT body FROM audit_body ORDER BY seq DESC LIMIT 1').pluck().get(),
  );
  expect(JSON.parse(body)).toMatchObject({ action: 'update', procedure: 'absence.changePlan' });
  for (const student of [ana, ben, cyd, dov]) expect(body).toContain(student);
  expect(shown()).toEqual(
    ['Ana Abbot', 'Cyd Cole', 'Dov Dunn'].map((name) => [name, 'E', 'Museum', occasionId, 'By train']),
  );
  expect(totals(school, friday, roomA)).toMatchObject({ absentExplained: 1, blank: 1 });
  expect(totals(school, friday, roomB)).toMatchObject({ absentExplained: 2 });
});

test('who goes can change though nothing else does: nobody who stays in the group is written again', () => {
  const school = filledSchool();
  const { store, office, ana, dov } = school;
  const { plans, shown, occasionId } = trip(school);
  store.get(office, 'absence', 'changePlan', { plans: plans.slice(0, 1), fields: { note: 'Brings lunch' } });
  const versionOf = (student: string) =>
    store.connection
      .prepare('SELECT versions FROM planned_absence WHERE hex(student) = ?')
      .pluck()
      .get(student.toUpperCase());
  const version = versionOf(ana);
  store.get(office, 'absence', 'changePlan', {
    plans,
    fields: {},
    leaves: plans.slice(2),
    joins: [dov],
  });
  expect(shown()).toEqual([
    ['Ana Abbot', 'FT', 'Museum', occasionId, 'Brings lunch'],
    ['Ben Brill', 'FT', 'Museum', occasionId, 'By train'],
    ['Dov Dunn', 'FT', 'Museum', occasionId, 'Brings lunch'],
  ]);
  expect(version).toBeTypeOf('string');
  expect(versionOf(ana)).toBe(version);
});

describe('a change of a group is refused as a whole', () => {
  test.each([
    ['for a student who is not there', { joins: [testId<'student'>('nobody')] }, 'out-of-scope'],
    ['for a plan that is not there', { plans: [testId<'planned-absence'>('none')] }, 'out-of-scope'],
    ['for a code that is none', { fields: { code: 'ZZ' } }, 'code-unknown'],
    ['for a code that gives no reason', { fields: { code: 'A' } }, 'code-gives-no-reason'],
    ['for days without school', { fields: { from: '2030-01-19', to: '2030-01-20' } }, 'no-school-days'],
  ])('%s', (_, wrong, type) => {
    const school = filledSchool();
    const { store, office, dov } = school;
    const { plans, shown, count } = trip(school);
    const before = [shown(), count('change')];
    const reply = store.call(office, 'absence', 'changePlan', {
      plans,
      fields: { note: 'By bus' },
      leaves: plans.slice(1, 2),
      joins: [dov],
      ...wrong,
    });
    expect(reply).toMatchObject({ ok: false, error: { type } });
    expect([shown(), count('change')]).toEqual(before);
  });

  test('once the day has passed: who went has gone', () => {
    const school = filledSchool();
    const { store, office, dov } = school;
    const { plans, count } = trip(school);
    store.setNow(someNowMs + 3 * dayMs);
    const before = count('change');
    const change = (more: object) =>
      store.call(office, 'absence', 'changePlan', { plans, fields: {}, ...more });
    const begun = { ok: false, error: { type: 'plan-has-begun' } };
    expect(change({ leaves: plans.slice(1, 2) })).toMatchObject(begun);
    expect(change({ joins: [dov] })).toMatchObject(begun);
    expect(count('change')).toBe(before);
  });

  test('where somebody has withdrawn one of them meanwhile', () => {
    const school = filledSchool();
    const { store, office, dov } = school;
    const { plans, shown } = trip(school);
    store.get(office, 'absence', 'withdrawPlan', { plans: plans.slice(0, 1) });
    const before = shown();
    const reply = store.call(office, 'absence', 'changePlan', {
      plans,
      fields: { code: 'E' },
      leaves: plans.slice(1, 2),
      joins: [dov],
    });
    expect(reply).toMatchObject({ ok: false, error: { type: 'plan-has-begun' } });
    expect(shown()).toEqual(before);
  });
});

test('of two plans for the same session the one made last holds, and the other says that it is overlaid', () => {
  const school = filledSchool();
  const { store, office, ana, roomA } = school;
  plan(school, [ana], today, friday, { code: 'E' });
  store.setNow(someNowMs + 60_000);
  plan(school, [ana], friday, friday, { code: 'FT' });
  expect(totals(school, friday, roomA)).toMatchObject({ present: 1, absentExplained: 0 });
  const { plans } = store.get(office, 'absence', 'plans', { from: today, to: friday });
  expect(plans.map(({ code, isOverlaid }) => [code, isOverlaid])).toEqual([
    ['E', true],
    ['FT', false],
  ]);
});

test('refuses plans for the past, for days without school, and with codes that give no reason', () => {
  const school = filledSchool();
  const { store, office, teacher, ana } = school;
  const reply = (from: string, to: string, code = 'I') =>
    store.call(office, 'absence', 'plan', { students: [ana], from, to, code });
  expect(reply('2030-01-15', friday)).toMatchObject({ error: { type: 'day-has-passed' } });
  expect(reply('2030-01-19', '2030-01-20')).toMatchObject({ error: { type: 'no-school-days' } });
  expect(reply(today, friday, 'A')).toMatchObject({ error: { type: 'code-gives-no-reason', code: 'A' } });
  expect(reply(today, friday, 'P')).toMatchObject({ error: { type: 'code-gives-no-reason' } });
  expect(reply(today, friday, 'T')).toMatchObject({ error: { type: 'code-gives-no-reason' } });
  expect(reply(today, friday, 'ZZ')).toMatchObject({ error: { type: 'code-unknown' } });
  const days = { students: [ana], from: today, to: friday, code: 'I' };
  expect(store.call(teacher, 'absence', 'plan', days)).toMatchObject({
    error: { type: 'permission-refused' },
  });
  expect(store.call(office, 'absence', 'plan', { ...days, students: [testId('nobody')] })).toMatchObject({
    error: { type: 'out-of-scope' },
  });
});

test("what families said is sealed, and a teacher sees the plan's code without it", () => {
  const school = filledSchool();
  const { store, teacher, ana, roomA } = school;
  plan(school, [ana], today, friday, { note: 'Tonsils come out' });
  const rows = JSON.stringify(store.connection.prepare('SELECT * FROM planned_absence').all());
  expect(rows).not.toContain('Tonsils');
  expect(store.connection.prepare('SELECT body FROM change').pluck().all().join('')).not.toContain('Tonsils');
  const shown = store.get(teacher, 'attendance', 'register', { day: today, class: roomA, session: 'day' });
  expect(shown.students[0]?.planned).toMatchObject({ code: 'I' });
  expect(JSON.stringify(shown)).not.toContain('Tonsils');
});

test('the plans of a day are remembered from mark to mark, and read anew once anything else has changed', () => {
  const school = filledSchool();
  const { store, ana, ben } = school;
  plan(school, [ana], today, friday);
  expect(mark(school, 'teacher', ben, 'P').totals).toMatchObject({ absentExplained: 1 });
  // Gone behind the program's back: who reads it again would see that.
  store.connection.exec('DELETE FROM planned_absence');
  expect(mark(school, 'teacher', ben, 'T').totals).toMatchObject({ absentExplained: 1 });
  store.addStudent('Eva Eck');
  expect(mark(school, 'teacher', ben, 'P').totals).toMatchObject({ absentExplained: 0 });
});

test('A16: register, list, totals of a mark, the rate and today agree on every cell, whatever was said and planned', () => {
  const codes = fc.constantFrom('P', 'A', 'T', 'E', 'I', null);
  const step = fc.oneof(
    fc.record({
      do: fc.constant('mark' as const),
      who: fc.constantFrom('teacher' as const, 'office' as const),
      isAna: fc.boolean(),
      back: fc.nat(2),
      code: codes,
    }),
    fc.record({
      do: fc.constant('plan' as const),
      isAna: fc.boolean(),
      days: fc.nat(3),
      code: fc.constantFrom('I', 'E', 'FT', 'N'),
    }),
    fc.record({ do: fc.constant('next-day' as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 10 }), (steps) => {
      const school = filledSchool();
      const { store, office, ana, ben, roomA } = school;
      let nowMs = someNowMs;
      for (const each of steps) {
        const student = 'isAna' in each && each.isAna ? ana : ben;
        if (each.do === 'next-day') {
          if (store.today >= friday) continue;
          store.setNow((nowMs += dayMs));
        } else if (each.do === 'plan') {
          store.setNow((nowMs += 1000));
          plan(school, [student], store.today, addDays(store.today, each.days), { code: each.code });
        } else {
          const day = addDays(store.today, -each.back);
          const given = mark(school, each.who, student, each.code, day);
          expect(given.totals).toEqual(totals(school, day, roomA));
        }
      }
      const grid = register(school, store.today);
      const codesByText = new Map(
        store.get(office, 'attendance', 'codes', { day: store.today }).codes.map((code) => [code.code, code]),
      );
      const byGrid = grid.students.map(({ teacher, office: own, planned }) => {
        const saysNothing = teacher === null || codesByText.get(teacher.code)?.awaitsReason === true;
        return own?.code ?? (planned !== null && saysNothing ? planned.code : (teacher?.code ?? null));
      });
      const byCard = [ana, ben].map(
        (student) =>
          store.get(office, 'students', 'attendance', { student }).days.find(({ day }) => day === store.today)
            ?.sessions[0]?.code ?? null,
      );
      expect(byCard).toEqual(byGrid);
      const listed = totals(school, store.today, roomA);
      expect(listed?.blank).toBe(byGrid.filter((code) => code === null).length);
      expect(listed?.absentUnexplained).toBe(byGrid.filter((code) => code === 'A').length);
      const work = store.get(office, 'attendance', 'today', { day: store.today });
      const open = store.get(office, 'absence', 'unexplained', {});
      expect(open.students.map(({ student }) => student).toSorted()).toEqual(
        work.absentWithoutReason.map(({ student }) => student).toSorted(),
      );
      const onlyToday = open.students.filter(({ registers }) =>
        registers.some(({ day }) => day === store.today),
      );
      expect(onlyToday).toHaveLength(byGrid.filter((code) => code === 'A').length);
    }),
    { numRuns: 12 },
  );
});
