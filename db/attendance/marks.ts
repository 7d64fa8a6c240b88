import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { RecordScope } from '../../domain/access/scope.ts';
import type { RegisterKey, TakenFact } from '../../domain/attendance/register.ts';
import type { RegisterSession } from '../../domain/attendance/session.ts';
import { textToId, type ClassId, type Day, type StudentId, type UserId } from '../../domain/ids.ts';
import { holdsRecordOf, readMerges, type Merges } from '../people/merges.ts';
import { preparedInScope, preparedOnce } from '../people/prepared.ts';
import { schoolClass } from '../people/schema.ts';
import { classesInScope, studentsInScope } from '../people/scope.ts';
import type { ReadableDb } from '../handles.ts';
import { mark, registerTaken } from './schema.ts';

/** A mark as it is stored, with its note sealed. Facts of one student in one register come oldest first. */
export interface StoredMark {
  /** The person: of merged records the one that is shown. */
  readonly student: StudentId;
  /** The record that the mark lies under, where that is another: its note is sealed under that one. */
  readonly storedUnder?: StudentId;
  readonly hlc: number;
  readonly desk: number;
  readonly seq: number;
  readonly column: 'teacher' | 'office';
  readonly code: string | null;
  readonly minutes: number | null;
  readonly note: Uint8Array | null;
  readonly author: UserId;
  readonly atMs: number;
}

/** What totals need of a mark: who, which column, which code. */
export type MarkCode = Pick<StoredMark, 'student' | 'column' | 'code'>;

const codeColumns = { student: mark.student, column: mark.column, code: mark.code };
const storedColumns = {
  ...codeColumns,
  hlc: mark.hlc,
  desk: mark.desk,
  seq: mark.seq,
  minutes: mark.minutes,
  note: mark.note,
  author: mark.author,
  atMs: mark.atMs,
};
const placedColumns = {
  ...codeColumns,
  hlc: mark.hlc,
  desk: mark.desk,
  minutes: mark.minutes,
  author: mark.author,
  atMs: mark.atMs,
  day: mark.day,
  class: mark.class,
  session: mark.session,
};
const takenColumns = {
  hlc: registerTaken.hlc,
  desk: registerTaken.desk,
  isTaken: registerTaken.taken,
  authorId: registerTaken.author,
  atMs: registerTaken.atMs,
};

const inOrder = [
  asc(mark.day),
  asc(mark.class),
  asc(mark.session),
  asc(mark.student),
  asc(mark.hlc),
  asc(mark.desk),
];

const statements = preparedInScope((db, scope) => {
  const ofRegister = and(
    eq(mark.day, sql.placeholder('day')),
    eq(mark.class, idValue('class', mark.class)),
    eq(mark.session, sql.placeholder('session')),
    classesInScope(scope, mark.class),
  );
  return {
    codes: db
      .select(codeColumns)
      .from(mark)
      .where(ofRegister)
      .orderBy(...inOrder)
      .prepare(),
    stored: db
      .select(storedColumns)
      .from(mark)
      .where(ofRegister)
      .orderBy(...inOrder)
      .prepare(),
    taken: db
      .select(takenColumns)
      .from(registerTaken)
      .where(
        and(
          eq(registerTaken.day, sql.placeholder('day')),
          eq(registerTaken.class, idValue('class', registerTaken.class)),
          eq(registerTaken.session, sql.placeholder('session')),
          classesInScope(scope, registerTaken.class),
        ),
      )
      .prepare(),
    ofStudent: db
      .select({
        day: mark.day,
        column: mark.column,
        code: mark.code,
        minutes: mark.minutes,
        hlc: mark.hlc,
        desk: mark.desk,
      })
      .from(mark)
      .where(
        and(
          sql`${mark.day} in (select value from json_each(${sql.placeholder('days')}))`,
          eq(mark.class, idValue('class', mark.class)),
          eq(mark.session, sql.placeholder('session')),
          eq(mark.student, idValue('student', mark.student)),
          studentsInScope(scope, mark.student),
        ),
      )
      .orderBy(...inOrder)
      .prepare(),
  };
});

/** The codes of one register, each student's oldest first: one run of the clustered table. */
export function readMarkCodes(db: ReadableDb, scope: RecordScope, key: RegisterKey): readonly MarkCode[] {
  return readMerges(db).isEmpty ? statements(db, scope).codes.all(valuesOf(key)) : readMarks(db, scope, key);
}

