import { describe, expect, test } from 'vitest';
import { movement as movementTable } from '../../db/attendance/schema.ts';
import { auditBody } from '../../db/audit/schema.ts';
import { parseEntryText } from '../../domain/audit/entry.ts';
import type { StudentId } from '../../domain/ids.ts';
import { change } from '../../db/school/schema.ts';
import { filledSchool, type FilledSchool } from '../support/filled-school.ts';
import { someNowMs, type Caller, type StoreOptions } from '../support/school-store.ts';

const today = '2030-01-16';
const at = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

/** A school whose clock stands late in the afternoon, so that every entry of the day has happened. */
function school(options: StoreOptions = {}): FilledSchool {
  const filled = filledSchool(options);
  filled.store.setNow(someNowMs + 8 * 3_600_000);
  return filled;
}

const english: StoreOptions = { attendance: 'am-pm', country: 'england' };

function desk({ store, office }: FilledSchool) {
  return {
    arrive: (students: readonly StudentId[], clock: string, reason: 'overslept' | 'medical' | 'unknown') =>
      store.get(office, 'counter', 'arrive', {
        students: [...students],
        day: today,
        minute: at(clock),
        reason,
      }).movements,
    signOut: (student: StudentId, clock: string, expected: string | null = null) =>
      store.get(office, 'counter', 'signOut', {
        students: [student],
        day: today,
        minute: at(clock),
        reason: 'medical',
        expectedMinute: expected === null ? null : at(expected),
      }).movements,
    comeBack: (student: StudentId, clock: string) =>
      store.get(office, 'counter', 'comeBack', { students: [student], day: today, minute: at(clock) })
        .movements,
    takeBack: (movement: string) => store.get(office, 'counter', 'takeBack', { movement }),
    day: () => store.get(office, 'counter', 'day', { day: today }),
  };
}

/** `teacher/office` code with minutes, as the register shows the student's cell. */
function cell({ store, office, roomA }: FilledSchool, student: StudentId, session: string): string {
  const { students } = store.get(office, 'attendance', 'register', { day: today, class: roomA, session });
  const found = students.find(({ id }) => id === student);
  const text = (mark: { code: string; minutes: number | null } | null | undefined) =>
    mark == null ? '-' : `${mark.code}${mark.minutes === null ? '' : ` ${mark.minutes}`}`;
  return `${text(found?.teacher)}/${text(found?.office)}`;
}

function enterMark(
  filled: FilledSchool,
  caller: Caller,
  student: StudentId,
  session: string,
  code: string,
  note = '',
) {
  filled.store.get(caller, 'attendance', 'mark', {
    day: today,
    class: filled.roomA,
    session,
    marks: [{ student, code, note }],
  });
}

const refused = (why: string) => ({ ok: false, error: { type: 'movement-out-of-order', why } });

