import { z } from 'zod';
import { classId, day, studentId } from '../../domain/ids.ts';

const savedMark = z.strictObject({ class: classId, day, student: studentId, atMs: z.number() });
export type SavedMark = z.output<typeof savedMark>;

/** What a desk that writes and syncs is told to do. */
export const syncPlan = z.strictObject({
  dataDir: z.string(),
  recoveryKeyGroups: z.array(z.string()),
  classes: z.array(z.strictObject({ id: classId, students: z.array(studentId) })),
  days: z.array(day),
  seed: z.number(),
  /** What was acknowledged before: to be found. */
  expected: z.array(savedMark),
});
export type SyncPlan = z.output<typeof syncPlan>;

/** What it says, a line each. */
export const syncAck = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready') }),
  /** The store did not open. */
  z.strictObject({ kind: z.literal('closed'), why: z.string() }),
  z.strictObject({ kind: z.literal('lost'), atMs: z.number() }),
  z.strictObject({ kind: z.literal('mark'), ...savedMark.shape }),
]);
export type SyncAck = z.output<typeof syncAck>;
