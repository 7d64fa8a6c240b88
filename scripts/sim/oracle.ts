import { isConflict } from '../../domain/sync/merge.ts';
import type { RecordField } from '../../domain/sync/apply.ts';

/** One write of one field, and every write of that field which its desk had before its eyes. */
export interface Write {
  readonly id: string;
  readonly value: string;
  readonly knew: ReadonlySet<string>;
}

/**
 * What the history says of a field, with nothing but sets of what each write knew: a write stands when no other write that
 * exists has known it, itself or through others. Shares no code with the merge.
 */
export class Oracle {
  readonly #writes = new Map<string, Map<string, Write>>();

  add(field: string, write: Write): void {
    const writes = this.#writes.get(field) ?? new Map<string, Write>();
    writes.set(write.id, write);
    this.#writes.set(field, writes);
  }

  fields(): Iterable<string> {
    return this.#writes.keys();
  }

  /** The writes that stand, given those that have survived. Gives undefined where one survived that nobody made. */
  standing(field: string, survived: ReadonlySet<string>): readonly Write[] | undefined {
    const writes = this.#writes.get(field) ?? new Map<string, Write>();
    const replaced = new Set<string>();
    const visit = (id: string): void => {
      for (const before of writes.get(id)?.knew ?? []) {
        if (replaced.has(before)) continue;
        replaced.add(before);
        visit(before);
      }
    };
    for (const id of survived) {
      if (!writes.has(id)) return undefined;
      visit(id);
    }
    return [...survived].filter((id) => !replaced.has(id)).flatMap((id) => writes.get(id) ?? []);
  }
}

/** What differs between a field on a desk and the history; undefined where nothing does. */
export function differenceFrom(standing: readonly Write[], field: RecordField): string | undefined {
  const expected = standing.map(({ id }) => id).toSorted();
  const found = field.heads.map(({ version }) => version.join(' ')).toSorted();
  if (expected.join() !== found.join()) {
    return `${found.length} heads, ${expected.length} by the history: ${found.join(', ')} / ${expected.join(', ')}`;
  }
  const differ = new Set(standing.map(({ value }) => value)).size > 1;
  const isShown = isConflict(field, (a, b) => a === b);
  return differ === isShown ? undefined : `a conflict is ${isShown ? 'shown' : 'hidden'} wrongly`;
}
