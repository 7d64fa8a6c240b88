import { and, desc, eq, gte, inArray, lt, sql, type SQL } from 'drizzle-orm';
import { parseEntryText, type AuditEntry } from '../../domain/audit/entry.ts';
import { assert } from '../../domain/result.ts';
import type { ReadableDb } from '../handles.ts';
import { latestCheckpoint } from './checkpoints.ts';
import { auditActor, auditBody, auditCheckpoint, auditLeaf, auditSubject } from './schema.ts';

/** What to look for. Everything given has to hold; nothing given finds every entry. */
export interface AuditFilter {
  /** Opaque id of a person whom the entry concerns, or several of which any will do. */
  readonly subject?: string | readonly string[];
  /** Opaque id of the user who acted. */
  readonly user?: string;
  /** UTC milliseconds by the desk's clock, `fromMs` included, `toMs` not. */
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly action?: string;
  readonly recordType?: string;
  readonly procedure?: string;
  readonly outcome?: 'ok' | 'refused' | 'error';
}

export interface AuditPage {
  /** Newest first, by `seq`. Redacted entries are left out: nothing of them remains to be shown. */
  readonly entries: readonly AuditEntry[];
  /** To be given as `beforeSeq` for the next page; null after the last. */
  readonly nextBeforeSeq: number | null;
}

/** One page of the log. `beforeSeq` is excluded; leave it out for the newest. Reading the log is itself audited. */
export function readAuditPage(
  db: ReadableDb,
  filter: AuditFilter,
  page: { readonly limit: number; readonly beforeSeq?: number },
): AuditPage {
  const wanted = page.limit + 1;
  const before = page.beforeSeq ?? Number.MAX_SAFE_INTEGER;
  const indexedTo = latestCheckpoint(db)?.size ?? 0;
  const conditions = conditionsOf(filter);
  const tail = bodies(db, { first: indexedTo, end: before }, conditions, wanted);
  const within = seqsWithin(db, filter, Math.min(before, indexedTo));
  const indexed =
    tail.length < wanted
      ? bodies(db, within, [...indexConditions(db, filter), ...conditions], wanted - tail.length)
      : [];
  const found = [...tail, ...indexed];
  const entries = found.slice(0, page.limit).map(({ body }) => bodyToEntry(body));
  return { entries, nextBeforeSeq: found.length > page.limit ? (entries.at(-1)?.seq ?? null) : null };
}

/** One entry with the text that was hashed and its leaf hash; undefined where there is none, or its body is redacted. */
export function readAuditEntry(
  db: ReadableDb,
  seq: number,
): { readonly entry: AuditEntry; readonly text: string; readonly leaf: Uint8Array } | undefined {
  const row = db
    .select({ body: auditBody.body, leaf: auditLeaf.leaf })
    .from(auditBody)
    .innerJoin(auditLeaf, eq(auditLeaf.seq, auditBody.seq))
    .where(eq(auditBody.seq, seq))
    .get();
  return row && { entry: bodyToEntry(row.body), text: row.body, leaf: row.leaf };
}

/** One range of seqs, `end` excluded: given two upper bounds, SQLite would seek by one and walk to the other. */
interface Seqs {
  readonly first: number;
  readonly end: number;
}

function bodies(
  db: ReadableDb,
  { first, end }: Seqs,
  conditions: readonly SQL[],
  limit: number,
): { seq: number; body: string }[] {
  return db
    .select()
    .from(auditBody)
    .where(and(gte(auditBody.seq, first), lt(auditBody.seq, end), ...conditions))
    .orderBy(desc(auditBody.seq))
    .limit(limit)
    .all();
}

function bodyToEntry(body: string): AuditEntry {
  const entry = parseEntryText(body);
  assert(entry.ok, 'a stored audit entry is in its canonical form');
  return entry.value;
}

/** What each body found must say, whichever way it was found. */
function conditionsOf(filter: AuditFilter): SQL[] {
  const field = (path: string): SQL => sql`json_extract(${auditBody.body}, ${sql.raw(`'$.${path}'`)})`;
  const conditions: SQL[] = [];
  if (filter.subject !== undefined) {
    conditions.push(
      sql`EXISTS (SELECT 1 FROM json_each(${auditBody.body}, '$.subjects') AS subject WHERE subject.value IN (SELECT value FROM json_each(${JSON.stringify(subjectsOf(filter))})))`,
    );
  }
  if (filter.user !== undefined) conditions.push(eq(field('actor.user'), filter.user));
  if (filter.fromMs !== undefined) conditions.push(gte(field('at'), filter.fromMs));
  if (filter.toMs !== undefined) conditions.push(lt(field('at'), filter.toMs));
  if (filter.action !== undefined) conditions.push(eq(field('action'), filter.action));
  if (filter.recordType !== undefined) conditions.push(eq(field('record.type'), filter.recordType));
  if (filter.procedure !== undefined) conditions.push(eq(field('procedure'), filter.procedure));
  // The outcome's first word: what follows the colon is the error's type.
  if (filter.outcome !== undefined)
    conditions.push(sql`${field('outcome')} || ':' LIKE ${`${filter.outcome}:%`}`);
  return conditions;
}

function subjectsOf({ subject = [] }: AuditFilter): readonly string[] {
  return typeof subject === 'string' ? [subject] : subject;
}

/** What narrows the search before any body is opened, among the entries that a checkpoint covers. */
function indexConditions(db: ReadableDb, filter: AuditFilter): SQL[] {
  const conditions: SQL[] = [];
  if (filter.subject !== undefined) {
    const rows = db.select({ seq: auditSubject.seq }).from(auditSubject);
    conditions.push(
      inArray(auditBody.seq, rows.where(inArray(auditSubject.subject, [...subjectsOf(filter)]))),
    );
  } else if (filter.user !== undefined) {
    const rows = db.select({ seq: auditActor.seq }).from(auditActor);
    conditions.push(inArray(auditBody.seq, rows.where(eq(auditActor.user, filter.user))));
  }
  return conditions;
}

/** The seqs below `end` outside of which no entry that a checkpoint covers lies within the filter's times. */
function seqsWithin(db: ReadableDb, { fromMs, toMs }: AuditFilter, end: number): Seqs {
  if (fromMs === undefined && toMs === undefined) return { first: 0, end };
  const { size, minAt, maxAt } = auditCheckpoint;
  const overlapping = db
    .select({ first: sql<number | null>`min(${size})`, last: sql<number | null>`max(${size})` })
    .from(auditCheckpoint)
    .where(and(gte(maxAt, fromMs ?? 0), lt(minAt, toMs ?? Number.MAX_SAFE_INTEGER)))
    .get();
  if (overlapping === undefined || overlapping.first === null || overlapping.last === null)
    return { first: 0, end: 0 };
  const before = db
    .select({ size })
    .from(auditCheckpoint)
    .where(lt(size, overlapping.first))
    .orderBy(desc(size))
    .limit(1)
    .get();
  return { first: before?.size ?? 0, end: Math.min(end, overlapping.last) };
}