describe('an arrival', () => {
  test("A16: gives the office's mark by rule in the session that was missed, beside the teacher's, in one change", () => {
    const filled = school(english);
    const { store, teacher, ana } = filled;
    enterMark(filled, teacher, ana, 'am', '/');
    const before = store.db.select().from(change).all().length;
    const [entered] = desk(filled).arrive([ana], '09:10', 'overslept');
    expect(entered).toMatchObject({ student: ana, registers: 1 });
    expect([cell(filled, ana, 'am'), cell(filled, ana, 'pm')]).toEqual(['//L 25', '-/-']);
    expect(store.db.select().from(change).all()).toHaveLength(before + 1);
    expect(store.db.select().from(movementTable).all()).toMatchObject([
      { kind: 'arrival', minute: 550, reason: 'overslept', code: 'L' },
    ]);
  });

  test('A16: in the US is tardy up to 30 minutes, and more than that unless it is excused', () => {
    const filled = school();
    const { ana, ben, cyd } = filled;
    const { arrive } = desk(filled);
    arrive([ana], '09:00', 'overslept');
    arrive([ben], '09:01', 'overslept');
    expect([ana, ben].map((id) => cell(filled, id, 'day'))).toEqual(['-/T 30', '-/TU 31']);
    expect(arrive([cyd], '08:20', 'overslept')).toMatchObject([{ registers: 0 }]);
  });

  test('A16: of several children is one entry for each, and all or none', () => {
    const filled = school(english);
    const { store, office, ana, ben } = filled;
    expect(desk(filled).arrive([ana, ben, ana], '10:00', 'overslept')).toMatchObject([
      { student: ana, registers: 1 },
      { student: ben, registers: 1 },
    ]);
    const { cyd } = filled;
    const again = { students: [cyd, ben], day: today, minute: at('10:05'), reason: 'overslept' as const };
    expect(store.call(office, 'counter', 'arrive', again)).toEqual(refused('here-already'));
    expect(
      desk(filled)
        .day()
        .movements.map(({ student }) => student),
    ).toEqual([ben, ana]);
  });

  test('A16: leaves an absence that the office has explained, and one that was planned', () => {
    const filled = school(english);
    const { store, office, ana, ben } = filled;
    enterMark(filled, office, ana, 'am', 'I');
    store.write(({ changes, school: { id }, random, actor }) =>
      changes.write({ type: 'student', id: ben }, (builder) =>
        builder.put('planned_absence', {
          id: Buffer.from(random(16)).toString('hex') as never,
          school: id,
          student: ben,
          fromDay: today,
          toDay: today,
          sessions: ['am'],
          code: 'M',
          occasion: '',
          madeBy: actor.user,
          madeAtMs: 0,
          status: 'active',
        }),
      ),
    );
    desk(filled).arrive([ana, ben], '10:30', 'unknown');
    expect([cell(filled, ana, 'am'), cell(filled, ben, 'am')]).toEqual(['-/I', '-/M 105']);
  });
});

describe('a sign-out', () => {
  test('A16: marks the afternoon that will be missed, and a return in time withdraws that again', () => {
    const filled = school(english);
    const { ana } = filled;
    const { signOut, comeBack } = desk(filled);
    signOut(ana, '11:00', '14:00');
    expect([cell(filled, ana, 'am'), cell(filled, ana, 'pm')]).toEqual(['-/-', '-/M']);
    comeBack(ana, '12:45');
    expect([cell(filled, ana, 'am'), cell(filled, ana, 'pm')]).toEqual(['-/-', '-/-']);
  });

  test('A16: in the US counts the minutes to the end of the day until the return, and nothing after it', () => {
    const filled = school();
    const { store, ana, ben, cyd, office } = filled;
    const { signOut, comeBack } = desk(filled);
    signOut(ana, '14:00');
    signOut(ben, '11:00', '12:00');
    signOut(cyd, '15:15');
    expect([cell(filled, ana, 'day'), cell(filled, ben, 'day')]).toEqual(['-/ED 75', '-/ED 255']);
    comeBack(ben, '12:10');
    expect(cell(filled, ben, 'day')).toBe('-/-');
    expect(store.get(office, 'attendance', 'registers', { day: today }).registers).toMatchObject([
      { title: '7A', totals: { present: 1, blank: 1 } },
      { title: '7B', totals: { present: 0, blank: 2 } },
    ]);
  });

  test('shows who is out and when expected, until the return', () => {
    const filled = school();
    const { ana } = filled;
    const { signOut, comeBack, day } = desk(filled);
    signOut(ana, '11:00', '12:10');
    expect(day().movements).toMatchObject([
      { name: 'Ana Abbot', homeroom: '7A', kind: 'departure', minute: 660, expectedMinute: 730, isOut: true },
    ]);
    comeBack(ana, '12:20');
    expect(day().movements.map(({ kind, isOut }) => [kind, isOut])).toEqual([
      ['return', false],
      ['departure', false],
    ]);
  });

  test('keeps who fetched the student sealed in the store', () => {
    const filled = school();
    const { store, office, ana } = filled;
    store.get(office, 'counter', 'signOut', {
      students: [ana],
      day: today,
      minute: at('11:00'),
      reason: 'illness',
      expectedMinute: null,
      collectedBy: 'Grandmother Abbot',
    });
    const [row] = store.db.select().from(movementTable).all();
    expect(row?.collectedBy?.length).toBeGreaterThan(0);
    expect(Buffer.from(row?.collectedBy ?? []).includes('Abbot')).toBe(false);
  });
});

