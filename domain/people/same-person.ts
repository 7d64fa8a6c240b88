/** What is compared of a student's record to find out whether two are one person. Texts are as they are searched for. */
export interface ComparableRecord {
  readonly id: string;
  /** The legal and the preferred given name, without accents and case; the same for the family names. */
  readonly givenNames: readonly string[];
  readonly familyNames: readonly string[];
  /** For each word of the legal name the consonant skeletons by which it may be read. */
  readonly skeletons: readonly (readonly string[])[];
  readonly isInOtherScript: boolean;
  /** Empty for none; an empty value is like no other. */
  readonly birthDate: string;
  readonly nationalId: string;
  readonly studentNumber: string;
}

export type DuplicateReason =
  | 'student-number'
  | 'national-id'
  | 'birth-date-same-name'
  | 'birth-date-swapped-name'
  | 'birth-date-similar-name'
  | 'birth-date-other-script';

export interface DuplicatePair {
  readonly ids: readonly [string, string];
  /** The strongest first. */
  readonly reasons: readonly DuplicateReason[];
}

const byStrength: readonly DuplicateReason[] = [
  'national-id',
  'student-number',
  'birth-date-same-name',
  'birth-date-swapped-name',
  'birth-date-other-script',
  'birth-date-similar-name',
];

/**
 * Pairs of records that may be one person, the strongest reason first: the same student number, the same national id, or
 * the same date of birth with a like name. A like name alone is none, nor is a date of birth alone.
 *
 * Records are compared only with those that share one of the three values. What more than `mostAlike` share, such as a date that
 * stands for none, tells nobody apart and is passed over: every pair of 5,000 records would be twelve million.
 */
export function findDuplicates(records: readonly ComparableRecord[]): readonly DuplicatePair[] {
  const pairs = new Map<string, { ids: readonly [string, string]; reasons: Set<DuplicateReason> }>();
  const add = (one: ComparableRecord, other: ComparableRecord, reason: DuplicateReason): void => {
    const ids = one.id < other.id ? ([one.id, other.id] as const) : ([other.id, one.id] as const);
    const key = ids.join(' ');
    const known = pairs.get(key);
    if (known === undefined) pairs.set(key, { ids, reasons: new Set([reason]) });
    else known.reasons.add(reason);
  };
  forEachPairWith(
    records,
    ({ studentNumber }) => studentNumber,
    (one, other) => {
      add(one, other, 'student-number');
    },
  );
  forEachPairWith(
    records,
    ({ nationalId }) => nationalId,
    (one, other) => {
      add(one, other, 'national-id');
    },
  );
  forEachPairWith(
    records,
    ({ birthDate }) => birthDate,
    (one, other) => {
      const reason = likeName(one, other);
      if (reason !== undefined) add(one, other, reason);
    },
  );
  return [...pairs.values()]
    .map(({ ids, reasons }) => ({ ids, reasons: byStrength.filter((reason) => reasons.has(reason)) }))
    .toSorted((one, other) => strengthOf(one) - strengthOf(other));
}

/** So many students of one school are born on a day at most, by far. */
const mostAlike = 60;

function strengthOf({ reasons: [strongest] }: DuplicatePair): number {
  return strongest === undefined ? byStrength.length : byStrength.indexOf(strongest);
}

function forEachPairWith(
  records: readonly ComparableRecord[],
  valueOf: (record: ComparableRecord) => string,
  visit: (one: ComparableRecord, other: ComparableRecord) => void,
): void {
  for (const [value, same] of Map.groupBy(records, valueOf)) {
    if (value === '' || same.length > mostAlike) continue;
    for (const [index, one] of same.entries()) {
      for (const other of same.slice(index + 1)) visit(one, other);
    }
  }
}

function likeName(one: ComparableRecord, other: ComparableRecord): DuplicateReason | undefined {
  const [ones, others] = [wholeNames(one), wholeNames(other)];
  const some = (like: (name: string, another: string) => boolean): boolean =>
    ones.some((name) => others.some((another) => like(name, another)));
  if (some((name, another) => name === another)) return 'birth-date-same-name';
  if (some((name, another) => inOrder(name) === inOrder(another))) return 'birth-date-swapped-name';
  if (one.isInOtherScript !== other.isInOtherScript) {
    return soundAlike(one.skeletons, other.skeletons) ? 'birth-date-other-script' : undefined;
  }
  if (
    some(
      (name, another) => isOneSlipApart(name, another) || isPartOf(name, another) || isPartOf(another, name),
    )
  )
    return 'birth-date-similar-name';
  return undefined;
}

function wholeNames({ givenNames, familyNames }: ComparableRecord): readonly string[] {
  const names = givenNames.flatMap((given) => familyNames.map((family) => `${given} ${family}`.trim()));
  return [...new Set(names)].filter((name) => name !== '');
}

function inOrder(name: string): string {
  return name.split(' ').toSorted().join(' ');
}

/** Of a name of two words or more, that all of them stand in the other. */
function isPartOf(name: string, whole: string): boolean {
  const words = name.split(' ');
  const others = new Set(whole.split(' '));
  return words.length > 1 && words.every((word) => others.has(word));
}

function soundAlike(one: ComparableRecord['skeletons'], other: ComparableRecord['skeletons']): boolean {
  const [fewer, more] = one.length <= other.length ? [one, other] : [other, one];
  return (
    fewer.length > 0 &&
    fewer.every((readings) =>
      more.some((others) => readings.some((reading) => reading.length > 1 && others.includes(reading))),
    )
  );
}

/**
 * One letter more, less, other, or two neighbours swapped: what slips at a keyboard. Names of fewer than five letters are too
 * short to tell by.
 */
export function isOneSlipApart(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (short === long || short.length < 5 || long.length - short.length > 1) return false;
  let start = 0;
  while (start < short.length && short[start] === long[start]) start += 1;
  if (short.length < long.length) return short.slice(start) === long.slice(start + 1);
  if (short.slice(start + 1) === long.slice(start + 1)) return true;
  return (
    short[start] === long[start + 1] &&
    short[start + 1] === long[start] &&
    short.slice(start + 2) === long.slice(start + 2)
  );
}
