import { z } from 'zod';
import { classId, day, studentId } from '../../domain/ids.ts';
import { rotationSteps } from '../../main/vault/profile.ts';

/** What a writer is told to do. It writes until it is killed, or until it has made `most` writes. */
export const writerPlan = z.strictObject({
  dataDir: z.string(),
  recoveryKeyGroups: z.array(z.string()),
  classes: z.array(z.strictObject({ id: classId, students: z.array(studentId) })),
  days: z.array(day),
  flow: z.enum(['marks', 'mixed', 'rotation', 'import', 'backup']),
  seed: z.number(),
  /** Tokens count on from here, so that a later one is a larger one. */
  firstNumber: z.int(),
  most: z.int(),
  /** Pages of WAL after which SQLite moves it into the file; null for its own default. */
  checkpointPages: z.int().nullable(),
  /** In the flow `rotation`: dies by its own hand after this step of the first rotation. */
  dieAfter: z.enum(rotationSteps).nullable(),
});
export type WriterPlan = z.output<typeof writerPlan>;

/** One write that was acknowledged: what must be found afterwards, whatever happens. */
export const ack = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready') }),
  z.strictObject({
    kind: z.literal('mark'),
    class: classId,
    day,
    students: z.array(studentId),
    number: z.int(),
  }),
  z.strictObject({ kind: z.literal('student'), student: studentId, number: z.int() }),
  z.strictObject({ kind: z.literal('vault'), number: z.int() }),
  z.strictObject({ kind: z.literal('rotation'), generation: z.int() }),
  z.strictObject({ kind: z.literal('import'), number: z.int() }),
  z.strictObject({ kind: z.literal('backup'), name: z.string(), atMs: z.int(), number: z.int() }),
]);
export type Ack = z.output<typeof ack>;

/** The text by which a write is found again. */
export function tokenOf(kind: 'one' | 'all' | 'name', number: number): string {
  return `${kind}-${number}`;
}

/** The number in a token of that kind, or undefined for any other text. */
export function numberOf(kind: 'one' | 'all' | 'name', text: string): number | undefined {
  const digits = new RegExp(`^${kind}-(\\d+)$`).exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The lines of a writer that arrived whole. */
export function parseAcks(output: string): readonly Ack[] {
  return output
    .slice(0, output.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ack.parse(JSON.parse(line)));
}