describe('taking back', () => {
  test('A16: withdraws the marks that the entry gave, and what the office had said before stands again', () => {
    const filled = school(english);
    const { store, office, ana, ben, roomA } = filled;
    enterMark(filled, office, ana, 'am', 'N', 'No answer yet');
    const entries = desk(filled).arrive([ana, ben], '09:10', 'overslept');
    expect([cell(filled, ana, 'am'), cell(filled, ben, 'am')]).toEqual(['-/L 25', '-/L 25']);
    for (const { id } of entries) desk(filled).takeBack(id);
    expect([cell(filled, ana, 'am'), cell(filled, ben, 'am')]).toEqual(['-/N', '-/-']);
    const { students } = store.get(office, 'attendance', 'register', {
      day: today,
      class: roomA,
      session: 'am',
    });
    const shown = students.find(({ id }) => id === ana);
    expect(shown?.office?.note).toBe('No answer yet');
    expect(shown?.history.map(({ code }) => code)).toEqual(['N', 'L', 'N']);
    expect(desk(filled).day().movements).toEqual([]);
  });

  test('A16: leaves a mark that was corrected by hand since, and is not done twice', () => {
    const filled = school(english);
    const { store, office, ana } = filled;
    const [entered] = desk(filled).arrive([ana], '10:00', 'overslept');
    enterMark(filled, office, ana, 'am', 'M');
    expect(desk(filled).takeBack(entered?.id ?? '')).toEqual({ registers: 0 });
    expect(cell(filled, ana, 'am')).toBe('-/M');
    expect(store.call(office, 'counter', 'takeBack', { movement: entered?.id ?? '' })).toEqual(
      refused('taken-back'),
    );
    expect(store.db.select().from(movementTable).all()).toHaveLength(2);
  });

  test('A16: leaves a mark by hand also where another entry of the day would give one', () => {
    const filled = school();
    const { office, ana } = filled;
    const [entered] = desk(filled).arrive([ana], '10:00', 'overslept');
    desk(filled).signOut(ana, '14:00');
    enterMark(filled, office, ana, 'day', 'E');
    expect(desk(filled).takeBack(entered?.id ?? '')).toEqual({ registers: 0 });
    expect(cell(filled, ana, 'day')).toBe('-/E');
  });

  test('A16: a return that is taken back gives the marks of the departure again', () => {
    const filled = school(english);
    const { ana } = filled;
    const { signOut, comeBack, takeBack, day } = desk(filled);
    signOut(ana, '11:00');
    const [returned] = comeBack(ana, '12:30');
    takeBack(returned?.id ?? '');
    expect(cell(filled, ana, 'pm')).toBe('-/M');
    expect(day().movements).toMatchObject([{ kind: 'departure', isOut: true }]);
  });
});

describe('what does not fit', () => {
  test.each([
    ['an arrival of who is out', 'arrive', { minute: at('12:00'), reason: 'medical' }, 'out-already'],
    [
      'a second sign-out',
      'signOut',
      { minute: at('12:00'), reason: 'medical', expectedMinute: null },
      'out-already',
    ],
    ['a return before the departure', 'comeBack', { minute: at('10:59') }, 'before-last'],
    ['a time to come', 'comeBack', { minute: at('23:00') }, 'in-future'],
  ] as const)('refuses %s and writes nothing', (_what, name, fields, why) => {
    const filled = school();
    const { store, office, ana } = filled;
    desk(filled).signOut(ana, '11:00');
    const before = store.db.select().from(change).all().length;
    const reply = store.call(office, 'counter', name, { students: [ana], day: today, ...fields });
    expect(reply).toEqual(refused(why));
    expect(store.db.select().from(change).all()).toHaveLength(before);
  });

  test('refuses a return of who is not out, and a sign-out that is expected back before it began', () => {
    const filled = school();
    const { store, office, ana } = filled;
    const entry = { students: [ana], day: today };
    expect(store.call(office, 'counter', 'comeBack', { ...entry, minute: at('12:00') })).toEqual(
      refused('not-out'),
    );
    const wrong = { ...entry, minute: at('12:00'), reason: 'other' as const, expectedMinute: at('11:00') };
    expect(store.call(office, 'counter', 'signOut', wrong)).toEqual(refused('before-last'));
  });
});

