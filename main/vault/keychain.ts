import { Entry } from '@napi-rs/keyring';
import { randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { SchoolId } from '../../domain/ids.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { canonicalJson } from '../../domain/vault/canonical-json.ts';
import { readFileIfAny, replaceFile, type DiskFull } from './durable-file.ts';

/**
 * Where the few secrets lie that must be at hand before anyone has signed in.
 *
 * `null` from `get` means that there is no such item. It never means that one may be made: where a store exists, a missing school secret is a
 * lost keychain, and only the recovery key mends that.
 */
export interface Keychain {
  /** `file` is the fallback that the user accepted. It is shown on the security screen for as long as it is used. */
  readonly kind: 'os' | 'file';
  get(name: KeychainName): Result<Uint8Array | null, KeychainError>;
  set(name: KeychainName, value: Uint8Array): Result<void, KeychainError>;
  /** Also `ok` when there was no such item. */
  delete(name: KeychainName): Result<void, KeychainError>;
}

export type KeychainError =
  /** There is none, it is locked, or it refused. */
  | { readonly type: 'keychain-unavailable'; readonly cause?: unknown }
  /** The fallback file does not read as one. */
  | { readonly type: 'keychain-damaged' }
  /** Others on this computer can read the fallback file. */
  | { readonly type: 'keychain-exposed' }
  | DiskFull;

/** What is kept for each school. The numbered anchors belong to one generation of the store each. */
export type KeychainName =
  | `${'school-secret' | 'locked-key' | 'journal-head'}/${SchoolId}`
  | `anchor/${SchoolId}/${number}`
  | `probe/${string}`;

/** The names of what is kept for one school. */
export const keychainNames = {
  /** 32 bytes without which no password can be tried. */
  schoolSecret: (school: SchoolId): KeychainName => `school-secret/${school}`,
  /** 32 bytes from which the keys of the journal, the sign-in counters and the list of recent users are derived. */
  lockedKey: (school: SchoolId): KeychainName => `locked-key/${school}`,
  /** How far the journal goes. */
  journalHead: (school: SchoolId): KeychainName => `journal-head/${school}`,
  /** The state of the store that was last seen here, see `anchor.ts`. */
  anchor: (school: SchoolId, generation: number): KeychainName => `anchor/${school}/${generation}`,
} as const;

const service = 'Rollkeep';

/** Says whether the user accepted the fallback file on this computer before. */
export function hasFileKeychain(dataDir: string): boolean {
  return existsSync(fallbackPath(dataDir));
}

/**
 * Opens the operating system's keychain after a round trip through it, or the fallback file when the caller allows it.
 *
 * It never falls back by itself: `allowFile` is for a user who accepted the file, now or before (`hasFileKeychain`). Where the file exists and is
 * allowed, it is used, because the secrets are in it. Errors: `keychain-unavailable` when there is no usable keychain and no file is allowed.
 */
export function openKeychain(options: {
  readonly dataDir: string;
  readonly allowFile: boolean;
}): Result<Keychain, KeychainError> {
  if (options.allowFile && hasFileKeychain(options.dataDir)) return openFileKeychain(options.dataDir);
  const probed = probe(osKeychain);
  if (probed.ok) return ok(osKeychain);
  return options.allowFile ? openFileKeychain(options.dataDir) : probed;
}

/** Opens the fallback file as keychain without trying the operating system's first: for tests and for whoever runs without one. */
export function openFileKeychain(dataDir: string): Result<Keychain, KeychainError> {
  const keychain = fileKeychain(fallbackPath(dataDir));
  const probed = probe(keychain);
  return probed.ok ? ok(keychain) : probed;
}

function probe(keychain: Keychain): Result<void, KeychainError> {
  const name: KeychainName = `probe/${randomUUID()}`;
  const value = Uint8Array.of(1, 2, 3);
  const written = keychain.set(name, value);
  if (!written.ok) return written;
  const read = keychain.get(name);
  const removed = keychain.delete(name);
  if (!read.ok) return read;
  if (!removed.ok) return removed;
  const isSame = read.value !== null && Buffer.from(read.value).equals(value);
  return isSame ? ok(undefined) : err({ type: 'keychain-unavailable' });
}

const osKeychain: Keychain = {
  kind: 'os',
  get: (name) =>
    ask(name, (entry) => {
      const secret = entry.getSecret();
      return secret === null ? null : Uint8Array.from(secret);
    }),
  set: (name, value) => ask(name, (entry) => entry.setSecret(value)),
  delete: (name) => ask(name, (entry) => void entry.deleteCredential()),
};

function ask<T>(name: KeychainName, question: (entry: Entry) => T): Result<T, KeychainError> {
  try {
    // Pinned: left to itself the library falls back to the kernel's keyring, which is empty after a restart.
    return ok(question(new Entry(service, name, { linux: { store: 'secret-service' } })));
  } catch (cause) {
    return err({ type: 'keychain-unavailable', cause });
  }
}

const fallbackFile = z.strictObject({
  v: z.literal(1),
  items: z.record(z.string(), z.string().regex(/^([0-9a-f]{2})*$/)),
});

function fallbackPath(dataDir: string): string {
  return join(dataDir, 'keychain-fallback.json');
}

function fileKeychain(path: string): Keychain {
  const write = (items: ReadonlyMap<string, string>): Result<void, KeychainError> =>
    replaceFile(path, canonicalJson({ v: 1, items: Object.fromEntries(items) }));
  return {
    kind: 'file',
    get(name) {
      const items = readItems(path);
      if (!items.ok) return items;
      const hex = items.value.get(name);
      return ok(hex === undefined ? null : Uint8Array.from(Buffer.from(hex, 'hex')));
    },
    set(name, value) {
      const items = readItems(path);
      if (!items.ok) return items;
      return write(items.value.set(name, Buffer.from(value).toString('hex')));
    },
    delete(name) {
      const items = readItems(path);
      if (!items.ok) return items;
      return items.value.delete(name) ? write(items.value) : ok(undefined);
    },
  };
}

function readItems(path: string): Result<Map<string, string>, KeychainError> {
  const text = readFileIfAny(path);
  if (text === undefined) return ok(new Map());
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
    return err({ type: 'keychain-exposed' });
  }
  const file = fallbackFile.safeParse(parseJson(text));
  return file.success ? ok(new Map(Object.entries(file.data.items))) : err({ type: 'keychain-damaged' });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is one more shape that the schema refuses.
    return undefined;
  }
}
