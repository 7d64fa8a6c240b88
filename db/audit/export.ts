import { and, asc, eq, gte, lt } from 'drizzle-orm';
import type { ReadableDb } from '../handles.ts';
import { auditBody, auditLeaf } from './schema.ts';

const pageSize = 1000;

/** Every entry below `size` in order of seq: its canonical text, or its leaf hash where the body has been redacted. */
export function* auditEntriesBelow(
  db: ReadableDb,
  size: number,
): Generator<{ readonly leaf: Uint8Array; readonly body: string | null }> {
  for (let start = 0; start < size; start += pageSize) {
    yield* db
      .select({ leaf: auditLeaf.leaf, body: auditBody.body })
      .from(auditLeaf)
      .leftJoin(auditBody, eq(auditBody.seq, auditLeaf.seq))
      .where(and(gte(auditLeaf.seq, start), lt(auditLeaf.seq, Math.min(start + pageSize, size))))
      .orderBy(asc(auditLeaf.seq))
      .all();
  }
}
