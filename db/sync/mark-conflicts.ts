import type { Connection } from '../open-store.ts';

/** One column of one student in one register. */
export interface MarkCell {
  readonly day: string;
  readonly class: string;
  readonly session: string;
  readonly student: string;
  readonly column: 'teacher' | 'office';
}

/** A mark that stands in a cell with another that did not know of it. */
export interface StandingMark {
  /** `hlc.desk.seq`, as this store writes versions. */
  readonly version: string;
  readonly code: string | null;
  readonly minutes: number | null;
}

interface MarkRow extends StandingMark {
  readonly desk: number;
  readonly seq: number;
}

/** What a change knew, and from which number on others may know it; null while the server has not numbered it. */
interface Origin {
  readonly writer: string;
  readonly incarnation: number;
  readonly seen: number;
  readonly number: number | null;
}

/** Cells in which desks made different marks without knowing of each other. The marks are facts and stay; this says where to look. */
export interface MarkConflicts {
  /** Looks at a cell after a mark of another desk has come into it. */
  review(cell: MarkCell): void;
  /** The marks of a cell that no other has replaced, the latest first. */
  standing(cell: MarkCell): readonly StandingMark[];
  cells(): readonly MarkCell[];
}

export function createMarkConflicts(connection: Connection): MarkConflicts {
  const marks = connection.prepare<[string, Buffer, string, Buffer, string], MarkRow>(
    `SELECT hlc || '.' || desk || '.' || seq AS version, desk, seq, code, minutes FROM mark
     WHERE day = ? AND "class" = ? AND session = ? AND student = ? AND author_column = ?
     ORDER BY hlc DESC, desk DESC`,
  );
  const writer = connection
    .prepare<[number], [string, number]>('SELECT lower(hex(id)), incarnation FROM "desk" WHERE ordinal = ?')
    .raw();
  const received = connection
    .prepare<[number, number], [number, number]>(
      'SELECT seen, number FROM sync_change WHERE desk = ? AND seq = ?',
    )
    .raw();
  const ownSeen = connection
    .prepare<[number], number>(`SELECT body ->> '$.seen' FROM change WHERE seq = ?`)
    .pluck();
  const ownNumber = connection
    .prepare<[Buffer, number, number, number], number | null>(
      'SELECT seq FROM sync_batch WHERE desk = ? AND incarnation = ? AND first_seq <= ? AND last_seq >= ?',
    )
    .pluck();
  const add = connection.prepare('INSERT OR IGNORE INTO mark_conflict VALUES (?, ?, ?, ?, ?)');
  const drop = connection.prepare(
    'DELETE FROM mark_conflict WHERE day = ? AND "class" = ? AND session = ? AND student = ? AND author_column = ?',
  );
  const all = connection.prepare<[], MarkCell>(
    `SELECT day, lower(hex("class")) AS class, session, lower(hex(student)) AS student, author_column AS "column"
     FROM mark_conflict ORDER BY day, "class", session, student, author_column`,
  );

  function originOf({ desk, seq }: MarkRow): Origin {
    const [id = '', incarnation = 0] = writer.get(desk) ?? [];
    const known = received.get(desk, seq);
    if (known !== undefined) return { writer: id, incarnation, seen: known[0], number: known[1] };
    const number = ownNumber.get(Buffer.from(id, 'hex'), incarnation, seq, seq) ?? null;
    return { writer: id, incarnation, seen: ownSeen.get(seq) ?? 0, number };
  }

  function standing(cell: MarkCell): readonly StandingMark[] {
    const rows = marks.all(...placeOf(cell));
    const origins = new Map(rows.map((row) => [row, originOf(row)]));
    const isReplaced = (row: MarkRow): boolean =>
      rows.some((other) => other !== row && knows(other, origins.get(other), row, origins.get(row)));
    return rows.filter((row) => !isReplaced(row));
  }

  return {
    review(cell) {
      const heads = standing(cell);
      const [first] = heads;
      const differ = heads.some(({ code, minutes }) => code !== first?.code || minutes !== first?.minutes);
      if (differ) add.run(...placeOf(cell));
      else drop.run(...placeOf(cell));
    },
    standing,
    cells: () => all.all(),
  };
}

/** Whether the one who made `later` had seen `earlier`, or is the same desk and made it after. */
function knows(
  later: MarkRow,
  of: Origin | undefined,
  earlier: MarkRow,
  origin: Origin | undefined,
): boolean {
  if (of === undefined || origin === undefined) return false;
  if (of.writer === origin.writer) {
    return of.incarnation === origin.incarnation
      ? later.seq > earlier.seq
      : of.incarnation > origin.incarnation;
  }
  return origin.number !== null && origin.number <= of.seen;
}

function placeOf(cell: MarkCell): [string, Buffer, string, Buffer, string] {
  const { day, session, column } = cell;
  return [day, Buffer.from(cell.class, 'hex'), session, Buffer.from(cell.student, 'hex'), column];
}
