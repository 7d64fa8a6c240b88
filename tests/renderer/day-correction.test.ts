import { expect, test } from 'vitest';
import { classId, day, studentId } from '../../domain/ids.ts';
import { dayCorrection, type DayMark } from '../../renderer/attendance/day-correction.ts';
import type { RegisterCode } from '../../renderer/attendance/grid-model.ts';

const tuesday = day.parse('2030-01-15');
const room = classId.parse('c'.repeat(32));

function code(text: string, more: Partial<RegisterCode> = {}): RegisterCode {
  return {
    code: text,
    meaning: `meaning of ${text}`,
    category: 'late',
    statisticalCategory: 'attending',
    key: text,
    takesMinutes: false,
    sessions: null,
    isPresent: false,
    awaitsReason: false,
    mayBePlanned: false,
    ...more,
  };
}

const late = code('L');
const excused = code('E');
const morning = code('/', { isPresent: true, sessions: ['am'] });
const afternoon = code('\\', { isPresent: true, sessions: ['pm'] });
const morningOnly = code('Q', { sessions: ['am'] });
const codes = [late, excused, morning, afternoon, morningOnly];

function mark(student: string, session: string): DayMark {
  return {
    class: room,
    title: '7A',
    session,
    student: studentId.parse(student.repeat(32)),
    name: `Student ${student}`,
    minutes: 5,
    by: 'teacher',
  };
}

const found = [mark('a', 'am'), mark('a', 'pm'), mark('b', 'pm')];

function correct(to: RegisterCode | null, left: ReadonlySet<string> = new Set(), from = late) {
  return dayCorrection({ day: tuesday, from, to, found, left, codes });
}

test('sends what is ticked, with what was seen there; an unticked mark stays in the list', () => {
  const { rows, marks } = correct(excused);
  expect(marks).toEqual(
    found.map(({ class: schoolClass, session, student }) => ({
      day: tuesday,
      class: schoolClass,
      session,
      student,
      code: 'E',
      seen: 'L',
    })),
  );
  const without = correct(excused, new Set([rows[1]?.key ?? '']));
  expect(without.rows).toHaveLength(3);
  expect(without.marks).toEqual([marks[0], marks[2]]);
});

test('present becomes the present of each session; a code that may not stand there sends nothing and says why', () => {
  expect(correct(morning).marks.map((each) => each.code)).toEqual(['/', '\\', '\\']);
  const { rows, marks } = correct(morningOnly);
  expect(marks.map(({ session }) => session)).toEqual(['am']);
  expect(rows.map(({ why }) => why)).toEqual([null, 'not-here', 'not-here']);
});

test('nothing is sent before a code is chosen, nor where the mark would become what it is', () => {
  expect(correct(null).marks).toEqual([]);
  expect(correct(late).marks).toEqual([]);
  expect(correct(morning, new Set(), afternoon).marks.map(({ session }) => session)).toEqual(['am']);
});
