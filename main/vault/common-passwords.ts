import { readFileSync } from 'node:fs';

/** Reads the shipped list of common passwords: one a line, lower case, `#` begins a comment. */
export function readCommonPasswords(path: string): ReadonlySet<string> {
  const lines = readFileSync(path, 'utf8').split('\n');
  return new Set(lines.filter((line) => line !== '' && !line.startsWith('#')));
}
