import { and, asc, desc, eq, isNotNull, notExists, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { RecordScope } from '../../domain/access/scope.ts';
import type { Day, Id, StudentId } from '../../domain/ids.ts';
import type { ReadableDb } from '../handles.ts';
import { holdsRecordOf, readMerges, underPeople, type UnderPerson } from '../people/merges.ts';
import { studentsInScope } from '../people/scope.ts';
import { guardian } from '../people/schema.ts';
import { contact } from './schema.ts';

/** A contact as it is stored, with what was said sealed. The guardian's name is empty for none. */
export type StoredContact = UnderPerson<
  typeof contact.$inferSelect & {
    readonly guardianGivenName: string | null;
    readonly guardianFamilyName: string | null;
    readonly isSettled: boolean;
  }
>;

const later = alias(contact, 'later');

/** Contacts of students within the scope: of a day, newest first. */
export function readContactsOfDay(db: ReadableDb, scope: RecordScope, on: Day): readonly StoredContact[] {
  const rows = contacts(db)
    .where(and(eq(contact.day, on), studentsInScope(scope, contact.student)))
    .orderBy(desc(contact.atMs), desc(contact.id))
    .all();
  return underPeople(db, rows);
}

/** The newest contacts of one student within the scope. */
export function readContactsOfStudent(
  db: ReadableDb,
  scope: RecordScope,
  student: StudentId,
  limit: number,
): readonly StoredContact[] {
  const rows = contacts(db)
    .where(and(holdsRecordOf(db, contact.student, [student]), studentsInScope(scope, contact.student)))
    .orderBy(desc(contact.atMs), desc(contact.id))
    .limit(limit)
    .all();
  return underPeople(db, rows);
}

/**
 * Contacts of students within the scope whose next step nobody has taken: due before `untilMs`, the longest due first. A
 * next step is taken when a later contact names the one that asked for it.
 */
export function readOpenSteps(db: ReadableDb, scope: RecordScope, untilMs: number): readonly StoredContact[] {
  const rows = contacts(db)
    .where(
      and(
        isNotNull(contact.dueAtMs),
        sql`${contact.dueAtMs} < ${untilMs}`,
        notExists(
          db
            .select({ one: sql`1` })
            .from(later)
            .where(eq(later.settles, contact.id)),
        ),
        studentsInScope(scope, contact.student),
      ),
    )
    .orderBy(asc(contact.dueAtMs), asc(contact.id))
    .all();
  return underPeople(db, rows);
}

/** The newest contact of each of the students within the scope, where there is one. */
export function readLastContacts(
  db: ReadableDb,
  scope: RecordScope,
  students: readonly StudentId[],
): ReadonlyMap<StudentId, { readonly atMs: number; readonly outcome: string }> {
  const rows = db
    .select({ student: contact.student, atMs: contact.atMs, outcome: contact.outcome })
    .from(contact)
    .where(and(holdsRecordOf(db, contact.student, students), studentsInScope(scope, contact.student)))
    .orderBy(asc(contact.atMs), asc(contact.id))
    .all();
  const merges = readMerges(db);
  return new Map(rows.map(({ student, ...last }) => [merges.keptOf(student), last]));
}

/** The person a contact was about; undefined where there is no such contact within the scope. */
export function readContactStudent(
  db: ReadableDb,
  scope: RecordScope,
  id: Id<'contact'>,
): StudentId | undefined {
  const row = db
    .select({ student: contact.student })
    .from(contact)
    .where(and(eq(contact.id, id), studentsInScope(scope, contact.student)))
    .get();
  return row === undefined ? undefined : readMerges(db).keptOf(row.student);
}

function contacts(db: ReadableDb) {
  return db
    .select({
      id: contact.id,
      student: contact.student,
      day: contact.day,
      atMs: contact.atMs,
      channel: contact.channel,
      guardian: contact.guardian,
      spokeWith: contact.spokeWith,
      outcome: contact.outcome,
      note: contact.note,
      nextStep: contact.nextStep,
      dueAtMs: contact.dueAtMs,
      settles: contact.settles,
      author: contact.author,
      hlc: contact.hlc,
      desk: contact.desk,
      seq: contact.seq,
      guardianGivenName: guardian.givenName,
      guardianFamilyName: guardian.familyName,
      isSettled:
        sql<boolean>`exists (select 1 from ${contact} as answer where answer.settles = ${contact.id})`.mapWith(
          Boolean,
        ),
    })
    .from(contact)
    .leftJoin(guardian, eq(guardian.id, contact.guardian));
}
