import { compareVersions, isSameVersion, writerOf, type Version } from './version.ts';

/**
 * The causal merge of one field (SECURITY §6.5). A version names the versions it supersedes; heads that nobody supersedes are all kept.
 *
 * What is kept of a field depends only on which versions have been received, not on their order: `covered` remembers a superseded
 * version that has not come yet, so a base is never waited for.
 */
export interface FieldState<V> {
  /** Versions that no received version supersedes, the highest first. One, unless desks wrote without knowing of each other. */
  readonly heads: readonly Head<V>[];
  /** For each writer (`writerOf`), the number up to which its versions of this field are superseded. */
  readonly covered: Readonly<Record<string, number>>;
}

export interface Head<V> {
  readonly version: Version;
  readonly value: V;
}

/** One write of a field: its version, the versions that the writer knew and replaced, and the value. */
export interface FieldWrite<V> extends Head<V> {
  readonly over: readonly Version[];
}

/** A field that nobody has written. */
export const unwritten: FieldState<never> = { heads: [], covered: {} };

/**
 * Takes one write into a field. Idempotent, and commutative with every other write of the field.
 *
 * `isReceived` says that a version has been taken in before, or will be no more: what covers it need not be remembered. A caller that
 * cannot know leaves it out; the state then only grows.
 */
export function mergeWrite<V>(
  state: FieldState<V>,
  write: FieldWrite<V>,
  isReceived: (version: Version) => boolean = () => false,
): FieldState<V> {
  const { version, over, value } = write;
  const writer = writerOf(version);
  const covered = coveredWith(state.covered, over);
  const isKnown = state.heads.some((head) => isSameVersion(head.version, version));
  const isSuperseded =
    version[3] <= (covered[writer] ?? -1) ||
    state.heads.some((head) => writerOf(head.version) === writer && head.version[3] > version[3]);
  const candidates =
    isKnown || isSuperseded
      ? state.heads
      : // What a desk writes it writes over its own earlier versions.
        [
          ...state.heads.filter((head) => writerOf(head.version) !== writer || head.version[3] > version[3]),
          { version, value },
        ];
  const heads = candidates
    .filter((head) => head.version[3] > (covered[writerOf(head.version)] ?? -1))
    .toSorted((a, b) => compareVersions(b.version, a.version));
  return { heads, covered: forgetReceived(covered, over, state.covered, isReceived) };
}

/** The value that screens show: the highest head's. Undefined where nobody has written. */
export function shownHead<V>(state: FieldState<V>): Head<V> | undefined {
  return state.heads[0];
}

/** Whether desks wrote different values without knowing of each other: several heads of equal value are none. */
export function isConflict<V>(state: FieldState<V>, isEqual: (a: V, b: V) => boolean): boolean {
  const [first, ...others] = state.heads;
  return first !== undefined && others.some((head) => !isEqual(head.value, first.value));
}

/** The bases of a write that has seen the field as it is: it supersedes all heads. */
export function basesOf<V>(state: FieldState<V>): Version[] {
  return state.heads.map((head) => head.version);
}

/**
 * A record's deletion is a write of `deleted` to every field that the deleting desk knew, over that field's heads. So an edit that
 * did not know of the deletion stays as a head beside it, and is a conflict with the edit kept visible (SECURITY §6.7).
 */
export const deleted = Symbol('deleted');
export type FieldValue<V> = V | typeof deleted;

/** A record is gone when nothing but deletions is left in its fields. One that nobody has written is not gone but absent. */
export function isDeleted<V>(fields: Iterable<FieldState<FieldValue<V>>>): boolean {
  let isWritten = false;
  for (const { heads } of fields) {
    if (heads.some((head) => head.value !== deleted)) return false;
    isWritten ||= heads.length > 0;
  }
  return isWritten;
}

/** The head that screens show of a field that may have been deleted: an edit goes before a deletion. */
export function shownBesideDeletion<V>(state: FieldState<FieldValue<V>>): Head<FieldValue<V>> | undefined {
  return state.heads.find((head) => head.value !== deleted) ?? state.heads[0];
}

function coveredWith(
  covered: Readonly<Record<string, number>>,
  over: readonly Version[],
): Readonly<Record<string, number>> {
  if (over.length === 0) return covered;
  const next = { ...covered };
  for (const base of over) {
    const writer = writerOf(base);
    next[writer] = Math.max(next[writer] ?? -1, base[3]);
  }
  return next;
}

function forgetReceived(
  covered: Readonly<Record<string, number>>,
  over: readonly Version[],
  before: Readonly<Record<string, number>>,
  isReceived: (version: Version) => boolean,
): Readonly<Record<string, number>> {
  const done = over.filter((base) => isReceived(base) && before[writerOf(base)] === undefined);
  if (done.length === 0) return covered;
  const next = { ...covered };
  for (const base of done) {
    if (next[writerOf(base)] === base[3]) delete next[writerOf(base)];
  }
  return next;
}
