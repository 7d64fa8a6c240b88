import { eq, sql } from 'drizzle-orm';
import type { TreeReader } from '../../domain/audit/merkle.ts';
import { assert } from '../../domain/result.ts';
import type { ReadableDb } from '../handles.ts';
import { auditLeaf } from './schema.ts';

/** Reads the stored tree. Throws on a row that is not there: a log with a hole proves nothing. */
export function createTreeReader(db: ReadableDb): TreeReader {
  const bySeq = db
    .select()
    .from(auditLeaf)
    .where(eq(auditLeaf.seq, sql.placeholder('seq')))
    .prepare();
  function row(seq: number): { leaf: Uint8Array; subtree: Uint8Array } {
    const found = bySeq.get({ seq });
    assert(found !== undefined, 'every audit leaf below the head is in the store');
    return found;
  }
  return { leafAt: (seq) => row(seq).leaf, subtreeEndingAt: (seq) => row(seq).subtree };
}