/** Everything that was ever entered in one register, each student's oldest first. */
export function readMarks(db: ReadableDb, scope: RecordScope, key: RegisterKey): readonly StoredMark[] {
  return marksUnderPeople(readMerges(db), statements(db, scope).stored.all(valuesOf(key)));
}

/** Who took one register, and who took that back. */
export function readTaken(db: ReadableDb, scope: RecordScope, key: RegisterKey): readonly TakenFact[] {
  return statements(db, scope).taken.all(valuesOf(key));
}

/** A student's facts in one class and session on the given days, oldest first: a seek for each day. */
export function readMarksOfStudent(
  db: ReadableDb,
  scope: RecordScope,
  student: StudentId,
  register: { readonly classId: ClassId; readonly session: RegisterSession; readonly days: readonly Day[] },
): readonly (Pick<StoredMark, 'column' | 'code' | 'minutes' | 'hlc'> & { readonly day: string })[] {
  const { classId, session, days } = register;
  const records = readMerges(db).recordsOf(student);
  const rows = records.flatMap((record) =>
    statements(db, scope).ofStudent.all({
      days: JSON.stringify(days),
      class: classId,
      session,
      student: record,
    }),
  );
  return records.length === 1 ? rows : rows.toSorted(byTime);
}

/** A fact with the register it belongs to. */
export interface PlacedMark extends Omit<StoredMark, 'note' | 'seq'> {
  readonly day: string;
  readonly class: ClassId;
  readonly session: string;
}

/** All facts of a day in the classes within the scope, in the order of the registers and each student's oldest first. */
export function readDayMarks(db: ReadableDb, scope: RecordScope, day: Day): readonly PlacedMark[] {
  const rows = db
    .select(placedColumns)
    .from(mark)
    .where(and(eq(mark.day, day), classesInScope(scope, mark.class)))
    .orderBy(...inOrder)
    .all();
  return marksUnderPeople(readMerges(db), rows);
}

/** A fact in a homeroom's register, under the record it was written for. */
export interface HomeroomFact {
  readonly student: StudentId;
  readonly column: 'teacher' | 'office';
  readonly code: string | null;
  readonly hlc: number;
  readonly desk: number;
}

const homeroomFacts = preparedOnce((db) => {
  const fact = sql`lower(hex(${mark.student})) || substr(${mark.column}, 1, 1) || coalesce(${mark.code}, '') || ' ' || ${mark.hlc} || ' ' || ${mark.desk}`;
  return db
    .select({ class: mark.class, session: mark.session, facts: sql<string>`group_concat(${fact}, ';')` })
    .from(mark)
    .where(
      and(
        eq(mark.day, sql.placeholder('day')),
        inArray(
          mark.class,
          db.select({ id: schoolClass.id }).from(schoolClass).where(eq(schoolClass.classType, 'homeroom')),
        ),
      ),
    )
    .groupBy(mark.class, mark.session)
    .prepare();
});

/**
 * The facts of a day in the registers of homerooms, by class and session and in no order, of the whole school: for sums, which
 * are looked up for students within the caller's scope only. Nothing else may give these out.
 *
 * A register comes as one text: a year of a large school is a million facts, and a row for each takes three times as long.
 */
export function readHomeroomFacts(
  db: ReadableDb,
  day: Day,
): readonly {
  readonly class: ClassId;
  readonly session: string;
  /** Reads them from the text. */
  readonly readFacts: () => readonly HomeroomFact[];
}[] {
  return homeroomFacts(db)
    .all({ day })
    .map(({ facts, ...register }) => ({
      ...register,
      readFacts: () => facts.split(';').map(toHomeroomFact),
    }));
}

const idLength = 32;

function toHomeroomFact(text: string): HomeroomFact {
  const afterCode = text.indexOf(' ', idLength);
  const afterHlc = text.indexOf(' ', afterCode + 1);
  const code = text.slice(idLength + 1, afterCode);
  return {
    student: textToId<'student'>(text.slice(0, idLength)),
    column: text[idLength] === 'o' ? 'office' : 'teacher',
    code: code === '' ? null : code,
    hlc: Number(text.slice(afterCode + 1, afterHlc)),
    desk: Number(text.slice(afterHlc + 1)),
  };
}

