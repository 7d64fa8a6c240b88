import type { Output } from '../app/api.ts';

export type Movement = Output<'counter', 'day'>['movements'][number];
export type Mode = 'arriving' | 'leaving';

/** Of those chosen, who can be entered so, and who is entered already: here since an arrival, or signed out and not back. */
export function splitChosen<Student extends { readonly id: string }>(
  mode: Mode,
  students: readonly Student[],
  movements: readonly Movement[],
): { readonly taken: readonly Student[]; readonly left: readonly Student[] } {
  const isEntered = ({ id }: Student): boolean => {
    const own = movements.filter(({ student }) => student === id);
    const isOut = own.some((each) => each.isOut);
    return mode === 'leaving' ? isOut : !isOut && own.some(({ kind }) => kind === 'arrival');
  };
  return {
    taken: students.filter((student) => !isEntered(student)),
    left: students.filter(isEntered),
  };
}

/** What saving does for the students that were chosen: who is out and arrives comes back. `mixed`: some are out, some not. */
export function actionFor(
  mode: Mode,
  students: readonly { readonly id: string }[],
  movements: readonly Movement[],
): 'arrive' | 'signOut' | 'comeBack' | 'mixed' {
  if (mode === 'leaving') return 'signOut';
  const out = new Set<string>(movements.filter(({ isOut }) => isOut).map(({ student }) => student));
  const outCount = students.filter(({ id }) => out.has(id)).length;
  if (outCount === 0) return 'arrive';
  return outCount === students.length ? 'comeBack' : 'mixed';
}

/** How an absence stands against the clock. `gone`: not expected back today. */
export type DueState = 'overdue' | 'due' | 'gone';

export function dueStateOf(
  { expectedMinute }: Pick<Movement, 'expectedMinute'>,
  nowMinute: number,
): DueState {
  if (expectedMinute === null) return 'gone';
  return expectedMinute < nowMinute ? 'overdue' : 'due';
}

/** Who is out: overdue first, then by when they are due, then those who have gone for the day by when they left. */
export function outOfSchool(movements: readonly Movement[]): readonly Movement[] {
  const dueAt = ({ expectedMinute }: Movement): number => expectedMinute ?? 1440;
  return movements
    .filter(({ isOut }) => isOut)
    .toSorted((one, other) => dueAt(one) - dueAt(other) || one.minute - other.minute);
}
