import type { StudentId } from '../../domain/ids.ts';

/**
 * Which students of a list are chosen. `everybody` means the whole list, those that are not read yet too, without
 * `exceptions`; else only the exceptions are chosen.
 */
export interface Selection {
  readonly everybody: boolean;
  readonly exceptions: ReadonlySet<StudentId>;
}

export const nobody: Selection = { everybody: false, exceptions: new Set() };
export const everybody: Selection = { everybody: true, exceptions: new Set() };

export function isChosen({ everybody: all, exceptions }: Selection, student: StudentId): boolean {
  return exceptions.has(student) !== all;
}

/** The selection with one student turned over. */
export function toggled(selection: Selection, student: StudentId): Selection {
  const exceptions = new Set(selection.exceptions);
  if (!exceptions.delete(student)) exceptions.add(student);
  return { ...selection, exceptions };
}

/** The selection with each of the students chosen. */
export function withChosen(selection: Selection, students: Iterable<StudentId>): Selection {
  const exceptions = new Set(selection.exceptions);
  for (const student of students) {
    if (selection.everybody) exceptions.delete(student);
    else exceptions.add(student);
  }
  return { ...selection, exceptions };
}

/** How many of a list of `total` are chosen. */
export function chosenCount({ everybody: all, exceptions }: Selection, total: number): number {
  return all ? total - exceptions.size : exceptions.size;
}
