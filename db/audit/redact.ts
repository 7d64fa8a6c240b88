import { and, asc, eq, gte, inArray, lte } from 'drizzle-orm';
import { parseEntryText, type AuditDraft, type AuditEntry } from '../../domain/audit/entry.ts';
import { assert } from '../../domain/result.ts';
import type { WritableDb } from '../handles.ts';
import type { AuditLog } from './append.ts';
import { auditActor, auditBody, auditRedaction, auditSubject } from './schema.ts';

/**
 * Removes the bodies of `first` to `last`, both included, and appends the entry that says so. Redact entries in the
 * range stay. Whether their retention classes have ended is the caller's to know. Leaves stay, so proofs hold.
 */
export function redactEntries(
  db: WritableDb,
  log: AuditLog,
  range: { readonly first: number; readonly last: number },
  by: Pick<AuditDraft, 'actor' | 'scope' | 'procedure' | 'reason' | 'request'>,
  atMs: number,
): AuditEntry {
  const { first, last } = range;
  const going = db
    .select()
    .from(auditBody)
    .where(and(gte(auditBody.seq, first), lte(auditBody.seq, last)))
    .orderBy(asc(auditBody.seq))
    .all()
    .map(({ body }) => {
      const entry = parseEntryText(body);
      assert(entry.ok, 'a stored audit entry is in its canonical form');
      return entry.value;
    })
    .filter((entry) => entry.action !== 'redact');
  const [redaction] = log.append(
    db,
    {
      ...by,
      action: 'redact',
      record: { type: 'audit', id: `${first}-${last}` },
      subjects: [],
      count: going.length,
      outcome: 'ok',
    },
    atMs,
  );
  assert(redaction !== undefined, 'an append gives the entry it made');
  db.insert(auditRedaction).values({ bySeq: redaction.seq, first, last }).run();
  for (const { seq, subjects, actor } of going) {
    db.delete(auditBody).where(eq(auditBody.seq, seq)).run();
    db.delete(auditSubject)
      .where(and(inArray(auditSubject.subject, subjects), eq(auditSubject.seq, seq)))
      .run();
    if (actor.user !== null) {
      db.delete(auditActor)
        .where(and(eq(auditActor.user, actor.user), eq(auditActor.seq, seq)))
        .run();
    }
  }
  return redaction;
}
