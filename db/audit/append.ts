import { desc, eq, sql } from 'drizzle-orm';
import { bytesEqual, toHex, utf8 } from '../../domain/audit/bytes.ts';
import { parseCheckpoint, type LogName } from '../../domain/audit/checkpoint.ts';
import {
  completeEntry,
  splitDraft,
  zeroHash,
  type AuditDraft,
  type AuditEntry,
} from '../../domain/audit/entry.ts';
import {
  appendLeaf,
  frontierAt,
  frontierRoot,
  hashLeaf,
  rootAt,
  type Frontier,
  type Sha256,
} from '../../domain/audit/merkle.ts';
import { assert } from '../../domain/result.ts';
import type { ReadableDb, WritableDb } from '../handles.ts';
import { auditBody, auditCheckpoint, auditLeaf } from './schema.ts';
import { createTreeReader } from './tree.ts';

/** Where a log stands: its size, RFC 6962 root, and the leaf hash that the next entry's `prev` will be. */
export interface AuditHead {
  readonly size: number;
  readonly root: Uint8Array;
  readonly prev: string;
}

/** The log of one desk, in one store. */
export interface AuditLog {
  readonly name: LogName;
  readonly sha256: Sha256;
  /**
   * Appends one entry, or several where the draft has more than 64 subjects, within the caller's transaction.
   * Throws when the store refuses or its chain is broken: the caller rolls back, and no value leaves (R4).
   */
  append(db: WritableDb, draft: AuditDraft, atMs: number): readonly AuditEntry[];
  /** Throws when the store's chain is broken. */
  head(db: ReadableDb): AuditHead;
  /** The size that a checkpoint would have, as far as known without looking: a rollback since makes it smaller. */
  size(db: ReadableDb): number;
}

interface CachedHead {
  readonly frontier: Frontier;
  readonly prev: Uint8Array | undefined;
}

/** The log of a desk. `randomBytes` gives the salts; nothing is read until the first use of a store. */
export function createAuditLog(options: {
  readonly name: LogName;
  readonly sha256: Sha256;
  readonly randomBytes: (length: number) => Uint8Array;
}): AuditLog {
  const { name, sha256, randomBytes } = options;
  const writesByDb = new WeakMap<WritableDb, ReturnType<typeof prepareWrites>>();
  const lastLeafByDb = new WeakMap<ReadableDb, ReturnType<typeof prepareLastLeaf>>();
  const headsByDb = new WeakMap<ReadableDb, CachedHead>();

  function lastLeaf(db: ReadableDb): LastLeaf | undefined {
    return getOrAdd(lastLeafByDb, db, prepareLastLeaf).get();
  }

  function freshHead(db: ReadableDb): CachedHead {
    const loaded = loadHead(db, sha256, lastLeaf(db));
    headsByDb.set(db, loaded);
    return loaded;
  }

  function currentHead(db: ReadableDb): CachedHead {
    const cached = headsByDb.get(db);
    return cached !== undefined && isAt(cached, lastLeaf(db)) ? cached : freshHead(db);
  }

  function appendOne(db: WritableDb, draft: AuditDraft, atMs: number): AuditEntry {
    const cached = headsByDb.get(db);
    const entry =
      // A transaction rolled back since, whoever did it, leaves the cached head ahead of the store: then look again.
      (cached && appendAfter(db, cached, draft, atMs)) ?? appendAfter(db, freshHead(db), draft, atMs);
    assert(entry !== undefined, 'an audit entry follows the last one in the store');
    return entry;
  }

  /** Appends after `head`, unless the store does not end there. */
  function appendAfter(
    db: WritableDb,
    head: CachedHead,
    draft: AuditDraft,
    atMs: number,
  ): AuditEntry | undefined {
    const seq = head.frontier.size;
    const { entry, text } = completeEntry(draft, {
      school: name.school,
      desk: name.desk,
      incarnation: name.incarnation,
      seq,
      prev: head.prev === undefined ? zeroHash : toHex(head.prev),
      at: atMs,
      salt: toHex(randomBytes(16)),
    });
    const leaf = hashLeaf(sha256, utf8(text));
    const { frontier, subtree } = appendLeaf(sha256, head.frontier, leaf);
    const writes = getOrAdd(writesByDb, db, prepareWrites);
    if (writes.leaf.run({ seq, leaf, subtree, before: seq - 1, prev: head.prev ?? null }).changes === 0)
      return undefined;
    writes.body.run({ seq, body: text });
    headsByDb.set(db, { frontier, prev: leaf });
    return entry;
  }

  return {
    name,
    sha256,
    append: (db, draft, atMs) => splitDraft(draft).map((part) => appendOne(db, part, atMs)),
    head(db) {
      const { frontier, prev } = currentHead(db);
      return {
        size: frontier.size,
        root: frontierRoot(sha256, frontier),
        prev: prev === undefined ? zeroHash : toHex(prev),
      };
    },
    size: (db) => (headsByDb.get(db) ?? freshHead(db)).frontier.size,
  };
}