describe('who the counter finds', () => {
  test('A7: gives name and homeroom of at most eight, and writes who was seen', () => {
    const filled = school();
    const { store, office, roomA } = filled;
    for (const letter of 'ABCDEFGHIJ') store.enrol(roomA, store.addStudent(`Zed${letter} Zorn`));
    const found = store.get(office, 'counter', 'find', { text: 'zed' });
    expect([found.students.length, found.more]).toEqual([8, true]);
    expect(Object.keys(found.students[0] ?? {}).toSorted()).toEqual(['homeroom', 'id', 'name']);
    expect(lastEntry(filled)).toMatchObject({
      action: 'list',
      procedure: 'counter.find',
      subjects: found.students.map(({ id }) => id),
    });
  });

  test('puts names that begin as typed before those that only hold it', () => {
    const filled = school();
    const { store, office } = filled;
    for (const name of ['Susan Able', 'Ana Bell', 'Zoë Anders']) store.addStudent(name);
    const { students } = store.get(office, 'counter', 'find', { text: 'an' });
    expect(students.map(({ name }) => name)).toEqual(['Ana Abbot', 'Zoë Anders', 'Ana Bell', 'Susan Able']);
  });

  test('finds brothers and sisters by a guardian they share, and nobody who has left', () => {
    const filled = school();
    const { store, office, ana, ben, cyd, dov } = filled;
    const guardian = store.addGuardian(ana, 'Gil Abbot');
    const link = (student: StudentId) =>
      store.write(({ changes }) =>
        changes.write({ type: 'student', id: student }, (builder) =>
          builder.put('guardian_link', {
            student,
            guardian,
            relation: 'parent',
            statedBy: 'student',
            status: 'active',
          }),
        ),
      );
    link(cyd);
    link(dov);
    store.write(({ changes }) =>
      changes.write({ type: 'student', id: dov }, (builder) =>
        builder.put('student', { id: dov, status: 'left' }),
      ),
    );
    store.addGuardian(ben, 'Other Guardian');
    const { students } = store.get(office, 'counter', 'siblings', { student: ana });
    expect(students).toEqual([{ id: cyd, name: 'Cyd Cole', homeroom: '7B' }]);
  });
});

