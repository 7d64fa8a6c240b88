import { rmSync, statSync, writeFileSync, globSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { mainConfig } from './vite.main.ts';
import { chromiumPreloadConfig, electronPreloadConfig } from './vite.preload.ts';
import { rendererConfig } from './vite.renderer.ts';

const projectRoot = resolve(import.meta.dirname, '..');

/** Written last: its time is the time of the build. */
const stampFile = 'out/app/build.json';

/** Whatever the bundles are made from. */
const sources = [
  '{domain,db,main,preload,renderer}/**/*',
  'resources/**/*',
  'scripts/{build,vite.*}.ts',
  'package-lock.json',
];

/** Builds the application into `out/app/`: the page, both preloads, the main process and its workers. */
export async function buildApp(root: string = projectRoot): Promise<void> {
  rmSync(join(root, 'out/app'), { recursive: true, force: true });
  await build(rendererConfig(root));
  await build(chromiumPreloadConfig(root));
  await build(electronPreloadConfig(root));
  await build(mainConfig(root));
  writeFileSync(join(root, stampFile), `${JSON.stringify({ builtAt: new Date().toISOString() })}\n`);
}

/** Says whether a source is newer than the last complete build, or whether there is none. */
export function isBuildStale(root: string = projectRoot): boolean {
  const builtAtMs = statSync(join(root, stampFile), { throwIfNoEntry: false })?.mtimeMs;
  if (builtAtMs === undefined) return true;
  return globSync(sources, { cwd: root }).some((file) => statSync(join(root, file)).mtimeMs > builtAtMs);
}

if (import.meta.main) await buildApp();
