import { expect, onTestFinished, test } from 'vitest';
import { prepareAbsenceRates } from '../../main/attendance/absence-rates.ts';
import { prepareRates } from '../../main/attendance/prepare-rates.ts';
import { loadSampleSchool } from '../../main/sample/load-sample.ts';
import { createTestDesk, createTestSchool } from '../support/test-desk.ts';

test('once somebody who may see attendance is signed in, the days are read; a call goes between two of them', async () => {
  const desk = createTestDesk();
  onTestFinished(() => {
    desk.desk.lock('user');
    desk.dispose();
  });
  await createTestSchool(desk, { country: 'england', attendance: 'am-pm' });
  await loadSampleSchool(desk.desk, desk.open(), { studentCount: 60 });
  const { db, school } = desk.open().unitParts;
  const isMissing = () => prepareAbsenceRates({ db, school, today: desk.desk.dayAt(desk.nowMs) }, 0);

  const work = prepareRates(desk.desk);
  // A second one beside it does nothing.
  await prepareRates(desk.desk);
  await desk.must('students', 'filters', {});
  expect(isMissing()).toBe(true);
  await work;
  expect(isMissing()).toBe(false);

  desk.desk.lock('user');
  await prepareRates(desk.desk);
  expect(desk.bugs).toEqual([]);
});
