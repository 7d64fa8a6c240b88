import {
  rosterKinds,
  type CurrentRoster,
  type Held,
  type KindRecords,
  type RosterKind,
  type SchoolRoster,
} from './school-roster.ts';

export type FieldValue = string | boolean | null | readonly string[];

/** One field with its old and its new value, in clear: both are for the review and the store, never for a log. */
export interface FieldChange<Field extends string = string> {
  readonly field: Field;
  readonly before: FieldValue;
  readonly after: FieldValue;
}

export interface RecordChange<R> {
  readonly sourcedId: string;
  readonly before: R;
  readonly after: R;
  /** At least one field in `changed`; may be empty in `revived`. */
  readonly fields: readonly FieldChange<keyof R & string>[];
}

/** What an import does to the records of one kind. */
export interface KindDiff<R> {
  readonly added: readonly R[];
  readonly changed: readonly RecordChange<R>[];
  /** They had left and are back, under the same id. */
  readonly revived: readonly RecordChange<R>[];
  /** They leave: nothing of them is deleted. A student's removal ends the enrolments, which are listed as well. */
  readonly removed: readonly R[];
  /** The sourcedIds of the records that stay as they are. */
  readonly same: readonly string[];
}

export type KindDiffs = { readonly [Kind in RosterKind]: KindDiff<KindRecords[Kind]> };

/** Why an import must not be applied before somebody has typed a number. */
export interface RemovalGuard {
  readonly what: 'people' | 'classes' | 'enrolments' | 'members';
  /** The number to be typed. */
  readonly removed: number;
  /** How many there are now. */
  readonly of: number;
}

export interface RosterDiff {
  readonly kinds: KindDiffs;
  /** Empty: may be applied at once. Otherwise the first entry's `removed` is the number to type. */
  readonly guards: readonly RemovalGuard[];
  readonly isEmpty: boolean;
}

/** The file of a package in which each kind of record stands. */
export const fileOfKind: Readonly<Record<RosterKind, string>> = {
  session: 'academicSessions.csv',
  course: 'courses.csv',
  class: 'classes.csv',
  student: 'users.csv',
  staff: 'users.csv',
  guardian: 'users.csv',
  guardianship: 'users.csv',
  enrolment: 'enrollments.csv',
  group: 'groups.csv',
  groupMember: 'groupMembers.csv',
};

/**
 * The difference between what a school holds and its roster after an import.
 *
 * Text is compared in Unicode form NFC, so that a new spelling of the same letters in bytes is no change. Comparing
 * a roster with itself gives only `same`. Linear in the records.
 */
export function diffRoster(current: CurrentRoster, after: SchoolRoster): RosterDiff {
  const kinds: KindDiffs = {
    session: diffKind(current.session, after.session),
    course: diffKind(current.course, after.course),
    class: diffKind(current.class, after.class),
    student: diffKind(current.student, after.student),
    staff: diffKind(current.staff, after.staff),
    guardian: diffKind(current.guardian, after.guardian),
    guardianship: diffKind(current.guardianship, after.guardianship),
    enrolment: diffKind(current.enrolment, after.enrolment),
    group: diffKind(current.group, after.group),
    groupMember: diffKind(current.groupMember, after.groupMember),
  };
  const isEmpty = rosterKinds.every((kind) => {
    const { added, changed, revived, removed } = kinds[kind];
    return added.length + changed.length + revived.length + removed.length === 0;
  });
  return { kinds, guards: findGuards(current, kinds), isEmpty };
}

function diffKind<R extends { readonly sourcedId: string } & { readonly [Field in keyof R]: FieldValue }>(
  held: ReadonlyMap<string, Held<R>>,
  after: ReadonlyMap<string, R>,
): KindDiff<R> {
  const added: R[] = [];
  const changed: RecordChange<R>[] = [];
  const revived: RecordChange<R>[] = [];
  const removed: R[] = [];
  const same: string[] = [];
  for (const [sourcedId, record] of after) {
    const before = held.get(sourcedId);
    if (before === undefined) {
      added.push(record);
      continue;
    }
    const fields = changedFields(before.record, record);
    const change = { sourcedId, before: before.record, after: record, fields };
    if (!before.isActive) revived.push(change);
    else if (fields.length > 0) changed.push(change);
    else same.push(sourcedId);
  }
  for (const [sourcedId, { record, isActive }] of held) {
    if (isActive && !after.has(sourcedId)) removed.push(record);
  }
  return { added, changed, revived, removed, same };
}

function changedFields<R extends { readonly [Field in keyof R]: FieldValue }>(
  before: R,
  after: R,
): readonly FieldChange<keyof R & string>[] {
  const fields: FieldChange<keyof R & string>[] = [];
  for (const field in after) {
    if (!isSame(before[field], after[field]))
      fields.push({ field, before: before[field], after: after[field] });
  }
  return fields;
}

function isSame(before: FieldValue, after: FieldValue): boolean {
  if (before === after) return true;
  if (typeof before === 'string' && typeof after === 'string')
    return before.normalize() === after.normalize();
  if (!isList(before) || !isList(after)) return false;
  return (
    before.length === after.length && before.every((value, index) => isSame(value, after[index] ?? null))
  );
}

function isList(value: FieldValue): value is readonly string[] {
  return Array.isArray(value);
}

const maxPeopleRemoved = 20;
const maxShareRemoved = 0.1;

/**
 * An import that removes more than 20 people or 10 % of them waits for a typed number (DOMAIN §1.1). So does one that
 * takes away more than 20 *and* 10 % of the classes, the enrolments or the members of groups: a cut-off enrollments.csv would empty every
 * register while no person leaves, but single enrolments come and go every day.
 */
function findGuards(current: CurrentRoster, kinds: KindDiffs): readonly RemovalGuard[] {
  const guards: RemovalGuard[] = [];
  const people = countPeople([current.student, current.staff, current.guardian]);
  const removedPeople = new Set(
    [...kinds.student.removed, ...kinds.staff.removed, ...kinds.guardian.removed].map(
      ({ sourcedId }) => sourcedId,
    ),
  ).size;
  if (removedPeople > maxPeopleRemoved || removedPeople > people * maxShareRemoved) {
    guards.push({ what: 'people', removed: removedPeople, of: people });
  }
  for (const [what, kind] of [
    ['classes', 'class'],
    ['enrolments', 'enrolment'],
    ['members', 'groupMember'],
  ] as const) {
    const removed = kinds[kind].removed.length;
    const of = removed + kinds[kind].changed.length + kinds[kind].same.length;
    if (removed > maxPeopleRemoved && removed > of * maxShareRemoved) guards.push({ what, removed, of });
  }
  return guards;
}

function countPeople(kinds: readonly ReadonlyMap<string, Held<unknown>>[]): number {
  const people = new Set<string>();
  for (const held of kinds) for (const [id, { isActive }] of held) if (isActive) people.add(id);
  return people.size;
}
