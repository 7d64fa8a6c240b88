import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  registerState,
  resolveMarks,
  type MarkFact,
  type TakenFact,
} from '../../../domain/attendance/register.ts';
import type { PlannedAbsence } from '../../../domain/attendance/planned-absence.ts';
import { day, studentId, userId, type StudentId } from '../../../domain/ids.ts';
import { shippedPack } from './rule-packs.ts';

const england = shippedPack('england');
const tuesday = day.parse('2026-03-03');
const ada = studentId.parse('a'.repeat(32));
const ben = studentId.parse('b'.repeat(32));
const teacher = userId.parse('1'.repeat(32));
const clerk = userId.parse('2'.repeat(32));

function fact(version: number, code: string | null, more: Partial<MarkFact> = {}): MarkFact {
  return {
    studentId: ada,
    kind: 'teacher',
    code,
    authorId: more.kind === 'office' ? clerk : teacher,
    atMs: version,
    hlc: version,
    desk: 1,
    minutesLate: null,
    note: '',
    ...more,
  };
}

const taken = (version: number, isTaken = true): TakenFact => ({
  isTaken,
  authorId: teacher,
  atMs: version,
  hlc: version,
  desk: 1,
});

const noPlans = new Map<StudentId, PlannedAbsence>();
const resolve = (facts: readonly MarkFact[], plan: PlannedAbsence | null = null) =>
  resolveMarks(ada, facts, plan, england, tuesday);

describe("one student's marks", () => {
  test("A16: the office's mark counts over the teacher's, and both are kept with author and time", () => {
    const said = fact(1, 'N');
    const found = fact(2, 'I', { kind: 'office', note: 'called 08:40' });
    expect(resolve([found, said])).toEqual({
      studentId: ada,
      effective: found,
      teacher: said,
      office: found,
      planned: null,
      history: [said, found],
      isCorrected: true,
    });
  });

  test("the teacher's later correction does not push the office's mark aside", () => {
    const office = fact(2, 'I', { kind: 'office' });
    const corrected = fact(3, 'L');
    const mark = resolve([fact(1, 'N'), office, corrected]);
    expect([mark.effective, mark.teacher]).toEqual([office, corrected]);
  });

  test('A16: a correction leaves the original in the history, in order', () => {
    const mark = resolve([fact(3, '/'), fact(1, 'N'), fact(2, 'L', { minutesLate: 7 })]);
    expect([mark.effective?.code, mark.isCorrected, mark.history.map(({ code }) => code)]).toEqual([
      '/',
      true,
      ['N', 'L', '/'],
    ]);
  });

  test('withdrawing the only mark leaves the student blank, not present', () => {
    const mark = resolve([fact(1, 'N'), fact(2, null)]);
    expect([mark.effective, mark.teacher, mark.history.length]).toEqual([null, null, 2]);
  });

  test("withdrawing the office's mark lets the teacher's count again", () => {
    const said = fact(1, 'N');
    const facts = [said, fact(2, 'I', { kind: 'office' }), fact(3, null, { kind: 'office' })];
    expect(resolve(facts)).toMatchObject({ effective: said, office: null });
  });

  test('the order in which facts arrive changes nothing, and no fact is lost', () => {
    const facts = fc.uniqueArray(
      fc.record({
        version: fc.nat(9999),
        code: fc.constantFrom('/', 'N', 'I', null),
        kind: fc.constantFrom('teacher', 'office'),
      }),
      { selector: ({ version }) => version, maxLength: 12 },
    );
    fc.assert(
      fc.property(
        facts.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          const toFact = (each: (typeof all)[number]) => fact(each.version, each.code, { kind: each.kind });
          const mark = resolve(all.map(toFact));
          expect(resolve(shuffled.map(toFact))).toEqual(mark);
          expect(mark.history).toHaveLength(all.length);
          const newest = mark.history.findLast(({ kind }) => kind === 'office');
          if (newest?.code != null) expect(mark.effective).toEqual(newest);
        },
      ),
    );
  });
});

describe('a register', () => {
  test('A16: a student without a mark is blank, never present, even in a register that was taken', () => {
    const register = registerState([ada, ben], [fact(1, '/')], [taken(2)], noPlans, england, tuesday);
    expect(register).toMatchObject({ state: 'partly', marked: 1, blank: 1 });
    expect(register.totals.byCategory.attending).toBe(1);
    expect(register.students[1]?.effective).toBeNull();
  });

  test('all marked but not taken is partly done', () => {
    expect(registerState([ada], [fact(1, '/')], [], noPlans, england, tuesday).state).toBe('partly');
  });

  test('taken and all marked is taken; taken back, it no longer is', () => {
    expect(registerState([ada], [fact(1, '/')], [taken(2)], noPlans, england, tuesday)).toMatchObject({
      state: 'taken',
      taken: taken(2),
    });
    expect(
      registerState([ada], [fact(1, '/')], [taken(2), taken(3, false)], noPlans, england, tuesday),
    ).toMatchObject({
      state: 'partly',
      taken: null,
    });
  });

  test('without a mark and not taken it is blank', () => {
    expect(registerState([ada, ben], [], [], noPlans, england, tuesday)).toMatchObject({
      state: 'blank',
      blank: 2,
    });
  });

  test('totals count the mark that counts, once per student, and set unknown codes apart', () => {
    const facts = [
      fact(1, 'N'),
      fact(2, 'U', { kind: 'office', minutesLate: 50 }),
      fact(3, '??', { studentId: ben }),
    ];
    const { totals } = registerState([ada, ben], facts, [], noPlans, england, tuesday);
    expect(totals).toEqual({
      byCategory: { attending: 0, 'approved-activity': 0, authorised: 0, unauthorised: 1, 'not-possible': 0 },
      byCode: new Map([
        ['U', 1],
        ['??', 1],
      ]),
      late: 1,
      awaitingReason: 0,
      unknownCode: 1,
    });
  });

  test('a mark of a student who left the class is in no total', () => {
    const { totals, students } = registerState([ben], [fact(1, 'N')], [], noPlans, england, tuesday);
    expect([totals.byCategory.unauthorised, students.length]).toEqual([0, 1]);
  });
});
