import { afterAll, beforeAll, expect, test } from 'vitest';
import { rollHeightMm, slipSize } from '../../domain/attendance/slip.ts';
import {
  auditEntries,
  auditSize,
  createTwoSchools,
  schoolDay,
  type TwoSchools,
} from '../support/two-schools.ts';

const roll = { paper: '80mm', heightMm: 72 } as const;
const a6 = { paper: 'a6' } as const;
let schools: TwoSchools;
let movement = '';

beforeAll(async () => {
  schools = await createTwoSchools();
  const { test: desk, near } = schools;
  const students = [near.own.student];
  const entered = await desk.must('counter', 'arrive', {
    students,
    day: schoolDay,
    minute: 560,
    reason: 'overslept',
  });
  movement = entered.movements[0]?.id ?? '';
});

afterAll(() => {
  schools.test.desk.lock('user');
  schools.test.dispose();
});

test('A7: each print of a slip is a row on the log with its student, written before anything is printed', async () => {
  const { test: desk, near } = schools;
  const before = auditSize(desk);
  const sizesAtPrint: number[] = [];
  desk.printer = async () => {
    sizesAtPrint.push(auditSize(desk));
    return 'printed';
  };
  for (const sheet of [roll, a6]) {
    expect(await desk.must('counter', 'slip', { movement, sheet })).toEqual({ outcome: 'printed' });
  }
  expect(sizesAtPrint).toEqual([before + 1, before + 2]);
  expect(auditEntries(desk, before)).toMatchObject([
    { action: 'print', procedure: 'counter.slip', outcome: 'ok', subjects: [near.own.student] },
    { action: 'print', procedure: 'counter.slip', outcome: 'ok', subjects: [near.own.student] },
  ]);
});

test('a slip goes to the printer that was chosen for this computer, and the default one before', async () => {
  const { test: desk } = schools;
  const asked: (string | null)[] = [];
  desk.printer = async (_sheet, printer) => {
    asked.push(printer);
    return 'printed';
  };
  await desk.must('counter', 'slip', { movement, sheet: a6 });
  const { printers } = await desk.must('counter', 'printers', {});
  await desk.must('counter', 'choosePrinting', {
    paper: 'a6',
    printer: printers[0] ?? null,
    automatic: true,
  });
  await desk.must('counter', 'slip', { movement, sheet: a6 });
  expect(asked).toEqual([null, 'front desk']);
});

test('A7: a print that failed, or that the page has to do with the dialog, stays on the log', async () => {
  const { test: desk } = schools;
  for (const outcome of ['failed', 'dialog'] as const) {
    const before = auditSize(desk);
    desk.printer = async () => outcome;
    expect(await desk.must('counter', 'slip', { movement, sheet: a6 })).toEqual({ outcome });
    expect(auditEntries(desk, before)).toMatchObject([{ action: 'print', outcome: 'ok' }]);
  }
});

test('A7: nothing is printed of a movement that is not there', async () => {
  const { test: desk } = schools;
  let printed = 0;
  desk.printer = async () => {
    printed += 1;
    return 'printed';
  };
  const reply = await desk.call('counter', 'slip', { movement: '0'.repeat(32), sheet: a6 });
  expect(reply).toEqual({ ok: false, error: { type: 'out-of-scope' } });
  expect(printed).toBe(0);
});

test('a cut of the roll goes to the printer as high as the page has measured it, and A6 as it is', async () => {
  const { test: desk } = schools;
  const sizes: unknown[] = [];
  desk.printer = async (sheet) => {
    sizes.push(slipSize(sheet));
    return 'printed';
  };
  for (const sheet of [roll, a6]) await desk.must('counter', 'slip', { movement, sheet });
  expect(sizes).toEqual([
    { widthMm: 80, heightMm: 72 },
    { widthMm: 105, heightMm: 148 },
  ]);
});

test.each([
  ['lower than 40 mm', { paper: '80mm', heightMm: 39 }],
  ['higher than 297 mm', { paper: '80mm', heightMm: 298 }],
  ['of no whole millimetres', { paper: '80mm', heightMm: 72.5 }],
  ['of no height', { paper: '80mm' }],
  ['of A6 with a height of its own', { paper: 'a6', heightMm: 100 }],
])('refuses a slip %s, and prints nothing', async (_what, sheet) => {
  const { test: desk } = schools;
  let printed = 0;
  desk.printer = async () => {
    printed += 1;
    return 'printed';
  };
  const reply = await desk.call('counter', 'slip', { movement, sheet: sheet as typeof roll });
  expect(reply).toMatchObject({ ok: false, error: { type: 'bad-input' } });
  expect(printed).toBe(0);
});

test.each([
  [0, 40],
  [100, 40],
  [151, 41],
  [265, 72],
  [377.9, 101],
  [5000, 297],
])('content of %d CSS px is cut at %d mm', (px, mm) => {
  expect(rollHeightMm(px)).toBe(mm);
});
