import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { filledSchool, type FilledSchool } from '../../support/filled-school.ts';

const days = ['2030-01-10', '2030-01-11', '2030-01-14', '2030-01-15', '2030-01-16'];

interface Cell {
  readonly day: string;
  readonly student: string;
  readonly code: string;
}

function corrector({ store, roomA, office }: FilledSchool, caller = office) {
  return (cells: readonly Cell[], more: { reason?: string; onlyWithMarks?: boolean } = {}) =>
    store.call(caller, 'attendance', 'correct', {
      marks: cells.map((cell) => ({ ...cell, class: roomA, session: 'day' })),
      reason: 'Letter of the family',
      onlyWithMarks: true,
      ...more,
    });
}

/** Every fact of the store, as text, oldest first. */
function factsIn({ store }: FilledSchool): readonly string[] {
  return store.connection
    .prepare(
      'SELECT day, hex(student) AS student, author_column, code, length(note) > 0 AS noted FROM mark ORDER BY hlc, day, student',
    )
    .all()
    .map((row) => Object.values(row as object).join(' '));
}

function standingIn({ store, roomA, office }: FilledSchool) {
  return days.map((day) =>
    store
      .get(office, 'attendance', 'register', { day, class: roomA, session: 'day' })
      .students.map(({ teacher, office: ofOffice }) => [teacher?.code ?? null, ofOffice?.code ?? null]),
  );
}

function teach({ store, roomA, teacher }: FilledSchool, day: string, student: string, code: string) {
  store.get(teacher, 'attendance', 'mark', { day, class: roomA, session: 'day', marks: [{ student, code }] });
}

test("A16: a correction stands in the office's column with its reason; the teacher's mark stays beside it", () => {
  const school = filledSchool();
  const { store, office, ana, ben, roomA } = school;
  teach(school, '2030-01-14', ana, 'A');
  teach(school, '2030-01-15', ben, 'A');
  const reply = corrector(school)([
    { day: '2030-01-14', student: ana, code: 'I' },
    { day: '2030-01-15', student: ana, code: 'I' },
    { day: '2030-01-15', student: ben, code: 'I' },
  ]);
  expect(reply).toMatchObject({ ok: true, value: { changed: 2, unchanged: 0, blank: 1 } });
  const register = store.get(office, 'attendance', 'register', {
    day: '2030-01-14',
    class: roomA,
    session: 'day',
  });
  expect(register.students[0]).toMatchObject({
    teacher: { code: 'A' },
    office: { code: 'I', note: 'Letter of the family' },
  });
  expect(standingIn(school)[3]).toEqual([
    [null, null],
    ['A', 'I'],
  ]);
});

test('blanks get the code only where that is asked for, and what says it already stays as it is', () => {
  const school = filledSchool();
  const { ana, ben } = school;
  teach(school, '2030-01-14', ana, 'I');
  const cells = [ana, ben].map((student) => ({ day: '2030-01-14', student, code: 'I' }));
  expect(corrector(school)(cells)).toMatchObject({ value: { changed: 0, unchanged: 1, blank: 1 } });
  expect(factsIn(school)).toHaveLength(1);
  expect(corrector(school)(cells, { onlyWithMarks: false })).toMatchObject({
    value: { changed: 1, unchanged: 1, blank: 0 },
  });
});

describe('refused as a whole', () => {
  test.each([
    ['a day in the future', { day: '2030-01-17' }, 'day-in-future'],
    ['a day without school', { day: '2030-01-13' }, 'register-not-expected'],
    ['a code that is none', { code: 'ZZ' }, 'code-unknown'],
  ])('%s', (_, wrong, type) => {
    const school = filledSchool();
    const { ana, ben } = school;
    teach(school, '2030-01-14', ana, 'A');
    const before = factsIn(school);
    const reply = corrector(school)([
      { day: '2030-01-14', student: ana, code: 'I' },
      { day: '2030-01-14', student: ben, code: 'I', ...wrong },
    ]);
    expect(reply).toMatchObject({ ok: false, error: { type } });
    expect(factsIn(school)).toEqual(before);
  });

  test('a student of another class', () => {
    const school = filledSchool();
    const { ana, cyd } = school;
    teach(school, '2030-01-14', ana, 'A');
    const reply = corrector(school)([
      { day: '2030-01-14', student: ana, code: 'I' },
      { day: '2030-01-14', student: cyd, code: 'I' },
    ]);
    expect(reply).toMatchObject({ error: { type: 'out-of-scope' } });
    expect(factsIn(school)).toHaveLength(1);
  });

  test('a teacher: the office corrects', () => {
    const school = filledSchool();
    const { teacher, ana } = school;
    expect(corrector(school, teacher)([{ day: '2030-01-14', student: ana, code: 'I' }])).toMatchObject({
      error: { type: 'permission-refused' },
    });
  });
});

test('is one change and one audit row, over all its registers', () => {
  const school = filledSchool();
  const { store, ana, ben } = school;
  const count = (table: string) =>
    Number(store.connection.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
  const [changes, rows] = [count('change'), count('audit_leaf')];
  const cells = days.flatMap((day) => [ana, ben].map((student) => ({ day, student, code: 'I' })));
  expect(corrector(school)(cells, { onlyWithMarks: false })).toMatchObject({ value: { changed: 10 } });
  expect([count('change') - changes, count('audit_leaf') - rows]).toEqual([1, 1]);
});

test('present over a morning and an afternoon is the present of each', () => {
  const school = filledSchool({ country: 'england', attendance: 'am-pm', timeZone: 'Europe/London' });
  const { store, office, ana, roomA } = school;
  const key = { day: '2030-01-14', class: roomA };
  store.get(office, 'attendance', 'correct', {
    marks: ['am', 'pm'].map((session) => ({ ...key, session, student: ana, code: '/' })),
    reason: 'Was in the library',
    onlyWithMarks: false,
  });
  const codes = ['am', 'pm'].map(
    (session) => store.get(office, 'attendance', 'register', { ...key, session }).students[0]?.office?.code,
  );
  expect(codes).toEqual(['/', '\\']);
});

test('A16: a correction touches no cell but those it names', () => {
  const school = filledSchool();
  const { ana, ben } = school;
  const students = [ana, ben];
  const code = fc.constantFrom('P', 'A', 'I', 'E', 'T');
  const cell = fc.record({
    day: fc.constantFrom(...days),
    student: fc.constantFrom(...students),
    code,
  });
  fc.assert(
    fc.property(
      fc.array(cell, { maxLength: 6 }),
      fc.array(cell, { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      (taught, corrected, onlyWithMarks) => {
        for (const { day, student, code: mark } of taught) teach(school, day, student, mark);
        const before = standingIn(school);
        expect(corrector(school)(corrected, { onlyWithMarks })).toMatchObject({ ok: true });
        const named = new Map(corrected.map((each) => [`${each.day} ${each.student}`, each.code]));
        const expected = before.map((register, at) =>
          register.map(([teacher, office], row) => {
            const asked = named.get(`${days[at] ?? ''} ${students[row] ?? ''}`);
            const standing = office ?? teacher ?? null;
            const stays = asked === undefined || asked === standing || (standing === null && onlyWithMarks);
            return [teacher, stays ? office : asked];
          }),
        );
        expect(standingIn(school)).toEqual(expected);
      },
    ),
    { numRuns: 40 },
  );
});
