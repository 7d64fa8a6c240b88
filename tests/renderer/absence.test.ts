import { expect, test } from 'vitest';
import { classId, day, guardianId, studentId, userId, type StudentId } from '../../domain/ids.ts';
import {
  contactOf,
  groupPlans,
  planChange,
  newDraft,
  outcomeOf,
  reasonForKey,
  withFirstDay,
  type PlanShown,
} from '../../renderer/absence/call-model.ts';
import { codesMatching, createGrid, type RegisterCode } from '../../renderer/attendance/grid-model.ts';
import {
  blankStudents,
  effectiveMark,
  planShown,
  registerFigures,
} from '../../renderer/attendance/register-view.ts';
import type { Register } from '../../renderer/attendance/register-writer.ts';

const ada = studentId.parse('a'.repeat(32));
const ben = studentId.parse('b'.repeat(32));
const tuesday = day.parse('2026-03-03');
const friday = day.parse('2026-03-06');

function code(text: string, more: Partial<RegisterCode> = {}): RegisterCode {
  return {
    code: text,
    meaning: `meaning of ${text}`,
    category: 'absent-explained',
    statisticalCategory: 'authorised',
    key: text,
    takesMinutes: false,
    sessions: null,
    isPresent: false,
    awaitsReason: false,
    mayBePlanned: true,
    ...more,
  };
}

const codes = [
  code('/', { category: 'present', mayBePlanned: false }),
  code('N', { category: 'absent-unexplained', awaitsReason: true, mayBePlanned: false }),
  code('I', { meaning: 'Illness' }),
  code('C1', { key: null, meaning: 'Performance' }),
];

test('an entry without a reason logs who was reached, one with a reason that it was given, unless somebody chose', () => {
  const draft = newDraft(ada, tuesday);
  expect(outcomeOf(draft)).toBe('reached');
  expect(outcomeOf({ ...draft, reason: 'I' })).toBe('reason-given');
  expect(outcomeOf({ ...draft, reason: 'I', outcome: 'promised-note' })).toBe('promised-note');
});

test('a contact names either a guardian or who else it was, and is due only where something follows', () => {
  const draft = { ...newDraft(ada, tuesday), spokeWith: 'A neighbour', dueDay: friday, dueTime: '09:30' };
  expect(contactOf(draft)).toMatchObject({ spokeWith: 'A neighbour', nextStep: 'none', due: null });
  const guardian = guardianId.parse('c'.repeat(32));
  expect(contactOf({ ...draft, guardian, nextStep: 'call-back' })).toMatchObject({
    guardian,
    spokeWith: '',
    due: { day: friday, minute: 570 },
  });
});

test('the last day of an entry goes with the first where it would come before, and stays otherwise', () => {
  const draft = newDraft(ada, tuesday);
  expect(withFirstDay(draft, friday)).toMatchObject({ from: friday, to: friday });
  expect(withFirstDay({ ...draft, to: friday }, tuesday)).toMatchObject({ from: tuesday, to: friday });
});

test('reasons are found by code first, then by meaning, and a key gives one only where it gives a reason', () => {
  expect(codesMatching(codes, 'i').map((each) => each.code)).toEqual(['I', '/', 'N']);
  expect(codesMatching(codes, 'perf').map((each) => each.code)).toEqual(['C1']);
  expect(reasonForKey(codes, 'i')?.code).toBe('I');
  expect(reasonForKey(codes, 'n')).toBeUndefined();
  expect(reasonForKey(codes, '/')).toBeUndefined();
});

function plan(id: string, more: Partial<PlanShown> = {}): PlanShown {
  const ids: Pick<PlanShown, 'id'> = { id: id.repeat(32) as PlanShown['id'] };
  return {
    ...ids,
    student: ada,
    name: `Student ${id}`,
    homeroom: '7A',
    from: tuesday,
    to: friday,
    sessions: [],
    code: 'I',
    meaning: 'Illness',
    category: 'absent-explained',
    occasion: '',
    occasionId: null,
    note: '',
    by: '',
    atMs: 0,
    schoolDays: 4,
    hasBegun: false,
    isOverlaid: false,
    ...more,
  };
}

test('plans of one occasion are one row; who was given another last day has a row of their own', () => {
  const occasion = { occasion: 'Museum', occasionId: 'd'.repeat(32) as PlanShown['occasionId'] };
  const groups = groupPlans([
    plan('1', occasion),
    plan('2'),
    plan('3', occasion),
    plan('4', { ...occasion, to: tuesday }),
  ]);
  expect(groups.map(({ title, plans }) => [title, plans.length])).toEqual([
    ['Museum', 2],
    ['Student 2', 1],
    ['Museum', 1],
  ]);
});

test('a changed group is one command: what differs, who stays behind, who comes along', () => {
  const cem = studentId.parse('9'.repeat(32));
  const occasion = { occasion: 'Museum', occasionId: 'd'.repeat(32) as PlanShown['occasionId'] };
  const [group] = groupPlans([
    plan('1', occasion),
    plan('3', { ...occasion, student: ben, note: 'Own note' }),
  ]);
  if (group === undefined) throw new Error('No group.');
  const { from, to, sessions, note } = group.first;
  const entered = { from, to, sessions, code: 'I', note, occasion: 'Museum' };
  const ids = group.plans.map(({ id }) => id);
  expect(planChange(group, [ada, ben], entered)).toEqual({ plans: ids, fields: {}, leaves: [], joins: [] });
  expect(planChange(group, [ada, cem], { ...entered, code: 'C1' })).toEqual({
    plans: ids,
    fields: { code: 'C1' },
    leaves: [ids[1]],
    joins: [cem],
  });
});

function register(teacher: Readonly<Record<string, string>>, planned: StudentId | null): Register {
  const shown = (text: string) => ({
    code: text,
    category: codes.find((each) => each.code === text)?.category ?? ('present' as const),
    minutes: null,
    note: '',
    by: '',
    atMs: 0,
  });
  return {
    day: tuesday,
    class: classId.parse('e'.repeat(32)),
    session: 'am',
    title: '7A',
    teacher: '',
    taken: false,
    takenBy: null,
    takenAtMs: null,
    previousDay: null,
    writes: 'office',
    students: [ada, ben].map((id) => ({
      id,
      name: '',
      previousCode: null,
      teacher: teacher[id] === undefined ? null : shown(teacher[id]),
      office: null,
      planned:
        id === planned
          ? {
              code: 'I',
              category: 'absent-explained' as const,
              occasion: '',
              by: userId.parse('f'.repeat(32)),
              atMs: 0,
            }
          : null,
      history: [],
    })),
  };
}

test('A16: the grid counts a planned absence, leaves it out of "mark rest present", and lets who was seen stand', () => {
  const byText = new Map(codes.map((each) => [each.code, each]));
  const grid = createGrid([ada, ben], new Map(), 'office');
  const seen = (teacher: Readonly<Record<string, string>>) => {
    const opened = register(teacher, ada);
    return {
      standing: effectiveMark(opened, grid, byText, 0)?.code ?? null,
      isPlanStanding: planShown(opened, grid, byText, 0)?.isStanding,
      blank: blankStudents(opened, grid, byText),
      marked: registerFigures(opened, grid, byText).marked,
    };
  };
  expect(seen({})).toEqual({ standing: 'I', isPlanStanding: true, blank: [ben], marked: 1 });
  expect(seen({ [ada]: 'N' })).toEqual({ standing: 'I', isPlanStanding: true, blank: [ben], marked: 1 });
  expect(seen({ [ada]: '/' })).toEqual({ standing: '/', isPlanStanding: false, blank: [ben], marked: 1 });
});
