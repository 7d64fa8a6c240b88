import { join } from 'node:path';
import { z } from 'zod';
import { readFileIfAny, replaceFile } from '../vault/durable-file.ts';
import { deriveKey, unwrap, wrap } from '../vault/keys.ts';
import type { Random } from '../vault/random.ts';

const recentUser = z.strictObject({ username: z.string(), displayName: z.string() });
export type RecentUser = z.output<typeof recentUser>;

const mostUsers = 12;

/**
 * Who signed in on this computer, the last one first, for the sign-in page. Names, so sealed under a key of the OS
 * keychain; an unreadable file is an empty list, since nothing but convenience is lost.
 */
export interface RecentUsers {
  read(): readonly RecentUser[];
  add(user: RecentUser): void;
  remove(username: string): void;
}

export function createRecentUsers(folder: string, lockedKey: Uint8Array, random: Random): RecentUsers {
  const path = join(folder, 'recent-users');
  const key = deriveKey(lockedKey, 'recent-users');

  function read(): readonly RecentUser[] {
    const sealed = readFileIfAny(path);
    if (sealed === undefined) return [];
    const opened = unwrap(key, Buffer.from(sealed, 'base64'), 'recent-users');
    if (!opened.ok) return [];
    const users = z.array(recentUser).safeParse(JSON.parse(Buffer.from(opened.value).toString('utf8')));
    return users.success ? users.data : [];
  }

  function write(users: readonly RecentUser[]): void {
    const text = Buffer.from(JSON.stringify(users.slice(0, mostUsers)), 'utf8');
    replaceFile(path, Buffer.from(wrap(key, text, 'recent-users', random)).toString('base64'));
  }

  return {
    read,
    add: (user) => write([user, ...read().filter((one) => one.username !== user.username)]),
    remove: (username) => write(read().filter((one) => one.username !== username)),
  };
}
