import { desc, eq, sql } from 'drizzle-orm';
import type { FieldCell, FieldSealer } from '../../db/changes/write-change.ts';
import type { WritableDb } from '../../db/handles.ts';
import { fieldKey, subjectKey } from '../../db/school/schema.ts';
import { bytesToId, textToId, type Day, type Id, type SchoolId } from '../../domain/ids.ts';
import { assert } from '../../domain/result.ts';
import { envelopePurposes } from '../../domain/vault/envelope.ts';
import {
  createFieldKey,
  fieldKeyOf,
  openField,
  sealField,
  unwrapSubjectKey,
  wrapSubjectKey,
  type FieldKey,
} from '../vault/field-keys.ts';
import type { Random } from '../vault/random.ts';

/** The keys of the persons in one open store: made when first needed, kept in memory until the store closes. */
export interface FieldKeyring extends FieldSealer {
  /** A person's own key; made where there is none yet. */
  keyOf(subject: string): FieldKey;
  /** A person's own key, unless it was never made or has been destroyed. */
  findKey(subject: string): FieldKey | undefined;
  /** Drops a person's key from memory, once the store has none any more. */
  forget(subject: string): void;
  /** After a rollback: forgets keys that were made in it. */
  reset(): void;
}

/** The calendar quarter of a day, such as `2026-Q4`: each has a field key of its own (S3). */
export function quarterOf(day: Day): string {
  const [year, month] = day.split('-');
  return `${year}-Q${Math.ceil(Number(month) / 3)}`;
}

/** Makes the quarter's field key where the store has none yet. */
export function ensureFieldKey(db: WritableDb, quarter: string, nowMs: number, random: Random): void {
  if (db.select({ id: fieldKey.id }).from(fieldKey).where(eq(fieldKey.quarter, quarter)).get() !== undefined)
    return;
  const made = createFieldKey(random);
  db.insert(fieldKey)
    .values({ id: bytesToId<'field-key'>(made.id), quarter, key: made.key.export(), createdAtMs: nowMs })
    .run();
}

/** The keyring of an open store. `ensureFieldKey` has been called for the present quarter. */
export function createFieldKeyring(db: WritableDb, school: SchoolId, random: Random): FieldKeyring {
  const subjects = new Map<string, FieldKey>();
  let quarterKeys = new Map<string, FieldKey>();
  // Prepared: an import makes thousands of keys, and building a query costs more than running it.
  const findSubject = db
    .select()
    .from(subjectKey)
    .where(eq(subjectKey.subject, sql.param(sql.placeholder('subject'), subjectKey.subject)))
    .prepare();
  const findNewest = db
    .select({ id: fieldKey.id })
    .from(fieldKey)
    .orderBy(desc(fieldKey.createdAtMs))
    .limit(1)
    .prepare();
  const insertSubject = db
    .insert(subjectKey)
    .values({
      subject: sql.placeholder('subject'),
      keyId: sql.placeholder('keyId'),
      fieldKey: sql.placeholder('fieldKey'),
      wrapped: sql.placeholder('wrapped'),
    })
    .prepare();

  function quarterKey(id: Id<'field-key'>): FieldKey {
    let key = quarterKeys.get(id);
    if (key === undefined) {
      const row = db.select().from(fieldKey).where(eq(fieldKey.id, id)).get();
      assert(row !== undefined, 'the field key of a wrapped key is in the store');
      key = fieldKeyOf(Buffer.from(row.id, 'hex'), row.key);
      quarterKeys.set(id, key);
    }
    return key;
  }

  function newestQuarterKey(): { id: Id<'field-key'>; key: FieldKey } {
    const row = findNewest.get();
    assert(row !== undefined, 'an open store has a field key');
    return { id: row.id, key: quarterKey(row.id) };
  }

  /** The cell that a wrapped key is bound to: it cannot be given to another person. */
  const wrappingCell = (subject: string) =>
    ({ school, table: 'subject_key', column: 'wrapped', row: subject, version: '1' }) as const;

  function existing(subject: string): FieldKey | undefined {
    const known = subjects.get(subject);
    if (known !== undefined) return known;
    const row = findSubject.get({ subject: textToId(subject) });
    if (row === undefined) return undefined;
    const key = unwrapSubjectKey(quarterKey(row.fieldKey), wrappingCell(subject), row.wrapped);
    assert(key.ok, 'a wrapped key opens with its field key');
    subjects.set(subject, key.value);
    return key.value;
  }

  function keyOf(subject: string): FieldKey {
    const found = existing(subject);
    if (found !== undefined) return found;
    const made = createFieldKey(random);
    const quarter = newestQuarterKey();
    insertSubject.run({
      subject: textToId(subject),
      keyId: bytesToId<'subject-key'>(made.id),
      fieldKey: quarter.id,
      wrapped: wrapSubjectKey(quarter.key, wrappingCell(subject), made, random),
    });
    subjects.set(subject, made);
    return made;
  }

  return {
    seal: (subject, cell, plaintext) =>
      sealField(
        keyOf(subject),
        envelopePurposes.subjectField,
        inSchool(school, cell),
        Buffer.from(plaintext, 'utf8'),
        random,
      ),
    open(subject, cell, envelope) {
      const key = existing(subject);
      assert(key !== undefined, 'a sealed field has its key');
      const opened = openField(key, envelopePurposes.subjectField, inSchool(school, cell), envelope);
      assert(opened.ok, `a sealed field of ${cell.table}.${cell.column} opens`);
      return Buffer.from(opened.value).toString('utf8');
    },
    keyOf,
    findKey: existing,
    forget: (subject) => void subjects.delete(subject),
    reset() {
      subjects.clear();
      quarterKeys = new Map();
    },
  };
}

function inSchool(school: SchoolId, cell: FieldCell) {
  return { school, ...cell };
}
