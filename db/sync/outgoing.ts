import { z } from 'zod';
import { change as changeSchema, type Change } from '../../domain/sync/change.ts';
import type { BatchLimits, OutgoingChange } from '../../domain/sync/desk-round.ts';
import type { changePart } from '../../domain/sync/part.ts';
import { openChange } from '../changes/rebuild.ts';
import { rowKey, shapeOf, type FieldSealer, type PlainOperation } from '../changes/write-change.ts';
import type { WritableDb } from '../handles.ts';
import type { Connection } from '../open-store.ts';
import type { WriterNames } from './writers.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Gives changes of this desk as they are sealed for sending: in clear values, by the subject that each part concerns. */
export interface OutgoingChanges {
  /** Changes from `first` to `last` that are wanted, within the limits; the first in any case. */
  take(
    first: number,
    last: number,
    limits: BatchLimits,
    isWanted: (change: Change) => boolean,
  ): readonly OutgoingChange[];
  /** How many changes there are from `first` on. */
  count(first: number): number;
}

export function createOutgoingChanges(options: {
  readonly connection: Connection;
  readonly db: WritableDb;
  readonly sealer: FieldSealer;
  readonly writers: WriterNames;
}): OutgoingChanges {
  const { connection, db, sealer, writers } = options;
  const between = connection
    .prepare<[number, number], string>('SELECT body FROM change WHERE seq BETWEEN ? AND ? ORDER BY seq')
    .pluck();
  const count = connection.prepare<[number], number>('SELECT count(*) FROM change WHERE seq >= ?').pluck();
  const subjectOfEnrolment = connection
    .prepare<[Buffer], Buffer>("SELECT person FROM enrolment WHERE id = ? AND role = 'student'")
    .pluck();

  /** Whom a row is about: the person whose purge takes it. */
  function subjectOf(table: string, fields: Fields): string | null {
    switch (table) {
      case 'student':
      case 'guardian':
        return z.string().parse(fields['id']);
      case 'guardian_link':
      case 'mark':
      case 'planned_absence':
      case 'contact':
      case 'movement':
      case 'group_member':
        return z.string().parse(fields['student']);
      case 'person_merge':
        return z.string().parse(fields['merged']);
      case 'enrolment': {
        if (fields['role'] === 'student') return z.string().parse(fields['person']);
        const id = Buffer.from(z.string().parse(fields['id']), 'hex');
        return fields['role'] === undefined ? (subjectOfEnrolment.get(id)?.toString('hex') ?? null) : null;
      }
      default:
        return null;
    }
  }

  function toOutgoing(change: Change): OutgoingChange {
    const { incarnation, seq, hlc, by, seen, aggregate } = change;
    const opened = openChange(db, change, writers.ordinalOf(change.desk, incarnation), sealer);
    const bySubject = new Map<string | null, [number, unknown][]>();
    const add = (subject: string | null, index: number, operation: unknown): void => {
      const known = bySubject.get(subject);
      if (known === undefined) bySubject.set(subject, [[index, operation]]);
      else known.push([index, operation]);
    };
    for (const [index, operation] of opened.entries()) {
      if (operation.op === 'put') {
        const source = change.operations[index];
        const over = source?.op === 'put' ? source.over : undefined;
        const { table, fields } = operation;
        const key = rowKey(shapeOf(table), fields);
        add(subjectOf(table, fields), index, { op: 'put', table, key, fields, ...(over && { over }) });
      } else for (const [subject, facts] of bySubjectOf(operation, subjectOf)) add(subject, index, facts);
    }
    const parts = Array.from(bySubject, ([subject, operations]) => {
      const part: z.input<typeof changePart> = { incarnation, seq, hlc, by, seen, aggregate, operations };
      return { subject, text: JSON.stringify(part) };
    });
    return { incarnation, seq, parts };
  }

  return {
    take(first, last, limits, isWanted) {
      const taken: OutgoingChange[] = [];
      let bytes = 0;
      for (const body of between.iterate(first, last)) {
        const change = changeSchema.parse(JSON.parse(body));
        if (!isWanted(change)) continue;
        const outgoing = toOutgoing(change);
        bytes += outgoing.parts.reduce((sum, { text }) => sum + text.length, 0);
        if (taken.length > 0 && bytes > limits.bytes) break;
        taken.push(outgoing);
        if (taken.length === limits.changes) break;
      }
      return taken;
    },
    count: (first) => count.get(first) ?? 0,
  };
}

function bySubjectOf(
  { table, shared, rows }: Extract<PlainOperation, { op: 'add' }>,
  subjectOf: (table: string, fields: Fields) => string | null,
): Map<string | null, { op: 'add'; table: string; shared: Fields; rows: Fields[] }> {
  const parts = new Map<string | null, { op: 'add'; table: string; shared: Fields; rows: Fields[] }>();
  for (const row of rows) {
    const subject = subjectOf(table, { ...shared, ...row });
    const part = parts.get(subject);
    if (part === undefined) parts.set(subject, { op: 'add', table, shared, rows: [row] });
    else part.rows.push(row);
  }
  return parts;
}
