import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Random } from '../../resources/sample/random.ts';
import { assert } from '../../domain/result.ts';
import type { TraceEvent } from './trace.ts';

type ContentChange =
  | { readonly type: 'write'; readonly offset: number; readonly data: Buffer }
  | { readonly type: 'truncate'; readonly size: number };

/** A file apart from its names: what is surely on the disk, and what may or may not be. */
interface StoredFile {
  safe: Buffer;
  unsafe: ContentChange[];
}

type NameChange =
  | { readonly type: 'create'; readonly path: string; readonly file: StoredFile }
  | { readonly type: 'mkdir'; readonly path: string }
  | { readonly type: 'unlink'; readonly path: string }
  | { readonly type: 'rename'; readonly from: string; readonly to: string };

/** What of the writes that nobody waited for reached the disk before the power went. */
export const cutModes = ['nothing', 'everything', 'some', 'some-torn'] as const;
export type CutMode = (typeof cutModes)[number];

const sectorBytes = 512;

/**
 * A disk that keeps only what it was told to: content by fsync of the file, names by fsync of their folder. In between
 * anything may have reached it, content in any order and down to single sectors, names of a folder in their order.
 *
 * SQLite's shared-memory files (`-shm`) are left out: they are rebuilt after a cut.
 */
export class DiskModel {
  readonly #folder: string;
  readonly #names = new Map<string, StoredFile>();
  readonly #safeNames = new Map<string, StoredFile>();
  #unsafeNames: NameChange[] = [];
  /** The folders whose names are safe. */
  readonly #safeFolders = new Set<string>();

  /** The folder as it is now counts as safe. */
  constructor(folder: string) {
    this.#folder = folder;
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isDirectory()) this.#safeFolders.add(path);
      else if (!isShared(path)) {
        const file: StoredFile = { safe: readFileSync(path), unsafe: [] };
        this.#names.set(path, file);
        this.#safeNames.set(path, file);
      }
    }
  }

  apply(event: TraceEvent): void {
    switch (event.type) {
      case 'ack':
        return;
      case 'mkdir':
        this.#unsafeNames.push({ type: 'mkdir', path: event.path });
        return;
      case 'create': {
        if (isShared(event.path) || this.#names.has(event.path)) return;
        const file: StoredFile = { safe: Buffer.alloc(0), unsafe: [] };
        this.#names.set(event.path, file);
        this.#unsafeNames.push({ type: 'create', path: event.path, file });
        return;
      }
      case 'unlink':
        if (this.#names.delete(event.path)) this.#unsafeNames.push({ type: 'unlink', path: event.path });
        return;
      case 'rename': {
        const file = this.#names.get(event.from);
        assert(file !== undefined, 'a file that is renamed is known');
        this.#names.delete(event.from);
        this.#names.set(event.to, file);
        this.#unsafeNames.push(event);
        return;
      }
      case 'write':
      case 'truncate': {
        if (isShared(event.path)) return;
        const file = this.#names.get(event.path);
        assert(file !== undefined, 'a file that is written is known');
        file.unsafe.push(event);
        return;
      }
      case 'sync': {
        const file = this.#names.get(event.path);
        if (file !== undefined) {
          for (const change of file.unsafe) file.safe = changed(file.safe, change);
          file.unsafe = [];
          return;
        }
        const inFolder = (change: NameChange): boolean =>
          dirname(change.type === 'rename' ? change.to : change.path) === event.path;
        for (const change of this.#unsafeNames.filter(inFolder))
          rename(this.#safeNames, this.#safeFolders, change);
        this.#unsafeNames = this.#unsafeNames.filter((change) => !inFolder(change));
      }
    }
  }

  /** Writes what the disk holds after a power cut now into another folder, which must not exist. */
  writeImage(target: string, mode: CutMode, random: Random): void {
    const names = new Map(this.#safeNames);
    const folders = new Set(this.#safeFolders);
    const kept =
      mode === 'nothing'
        ? 0
        : mode === 'everything'
          ? this.#unsafeNames.length
          : random.between(0, this.#unsafeNames.length);
    for (const change of this.#unsafeNames.slice(0, kept)) rename(names, folders, change);
    mkdirSync(target, { recursive: true, mode: 0o700 });
    // What a folder holds is lost with the folder's own name.
    const isKept = (path: string): boolean =>
      path === this.#folder || (folders.has(path) && isKept(dirname(path)));
    for (const folder of [...folders].filter(isKept)) {
      mkdirSync(join(target, relative(this.#folder, folder)), { recursive: true, mode: 0o700 });
    }
    for (const [path, file] of names) {
      if (!isKept(dirname(path))) continue;
      let content = file.safe;
      for (const change of file.unsafe) {
        if (mode === 'nothing' || (mode !== 'everything' && random.chance(0.5))) continue;
        for (const part of mode === 'some-torn' ? torn(change, random) : [change]) {
          content = changed(content, part);
        }
      }
      writeFileSync(join(target, relative(this.#folder, path)), content, { mode: 0o600 });
    }
  }
}

function rename(names: Map<string, StoredFile>, folders: Set<string>, change: NameChange): void {
  if (change.type === 'mkdir') folders.add(change.path);
  else if (change.type === 'create') names.set(change.path, change.file);
  else if (change.type === 'unlink') names.delete(change.path);
  else {
    const file = names.get(change.from);
    // Its creation may lie in a folder that was never synced: then there is nothing under either name.
    if (file === undefined) return;
    names.delete(change.from);
    names.set(change.to, file);
  }
}

/** Some of a write's sectors, as a disk writes them when the power goes in the middle. */
function torn(change: ContentChange, random: Random): readonly ContentChange[] {
  if (change.type === 'truncate' || random.chance(0.5)) return [change];
  const parts: ContentChange[] = [];
  const { offset, data } = change;
  for (let at = 0; at < data.length;) {
    const end = Math.min(data.length, at + sectorBytes - ((offset + at) % sectorBytes));
    if (random.chance(0.5)) parts.push({ type: 'write', offset: offset + at, data: data.subarray(at, end) });
    at = end;
  }
  return parts;
}

function changed(content: Buffer, change: ContentChange): Buffer {
  if (change.type === 'truncate') {
    const next = Buffer.alloc(change.size);
    content.copy(next);
    return next;
  }
  const end = change.offset + change.data.length;
  const next = Buffer.alloc(Math.max(content.length, end));
  content.copy(next);
  change.data.copy(next, change.offset);
  return next;
}

function isShared(path: string): boolean {
  return path.endsWith('-shm');
}