describe('an earlier day', () => {
  const yesterday = '2030-01-15';
  const sunday = '2030-01-13';
  const noteFound = 'A paper note was found the next morning';
  const overslept = { minute: at('09:10'), reason: 'overslept' as const };

  /** The office's mark of the student's register of that day, with its history. */
  function registerOf({ store, office, roomA }: FilledSchool, student: StudentId, day: string) {
    const { students } = store.get(office, 'attendance', 'register', { day, class: roomA, session: 'am' });
    const found = students.find(({ id }) => id === student);
    return { office: found?.office, history: found?.history.map(({ code, note }) => [code, note]) };
  }

  test('A16: gives its registers the marks that follow by rule, with the reason as their note and nothing today', () => {
    const filled = school(english);
    const { store, office, ana } = filled;
    const late = { ...overslept, students: [ana], day: yesterday, correction: noteFound };
    expect(store.get(office, 'counter', 'arrive', late).movements).toMatchObject([{ registers: 1 }]);
    expect(registerOf(filled, ana, yesterday).office).toMatchObject({
      code: 'L',
      minutes: 25,
      note: noteFound,
    });
    expect(cell(filled, ana, 'am')).toBe('-/-');
    expect(desk(filled).day().movements).toEqual([]);
    expect(store.get(office, 'counter', 'day', { day: yesterday }).movements).toMatchObject([
      { student: ana, kind: 'arrival', minute: 550 },
    ]);
    expect(lastEntryOf(filled, 'counter.arrive')).toMatchObject({
      action: 'create',
      outcome: 'ok',
      subjects: [ana],
    });
  });

  test('A16: is taken back for a reason, which stands beside what the office had said before', () => {
    const filled = school(english);
    const { store, office, ana } = filled;
    store.get(office, 'attendance', 'mark', {
      day: yesterday,
      class: filled.roomA,
      session: 'am',
      marks: [{ student: ana, code: 'N', note: 'No answer yet' }],
    });
    const late = { ...overslept, students: [ana], day: yesterday, correction: noteFound };
    const [entered] = store.get(office, 'counter', 'arrive', late).movements;
    const movement = entered?.id ?? '';
    expect(store.call(office, 'counter', 'takeBack', { movement })).toEqual({
      ok: false,
      error: { type: 'correction-reason-needed' },
    });
    expect(store.get(office, 'counter', 'takeBack', { movement, correction: 'Another Ana' })).toEqual({
      registers: 1,
    });
    expect(registerOf(filled, ana, yesterday).history).toEqual([
      ['N', 'No answer yet'],
      ['L', noteFound],
      ['N', 'Another Ana'],
    ]);
    expect(store.get(office, 'counter', 'day', { day: yesterday }).movements).toEqual([]);
  });

  test('A16: takes a sign-out at any hour, as the clock of today says nothing of it', () => {
    const filled = school(english);
    const { store, office, ana } = filled;
    store.setNow(someNowMs);
    const leaves = { students: [ana], minute: at('23:00'), reason: 'illness' as const, expectedMinute: null };
    expect(store.call(office, 'counter', 'signOut', { ...leaves, day: today })).toEqual(refused('in-future'));
    const entry = { ...leaves, day: yesterday, correction: noteFound };
    expect(store.get(office, 'counter', 'signOut', entry).movements).toHaveLength(1);
    expect(store.get(office, 'counter', 'day', { day: yesterday }).movements).toMatchObject([
      { kind: 'departure', isOut: true },
    ]);
  });

  test.each([
    ['a day to come', '2030-01-17', noteFound, 'day-in-future'],
    ['a weekend', sunday, noteFound, 'no-school-day'],
    ['a day before the school year', '2029-12-31', noteFound, 'no-school-day'],
    ['an earlier school day without a reason', yesterday, '  ', 'correction-reason-needed'],
  ])('A16: refuses %s and writes nothing', (_what, day, correction, type) => {
    const filled = school(english);
    const { store, office, ana } = filled;
    const before = store.db.select().from(change).all().length;
    const entry = { ...overslept, students: [ana], day, correction };
    expect(store.call(office, 'counter', 'arrive', entry)).toEqual({ ok: false, error: { type } });
    expect(store.db.select().from(change).all()).toHaveLength(before);
    expect(lastEntryOf(filled, 'counter.arrive')).toMatchObject({
      outcome: `refused:${type}`,
      subjects: [ana],
    });
  });

  test('is not opened before it comes, and says why there was no school', () => {
    const { store, office } = school(english);
    expect(store.call(office, 'counter', 'day', { day: '2030-01-17' })).toEqual({
      ok: false,
      error: { type: 'day-in-future' },
    });
    expect(store.get(office, 'counter', 'day', { day: sunday }).closedBecause).toEqual({ type: 'weekend' });
    expect(store.get(office, 'counter', 'day', { day: yesterday }).closedBecause).toBeNull();
  });
});

test('the paper and whether slips print at once stay on this computer', () => {
  const filled = school();
  const { store, office } = filled;
  expect(desk(filled).day().printing).toEqual({ paper: '80mm', printer: null, automatic: true });
  const before = store.db.select().from(change).all().length;
  store.get(office, 'counter', 'choosePrinting', { paper: 'a6', printer: 'front desk', automatic: false });
  expect(desk(filled).day().printing).toEqual({ paper: 'a6', printer: 'front desk', automatic: false });
  expect(store.db.select().from(change).all()).toHaveLength(before);
});

function lastEntryOf({ store }: FilledSchool, procedure: string) {
  return store.db
    .select()
    .from(auditBody)
    .all()
    .flatMap(({ body }) => {
      const entry = parseEntryText(body ?? '');
      return entry.ok && entry.value.procedure === procedure ? [entry.value] : [];
    })
    .at(-1);
}

function lastEntry({ store }: FilledSchool) {
  const body = store.db.select().from(auditBody).all().at(-1)?.body ?? '';
  const parsed = parseEntryText(body);
  return parsed.ok ? parsed.value : parsed.error;
}
