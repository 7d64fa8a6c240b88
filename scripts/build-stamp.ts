import { existsSync, globSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Written last in a build: its time is the time of the build. */
const stampFile = 'out/app/build.json';

/** Whatever the bundles are made from. */
const sources = [
  '{domain,db,main,preload,renderer}/**/*',
  'resources/**/*',
  'scripts/build.ts',
  'scripts/vite.*.ts',
  'package-lock.json',
];

/** Marks the build under `root` as complete. */
export function stampBuild(root: string): void {
  mkdirSync(dirname(join(root, stampFile)), { recursive: true });
  writeFileSync(join(root, stampFile), `${JSON.stringify({ builtAt: new Date().toISOString() })}\n`);
}

/** Says whether there is a complete build, of whatever age. */
export function hasBuild(root: string): boolean {
  return existsSync(join(root, stampFile));
}

/** Says whether a source is newer than the last complete build, or whether there is none. */
export function isBuildStale(root: string): boolean {
  const builtAtMs = statSync(join(root, stampFile), { throwIfNoEntry: false })?.mtimeMs;
  if (builtAtMs === undefined) return true;
  return globSync(sources, { cwd: root }).some((file) => statSync(join(root, file)).mtimeMs > builtAtMs);
}
