import { expect, test } from 'vitest';
import { forgetRosterState } from '../../db/attendance/roster-state.ts';
import { addFacts } from '../../db/changes/write-change.ts';
import type { ClassId, StudentId } from '../../domain/ids.ts';
import { deskOrdinal } from '../../domain/sync/version.ts';
import { absenceRates, prepareAbsenceRates } from '../../main/attendance/absence-rates.ts';
import { filledSchool, type FilledSchool } from '../support/filled-school.ts';
import { testId, type Caller, type SchoolStore } from '../support/school-store.ts';

const nurse: Caller = { role: 'nurse' };
const administrator: Caller = { role: 'school-administrator' };

interface Country {
  readonly country: 'us' | 'england';
  readonly attendance: 'daily' | 'am-pm';
  readonly session: 'day' | 'am';
  /** Half days in what the card counts. */
  readonly perUnit: number;
  readonly codes: {
    readonly here: string;
    readonly away: string;
    readonly late: string;
    readonly ill: string;
  };
}
const us: Country = {
  country: 'us',
  attendance: 'daily',
  session: 'day',
  perUnit: 2,
  codes: { here: 'P', away: 'A', late: 'T', ill: 'E' },
};
const england: Country = {
  country: 'england',
  attendance: 'am-pm',
  session: 'am',
  perUnit: 1,
  codes: { here: '/', away: 'N', late: 'L', ill: 'I' },
};

function partsOf(store: SchoolStore) {
  const { db, school, today } = store.unitFor(nurse, null, 'school');
  return { db, school, today };
}

/** Of each student the half days that were missed and possible, as the card counts them and as the rates of the school do. */
function bothWays(store: SchoolStore, { perUnit }: Country) {
  const rates = absenceRates(partsOf(store));
  const cards: Record<string, readonly number[]> = {};
  const sums: Record<string, readonly number[]> = {};
  for (const status of ['active', 'left'] as const) {
    for (const { id, name } of store.get(nurse, 'students', 'list', { status }).students) {
      const { rate } = store.get(nurse, 'students', 'attendance', { student: id });
      cards[name] = [rate.absent * perUnit, rate.possible * perUnit];
      const { numerator = 0, denominator = 0 } = rates.get(id) ?? {};
      sums[name] = [numerator, denominator];
    }
  }
  return { cards, sums };
}

type Steps = readonly (readonly [what: string, run: () => unknown])[];

