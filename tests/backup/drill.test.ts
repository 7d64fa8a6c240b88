import { describe, expect, test } from 'vitest';
import { filledDesk } from './filled-desk.ts';

describe('W14: the restore drill', () => {
  test('W14: restores the newest backup, counts it, verifies its log, and leaves nothing behind', async () => {
    const { test: t } = await filledDesk();
    const drilled = await t.must('backup', 'drill', { recoveryKey: null });
    expect(drilled).toMatchObject({ problem: null });
    expect(t.bugs).toEqual([]);
    console.log(drilled);
  });
});