interface LastLeaf {
  readonly seq: number;
  readonly leaf: Uint8Array;
}

/** Reads the head from O(log n) rows, and checks it against the last signed checkpoint. */
function loadHead(db: ReadableDb, sha256: Sha256, last: LastLeaf | undefined): CachedHead {
  const tree = createTreeReader(db);
  const size = last === undefined ? 0 : last.seq + 1;
  const newest = db
    .select({ note: auditCheckpoint.note })
    .from(auditCheckpoint)
    .orderBy(desc(auditCheckpoint.size))
    .limit(1)
    .get();
  if (newest !== undefined) {
    const checkpoint = parseCheckpoint(newest.note);
    assert(
      checkpoint.ok && checkpoint.value.size <= size,
      'the audit log is shorter than its last checkpoint',
    );
    const root = rootAt(sha256, tree, checkpoint.value.size);
    assert(bytesEqual(checkpoint.value.root, root), 'the audit log differs from its last checkpoint');
  }
  if (last !== undefined) {
    const body = db.select().from(auditBody).where(eq(auditBody.seq, last.seq)).get();
    // The last body is never redacted: a redact entry comes after what it names.
    assert(
      body !== undefined && bytesEqual(hashLeaf(sha256, utf8(body.body)), last.leaf),
      'the last audit entry differs from its leaf',
    );
  }
  return { frontier: frontierAt(tree, size), prev: last?.leaf };
}

function isAt(head: CachedHead, last: LastLeaf | undefined): boolean {
  if (last === undefined || head.prev === undefined) return last === undefined && head.frontier.size === 0;
  return last.seq === head.frontier.size - 1 && bytesEqual(last.leaf, head.prev);
}

function prepareLastLeaf(db: ReadableDb) {
  return db
    .select({ seq: auditLeaf.seq, leaf: auditLeaf.leaf })
    .from(auditLeaf)
    .orderBy(desc(auditLeaf.seq))
    .limit(1)
    .prepare();
}

function prepareWrites(db: WritableDb) {
  const placeholder = sql.placeholder;
  const { seq, leaf } = auditLeaf;
  return {
    // One statement looks where the log ends and appends there: a query of its own would cost a third of the append.
    leaf: db
      .insert(auditLeaf)
      .select(
        sql`SELECT ${placeholder('seq')}, ${placeholder('leaf')}, ${placeholder('subtree')}
            WHERE (SELECT ${leaf} FROM ${auditLeaf} WHERE ${seq} = ${placeholder('before')}) IS ${placeholder('prev')}
              AND NOT EXISTS (SELECT 1 FROM ${auditLeaf} WHERE ${seq} = ${placeholder('seq')})`,
      )
      .prepare(),
    body: db
      .insert(auditBody)
      .values({ seq: placeholder('seq'), body: placeholder('body') })
      .prepare(),
  };
}

function getOrAdd<K extends object, V>(map: WeakMap<K, V>, key: K, make: (key: K) => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make(key);
  map.set(key, made);
  return made;
}