/** Who took the day's registers in the classes within the scope. */
export function readDayTaken(
  db: ReadableDb,
  scope: RecordScope,
  day: Day,
): readonly (TakenFact & { readonly class: ClassId; readonly session: string })[] {
  return db
    .select({ ...takenColumns, class: registerTaken.class, session: registerTaken.session })
    .from(registerTaken)
    .where(and(eq(registerTaken.day, day), classesInScope(scope, registerTaken.class)))
    .all();
}

/**
 * All facts of those students who were ever given one of `codes` in one of these registers: few, so that days can be
 * looked back at without resolving every mark. `classes` null is every class, `student` null or left out every student.
 */
export function readMarksBesideCodes(
  db: ReadableDb,
  scope: RecordScope,
  where: {
    readonly days: readonly Day[];
    readonly classes: readonly ClassId[] | null;
    readonly codes: readonly string[];
    readonly student?: StudentId | null;
  },
): readonly PlacedMark[] {
  const hit = db
    .selectDistinct({ day: mark.day, class: mark.class, session: mark.session, student: mark.student })
    .from(mark)
    .where(
      and(
        inArray(mark.day, [...where.days]),
        where.classes === null ? undefined : inArray(mark.class, [...where.classes]),
        where.student == null ? undefined : holdsRecordOf(db, mark.student, [where.student]),
        inArray(mark.code, [...where.codes]),
        classesInScope(scope, mark.class),
        studentsInScope(scope, mark.student),
      ),
    )
    .as('hit');
  const rows = db
    .select(placedColumns)
    .from(hit)
    .innerJoin(
      mark,
      and(
        eq(mark.day, hit.day),
        eq(mark.class, hit.class),
        eq(mark.session, hit.session),
        eq(mark.student, hit.student),
      ),
    )
    .orderBy(...inOrder)
    .all();
  const merges = readMerges(db);
  if (merges.isEmpty) return rows;
  // The same person's marks in the same register may lie under another record.
  const cellOf = (row: PlacedMark): string =>
    `${row.day} ${row.class} ${row.session} ${merges.keptOf(row.student)}`;
  const hits = new Map(
    rows.filter(({ student }) => merges.recordsOf(student).length > 1).map((row) => [cellOf(row), row]),
  );
  if (hits.size === 0) return rows;
  const ofMerged = [...hits.values()].flatMap((row) =>
    db
      .select(placedColumns)
      .from(mark)
      .where(
        and(
          eq(mark.day, row.day),
          eq(mark.class, row.class),
          eq(mark.session, row.session),
          holdsRecordOf(db, mark.student, [row.student]),
          classesInScope(scope, mark.class),
          studentsInScope(scope, mark.student),
        ),
      )
      .all(),
  );
  return marksUnderPeople(merges, [...rows.filter((row) => !hits.has(cellOf(row))), ...ofMerged]);
}

/** Each row under the person that its record belongs to; each person's rows of a register stay oldest first. */
export function marksUnderPeople<
  Row extends Pick<StoredMark, 'student' | 'hlc' | 'desk'> &
    Partial<Pick<PlacedMark, 'day' | 'class' | 'session'>>,
>(merges: Merges, rows: readonly Row[]): readonly (Row & Pick<StoredMark, 'storedUnder'>)[] {
  if (merges.isEmpty || rows.every(({ student }) => merges.keptOf(student) === student)) return rows;
  const placeOf = ({ day = '', class: classId, session = '', student }: Row): string =>
    `${day} ${classId ?? ''} ${session} ${student}`;
  return rows
    .map((row) => {
      const student = merges.keptOf(row.student);
      return student === row.student ? row : { ...row, student, storedUnder: row.student };
    })
    .toSorted((one, other) => {
      const [first, second] = [placeOf(one), placeOf(other)];
      if (first === second) return byTime(one, other);
      return first < second ? -1 : 1;
    });
}

function byTime(one: Pick<StoredMark, 'hlc' | 'desk'>, other: Pick<StoredMark, 'hlc' | 'desk'>): number {
  return one.hlc - other.hlc || one.desk - other.desk;
}

/** A placeholder that is encoded as its column is: drizzle does so for values only. */
function idValue(name: string, column: SQLiteColumn) {
  return sql.param(sql.placeholder(name), column);
}

function valuesOf({ day, classId, session }: RegisterKey) {
  return { day, class: classId, session };
}
