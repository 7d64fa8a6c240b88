import { eq } from 'drizzle-orm';
import type { ReadableDb } from '../../db/handles.ts';
import { guardianLink } from '../../db/people/schema.ts';
import { readLocalState } from '../../db/school/local-state.ts';
import { textToId, type GuardianId, type StudentId, type UserId } from '../../domain/ids.ts';
import { assert } from '../../domain/result.ts';
import type { KindDiff, RosterDiff } from '../../domain/roster/diff-roster.ts';
import { rosterKinds, type RosterKind } from '../../domain/roster/school-roster.ts';
import { newId } from '../desk/desk.ts';
import type { CommandUnit } from '../gate/unit.ts';
import { applyRosterDiff } from './apply-diff.ts';
import type { DryRun, PlannedImport } from './dry-run.ts';
import { rosterId } from './roster-ids.ts';

/** Who applied an import that nobody asked for: the application itself. */
export const applicationItself = textToId<'user'>('0'.repeat(32));

type ApplyUnit = Pick<CommandUnit, 'db' | 'changes' | 'school' | 'today' | 'nowMs' | 'random'>;

export interface CountedKind<K = RosterKind> {
  readonly kind: K;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly revived: number;
  readonly same: number;
}

/** Writes a planned import and its row of the import history. Gives the people it touched. Throws `ApplyCancelled`. */
export function applyImport(
  unit: ApplyUnit,
  { check, source }: Pick<DryRun, 'check' | 'source'>,
  { diff, school }: PlannedImport,
  author: UserId,
  pulse: { readonly isCancelled: () => boolean; readonly onRows: (rows: number) => void },
): { readonly subjects: readonly string[]; readonly differences: CountedKind[]; readonly total: number } {
  const importKey = importKeyOf(unit);
  applyRosterDiff(unit, importKey, diff, pulse);
  const differences = differencesOf(diff);
  // Files that name no school do not say which one of a OneRoster package is this one.
  const rosterSchool = source === 'oneroster' ? school : null;
  addToHistory(unit, author, {
    version: source === 'oneroster' ? (check.version ?? '') : source,
    mode: modeOf(check) ?? '',
    counts: differences,
    rosterSchool,
  });
  const { student, groupMember, guardianship, enrolment, guardian } = diff.kinds;
  const touched = new Set(touchedOf(student).map(({ sourcedId }) => sourcedId));
  for (const { studentSourcedId } of touchedOf(groupMember)) touched.add(studentSourcedId);
  for (const { studentSourcedId } of touchedOf(guardianship)) touched.add(studentSourcedId);
  for (const { role, userSourcedId } of touchedOf(enrolment)) {
    if (role === 'student') touched.add(userSourcedId);
  }
  const subjects = new Set([...touched].map((sourcedId) => rosterId(importKey, 'student', sourcedId)));
  for (const { sourcedId } of touchedOf(guardian)) {
    for (const id of studentsOfGuardian(unit.db, rosterId(importKey, 'guardian', sourcedId)))
      subjects.add(id);
  }
  return { subjects: [...subjects], differences, total: countChanges(diff) };
}

/** The records of a kind that an import changes in any way, as they are afterwards or were last. */
function touchedOf<R>({ added, changed, revived, removed }: KindDiff<R>): readonly R[] {
  return [...added, ...removed, ...[...changed, ...revived].map(({ after }) => after)];
}

/** Whose card shows the guardian: a change of contacts is theirs, too. */
function studentsOfGuardian(db: ReadableDb, guardian: GuardianId): readonly StudentId[] {
  return db
    .select({ student: guardianLink.student })
    .from(guardianLink)
    .where(eq(guardianLink.guardian, guardian))
    .all()
    .map(({ student }) => student);
}

/** Adds a row to the import history. */
export function addToHistory(
  unit: Pick<ApplyUnit, 'changes' | 'school' | 'nowMs' | 'random'>,
  author: UserId,
  entry: {
    readonly version: string;
    readonly mode: string;
    readonly counts: readonly CountedKind<RosterKind | 'mark'>[];
    /** The school of the package that this one is; null leaves what is known. */
    readonly rosterSchool: string | null;
  },
): void {
  const { rosterSchool, ...row } = entry;
  unit.changes.write({ type: 'school', id: unit.school.id }, (change) => {
    if (rosterSchool !== null) change.put('school', { id: unit.school.id, rosterSchool });
    change.add('roster_import', {}, [
      { id: newId<'roster-import'>(unit.random), atMs: unit.nowMs, author, ...row },
    ]);
  });
}

export function importKeyOf({ db }: Pick<ApplyUnit, 'db'>): Uint8Array {
  const importKey = readLocalState(db, 'import-key');
  assert(importKey !== undefined, 'a school has an import key');
  return importKey;
}

/** Delta where one file is; null where nothing is used. */
export function modeOf(check: DryRun['check'] | undefined): 'bulk' | 'delta' | null {
  const modes = new Set(check?.files.filter((file) => file.isUsed).map((file) => file.mode));
  return modes.has('delta') ? 'delta' : modes.has('bulk') ? 'bulk' : null;
}

export function differencesOf(diff: RosterDiff): CountedKind[] {
  return rosterKinds.map((kind) => {
    const { added, changed, removed, revived, same } = diff.kinds[kind];
    return {
      kind,
      added: added.length,
      changed: changed.length,
      removed: removed.length,
      revived: revived.length,
      same: same.length,
    };
  });
}

export function countChanges(diff: RosterDiff): number {
  return differencesOf(diff).reduce(
    (sum, one) => sum + one.added + one.changed + one.removed + one.revived,
    0,
  );
}
