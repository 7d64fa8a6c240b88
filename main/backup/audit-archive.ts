import { asc, like } from 'drizzle-orm';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { ReadableDb, WritableDb } from '../../db/handles.ts';
import { readLocalState, writeLocalState, type LocalStateName } from '../../db/school/local-state.ts';
import { localState } from '../../db/school/schema.ts';
import { assert } from '../../domain/result.ts';

// A restore starts an empty audit log (SECURITY §6.10). The log before it stays in the store, as the bundle that an
// auditor verifies, in gzipped pieces: encrypted like everything else, and part of every backup and export.

const prefix = 'audit-archive/';

/** Keeps a piece of the bundle of an earlier incarnation's log. Pieces are numbered from 1. */
export function keepArchivePiece(
  db: WritableDb,
  incarnation: number,
  piece: number,
  packed: Uint8Array,
): void {
  writeLocalState(db, nameOf(incarnation, piece), packed);
}

/** Keeps a whole bundle in place of what is kept of that incarnation. */
export function keepArchive(db: WritableDb, incarnation: number, bundle: Iterable<Uint8Array>): void {
  dropArchive(db, incarnation);
  let piece = 0;
  for (const bytes of bundle) keepArchivePiece(db, incarnation, (piece += 1), gzipSync(bytes));
}

function dropArchive(db: WritableDb, incarnation: number): void {
  db.delete(localState)
    .where(like(localState.name, `${prefix}${incarnation}/%`))
    .run();
}

/** Takes over the earlier logs that another store keeps, in place of what is kept of the same incarnations. */
export function copyArchives(from: ReadableDb, to: WritableDb): void {
  for (const incarnation of archivedIncarnations(from)) dropArchive(to, incarnation);
  for (const name of archiveNames(from)) {
    const value = readLocalState(from, name);
    assert(value !== undefined, 'an archived piece that is listed is there');
    writeLocalState(to, name, value);
  }
}

/** The incarnations whose logs are kept, in order. */
export function archivedIncarnations(db: ReadableDb): number[] {
  return [...new Set(archiveNames(db).map((name) => Number(name.split('/')[1])))].toSorted((a, b) => a - b);
}

/** The bundle of an earlier incarnation's log, in pieces. */
export function* archivedBundle(db: ReadableDb, incarnation: number): Generator<Uint8Array> {
  for (const name of archiveNames(db).filter((one) => one.startsWith(`${prefix}${incarnation}/`))) {
    const value = readLocalState(db, name);
    assert(value !== undefined, 'an archived piece that is listed is there');
    yield gunzipSync(value);
  }
}

function archiveNames(db: ReadableDb): `audit-archive/${string}`[] {
  return db
    .select({ name: localState.name })
    .from(localState)
    .where(like(localState.name, `${prefix}%`))
    .orderBy(asc(localState.name))
    .all()
    .map(({ name }): `audit-archive/${string}` => `${prefix}${name.slice(prefix.length)}`);
}

function nameOf(incarnation: number, piece: number): LocalStateName {
  return `${prefix}${incarnation}/${String(piece).padStart(6, '0')}`;
}
