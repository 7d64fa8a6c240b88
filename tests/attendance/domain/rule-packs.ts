import { readFileSync } from 'node:fs';
import { createCodePack, type CodePack } from '../../../domain/attendance/code-pack.ts';

/** The parsed JSON of a shipped rule pack. */
export function readPackFile(name: 'us' | 'england'): unknown {
  return JSON.parse(
    readFileSync(new URL(`../../../resources/rules/${name}-codes.json`, import.meta.url), 'utf8'),
  );
}

/** A shipped rule pack, checked. */
export function shippedPack(name: 'us' | 'england'): CodePack {
  const pack = createCodePack(readPackFile(name));
  if (!pack.ok) throw new Error(pack.error.problems.join('; '));
  return pack.value;
}