function stepsOf(school: FilledSchool, { session, codes }: Country): Steps {
  const { store, office, teacher, ana, ben, cyd, dov, roomA, roomB } = school;
  const { here, away, late, ill } = codes;
  const mark = (by: Caller, day: string, room: ClassId, student: StudentId, code: string | null) =>
    store.get(by, 'attendance', 'mark', { day, class: room, session, marks: [{ student, code }] });
  const second = testId<'student'>('student Anna Abbott');
  const close = (reason: string | null) => {
    const input = { from: '2030-01-10', to: '2030-01-10', reason };
    const reply = store.call(administrator, 'attendance', 'setClosure', input);
    if (reply.ok || reply.error.type !== 'closure-has-marks') return;
    const confirmedMarks = reply.error.marks;
    store.get(administrator, 'attendance', 'setClosure', { ...input, confirmedMarks });
  };
  return [
    ['nothing is marked', () => {}],
    [
      'teachers and the office mark, also a day of before',
      () => {
        mark(teacher, '2030-01-16', roomA, ana, away);
        mark(teacher, '2030-01-16', roomA, ben, here);
        mark(teacher, '2030-01-10', roomA, ana, here);
        mark(office, '2030-01-10', roomB, cyd, late);
      },
    ],
    ['the office corrects', () => mark(office, '2030-01-16', roomA, ana, here)],
    ['the office takes that back', () => mark(office, '2030-01-16', roomA, ana, null)],
    [
      'an absence is planned, over "not here" and over nothing',
      () =>
        store.get(office, 'absence', 'plan', {
          students: [ana, dov],
          from: '2030-01-16',
          to: '2030-01-18',
          code: ill,
        }),
    ],
    [
      'the next day comes',
      () => {
        store.setNow(Date.UTC(2030, 0, 17, 14, 30));
      },
    ],
    [
      'somebody changes class, with marks in both',
      () => {
        mark(office, '2030-01-14', roomB, dov, away);
        store.enrol(roomB, dov, { endDay: '2030-01-15' });
        store.enrol(roomA, dov, { beginDay: '2030-01-15' });
        mark(office, '2030-01-15', roomA, dov, here);
      },
    ],
    [
      'an enrolment is taken out: its marks count no more',
      () => {
        mark(office, '2030-01-08', roomB, cyd, away);
        store.enrol(roomB, cyd, { status: 'left' });
      },
    ],
    [
      'a second record stands in two homerooms',
      () => {
        store.addStudent('Anna Abbott', { grade: '08' });
        store.enrol(roomB, second);
        store.enrol(roomA, second);
        mark(office, '2030-01-14', roomB, second, away);
        mark(office, '2030-01-14', roomA, ana, here);
        mark(office, '2030-01-15', roomA, second, away);
        mark(office, '2030-01-11', roomA, second, ill);
        mark(office, '2030-01-11', roomB, second, here);
      },
    ],
    [
      'the records are merged',
      () => store.get(administrator, 'students', 'merge', { kept: ana, merged: second }),
    ],
    ['an entry comes under the other record', () => mark(office, '2030-01-15', roomA, ana, here)],
    ['the records are parted', () => store.get(administrator, 'students', 'unmerge', { merged: second })],
    [
      'a day with marks is closed',
      () => {
        close('Snow');
      },
    ],
    [
      'it is opened again',
      () => {
        close(null);
      },
    ],
    [
      'a code counts as something else from a day on',
      () =>
        store.write(({ changes, school: { id }, actor, nowMs }) =>
          changes.write({ type: 'code-edit', id: testId('code edit') }, (change) =>
            change.put('code_edit', {
              id: testId<'code-edit'>('code edit'),
              school: id,
              code: ill,
              fromDay: '2030-01-09',
              meaning: 'At home',
              key: '',
              category: 'approved-activity',
              isEnded: false,
              madeBy: actor.user,
              madeAtMs: nowMs,
              status: 'active',
            }),
          ),
        ),
    ],
    [
      'another desk brings a mark',
      () => {
        const { db, fields } = store.unitFor(administrator, null, 'school');
        const rows = [{ student: ben, column: 'office', code: away, author: testId('somebody'), atMs: 1 }];
        const shared = { day: '2030-01-09', class: roomA, session };
        const stamp = { hlc: 5, deskOrdinal: deskOrdinal(testId('other desk'), 0), seq: 1 };
        addFacts(db, { op: 'add', table: 'mark', shared, rows }, stamp, fields);
        forgetRosterState(db);
      },
    ],
  ];
}

test.each([us, england])(
  'the rates of the school are those of the cards, whatever changes in between ($country)',
  (country) => {
    const school = filledSchool(country);
    const { store } = school;
    let before = '';
    for (const [what, run] of stepsOf(school, country)) {
      run();
      const { cards, sums } = bothWays(store, country);
      expect({ what, sums }).toEqual({ what, sums: cards });
      // Every step but the first is one that a memory could miss.
      expect(JSON.stringify(sums), what).not.toBe(before);
      before = JSON.stringify(sums);
    }
  },
);

test('the days are read some at a time, and then there is nothing left to prepare', () => {
  const { store, teacher, ana, roomA } = filledSchool();
  store.get(teacher, 'attendance', 'mark', {
    day: '2030-01-16',
    class: roomA,
    session: 'day',
    marks: [{ student: ana, code: 'A' }],
  });
  const parts = partsOf(store);
  // Twelve school days from the first of January to the sixteenth.
  expect([
    prepareAbsenceRates(parts, 5),
    prepareAbsenceRates(parts, 6),
    prepareAbsenceRates(parts, 6),
  ]).toEqual([true, true, false]);
  expect(absenceRates(parts).get(ana)).toEqual({ numerator: 2, denominator: 2 });
});
